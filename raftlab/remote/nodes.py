"""A node class whose nodes live in another process: `Cluster`, checks and the explorer use it like any other.

Each node here has all fields of a node, as the program last answered. So it can be looked at, copied and put into any
state. Only when something happens to it, the program is asked, with its whole state.
"""

import copyreg
import shlex
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from copy import deepcopy
from itertools import count as count_from
from itertools import islice
from random import Random
from typing import Any, ClassVar, cast, get_type_hints

from raftlab.log import Log
from raftlab.messages import Because, Effect, Event, HardState, Save, Send, Snapshot, Tick
from raftlab.raft import Raft
from raftlab.remote.answers import (
    AT_ONCE,
    Outcome,
    Question,
    asked,
    drawn,
    line_of,
    parsed,
    read_outcome,
    said,
)
from raftlab.remote.codec import (
    FIELDS,
    put,
    read_effects,
    read_state,
    reader,
    state_of,
    write_named,
    write_saved,
    write_state,
)
from raftlab.remote.own import Packer
from raftlab.remote.program import Program
from raftlab.rules import RULE_BOOK
from raftlab.sim.errors import NodeError, UserError, check_text
from raftlab.sim.systems import build

Json = Any
Maker = tuple[Callable[..., Any], tuple[Any, ...]]  # what makes a class again, in another process
FEW, MANY = 2, 64  # dice that are handed over with a question, and when these are not enough
MOST_DICE = 100_000


class Remote(type):
    """The type of such classes."""

    program: Program
    reference: type[Raft]  # the class with which the nodes are compared
    made_by: Maker
    asked_as: tuple[Hashable, ...]  # classes in which this is equal ask the same of the same answers


copyreg.pickle(Remote, lambda made: made.made_by)


def whole_class(
    name: str, base: type[Raft], program: Program, made_by: Maker, every_tick: bool
) -> type[Raft]:
    """A class all of whose rules are in a program.

    base: a class of raftlab with the same extensions. every_tick: the program is told of every tick, and not only of
    one at which the timer runs out.
    """
    keeps_state, numbers = program.hello.get("keeps_state") is True, count_from(1)

    class Node(base, metaclass=Remote):  # type: ignore[misc, valid-type]
        quiet: int  # ticks that have passed since the program was last asked

        def __init__(
            self, id: str, nodes: tuple[str, ...], random: Random, election_timeout: tuple[int, int] = (15, 30),
            heartbeat_interval: int = 5, saved: HardState = HardState(),  # noqa: B008 - it is immutable
        ):  # fmt: skip
            self.id, self.nodes, self.random = id, nodes, Peekable.of(random)
            number = {"node": next(numbers)} if keeps_state else {}
            new = {
                "id": id, "nodes": nodes, "election_timeout": election_timeout,
                "heartbeat_interval": heartbeat_interval, "saved": write_saved(saved),
            }  # fmt: skip
            _begin(self, {"new": new} | number)

        def step(self, event: Event) -> tuple[Effect, ...]:
            events: list[Event] = [event]
            if not every_tick:  # ticks at which nothing is due are told together, with the next event
                if type(event) is Tick and event.n < self.timer:
                    self.timer -= event.n
                    self.quiet += event.n
                    return ()
                events = _with_ticks(event, self.quiet)
                self.timer += self.quiet  # as it was when the program was last asked
                self.quiet = 0
            return _take(self, _answer(self, _subject(self) | {"events": list(map(write_named, events))}))

    like_raft = program.hello.get("like_raft") is not False
    by_number = program.hello.get("states_by_number") is True
    asked_as = (cast(Hashable, base), every_tick, like_raft, by_number)
    return _named(Node, name, base, program, made_by, asked_as)


def _begin(node: Any, question: Json) -> None:
    """Give a new node the state in which it begins, as the program answers. Raises NodeError if a field is missing."""
    node._effects, node.snapshot, node.quiet = [], Snapshot(), 0
    if "node" in question:
        node.number = question["node"]
    _take(node, _answer(node, question))
    # A class that is not made from Raft need not note how long its last timeout was.
    spared = ("timeout",) if type(node).program.hello.get("like_raft") is False else ()
    if lacking := [each for each in _NEEDED if each not in vars(node) and each not in spared]:
        raise NodeError(f"{type(node).program.called} begins a node without {' and '.join(lacking)}.")


def _with_ticks(event: Event, quiet: int) -> list[Event]:
    """An event, and before it the ticks that have passed quietly. Ticks become one."""
    if type(event) is Tick:
        return [Tick(event.n + quiet)]
    return [Tick(quiet), event] if quiet else [event]


def without_quiet_ticks(made: Any) -> type[Raft]:
    """The class, but a tick at which the timer does not run out only moves the timer: no rule is called."""

    class Node(made):
        def step(self, event: Event) -> tuple[Effect, ...]:
            if type(event) is Tick and event.n < self.timer:
                self.timer -= event.n
                return ()
            effects: tuple[Effect, ...] = super().step(event)
            return effects

    Node.__name__ = made.__name__
    if isinstance(made, Remote):
        Node.asked_as = (*made.asked_as, "without quiet ticks")
    return cast(type[Raft], Node)


