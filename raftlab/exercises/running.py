"""What the child runs: an answer, loaded from its text. It answers questions about nodes, or calls of a function."""

# All that an answer may import is imported here: afterwards, the process can open no file.
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator
from types import FunctionType
from typing import Any, NamedTuple, Protocol, cast

import raftlab.rules
from raftlab.exercises.answer.text import load
from raftlab.exercises.called import called
from raftlab.exercises.emptied import empty, empty_rules
from raftlab.exercises.implement import check_whole, implement, partly
from raftlab.kv import KeyValue
from raftlab.raft import Raft
from raftlab.remote.answers import DICE, Speaker, failed, fields_of, line_of
from raftlab.remote.own import Packer
from raftlab.sim.errors import NodeError, UserError
from raftlab.sim.systems import build

Json = Any


class Speaking(Protocol):
    """What answers questions."""

    def lines(self, questions: Iterable[Json]) -> Iterator[bytes]:
        """A line for each question."""


def loaded(answer: Json) -> tuple[Json, Speaking | None]:
    """What is said of an answer before it is asked, and what answers then; None if it cannot be run.

    The rules that an answer names are not passed on: it may name one that it does not follow.
    answer: its text; the name of what it defines; and either the item's rule (None for a whole Raft, with the rules asked
    of it) and the extensions of the nodes, or what `called` needs to call it as a function.
    """
    try:
        return _loaded(answer)
    except (NotImplementedError, NodeError) as error:
        return failed(error), None
    except UserError as error:
        return {"refused": str(error)}, None
    except BaseException as error:  # such as SystemExit
        return failed(error), None


def _loaded(answer: Json) -> tuple[Json, Speaking]:
    if "takes" in answer:
        return {}, Function(answer)
    rule, base = answer["rule"], build(*answer["extensions"])
    fields_of(cast(Hashable, base))  # found before the rules are emptied, because it makes a node
    if rule is None:
        return _whole(answer)
    empty_rules([rule])
    found = load(answer["text"], answer["name"])
    made = implement(extensions=answer["extensions"], **{rule: rule_in(found, rule)})
    return {}, Speaker(made, base, _names(found), reasons=False)


def _whole(answer: Json) -> tuple[Json, Speaking]:
    """A whole Raft, or one rule of it together with raftlab's other rules."""
    part, asked = answer["part"], tuple(answer["asked"])
    # The helpers stay, because other rules may call them; `implement` stops the rules that may not.
    empty_rules(asked if part is None else [part], helpers=False)
    found = load(answer["text"], answer["name"])
    if not isinstance(found, type):
        raise UserError(
            f"A whole Raft is a class, not {found!r}; write class MyRaft(Raft), with its rules in it."
        )
    check_whole(found)
    made = implement(found, asked=asked) if part is None else partly(found, part)
    return {"like_raft": issubclass(found, Raft)}, Speaker(made, names=_names(found), reasons=False)


def rule_in(found: Any, rule: str) -> Any:
    """The rule that an answer defines. Raises UserError if it is not what was asked for."""
    if not isinstance(found, type):
        return found
    if rule not in vars(found):
        raise UserError(f"The class {found.__name__} has no {rule}.")
    function = vars(found)[rule]
    if "__class__" in function.__code__.co_freevars:
        raise UserError(f"{rule} calls super(): you are asked to write all of it yourself.")
    return function


def _names(found: Any) -> dict[str, Any]:
    """The classes and functions that stand in the cell in which this was defined."""
    functions = [each for each in vars(found).values() if isinstance(each, FunctionType)]
    functions = functions if isinstance(found, type) else [found]
    namespace = functions[0].__globals__ if functions else {}
    return {name: value for name, value in namespace.items() if isinstance(value, type | FunctionType)}


class Word(NamedTuple):
    """A call of something that only the process that asks has. It is made there."""

    name: str
    line: int  # of the answer
    arguments: tuple[Any, ...]
    named: dict[str, Any]


class Function:
    """A function that is called with values."""

    def __init__(self, answer: Json):
        words = {name: _noting(name) for name in answer["words"]}
        vars(raftlab).update(words)  # also for an answer that imports them
        for each in answer["closed"]:
            empty(vars(KeyValue)[each])
        found = load(answer["text"], answer["name"], words)
        self._run = called(answer["task"], found, answer["takes"])
        machine = type(
            "KeyValue", (KeyValue,), {}
        )  # a machine of the answer is one that raftlab's own is made into
        self._packer = Noting(names={**_names(found), "KeyValue": machine}, dice=DICE)

    def lines(self, questions: Iterable[Json]) -> Iterator[bytes]:
        """A line for each call."""
        for question in questions:
            try:
                yield line_of(self._called(question["run"]))
            except BaseException as error:  # also SystemExit
                yield line_of(failed(error))

    def _called(self, given: list[Json]) -> Json:
        arguments = [self._packer.unpack(each) for each in given]
        result = self._run(*arguments)
        changed = [self._packer.pack(each) for each in arguments if isinstance(each, KeyValue)]
        return {"result": self._packer.pack(result), "arguments": changed}


class Noting(Packer):
    """Packs also calls that are to be made by the process that asks."""

    def pack(self, value: Any) -> Json:
        """A value as JSON."""
        if type(value) is Word:
            return {
                "word": [value.name, value.line, self.pack(list(value.arguments)), self.pack(value.named)]
            }
        return super().pack(value)


def _noting(name: str) -> Callable[..., Word]:
    def note(*arguments: Any, **named: Any) -> Word:
        return Word(name, sys._getframe(1).f_lineno, arguments, named)

    return note
