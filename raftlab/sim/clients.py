"""The clients of a workload: each sends one command after the other, and retries when it gets no answer.

A client waits for the answer, thinks for a while, and sends the next command (a closed loop). Its messages arrive
at once, and no cut keeps it from a node that it knows: only the cluster takes time. A crashed or paused node does
not answer.

    not the leader    it asks the leader that the node named at once; if none was named, another node a
                      heartbeat interval later
    no answer         after `timeout` ticks it sends the same command to another node (thesis 6.2). With a session
                      and a serial number it is still one command (thesis 6.3); without, it may be carried out twice
    patience          after so many ticks it gives up, and never knows whether the command was carried out
"""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

from raftlab.kv import NOTHING, OPEN, Command, parse
from raftlab.messages import NotLeader, Refused, Result
from raftlab.sim.workload import Workload

LOST_SESSION = ("unknown session ", "stale: ")  # answers that do not say whether the command was carried out


class Request(NamedTuple):
    """Send this command to this node; its answer comes back under the name `client`."""

    node: str
    command: str
    token: str


class Tell(NamedTuple):
    """Write into the trace: "invoke", "return" or "give_up"."""

    what: str
    detail: dict[str, Any]


class Client:
    """One client. Once a tick, `act` returns what it does; in between, `hear` gives it an answer.

    nodes: all nodes. values: the numbers that it writes; all clients share them, so that no value is written twice.
    pause: how long it waits, in ticks, after an answer that names no leader.
    """

    def __init__(
        self, name: str, workload: Workload, nodes: Sequence[str], dice: Random, values: Iterator[int],
        pause: int, now: int,
    ):  # fmt: skip
        self.name = name
        self.workload = workload
        self.nodes = workload.nodes or nodes
        self.dice = dice
        self.values = values
        self.pause = pause
        self.stopped = False
        self.node = workload.nodes[0] if workload.nodes else self._one_of(nodes)
        self.session: str | None = None
        self.number = 0  # the serial number of its command in its session
        # The command whose answer it waits for; None while it opens a session.
        self.wish: Command | None = None
        self.text = ""  # that command as text; empty while the client thinks
        self.token = ""  # identifies its last request; answers to older requests are ignored
        self.heard: tuple[Result, str] | None = None
        self.act_at = now + self._think()
        self.give_up_at: int | None = None
        self.seen: dict[str, str] = {}  # key -> the value that it last knew

    @property
    def done(self) -> bool:
        """Whether it will send no more commands."""
        commands = self.workload.commands
        return not self.text and (self.stopped or 0 < len(commands) <= self.number)

    def hear(self, token: str, result: Result, text: str | None) -> None:
        """Take the answer of a node."""
        if token == self.token:
            self.heard = result, str(text)

    def act(self, now: int) -> list[Request | Tell]:
        """What the client does at this tick."""
        if self.heard is not None:
            (result, text), self.heard = self.heard, None
            return self._take(now, result, text)
        if self.give_up_at is not None and now >= self.give_up_at:
            return self._give_up(now)
        if self.done or now < self.act_at:
            return []
        return self._ask(now, self._elsewhere()) if self.text else self._begin(now)

    # -- Asking ---------------------------------------------------------------------------------------

    def _begin(self, now: int) -> list[Request | Tell]:
        """Begin the next operation, or open a session first, if it uses one and has none."""
        workload = self.workload
        writes = [
            each for each in workload.commands or workload.operations if each != "get" and each[-1] != "?"
        ]
        if workload.sessions and self.session is None and writes:
            self.text, self.token = OPEN, f"{self.name}.0"
            return self._ask(now, self.node)
        self.text = self._next()
        self.number += 1
        self.token = f"{self.name}.{self.number}"
        self.wish = wish = parse(self.text)
        assert wish is not None
        # Reads need no serial number: reading twice does no harm.
        if self.session is not None and wish.kind != "get":
            self.text = f"{self.session}.{self.number} {self.text}"
        if workload.patience is not None:
            self.give_up_at = now + workload.patience
        argument: Any = wish.argument
        if isinstance(argument, tuple):
            argument = [None if each == NOTHING else each for each in argument]
        told = {"client": self.name, "kind": wish.kind, "key": wish.key, "argument": argument}
        return [Tell("invoke", told), *self._ask(now, self.node)]

    def _next(self) -> str:
        """The next command."""
        if self.workload.commands:
            return self.workload.commands[self.number]
        kind, key = self._one_of(self.workload.operations), self._one_of(self.workload.keys)
        if kind == "get":
            return f"{key}?"
        value = next(self.values)
        if kind == "append":
            return f"{key}+=,{value}"
        return f"{key}={value}" if kind == "put" else f"{key}:{self.seen.get(key, NOTHING)}->{value}"

    def _ask(self, now: int, node: str) -> list[Request | Tell]:
        self.node = node
        self.act_at = now + self.workload.timeout
        return [Request(node, self.text, self.token)]

    def _elsewhere(self) -> str:
        """Another node, chosen at random; the same if it knows no other."""
        return self._one_of([node for node in self.nodes if node != self.node] or [self.node])

    # -- Answers --------------------------------------------------------------------------------------

    def _take(self, now: int, result: Result, text: str) -> list[Request | Tell]:
        """Act on an answer: ask another node, open a new session, or end the operation."""
        wish = self.wish
        if isinstance(result, NotLeader) and result.leader in self.nodes and result.leader != self.node:
            return self._ask(now, str(result.leader))
        if isinstance(result, NotLeader | Refused):
            self.act_at = min(self.act_at, now + self.pause)
            return []
        if wish is None:
            self.session = text
            self._rest(now)
            return []
        if wish.kind != "get" and text.startswith(LOST_SESSION):
            self.session = None
            return self._give_up(now)
        if wish.kind in ("put", "cas") and text == "ok":
            self.seen[wish.key] = wish.argument[1] if isinstance(wish.argument, tuple) else str(wish.argument)
        elif wish.kind != "append":
            self.seen[wish.key] = text.rpartition(" is ")[2]  # for a get, this is the whole text
        told = {"get": None if text == NOTHING else text, "cas": text == "ok"}.get(wish.kind)
        self._rest(now + self._think())
        return [Tell("return", {"client": self.name, "result": told, "text": text})]

    def _give_up(self, now: int) -> list[Request | Tell]:
        self._rest(now + self._think())
        return [Tell("give_up", {"client": self.name})]

    def _rest(self, until: int) -> None:
        self.wish, self.text, self.token = None, "", ""
        self.act_at, self.give_up_at = until, None

    # -- Dice -----------------------------------------------------------------------------------------

    def _one_of(self, choices: Sequence[str]) -> str:
        return choices[int(self.dice.random() * len(choices))]

    def _think(self) -> int:
        shortest, longest = self.workload.think
        return shortest + int(self.dice.random() * (longest - shortest + 1))
