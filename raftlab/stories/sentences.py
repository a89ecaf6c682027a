"""What many stories say, for whichever node it is: so it stays true where chance comes out otherwise."""

from typing import Any

STANDS = "{node}'s timer has run out: it stands for term {term} and asks the others for their votes."
STANDS_AFTER_ASKING = "{node} has heard that a majority would vote for it: it stands for term {term}."
LEADS = "{node} has the votes of a majority: it leads term {term}."
SPLIT = (
    "Several nodes stand for the same term, and none of them can get a majority any more: the vote is split."
)
COMMITTED = "{command} is stored by a majority: it is committed. The leader does not know it yet."


def elected(after_asking: bool = False) -> tuple[Any, ...]:
    """The stops of the first election: somebody stands, after it has asked whether it would win or at once, and wins."""
    return ("candidacy", STANDS_AFTER_ASKING if after_asking else STANDS), ("leader", LEADS)


AN_ELECTION = (*elected(), ("split", SPLIT))  # what can be said of any run, however many nodes there are


def committed(command: str, since: int) -> tuple[Any, ...]:
    """The stop at which a command is committed, since a tick."""
    return ("commit", since), COMMITTED.replace("{command}", command)
