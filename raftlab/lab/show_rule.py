"""Show a rule where it stands in the textbook: its sentence, its section, and the lines of code that follow it."""

import inspect
import textwrap

from raftlab.models.paxos import Paxos
from raftlab.raft import Raft
from raftlab.rules import PROPERTIES, RULES
from raftlab.sim.errors import check_name

# A notebook would break lines of code in the middle of a word.
WHOLE_WORDS = """<style>.raftlab-code pre, .raftlab-code pre code {
    white-space: pre-wrap; word-break: normal; overflow-wrap: break-word; font-size: 12px; line-height: 1.4; }</style>"""


class ShownRule:
    """A rule, as a notebook shows it."""

    def __init__(self, id: str):
        rules = RULES | PROPERTIES | Paxos.rules
        self.rule = rules[check_name("rule", id, rules)]
        self.where = f"section {self.rule.section}" if self.rule.section[0].isdigit() else self.rule.section
        self.source = source_of(id)

    def _repr_markdown_(self) -> str:
        head = f"> {self.rule.text} <small>({self.where})</small>"
        if not self.source:
            return head
        return f'{WHOLE_WORDS}\n\n{head}\n\n<div class="raftlab-code">\n\n```python\n{self.source}\n```\n\n</div>'

    def __repr__(self) -> str:
        return f"{self.rule.id}: {self.rule.text} ({self.where})\n\n{self.source}"


def source_of(id: str) -> str:
    """The method of Raft, or of Paxos, in which the rule fires; none for what no single method does."""
    quoted = f'"{id}"'
    node_class: type = Paxos if id in Paxos.rules else Raft
    for _, method in inspect.getmembers(node_class, inspect.isfunction):
        if method.__module__ == node_class.__module__ and quoted in inspect.getsource(method):
            return textwrap.dedent(inspect.getsource(method)).strip()
    return ""


def show_rule(id: str) -> ShownRule:
    """Show the rule of an id, such as "RV-2", or "PX-4" of Paxos. Raises UserError, with the nearest id, if there is none."""
    return ShownRule(id)
