"""Questions to one person about their own answers, with the right replies. Nothing here is written by hand: all is computed.

Each kind of question is a function in `KINDS`. It is given one answer and dice, and returns a question, or None if this
answer gives none of this kind. The code of the answer runs only in a child, as when it is judged.
"""

import ast
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import groupby, islice
from random import Random
from typing import Any, NamedTuple, TypeVar

from raftlab.checks.claims import disprove
from raftlab.checks.conviction import OtherDice, seeds_of
from raftlab.checks.differences import Row
from raftlab.checks.differential import Differential, differential
from raftlab.checks.differential.ask import Outcome, outcomes
from raftlab.checks.differential.ask import Question as Asked
from raftlab.checks.differential.compare import BASIC, Comparison, same, timer_of, without_reasons
from raftlab.checks.differential.disk import words
from raftlab.checks.differential.layer import Answered, answered, failure
from raftlab.checks.differential.sentence import (
    deed,
    event_in_words,
    field_in_words,
    messages_in_words,
    sentence,
)
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.mutants import KNOWN
from raftlab.exercises.answer import Written, parsed, text_of
from raftlab.exercises.break_it import BreakIt, Suspect, check_goal, check_story
from raftlab.exercises.break_it import judged as judged_story
from raftlab.exercises.figure_2 import FIGURE_2
from raftlab.exercises.in_child import answer_class, fairly, whole_answer, written
from raftlab.exercises.item import Item
from raftlab.exercises.items import ITEMS
from raftlab.exercises.lessons.l02_election import Believed
from raftlab.exercises.prove_me_wrong import claim_of
from raftlab.exercises.questions import Question as ReadQuestion
from raftlab.exercises.read_it import ReadIt
from raftlab.exercises.result import Result
from raftlab.exercises.review_it import REASONS, Review, ReviewIt, check_review
from raftlab.exercises.whole import Whole
from raftlab.exercises.write_it import Rule, layers_of
from raftlab.grading.judging import Job
from raftlab.messages import Answer, Apply, Message, Role, Save, Send, Tick
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK
from raftlab.sim.cluster import Cluster
from raftlab.sim.english import plural, short
from raftlab.sim.errors import UserError, listed
from raftlab.sim.invariants import WATCHED
from raftlab.sim.narrate import Narration, telling_rules
from raftlab.sim.play import play
from raftlab.sim.presets import preset_named
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace

T = TypeVar("T")
BOOK = RULE_BOOK | WATCHED
EASY = 1500  # of the small situations of a rule: those that ask least of a reader
PER_MISTAKE = 8  # situations for each common mistake, from which one is drawn
MOST_MISTAKES = 6  # common mistakes whose situations are tried, until an answer is right in one
MOST_LINES = 6  # lines of an answer that are left out in turn, until something goes wrong
MOST_ROWS = 10  # lines of a difference that are quoted
MOST_ACTIONS = 8  # of a story that are quoted
AROUND = 3  # events of a run that are quoted before and after the one that is asked for
LONGEST = 120  # letters of a quoted line
LONG = 600  # letters of a sentence
NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


class Given(NamedTuple):
    """One answer of a person.

    points: what it got, of `of`. rule: the id of the rule that it breaks, or "". handed_out: the text of its cell before
    anything was written.
    """

    job: Job
    points: float
    of: float
    rule: str
    handed_out: str

    @property
    def item(self) -> Item:
        """The item that it answers."""
        return ITEMS[self.job.item]

    @property
    def written(self) -> Written:
        """The answer, as a judge takes it."""
        return Written(self.job.text, self.job.function)


class Question(NamedTuple):
    """One question.

    kind: a name of `KINDS`. about: the item. text: what is asked. answer: what is right, in sentences. quoted: lines of
    code, of a story or of a run. node: the fields of a node, each with its name. log: its entries with their indexes; None
    if no node is shown.
    """

    kind: str
    about: str
    text: str
    answer: tuple[str, ...]
    quoted: tuple[str, ...] = ()
    node: tuple[tuple[str, str], ...] = ()
    log: tuple[tuple[int, str], ...] | None = None

    @classmethod
    def of(cls, record: list[Any]) -> "Question":
        """The question that was kept as JSON."""
        kind, about, text, answer, quoted, node, log = record
        entries = None if log is None else tuple(map(tuple, log))
        return cls(kind, about, text, tuple(answer), tuple(quoted), tuple(map(tuple, node)), entries)


