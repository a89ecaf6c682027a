"""The search, breadth first: every state within the bounds, the nearest first, so that the first breach has a shortest run."""

from collections.abc import Callable, Iterable, Iterator, Set
from typing import NamedTuple

from raftlab.checks.explorer.moves import Move, Moves
from raftlab.checks.explorer.symmetry import Symmetry
from raftlab.sim.properties import Finding

CHUNK = 20_000  # states between two steps of the progress bar


class Found(NamedTuple):
    """A breach, and the states on the way to it.

    last: the move out of the last state that breaks the property; None if the last state itself breaks it.
    """

    breach: Finding
    path: list[int]
    last: Move | None


class Search:
    """A search from one state. `levels` holds the states by their distance from the start."""

    def __init__(
        self,
        moves: Moves,
        start: int,
        judge: Callable[[int], Finding | None],
        symmetry: Symmetry | None = None,
        tell: Callable[[int], object] = lambda count: None,
    ):
        self.moves, self.start, self.judge, self.tell = moves, start, judge, tell
        self.symmetry = symmetry
        self.canonical = symmetry.canonical if symmetry else lambda state: state
        self.levels: list[list[int]] = []
        self.seen: Set[int] = frozenset()
        self.judged: set[int] = set()
        self.generated = 0
        self.found: Found | None = None
        self.stopped = False

    def breadth_first(self, max_states: int | None = None) -> None:
        """Search level by level, until a breach is found or no state is left."""
        level = [self.canonical(self.start)]
        self.seen = seen = set(level)
        while level and not self.found:
            self.levels.append(level)
            self._judge(level)
            if self.found:
                return
            if max_states is not None and len(self.seen) >= max_states:
                self.stopped = True
                return
            reached = self._expand(level)
            if self.moves.breaches:
                self._found_by_note()
                return
            level = self._kept(reached)
            seen.update(level)
            self.again()

    def _expand(self, level: list[int]) -> set[int]:
        """The states that all moves out of these states lead to. A search spends nearly all its time here."""
        parts, remembered = self.moves.parts(), self.moves.remembered
        reached: set[int] = set()
        count = 0
        for place in range(0, len(level), CHUNK):
            led_to: list[int] = []
            for state in level[place : place + CHUNK]:
                for bits, table in parts:
                    plain, noted = table[state & bits]
                    if plain:  # nearly half of all nodes have no move, and need no list
                        led_to += [state ^ change | sent for change, sent in plain]
                    if noted:
                        known = state & remembered
                        led_to += [(state ^ change | sent) ^ note[known] for change, sent, note in noted]
            count += len(led_to)
            reached.update(led_to)
            self.tell(min(CHUNK, len(level) - place))
        self.generated += count
        return reached

    def after(self, state: int) -> Iterator[int | None]:
        """The states that the moves out of one state lead to; None in place of one with too many messages in flight."""
        most, network = self.moves.bounds.in_flight, self.moves.network_from
        for bits, table in self.moves.parts():
            plain, noted = table[state & bits]
            self.generated += len(plain) + len(noted)
            led_to = [state ^ change | sent for change, sent in plain]
            led_to += [
                (state ^ change | sent) ^ note[state & self.moves.remembered] for change, sent, note in noted
            ]
            for each in led_to:
                within = most is None or (each >> network).bit_count() <= most
                yield self.canonical(each) if within else None

    def again(self) -> None:
        """Do some of the latest steps again: are they pure, and do they depend on no names?"""
        self.moves.steps.look_again(self.symmetry.check if self.symmetry else None)

    def _kept(self, reached: set[int]) -> list[int]:
        """The states that are new and have not too many messages in flight."""
        seen, most, network = self.seen, self.moves.bounds.in_flight, self.moves.network_from
        new: Iterable[int] = reached
        if most is not None:
            new = [state for state in reached if (state >> network).bit_count() <= most]
        if self.symmetry:
            new = set(map(self.canonical, new))
        return [state for state in new if state not in seen]

    def _judge(self, level: list[int]) -> None:
        """Judge each combination of node states once."""
        nodes = self.moves.nodes
        for combination in {state & nodes for state in level} - self.judged:
            self.judged.add(combination)
            if (breach := self.judge(combination)) is not None:
                guilty = next(state for state in level if state & nodes == combination)
                self.found = Found(breach, self.path_to(guilty, len(self.levels) - 1), None)
                return

    def _found_by_note(self) -> None:
        remembered, note, breach = self.moves.breaches[0]
        for state in self.levels[-1]:
            if state & self.moves.remembered == remembered:
                for move, _ in self.moves.all(state):
                    if move.note is note:
                        self.found = Found(breach, self.path_to(state, len(self.levels) - 1), move)
                        return
        raise AssertionError("a breach that nobody made")

    def path_to(self, state: int, distance: int) -> list[int]:
        """The states on a shortest way to a state. It is found backwards, so that the search need not store it."""
        path = [state]
        while distance:
            distance -= 1
            path.append(self._before(path[-1], self.levels[distance]))
        return path[::-1]

    def _before(self, after: int, level: list[int]) -> int:
        """A state of this level from which a move leads to the state `after`."""
        parts, remembered, canonical = self.moves.parts(), self.moves.remembered, self.canonical
        for state in level:
            for bits, table in parts:
                plain, noted = table[state & bits]
                for change, sent in plain:
                    if canonical(state ^ change | sent) == after:
                        return state
                for change, sent, note in noted:
                    if canonical((state ^ change | sent) ^ note[state & remembered]) == after:
                        return state
        raise AssertionError("a state that nothing leads to")
