"""How clients behave: the settings of the verb `clients`, checked before anybody asks anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Any

from raftlab.extensions.membership import PREFIX
from raftlab.kv import NOTHING, parse
from raftlab.sim.errors import UserError, check_name, check_number, check_pair, check_text

OPERATIONS = ("get", "put", "append", "cas")


@dataclass(frozen=True)
class Workload:
    """How clients behave; all times in ticks.

    Attributes:
        operations: what they do, drawn evenly: "get", "put", "append", "cas" (compare and swap); what is named twice
            is done twice as often. Every value that is written is another one, so that a history tells what was read.
        keys: on which keys, drawn evenly.
        commands: instead of all that, these commands of `raftlab.kv`, in this order, and then no more.
        nodes: which nodes they know, and whom they ask first; left out, all, and first whom the dice say.
        think: the shortest and the longest pause between an answer and the next question.
        timeout: how long to wait for an answer before asking again; left out, the longest election timeout.
        patience: how long to try before giving up; left out, for ever.
        sessions: whether what they write is done once, however often they ask.
    """

    operations: tuple[str, ...] = OPERATIONS
    keys: tuple[str, ...] = ("x", "y")
    commands: tuple[str, ...] = ()
    nodes: tuple[str, ...] = ()
    think: tuple[int, int] = (1, 20)
    timeout: int = 30
    patience: int | None = None
    sessions: bool = True


def check_command(command: object, reconfigures: bool) -> str:
    """What a client may ask. reconfigures: whether nodes read in their logs who has a vote; no client may say that."""
    if not isinstance(command, str) or not command.strip():
        raise UserError(f"A command is text such as 'x=5' (write) or 'x?' (read), not {command!r}.")
    if reconfigures and command.startswith(PREFIX):
        raise UserError(
            f"In a log, {command!r} says who has a vote; a client cannot, but change_voters(...) asks the leader for it."
        )
    return check_text("A command", command)


def check_key(key: object) -> str:
    """What a client may write a value under, or read."""
    if not check_text("A key", key).strip():
        raise UserError(f"A key is a word such as 'x', not {key!r}.")
    return str(key)


def check_workload(settings: Mapping[str, Any], nodes: Sequence[str], timeout: int) -> Workload:
    """The workload of such settings, in a cluster of such nodes; `timeout` where they do not say any.

    Raises UserError if there is no such setting, or if its value cannot be.
    """
    if not isinstance(settings, Mapping):
        raise UserError(f"The settings of clients are like {{'keys': ['x']}}, not {settings!r}.")
    chosen: dict[str, Any] = {"timeout": timeout}
    for name, value in settings.items():
        check_name("setting of clients", name, [field.name for field in fields(Workload)])
        if name == "think":
            each = partial(check_number, "each think time", least=0)
            chosen[name] = check_pair(
                "The think time of clients", value, "a pair of ticks such as (1, 20)", each
            )
        elif name in ("timeout", "patience"):
            chosen[name] = check_number(f"the {name} of clients", value, 1)
        elif name == "sessions":
            if not isinstance(value, bool):
                raise UserError(f"The sessions of clients are True or False, not {value!r}.")
            chosen[name] = value
        else:
            chosen[name] = _texts(name, value, nodes)
    return Workload(**chosen)


def _texts(name: str, value: object, nodes: Sequence[str]) -> tuple[str, ...]:
    """A list of operations, keys, commands or nodes."""
    found = () if isinstance(value, str) or not isinstance(value, Iterable) else tuple(value)
    if not found or not all(isinstance(each, str) for each in found):
        raise UserError(f"The {name} of clients are a list of texts, not {value!r}.")
    for each in found:
        if name == "operations":
            check_name("operation", each, OPERATIONS)
        elif name == "nodes":
            check_name("node", each, nodes)
        elif name == "keys" and not each.isalnum():
            raise UserError(f"A key of clients is a word such as 'x', not {each!r}.")
        elif name == "commands" and (parse(each) is None or each.endswith(("=", NOTHING))):
            raise UserError(f"A command of clients is such as 'x=5', 'x?', 'x+=5' or 'x:5->6', not {each!r}.")
    return found