def ask(kind: str, given: Given, dice: Random) -> Question | None:
    """A question of a kind about an answer; None if there is none. Whatever the answer does, nothing else is raised."""
    try:
        found = KINDS[kind].question(given, dice)
    except (NotImplementedError, UserError):  # nothing was written, or it cannot be run
        return None
    if found is None:
        return None
    return found._replace(
        text=short(printable(found.text), LONG),
        answer=tuple(short(printable(each), LONG) for each in found.answer),
        quoted=tuple(short(printable(each), LONGEST) for each in found.quoted),
    )


def printable(text: str) -> str:
    """A line in which every character takes its place, and none changes the direction of the others."""
    return "".join(each if each.isprintable() else "·" for each in text.expandtabs(4))


def drawn(dice: Random, some: list[T]) -> list[T]:
    """These things in an order of the dice."""
    return [each for _, each in sorted(((dice.random(), place), each) for place, each in enumerate(some))]


# -- A situation: what does the code do? ----------------------------------------------------------------------------


class Telling(NamedTuple):
    """A small situation in which a common mistake would do something else: the mistake, and what it would do."""

    asked: Answered
    mistake: str
    instead: str


def situations_of(item: Item, method: str = "") -> Differential:
    """The small situations of a rule, or of a whole Raft; of a whole Raft only those of a method, if it is a rule."""
    if isinstance(item, Whole):
        return differential(method if method in FIGURE_2 else item.name)
    assert isinstance(item, Rule)
    return next(each for layer in layers_of(item) for each in layer.checks if isinstance(each, Differential))


def class_of(given: Given) -> Any:
    """The class of nodes that an answer makes. Raises UserError or NotImplementedError if it makes none."""
    text, name = text_of(given.written), given.job.function
    if isinstance(given.item, Rule):
        return answer_class(text, name, given.item.name, given.item.extensions)
    return whole_answer(text, name, tuple(FIGURE_2))


@cache
def telling(name: str) -> tuple[tuple[Telling, ...], ...]:
    """For each common mistake of an item, the easiest situations that tell it from the right rule."""
    item = ITEMS[name]
    check = situations_of(item)
    rules: list[Any] = [item] if isinstance(item, Rule) else list(FIGURE_2.values())
    asked = answered(check.spaces, check.reference)[:EASY]
    found = []
    for mistake in (each for rule in rules for each in rule.misconceptions):
        wrong = KNOWN[mistake].node_class(item.extensions if isinstance(item, Rule) else ())
        some = tuple(islice(_told_apart(check, asked, mistake, wrong), PER_MISTAKE))
        found += [some] if some else []
    return tuple(found)


def _told_apart(
    check: Differential, asked: tuple[Answered, ...], mistake: str, wrong: type[Raft]
) -> Iterator[Telling]:
    for each, outcome in zip(asked, outcomes(wrong, (each.question for each in asked)), strict=True):
        theirs = without_reasons(outcome)
        if theirs.error or same(each.outcome, theirs):
            continue
        found = check.compare(each, theirs)
        if found.differs:
            yield Telling(each, mistake, deed(found))


def situation(given: Given, dice: Random) -> Question | None:
    """What does the node do in a situation in which a common mistake would do something else, and this answer is right?"""
    if not given.points:
        return None
    check = situations_of(given.item)
    for some in drawn(dice, list(telling(given.job.item)))[:MOST_MISTAKES]:
        asked, mistake, instead = drawn(dice, list(some))[0]
        theirs = done_by(given, asked.question)
        if not theirs.error and not check.compare(asked, theirs).differs:
            rules = [each for each in asked.reasons if each in BOOK][-1:]
            common = f"A common mistake ({mistake}) would show here: {instead}."
            answer = (*does(asked.question, theirs), *map(rule_words, rules), common)
            return in_situation("situation", given, asked.question, answer)
    return None


def done_by(given: Given, asked: Asked) -> Outcome:
    """What the nodes of an answer do in a situation."""
    made = class_of(given)
    return without_reasons(fairly(made.program, lambda: next(iter(outcomes(made, [asked])))))


