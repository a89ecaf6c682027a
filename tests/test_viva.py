"""Viva sheets: each reply is compared with what another computation says."""

import inspect
import json
import re
from dataclasses import replace
from difflib import ndiff
from pathlib import Path
from random import Random

import pytest
from grading_help import READ, RIGHT, TRUST, hand_in, lecture

from raftlab import Raft, Story, implement, play
from raftlab.checks.claims import MenuClaim
from raftlab.checks.conviction import needed_events, tried
from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.stories import STORIES
from raftlab.checks.rows.logs import ROWS
from raftlab.exercises.break_it import Suspect
from raftlab.exercises.items import ITEMS
from raftlab.experiments.executors import Serial
from raftlab.grading.class_grading import grade_class
from raftlab.grading.exercise import exercise_of
from raftlab.grading.judging import Job, Outcome
from raftlab.grading.notebook import answer_in, cells_of, name_in
from raftlab.grading.people import Person
from raftlab.grading.viva import readings
from raftlab.grading.viva.kinds import KINDS, ask
from raftlab.grading.viva.lines import removable
from raftlab.grading.viva.question import Given
from raftlab.grading.viva.sheets import FEWER, NONE, QUESTIONS, Sheet, SheetJob, sheet_of, viva_page
from raftlab.grading.viva.situations import telling
from raftlab.grading.viva.stories import NUMBERS
from raftlab.sim.narrate import narrate

SOLUTIONS = Path(__file__).parents[1] / "solutions"
VOTE = """def on_request_vote(node, msg):
    if msg.term < node.term:
        node.reply_vote(msg, vote_granted=False, because="RV-1")
        return
    if node.voted_for not in (None, msg.src):
        node.reply_vote(msg, vote_granted=False, because="RV-2")
        return
    if not node.log.is_covered_by(msg.last_log_index, msg.last_log_term):
        node.reply_vote(msg, vote_granted=False, because="UTD")
        return
    node.voted_for = msg.src
    node.save()
    node.reset_election_timer()
    node.reply_vote(msg, vote_granted=True, because="RV-2")
"""
LONGEST_WINS = VOTE.replace(
    "not node.log.is_covered_by(msg.last_log_index, msg.last_log_term)",
    "msg.last_log_index < node.log.last_index",
)


def given(item, function, text, points=1.0, rule="", me=""):
    return Given(Job(item, function, text, me), points, 1.0, rule, "")


def written_story(item, story, me="Ada", points=1.0):
    text = f"def story_a():\n    {story.as_python().replace(chr(10), chr(10) + '    ')}\n    return story\n"
    return given(item, "story_a", text.replace("from raftlab import Story\n", ""), points, me=me)


def asked(kind, answer, times=2):
    """Different questions of a kind about an answer."""
    found = [ask(kind, answer, Random(number)) for number in range(times)]
    return list({each.text + str(each.quoted): each for each in found if each}.values())


def person(item, mistake):
    """A name for which an item draws this mistake."""
    names = (f"P{number}" for number in range(1000))
    return next(each for each in names if ITEMS[item].drawn(each)._mutant.name == mistake)


# -- Situations -----------------------------------------------------------------------------------------------------


def gives_its_vote(state, request):
    """Figure 2, written once more."""
    voted_for = None if request.term > state["term"] else state["voted_for"]
    last = (state["log"][-1].term if state["log"] else 0, len(state["log"]))
    free = request.term >= state["term"] and voted_for in (None, request.src)
    return free and (request.last_log_term, request.last_log_index) >= last


def test_what_the_code_does_in_a_situation_is_right_and_a_common_mistake_does_something_else():
    for some in telling("on_request_vote"):
        for question, outcome in ((each.asked.question, each.asked.outcome) for each in some):
            replies = [effect.message for effect in outcome.effects if hasattr(effect, "message")]
            assert [each.vote_granted for each in replies] == [gives_its_vote(question.state, question.event)]
    for each in asked("situation", given("on_request_vote", "on_request_vote", VOTE)):
        state = dict(each.node)
        last = re.search(r"ends with entry (\d+) of term (\d+)", each.text)
        theirs = (int(last[2]), int(last[1])) if last else (0, 0)
        mine = (int(each.log[-1][1].split(":")[0]), len(each.log)) if each.log else (0, 0)
        term, src = re.search(r"request for its vote in term (\d+) by (n\d)", each.text).groups()
        later = int(term) > int(state["term"])
        free = later or (int(term) == int(state["term"]) and state["voted_for"] in ("None", src))
        assert ("sends a vote of" in each.answer[0]) == (free and theirs >= mine), each
        assert "A common mistake (" in each.answer[-1]


