"""One step of one node. This is the only place where the explorer runs the code of a node.

Every step is done once, and its result is stored under (node, its state, event). Some steps are done again later. If
the result is then another one, or if a step changes the message that it was given, the code is not a function of
state and event; the error names the method.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from raftlab.checks.explorer.capture import DIE, cannot_change, copied, freeze, freeze_node
from raftlab.checks.explorer.history import Noticed
from raftlab.messages import (
    HANDLERS,
    MESSAGES,
    Answer,
    Applied,
    Apply,
    Because,
    Effect,
    Event,
    HardState,
    Message,
    ReadNow,
    Restore,
    Role,
    Save,
    SaveSnapshot,
    Send,
)
from raftlab.sim.disk import Disk
from raftlab.sim.errors import UserError
from raftlab.sim.properties import rewritten_from

AGAIN_EVERY = 20  # one of so many steps is done a second time


@dataclass(frozen=True, slots=True)
class Local:
    """A state of one node: the node itself, what its disk holds, and up to which entry it has applied."""

    number: int  # among the states of this node
    node: Any  # never stepped itself
    disk: HardState
    applied: int

    @property
    def leads(self) -> bool:
        """Whether the node believes that it leads."""
        return self.node.role is Role.LEADER


class Step(NamedTuple):
    """The result of a step: the state after it, what was sent, and what an observer noticed (see `history`).

    cut: after how many effects the node crashed and was restarted; None if it did not.
    """

    after: int
    sent: tuple[int, ...]
    noticed: tuple[Noticed, ...]
    cut: int | None = None


Check = Callable[[int, int, Event, tuple[Step, ...]], None]


class Steps:
    """All states in which the nodes of one class have been seen, all messages, and the results of all steps."""

    def __init__(self, node_class: type[Any], ids: tuple[str, ...], within_steps: bool = False):
        self.node_class, self.ids, self.within_steps = node_class, ids, within_steps
        self.places = {id: place for place, id in enumerate(ids)}
        self.states: list[list[Local]] = [[] for _ in ids]
        self.numbers: list[dict[Any, int]] = [{} for _ in ids]
        self.messages: list[Message] = []
        self.rules: set[str] = set()
        self.calls = 0
        self._message_numbers: dict[Any, int] = {}
        self._by_id: dict[int, int] = {}  # only of messages in `messages`, so that no id is used again
        self._done: dict[tuple[int, int, Any], tuple[Step, ...]] = {}
        self._restarts: dict[tuple[int, HardState], int] = {}
        self._events: list[tuple[int, int, Event]] = []
        self._looked_at = 0  # how many of `_events` `look_again` has seen

    def start(self, disks: list[HardState]) -> list[int]:
        """The numbers of the states in which nodes with these disks begin."""
        return [self.started(place, disk) for place, disk in enumerate(disks)]

    def local(self, place: int, number: int) -> Local:
        """A state of a node, by its number."""
        return self.states[place][number]

    def started(self, place: int, disk: HardState) -> int:
        """The state of a node that has just been built from its disk."""
        if (place, disk) not in self._restarts:
            node = self.node_class(self.ids[place], self.ids, DIE, saved=disk)
            node.log.edited_from = None
            self._restarts[place, disk] = self.number(place, node, disk, disk.snapshot.index)
        return self._restarts[place, disk]

    def number(self, place: int, node: Any, disk: HardState, applied: int) -> int:
        """The number of a node's state; a new one if it has never been seen."""
        key = (freeze_node(node), freeze(disk), applied)
        numbers = self.numbers[place]
        if key not in numbers:
            numbers[key] = len(numbers)
            self.states[place].append(Local(numbers[key], node, disk, applied))
        return numbers[key]

    def message_number(self, message: Message) -> int:
        """The number of a message; all equal ones have the same."""
        key = freeze(message)
        if key not in self._message_numbers:
            self._message_numbers[key] = self._by_id[id(message)] = len(self.messages)
            self.messages.append(message)
        return self._message_numbers[key]

    def run(self, place: int, number: int, event: Event) -> tuple[Step, ...]:
        """The results of an event: one for a crash at each place within the step, and one for the whole step."""
        key = (place, number, self._key(event))
        found = self._done.get(key)
        if found is None:
            found = self._done[key] = tuple(self._run(place, number, event))
            self._events.append((place, number, event))
        return found

    def _key(self, event: Event) -> Any:
        """The key of an event. It includes the type, because two events of different kinds can be equal tuples."""
        number = self._by_id.get(id(event))
        return (type(event), event) if number is None else number

    def look_again(self, also: Check | None = None) -> None:
        """Do some of the latest steps a second time. Raises UserError if the result is another one.

        also: a further check of all the latest steps.
        """
        of_late = self._events[self._looked_at :]
        newest = {type(event): (place, number, event) for place, number, event in of_late}
        self._looked_at = len(self._events)
        if also:
            for place, number, event in of_late:
                also(place, number, event, self._done[place, number, self._key(event)])
        for place, number, event in [*newest.values(), *of_late[::AGAIN_EVERY]]:
            if tuple(self._run(place, number, event)) != self._done[place, number, self._key(event)]:
                raise UserError(
                    f"{self.handler(event)} of {self.node_class.__name__} is not pure: in the same state, the same "
                    "event led to something else the second time. A node may use nothing but its own attributes: "
                    "no clock, no dice but self.random, no variable outside of itself."
                )

    def handler(self, event: Event) -> str:
        """The method that takes such an event."""
        return HANDLERS.get(type(event), f"the handler of {type(event).__name__}")

    # -- A step -----------------------------------------------------------------------------------------

    def _run(self, place: int, number: int, event: Event) -> Iterator[Step]:
        before, self.calls = self.states[place][number], self.calls + 1
        node, asked = copied(before.node), None if cannot_change(event) else freeze(event)
        node.log.edited_from = None
        try:
            effects = tuple(node.step(event))
        except Exception as error:
            what = f"{type(error).__name__}: {error}".rstrip(": ")
            yield Step(number, (), (("failed", f"{node.id} failed in {self.handler(event)}: {what}"),))
            return
        if asked is not None and freeze(event) != asked:
            raise UserError(
                f"{self.handler(event)} of {self.node_class.__name__} changes the message it was given; "
                "others may still hold it."
            )
        node.log.edited_from = None
        empty_outbox(node, effects)
        self.rules.update(effect.rule for effect in effects if type(effect) is Because)
        world = _World(before)
        for count, effect in enumerate(effects):
            if self.within_steps and count and type(effects[count - 1]) is not Because:
                yield self._crashed(place, world, count)
            try:
                self._carry_out(node.id, world, effect)
            except AssertionError as error:  # the effect is impossible, such as saving an entry after a gap
                world.noticed.append(("failed", f"{node.id} failed in {self.handler(event)}: {error}"))
                break
        noticed = (*world.noticed, *look(before.node, node))
        after = self.number(place, node, world.disk.read(), world.applied)
        yield Step(after, tuple(world.sent), noticed)

    def _crashed(self, place: int, world: "_World", count: int) -> Step:
        after = self.started(place, world.disk.read())
        return Step(after, tuple(world.sent), tuple(world.noticed), count)

    def _carry_out(self, id: str, world: "_World", effect: Effect) -> None:
        match effect:
            case Because():
                pass
            case Send(message) if type(message) in MESSAGES and message.dst in self.places:
                world.sent.append(self.message_number(message))
            case Save():
                world.disk.save(effect)
            case SaveSnapshot(snapshot):
                world.disk.save_snapshot(snapshot)
            case Apply(index, entry):
                world.noticed.append(("applied", id, index, entry, world.applied + 1))
                world.applied = index
            case Restore(snapshot):
                world.applied = snapshot.index
            case Answer(_, Applied(index)):
                world.noticed.append(("acknowledged", index))
            case Answer(client, ReadNow()):
                world.noticed.append(("read", id, client, world.applied))
            case Answer():
                pass
            case _:
                world.noticed.append(("failed", f"{id} has an effect that means nothing: {effect!r}"))


