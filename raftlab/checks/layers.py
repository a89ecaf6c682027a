"""The layers of checks, from the quickest to the most thorough: what is checked of a rule, and in which order.

The size of each layer is fixed, so that the same answer is always judged in the same way; a right one takes
less than a second.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NamedTuple

from raftlab.checks.courses import COURSES
from raftlab.checks.courses_partitions import PARTITION_COURSES
from raftlab.checks.explored import EXPLORATIONS
from raftlab.checks.failure import FELL_OVER, Check, Failure
from raftlab.checks.handlers import needs
from raftlab.checks.random_runs import RUNS, RandomRun
from raftlab.checks.scripted import SCENES, Scripted, told_again
from raftlab.checks.tables_extensions import EXTENSION_ROWS
from raftlab.checks.tables_log import ROWS
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story
from raftlab.sim.systems import build


class Layer(NamedTuple):
    """One kind of checks, and what was found by it: a failure, or None, for each."""

    name: str
    checks: tuple[Check, ...]
    found: tuple[Failure | None, ...] = ()

    @property
    def failures(self) -> list[Failure]:
        """All that was found wrong."""
        return [each for each in self.found if each is not None]


def layers_for(methods: Sequence[str], rules: Sequence[str] = ()) -> list[Layer]:
    """What is checked of whoever writes these methods; the checks of their own rules come first.

    A handler check is about a method if the reference needs that method for it.
    """
    rows: list[Any] = [row for row in ROWS if any(needs(row, method) for method in methods)]
    rows.sort(key=lambda row: row.rule not in rules)
    return [
        Layer("handler checks", tuple(rows)),
        Layer("scripted stories", SCENES),
        Layer("random runs", RUNS),
        Layer("explorer", EXPLORATIONS),
    ]


def layers_beyond(method: str, extensions: Sequence[str]) -> list[Layer]:
    """The layers for a rule of an extension, checked in nodes that have these extensions."""
    reference = build(*extensions)
    rows = [
        row for name in extensions for row in EXTENSION_ROWS.get(name, ()) if needs(row, method, reference)
    ]
    return [
        Layer("handler checks", tuple(rows)),
        Layer("scripted stories", (COURSES | PARTITION_COURSES)[method]),
    ]


@contextmanager
def progress_bar(layers: Iterable[Layer]) -> Iterator[Callable[[int], object]]:
    """Show a bar while the checks of some layers run, if that takes longer than a second. Yields what tells how many have run."""
    from tqdm.auto import tqdm

    total = sum(len(layer.checks) for layer in layers)
    with tqdm(total=total, desc="checking", unit=" checks", delay=1, leave=False) as bar:
        yield bar.update


def run(
    layer: Layer, raft: type[Raft], brief: bool = False, tell: Callable[[int], object] = lambda count: None
) -> Layer:
    """The layer with what it finds wrong with nodes of this class.

    brief: without looking for where a failure began. tell: is called with 1 after each check.
    """
    found: list[Failure | None] = []
    for check in layer.checks:
        # Of many random runs that fail, one is enough to look into.
        enough = brief or (isinstance(check, RandomRun) and any(found))
        found.append(
            check.brief(raft) if enough and isinstance(check, Scripted | RandomRun) else check.run(raft)
        )
        tell(1)
    return layer._replace(found=tuple(found))


# -- The shortest run that shows it ---------------------------------------------------------------------------


def shown_by(failure: Failure, failures: Sequence[Failure]) -> Failure | None:
    """A failure with a run that can be played, for one that has none: the shortest of the same rule, or of any."""
    runs = sorted(
        (each for each in failures if each.story is not None),
        key=lambda each: len(each.story.actions) if each.story else 0,
    )
    return next((each for each in runs if each.rule == failure.rule), runs[0] if runs else None)


def shortened(failure: Failure, raft: type[Raft], most: int = 150) -> Failure:
    """A failure with as few actions in its story as still break the same property; a story of no breach stays as it is."""
    story = failure.story
    wrong = _breaks(story, raft) if story is not None else None
    if story is None or wrong is None:
        return failure
    story = story.until(wrong[1])
    for tries, place in enumerate(reversed(range(len(story.actions)))):
        shorter = replace(story, actions=story.actions[:place] + story.actions[place + 1 :])
        if tries < most and (now := _breaks(shorter, raft)) is not None and now[0] == wrong[0]:
            story, wrong = replace(shorter, ticks=now[1]).until(now[1]), now
    return told_again(story, raft, failure.seed)


def _breaks(story: Story, raft: type[Raft]) -> tuple[str, int] | None:
    """The first property that breaks when a story is played, and when."""
    try:
        cluster = Cluster(story, node_class=raft, record=False)
        for _ in range(story.ticks + 1):
            for id, breach in cluster.invariants.broken.items():
                return id, breach.tick
            if cluster.now < story.ticks:
                cluster.tick()
    except (UserError, *FELL_OVER):
        return None
    return None
