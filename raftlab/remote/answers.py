"""What nodes of Python answer to questions: the same in this process and in the child that runs a learner's code.

A question says in which state a node is and what happens to it. The answer says what it does and what has changed.
Nothing is remembered between two questions.
"""

import json
from collections.abc import Container, Hashable, Iterable, Iterator, Mapping
from functools import cache
from random import Random
from typing import Any, NamedTuple, cast

from raftlab.log import Log
from raftlab.messages import Because, Effect, Event, Snapshot
from raftlab.raft import Raft
from raftlab.remote.codec import (
    CHANGED_IN_PLACE,
    FIELDS,
    UNUSED,
    copied,
    event_of,
    put,
    read_effects,
    read_state,
    saved_of,
    state_from,
    state_of,
    write_fields,
    write_named,
    write_state,
)
from raftlab.remote.own import Packer
from raftlab.sim.errors import NodeError, fell_over

Json = Any
AT_ONCE = 500  # questions in one line, at most


class Question(NamedTuple):
    """A node in this state gets this event. state: field -> value, with the names of `codec.FIELDS`.

    dice: the numbers that the node's dice show; when they are used up, they begin again.
    """

    state: Mapping[str, Any]
    event: Event
    dice: tuple[float, ...] = (0.5,)


class Outcome(NamedTuple):
    """What the node did. state: all its fields afterwards. drawn: how many dice it has drawn. error: what went wrong, in a sentence."""

    effects: tuple[Effect, ...]
    state: dict[str, Any]
    drawn: int = 0
    error: str = ""


class Handed(Random):
    """Dice that show the numbers that they were handed, and count how many were drawn."""

    numbers: tuple[float, ...] = (0.5,)
    drawn = 0

    def hand(self, numbers: tuple[float, ...]) -> None:
        """Show these numbers from now on."""
        self.numbers, self.drawn = numbers, 0

    def random(self) -> float:
        """The next number."""
        self.drawn += 1
        return self.numbers[(self.drawn - 1) % len(self.numbers)]

    def _randbelow(self, n: int) -> int:
        """What `randint`, `randrange` and `choice` draw with. Python's own would look only at the last bits of a number."""
        return int(self.random() * n)

    def getrandbits(self, k: int) -> int:
        """A number of k bits."""
        return self._randbelow(1 << k)

    def __deepcopy__(self, memo: dict[int, Any]) -> "Handed":
        return self


DICE = Handed()


def unmade(node_class: Any) -> Any:
    """A node whose fields are not set."""
    node = node_class.__new__(node_class)
    vars(node).update(random=DICE, _effects=[], snapshot=Snapshot())
    return node


def begins_as_raft(node_class: Any) -> bool:
    """Do nodes of this class begin with the fields that raftlab gives them, and no others?"""
    return bool(node_class.__init__.__module__.startswith("raftlab."))


def keeps_fields_as_raft(node_class: Any) -> bool:
    """Are the fields of a node plain attributes? Those of a learner's class may be properties."""
    own = [each for each in node_class.__mro__ if not each.__module__.startswith(("raftlab.", "builtins"))]
    return not any(vars(each).keys() & {*FIELDS, "__setattr__"} for each in own)


def blank(node_class: Any, state: Mapping[str, Any]) -> Any:
    """A node into which a state can be put. Raft's own begin with no more than that; other classes begin as they do."""
    if begins_as_raft(node_class) or "id" not in state:
        return unmade(node_class)
    numbers = DICE.numbers
    node = node_class(
        state["id"], state["nodes"], DICE, state["election_timeout"], state["heartbeat_interval"]
    )
    DICE.hand(numbers)
    return node


# -- As lines --------------------------------------------------------------------------------------------------------


def line_of(answer: Json) -> bytes:
    """An answer as a line, always in the same form."""
    return _encode(answer).encode() + b"\n"


def _not_sent(value: Any) -> Json:
    raise NodeError(
        f"The node answers with {value!r}; it may send and keep numbers, texts, lists, dicts and sets."
    )


_encode = json.JSONEncoder(separators=(",", ":"), default=_not_sent).encode


def asked(questions: Iterable[Question], by_number: bool = False) -> Iterator[Json]:
    """Questions as JSON. by_number: a state that an earlier one has, too, is not said again; see `questions_in`."""
    numbers: dict[bytes, int] = {}
    for number, each in enumerate(questions):
        state = write_state(each.state)
        first = numbers.setdefault(line_of(state), number) if by_number else number
        yield {
            "state": state if first == number else first,
            "events": [write_named(each.event)],
            "dice": each.dice,
        }


def questions_in(line: bytes) -> list[Json]:
    """The questions in a line. A number in place of a state is that of a question of this line with the same state."""
    questions: list[Json] = json.loads(line)
    for question in questions:
        if type(question.get("state")) is int:
            question["state"] = questions[question["state"]]["state"]
    return questions


