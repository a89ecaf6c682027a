"""Rules beyond Figure 2 as exercise items: they are judged in nodes that have the extension, by its own checks and stories."""

import pickle
import re

import pytest
from answers import judged
from sample import a_few

from raftlab import Cluster, Story, build, check, hint, implement
from raftlab.checks.mutants import KNOWN
from raftlab.checks.scenes.courses import COURSES
from raftlab.exercises.break_it import Suspect
from raftlab.exercises.break_it import judged as judged_story
from raftlab.exercises.items import BEYOND, ITEMS
from raftlab.exercises.write_it import layers_of
from raftlab.extensions import EXTENSIONS
from raftlab.lab.progress import Progress
from raftlab.sim.errors import UserError

RIGHT = """
def check_quorum(node):
    hears = {*node.heard, node.id}
    if not node.is_quorum(hears):
        node.become_follower(node.term)
    node.since_look = 0
    node.heard = frozenset()
"""
WRONG = {  # what stands instead, and a word of what is told
    "it does not count itself": (("{*node.heard, node.id}", "node.heard"), "match index n1=0"),
    "it never steps down": (("node.become_follower(node.term)", "pass"), "role leader"),
    "it begins a new term": (("node.term)", "node.term + 1)"), "its term is then 3 instead of 2"),
    "it never forgets": (("    node.heard = frozenset()\n", ""), "heard is then n2"),
    "it looks at every tick": (("    node.since_look = 0\n", ""), "since_look is then 15"),
}


@pytest.mark.parametrize("item", BEYOND.values(), ids=BEYOND)
def test_the_reference_passes_what_is_checked_of_its_rule(item):
    """It is tried in all small situations in `test_situations_beyond.py`."""
    _, rows, stories = layers_of(item)
    assert len(rows.checks) >= 6
    checks = (*rows.checks, *stories.checks)
    assert [each.name for each in checks if each.run(build(*item.extensions))] == []


def test_a_right_rule_of_an_extension_gets_all_points():
    verdict = judged("check_quorum", RIGHT)
    assert (verdict.points, verdict.failed) == (14, 0)


@pytest.mark.parametrize("mistake", a_few(WRONG))
def test_a_wrong_one_loses_points_and_is_told_why(mistake):
    (there, instead), word = WRONG[mistake]
    assert RIGHT.count(there) == 1
    verdict = judged("check_quorum", RIGHT.replace(there, instead))
    assert verdict.points < 14
    assert verdict.failure.rule == "CQ-1"
    assert word in repr(verdict)


def test_pre_vote_alone_deadlocks_and_the_learners_rule_cures_it():
    course = COURSES["check_quorum"][0]
    assert course.run(build("PreVote")) is not None
    namespace = {}
    exec(RIGHT, namespace)
    cured = implement(check_quorum=namespace["check_quorum"], extensions=("PreVote", "CheckQuorum"))
    assert course.run(cured) is None


def test_its_run_stands_beside_the_extensions_own_and_ends_where_a_correct_leader_steps_down():
    verdict = judged("check_quorum", RIGHT.replace("node.become_follower(node.term)", "pass"))
    theirs, reference = verdict.histories()
    tick, (node,) = verdict.run.tick, re.findall(r"(n\d) \(its clock moves on by 1\)", verdict.run.did)
    assert verdict.run.story.ticks == tick
    assert theirs.branch.trace.at(tick).views[node].role == "leader"
    assert reference.branch.trace.at(tick).views[node].role == "follower"


def test_a_run_ends_with_the_mistake_if_nodes_fall_over_because_of_it_later():
    text = """
def on_install_snapshot(node, msg):
    node.leader = msg.src
    node.save_snapshot(Snapshot(msg.last_included_index, msg.last_included_term, msg.state, msg.voters))
    node.emit(Restore(node.snapshot))
    node.send(InstallSnapshotReply(node.id, msg.src, node.term, msg.last_included_index))
"""
    verdict = judged("on_install_snapshot", text)
    assert "commit index 1" in verdict.run.should
    with pytest.raises(AssertionError, match="the log has no entry 1"):
        Cluster(verdict.run.story, node_class=verdict.node_class).tick(verdict.run.tick + 30)
    assert [tick for _, _, tick in verdict.runs] == [verdict.run.tick] * 2


