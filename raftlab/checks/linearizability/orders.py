"""The search for an order of operations that explains all answers (Wing and Gong 1993; with memory as in Lowe 2017).

The search goes depth first along a linked list of invocations and answers in the order of time. The operations that may be next
in the order are those whose invocations come before the first answer in the list: that answer cannot be passed without its
operation. No set of operations is tried twice in the same state, and each step of the model is computed only once.

Three shortcuts skip orders without losing a verdict. For each, take any order of the rest that explains its answers:

    A read that fits is taken at once. Wherever its answer fits, a read leaves the state as it is. So it can be moved to the
    front of the order: nothing has to come before it, since it may be next, and for the others nothing changes. (A write of
    what is there already leaves the state as it is here, but not where it came from. So it is no read.)

    Of equal operations the one that is answered first is taken. If the order has B now and the equal A, which may be next, too,
    later or never, let them change places, or A take B's place: the machine cannot tell the difference. A is earlier than
    before. B is where A was, and what has to come after B comes after A, too, because A is answered first.

    Where an answer has become impossible, the search turns back. A hint of the model says which states can be set whatever the
    state was before, and whether an answer can still be reached from a state by operations that set none.

The last one is used only to find an order. If there is none, a search without it says which answer cannot be explained.
"""

from collections.abc import Hashable

from raftlab.checks.linearizability.models import Model, is_told
from raftlab.sim.errors import UserError
from raftlab.sim.operations import Operation

MISFIT = -1  # stands in place of a state if the answer does not fit
EASY = 1  # steps for each operation: a search that takes no more ends sooner without looking ahead
LOOK_AHEAD = 20  # how many answers are looked at to see whether one has become impossible


class OutOfStepsError(Exception):
    """The search has reached its limit."""


class Search:
    """The search on one key. The number of an operation is its place in `operations`.

    `after` and `before` link the list of events: 0 is its head; then come the nodes of invocations and answers.
    The node of an answer that never came is linked only to itself, so the search never meets it.
    """

    def __init__(self, operations: list[Operation], model: Model):
        self.operations = operations
        self.needs = _own_before(operations)
        self.steps = _Steps(model, operations, self.needs)
        self.bits = [1 << place for place in range(len(operations))]
        self.answered = sum(
            self.bits[place] for place, each in enumerate(operations) if each.returned is not None
        )
        self._link()
        self._begin()

    def _begin(self) -> None:
        self.longest: list[int] = []
        self.barred_by = 0  # the latest answer that could not be passed; all before it can be explained
        self.barred_in: dict[int, None] = {}  # the states in which it could not; a set that keeps its order

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
        self.asks = {node: place for place, node in enumerate(self.invocation)}
        self.tells = {node: place for place, node in enumerate(self.answer)}

    def run(self, limit: int, *, looks_ahead: bool = False) -> bool:
        """Whether some order fits. `longest` then holds this order, and otherwise the longest part that fits.

        looks_ahead: turn back where an answer has become impossible. Then a no does not say where.
        Raises OutOfStepsError after so many steps. A step puts an operation into the order.
        """
        self._begin()
        bits, answered = self.bits, self.answered
        easy = EASY * len(bits) if looks_ahead and self.steps.can_look_ahead else limit
        done, state = 0, 0  # the operations in the order, as bits, and the state they lead to
        order: list[int] = []
        states_before: list[int] = []
        seen: set[tuple[int, int]] = set()
        choices = [
            self._choices(done, state, order, states_before, looks_ahead=False)
        ]  # at each place of the order
        while answered & ~done:
            if choices[-1]:
                place, then = choices[-1].pop()
                made = (done | bits[place], then)
                if made in seen:
                    continue
                if len(seen) == limit:
                    raise OutOfStepsError
                seen.add(made)
                order.append(place)
                states_before.append(state)
                done, state = made
                self._take_out(place)
                choices.append(self._choices(done, state, order, states_before, looks_ahead=len(seen) > easy))
                continue
            self._barred(order, state)
            if not order:
                return False
            choices.pop()
            place, state = order.pop(), states_before.pop()
            done ^= bits[place]
            self._put_back(place)
        self.longest = order
        return True

    def _choices(
        self, done: int, state: int, order: list[int], states_before: list[int], *, looks_ahead: bool
    ) -> list[tuple[int, int]]:
        """The operations that are tried next, each with the state after it, the first one last."""
        after, asks, needs = self.after, self.asks, self.needs
        kinds, taken, reads = self.steps.kinds, self.steps.taken[state], self.steps.reads
        # If the last operation has no answer, and without it the next one leads to the same state, it had no effect.
        idle_since = states_before[-1] if order and not self.answered >> order[-1] & 1 else None
        found: dict[int, tuple[int, int, int]] = {}  # kind -> answer, place and the state after it
        node = after[0]
        while (place := asks.get(node)) is not None:
            node = after[node]
            kind = kinds[place]
            then = taken.get(kind)
            if then is None:
                then = self.steps.take(state, place)
            if then == MISFIT or needs[place] & ~done:
                continue
            if reads[place]:
                return [(place, then)]
            if idle_since is not None and then == self.steps.then(idle_since, place):
                continue
            answer = self.answer[place]
            if kind not in found or answer < found[kind][0]:
                found[kind] = (answer, place, then)
        if looks_ahead and len(found) > 1 and self._is_lost(state):
            return []
        return [(place, then) for _, place, then in sorted(found.values(), reverse=True)]

    def _is_lost(self, state: int) -> bool:
        """Whether one of the next answers has become impossible: no state that it may be told in leads to it."""
        after, asks, steps = self.after, self.asks, self.steps
        sources = {state: None}  # the states that operations before the answer can start from; in their order
        answers = 0
        node = after[0]
        while node and answers < LOOK_AHEAD:
            place = asks.get(node)
            if place is not None:
                sources |= steps.sets(place)
            elif any(steps.may_fit(source, self.tells[node]) for source in sources):
                answers += 1
            else:
                return True
            node = after[node]
        return False

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

    def _barred(self, order: list[int], state: int) -> None:
        """Note that the first answer in the list cannot be passed. The latest such answer is the one that no order explains."""
        node = self.after[0]
        while node in self.asks:
            node = self.after[node]
        if node > self.barred_by:
            self.barred_by, self.barred_in, self.longest = node, {}, order[:]
        if node == self.barred_by:
            self.barred_in[state] = None
            if len(order) > len(self.longest):
                self.longest = order[:]

    def stuck(self) -> Operation:
        """The operation whose answer no order explains."""
        return self.operations[self.tells[self.barred_by]]