def test_if_an_answer_is_wrong_one_question_is_about_exactly_that_and_the_reply_is_what_is_right():
    (found,) = asked("wrong situation", given("on_request_vote", "on_request_vote", LONGEST_WINS, 0.2, "UTD"))
    last_index, last_term = map(int, re.search(r"ends with entry (\d+) of term (\d+)", found.text).groups())
    assert last_index >= len(found.log)
    assert last_term < int(found.log[-1][1].split(":")[0])
    assert "sends a refused vote" in found.answer[0]
    assert "(UTD)" in found.answer[-2]
    assert found.answer[-1] == "The answer is wrong here: it gives its vote instead of refusing it."
    assert asked("wrong situation", given("on_request_vote", "on_request_vote", VOTE)) == []


@pytest.mark.slow
def test_a_situation_is_asked_only_where_the_answer_is_right():
    for each in asked("situation", given("on_request_vote", "on_request_vote", LONGEST_WINS, 0.2, "UTD")):
        assert "compares only length" not in each.answer[-1]


# -- Lines ------------------------------------------------------------------------------------------------------------


def test_a_line_is_asked_about_only_if_something_goes_wrong_without_it():
    lines = [number for number, _ in removable(VOTE, "")]
    assert [VOTE.split("\n")[number - 1].strip()[:10] for number in lines] == [
        "node.reply", "return", "node.reply", "return", "node.reply", "return",
        "node.voted", "node.save(", "node.reset", "node.reply",
    ]  # fmt: skip
    rows = [row for row in ROWS if row.name and "vote" in row.expectation.lower()]
    for each in asked("line", given("on_request_vote", "on_request_vote", VOTE)):
        number = int(re.match(r"Line (\d+)", each.text)[1])
        code = VOTE.split("\n")
        assert f"▶{number:4}  {code[number - 1]}" in each.quoted
        code[number - 1] = re.sub(r"\S.*", "pass", code[number - 1])
        space = {}
        exec("\n".join(code), space)
        without = implement(on_request_vote=space["on_request_vote"])
        wrong = {failure.rule for row in rows if (failure := row.run(without))}
        assert wrong, "a handler check fails, too"
        assert re.search(r"\((.*)\)$", each.answer[-1])[1] in {*wrong, "ST-P0"}


def test_lines_that_were_handed_out_and_only_lines_are_not_asked_about():
    assert removable(RIGHT, "") == []
    assert removable(VOTE, VOTE) == []
    odd = "def f(a):\n    '''x'''\n    b = 1; c = 2\n    if a: b = 3\n    g(a,\n      b)\n    d = 4\n    return d\n"
    assert removable(odd, "") == [(7, "f"), (8, "f")]
    assert removable("def f(a):\r    b = 1 \x0c\r    return b", "")[-1] == (3, "f")


# -- Stories ----------------------------------------------------------------------------------------------------------

DOUBLE = "grants two votes in one term"


@pytest.fixture(scope="module")
def proof():
    """A story that proves a mistake, with an action that is not needed, by somebody for whom it is drawn."""
    story = replace(STORIES[DOUBLE], actions=(*STORIES[DOUBLE].actions, (9, "heal")), ticks=40)
    me = person("02.a", DOUBLE)
    return story, ITEMS["02.a"].drawn(me), written_story("02.a", story, me)


def test_without_an_action_the_story_still_proves_the_mistake_or_not(proof):
    story, wrong, answer = proof
    needed = needed_events(story, wrong.node_class, wrong.reference, wrong.kinds)
    assert True in needed
    assert False in needed
    found = asked("action", answer)
    assert {each.answer[0][:2] for each in found} == {"No", "Ye"}
    for each in found:
        at = NUMBERS.index(re.search(r"without its (\w+) action", each.text)[1])
        assert each.answer[0].startswith("No" if needed[at] else "Yes"), each
        assert f"{at + 1}. {story.actions[at]!r}" in each.quoted


def test_a_story_that_proves_nothing_is_asked_what_it_lacks():
    me = person("02.a", DOUBLE)
    (found,) = asked("action", written_story("02.a", Story("none", "Nothing", nodes=3, ticks=5), me, 0.0))
    assert "What is missing" in found.text
    assert found.answer[0].startswith("Not proved")
    assert found.answer[-1] == ITEMS["02.a"].drawn(me).hints[2]


