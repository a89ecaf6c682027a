"""Everything a person can do to a cluster: one verb, one method, one place.

A verb is a method of `Verbs` under the decorator `verb`. The method checks its arguments first, so that a
mistake raises UserError and changes nothing; then it records itself, with roles resolved ("leader" becomes
"n3"); then it acts. The decorator says how the deed is told and which controls it has in the player. All
other parts read `VERBS`: a story checks its actions against it, `Cluster` inherits the methods with their
types, `Lab` has a method for each, and the player is given the controls as data.

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


# A time that a sentence names: its words, "at" for a moment or "for" how long something takes, and the ticks: one, or
# the least and the most. A player that shows seconds puts its own words in the place of these.
TimeTold = tuple[Any, ...]


class Done(Protocol):
    """The event that a verb left in a trace."""

    @property
    def node(self) -> str | None:
        """To which node it was done, if the event names one."""

    @property
    def detail(self) -> Any:
        """What the verb recorded: its arguments, as a rule."""


class Deed(Done, Protocol):
    """What the sentence of a verb is made of."""

    def message_name(self, id: int) -> str:
        """A message in words: "vote request from n1 to n2"."""


class Control(NamedTuple):
    """A button or a key of the player.

    on: what must be chosen first: "node", "entry", "link", "message", or "cluster" if nothing must be.
    label: what stands on the button; {a} and {b} are the ends of the chosen link.
    key: the key that does the same, if there is one; help: what the list of keys says of it.
    part: the part of the Lab (a word of `show`) that brings this control.
    arguments: what the verb is called with. {node}, {index}, {message}, {a} and {b} stand for what is chosen.
    states: only for a node, or for a message, in one of these states; roles: only for a node in one of these.
    gesture: the movement of a mouse or finger that does the same: "double click" on a node; "drag apart" and
    "drag home" of a node, away from its group and back to it; "drag across" links, and "split" if this leaves
    groups that do not hear each other (called with the groups); "drag off", "drag on" and "drag back" of a
    message, away from its way, towards its receiver and towards its sender.
    needs: the word that the nodes' protocol must have, such as "leader"; without it there is no such control.
    A control without a label is in no menu.
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

    do: the method: it checks, records and acts. sentence: what is told of the deed, without a full stop,
    because a narrator may add what came of it. event: what the deed is called in a trace. beyond: whether this
    is more than Raft is made to bear, so that its properties may break although every node is right.
    at_once: what is certain as soon as it is done, so that a player can show it before the answer has come:
    {"view": fields of the node's view with their new values}, {"links": "cut", "healed" or "parted"} for the
    links that its arguments name, or {"message": "gone"}. times: the times that its sentence names. called: in a
    few words, what was done; a branch is called by it.
    """

    name: str
    do: Callable[..., Any]
    sentence: Callable[[Deed], str]
    controls: tuple[Control, ...]
    event: str
    beyond: bool = False
    at_once: Mapping[str, Any] | None = None
    times: Callable[[Done], list[TimeTold]] = lambda _: []
    called: Callable[[Deed], str] | None = None

    def check(self, arguments: Iterable[Any], named: Mapping[str, Any] | None = None) -> None:
        """Raises UserError if the verb does not take such arguments."""
        check_call(self.name, self.do, arguments, named)

    def name_of(self, deed: Deed) -> str:
        """What was done, in a few words; without words of its own, the main clause of the verb's sentence."""
        return self.called(deed) if self.called else re.split("[,:;“]", self.sentence(deed))[0].strip()


VERBS: dict[str, Verb] = {}

_Method = TypeVar("_Method", bound=Callable[..., Any])
_CHOSEN = {
    "node": ("{node}",),
    "entry": ("{node}", "{index}"),
    "message": ("{message}",),
    "link": ("{a}", "{b}"),
}


def verb(
    sentence: Callable[[Deed], str],
    *controls: Control,
    event: str = "",
    beyond: bool = False,
    at_once: Mapping[str, Any] | None = None,
    times: Callable[[Done], list[TimeTold]] = lambda _: [],
    called: Callable[[Deed], str] | None = None,
) -> Callable[[_Method], _Method]:
    """Make a verb of a method, under the method's name.

    sentence: as in `Verb`. controls: what the player offers; a control whose part or arguments are left out
    belongs to the part that is called like the verb, and takes what is chosen. event: as in `Verb`; left out,
    the verb's name. beyond, at_once, times, called: as in `Verb`.
    """

    def register(method: _Method) -> _Method:
        name = method.__name__

        @wraps(method)
        def do(cluster: "Verbs", *given: Any, **named: Any) -> Any:
            try:
                return method(cluster, *given, **named)
            except TypeError:
                check_call(
                    name, method, given, named
                )  # a call that the verb does not take is told in a sentence
                raise

        complete = tuple(
            each._replace(part=each.part or name, arguments=each.arguments or _CHOSEN.get(each.on, ()))
            for each in controls
        )
        VERBS[name] = Verb(name, do, sentence, complete, event or name, beyond, at_once, times, called)
        return cast(_Method, do)

    return register


def times_of(done: Any) -> list[TimeTold]:
    """The times that are named in the sentence of an event of a trace."""
    found = verb_of(done.what)
    return found.times(done) if found else []


def verb_of(event: str) -> Verb | None:
    """The verb that leaves such an event in a trace, if it is a verb's."""
    return next((each for each in VERBS.values() if each.event == event), None)


def controls() -> list[dict[str, Any]]:
    """All controls as the player is given them, in the order of the verbs."""
    return [{"verb": each.name, **control._asdict()} for each in VERBS.values() for control in each.controls]


def at_once() -> dict[str, dict[str, Any]]:
    """What is certain as soon as a verb is done, by its name; of the other verbs nothing is."""
    return {each.name: dict(each.at_once) for each in VERBS.values() if each.at_once}


# -- How some of them are told ----------------------------------------------------------------------------


def _words_of(how: str, *ticks: int) -> str:
    """A time in words: "at" a tick, or "for" so many ticks, at least and at most."""
    if how == "at":
        return f"tick {ticks[0]}"
    shortest, longest = ticks[0], ticks[-1]
    return f"{shortest} to {longest} ticks" if shortest < longest else plural(longest, "tick")


def _time(how: str, *ticks: int) -> TimeTold:
    return (_words_of(how, *ticks), how, *ticks)


def _times_of_crash(deed: Done) -> list[TimeTold]:
    return [_time("at", deed.detail)] if deed.node and deed.detail is not None else []


def _times_of_flap(deed: Done) -> list[TimeTold]:
    _, _, *rest = deed.detail
    return [_time("for", ticks) for ticks in rest] if len(rest) == 2 else []


def _times_of_network(deed: Done) -> list[TimeTold]:
    return [_time("for", *deed.detail[0])] if deed.detail[0] is not None else []


def _tell_crash(deed: Deed) -> str:
    if deed.node:
        if deed.detail is not None:
            return f"{deed.node} crashes, and its disk has forgotten all that was saved since {_words_of('at', deed.detail)}"
        return f"{deed.node} crashes, and loses all that it has not saved"
    node, after = deed.detail
    moment = f"{after} effects of its next step" if isinstance(after, int) else f"its next {after.lower()}"
    return f"{node} will crash right after {moment}"


def _tell_cut(deed: Deed) -> str:
    a, b, *one_way = deed.detail
    if one_way:
        return f"The way from {a} to {b} is cut; from {b} to {a} it still works"
    return f"The link between {a} and {b} is cut"


def _tell_heal(deed: Deed) -> str:
    if len(deed.detail) == 2:
        return "The link between {} and {} works again".format(*deed.detail)
    return f"All links of {deed.detail[0]} work again" if deed.detail else "All links work again"


def _call_cut(deed: Deed) -> str:
    a, b, *one_way = deed.detail
    return f"{a} → {b} cut" if one_way else f"link {a}–{b} cut"


def _call_heal(deed: Deed) -> str:
    if len(deed.detail) == 2:
        return "link {}–{} healed".format(*deed.detail)
    return f"links of {deed.detail[0]} healed" if deed.detail else "all links healed"


def _call_network(deed: Deed) -> str:
    delay, loss, duplication, src, dst = deed.detail
    changed = [
        word
        for word, value in (("speed", delay), ("losses", loss), ("doubling", duplication))
        if value is not None
    ]
    ways = f"{f' from {src}' if src else ''}{f' to {dst}' if dst else ''}"
    return f"other {listed(changed, 'network')}{ways}"


def _tell_flap(deed: Deed) -> str:
    a, b, *rest = deed.detail
    if len(rest) == 1:
        return f"The flapping link between {a} and {b} is {rest[0]} now"
    up, down = (_words_of("for", ticks) for ticks in rest)
    return f"The link between {a} and {b} flaps from now on: {up} up, {down} down"


def _tell_network(deed: Deed) -> str:
    delay, loss, duplication, src, dst = deed.detail
    words = []
    if delay is not None:
        words.append(f"take {_words_of('for', *delay)}")
    if loss is not None:
        words.append(f"are lost in {100 * loss:.3g} % of all cases")
    if duplication is not None:
        words.append(f"arrive twice in {100 * duplication:.3g} % of all cases")
    ways = f"{f' from {src}' if src else ''}{f' to {dst}' if dst else ''}"
    return f"From now on messages{ways} {listed(words, 'travel as before')}"


def _tell_clients(deed: Deed) -> str:
    count = deed.detail[0]
    return f"{count} clients come, and each" if count > 1 else "A client comes, and"


def _one_bit_off(command: str) -> str:
    """The command with one bit of its last character flipped: the lowest that leaves something to be read."""
    flipped = (chr(ord(command[-1]) ^ 1 << bit) for bit in range(7))
    return command[:-1] + next(each for each in flipped if each.isprintable())


def check_voters(voters: Sequence[str], nodes: Iterable[str]) -> None:
    """Nodes that may have a vote, each named once."""
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
        """Stop a node; all it has not saved is lost.

        after: "Save" or "Send": not now, but in the middle of the node's next step that has such an
        effect, right after it: between saving and sending, for instance. Or a number: after so many
        effects of a step, whatever they are.
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
        lambda deed: f"{deed.node} restarts with what it had saved",
        Control("node", "restart", "r", "restart it", states=("crashed",), gesture="double click"),
        at_once={"view": {"status": "running", "role": "follower"}},
        called=lambda deed: f"{deed.node} restarts",
    )
    def restart(self, node: str) -> None:
        """Start a crashed node again, from what it saved."""
        id = self._node(node, "crashed")
        self.done.append((self.now, "restart", id))
        self.status[id] = "running"
        breaches = self._start(id)
        self._changed("restart", id, edited_from=1)
        self._report(breaches)

    @verb(
        lambda deed: f"{deed.node} is paused: its clock stands still, and messages to it wait",
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
        lambda deed: f"{deed.node} goes on; it does not know that time has passed",
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
        lambda deed: f"{deed.node}'s election timer is made to run out",
        Control("node", "time out now", "t", "let its timer run out now",
                states=("running",), roles=("follower", "candidate")),
        called=lambda deed: f"{deed.node}'s timer ended",
    )  # fmt: skip
    def time_out(self, node: str) -> None:
        """Let a node's election timer run out now."""
        id = self._node(node, "running")
        if self.nodes[id].role is Role.LEADER:
            raise UserError(f"{id} is the leader, and a leader has no election timeout; choose another node.")
        self.done.append((self.now, "time_out", id))
        self._step(id, ElectionTimeout(), "time_out")

    @verb(
        lambda deed: f"{deed.node}'s heartbeat timer is made to run out",
        called=lambda deed: f"a heartbeat of {deed.node}",
    )
    def heartbeat(self, node: str) -> None:
        """Let a leader's heartbeat timer run out now."""
        id = self._node(node, "running")
        if self.nodes[id].role is not Role.LEADER:
            raise UserError(f"{id} does not lead, and only a leader has heartbeats; choose the leader.")
        self.done.append((self.now, "heartbeat", id))
        self._step(id, HeartbeatTimeout(), "heartbeat")

    @verb(
        lambda deed: f"{deed.node}'s election timer is aligned with the others'",
        Control("cluster", "align timers", "a", "let all election timers run out together", "align"),
        event="align",
        called=lambda _: "all timers set to run out together",
    )
    def align_timers(self) -> None:
        """Let the election timers of all running nodes but the leader run out at the same tick: a split vote."""
        self._set_timers("align_timers", lambda place, count: 0)

    @verb(
        lambda deed: f"{deed.node}'s election timer is set apart from the others'",
        Control(
            "cluster", "spread timers", "s", "let the election timers run out one after the other", "align"
        ),
        event="spread",
        called=lambda _: "timers set apart",
    )
    def spread_timers(self) -> None:
        """Spread the election timers of all running nodes but the leader evenly, in the order of the nodes."""
        self._set_timers("spread_timers", lambda place, count: place / max(1, count - 1))

    def _set_timers(self, name: str, share: Callable[[int, int], float]) -> None:
        shortest, longest = self.timing.election_timeout
        nodes = [id for id, node in self.running().items() if node.role is not Role.LEADER]
        self.done.append((self.now, name))
        for place, id in enumerate(nodes):
            self.nodes[id].timer = shortest + int(share(place, len(nodes)) * (longest - shortest))
            self._changed(VERBS[name].event, id)

    @verb(
        lambda deed: (
            f"{deed.node}'s clock runs slow from now on, at {100 * deed.detail:.3g} % of its speed"
            if deed.detail < 1
            else f"{deed.node}'s clock is right again"
        ),
        called=lambda deed: f"{deed.node}'s clock {'runs slow' if deed.detail < 1 else 'is right again'}",
    )
    def drift(self, node: str, rate: float) -> None:
        """Let a node's clock run slow from now on, also after a restart.

        rate: how fast it runs, from 0.001 to 1, which is right: with 0.5 only every second tick counts.
        """
        id = self._node(node)
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0.001 <= rate <= 1:
            raise UserError(f"The rate of a clock is a number from 0.001 to 1 (right), not {rate!r}.")
        self.done.append((self.now, "drift", id, rate))
        self.clocks.pop(id, None)
        if rate < 1:
            self.clocks[id] = Clock(round(1000 * rate), self.now)
        self._changed("drift", id, rate)  # its timer is due later now

    # -- Disks ------------------------------------------------------------------------------------

    # Raft takes for granted that what a node has saved it finds again. These three take that away. While a
    # node runs, its memory is right, so nobody notices; what the disk holds is read when the node restarts.

    @verb(
        lambda deed: f"{deed.node}'s disk is lost, and an empty one takes its place",
        Control("node", "lose its disk", "e", "lose a crashed node's disk", "disks", states=("crashed",)),
        beyond=True,
        called=lambda deed: f"{deed.node} loses its disk",
    )
    def lose_disk(self, node: str) -> None:
        """Lose all that a crashed node has saved: its term, its vote, its log and its snapshot.

        The node restarts like a new one, under its old name. The leader does not mend it: it knows of entries that
        this node has confirmed, and never goes back behind them. The next leader does. A node that runs would stop
        at its next write, so it has to be crashed first. Raises UserError if it is not.
        """
        id = self._node(node, "crashed")
        self.done.append((self.now, "lose_disk", id))
        self.disks[id].lose()
        self._changed("lose_disk", id, edited_from=1)

    @verb(
        lambda deed: f"From now on {deed.node}'s disk only caches what it says it has written: the next crash will forget it",
        Control("node", "let its disk forget", "f", "let its next crash forget all later writes", "disks",
                states=("running", "paused")),
        beyond=True,
        called=lambda deed: f"{deed.node}'s disk will forget",
    )  # fmt: skip
    def forget_writes(self, node: str) -> None:
        """Let a node's disk confirm writes that it only caches: an fsync that lies.

        The node goes on and notices nothing. Its next crash forgets all that was saved after this verb, and
        no crash after that one: the disk is in order again. Raises UserError if the node is crashed, or if its
        disk does so already.
        """
        id = self._node(node, "running", "paused")
        if (since := self.disks[id].cached_since) is not None:
            raise UserError(f"{id}'s disk only caches its writes already, since tick {since}.")
        self.done.append((self.now, "forget_writes", id))
        self.disks[id].only_cache(self.now)
        self._changed("forget_writes", id)

    @verb(
        lambda deed: (
            f"Entry {deed.detail[0]} on {deed.node}'s disk is damaged: it reads “{deed.detail[2]}” now, not “{deed.detail[1]}”"
        ),
        Control("entry", "corrupt it on disk", "z", "corrupt the chosen entry on the node's disk", "disks"),
        beyond=True,
        called=lambda deed: f"entry {deed.detail[0]} of {deed.node} damaged",
    )
    def corrupt(self, node: str, index: int, command: str | None = None) -> None:
        """Damage an entry of a node's log on its disk, so that it reads as another command.

        A node that runs has the right entry in memory and goes on; a node that restarts reads the damaged one
        and cannot know: Raft says nothing of checksums. What the node saves at this index later replaces it.

        index: of the entry; it must be on the disk, and hold a client's command.
        command: what it reads as; left out, one bit of the command's last character flips.
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
        seen = index if self.status[id] == "crashed" else None  # memory is not touched
        self._changed("corrupt", id, [index, before, command], edited_from=seen)

    # -- Links ------------------------------------------------------------------------------------

    @verb(
        lambda deed: "The network is split: " + " | ".join(", ".join(group) for group in deed.detail),
        Control("cluster", "", part="partitions", gesture="split"),
        at_once={"links": "parted"},
        called=lambda deed: "network split: " + " | ".join(" ".join(group) for group in deed.detail),
    )
    def partition(self, *groups: Iterable[str]) -> None:
        """Let nodes hear only those of their own group; every node stands in exactly one.

        >>> cluster.partition(["n1", "n2"], ["n3", "n4", "n5"])  # doctest: +SKIP
        """
        for group in groups:
            if isinstance(group, str) or not isinstance(group, Iterable):
                raise UserError(f"A group is a list of nodes such as ['n1', 'n2'], not {group!r}.")
        parts = [[self._node(node) for node in group] for group in groups]
        named = [node for part in parts for node in part]
        twice = [node for node in self.ids if named.count(node) > 1]
        missing = [node for node in self.ids if node not in named]
        if twice:
            raise UserError(f"{twice[0]} is named twice; a node can only be on one side.")
        if missing:
            raise UserError(f"Every node needs a group, and in none stands: {', '.join(missing)}.")
        self.flapping.clear()
        self.network.partition(parts)
        self._did_network("partition", *parts)

    @verb(
        _tell_cut,
        Control("link", "cut both ways", "k", "cut the chosen link", "cuts", gesture="drag across"),
        Control("link", "cut only {a} → {b}", part="cuts", arguments=("{a}", "{b}", True)),
        Control("link", "cut only {b} → {a}", part="cuts", arguments=("{b}", "{a}", True)),
        at_once={"links": "cut"},
        called=_call_cut,
    )
    def cut(self, a: str, b: str, one_way: bool = False) -> None:
        """Cut the link between two nodes; with one_way only from a to b."""
        a, b = self._pair(a, b)
        self.network.cut(a, b, bool(one_way))
        self._did_network("cut", a, b, *([True] if one_way else []))

    @verb(
        lambda deed: f"All links of {deed.detail[0]} are cut",
        Control("node", "cut off", "o", "cut it off from all others", "cuts", gesture="drag apart"),
        at_once={"links": "cut"},
        called=lambda deed: f"{deed.detail[0]} cut off from the rest",
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
        called=_call_heal,
    )
    def heal(self, a: str | None = None, b: str | None = None) -> None:
        """Mend the link between two nodes, all links of one node, or all links."""
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
        called=lambda deed: f"{deed.detail[0]}–{deed.detail[1]} flaps",
    )
    def flap(self, a: str, b: str, up: int, down: int) -> None:
        """Let the link between two nodes be up and down in turn, for so many ticks each, from now on."""
        a, b = self._pair(a, b)
        check_number("the ticks up", up, 1)
        check_number("the ticks down", down, 1)
        self.flapping[a, b] = (up, down, self.now)
        self._did_network("flap", a, b, up, down)

    @verb(
        _tell_network,
        event="network",
        times=_times_of_network,
        called=_call_network,
    )
    def set_network(
        self,
        delay: tuple[int, int] | None = None,
        loss: float | None = None,
        duplication: float | None = None,
        src: str | None = None,
        dst: str | None = None,
    ) -> None:
        """Change delay (a range of ticks), loss or duplication (0 to 1), everywhere or from src and to dst."""
        delay = check_delay(delay) if delay is not None else None
        loss = check_probability("loss", loss) if loss is not None else None
        duplication = check_probability("duplication", duplication) if duplication is not None else None
        src = self._node(src) if src is not None else None
        dst = self._node(dst) if dst is not None else None
        self.network.set(delay, loss, duplication, src, dst)
        self._did_network("set_network", delay, loss, duplication, src, dst)

    # -- Messages ---------------------------------------------------------------------------------

    @verb(
        lambda deed: f"The {deed.message_name(deed.detail[0])} is dropped",
        Control("message", "drop", "d", "drop the chosen message", states=("flying",), gesture="drag off"),
        at_once={"message": "gone"},
        called=lambda deed: f"{deed.message_name(deed.detail[0])} dropped",
    )
    def drop(self, message: int) -> None:
        """Lose a message that is in flight."""
        found = self._take(message)
        self._did("drop", message)
        self._lose(message, found, "dropped")

    @verb(
        lambda deed: f"The {deed.message_name(deed.detail[0])} is duplicated",
        Control("message", "duplicate", "D", "duplicate it", states=("flying",)),
        called=lambda deed: f"{deed.message_name(deed.detail[0])} doubled",
    )
    def duplicate(self, message: int) -> None:
        """Let a message that is in flight arrive twice: the copy follows one tick later."""
        found = self._take(message, keep=True)
        self._did("duplicate", message)
        # What waits for a paused node has no arrival any more: its copy is due with the next tick.
        arrives = next((tick for tick, due in self._arrivals.items() if (message, found) in due), self.now)
        self._post(found, arrives + 1 - self.now, copy_of=message)
        self._tell_fates()

    @verb(
        lambda deed: f"The {deed.message_name(deed.detail[0])} is made to arrive now",
        Control(
            "message", "deliver now", "n", "deliver it now", states=("flying", "lost"), gesture="drag on"
        ),
        at_once={"message": "gone"},
        event="deliver_now",
        called=lambda deed: f"{deed.message_name(deed.detail[0])} delivered",
    )
    def deliver(self, message: int) -> None:
        """Let a message arrive now: one in flight, or one that was lost and turns out to be merely late."""
        found = self._take(message, keep=True, lost=True)
        self._node(found.dst, "running")
        self._did("deliver", message)
        if message in self._lost:
            del self._lost[message]
        else:
            self._take(message)
        self._step(found.dst, found, "deliver", message)

    @verb(
        lambda deed: (
            f"The {deed.message_name(deed.detail[0])} is held back for {_words_of('for', deed.detail[1])}"
        ),
        Control(
            "message",
            "hold back",
            "B",
            "hold the chosen message back",
            states=("flying",),
            gesture="drag back",
        ),
        times=lambda done: [_time("for", done.detail[1])],
        called=lambda deed: f"{deed.message_name(deed.detail[0])} held back",
    )
    def delay(self, message: int, ticks: int = 20) -> None:
        """Hold back a message that is in flight, so that it arrives this many ticks later than it would have.

        It can still be dropped, or be made to arrive now. Raises UserError if it is not in flight, or if it has
        arrived already and only waits for a paused node.
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
        lambda deed: f"Client {deed.detail['client']} gives “{deed.detail['command']}” to {deed.node}",
        called=lambda deed: f"“{short(deed.detail['command'])}” given to {deed.node}",
    )
    def propose(self, command: str, node: str = "leader", client: str | None = None) -> str:
        """Hand a client's command to a node; returns the client's name, under which it will be answered."""
        check_command(command, self._reconfigures())
        id = self._node(node, "running")
        client = self._client(client)
        self.done.append((self.now, "propose", command, id, client))
        self._ask(id, Propose(command, client), "propose")
        return client

    @verb(
        VERBS["propose"].sentence,
        event="propose",
        called=VERBS["propose"].called,
    )
    def write(self, key: str, value: object, node: str = "leader") -> str:
        """Have a client write a value under a key; recorded as the command that it proposes."""
        check_key(key)
        return self.propose(f"{key}={value}", node)

    @verb(
        lambda deed: f"Client {deed.detail['client']} asks {deed.node} “{deed.detail['command']}”",
        called=lambda deed: f"“{short(deed.detail['command'])}” asked of {deed.node}",
    )
    def read(self, key: str, node: str = "leader", client: str | None = None) -> str:
        """Have a client read a key; returns the client's name, under which it will be answered.

        Nodes that know how to read without a place in the log do so (ReadIndex, LeaseReads, LocalReads);
        with all others a read goes through the log, as every command does.
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
        lambda deed: f"{_tell_clients(deed)} will ask one thing after the other",
        called=lambda deed: f"{plural(deed.detail[0], 'client')} more",
    )
    def clients(self, count: int = 1, settings: Mapping[str, Any] | None = None) -> list[str]:
        """Let clients come who ask one thing after the other, until `stop_clients`; returns their names.

        What they ask and are told is the history in the trace: `trace.operations()`.

        Args:
            count: how many, 1 to 20.
            settings: how they behave: any of the fields of `raftlab.sim.workload.Workload`, by name.

        Raises:
            UserError: a setting that does not exist, or cannot be.

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
        lambda deed: "The clients begin nothing new",
        called=lambda _: "clients stopped",
    )
    def stop_clients(self) -> None:
        """Let the clients begin nothing new; what they are waiting for, they still wait for."""
        self._did("stop_clients")
        for client in self.workers.values():
            client.stopped = True

    # -- Operators: snapshots, voters, a new leader -------------------------------------------------

    @verb(
        lambda deed: f"{deed.node} takes a snapshot of what it has applied",
        called=lambda deed: f"{deed.node} takes a snapshot",
    )
    def snapshot(self, node: str) -> None:
        """Let a node take a snapshot of what it has applied; its log begins after it. (7)

        Raises UserError if the node does not run, knows no snapshots, or has applied nothing since the last.
        """
        id = self._node(node, "running")
        self._can(id, "on_take_snapshot", "Snapshots")
        if self.nodes[id].last_applied == self.nodes[id].log.start:
            raise UserError(f"{id} has applied nothing that is not in its snapshot already.")
        self.done.append((self.now, "snapshot", id))
        self._take_snapshot(id)

    @verb(
        lambda deed: (
            f"From now on every node takes a snapshot whenever it has applied {deed.detail[0]} more"
            if deed.detail[0]
            else "From now on nodes take no snapshots by themselves"
        ),
        called=lambda deed: (
            f"a snapshot every {plural(deed.detail[0], 'entry', 'entries')}"
            if deed.detail[0]
            else "no more snapshots"
        ),
    )
    def snapshot_every(self, entries: int) -> None:
        """From now on let every node take a snapshot whenever it has applied so many entries since the last; 0: no more."""
        check_number("the number of entries", entries, 0)
        if not any(hasattr(node, "on_take_snapshot") for node in self.nodes.values()):
            self._can(self.ids[0], "on_take_snapshot", "Snapshots")
        self._did("snapshot_every", entries)
        self.snapshot_after = entries

    @verb(
        lambda deed: (
            f"The leader {deed.node} is asked to give a vote to {listed(deed.detail['voters'])}, and to nobody else"
        ),
        called=lambda deed: f"a vote for {listed(deed.detail['voters'])} only",
    )
    def change_voters(self, *voters: str) -> str:
        """Ask the leader that these nodes, and no others, have a vote; returns the name under which it answers.

        Raises UserError if there is no leader, if it knows only fixed voters, or if one is no node or named twice. What
        Raft does not allow, such as two changes at once, the leader refuses in its answer.
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
        lambda deed: f"The leader {deed.node} is asked to hand over to {deed.detail[0]}",
        called=lambda deed: f"{deed.node} asked to hand over to {deed.detail[0]}",
    )
    def transfer(self, target: str) -> None:
        """Ask the leader to hand over to another node. (thesis 3.10)

        Raises UserError if there is no leader, if it cannot do that, or if it is the target itself.
        """
        id, target = self._node("leader"), self._node(target)
        self._can(id, "on_transfer_leadership", "Transfer")
        if id == target:
            raise UserError(f"{id} leads already; name another node.")
        self.done.append((self.now, "transfer", target))
        self._step(id, TransferLeadership(target), "transfer", [target])

    # -- What the verbs are made of -----------------------------------------------------------------

    def _node(self, name: str, *statuses: str) -> str:
        """A node's id, from its id or role, if it has one of these statuses."""
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
        """A message in flight (or lost, if that will do too), taken out of the network unless it is to be kept."""
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
        """A client's name; counted even where it is given: a replay must go on with the next."""
        check_text("The name of a client", name or "")
        self._clients += 1
        return name or f"c{self._clients}"

    def _ask(self, id: str, event: Propose | Read, what: str) -> None:
        self._step(id, event, what, {"command": event.command, "client": event.client})

    def _take_snapshot(self, id: str) -> None:
        self._step(id, TakeSnapshot(self.machines[id].save()), "snapshot")

    def _reconfigures(self) -> bool:
        """Do nodes read in their logs who has a vote?"""
        return any(hasattr(node, "on_change_voters") for node in self.nodes.values())

    def _can(self, id: str, handler: str, extension: str) -> None:
        """Refuse what a node has no handler for."""
        if not hasattr(self.nodes[id], handler):
            raise UserError(
                f"{id} is {type(self.nodes[id]).__name__} and cannot do that; it needs the extension {extension}."
            )

    def _did(self, name: str, *arguments: Any) -> None:
        """Record what was done, as part of the story and of the trace."""
        self.done.append((self.now, name, *arguments))
        self._event(VERBS[name].event, detail=list(arguments))

    def _did_network(self, name: str, *arguments: Any) -> None:
        self.done.append((self.now, name, *arguments))
        told = [list(each) if isinstance(each, tuple) else each for each in arguments]
        self._network_event(VERBS[name].event, told)