def wrong_situation(given: Given, dice: Random) -> Question | None:
    """What should a node do in the situation in which this answer is wrong?"""
    if not given.rule:  # it is right, or cannot be run
        return None
    check = situations_of(given.item)
    found = difference(check, given)
    if found is None:
        return None
    mine = "its code raises an error, or does not end" if found.theirs.error else deed(found)
    answer = (
        *does(found.question, found.ours),
        rule_words(failure(found).rule),
        f"What was handed in is wrong here: {mine}.",
    )
    return in_situation("wrong situation", given, found.question, answer)


def difference(check: Differential, given: Given) -> Comparison | None:
    """The smallest situation in which an answer does what is not allowed."""
    made = class_of(given)
    return fairly(made.program, lambda: check.difference(made, {}))


def in_situation(kind: str, given: Given, asked: Asked, answer: tuple[str, ...]) -> Question:
    """The question what a node does, or should do."""
    event, state = asked.event, asked.state
    what = event_in_words(event)
    if isinstance(event, Message):
        sender = "" if re.search(rf"\b{event.src}\b", what) else f", from {event.src}"
        happens = f"It receives: {what}{sender}."
    else:
        happens = f"Now {what}."
    whose = "your Raft" if isinstance(given.item, Whole) else f"your function {given.item.name}"
    if kind == "situation":
        head = f"Node {state['id']} of {len(state['nodes'])} runs {whose}, and is in the state below."
        wanted = "What does it save and send, in this order, and what is different in its state afterwards?"
    else:
        head = f"Here {whose} did something wrong. Node {state['id']} of {len(state['nodes'])} is in the state below."
        wanted = "What should it save and send, in this order, and what should be different in its state afterwards?"
    first = state["snapshot"].index + 1
    log = tuple(
        (index, f"{term}:{command}") for index, (term, command) in enumerate(state["log"], start=first)
    )
    return Question(
        kind,
        given.job.item,
        f"{head} {happens} {wanted}",
        answer,
        (),
        fields_of(state) + time_left(asked),
        log,
    )


def fields_of(state: Any) -> tuple[tuple[str, str], ...]:
    """The fields of a node that are shown: those that its role uses, and those of extensions that say something."""
    names = ["role", "term", "voted_for", "leader", "commit_index"]
    names += {Role.CANDIDATE: ["votes"], Role.LEADER: ["next_index", "match_index"], Role.FOLLOWER: []}[
        state["role"]
    ]
    names += ["snapshot"] if state["snapshot"].index else []
    names += [
        name for name in state if name not in BASIC and state[name] not in (None, 0, False, frozenset(), ())
    ]
    return tuple((name, field_in_words(name, state)) for name in names)


def time_left(asked: Asked) -> tuple[tuple[str, str], ...]:
    """How long the timer of a node still runs, where that decides what happens."""
    return (
        (("timer", f"{plural(asked.state['timer'], 'tick')} left"),) if isinstance(asked.event, Tick) else ()
    )


def does(asked: Asked, outcome: Outcome) -> tuple[str, ...]:
    """What a node does, in order, and what is different in it afterwards."""
    done = []
    for kind, some in groupby(outcome.effects, type):
        each: list[Any] = list(some)
        if kind is Send:
            done.append(f"sends {messages_in_words([one.message for one in each])}")
        elif kind is Save:
            done.append(f"saves {saved(each[-1])}")
        elif kind is Apply:
            done.append(f"applies {' and '.join(f'entry {one.index} ({one.entry.command})' for one in each)}")
        elif kind is Answer:
            done.append(f"answers {listed([one.client for one in each])}")
        else:
            done.append(kind.__name__)
    first = f"It {', then '.join(done)}." if done else "It saves nothing and sends nothing."
    before, after = asked.state, outcome.state
    shown = dict.fromkeys(
        [*(name for name, _ in fields_of(before)), *(name for name, _ in fields_of(after)), "log"]
    )
    new = [f"{name} {field_in_words(name, after)}" for name in shown if before[name] != after[name]]
    timer = timer_of(asked, after)
    new += [] if timer == "goes on" else ["a timer that was started again"]
    return first, f"Afterwards it has {listed(new)}." if new else "Nothing is different in its state."


def saved(save: Save) -> str:
    """What is saved, in words."""
    log = f" and the entries {words(save.entries)} from index {save.index} on" if save.entries else ""
    return f"term {save.term}, {f'its vote for {save.voted_for}' if save.voted_for else 'no vote'}{log}"


def rule_words(id: str) -> str:
    """A rule with its id."""
    return f"The rule: {BOOK[id].text} ({id})"


