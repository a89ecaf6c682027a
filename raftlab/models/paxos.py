"""Paxos for a single decision: proposers, acceptors and learners in the same cluster as Raft.

Source: L. Lamport, "Paxos Made Simple", 2001; the rules PX-... name its sections.

Every node is all three at once. It has the same interface as `Raft`, so that cluster, trace,
invariants and player can use it:

    role          candidate for a node with a proposal under way, otherwise follower; there is no leader
    term          the highest number that it has promised (durable)
    log           at most one entry: the number and value of the proposal that it accepted last (durable)
    votes         for a proposer, the nodes that have promised, then those that have accepted
    commit_index  1 as soon as it knows which value is chosen

So here P3 says that all proposals with one number have one value, and P5 that no two nodes learn different values.
"""

from random import Random

from raftlab.log import Log
from raftlab.messages import (
    Answer,
    Applied,
    Apply,
    Because,
    Effect,
    ElectionTimeout,
    Event,
    HardState,
    LogEntry,
    Propose,
    Refused,
    Role,
    Save,
    Send,
    Tick,
)
from raftlab.models.paxos_words import RULES, WORDS, Accept, Accepted, PaxosMessage, Prepare, Promise, Refusal
from raftlab.raft import majority
from raftlab.sim.stops import Ask
from raftlab.sim.story import Story


