"""*Write it*: a task that is not a rule of a node, such as the size of a quorum or a lie that breaks an agreement."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, ClassVar

from raftlab.checks.failure import NodeError
from raftlab.exercises.answer import load, text_of
from raftlab.exercises.called import called
from raftlab.exercises.item import Help, Hints, Kind
from raftlab.exercises.result import Result
from raftlab.exercises.tries import Tries


@dataclass(frozen=True)
class Task:
    """Something for learners to write that is not a rule.

    takes: the names of the function's arguments; without any, the answer may also be a value. tried: tries an answer.
    after: what is said after the last hint. closed: code of raftlab that an answer must not call.
    """

    name: str
    lesson: str
    points: int
    hints: Hints
    takes: tuple[str, ...]
    tried: Callable[[Callable[..., Any]], Tries]
    after: str
    closed: Mapping[Any, tuple[str, frozenset[str]]] = field(default_factory=dict, hash=False)
    kind: ClassVar[Kind] = "write"

    def help(self, me: str = "") -> Help:
        """The hints."""
        return Help(self.hints, self.after)

    def judge(self, answer: Any, me: str = "") -> Result:
        """The points of an answer, and the reasons. Raises UserError if it cannot be run, or does not fit the task."""
        if not self.takes and not isinstance(answer, str | type | FunctionType):
            return self._result(lambda: lambda: answer)
        text, name = text_of(answer), getattr(answer, "__name__", self.name)
        return self._result(lambda: called(self.name, load(text, name), self.takes, dict(self.closed)))

    def _result(self, answer: Callable[[], Callable[..., Any]]) -> Result:
        try:
            found = self.tried(answer())
        except NotImplementedError:
            return Result(self.name, 0, self.points, ("Not written yet.",))
        except NodeError as error:  # it raises an error, or does not end
            found = Tries(0, 1, (str(error),))
        hint = () if found.right == found.of else (f'For a hint, run hint("{self.name}").',)
        return Result(
            self.name, found.points(self.points), self.points, (*found.sentences, *hint), found.runs
        )
