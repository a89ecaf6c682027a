"""The verbs: everything that a person can do to a cluster.

A verb is a method of `Verbs` with the decorator `verb`. The method first checks its arguments, so that a
mistake raises UserError and changes nothing. Then it records itself, with roles resolved ("leader" becomes
"n3"), and acts. The decorator holds the sentence about the verb and its controls in the player. All other
parts read `VERBS`: a story checks its actions against it, `Cluster` inherits the methods with their types,
`Lab` has a method for each, and the player gets the controls as data.

A node is named by its id ("n1"), or by its role at that moment: "leader", "a follower", "a candidate".
A message is named by its id in the trace.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from random import Random
from typing import Any, NamedTuple, Protocol, TypeVar, cast

from raftlab.extensions.membership import PREFIX
from raftlab.messages import (
    ChangeVoters,
    ElectionTimeout,
    HeartbeatTimeout,
    Message,
    Propose,
    Read,
    Role,
    TakeSnapshot,
    TransferLeadership,
)
from raftlab.sim.clients import Client
from raftlab.sim.clock import Clock
from raftlab.sim.english import plural, short
from raftlab.sim.errors import UserError, check_call, check_name, check_number, check_text, listed
from raftlab.sim.network import check_delay, check_probability
from raftlab.sim.workload import check_command, check_key, check_workload
from raftlab.sim.world import World

ROLES = {"leader": Role.LEADER, "a follower": Role.FOLLOWER, "a candidate": Role.CANDIDATE}
EFFECTS = ("Save", "Send")

# -- What a verb is -----------------------------------------------------------------------------------------


# A time in a sentence: (its words, "at" for a moment or "for" a duration, ticks ...). There is one number of ticks, or
# the least and the most. The player can show seconds instead: it then replaces these words.
SentenceTime = tuple[Any, ...]


class VerbEvent(Protocol):
    """The event of a verb in a trace."""

    @property
    def node(self) -> str | None:
        """The node of the event; None if it has none."""

    @property
    def detail(self) -> Any:
        """The detail that the verb has recorded, usually its arguments."""


class VerbMoment(VerbEvent, Protocol):
    """The event of a verb, together with the names of messages: all that its sentence needs."""

    def message_name(self, id: int) -> str:
        """A message in words: "vote request from n1 to n2"."""


class Control(NamedTuple):
    """A button or a key of the player.

    on: what must be chosen first: "node", "entry", "link", "message", or "cluster" if nothing must be.
    label: the text of the button; {a} and {b} are the ends of the chosen link. Without a label, it is in no menu.
    key: the key that does the same, if there is one. help: its line in the list of keys.
    part: the part of the Lab (a word of `show`) to which this control belongs.
    arguments: the arguments of the verb. {node}, {index}, {message}, {a} and {b} stand for what is chosen.
    states: the control is shown only for a node or a message in one of these states.
    roles: the control is shown only for a node in one of these roles.
    gesture: the gesture of a mouse or finger that does the same:
        "double click" on a node;
        "drag apart" and "drag home": drag a node away from its group, or back to it;
        "drag across": draw a line across links; "split": the same, if it leaves groups that do not hear each other
        (then the arguments are the groups);
        "drag off", "drag on" and "drag back": drag a message sideways, towards its receiver, or towards its sender.
    needs: a word that the nodes' protocol must have, such as "leader"; without it there is no such control.
    """

    on: str
    label: str
    key: str = ""
    help: str = ""
    part: str = ""
    arguments: tuple[Any, ...] = ()
    states: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    gesture: str = ""
    needs: str = ""


@dataclass(frozen=True)
class Verb:
    """One thing that a person can do.

    do: the method: it checks, records and acts.
    sentence: the sentence about it, without a full stop, because the narration may add its outcome.
    event: its name in a trace.
    beyond: whether it is a fault that Raft does not tolerate, so that properties may break although every node is right.
    at_once: its certain result, which the player shows before the kernel has answered:
        {"view": fields of the node's view with their new values}, {"links": "cut", "healed" or "parted"} for the links
        that its arguments name, or {"message": "gone"}.
    times: the times in its sentence.
    summary: what was done, in a few words: the name of the branch in which it was done.
    """

    name: str
    do: Callable[..., Any]
    sentence: Callable[[VerbMoment], str]
    controls: tuple[Control, ...]
    event: str
    beyond: bool = False
    at_once: Mapping[str, Any] | None = None
    times: Callable[[VerbEvent], list[SentenceTime]] = lambda _: []
    summary: Callable[[VerbMoment], str] | None = None

    def check(self, arguments: Iterable[Any], named: Mapping[str, Any] | None = None) -> None:
        """Raises UserError if the verb does not take such arguments."""
        check_call(self.name, self.do, arguments, named)

    def summary_of(self, event: VerbMoment) -> str:
        """What was done, in a few words. A verb without a `summary` has the main clause of its sentence."""
        return self.summary(event) if self.summary else re.split("[,:;“]", self.sentence(event))[0].strip()


VERBS: dict[str, Verb] = {}

_Method = TypeVar("_Method", bound=Callable[..., Any])
_CHOSEN = {
    "node": ("{node}",),
    "entry": ("{node}", "{index}"),
    "message": ("{message}",),
    "link": ("{a}", "{b}"),
}


def verb(
    sentence: Callable[[VerbMoment], str],
    *controls: Control,
    event: str = "",
    beyond: bool = False,
    at_once: Mapping[str, Any] | None = None,
    times: Callable[[VerbEvent], list[SentenceTime]] = lambda _: [],
    summary: Callable[[VerbMoment], str] | None = None,
) -> Callable[[_Method], _Method]:
    """Make a method a verb, under the method's name.

    controls: the verb's controls in the player. By default a control belongs to the part with the verb's name, and its
    arguments are what is chosen. event: by default the verb's name. All others are as in `Verb`.
    """

    def register(method: _Method) -> _Method:
        name = method.__name__

        @wraps(method)
        def do(cluster: "Verbs", *given: Any, **named: Any) -> Any:
            try:
                return method(cluster, *given, **named)
            except TypeError:
                check_call(name, method, given, named)  # raises UserError if the arguments are wrong
                raise

        complete = tuple(
            each._replace(part=each.part or name, arguments=each.arguments or _CHOSEN.get(each.on, ()))
            for each in controls
        )
        VERBS[name] = Verb(name, do, sentence, complete, event or name, beyond, at_once, times, summary)
        return cast(_Method, do)

    return register


def check_verb(name: object) -> Verb:
    """The verb with this name. If there is none, raises UserError, which also names the verbs that Raft does not tolerate."""
    beyond = [each.name for each in VERBS.values() if each.beyond]
    note = f" In the stories of exercises you cannot use {listed(beyond)}, because even Raft does not tolerate them."
    return VERBS[check_name("verb", name, VERBS, note)]


def times_of(event: Any) -> list[SentenceTime]:
    """The times in the sentence of an event."""
    found = verb_of(event.what)
    return found.times(event) if found else []


def verb_of(event: str) -> Verb | None:
    """The verb that is recorded under this name of an event; None if no verb is."""
    return next((each for each in VERBS.values() if each.event == event), None)


def controls() -> list[dict[str, Any]]:
    """All controls in the form in which the player gets them, in the order of the verbs."""
    return [{"verb": each.name, **control._asdict()} for each in VERBS.values() for control in each.controls]


def at_once() -> dict[str, dict[str, Any]]:
    """Verb -> its certain result (see `Verb`), for the verbs that have one."""
    return {each.name: dict(each.at_once) for each in VERBS.values() if each.at_once}


# -- Sentences and summaries of some verbs ----------------------------------------------------------------


def _words_of(how: str, *ticks: int) -> str:
    """A time in words: "at" a tick, or "for" some ticks (one number, or the least and the most)."""
    if how == "at":
        return f"tick {ticks[0]}"
    shortest, longest = ticks[0], ticks[-1]
    return f"{shortest} to {longest} ticks" if shortest < longest else plural(longest, "tick")


def _time(how: str, *ticks: int) -> SentenceTime:
    return (_words_of(how, *ticks), how, *ticks)


def _times_of_crash(event: VerbEvent) -> list[SentenceTime]:
    return [_time("at", event.detail)] if event.node and event.detail is not None else []


def _times_of_flap(event: VerbEvent) -> list[SentenceTime]:
    _, _, *rest = event.detail
    return [_time("for", ticks) for ticks in rest] if len(rest) == 2 else []


def _times_of_network(event: VerbEvent) -> list[SentenceTime]:
    return [_time("for", *event.detail[0])] if event.detail[0] is not None else []


def _tell_crash(event: VerbMoment) -> str:
    if event.node:
        if event.detail is not None:
            return f"{event.node} crashes, and its disk has forgotten all that was saved since {_words_of('at', event.detail)}"
        return f"{event.node} crashes, and loses all that it has not saved"
    node, after = event.detail
    moment = f"{after} effects of its next step" if isinstance(after, int) else f"its next {after.lower()}"
    return f"{node} will crash right after {moment}"


def _tell_cut(event: VerbMoment) -> str:
    a, b, *one_way = event.detail
    if one_way:
        return f"The way from {a} to {b} is cut; from {b} to {a} it still works"
    return f"The link between {a} and {b} is cut"


def _tell_heal(event: VerbMoment) -> str:
    if len(event.detail) == 2:
        return "The link between {} and {} works again".format(*event.detail)
    return f"All links of {event.detail[0]} work again" if event.detail else "All links work again"


def _summarise_cut(event: VerbMoment) -> str:
    a, b, *one_way = event.detail
    return f"{a} → {b} cut" if one_way else f"link {a}–{b} cut"


def _summarise_heal(event: VerbMoment) -> str:
    if len(event.detail) == 2:
        return "link {}–{} healed".format(*event.detail)
    return f"links of {event.detail[0]} healed" if event.detail else "all links healed"


def _summarise_network(event: VerbMoment) -> str:
    delay, loss, duplication, src, dst = event.detail
    changed = [
        word
        for word, value in (("speed", delay), ("losses", loss), ("doubling", duplication))
        if value is not None
    ]
    ways = f"{f' from {src}' if src else ''}{f' to {dst}' if dst else ''}"
    return f"other {listed(changed, 'network')}{ways}"


def _tell_flap(event: VerbMoment) -> str:
    a, b, *rest = event.detail
    if len(rest) == 1:
        return f"The flapping link between {a} and {b} is {rest[0]} now"
    up, down = (_words_of("for", ticks) for ticks in rest)
    return f"The link between {a} and {b} flaps from now on: {up} up, {down} down"


def _tell_network(event: VerbMoment) -> str:
    delay, loss, duplication, src, dst = event.detail
    words = []
    if delay is not None:
        words.append(f"take {_words_of('for', *delay)}")
    if loss is not None:
        words.append(f"are lost in {100 * loss:.3g} % of all cases")
    if duplication is not None:
        words.append(f"arrive twice in {100 * duplication:.3g} % of all cases")
    ways = f"{f' from {src}' if src else ''}{f' to {dst}' if dst else ''}"
    return f"From now on messages{ways} {listed(words, 'travel as before')}"


def _tell_clients(event: VerbMoment) -> str:
    count = event.detail[0]
    return f"{count} clients come, and each" if count > 1 else "A client comes, and"


def _one_bit_off(command: str) -> str:
    """The command with one bit of its last character flipped: the lowest bit that leaves a printable character."""
    flipped = (chr(ord(command[-1]) ^ 1 << bit) for bit in range(7))
    return command[:-1] + next(each for each in flipped if each.isprintable())


def check_voters(voters: Sequence[str], nodes: Iterable[str]) -> None:
    """Raise UserError unless these are names of nodes, each named once."""
    for place, voter in enumerate(voters):
        if check_name("node", voter, nodes) in voters[:place]:
            raise UserError(f"{voter} is named twice; a node has one vote.")


# -- The verbs -----------------------------------------------------------------------------------------------


class Verbs(World):
    """All verbs, as methods of a cluster."""

    # -- Nodes ------------------------------------------------------------------------------------

    @verb(
        _tell_crash,
        Control(
            "node",
            "crash",
            "c",
            "crash the chosen node",
            states=("running", "paused"),
            gesture="double click",
        ),
        Control(
            "cluster", "crash the leader", "C", "crash the leader", arguments=("leader",), needs="leader"
        ),
        at_once={"view": {"status": "crashed", "role": None, "timer": None}},
        times=_times_of_crash,
    )
    def crash(self, node: str, after: str | int | None = None) -> None:
        """Crash a node; all that it has not saved is lost.

        after: crash it later, in the middle of a step. "Save" or "Send": right after the first such effect
        of the node's next step that has one; so it can crash between saving and sending, for instance. A
        number: after so many effects of its next step that has as many.
        """
        id = self._node(node, "running", "paused")
        if after is not None:
            if after in self.ids:
                raise UserError(f"One node crashes at a time: call crash({id!r}), and then crash({after!r}).")
            if isinstance(after, str):
                check_name("effect", after, EFFECTS)
            else:
                check_number("the number of effects", after, 1)
            self._did("crash", id, after)
            self._crash_after[id] = after
        else:
            self.done.append((self.now, "crash", id))
            self._crash(id)

    @verb(
        lambda event: f"{event.node} restarts with what it had saved",
        Control("node", "restart", "r", "restart it", states=("crashed",), gesture="double click"),
        at_once={"view": {"status": "running", "role": "follower"}},
        summary=lambda event: f"{event.node} restarts",
    )
    def restart(self, node: str) -> None:
        """Start a crashed node again, with what it has saved."""
        id = self._node(node, "crashed")
        self.done.append((self.now, "restart", id))
        self.status[id] = "running"
        breaches = self._start(id)
        self._changed("restart", id, edited_from=1)
        self._report(breaches)

    @verb(
        lambda event: f"{event.node} is paused: its clock stands still, and messages to it wait",
        Control("node", "pause", "p", "pause it, or let it go on", states=("running",)),
        at_once={"view": {"status": "paused"}},
    )
    def pause(self, node: str) -> None:
        """Freeze a node: its clock stops, and messages to it wait."""
        id = self._node(node, "running")
        self.done.append((self.now, "pause", id))
        self.status[id] = "paused"
        self._changed("pause", id)

    @verb(
        lambda event: f"{event.node} goes on; it does not know that time has passed",
        Control("node", "resume", "p", part="pause", states=("paused",)),
        at_once={"view": {"status": "running"}},
    )
    def resume(self, node: str) -> None:
        """Let a paused node go on; what has waited for it arrives at the next tick."""
        id = self._node(node, "paused")
        self.done.append((self.now, "resume", id))
        self.status[id] = "running"
        self._changed("resume", id)
        held, self._held[id] = self._held[id], []
        self._arrivals[self.now + 1] = held + self._arrivals.get(self.now + 1, [])

    @verb(
        lambda event: f"{event.node}'s election timer is made to run out",
        Control("node", "time out now", "t", "let its timer run out now",
                states=("running",), roles=("follower", "candidate")),
        summary=lambda event: f"{event.node}'s timer ended",
    )  # fmt: skip
    def time_out(self, node: str) -> None:
        """Let a node's election timer run out now."""
        id = self._node(node, "running")
        if self.nodes[id].role is Role.LEADER:
            raise UserError(f"{id} is the leader, and a leader has no election timeout; choose another node.")
        self.done.append((self.now, "time_out", id))
        self._step(id, ElectionTimeout(), "time_out")

    @verb(
        lambda event: f"{event.node}'s heartbeat timer is made to run out",
        summary=lambda event: f"a heartbeat of {event.node}",
    )
    def heartbeat(self, node: str) -> None:
        """Let a leader's heartbeat timer run out now."""
        id = self._node(node, "running")
        if self.nodes[id].role is not Role.LEADER:
            raise UserError(f"{id} does not lead, and only a leader has heartbeats; choose the leader.")
        self.done.append((self.now, "heartbeat", id))
        self._step(id, HeartbeatTimeout(), "heartbeat")

    @verb(
        lambda event: f"{event.node}'s election timer is aligned with the others'",
        Control("cluster", "align timers", "a", "let all election timers run out together", "align"),
        event="align",
        summary=lambda _: "all timers set to run out together",
    )
    def align_timers(self) -> None:
        """Let the election timers of all running nodes except the leader run out at the same tick, for a split vote."""
        self._set_timers("align_timers", lambda place, count: 0)

    @verb(
        lambda event: f"{event.node}'s election timer is set apart from the others'",
        Control(
            "cluster", "spread timers", "s", "let the election timers run out one after the other", "align"
        ),
        event="spread",
        summary=lambda _: "timers set apart",
    )
    def spread_timers(self) -> None:
        """Spread the election timers of all running nodes except the leader evenly, in the order of the nodes."""
        self._set_timers("spread_timers", lambda place, count: place / max(1, count - 1))

    def _set_timers(self, name: str, share: Callable[[int, int], float]) -> None:
        shortest, longest = self.timing.election_timeout
        nodes = [id for id, node in self.running().items() if node.role is not Role.LEADER]
        self.done.append((self.now, name))
        for place, id in enumerate(nodes):
            self.nodes[id].timer = shortest + int(share(place, len(nodes)) * (longest - shortest))
            self._changed(VERBS[name].event, id)

    @verb(
        lambda event: (
            f"{event.node}'s clock runs slow from now on, at {100 * event.detail:.3g} % of its speed"
            if event.detail < 1
            else f"{event.node}'s clock is right again"
        ),
        summary=lambda event: f"{event.node}'s clock {'runs slow' if event.detail < 1 else 'is right again'}",
    )
    def drift(self, node: str, rate: float) -> None:
        """Let a node's clock run slow from now on, even after a restart.

        rate: its speed, from 0.001 to 1 (right). With 0.5 it counts only every second tick.
        """
        id = self._node(node)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0.001 <= rate <= 1:
            raise UserError(f"The rate of a clock must be a number from 0.001 to 1 (right), not {rate!r}.")
        self.done.append((self.now, "drift", id, rate))
        self.clocks.pop(id, None)
        if rate < 1:
            self.clocks[id] = Clock(round(1000 * rate), self.now)
        self._changed("drift", id, rate)  # records that its timer is now due at another tick

    # -- Disks ------------------------------------------------------------------------------------

    # Raft assumes that a node finds again what it has saved. These three verbs break that assumption. While a
    # node runs, its memory is right, so nothing is noticed. The disk is read when the node restarts.

    @verb(
        lambda event: f"{event.node}'s disk is lost, and an empty one takes its place",
        Control("node", "lose its disk", "e", "lose a crashed node's disk", "disks", states=("crashed",)),
        beyond=True,
        summary=lambda event: f"{event.node} loses its disk",
    )
    def lose_disk(self, node: str) -> None:
        """Lose all that a crashed node has saved: its term, its vote, its log and its snapshot.

        The node restarts like a new one, under its old name. The present leader does not send it the lost entries,
        because it never goes back behind entries that this node has confirmed; the next leader sends them. A running
        node would stop at its next write, so the node must be crashed first. Raises UserError if it is not.
        """
        id = self._node(node, "crashed")
        self.done.append((self.now, "lose_disk", id))
        self.disks[id].lose()
        self._changed("lose_disk", id, edited_from=1)

    @verb(
        lambda event: f"From now on {event.node}'s disk only caches what it says it has written: the next crash will forget it",
        Control("node", "let its disk forget", "f", "let its next crash forget all later writes", "disks",
                states=("running", "paused")),
        beyond=True,
        summary=lambda event: f"{event.node}'s disk will forget",
    )  # fmt: skip
    def forget_writes(self, node: str) -> None:
        """From now on let a node's disk confirm writes that it only caches, as if fsync did not work.

        The node goes on and notices nothing. In its next crash it loses all that it has saved after this verb.
        From then on the disk works again. Raises UserError if the node is crashed, or if its disk does so already.
        """
        id = self._node(node, "running", "paused")
        if (since := self.disks[id].cached_since) is not None:
            raise UserError(f"{id}'s disk only caches its writes already, since tick {since}.")
        self.done.append((self.now, "forget_writes", id))
        self.disks[id].only_cache(self.now)
        self._changed("forget_writes", id)

    @verb(
        lambda event: (
            f"Entry {event.detail[0]} on {event.node}'s disk is damaged: it reads “{event.detail[2]}” now, not “{event.detail[1]}”"
        ),
        Control("entry", "corrupt it on disk", "z", "corrupt the chosen entry on the node's disk", "disks"),
        beyond=True,
        summary=lambda event: f"entry {event.detail[0]} of {event.node} damaged",
    )
    def corrupt(self, node: str, index: int, command: str | None = None) -> None:
        """Damage an entry of a node's log on its disk, so that it is read as another command.

        A running node has the right entry in memory and goes on. A node that restarts reads the damaged entry and
        cannot notice it, because Raft has no checksums. A later save at this index replaces the damaged entry.

        index: the index of the entry, which must be on the disk and hold a client's command.
        command: the command that is read; by default one bit of the last character is flipped.
        """
        id = self._node(node)
        log = self.disks[id].log
        check_number("the index of an entry", index, 1)
        if not log.start < index <= log.last_index:
            there = f"entries {log.start + 1} to {log.last_index}" if len(log) else "no entries"
            raise UserError(f"There is no entry {index} in the log on {id}'s disk; it holds {there}.")
        before = log.entry(index).command
        if not before or before.startswith(PREFIX):
            what = "says who has a vote" if before else "is empty"
            raise UserError(f"Entry {index} {what}; choose one with a client's command.")
        command = _one_bit_off(before) if command is None else check_command(command, self._reconfigures())
        if command == before:
            raise UserError(f"Entry {index} reads {before!r} already; name another command.")
        self.done.append((self.now, "corrupt", id, index, command))
        self.disks[id].corrupt(index, command)
        # A running node shows its memory, which is unchanged.
        seen = index if self.status[id] == "crashed" else None
        self._changed("corrupt", id, [index, before, command], edited_from=seen)

    # -- Links ------------------------------------------------------------------------------------

    @verb(
        lambda event: "The network is split: " + " | ".join(", ".join(group) for group in event.detail),
        Control("cluster", "", part="partitions", gesture="split"),
        at_once={"links": "parted"},
        summary=lambda event: "network split: " + " | ".join(" ".join(group) for group in event.detail),
    )
    def partition(self, *groups: Iterable[str]) -> None:
        """Split the network: nodes reach only those of their own group. Every node must be in exactly one group.

        >>> cluster.partition(["n1", "n2"], ["n3", "n4", "n5"])  # doctest: +SKIP
        """
        for group in groups:
            if isinstance(group, str) or not isinstance(group, Iterable):
                raise UserError(f"A group must be a list of nodes such as ['n1', 'n2'], not {group!r}.")
        parts = [[self._node(node) for node in group] for group in groups]
        named = [node for part in parts for node in part]
        twice = [node for node in self.ids if named.count(node) > 1]
        missing = [node for node in self.ids if node not in named]
        if twice:
            raise UserError(f"{twice[0]} is named twice; a node can only be on one side.")
        if missing:
            raise UserError(f"Every node must be in a group; not in any group: {', '.join(missing)}.")
        self.flapping.clear()
        self.network.partition(parts)
        self._did_network("partition", *parts)

    @verb(
        _tell_cut,
        Control("link", "cut both ways", "k", "cut the chosen link", "cuts", gesture="drag across"),
        Control("link", "cut only {a} → {b}", part="cuts", arguments=("{a}", "{b}", True)),
        Control("link", "cut only {b} → {a}", part="cuts", arguments=("{b}", "{a}", True)),
        at_once={"links": "cut"},
        summary=_summarise_cut,
    )
    def cut(self, a: str, b: str, one_way: bool = False) -> None:
        """Cut the link between two nodes; with one_way, only from a to b."""
        a, b = self._pair(a, b)
        self.network.cut(a, b, bool(one_way))
        self._did_network("cut", a, b, *([True] if one_way else []))

    @verb(
        lambda event: f"All links of {event.detail[0]} are cut",
        Control("node", "cut off", "o", "cut it off from all others", "cuts", gesture="drag apart"),
        at_once={"links": "cut"},
        summary=lambda event: f"{event.detail[0]} cut off from the rest",
    )
    def isolate(self, node: str) -> None:
        """Cut all links of one node."""
        id = self._node(node)
        self.network.isolate(id)
        self._did_network("isolate", id)

    @verb(
        _tell_heal,
        Control("link", "heal", "h", "heal the chosen link", "cuts"),
        Control("node", "heal its links", part="cuts", gesture="drag home"),
        Control("cluster", "heal all", "H", "heal all links", "cuts"),
        at_once={"links": "healed"},
        summary=_summarise_heal,
    )
    def heal(self, a: str | None = None, b: str | None = None) -> None:
        """Heal the link between two nodes, all links of one node, or all links."""
        if a is not None and b is not None:
            a, b = self._pair(a, b)
        elif a is not None:
            a = self._node(a)
        elif b is not None:
            a, b = self._node(b), None
        for pair in list(self.flapping):
            if a in (None, *pair) and b in (None, *pair):
                del self.flapping[pair]
        self.network.heal(a, b)
        self._did_network("heal", *(node for node in (a, b) if node is not None))

    @verb(
        _tell_flap,
        times=_times_of_flap,
        summary=lambda event: f"{event.detail[0]}–{event.detail[1]} flaps",
    )
    def flap(self, a: str, b: str, up: int, down: int) -> None:
        """From now on let the link between two nodes be up and down in turn. up, down: for how many ticks each time."""
        a, b = self._pair(a, b)
        check_number("the ticks up", up, 1)
        check_number("the ticks down", down, 1)
        self.flapping[a, b] = (up, down, self.now)
        self._did_network("flap", a, b, up, down)

    @verb(
        _tell_network,
        event="network",
        times=_times_of_network,
        summary=_summarise_network,
    )
    def set_network(
        self,
        delay: tuple[int, int] | None = None,
        loss: float | None = None,
        duplication: float | None = None,
        src: str | None = None,
        dst: str | None = None,
    ) -> None:
        """Change delay (a range of ticks), loss or duplication (0 to 1) of all links, or of those from src, to dst, or both."""
        delay = check_delay(delay) if delay is not None else None
        loss = check_probability("loss", loss) if loss is not None else None
        duplication = check_probability("duplication", duplication) if duplication is not None else None
        src = self._node(src) if src is not None else None
        dst = self._node(dst) if dst is not None else None
        self.network.set(delay, loss, duplication, src, dst)
        self._did_network("set_network", delay, loss, duplication, src, dst)

    # -- Messages ---------------------------------------------------------------------------------

    @verb(
        lambda event: f"The {event.message_name(event.detail[0])} is dropped",
        Control("message", "drop", "d", "drop the chosen message", states=("flying",), gesture="drag off"),
        at_once={"message": "gone"},
        summary=lambda event: f"{event.message_name(event.detail[0])} dropped",
    )
    def drop(self, message: int) -> None:
        """Drop a message that is in flight."""
        found = self._take(message)
        self._did("drop", message)
        self._lose(message, found, "dropped")

    @verb(
        lambda event: f"The {event.message_name(event.detail[0])} is duplicated",
        Control("message", "duplicate", "D", "duplicate it", states=("flying",)),
        summary=lambda event: f"{event.message_name(event.detail[0])} doubled",
    )
    def duplicate(self, message: int) -> None:
        """Let a message that is in flight arrive twice: the copy follows one tick later."""
        found = self._take(message, keep=True)
        self._did("duplicate", message)
        # A message that waits for a paused node has already arrived: its copy arrives at the next tick.
        arrives = next((tick for tick, due in self._arrivals.items() if (message, found) in due), self.now)
        self._post(found, arrives + 1 - self.now, copy_of=message)
        self._record_fates()

    @verb(
        lambda event: f"The {event.message_name(event.detail[0])} is made to arrive now",
        Control(
            "message", "deliver now", "n", "deliver it now", states=("flying", "lost"), gesture="drag on"
        ),
        at_once={"message": "gone"},
        event="deliver_now",
        summary=lambda event: f"{event.message_name(event.detail[0])} delivered",
    )
    def deliver(self, message: int) -> None:
        """Let a message arrive now: one that is in flight, or one that was lost, as if it had only been late."""
        found = self._take(message, keep=True, lost=True)
        self._node(found.dst, "running")
        self._did("deliver", message)
        if message in self._lost:
            del self._lost[message]
        else:
            self._take(message)
        self._step(found.dst, found, "deliver", message)

    @verb(
        lambda event: (
            f"The {event.message_name(event.detail[0])} is held back for {_words_of('for', event.detail[1])}"
        ),
        Control(
            "message",
            "hold back",
            "B",
            "hold the chosen message back",
            states=("flying",),
            gesture="drag back",
        ),
        times=lambda event: [_time("for", event.detail[1])],
        summary=lambda event: f"{event.message_name(event.detail[0])} held back",
    )
    def delay(self, message: int, ticks: int = 20) -> None:
        """Hold back a message that is in flight, so that it arrives so many ticks later than it would have.

        It can still be dropped or delivered. Raises UserError if it is not in flight, or if it has already arrived
        and waits for a paused node.
        """
        check_number("the ticks to hold a message back", ticks, 1)
        found = self._take(message, keep=True)
        due = next((tick for tick, waiting in self._arrivals.items() if (message, found) in waiting), None)
        if due is None:
            raise UserError(f"Message {message} has arrived, and waits until {found.dst} goes on.")
        self._take(message)
        self._arrivals.setdefault(due + ticks, []).append((message, found))
        self._did("delay", message, ticks)

    # -- Clients ----------------------------------------------------------------------------------

    @verb(
        lambda event: f"Client {event.detail['client']} gives “{event.detail['command']}” to {event.node}",
        summary=lambda event: f"“{short(event.detail['command'])}” given to {event.node}",
    )
    def propose(self, command: str, node: str = "leader", client: str | None = None) -> str:
        """Send a client's command to a node; returns the client's name, with which the answer is recorded."""
        check_command(command, self._reconfigures())
        id = self._node(node, "running")
        client = self._client(client)
        self.done.append((self.now, "propose", command, id, client))
        self._ask(id, Propose(command, client), "propose")
        return client

    @verb(
        VERBS["propose"].sentence,
        event="propose",
        summary=VERBS["propose"].summary,
    )
    def write(self, key: str, value: object, node: str = "leader") -> str:
        """Let a client write a value; it is recorded as the command that is proposed."""
        check_key(key)
        return self.propose(f"{key}={value}", node)

    @verb(
        lambda event: f"Client {event.detail['client']} asks {event.node} “{event.detail['command']}”",
        summary=lambda event: f"“{short(event.detail['command'])}” asked of {event.node}",
    )
    def read(self, key: str, node: str = "leader", client: str | None = None) -> str:
        """Let a client read a key; returns the client's name, with which the answer is recorded.

        With ReadIndex, LeaseReads or LocalReads the read gets no entry in the log. In all other nodes it goes through
        the log like any command.
        """
        check_key(key)
        id = self._node(node, "running")
        if not hasattr(self.nodes[id], "on_read"):
            return self.propose(f"{key}?", id, client)
        client = self._client(client)
        self.done.append((self.now, "read", key, id, client))
        self._ask(id, Read(f"{key}?", client), "read")
        return client

    @verb(
        lambda event: f"{_tell_clients(event)} will ask one thing after the other",
        summary=lambda event: f"{plural(event.detail[0], 'client')} more",
    )
    def clients(self, count: int = 1, settings: Mapping[str, Any] | None = None) -> list[str]:
        """Start clients, each of which sends one command after the other until `stop_clients`; returns their names.

        Their commands and answers are the history in the trace: `trace.operations()`.

        Args:
            count: how many, 1 to 20.
            settings: how they behave: fields of `raftlab.sim.workload.Workload`, by name.

        Raises:
            UserError: a setting does not exist, or its value is impossible.

        Example:
            >>> from raftlab import Cluster
            >>> cluster = Cluster(nodes=3, seed=1)
            >>> cluster.clients(2, {"keys": ["x"], "operations": ["get", "put"]})
            ['c1', 'c2']
            >>> cluster.tick(200)
            >>> len(cluster.trace.operations()) > 10
            True
        """
        check_number("the number of clients", count, 1, 20)
        workload = check_workload(settings or {}, self.ids, self.timing.election_timeout[1])
        for command in workload.commands:
            check_command(command, self._reconfigures())
        values = {name: getattr(workload, name) for name in settings or {}}
        told = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        self._did("clients", count, *([told] if told else []))
        names = [self._client(None) for _ in range(count)]
        for name in names:
            dice, pause = Random(f"{self.seed}/clients/{name}"), self.timing.heartbeat_interval
            self.workers[name] = Client(name, workload, self.ids, dice, self._values, pause, self.now)
        return names

    @verb(
        lambda event: "The clients begin nothing new",
        summary=lambda _: "clients stopped",
    )
    def stop_clients(self) -> None:
        """Let the clients begin nothing new; they still wait for answers to what they have begun."""
        self._did("stop_clients")
        for client in self.workers.values():
            client.stopped = True

    # -- Operators: snapshots, voters, a new leader -------------------------------------------------

    @verb(
        lambda event: f"{event.node} takes a snapshot of what it has applied",
        summary=lambda event: f"{event.node} takes a snapshot",
    )
    def snapshot(self, node: str) -> None:
        """Let a node take a snapshot of what it has applied; its log begins after it. (7)

        Raises UserError if the node does not run, has no snapshots, or has applied nothing since the last one.
        """
        id = self._node(node, "running")
        self._can(id, "on_take_snapshot", "Snapshots")
        if self.nodes[id].last_applied == self.nodes[id].log.start:
            raise UserError(f"{id} has applied nothing that is not in its snapshot already.")
        self.done.append((self.now, "snapshot", id))
        self._take_snapshot(id)

    @verb(
        lambda event: (
            f"From now on every node takes a snapshot whenever it has applied {event.detail[0]} more"
            if event.detail[0]
            else "From now on nodes take no snapshots by themselves"
        ),
        summary=lambda event: (
            f"a snapshot every {plural(event.detail[0], 'entry', 'entries')}"
            if event.detail[0]
            else "no more snapshots"
        ),
    )
    def snapshot_every(self, entries: int) -> None:
        """From now on let every node take a snapshot when it has applied so many entries since its last one; 0: no more."""
        check_number("the number of entries", entries, 0)
        if not any(hasattr(node, "on_take_snapshot") for node in self.nodes.values()):
            self._can(self.ids[0], "on_take_snapshot", "Snapshots")
        self._did("snapshot_every", entries)
        self.snapshot_after = entries

    @verb(
        lambda event: (
            f"The leader {event.node} is asked to give a vote to {listed(event.detail['voters'])}, and to nobody else"
        ),
        summary=lambda event: f"a vote for {listed(event.detail['voters'])} only",
    )
    def change_voters(self, *voters: str) -> str:
        """Ask the leader to give a vote to these nodes and to no others; returns the client's name in its answer.

        Raises UserError if there is no leader, if its voters are fixed (without Membership), or if a voter is no node or
        named twice. A change that Raft does not allow, such as two at once, is refused in the leader's answer.
        """
        id = self._node("leader")
        self._can(id, "on_change_voters", "Membership")
        check_voters(voters, self.ids)
        client = self._client(None)
        self.done.append((self.now, "change_voters", *voters))
        told = {"voters": list(voters), "client": client}
        self._step(id, ChangeVoters(tuple(voters), client), "change_voters", told)
        return client

    @verb(
        lambda event: f"The leader {event.node} is asked to hand over to {event.detail[0]}",
        summary=lambda event: f"{event.node} asked to hand over to {event.detail[0]}",
    )
    def transfer(self, target: str) -> None:
        """Ask the leader to hand over to another node. (thesis 3.10)

        Raises UserError if there is no leader, if it has no Transfer, or if it is the target itself.
        """
        id, target = self._node("leader"), self._node(target)
        self._can(id, "on_transfer_leadership", "Transfer")
        if id == target:
            raise UserError(f"{id} leads already; name another node.")
        self.done.append((self.now, "transfer", target))
        self._step(id, TransferLeadership(target), "transfer", [target])

    # -- Helpers --------------------------------------------------------------------------------------

    def _node(self, name: str, *statuses: str) -> str:
        """The id of a node, given by its id or role. Raises UserError unless it has one of these statuses, if any."""
        if isinstance(name, str) and name in ROLES:
            found = [id for id, node in self.running().items() if node.role is ROLES[name]]
            if not found:
                raise UserError(f"There is no {name.removeprefix('a ')} now (tick {self.now}).")
            id = self.leader() or found[0] if name == "leader" else found[0]
        else:
            id = check_name("node", name, self.ids)
        if statuses and self.status[id] not in statuses:
            raise UserError(f"{id} is {self.status[id]}; this needs a node that is {' or '.join(statuses)}.")
        return id

    def _pair(self, a: str, b: str) -> tuple[str, str]:
        a, b = self._node(a), self._node(b)
        if a == b:
            raise UserError(f"A link joins two nodes; both ends are {a}.")
        return a, b

    def _take(self, id: int, keep: bool = False, lost: bool = False) -> Message:
        """A message in flight, or with `lost` also a lost one. It is taken out of the network unless `keep`."""
        check_number("a message id", id, 0)
        if lost and id in self._lost:
            return self._lost[id]
        for waiting in (*self._arrivals.values(), *self._held.values()):
            for place, (message_id, message) in enumerate(waiting):
                if message_id == id:
                    if not keep:
                        del waiting[place]
                    return message
        raise UserError(f"Message {id} is not in flight at tick {self.now}.")

    def _client(self, name: str | None) -> str:
        """A client's name. Clients with a given name are counted, too, so that a replay numbers the others alike."""
        check_text("The name of a client", name or "")
        self._clients += 1
        return name or f"c{self._clients}"

    def _ask(self, id: str, event: Propose | Read, what: str) -> None:
        self._step(id, event, what, {"command": event.command, "client": event.client})

    def _take_snapshot(self, id: str) -> None:
        self._step(id, TakeSnapshot(self.machines[id].save()), "snapshot")

    def _reconfigures(self) -> bool:
        """Do logs say who has a vote (Membership)?"""
        return any(hasattr(node, "on_change_voters") for node in self.nodes.values())

    def _can(self, id: str, handler: str, extension: str) -> None:
        """Raise UserError if a node has no such handler."""
        if not hasattr(self.nodes[id], handler):
            raise UserError(
                f"{id} is {type(self.nodes[id]).__name__} and cannot do that; it needs the extension {extension}."
            )

    def _did(self, name: str, *arguments: Any) -> None:
        """Record a verb in the story and in the trace."""
        self.done.append((self.now, name, *arguments))
        self._event(VERBS[name].event, detail=list(arguments))

    def _did_network(self, name: str, *arguments: Any) -> None:
        self.done.append((self.now, name, *arguments))
        told = [list(each) if isinstance(each, tuple) else each for each in arguments]
        self._network_event(VERBS[name].event, told)