_HAS = vars(Raft("n1", ("n1",), Random("fields")))
_NEEDED = [name for name in FIELDS if name in _HAS and name != "snapshot"]


def command_class(command: str) -> type[Raft]:
    """The class of nodes that a program of any language answers for; `docs/protocol.md` says what it must speak.

    command: as in a terminal, such as "node raft.mjs". Raises UserError if it cannot be started, or speaks something else.
    """
    check_text("The command", command)
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UserError(f"The command {command!r} cannot be split into words: {error}.") from None
    if not words:
        raise UserError("The command is empty; it should name a program, such as 'node raft.mjs'.")
    program = Program(words, None, f"The program {command!r}")
    hello = program.start()
    name, extensions = hello.get("name", "Yours"), hello.get("extensions", [])
    if not isinstance(name, str) or not isinstance(extensions, list) or not name or not name.isprintable():
        raise NodeError(f"{program.called} should say its name, a text, and its extensions, a list.")
    return whole_class(
        name,
        build(*map(str, extensions)),
        program,
        (command_class, (command,)),
        hello.get("every_tick") is True,
    )


def check_takes_states(made: Any) -> None:
    """Raise UserError if the nodes of such a class cannot be put into any state."""
    if made.program.hello.get("keeps_state"):
        raise UserError(
            f"{made.program.called} keeps the states of its nodes itself, so it can be played, but neither checked nor explored."
        )


def class_with(
    name: str,
    base: type[Raft],
    program: Program,
    made_by: Maker,
    rules: Sequence[str],
) -> type[Raft]:
    """A class of raftlab with some rules that are in a program: it is asked only when one of these is called."""

    class Node(base, metaclass=Remote):  # type: ignore[misc, valid-type]
        def __init__(self, id: str, nodes: tuple[str, ...], random: Random, *rest: Any, **named: Any):
            super().__init__(id, nodes, Peekable.of(random), *rest, **named)

    for rule in rules:
        setattr(Node, rule, _called(rule, getattr(base, rule)))
    return _named(Node, name, base, program, made_by, (cast(Hashable, base), *rules))


def _named(
    made: Any,
    name: str,
    base: type[Raft],
    program: Program,
    made_by: Maker,
    asked_as: tuple[Hashable, ...],
) -> type[Raft]:
    made.__name__ = made.__qualname__ = name
    made.program, made.reference, made.made_by = program, base, made_by
    made.asked_as = asked_as
    return cast(type[Raft], made)


