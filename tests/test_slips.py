"""For the usual mistakes of learners, a sentence says what would be right. An answer that changes how it is judged is not judged."""

import ast
import sys

import pytest
from answers import RIGHT_VOTE

from raftlab import Story, UserError, answer, check, convict, questions, suspect
from raftlab.exercises.answer.slips import slips
from raftlab.exercises.answer.untouched import check_untouched
from raftlab.raft import Raft

ME = "Ada Lovelace"
HEAD = "def on_request_vote(node, msg):\n    "
CAMPAIGN = "def campaign(node):\n    "


def told(item, text):
    """The message about an answer: its verdict, or the error."""
    try:
        return repr(check(item, text, progress=None))
    except UserError as error:
        return str(error)


# -- A rule -------------------------------------------------------------------------------------------------------

SLIPS = [
    ("on_request_vote", "def on_request_vote(msg):\n    pass", "on_request_vote takes (node, msg); yours takes (msg)."),
    ("on_request_vote", HEAD + "return True", "should return nothing; yours returned True. To answer a message, send one."),
    ("on_request_vote", HEAD + "if msg.term < node.term\n        return", "Python cannot read line 2"),
    ("on_request_vote", HEAD + "helper(node)", "The answer uses 'helper', which its cell does not define."),
    ("on_request_vote", HEAD + "print(msg)", "on_request_vote prints (print), in line 2."),
    ("on_request_vote", HEAD + "msg.term = node.term", "Messages and entries cannot be changed: make a new one."),
    ("on_request_vote", HEAD + "node.reply_vote(msg, vote_granted=True, because='me')", 'Say because which rule has fired, such as "RV-1".'),
    ("on_request_vote", HEAD + "node.term = node.currentTerm", "Did you mean node.term?"),
    ("on_request_vote", HEAD + "node.votedFor == msg.candidateId", "Did you mean node.voted_for?"),
    ("on_request_vote", HEAD + "msg.lastLogIndex", "Did you mean msg.last_log_index?"),
    ("on_request_vote", HEAD + "node.log.lastIndex", "A log is read with entry(index)"),
    ("on_request_vote", HEAD + "node.log[1]", "A log is read with entry(index)"),
    ("on_request_vote", HEAD + "if node.role == 'leader':\n        return", "In line 2 the answer compares a role with the text 'leader'; a role is Role.FOLLOWER"),
    ("on_request_vote", "seen = set()\n" + HEAD + "seen.add(msg.src)", "on_request_vote changes seen, which all nodes share, in line 3."),
    ("on_request_vote", "import time\n" + HEAD + "pass", "In line 1 the answer imports time, which a rule does not need; a node counts ticks."),
    ("on_request_vote", HEAD + "import random", "In line 2 the answer imports random, which a rule does not need; a node has its own dice"),
    ("on_request_vote_reply", "def on_request_vote_reply(node, msg):\n    node.votes.add(msg.src)", "votes | {node} makes a new one."),
    ("save", "def save(node, from_index):\n    pass", "save takes (node, from_index=None); yours takes (node, from_index)."),
    ("on_request_pre_vote", "def on_request_pre_vote(node, msg):\n    return True", "on_request_pre_vote should return nothing"),
    ("do_once", "def do_once(machine, session, command):\n    pass", "do_once should be a function of (machine, session, serial, command), not one of (machine, session, command)."),
    ("campaign", CAMPAIGN + "return [1]", "campaign should return nothing"),
    ("campaign", CAMPAIGN + "node.send({'to': 'n2'})", "campaign sends {'to': 'n2'}, which is not a message"),
    ("is_quorum", "def is_quorum(node, nodes):\n    len(nodes) > 1", "is_quorum should return True or False, not None."),
]  # fmt: skip

# Told as others of these are.
ALSO = {
    "Did you mean node.voted_for?",
    "Did you mean msg.last_log_index?",
    "on_request_pre_vote should return nothing",
    "campaign should return nothing",
}


@pytest.mark.parametrize(
    ("item", "text", "sentence"),
    [
        pytest.param(*each, id=each[2][:40], marks=pytest.mark.slow if each[2] in ALSO else ())
        for each in SLIPS
    ],
)
def test_a_usual_slip_is_told_in_a_sentence(item, text, sentence):
    assert sentence in told(item, text)


@pytest.mark.parametrize(
    "change",
    ["seen.append(msg)", "seen[0] = msg", "del seen[0]", "seen += [msg]", "last = seen.pop()"],
)
@pytest.mark.parametrize("argument", ["seen=[]", "seen=list()", "*, seen=[]"])
def test_an_answer_must_not_remember_in_the_default_of_an_argument(argument, change):
    said = told("on_request_vote", f"def on_request_vote(node, msg, {argument}):\n    {change}\n")
    assert said == (
        "The code of on_request_vote cannot be judged: In line 2 the answer changes seen, the default of an argument, which keeps its "
        "value from call to call."
    )


@pytest.mark.parametrize(
    "harmless", ["seen = list(seen)\n    seen.append(msg)", "len(seen)", "other = []\n    other.append(seen)"]
)
def test_a_default_that_is_only_read_or_copied_is_no_slip(harmless):
    text = f"def helper(node, msg, seen=[]):\n    {harmless}\n\n{RIGHT_VOTE}"
    assert list(slips(ast.parse(text))) == []


