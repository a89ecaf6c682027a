"""What a wrong answer shows: a central misconception of its item, only a slip at a boundary, or something else.

It shows a misconception if it can break one of the properties of Figure 3, in a run or by what it does in a small
situation; if hardly any random run gets as far as a commit; or if it behaves as a node whose rule does nothing, or as
one of the faulty nodes that the item names: it fails the handler checks that such a node fails, each in the same way, or
it fails the same ones and no others. It shows a slip if it behaves as the reference with one comparison at its boundary
turned over, or with one number off by one: it fails the same checks in the same way, and no others.

There are no random runs for a rule of an extension. Here an answer shows a misconception if a scripted story never
reaches its goal, and if any scripted story fails, it is not only a slip.
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Protocol

from raftlab.checks.layers import HANDLERS, RANDOM_RUNS, STORIES, Layer, layers_beyond, layers_for, run
from raftlab.checks.mutants import KNOWN
from raftlab.checks.mutants.boundaries import boundary_mutants
from raftlab.exercises.implement import CLOSED
from raftlab.raft import Raft
from raftlab.sim.errors import UserError
from raftlab.sim.systems import build


class ARule(Protocol):
    """What must be known of an item that asks for a rule."""

    @property
    def name(self) -> str:
        """The method that the answer replaces."""

    @property
    def points(self) -> int:
        """The most points that it gives."""

    @property
    def extensions(self) -> tuple[str, ...]:
        """The extensions that the nodes have."""

    @property
    def misconceptions(self) -> tuple[str, ...]:
        """The names of mutants that behave as the item's central misconceptions do."""


Behaviour = Mapping[str, str]  # the checks that a class fails, by name, and what it does in them


class Shown(Enum):
    """What a wrong answer shows, and the sentence that says so in a verdict."""

    UNSAFE = "Such nodes break a property that Raft guarantees: at most a fifth of the points is left."
    IDLE = "With such nodes hardly anything is ever committed: at most a fifth of the points is left."
    MISCONCEPTION = "The central idea of this rule is missing: at most a fifth of the points is left."
    SLIP = "It is only a slip at a boundary: it costs a fifth of the points."
    OTHER = ""


def shown_by(item: ARule, handlers: Layer, layers: Sequence[Layer]) -> Shown:
    """What these results of an answer show; some check has failed. handlers: the handler checks among them."""
    if any(failure.broke for layer in layers for failure in layer.failures):
        return Shown.UNSAFE
    if any(layer.name == RANDOM_RUNS and _idle(layer) for layer in layers):
        return Shown.IDLE
    stories = [each for layer in layers if layer.name == STORIES for each in layer.failures]
    if item.extensions and any(each.idle for each in stories):
        return Shown.MISCONCEPTION
    did = _behaviour(handlers)
    wrong = [
        _of_nothing(item.name, item.extensions),
        *(_of_mutant(name, item.name, item.extensions) for name in item.misconceptions),
    ]
    if any(each.items() <= did.items() for each in wrong):
        return Shown.MISCONCEPTION
    if did and not (item.extensions and stories) and _is_slip(item, handlers, did):
        return Shown.SLIP
    return Shown.MISCONCEPTION if any(each.keys() == did.keys() for each in wrong) else Shown.OTHER


def _idle(runs: Layer) -> bool:
    """Do most of these runs fail, and does no node apply anything in the first that does?"""
    return 2 * len(runs.failures) > len(runs.checks) and runs.failures[0].idle


def _is_slip(item: ARule, layer: Layer, did: Behaviour) -> bool:
    methods = (item.name, *CLOSED.get(item.name, ()))
    wrong = (each for method in methods for each in boundary_mutants(method, item.extensions))
    return any(_behaves_so(each, layer, did) for each in wrong)


def _behaviour(layer: Layer) -> Behaviour:
    results = zip(layer.checks, layer.found, strict=True)
    return {check.name: failure.did for check, failure in results if failure is not None}


@cache
def _of_mutant(name: str, method: str, extensions: tuple[str, ...]) -> Behaviour:
    return _behaviour(run(_handlers(method, extensions), KNOWN[name].node_class(extensions)))


@cache
def _of_nothing(method: str, extensions: tuple[str, ...]) -> Behaviour:
    """What nodes do in which this method does nothing."""
    nothing = type("Nothing", (build(*extensions),), {method: lambda self, *given: None})
    return _behaviour(run(_handlers(method, extensions), nothing))


def _handlers(method: str, extensions: tuple[str, ...]) -> Layer:
    layers = layers_beyond(method, extensions) if extensions else layers_for(method, (method,))
    return next(layer for layer in layers if layer.name == HANDLERS)


def _behaves_so(wrong: type[Raft], layer: Layer, did: Behaviour) -> bool:
    """Does this class fail exactly these checks, in this way? The checks that are failed are tried first: most classes pass one."""
    for check in sorted(layer.checks, key=lambda check: check.name not in did):
        try:
            failure = check.run(wrong)
        except UserError:
            return False
        if (failure.did if failure is not None else None) != did.get(check.name):
            return False
    return True
