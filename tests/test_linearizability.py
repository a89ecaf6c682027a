"""The checker of linearizability: for an accepted history there is an order, for a refused one there is none, and it says where."""

import csv
import re
from functools import partial
from itertools import accumulate, chain, combinations, pairwise, permutations, product
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jepsen import read_map, read_register

import raftlab.checks.linearizability.orders
from raftlab import UserError, build, check_linearizability
from raftlab.checks.linearizability.models import Map, Model, Queue, Register, is_told
from raftlab.checks.scenes.partitions import READS
from raftlab.sim.operations import Operation
from raftlab.sim.trace import Trace


class Counter(Model):
    """A user's own machine: inc adds one, and its answer is the new number."""

    name, kinds, initial = "counter", ("inc", "read"), 0

    def step(self, state, operation):
        after = state + 1 if operation.kind == "inc" else state
        return after, operation.result == after


# -- Histories as one writes them down -------------------------------------------------------------------

# w1: write 1. r->1: a read is told 1. [0,inf]: never answered.
# The last column: would there be an order if real time did not matter, only each client's own order?
HISTORIES = """
L1   A[0,100] w100; B[25,75] r->100; C[30,60] r->0                   yes  yes
L2   A[0,100] w200; B[10,30] r->200; C[40,90] r->0                   no   yes
L3   A[0,10] w1; B[20,30] r->0                                       no   yes
L4   A[0,30] w1; B[10,20] r->0                                       yes  yes
L5   A[0,30] w1; B[10,20] r->1                                       yes  yes
L6   A[0,inf] w1; B[10,20] r->1; C[30,40] r->0                       no   yes
L7   A[0,inf] w1; B[10,20] r->0; C[30,40] r->1                       yes  yes
L8   A[0,10] w1; A[20,30] w2; B[40,50] r->1                          no   yes
L9   A[0,20] w1; B[5,25] w2; C[30,35] r->1; D[40,45] r->2            no   yes
L10  A[0,20] w1; B[5,25] w2; C[30,35] r->1; D[40,45] r->1            yes  yes
L11  A[0,10] w1; B[20,30] r->3                                       no   no
L12  A[0,20] cas(0,1)->done; B[5,25] cas(0,2)->done                  no   no
L13  A[0,20] cas(0,1)->done; B[5,25] cas(0,2)->refused               yes  yes
L14  A[0,inf] inc; A'[20,30] inc->2; B[40,50] r->2                   yes  yes
L15  A[0,30] inc->1; B[40,50] r->2                                   no   no
Q1   A[0,20] enq(x); B[5,15] enq(y); B[25,35] deq->y; A[40,50] deq->x  yes  yes
Q2   A[0,10] enq(x); B[20,30] enq(y); A[40,50] deq->y                no   yes
Q3   A[0,inf] enq(x); B[10,20] deq->x                                yes  yes
Q4   A[0,10] enq(x); A[20,30] deq->x; B[20,30] deq->x                no   no
"""

# What touches at one tick is concurrent, except for one client. What is not answered may never happen.
EDGES = """
touching           A[0,10] w1; B[10,20] r->0                        yes  yes
apart              A[0,10] w1; B[11,20] r->0                        no   yes
touching, own      A[0,10] w1; A[10,20] r->0                        no   no
no time at all     A[5,5] w1; B[5,5] r->0                           yes  yes
no time, own       A[5,5] w1; A[5,5] r->0                           no   no
a chain            A[0,5] w1; A[5,5] w2; A[5,9] r->1                no   no
own and other      A[0,5] w1; A[5,9] w2; B[0,5] r->2                yes  yes
never happened     A[0,inf] w0; B[10,20] r->0                       yes  yes
equal, one early   A[0,10] w1; B[0,100] w1; C[20,30] w2; D[40,50] r->1  yes  yes
equal, one late    A[0,100] w1; B[0,10] w1; C[20,30] w2; D[40,50] r->1  yes  yes
equal, one needed  B[2,5] w0; C[2,5] w0; C[5,5] w2; B[6,8] r->0      yes  yes
writes nothing     A[2,2] w1; C[2,5] w0; C[6,10] cas(1,0)->refused   yes  yes
"""


