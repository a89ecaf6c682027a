"""*Write it*: a rule of a node, judged layer by layer."""

from dataclasses import dataclass
from typing import Any, ClassVar

from raftlab.checks.layers import Layer, layers_beyond, layers_for, progress_bar, run
from raftlab.exercises.answer import home_of, is_textbook, load, text_of
from raftlab.exercises.implement import implement
from raftlab.exercises.item import Help, Hints, Kind
from raftlab.exercises.points import points_for
from raftlab.exercises.verdict import Verdict
from raftlab.raft import Raft
from raftlab.sim.errors import UserError


@dataclass(frozen=True)
class Rule:
    """A rule for learners to write. rules: ids of the rule book. extensions: the extensions that the nodes have."""

    name: str
    lesson: str
    points: int
    rules: tuple[str, ...]
    hints: Hints
    extensions: tuple[str, ...] = ()
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
    same = False
    try:
        found = load(text, name)
        same = is_textbook(found, text, item.name, item.extensions)
        made = node_class(item, found)
        layers = layers_of(item)
        with progress_bar(layers) as tell:
            layers = [run(layer, made, tell=tell) for layer in layers]
    except NotImplementedError as error:
        return Verdict(item, None, [], 0, f"Not written yet. {error}".strip(), same)
    return Verdict(item, made, layers, points_for(item.points, layers), "", same)


def node_class(item: Rule, found: Any) -> type[Raft]:
    """The class that an answer makes. Raises UserError if it is not what was asked for."""
    if isinstance(found, type):
        if item.name not in vars(found):
            raise UserError(f"The class {found.__name__} has no {item.name}.")
        found = vars(found)[item.name]
        if "__class__" in found.__code__.co_freevars:
            raise UserError(f"{item.name} calls super(): you are asked to write all of it yourself.")
    return implement(extensions=item.extensions, **{item.name: found})


def layers_of(item: Rule) -> list[Layer]:
    """The layers of checks for an item."""
    if item.extensions:
        return layers_beyond(item.name, item.extensions)
    return layers_for(item.name, (item.name,), item.rules)
