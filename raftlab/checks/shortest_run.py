"""The run that a verdict shows: one run with one cause, in which nothing is left that is not needed."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from raftlab.checks.courses import Course
from raftlab.checks.failure import FELL_OVER, Check, Failure
from raftlab.checks.layers import Layer
from raftlab.checks.random_runs import RandomRun
from raftlab.checks.scripted import Scripted, first_mistake, told_again
from raftlab.checks.shrink import shrunk
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story

FEW_RUNS = 6  # random runs that are looked through for a mistake that does no harm


def run_of(failure: Failure, layers: Sequence[Layer], raft: type[Raft]) -> Failure | None:
    """The run that shows a failure which these layers have found; None if there is none.

    It is the failure's own run. If it has none, it is the shortest of another failure with the same rule, or else a run in
    which the same rule is broken and does no harm.
    """
    if failure.story is not None:
        return shortened(failure, raft)
    checks = [each for layer in layers for each in layer.checks]
    found = [each for layer in layers for each in layer.failures if each.story is not None]
    same = sorted((each for each in found if each.rule == failure.rule), key=_length)
    found = same[:1] or [*islice(_in_passing(failure.rule, checks, raft), 1)] or sorted(found, key=_length)
    return shortened(found[0], raft) if found else None


def _length(failure: Failure) -> int:
    return len(failure.story.actions) if failure.story else 0


def _in_passing(rule: str, checks: Iterable[Check], raft: type[Raft]) -> Iterator[Failure]:
    """Runs in which the first mistake is against this rule. They are played once more only as far as they are needed."""
    runs = [each for each in checks if isinstance(each, RandomRun)][:FEW_RUNS]
    for check in (*(each for each in checks if isinstance(each, Scripted | Course)), *runs):
        found = check.mistake(raft)
        if found is not None and found.rule == rule:
            yield found


def shortened(failure: Failure, raft: type[Raft]) -> Failure:
    """The failure with a run from which nothing can be left out.

    It still begins with a mistake against the same rule. If a property breaks after it, the same property still does.
    Otherwise the run ends with the mistake.
    """
    story = failure.story
    first = None if story is None else first_mistake(story, raft)
    if story is None or first is None:
        return failure

    property = failure.broke if failure.breach is not None else ""

    def shows(part: Story) -> int | None:
        tick = _broken(part, raft, property) if property else part.ticks
        if tick is None:
            return None
        mistake = first_mistake(part.until(tick), raft)
        if mistake is None or mistake.rule != first.rule:
            return None
        return tick if property else mistake.tick

    return told_again(shrunk(story, shows), raft, failure.seed)


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
