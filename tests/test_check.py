"""`check` says which rule an answer breaks, and how, and plays the shortest run that shows it. It finds nothing wrong with a right answer."""

import json
import linecache
import time

import pytest
from answers import RIGHT_VOTE, judged, own

from raftlab import Raft, UserError, check, hint
from raftlab.checks.layers import layers_for, progress_bar, run
from raftlab.checks.random_runs import RUNS
from raftlab.checks.rows.handlers import Row, needs
from raftlab.checks.rows.logs import ROWS
from raftlab.checks.scenes.scripted import SCENES
from raftlab.exercises.items import FIGURE_2
from raftlab.lab.progress import CourseMap, Progress
from raftlab.rules import PROPERTIES, RULE_BOOK

TWO_VOTES = RIGHT_VOTE.replace("taken = node.voted_for not in (None, msg.src)", "taken = False")
UNSAVED = RIGHT_VOTE.replace("    node.save()\n", "")


# -- The layers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_reference_passes_every_handler_check(row):
    assert row.run(Raft) is None


def test_the_reference_passes_every_story_and_every_random_run():
    assert [each.name for each in (*SCENES, *RUNS) if each.run(Raft)] == []


def test_handler_checks_have_names_of_their_own_and_rules_of_the_book():
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert {row.rule for row in ROWS} <= set(RULE_BOOK) | set(PROPERTIES)


@pytest.mark.parametrize("item", FIGURE_2)
def test_every_item_has_handler_checks_of_its_own_rules_and_they_come_first(item):
    rows = layers_for(item, [item], FIGURE_2[item].rules)[1].checks
    assert len(rows) >= 7
    assert all(needs(row, item) for row in rows)
    assert rows[0].rule in FIGURE_2[item].rules


def test_a_handler_check_belongs_to_the_rules_that_the_reference_needs_for_it():
    row = next(each for each in ROWS if isinstance(each, Row) and each.rule == "UTD")
    assert needs(row, "on_request_vote")
    assert not needs(row, "on_append_entries")


# -- A right answer --------------------------------------------------------------------------------------------


def test_a_right_answer_gets_all_points_in_about_a_second():
    judged("on_request_vote", RIGHT_VOTE)  # what is imported and noted once does not count
    start = time.process_time()
    verdict = check("on_request_vote", RIGHT_VOTE, progress=None)
    assert time.process_time() - start + verdict.node_class.program.spent < 4, (
        "about one, on a machine with nothing else to do"
    )
    assert verdict.passed
    assert (verdict.points, verdict.failed, verdict.failure) == (10, 0, None)
    assert repr(verdict) == f"on_request_vote: 10 of 10 points. {verdict.checks} checks, all pass."
    assert verdict.checks > 70


def test_the_same_answer_is_judged_in_the_same_way_every_time():
    again = check("on_request_vote", TWO_VOTES, progress=None)
    assert judged("on_request_vote", TWO_VOTES).lines() == again.lines()


def test_raftlabs_own_text_is_recognised_with_other_comments_and_names():
    text = (
        own("on_request_vote")
        .replace("self", "me")
        .replace("msg", "request")
        .replace("  # before the reply", "  # !")
    )
    assert "This is raftlab's own text." in judged("on_request_vote", text).lines()
    assert "This is raftlab's own text." not in judged("on_request_vote", RIGHT_VOTE).lines()


# -- A wrong one -----------------------------------------------------------------------------------------------


def test_a_wrong_answer_is_told_the_rule_what_happened_and_what_comes_of_it():
    verdict = judged("on_request_vote", TWO_VOTES)
    told = repr(verdict)
    assert verdict.failure.rule == "RV-2"
    assert verdict.points < 10
    for words in (
        "handler checks: 4 of 19 fail",
        "The first that fails, in the small situations:",
        "Follower in term 1 with an empty log, its vote given to n1; request for its vote in term 1 by n2, whose log is empty: "
        "it gives its vote instead of refusing it.",
        "The rule: A node votes once in each term",
        "(RV-2, section 5.2, 5.4)",
        "A run that shows it (2 actions):",
        "Your node: at tick",
        "Election Safety is broken. n2 and n1 both became leader of term 1.",
        'hint("on_request_vote")',
    ):
        assert words in told, words


def test_the_run_that_shows_it_is_as_short_as_it_can_be():
    story = judged("on_request_vote", TWO_VOTES).run.story
    assert [action[1:] for action in story.actions] == [("time_out", "n1"), ("time_out", "n2")]