def test_delegating_to_the_extension_is_worth_nothing():
    head = "def check_quorum(node):\n    "
    assert judged("check_quorum", head + "super(type(node), node).check_quorum()").points == 0
    with pytest.raises(UserError, match=r"imports raftlab\.CheckQuorum, which a rule does not need"):
        judged("check_quorum", f"from raftlab import CheckQuorum\n{head}CheckQuorum.check_quorum(node)")


def test_raftlabs_own_text_of_an_extension_is_told_as_such():
    assert "This is raftlab's own text." not in judged("check_quorum", RIGHT).lines()
    text = "def check_quorum(me):\n    if not me.is_quorum(me.heard | {me.id}):\n        me.because('CQ-1')\n"
    text += "        me.become_follower(me.term)\n    me.heard, me.since_look = frozenset(), 0\n"
    assert "This is raftlab's own text." in judged("check_quorum", text).lines()


def test_a_rule_of_an_extension_that_the_nodes_do_not_have_is_refused():
    with pytest.raises(UserError, match="There is no rule 'check_quorum'"):
        implement(check_quorum=lambda node: None)
    with pytest.raises(UserError, match="takes"):
        check("check_quorum", "def check_quorum(node, msg): pass", progress=None)


def test_such_nodes_travel_to_other_processes():
    verdict = judged("check_quorum", RIGHT)
    again = pickle.loads(pickle.dumps(verdict.node_class))
    cluster = Cluster(COURSES["check_quorum"][0].story, node_class=again)
    cluster.tick(150)
    assert ("leader", 140) in cluster.reached


def test_its_hints_end_with_where_the_solution_is(tmp_path):
    told = [hint("check_quorum", progress=tmp_path) for _ in range(4)]
    assert told[0].startswith("Hint 1 of 3")
    assert "the method check_quorum in check_quorum.py of raftlab" in told[3]


# -- Faulty nodes of PreVote and CheckQuorum --------------------------------------------------------------------

RESTLESS = Suspect(ITEMS["06.a"], KNOWN["a pre-vote is given although a leader is heard"])


def story(*actions, ticks=160, **more):
    return Story(
        "s", "A story", nodes=3, seed=1, ticks=ticks, actions=((0, "time_out", "n1"), *actions), **more
    )


def test_an_unnecessary_election_proves_the_mistake_and_the_player_opens_there():
    marked = judged_story(RESTLESS, story((20, "cut", "n1", "n3", True), goals=()))
    assert marked.points == 20
    assert "an unnecessary election begins; with correct nodes, the last one begins at tick 3" in repr(marked)
    (wrong, run, tick), (right, beside, same) = marked.runs
    assert wrong.startswith("<b>The faulty nodes</b>")
    assert right == f"<b>Raft with PreVote and CheckQuorum</b>, at tick {tick}."
    assert tick == same
    assert [
        max(view.term for view in each.branch.trace.at(tick).views.values()) for each in (run, beside)
    ] == [2, 1]


def test_if_correct_nodes_hold_elections_too_no_mistake_is_proved():
    for each in (story((20, "crash", "n1"), goals=()), story(goals=())):
        marked = judged_story(RESTLESS, each)
        assert marked.points == 0
        assert "Not proved" in repr(marked)


def test_these_nodes_have_what_right_ones_have_and_one_place_is_wrong():
    assert "These nodes have PreVote and CheckQuorum. They have a mistake in one place" in repr(RESTLESS)
    assert "can hold unnecessary elections" in repr(RESTLESS)
    assert "while a majority still hears from a leader" in RESTLESS.hints[0]
    useless = Suspect(ITEMS["06.b"], KNOWN["a leader never doubts"])
    assert issubclass(useless.node_class, EXTENSIONS["PreVote"])
    assert useless.reference is build("PreVote", "CheckQuorum")
    assert "something that should happen never happens" in repr(useless)


def test_in_the_capstone_it_is_not_told_where_the_mistake_is():
    wrong = Suspect(ITEMS["08.b"], KNOWN["the leader forgets its own copy"])
    assert repr(wrong) == (
        "These nodes have a mistake in one place. In a cluster of them, something that should happen never happens: "
        'the goal "applied" (every running node has applied a command).'
    )


# -- What is no rule -------------------------------------------------------------------------------------------

