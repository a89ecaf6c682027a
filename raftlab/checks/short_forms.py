"""The short forms in which checks are written: a node in any state, what happens to it, and what it does.

entries("1:a 2:b")                two entries, each with its term
request_vote(3, "2:9")            a request of term 3 by n2, whose log ends with entry 9, of term 2
append(3, "1:1", "3:x", commit=1) an append of term 3 by n2 after entry 1 of term 1
"""

import re
from collections.abc import Iterable
from random import Random
from typing import Any

from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    Effect,
    HardState,
    LogEntry,
    NotLeader,
    ReadNow,
    Refused,
    RequestVote,
    RequestVoteReply,
    Restore,
    Role,
    Send,
)
from raftlab.raft import Raft


def entries(text: str) -> tuple[LogEntry, ...]:
    """The entries that a text names; "_" stands for a blank in a command."""
    return tuple(
        LogEntry(int(term), command.replace("_", " "))
        for term, _, command in (e.partition(":") for e in text.split())
    )


def node_in(raft: type[Raft], state: dict[str, Any]) -> Raft:
    """Node n1 of a cluster in a given state: `nodes` is how many there are, `log` as `entries` reads it."""
    state = dict(state)
    ids = tuple(f"n{number}" for number in range(1, state.pop("nodes", 3) + 1))
    role = Role(state.pop("role", "follower"))
    saved = HardState(state.pop("term", 0), state.pop("voted_for", None), entries(state.pop("log", "")))
    if role is not Role.FOLLOWER:
        saved = saved._replace(voted_for=ids[0])
    made = raft(ids[0], ids, Random("dice"), saved=saved)
    made.role = role
    if role is Role.CANDIDATE:
        made.votes = frozenset({made.id}) | state.pop("votes", frozenset())
    if role is Role.LEADER:
        made.leader = made.id
        made.next_index = dict.fromkeys(ids[1:], made.log.last_index + 1)
        made.match_index = dict.fromkeys(ids, 0) | {made.id: made.log.last_index}
    made.commit_index = made.last_applied = state.pop("commit_index", 0)
    for name, value in state.items():
        setattr(made, name, dict(value) if isinstance(value, dict) else value)
    made.log.edited_from = None
    return made


def request_vote(term: int, last: str = "0:0", src: str = "n2") -> RequestVote:
    """A request for n1's vote; last is "term:index" of the candidate's last entry."""
    last_term, last_index = map(int, last.split(":"))
    return RequestVote(src, "n1", term, last_index, last_term)


def vote(term: int, granted: bool = True, src: str = "n2") -> RequestVoteReply:
    """An answer to n1's request."""
    return RequestVoteReply(src, "n1", term, granted)


def append(term: int, prev: str = "0:0", log: str = "", commit: int = 0, src: str = "n2") -> AppendEntries:
    """An append to n1; prev is "term:index" of the entry before the new ones."""
    prev_term, prev_index = map(int, prev.split(":"))
    return AppendEntries(src, "n1", term, prev_index, prev_term, entries(log), commit)


def appended(
    term: int, success: bool = True, prev: int = 0, match: int = 0, src: str = "n2"
) -> AppendEntriesReply:
    """An answer to n1's append."""
    return AppendEntriesReply(src, "n1", term, success, prev, match)


def told(effects: Iterable[Effect]) -> list[str]:
    """What others notice of a step, as short texts: messages, applied entries and answers, but no rules and no saves."""
    return [text for effect in effects if (text := _told(effect))]


def _told(effect: Effect) -> str:
    match effect:
        case Send(message):
            return f"{message.dst}<- {said(message)}"
        case Apply(index, entry):
            return f"apply {index} {entry.command}"
        case Answer(client, Applied(index)):
            return f"answer {client} with entry {index}"
        case Answer(client, NotLeader(leader)):
            return f"answer {client}: not leader, try {leader}"
        case Answer(client, ReadNow(command)):
            return f"answer {client} with what {command} is now"
        case Answer(client, Refused(why)):
            return f"answer {client}: {why}"
        case Restore(snapshot):
            return f"restore {snapshot.state}"
    return ""


