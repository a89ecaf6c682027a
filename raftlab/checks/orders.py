"""The search for an order of operations that explains all answers (Wing and Gong 1993; with memory as in Lowe 2017).

The search goes depth first along a linked list of invocations and answers in the order of time:

    an invocation   its operation may be the next in the order, if its answer fits
    an answer       if its operation is not yet in the order, the search cannot pass it, and takes back its last choice

No set of operations is tried twice in the same state, and each step of the model is computed only once.
"""

from collections.abc import Hashable

from raftlab.checks.models import Model
from raftlab.sim.errors import UserError
from raftlab.sim.operations import Operation

MISFIT = -1  # stands in place of a state if the answer does not fit


class Search:
    """The search on one key. The number of an operation is its place in `operations`.

    `after` and `before` link the list of events: 0 is its head; then come the nodes of invocations and answers.
    The node of an answer that never came is linked only to itself, so the search never meets it.
    """

    def __init__(self, operations: list[Operation], model: Model):
        self.operations = operations
        self.steps = _Steps(model, operations)
        self.bits = [1 << place for place in range(len(operations))]
        self.answered = sum(
            self.bits[place] for place, each in enumerate(operations) if each.returned is not None
        )
        self.longest: list[int] = []
        self.barred_by = 0  # the latest answer that could not be passed; all before it can be explained
        self.barred_in: dict[int, None] = {}  # the states in which it could not; a set that keeps its order
        self._link()

    def _link(self) -> None:
        """Link the events. At the same tick invocations come first, because such operations count as concurrent."""
        asked = [(each.invoked, 0, place) for place, each in enumerate(self.operations)]
        told = [
            (each.returned, 1, place)
            for place, each in enumerate(self.operations)
            if each.returned is not None
        ]
        events = sorted(asked + told)
        size = len(events) + 1
        self.invocation = [0] * len(asked)
        self.answer = list(range(size, size + len(asked)))
        self.after = [*range(1, size), 0, *self.answer]
        self.before = [size - 1, *range(size - 1), *self.answer]
        for node, (_, is_answer, place) in enumerate(events, start=1):
            (self.answer if is_answer else self.invocation)[place] = node

    def run(self) -> bool:
        """Whether some order fits. `longest` then holds this order, and otherwise the longest part that fits."""
        place_at = {node: place for place, node in enumerate(self.invocation)}
        kinds, taken, after = self.steps.kinds, self.steps.taken, self.after
        bits, needs = self.bits, _own_before(self.operations)
        done, state = 0, 0  # the operations in the order, as bits, and the state they lead to
        order: list[int] = []
        states_before: list[int] = []
        seen: set[tuple[int, int]] = set()
        node = after[0]
        while self.answered & ~done:
            place = place_at.get(node)
            if place is None:
                self._barred(node, order, state)
                if not order:
                    return False
                place, state = order.pop(), states_before.pop()
                done ^= bits[place]
                self._put_back(place)
                node = after[self.invocation[place]]
                continue
            then = taken[state].get(kinds[place])
            if then is None:
                then = self.steps.take(state, place)
            made = (done | bits[place], then)
            if (
                then == MISFIT
                or made in seen
                or needs[place] & ~done
                or self._idle(order, states_before, place, then)
            ):
                node = after[node]
                continue
            seen.add(made)
            order.append(place)
            states_before.append(state)
            done, state = made
            self._take_out(place)
            node = after[0]
        self.longest = order
        return True

    def _idle(self, order: list[int], states_before: list[int], place: int, then: int) -> bool:
        """Whether the last operation has no answer and no effect: without it the next one leads to the same state."""
        if not order or self.answered >> order[-1] & 1:
            return False
        state = states_before[-1]
        without = self.steps.taken[state].get(self.steps.kinds[place])
        return then == (self.steps.take(state, place) if without is None else without)

    def _take_out(self, place: int) -> None:
        """Take the events of an operation out of the list, because it is in the order now."""
        after, before = self.after, self.before
        for node in (self.invocation[place], self.answer[place]):
            after[before[node]], before[after[node]] = after[node], before[node]

    def _put_back(self, place: int) -> None:
        """Put the events back where they were. A node that was taken out still knows its neighbours."""
        after, before = self.after, self.before
        for node in (self.answer[place], self.invocation[place]):
            after[before[node]] = before[after[node]] = node

    def _barred(self, node: int, order: list[int], state: int) -> None:
        """Note that an answer cannot be passed. The latest such answer is the one that no order explains."""
        if node > self.barred_by:
            self.barred_by, self.barred_in, self.longest = node, {}, order[:]
        if node == self.barred_by:
            self.barred_in[state] = None
            if len(order) > len(self.longest):
                self.longest = order[:]

    def stuck(self) -> Operation:
        """The operation whose answer no order explains."""
        return self.operations[self.answer.index(self.barred_by)]


class _Steps:
    """The steps of a model, each computed once. Equal states have one number, and so have equal operations."""

    def __init__(self, model: Model, operations: list[Operation]):
        self.model = model
        self.operations = operations
        self.numbers: dict[Hashable, int] = {}
        self.states: list[Hashable] = []
        self.taken: list[dict[int, int]] = []  # state -> kind of operation -> the state after it, or MISFIT
        self.kinds = _kinds(operations)
        self.number(model.initial)

    def number(self, state: Hashable) -> int:
        """The number of a state; the initial one has 0."""
        try:
            number = self.numbers.setdefault(state, len(self.states))
        except TypeError:
            raise UserError(
                f"A state of a {self.model.name} must be hashable, a number, a text or a tuple, not {state!r}."
            ) from None
        if number == len(self.states):
            self.states.append(state)
            self.taken.append({})
        return number

    def take(self, state: int, place: int) -> int:
        """Carry out an operation: the state after it, or MISFIT."""
        operation = self.operations[place]
        after, fits = self.model.step(self.states[state], operation)
        then = self.number(after)
        if operation.returned is None:
            fits = then != state  # any answer fits; but leave the operation out if it changes nothing
        self.taken[state][self.kinds[place]] = then = then if fits else MISFIT
        return then


def _kinds(operations: list[Operation]) -> list[int]:
    """A number for each operation; operations that the model cannot tell apart have the same number."""
    numbers: dict[Hashable, int] = {}
    kinds = []
    for place, operation in enumerate(operations):
        said = (*operation[:5], operation.returned is None)
        try:
            kinds.append(numbers.setdefault(said, len(numbers)))
        except TypeError:  # an argument such as a list, which has no hash
            kinds.append(numbers.setdefault(place, len(numbers)))
    return kinds


def _own_before(operations: list[Operation]) -> list[int]:
    """For each operation the bits of those that its client ended at the very tick: to the list they are concurrent."""
    ended: dict[tuple[str, int | None], int] = {}
    needs = []
    for place, (client, *_, invoked, returned) in enumerate(operations):
        needs.append(ended.get((client, invoked), 0))
        ended[client, returned] = ended.get((client, returned), 0) | 1 << place
    return needs