def test_what_a_cell_imports_for_itself_is_no_part_of_its_answer():
    """Many cells hold everything: the import of check, the answer, and the call."""
    text = f"from raftlab import check, hint\n{RIGHT_VOTE}\nprint(check('on_request_vote', on_request_vote))"
    assert "10 of 10 points" in told("on_request_vote", text)


CHEATS = [
    ("from raftlab import Raft\ndef on_request_vote(node, msg): pass\non_request_vote = Raft.on_request_vote",
     "on_request_vote is not defined in this answer: write it with def."),
    ("from raftlab.raft import Raft\nclass Mine(Raft):\n    on_request_vote = Raft.on_request_vote",
     "on_request_vote is not defined in this answer"),
    ("from raftlab.raft import Raft\nclass Mine(Raft):\n    def on_request_vote(self, msg):\n        super().on_request_vote(msg)",
     "on_request_vote calls super(): you are asked to write all of it yourself."),
    ("import raftlab\n" + HEAD + "raftlab.Raft.on_request_vote(node, msg)", "you cannot call raftlab's own version"),
    ("from raftlab import Raft\n" + HEAD + "other = Raft(node.id, node.nodes, node.random, node.election_timeout, 5)\n    other.term = node.term\n    other.step(msg)",
     "you cannot call raftlab's own version"),
    ("import raftlab\n" + HEAD + "raftlab.exercises.check", "uses raftlab.exercises, which a rule does not need"),
    ("from raftlab import questions\n" + HEAD + "questions('01')", "imports raftlab.questions, which a rule does not need"),
    ("from raftlab.raft import Raft\nmore = Raft.on_request_vote.__code__\n" + HEAD + "pass", "uses __code__"),
    (HEAD + "return True", "0 of 10 points"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), CHEATS, ids=[each[1][:40] for each in CHEATS])
def test_cheating_is_named_and_does_not_get_all_points(text, sentence):
    said = told("on_request_vote", text)
    assert sentence in said
    assert "10 of 10 points" not in said


def test_no_answer_is_judged_after_a_function_of_raftlab_was_replaced(monkeypatch):
    check_untouched()
    space = {}
    exec(compile("def anything(*arguments): return 10", "<ipython-input-3>", "exec"), space)
    places = [
        (
            sys.modules["raftlab.exercises.points"],
            "points_for",
            "raftlab.exercises.points.points_for was replaced",
        ),
        (Raft, "on_request_vote", "raftlab.raft.Raft.on_request_vote was replaced"),
    ]
    for place, name, sentence in places:
        monkeypatch.setattr(place, name, space["anything"])
        for judge in (
            lambda: check("is_quorum", "def is_quorum(node, nodes): return True", progress=None),
            lambda: convict("02.a", Story("quiet", "Nothing"), ME, progress=None),
            lambda: answer("01.1", "n1", ME, progress=None),
        ):
            with pytest.raises(UserError, match=sentence):
                judge()
        monkeypatch.undo()
    check_untouched()


# -- A story, and an answer to a question ---------------------------------------------------------------------------


def story_that_prints():
    print("hello")


def story_for_ever():
    while True:
        pass


def story_that_divides():
    return 1 / 0


def story_from_elsewhere():
    return ELSEWHERE  # noqa: F821 - that is what is tried


def story_that_peeks():
    from raftlab.checks.mutants.stories import STORIES

    return STORIES[suspect("02.a", ME).about]


def story_with(number):
    return number


def story_that_says_nothing():
    7  # noqa: B018 - that is what is tried


def story_with_a_slip():
    return Story("late", "Late", actions=((0, "timeout", "n1"),))


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (story_that_prints, "story_that_prints prints (print), in line 2. An answer uses what stands in its own cell"),
        (story_for_ever, "story_for_ever does not end"),
        (story_that_divides, "raised ZeroDivisionError: division by zero in line 2, `return 1 / 0`."),
        (story_from_elsewhere, "The answer uses 'ELSEWHERE'"),
        (story_that_peeks, "In line 2 the answer imports raftlab.checks.mutants.stories"),
        (story_that_says_nothing, "story_that_says_nothing returns nothing: write return before the value."),
        (story_with, "story_with should be a function of (), not one of (number)."),
    ],
)  # fmt: skip
def test_a_function_that_returns_an_answer_runs_on_its_own(function, sentence):
    for judge in (convict, answer):
        item = "02.a" if judge is convict else "02.1"
        with pytest.raises(UserError) as error:
            judge(item, function, ME, progress=None)
        assert sentence in str(error.value)


def test_what_a_story_gets_wrong_is_told_once_with_its_line():
    with pytest.raises(
        UserError, match=r"^story_with_a_slip cannot do this in line 2, .*: There is no verb 'timeout'"
    ) as error:
        convict("02.a", story_with_a_slip, ME, progress=None)
    assert "UserError" not in str(error.value)


def answer_from_the_question():
    return questions("02", "Ada Lovelace").questions[0]


def test_a_question_cannot_be_answered_by_itself():
    with pytest.raises(UserError, match="The answer uses 'questions'"):
        answer("02.1", answer_from_the_question, ME, progress=None)
