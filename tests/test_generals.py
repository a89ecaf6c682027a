"""The Byzantine generals: all lies that traitors could tell are tried and counted; and what signatures change."""

import pytest

from raftlab import UserError
from raftlab.draw import describe_generals, draw_generals, save_svg
from raftlab.models.generals import count, every_lie, message_count, oral, random_lies, signed

A, R = "attack", "retreat"


# -- How many messages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("generals", "m", "messages"), [(3, 1, 4), (4, 1, 9), (7, 1, 36), (7, 2, 156), (10, 3, 3609)]
)
def test_om_sends_as_many_messages_as_the_formula_says(generals, m, messages):
    assert message_count(generals, m) == messages
    outcome = oral(generals, [], A, m)
    assert len(outcome.said) == messages
    assert {said.round for said in outcome.said} == set(range(1, m + 2)), "m + 1 rounds"


# -- Spoken orders: every choice of the traitors, for three and four generals -------------------------


def test_three_generals_a_traitor_in_command_cannot_split_the_two_because_a_tie_means_retreat():
    tally = count(every_lie(3, ["C"], A, 1))
    assert (tally.adversaries, tally.ic1_broken) == (4, 0)
    assert tally.outcomes == {(A, A): 1, (R, R): 3}


def test_three_generals_one_lying_lieutenant_turns_an_attack_into_a_retreat():
    tally = count(every_lie(3, ["L2"], A, 1))
    assert (tally.adversaries, tally.ic2_broken) == (2, 1)
    assert tally.outcomes == {(A,): 1, (R,): 1}
    lie = oral(3, ["L2"], A, 1, {("C", "L2", "L1"): R})
    assert (lie.ic1, lie.ic2, lie.decisions) == (True, False, {"L1": R})


def test_three_generals_an_order_to_retreat_is_what_a_tie_means_anyway():
    tally = count(every_lie(3, ["L2"], R, 1))
    assert (tally.adversaries, tally.ic2_broken) == (2, 0)
    assert tally.outcomes == {(R,): 2}


def test_four_generals_bear_a_traitor_in_command():
    tally = count(every_lie(4, ["C"], A, 1))
    assert (tally.adversaries, tally.ic1_broken, tally.ic2_broken) == (8, 0, 0)
    assert tally.outcomes == {(A, A, A): 4, (R, R, R): 4}


@pytest.mark.parametrize("order", [A, R])
@pytest.mark.parametrize("traitor", ["L1", "L2", "L3"])
def test_four_generals_bear_any_lying_lieutenant(traitor, order):
    tally = count(every_lie(4, [traitor], order, 1))
    assert (tally.adversaries, tally.ic1_broken, tally.ic2_broken) == (4, 0, 0)
    assert tally.outcomes == {(order, order): 4}


def test_four_generals_do_not_bear_a_commander_and_a_lieutenant():
    tally = count(every_lie(4, ["C", "L3"], A, 1))
    assert (tally.adversaries, tally.ic1_broken) == (32, 8)
    assert tally.outcomes == {(A, A): 12, (R, R): 12, (A, R): 4, (R, A): 4}


@pytest.mark.parametrize(("order", "other"), [(A, R), (R, A)])
def test_four_generals_do_not_bear_two_lying_lieutenants(order, other):
    tally = count(every_lie(4, ["L2", "L3"], order, 1))
    assert (tally.adversaries, tally.ic2_broken) == (16, 4)
    assert tally.outcomes == {(order,): 12, (other,): 4}


def test_silence_counts_as_retreat_so_enumerating_two_words_leaves_nothing_out():
    for order in (A, R):
        silent = oral(4, ["L2", "L3"], order, 1, dict.fromkeys([("C", "L2", "L1"), ("C", "L3", "L1")]))
        assert silent.decisions == oral(4, ["L2", "L3"], order, 1, R).decisions


def test_one_round_of_relays_less_and_a_traitor_in_command_splits_even_ten_generals():
    """The test can fail: OM(0) is not enough against one traitor, for any number of generals."""
    assert not oral(10, ["C"], A, 0, {("C", "L1"): R}).ic1


