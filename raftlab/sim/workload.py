"""The settings of the verb `clients`, which say how clients behave, and their checks."""

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
        operations: what they do: "get", "put", "append", "cas" (compare and swap), each chosen with equal probability;
            one that is listed twice is chosen twice as often. No value is written twice, so that a history shows which
            write a read has seen.
        keys: the keys that they use, each chosen with equal probability.
        commands: instead of operations and keys, a list of commands of `raftlab.kv`, which are sent once each, in order.
        nodes: the nodes that they know; the first is asked first. By default all, and the first is chosen at random.
        think: the shortest and the longest pause between an answer and the next command.
        timeout: how long to wait for an answer before asking again; by default the longest election timeout.
        patience: how long to try before giving up; by default for ever.
        sessions: whether they use sessions, so that a write is carried out once, however often it is sent.
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
    """Check a client's command. reconfigures: whether logs say who has a vote; then no client may write a configuration."""
    if not isinstance(command, str) or not command.strip():
        raise UserError(f"A command must be text such as 'x=5' (write) or 'x?' (read), not {command!r}.")
    if reconfigures and command.startswith(PREFIX):
        raise UserError(
            f"In a log, {command!r} would say who has a vote, so no client may write it; use change_voters(...) instead."
        )
    return check_text("A command", command)


def check_key(key: object) -> str:
    """Check a key."""
    if not check_text("A key", key).strip():
        raise UserError(f"A key must be a word such as 'x', not {key!r}.")
    return str(key)


def check_workload(settings: Mapping[str, Any], nodes: Sequence[str], timeout: int) -> Workload:
    """Check settings and make a Workload of them. timeout: used if the settings have none, in ticks.

    Raises UserError if a setting does not exist, or if its value is impossible.
    """
    if not isinstance(settings, Mapping):
        raise UserError(f"The settings of clients must be like {{'keys': ['x']}}, not {settings!r}.")
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
                raise UserError(f"The sessions of clients must be True or False, not {value!r}.")
            chosen[name] = value
        else:
            chosen[name] = _texts(name, value, nodes)
    return Workload(**chosen)


def _texts(name: str, value: object, nodes: Sequence[str]) -> tuple[str, ...]:
    """Check a list of operations, keys, commands or nodes."""
    found = () if isinstance(value, str) or not isinstance(value, Iterable) else tuple(value)
    if not found or not all(isinstance(each, str) for each in found):
        raise UserError(f"The {name} of clients must be a list of texts, not {value!r}.")
    for each in found:
        if name == "operations":
            check_name("operation", each, OPERATIONS)
        elif name == "nodes":
            check_name("node", each, nodes)
        elif name == "keys" and not each.isalnum():
            raise UserError(f"A key of clients must be a word such as 'x', not {each!r}.")
        elif name == "commands" and (parse(each) is None or each.endswith(("=", NOTHING))):
            raise UserError(
                f"A command of clients must be like 'x=5', 'x?', 'x+=5' or 'x:5->6', not {each!r}."
            )
    return found
