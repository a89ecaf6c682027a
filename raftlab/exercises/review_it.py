"""*Review it*: a change to a rule of raftlab, shown as a difference. Is it right? If not, which line breaks which rule?

The change is drawn from the learner's name. Half of the changes are mistakes, and a story must prove them; the others
are right, and the learner says why. In each difference there are also places that only say the same in other words.
"""

import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any, ClassVar

from raftlab.checks.conviction import ELECTIONS, GOALS
from raftlab.checks.differences import Row, difference
from raftlab.checks.mutants import KNOWN
from raftlab.checks.right.choices import CHOICES, CHOICES_BEYOND
from raftlab.exercises.break_it import BreakIt, Suspect, check_played, check_story, judged
from raftlab.exercises.in_child import written
from raftlab.exercises.item import Help, Kind
from raftlab.exercises.points import REVIEWS, part_of
from raftlab.exercises.result import NOT_WRITTEN, Result
from raftlab.exercises.student import dice_of
from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK
from raftlab.sim.errors import UserError, check_name, checks_call, in_short, listed
from raftlab.sim.invariants import WATCHED
from raftlab.sim.story import Story
from raftlab.sim.systems import build

# Why a change can be right: what a learner writes, and what it means.
REASONS = {
    "same": "The rule does the same in every state; only its text is another one.",
    "order": "Only an order changes that nobody depends on: what must be on disk is still saved before a message leaves.",
    "saves more": "It only saves more often or more than needed, and nothing later than before.",
    "sends more": "It only sends more messages, or sends them sooner. All of them are true, and copies do no harm.",
    "guess": "It only changes a leader's guess. A wrong guess costs messages, but no entry.",
    "dice": "It only draws in another way: all lengths from the shortest to the longest can still come.",
    "unused": "It only changes what nothing reads in this role.",
}
# The shares of the points for the line and for the rule of a wrong change. The rest is for a story that proves it.
LINE, RULE = 0.25, 0.25
BOOK = RULE_BOOK | WATCHED
FORM = 'Return a Review, such as Review(wrong_line=7, breaks="RV-2", story=Story(...)) or Review(right=True, because="same")'


class Review:
    """What a learner says about a change: that it is right, and why; or which line breaks which rule, and a story that proves it.

    Args:
        wrong_line: the number of a line of the difference.
        breaks: the id of a rule, such as "RV-2".
        story: a story in which nodes with this change do harm; None for no story.
        right: whether the change is right.
        because: one of the reasons in `REASONS`, such as "same".
    """

    @checks_call
    def __init__(
        self,
        wrong_line: int | None = None,
        breaks: str | None = None,
        story: Story | None = None,
        right: bool = False,
        because: str | None = None,
    ):
        self.wrong_line, self.breaks, self.story = wrong_line, breaks, story
        self.right, self.because = right, because


@dataclass(frozen=True)
class ReviewIt:
    """A change to review.

    wrong: the names of mistakes, each with further rules that it breaks besides the one that the mistake names. right:
    the names of right choices, each with the reasons that fit. rules: further rules among which the learner chooses. beside: methods
    in which the difference may have other places. have: the extensions that all nodes have.
    """

    name: str
    points: int
    wrong: Mapping[str, tuple[str, ...]] = field(repr=False)
    right: Mapping[str, tuple[str, ...]] = field(repr=False)
    rules: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    have: tuple[str, ...] = ()
    kind: ClassVar[Kind] = "review"

    @property
    def lesson(self) -> str:
        """The number of the lesson."""
        return self.name.partition(".")[0]

    @cached_property
    def offered(self) -> tuple[str, ...]:
        """The rules among which the learner chooses."""
        found = {*self.rules, *(each for name in self.wrong for each in self.broken_by(name))}
        return tuple(sorted(found, key=list(BOOK).index))

    @cached_property
    def to_break(self) -> BreakIt:
        """The nodes of the wrong changes, as something to break: a proof is half of a review."""
        return BreakIt(self.name, 2, tuple(self.wrong), self.have)

    def broken_by(self, name: str) -> tuple[str, ...]:
        """The rules that a mistake breaks."""
        return KNOWN[name].rule, *self.wrong[name]

    def proposed(self, me: str) -> "Proposed":
        """The change for a name. Raises UserError if it is no name."""
        names = (*self.wrong, *self.right)
        return Proposed(self, names[int(dice_of(me, self.name).random() * len(names))], me)

    def help(self, me: str) -> Help:
        """The hints for the change that is drawn."""
        return Help(self.proposed(me).hints, "Read the rule beside the one of raftlab, line by line.")

    def judge(self, answer: Any, me: str) -> Result:
        """The points of a review, and why. Raises UserError if it is none, or if Raft cannot play its story."""
        try:
            review = written(answer, Review=Review, Story=self.to_break.told_story)
        except NotImplementedError:
            return Result(self.name, 0, self.points, (NOT_WRITTEN,))
        return self.proposed(me).judge(check_review(review, self))


