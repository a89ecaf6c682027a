"""A node that is played by hand: it does what the player answers, and the reference takes the same step for comparison."""

import re
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from raftlab.checks.mistake_finder import RightStep, rule_broken, what_differs
from raftlab.checks.short_forms import event_words
from raftlab.messages import (
    AppendEntries,
    ElectionTimeout,
    Event,
    RequestVote,
    RequestVoteReply,
    Role,
    Send,
    Tick,
)
from raftlab.raft import Raft

REPLIES = ("yes", "no", "nothing")
LOGS = ("as it is", "as the message says")
ROLES = tuple(role.value for role in Role)
# The words for what is asked, in the form and in the report.
WORDS = {
    "term": "term", "role": "role", "voted_for": "vote", "log": "log", "commit_index": "commit index",
    "reply": "reply",
}  # fmt: skip
# What the player is asked, for each kind of event. All else follows from the answers.
ASKED: dict[type, tuple[str, ...]] = {
    RequestVote: ("term", "role", "voted_for", "reply"),
    AppendEntries: ("term", "role", "log", "commit_index", "reply"),
    RequestVoteReply: ("term", "role"),
    ElectionTimeout: ("role",),
}


class Move(NamedTuple):
    """What the node does about one event: its state afterwards, and its reply.

    term, commit_index: numbers. role: one of ROLES. voted_for: a node or None. log: one of LOGS; the message says
    where its entries go. reply: one of REPLIES. A node that becomes a candidate also gets a new term, votes for
    itself and sends its requests; a node that becomes leader also sends heartbeats.
    """

    term: int
    role: str
    voted_for: str | None
    log: str = "as it is"
    commit_index: int = 0
    reply: str = "nothing"


class Judged(NamedTuple):
    """One answer and what the rules say, in words, and the rule that decides. If the answer is right, the words are equal."""

    tick: int
    event: str
    did: str
    should: str
    right: bool
    rule: str | None


class Waiting(Exception):  # noqa: N818 - nothing is wrong: it is the player's turn
    """The next event needs an answer that the player has not given."""


class Hand(Raft):
    """The nodes of a run in which one node is played by hand. played: that node. moves: its answers so far, in order."""

    played: ClassVar[str]
    moves: ClassVar[tuple[Move, ...]]
    ends: ClassVar[bool]  # whether the rules take over when all moves are made

    def __init__(self, *arguments: Any, **named: Any):
        self.judged: list[Judged] = []
        self.before: tuple[Event, Move] | None = None  # the event that needs an answer
        self.routine: tuple[str, int] | None = None  # (leader, term) whose heartbeats need no more answers
        super().__init__(*arguments, **named)

    def step(self, event: Event) -> tuple[Any, ...]:
        """Carry out the player's move for this event, and compare it with the reference. Raises Waiting if there is none yet."""
        if isinstance(event, Tick) and self.timer - event.n <= 0:
            self.timer, about = 0, ElectionTimeout()
        else:
            about = event  # type: ignore[assignment]
        if self.id != self.played or self.role is Role.LEADER or type(about) not in ASKED:
            return super().step(event)
        right = RightStep(self, about)
        made = len(self.judged)
        if self.is_routine(about, right.twin) or (made >= len(self.moves) and self.ends):
            return super().step(about)
        if made >= len(self.moves):
            self.before = (about, unchanged(self))
            raise Waiting
        before = tuple(self.log)
        self._effects = []
        carry_out(self, about, self.moves[made])
        found = right.compared(self, tuple(self._effects))
        did = words_of(self.moves[made], about)
        should = words_of(right_move(before, right.twin, right.effects, about), about)
        if found.differs and did == should:  # only what was sent or stored differs
            did, should = what_differs(found)
        rule = rule_broken(found) if found.differs else right.rule
        self.judged.append(Judged(0, happens(about), did, should, not found.differs, rule))
        if not found.differs and isinstance(about, AppendEntries):
            self.routine = (about.src, self.term)
        return tuple(self._effects)

    def is_routine(self, event: Event, twin: Raft) -> bool:
        """Is this a heartbeat that changes nothing, from a leader that the player has answered rightly before?"""
        return (
            isinstance(event, AppendEntries)
            and self.routine == (event.src, event.term) == (event.src, self.term)
            and (twin.term, twin.commit_index, tuple(twin.log))
            == (self.term, self.commit_index, tuple(self.log))
            and self.log.term_at(event.prev_log_index) == event.prev_log_term
        )