def test_what_is_not_saved_is_told_as_such_and_shown_by_a_crash():
    verdict = judged("on_request_vote", UNSAVED)
    assert verdict.failure.rule == "ST-P0"
    assert "while the vote is not saved" in verdict.failure.did
    assert "crash" in {action[1] for action in verdict.run.story.actions}
    assert "Election Safety is broken" in verdict.run.consequence


def test_the_two_runs_part_at_the_tick_of_the_mistake():
    verdict = judged("on_request_vote", TWO_VOTES)
    theirs, reference = verdict.histories()
    tick = verdict.run.tick
    before = [history.branch.trace.at(tick - 1).views for history in (theirs, reference)]
    after = [history.branch.trace.at(tick).views for history in (theirs, reference)]
    assert before[0] == before[1]
    assert after[0] != after[1]
    assert "P1" in theirs.branch.trace.broken()
    assert reference.branch.trace.broken() == {}


def test_a_strangers_node_shows_no_reasons_the_references_does():
    theirs, reference = judged("on_request_vote", TWO_VOTES).histories()
    assert list(theirs.branch.trace.rules()) == []
    assert "RV-2" in {rule for _, _, rule in reference.branch.trace.rules()}


def test_in_a_notebook_both_runs_stand_side_by_side():
    from raftlab import Lab

    verdict = judged("on_request_vote", TWO_VOTES)
    player = verdict.player()
    heads = [column.children[0].value for column in player.children]
    labs = [column.children[1] for column in player.children]
    assert "Which rules your nodes follow cannot be shown." in heads[0]
    assert "With Raft's own" in heads[1]
    assert "RV-2" in heads[1]
    assert all(isinstance(lab, Lab) and lab.tick == verdict.run.tick for lab in labs)


def labs_of(verdict):
    return [column.children[1] for column in verdict.player().children]


@pytest.mark.parametrize("text", [TWO_VOTES, UNSAVED])
def test_both_players_open_at_the_tick_of_the_mistake_and_go_on_until_a_property_breaks(text):
    verdict = judged("on_request_vote", text)
    theirs, reference = verdict.histories()
    breach = next(
        tick for tick in range(theirs.branch.trace.ticks + 1) if theirs.branch.trace.at(tick).broken
    )
    assert verdict.run.tick < breach < theirs.branch.trace.ticks == reference.branch.trace.ticks
    assert [lab.tick for lab in labs_of(verdict)] == [verdict.run.tick] * 2
    heading = verdict.player().children[0].children[0].value
    assert f"at tick {verdict.run.tick}, where the two runs begin to differ" in heading
    assert f"At tick {breach}, Election Safety is broken." in heading


def test_where_no_property_breaks_the_run_ends_with_the_mistake():
    never_for_n2 = RIGHT_VOTE.replace("or worse:", "or worse or msg.src == 'n2':")
    verdict = judged("on_request_vote", never_for_n2)
    assert verdict.run.breach is None
    assert verdict.run.story.ticks == verdict.run.tick
    assert [lab.tick for lab in labs_of(verdict)] == [verdict.run.tick] * 2


def test_a_node_that_falls_over_is_shown_until_then():
    verdict = judged(
        "on_request_vote", RIGHT_VOTE.replace("    if late", "    msg.source if worse else 0\n    if late")
    )
    theirs, reference = labs_of(verdict)
    assert "AttributeError" in verdict.run.consequence
    assert theirs.tick == theirs.trace.ticks == verdict.run.tick - 1
    assert reference.tick == verdict.run.tick


def test_an_answer_that_raises_is_told_where():
    verdict = judged("on_request_vote", "def on_request_vote(node, msg):\n    node.vote = msg.source\n")
    assert "on_request_vote raised AttributeError" in repr(verdict)
    assert "in line 2, `node.vote = msg.source`" in repr(verdict)
    assert "Your node: at tick" in repr(verdict)
    assert "The consequence" not in repr(verdict), "the error is the mistake, and not what comes of it"


def test_a_blank_is_worth_nothing_and_is_called_blank():
    verdict = judged("on_request_vote", "def on_request_vote(node, msg):\n    raise NotImplementedError\n")
    assert (verdict.points, verdict.passed) == (0, False)
    assert "Not written yet." in repr(verdict)


def test_delegating_is_worth_nothing():
    text = "from raftlab import Raft\ndef on_request_vote(node, msg):\n    Raft.on_request_vote(node, msg)\n"
    verdict = judged("on_request_vote", text)
    assert verdict.points == 0
    assert "on_request_vote is what you are asked to write" in repr(verdict)


