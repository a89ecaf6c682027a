"""A learner's answer, without running any of it in this process: its code runs in a child.

An answer is a class of nodes (`answer_class`) or a function that returns a value (`answer_function`, `written`).
"""

import re
import sys
from ast import literal_eval
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast

from raftlab.exercises.answer.text import Written, text_of
from raftlab.exercises.watch import STOPPED
from raftlab.kv import KeyValue
from raftlab.raft import Raft
from raftlab.remote import transcript
from raftlab.remote.answers import line_of, parsed, said
from raftlab.remote.nodes import class_with, whole_class
from raftlab.remote.own import Packer
from raftlab.remote.program import CPU, SILENCE, OutOfTimeError, Program, place_in
from raftlab.sim.errors import NodeError, UserError
from raftlab.sim.systems import build

T = TypeVar("T")
# -s, -P, -S: no packages but raftlab, which the child finds by itself. -B: it writes nothing.
PYTHON = (sys.executable, "-s", "-P", "-S", "-B")
CHILD = Path(__file__).with_name("child.py")


def program_of(text: str, name: str, called: str, **about: Any) -> Program:
    """The child of an answer. name: what is defined in the text. called: its name in errors. about: what else the child is told."""
    return Program(
        [*PYTHON, str(CHILD)],
        {"answer": {"text": text, "name": name, **about}},
        f"The code of {called}",
        lambda what, errors: told(called, text, what, errors),
    )


def told(called: str, text: str, what: str, errors: str) -> str:
    """Why the child gave no answer, in a sentence with the line of the answer, if that is known."""
    line = place_in(errors)
    lines = text.splitlines()
    where = f" in line {line}, `{lines[line - 1].strip()}`" if line and line <= len(lines) else ""
    if what == "out of time":
        return f"{called} does not end: {STOPPED}{where} after {CPU:g} seconds of computing."
    if what == "silent":
        return f"{called} waits for something{where}: {STOPPED} after {SILENCE:g} seconds."
    return f"{called} ends its own process{where}, so that it cannot answer any more."


def fairly(program: Program, judge: Callable[[], T]) -> T:
    """Judge an answer, and end its child. If it is out of time, it is tried once more: the machine may have been busy."""
    try:
        try:
            found = judge()
        except OutOfTimeError:
            found = None
        if isinstance(program.broken, OutOfTimeError):
            program.broken = None
            found = judge()
        return found  # type: ignore[return-value]
    finally:
        program.end()
        transcript.keep()


# -- Nodes ---------------------------------------------------------------------------------------------------------


def answer_class(text: str, name: str, rule: str, extensions: tuple[str, ...] = ()) -> type[Raft]:
    """The class of nodes with one rule from an answer, and all others from raftlab.

    text: the answer. name: what it defines. extensions: of the nodes. Raises UserError if the answer cannot be run, and
    NotImplementedError if it says so itself.
    """
    program = program_of(text, name, rule, rule=rule, extensions=extensions)
    program.start()
    return class_with(
        "Yours", build(*extensions), program, (answer_class, (text, name, rule, extensions)), [rule]
    )


def whole_answer(text: str, name: str, asked: tuple[str, ...] = (), part: str | None = None) -> type[Raft]:
    """The class of nodes that a whole Raft makes. asked: rules that must come from it. part: the only rule that is taken from it.

    Raises UserError if the text cannot be run, or does not define a class.
    """
    program = program_of(text, name, name, rule=None, extensions=(), asked=asked, part=part)
    like_raft = program.start().get("like_raft") is True
    made_by = (whole_answer, (text, name, asked, part))
    return whole_class(name, Raft, program, made_by, every_tick=part is not None or not like_raft)


def only(whole: Any, rule: str) -> type[Raft]:
    """The class with one rule of a whole Raft (see `whole_answer`), and all others from raftlab, if it is a subclass of Raft.

    Its nodes live in a process of their own, because the whole Raft must not find any of raftlab's rules in its process.
    """
    if "answer" not in whole.program.about:  # a program of another language, which cannot be taken apart
        return cast(type[Raft], whole)
    text, name, asked, _ = whole.made_by[1]
    return whole_answer(text, name, asked, rule)


# -- Functions -----------------------------------------------------------------------------------------------------


