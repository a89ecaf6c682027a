"""One situation stands for all that differ only in numbers: none is missing, and no mistake gets lost with the others.

Here all situations of a small size are written down plainly, and those that are impossible are left out by asking what
the paper asks: Log Matching, Leader Completeness, one leader in a term. `spaces` builds its situations in another way.
"""

from functools import cache
from itertools import combinations_with_replacement, product

import pytest
from test_differential import ONCE_MISSED
from textbook import mutant

from raftlab import Raft
from raftlab.checks.differential import differential
from raftlab.checks.differential.allowed import allow
from raftlab.checks.differential.ask import Question, outcomes
from raftlab.checks.differential.compare import compared, same, without_reasons
from raftlab.checks.differential.layer import answered
from raftlab.checks.differential.questions import SPACES
from raftlab.checks.differential.spaces import (
    CANDIDATE,
    FOLLOWER,
    LEADER,
    log_of,
    names,
    node,
)
from raftlab.checks.mutants import MUTANTS
from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    ElectionTimeout,
    HeartbeatTimeout,
    RequestVote,
    RequestVoteReply,
    Tick,
)

TERMS = (1, 2, 3)


def logs(longest):
    return [terms for length in range(longest + 1) for terms in combinations_with_replacement(TERMS, length)]


def ranks(*terms):
    """The terms, numbered from 1 in their order: 0 stays 0."""
    flat = sorted({term for each in terms for term in (each if isinstance(each, tuple) else (each,)) if term})
    rank = {0: 0} | {term: number for number, term in enumerate(flat, start=1)}
    return tuple(
        tuple(rank[term] for term in each) if isinstance(each, tuple) else rank[each] for each in terms
    )


# -- Appends --------------------------------------------------------------------------------------------------------


def agree(mine, theirs):
    """Log Matching: logs with an equal entry are equal up to it."""
    places = range(min(len(mine), len(theirs)))
    return all(mine[: place + 1] == theirs[: place + 1] for place in places if mine[place] == theirs[place])


def could_lead(role, term, mine, commit, latest, theirs):
    """Can a leader of this later or equal term have this log, at some time of its term?"""
    shorter = min(len(mine), len(theirs))
    from_it = max((place + 1 for place, each in enumerate(mine) if each == latest), default=0)
    known = max(commit, from_it)
    return (
        agree(mine, theirs)
        and mine[: min(known, shorter)] == theirs[: min(known, shorter)]
        and (latest == term or len(theirs) >= commit)  # it was elected with all that was committed
        and not (role is LEADER and latest == term)
        and not (role is CANDIDATE and mine and mine[-1] >= term)
    )


@cache
def all_appends():
    """Every append of the node's term or a later one, with at most two entries, to a node with at most two."""
    found = {}
    for role, mine, term, latest in product((FOLLOWER, CANDIDATE, LEADER), logs(2), TERMS, TERMS):
        if latest < term or (mine and mine[-1] > term):
            continue
        for commit, theirs in product(range(len(mine) + 1), logs(3)):
            if (theirs and theirs[-1] > latest) or not could_lead(role, term, mine, commit, latest, theirs):
                continue
            for before in range(min(len(theirs), len(mine) + 1) + 1):
                for end in range(before, min(before + 2, len(theirs)) + 1):
                    for leader_commit in range(len(theirs) + 1):
                        event = AppendEntries(
                            "n2", "n1", latest, before, theirs[before - 1] if before else 0,
                            log_of(theirs[before:end], before + 1), leader_commit,
                        )  # fmt: skip
                        found[role, term, mine, commit, event] = None
    return list(found)


def append_signature(role, term, mine, commit, event):
    """What matters of an append: the order of all terms and of all indexes."""
    new = tuple(each.term for each in event.entries)
    end = event.prev_log_index + len(new)
    fits = (
        event.prev_log_index <= len(mine)
        and (mine[: event.prev_log_index] or (0,))[-1] == event.prev_log_term
    )
    commits = min(event.leader_commit, end + 1) if fits else event.leader_commit > 0
    if role is not FOLLOWER:
        commit = min(commit, 1) if len(mine) else 0  # nothing or all of its log
    return (
        role,
        *ranks(term, mine, event.term, event.prev_log_term, new),
        commit,
        event.prev_log_index,
        commits,
    )


def is_append(state, event):
    return isinstance(event, AppendEntries)


def signature_of_append(state, event):
    terms = tuple(entry.term for entry in state["log"])
    return append_signature(state["role"], state["term"], terms, state["commit_index"], event)


@cache
def wanted_appends():
    wanted = {
        append_signature(*each)
        for each in all_appends()
        if each[0] is FOLLOWER or each[3] in (0, len(each[2]))
    }
    assert wanted
    return wanted


# -- Requests for votes ---------------------------------------------------------------------------------------------