class _World:
    """The world around a node while its effects are carried out."""

    def __init__(self, before: Local):
        self.disk = Disk(before.disk)
        self.applied = before.applied
        self.sent: list[int] = []
        self.noticed: list[tuple[Any, ...]] = []


def empty_outbox(node: Any, effects: tuple[Effect, ...]) -> None:
    """Empty every list of a node that holds just what the step returned: the code collected effects in it, so it is no state."""
    for name, value in vars(node).items():
        if effects and type(value) is list and tuple(value) == effects:
            setattr(node, name, [])


def forget_outbox(node: Any) -> None:
    """The same for a node whose last step is not known: empty every list that holds only effects."""
    for name, value in vars(node).items():
        if type(value) is list and value and all(isinstance(each, Effect) for each in value):
            setattr(node, name, [])


def look(before: Any, node: Any) -> Iterator[Noticed]:
    """What an observer notices about a leader after a step. It sees the whole log."""
    if node.role is not Role.LEADER:
        return
    start, log = node.log.start, tuple(node.log)
    if (before.role, before.term) != (Role.LEADER, node.term):
        yield "elected", node.id, node.term, start, log
    elif (index := rewritten_from(before.log, node.log)) is not None:
        yield "rewrote", node.id, node.term, index
    first = max(before.commit_index, start) + 1
    last = min(node.commit_index, node.log.last_index)
    if first <= last:
        yield "committed", node.id, node.term, first, log[first - start - 1 : last - start]
