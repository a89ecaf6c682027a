"""A few larger situations of each kind, for mistakes that no small situation can show.

Logs are long here. They contain empty commands and equal ones, even next to each other and in the same term. One client
waits for several entries. Clusters have up to eleven nodes. Terms are far apart, and some have more digits than others.
Timeouts and steps of the clock have other lengths.

Not all combinations are tried. The small situations are complete, so a mistake that shows only in a larger one must
depend on a number, or on equal entries.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

from raftlab.checks.differential.ask import State
from raftlab.checks.differential.spaces import (
    CANDIDATE,
    FOLLOWER,
    LEADER,
    Case,
    Terms,
    names,
    node,
    taken,
)
from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    ElectionTimeout,
    Event,
    HeartbeatTimeout,
    LogEntry,
    Propose,
    RequestVote,
    RequestVoteReply,
    Tick,
)
from raftlab.raft import majority

TERM = 4  # of the leader of a long log
LONG: Terms = (1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4)
COMMANDS = ("a", "b", "b", "", "a", "a", "", "", "b", "a", "a", "a")  # of its entries
STRAY = 3  # the term of a leader whose entries contradict it
END = len(LONG)
COUNTS = (4, 6, 7, 8, 9, 11)  # nodes of a cluster
LAST = 100  # a verdict tells these situations only if no small one goes wrong


def entries(terms: Terms, first: int = 1) -> tuple[LogEntry, ...]:
    """Entries of a long log, from an index on."""
    return tuple(LogEntry(term, COMMANDS[index - 1]) for index, term in enumerate(terms, start=first))


def long_logs() -> Iterator[Case]:
    """A follower with a long or an empty log gets an append from a leader with a long log."""
    turn = 0
    for agreed, stray, term in product((0, 2, 4, 8, 11, 12), (0, 1, 4), (TERM, TERM - 1)):
        if agreed + stray > END:
            continue
        terms = LONG[:agreed] + (STRAY,) * stray
        if terms and terms[-1] > term:
            continue
        for before in sorted({0, max(0, agreed - 1), agreed, min(END, agreed + stray)}):
            turn += 1
            committed = taken(turn, (0, agreed, agreed // 2))
            state = node(FOLLOWER, term, terms, log=entries(terms), commit_index=committed)
            state["leader"] = taken(turn // 3, (None, "n2")) if term == TERM else None
            for end, leader_commit in (
                (END, END),
                taken(turn // 2, ((before, END), (min(END, before + 4), before), (END, 4))),
            ):
                new = entries(LONG[before:end], before + 1)
                event = AppendEntries(
                    "n2", "n1", TERM, before, LONG[before - 1] if before else 0, new, leader_commit
                )
                yield (LAST, leader_commit, len(terms) + len(new)), state, event


def leaders_of_long_logs() -> Iterator[Case]:
    """A leader with a long log gets a reply. Clients wait for some of its entries, and one client waits for two."""
    turn = 0
    for terms, first, third in product(
        (LONG, (1, *[TERM] * (END - 1)), (TERM,) * END), (0, 3, 8), (0, 4, 10)
    ):
        for event in (
            *(AppendEntriesReply("n2", "n1", TERM, True, first, each) for each in (1, 2, 4, 9, 12)),
            *(AppendEntriesReply("n2", "n1", TERM, False, each, 0) for each in (first, 6, 12)),
        ):
            turn += 1
            match = {"n1": END, "n2": first, "n3": third}
            stored = max(first, third)  # by two of three
            state = _leader(terms, match, stored if terms[stored - 1] == TERM and stored else 0)
            if not event.success:
                state["next_index"]["n2"] = max(first, event.prev_log_index) + 1
            yield (LAST, turn), state, event


def _leader(terms: Terms, match: dict[str, int], committed: int) -> State:
    """A leader with a long log. Clients wait for entries of its term, and one client waits for two."""
    waiting = {
        index: client
        for index, client in {3: "c1", 4: "c2", 9: "c1", 10: "c3", 12: "c2"}.items()
        if committed < index <= len(terms) and terms[index - 1] == TERM
    }
    guess = {peer: index + 1 for peer, index in match.items() if peer != "n1"}
    known: dict[str, Any] = {
        "commit_index": committed,
        "match_index": match,
        "next_index": guess,
        "waiting": waiting,
    }
    return node(LEADER, TERM, terms, len(match), log=entries(terms), **known)


def big_clusters() -> Iterator[Case]:
    """In a big cluster, a success or a vote completes a majority, or one more is needed."""
    for count in COUNTS:
        others = names(count)[1:]
        for lacking in (0, 1):
            known = majority(count) - 2 - lacking  # besides the node itself and the one that answers
            for yes in dict.fromkeys((others[:known], others[len(others) - known :])):
                src = next(each for each in reversed(others) if each not in yes)
                match = dict.fromkeys(names(count), 0) | {"n1": END} | dict.fromkeys(yes, END)
                for confirmed in (10, 12):
                    reply = AppendEntriesReply(src, "n1", TERM, True, 0, confirmed)
                    yield (LAST, count), _leader(LONG, match, 0), reply
                votes = frozenset({"n1", *yes})
                state = node(CANDIDATE, TERM + 1, LONG, count, log=entries(LONG), votes=votes)
                for voter in (src, *yes[:1]):
                    yield (LAST, count), state, RequestVoteReply(voter, "n1", TERM + 1, True)
        stairs = dict(zip(names(count), (END, *(END - 2 * place for place in range(count))), strict=False))
        match = {id: max(0, index) for id, index in stairs.items()} | {others[-1]: 0}
        held = sorted(match.values())[(count - 1) // 2]
        leader = _leader((TERM,) * END, match, held)
        yield (LAST, count), leader, AppendEntriesReply(others[-1], "n1", TERM, True, 0, END - 1)
        yield (LAST, count), leader, HeartbeatTimeout()
        yield (LAST, count), node(FOLLOWER, TERM, (), count, leader="n2"), ElectionTimeout()


def long_logs_of_candidates() -> Iterator[Case]:
    """A node with a long log is asked for its vote: the candidate's log is a bit shorter, longer, older or newer."""
    for last, index, term in product((2, 9, 10), (END - 1, END, END + 1), (12, 100)):
        terms = (*(1,) * (END - 1), last)
        for other, voted in product((last - 1, last, last + 1), (None, "n2", "n3")):
            state = node(FOLLOWER, term, terms, log=entries(terms), voted_for=voted)
            yield (LAST, last), state, RequestVote("n2", "n1", term, index, other)