@cache
def all_requests():
    """Every request for a vote, of candidates with at most two entries, to a node with at most two."""
    return [
        (term, mine, voted_for, RequestVote("n2", "n1", latest, index, last))
        for term, mine, voted_for, latest, index, last in product(
            TERMS, logs(2), (None, "n1", "n2", "n3"), TERMS, (0, 1, 2), (0, *TERMS)
        )
        if not (mine and mine[-1] > term) and bool(index) is bool(last) and last < latest
    ]


def request_signature(term, mine, voted_for, event):
    last = mine[-1] if mine else 0
    length = (event.last_log_index > len(mine)) - (event.last_log_index < len(mine))
    return *ranks(term, last, event.term, event.last_log_term), length, bool(mine), voted_for


def is_request_of_follower(state, event):
    return isinstance(event, RequestVote) and state["role"] is FOLLOWER


def signature_of_request(state, event):
    terms = tuple(entry.term for entry in state["log"])
    return request_signature(state["term"], terms, state["voted_for"], event)


# -- Replies and timers ---------------------------------------------------------------------------------------------


def committed(terms, term, match):
    """The newest entry of the leader's own term that two of three nodes have; 0 if there is none."""
    has = [index for index in range(1, len(terms) + 1) if sum(each >= index for each in match) >= 2]
    return max((index for index in has if terms[index - 1] == term), default=0)


@cache
def all_append_replies():
    """Every reply of its term to a leader of three with at most two entries, whatever it knows of the others."""
    found = []
    for terms, second, third, guess, commit in product(logs(2), range(3), range(3), range(1, 4), range(3)):
        length = len(terms)
        match = {"n1": length, "n2": second, "n3": third}
        if max(second, third, commit) > length or not second < guess <= length + 1:
            continue
        sure = committed(terms, 3, match.values())
        if commit < sure or any(each == 3 for each in terms[sure:commit]):
            continue
        places = {"n2": guess, "n3": third + 1}
        state = node(LEADER, 3, terms, commit_index=commit, match_index=match, next_index=places)
        for before, confirmed in product(range(length + 1), range(length + 1)):
            if before <= confirmed:
                found.append((state, AppendEntriesReply("n2", "n1", 3, True, before, confirmed)))
        found += [
            (state, AppendEntriesReply("n2", "n1", 3, False, before, 0)) for before in range(length + 1)
        ]
    return found


def append_reply_signature(state, event):
    """What matters of a reply: which entries are of the leader's term, and all that is said of the log of the one that answers."""
    (other,) = {"n2", "n3"} - {event.src}
    return (
        tuple(entry.term == state["term"] for entry in state["log"]),
        *(state["match_index"][each] for each in (event.src, other)),
        state["next_index"][event.src],
        state["commit_index"],
        event.success,
        event.prev_log_index,
        event.success and event.match_index,
    )


@cache
def all_vote_replies():
    """Every reply to a candidate of three or five that lacks votes."""
    found = []
    for count, terms, latest, granted in product((3, 5), logs(1), TERMS, (True, False)):
        others = names(count)[1:]
        if (terms and terms[-1] > 1) or (latest > 2 and granted):
            continue
        for votes in [(), *([(each,) for each in others] if count == 5 else ())]:
            state = node(CANDIDATE, 2, terms, count, votes=frozenset(("n1", *votes)))
            found += [(state, RequestVoteReply(src, "n1", latest, granted)) for src in others]
    return found


def vote_reply_signature(state, event):
    votes, count = state["votes"], len(state["nodes"])
    order = (event.term > state["term"]) - (event.term < state["term"])
    return count, len(votes), event.src in votes, order, event.vote_granted, bool(state["log"])


@cache
def all_times():
    """Every moment at which time passes for a node alone or one of three, before its timer runs out and when it does."""
    found = []
    for role, count, terms, term, commit in product(
        (FOLLOWER, CANDIDATE, LEADER), (1, 3), logs(2), TERMS, range(3)
    ):
        own = bool(terms) and terms[-1] == term
        alone = count == 1 and (role is CANDIDATE or (role is LEADER and commit < len(terms) and own))
        if (terms and terms[-1] > term) or commit > len(terms) or alone or (role is CANDIDATE and own):
            continue  # a node that is alone wins at once, and commits at once
        state = node(role, term, terms, count, commit_index=commit)
        for left, ticks in product(range(1, 5), (1, 2)):
            if ticks <= left:
                found.append((state | {"timer": left}, Tick(ticks)))
        found += [(state, each) for each in (ElectionTimeout(), HeartbeatTimeout())]
    return found


def time_signature(state, event):
    """What matters when time passes: the role, what the log holds, and whether the timer runs out."""
    length, commit = len(state["log"]), state["commit_index"]
    runs_out = isinstance(event, Tick) and state["timer"] <= event.n
    shown = (0 if not commit else 2 if commit == length else 1) if state["role"] is LEADER else bool(commit)
    return state["role"], len(state["nodes"]), length, shown, type(event), runs_out


