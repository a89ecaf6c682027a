"""What many stories say, about whichever node it is, so that it stays true with another seed."""

from typing import Any

STANDS = (
    "{node}'s timer has run out: it becomes a candidate in term {term} and asks the others for their votes."
)
STANDS_EARLY = (
    "The story lets {node}'s timer run out early, so that you need not wait: {node} becomes a candidate in term {term} "
    "and asks the others for their votes."
)
STANDS_AFTER_ASKING = (
    "{node} has heard that a majority would vote for it: it becomes a candidate in term {term}."
)
LEADS = "{node} has the votes of a majority: it is now the leader of term {term}."
SPLIT = "Several nodes are candidates in the same term, and none of them can get a majority any more: the vote is split."
A_LEADER_STAYS = (
    "You have seen an election. From now on the leader's heartbeats keep all other timers from running out."
)
COMMITTED = "A majority has stored {command}: it is committed. The leader does not know it yet."


def elected(stands: str = STANDS) -> tuple[Any, ...]:
    """The stops of the first election: a node becomes a candidate, and wins. stands: what is said of the candidate."""
    return ("candidacy", stands), ("leader", LEADS)


AN_ELECTION = (*elected(), ("split", SPLIT))  # what is true of any run, with any number of nodes


def committed(command: str, since: int) -> tuple[Any, ...]:
    """The stop at which a command is committed. since: the tick from which on it may be."""
    return ("commit", since), COMMITTED.replace("{command}", command)