def test_who_leads_is_read_from_the_run_and_is_the_same_with_all_dice(proof):
    story, wrong, answer = proof
    for each in asked("leader", answer):
        tick = int(re.search(r"at tick (\d+)", each.text)[1])
        for seed in range(1, 9):
            views = play(replace(story, seed=seed), node_class=wrong.node_class).at(tick).views
            leads = [f"{id} in term {view.term}" for id, view in views.items() if view.role == "leader"]
            assert re.findall(r"n\d in term \d+", each.answer[0]) == leads


def test_a_story_proves_another_mistake_too_or_not(proof):
    story, _, answer = proof
    for each in asked("other mistake", answer):
        other = KNOWN[re.search("“(.*?)”", each.text)[1]]
        suspect = Suspect(ITEMS["02.a"], other)
        proved = tried(story, suspect.node_class, suspect.reference, suspect.kinds).proved
        assert each.answer[0] == ("Yes." if proved else "No.")


# -- Runs that were read ------------------------------------------------------------------------------------------------


def test_the_event_that_was_asked_for_is_found_in_the_run():
    tick = ITEMS["02.2"].asked("Ada").answer
    (found, *_) = asked(
        "reading", given("02.2", "answer_2", f"def answer_2():\n    return {tick}\n", me="Ada")
    )
    assert found.answer[0].startswith(f"At tick {tick}: ")
    told = [(at, line.partition(" [")[0]) for at, line in narrate(play(ITEMS["02.2"].reading("Ada").story))]
    for quoted in found.quoted:
        at_that_tick = any(at == tick and line.startswith(quoted[3:100]) for at, line in told)
        assert (quoted[:100] in found.answer[0]) == at_that_tick
    assert "(CA-2)" in found.answer[1]
    assert f"tick {tick}" not in found.text + " ".join(found.quoted)


def test_a_false_claim_is_contradicted_by_a_run(monkeypatch):
    claim = ("the node with the highest term", "always", "has the longest log")
    stories = []
    monkeypatch.setattr(readings, "play", lambda story: stories.append(story) or play(story))
    (found,) = asked(
        "reading", given("02.3", "answer_3", f"def answer_3():\n    return {claim}\n", me="Ada"), 1
    )
    assert not MenuClaim(*claim)(play(stories[0]).at(stories[0].ticks).views)
    assert "This is false" in found.answer[0]


def test_the_lines_of_a_reviewed_change_that_matter_are_those_of_the_mistake():
    item = ITEMS["02.c"]
    names = (f"P{number}" for number in range(100))
    me, name = next((me, wrong) for me in names for wrong in item.wrong if item.proposed(me).is_about(wrong))
    mistake = KNOWN[name]
    text = "def review_c():\n    return Review(right=True, because='same')\n"
    (found,) = asked("review", given("02.c", "review_c", text, me=me))
    before = inspect.getsource(getattr(Raft, mistake.where)).splitlines()
    changed = {
        line.lstrip("+- ").strip()
        for line in ndiff(
            [each.strip() for each in before], [each.strip() for each in mistake.text().splitlines()]
        )
        if line[0] in "+-" and line[1:].strip()
    }
    numbers = (
        re.search(r"These lines matter: (.*?)\. The others", found.answer[0])[1]
        .replace(" and ", ", ")
        .split(", ")
    )
    lines = {line.split()[0]: line.lstrip(" 0123456789").lstrip("+-").strip() for line in found.quoted}
    assert {lines[number] for number in numbers} == changed
    assert found.answer[1] == "The change is wrong."
    assert f"({mistake.rule})" in found.answer[2]
    assert found.answer[-1] == "The review said that it is right."


# -- Sheets -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_sheet_has_five_questions_of_at_least_four_kinds_and_is_the_same_again(proof):
    read = given(
        "02.2", "answer_2", f"def answer_2():\n    return {ITEMS['02.2'].asked('Ada').answer}\n", me="Ada"
    )
    wrong = given("on_request_vote", "on_request_vote", LONGEST_WINS, 0.2, "UTD")
    answers = (given("on_request_vote", "on_request_vote", VOTE), proof[2], read)
    sheet = sheet_of(SheetJob(answers, "a"))
    assert len(sheet.questions) == QUESTIONS
    assert len({each.kind for each in sheet.questions}) >= 4
    assert sheet == sheet_of(SheetJob(answers, "a"))
    assert sheet != sheet_of(SheetJob(answers, "b"))
    assert sheet == Sheet.of(json.loads(json.dumps(sheet._asdict())))
    assert sheet_of(SheetJob((read, wrong), "a")).questions[0].kind == "wrong situation"


