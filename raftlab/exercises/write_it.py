"""*Write it*: a rule of a node, judged layer by layer."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from raftlab.checks.layers import HANDLERS, SITUATIONS, Layer, layers_beyond, layers_for, progress_bar, run
from raftlab.exercises.answer.text import home_of, is_textbook, text_of
from raftlab.exercises.in_child import answer_class, fairly
from raftlab.exercises.item import Help, Hints, Kind
from raftlab.exercises.points import grade_of, part_of
from raftlab.exercises.result import NOT_WRITTEN
from raftlab.exercises.verdict import Verdict
from raftlab.raft import Raft
from raftlab.remote.nodes import without_quiet_ticks

# Steps of nodes in a layer of runs in which a check has failed; correct nodes take at most 6,000.
BUDGET = 10_000


@dataclass(frozen=True)
class Rule:
    """A rule for learners to write.

    rules: ids of the rule book. extensions: the extensions that the nodes have. misconceptions: the names of mutants that
    lack the central idea of the rule: an answer that behaves as one of them keeps at most a fifth of the points.
    """

    name: str
    lesson: str
    points: int
    rules: tuple[str, ...]
    hints: Hints
    extensions: tuple[str, ...] = ()
    misconceptions: tuple[str, ...] = field(default=(), repr=False)
    kind: ClassVar[Kind] = "write"

    def help(self, me: str = "") -> Help:
        """The hints; after the last one, where the solution is."""
        home = home_of(self.name, self.extensions).__module__
        where = f"the method {self.name} in {home.rpartition('.')[2]}.py"
        return Help(self.hints, solution_is(where, home))

    def judge(self, answer: Any, me: str = "") -> Verdict:
        """The verdict on a function, a class, or the text of one."""
        return judged(self, text_of(answer), getattr(answer, "__name__", self.name))


def solution_is(where: str, module: str) -> str:
    """What is said after the last hint for something that raftlab has, too."""
    return f"The solution is {where} of raftlab. To read it, run: import inspect, {module}; print(inspect.getsource({module}))"


def judged(item: Rule, text: str, name: str) -> Verdict:
    """The verdict on the text of an answer. name: the name of the function or class in it."""
    same = is_textbook(text, name, item.name, item.extensions)
    try:
        made: Any = answer_class(text, name, item.name, item.extensions)
        layers = fairly(made.program, lambda: checked(item, made))
    except NotImplementedError as error:
        return Verdict(item, None, [], 0, f"{NOT_WRITTEN} {error}".strip(), same)
    share, why = grade_of(item, layers)
    return Verdict(item, made, layers, part_of(item.points, share), "", same, (why,) if why else ())


def checked(item: Rule, made: type[Raft]) -> list[Layer]:
    """The layers of checks of an item with their results for nodes of this class."""
    layers = layers_of(item)
    whole_runs = (
        without_quiet_ticks(made) if item.name == "on_tick" else made
    )  # each tick would be a question
    with progress_bar(layers) as tell:
        return [
            run(layer, made, tell=tell)
            if layer.name in (SITUATIONS, HANDLERS)
            else run(layer, whole_runs, tell=tell, budget=BUDGET)
            for layer in layers
        ]


def layers_of(item: Rule) -> list[Layer]:
    """The layers of checks for an item."""
    if item.extensions:
        return layers_beyond(item.name, item.extensions)
    return layers_for(item.name, (item.name,), item.rules)
