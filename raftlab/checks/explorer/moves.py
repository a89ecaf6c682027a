"""The whole state as one number, and the moves that are possible in it.

    low bits    the state of each node, as its number
                how many losses, copies, crashes and reads are left, if they are limited
                what the observer remembers, as its number
    high bits   the network: one bit for each message that was ever sent

A move changes one node and the network. Its effect is computed once for each pair (state of the node, messages for
it) and stored as two numbers: the state after the move is `state ^ change | sent`. The network is a set: if a
message is sent again while an equal one is in flight, the two are one message.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from raftlab.checks.explorer.bounds import Bounds
from raftlab.checks.explorer.history import History, after
from raftlab.checks.explorer.steps import Local, Step, Steps
from raftlab.messages import (
    ElectionTimeout,
    Event,
    HeartbeatTimeout,
    Propose,
    Read,
)
from raftlab.sim.errors import UserError
from raftlab.sim.properties import Finding

NODE_BITS, LEFT_BITS, HISTORY_BITS = 16, 4, 20
COUNTED = ("losses", "duplicates", "crashes", "reads")
READ = "x?"


class Move(NamedTuple):
    """Something that can happen to a node, and how it changes the state.

    what: its kind. about: the message, command or client that it is about. cut: after how many effects of the step
    the node crashes, or None. change, sent: the state after the move is `state ^ change | sent`.
    note: what an observer notices in the move; None if nothing.
    """

    what: str
    node: str
    about: Any
    cut: int | None
    change: int
    sent: int
    note: "Note | None"


class Note(dict[int, int]):
    """What an observer notices in a move. As a dict: memory before -> how the move changes it, both as bits of the state."""

    def __init__(self, moves: "Moves", noticed: tuple[tuple[Any, ...], ...]):
        self.moves, self.noticed = moves, noticed

    def __missing__(self, remembered: int) -> int:
        moves = self.moves
        history, breach = after(moves.history_of(remembered), self.noticed, moves.remember)
        if breach:
            moves.breaches.append((remembered, self, breach))
        self[remembered] = change = remembered ^ moves.history_bits(history)
        return change


class Table(dict[int, tuple[list[tuple[int, int]], list[tuple[int, int, Note]]]]):
    """The moves of one node: its bits of a state -> the moves without a note, and those with one."""

    def __init__(self, moves: "Moves", place: int):
        self.moves, self.place = moves, place

    def __missing__(self, bits: int) -> tuple[list[tuple[int, int]], list[tuple[int, int, Note]]]:
        plain, noted = [], []
        for move in self.moves.of(self.place, bits):
            if move.note is None:
                plain.append((move.change, move.sent))
            else:
                noted.append((move.change, move.sent, move.note))
        self[bits] = plain, noted
        return plain, noted


class Moves:
    """Everything that can happen to nodes of one class within some bounds."""

    def __init__(self, steps: Steps, bounds: Bounds, remember: bool):
        self.steps, self.bounds, self.remember = steps, bounds, remember
        self.shift = [place * NODE_BITS for place in range(bounds.nodes)]
        width = bounds.nodes * NODE_BITS
        self.nodes = (1 << width) - 1
        self.left: dict[str, int] = {}  # what is limited -> the place of its count in the state
        for name in COUNTED:
            if getattr(bounds, name):
                self.left[name] = width
                width += LEFT_BITS
        self.counted = (1 << width) - 1 ^ self.nodes
        self.remembered_from = width
        if remember:
            width += HISTORY_BITS
        self.remembered = (1 << width) - 1 ^ self.nodes ^ self.counted
        self.network_from = width
        self.tables = [Table(self, place) for place in range(bounds.nodes)]
        self.breaches: list[tuple[int, Note, Finding]] = []
        self._inboxes = [0] * bounds.nodes
        self._known = 0  # how many messages are in the inboxes
        self._histories: list[History] = [History()]
        self._history_numbers = {History(): 0}
        self._notes: dict[Any, Note] = {}

    # -- States as numbers ------------------------------------------------------------------------------

    def state(self, numbers: list[int], messages: list[int]) -> int:
        """The state in which the nodes have these states and these messages are in flight, with an empty memory."""
        packed = sum(number << shift for number, shift in zip(numbers, self.shift, strict=True))
        for name, shift in self.left.items():
            packed |= getattr(self.bounds, name) << shift
        return packed | self.bits_of(tuple(messages))

    def local(self, state: int, place: int) -> Local:
        """The state of one node."""
        return self.steps.states[place][state >> self.shift[place] & (1 << NODE_BITS) - 1]

    def locals(self, state: int) -> list[Local]:
        """The states of all nodes."""
        return [self.local(state, place) for place in range(self.bounds.nodes)]

    def in_flight(self, state: int) -> Iterator[int]:
        """The numbers of the messages in flight."""
        rest = state >> self.network_from
        while rest:
            lowest = rest & -rest
            yield lowest.bit_length() - 1
            rest ^= lowest

    def bits_of(self, messages: tuple[int, ...]) -> int:
        """The bits of these messages."""
        bits = 0
        for number in messages:
            bits |= 1 << self.network_from + number
        return bits

    def parts(self) -> list[tuple[int, Table]]:
        """For each node: a mask of the bits of a state that its moves depend on, and the table of its moves."""
        for number in range(self._known, len(self.steps.messages)):
            place = self.steps.places[self.steps.messages[number].dst]
            self._inboxes[place] |= 1 << self.network_from + number
        self._known = len(self.steps.messages)
        own = (1 << NODE_BITS) - 1
        return [
            (own << shift | inbox | self.counted, table)
            for shift, inbox, table in zip(self.shift, self._inboxes, self.tables, strict=True)
        ]

    def history_of(self, remembered: int) -> History:
        """What is remembered, given its bits."""
        return self._histories[remembered >> self.remembered_from if self.remember else 0]

    def history_bits(self, history: History) -> int:
        """The bits of what is remembered."""
        if not self.remember:
            return 0
        number = self._history_numbers.setdefault(history, len(self._histories))
        if number == len(self._histories):
            self._histories.append(history)
        return fitting(number, HISTORY_BITS, "histories") << self.remembered_from

    # -- Moves ------------------------------------------------------------------------------------------

    def all(self, state: int) -> Iterator[tuple[Move, int]]:
        """Every move out of a state, and the state that it leads to."""
        for place, (bits, _) in enumerate(self.parts()):
            for move in self.of(place, state & bits):
                changed = state ^ move.change | move.sent
                if move.note is not None:
                    changed ^= move.note[state & self.remembered]
                yield move, changed

    def of(self, place: int, bits: int) -> Iterator[Move]:
        """The moves of one node. bits: the node's state, and the messages for it that are in flight."""
        local = self.local(bits, place)
        for number in self.in_flight(bits):
            bit, message = self.bits_of((number,)), self.steps.messages[number]
            yield from self._event("deliver", place, bits, message, message, bit)
            if self.bounds.duplicates != 0 and (used := self._use("duplicates", bits)) is not None:
                yield from self._event("duplicate", place, bits, message, message, used)
        yield from self._timers(place, local, bits)
        yield from self._clients(place, local, bits)
        for number in self.in_flight(bits):
            if (used := self._use("losses", bits)) is not None:
                bit = self.bits_of((number,))
                yield Move(
                    "lose", self.steps.ids[place], self.steps.messages[number], None, used | bit, 0, None
                )
        if (used := self._use("crashes", bits)) is not None:
            after = self.steps.started(place, local.disk)
            yield self._move("restart", place, local, None, Step(after, (), ()), used)

    def _timers(self, place: int, local: Local, bits: int) -> Iterator[Move]:
        if not local.leads and local.node.term < self.bounds.max_term:
            yield from self._event("time_out", place, bits, None, ElectionTimeout())
        if local.leads and self.bounds.heartbeats:
            yield from self._event("heartbeat", place, bits, None, HeartbeatTimeout(), idle=False)

    def _clients(self, place: int, local: Local, bits: int) -> Iterator[Move]:
        """Writes and reads. A command is named after the term and its number there, so that no two entries are equal."""
        node, term = local.node, local.node.term
        taken = sum(entry.term == term for entry in node.log)
        if taken < self.bounds.entries:
            name = f"{term}{'abcdefghi'[taken] if self.bounds.entries > 1 else ''}"
            yield from self._event(
                "propose",
                place,
                bits,
                (f"x={name}", f"c{name}"),
                Propose(f"x={name}", f"c{name}"),
                idle=False,
            )
        if self.bounds.reads and (used := self._use("reads", bits)) is not None and hasattr(node, "on_read"):
            client = f"r{self.bounds.reads - (bits >> self.left['reads'] & 15) + 1}"
            for move in self._event("read", place, bits, client, Read(READ, client), used):
                if local.leads:  # another node only answers that it is not the leader
                    yield move

    def _event(
        self, what: str, place: int, bits: int, about: Any, event: Event, change: int = 0, idle: bool = True
    ) -> Iterator[Move]:
        """The moves that an event leads to. idle: include moves that change nothing."""
        local = self.local(bits, place)
        steps = self.steps.run(place, local.number, event)
        if self.bounds.within_steps and (used := self._use("crashes", bits)) is not None:
            outcomes = [(step, change | used if step.cut else change) for step in steps]
        else:
            outcomes = [(step, change) for step in steps if step.cut is None]
        for step, changed in outcomes:
            if what == "read":
                step = step._replace(noticed=(("asked", event.client), *step.noticed))  # type: ignore[union-attr]
            move = self._move(what, place, local, about, step, changed)
            past = self.steps.states[place][step.after].node.term > self.bounds.max_term
            if not past and (idle or move.change or move.sent or move.note):
                yield move

    def _move(self, what: str, place: int, local: Local, about: Any, step: Step, change: int) -> Move:
        number = fitting(step.after, NODE_BITS, "states of a node")
        change |= (local.number ^ number) << self.shift[place]
        noticed = tuple(each for each in step.noticed if self.bounds.reads or each[0] != "acknowledged")
        note = self._notes.get(noticed) if noticed else None
        if noticed and note is None:
            note = self._notes[noticed] = Note(self, noticed)
        return Move(what, self.steps.ids[place], about, step.cut, change, self.bits_of(step.sent), note)

    def _use(self, name: str, bits: int) -> int | None:
        """How the state changes if one more of these is used; None if none is left."""
        if name not in self.left:
            return 0 if getattr(self.bounds, name) is None else None
        left = bits >> self.left[name] & 15
        return (left ^ left - 1) << self.left[name] if left else None


def fitting(number: int, width: int, what: str) -> int:
    """The number, if it fits into this many bits. Raises UserError if it does not."""
    if number >> width:
        raise UserError(f"There are more than {1 << width} {what}; choose narrower bounds.")
    return number
