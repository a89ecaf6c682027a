"""Copies without agreement: each node executes its clients' commands at once, and sends them to the others afterwards.

This is no published protocol: it is what many people would write first, and lesson 00 begins with it. It has the same
interface as `Raft`, so cluster, trace, invariants and player can use it:

    role          always follower: there are no leaders and no votes
    term          always 1
    log           the commands that it has executed, in its own order (durable)
    commit_index  the end of the log: a node never waits for the others
"""

from random import Random
from typing import ClassVar, NamedTuple

from raftlab.log import Log
from raftlab.messages import (
    Answer,
    Applied,
    Apply,
    Because,
    Effect,
    HardState,
    LogEntry,
    Propose,
    Read,
    ReadNow,
    Role,
    Save,
    Send,
    Tick,
)
from raftlab.rules import Rule
from raftlab.sim.stops import Ask
from raftlab.sim.story import Story


class Copy(NamedTuple):
    """A node sends a client's command to another node."""

    src: str
    dst: str
    term: int
    command: str


RULES: dict[str, Rule] = {
    id: Rule(id, text, "without agreement")
    for id, text in (
        ("CO-1", "A node executes a client's command at once, and sends it to the others afterwards."),
        ("CO-2", "A node executes the commands of other nodes in the order in which they arrive."),
        ("CO-3", "A node answers a read from its own copy."),
    )
}


class Copies:
    """One copy of the data. The copies agree on nothing, so they may come to differ."""

    messages: tuple[type, ...] = (Copy,)
    rules = RULES
    words: ClassVar[dict[str, str]] = {"follower": "copy", "applied": "{applied}"}  # there are no other roles

    def __init__(
        self,
        id: str,
        nodes: tuple[str, ...],
        random: Random,
        election_timeout: tuple[int, int] = (15, 30),  # not used: there are no elections
        heartbeat_interval: int = 5,
        saved: HardState = HardState(),  # noqa: B008 - a default that is immutable does no harm
    ):
        self.id, self.nodes, self.random = id, nodes, random
        self.election_timeout, self.heartbeat_interval = election_timeout, heartbeat_interval
        self.term = 1
        self.log = Log(saved.log)
        self.commit_index = self.last_applied = 0
        # Attributes of Raft that are not used here.
        self.role = Role.FOLLOWER
        self.voted_for: str | None = None
        self.leader: str | None = None
        self.votes: frozenset[str] = frozenset()
        self.next_index: dict[str, int] = {}
        self.match_index: dict[str, int] = {}
        self.timer: int | None = None
        self._effects: list[Effect] = []

    def step(self, event: Propose | Read | Tick | Copy) -> tuple[Effect, ...]:
        """Handle one event and return its effects, in the order in which they are to be carried out."""
        self._effects = []
        match event:
            case Propose(command, client):
                self.on_propose(command, client)
            case Read(command, client):
                self.on_read(command, client)
            case Copy():
                self._effects.append(Because("CO-2"))
                self.append(event.command)
            case _:
                self.apply()  # after a restart
        return tuple(self._effects)

    def on_propose(self, command: str, client: str | None) -> None:
        """Execute the command, answer the client, and send the command to the others. (CO-1)"""
        self._effects.append(Because("CO-1"))
        self.append(command)
        if client is not None:
            self._effects.append(Answer(client, Applied(self.log.last_index)))
        for node in self.nodes:
            if node != self.id:
                self._effects.append(Send(Copy(self.id, node, self.term, command)))  # type: ignore[arg-type]

    def on_read(self, command: str, client: str | None) -> None:
        """Answer from this node's own copy. (CO-3)"""
        self._effects.append(Because("CO-3"))
        if client is not None:
            self._effects.append(Answer(client, ReadNow(command)))

    def voters(self) -> tuple[str, ...]:
        """The nodes that have a vote: none, because the nodes decide nothing together."""
        return ()

    def append(self, command: str) -> None:
        """Save a command, and execute it."""
        entry = LogEntry(self.term, command)
        index = self.log.last_index + 1
        self.log.replace_from(index, (entry,))
        self._effects.append(Save(self.term, None, index, (entry,)))
        self.apply()

    def apply(self) -> None:
        """Execute the saved commands that are not yet executed."""
        while self.last_applied < self.log.last_index:
            self.last_applied += 1
            self._effects.append(Apply(self.last_applied, self.log.entry(self.last_applied)))
        self.commit_index = self.last_applied


TWO_COPIES = Story(
    "two_copies", "Two copies, and a cut between them", nodes=2, seed=1, ticks=120, goals=(),
    actions=(
        (0, "set_network", (3, 3)),
        (5, "propose", "x=1", "n1", "Ann"),
        (20, "cut", "n1", "n2"),
        (30, "propose", "x=2", "n1", "Ann"),
        (40, "read", "x", "n2", "Bob"),
        (50, "propose", "x=3", "n2", "Bob"),
        (70, "heal"),
        (90, "read", "x", "n1", "Ann"),
        (90, "read", "x", "n2", "Bob"),
    ),
    stops=(
        (0, "There are two nodes. Each node executes the commands of its client, and sends them to the other node. Ann talks to n1, and Bob to n2."),
        (20, "Both have x=1. Now the link between them is cut."),
        (30, "Ann writes x=2, and n1 tells her that it is done. n2 does not hear of it."),
        (39, "Bob is about to read x from n2."),
        (40, "Bob has read 1, although n1 has told Ann that x=2 is done."),
        (50, "Bob writes x=3, and n2 tells him that it is done. Broken: the second command is x=2 on n1 and x=3 on n2, and both have been confirmed."),
        Ask(69, "The link is about to work again. Will the two copies become equal?", ("yes", "no"), "no", 90,
            then="No: a lost message is not sent again, and no rule says which of the two writes comes first."),
        (70, "The link works again."),
        (90, "Ann has read 2, and Bob has read 3: the copies are still different."),
        (120, "In short: during the cut each node accepted writes alone. Now the two logs differ, and no message makes them equal again."),
    ),
)  # fmt: skip

TWO_AT_ONCE = Story(
    "two_at_once", "Two writes at once, and no cut", nodes=2, seed=1, ticks=60, goals=(),
    actions=(
        (0, "set_network", (3, 3)),
        (5, "propose", "x=1", "n1", "Ann"),
        (5, "propose", "x=2", "n2", "Bob"),
        (30, "read", "x", "n1", "Ann"),
        (30, "read", "x", "n2", "Bob"),
    ),
    stops=(
        (0, "There are two nodes, n1 and n2. In a moment, Ann will write x=1 to n1, and Bob will write x=2 to n2."),
        (5, "Ann writes x=1 to n1 and Bob writes x=2 to n2, at the same time. Broken: the first command is x=1 on n1 and x=2 on n2."),
        (8, "Both nodes have now executed both commands: n1 first x=1 and then x=2, and n2 first x=2 and then x=1."),
        (30, "Ann has read 2, and Bob has read 1. Both nodes have executed the same two commands, but in a different order."),
        (60, "In short: even without a cut the two copies differ. The nodes must agree on the order of commands before they execute them."),
    ),
)  # fmt: skip
