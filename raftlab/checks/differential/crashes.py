"""A crash between any two effects of a step, and every event twice: the nodes are stopped, begin again from what is on their disk, and go on.

The small situations show what a node does in any state, one step at a time. Here the same nodes live on: what an answer
keeps beside the fields of Raft stays from one event to the next, and is lost in a crash. Each step is compared with the
reference's step from the same state.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from raftlab.checks.differential.ask import Outcome, Question, State, outcomes
from raftlab.checks.differential.ask import state_of as fields_of
from raftlab.checks.differential.compare import Comparison, reasons_of, without_reasons
from raftlab.checks.differential.spaces import TIMEOUT, TIMER
from raftlab.checks.failure import FELL_OVER, NodeError, fell_over
from raftlab.messages import Effect, ElectionTimeout, Event, HardState, Save, SaveSnapshot
from raftlab.raft import Raft
from raftlab.remote.answers import Handed
from raftlab.sim.disk import Disk

OF_A_KIND = 5  # lives in which the reference follows the same rules
Compare = Callable[[Question, Outcome, Outcome, tuple[str, ...]], Comparison]


class Life(NamedTuple):
    """A node that begins with this on its disk, and gets an event in which it saves something. state: what it is called, and so on."""

    state: State
    disk: HardState
    event: Event


def lives(asked: Iterable[tuple[Question, Outcome, tuple[str, ...]]]) -> list[Life]:
    """Some of each kind, the simplest first. asked: questions with the reference's outcomes, and the rules that it follows."""
    kinds: dict[Any, dict[Any, Life]] = {}
    for (state, event, _), outcome, reasons in asked:
        happens = hasattr(event, "src") or isinstance(event, ElectionTimeout)
        if happens and any(isinstance(each, Save | SaveSnapshot) for each in outcome.effects):
            disk = HardState(state["term"], state["voted_for"], state["log"], state["snapshot"])
            alike = kinds.setdefault((type(event), reasons, len(state["nodes"])), {})
            if len(alike) < OF_A_KIND:
                alike.setdefault((disk, event), Life(dict(state), disk, event))
    return [life for alike in kinds.values() for life in alike.values()]


def wrong_in(life: Life, raft: type[Raft], reference: Any, compare: Compare) -> tuple[str, Comparison] | None:
    """The first step in which nodes of this class do what they should not, and when that is; None if there is none."""
    first = _Living(life, raft, reference, compare, life.disk)
    found = first.step()
    if found.differs:
        return "", found
    for disk in disks(life.disk, found.theirs.effects):
        begun = _Living(life, raft, reference, compare, disk)
        for when in ("After a crash: ", "After a crash, when it comes again: "):
            found = begun.step()
            if found.differs:
                return when, found
    found = first.step()
    return ("When it comes again: ", found) if found.differs else None


def disks(disk: HardState, effects: Iterable[Effect]) -> list[HardState]:
    """What can be on the disk when the node crashes: nothing new, or what it has saved so far."""
    now, found = Disk(disk), [disk]
    for each in effects:
        if isinstance(each, Save):
            now.save(each)
        elif isinstance(each, SaveSnapshot):
            now.save_snapshot(each.snapshot)
        found.append(now.read())
    return list(dict.fromkeys(found))


class _Living:
    """A node that begins with what is on a disk, and each of whose steps is compared."""

    def __init__(self, life: Life, raft: type[Raft], reference: Any, compare: Compare, disk: HardState):
        self.life, self.reference, self.compare = life, reference, compare
        self.before = self._fields(
            self._begun(reference, disk)
        )  # so a node that begins otherwise is found, too
        self.node: Raft | None = None
        self.begin = lambda: self._begun(raft, disk)

    def _begun(self, raft: Any, disk: HardState) -> Raft:
        state = self.life.state
        node: Raft = raft(
            state["id"],
            state["nodes"],
            Handed(0),
            state["election_timeout"],
            state["heartbeat_interval"],
            saved=disk,
        )
        if not hasattr(node, "snapshot"):  # a class that is not made from Raft need not know of them
            node.snapshot = disk.snapshot
        if hasattr(raft, "has_live_leader"):
            node.timeout = TIMEOUT
        return node

    def _fields(self, node: Raft) -> State:
        state = fields_of(node, self.life.state)
        program = getattr(type(node), "program", None)
        if program is not None and program.hello.get("like_raft") is False:
            state["timeout"] = None  # nor note how long its last timeout was
        return {name: dict(each) if isinstance(each, dict) else each for name, each in state.items()}

    def step(self) -> Comparison:
        """What the node does when it gets the event, and what the reference would do in its place."""
        question = Question(self.before | {"timer": TIMER}, self.life.event, (0.5,))
        (ours,) = outcomes(self.reference, [question])
        try:
            self.node = self.node or self.begin()
            self.node.timer = TIMER  # no reset gives this
            effects = self.node.step(self.life.event)
            self.before = self._fields(self.node)
            theirs = Outcome(effects, self.before)
        except NodeError as error:
            theirs = Outcome((), {}, error=str(error))
        except FELL_OVER as error:
            theirs = Outcome((), {}, error=fell_over(error))
        return self.compare(question, without_reasons(ours), without_reasons(theirs), reasons_of(ours))