def is_reply_to_append(state, event):
    leads = state["role"] is LEADER and len(state["nodes"]) == 3
    return leads and isinstance(event, AppendEntriesReply) and event.term == state["term"]


def is_reply_to_candidate(state, event):
    return state["role"] is CANDIDATE and isinstance(event, RequestVoteReply)


# -- Every kind is there ----------------------------------------------------------------------------------------------

# The item, the signatures that are wanted, the signature of a situation, and which situations are meant.
COMPLETE = {
    "appends": ("on_append_entries", wanted_appends, signature_of_append, is_append),
    "requests for votes": ("on_request_vote", lambda: {request_signature(*each) for each in all_requests()},
        signature_of_request, is_request_of_follower),
    "replies to appends": ("on_append_entries_reply", lambda: {append_reply_signature(*each) for each in all_append_replies()},
        append_reply_signature, is_reply_to_append),
    "replies to requests for votes": ("on_request_vote_reply", lambda: {vote_reply_signature(*each) for each in all_vote_replies()},
        vote_reply_signature, is_reply_to_candidate),
    "timers": ("on_tick", lambda: {time_signature(*each) for each in all_times()}, time_signature, lambda state, event: True),
}  # fmt: skip


def missing(kind, without=lambda state, event: False):
    """The signatures that are wanted and not among the situations, if some of these are left out."""
    item, wanted, signature, meant = COMPLETE[kind]
    asked = [(each.question.state, each.question.event) for each in answered(SPACES[item])]
    there = {signature(*each) for each in asked if meant(*each) and not without(*each)}
    assert len(wanted()) > 20
    return wanted() - there


@pytest.mark.parametrize("kind", COMPLETE)
def test_every_kind_is_among_the_situations(kind):
    assert missing(kind) == set()


@pytest.mark.parametrize(
    ("kind", "without"),
    [
        ("appends", lambda state, event: event.leader_commit == event.prev_log_index + 1),
        ("appends", lambda state, event: state["role"] is CANDIDATE and event.entries),
        ("requests for votes", lambda state, event: state["voted_for"] == event.src and event.term == state["term"]),
        ("requests for votes", lambda state, event: event.last_log_index < len(state["log"])),
        ("replies to appends", lambda state, event: event.success and state["commit_index"] == 1),
        ("replies to appends", lambda state, event: not event.success and event.prev_log_index == state["next_index"][event.src]),
        ("replies to requests for votes", lambda state, event: event.src in state["votes"]),
        ("replies to requests for votes", lambda state, event: len(state["nodes"]) == 5 and len(state["votes"]) == 2),
        ("timers", lambda state, event: len(state["nodes"]) == 1),
        ("timers", lambda state, event: isinstance(event, Tick) and state["timer"] > event.n),
        ("timers", lambda state, event: isinstance(event, HeartbeatTimeout) and state["role"] is CANDIDATE),
        ("timers", lambda state, event: state["role"] is LEADER and 0 < state["commit_index"] < len(state["log"])),
    ],
)  # fmt: skip
def test_what_is_left_out_is_missed(kind, without):
    assert missing(kind, without) != set()


# -- Mistakes ---------------------------------------------------------------------------------------------------------


def questions_of(item):
    plain = {
        "on_append_entries_reply": all_append_replies,
        "advance_commit_index": all_append_replies,
        "on_request_vote_reply": all_vote_replies,
        "on_tick": all_times,
        "on_election_timeout": all_times,
    }
    if item in plain:
        return [Question(state, event, (0.5,)) for state, event in plain[item]()]
    if item == "on_request_vote":
        return [
            Question(node(FOLLOWER, term, mine, voted_for=voted_for), event, (0.5,))
            for term, mine, voted_for, event in all_requests()
        ]
    return [
        Question(node(role, term, mine, commit_index=commit), event, (0.5,))
        for role, term, mine, commit, event in all_appends()
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "at_least"),
    {
        "on_append_entries": 9, "on_request_vote": 9, "on_append_entries_reply": 6, "advance_commit_index": 3,
        "on_request_vote_reply": 3, "on_tick": 1, "on_election_timeout": 1,
    }.items(),
)  # fmt: skip
def test_no_mistake_shows_only_in_the_situations_that_were_left_out(item, at_least):
    wrong = {name: each.node_class() for name, each in MUTANTS.items() if each.item == item}
    wrong |= {name: mutant(each[:2]) for name, each in ONCE_MISSED.items() if each[2] == item}
    asked = questions_of(item)
    right = [without_reasons(each) for each in outcomes(Raft, asked)]
    shown = set()
    for name, raft in wrong.items():
        for question, ours, theirs in zip(asked, right, outcomes(raft, asked), strict=True):
            found = without_reasons(theirs)
            if not same(ours, found) and allow(compared(question, ours, found)).differs:
                shown.add(name)
                break
    assert len(shown) >= at_least
    assert [name for name in shown if differential(item).run(wrong[name]) is None] == []
