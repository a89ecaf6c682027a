"""All small situations in which a node can be, and all small events that can happen to it there.

Only what is possible in a cluster is built. The terms in a log do not fall, and do not pass the node's term. A candidate
has no entry of its own term, and lacks votes. What a leader sends is a part of its log; this log agrees with the node's log
up to some place (Log Matching), which is not before the node's commit index (Leader Completeness). A leader has
committed all that it may commit.

Of situations that differ only in numbers and names, and not in their order or in which of them are equal, one is built.
The command of an entry depends on its index only, so that equal commands meet different terms. What earlier roles may have
left in a node takes turns: votes, next_index, match_index, waiting clients.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations_with_replacement, product
from typing import Any

from raftlab.checks.differential.ask import State
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
    Role,
    Snapshot,
    Tick,
)
from raftlab.raft import majority

ELECTION_TIMEOUT = (15, 18)  # so few lengths that all of them soon appear
HEARTBEAT_INTERVAL = 5
TIMEOUT = 17  # the length of the election timeout that runs
TIMER = 12  # what is left of it: no reset gives this
FOLLOWER, CANDIDATE, LEADER = Role.FOLLOWER, Role.CANDIDATE, Role.LEADER
COMMANDS = "abcdefghijkl"

Terms = tuple[int, ...]
# A situation, how much it asks of a reader, and an event. The first to fail is told.
Case = tuple[tuple[int, ...], State, Event]


def names(count: int) -> tuple[str, ...]:
    """The names of the nodes of a cluster."""
    return tuple(f"n{number}" for number in range(1, count + 1))


def log_of(terms: Terms, first: int = 1) -> tuple[LogEntry, ...]:
    """Entries with these terms, from an index on."""
    return tuple(LogEntry(term, COMMANDS[index - 1]) for index, term in enumerate(terms, start=first))


@cache
def logs(longest: int, latest: int) -> tuple[Terms, ...]:
    """The terms of all logs up to a length and a term."""
    return tuple(
        terms
        for length in range(longest + 1)
        for terms in combinations_with_replacement(range(1, latest + 1), length)
    )


def node(role: Role, term: int, terms: Terms = (), count: int = 3, id: str = "n1", **fields: Any) -> State:
    """The state of a node. What is not given is as it usually is in this role."""
    nodes = names(count)
    state: State = {
        "id": id, "nodes": nodes, "election_timeout": ELECTION_TIMEOUT, "heartbeat_interval": HEARTBEAT_INTERVAL,
        "role": role, "term": term, "voted_for": None if role is FOLLOWER else id, "leader": None,
        "votes": frozenset({id}) if role is CANDIDATE else frozenset(), "log": log_of(terms),
        "commit_index": 0, "last_applied": 0, "next_index": {}, "match_index": {}, "waiting": {},
        "timer": TIMER, "timeout": TIMEOUT, "snapshot": Snapshot(),
    }  # fmt: skip
    if role is LEADER:
        state |= {
            "leader": id, "timer": 3,
            "next_index": {peer: len(terms) + 1 for peer in nodes if peer != id},
            "match_index": dict.fromkeys(nodes, 0) | {id: len(terms)},
        }  # fmt: skip
    state |= fields
    state["last_applied"] = state["commit_index"]
    return state


def in_order(*terms: int | Terms) -> bool:
    """Are these terms, from 1 on, without a gap? If not, they say the same as other terms that are."""
    used: set[int] = set()
    for each in terms:
        used.update(each if isinstance(each, tuple) else (each,))
    used.discard(0)
    return len(used) == max(used, default=0)


def taken(turn: int, choices: Sequence[Any]) -> Any:
    """One of some choices, in turns. Their order repeats itself nowhere, so that it is not tied to the order of anything else."""
    return choices[int(turn * 0.6180339887 % 1 * len(choices))]


def leftovers(turn: int, state: State) -> tuple[int, dict[str, Any]]:
    """What earlier roles may have left in a follower, in turns; and whether it is anything."""
    id, nodes, commit = state["id"], state["nodes"], state["commit_index"]
    peers = [each for each in nodes if each != id]
    left = taken(turn, (
        {}, {"votes": frozenset(nodes[:2])}, {},
        {"next_index": dict.fromkeys(peers, 4), "match_index": dict.fromkeys(nodes, 1)},  # its log was longer then
        {"waiting": {commit: "c0"}} if commit else {},  # its client was answered long ago
    ))  # fmt: skip
    return bool(left), left


# -- Appends --------------------------------------------------------------------------------------------------------

Part = tuple[
    int, int, Terms
]  # of a leader's log: the index and term of the entry before, and the terms of the new entries


def parts(terms: Terms, agreed: int, latest: int) -> Iterator[Part]:
    """The parts of a leader's log that can arrive, if it agrees with the node's log up to `agreed`, and nowhere after."""
    lowest = terms[agreed - 1] if agreed else 1
    for length in range(4):
        for tail in combinations_with_replacement(range(lowest, latest + 1), length):
            if any(mine == theirs for mine, theirs in zip(terms[agreed:], tail, strict=False)):
                continue
            whole = terms[:agreed] + tail
            for before in range(min(len(whole), len(terms) + 1) + 1):
                for end in range(before, min(before + 2, len(whole)) + 1):
                    yield before, whole[before - 1] if before else 0, whole[before:end]


def appends() -> Iterator[Case]:
    """A follower gets an append of its term."""
    return _append_cases(False, FOLLOWER)


def appends_to_candidates() -> Iterator[Case]:
    """A candidate gets an append of its term."""
    return _append_cases(False, CANDIDATE)


def later_appends() -> Iterator[Case]:
    """A node gets an append of a later term."""
    return _append_cases(True, FOLLOWER, CANDIDATE, LEADER)


def _append_cases(later: bool, *roles: Role) -> Iterator[Case]:
    """Names, votes and leftovers take turns."""
    for turn, (role, term, terms, commit, latest, part, leader_commit) in enumerate(_appends(later, roles)):
        before, before_term, new = part
        if len(terms) + len(new) < 2:
            turn = 0  # the simplest ones are without anything strange
        id, src, other = taken(turn // 3, (("n1", "n2", "n3"), ("n2", "n1", "n3"), ("n2", "n3", "n1")))
        same = latest == term
        fields: dict[str, Any] = {"commit_index": commit, "id": id}
        if role is FOLLOWER:
            fields["voted_for"] = taken(turn // 5, (None, src, other, id)) if term else None
            fields["leader"] = taken(
                turn // 7, (src if same else other, None, None if same or not term else src)
            )
        state = node(role, term, terms, **fields)
        dirty = 0
        if role is FOLLOWER:
            dirty, left = leftovers(turn, state)
            state |= left
        event = AppendEntries(src, id, latest, before, before_term, log_of(new, before + 1), leader_commit)
        strange = (role is not FOLLOWER or not term, dirty + (id != "n1") + (latest > term))
        yield (*strange, len(terms) + len(new), before, commit, leader_commit), state, event


def _appends(later: bool, roles: tuple[Role, ...]) -> Iterator[tuple[Role, int, Terms, int, int, Part, int]]:
    for terms in logs(2, 3):
        last = terms[-1] if terms else 0
        for term, latest in product(range(last, 4), range(1, 4)):
            for role in roles:
                led = role is LEADER and (latest == term or not term)  # there is one leader in a term
                if latest < term or led or later is (latest == term) or (role is CANDIDATE and last >= term):
                    continue
                commits = range(len(terms) + 1) if role is FOLLOWER else {0, len(terms)}
                for commit in commits:
                    yield from _received(role, term, terms, commit, latest)
    for terms in ((1, 1, 1), (1, 1, 2), (1, 2, 2), (1, 2, 3)) if roles == (FOLLOWER,) else ():
        for commit in (0, 1):
            yield from _received(FOLLOWER, terms[-1], terms, commit, terms[-1])


def _received(role: Role, term: int, terms: Terms, commit: int, latest: int) -> Iterator[Any]:
    """All appends of a term that a node can get. Its entries of this term are from the same leader, who still has them."""
    first = len(terms) if terms and terms[-1] == latest else commit
    found = {part: None for agreed in range(first, len(terms) + 1) for part in parts(terms, agreed, latest)}
    for part in found:
        before, before_term, new = part
        if in_order(term, latest, terms, before_term, new):
            highest = before + len(new)
            fits = before_term == (terms[before - 1] if 0 < before <= len(terms) else 0) and before <= len(
                terms
            )
            commits = (
                range(highest + 2)
                if fits and len(terms) < 3
                else {0, highest, highest + 1}
                if fits
                else {0, highest + 1}
            )
            for leader_commit in commits:
                yield role, term, terms, commit, latest, part, leader_commit


def older_appends() -> Iterator[Case]:
    """A node gets an append of an older term."""
    bits = ((0, 0, ()), (0, 0, (1,)), (1, 1, ()), (1, 1, (1,)), (2, 1, ()))
    for role, terms, term in product((FOLLOWER, CANDIDATE, LEADER), logs(2, 2), (2, 3)):
        last = terms[-1] if terms else 0
        if role is CANDIDATE and last >= term:
            continue
        for latest, (before, before_term, new) in product({1, term - 1}, bits):
            for leader_commit in {0, before + len(new)}:
                leader = (
                    "n3" if role is FOLLOWER and (before + term) % 2 else "n1" if role is LEADER else None
                )
                state = node(role, term, terms, leader=leader)
                event = AppendEntries(
                    "n2", "n1", latest, before, before_term, log_of(new, before + 1), leader_commit
                )
                yield (role is not FOLLOWER, 0, len(terms) + len(new), before, 0, leader_commit), state, event


# -- Replies to appends -----------------------------------------------------------------------------------------------


def leading(count: int, longest: int, latest: int = 2, brief: bool = False) -> Iterator[State]:
    """Leaders of the latest term, one for each log, commit index, and what it knows of the others' logs.

    What is known of the others is in the order of their names; n2 is the one that answers, so it comes in every order.
    brief: each leader has one of the next indexes for n2, in turn. Otherwise there is one leader for each of them.
    """
    turn = 0
    for terms in logs(longest, latest):
        for first, *rest in _known(count, len(terms)):
            match = dict(zip(names(count), (len(terms), first, *rest), strict=False))
            lowest = committable(match, terms, latest)
            for commit in range(lowest, len(terms) + 1):
                if commit > lowest and terms[commit - 1] == latest:
                    break  # an entry of its own term is not committed before a majority has it
                places = sorted({len(terms) + 1, first + 1, min(first + 2, len(terms) + 1)}, reverse=True)
                turn += 1
                for place in [taken(turn, places)] if brief else places:
                    guess = {peer: place if peer == "n2" else match[peer] + 1 for peer in names(count)[1:]}
                    known: dict[str, Any] = {
                        "commit_index": commit,
                        "match_index": match,
                        "next_index": guess,
                    }
                    yield node(LEADER, latest, terms, count, **known)


def _known(count: int, length: int) -> Iterator[tuple[int, ...]]:
    if count == 1:
        yield (length,)
        return
    for first in range(length + 1):
        for rest in combinations_with_replacement(range(length + 1), count - 2):
            yield (first, *rest)


def committable(match: dict[str, int], terms: Terms, term: int) -> int:
    """The newest entry of this term that a majority has; 0 if there is none."""
    for index in range(len(terms), 0, -1):
        if terms[index - 1] == term and sum(each >= index for each in match.values()) >= majority(len(match)):
            return index
    return 0


def append_replies() -> Iterator[Case]:
    """A leader gets an answer to an append of its term."""
    for turn, (state, event) in enumerate(_answers(), start=1):
        count, length = len(state["nodes"]), len(state["log"])
        waits = taken(turn, ({}, {length: "c1"}, {each: f"c{each}" for each in range(1, length + 1)}))
        commit, answered = state["commit_index"], taken(turn // 3, (True, False))
        waiting = {index: client for index, client in waits.items() if index > commit or answered}
        old = taken(turn // 5, ({}, {}, {"n2": "n3", "n3": "n2"} if count > 2 else {}))
        yield (
            (count != 3, count > 3, length, len(waiting), commit, state["next_index"]["n2"]),
            renamed(state | {"waiting": waiting}, old),
            event._replace(src=old.get("n2", "n2")),
        )


def _answers() -> Iterator[tuple[State, AppendEntriesReply]]:
    """What n2 answers to a leader.

    What a success means depends on what the others have, and what a refusal means on the next index. So the two are
    combined only where logs are short.
    """
    for count in (3, 2):
        for state in leading(count, 2):
            length = len(state["log"])
            for confirmed in range(length + 1):
                yield from ((state, success(before, confirmed)) for before in range(confirmed + 1))
            for before in range(length + 1):
                yield from ((state, refusal(before, hint)) for hint in {0, max(0, before - 1)})
    for state in leading(3, 3):
        if len(state["log"]) == 3 and state["match_index"]["n3"] == 0:
            yield from ((state, refusal(before)) for before in range(4))
    for count, longest in ((3, 3), (4, 2), (5, 2)):
        for state in leading(count, longest, brief=True):
            length = len(state["log"])
            if count > 3 or length == 3:
                for confirmed in range(length + 1):
                    yield from ((state, success(before, confirmed)) for before in {0, confirmed})


def success(before: int, confirmed: int) -> AppendEntriesReply:
    """n2 has the leader's entries up to `confirmed`; the append began after entry `before`."""
    return AppendEntriesReply("n2", "n1", 2, True, before, confirmed)


