"""Everything a person can do to a cluster. Each verb checks first, then records itself, then acts.

A node is named by its id ("n1"), or by its role at that moment: "leader", "a follower",
"a candidate". A message is named by its id in the trace. A mistake raises UserError and changes
nothing.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from raftlab.messages import ElectionTimeout, HeartbeatTimeout, Message, Role
from raftlab.sim.client_verbs import ClientVerbs
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.network import check_delay, check_probability
from raftlab.sim.operator_verbs import OperatorVerbs

ROLES = {"leader": Role.LEADER, "a follower": Role.FOLLOWER, "a candidate": Role.CANDIDATE}
EFFECTS = ("Save", "Send")
EVENT_NAMES = {"deliver": "deliver_now", "align_timers": "align", "spread_timers": "spread"}


class Verbs(ClientVerbs, OperatorVerbs):
    """The verbs of a cluster; what they act on stands in `Cluster`."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    # -- Nodes ------------------------------------------------------------------------------------

    def crash(self, node: str, after: str | int | None = None) -> None:
        """Stop a node; all it has not saved is lost.

        after: "Save" or "Send": not now, but in the middle of the node's next step that has such an
        effect, right after it: between saving and sending, for instance. Or a number: after so many
        effects of a step, whatever they are.
        """
        id = self._node(node, "running", "paused")
        if after is not None:
            if isinstance(after, str):
                check_name("effect", after, EFFECTS)
            else:
                check_number("the number of effects", after, 1)
            self._did("crash", id, after)
            self._crash_after[id] = after
        else:
            self.done.append((self.now, "crash", id))
            self._crash(id)

    def _crash(self, id: str) -> None:
        self.status[id] = "crashed"
        self._crash_after.pop(id, None)  # or the next life would die of what was meant for this one
        held, self._held[id] = self._held[id], []
        changes = self._recorder.gone(id) if self._recorder else None
        self._event("crash", id, None, changes)
        for message_id, message in held:
            self._lose(message_id, message, "crashed")

    def restart(self, node: str) -> None:
        """Start a crashed node again, from what it saved."""
        id = self._node(node, "crashed")
        self.done.append((self.now, "restart", id))
        self.status[id] = "running"
        breaches = self._start(id)
        self._changed("restart", id, edited_from=1)
        self._report(breaches)

    def pause(self, node: str) -> None:
        """Freeze a node: its clock stops, and messages to it wait."""
        id = self._node(node, "running")
        self.done.append((self.now, "pause", id))
        self.status[id] = "paused"
        changes = self._recorder.gone(id) | {"status": "paused"} if self._recorder else None
        self._event("pause", id, None, changes)

    def resume(self, node: str) -> None:
        """Let a paused node go on; what has waited for it arrives at the next tick."""
        id = self._node(node, "paused")
        self.done.append((self.now, "resume", id))
        self.status[id] = "running"
        self._changed("resume", id, edited_from=None)
        held, self._held[id] = self._held[id], []
        self._arrivals[self.now + 1] = held + self._arrivals.get(self.now + 1, [])

    def time_out(self, node: str) -> None:
        """Let a node's election timer run out now."""
        id = self._node(node, "running")
        if self.nodes[id].role is Role.LEADER:
            raise UserError(f"{id} is the leader, and a leader has no election timeout; choose another node.")
        self.done.append((self.now, "time_out", id))
        self._step(id, ElectionTimeout(), "time_out")

    def heartbeat(self, node: str) -> None:
        """Let a leader's heartbeat timer run out now."""
        id = self._node(node, "running")
        if self.nodes[id].role is not Role.LEADER:
            raise UserError(f"{id} does not lead, and only a leader has heartbeats; choose the leader.")
        self.done.append((self.now, "heartbeat", id))
        self._step(id, HeartbeatTimeout(), "timer", "heartbeat")

    def align_timers(self) -> None:
        """Let the election timers of all running nodes but the leader run out at the same tick: a split vote."""
        self._set_timers("align_timers", lambda place, count: 0)

    def spread_timers(self) -> None:
        """Spread the election timers of all running nodes but the leader evenly, in the order of the nodes."""
        self._set_timers("spread_timers", lambda place, count: place / max(1, count - 1))

    def _set_timers(self, verb: str, share: Any) -> None:
        shortest, longest = self.timing.election_timeout
        nodes = [id for id, node in self.running().items() if node.role is not Role.LEADER]
        self.done.append((self.now, verb))
        for place, id in enumerate(nodes):
            self.nodes[id].timer = shortest + int(share(place, len(nodes)) * (longest - shortest))
            self._changed(EVENT_NAMES[verb], id, edited_from=None)

    # -- Links ------------------------------------------------------------------------------------

    def partition(self, *groups: Any) -> None:
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

    def cut(self, a: str, b: str, one_way: bool = False) -> None:
        """Cut the link between two nodes; with one_way only from a to b."""
        a, b = self._pair(a, b)
        self.network.cut(a, b, bool(one_way))
        self._did_network("cut", a, b, *([True] if one_way else []))

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

    def isolate(self, node: str) -> None:
        """Cut all links of one node."""
        id = self._node(node)
        self.network.isolate(id)
        self._did_network("isolate", id)

    def flap(self, a: str, b: str, up: int, down: int) -> None:
        """Let the link between two nodes be up and down in turn, for so many ticks each, from now on."""
        a, b = self._pair(a, b)
        check_number("the ticks up", up, 1)
        check_number("the ticks down", down, 1)
        self.flapping[a, b] = (up, down, self.now)
        self._did_network("flap", a, b, up, down)

    def set_network(self, delay: Any = None, loss: float | None = None, duplication: float | None = None,
                    src: str | None = None, dst: str | None = None) -> None:  # fmt: skip
        """Change delay (a range of ticks), loss or duplication (0 to 1), everywhere or from src and to dst."""
        delay = check_delay(delay) if delay is not None else None
        loss = check_probability("loss", loss) if loss is not None else None
        duplication = check_probability("duplication", duplication) if duplication is not None else None
        src = self._node(src) if src is not None else None
        dst = self._node(dst) if dst is not None else None
        self.network.set(delay, loss, duplication, src, dst)
        self._did_network("set_network", delay, loss, duplication, src, dst)

    # -- Messages ---------------------------------------------------------------------------------

    def drop(self, message: int) -> None:
        """Lose a message that is in flight."""
        found = self._take(message)
        self._did("drop", message)
        self._lose(message, found, "dropped")

    def duplicate(self, message: int) -> None:
        """Let a message that is in flight arrive twice: the copy follows one tick later."""
        found = self._take(message, keep=True)
        self._did("duplicate", message)
        # What waits for a paused node has no arrival any more: its copy is due with the next tick.
        arrives = next((tick for tick, due in self._arrivals.items() if (message, found) in due), self.now)
        self._post(found, arrives + 1 - self.now, copy_of=message)
        self._tell_fates()

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

    def _did(self, verb: str, *arguments: Any) -> None:
        """Record what was done, as part of the story and of the trace."""
        self.done.append((self.now, verb, *arguments))
        self._event(EVENT_NAMES.get(verb, verb), detail=list(arguments))

    def _did_network(self, verb: str, *arguments: Any) -> None:
        self.done.append((self.now, verb, *arguments))
        told = [list(each) if isinstance(each, tuple) else each for each in arguments]
        self._network_event("network" if verb == "set_network" else verb, told)

    def _changed(self, what: str, id: str, edited_from: int | None) -> None:
        """Record what a person changed in a node's view."""
        if self._recorder:
            changes = {
                "status": self.status[id],
                **self._recorder.changes(self.now, self.nodes[id], edited_from, self.ticked),
            }
            self._event(what, id, None, changes)