def answer_function(
    text: str,
    name: str,
    called: str,
    takes: Sequence[str] = (),
    closed: Sequence[str] = (),
    words: Mapping[str, Callable[..., Any]] | None = None,
) -> tuple[Callable[..., Any], Program]:
    """A function that runs an answer in its child, and the child.

    takes: the names of its arguments. closed: methods of `KeyValue` that it must not call. words: functions that it may
    call by these names; in the child such a call is only noted, and it is made here. Raises UserError if the answer cannot
    be run, or is another kind of function; the returned function raises NodeError if the answer raises an error or does
    not end, and NotImplementedError if it says so itself.
    """
    words = words or {}
    program = program_of(
        text, name, called, takes=tuple(takes), task=called, closed=tuple(closed), words=tuple(words)
    )
    program.start()

    def run(*arguments: Any) -> Any:
        pack = Packer(names={"KeyValue": KeyValue}).pack
        given = [pack(_plain_machine(each) if isinstance(each, KeyValue) else each) for each in arguments]
        (line,) = program.ask([line_of({"run": given})[:-1]])
        answer = parsed(line)
        if "error" in answer:
            raise NodeError(said(answer["error"]))
        unpack = Values(words, called, text).unpack
        for mine, theirs in zip(arguments, answer.get("arguments", ()), strict=False):
            if isinstance(mine, KeyValue):
                vars(mine).update(vars(unpack(theirs)))
        return unpack(answer.get("result"))

    return run, program


def _plain_machine(machine: KeyValue) -> KeyValue:
    """The same machine without what a check has made of it."""
    made = KeyValue()
    vars(made).update(vars(machine))
    return made


class Values(Packer):
    """Unpacks values of a child, which are not trusted: plain values, and calls of the words that it was given."""

    def __init__(self, words: Mapping[str, Callable[..., Any]], called: str, text: str):
        super().__init__(names={"KeyValue": KeyValue})
        self.words, self.called, self.lines = words, called, text.splitlines()

    def unpack(self, found: Any) -> Any:
        """The value. Raises NodeError if it is of no plain kind."""
        if isinstance(found, dict) and next(iter(found), None) not in PLAIN:
            raise NodeError(
                f"An answer may return numbers, texts, lists, tuples, dicts and sets, not {str(found)[:60]}."
            )
        try:
            return super().unpack(found)
        except UserError:
            raise
        except (LookupError, TypeError, AttributeError, ValueError, RecursionError):
            raise NodeError(f"An answer returns {str(found)[:60]}, which raftlab cannot read.") from None

    def _word(self, inside: Any) -> Any:
        name, line, arguments, named = inside
        given, by_name = self.unpack(arguments), self.unpack(named)
        try:
            return self.words[name](*given, **by_name)
        except (UserError, TypeError) as error:
            where = f" in line {line}, `{self.lines[line - 1].strip()}`"
            raise UserError(f"{self.called} cannot do this{where}: {error}") from None

    def _object(self, inside: Any) -> Any:
        if inside[0] != "KeyValue":
            raise NodeError(f"An answer may not return a {str(inside[0])[:60]}.")
        made = KeyValue()
        for name, value in inside[1]:
            if name in (*vars(made), "most_sessions"):
                setattr(made, name, self.unpack(value))
        return made


PLAIN = (
    "dict",
    "tuple",
    "set",
    "frozenset",
    "deque",
    "Counter",
    "OrderedDict",
    "bytes",
    "tuple of",
    "enum",
    "word",
    "object",
)


# A function that only returns a number or a plain text needs no child, because none of it is run.
CONSTANT = re.compile(
    r"""def (?P<name>\w+)\(\):\n {1,8}return (?P<value>-?(?:0|[1-9]\d{0,17})|(?P<quote>["'])[\w .,:;+-]{0,80}(?P=quote))\n*""",
)


def written(answer: Any, **words: Callable[..., Any]) -> Any:
    """What a learner has written as an answer: a value, or a function that returns the value, or the text of such a function.

    words: functions that it may call in addition to the names of `raftlab.messages`. NotImplementedError is raised as it
    is. Raises UserError if the text of the function cannot be run on its own, raises another error, or does not end.
    """
    if not isinstance(answer, FunctionType | Written):
        return answer
    name, text = answer.__name__, text_of(answer)
    if (constant := CONSTANT.fullmatch(text)) and constant["name"] == name:
        return literal_eval(constant["value"])
    function, program = answer_function(text, name, name, words=words)
    try:
        found = fairly(program, function)
    except NodeError as error:
        raise UserError(str(error)) from error
    if found is None:
        raise UserError(f"{name} returns nothing: write return before the value.")
    return found
