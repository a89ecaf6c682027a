"""Mutants: Raft with one rule broken, as learners break it. The checks are judged by which of them they find.

Each is the text of one method with one place changed, so that what is wrong can be read in a line; and with it
the rule that it breaks, what may come of it, and the shortest course of events that shows it.
"""

import inspect
import sys
import textwrap
from functools import cache
from typing import Any, NamedTuple

from raftlab.extensions import EXTENSIONS
from raftlab.kv import KeyValue
from raftlab.raft import Raft


class Mutant(NamedTuple):
    """One mistake.

    item: the rule in whose exercise it loses points. method: where the change is, if that is another one.
    rule: the id of the rule that it breaks. breaks: the property that may fall, or "liveness"; "nothing" if other rules hide the mistake in a cluster.
    there, instead: the place in the method's text, and what stands there instead.
    schedule: the shortest course of events that shows it, in words.
    shown_by: the name of the check that plays that course (of `handlers` or `scripted`).
    extension: the extension whose method it is; none for Raft itself. home: the class, if it is the one above.
    """

    name: str
    item: str
    rule: str
    breaks: str
    there: str
    instead: str
    schedule: str
    shown_by: str
    method: str = ""
    extension: str = ""
    home: str = ""

    @property
    def where(self) -> str:
        """The method in which the change is."""
        return self.method or self.item

    def text(self) -> str:
        """The method with the change. Raises AssertionError if it no longer is there once."""
        return changed(_home(self), self.where, self.there, self.instead)

    def node_class(self, beside: tuple[str, ...] = ()) -> type[Raft]:
        """Nodes that make the mistake; beside: further extensions that they have."""
        return _mutated(self, beside)


def changed(home: type, method: str, there: str, instead: str) -> str:
    """The text of a method with one place changed."""
    text = _text(home, method)
    assert text.count(there) == 1, f"{home.__name__}.{method} has this {text.count(there)} times: {there}"
    return text.replace(there, instead)


def _text(home: type, method: str) -> str:
    return textwrap.dedent(inspect.getsource(vars(home)[method]))


def _home(mutant: Mutant) -> type[Raft]:
    """The class whose method is changed."""
    return EXTENSIONS[mutant.home or mutant.extension] if mutant.extension else Raft


@cache
def _mutated(mutant: Mutant, beside: tuple[str, ...]) -> type[Raft]:
    namespace = _run_again(_home(mutant), mutant.where, mutant.text())
    if not mutant.extension:
        return type("Mutant", (namespace["Raft"],), {})
    parts = (*beside, mutant.extension, *getattr(EXTENSIONS[mutant.extension], "needs", ()))
    bases = [
        namespace[name] if name == mutant.extension else EXTENSIONS[name]
        for name in EXTENSIONS
        if name in parts
    ]
    return type("Mutant", tuple(bases), {})


def _run_again(home: type, method: str, text: str) -> dict[str, Any]:
    """The module of a class once more, with another text for one method: all others stay what they were."""
    module = inspect.getsource(sys.modules[home.__module__])
    before, after = (textwrap.indent(each, "    ") for each in (_text(home, method), text))
    namespace: dict[str, Any] = {"__name__": "mutant"}
    exec(compile(module.replace(before, after), "mutant", "exec"), namespace)
    return namespace


class MachineMutant(NamedTuple):
    """One mistake in the state machine: how it treats the sessions of its clients.

    commands: what stands in the log; answers: what the clients must be told.
    """

    name: str
    method: str
    there: str
    instead: str
    schedule: str
    commands: tuple[str, ...]
    answers: tuple[str, ...]

    def machine(self) -> type[KeyValue]:
        """A machine that makes the mistake."""
        text = changed(KeyValue, self.method, self.there, self.instead)
        made: type[KeyValue] = _run_again(KeyValue, self.method, text)["KeyValue"]
        return made

    def told(self, machine: type[KeyValue]) -> tuple[str | None, ...]:
        """What such a machine answers; half-way it is saved, and another one takes over its state."""
        first, second = machine(), machine()
        half = len(self.commands) // 2
        told = [first.apply(command) for command in self.commands[:half]]
        second.restore(first.save())
        return tuple(told + [second.apply(command) for command in self.commands[half:]])