# -- A line: what goes wrong without it? ------------------------------------------------------------------------------


def line(given: Given, dice: Random) -> Question | None:
    """What goes wrong without one line of the answer? Every line but the ones that were handed out can be drawn."""
    if given.points < given.of:
        return None
    text = text_of(given.written)
    for number, method in drawn(dice, removable(text, given.handed_out))[:MOST_LINES]:
        lines = lines_of(text)
        there = lines[number - 1]
        lines[number - 1] = f"{there[: len(there) - len(there.lstrip())]}pass"
        with suppress(UserError, NotImplementedError):  # without the line, it is no answer
            job = given.job._replace(text="\n".join(lines) + "\n")
            found = difference(situations_of(given.item, method), given._replace(job=job))
            if found is not None and not found.theirs.error:
                answer = (f"For example: {sentence(found)}", rule_words(failure(found).rule))
                asked = f"Line {number} of your answer is marked. What goes wrong without it?"
                return Question("line", given.job.item, asked, answer, numbered(text, number))
    return None


def removable(text: str, handed_out: str) -> list[tuple[int, str]]:
    """The lines that are one whole statement within a function, beside others, and were not handed out.

    Of each, its number and the name of the innermost function.
    """
    own = {each.strip() for each in handed_out.splitlines()}
    lines, found = lines_of(text), dict[int, str]()
    tree = parsed(text)
    starts = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    for block in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        inside = [node for node in ast.walk(block) if isinstance(node, ast.stmt) and node is not block]
        for each in inside if len(inside) > 1 else ():
            whole = each.lineno == each.end_lineno and starts.count(each.lineno) == 1
            if (
                whole
                and isinstance(each, SIMPLE)
                and lines[each.lineno - 1].strip() not in own
                and not _is_text(each)
            ):
                found[each.lineno] = block.name
    return sorted(found.items())


def lines_of(text: str) -> list[str]:
    """The lines of a text, as Python counts them."""
    return re.split(r"\r\n|\r|\n", text)


SIMPLE = (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Return, ast.Delete)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def numbered(text: str, marked: int) -> tuple[str, ...]:
    """Some lines of an answer with their numbers; one of them is marked."""
    lines = lines_of(text)
    return tuple(
        f"{'▶' if number == marked else ' '}{number:4}  {lines[number - 1]}"
        for number in range(max(1, marked - 3), min(len(lines), marked + 2) + 1)
    )


# -- A story --------------------------------------------------------------------------------------------------------


def story_in(given: Given) -> tuple[Story, Suspect]:
    """The story of an answer, and the nodes that it is to prove wrong. Raises UserError if the answer is no story."""
    assert isinstance(given.item, BreakIt)
    wrong = given.item.drawn(given.job.me)
    story = check_story(written(given.written, Story=given.item.told_story))
    return check_goal(story, wrong), wrong


def action(given: Given, dice: Random) -> Question | None:
    """Does the story still prove the mistake without one of its actions? If it proves nothing: what is missing?"""
    story, wrong = story_in(given)
    if not given.points:
        asked = "Your story proves nothing about the wrong nodes. What is missing in it?"
        answer = (why(judged_story(wrong, story)), *wrong.hints[1:])
        return Question("action", given.job.item, asked, answer, actions_of(story))
    if not story.actions:
        return None
    at = drawn(dice, list(range(min(len(story.actions), MOST_ACTIONS))))[0]
    part = replace(story, actions=story.actions[:at] + story.actions[at + 1 :])
    try:
        result = judged_story(wrong, part)
        proved, reason = result.points > 0, why(result)
    except UserError as error:
        proved, reason = False, str(error)
    asked = f"This is your story. Does it still prove the mistake of the wrong nodes without its {NUMBERS[at]} action? Why?"
    head = "Yes, that action is not needed." if proved else "No, that action is needed."
    return Question("action", given.job.item, asked, (head, reason), actions_of(story))


def why(result: Result) -> str:
    """Why a story proves a mistake, or not; and then what it lacks."""
    return " ".join((result.sentences[0], *result.steps[-1:]))