def refusal(before: int, hint: int = 0) -> AppendEntriesReply:
    """n2 lacks entry `before`. The append may be from an older term in which the same node led, so it may have begun anywhere."""
    return AppendEntriesReply("n2", "n1", 2, False, before, hint)


def renamed(state: State, names: dict[str, str]) -> State:
    """The state, if other nodes have other names."""
    if not names:
        return state
    return state | {
        field: {names.get(each, each): value for each, value in state[field].items()}
        for field in ("next_index", "match_index")
    }


def other_append_replies() -> Iterator[Case]:
    """An answer to an append of an older term, a refusal of a later term, or an answer to a node that does not lead."""
    for role, terms, term in product((LEADER, CANDIDATE, FOLLOWER), logs(2, 2), (2, 3)):
        length = len(terms)
        if role is CANDIDATE and term == 2 and 2 in terms:
            continue
        for latest, success in product(range(1, term + 3), (True, False)):
            if (latest > term and success) or (latest == term and role is not FOLLOWER):
                continue
            for confirmed in range(length + 1):
                for count in (3, 5):
                    state = node(role, term, terms, count, voted_for="n1" if latest == term else None)
                    if role is not FOLLOWER:
                        state["voted_for"] = "n1"
                    if role is LEADER and confirmed:
                        state["waiting"] = {length: "c1"}
                    event = AppendEntriesReply(
                        "n2", "n1", latest, success, confirmed, confirmed if success else 0
                    )
                    yield (
                        (role is not LEADER, count != 3, abs(latest - term), length, confirmed),
                        state,
                        event,
                    )


