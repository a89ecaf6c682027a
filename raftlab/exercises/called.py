"""Calls an answer that is not a rule: without a clock, dice or the screen, and with a limit on its length."""

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

from raftlab.exercises.answer.purity import impurities
from raftlab.exercises.watch import Watch
from raftlab.sim.errors import UserError


def called(name: str, function: Any, takes: Sequence[str] = ()) -> Callable[..., Any]:
    """The function of an answer, in a form that is safe to call. takes: the names of its arguments.

    Raises UserError if it does not take these arguments, or uses what it must not. The returned function raises
    NodeError if the answer raises an error or does not end.
    """
    if not isinstance(function, FunctionType) or function.__code__.co_argcount != len(takes):
        raise UserError(f"{name} should be a function of ({', '.join(takes)}), not {_described(function)}.")
    for line, what in impurities(function):
        uses = "what it is given" if takes else "what stands in its own cell"
        raise UserError(f"{name} {what}, in line {line}. An answer uses {uses}, and nothing else.")
    watch = Watch({function.__code__.co_filename}, {}, look=lambda _name, _node: None)
    run = watch.wrap(name, lambda _node, *arguments: function(*arguments), object)
    return lambda *arguments: run(None, *arguments)


def _described(function: Any) -> str:
    if not isinstance(function, FunctionType):
        return repr(function)
    code = function.__code__
    return f"one of ({', '.join(code.co_varnames[: code.co_argcount])})"
