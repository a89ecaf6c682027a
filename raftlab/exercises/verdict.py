"""The verdict on an answer: as text, and in a notebook also with a run that shows the mistake, beside Raft's own run."""

import html
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from raftlab.checks.failure import FELL_OVER, Failure
from raftlab.checks.layers import Layer
from raftlab.checks.short_forms import plainly
from raftlab.checks.shortest_run import run_of
from raftlab.exercises.display import show_text, side_by_side
from raftlab.exercises.item import Item
from raftlab.messages import Because
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK
from raftlab.sim.bar import progress_bar
from raftlab.sim.branches import History
from raftlab.sim.english import plural
from raftlab.sim.errors import UserError
from raftlab.sim.invariants import WATCHED
from raftlab.sim.story import Story

BOOK = RULE_BOOK | WATCHED
AFTER = 6  # ticks that a player shows after the end of the run


class Verdict:
    """The verdict on an answer that runs as a node. All other answers have a `Result`.

    Its points follow from layers of checks. It tells one failure, and looks for a run that shows this failure only when
    the run is needed. A `Result` only holds sentences and runs that are there already.

    points: out of item.points. layers: the checks, with the failures that they found. sentence: why nothing could be
    checked. textbook: whether the answer is raftlab's own text. parts: for a whole Raft, where points are missing.
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
        """Whether all checks pass and no part is missing."""
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
        """The failure that the verdict describes: from the first layer that fails, the first one whose rule its check is about.

        Data that was not saved can make any check fail; such a failure is described only if there is no better one.
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
        """The failure with the shortest run that shows it, or another one with the same cause; None if there is none."""
        failure = self.failure
        if failure is None or self.node_class is None:
            return None
        with progress_bar(desc="looking for a run that shows it", unit=" states", delay=1) as bar:
            return run_of(failure, self.layers, self.node_class, bar.update)

    # -- In words ----------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The whole verdict as text."""
        return [*self._judged(), *self._shown(), *self._hint()]

    def _judged(self) -> list[str]:
        """The points, the checks, and the first that fails."""
        head = f"{self.item.name}: {self.points:g} of {self.item.points} points."
        if self.sentence:
            return [head, self.sentence, *self.parts]
        lines = [f"{head} {self.checks} checks, {f'{self.failed} fail' if self.failed else 'all pass'}."]
        if self.textbook:
            lines.append("This is raftlab's own text.")
        lines += [f"    {part}" for part in self.parts]
        if self.passed:
            return lines
        lines += [f"    {layer.name}: {layer.counted()}" for layer in self.layers]
        for first in (layer for layer in self.layers if layer.failures):
            lines += [
                "",
                f"The first that fails, in the {first.name}:",
                *self._told(self.failure),
            ]
            break
        return lines

    def _hint(self) -> list[str]:
        """How to get a hint, if one is needed."""
        return [] if self.sentence or self.passed else ["", f'For a hint, run hint("{self.item.name}").']

    def _told(self, failure: Failure | None) -> list[str]:
        """The failure with its rule. What happened is told with the run, if there is one."""
        if failure is None:
            return []
        if failure.sentence:
            return [f"    {failure.sentence}", *self._rule("The rule", failure.rule)]
        lines = [f"    Expected: {failure.expectation}", *self._rule("The rule", failure.rule)]
        if failure.story is not None:
            return lines
        lines += ["    What happened:"] if failure.schedule else []
        lines += [f"        {number}. {each}" for number, each in enumerate(failure.schedule, start=1)]
        return [*lines, *self._both(failure), *self._consequence(failure)]

    def _rule(self, title: str, id: str) -> list[str]:
        """A rule with its place in the paper; nothing if there is no such rule."""
        rule = BOOK.get(id)
        if rule is None:
            return []
        where = rule.section if rule.section.startswith("thesis") else f"section {rule.section}"
        return [f"    {title}: {rule.text} ({rule.id}, {where})"]

    def _both(self, failure: Failure) -> list[str]:
        return [f"    Your node: {plainly(failure.did)}", f"    Raft's node: {plainly(failure.should)}"]

    def _consequence(self, failure: Failure) -> list[str]:
        """What broke because of the mistake; nothing if the sentence before has already said so."""
        told = failure.consequence.rstrip(".") in failure.did
        return [] if told else [f"    The consequence: {failure.consequence}"]

    def _shown(self) -> list[str]:
        """A run that shows the failure."""
        run = self.run
        if run is None or run.story is None or self.failure is None:
            return []
        lines = ["", f"A run that shows it ({plural(len(run.story.actions), 'action')}):"]
        lines += [f"    {each}" for each in run.schedule]
        lines += self._both(run)
        if run.rule != self.failure.rule:
            lines += self._rule("The rule that is broken there", run.rule)
        return lines + self._consequence(run)

    # -- In a notebook -------------------------------------------------------------------------------------

    def histories(self) -> tuple[History, History | None] | None:
        """The run that shows the failure, with the learner's nodes and with Raft's; None if there is none.

        If the code of a node raises an error after the mistake, the run ends with the mistake. If the error is the mistake,
        the run ends before it. With Raft's nodes, some of the later actions may not be possible; these are left out.
        """
        run = self.run
        if run is None or run.story is None or self.node_class is None or run.tick is None:
            return None
        story, tick = run.story, run.tick
        end = story.ticks + AFTER
        reference = getattr(self.node_class, "reference", Raft)
        ends = ((story, end), (story.until(tick), tick), (story.until(tick - 1), tick - 1))
        theirs = _played(ends, without_reasons(self.node_class))
        if theirs is None:
            return None
        later = sorted({action[0] for action in story.actions if action[0] > tick}, reverse=True)
        return theirs, _played([(story, end), *((story.until(each - 1), end) for each in later)], reference)

    def player(self) -> Any:
        """Both runs side by side; None if there is no run that shows the failure."""
        return side_by_side(self.runs) if self.runs else None

    @cached_property
    def runs(self) -> tuple[tuple[str, History, int], ...]:
        """Both runs, each with its heading (HTML) and its tick: that of the mistake, where the two begin to differ."""
        found, run = self.histories(), self.run
        if found is None or run is None or run.tick is None:
            return ()
        rule = BOOK.get(run.rule)
        reason = f" The rule: {html.escape(rule.text)} <small>({rule.id})</small>" if rule else ""
        breaks = (
            f" At tick {run.breach}, {WATCHED[run.broke].text.partition(':')[0]} is broken."
            if run.breach is not None and run.broke in WATCHED
            else ""
        )
        heads = (
            (
                f"<b>With your {html.escape(self.item.name)}</b>",
                f"{breaks} Which rules your nodes follow cannot be shown.",
            ),
            ("<b>With Raft's own</b>", reason),
        )
        runs = []
        for (head, more), each in zip(heads, found, strict=True):
            if each is not None:  # a run in which a node's code raises an error ends before that tick
                tick = min(run.tick, each.branch.trace.ticks)
                where = "where the two runs begin to differ" if tick == run.tick else "where it ends"
                runs.append((f"{head}, at tick {tick}, {where}.{more}", each, tick))
        return tuple(runs)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        show_text("\n".join(self._judged()), self.passed)  # the search for the run begins only after this
        if not self.passed:
            show_text("\n".join([*self._shown(), *self._hint()]).lstrip("\n"), False)
            if (player := self.player()) is not None:
                display(player)


def _played(tries: Sequence[tuple[Story, int]], raft: type[Raft]) -> History | None:
    """The run of the first of these stories, each with its last tick, that these nodes can play to the end; None if there is none."""
    for story, ticks in tries:
        try:
            return History(replace(story, ticks=max(0, ticks)), node_class=raft)
        except (UserError, *FELL_OVER):
            continue
    return None


def without_reasons(raft: type[Raft]) -> type[Raft]:
    """The class without the rules that its nodes name, because a faulty node may name a rule that it does not follow."""

    class Silent(raft):  # type: ignore[misc, valid-type]
        def step(self, event: Any) -> tuple[Any, ...]:
            return tuple(effect for effect in super().step(event) if not isinstance(effect, Because))

    Silent.__name__ = raft.__name__
    return Silent
