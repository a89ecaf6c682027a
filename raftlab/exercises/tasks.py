"""Tasks that are not rules of a node, such as the size of a quorum or a lie that breaks an agreement."""

from collections.abc import Callable
from typing import Any, NamedTuple

from raftlab.checks.failure import NodeError
from raftlab.exercises.answer import load
from raftlab.exercises.called import called
from raftlab.exercises.items import Item
from raftlab.exercises.result import Result
from raftlab.exercises.tasks_byzantine import BYZANTINE
from raftlab.exercises.tasks_partitions import CLOSED, PARTITIONS
from raftlab.exercises.tasks_sandbox import SANDBOX
from raftlab.exercises.tasks_split_votes import SPLIT_VOTES
from raftlab.exercises.tries import Tries


class Task(NamedTuple):
    """Something for learners to write that is not a rule.

    takes: the names of the function's arguments. judge: judges an answer. end: what is said after the last hint.
    """

    item: Item
    takes: tuple[str, ...]
    judge: Callable[[Callable[..., Any]], Tries]
    end: str

    def result(self, text: str, name: str) -> Result:
        """The points of an answer, and the reasons. Raises UserError if it cannot be run, or does not fit the task."""
        return self._result(lambda: called(self.item.name, load(text, name), self.takes, CLOSED))

    def result_of_value(self, value: Any) -> Result:
        """The same for an answer that is a value and not a function. Raises UserError if it does not fit the task."""
        return self._result(lambda: lambda: value)

    def _result(self, answer: Callable[[], Callable[..., Any]]) -> Result:
        item = self.item
        try:
            found = self.judge(answer())
        except NotImplementedError:
            return Result(item.name, 0, item.points, ("Not written yet.",))
        except NodeError as error:  # it raises an error, or does not end
            found = Tries(0, 1, (str(error),))
        hint = () if found.right == found.of else (f'For a hint, run hint("{item.name}").',)
        return Result(
            item.name, found.points(item.points), item.points, (*found.sentences, *hint), found.runs
        )


TASKS: dict[str, Task] = {
    item.name: Task(item, takes, judge, end)
    for item, takes, judge, end in (*SPLIT_VOTES, *PARTITIONS, *BYZANTINE, *SANDBOX)
}
