"""The layers of checks for a rule, from the quickest to the most thorough.

The size of each layer is fixed, so that the same answer is always judged in the same way. A right answer takes less
than a second.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import inf
from typing import Any, NamedTuple

from raftlab.checks.differential import Differential, differential
from raftlab.checks.differential.beyond import ALLOWED_BEYOND, spaces_with
from raftlab.checks.explored import EXPLORATIONS
from raftlab.checks.failure import Check, Failure
from raftlab.checks.random_runs import RUNS, RandomRun
from raftlab.checks.rows.extensions import EXTENSION_ROWS
from raftlab.checks.rows.handlers import needs
from raftlab.checks.rows.logs import ROWS
from raftlab.checks.scenes.beyond import BEYOND_COURSES
from raftlab.checks.scenes.courses import COURSES
from raftlab.checks.scenes.partitions import PARTITION_COURSES
from raftlab.checks.scenes.scripted import SCENES, Scripted
from raftlab.messages import Effect, Event, Tick
from raftlab.raft import Raft
from raftlab.remote.transcript import checked
from raftlab.sim.systems import build

SITUATIONS, HANDLERS, STORIES = "small situations", "handler checks", "scripted stories"  # names of layers
RANDOM_RUNS = "random runs"
FEWEST = 3  # checks of a layer that are always run: one alone does not say whether most of them fail


class Layer(NamedTuple):
    """Checks of one kind, and their results: a failure or None for each."""

    name: str
    checks: tuple[Check, ...]
    found: tuple[Failure | None, ...] = ()
    untried: int = 0  # checks that were left out, because the layer had failed and its budget was spent

    @property
    def failures(self) -> list[Failure]:
        """All failures that were found."""
        return [each for each in self.found if each is not None]

    def counted(self) -> str:
        """How many checks pass or fail, in words."""
        bad, all_of_them = len(self.failures), len(self.checks)
        if self.name == SITUATIONS:
            many = sum(each.cases for each in self.checks if isinstance(each, Differential))
            return f"one of {many:,} fails" if bad else f"all {many:,} pass"
        told = f"{bad} of {all_of_them} fail{'s' if bad == 1 else ''}" if bad else f"all {all_of_them} pass"
        return f"{told}; the other {self.untried} would take too long" if self.untried else told


def layers_for(item: str, methods: Sequence[str], rules: Sequence[str] = ()) -> list[Layer]:
    """The layers for an answer to an item that writes these methods; checks of these rules come first.

    A handler check is about a method if the reference calls the method in it.
    """
    rows: list[Any] = [row for row in ROWS if any(needs(row, method) for method in methods)]
    rows.sort(key=lambda row: row.rule not in rules)
    return [
        Layer(SITUATIONS, (differential(item),)),
        Layer(HANDLERS, tuple(rows)),
        Layer(STORIES, SCENES),
        Layer(RANDOM_RUNS, RUNS),
        Layer("explorer", EXPLORATIONS),
    ]


def layers_beyond(method: str, extensions: Sequence[str]) -> list[Layer]:
    """The layers for a rule of an extension, checked in nodes that have these extensions."""
    reference = build(*extensions)
    rows = [
        row for name in extensions for row in EXTENSION_ROWS.get(name, ()) if needs(row, method, reference)
    ]
    situations = Differential(
        f"all small situations of {method}", spaces_with(extensions), reference, ALLOWED_BEYOND
    )
    return [
        Layer(SITUATIONS, (situations,)),
        Layer(HANDLERS, tuple(rows)),
        Layer(STORIES, (COURSES | PARTITION_COURSES | BEYOND_COURSES)[method]),
    ]


@contextmanager
def progress_bar(layers: Iterable[Layer]) -> Iterator[Callable[[int], object]]:
    """Show a progress bar while checks run, if they take longer than a second. Yields a function: call it with how many have run."""
    from tqdm.auto import tqdm

    total = sum(len(layer.checks) for layer in layers)
    with tqdm(total=total, desc="checking", unit=" checks", delay=1, leave=False) as bar:
        yield bar.update


def run(
    layer: Layer,
    raft: type[Raft],
    brief: bool = False,
    tell: Callable[[int], object] = lambda count: None,
    budget: float = inf,
) -> Layer:
    """The layer with its results for nodes of this class.

    brief: look neither for the first mistake of a failure, nor for an unsafe situation. tell: is called with 1 after each
    check. budget: steps of nodes after which no further check is run, if at least three have been and one of them has failed.
    Nodes that elect nobody, or send the same again and again, take many.
    """
    found: list[Failure | None] = []
    work = Work()
    raft = raft if budget == inf else work.counting(raft)
    for check in layer.checks:
        if work.steps > budget and len(found) >= FEWEST and any(found):
            tell(len(layer.checks) - len(found))
            break
        # If many random runs fail, it is enough to find the first mistake of one of them.
        enough = brief or (isinstance(check, RandomRun) and any(found))
        play = check.brief if enough and isinstance(check, Scripted | RandomRun | Differential) else check.run
        elsewhere = hasattr(raft, "program")
        found.append(
            checked((type(check), check.name), raft, partial(play, raft)) if elsewhere else play(raft)
        )
        tell(1)
    tried = layer.checks[: len(found)]
    return layer._replace(checks=tried, found=tuple(found), untried=len(layer.checks) - len(tried))


class Work:
    """Counts the steps of nodes in which something happens: all but ticks at which no timer runs out."""

    def __init__(self) -> None:
        self.steps = 0

    def counting(self, raft: type[Raft]) -> type[Raft]:
        """A class that does the same, and counts the steps of its nodes."""
        work = self

        class Counted(raft):  # type: ignore[misc, valid-type]
            def step(self, event: Event) -> tuple[Effect, ...]:
                if type(event) is not Tick or event.n >= self.timer:
                    work.steps += 1
                effects: tuple[Effect, ...] = super().step(event)
                return effects

        Counted.__name__ = raft.__name__
        return Counted