def answers_of(name):
    """The solutions of an exercise, as if somebody had handed them in."""
    path = SOLUTIONS / f"{name}.ipynb"
    exercise, cells = exercise_of(path), cells_of(path.read_bytes())
    for each in exercise.asked:
        me = "" if ITEMS[each.item].kind == "write" else name_in(cells)
        job = Job(each.item, each.function, answer_in(cells, each).text, me)
        yield Given(job, each.points, each.points, "", each.handed_out)


@pytest.mark.slow
@pytest.mark.parametrize("name", [path.stem for path in sorted(SOLUTIONS.glob("*.ipynb"))])
def test_every_exercise_gives_a_whole_sheet(name):
    for draw in "abc":
        sheet = sheet_of(SheetJob(tuple(answers_of(name)), draw))
        assert (len(sheet.questions), sheet.note) == (QUESTIONS, "")


HOSTILE = "</pre><script>alert(1)</script>\u202e"


@pytest.mark.slow
def test_hostile_answers_do_no_harm_and_are_only_text_on_the_page():
    name = f'"""{HOSTILE}"""'
    loud = VOTE.replace("    node.save()\n", f"    node.save()  # {HOSTILE}\n")
    leaves = "def campaign(node):\n    raise SystemExit\n"
    nested = "def is_quorum(node, nodes):\n    return " + "(" * 5000 + "\n"
    story = f"def story_a():\n    return Story({name}, 'x', actions=[(1, 'propose', {name}, 'n1')] * 300)\n"
    claim = f"def answer_2():\n    return {name}\n"
    job = SheetJob((
        given("on_request_vote", "on_request_vote", loud),
        given("campaign", "campaign", leaves, 0, "CA-1"),
        given("is_quorum", "is_quorum", nested, 0),
        given("02.a", "story_a", story, 0, me="Ada"),
        given("02.2", "answer_2", claim, 0, me="Ada"),
        given("02.3", "answer_3", claim.replace("_2", "_3"), 0, me="Ada"),
    ), "a")  # fmt: skip
    sheet = sheet_of(job)
    assert {each.about for each in sheet.questions} >= {"on_request_vote", "campaign"}
    (line, *_) = asked("line", job.given[0], 1)
    page = viva_page(Person("<script>"), [], Sheet((*sheet.questions, line)))
    assert "<script" not in page
    assert "\u202e" not in page
    assert all(
        len(each) <= 600 for question in sheet.questions for each in (*question.quoted, *question.answer)
    )


def test_without_answers_there_are_no_questions_and_the_sheet_says_so():
    assert sheet_of(SheetJob((), "a")) == Sheet((), NONE)
    blank = "def campaign(node):\n    raise NotImplementedError\n"
    assert sheet_of(SheetJob((given("campaign", "campaign", blank, 0),), "a")) == Sheet((), NONE)
    only = sheet_of(SheetJob((given("is_quorum", "is_quorum", RIGHT),), "a"))
    assert [each.kind for each in only.questions] == ["situation"]
    assert only.note == FEWER
    assert FEWER in viva_page(Person("Ada"), [], only)


def test_a_class_gets_its_sheets_beside_the_reports(tmp_path, monkeypatch):
    monkeypatch.setattr("raftlab.grading.run.judged", lambda job: Outcome(6, 6, ("right",)))
    lecture(tmp_path / "exercises")
    read = READ.format(ITEMS["02.1"].asked("Ada").answer)
    hand_in(tmp_path / "in", "Ada", rule=RIGHT, read=read, me="Ada")
    hand_in(tmp_path / "in", "Fay")

    def grade():
        notebooks = (tmp_path / "exercises").glob("*")
        grade_class(
            tmp_path / "in", tmp_path / "out", notebooks=notebooks, executor=Serial(), trust=TRUST,
            progress=False, viva=True,
        )  # fmt: skip
        return {path.name: path.read_bytes() for path in (tmp_path / "out").rglob("*.html")}

    first = grade()
    ada, fay = (next((tmp_path / "out" / "viva").glob(f"{name}*")).read_text() for name in ("Ada", "Fay"))
    assert "runs your function is_quorum" in ada
    assert NONE in fay
    assert "is_quorum (situation)" in (tmp_path / "out" / "viva.html").read_text()
    assert '<a href="viva.html">' in (tmp_path / "out" / "class.html").read_text()
    assert not any(re.search("https?:|src=", page) for page in (ada, fay)), "they need no network"
    monkeypatch.setattr("raftlab.grading.viva.sheets.sheet_of", lambda job: pytest.fail("made again"))
    assert grade() == first


def test_every_kind_of_question_is_tested_here():
    assert set(KINDS) <= set(re.findall(r'asked\(\s*"([\w ]+)"', Path(__file__).read_text("utf-8")))
