"""Mutants: Raft with one rule broken, as learners break it. The tests count how many mutants each kind of checks finds.

A mutant changes one place in the text of one method, so that the mistake can be read in a line. It also names the rule
that it breaks, what may follow from it, and the shortest course of events that shows it.
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

    item: the exercise item that loses points by it, which is a method. method: the method with the change, if it is another one.
    rule: the id of the rule that it breaks. breaks: the property that may break, or "liveness"; "nothing" if other rules
    hide the mistake in a cluster. there, instead: a place in the text of the method, and the text that replaces it.
    schedule: the shortest course of events that shows it, in words.
    shown_by: the name of the check that plays this course (in `handlers` or `scripted`).
    extension: the extension whose method it is; "" for Raft itself. home: the class with the method, if it is not the extension's.
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
        """The name of the method with the change."""
        return self.method or self.item

    def text(self) -> str:
        """The text of the method with the change. Raises AssertionError if the place is not there exactly once."""
        return changed(_home(self), self.where, self.there, self.instead)

    def module(self) -> tuple[type[Raft], str]:
        """The class with the changed method, and the text of its module with the change."""
        home = _home(self)
        return home, _module(home, self.where, self.text())

    def node_class(self, beside: tuple[str, ...] = ()) -> type[Raft]:
        """The class of nodes that make the mistake. beside: further extensions that they have."""
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
    parts = {*beside, *filter(None, [mutant.extension])}
    parts |= {need for name in parts for need in getattr(EXTENSIONS[name], "needs", ())}
    if not parts:
        return type("Mutant", (namespace["Raft"],), {})
    bases = [
        namespace[name] if name == mutant.extension else EXTENSIONS[name]
        for name in EXTENSIONS
        if name in parts
    ]
    if not mutant.extension:  # below the extensions, which extend Raft itself
        bases.append(type("Changed", (Raft,), {mutant.where: vars(namespace["Raft"])[mutant.where]}))
    return type("Mutant", tuple(bases), {})


def _run_again(home: type, method: str, text: str) -> dict[str, Any]:
    """The names of the class's module, run again with another text for one method. Everything else in it stays the same."""
    namespace: dict[str, Any] = {"__name__": "mutant"}
    exec(compile(_module(home, method, text), "mutant", "exec"), namespace)
    return namespace


def _module(home: type, method: str, text: str) -> str:
    """The text of the class's module, with another text for one method."""
    module = inspect.getsource(sys.modules[home.__module__])
    before, after = (textwrap.indent(each, "    ") for each in (_text(home, method), text))
    return module.replace(before, after)


class MachineMutant(NamedTuple):
    """One mistake in the state machine: how it treats the sessions of its clients.

    commands: the log. answers: the right answers to the clients.
    """

    name: str
    method: str
    there: str
    instead: str
    schedule: str
    commands: tuple[str, ...]
    answers: tuple[str, ...]

    def machine(self) -> type[KeyValue]:
        """The class of machines that make the mistake."""
        text = changed(KeyValue, self.method, self.there, self.instead)
        made: type[KeyValue] = _run_again(KeyValue, self.method, text)["KeyValue"]
        return made

    def told(self, machine: type[KeyValue]) -> tuple[str | None, ...]:
        """The answers of a machine of this class. Halfway its state is saved, and another machine goes on with it."""
        first, second = machine(), machine()
        half = len(self.commands) // 2
        told = [first.apply(command) for command in self.commands[:half]]
        second.restore(first.save())
        return tuple(told + [second.apply(command) for command in self.commands[half:]])