class Paxos:
    """One node: proposer, acceptor and learner of one decision."""

    messages: tuple[type, ...] = (Prepare, Promise, Accept, Accepted, Refusal)
    rules = RULES
    words = WORDS

    def __init__(
        self,
        id: str,
        nodes: tuple[str, ...],
        random: Random,
        election_timeout: tuple[int, int] = (15, 30),  # ticks: how long a proposer waits to try again
        heartbeat_interval: int = 5,  # Paxos has no heartbeats
        saved: HardState = HardState(),  # noqa: B008 - a default that is immutable does no harm
    ):
        self.id = id
        self.nodes = nodes
        self.random = random
        self.election_timeout = election_timeout
        # The acceptor's state: what it has promised and what it has accepted. (PX-0)
        self.term = saved.term
        self.log = Log(saved.log)
        # The proposer's state, which may be lost in a crash.
        self.role = Role.FOLLOWER
        self.wanted: str | None = None  # the value it would like to have chosen
        self.number = 0  # the number of its present proposal; 0: none
        # node that has promised -> what it had accepted
        self.promises: dict[str, tuple[int, str | None]] = {}
        self.votes: frozenset[str] = frozenset()
        self.highest_seen = 0
        self.waiting: dict[str, str] = {}  # client -> the value it wants
        # The learner's state.
        self.acceptors: dict[int, frozenset[str]] = {}  # number -> the nodes known to have accepted it
        self.commit_index = self.last_applied = 0
        # Attributes of Raft that Paxos does not use.
        self.voted_for: str | None = None
        self.leader: str | None = None
        self.next_index: dict[str, int] = {}
        self.match_index: dict[str, int] = {}
        self._effects: list[Effect] = []
        self.timer: int | None = None
        if saved.log:
            self.reset_timer()

    def step(self, event: Event | PaxosMessage) -> tuple[Effect, ...]:
        """Handle one event and return its effects, in the order in which they are to be carried out."""
        self._effects = []
        self.handle(event)
        return tuple(self._effects)

    def handle(self, event: Event | PaxosMessage) -> None:
        """Call the handler of an event."""
        getattr(self, HANDLERS[type(event)])(event)

    # -- The proposer ---------------------------------------------------------------------------------

    def on_propose(self, event: Propose) -> None:
        """Propose a client's value, unless this node already has a proposal under way. (PX-1)"""
        if event.client is not None:
            self.waiting[event.client] = event.command
        if self.commit_index:
            self.answer_clients()
        elif self.wanted is None:
            self.wanted = event.command
            self.prepare()

    def on_tick(self, event: Tick) -> None:
        """Count down the timer, if it runs; it runs only while the node waits for something."""
        if self.timer is not None:
            self.timer -= event.n
            if self.timer <= 0:
                self.on_election_timeout(ElectionTimeout())

    def on_election_timeout(self, event: ElectionTimeout) -> None:
        """Try (again): as far as this node knows, no value was chosen in time. (PX-7, PX-8)"""
        self.timer = None
        if self.commit_index:
            return
        if self.wanted is None and len(self.log):
            self.because("PX-8")
            self.wanted = self.log.entry(1).command
            self.prepare()
        elif self.wanted is not None:
            self.because("PX-7")
            self.prepare()

    def prepare(self) -> None:
        """Phase 1: ask all nodes to promise a number that no other node uses. (PX-1, 2.2)"""
        self.because("PX-1")
        self.role = Role.CANDIDATE
        rounds = max(self.term, self.highest_seen) // len(self.nodes) + 1
        self.number = rounds * len(self.nodes) + self.nodes.index(self.id)
        self.promises, self.votes = {}, frozenset()
        self.reset_timer()
        for node in self.everyone():
            self.send(Prepare(self.id, node, self.number))

    def on_promise(self, msg: Promise) -> None:
        """With the promises of a majority, begin phase 2: propose a value. (PX-4, 2.2)"""
        if msg.term != self.number or self.is_quorum(len(self.promises)):
            return  # it answers an earlier request, or a majority has already promised
        self.promises[msg.src] = (msg.accepted_number, msg.accepted_value)
        self.votes = frozenset(self.promises)
        if self.is_quorum(len(self.promises)):
            number, value = self.number, self.value_to_propose()
            self.votes = frozenset()
            # Send it to all nodes, even if this node's own acceptor has promised a higher number.
            for node in self.everyone():
                self.send(Accept(self.id, node, number, value))

    def value_to_propose(self) -> str:
        """The value of the highest proposal that a node with a promise has accepted, because it may be chosen; otherwise the node's own. (PX-4)"""
        self.because("PX-4")
        number, value = max(self.promises.values(), key=lambda accepted: accepted[0])
        return value if number and value is not None else str(self.wanted)

    def on_refusal(self, msg: Refusal) -> None:
        """Give the proposal up: a node has promised a higher number. The timer runs on. (PX-7, 2.4)"""
        self.highest_seen = max(self.highest_seen, msg.promised)
        if msg.term == self.number and msg.promised > self.number:
            self.number, self.promises, self.votes = 0, {}, frozenset()

    # -- The acceptor -----------------------------------------------------------------------------------

    def on_prepare(self, msg: Prepare) -> None:
        """Promise a number if it is higher than all before, and say which proposal this node has accepted. (PX-2, PX-3, 2.2)"""
        if msg.term <= self.term:
            self.refuse(msg)
            return
        self.because("PX-2")
        self.term = msg.term
        self.save()  # before the reply: a node that forgot its promise in a crash could break it
        value = self.log.entry(1).command if len(self.log) else None
        self.send(Promise(self.id, msg.src, msg.term, self.log.last_term, value))

    def on_accept(self, msg: Accept) -> None:
        """Accept a proposal unless a higher number was promised, and tell all learners. (PX-5, 2.2, 2.3)"""
        if msg.term < self.term:
            self.refuse(msg)
            return
        self.because("PX-5")
        self.term = msg.term
        # Before the replies: other nodes will count this acceptance.
        self.store(LogEntry(msg.term, msg.value))
        if self.role is Role.FOLLOWER and not self.commit_index:
            self.reset_timer()
        for node in self.everyone():
            self.send(Accepted(self.id, node, msg.term, msg.value))

    def refuse(self, msg: Prepare | Accept) -> None:
        """Tell a proposer that its number is too small. (PX-3)"""
        self.because("PX-3")
        self.send(Refusal(self.id, msg.src, msg.term, self.term))

    # -- The learner ------------------------------------------------------------------------------------

    def on_accepted(self, msg: Accepted) -> None:
        """Learn that a value is chosen when a majority has accepted it under one number. (PX-6, 2.3)"""
        if self.commit_index:
            return
        self.acceptors[msg.term] = self.acceptors.get(msg.term, frozenset()) | {msg.src}
        if msg.term == self.number:
            self.votes = self.acceptors[msg.term]
        if self.is_quorum(len(self.acceptors[msg.term])):
            self.because("PX-6")
            if self.log.last_term < msg.term:
                # Stored as if this node had accepted it: no other value can be chosen, and it survives a crash.
                self.store(LogEntry(msg.term, msg.value))
            self.commit_index = self.last_applied = 1
            self.role, self.timer = Role.FOLLOWER, None
            self._effects.append(Apply(1, LogEntry(0, msg.value)))
            self.answer_clients()

    def answer_clients(self) -> None:
        """Answer each waiting client whether its value was chosen."""
        chosen = self.log.entry(1).command
        for client, wanted in self.waiting.items():
            result = Applied(1) if wanted == chosen else Refused(f"{chosen} was chosen")
            self._effects.append(Answer(client, result))
        self.waiting = {}

    # -- Helpers ------------------------------------------------------------------------------------------

    def everyone(self) -> tuple[str, ...]:
        """All nodes, this one first: it must save its own promise or acceptance before others hear of it."""
        return (self.id, *(node for node in self.nodes if node != self.id))

    def voters(self) -> tuple[str, ...]:
        """The nodes that have a vote: all acceptors."""
        return self.nodes

    def is_quorum(self, count: int) -> bool:
        """Is `count` a majority of all nodes?"""
        return count >= majority(len(self.nodes))

    def reset_timer(self) -> None:
        """Wait for a random time, so that two proposers do not block each other for ever. (PX-7)"""
        shortest, longest = self.election_timeout
        self.timer = shortest + int(self.random.random() * (longest - shortest + 1))

    def store(self, entry: LogEntry) -> None:
        """Store the accepted proposal in place of an earlier one. (PX-0)"""
        self.log.replace_from(1, (entry,))
        self.save(from_index=1)

    def save(self, from_index: int | None = None) -> None:
        """Save the promise to disk, and the accepted proposal if it has changed. (PX-0)"""
        index = self.log.last_index + 1 if from_index is None else from_index
        self._effects.append(Save(self.term, None, index, self.log.entries_from(index)))

    def because(self, rule: str) -> None:
        """Record which rule was applied."""
        self._effects.append(Because(rule))

    def send(self, msg: PaxosMessage) -> None:
        """Send a message. A message to the node itself does not use the network."""
        if msg.dst == self.id:
            self.handle(msg)
        else:
            self._effects.append(Send(msg))  # type: ignore[arg-type]  # a message of another protocol


