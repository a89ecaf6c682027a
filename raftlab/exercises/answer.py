"""An answer is text, which runs in a namespace of its own: it does the same in a notebook and when it is graded."""

import __future__

import ast
import dataclasses
import inspect
import linecache
import sys
import textwrap
import typing
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, is_dataclass
from types import FunctionType, ModuleType
from typing import Any, ClassVar
from zlib import crc32

from raftlab import messages
from raftlab.exercises.cells import TIMED, python_of, timed_cell
from raftlab.exercises.own_names import with_plain_names
from raftlab.exercises.purity import missing_names
from raftlab.exercises.slips import slips
from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.sim.english import short
from raftlab.sim.errors import UserError, in_short

FILE = "<your answer {:08x}>"  # the name under which an answer's lines can be looked up
MOST_OF_A_LINE = 80  # letters of a line that Python cannot read
KEPT = (
    ast.FunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
    ast.AsyncFunctionDef,
)
# A dataclass looks in the module that it is in for what these words of its annotations mean.
HOME = ModuleType("answer")
vars(HOME).update(dataclasses=dataclasses, typing=typing, ClassVar=ClassVar, InitVar=InitVar, KW_ONLY=KW_ONLY)
sys.modules.setdefault("answer", HOME)
# What an answer may use without importing it: the words of raftlab.messages.
WORDS = {
    name: value
    for name, value in vars(messages).items()
    if name[0].isupper() and name not in ("Enum", "NamedTuple")
}


class Written(str):
    """The text of a cell that defines an answer. __name__: the function or class in it that is the answer."""

    def __new__(cls, text: str, name: str) -> "Written":
        """The text, with the name."""
        made = super().__new__(cls, text)
        made.__name__ = name
        return made

    __name__: str


def text_of(answer: Any) -> str:
    """The text of an answer: the text itself, or the cell that defines the function or class, or its own lines.

    Raises UserError if there is no text.
    """
    if isinstance(answer, str):
        return python_of(textwrap.dedent(answer))
    if isinstance(answer, FunctionType):
        if answer.__name__ == "<lambda>":
            raise UserError("An answer is a function with a name, def ..., not a lambda.")
        codes = [answer.__code__]
    elif isinstance(answer, type):
        codes = [each.__code__ for each in vars(answer).values() if hasattr(each, "__code__")]
    else:
        raise UserError(f"An answer is a function, a class, or its text, not {in_short(answer)}.")
    file = codes[0].co_filename if codes else ""
    if file == TIMED and (cell := timed_cell(codes[0])):
        return cell
    if file.startswith(FILE[:12]) or from_a_cell(file):
        return "".join(linecache.getlines(file))  # the whole cell, with its helper functions
    try:
        return textwrap.dedent(inspect.getsource(answer))
    except (OSError, TypeError):
        raise UserError(
            "The text of this answer cannot be found. Define it in a cell of the notebook, or pass its text."
        ) from None


def from_a_cell(file: str) -> bool:
    """Whether a file name is one that Python gives to a cell of a notebook."""
    return file.startswith("<ipython-input") or "ipykernel" in file


def load(text: str, name: str, words: Mapping[str, Any] | None = None) -> Any:
    """Run the text of an answer on its own, and return what it defines under a name, or else the only thing that it defines.

    words: names that it may use without an import, in addition to those of `raftlab.messages`. Only definitions, imports
    and constants are run; a call below them, such as a call of `check`, is left out. Raises UserError if the text cannot
    be run, needs a name from another cell, or imports what no rule needs. NotImplementedError is raised as it is.
    """
    tree = parsed(text)
    tree.body = [statement for statement in tree.body if isinstance(statement, KEPT)]
    leave_out_tools(tree)
    for line, what in slips(tree):
        raise UserError(f"In line {line} the answer {what}.")
    file = FILE.format(crc32(text.encode()))
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "answer", **WORDS, **(words or {})}
    try:
        exec(
            compile(tree, file, "exec", flags=__future__.annotations.compiler_flag), namespace
        )  # types are only read
    except NameError as error:
        raise UserError(_elsewhere(error.name or str(error))) from None
    except NotImplementedError:
        raise
    except Exception as error:
        raise UserError(f"The answer cannot be run: {type(error).__name__}: {error}.") from None
    found = _defined(tree, namespace, name)
    methods = (
        [each for each in vars(found).values() if callable(each)] if isinstance(found, type) else [found]
    )
    homes = (
        (file, "<string>") if is_dataclass(found) else (file,)
    )  # a dataclass gets its __init__ from Python
    for each in methods:
        if isinstance(each, FunctionType) and each.__code__.co_filename not in homes:
            raise UserError(f"{each.__name__} is not defined in this answer: write it with def.")
        for missing in missing_names(each):
            raise UserError(_elsewhere(missing))
    return found