# -- Two traitors: six generals are too few, seven are enough ------------------------------------------
# With 156 messages nobody tries every lie. The proportions below were published from 200,000 random
# adversaries, whose dice we do not have; these are our own, fewer dice. They show a direction and a
# proportion within 5 standard errors, and where nothing was ever broken, that nothing is: no proof.


def six_obey(runs):
    tally = count(random_lies(6, ["L4", "L5"], A, 2, runs))
    assert tally.adversaries == runs
    error = 5 * (0.25 / runs) ** 0.5
    assert tally.ic1_broken / runs == pytest.approx(95_149 / 200_000, abs=error)
    assert tally.ic2_broken / runs == pytest.approx(100_604 / 200_000, abs=error)


def never_broken(generals, traitors, order, runs):
    tally = count(random_lies(generals, traitors, order, 2, runs))
    assert (tally.adversaries, tally.ic1_broken, tally.ic2_broken) == (runs, 0, 0)
    return tally.outcomes


def test_six_generals_always_saying_retreat_is_enough_to_stop_an_attack():
    outcome = oral(6, ["L4", "L5"], A, 2, R)
    assert outcome.decisions == {"L1": R, "L2": R, "L3": R}
    assert not outcome.ic2


def test_six_generals_two_lieutenants_who_toss_coins_break_both_wishes_about_half_the_time():
    six_obey(runs=2_000)


@pytest.mark.parametrize("order", [A, R])
def test_six_generals_no_coins_were_seen_to_split_those_under_a_traitor_in_command(order):
    assert len(never_broken(6, ["C", "L5"], order, runs=1_000)) == 2


@pytest.mark.parametrize("order", [A, R])
def test_seven_generals_bear_two_lying_lieutenants(order):
    other = R if order == A else A
    assert set(oral(7, ["L5", "L6"], order, 2, other).decisions.values()) == {order}
    assert list(never_broken(7, ["L5", "L6"], order, runs=500)) == [(order,) * 4]


@pytest.mark.parametrize("order", [A, R])
def test_seven_generals_under_a_traitor_in_command_all_do_the_same(order):
    assert set(never_broken(7, ["C", "L6"], order, runs=500)) == {(A,) * 5, (R,) * 5}


@pytest.mark.slow
def test_six_and_seven_generals_under_many_more_coins():
    six_obey(runs=50_000)
    never_broken(6, ["C", "L5"], A, runs=20_000)
    never_broken(7, ["L5", "L6"], A, runs=20_000)
    never_broken(7, ["L5", "L6"], R, runs=3_000)
    never_broken(7, ["C", "L6"], A, runs=20_000)


def test_the_same_seed_tosses_the_same_coins_and_another_one_others():
    def decided(seed):
        return [run.decisions for run in random_lies(6, ["L4", "L5"], A, 2, 30, seed)]

    assert decided(1) == decided(1) != decided(2)


# -- Signed orders: three generals are enough for one traitor, four for two ------------------------------


@pytest.mark.parametrize("order", [A, R])
@pytest.mark.parametrize("traitor", ["C", "L1", "L2"])
def test_three_generals_who_sign_bear_one_traitor_whatever_it_sends(traitor, order):
    tally = count(every_lie(3, [traitor], order, 1, signatures=True))
    # In each message: attack, retreat, both, or nothing. A commander sends two, a lieutenant one.
    assert tally.adversaries == (16 if traitor == "C" else 4)
    assert (tally.ic1_broken, tally.ic2_broken) == (0, 0)


def test_a_lieutenant_cannot_forge_what_its_commander_did_not_sign():
    outcome = signed(3, ["L2"], A, 1, R)
    forgery = outcome.said[-1]
    assert (forgery.src, forgery.dst, forgery.value, forgery.forged) == ("L2", "L1", R, True)
    assert outcome.decisions == {"L1": A}
    assert outcome.table()[-1].endswith("(forged, and not believed).")


def test_two_orders_with_the_commanders_signature_prove_that_it_is_a_traitor():
    outcome = signed(3, ["C"], A, 1, {("C", "L1"): A, ("C", "L2"): R})
    assert outcome.decisions == {"L1": R, "L2": R}
    assert [said.sentence() for said in outcome.said[2:]] == [
        "Round 2: L1 tells L2 that C said attack.",
        "Round 2: L2 tells L1 that C said retreat.",
    ]


