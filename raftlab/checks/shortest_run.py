"""The run that a verdict shows: one run with one cause, in which everything is needed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from raftlab.checks.failure import FELL_OVER, Check, Failure
from raftlab.checks.layers import Layer
from raftlab.checks.nearest_mistake import nearest_mistake
from raftlab.checks.random_runs import RandomRun
from raftlab.checks.scenes.courses import Course
from raftlab.checks.scenes.scripted import Scripted, first_mistake, told_again
from raftlab.checks.shrink import Shown, shrunk
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story

TITLE = "A short run that shows the mistake"
FEW_RUNS = 6  # random runs that are looked through for a mistake that does no harm


def run_of(
    failure: Failure,
    layers: Sequence[Layer],
    raft: type[Raft],
    tell: Callable[[int], object] = lambda work: None,
) -> Failure | None:
    """The run that shows a failure which these layers have found; None if there is none.

    This is the failure's own run, if it has one. Otherwise it is the first of these that exists: the shortest scripted
    story that fails because of the same rule; a shortest way to such a mistake; a random run that fails because of the
    same rule; a run in which that rule is broken and no harm is done; a run in which another rule is broken first.

    tell: is called with the number of node states that each step of the search has looked at.
    """
    if failure.story is not None:
        return shortened(failure, raft, tell)
    checks = [each for layer in layers for each in layer.checks]
    found = sorted(
        (each for layer in layers for each in layer.failures if each.story is not None), key=_length
    )
    same = [each for each in found if each.rule == failure.rule]
    for runs in (
        (each for each in same if each.seed is None),
        _nearest(failure.rule, raft, tell),
        same,
        _in_passing(failure.rule, checks, raft),
        found,
        _in_passing("", checks, raft),
    ):
        for run in runs:
            return shortened(run, raft, tell)
    return None


def _nearest(rule: str, raft: type[Raft], tell: Callable[[int], object]) -> Iterator[Failure]:
    """A shortest way to a mistake against this rule."""
    story = nearest_mistake(rule, raft, tell)
    first = None if story is None else first_mistake(story, raft)
    if first is not None and first.rule == rule:
        yield Failure(rule, "", (), first.should, first.did, story, first.tick)


def _length(failure: Failure) -> int:
    return len(failure.story.actions) if failure.story else 0


def _in_passing(rule: str, checks: Iterable[Check], raft: type[Raft]) -> Iterator[Failure]:
    """Runs in which the first mistake is against this rule, or against any rule if it is "". They are played only if they are needed."""
    runs = [each for each in checks if isinstance(each, RandomRun)][:FEW_RUNS]
    for check in (*(each for each in checks if isinstance(each, Scripted | Course)), *runs):
        found = check.mistake(raft)
        if found is not None and rule in ("", found.rule):
            yield found


def shortened(
    failure: Failure, raft: type[Raft], tell: Callable[[int], object] = lambda work: None
) -> Failure:
    """The failure with a run from which nothing can be left out.

    It still begins with a mistake against the same rule. If a property breaks after it, the same property still does.
    Otherwise the run ends with the mistake.
    """
    story = failure.story
    first = None if story is None else first_mistake(story, raft)
    if story is None or first is None:
        return failure

    property = failure.broke if failure.breach is not None else ""

    def shows(part: Story) -> Shown | None:
        tick = _broken(part, raft, property) if property else part.ticks
        if tick is None:
            return None
        mistake = first_mistake(part.until(tick), raft)
        if mistake is None or mistake.rule != first.rule:
            return None
        return counted(part, raft, tick if property else mistake.tick)

    short = shrunk(replace(story, stops=()), shows, tell=tell)
    return told_again(replace(short, name="mistake", title=TITLE), raft, None)


def _broken(story: Story, raft: type[Raft], property: str) -> int | None:
    """The tick at which a property is the first one to break when a story is played; None if it is not."""
    try:
        cluster = Cluster(story, node_class=raft, record=False)
        for _ in range(story.ticks + 1):
            for id, breach in cluster.invariants.broken.items():
                return breach.tick if id == property else None
            if cluster.now < story.ticks:
                cluster.tick()
    except (UserError, *FELL_OVER):
        return None
    return None


def counted(story: Story, raft: type[Raft], tick: int) -> Shown:
    """What a run of a story shows up to a tick: its events, its messages and its elections."""
    cluster = Cluster(replace(story.until(tick), ticks=tick), node_class=raft)
    with suppress(UserError, *FELL_OVER):  # the mistake may be an error, or make a later action impossible
        cluster.tick(tick)
    elections = tuple(
        (each.tick, each.node or "")
        for each in cluster.trace.events
        if (each.what, each.detail) == ("timer", "election")
    )
    sent = tuple(message[4] for message in cluster.trace.messages)
    return Shown(tick, len(cluster.trace.events), sent, elections)