@cache
def fields_of(base: Any) -> dict[str, None]:
    """The names of the fields that a node of one of raftlab's classes has."""
    has = vars(base("n1", ("n1",), DICE))
    return dict.fromkeys(name for name in FIELDS if name in has)


class Speaker:
    """Answers questions, given as JSON, with nodes of one class.

    base: the class of raftlab with the same extensions; it says which fields a node has. names: the classes and
    functions of the text that defines the class; its nodes may keep them. reasons: do they say which rules they follow?
    """

    def __init__(
        self,
        node_class: Any,
        base: type[Raft] = Raft,
        names: Mapping[str, Any] | None = None,
        reasons: bool = True,
    ):
        self.node_class = node_class
        self.known = fields_of(cast(Hashable, base))
        self._like_raft = issubclass(node_class, Raft)
        self._plain = self._like_raft and begins_as_raft(node_class) and keeps_fields_as_raft(node_class)
        self._packer = Packer(None, names, DICE)
        self._unsaid = () if reasons else (Because,)
        self._states: dict[int, tuple[Json, dict[str, Any]]] = {}

    def lines(self, questions: Iterable[Json]) -> Iterator[bytes]:
        """A line for each question."""
        return map(self.line, questions)

    def line(self, question: Json) -> bytes:
        """The line that answers a question."""
        try:
            return line_of(self.answer(question))
        except Exception as error:  # such as a number with too many digits
            return line_of(failed(error))

    def answer(self, question: Json) -> Json:
        """The answer to one question. An error of the node's code is part of the answer."""
        DICE.hand(tuple(question["dice"]))
        try:
            if "new" in question:
                return self._new(question["new"])
            if "call" in question:
                return self._call(question["state"], *question["call"])
            return self._step(question["state"], question["events"])
        except BaseException as error:  # also SystemExit: this program goes on
            return failed(error)

    def _new(self, new: Json) -> Json:
        node = self.node_class(
            new["id"], tuple(new["nodes"]), DICE, tuple(new["election_timeout"]),
            new["heartbeat_interval"], saved=saved_of(new["saved"]),
        )  # fmt: skip
        state = self._fields(node)
        own = self._own(node, state, vars(node))
        return {"state": write_state(state) | ({"own": own} if own else {}), "drawn": DICE.drawn}

    def _step(self, state: Json, events: Json) -> Json:
        node, before = self._made(state)
        effects = [effect for event in events for effect in node.step(event_of(event))]
        return self._after(node, before, state, {"effects": self._written(effects)})

    def _call(self, state: Json, rule: str, arguments: Json, named: Json) -> Json:
        node, before = self._made(state)
        unpack = self._packer_of(node).unpack
        result = getattr(node, rule)(*unpack(arguments), **unpack(named))
        answer = {"result": result, "effects": self._written(node._effects)}
        return self._after(node, before, state, answer)

    def _written(self, effects: Iterable[Effect]) -> list[Json]:
        return [write_named(each) for each in effects if type(each) not in self._unsaid]

    def _made(self, found: Json) -> tuple[Any, dict[str, Any]]:
        """A node in a state, and its fields before anything happens."""
        if found.get("own") or not self._plain:
            return self._made_of_own(found)
        before = self._before(found)
        node = unmade(self.node_class)
        vars(node).update(before)
        del node.log_start
        node.log = Log(before["log"], *before["log_start"])
        node.log.edited_from = None
        for name in CHANGED_IN_PLACE:
            if name in before:
                setattr(node, name, before[name].copy())
        return node, before

    def _before(self, found: Json) -> dict[str, Any]:
        """The fields of a state. Many questions of one line have the same state, which is read once."""
        if id(found) not in self._states:
            if len(self._states) >= AT_ONCE:
                self._states.clear()
            state = state_from(found)
            state.setdefault("log_start", tuple(state.get("snapshot", (0, 0))[:2]))
            self._states[id(found)] = found, state
        return self._states[id(found)][1]

    def _made_of_own(self, found: Json) -> tuple[Any, dict[str, Any]]:
        """The same for a node that keeps other things than Raft's, or keeps them in another form."""
        state, own = state_from(found), found.get("own", {})
        node = self._blank(state, bool(own))
        unpack = self._packer_of(node).unpack
        for name, value in own.items():
            if name not in self.known:
                vars(node)[name] = unpack(value)
        if not self._like_raft:  # a field may be computed from what else the node keeps
            has = self._fields(node)
            state = {name: value for name, value in state.items() if name not in has or has[name] != value}
        put(node, state)
        for name, value in own.items():
            if (
                name in self.known
            ):  # the node keeps it in another form; if somebody has changed it, that is lost
                mine = unpack(value)
                if write_fields({name: mine})[name] == found.get(name):
                    vars(node)[name] = mine
        node.log.edited_from = None
        return node, self._fields(node)

    def _blank(self, state: Mapping[str, Any], has_own: bool) -> Any:
        """A node into which a state can be put. If nothing is known of what else it keeps, it keeps what it begins with."""
        return blank(self.node_class, state) if not has_own else unmade(self.node_class)

    def _packer_of(self, node: Any) -> Packer:
        self._packer.node = node
        return self._packer

    def _after(self, node: Any, before: dict[str, Any], found: Json, answer: Json) -> Json:
        has = vars(node)
        if self._plain:
            new = {name: value for name, value in has.items() if value is not before.get(name, before)}
            after = self._known_in(new)
            own = self._own(node, self.known, has if "own" in found else new)
        else:
            after = self._fields(node)
            own = self._own(node, after, has)
        changed = write_fields(
            {name: value for name, value in after.items() if before.get(name, UNUSED.get(name)) != value}
        )
        if own != found.get("own", {}):
            changed["own"] = own
        answer |= {"state": changed, "drawn": DICE.drawn}
        if node.log.edited_from is not None:
            answer["edited_from"] = node.log.edited_from
        return answer

    def _fields(self, node: Any) -> dict[str, Any]:
        """The known fields of a node. One that is not made like Raft's may compute them, or have them in an object within it."""
        if self._like_raft:
            return state_of(node, self.known)
        try:
            state = {name: copied(getattr(node, name)) for name in self.known if hasattr(node, name)}
        except Exception:  # it is not complete yet
            return {}
        if isinstance(log := state.get("log"), Log):
            state |= {"log": tuple(log), "log_start": (log.start, log.start_term)}
        return state

    def _known_in(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The known fields among a node's new values: these may have changed."""
        fields = {name: value for name, value in values.items() if name in self.known}
        log = fields.get("log")
        if type(log) is Log:
            fields["log"], fields["log_start"] = tuple(log), (log.start, log.start_term)
        return fields

    def _own(self, node: Any, known: Container[str], values: Mapping[str, Any]) -> Json:
        """Those of these values that are not known fields, and known fields in another form."""
        kept = {
            name: value
            for name, value in values.items()
            if (type(value) is not FORMS[name] if name in FORMS else name not in known and name not in SHARED)
        }
        if not kept:
            return {}
        pack = self._packer_of(node).pack
        return {name: pack(value) for name, value in kept.items()}


SHARED = {"random", "_effects"}  # handed to every node
FORMS = {"votes": frozenset, "next_index": dict, "match_index": dict, "waiting": dict}


def failed(error: BaseException) -> Json:
    """The answer that says what went wrong."""
    if isinstance(error, NotImplementedError):
        return {"unwritten": str(error)}
    if isinstance(error, NodeError):
        return {"error": str(error)}
    if isinstance(error, Exception):
        return {"error": fell_over(error)}
    return {"error": f"the code of the node ends the program, with {type(error).__name__}"}


def read_outcome(line: bytes, before: Mapping[str, Any]) -> Outcome:
    """What a line of an answer says. before: the state that the question gave. Raises NodeError if it is nonsense."""
    answer = parsed(line)
    if "error" in answer:
        return Outcome((), dict(before), 0, said(answer["error"]))
    effects = read_effects(answer.get("effects"))
    return Outcome(effects, {**before, **read_state(answer.get("state"))}, drawn(answer))


def parsed(line: bytes) -> dict[str, Json]:
    """A line as an object. Raises NodeError if it is none, and NotImplementedError if it says so."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if type(answer) is not dict:
        raise NodeError(
            f"The node answers {in_brief(line)}; it should answer with one JSON object in a line."
        )
    if "unwritten" in answer:
        raise NotImplementedError(printable(str(answer["unwritten"])[:1_000]))
    return answer


def said(sentence: Json) -> str:
    """The sentence of an error, of bearable length. Raises NodeError if it is none."""
    if type(sentence) is not str or not sentence.strip():
        raise NodeError(f"The node answers with the error {repr(sentence)[:60]}; it should be a sentence.")
    return in_one_line(sentence)


def in_one_line(text: str) -> str:
    """A sentence from a program, cut to a bearable length and put on one line, so that it does not look like a verdict."""
    return printable(" ".join(line.strip() for line in text[:1_000].splitlines() if line.strip()))


def printable(text: str) -> str:
    """A text of a program without what would change a terminal, such as colours."""
    return "".join(
        each if each.isprintable() or each == "\n" else "\N{REPLACEMENT CHARACTER}" for each in text
    )


def in_brief(line: bytes) -> str:
    """The beginning of a line that a program has written, in quotation marks."""
    text = line[:60].decode(errors="replace").strip()
    return repr(text + ("..." if len(line) > 60 else ""))


def drawn(answer: Mapping[str, Json]) -> int:
    """How many dice an answer says were drawn. Raises NodeError if it is no number."""
    found = answer.get("drawn", 0)
    if type(found) is not int or not 0 <= found <= 1_000_000:
        raise NodeError(
            f"The node says that it has drawn {found!r} dice; it should be a whole number from 0 to 1,000,000."
        )
    return found