def unchanged(node: Raft) -> Move:
    """The move that leaves a node as it is."""
    return Move(node.term, node.role.value, node.voted_for, commit_index=node.commit_index)


def right_move(log: tuple[Any, ...], twin: Raft, effects: Sequence[Any], event: Any) -> Move:
    """The move that the rules make. log: the entries before it. twin, effects: the reference after it."""
    replies = [effect.message for effect in effects if isinstance(effect, Send)]
    reply = "nothing"
    if replies and replies[0].dst == getattr(event, "src", None):
        granted = getattr(replies[0], "vote_granted", getattr(replies[0], "success", None))
        reply = "yes" if granted else "no"
    stored = "as it is" if tuple(twin.log) == log else "as the message says"
    return Move(twin.term, twin.role.value, twin.voted_for, stored, twin.commit_index, reply)


def happens(event: Event) -> str:
    """An event in words to the player: "you receive ..."."""
    words = re.sub(r"^it receives", "you receive", event_words(event))
    words = re.sub(r"^its|(?<=request for )its", "your", words)
    return re.sub(r"leader commit (\d+)", r"and the leader's commit index is \1", words)


def words_of(move: Move, event: Event) -> str:
    """A move in words, with only what the player was asked."""
    answers = {name: getattr(move, name) for name in ASKED[type(event)]}
    return ", ".join(
        f"{WORDS[name]} {'nobody' if answer is None else answer}" for name, answer in answers.items()
    )


def carry_out(node: Raft, event: Any, move: Move) -> None:
    """Do what the player answered, right or wrong, in the order that a node must keep: state, disk, reply."""
    if isinstance(event, ElectionTimeout):
        if move.role == Role.CANDIDATE.value:
            node.campaign()
        else:
            node.reset_election_timer()
        return
    persistent = (node.term, node.voted_for)
    if move.role == Role.FOLLOWER.value and (node.role is not Role.FOLLOWER or move.term != node.term):
        node.become_follower(node.term)
    node.term, node.voted_for = move.term, move.voted_for if RequestVote is type(event) else node.voted_for
    if node.term != persistent[0] and not isinstance(event, RequestVote):
        node.voted_for = None
    if isinstance(event, RequestVoteReply) and event.vote_granted and node.role is Role.CANDIDATE:
        node.votes |= {event.src}
    if (node.term, node.voted_for) != persistent:
        node.save()
    if isinstance(event, AppendEntries):
        _append(node, event, move)
    elif isinstance(event, RequestVote) and move.reply != "nothing":
        if move.reply == "yes":
            node.reset_election_timer()
        node.reply_vote(event, vote_granted=move.reply == "yes", because="RV-2")
    if move.role == Role.LEADER.value:
        node.become_leader()


def _append(node: Raft, event: AppendEntries, move: Move) -> None:
    if event.term >= node.term:
        node.leader = event.src
        node.reset_election_timer()
    if move.log == "as the message says" and event.entries:
        index = min(event.prev_log_index, node.log.last_index) + 1
        node.log.replace_from(index, event.entries)
        node.save(from_index=index)
    commit_index = min(move.commit_index, node.log.last_index)
    if commit_index > node.commit_index:
        node.commit(commit_index, because="AE-5")
    if move.reply == "yes":
        last_new = event.prev_log_index + len(event.entries)
        node.reply_append(event, success=True, match_index=last_new, because="FO-1")
    elif move.reply == "no":
        node.reply_append(event, success=False, because="AE-2")
