"""A check is passed by whoever answers as somebody who has passed it, and run for everybody else."""

import os
from functools import partial

import pytest
from answers import RIGHT_VOTE

from raftlab import check
from raftlab.checks.differential.ask import Question, outcomes
from raftlab.checks.differential.layer import answered
from raftlab.checks.differential.questions import SPACES
from raftlab.checks.scenes.scripted import SCENES, Scripted
from raftlab.exercises.in_child import answer_class
from raftlab.exercises.items import ITEMS
from raftlab.exercises.whole import Whole, layers_for
from raftlab.exercises.write_it import Rule, layers_of
from raftlab.grading.run import sandboxed
from raftlab.messages import RequestVote
from raftlab.raft import Raft
from raftlab.remote import kept, transcript
from raftlab.remote.nodes import whole_class
from raftlab.remote.program import Program, launched_by
from raftlab.remote.transcript import checked

# Another text of the same rule, and one that votes twice.
SAME_VOTE = RIGHT_VOTE.replace("RequestVoteReply(", "RequestVoteReply (")
VOTES_TWICE = RIGHT_VOTE.replace("node.voted_for not in (None, msg.src)", "False")


@pytest.fixture(autouse=True)
def nobody_has_passed_yet(monkeypatch, tmp_path):
    monkeypatch.setattr(transcript, "PASSED", {})
    monkeypatch.setattr(transcript, "UNKEPT", {})
    monkeypatch.setattr(transcript, "_NEW", set())
    monkeypatch.setenv("RAFTLAB_CACHE", str(tmp_path / "cache"))


def vote(text):
    return answer_class(text, "on_request_vote", "on_request_vote")


@pytest.fixture
def passed(tmp_path):
    """The file with the transcript of a vote that has passed the first scene, kept by another process."""
    assert scene_for(vote(RIGHT_VOTE)) == (None, True)
    transcript.keep()
    transcript.PASSED.clear()
    (file,) = (tmp_path / "cache").iterdir()
    return file


def scene_for(made):
    """What is found in the first scene, and whether it was played."""
    played = []

    def play():
        played.append(True)
        return SCENES[0].run(made)

    found = checked((Scripted, SCENES[0].name), made, play)
    made.program.end()
    return found, bool(played)


def scenes_for(made):
    """What nodes of a class do wrong in each of some scenes."""
    found = [checked((Scripted, each.name), made, partial(each.brief, made)) for each in SCENES[:6]]
    made.program.end()
    return [each and each.did for each in found]


def test_the_same_answers_pass_without_the_run():
    assert scene_for(vote(RIGHT_VOTE)) == (None, True)
    assert scene_for(vote(SAME_VOTE)) == (None, False)


def test_another_answer_is_run_and_found_wrong_as_if_nobody_had_passed_before():
    assert SAME_VOTE != RIGHT_VOTE != VOTES_TWICE
    alone = scenes_for(vote(VOTES_TWICE))
    assert not any(scenes_for(vote(RIGHT_VOTE)))
    assert scenes_for(vote(VOTES_TWICE)) == alone
    assert any(alone)
    assert not all(alone)


