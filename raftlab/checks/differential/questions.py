"""The situations that an item asks about: all small ones, and some larger ones."""

from collections.abc import Callable, Iterator

from raftlab.checks.differential.ask import Question
from raftlab.checks.differential.larger import (
    big_clusters,
    distant_terms,
    leaders_of_long_logs,
    long_logs,
    long_logs_of_candidates,
    other_times,
    repeated_proposals,
)
from raftlab.checks.differential.spaces import (
    Case,
    append_replies,
    appends,
    appends_to_candidates,
    later_appends,
    older_appends,
    other_append_replies,
    other_vote_replies,
    proposals,
    timers,
    vote_replies,
    vote_requests,
)

Space = Callable[[], Iterator[Case]]
EVERYTHING: tuple[Space, ...] = (
    appends, appends_to_candidates, later_appends, older_appends, append_replies, other_append_replies, vote_requests, vote_replies,
    other_vote_replies, timers, proposals,
    long_logs, leaders_of_long_logs, big_clusters, long_logs_of_candidates, distant_terms, other_times, repeated_proposals,
)  # fmt: skip
# The questions about each rule, and about a whole Raft.
SPACES: dict[str, tuple[Space, ...]] = {
    "admit": (
        vote_requests, vote_replies, other_vote_replies, other_append_replies, later_appends, older_appends, distant_terms,
    ),
    "become_follower": (
        vote_requests, vote_replies, other_append_replies, later_appends, appends_to_candidates, distant_terms,
    ),
    "become_candidate": (timers, other_times, big_clusters),
    "become_leader": (vote_replies, timers, big_clusters),
    "on_request_vote": (vote_requests, long_logs_of_candidates, distant_terms),
    "on_request_vote_reply": (vote_replies, other_vote_replies, big_clusters, distant_terms),
    "is_quorum": (vote_replies, append_replies, timers, proposals, big_clusters),
    "campaign": (timers, other_times, big_clusters),
    "on_tick": (timers, other_times),
    "on_election_timeout": (timers, other_times),
    "reset_election_timer": (timers, vote_requests, other_append_replies, other_times),
    "on_append_entries": (appends, appends_to_candidates, later_appends, older_appends, long_logs, distant_terms),
    "on_append_entries_reply": (
        append_replies, other_append_replies, leaders_of_long_logs, big_clusters, distant_terms,
    ),
    "advance_commit_index": (append_replies, proposals, leaders_of_long_logs, big_clusters),
    "replicate": (timers, proposals, append_replies, vote_replies, leaders_of_long_logs, big_clusters),
    "commit": (append_replies, appends, leaders_of_long_logs, long_logs),
    "on_propose": (proposals, repeated_proposals),
    "save": (vote_requests, timers, proposals, later_appends, long_logs, distant_terms, repeated_proposals),
    "raft": EVERYTHING,
}  # fmt: skip


def questions(space: Space) -> list[tuple[tuple[int, ...], Question]]:
    """The questions of a space, each with its cost. The first are the easiest to explain."""
    cases = sorted(space(), key=lambda case: case[0])
    return [
        (cost, Question(state, event, shown(number))) for number, (cost, state, event) in enumerate(cases)
    ]


def shown(number: int) -> tuple[float, ...]:
    """The numbers that the dice show in a question. They differ from question to question, and are spread evenly."""
    return tuple((number * 0.6180339887 + more) % 1 for more in (0.0, 0.37, 0.71))
