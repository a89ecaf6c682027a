"""Paxos for a single decision: proposers, acceptors and learners in the same cluster as Raft.

Source: L. Lamport, "Paxos Made Simple", 2001; the rules PX-... name its sections.

Every node is all three at once. It has the same interface as `Raft`, so that cluster, trace,
invariants and player take it as it is:

    role          a candidate is a proposer at work, everybody else a follower; nobody leads
    term          the highest number it has promised (durable)
    log           at most one entry: the proposal it has accepted last, number and value (durable)
    votes         who has promised, then who has accepted, what this proposer asked for
    commit_index  1 as soon as it knows what is chosen

So P3 reads here: one number, one value. And P5: no two nodes learn different values.
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
        saved: HardState = HardState(),  # noqa: B008 - it is immutable
    ):
        self.id = id
        self.nodes = nodes
        self.random = random
        self.election_timeout = election_timeout
        # The acceptor's memory: what it has promised, what it has accepted. (PX-0)
        self.term = saved.term
        self.log = Log(saved.log)
        # The proposer's: all of it may be lost.
        self.role = Role.FOLLOWER
        self.wanted: str | None = None  # the value it would like to have chosen
        self.number = 0  # of the proposal it is working on; 0: none
        self.promises: dict[str, tuple[int, str | None]] = {}  # who promised it, and what they had accepted
        self.votes: frozenset[str] = frozenset()
        self.highest_seen = 0
        self.waiting: dict[str, str] = {}  # client -> the value it wants
        # The learner's.
        self.acceptors: dict[int, frozenset[str]] = {}  # number -> who is known to have accepted it
        self.commit_index = self.last_applied = 0
        # What Raft has besides, and Paxos does not.
        self.voted_for: str | None = None
        self.leader: str | None = None
        self.next_index: dict[str, int] = {}
        self.match_index: dict[str, int] = {}
        self._effects: list[Effect] = []
        self.timer: int | None = None
        if saved.log:
            self.reset_timer()

    def step(self, event: Event | PaxosMessage) -> tuple[Effect, ...]:
        """Take one event; return what is to be done about it, in this order."""
        self._effects = []
        self.handle(event)
        return tuple(self._effects)

    def handle(self, event: Event | PaxosMessage) -> None:
        """Call the handler of an event."""
        getattr(self, HANDLERS[type(event)])(event)

    # -- The proposer ---------------------------------------------------------------------------------

    def on_propose(self, event: Propose) -> None:
        """A client wants this value: propose it, unless there is already something under way. (PX-1)"""
        if event.client is not None:
            self.waiting[event.client] = event.command
        if self.commit_index:
            self.answer_clients()
        elif self.wanted is None:
            self.wanted = event.command
            self.prepare()

    def on_tick(self, event: Tick) -> None:
        """Only those who wait for something have a timer running."""
        if self.timer is not None:
            self.timer -= event.n
            if self.timer <= 0:
                self.on_election_timeout(ElectionTimeout())

    def on_election_timeout(self, event: ElectionTimeout) -> None:
        """Nothing was chosen, as far as one knows: try (again). (PX-7, PX-8)"""
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
        """Phase 1: ask everyone to promise a number that nobody else uses. (PX-1, 2.2)"""
        self.because("PX-1")
        self.role = Role.CANDIDATE
        rounds = max(self.term, self.highest_seen) // len(self.nodes) + 1
        self.number = rounds * len(self.nodes) + self.nodes.index(self.id)
        self.promises, self.votes = {}, frozenset()
        self.reset_timer()
        for node in self.everyone():
            self.send(Prepare(self.id, node, self.number))

    def on_promise(self, msg: Promise) -> None:
        """With a majority's promises, phase 2: propose what must survive, or one's own. (PX-4, 2.2)"""
        if msg.term != self.number or self.is_quorum(len(self.promises)):
            return  # an answer to an earlier question, or one more than was needed
        self.promises[msg.src] = (msg.accepted_number, msg.accepted_value)
        self.votes = frozenset(self.promises)
        if self.is_quorum(len(self.promises)):
            number, value = self.number, self.value_to_propose()
            self.votes = frozenset()
            # All are asked, even if one's own acceptor has promised a higher number.
            for node in self.everyone():
                self.send(Accept(self.id, node, number, value))

    def value_to_propose(self) -> str:
        """The value of the highest proposal that those who promised had accepted: it may be chosen. (PX-4)"""
        self.because("PX-4")
        number, value = max(self.promises.values(), key=lambda accepted: accepted[0])
        return value if number and value is not None else str(self.wanted)

    def on_refusal(self, msg: Refusal) -> None:
        """Someone has promised a higher number: this proposal is given up; the timer runs on. (PX-7, 2.4)"""
        self.highest_seen = max(self.highest_seen, msg.promised)
        if msg.term == self.number and msg.promised > self.number:
            self.number, self.promises, self.votes = 0, {}, frozenset()

    # -- The acceptor -----------------------------------------------------------------------------------

    def on_prepare(self, msg: Prepare) -> None:
        """Promise a number higher than all before, and say what was accepted until now. (PX-2, PX-3, 2.2)"""
        if msg.term <= self.term:
            self.refuse(msg)
            return
        self.because("PX-2")
        self.term = msg.term
        self.save()  # before the reply: a promise lost in a crash could be broken
        value = self.log.entry(1).command if len(self.log) else None
        self.send(Promise(self.id, msg.src, msg.term, self.log.last_term, value))

    def on_accept(self, msg: Accept) -> None:
        """Accept a proposal unless a higher number was promised, and let all learners know. (PX-5, 2.2, 2.3)"""
        if msg.term < self.term:
            self.refuse(msg)
            return
        self.because("PX-5")
        self.term = msg.term
        self.store(LogEntry(msg.term, msg.value))  # before the replies: others will count on it
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
        """What a majority has accepted under one number is chosen, now and for ever. (PX-6, 2.3)"""
        if self.commit_index:
            return
        self.acceptors[msg.term] = self.acceptors.get(msg.term, frozenset()) | {msg.src}
        if msg.term == self.number:
            self.votes = self.acceptors[msg.term]
        if self.is_quorum(len(self.acceptors[msg.term])):
            self.because("PX-6")
            if self.log.last_term < msg.term:
                # Kept like one's own acceptance: nothing else can be chosen, and a restart finds it.
                self.store(LogEntry(msg.term, msg.value))
            self.commit_index = self.last_applied = 1
            self.role, self.timer = Role.FOLLOWER, None
            self._effects.append(Apply(1, LogEntry(0, msg.value)))
            self.answer_clients()

    def answer_clients(self) -> None:
        """Tell each client that waits whether its value was chosen."""
        chosen = self.log.entry(1).command
        for client, wanted in self.waiting.items():
            result = Applied(1) if wanted == chosen else Refused(f"{chosen} was chosen")
            self._effects.append(Answer(client, result))
        self.waiting = {}

    # -- The small words ----------------------------------------------------------------------------------

    def everyone(self) -> tuple[str, ...]:
        """All nodes, oneself first: what others hear of it must already be saved."""
        return (self.id, *(node for node in self.nodes if node != self.id))

    def voters(self) -> tuple[str, ...]:
        """The nodes that have a vote: all acceptors."""
        return self.nodes

    def is_quorum(self, count: int) -> bool:
        """Is that a majority of all nodes?"""
        return count >= majority(len(self.nodes))

    def reset_timer(self) -> None:
        """Wait for a random time, so that two proposers do not stop each other again and again. (PX-7)"""
        shortest, longest = self.election_timeout
        self.timer = shortest + int(self.random.random() * (longest - shortest + 1))

    def store(self, entry: LogEntry) -> None:
        """Write down what was accepted, in place of what was accepted before. (PX-0)"""
        self.log.replace_from(1, (entry,))
        self.save(from_index=1)

    def save(self, from_index: int | None = None) -> None:
        """Have the promise written to disk, and the accepted proposal if it has changed. (PX-0)"""
        index = self.log.last_index + 1 if from_index is None else from_index
        self._effects.append(Save(self.term, None, index, self.log.entries_from(index)))

    def because(self, rule: str) -> None:
        """Say which rule has just fired."""
        self._effects.append(Because(rule))

    def send(self, msg: PaxosMessage) -> None:
        """Have a message sent; what a node says to itself needs no network."""
        if msg.dst == self.id:
            self.handle(msg)
        else:
            self._effects.append(Send(msg))  # type: ignore[arg-type]  # a message of another protocol


class PaxosWithoutDice(Paxos):
    """Unlike Paxos as it should be run: everyone waits equally long before trying again."""

    def reset_timer(self) -> None:
        """Replaces the random time by the shortest one."""
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

# Two proposers on a slow network, the second one half a round behind: each new number arrives just in time
# to spoil what the other one asked for.
DUEL = Story(
    "paxos_duel", "Two proposers stop each other", nodes=3, ticks=300, goals=(),
    actions=(
        (0, "set_network", (5, 5)),
        (1, "propose", "x=1", "n1"),
        (8, "propose", "x=2", "n3"),
    ),
    stops=(
        (1, "n1's client wants x=1. n1 asks all nodes to promise its number."),
        (8, "n3's client wants x=2. n3 asks all nodes to promise a higher number."),
        Ask(14, "n3's question is about to arrive. Will the others still accept n1's proposal after that?", ("yes", "no"), "no", "refusal",
            then="No: they have promised a higher number."),
        (15, "All nodes have promised n3's number, so n1's proposal will come too late."),
        ("refusal", "n2 refuses n1's proposal: it has promised n3 a higher number."),
        ("commit", "A value is chosen: one proposer waited long enough for the other to finish."),
    ),
)  # fmt: skip
