"""Exercise 05 beyond Figure 2: reads, PreVote and sessions; right answers lose nothing, known mistakes do."""

import pytest
from answers import judged
from sample import a_few

from raftlab.checks.layers import run
from raftlab.checks.mutants import EXTENSION_MUTANTS, SESSION_MUTANTS
from raftlab.exercises.items import BEYOND
from raftlab.exercises.lessons.l05_partitions import do_once
from raftlab.exercises.points import points_for
from raftlab.exercises.write_it import layers_of

ASKED = {name: item for name, item in BEYOND.items() if item.lesson == "05"}
MISTAKES = [mutant for mutant in EXTENSION_MUTANTS if mutant.item in ASKED]
DOING_TWICE = [mutant for mutant in SESSION_MUTANTS if mutant.method == "do_once"]


@pytest.mark.parametrize("mutant", MISTAKES, ids=lambda mutant: mutant.name)
def test_a_known_mistake_loses_points_and_is_named_by_the_rule_it_breaks(mutant):
    item = ASKED[mutant.item]
    layers = [run(layer, mutant.node_class()) for layer in layers_of(item)]
    assert points_for(item, layers) < item.points
    assert mutant.rule in {failure.rule for failure in layers[1].failures}


@pytest.mark.parametrize("item", a_few(ASKED))
def test_every_item_has_a_mistake_and_what_does_nothing_gets_at_most_a_fifth(item):
    assert item in {mutant.item for mutant in MISTAKES}
    takes = "node" if item == "advance_reads" else "node, msg"
    assert judged(item, f"def {item}({takes}):\n    pass").points <= ASKED[item].points / 5


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("reads without asking", "The old leader asks the others before it answers"),
        ("reads before anything of its own term is committed", "A new leader is asked at once"),
        ("a pre-vote is given although a leader is heard", "A node that has missed nothing comes back"),
        ("a pre-voter remembers a leader it no longer hears", "The leader of nodes with PreVote crashes"),
    ],
)
def test_a_mistake_is_shown_by_a_story_that_ends_where_it_should_not(name, title):
    mutant = next(each for each in EXTENSION_MUTANTS if each.name == name)
    asked = ASKED.get(
        mutant.item, next(each for each in ASKED.values() if mutant.extension in each.extensions)
    )
    stories = {course.name: course for course in layers_of(asked)[2].checks}
    failure = stories[title].run(mutant.node_class())
    assert failure.breach >= failure.tick
    assert failure.story.title == title


# -- A machine with sessions --------------------------------------------------------------------------------------


ONCE = """
def do_once(machine, session, serial, command):
    if session not in machine.sessions:
        return f"unknown session {session}"
    last, answer = machine.sessions.pop(session)
    if serial > last:
        last, answer = serial, machine.do(command)
    machine.sessions[session] = (last, answer)
    if serial < last:
        return f"stale: {session} is at {last}"
    return answer
"""
WRONG = {  # what stands instead, and a word of what is told
    "it does everything again": (("if serial > last:", "if True:"), "arrives twice"),
    "it forgets who was used last": (("sessions.pop(session)", "sessions[session]"), "used least recently"),
    "it opens what is not there": (('return f"unknown session {session}"', "machine.sessions[session] = (0, None)"), "never opened"),
    "it does what is late": (('return f"stale: {session} is at {last}"', "return machine.do(command)"), "late copy"),
    "it falls over": (("if session not in machine.sessions:", "if False:"), "KeyError"),
    "it does not end": (("if serial > last:", "while True:"), "does not end"),
}  # fmt: skip


def test_a_right_machine_gets_all_points():
    assert judged("do_once", ONCE).points == 8


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_machine_loses_points_and_is_told_with_a_short_log(mistake):
    (there, instead), word = WRONG[mistake]
    assert ONCE.count(there) == 1
    marked = judged("do_once", ONCE.replace(there, instead))
    assert marked.points < 8
    assert word in repr(marked)
    assert len(marked.sentences) < 20


@pytest.mark.parametrize(
    ("there", "instead", "points"),
    [
        ("if serial > last:", "if True:", 1.6),
        ("if serial > last:", "if serial >= last:", 1.6),
        ("if serial > last:", "if serial == last + 1:", 1.6),
        ("if serial > last:", "if False:", 1.6),
        ("sessions.pop(session)", "sessions[session]", 6.4),
        ('return f"stale: {session} is at {last}"', "return answer", 6.4),
    ],
    ids=[
        "all again",
        "the newest again",
        "no number may be skipped",
        "nothing",
        "who was used last",
        "what is late",
    ],
)
def test_at_most_a_fifth_is_left_if_a_command_is_carried_out_twice_or_not_at_all(there, instead, points):
    marked = judged("do_once", ONCE.replace(there, instead))
    assert marked.points == points
    assert ("The central idea of this rule is missing" in repr(marked)) is (points == 1.6)


@pytest.mark.parametrize("mutant", DOING_TWICE, ids=lambda mutant: mutant.name)
def test_a_known_mistake_with_sessions_loses_points(mutant):
    tried = do_once(vars(mutant.machine())["do_once"])
    assert tried.right < tried.of


def test_raftlabs_own_body_is_closed():
    marked = judged(
        "do_once",
        "def do_once(machine, session, serial, command):\n"
        "    return super(type(machine), machine).do_once(session, serial, command)\n",
    )
    assert (marked.points, marked.sentences) == (0, ("Not written yet.",))