def rows(table):
    return [re.split(r"\s{2,}", line) for line in table.strip().splitlines()]


def history(text):
    """A history as operations, and the model that it is about."""
    words = {"w": "write", "r": "read"}
    operations = []
    for each in text.split("; "):
        found = re.fullmatch(r"(\S+)\[(\d+),(\w+)\] ([a-z]+)(\d*|\(.*\))(?:->(\w+))?", each)
        client, invoked, returned, kind, argument, result = found.groups()
        values = [int(value) if value.isdigit() else value for value in re.findall(r"\w+", argument)]
        told = {"done": True, "refused": False, None: None}
        operations.append(
            Operation(
                client, words.get(kind, kind), "", tuple(values) if len(values) > 1 else (*values, None)[0],
                int(result) if result and result.isdigit() else told.get(result, result),
                int(invoked), None if returned == "inf" else int(returned),
            )
        )  # fmt: skip
    kinds = {operation.kind for operation in operations}
    return operations, Queue() if "enq" in kinds else Counter() if "inc" in kinds else Register()


# -- The slow and certain way ----------------------------------------------------------------------------


def in_real_time(operations):
    """A function that says whether one operation comes before another: it was answered earlier, or the client made it earlier."""

    def before(one, other):
        if one.returned is None:
            return False
        own = one.client == other.client and one.key == other.key
        earlier = own and operations.index(one) < operations.index(other)
        return one.returned < other.invoked or (one.returned == other.invoked and earlier)

    return before


def in_own_order(operations):
    """The same if real time does not matter: only the order of each client's own operations."""

    def before(one, other):
        return one.client == other.client and operations.index(one) < operations.index(other)

    return before


def replays(order, model):
    """Whether a machine that does one after the other gives these answers."""
    states = {}
    for operation in order:
        part = model.partition(operation)
        states[part], fits = model.step(states.get(part, model.initial), operation)
        if operation.returned is not None and not fits:
            return False
    return True


def can_be_explained(operations, model, before, until=10**6):
    """Try every order of what was answered by a tick, with every choice of what else may have happened."""
    begun = [each for each in operations if each.invoked <= until]
    answered = [each for each in begun if each.returned is not None and each.returned <= until]
    perhaps = [each for each in begun if each not in answered]
    choices = chain.from_iterable(combinations(perhaps, size) for size in range(len(perhaps) + 1))
    return any(
        replays(order, model) and not any(before(later, sooner) for sooner, later in combinations(order, 2))
        for choice in choices
        for order in permutations([*answered, *choice])
    )


def check_order(verdict, operations, model):
    """Check the order of an accepted history: it has all answered operations, can be replayed, and agrees with real time."""
    left = list(operations)
    for operation in verdict.order:
        left.remove(operation)
    assert all(operation.returned is None for operation in left)
    assert replays(verdict.order, model)
    latest = accumulate((operation.invoked for operation in verdict.order), max)
    for invoked, operation in zip(latest, verdict.order, strict=True):
        assert operation.returned is None or invoked <= operation.returned


def check_stuck(verdict, operations, model):
    """Check the place of a refusal: all answers before it can be explained, but this one cannot."""
    stuck, its = verdict.stuck, [each for each in operations if model.partition(each) == verdict.key]
    assert sorted(map(repr, verdict.operations)) == sorted(map(repr, its))
    before = in_real_time(its)
    assert can_be_explained(its, model, before, until=stuck.returned - 1)
    assert not can_be_explained(its, model, before, until=stuck.returned)
    assert stuck not in verdict.longest
    assert replays(verdict.longest, model)
    assert {each for each in its if (each.returned or 99) < stuck.returned} <= set(verdict.longest)


@pytest.mark.parametrize(("name", "text", "linearizable", "sequential"), rows(HISTORIES + EDGES[1:]))
def test_small_histories_get_their_verdicts_with_an_order_or_the_place(name, text, linearizable, sequential):
    operations, model = history(text)

    verdict = check_linearizability(operations, model)

    assert verdict.ok == bool(verdict) == (linearizable == "yes"), verdict
    assert can_be_explained(operations, model, in_real_time(operations)) == verdict.ok
    assert can_be_explained(operations, model, in_own_order(operations)) == (sequential == "yes")
    if verdict.ok:
        check_order(verdict, operations, model)
        assert (verdict.key, verdict.stuck) == (None, None)
    else:
        check_stuck(verdict, operations, model)
        assert verdict.order is None


