"""Elections that are asked for first, or not heard; leaders that doubt, and leaders that hand over."""

from collections.abc import Iterator

from raftlab.checks.differential.ask import State
from raftlab.checks.differential.beyond.crossing import TERM, TERMS, crossed, messages_of_raft, states
from raftlab.checks.differential.spaces import (
    CANDIDATE,
    ELECTION_TIMEOUT,
    FOLLOWER,
    LEADER,
    TIMEOUT,
    Case,
    leading,
    log_of,
    names,
    vote_replies,
)
from raftlab.messages import (
    AppendEntriesReply,
    ConfirmLeader,
    ConfirmLeaderReply,
    ElectionTimeout,
    Event,
    HeartbeatTimeout,
    InstallSnapshotReply,
    Propose,
    RequestPreVote,
    RequestPreVoteReply,
    RequestVoteNow,
    Tick,
    TimeoutNow,
    TransferLeadership,
)

SHORTEST = ELECTION_TIMEOUT[0]
NOBODY, ONE, TWO = frozenset[str](), frozenset({"n2"}), frozenset({"n2", "n3"})
LOGS = ((), log_of((1,)), log_of((1, 1)), log_of((1, 2)))
ENDS = ((0, 0), (1, 1), (2, 1), (1, 2), (2, 2))  # of a log: index and term
# What is left of the timer when a leader was heard just now, at the last moment, and too long ago.
HEARD = (TIMEOUT, TIMEOUT - SHORTEST + 1, TIMEOUT - SHORTEST, TIMEOUT - SHORTEST - 1)


# -- CheckQuorum ----------------------------------------------------------------------------------------------


def leaders_that_look_around() -> Iterator[Case]:
    """Time passes for a leader, which counts the answers once in an election timeout; for other nodes it does not matter."""
    looked = (0, SHORTEST - 2, SHORTEST - 1)
    leaders = states((LEADER,), (3, 5, 1), heard=(NOBODY, ONE, TWO), since_look=looked, timer=(1, 3))
    yield from crossed(leaders, (Tick(1), Tick(2), Tick(3)))
    yield from crossed(states((FOLLOWER, CANDIDATE), heard=(NOBODY, ONE), since_look=looked), (Tick(1),))
    for cost, state, event in vote_replies():
        if len(state["log"]) < 2:
            yield cost, state | {"heard": ONE, "since_look": 9}, event


def answers_to_leaders() -> Iterator[Case]:
    """All that a node can hear; only answers to a leader count."""
    yield from crossed(states(heard=(NOBODY, ONE, frozenset({"n3"})), since_look=(4,)), _all_messages)


def _all_messages(state: State) -> Iterator[Event]:
    yield from messages_of_raft(state)
    for term in TERMS:
        yield InstallSnapshotReply("n2", "n1", term, 1)
        yield ConfirmLeaderReply("n2", "n1", term, 1)
        yield RequestPreVote("n2", "n1", term, term + 1, 1, 1)
        yield ConfirmLeader("n2", "n1", term, 1)


# -- Transfer ---------------------------------------------------------------------------------------------------


def handing_over() -> Iterator[Case]:
    """A leader is asked to hand over, brings its successor up to date, and gives up if that takes too long."""
    for state in leading(3, 2):
        idle = state | {"successor": None, "ticks_left": 0}
        yield from crossed([idle], [TransferLeadership(target) for target in ("n2", "n3", "n1", "n4")])
        for successor in ("n2", "n3", None):
            yield from crossed([state | {"successor": successor, "ticks_left": 4}], _progress)
    waiting = states(successor=("n2", None), ticks_left=(1, 2, 3), timer=(5,))
    yield from crossed(waiting, (Tick(1), Tick(2), Tick(4)))
    yield from crossed(states(successor=("n2",), ticks_left=(3,)), messages_of_raft)


def _progress(state: State) -> Iterator[Event]:
    """What a leader of the term hears while it hands over."""
    match, guess = state["match_index"]["n2"], state["next_index"]["n2"]
    for index in range(match, len(state["log"]) + 1):
        yield AppendEntriesReply("n2", "n1", TERM, True, index, index)
    yield AppendEntriesReply("n2", "n1", TERM, False, guess - 1, 0)
    yield AppendEntriesReply("n2", "n1", TERM + 1, False, 0, 0)
    yield AppendEntriesReply("n2", "n1", TERM - 1, True, match, match)
    yield Propose("x=5", "c1")
    yield Propose("x=5", None)


def taking_over() -> Iterator[Case]:
    """A node is told to stand at once, and others are asked for their votes in the old leader's name."""
    followers = states((FOLLOWER, CANDIDATE), successor=(None,), ticks_left=(0,))
    yield from crossed(followers, (TransferLeadership("n2"), Propose("x=5", "c1")))
    told = states(counts=(3, 2, 5, 1), leader=("n2", None), successor=(None,), ticks_left=(0,), log=LOGS)
    yield from crossed(told, [TimeoutNow("n2", "n1", term) for term in TERMS])
    asked = states(voted_for=(None, "n2", "n3"), leader=(None, "n3"), successor=(None, "n3"), ticks_left=(3,))
    yield from crossed(asked, [RequestVoteNow("n2", "n1", term, *end) for term in TERMS for end in ENDS[:4]])


# -- StickyVotes ------------------------------------------------------------------------------------------------


def heard_leaders() -> Iterator[Case]:
    """A node hears a leader, or heard an older one; messages come, and time passes."""
    nodes = list(states(leader=(None, "n2", "n3"), waits_for_older_leader=(False, True), timer=HEARD))
    yield from crossed(nodes, messages_of_raft)
    yield from crossed(nodes, (ElectionTimeout(), HeartbeatTimeout(), Tick(1), Tick(2)))


# -- PreVote ----------------------------------------------------------------------------------------------------


def trial_elections() -> Iterator[Case]:
    """A timer runs out: the node asks the others first."""
    asked = (NOBODY, frozenset({"n1"}))
    waiting = states(
        (FOLLOWER,), (3, 1, 2, 5), leader=("n2", None), voted_for=(None, "n2"), pre_votes=asked, log=LOGS, timer=(1, 2)
    )  # fmt: skip
    yield from crossed(waiting, (ElectionTimeout(), Tick(1)))
    yield from crossed(
        states((CANDIDATE,), (3, 5), pre_votes=asked, timer=(1, 2)), (ElectionTimeout(), Tick(1))
    )


def pre_vote_requests() -> Iterator[Case]:
    """A node is asked whether it would vote for another one."""
    asked = states(
        leader=("n2", "n3", None), voted_for=(None, "n3"), pre_votes=(NOBODY, frozenset({"n1"})), log=LOGS, timer=HEARD
    )  # fmt: skip
    questions = [RequestPreVote("n2", "n1", term, term + 1, *end) for term in (0, *TERMS) for end in ENDS]
    yield from crossed(asked, questions)


def pre_vote_replies() -> Iterator[Case]:
    """A node that asked, or did not ask, gets answers and other messages."""
    for count in (3, 2, 5):
        yes = [frozenset(names(most)) for most in range((count + 1) // 2 + (count == 2))]
        asking = list(
            states(
                (FOLLOWER, CANDIDATE), (count,), leader=(None, names(count)[-1]), pre_votes=yes, timer=(12, 3)
            )
        )
        answers = [
            RequestPreVoteReply(src, "n1", term, granted)
            for src in names(count)[1:3]
            for term in TERMS
            for granted in (True, False)
            if term <= TERM or not granted
        ]
        yield from crossed(asking, answers)
        yield from crossed(asking, messages_of_raft)