def parsed(text: str) -> ast.Module:
    """The syntax tree of a text. Raises UserError if the text is not Python."""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        line = short((error.text or "").strip(), MOST_OF_A_LINE)
        where = f"line {error.lineno} of the answer, `{line}`" if error.lineno else "the answer"
        raise UserError(f"Python cannot read {where}: {error.msg}.") from None
    except UnicodeEncodeError as error:
        raise UserError(
            f"Python cannot read the answer: its character {error.start + 1} is half of one."
        ) from None
    except (RecursionError, MemoryError):
        raise UserError("Python cannot read the answer: it is nested too deeply.") from None


def leave_out_tools(tree: ast.Module) -> None:
    """Leave out what a cell imports from raftlab only for its own use, such as `check`: it is no part of the answer."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module == "raftlab":
            statement.names = [each for each in statement.names if (each.asname or each.name) in {*used, "*"}]
    tree.body = [each for each in tree.body if not isinstance(each, ast.ImportFrom) or each.names]


def _elsewhere(name: str) -> str:
    return (
        f"The answer uses {name!r}, which its cell does not define. If another cell defines it, copy it into "
        "this cell: each answer is judged on its own."
    )


def _defined(tree: ast.Module, namespace: dict[str, Any], name: str) -> Any:
    names = [
        each.name
        for each in tree.body
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
    classes = [each.name for each in tree.body if isinstance(each, ast.ClassDef)]
    for only in ([name] if name in names else [], classes, names):
        if len(only) == 1:
            return namespace[only[0]]
    if not names:
        raise UserError(f"The answer defines nothing; it should define {name}.")
    raise UserError(f"The answer defines {', '.join(names)}; one of them must be called {name}.")


# -- The same as the textbook? -----------------------------------------------------------------------------


def home_of(name: str, extensions: Sequence[str] = ()) -> type[Raft]:
    """The class of raftlab that has a rule: one of these extensions, or Raft."""
    return next((EXTENSIONS[each] for each in extensions if name in vars(EXTENSIONS[each])), Raft)


def is_textbook(text: str, name: str, rule: str, extensions: Sequence[str] = ()) -> bool:
    """Whether what a text defines under a name is raftlab's own rule, apart from comments, line breaks and the names of arguments and variables."""
    home = sys.modules[home_of(rule, extensions).__module__]
    wanted = _function(ast.parse(inspect.getsource(home)), rule)
    given = _function(parsed(text), name) or _function(parsed(text), rule)
    try:
        return wanted is not None and given is not None and _normal(wanted) == _normal(given)
    except RecursionError:  # no rule of ours is nested so deeply
        return False


def _function(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    found = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name == name]
    return found[0] if found else None


def _normal(function: ast.FunctionDef) -> str:
    """A function without its docstring, its annotations and the names that it gives, because these do not matter."""
    with_plain_names(ast.Module([function], []))
    arguments = {each.arg: f"argument {place}" for place, each in enumerate(function.args.args)}
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    renamed = ast.Module([_Renamed(arguments).visit(ast.parse(ast.unparse(each))) for each in body], [])
    return ast.dump(renamed)


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]):
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self.names.get(node.id, node.id)
        return node


def textbook_text(name: str) -> str:
    """Raftlab's own text of a rule."""
    return textwrap.dedent(inspect.getsource(vars(Raft)[name]))