def test_the_order_is_the_one_that_a_person_finds():
    operations, model = history("A[0,100] w100; B[25,75] r->100; C[30,60] r->0")
    assert "".join(each.client for each in check_linearizability(operations, model).order) == "CAB"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "A[0,100] w200; B[10,30] r->200; C[40,90] r->0",
            "C: read → 0 (ticks 40 to 90) fits nowhere: in every order that explains the answers before it, the register is 200 by then.",
        ),
        (
            "A[0,20] w1; B[5,25] w2; C[30,40] r->3",
            "C: read → 3 (ticks 30 to 40) fits nowhere: in every order that explains the answers before it, the register is 2, or the register is 1 by then.",
        ),
        (
            "A[0,10] enq(x); A[20,30] deq->x; B[20,30] deq->x",
            "B: deq → x (ticks 20 to 30) fits nowhere: in every order that explains the answers before it, the queue is empty by then.",
        ),
        (
            "A[0,9] w1; B[0,9] w2; C[0,9] w3; D[0,9] w4; E[0,9] w5; F[10,20] r->0",
            "the register is 5, or the register is 4, or the register is 3, or it is in one of 2 other states by then.",
        ),
    ],
)  # fmt: skip
def test_a_no_says_why_in_one_sentence(text, why):
    verdict = check_linearizability(*history(text))
    assert verdict.why.endswith(why)
    assert repr(verdict) == f"not linearizable: {verdict.why}"


def test_a_yes_says_how_much_need_not_have_happened():
    operations, _ = history("A[0,inf] w1; B[10,20] r->0; C[0,inf] w2")
    assert check_linearizability(operations, "register").why == (
        "one order explains every answer; 2 of the unanswered operations need not have happened."
    )


def test_each_key_is_checked_alone_and_the_guilty_one_is_named():
    fine = [Operation("a", "put", "x", 1, None, 0, 10), Operation("b", "get", "x", None, 1, 5, 20)]
    stale = [Operation("a", "put", "y", 1, None, 20, 30), Operation("b", "get", "y", None, None, 40, 50)]

    verdict = check_linearizability(fine + stale)

    assert (verdict.ok, verdict.key, verdict.operations) == (False, "y", stale)
    assert verdict.stuck == stale[1]
    assert check_linearizability(fine + stale[:1]).order == [fine[0], fine[1], stale[0]]


def test_a_model_whose_keys_belong_together_is_searched_as_a_whole():
    """Each bank account alone can be explained, the two together cannot."""

    class Bank(Map):
        initial = ()

        def __init__(self):
            pass

        def partition(self, operation):
            return ""

        def step(self, state, operation):
            accounts = dict(state)
            before = accounts.get(operation.key)
            if operation.kind == "put":
                accounts[operation.key] = operation.argument
            return tuple(sorted(accounts.items())), operation.kind == "put" or operation.result == before

    operations = [
        Operation("a", "put", "x", 1, None, 0, 100), Operation("a'", "put", "y", 1, None, 200, 300),
        Operation("b", "get", "y", None, 1, 210, 220), Operation("b", "get", "x", None, None, 230, 240),
    ]  # fmt: skip
    assert check_linearizability(operations, Bank()).stuck == operations[3]
    assert check_linearizability(operations[:3], Bank)


def test_fifty_unanswered_writes_do_not_hide_a_wrong_answer():
    """There are 2 ** 50 choices of what may have happened, but nearly all are equivalent."""
    writes = [Operation(f"w{number}", "write", "", number, None, 0, None) for number in range(50)]
    right, wrong = (Operation("r", "read", "", None, told, 10, 20) for told in (7, 99))

    assert check_linearizability([*writes, right], "register").order == [writes[7], right]
    assert check_linearizability([*writes, wrong], "register").stuck == wrong