@pytest.fixture
def started(monkeypatch):
    """A process for each time that one is started. Two processes share every transcript, however short."""
    started = []
    launch = Program._launch

    def noting(program):
        started.append(program)
        launch(program)

    monkeypatch.setattr(Program, "_launch", noting)
    monkeypatch.setattr(transcript, "LONG", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return started


def test_two_processes_share_a_long_transcript(started):
    scene_for(vote(RIGHT_VOTE))
    made = vote(SAME_VOTE)
    assert scene_for(made) == (None, False)
    _, one, other = started
    assert one is made.program is not other
    assert one._process is other._process is None  # both have been ended


def test_what_only_the_second_process_answers_otherwise_is_found(started):
    state = answered(SPACES["on_request_vote"])[0].question.state
    questions = [
        Question({**state, "term": term}, RequestVote("n2", "n1", term, 9, term)) for term in range(5, 45)
    ]

    def asked(answer):
        """Do the checks ask it themselves, because it does not answer like an earlier one?"""
        made, ran = vote(answer), []
        checked((Scripted, "forty terms"), made, lambda: ran.extend(outcomes(made, questions)))
        made.program.end()
        return bool(ran)

    assert asked(RIGHT_VOTE)
    assert not asked(SAME_VOTE)
    assert asked(RIGHT_VOTE.replace("late = msg.term < node.term", "late = msg.term > 40"))


def test_a_question_whose_answer_nobody_has_read_is_not_asked_again():
    """Its answer would be taken for the answer to the next question."""
    state = answered(SPACES["on_request_vote"])[0].question.state
    questions = [Question(state, RequestVote("n2", "n1", term, 9, term)) for term in range(5, 45)]

    def stops_early(made):
        answers = outcomes(made, questions)
        next(answers)
        answers.close()

    def checked_twice(answer):
        made = vote(answer)
        checked((Scripted, "stops early"), made, partial(stops_early, made))
        found = SCENES[0].run(made)
        made.program.end()
        return found

    assert checked_twice(RIGHT_VOTE) is None
    assert checked_twice(SAME_VOTE) is None


def test_in_a_sandbox_one_process_answers_all(started):
    with launched_by(list):
        scene_for(vote(RIGHT_VOTE))
        assert scene_for(vote(SAME_VOTE)) == (None, False)
    assert len(started) == 2  # one for each answer


def test_who_cannot_answer_has_not_passed():
    assert scene_for(vote(RIGHT_VOTE)) == (None, True)
    found, played = scene_for(vote("def on_request_vote(node, msg):\n    node.votes[msg.src]\n"))
    assert played
    assert "in line 2, `node.votes[msg.src]`" in found.did


def test_what_was_asked_of_another_rule_says_nothing():
    scene_for(vote(RIGHT_VOTE))
    other = "def is_quorum(node, nodes):\n    return 2 * len(nodes) > len(node.nodes)\n"
    assert scene_for(answer_class(other, "is_quorum", "is_quorum")) == (None, True)


def test_the_name_of_a_check_says_which_check_it_is():
    by_name = {}
    for item in ITEMS.values():
        if isinstance(item, Rule | Whole):
            layers = layers_of(item) if isinstance(item, Rule) else layers_for(item.name, ())
            for each in (each for layer in layers for each in layer.checks):
                reference = getattr(each, "reference", None)
                assert by_name.setdefault((type(each), each.name, reference), each) == each
    assert (Scripted, SCENES[0].name, None) in by_name


def test_another_process_knows_who_has_passed(passed):
    assert scene_for(vote(SAME_VOTE)) == (None, False)


def test_a_program_is_not_asked_what_only_others_understand():
    """Some programs take a number in place of a state, and some end when they read one."""

    def asked_as(**says):
        program = Program(["a program"])
        program.hello = says
        return whole_class("Yours", Raft, program, (), every_tick=False).asked_as

    assert asked_as(states_by_number=True) != asked_as()
    assert asked_as(states_by_number=True) == asked_as(states_by_number=True)


def test_what_another_process_has_kept_meanwhile_stays(passed):
    name = transcript._name(vote(RIGHT_VOTE).asked_as)
    other = kept.read(name)
    transcript.PASSED[name] = {"another check": next(iter(other.values())), "a check without transcripts": []}
    transcript._NEW.add(name)
    transcript.keep()
    assert kept.read(name).keys() == {*other, "another check"}


def test_it_keeps_nothing_that_has_failed(passed):
    before = passed.read_bytes()
    found, played = scene_for(vote("def on_request_vote(node, msg):\n    node.votes[msg.src]\n"))
    transcript.keep()
    assert found is not None
    assert played
    assert passed.read_bytes() == before


def test_what_was_asked_by_other_code_says_nothing(passed, monkeypatch):
    monkeypatch.setattr(kept, "CODE", "another version")
    assert scene_for(vote(SAME_VOTE)) == (None, True)
    transcript.keep()
    assert b"another version" in passed.read_bytes()  # and is replaced


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data.partition(b"\n")[0],
        lambda data: b"[]\n" + data,
        lambda data: data.replace(b'"passed"', b'"failed"'),
    ],
    ids=["empty", "too short", "only the head", "another head", "another name"],
)
def test_a_damaged_file_says_nothing(passed, damage):
    passed.write_bytes(damage(passed.read_bytes()))
    assert scene_for(vote(SAME_VOTE)) == (None, True)


def test_where_no_file_can_be_written_only_this_process_knows(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("RAFTLAB_CACHE", str(tmp_path / "file"))
    assert scene_for(vote(RIGHT_VOTE)) == (None, True)
    transcript.keep()
    assert scene_for(vote(SAME_VOTE)) == (None, False)
    assert (tmp_path / "file").read_text() == "no folder"


def test_a_grade_depends_on_no_file_of_the_user():
    answer = "def is_quorum(node, nodes):\n    return True\n"
    checks = [each for layer in layers_of(ITEMS["is_quorum"]) for each in layer.checks]
    nothing_was_asked = {f"{type(each).__name__} / {each.name}": [()] for each in checks}
    kept.write("Raft / is_quorum", nothing_was_asked)
    assert check("is_quorum", answer, progress=None).passed  # learners can deceive themselves
    with sandboxed(trust=True):  # as in `raftlab grade`
        assert not check("is_quorum", answer, progress=None).passed
    assert kept.read("Raft / is_quorum") == nothing_was_asked
