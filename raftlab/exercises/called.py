"""Calls an answer that is not a rule: on its own, without a clock, dice or the screen, and with a limit on its length."""

from collections.abc import Callable, Sequence
from types import CodeType, FunctionType
from typing import Any

from raftlab.checks.failure import NodeError
from raftlab.exercises.answer import load, text_of
from raftlab.exercises.purity import impurities
from raftlab.exercises.watch import Watch
from raftlab.sim.errors import UserError

Closed = dict[CodeType, tuple[str, frozenset[str]]]


def called(
    name: str, function: Any, takes: Sequence[str] = (), closed: Closed | None = None
) -> Callable[..., Any]:
    """The function of an answer, to be called with what it takes.

    closed: what of raftlab it must not call. Raises UserError if it is no such function, or uses what it must not;
    when it is called, NodeError if it raises or does not end.
    """
    if not isinstance(function, FunctionType) or function.__code__.co_argcount != len(takes):
        raise UserError(f"{name} should be a function of ({', '.join(takes)}), not {_described(function)}.")
    for line, what in impurities(function):
        uses = "what it is given" if takes else "what stands in its own cell"
        raise UserError(f"{name} {what}, in line {line}. An answer uses {uses}, and nothing else.")
    watch = Watch({function.__code__.co_filename}, closed or {}, look=lambda _name, _node: None)
    run = watch.wrap(name, lambda _node, *arguments: function(*arguments), object)
    return lambda *arguments: run(None, *arguments)


def _described(function: Any) -> str:
    if not isinstance(function, FunctionType):
        return repr(function)
    code = function.__code__
    return f"one of ({', '.join(code.co_varnames[: code.co_argcount])})"


def written(answer: Any, **words: Any) -> Any:
    """What a learner has written: a value, or what the function returns in whose body it stands.

    words: what the function may use beside `raftlab.messages`. NotImplementedError is left as it is; raises
    UserError if its text cannot be run on its own, raises anything else, or does not end.
    """
    if not isinstance(answer, FunctionType):
        return answer
    name = answer.__name__
    try:
        found = called(name, load(text_of(answer), name, words))()
    except NodeError as error:
        raise UserError(str(error)) from error
    if found is None:
        raise UserError(f"{name} returns nothing: write return before the value.")
    return found
