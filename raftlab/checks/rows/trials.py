"""Handler checks that do not fit into a table: they repeat something many times, or look at a new node."""

from collections.abc import Callable, Iterator
from random import Random
from typing import NamedTuple

from raftlab.checks.failure import FELL_OVER, Failure, NodeError, fell_over
from raftlab.checks.rows.handlers import plain
from raftlab.checks.short_forms import append, as_seen, entries, node_in, told, vote
from raftlab.messages import (
    ElectionTimeout,
    HardState,
    HeartbeatTimeout,
    InstallSnapshot,
    InstallSnapshotReply,
    RequestPreVote,
    Role,
    Send,
    Tick,
)
from raftlab.raft import Raft, majority
from raftlab.sim.english import plural


class Trial(NamedTuple):
    """A check that is a function: it tries something, and returns in words what is wrong, or ""."""

    rule: str
    expectation: str
    schedule: tuple[str, ...]
    should: str
    tried: Callable[[type[Raft]], str]

    @property
    def name(self) -> str:
        """The rule, and what it requires."""
        return f"{self.rule}: {self.expectation}"

    def run(self, raft: type[Raft]) -> Failure | None:
        """What a node of this class does wrong here."""
        try:
            wrong = self.tried(raft)
        except NodeError as error:
            wrong = str(error)
        except FELL_OVER as error:
            wrong = fell_over(error)
        return Failure(self.rule, self.expectation, self.schedule, self.should, wrong) if wrong else None


def restarted(raft: type[Raft]) -> str:
    """After a restart, a node has what it saved, and nothing else."""
    saved = HardState(4, "n2", entries("1:a 4:b"))
    made = raft("n1", ("n1", "n2", "n3"), Random("dice"), saved=saved)
    is_there = (made.term, made.voted_for, tuple(made.log)) == tuple(saved[:3])
    begins_anew = (made.role, made.commit_index, made.last_applied) == (Role.FOLLOWER, 0, 0)
    if is_there and begins_anew:
        return ""
    return f"it is {as_seen(made)}, {made.last_applied} entries applied"


def refused_snapshot(raft: type[Raft]) -> str:
    """A snapshot of an older term is refused, or not answered at all."""
    effects = node_in(raft, {"term": 3}).step(InstallSnapshot("n2", "n1", 2, 1, 1, "S", ()))
    sent = [effect.message for effect in effects if isinstance(effect, Send)]
    wrong = [each for each in sent if isinstance(each, InstallSnapshotReply) and each.match_index > 0]
    return f"it reports that it has the entries up to {wrong[0].match_index}" if wrong else ""


def told_the_term(raft: type[Raft]) -> str:
    """Whoever asks in an older term than the voter's gets an answer of the voter's term, whatever it says."""
    effects = node_in(raft, {"term": 5}).step(RequestPreVote("n2", "n1", 2, 3, 9, 9))
    terms = [effect.message.term for effect in effects if isinstance(effect, Send)]
    return "" if terms == [5] else f"the terms of its answers are {terms}"


def within_bounds(raft: type[Raft]) -> str:
    """Sixty timeouts of a follower and of a candidate lie between the bounds."""
    for role, lengths in timers(raft):
        shortest, longest = node_in(raft, {}).election_timeout
        for each in lengths:
            if not isinstance(each, int) or not shortest <= each <= longest:
                return f"a {role}'s timer is set to {each!r}, which is not from {shortest} to {longest} ticks"
    return ""


def random_lengths(raft: type[Raft]) -> str:
    """Sixty timeouts of a follower and of a candidate are not all the same."""
    for role, lengths in timers(raft):
        if len(set(lengths)) < 8:
            return f"60 timers of a {role} have only {plural(len(set(lengths)), 'different length')}"
    return ""


def timers(raft: type[Raft]) -> Iterator[tuple[str, list[int]]]:
    """The lengths of sixty election timers of a follower, and of a candidate."""
    for role, event in (("follower", append(3)), ("candidate", ElectionTimeout())):
        made, lengths = node_in(raft, {"term": 3}), []
        for _ in range(60):
            made.step(event)
            lengths.append(made.timer)
        yield role, lengths


def together(raft: type[Raft]) -> str:
    """The timers of two nodes with different dice seldom have the same length."""
    one, other = (raft(id, ("n1", "n2"), Random(id)) for id in ("n1", "n2"))
    equal = 0
    for _ in range(40):
        one.step(ElectionTimeout())
        other.step(ElectionTimeout())
        equal += one.timer == other.timer
    return f"in {equal} of 40 elections both timers were equally long" if equal > 12 else ""


def heartbeats(raft: type[Raft]) -> str:
    """A leader sends a heartbeat after each heartbeat interval, and not much more often."""
    made = node_in(raft, {"role": "leader", "term": 2})
    made.timer = made.heartbeat_interval
    spoke = [number for number in range(1, 31) if told(made.step(Tick(1)))]
    right = list(range(made.heartbeat_interval, 31, made.heartbeat_interval))
    return "" if spoke == right else f"it sent heartbeats at these ticks of 30: {spoke or 'none'}"


def stored(raft: type[Raft]) -> str:
    """A follower can store what a leader sends to it."""
    leader = node_in(raft, {"role": "leader", "term": 2, "log": "1:a 2:b", "next_index": {"n2": 2, "n3": 3}})
    follower = Raft("n2", leader.nodes, Random("dice"), saved=HardState(2, None, entries("1:a")))
    for effect in leader.step(HeartbeatTimeout()):
        if isinstance(effect, Send) and effect.message.dst == "n2":
            follower.step(effect.message)
    has = tuple(follower.log)
    return "" if has == entries("1:a 2:b") else f"a follower with the log 1:a then has {plain(has)}"


def majorities(raft: type[Raft]) -> str:
    """With n voters, more than half of them are a quorum: a candidate with so many votes leads, one with fewer does not."""
    for count in range(1, 8):
        made = node_in(raft, {"nodes": count})
        made.step(ElectionTimeout())
        for size in range(1, count + 1):
            if size > 1:
                made.step(vote(1, src=f"n{size}"))
            if (made.role is Role.LEADER) is not (size >= majority(count)):
                return f"with {size} of {count} votes it is a {made.role.value}"
    return ""
