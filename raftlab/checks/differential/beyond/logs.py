"""Logs: how followers say where they differ, what a new leader appends, and snapshots in the place of their beginning."""

from collections.abc import Iterator
from itertools import product

from raftlab.checks.differential.ask import State
from raftlab.checks.differential.beyond.crossing import TERM, TERMS, crossed, states
from raftlab.checks.differential.larger import LAST, LONG, STRAY, entries
from raftlab.checks.differential.larger import TERM as LATEST
from raftlab.checks.differential.spaces import (
    CANDIDATE,
    FOLLOWER,
    LEADER,
    Case,
    Terms,
    log_of,
    node,
    vote_replies,
)
from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    ElectionTimeout,
    Event,
    HeartbeatTimeout,
    InstallSnapshot,
    InstallSnapshotReply,
    Propose,
    Role,
    Snapshot,
    TakeSnapshot,
    Tick,
)

ROLES = (FOLLOWER, CANDIDATE, LEADER)
LOGS: tuple[Terms, ...] = ((), (1,), (1, 1), (1, 2), (2, 2), (1, 1, 1), (1, 1, 2), (1, 2, 2), (2, 2, 2))


# -- FastBackup -----------------------------------------------------------------------------------------------------


def refused_appends() -> Iterator[Case]:
    """A follower whose log does not have the entry before says how much of it can be right."""
    for terms, commit, before, at, term in product(LOGS, (0, 1), range(5), range(4), (2, 3, 4)):
        if commit <= len(terms) and bool(before) == bool(at) and at <= term:
            state = node(FOLLOWER, 3, terms, leader="n2" if term == 3 else None, commit_index=commit)
            yield from crossed([state], (AppendEntries("n2", "n1", term, before, at, (), 0),))


def refusals() -> Iterator[Case]:
    """A leader goes back to where the refusal says, and never behind what is known to agree."""
    for terms, match in product(LOGS[3:], range(3)):
        for guess in range(match + 1, len(terms) + 2):
            known = {"n1": len(terms), "n2": match, "n3": 0}
            state = node(LEADER, 3, terms, match_index=known, next_index={"n2": guess, "n3": len(terms) + 1})
            places = {guess - 1, guess, max(guess - 2, 0)}
            yield from crossed(
                [state],
                [
                    AppendEntriesReply("n2", "n1", 3, False, before, hint)
                    for before in sorted(places)
                    for hint in range(4)
                ],
            )


def refused_after_a_snapshot() -> Iterator[Case]:
    """The same, if the log begins after a snapshot: it may be wrong from its first entry on, and what the snapshot holds is right."""
    for terms, at, before, other in product(((2,), (3,), (2, 2), (2, 3)), (1, 2), (3, 4, 5), range(1, 5)):
        entry = (*terms, 0, 0)[before - 3]
        if at <= other != entry:
            state = node(FOLLOWER, 4, (), commit_index=2) | {
                "snapshot": Snapshot(2, at, "S"), "log": log_of(terms, 3)
            }  # fmt: skip
            yield from crossed([state], (AppendEntries("n2", "n1", 4, before, other, (), 0),))


# -- NoOp -------------------------------------------------------------------------------------------------------------


def elected() -> Iterator[Case]:
    """A node is elected; and a node gets an event that is not for it."""
    for cost, state, event in vote_replies():
        if len(state["log"]) < 2 and len(state["nodes"]) < 5:
            yield cost, state, event
    yield from crossed(states((FOLLOWER,), (1,), timer=(1,)), (ElectionTimeout(), Tick(1)))
    yield from crossed(states(), (TakeSnapshot("S"), InstallSnapshotReply("n2", "n1", TERM, 1)))


# -- Snapshots --------------------------------------------------------------------------------------------------------

TAKEN = Snapshot(2, 1, "S")  # of the first two entries


def _whole() -> Iterator[State]:
    """Nodes whose logs are whole."""
    for role, terms, commit in product(ROLES, ((), (1,), (1, 1), (1, 2), (1, 1, 2)), range(3)):
        if commit <= len(terms) and not (role is CANDIDATE and TERM in terms):
            yield node(role, TERM, terms, commit_index=commit)


def _cut() -> Iterator[State]:
    """Nodes whose logs begin after a snapshot."""
    for role, terms, commit in product(ROLES, ((), (1,), (2,), (1, 2)), (2, 3)):
        if commit <= 2 + len(terms) and not (role is CANDIDATE and TERM in terms):
            yield _after(role, terms, commit)


def _after(role: Role, terms: Terms, commit: int) -> State:
    end = 2 + len(terms)
    state = node(role, TERM, terms, commit_index=commit) | {"snapshot": TAKEN, "log": log_of(terms, 3)}
    if role is LEADER:
        state |= {"next_index": {"n2": end + 1, "n3": end + 1}, "match_index": {"n1": end, "n2": 0, "n3": 0}}
    return state