def test_an_argument_may_be_a_list():
    swap = Operation("a", "cas", "x", [None, 5], True, 0, 10)
    assert check_linearizability([swap, swap._replace(client="b", argument=[5, 6])])
    assert not check_linearizability([swap, swap._replace(client="b")])


def test_no_operations_are_linearizable():
    assert check_linearizability([]).order == []


# -- Histories of real systems ---------------------------------------------------------------------------


def test_recorded_histories_get_their_verdicts(shared):
    folder = Path(shared) / "data" / "linearizability"
    with (folder / "verdicts.csv").open() as lines:
        known = list(csv.DictReader(lines))
    assert len(known) == 56
    for row in known:
        text = (folder / row["file"]).read_text()
        read, model = (read_register, Register(None)) if row["file"].endswith(".log") else (read_map, Map(""))
        operations = read(text)
        verdict = check_linearizability(operations, model)
        assert verdict.ok == (row["linearizable"] == "yes"), row["file"]
        if verdict.ok:
            check_order(verdict, operations, model)
        else:
            assert replays(verdict.longest, model), row["file"]
            assert verdict.stuck not in verdict.longest


LOG = """INFO  jepsen.util - 0\t:invoke\t:write\t3
INFO  jepsen.util - 1   :invoke :cas    [3 0]
INFO  jepsen.util - 0\t:info\t:write\t:timed-out
INFO  jepsen.util - 1   :fail   :cas    [3 0]
INFO  jepsen.util - 2\t:invoke\t:read\tnil
INFO  jepsen.util - 2\t:fail\t:read\t:timed-out
INFO  jepsen.util - 3\t:invoke\t:read\tnil
INFO  jepsen.util - 3\t:ok\t:read\tnil"""


def test_a_log_is_read_as_it_was_meant():
    assert read_register(LOG) == [
        Operation("0", "write", "", 3, None, 0, None), Operation("1", "cas", "", (3, 0), False, 1, 3),
        Operation("2", "read", "", None, None, 4, None), Operation("3", "read", "", None, None, 6, 7),
    ]  # fmt: skip


# -- Histories by the thousand ---------------------------------------------------------------------------


@st.composite
def histories(draw):
    """A few clients, each with one operation after the other, at few ticks, with few values: much overlaps."""
    kinds, keys, model = draw(
        st.sampled_from(
            [
                (("read", "write", "cas"), [""], Register()),
                (("get", "put", "append", "cas"), ["x", "y"], Map("")),
                (("enq", "deq"), [""], Queue()),
            ]
        )
    )
    values = st.sampled_from(["", "1", "2"] if keys != [""] else [0, 1, 2])
    operations = []
    for client in "abc":
        now = draw(st.integers(0, 3))
        for _ in range(draw(st.integers(0, 2))):
            kind, key = draw(st.sampled_from(kinds)), draw(st.sampled_from(keys))
            argument = (draw(values), draw(values)) if kind == "cas" else draw(values)
            asks = kind in ("read", "get", "deq")
            result = draw(values) if asks else draw(st.booleans()) if kind == "cas" else None
            end = now + draw(st.integers(0, 4))
            answered = draw(st.integers(0, 3)) > 0
            operations.append(
                Operation(client, kind, key, None if asks else argument, result if answered else None, now,
                          end if answered else None)
            )  # fmt: skip
            now = end + draw(st.integers(0, 2))
    distinct = dict.fromkeys(operations)  # who is who must be told by what they are
    return list(distinct), model


@settings(max_examples=150)
@given(histories())
def test_the_verdict_is_that_of_all_permutations(drawn):
    operations, model = drawn
    verdict = check_linearizability(operations, model)
    assert verdict.ok == can_be_explained(operations, model, in_real_time(operations))
    if verdict.ok:
        check_order(verdict, operations, model)
        before = in_real_time(operations)
        assert not any(before(later, sooner) for sooner, later in combinations(verdict.order, 2))
    else:
        check_stuck(verdict, operations, model)


