"""What is said about an answer: in words everywhere, in a notebook with the run that shows it, beside the reference's."""

import html
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from raftlab.checks.failure import Failure
from raftlab.checks.layers import Layer, shortened, shown_by
from raftlab.exercises.items import Item
from raftlab.exercises.shown import show_text, side_by_side
from raftlab.messages import Because
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK
from raftlab.sim.branches import History
from raftlab.sim.errors import UserError
from raftlab.sim.invariants import WATCHED
from raftlab.sim.story import Story

BOOK = RULE_BOOK | WATCHED
AFTER = 6  # ticks that are played beyond the breach


class Verdict:
    """The judgement of one answer.

    points: of item.points. layers: what was checked, with what failed. sentence: why nothing could be checked.
    textbook: whether the answer is raftlab's own text. parts: of a whole Raft, where points are missing.
    """

    def __init__(
        self,
        item: Item,
        made: type[Raft] | None,
        layers: list[Layer],
        points: float,
        sentence: str,
        textbook: bool,
        parts: Sequence[str] = (),
    ):
        self.item = item
        self.node_class = made
        self.layers = layers
        self.points = points
        self.sentence = sentence
        self.textbook = textbook
        self.parts = parts

    @property
    def passed(self) -> bool:
        """Is everything right, and nothing missing?"""
        return bool(self.layers) and not self.failed and not self.parts

    @property
    def checks(self) -> int:
        """How many checks there are."""
        return sum(len(layer.checks) for layer in self.layers)

    @property
    def failed(self) -> int:
        """How many of them fail."""
        return sum(len(layer.failures) for layer in self.layers)

    @property
    def failure(self) -> Failure | None:
        """What is told: of the first layer that fails, the first failure of the rule that its check is about.

        What is not saved can spoil any check; it is told where there is nothing more to the point.
        """
        for layer in self.layers:
            failing = [
                (check, found) for check, found in zip(layer.checks, layer.found, strict=True) if found
            ]
            if failing:
                return next((found for check, found in failing if found.rule == check.rule), failing[0][1])
        return None

    @cached_property
    def run(self) -> Failure | None:
        """The failure with the shortest run that shows it: the first one's own, or that of a story it spoils."""
        failure = self.failure
        if failure is None or self.node_class is None:
            return None
        everything = [each for layer in self.layers for each in layer.failures]
        found = failure if failure.story is not None else shown_by(failure, everything)
        return found and shortened(found, self.node_class)

    # -- In words ----------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The whole verdict as text."""
        head = f"{self.item.name}: {self.points:g} of {self.item.points} points."
        if self.sentence:
            return [head, self.sentence, *self.parts]
        counted = f"{self.checks} checks, {f'{self.failed} fail' if self.failed else 'all pass'}"
        lines = [f"{head} {counted[0].upper()}{counted[1:]}."]
        if self.textbook:
            lines.append("This is raftlab's own text.")
        lines += [f"    {part}" for part in self.parts]
        if self.passed:
            return lines
        lines += [f"    {layer.name}: {self._count(layer)}" for layer in self.layers]
        for first in (layer for layer in self.layers if layer.failures):
            lines += ["", f"In the {first.name}:", *self._told(self.failure), *self._shown()]
            break
        return [*lines, "", f'A hint: hint("{self.item.name}").']

    def _count(self, layer: Layer) -> str:
        bad = len(layer.failures)
        return (
            f"{bad} of {len(layer.checks)} fail{'s' if bad == 1 else ''}"
            if bad
            else f"all {len(layer.checks)} pass"
        )

    def _told(self, failure: Failure | None) -> list[str]:
        if failure is None:
            return []
        lines = [f"    What was expected   {failure.expectation}"]
        if rule := BOOK.get(failure.rule):
            where = rule.section if rule.section.startswith("thesis") else f"section {rule.section}"
            lines += [f"    The rule            {rule.id}, {where}: {rule.text}"]
        for number, each in enumerate(failure.schedule, start=1):
            lines += [f"    {'What happened' if number == 1 else '':20}{number}. {each}"]
        lines += self._both(failure)
        if failure.seed is not None:
            lines += [f"    The seed            {failure.seed}"]
        return lines + ([f"    What comes of it    {failure.consequence}"] if failure.consequence else [])

    def _both(self, failure: Failure) -> list[str]:
        did, should = (re.sub(r"\b(\w+)<- ", r"to \1: ", each) for each in (failure.did, failure.should))
        return [f"    Your node           {did}", f"    The reference       {should}"]

    def _shown(self) -> list[str]:
        """The run that shows it, if that is another one than what was just told."""
        run = self.run
        if run is None or run.story is None or self.failure is None:
            return []
        lines = ["", f"A run that shows it: {run.story.title} ({len(run.story.actions)} deeds)"]
        if self.failure.story is None:
            lines += [f"    {each}" for each in run.schedule]
        lines += self._both(run)
        if rule := BOOK.get(run.rule):
            lines += [f"    Its reason          {rule.id}: {rule.text}"]
        return lines + ([f"    What comes of it    {run.consequence}"] if run.consequence else [])

    # -- In a notebook -------------------------------------------------------------------------------------

    def histories(self) -> tuple[History, History | None] | None:
        """The run that shows it, with nodes of the answer, and with the reference's; None where there is none.

        A node that falls over is shown until then. The reference may take another course, in which what was done
        later is not possible: that is left out then.
        """
        run = self.run
        if run is None or run.story is None or self.node_class is None or run.tick is None:
            return None
        story, tick = run.story, run.tick
        end = story.ticks + AFTER
        reference = getattr(self.node_class, "reference", Raft)
        theirs = _played([(story, end), (story.until(tick - 1), tick - 1)], without_reasons(self.node_class))
        if theirs is None:
            return None
        later = sorted({action[0] for action in story.actions if action[0] > tick}, reverse=True)
        return theirs, _played([(story, end), *((story.until(each - 1), end) for each in later)], reference)

    def player(self) -> Any:
        """Both runs side by side, opened at the breach: where a property breaks, or else where the two part."""
        found, run = self.histories(), self.run
        if found is None or run is None:
            return None
        rule = BOOK.get(run.rule)
        reason = f" Its reason: {html.escape(rule.text)} <small>({rule.id})</small>" if rule else ""
        parted = "" if run.opens == run.tick else f" Go back to tick {run.tick}: there the two part."
        heads = (
            (
                f"<b>With your {html.escape(self.item.name)}</b>",
                f"{parted} Reasons are not shown: they would be the reference's.",
            ),
            ("<b>With the reference</b>", reason),
        )
        runs = []
        for (head, more), each in zip(heads, found, strict=True):
            if each is not None:  # a node that fell over is shown until the tick before
                tick = min(run.opens, each.branch.trace.ticks)
                runs.append((f"{head}, at tick {tick}.{more}", each, tick))
        return side_by_side(runs)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        show_text("\n".join(self.lines()), self.passed)
        if not self.passed and (player := self.player()) is not None:
            display(player)


def _played(tries: Sequence[tuple[Story, int]], raft: type[Raft]) -> History | None:
    """The first of these stories, each with its last tick, that such nodes can play; None if there is none."""
    for story, ticks in tries:
        try:
            return History(replace(story, ticks=max(0, ticks)), node_class=raft)
        except UserError:
            continue
    return None


def without_reasons(raft: type[Raft]) -> type[Raft]:
    """The class, silent about its reasons: which rule somebody else's node had in mind is not known."""

    class Silent(raft):  # type: ignore[misc, valid-type]
        def step(self, event: Any) -> tuple[Any, ...]:
            return tuple(effect for effect in super().step(event) if not isinstance(effect, Because))

    Silent.__name__ = raft.__name__
    return Silent
