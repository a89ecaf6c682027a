"""The text of a module, method by method: a change replaces the text between two places."""

import ast
from functools import cache
from pathlib import Path
from typing import NamedTuple

import raftlab

HOME = Path(raftlab.__file__).parent
FILES = ("raft.py", *sorted(f"extensions/{path.name}" for path in (HOME / "extensions").glob("[a-z]*.py")))


class Change(NamedTuple):
    """Of the text from `start` to `end` (counted from the function's first character) becomes `text`."""

    operator: str
    start: int
    end: int
    text: str


class Function(NamedTuple):
    """A function or method of a file. home: the class, or "". text: its text, as in the file."""

    file: str
    home: str
    name: str
    text: str

    @property
    def title(self) -> str:
        """`Raft.admit`, or `majority`."""
        return f"{self.home}.{self.name}" if self.home else self.name

    def tree(self) -> ast.FunctionDef:
        """Its syntax tree. Raises SyntaxError if the text is not Python."""
        return parsed(self.text)

    def changed(self, change: Change) -> "Function":
        """The function with one place changed."""
        return self._replace(text=self.text[: change.start] + change.text + self.text[change.end :])


def parsed(text: str) -> ast.FunctionDef:
    """The syntax tree of a function, whose text may be indented."""
    indented = text.startswith(" ")
    body = ast.parse(f"if True:\n{text}" if indented else text).body[0]
    found = body.body[0] if isinstance(body, ast.If) else body
    assert isinstance(found, ast.FunctionDef)
    if indented:
        ast.increment_lineno(found, -1)
    return found


@cache
def module_text(file: str) -> str:
    """The text of a file of the package."""
    return (HOME / file).read_text(encoding="utf-8")


def functions(file: str) -> list[Function]:
    """The functions and methods of a file, in the order in which they stand there."""
    text = module_text(file)
    lines = text.splitlines(keepends=True)
    found = []
    for node in ast.parse(text).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        home = node.name if isinstance(node, ast.ClassDef) else ""
        for each in inside:
            if isinstance(each, ast.FunctionDef):
                found.append(
                    Function(file, home, each.name, "".join(lines[each.lineno - 1 : each.end_lineno]))
                )
    return found


class Places:
    """Where the nodes of a function's syntax tree stand in its text."""

    def __init__(self, text: str):
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self._begins = [0]
        for line in self.lines:
            self._begins.append(self._begins[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        """The place of a column, which Python counts in bytes, in a line, counted from 1."""
        before = self.lines[line - 1].encode()[:column].decode() if line <= len(self.lines) else ""
        return self._begins[line - 1] + len(before)

    def at_character(self, line: int, column: int) -> int:
        """The place of a column, counted in characters, in a line, counted from 1."""
        return self._begins[line - 1] + column

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """From where to where a node stands."""
        return (
            self.at(node.lineno, node.col_offset),
            self.at(node.end_lineno or node.lineno, node.end_col_offset or 0),
        )

    def of(self, node: ast.expr | ast.stmt) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def whole_lines(self, first: int, last: int) -> tuple[int, int]:
        """From where to where these lines stand, the end of the last line included."""
        return self._begins[first - 1], self._begins[last]