def check_review(review: Any, item: ReviewIt) -> Review:
    """A review that can be judged. Raises UserError if it is none."""
    if not isinstance(review, Review):
        raise UserError(f"{FORM}, not {in_short(review)}.")
    if not isinstance(review.right, bool):
        raise UserError(f"right is True or False, not {in_short(review.right)}.")
    if review.right is (review.wrong_line is not None or review.breaks is not None):
        either = "both" if review.right else "neither"
        raise UserError(f"A change is right, or a line of it is wrong; your review says {either}. {FORM}.")
    if review.right:
        if review.story is not None:
            raise UserError(
                "No story proves that a change is right: leave story out, and say why with because."
            )
        if review.because is None:
            raise UserError(
                f'Say why the change is right, such as because="same". The reasons are: {listed([*REASONS])}.'
            )
        check_name("reason", review.because, REASONS)
    elif review.because is not None:
        raise UserError(
            f'because is for a change that is right; what a wrong line breaks is said with breaks="{item.offered[0]}".'
        )
    else:
        if review.breaks is None:
            raise UserError(
                f'Name the rule that the line breaks, such as breaks="{item.offered[0]}". The rules are: {listed([*item.offered])}.'
            )
        check_name("rule", review.breaks, item.offered)
        if review.story is not None:
            check_story(review.story)
    return review