def distant_terms() -> Iterator[Case]:
    """A node gets a message from a much later term, or from a much earlier one."""
    for role, (term, other) in product(
        (FOLLOWER, CANDIDATE, LEADER), ((4, 10), (9, 10), (99, 1000), (1000, 9))
    ):
        state = node(role, term, LONG[:8], log=entries(LONG[:8]), voted_for="n1")
        if role is LEADER:
            state["waiting"] = {7: "c1", 8: "c1"}
        yield (LAST, other), state, RequestVote("n2", "n1", other, 9, min(other - 1, 8))
        yield (LAST, other), state, RequestVote("n2", "n1", other, 1, 1)
        yield (LAST, other), state, AppendEntries("n2", "n1", other, 8, 2, (LogEntry(min(other, 8), "a"),), 8)
        yield (LAST, other), state, RequestVoteReply("n2", "n1", other, other < term)
        yield (LAST, other), state, AppendEntriesReply("n2", "n1", other, other < term, 4, 4 * (other < term))


def other_times() -> Iterator[Case]:
    """Many ticks pass at once, or the timeouts have other lengths."""
    events: tuple[tuple[Event, int], ...] = (
        (Tick(7), 7), (Tick(7), 8), (Tick(12), 12), (ElectionTimeout(), 12), (HeartbeatTimeout(), 12),
    )  # fmt: skip
    for role, (event, left), slow in product((FOLLOWER, CANDIDATE, LEADER), events, (False, True)):
        state = node(role, TERM + 1, LONG, log=entries(LONG), timer=left)
        if slow:
            state |= {"election_timeout": (150, 300), "heartbeat_interval": 50, "timeout": 200}
        yield (LAST, left), state, event


def repeated_proposals() -> Iterator[Case]:
    """A leader gets a command that is already in its log, an empty one, or one from a client that waits for another entry."""
    for terms, count, command, client in product(
        (LONG, (TERM,), (2,)), (3, 7), ("a", "b", "", "x=5"), ("c1", "c2", "c4", None)
    ):
        match = dict.fromkeys(names(count), 0) | {"n1": len(terms)}
        yield (LAST, len(terms)), _leader(terms, match, 0), Propose(command, client)
    for role, command in product((FOLLOWER, CANDIDATE), ("a", "")):
        state = node(role, TERM + 1, LONG, log=entries(LONG))
        yield (LAST, END), state, Propose(command, "c1")