def actions_of(story: Story) -> tuple[str, ...]:
    """What a story begins with, and its first actions, numbered."""
    start = "".join(f"; {node} starts with {dict(state)!r}" for node, state in story.start.items())
    goals = f"; goals {list(story.goals)!r}" if story.goals else ""
    rows = [f"{number}. {each!r}" for number, each in enumerate(story.actions[:MOST_ACTIONS], start=1)]
    more = len(story.actions) - MOST_ACTIONS
    head = f"{plural(story.nodes, 'node')}, {plural(story.ticks, 'tick')}{start}{goals}"
    return (head, *rows, *([f"and {plural(more, 'more action')}"] if more > 0 else []))


def leader(given: Given, dice: Random) -> Question | None:
    """Which nodes lead at some tick of the story? Only what is the same with all dice can be known without a computer."""
    story, wrong = story_in(given)
    runs = OtherDice(story, wrong.node_class)
    try:
        seen = [leaders(runs.story(seed, wrong.node_class), wrong.node_class) for seed in seeds_of(story)]
    except FELL_OVER:
        return None
    sure = [tick for tick, each in enumerate(seen[0]) if each and all(other[tick] == each for other in seen)]
    if not sure:
        return None
    several = [tick for tick in sure if len(seen[0][tick]) > 1]
    which = drawn(dice, list(dict.fromkeys(tuple(seen[0][tick]) for tick in several or sure)))[0]
    tick = drawn(dice, [tick for tick in sure if tuple(seen[0][tick]) == which])[0]
    time = f"at tick {tick} ({tick * preset_named(story.preset).ms_per_tick / 1000:.2f} s)"
    asked = f"The wrong nodes play your story. Which nodes are leaders {time}, and in which terms? The dice make no difference."
    told = [
        f"{id} in term {term}, since tick {since(seen[0], tick, (id, term))}" for id, term in seen[0][tick]
    ]
    return Question("leader", given.job.item, asked, (f"{listed(told)}.",), actions_of(story))


def leaders(story: Story, raft: type[Raft]) -> list[list[tuple[str, int]]]:
    """For each tick of a story the nodes that lead, with their terms. Raises UserError if it cannot be played."""
    cluster = Cluster(story, node_class=raft, record=False)
    found = []
    while True:
        found.append([(id, node.term) for id, node in cluster.running().items() if node.role is Role.LEADER])
        if cluster.now >= story.ticks:
            return found
        cluster.tick()


def since(seen: list[list[tuple[str, int]]], tick: int, who: tuple[str, int]) -> int:
    """The tick from which on a node leads."""
    while tick and who in seen[tick - 1]:
        tick -= 1
    return tick


def other_mistake(given: Given, dice: Random) -> Question | None:
    """Does the story prove another mistake, too?"""
    story, wrong = story_in(given)
    if not given.points:
        return None
    all_of_them = [Suspect(wrong.item, KNOWN[each]) for each in wrong.item.pool]
    others = [each for each in all_of_them if each._mutant != wrong._mutant and each.kinds == wrong.kinds]
    if not others:
        return None
    suspect = drawn(dice, others)[0]
    other, result = suspect._mutant, judged_story(suspect, story)
    asked = (
        f"Your story proves what is wrong with your wrong nodes. Other nodes have another mistake, in {other.where}: "
        f"“{other.name}”. Does your story prove that, too? Why?"
    )
    head = "Yes." if result.points else "No."
    return Question("other mistake", given.job.item, asked, (head, why(result)), actions_of(story))


# -- A run that was read --------------------------------------------------------------------------------------------


def reading(given: Given, dice: Random) -> Question | None:
    """Which event of the run is it that was asked for? Or, for a false claim: which run contradicts it?"""
    item = given.item
    assert isinstance(item, ReadIt)
    said, asked = written(given.written), item.asked(given.job.me)
    if isinstance(asked, Believed):
        return claim(given, said)
    if not isinstance(asked, ReadQuestion) or "t which tick" not in asked.text:
        return None
    run = item.reading(given.job.me)
    trace = play(run.story, node_class=run.node_class)
    rows = told_by(trace)
    there = [place for place, row in enumerate(rows) if row.tick == asked.answer]
    if not there:
        return None
    first = max(0, there[0] - 1 - int(dice.random() * AROUND))
    lines = [
        f"{letter}. {row.text}"
        for letter, row in zip(LETTERS, rows[first : first + 2 * AROUND], strict=False)
    ]
    heaviest = max((rows[place] for place in there), key=lambda row: row.weight)
    which = "Which of these events of that run is it" + (
        ", and which rule applies there?" if heaviest.rules else "?"
    )
    answer = (
        f"At tick {asked.answer}: {' '.join(lines[place - first] for place in there if place - first < len(lines))}",
        *map(rule_words, heaviest.rules),
        f"The answer was {'right' if given.points else 'wrong'}.",
    )
    text = f"“{asked.text}” You answered {said!r}. {which}"
    return Question("reading", given.job.item, text, answer, tuple(lines))


