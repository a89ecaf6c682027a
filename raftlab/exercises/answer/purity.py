"""Finds what a rule must not use, in the code itself before it runs: a clock, dice, the keyboard, the screen, imports.

A rule may depend only on the node and the message. Otherwise a run could not be played again.
"""

import builtins
import dis
from collections.abc import Callable, Iterator
from random import Random
from types import CodeType, FunctionType, ModuleType
from typing import Any

from raftlab import _WHERE

PURE = {
    "collections", "collections.abc", "dataclasses", "enum", "functools", "itertools", "math", "operator", "typing",
    "raftlab", "raftlab.log", "raftlab.messages", "raftlab.raft", "raftlab.rules",
}  # fmt: skip
CLOCKS = {"time", "datetime", "asyncio", "sched", "threading"}
DICE = {"random", "secrets", "uuid", "numpy", "numpy.random"}
WORLD = {
    "print": "prints", "input": "waits for the keyboard", "open": "opens a file", "exec": "runs other code",
    "eval": "runs other code", "compile": "runs other code", "__import__": "imports", "breakpoint": "stops the run",
    "exit": "ends the program", "quit": "ends the program", "globals": "reaches for global variables",
    "id": "uses the address of an object, which differs from run to run",
    "hash": "uses a hash, which differs from run to run",
}  # fmt: skip
CHANGES = {
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update",
}  # fmt: skip


def impurities(function: Callable[..., Any]) -> Iterator[tuple[int, str]]:
    """What a function and its helper functions use although a rule must not: (line, what it does)."""
    if not isinstance(function, FunctionType):
        return
    waiting, seen = [function], {function.__code__}
    while waiting:
        each = waiting.pop()
        for code in codes(each.__code__):
            for line, found in _in_code(code, each.__globals__):
                if isinstance(found, str):
                    yield line, found
                elif (
                    found.__code__.co_filename == function.__code__.co_filename and found.__code__ not in seen
                ):
                    seen.add(found.__code__)
                    waiting.append(found)


def codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function, and of the functions that are defined inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def _in_code(code: CodeType, namespace: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """(line, what is wrong there, or a function that is used there)."""
    instructions = list(dis.get_instructions(code))
    for place, instruction in enumerate(instructions):
        line = (instruction.positions.lineno if instruction.positions else None) or code.co_firstlineno
        if instruction.opname == "IMPORT_NAME":
            yield line, f"imports {instruction.argval}; imports stand above the function"
        elif instruction.opname == "STORE_GLOBAL":
            yield line, f"keeps {instruction.argval} in a global variable, which all nodes would share"
        elif instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            name = instruction.argval
            value = namespace.get(name, getattr(builtins, name, None))
            following = instructions[place + 1] if place + 1 < len(instructions) else instruction
            after = following.argval if following.opname in ("LOAD_ATTR", "LOAD_METHOD") else None
            if wrong := _judged(name, value, str(after), name in namespace):
                yield line, wrong
            elif isinstance(value, FunctionType):
                yield line, value


def _judged(name: str, value: Any, after: str, defined: bool) -> str | None:
    """What is wrong with using this value; None if nothing."""
    if not defined and name in WORLD:
        return f"{WORLD[name]} ({name})"
    is_module = isinstance(value, ModuleType)
    home = value.__name__ if is_module else str(getattr(value, "__module__", None))
    used = f"{name}.{after}" if is_module else name
    if isinstance(getattr(value, "__self__", None), Random) or isinstance(value, Random):
        home = "random"
    if is_module and home == "raftlab" and _WHERE.get(after, f"raftlab.{after}") not in PURE:
        return f"uses {used}, which a rule does not need"
    if used.endswith("sleep"):
        return f"sleeps ({used})"
    if isinstance(value, list | dict | set) and after in CHANGES:
        return f"changes {name}, which all nodes share"
    if home in CLOCKS:
        return f"uses a clock of its own ({used}); a node counts ticks"
    if home.split(".")[0] in DICE:
        return f"uses dice of its own ({used}); a node has node.random"
    if isinstance(inner := getattr(value, after, None), ModuleType) and is_module:  # such as typing.sys
        home = inner.__name__
    if is_module and home not in PURE:
        return f"uses the module {home}, which a rule does not need"
    return None


def missing_names(function: Callable[..., Any]) -> list[str]:
    """Names that a function and its helpers use and that are defined nowhere."""
    if not isinstance(function, FunctionType):
        return []
    names = dict.fromkeys(name for code in codes(function.__code__) for name in global_names(code))
    known = function.__globals__
    return [name for name in names if name not in known and not hasattr(builtins, name) and name[:2] != "__"]


def global_names(code: CodeType) -> Iterator[str]:
    """The global names that a code uses."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
            yield instruction.argval
