"""An answer is text, which runs in a namespace of its own: it does the same in a notebook and when it is graded."""

import __future__

import ast
import dataclasses
import inspect
import linecache
import sys
import textwrap
import traceback
import typing
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, InitVar, is_dataclass
from enum import Enum
from types import CodeType, FunctionType, ModuleType
from typing import Any, ClassVar
from zlib import crc32

from raftlab import messages
from raftlab.exercises.answer.cells import TIMED, python_of, timed_cell
from raftlab.exercises.answer.own_names import with_plain_names
from raftlab.exercises.answer.purity import codes, global_names, missing_names
from raftlab.exercises.answer.slips import slips
from raftlab.exercises.answer.what_runs import LeftOut, definitions, leave_out
from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.sim.english import short
from raftlab.sim.errors import UserError, in_short

FILE = "<your answer {:08x}>"  # the name under which an answer's lines can be looked up
MOST_OF_A_LINE = 80  # letters of a line that Python cannot read
NO_LAMBDA = "An answer is a function with a name (def ...), not a lambda."
CANNOT_CHANGE = (int, float, str, bytes, tuple, frozenset, type(None), Enum, FunctionType, type, ModuleType)
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
            raise UserError(NO_LAMBDA)
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

    words: names that it may use without an import, in addition to those of `raftlab.messages`. The text runs as in a
    notebook, without the lines that only do something with the answer, such as a call of `check`. Raises UserError if
    the text cannot be run, needs a name from another cell, or imports what no rule needs. NotImplementedError is raised
    as it is.
    """
    tree, words = parsed(text), {**WORDS, **(words or {})}
    left = leave_out(tree, words)
    for line, what in slips(tree):
        raise UserError(f"In line {line} the answer {what}.")
    file = FILE.format(crc32(text.encode()))
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace: dict[str, Any] = {"__name__": "answer", **words}
    try:
        code = compile(tree, file, "exec", flags=__future__.annotations.compiler_flag)  # types are only read
        exec(code, namespace)
    except NameError as error:
        raise UserError(_elsewhere(error.name or str(error))) from None
    except NotImplementedError:
        raise
    except Exception as error:
        raise UserError(_raised(error, file)) from None
    _check_left_out(left, namespace, code)
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
            f"Python cannot read the answer: character {error.start + 1} is only half of a character."
        ) from None
    except (RecursionError, MemoryError):
        raise UserError("Python cannot read the answer: it is nested too deeply.") from None


def _raised(error: Exception, file: str) -> str:
    """What went wrong when the text of an answer was run, and in which line."""
    lines = [each.lineno for each in traceback.extract_tb(error.__traceback__) if each.filename == file]
    where = f" in line {lines[-1]}, `{linecache.getline(file, lines[-1] or 0).strip()}`" if lines else ""
    return f"The answer cannot be run: it raised {type(error).__name__}: {error}{where}."


def _check_left_out(left: Sequence[LeftOut], namespace: Mapping[str, Any], code: CodeType) -> None:
    """Raise UserError if the functions of an answer use a name that a statement which was left out sets or may change."""
    used = (
        {name for each in codes(code) if each is not code for name in global_names(each)} if left else set()
    )
    for each in left:
        changes = {
            name for name in each.names & namespace.keys() if not isinstance(namespace[name], CANNOT_CHANGE)
        }
        for name in sorted((each.binds | changes) & used):
            raise UserError(
                f"The answer uses {name!r}. Line {each.line} may change it, but is not run, because it uses "
                f"{each.uses!r}, which its cell does not define. Remove that line, or copy what it needs into this "
                "cell: each answer is judged on its own."
            )


def _elsewhere(name: str) -> str:
    return (
        f"The answer uses {name!r}, which its cell does not define. If another cell defines it, copy it into "
        "this cell: each answer is judged on its own."
    )


def _defined(tree: ast.Module, namespace: dict[str, Any], name: str) -> Any:
    found = definitions(tree)
    names = list(dict.fromkeys(each.name for each in found))
    classes = list(dict.fromkeys(each.name for each in found if isinstance(each, ast.ClassDef)))
    if name not in names and isinstance(given := namespace.get(name), FunctionType):
        if given.__name__ == "<lambda>":
            raise UserError(NO_LAMBDA)
        return given
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
    except (
        RecursionError,
        ValueError,
    ):  # no rule of ours is nested so deeply, or has a number of thousands of digits
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