def said(message: Any) -> str:
    """What a message says, as short text."""
    match message:
        case RequestVote():
            return f"vote? term {message.term} last {message.last_log_term}:{message.last_log_index}"
        case RequestVoteReply():
            return f"vote {'yes' if message.vote_granted else 'no'} term {message.term}"
        case AppendEntries():
            new = " ".join(f"{term}:{command}" for term, command in message.entries) or "nothing"
            after = f"{message.prev_log_term}:{message.prev_log_index}"
            return f"append term {message.term} after {after} {new} commit {message.leader_commit}"
        case AppendEntriesReply():
            # In a refusal only the guess that it answers matters, because it is unknown how far the logs agree.
            how = f"to {message.match_index}" if message.success else "no"
            return f"appended {how} term {message.term} (prev {message.prev_log_index})"
    values = " ".join(str(value) for value in message[3:])
    return f"{type(message).__name__} term {message.term} {values}".strip()


# The short texts of `told` and `said`, as patterns, and the words that learners read instead.
_PLAINLY = (
    (r"\b(\w+)<- ", r"to \1: "),
    (r"appended to (\d+) term (\d+) \(prev (\d+)\)", r"success up to entry \1 in term \2, for what follows entry \3"),
    (r"appended no term (\d+) \(prev (\d+)\)", r"a refusal in term \1, for what follows entry \2"),
    (r"append term (\d+) from its next index on", r"an append of term \1, from its next index on"),
    (r"append term (\d+) after (\d+):(\d+) (.*?) commit (\d+)",
     r"an append of term \1, after entry \3 of term \2: \4, leader commit \5"),
    (r"vote\? term (\d+) last (\d+):(\d+)", r"a request for its vote in term \1, from a log that ends with entry \3 of term \2"),
)  # fmt: skip


def plainly(text: str) -> str:
    """What a node did, from the short texts of `told`, in the words of a verdict.

    >>> plainly("n2<- appended to 1 term 4 (prev 0); log is 4:a")
    'to n2: success up to entry 1 in term 4, for what follows entry 0; log is 4:a'
    """
    for short, plain in _PLAINLY:
        text = re.sub(short, plain, text)
    return text


def as_seen(node: Raft) -> str:
    """A node in one line: "n1, follower in term 3, log 1:a 2:b, voted for n2"."""
    log = " ".join(f"{entry.term}:{entry.command}" for entry in node.log)
    parts = [f"{node.id}, {node.role.value} in term {node.term}", f"log {log}" if log else "an empty log"]
    if node.voted_for is not None:
        parts.append(f"voted for {node.voted_for}")
    if node.commit_index:
        parts.append(f"commit index {node.commit_index}")
    return ", ".join(parts)


def event_words(event: Any) -> str:
    """An event in words."""
    name = type(event).__name__
    match name:
        case "ElectionTimeout":
            return "its election timer runs out"
        case "HeartbeatTimeout":
            return "its heartbeat timer runs out"
        case "Tick":
            return f"its clock moves on by {event.n}"
        case "Propose":
            return f"a client hands it {event.command!r}"
    if not hasattr(event, "src"):
        return f"{name} {' '.join(map(str, event))}".strip()
    return f"it receives from {event.src} {_in_words(event)}"


def _in_words(message: Any) -> str:
    """What a message says, in words that need no explanation."""
    match message:
        case RequestVote():
            return f"a request for its vote in term {message.term}, from a log {_ending(message.last_log_index, message.last_log_term)}"
        case RequestVoteReply():
            return f"{'a vote' if message.vote_granted else 'a refusal'} in term {message.term}"
        case AppendEntries():
            new = " ".join(f"{term}:{command}" for term, command in message.entries) or "no entries"
            place = f"after entry {message.prev_log_index} of term {message.prev_log_term}"
            after = f"{new} {place if message.prev_log_index else 'from the beginning on'}"
            return f"an append of term {message.term}: {after}, leader commit {message.leader_commit}"
        case AppendEntriesReply():
            how = f"success up to entry {message.match_index}" if message.success else "a refusal"
            return f"{how} in term {message.term}, for what follows entry {message.prev_log_index}"
    return f"{type(message).__name__} ({said(message)})"


def _ending(index: int, term: int) -> str:
    return f"that ends with entry {index} of term {term}" if index or term else "that is empty"
