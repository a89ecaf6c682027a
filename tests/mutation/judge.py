"""One mutant, judged as an answer would be: by the exercise that asks for its rule, and as part of a whole Raft.

Each judgement stops at the first check that fails. A mutant of an extension is judged as nodes that have this
extension, and those that it needs: by the checks of the extension, and by all checks of Raft that the right extension passes.
"""

import resource
import signal
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Any, NamedTuple

from mutation.generate import Generated
from mutation.texts import HOME, Function, functions, module_text
from raftlab import Raft, build
from raftlab.checks.courses import COURSES
from raftlab.checks.courses_partitions import PARTITION_COURSES
from raftlab.checks.failure import Check
from raftlab.checks.layers import Layer, layers_for
from raftlab.checks.random_runs import RandomRun
from raftlab.checks.scripted import Scripted
from raftlab.checks.tables_extensions import EXTENSION_ROWS
from raftlab.exercises.answer import load
from raftlab.exercises.implement import CLOSED, check_whole, implement
from raftlab.exercises.items import BEYOND, FIGURE_2
from raftlab.exercises.write_it import Rule, layers_of
from raftlab.extensions import EXTENSIONS

SECONDS = 20  # of computing for one judgement of a mutant; a right answer needs about one
MEMORY = 3 << 30  # bytes
WHOLE = "raft"  # the name of the whole Raft among the items
SURVIVES = "survives"
# Methods of Raft that do something only for these extensions, or something more.
SEAMS = {"has_live_leader": ("PreVote", "StickyVotes"), "__init__": ("Snapshots",)}
HEAD = """from collections.abc import Collection
from raftlab import Raft
from raftlab.log import Log
from raftlab.rules import RULE_BOOK
"""


class Judgement(NamedTuple):
    """What found a mutant. item: of the exercise, "raft", or the extensions. layer: "survives" if no check fails."""

    item: str
    layer: str
    check: str

    @property
    def survives(self) -> bool:
        """Does no check fail?"""
        return self.layer == SURVIVES


def judgements(mutant: Generated) -> list[Judgement]:
    """What each item says of a mutant."""
    function = mutant.function
    found = [
        _judged(item.name, lambda item=item: _answer(item, function), layers_of(item))
        for item in items(function)
    ]
    if function.file == "raft.py" and function.name not in SEAMS:
        return [*found, _judged(WHOLE, lambda: _whole(function), layers_for(tuple(FIGURE_2)))]
    for extension in SEAMS.get(function.name, (extension_of(function),)):
        found.append(
            _judged(extension, lambda name=extension: extended(name, function), layers_with(extension))
        )
    return found


def items(function: Function) -> list[Rule]:
    """The items whose answer contains this function: it is the rule itself, or a helper that the answer may not call."""
    known = FIGURE_2 if function.file == "raft.py" else BEYOND
    return [
        item
        for item in known.values()
        if function.name in answered(item) and (not item.extensions or function.home in item.extensions)
    ]


def answered(item: Rule) -> tuple[str, ...]:
    """The methods that an answer to an item replaces: the rule itself, and the helpers that would give it away."""
    return (item.name, *CLOSED.get(item.name, ()))


def extension_of(function: Function) -> str:
    """The extension whose nodes show what a function of its file does. Membership stands for UnsafeMembership, its base."""
    module = f"raftlab.{function.file.removesuffix('.py').replace('/', '.')}"
    return next((name for name, each in EXTENSIONS.items() if each.__module__ == module), "").replace(
        "Unsafe", ""
    )


def _judged(item: str, make: Any, layers: list[Layer]) -> Judgement:
    try:
        with limited():
            raft = make()
            for layer in layers:
                for check in layer.checks:
                    if _fails(check, raft):
                        return Judgement(item, layer.name, check.name)
    except Endless:
        return Judgement(item, "no end", f"stopped after {SECONDS} seconds")
    except MemoryError:
        return Judgement(item, "no end", "stopped because of its memory")
    except Exception as error:
        return Judgement(item, "cannot be run", f"{type(error).__name__}: {error}")
    return Judgement(item, SURVIVES, "")


def _fails(check: Check, raft: type[Raft]) -> bool:
    found = check.brief(raft) if isinstance(check, Scripted | RandomRun) else check.run(raft)
    return found is not None


# -- The class of its nodes -----------------------------------------------------------------------------------


def _answer(item: Rule, function: Function) -> type[Raft]:
    """The class of nodes with this answer to an item; helpers that it may not call are part of the answer."""
    here = {each.name: each for each in functions(function.file) if each.home == function.home} | {
        function.name: function
    }
    rules = {name: load(textwrap.dedent(here[name].text), name) for name in answered(item) if name in here}
    return implement(extensions=item.extensions, **rules)


def _whole(function: Function) -> type[Raft]:
    """The class of nodes with a whole Raft as answer: the text of raft.py with the change."""
    text = _with(function)
    text = HEAD + text[text.index("BECAUSE = {") :].replace("class Raft:", "class MyRaft(Raft):")
    found = load(text, "MyRaft")
    check_whole(found)
    return implement(found, asked=tuple(FIGURE_2))


def _with(function: Function) -> str:
    """The text of a file with another text for one function."""
    (before,) = (each.text for each in functions(function.file) if each.title == function.title)
    text = module_text(function.file)
    assert text.count(before) == 1, function.title
    return text.replace(before, function.text)


def extended(extension: str, function: Function) -> type[Raft]:
    """The class of nodes with an extension that has the change, or on a Raft that has it; "" for plain Raft."""
    namespace: dict[str, Any] = {"__name__": "mutant"}
    exec(compile(_with(function), str(HOME / function.file), "exec"), namespace)
    if not extension:
        raft: type[Raft] = namespace["Raft"]
        return raft
    bases = [EXTENSIONS[name] for name in EXTENSIONS if name in together(extension)]
    if function.file == "raft.py":
        bases.append(type("Changed", (Raft,), {function.name: vars(namespace["Raft"])[function.name]}))
    else:
        bases = [namespace[extension] if each is EXTENSIONS[extension] else each for each in bases]
    return type("Mutant", tuple(bases), {})


def together(extension: str) -> tuple[str, ...]:
    """An extension and those that it needs."""
    return (extension, *getattr(EXTENSIONS[extension], "needs", ()))


@cache
def layers_with(extension: str) -> list[Layer]:
    """The layers of checks for a whole Raft with an extension."""
    right = build(*together(extension))
    courses = {each.name: each for some in (COURSES | PARTITION_COURSES).values() for each in some}
    own = Layer(
        "handler checks", tuple(row for name in together(extension) for row in EXTENSION_ROWS.get(name, ()))
    )
    raft, *others = layers_for(tuple(FIGURE_2))
    layers = [own, raft, Layer("scripted stories", tuple(courses.values())), *others]
    return [
        layer._replace(checks=tuple(check for check in layer.checks if not _fails(check, right)))
        for layer in layers
    ]


# -- Limits ----------------------------------------------------------------------------------------------------


class Endless(BaseException):
    """A judgement has taken too much computing time. It is no Exception, so that no check takes it for a mistake of its own."""


@contextmanager
def limited() -> Iterator[None]:
    """Raise Endless if what is done here takes more than SECONDS of computing."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def limit_memory() -> None:
    """Let this process use no more than MEMORY."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.setrecursionlimit(2000)