# -- Votes ------------------------------------------------------------------------------------------------------------


def vote_requests() -> Iterator[Case]:
    """A node is asked for its vote."""
    for turn, (role, term, terms, voted, latest, index, index_term) in enumerate(_requests()):
        own = role is not FOLLOWER
        leader = "n1" if role is LEADER else None
        if not own and term:
            leader = taken(turn, (None, "n3", None if latest == term else "n2"))
        commit = taken(turn // 3, (0, len(terms)))
        state = node(role, term, terms, voted_for=voted, commit_index=commit, leader=leader)
        dirty, left = leftovers(turn, state) if not own else (0, {})
        jumps = abs(latest - term) > 1
        strange = (own or not term, dirty + jumps + (leader is not None), latest != term)
        cost = (*strange, len(terms), index, voted is not None)
        yield cost, state | left, RequestVote("n2", "n1", latest, index, index_term)


def _requests() -> Iterator[tuple[Role, int, Terms, str | None, int, int, int]]:
    """Role, term, log and vote of the node; and the candidate's term, and the index and term of its last entry."""
    for role, terms, term in product((FOLLOWER, CANDIDATE, LEADER), logs(2, 3), range(4)):
        last = terms[-1] if terms else 0
        if last > term or (role is CANDIDATE and last >= term) or (role is LEADER and not term):
            continue
        votes = ("n1",) if role is not FOLLOWER else (None, "n2", "n3", "n1") if term else (None,)
        for latest in range(1, term + 3):
            for index, index_term in ((0, 0), *product((1, 2, 3), range(1, latest))):
                if in_order(term, latest, terms, index_term) or (abs(latest - term) > 1 and not index):
                    yield from ((role, term, terms, voted, latest, index, index_term) for voted in votes)


def vote_replies() -> Iterator[Case]:
    """A candidate gets an answer to a request for votes."""
    turn = 0
    for count, short, votes, src in _ballots():
        for terms, term in product(logs(2, 2), (2, 3)):
            if terms and terms[-1] >= term:
                continue
            for latest, granted, commit in product(range(term - 1, term + 3), (True, False), {0, len(terms)}):
                if latest > term and granted:
                    continue
                turn += 1
                fields: dict[str, Any] = {"votes": frozenset({"n1", *votes}), "commit_index": commit}
                state = node(CANDIDATE, term, terms, count, **fields)
                dirty, left = leftovers(turn, state)
                state |= {name: each for name, each in left.items() if name != "votes"}
                cost = (count != 3, dirty + abs(latest - term), len(terms), short)
                yield cost, state, RequestVoteReply(src, "n1", latest, granted)


def _ballots() -> Iterator[tuple[int, int, tuple[str, ...], str]]:
    """How many nodes there are, how many others have voted, which ones, and who answers now."""
    for count in (3, 2, 4, 5):
        others = names(count)[1:]
        for short in range(majority(count) - 1):
            for votes, src in product((others[:short], others[len(others) - short :]), others[:2]):
                yield count, short, votes, src


def other_vote_replies() -> Iterator[Case]:
    """A follower or a leader gets an answer to a request for votes."""
    for role, terms, term, granted in product((FOLLOWER, LEADER), logs(1, 2), (2, 3), (True, False)):
        for latest in range(1, term + 3):
            if latest <= term or not granted:
                own = latest == term
                state = node(role, term, terms, 3, voted_for="n1" if own or role is LEADER else None)
                state["votes"] = frozenset({"n1"}) if own else frozenset()
                event = RequestVoteReply("n2", "n1", latest, granted)
                yield (True, abs(latest - term), len(terms), 0), state, event


# -- Time and clients -------------------------------------------------------------------------------------------------


def timers() -> Iterator[Case]:
    """Time passes; a timer may run out. Nodes that do not lead campaign, leaders send heartbeats."""
    turn = 0
    for state, strange in _waiting():
        for event, left in TIMES:
            turn += 1
            dirty, more = leftovers(turn, state) if state["role"] is FOLLOWER else (0, {})
            cost = (strange or state["role"] is LEADER, dirty, len(state["log"]), state["commit_index"], left)
            yield cost, state | more | {"timer": left}, event


# The caller guarantees that no timer runs out before the last tick.
TIMES: tuple[tuple[Event, int], ...] = (
    (ElectionTimeout(), TIMER), (HeartbeatTimeout(), TIMER), (Tick(1), 1), (Tick(1), 2), (Tick(2), 2), (Tick(2), 3),
)  # fmt: skip


def _waiting() -> Iterator[tuple[State, bool]]:
    """The states of nodes that wait for a timer; and whether they are unusual."""
    for count in (3, 1, 2, 5):
        for state in leading(count, 2 if count < 5 else 1):
            yield state, count != 3
        for role, terms, term in product((FOLLOWER, CANDIDATE), logs(2, 2), (0, 1, 2, 3)):
            last = terms[-1] if terms else 0
            if (
                last > term
                or (role is CANDIDATE and (last >= term or count == 1))
                or not in_order(terms, term)
            ):
                continue
            for commit, voted in product({0, len(terms)}, (None, "n2")):
                fields: dict[str, Any] = {"commit_index": commit}
                if role is FOLLOWER and term and count > 1:
                    fields |= {"voted_for": voted, "leader": voted}
                elif role is CANDIDATE:
                    fields |= {"votes": frozenset(names(2) if voted and count == 5 else ("n1",))}
                elif voted:
                    continue
                yield node(role, term, terms, count, **fields), count != 3 or not term


def proposals() -> Iterator[Case]:
    """A client hands a node a command."""
    for count, longest in ((3, 2), (1, 2), (2, 2), (5, 1)):
        for client, state in product(("c1", None), leading(count, longest)):
            waiting = (
                {len(state["log"]): "c0"} if len(state["log"]) > state["commit_index"] and client else {}
            )
            yield (
                (count != 3, len(state["log"]), state["commit_index"]),
                state | {"waiting": waiting},
                Propose("x=5", client),
            )
    for role, leader, terms, client in product(
        (FOLLOWER, CANDIDATE), ("n2", "n3", None), logs(1, 2), ("c1", None)
    ):
        if role is FOLLOWER or (leader is None and 2 not in terms):
            yield (False, len(terms), 0), node(role, 2, terms, leader=leader), Propose("x=5", client)
