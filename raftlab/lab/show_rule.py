"""Show a rule where it stands in the textbook: its sentence, its section, and the lines of `raft.py` that follow it."""

import inspect
import textwrap

from raftlab import raft
from raftlab.raft import Raft
from raftlab.rules import PROPERTIES, RULES
from raftlab.sim.errors import check_name


class ShownRule:
    """A rule, as a notebook shows it."""

    def __init__(self, id: str):
        rules = RULES | PROPERTIES
        self.rule = rules[check_name("rule", id, rules)]
        self.source = source_of(id)

    def _repr_markdown_(self) -> str:
        head = f"> {self.rule.text} <small>(section {self.rule.section})</small>"
        return f"{head}\n\n```python\n{self.source}\n```" if self.source else head

    def __repr__(self) -> str:
        return f"{self.rule.id}: {self.rule.text} (section {self.rule.section})\n\n{self.source}"


def source_of(id: str) -> str:
    """The method of the core in which the rule fires; none for what no single method does."""
    quoted = f'"{id}"'
    for _, method in inspect.getmembers(Raft, inspect.isfunction):
        if method.__module__ == raft.__name__ and quoted in inspect.getsource(method):
            return textwrap.dedent(inspect.getsource(method)).strip()
    return ""


def show_rule(id: str) -> ShownRule:
    """Show the rule of an id, such as "RV-2". Raises UserError, with the nearest id, if there is none."""
    return ShownRule(id)