def _called(rule: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A method that asks the program to run a rule."""
    read = reader(get_type_hints(function).get("return", type(None)))

    def run(self: Any, *arguments: Any, **named: Any) -> Any:
        call = [rule, PACKER.pack(list(arguments)), PACKER.pack(named)]
        answer = _answer(self, _subject(self) | {"call": call})
        self._effects += _take(self, answer)
        return read(answer.get("result"), f"what {rule} returns")

    return run


PACKER = Packer()


# -- Questions and answers ---------------------------------------------------------------------------------------------


def _subject(node: Any) -> Json:
    """Which node a question is about: its state, or its number if the program keeps the state."""
    if "number" in vars(node):
        return {"node": node.number}
    state = write_state(state_of(node, copying=False))
    if "own" in vars(node):
        state["own"] = node.own
    return {"state": state}


def _answer(node: Any, question: Json) -> dict[str, Json]:
    """Ask the program, and move the node's dice on by those that it has drawn. Raises NodeError."""
    count = MANY if "node" in question else FEW  # a program that keeps its state cannot be asked again
    while True:
        question["dice"] = _next(node.random, count)
        (line,) = type(node).program.ask([line_of(question)[:-1]])
        answer = parsed(line)
        if "error" in answer:
            raise NodeError(said(answer["error"]))
        if (used := drawn(answer)) <= count or "node" in question:
            for _ in range(used):
                node.random.random()
            return answer
        if used > MOST_DICE:
            raise NodeError(
                f"{type(node).program.called} draws {used:,} dice in one step; it may draw {MOST_DICE:,}."
            )
        count = max(MANY, used)


def _take(node: Any, answer: dict[str, Json]) -> tuple[Effect, ...]:
    """Give the node what has changed in it, and return the effects. Raises NodeError if the answer is nonsense."""
    effects = read_effects(answer.get("effects", []))
    found = answer.get("state", {})
    state = read_state(found)
    _check(node, state, effects)
    edited, before = answer.get("edited_from"), vars(node).get("log")
    changed = "log" in state or "log_start" in state
    if before is not None:
        if changed:
            state.setdefault("log", tuple(before))
            state.setdefault("log_start", (before.start, before.start_term))
        if edited is None and changed:
            edited = _first_difference(before, state["log"], *state["log_start"])
    put(node, state)
    effects = tuple(effect for effect in effects if type(effect) is not Because or effect.rule in RULE_BOOK)
    if before is not None:
        node.log.edited_from = _earliest(before.edited_from, edited, node.log)
    if "own" in found:
        node.own = found["own"]
    return effects


def _first_difference(before: Log, entries: Sequence[Any], start: int, start_term: int) -> int | None:
    """The first index from which on a log holds something else than before; None if there is none."""
    if start != before.start and before.term_at(start) != start_term:
        return start + 1
    kept = tuple(before)[max(0, start - before.start) :]
    if kept == tuple(entries):
        return None
    return (
        start
        + 1
        + next(
            (place for place, (one, other) in enumerate(zip(kept, entries, strict=False)) if one != other),
            min(len(kept), len(entries)),
        )
    )


def _earliest(noted: int | None, edited: Json, log: Log) -> int | None:
    """The lowest index at which the log was changed since an observer last looked: noted before, or changed in this step."""
    if type(edited) is not int or not log.start < edited <= log.last_index + 1:
        edited = None if edited is None else log.start + 1
    return edited if noted is None else noted if edited is None else min(noted, edited)


def _check(node: Any, state: dict[str, Any], effects: tuple[Effect, ...]) -> None:
    """Raise NodeError if an answer names nodes that do not exist, or changes what a node cannot change."""
    for name in ("id", "nodes", "election_timeout", "heartbeat_interval"):
        if name in state and name in vars(node) and state[name] != getattr(node, name):
            raise NodeError(f"{node.id} changes its {name}, which must stay as it is.")
    for name in ("voted_for", "leader", "votes", "next_index", "match_index"):
        value = state.get(name)
        for each in () if value is None else (value,) if isinstance(value, str) else value:
            if each not in node.nodes:
                raise NodeError(
                    f"{name} of {node.id} names {each!r}; it should name a node of {' '.join(node.nodes)}."
                )
    for effect in effects:
        if type(effect) is Send and (effect.message.dst not in node.nodes or effect.message.dst == node.id):
            raise NodeError(f"{node.id} sends to {effect.message.dst!r}; it should send to another node.")
        if type(effect) is Send and effect.message.src not in node.nodes:
            raise NodeError(f"{node.id} sends in the name of {effect.message.src!r}, which is no node.")
        if type(effect) is Save and effect.index < 1:
            raise NodeError(f"{node.id} saves entries from index {effect.index} on; the first index is 1.")


class Peekable(Random):
    """Dice whose next numbers can be seen before they are drawn. They show the same numbers as the dice behind them.

    A program gets the next numbers with a question, and only those that it has used are then drawn.
    """

    _known: ClassVar[weakref.WeakKeyDictionary[Random, "Peekable"]] = weakref.WeakKeyDictionary()

    @classmethod
    def of(cls, dice: Random) -> Random:
        """Such dice for these. A node that restarts goes on with the same ones."""
        if type(dice) is not Random:
            return dice
        if dice not in cls._known:
            made = cls._known[dice] = cls()
            made.behind, made.seen = dice, []
        return cls._known[dice]

    behind: Random
    seen: list[float]

    def next(self, count: int) -> list[float]:
        """The next numbers."""
        while len(self.seen) < count:
            self.seen.append(self.behind.random())
        return self.seen[:count]

    def __deepcopy__(self, memo: dict[int, Any]) -> "Peekable":
        made = Peekable()
        made.behind, made.seen = deepcopy(self.behind, memo), list(self.seen)
        return made

    def random(self) -> float:
        """Draw one."""
        return self.seen.pop(0) if self.seen else self.behind.random()


def _next(dice: Random, count: int) -> list[float]:
    """The next numbers of some dice. Of others than those above, it is known that they always show the same."""
    return dice.next(count) if isinstance(dice, Peekable) else [dice.random()] * count


# -- Many questions at once ------------------------------------------------------------------------------------------


def answered_elsewhere(raft: type[Raft], questions: Iterable[Question]) -> Iterator[Outcome]:
    """What nodes of such a class do: an outcome for each question, in order, as soon as it is there.

    Some hundred questions go into one line. If the program ends, or answers nonsense, each outcome from then on has that
    error. NotImplementedError is raised if a rule is not written yet.
    """
    made: Any = raft
    waiting, size = iter(questions), 16
    while chunk := list(islice(waiting, size)):
        lines = iter(())
        for number, question in enumerate(chunk):
            try:
                if not number:
                    asks = asked(chunk, by_number=made.program.hello.get("states_by_number") is True)
                    lines = made.program.ask([line_of(each)[:-1] for each in asks])
                yield read_outcome(next(lines), question.state)
            except NodeError as error:
                yield Outcome((), dict(question.state), 0, str(error))
        next(lines, None)  # nothing is left; the program knows then that it was asked for the last time
        size = min(2 * size, AT_ONCE)