def test_a_command_without_a_client_may_be_noted_as_waiting_for_nobody():
    text = own("on_propose").replace("    if event.client is not None:\n    ", "")
    assert "is not None" not in text
    assert judged("on_propose", text).passed


# -- The answer's text -----------------------------------------------------------------------------------------


def cell(text, name="on_request_vote"):
    """Run a cell like a notebook does: in the notebook's namespace, and so that its text can be looked up."""
    file = f"/tmp/ipykernel_1/{len(linecache.cache)}.py"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace = {"limit": 3}
    exec(compile(text, file, "exec"), namespace)
    return namespace[name]


HELPED = """
def may(node, msg):
    return node.log.is_covered_by(msg.last_log_index, msg.last_log_term)

def on_request_vote(node, msg):
    grants = msg.term == node.term and node.voted_for in (None, msg.src) and may(node, msg)
    if grants:
        node.voted_for = msg.src
        node.save()
        node.reset_election_timer()
    node.reply_vote(msg, vote_granted=grants, because="RV-2")
"""


def test_the_whole_cell_is_the_answer_with_its_helpers_and_without_its_calls():
    answer = cell(HELPED + "\nif limit > 3:\n    check('on_request_vote', on_request_vote)\n")
    assert check("on_request_vote", answer, progress=None).passed


def test_a_name_from_another_cell_is_named():
    answer = cell("def on_request_vote(node, msg):\n    node.term = max(node.term, limit)\n")
    with pytest.raises(UserError, match="The answer uses 'limit', which its cell does not define"):
        check("on_request_vote", answer, progress=None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def on_request_vote(node, msg) return", "Python cannot read line 1 of the answer"),
        ("x = 1", "The answer defines nothing; it should define on_request_vote"),
        ("def a(): pass\ndef b(): pass", "The answer defines a, b; one of them must be called on_request_vote"),
        ("import os\ndef on_request_vote(node, msg): pass", "In line 1 the answer imports os, which a rule does not need"),
        ("def on_request_vote(node, msg): print(1)", "on_request_vote prints"),
        ("def on_request_vote(node): pass", r"on_request_vote takes \(node, msg\); yours takes \(node\)"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(UserError, match=sentence):
        judged("on_request_vote", text)


def test_an_item_that_does_not_exist_is_refused_with_the_nearest():
    with pytest.raises(UserError, match="There is no item 'on_vote'"):
        judged("on_vote", RIGHT_VOTE)


# -- Hints and progress ----------------------------------------------------------------------------------------


def test_hints_come_one_at_a_time_and_then_where_the_solution_is(tmp_path):
    hints = [str(hint("on_request_vote", progress=tmp_path)) for _ in range(5)]
    assert [each[:11] for each in hints[:3]] == ["Hint 1 of 3", "Hint 2 of 3", "Hint 3 of 3"]
    assert hints[3] == hints[4]
    assert "the method on_request_vote in raft.py" in hints[3]


def test_no_hint_is_a_solution_to_copy():
    for item in FIGURE_2.values():
        assert all("\n" not in each and len(each) < 330 for each in item.hints)


def test_points_are_kept_the_best_ones_and_the_map_of_the_course_shows_them(tmp_path):
    check("crash_quorum", "def crash_quorum(n): return n // 2 + 1", progress=tmp_path)
    check("crash_quorum", "def crash_quorum(n): return n", progress=tmp_path)
    hint("crash_quorum", progress=tmp_path)
    kept = json.loads((tmp_path / "progress.json").read_text())
    assert kept == {
        "exercise crash_quorum": {
            "lesson": "06", "points": 5, "of": 5, "grade": 3.75, "hints": 1,
        }
    }  # fmt: skip
    shown = CourseMap(Progress(tmp_path))._repr_markdown_()
    assert "5 of 5 points in the exercises tried" in shown


def test_a_hint_alone_is_no_try(tmp_path):
    hint("on_request_vote", progress=tmp_path)
    assert Progress(tmp_path).points("02") == (0, 0)
    assert "points in the exercises" not in CourseMap(Progress(tmp_path))._repr_markdown_()


def test_a_bar_is_told_of_each_check_of_a_layer():
    told = []
    layer = layers_for("is_quorum", ("is_quorum",))[1]
    run(layer, Raft, tell=told.append)
    assert told == [1] * len(layer.checks)
    with progress_bar([layer, layer]) as tell:
        assert tell(1) is None, "a check that ends within a second shows none"