class Proposed:
    """A change that is drawn for a learner. In a notebook it shows the difference, and what a review chooses from."""

    def __init__(self, item: ReviewIt, name: str, me: str):
        self.item, self._name, self._me = item, name, me

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The difference, line by line."""
        home, changed = _changed(self._name)
        dice = dice_of(self._me, f"{self.item.name} beside")
        source = inspect.getsource(sys.modules[home.__module__])
        return difference(source, changed, home.__name__, self.item.beside, dice)

    def is_about(self, name: str) -> bool:
        """Is this the change that is drawn?"""
        return self._name == name

    @property
    def hints(self) -> tuple[str, str, str]:
        """The three hints."""
        lines = listed([str(row.number) for row in self.rows if row.matters])
        if self._name in self.item.right:
            last = (
                f"Only this place matters: {lines}. It is right; the reasons say how a change can be right."
            )
        else:
            last = f"Only this place matters: {lines}. It is wrong. Bring this about: {KNOWN[self._name].schedule}."
        return (
            "Some places only say the same in other words, such as x < y for y > x. Find the one place that does not.",
            "Ask of this place: what does a node do there that it did not do before, or no longer does? Who could notice: "
            "another node, a client, or the node itself after a crash?",
            last,
        )

    def judge(self, review: Review) -> Result:
        """The points of a review, and why. Raises UserError if its line does not change, or Raft cannot play its story."""
        if not review.right:
            self._check_wrong(review)  # first, so that an error does not tell whether the change is right
        if review.right or self._name in self.item.right:
            return self._of_right(review)
        name, points = self.item.name, self.item.points
        line = any(row.number == review.wrong_line and row.matters for row in self.rows)
        rule = review.breaks in self.item.broken_by(self._name)
        story = self._tried(review.story)
        sentences = (  # a hint about the story follows its first sentence
            *story.sentences[:1],
            f"Line {review.wrong_line} is {'wrong' if line else 'not the line that is wrong'}.",
            f"{review.breaks} is {'broken' if rule else 'not the rule that it breaks'}.",
            *story.sentences[1:],
        )
        share = LINE * line + RULE * rule + (1 - LINE - RULE) * story.points / story.of
        guess = "" if line and rule else f"{review.wrong_line} {review.breaks}"
        return Result(
            name, part_of(points, share), points, sentences, story.runs, guess, story.steps, REVIEWS
        )

    def _check_wrong(self, review: Review) -> None:
        """Check that the line which the review calls wrong changes, and that Raft can play its story. Raises UserError if not."""
        changed = [row.number for row in self.rows if row.mark != " "]
        if type(review.wrong_line) is not int or review.wrong_line not in changed:
            raise UserError(
                f"wrong_line must be one of the lines that change ({listed(list(map(str, changed)))}), not {in_short(review.wrong_line)}."
            )
        if review.story is not None:
            check_played(review.story, build(*self.item.have))

    def _of_right(self, review: Review) -> Result:
        """The points if the change is right, or if the learner says so."""
        share, sentence = 0, "The change is right: no line of it is wrong."
        if self._name in self.item.wrong:
            sentence = "The change is not right: a line of it is wrong."
        elif review.because in self.item.right[self._name]:
            share, sentence = 1, f"The change is right. {REASONS[review.because]}"
        elif review.right:
            sentence = "The change is right, but for another reason."
        name, points = self.item.name, self.item.points
        guess = "" if share else f"{review.wrong_line} {review.breaks} {review.because}"
        return Result(name, share * points, points, (sentence,), guess=guess, choices=REVIEWS)

    def _tried(self, story: Story | None) -> Result:
        """Does the story prove that the nodes of the change are wrong?"""
        if story is None:
            return Result(self.item.name, 0, 1, ("Without a story you get at most half of the points.",))
        return judged(_Changed(self.item.to_break, KNOWN[self._name]), story)

    def __repr__(self) -> str:
        rows = [f"{row.number:3} {row.mark} {row.text}".rstrip() for row in self.rows]
        rules = [f"  {id}: {BOOK[id].text}" for id in self.item.offered]
        reasons = [f"  {name!r}: {text}" for name, text in REASONS.items()]
        return "\n".join([*rows, "", "Rules for breaks:", *rules, "", "Reasons for because:", *reasons])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='{NUMBER}'>{row.number}</td><td style='{CODE}'><{tag} style='{PLAIN}{color}'>"
            f"{row.mark} {escape(row.text)}</{tag}></td></tr>"
            for row in self.rows
            for tag, color in [MARKED[row.mark]]
        )
        rules = "".join(f"<li><code>{id}</code> {escape(BOOK[id].text)}</li>" for id in self.item.offered)
        reasons = "".join(f"<li><code>{name}</code> {escape(text)}</li>" for name, text in REASONS.items())
        return (
            f"<table aria-label='The difference'>{rows}</table><p>Rules for <code>breaks</code>:</p><ul>{rules}</ul>"
            f"<p>Reasons for <code>because</code>:</p><ul>{reasons}</ul>"
        )


NUMBER = "text-align:right;padding:0 1em 0 0;font:12px monospace;vertical-align:top"
CODE = "text-align:left;padding:0;font:12px monospace"
PLAIN = "text-decoration:none;white-space:pre-wrap;"
# How a line is marked, besides its sign: a line that is gone, one that is new, and one that stays. The colours are thin,
# so that the letters of a light and of a dark page can be read on them.
MARKED = {
    "-": ("del", "background:rgba(255, 80, 80, 0.2)"),
    "+": ("ins", "background:rgba(60, 180, 90, 0.2);font-weight:bold"),
    " ": ("span", ""),
}


class _Changed(Suspect):
    """The nodes of a wrong change. Whatever harm they do proves it."""

    @property
    def kinds(self) -> tuple[str, ...]:
        return ELECTIONS if super().kinds == ELECTIONS else GOALS


def _changed(name: str) -> tuple[type[Raft], str]:
    """The class that a change is about, and the text of its module with the change."""
    if name in KNOWN:
        return KNOWN[name].module()
    extension, pairs = CHOICES_BEYOND[name] if name in CHOICES_BEYOND else ("", CHOICES[name])
    home = EXTENSIONS[extension] if extension else Raft
    text = inspect.getsource(sys.modules[home.__module__])
    for there, instead in pairs:
        assert text.count(there) == 1, f"{name}: the text has this {text.count(there)} times: {there}"
        text = text.replace(there, instead)
    return home, text