@st.composite
def real_runs(draw):
    """What a real machine answers: each operation happens at one moment between its invocation and its answer."""
    states, operations = {}, []
    for number in range(draw(st.integers(1, 30))):
        kind, key = draw(st.sampled_from(["get", "put", "append", "cas"])), draw(st.sampled_from("xy"))
        before = states.get(key, "")
        argument = {"get": None, "cas": (draw(st.sampled_from([before, "?"])), str(number))}.get(
            kind, str(number)
        )
        put = {"get": before, "put": argument, "append": f"{before}{argument}"}
        if kind == "cas":
            put["cas"] = argument[1] if argument[0] == before else before
        states[key] = put[kind]
        result = {"get": before, "cas": kind == "cas" and argument[0] == before}.get(kind)
        moment = 10 * number + 50
        returned = draw(st.none() | st.integers(moment, moment + 40))
        invoked = draw(st.integers(moment - 40, moment))
        operations.append(
            Operation(
                f"c{number}", kind, key, argument, None if returned is None else result, invoked, returned
            )
        )
    return draw(st.permutations(operations))


@settings(max_examples=40)
@given(real_runs())
def test_what_a_real_machine_answered_is_always_explained(operations):
    verdict = check_linearizability(operations, Map(""))
    assert verdict.ok, verdict
    check_order(verdict, operations, Map(""))


@settings(max_examples=40)
@given(real_runs(), st.data())
def test_a_value_that_was_never_written_is_never_explained(operations, data):
    reads = [each for each in operations if each.kind == "get" and each.returned is not None]
    if reads:
        wrong = data.draw(st.sampled_from(reads))
        told = [each._replace(result="never") if each == wrong else each for each in operations]
        assert check_linearizability(told, Map("")).stuck == wrong._replace(result="never")


# -- All small histories ---------------------------------------------------------------------------------


def spans(count):
    """Every way in which so many operations may overlap, as pairs of ticks, in the order of invocations."""
    if not count:
        return [[]]
    first = []
    for rest in spans(count - 1):
        for end in range(1, 2 * count):
            moved = [tuple(tick + 1 + (tick + 1 >= end) for tick in span) for span in rest]
            first.append([(0, end), *moved])
    return first


def every_history(count, kinds):
    """Every history of so many operations, each of another client. kinds: (kind, argument, result, is it answered?)."""
    for ticks in spans(count):
        for chosen in product(kinds, repeat=count):
            yield [
                Operation(f"c{place}", kind, "x", argument, result, begin, end if is_answered else None)
                for place, ((begin, end), (kind, argument, result, is_answered)) in enumerate(
                    zip(ticks, chosen, strict=True)
                )
            ]