@pytest.mark.parametrize("order", [A, pytest.param(R, marks=pytest.mark.slow)])
def test_four_generals_who_sign_bear_a_commander_and_a_lieutenant_in_three_rounds(order):
    tally = count(every_lie(4, ["C", "L3"], order, 2, signatures=True))
    assert (tally.adversaries, tally.ic1_broken) == (16_384, 0)
    assert set(tally.outcomes) == {(A, A), (R, R)}


def test_two_rounds_are_too_few_against_two_traitors_a_late_signature_convinces_only_one():
    """The test before can fail: with SM(1), the traitors show the second order in the last round, to one only."""
    lies = {("C", "L3", "L2"): None, ("C", "L1"): A, ("C", "L2"): A, ("C", "L3", "L1"): R}
    outcome = signed(4, ["C", "L3"], A, 1, lies)
    assert outcome.decisions == {"L1": R, "L2": A}
    assert not outcome.ic1
    assert count(every_lie(4, ["C", "L3"], A, 1, signatures=True)).ic1_broken > 0


@pytest.mark.parametrize(("generals", "m"), [(3, 1), (4, 2), (5, 3), (6, 4)])
def test_signed_orders_need_only_two_more_generals_than_traitors(generals, m):
    loyal_commander = [f"L{number}" for number in range(2, m + 2)]
    assert signed(generals, loyal_commander, A, m, R).decisions == {"L1": A}
    traitor_commander = ["C", *(f"L{number}" for number in range(3, m + 2))]
    for first in (A, R, None):
        lies = {("C", "L1"): first, ("C", "L2"): R}
        assert signed(generals, traitor_commander, A, m, lies).ic1


# -- The record ------------------------------------------------------------------------------------------


def test_the_record_says_who_told_whom_what_in_which_round():
    outcome = oral(4, ["L3"], A, 1, R)
    assert outcome.table()[:3] == [f"Round 1: C tells L{number} to attack." for number in (1, 2, 3)]
    assert outcome.table()[-2:] == [
        "Round 2: L3 tells L1 that C said retreat (a lie).",
        "Round 2: L3 tells L2 that C said retreat (a lie).",
    ]
    silent = oral(3, ["L2"], A, 1, {("C", "L2", "L1"): None})
    assert silent.table()[-1] == "Round 2: L2 keeps silent to L1."
    assert (
        "Round 3: L3 tells L1 that L2 said that C said retreat (a lie)." in oral(5, ["L3"], A, 2, R).table()
    )


