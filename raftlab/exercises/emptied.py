"""Takes raftlab's own rules out of the process that runs an answer, so that nothing there can call, copy or read them."""

import inspect
from collections.abc import Iterable
from types import CodeType, FunctionType

from raftlab.exercises.implement import CLOSED, RULES
from raftlab.exercises.watch import not_yours
from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft


def empty_rules(names: Iterable[str], helpers: bool = True) -> None:
    """Empty these rules in all classes of raftlab. helpers: also the methods that would give one of them away.

    A helper that other rules call, too, stays: count_votes, which `campaign` calls. `Watch` refuses it to an answer.
    """
    wanted = set(names)
    if helpers:
        wanted |= {each for name in names for each in CLOSED.get(name, ()) if not _others_call(each, name)}
    for home in (Raft, *EXTENSIONS.values()):
        for name in wanted & vars(home).keys():
            empty(vars(home)[name])


def _others_call(helper: str, rule: str) -> bool:
    return any(helper in code.__code__.co_names for name, code in RULES.items() if name != rule)


def empty(function: FunctionType) -> None:
    """Replace a function's code by code that only says that it must not be called. The old code is then gone.

    The function itself stays, so it is emptied wherever it is kept, and under any name.
    """
    function.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    function.__code__ = _refusing(function.__name__).replace(co_freevars=function.__code__.co_freevars)


def _refusing(name: str) -> CodeType:
    text = f"def {name}(*arguments, **named):\n    raise NotImplementedError({not_yours(name)!r})\n"
    (code,) = (each for each in compile(text, "<raftlab>", "exec").co_consts if isinstance(each, CodeType))
    return code