class PaxosWithoutDice(Paxos):
    """Unlike Paxos: all proposers wait equally long before they try again."""

    def reset_timer(self) -> None:
        """Replaces the random time: wait for the shortest one."""
        self.timer = self.election_timeout[0]


HANDLERS: dict[type, str] = {
    Propose: "on_propose",
    Tick: "on_tick",
    ElectionTimeout: "on_election_timeout",
    Prepare: "on_prepare",
    Promise: "on_promise",
    Accept: "on_accept",
    Accepted: "on_accepted",
    Refusal: "on_refusal",
}

# Two proposers on a slow network, the second one half a round behind the first: each new number arrives just
# before the other's proposal, which is then refused.
DUEL = Story(
    "paxos_duel", "Two proposers on a slow network", nodes=3, ticks=300, goals=(),
    actions=(
        (0, "set_network", (5, 5)),
        (1, "propose", "x=1", "n1"),
        (8, "propose", "x=2", "n3"),
    ),
    stops=(
        (1, "n1's client wants x=1. n1 asks all nodes to promise its number."),
        (8, "n3's client wants x=2. n3 asks all nodes to promise a higher number."),
        Ask(12, "n3's request is about to arrive. Will the others still accept n1's proposal after that?", ("yes", "no"), "no", "refusal",
            then="No: they have promised a higher number."),
        (13, "All nodes have promised n3's number, so n1's proposal will come too late."),
        ("refusal", "n2 refuses n1's proposal: it has promised n3 a higher number."),
        ("commit", "A value is chosen: one proposer waited long enough for the other to finish."),
    ),
)  # fmt: skip
