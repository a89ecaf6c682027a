"""Runs a learner's rule: an error becomes a sentence, and an endless loop is stopped.

It counts the executed lines and not the time, so that the same answer gets the same verdict on every machine.
"""

import dis
import functools
import linecache
import sys
from collections.abc import Callable, Collection
from traceback import walk_tb
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any

from raftlab.exercises.answer.advice import advice
from raftlab.log import Log
from raftlab.messages import Role, Send
from raftlab.sim.errors import NodeError, UserError

STOPPED = "it was stopped"  # in all that is said of an answer that does not end
MOST_LINES = 20_000  # executed in one call; a right rule needs some hundred
ONE_LINE_LOOP = 0.05  # how much of a line one instruction counts, in code that has a loop within one line


class Endless(BaseException):
    """A rule has executed too many lines. It is no Exception, so that `except Exception` in an answer does not catch it."""


class Watch:
    """Watches the functions of one answer.

    closed: raftlab's code that the answer must not call, with its name and the rules that must not call it.
    look: checks after each call what the rule has worked on, and raises NodeError; by default it checks a node.
    """

    def __init__(
        self,
        files: Collection[str],
        closed: dict[CodeType, tuple[str, frozenset[str]]],
        look: Callable[[str, Any], None] | None = None,
    ):
        self.files = frozenset(files)
        self.closed = closed
        self._look = look or check_node
        self._rules: dict[CodeType, str] = {}  # the answer's own functions
        self._running = False
        self._tracer = self._made_tracer()

    def wrap(self, name: str, function: Callable[..., Any], kind: type | None) -> Callable[..., Any]:
        """The function as a node's method. kind: of what it must return; None for nothing at all, object for anything."""
        if isinstance(function, FunctionType):
            self._rules[function.__code__] = name

        @functools.wraps(function)
        def run(node: Any, *arguments: Any, **named: Any) -> Any:
            if self._running:  # called by another rule of the same answer: its lines count for that rule, and so does its error
                result = function(node, *arguments, **named)
            else:
                result = self._run(name, function, node, arguments, named)
                self._look(name, node)
            if result is not None or kind is not None:
                check_result(name, result, kind)
            return result

        return run

    def _run(self, name: str, function: Callable[..., Any], node: Any, arguments: Any, named: Any) -> Any:
        before = sys.gettrace()
        self._running = True
        sys.settrace(self._tracer())
        try:
            return function(node, *arguments, **named)
        except NodeError:
            raise
        except NotImplementedError as error:
            if not self._half_written(error):
                raise
            raise NodeError(self._told(name, error)) from error
        except Endless:
            message = f"{name} does not end: {STOPPED} after {MOST_LINES:,} lines."
            raise NodeError(message) from None
        except Exception as error:
            raise NodeError(self._told(name, error)) from error
        finally:
            sys.settrace(before)
            self._running = False

    def _made_tracer(self) -> Callable[[], Callable[..., Any]]:
        """Make the function that returns a tracer for one call; each tracer counts its lines from 0."""
        lines = 0.0
        files = self.files
        # Codes are known by their place in the text: Python would have to hash all of a code at each call.
        closed = {_place(each): what for each, what in self.closed.items()}

        def count(frame: Any, event: str, _argument: Any) -> Any:
            nonlocal lines
            lines += 1 if event == "line" else ONE_LINE_LOOP
            if lines > MOST_LINES:
                raise Endless
            return count

        def enter(frame: Any, _event: str, _argument: Any) -> Any:
            code = frame.f_code
            if code.co_filename in files:
                frame.f_trace_opcodes = stands_still(code)
                return count
            place = _place(code)
            if place in closed:  # even if the answer calls it by way of another node
                self._refuse(*closed[place], frame.f_back)
            return None

        def begin() -> Callable[..., Any]:
            nonlocal lines
            lines = 0.0
            return enter

        return begin

    def _refuse(self, name: str, rules: frozenset[str], frame: FrameType | None) -> None:
        """Raise NotImplementedError if a rule calls, directly or through a helper, what it is asked to write itself."""
        while frame is not None and frame.f_code not in self._rules:
            frame = frame.f_back
        if frame is None or self._rules[frame.f_code] in rules:
            raise NotImplementedError(not_yours(name))

    def _told(self, name: str, error: Exception) -> str:
        """An error as a sentence: what was raised, in which line, and what would be right."""
        line, text = self._place(error.__traceback__)
        where = f" in line {line}, `{text}`" if line else ""
        if isinstance(error, AttributeError | TypeError) and _changes_a_tuple(error):
            return f"{name} changes a message{where}. Messages and entries cannot be changed: make a new one."
        if isinstance(error, RecursionError):
            return f"{name} calls itself without end{where}."
        if isinstance(error, UserError):  # raftlab's own sentence
            return f"{name} cannot do this{where}: {error}"
        what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return f"{name} raised {what}{where}.{advice(error)}"

    def _half_written(self, error: NotImplementedError) -> bool:
        """Did the answer raise it, in a function that does something else, too?"""
        *_, last = (frame.f_code for frame, _ in walk_tb(error.__traceback__))
        return last.co_filename in self.files and not only_raises(last)

    def _place(self, traceback: TracebackType | None) -> tuple[int, str]:
        """The last line of the answer's own text in a traceback: its number and its text."""
        line, text = 0, ""
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if code.co_filename in self.files:
                line = traceback.tb_lineno
                text = linecache.getline(code.co_filename, line).strip()
            traceback = traceback.tb_next
        return line, text


