"""States crossed with events."""

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any

from raftlab.checks.differential.ask import State
from raftlab.checks.differential.spaces import CANDIDATE, FOLLOWER, LEADER, Case, node
from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    ConfirmLeader,
    Event,
    InstallSnapshot,
    RequestVote,
    RequestVoteReply,
    Role,
    Tick,
    TimeoutNow,
)

TERM = 2  # of the node
TERMS = (TERM - 1, TERM, TERM + 1)  # of those that it hears


def crossed(
    states: Iterable[State], events: Iterable[Event] | Callable[[State], Iterable[Event]]
) -> Iterator[Case]:
    """Each state with each event that is possible in it. Three nodes and short logs come first."""
    fixed = None if callable(events) else tuple(events)
    for state in states:
        for event in events(state) if callable(events) else fixed or ():
            if possible(state, event):
                strange = int(state["id"] != "n1"), int(len(state["nodes"]) != 3)
                yield (*strange, len(state["log"]), state["commit_index"]), state, event


def possible(state: State, event: Event) -> bool:
    """Can a node get this? In a term there is one leader, so that nobody else speaks as leader to its followers, or to it.

    The caller of a node guarantees that no timer runs out before the last tick.
    """
    if isinstance(event, Tick):
        return bool(event.n <= state["timer"])
    if not isinstance(event, AppendEntries | InstallSnapshot | ConfirmLeader | TimeoutNow):
        return True
    return event.term != state["term"] or leader_of(state) in (None, event.src)


def leader_of(state: State) -> str | None:
    """Who leads the node's term, as far as it knows."""
    leader: str | None = {Role.LEADER: state["id"], Role.FOLLOWER: state["leader"]}.get(state["role"])
    return leader


def states(
    roles: Iterable[Role] = (FOLLOWER, CANDIDATE, LEADER),
    counts: Iterable[int] = (3,),
    **choices: Iterable[Any],
) -> Iterator[State]:
    """Nodes in these roles, in clusters of these sizes, with all combinations of values of fields. Their logs have one entry.

    A leader knows that it leads, and a candidate has no leader and no entry of its own term.
    """
    for role, count, *values in product(roles, counts, *choices.values()):
        state = node(role, TERM, (1,), count)
        usual = {name: state[name] for name in ("leader", "voted_for")}
        state |= dict(zip(choices, values, strict=True))
        state["last_applied"] = state["commit_index"]
        if role is LEADER:
            end = len(state["log"])
            state |= usual | {
                "timer": min(state["timer"], 5),
                "next_index": dict.fromkeys(state["next_index"], end + 1),
                "match_index": state["match_index"] | {state["id"]: end},
            }
        elif role is CANDIDATE:
            state |= usual
            if any(entry.term == TERM for entry in state["log"]):
                continue
        if names_in(state) <= set(state["nodes"]):
            yield state


def names_in(state: State) -> set[str]:
    """The nodes that a state speaks of."""
    known = {each for value in state.values() if isinstance(value, frozenset) for each in value}
    return known | {each for each in (state["leader"], state["voted_for"]) if each is not None}


def messages_of_raft(state: State) -> Iterator[Event]:
    """Messages of each kind, in each term: most extensions look at all that arrives."""
    me, last = state["id"], state["snapshot"].index + len(state["log"])
    at = (state["snapshot"], *state["log"])[-1].term
    for term in TERMS:
        yield RequestVote("n2", me, term, last, at)
        yield RequestVote("n2", me, term, 0, 0)
        yield AppendEntries("n2", me, term, last, min(at, term), (), 0)
        yield AppendEntriesReply("n2", me, term, False, last, 0)
        yield RequestVoteReply("n2", me, term, False)
        if term <= TERM:
            yield RequestVoteReply("n2", me, term, True)
            yield AppendEntriesReply("n2", me, term, True, last, last)