def test_the_verdict_is_two_sentences():
    assert oral(4, ["L3"], A, 1, R).verdict() == [
        "IC1 holds: all loyal lieutenants attack.",
        "IC2 holds: the loyal commander said attack, and all loyal lieutenants attack.",
    ]
    assert oral(4, ["C"], A, 0, {("C", "L1"): R}).verdict() == [
        "IC1 is broken: L1 retreats, L2 attacks, L3 attacks.",
        "IC2 asks nothing here: the commander is a traitor.",
    ]
    assert oral(3, ["L2"], A, 1, R).verdict() == [
        "IC1 holds: only one lieutenant is loyal, so no two can differ.",
        "IC2 is broken: the loyal commander said attack, but L1 retreats.",
    ]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: oral(1, [], A, 0), "The number of generals must be a whole number from 2 to 10"),
        (lambda: oral(4, ["L4"], A, 1), "There is no general 'L4'. There are: C, L1"),
        (lambda: oral(4, "L3", A, 1), r"The traitors must be a list such as \['L2'\]"),
        (lambda: oral(4, 1, A, 1), r"The traitors must be a list such as \['L2'\]"),
        (lambda: oral(3, ["L1", "L2"], A, 1), "At least one lieutenant must be loyal"),
        (lambda: oral(4, [], "attac", 1), "There is no order 'attac'. Did you mean 'attack'"),
        (lambda: oral(4, [], A, 3), "M must be a whole number from 0 to 2"),
        (lambda: oral(4, ["L3"], A, 1, {("C", "L1"): R}), "No traitor sends a message"),
        (lambda: oral(4, ["C"], A, 1, {("C", "L1"): (A, R)}), "In one message a traitor can say"),
        (lambda: oral(4, ["C"], A, 1, 7), "Lies must be like"),
        (lambda: list(every_lie(7, ["L5", "L6"], A, 2)), "2 to the power of 50 adversaries"),
        (lambda: list(random_lies(4, ["C"], A, 1, 0)), "The number of runs must be"),
        (lambda: list(random_lies(4, ["C"], A, 1, 2, seed="x")), "The seed must be a whole number"),
        (lambda: count(3), r"count counts runs, such as every_lie\(.*\) makes, not an int\.$"),
        (lambda: count(oral(4, [], A, 1)), r"makes, not an Outcome\.$"),
        (lambda: count(["attack"]), r"makes, and among these is a str\.$"),
        (
            lambda: oral(4, [], A, 1, liars=R),
            r"oral\(\) has no argument 'liars'\. Did you mean 'lies'\? It takes generals, traitors, order, m and lies",
        ),
        (
            lambda: signed(4, [], A),
            r"It is signed\(generals, traitors, order, m, lies='retreat'\), not signed",
        ),
        (
            lambda: every_lie(4, [], A, 1, sign=True),
            r"every_lie\(\) has no argument 'sign'\. It takes .* and signatures",
        ),
        (
            lambda: random_lies(4, [], A, 1, 5, seeds=3),
            r"random_lies\(\) has no argument 'seeds'\. Did you mean 'seed'\?",
        ),
        (lambda: count([], m=1), r"count\(\) has no argument 'm'\. It takes outcomes"),
        (lambda: message_count(4), r"It is message_count\(generals, m\), not message_count\(4\)\.$"),
    ],
)
def test_a_mistake_is_told_in_one_sentence(call, sentence):
    with pytest.raises(UserError, match=sentence):
        call()


# -- The picture -----------------------------------------------------------------------------------------


@pytest.fixture
def ax():
    from matplotlib.figure import Figure

    return Figure(figsize=(9, 6)).add_subplot()


def words_in(ax):
    from matplotlib.text import Text

    return [text.get_text() for text in ax.findobj(Text) if text.get_text()]


@pytest.mark.parametrize("dark", [False, True])
def test_the_picture_shows_each_word_each_lie_and_each_decision_without_needing_colour(ax, dark):
    draw_generals(oral(4, ["L3"], A, 1, R), ax, dark)
    words = words_in(ax)
    legend = ["A", "R", "R!", "–!", "R!"]  # what each sign means
    assert words.count("A") == 3 + 4 + legend.count("A")
    assert words.count("R!") == 2 + legend.count("R!"), "both lies of L3"
    assert words.count("attacks") == 2
    assert words.count("traitor") == 2 + 1, "L3 in both rounds, and the legend"
    assert "IC2 holds: the loyal commander said attack, and all loyal lieutenants attack." in words


def test_the_picture_has_its_text_and_the_same_bytes_twice(tmp_path):
    from matplotlib.figure import Figure

    outcome = oral(4, ["L3"], A, 1, R)
    for name in ("first.svg", "second.svg"):
        save_svg(draw_generals(outcome, Figure(figsize=(9, 6)).add_subplot()), tmp_path / name)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()
    assert "Round 2: L3 tells L1 that C said retreat (a lie)." in (tmp_path / "first.svg").read_text()
    assert describe_generals(outcome).startswith("IC1 holds: all loyal lieutenants attack.")


@pytest.mark.parametrize("outcome", [oral(6, [], A, 1), oral(5, [], A, 2), oral(7, [], A, 2)])
def test_a_picture_with_too_many_arrows_is_refused(outcome):
    with pytest.raises(UserError, match="too many arrows for a picture"):
        draw_generals(outcome)


def test_what_is_no_run_cannot_be_drawn():
    with pytest.raises(UserError, match="draws what oral or signed returns, not a str"):
        draw_generals("attack")