MAP_KINDS = [
    ("put", "1", None, True), ("put", "", None, True), ("append", "1", None, True), ("append", "1", None, False),
    ("get", None, "", True), ("get", None, "1", True), ("get", None, "11", True), ("cas", ("1", ""), False, True),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("easy", [0, 1], ids=["looking ahead at once", "as usual"])
@pytest.mark.parametrize(("count", "kinds"), [(3, MAP_KINDS), (4, [MAP_KINDS[place] for place in (0, 2, 6)])])
def test_no_shortcut_changes_the_verdict_on_any_small_history(easy, count, kinds, monkeypatch):
    monkeypatch.setattr("raftlab.checks.linearizability.orders.EASY", easy)
    verdicts = []
    for operations in every_history(count, kinds):
        verdict = check_linearizability(operations, Map(""))
        verdicts.append(verdict.ok)
        assert verdict.ok == can_be_explained(operations, Map(""), in_real_time(operations)), operations
        if not verdict:
            check_stuck(verdict, operations, Map(""))
    assert len(spans(count)) == {3: 15, 4: 105}[count]
    assert 0.1 < sum(verdicts) / len(verdicts) < 0.9


def test_a_hint_counts_only_for_the_step_that_it_was_written_for():
    """This map keeps the longer of two values, so that a value can come back after another was put."""

    class Longest(Map):
        def step(self, state, operation):
            after, fits = super().step(state, operation)
            return max(after, state, key=len), fits

    puts = [Operation(f"p{value}", "put", "x", value * "a", None, 0, 10) for value in range(1, 9)]
    read = Operation("r", "get", "x", None, 8 * "a", 20, 30)
    assert check_linearizability([*puts, read], Longest(""))
    assert not any(is_told(Longest(), hint) for hint in ("anonymous", "only_reads", "sets", "may_fit"))
    assert all(is_told(Map(), hint) for hint in ("anonymous", "only_reads", "sets", "may_fit"))


# -- Many operations at once, and the limit --------------------------------------------------------------


def at_once(count, kind, argument, result=None):
    """So many operations of different clients, all at the same time."""
    return [Operation(f"{kind}{place}", kind, "x", argument(place), result, 0, 10) for place in range(count)]


def read_of(value):
    return Operation("reader", "get", "x", None, value, 20, 30)


def test_equal_operations_and_reads_that_fit_need_no_search():
    puts = at_once(40, "put", lambda _: 1)
    two = at_once(2, "put", lambda place: place)
    reads = [
        Operation(f"r{place}", "get", "x", None, value, 0, 10) for place, value in enumerate([0, 1] * 18)
    ]
    assert check_linearizability([*puts, read_of(1)], limit=41)
    assert check_linearizability([*puts, read_of(2)], limit=41).stuck == read_of(2)
    assert check_linearizability([*two, *reads], limit=80)
    assert check_linearizability([*two, *reads, read_of(5)], limit=80).stuck == read_of(5)


def test_what_nobody_wrote_is_found_wrong_even_if_the_search_cannot_say_where():
    verdict = check_linearizability([*at_once(18, "put", lambda place: place), read_of(99)], limit=1_000)
    assert (verdict.ok, verdict.stuck, verdict.key, bool(verdict)) == (False, None, "x", False)
    assert verdict.why == (
        "no order explains every answer on x. Which answer is the first that fits nowhere was not found within 1,000 steps of the search."
    )


ENQUEUED = [each._replace(key="") for each in at_once(6, "enq", lambda place: place)]
NEVER = Operation("reader", "deq", "", None, 99, 20, 30)


def test_a_search_that_reaches_its_limit_calls_the_history_neither_right_nor_wrong():
    verdict = check_linearizability([*ENQUEUED, NEVER], "queue", limit=100)
    assert (verdict.ok, verdict.order, verdict.stuck) == (None, None, None)
    assert repr(verdict) == (
        "not known to be linearizable or not: it was not decided within 100 steps of the search."
    )
    assert replays(verdict.longest, Queue())
    with pytest.raises(
        UserError, match=r"^Whether this history is linearizable is not known: it was not decided"
    ):
        bool(verdict)
    assert check_linearizability([*ENQUEUED, NEVER], "queue").stuck == NEVER


def test_a_wrong_answer_on_another_key_decides_all_the_same():
    first = [each._replace(key="a") for each in (*ENQUEUED, NEVER)]
    wrong = Operation("other", "deq", "b", None, 5, 0, 10)
    fine = wrong._replace(result=None)
    assert check_linearizability([*first, wrong], "queue", limit=100).stuck == wrong
    undecided = check_linearizability([*first, fine], "queue", limit=100)
    assert (undecided.ok, undecided.key) == (None, "a")
    assert "not decided on a within" in undecided.why


@pytest.mark.parametrize("limit", [0, -1, 2.5, "many", None])
def test_a_limit_is_a_number_of_steps(limit):
    with pytest.raises(UserError, match=r"^The limit must be"):
        check_linearizability([WRITE], "register", limit=limit)


def test_in_an_exercise_answers_that_were_not_judged_prove_nothing(monkeypatch):
    """That happens to no answer: the histories of these stories are decided in a few hundred steps."""
    local = build("LocalReads")
    wrong = [course for course in READS if course.run(local) and not course.answered]
    assert wrong
    for limit, is_decided in ((300, True), (1, False)):
        monkeypatch.setattr(
            "raftlab.checks.scenes.courses.check_linearizability", partial(check_linearizability, limit=limit)
        )
        assert all(bool(course.run(local)) == is_decided for course in wrong)


# -- Checkers that are wrong -----------------------------------------------------------------------------

# What is wrong: (what stands in checks/linearizability/orders.py, what stands there instead, a history that shows it).
MUTANTS = {
    "real time does not matter": ("(each.returned, 1, place)", "(99999, 1, place)", "L3"),
    "what touches has an order": ("(each.invoked, 0, place)", "(each.invoked, 2, place)", "touching"),
    "a client's own order is lost where it touches": ("needs[place] & ~done", "False", "touching, own"),
    "any answer will do": ("then if fits else MISFIT", "then", "L3"),
    "unanswered means that it did not happen": ("fits = then != state", "fits = False", "L7"),
    "unanswered means that it was answered with nothing": ("fits = then != state", "pass", "L14"),
    "unanswered things must have happened": ("while answered & ~done:", "while sum(bits) & ~done:", "never happened"),
    "the memory forgets the state": ("made in seen", "made[0] in {done for done, _ in seen}", "L10"),
    "the last choice is dropped though it was answered": (
        "if order and not self.answered >> order[-1] & 1 else None", "if order else None", "L10"),
    "the first bar is the last": ("if not order:\n                return False", "return False", "L10"),
    "everything that fits is taken at once": ("if reads[place]:", "if self.answered >> place & 1:", "L1"),
    "what changes nothing here is taken at once": ("if reads[place]:", "if then == state:", "writes nothing"),
    "of equal operations the last is taken": ("answer < found[kind][0]", "answer > found[kind][0]", "equal, one late"),
    "of equal operations the first asked is taken": ("if kind not in found or answer < found[kind][0]:", "if kind not in found:", "equal, one late"),
    "equal operations always change places": ("place if needed >> place & 1 else None", "None", "equal, one needed"),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTANTS)
def test_a_checker_with_a_mistake_is_found_out_by_a_small_history(name, monkeypatch):
    right, wrong, shown_by = MUTANTS[name]
    source = Path(raftlab.checks.linearizability.orders.__file__).read_text()
    assert source.count(right) == 1
    mutant = ModuleType("mutant")
    exec(source.replace(right, wrong), mutant.__dict__)
    monkeypatch.setattr("raftlab.checks.linearizability.judge.Search", mutant.Search)
    found_by = []
    for label, text, linearizable, _ in rows(HISTORIES + EDGES[1:]):
        try:
            verdict = "yes" if check_linearizability(*history(text)) else "no"
        except (IndexError, KeyError, ValueError):
            verdict = "a crash"
        found_by += [label] if verdict != linearizable else []
    assert shown_by in found_by


# -- Mistakes --------------------------------------------------------------------------------------------

WRITE = Operation("a", "write", "", 1, None, 10, 20)

MISTAKES = {
    "another kind": ([WRITE._replace(kind="wrote")], "register", "no operation of a register 'wrote'. Did you mean 'write'?"),
    "a kind of another model": ([WRITE], "map", "There are: get, put, append, cas"),
    "no such model": ([WRITE], "stack", "no model 'stack'"),
    "an answer before the question": ([WRITE._replace(returned=5)], "register", "is answered before it is invoked"),
    "two things at once": ([WRITE, WRITE._replace(invoked=15)], "register", "overlap: a client asks one thing at a time"),
    "no list": (Trace, "register", "such as trace.operations(), not a type"),
    "a key that changes": ([WRITE._replace(key=["x"])], "register", "A key is a text or a number, not ['x']"),
    "a tuple": ([("a", "write")], "register", "consists of Operations"),
    "half a tick": ([WRITE._replace(invoked=0.5)], "register", "must be a whole number"),
    "half a tick at the end": ([WRITE._replace(returned=20.5)], "register", "must be a whole number"),
    "a cas of one": ([WRITE._replace(kind="cas")], "register", "A cas takes a pair"),
    "a state that changes": ([WRITE._replace(argument=[1])], "register", "must be hashable"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_answered_with_one_sentence(name):
    operations, model, words = MISTAKES[name]
    with pytest.raises(UserError, match=re.escape(words)) as told:
        check_linearizability(operations, model)
    assert str(told.value).endswith(".")


def test_a_client_may_go_on_after_no_answer():
    unanswered = WRITE._replace(returned=None)
    assert check_linearizability([unanswered, WRITE._replace(invoked=15)], "register")
    for one, other in pairwise([WRITE, WRITE._replace(invoked=20, returned=25)]):
        assert check_linearizability([other, one], "register")