SIZES = """
from itertools import combinations

def liar_quorum(n):
    liars = (n - 1) // 3
    for size in range(1, n + 1):
        groups = [set(group) for group in combinations(range(n), size)]
        if all(len(one & other) > liars for one in groups for other in groups):
            return size
"""
ANSWERS = {
    "least_common": "def least_common(n, q):\n    return max(0, 2 * q - n)\n",
    "crash_quorum": "def crash_quorum(n):\n    return n // 2 + 1\n",
    "liar_quorum": SIZES,
    "traitor": 'def traitor():\n    return ["L2"], "attack", {("C", "L2", "L1"): "retreat"}\n',
}


@pytest.mark.parametrize("task", ANSWERS)
def test_a_right_answer_gets_all_points_also_one_that_tries_all_groups(task):
    marked = check(task, ANSWERS[task], progress=None)
    assert marked.passed, marked


@pytest.mark.parametrize(
    ("task", "text", "points", "sentence"),
    [
        ("least_common", "def least_common(n, q): return 2 * q - n", 4, "n1 and n3 share nobody"),
        ("crash_quorum", "def crash_quorum(n): return (n + 1) // 2", 1, "too few: n1 and n2 share nobody"),
        ("crash_quorum", "def crash_quorum(n): return n", 1, "Fewer nodes are enough"),
        ("liar_quorum", "def liar_quorum(n): return 2 * ((n - 1) // 3) + 1", 1.2, "must be in both"),
        ("liar_quorum", "def liar_quorum(n): return n - (n - 1) // 3", 4.8, "Fewer nodes are enough"),
        ("liar_quorum", "def liar_quorum(n): return [1, 2, 2, 3, 4, 4, 5][min(n, 7) - 1]", 1.2, "too few"),
        ("liar_quorum", "def liar_quorum(n): return 9", 1.2, "Fewer nodes are enough"),
        ("least_common", "def least_common(n, q): return 0", 1, "Look at this pair"),
        ("liar_quorum", "def liar_quorum(n): return n // 2 + 1", 1.2, "share only n3, and 1 may lie"),
        ("liar_quorum", "def liar_quorum(n):\n    while True: pass", 0, "does not end"),
        ("liar_quorum", "def liar_quorum(n):\n    raise NotImplementedError", 0, "Not written yet."),
        ("traitor", "def traitor(): return ['C'], 'attack', {('C', 'L2'): 'retreat'}", 0, "does no harm"),
        ("traitor", "def traitor(): return ['L1'], 'retreat', 'attack'", 0, "does no harm"),
        ("traitor", "def traitor(): return ['C', 'L1'], 'attack', 'retreat'", 0, "There must be exactly one traitor"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_the_case_that_shows_it(task, text, points, sentence):
    marked = check(task, text, progress=None)
    assert marked.points == points
    assert sentence in repr(marked)


def test_an_answer_that_finds_the_traitor_shows_what_would_have_helped():
    told = repr(check("traitor", ANSWERS["traitor"], progress=None))
    assert "L2 tells L1 that C said retreat (a lie)" in told
    assert "With a fourth general: IC2 holds" in told
    assert "With signed orders: IC2 holds" in told


@pytest.mark.parametrize(
    ("task", "text", "sentence"),
    [
        ("crash_quorum", "def crash_quorum(n, f): return n", r"a function of \(n\)"),
        ("crash_quorum", "def crash_quorum(n): return n / 2", "should return a whole number"),
        ("crash_quorum", "def crash_quorum(n):\n    print(n)", "crash_quorum prints"),
        ("traitor", "def traitor(): return 'L1'", "Return three things"),
        ("traitor", "def traitor(): return ['L9'], 'attack', {}", "There is no general 'L9'"),
        ("traitor", "def traitor(): return ['L1'], 'attack', {('C', 'L2'): 'retreat'}", "No traitor sends"),
    ],
)
def test_what_is_no_answer_is_told_in_a_sentence(task, text, sentence):
    with pytest.raises(UserError, match=sentence):
        check(task, text, progress=None)


def test_points_and_hints_of_a_task_are_kept_in_its_lesson(tmp_path):
    check("crash_quorum", ANSWERS["crash_quorum"], progress=tmp_path)
    told = [hint("crash_quorum", progress=tmp_path) for _ in range(4)]
    assert told[2].startswith("Hint 3 of 3")
    assert "on paper" in told[3]
    assert Progress(tmp_path).points("06") == (5, 5)
