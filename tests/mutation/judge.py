"""One mutant, judged as an answer would be: by the exercise that asks for its rule, and as part of a whole Raft.

Each judgement stops at the first check that fails. A mutant of an extension is judged as nodes that have this
extension, and those that it needs: by the checks of the extension, and by all checks of Raft that the right extension passes.
"""

import resource
import signal
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Any, NamedTuple

from mutation.beginnings import Beginning
from mutation.generate import Generated
from mutation.texts import HOME, Function, functions, module_text
from raftlab import Raft, build
from raftlab.checks.differential import Differential
from raftlab.checks.differential.beyond import ALLOWED_BEYOND
from raftlab.checks.differential.beyond import BEYOND as SPACES
from raftlab.checks.failure import Check
from raftlab.checks.layers import HANDLERS, SITUATIONS, Layer, layers_for
from raftlab.checks.random_runs import RandomRun
from raftlab.checks.rows.extensions import EXTENSION_ROWS
from raftlab.checks.scenes.courses import COURSES
from raftlab.checks.scenes.partitions import PARTITION_COURSES
from raftlab.checks.scenes.scripted import Scripted
from raftlab.exercises.answer.text import load
from raftlab.exercises.implement import CLOSED, check_whole, implement
from raftlab.exercises.items import BEYOND, FIGURE_2
from raftlab.exercises.write_it import Rule, layers_of
from raftlab.extensions import EXTENSIONS

SECONDS = (
    30  # of computing for one judgement of a mutant; a right rule needs about one, a correct Raft about ten
)
MEMORY = 3 << 30  # bytes
WHOLE = "raft"  # the name of the whole Raft among the items
SURVIVES = "survives"
BEGINNINGS = "how a node begins"
QUICK = (SITUATIONS, BEGINNINGS, HANDLERS)
# Methods of Raft that do something only for these extensions, or something more.
SEAMS = {"has_live_leader": ("PreVote", "StickyVotes"), "__init__": ("Snapshots",)}
# Extensions whose situations ask more of a method of Raft than Raft's own do.
ALSO_WITH = {
    "step": ("NoOp",), "campaign": ("NoOp", "Membership"), "is_quorum": ("CheckQuorum",),
    "on_append_entries_reply": ("Membership",), "advance_commit_index": ("Membership",),
}  # fmt: skip
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


def judgements(mutant: Generated, thorough: bool = True) -> list[Judgement]:
    """What each item says of a mutant, and at the end what is said of it as a whole Raft.

    thorough: with all layers, and not only with the quick ones.
    """
    function = mutant.function
    classes: dict[str, list[tuple[Callable[[], type[Raft]], Iterable[Layer]]]] = {
        item.name: [(lambda item=item: _answer(item, function), layers_of(item))] for item in items(function)
    }
    if not extensions_about(function):
        layers = layers_for(WHOLE, tuple(FIGURE_2))
        # The class itself is made sooner than the answer, and what it fails, the answer fails, too.
        classes[WHOLE] = [(lambda: extended((), function), layers[:1]), (lambda: _whole(function), layers)]
        for names in (names for each in ALSO_WITH.get(function.name, ()) for names in sets_with(each)):
            classes[WHOLE].append((lambda names=names: extended(names, function), layers_with(names)))
    for extension in extensions_about(function):
        classes[extension] = [
            (lambda names=names: extended(names, function), layers_with(names))
            for names in sets_with(extension)
        ]
    return [_judged(item, sets, thorough) for item, sets in classes.items()]


def extensions_about(function: Function) -> tuple[str, ...]:
    """The extensions in which a function is judged; none if it is judged in a plain Raft."""
    return SEAMS.get(function.name, ()) if function.file == "raft.py" else (extension_of(function),)


def sets_with(extension: str) -> list[tuple[str, ...]]:
    """The sets of extensions in which an extension is judged: with those that it needs, and with those that it is also about."""
    return [(extension, *beside) for beside in SPACES.get(extension, ())]


