"""Show a rule where it stands in the textbook: its sentence, its section, and the lines of code that follow it."""

import inspect
import textwrap
from collections.abc import Mapping

from raftlab.lab.progress import Progress
from raftlab.models.paxos import Paxos
from raftlab.raft import Raft
from raftlab.rules import PROPERTIES, RULES
from raftlab.sim.errors import check_name

# A notebook would break lines of code in the middle of a word.
WHOLE_WORDS = """<style>.raftlab-code pre, .raftlab-code pre code {
    white-space: pre-wrap; word-break: normal; overflow-wrap: break-word; font-size: 12px; line-height: 1.4; }</style>"""


ASKED = 'An exercise asks you to write these lines, so they are shown only when your {0} has all points. Stuck? hint("{0}")'
_asked: dict[
    str, str
] = {}  # methods that an exercise in this kernel asks for, or that give one away -> the method asked for


def withhold(methods: Mapping[str, str]) -> None:
    """From now on, show these methods only when an answer has all points, because an exercise asks for them.

    methods: each with the method that the exercise asks for, because a helper may contain its solution.
    """
    _asked.update(methods)


class ShownRule:
    """A rule, as a notebook shows it."""

    def __init__(self, id: str, code: bool = True):
        rules = RULES | PROPERTIES | Paxos.rules
        self.rule = rules[check_name("rule", id, rules)]
        self.where = f"section {self.rule.section}" if self.rule.section[0].isdigit() else self.rule.section
        method = method_of(id)
        self.withheld = ASKED.format(_asked[method]) if code and is_asked(method) else ""
        self.source = source_of(id) if code and not self.withheld else ""

    def _repr_markdown_(self) -> str:
        head = f"> {self.rule.text} <small>({self.where})</small>"
        if not self.source:
            return f"{head}\n\n{self.withheld}".strip()
        return f'{WHOLE_WORDS}\n\n{head}\n\n<div class="raftlab-code">\n\n```python\n{self.source}\n```\n\n</div>'

    def __repr__(self) -> str:
        return f"{self.rule.id}: {self.rule.text} ({self.where})\n\n{self.source or self.withheld}".strip()


def method_of(id: str) -> str:
    """The name of the method of Raft, or of Paxos, in which the rule fires; none for what no single method does."""
    quoted = f'"{id}"'
    node_class = home_of(id)
    for name, method in inspect.getmembers(node_class, inspect.isfunction):
        if method.__module__ == node_class.__module__ and quoted in inspect.getsource(method):
            return name
    return ""


def home_of(id: str) -> type:
    """The class that follows the rule."""
    return Paxos if id in Paxos.rules else Raft


def source_of(id: str) -> str:
    """The text of the method in which the rule fires; none for what no single method does."""
    name = method_of(id)
    return textwrap.dedent(inspect.getsource(getattr(home_of(id), name))).strip() if name else ""


def is_asked(method: str) -> bool:
    """Does an exercise in this kernel ask for what is in this method, and does no answer have all points yet?"""
    if method not in _asked:
        return False
    kept = Progress().answers().get(f"exercise {_asked[method]}", {})
    return kept.get("points", 0) < kept.get("of", 1)


def show_rule(id: str, code: bool = True) -> ShownRule:
    """Show the rule of an id, such as "RV-2", or "PX-4" of Paxos. Raises UserError, with the nearest id, if there is none.

    code: whether to show also the lines of code that follow the rule.

    In an exercise, the code that it asks for is shown only when your answer has all points.
    """
    return ShownRule(id, code)
