"""Symmetry: if states differ only in the names of the nodes, it is enough to look at one of them.

This is right only if the code of the nodes does not depend on names. So steps are done a second time with exchanged
names. If the result is another one, an error names the method.
"""

from collections.abc import Callable
from functools import partial
from itertools import permutations
from typing import Any

from raftlab.checks.explorer.capture import copied, freeze, freeze_node, renamed, thawed
from raftlab.checks.explorer.history import History
from raftlab.checks.explorer.moves import NODE_BITS, Moves
from raftlab.checks.explorer.steps import Step
from raftlab.messages import MESSAGES, Event, HardState, Message
from raftlab.sim.errors import UserError

CHECKED = 3_000  # steps that are all compared
SELDOM = 20  # after these, one of so many steps is compared
OWN = (1 << NODE_BITS) - 1


class Memo(dict[int, list[int]]):
    """The results of a function, each computed once."""

    def __init__(self, function: Callable[[int], list[int]]):
        self.function = function

    def __missing__(self, key: int) -> list[int]:
        self[key] = made = self.function(key)
        return made


class Symmetry:
    """Finds, for one search, the state that stands for all states that differ from it only in names."""

    def __init__(self, moves: Moves):
        self.moves, self.steps = moves, moves.steps
        ids = self.steps.ids
        self.orders = list(permutations(range(len(ids))))  # order[old place] = new place
        self.names = [{id: ids[place] for id, place in zip(ids, order, strict=True)} for order in self.orders]
        # A value with which every node begins, such as its id or its peers, corresponds to the same value of each other node.
        fresh = [
            self.steps.local(place, self.steps.started(place, HardState())).node for place in range(len(ids))
        ]
        self.fresh = fresh
        self.base = [dict(freeze_node(node)) for node in fresh]
        self._locals: dict[tuple[int, int, int], int] = {}
        self._rows = [Memo(partial(self._row, place)) for place in range(len(ids))]
        self._known = Memo(self._histories)
        self._bits: list[dict[int, int]] = [{} for _ in self.orders]
        self._best: dict[int, list[tuple[int, int]]] = {}
        self._checked = 0
        self._turn = 0

    def canonical(self, state: int) -> int:
        """The state that stands for this one: the smallest number that other names can give, first of the nodes, then of the rest."""
        low = (1 << self.moves.network_from) - 1
        best = self._best.get(state & low)
        if best is None:
            best = self._best[state & low] = self._least(state & low)
        network = state & ~low
        if len(best) == 1:
            return best[0][0] | self._network(best[0][1], network)
        return min(part | self._network(number, network) for part, number in best)

    def _least(self, low: int) -> list[tuple[int, int]]:
        """The smallest number of the nodes under new names, with what is remembered; and the numbers of these names."""
        moves = self.moves
        rows = [self._rows[place][low >> shift & OWN] for place, shift in enumerate(moves.shift)]
        parts = [sum(column) for column in zip(*rows, strict=True)]
        least = min(parts)
        counted, known = low & moves.counted, self._known[low & moves.remembered]
        return [
            (part | counted | known[number], number) for number, part in enumerate(parts) if part == least
        ]

    def _network(self, number: int, network: int) -> int:
        bits, made = self._bits[number], 0
        while network:
            lowest = network & -network
            network ^= lowest
            other = bits.get(lowest)
            if other is None:
                other = bits[lowest] = self._message_bit(lowest, number)
            made |= other
        return made

    def _message_bit(self, bit: int, number: int) -> int:
        message = self.steps.messages[bit.bit_length() - 1 - self.moves.network_from]
        return self.moves.bits_of((self.steps.message_number(self.message(message, number)),))

    def _row(self, place: int, local: int) -> list[int]:
        """The state of a node under each set of names, shifted to its new place."""
        return [
            self.local(place, local, number) << self.moves.shift[order[place]]
            for number, order in enumerate(self.orders)
        ]

    def _histories(self, remembered: int) -> list[int]:
        """The bits of what is remembered, under each set of names."""
        history = self.moves.history_of(remembered)
        return [self.moves.history_bits(self.history(history, number)) for number in range(len(self.orders))]

    # -- New names --------------------------------------------------------------------------------------

    def local(self, place: int, local: int, number: int) -> int:
        """The number of a node's state under new names."""
        key = (place, local, number)
        if key not in self._locals:
            self._locals[key] = self._renamed_local(place, local, number)
        return self._locals[key]

    def _renamed_local(self, place: int, local: int, number: int) -> int:
        before, names, there = self.steps.local(place, local), self.names[number], self.orders[number][place]
        node = copied(self.fresh[there])
        here, base = self.base[place], self.base[there]
        for name, value in freeze_node(before.node):
            if value != here.get(name):
                setattr(node, name, thawed(renamed(value, names)))
            elif base.get(name) != value and name not in base:
                setattr(node, name, thawed(value))
        disk = thawed(renamed(freeze(before.disk), names))
        return self.steps.number(there, node, disk, before.applied)

    def event(self, event: Event, number: int) -> Event:
        """An event under new names. Only messages contain names of nodes."""
        return self.message(event, number) if type(event) in MESSAGES else event  # type: ignore[arg-type]

    def message(self, message: Message, number: int) -> Message:
        """A message under new names."""
        made = thawed(renamed(freeze(message), self.names[number]))
        return self.steps.messages[self.steps.message_number(made)]

    def history(self, history: History, number: int) -> History:
        """What is remembered, under new names."""
        names = self.names[number]
        return history._replace(leaders=tuple(sorted((term, names[id]) for term, id in history.leaders)))

    # -- Are the nodes alike? ------------------------------------------------------------------------------

    def check(self, place: int, local: int, event: Event, steps: tuple[Step, ...]) -> None:
        """Compare a step with the same step under new names. Raises UserError if they differ."""
        self._checked += 1
        if self._checked > CHECKED and self._checked % SELDOM:
            return
        self._turn = number = self._turn % (len(self.orders) - 1) + 1
        there = self.orders[number][place]
        others = self.steps.run(there, self.local(place, local, number), self.event(event, number))
        if [self._told(place, step, number) for step in steps] != [
            self._told(there, step, 0) for step in others
        ]:
            raise UserError(
                f"The nodes are not alike: {self.steps.handler(event)} of {self.steps.node_class.__name__} does "
                "something else when the nodes change names. Explore it without symmetry."
            )

    def _told(self, place: int, step: Step, number: int) -> Any:
        sent = [freeze(self.message(self.steps.messages[each], number)) for each in step.sent]
        noticed = renamed(freeze(tuple(n for n in step.noticed if n[0] != "failed")), self.names[number])
        return self.local(place, step.after, number), frozenset(sent), noticed, step.cut is None