def items(function: Function) -> list[Rule]:
    """The items whose answer contains this function: it is the rule itself, or a helper that the answer may not call."""
    known = FIGURE_2 if function.file == "raft.py" else BEYOND
    return [
        item
        for item in known.values()
        if "super()" not in function.text  # an answer stands alone
        and function.name in answered(item)
        and (not item.extensions or function.home in item.extensions)
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


def _judged(
    item: str, classes: list[tuple[Callable[[], type[Raft]], Iterable[Layer]]], thorough: bool
) -> Judgement:
    """The first check that fails, with one of these classes. They are made only when they are needed."""
    try:
        with limited():
            for make, layers in classes:
                raft = make()
                for layer in layers:
                    if not thorough and layer.name not in QUICK:
                        break
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
    quick = isinstance(check, Scripted | RandomRun | Differential)
    return (check.brief(raft) if quick else check.run(raft)) is not None


# -- The class of its nodes -----------------------------------------------------------------------------------


def _answer(item: Rule, function: Function) -> type[Raft]:
    """The class of nodes with this answer to an item; helpers that it may not call are part of the answer."""
    here = {each.name: each for each in functions(function.file) if each.home == function.home} | {
        function.name: function
    }
    beside = "".join(
        each.text for each in functions(function.file) if not each.home
    )  # what an answer would define, too
    rules = {
        name: load(f"{beside}\n{textwrap.dedent(here[name].text)}", name)
        for name in answered(item)
        if name in here
    }
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


def extended(names: tuple[str, ...], function: Function) -> type[Raft]:
    """The class of nodes with these extensions, one of which has the change, or Raft itself. Without any, it is plain Raft."""
    namespace: dict[str, Any] = {"__name__": "mutant"}
    exec(compile(_with(function), str(HOME / function.file), "exec"), namespace)
    if not names:
        raft: type[Raft] = namespace["Raft"]
        return raft
    bases = [EXTENSIONS[name] for name in EXTENSIONS if name in names]
    if function.file == "raft.py":
        bases.append(type("Changed", (Raft,), {function.name: vars(namespace["Raft"])[function.name]}))
    else:
        changed = extension_of(function)
        bases = [namespace[changed] if each is EXTENSIONS[changed] else each for each in bases]
    return type("Mutant", tuple(bases), {})


def layers_with(names: tuple[str, ...]) -> Iterator[Layer]:
    """The layers of checks for a whole Raft with these extensions: its own, how it begins, and then those of Raft that it should pass, too."""
    right = build(*names)
    situations = Differential(
        f"all small situations of {names[0]}", SPACES[names[0]][names[1:]], right, ALLOWED_BEYOND
    )
    yield Layer(SITUATIONS, (situations,))
    yield Layer(BEGINNINGS, (Beginning(right),))
    yield Layer(HANDLERS, tuple(row for name in names for row in EXTENSION_ROWS.get(name, ())))
    yield from layers_of_raft_with(names)


@cache
def layers_of_raft_with(names: tuple[str, ...]) -> list[Layer]:
    """What nodes with these extensions pass of the stories about extensions, and of the layers of a whole Raft."""
    right = build(*names)
    courses = {each.name: each for some in (COURSES | PARTITION_COURSES).values() for each in some}
    layers = (Layer("scripted stories", tuple(courses.values())), *layers_for(WHOLE, tuple(FIGURE_2))[1:])
    return [
        layer._replace(checks=tuple(check for check in layer.checks if not _fails(check, right)))
        for layer in layers
    ]


# -- Limits ----------------------------------------------------------------------------------------------------


class Endless(BaseException):
    """A judgement has taken too much computing time. It is no Exception, so that no check takes it for a mistake of its own."""


@contextmanager
def limited(seconds: float | None = None) -> Iterator[None]:
    """Raise Endless if what is done here takes more seconds of computing; SECONDS by default."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds or SECONDS, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def limit_memory() -> None:
    """Let this process use no more than MEMORY."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.setrecursionlimit(2000)
