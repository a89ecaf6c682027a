"""*Write it*: a task that is not a rule of a node, such as the size of a quorum or a lie that breaks an agreement."""

from collections.abc import Callable
from dataclasses import dataclass
from types import FunctionType
from typing import Any, ClassVar

from raftlab.checks.failure import NodeError
from raftlab.exercises.answer.text import text_of
from raftlab.exercises.in_child import answer_function, fairly
from raftlab.exercises.item import Help, Hints, Kind
from raftlab.exercises.result import NOT_WRITTEN, Result
from raftlab.exercises.tries import Tries


@dataclass(frozen=True)
class Task:
    """Something for learners to write that is not a rule.

    takes: the names of the function's arguments; without any, the answer may also be a value. tried: tries an answer.
    after: what is said after the last hint. closed: methods of `KeyValue` that an answer must not call.
    """

    name: str
    lesson: str
    points: int
    hints: Hints
    takes: tuple[str, ...]
    tried: Callable[[Callable[..., Any]], Tries]
    after: str
    closed: tuple[str, ...] = ()
    kind: ClassVar[Kind] = "write"

    def help(self, me: str = "") -> Help:
        """The hints."""
        return Help(self.hints, self.after)

    def judge(self, answer: Any, me: str = "") -> Result:
        """The points of an answer, and the reasons. Raises UserError if it cannot be run, or does not fit the task."""
        if not self.takes and not isinstance(answer, str | type | FunctionType):
            return self._result(lambda: self.tried(lambda: answer))
        text, name = text_of(answer), getattr(answer, "__name__", self.name)
        return self._result(lambda: self._tried(text, name))

    def _tried(self, text: str, name: str) -> Tries:
        function, program = answer_function(text, name, self.name, self.takes, self.closed)
        return fairly(program, lambda: self.tried(function))

    def _result(self, judge: Callable[[], Tries]) -> Result:
        try:
            found = judge()
        except NotImplementedError:
            return Result(self.name, 0, self.points, (NOT_WRITTEN,))
        except NodeError as error:  # it raises an error, or does not end
            found = Tries(0, 1, (str(error),))
        hint = () if found.right == found.of else (f'For a hint, run hint("{self.name}").',)
        return Result(
            self.name, found.points(self.points), self.points, (*found.sentences, *hint), found.runs
        )