def taken() -> Iterator[Case]:
    """A state machine hands over its state."""
    yield from crossed((*_whole(), *_cut()), (TakeSnapshot("T"),))


def installed() -> Iterator[Case]:
    """A node is sent a snapshot that agrees with what it knows to be committed."""
    sent = [
        InstallSnapshot("n2", "n1", term, index, at, "T", voters)
        for term, index, at, voters in product(TERMS, range(1, 5), range(1, 4), ((), ("n1", "n2")))
        if at <= term and (at == 1 or not voters)
    ]
    for state in (*_whole(), *_cut()):
        for leader in (None, "n2", "n3") if state["role"] is FOLLOWER else (state["leader"],):
            known = state | {"leader": leader}
            yield from crossed([known], [each for each in sent if agrees(known, each)])


def agrees(state: State, sent: InstallSnapshot) -> bool:
    """Does a snapshot agree with what a node knows to be committed?"""
    own, index, term = state["snapshot"], sent.last_included_index, sent.last_included_term
    known = [entry.term for entry in state["log"]][: state["commit_index"] - own.index]
    if index < own.index:
        return term <= own.term
    if index == own.index:
        return not index or term == own.term
    if index - own.index <= len(known):
        return term == known[index - own.index - 1]
    return term >= max([own.term, *known])


def sent_on() -> Iterator[Case]:
    """A leader whose log is cut sends entries, or the snapshot, and gets answers; so do nodes that do not lead."""
    for state in _cut():
        end = 2 + len(state["log"])
        for guess, match in product(range(1, end + 2), range(end + 1)) if state["role"] is LEADER else ():
            if match < guess:
                known = {"n1": end, "n2": match, "n3": 0}
                leader = state | {"next_index": {"n2": guess, "n3": end + 1}, "match_index": known}
                yield from crossed([leader], _heard_by_a_sender)
        yield from crossed([state], [InstallSnapshotReply(src, "n1", TERM, 2) for src in ("n2", "n4")])
    yield from crossed(_whole(), [InstallSnapshotReply("n2", "n1", term, 1) for term in TERMS])


def _heard_by_a_sender(state: State) -> Iterator[Event]:
    yield from (HeartbeatTimeout(), Propose("x=5", "c1"))
    yield AppendEntriesReply("n2", "n1", TERM, False, state["next_index"]["n2"] - 1, 0)
    for term, index in product(TERMS, range(3 + len(state["log"]))):
        yield InstallSnapshotReply("n2", "n1", term, index)


def overlapping() -> Iterator[Case]:
    """Appends that begin before, at and after the end of the snapshot."""
    yield from crossed((state for state in _cut() if state["role"] is not LEADER), _appends)


def _appends(state: State) -> Iterator[Event]:
    whole = (1, 1, *(entry.term for entry in state["log"]), TERM)
    for before in range(min(4, len(whole))):
        for end in range(before, min(before + 4, len(whole)) + 1):
            at = whole[before - 1] if before else 0
            for term, commit in product(TERMS, (0, end, end + 1)):
                if term >= TERM or TERM not in whole[:end]:
                    yield AppendEntries(
                        "n2", "n1", term, before, at, log_of(whole[before:end], before + 1), commit
                    )


def long_logs_cut() -> Iterator[Case]:
    """A snapshot takes the place of some entries of a long log, and many follow it: a mistake may depend on how many."""
    for role, committed in product(ROLES, (1, 4, 9)):
        term = LATEST + (role is CANDIDATE)
        state = node(role, term, LONG, log=entries(LONG), commit_index=committed)
        yield (LAST, committed), state, TakeSnapshot("T")
    for committed, index, other in product((0, 4), (5, 6, 12, 13), (False, True)):
        terms = LONG[:8] if other else LONG  # what contradicts a leader is from before its term
        state = node(FOLLOWER, LATEST, terms, log=entries(terms), commit_index=committed)
        at = STRAY if other else (*LONG, LATEST)[index - 1]
        yield (LAST, index), state, InstallSnapshot("n2", "n1", LATEST, index, at, "T", ())
    for before, end in product((0, 2, 4, 7), (8, 12)):
        cut = node(FOLLOWER, LATEST, (), commit_index=4) | {
            "snapshot": Snapshot(4, 1, "S"), "log": entries(LONG[4:10], 5)
        }  # fmt: skip
        at = LONG[before - 1] if before else 0
        new = entries(LONG[before:end], before + 1)
        yield (LAST, end), cut, AppendEntries("n2", "n1", LATEST, before, at, new, end)