def _place(code: CodeType) -> tuple[str, str, int]:
    """The place of some code in its text."""
    return code.co_filename, code.co_name, code.co_firstlineno


@functools.cache
def stands_still(code: CodeType) -> bool:
    """Whether the code has a loop within one line, such as `while True: pass`: Python reports no line event for it."""
    return any(
        each.opcode in dis.hasjrel and each.argval == each.offset for each in dis.get_instructions(code)
    )


@functools.cache
def only_raises(code: CodeType) -> bool:
    """Whether the code always raises an error, whatever it is called with: it has no branch, and never returns."""
    *others, last = dis.get_instructions(code)
    branches = dis.hasjrel + dis.hasjabs
    return last.opname == "RAISE_VARARGS" and not any(each.opcode in branches for each in others)


def _changes_a_tuple(error: Exception) -> bool:
    """Whether the error comes from writing into a message, an entry or another tuple."""
    text = str(error)
    return (
        text == "can't set attribute"
        or "does not support item assignment" in text
        or "'tuple' object has no" in text
    )


def not_yours(name: str) -> str:
    """Why raftlab's own version of a rule cannot be called."""
    return f"{name} is what you are asked to write, so you cannot call raftlab's own version."


def check_result(name: str, result: Any, kind: type | None) -> None:
    """Check what a rule returns. Raises NodeError."""
    if kind is None:
        if result is not None:
            raise NodeError(
                f"{name} should return nothing; yours returned {result!r}. To answer a message, send one."
            )
    elif not isinstance(result, kind) or (kind is int and isinstance(result, bool)):
        words = {bool: "True or False", int: "a whole number"}.get(kind, f"a {kind.__name__}")
        raise NodeError(f"{name} should return {words}, not {result!r}.")


def check_node(name: str, node: Any) -> None:
    """Check a node after a rule: the types of its fields, and that it sends only messages. Raises NodeError."""
    for effect in getattr(node, "_effects", ()):
        if isinstance(effect, Send) and not hasattr(effect.message, "dst"):
            raise NodeError(
                f"{name} sends {effect.message!r}, which is not a message. A message is, for example, RequestVote(...)."
            )
    for field, right, words in (
        ("role", isinstance(node.role, Role), "Role.FOLLOWER, Role.CANDIDATE or Role.LEADER"),
        ("term", type(node.term) is int, "a whole number"),
        (
            "voted_for",
            node.voted_for is None or node.voted_for in node.nodes,
            "None or the id of a node, such as 'n2'",
        ),
        (
            "leader",
            node.leader is None or node.leader in node.nodes,
            "None or the id of a node, such as 'n2'",
        ),
        ("commit_index", type(node.commit_index) is int, "a whole number"),
        ("timer", type(node.timer) is int, "a whole number of ticks"),
        ("log", isinstance(node.log, Log), "a Log, which is changed by append and replace_from"),
        (
            "votes",
            isinstance(node.votes, set | frozenset) and node.votes <= set(node.nodes),
            "a set of node ids, such as {'n1', 'n2'}",
        ),
        ("next_index", isinstance(node.next_index, dict), "a dict from node to index"),
        ("match_index", isinstance(node.match_index, dict), "a dict from node to index"),
    ):
        if not right:
            raise NodeError(
                f"{name} left node.{field} = {_shown(getattr(node, field))}; it should be {words}."
            )


def _shown(value: Any) -> str:
    """A value as Python shows it, with the members of a set in a fixed order."""
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(repr, value))) + "}"
    return repr(value)