class _Steps:
    """The steps of a model, each computed once. Equal states have one number, and so have equal operations."""

    def __init__(self, model: Model, operations: list[Operation], needs: list[int]):
        self.model = model
        self.operations = operations
        self.numbers: dict[Hashable, int] = {}
        self.states: list[Hashable] = []
        self.taken: list[dict[int, int]] = []  # state -> kind of operation -> the state after it, or MISFIT
        self.told: list[dict[int, bool]] = []  # state -> kind of operation -> may its answer come later?
        self.set: dict[int, dict[int, None]] = {}  # kind of operation -> the states that it may set
        self.kinds = _kinds(operations, needs, model.anonymous and is_told(model, "anonymous"))
        can_tell_reads = is_told(model, "only_reads")
        self.reads = [
            each.returned is not None and can_tell_reads and model.only_reads(each) for each in operations
        ]
        self.can_look_ahead = is_told(model, "sets") and is_told(model, "may_fit")
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
            self.told.append({})
        return number

    def then(self, state: int, place: int) -> int:
        """The state after an operation, or MISFIT."""
        then = self.taken[state].get(self.kinds[place])
        return self.take(state, place) if then is None else then

    def take(self, state: int, place: int) -> int:
        """Carry out an operation for the first time."""
        operation = self.operations[place]
        after, fits = self.model.step(self.states[state], operation)
        then = self.number(after)
        if operation.returned is None:
            fits = then != state  # any answer fits; but leave the operation out if it changes nothing
        self.taken[state][self.kinds[place]] = then = then if fits else MISFIT
        return then

    def sets(self, place: int) -> dict[int, None]:
        """The states that an operation may set."""
        kind = self.kinds[place]
        if kind not in self.set:
            states = self.model.sets(self.operations[place])
            self.set[kind] = {self.number(state): None for state in states}
        return self.set[kind]

    def may_fit(self, state: int, place: int) -> bool:
        """Whether an answer may be reached from a state."""
        told, kind = self.told[state], self.kinds[place]
        if kind not in told:
            told[kind] = self.model.may_fit(self.states[state], self.operations[place])
        return told[kind]


def _kinds(operations: list[Operation], needs: list[int], anonymous: bool) -> list[int]:
    """A number for each operation; operations that the model cannot tell apart have the same number.

    An operation that comes before another of its client only because it was asked earlier at the same tick has a number
    of its own: it cannot change places with an equal one, which need not come before that other.
    """
    needed = 0
    for bits in needs:
        needed |= bits
    numbers: dict[Hashable, int] = {}
    kinds = []
    for place, operation in enumerate(operations):
        own = place if needed >> place & 1 else None
        said = (None if anonymous else operation.client, *operation[1:5], operation.returned is None, own)
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