class Told(NamedTuple):
    """An event of a run in words. weight: how important it is."""

    tick: int
    text: str
    weight: int
    rules: tuple[str, ...]


def told_by(trace: Trace) -> list[Told]:
    """The events of a run that matter. What has just been told is not told again."""
    found: list[Told] = []
    for event, each in zip(trace.events, Narration(trace).sentences(), strict=True):
        if each.weight and each.text not in [row.text for row in found[-2 * AROUND :]]:
            rules = tuple(rule for rule in telling_rules(trace, event) if rule in BOOK)
            found.append(Told(event.tick, each.text, each.weight, rules))
    return found


LETTERS = "abcdef"  # of the events that are quoted


def claim(given: Given, said: Any) -> Question | None:
    """For a claim that is false: a run that contradicts it."""
    made = claim_of(said)
    verdict = disprove(made)
    if verdict.story is None:
        return None
    trace = play(verdict.story)
    told = [
        each.text
        for event, each in zip(trace.events, Narration(trace).sentences(), strict=True)
        if event.node and each.weight
    ]
    text = f"You claimed: “{made.sentence}” Tell a run in which this is not true."
    return Question("reading", given.job.item, text, (verdict.sentence, " ".join(told)))


# -- A review ---------------------------------------------------------------------------------------------------------


def review(given: Given, dice: Random) -> Question | None:
    """Which lines of the change that was reviewed matter, and is it right?"""
    item = given.item
    assert isinstance(item, ReviewIt)
    proposed = item.proposed(given.job.me)
    said = check_review(written(given.written, Review=Review, Story=item.to_break.told_story), item)
    shown = some_of([row for row in proposed.rows if row.mark != " "])
    matters = listed([str(row.number) for row in shown if row.matters])
    wrong = [name for name in item.wrong if proposed.is_about(name)]
    reasons = [each for name in item.right if proposed.is_about(name) for each in item.right[name]]
    if "same" in reasons:  # then nothing in it matters
        return None
    verdict = [rule_words(each) for name in wrong for each in item.broken_by(name)[:1]]
    verdict += [f"What shows it: {KNOWN[name].schedule}." for name in wrong]
    mine = "it is right" if said.right else f"line {said.wrong_line} is wrong, and breaks {said.breaks}"
    answer = (
        f"Only this matters, by line: {matters}. The rest says the same in other words.",
        "The change is wrong." if wrong else "The change is right.", *verdict, *map(REASONS.__getitem__, reasons),
        f"The review said that {mine}.",
    )  # fmt: skip
    text = (
        "These are lines of the change that you reviewed. Which of them matter, and which say the same in other words? "
        "What follows from those that matter?"
    )
    lines = tuple(f"{row.number:4} {row.mark} {row.text.rstrip()}" for row in shown)
    return Question("review", given.job.item, text, answer, lines)


def some_of(changed: list[Row]) -> list[Row]:
    """The changed lines that matter, and of the others whole places, as far as there is room."""
    places: list[list[Row]] = []
    for row in changed:
        if places and row.number == places[-1][-1].number + 1:
            places[-1].append(row)
        else:
            places.append([row])
    places.sort(key=lambda place: not any(row.matters for row in place))
    found: list[Row] = []
    for place in places:
        if any(row.matters for row in place) or len(found) + len(place) <= MOST_ROWS:
            found += place
    return sorted(found, key=lambda row: row.number)


class Kind(NamedTuple):
    """A kind of question. items: the class of the items about whose answers it is."""

    items: Any
    question: Callable[[Given, Random], Question | None]


KINDS = {
    "wrong situation": Kind(Rule | Whole, wrong_situation),
    "situation": Kind(Rule | Whole, situation),
    "line": Kind(Rule | Whole, line),
    "action": Kind(BreakIt, action),
    "leader": Kind(BreakIt, leader),
    "other mistake": Kind(BreakIt, other_mistake),
    "reading": Kind(ReadIt, reading),
    "review": Kind(ReviewIt, review),
}
