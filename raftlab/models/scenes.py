"""Stories of the models: what is played, and what its nodes are, by name, as `raftlab.stories` has Raft's.

>>> from raftlab.sim.play import play
>>> story, node_class = SCENES["two_copies"]
>>> [view.log[-1][1] for view in play(story, node_class=node_class).at(60).views.values()]
['x=2', 'x=3']
"""

from dataclasses import replace
from typing import Any

from raftlab.models.copies import TWO_AT_ONCE, TWO_COPIES, Copies
from raftlab.models.paxos import DUEL, Paxos, PaxosWithoutDice
from raftlab.sim.story import Story

ROUND = Story(
    "paxos_round", "One proposer, and nothing goes wrong", nodes=3, ticks=40, goals=(),
    actions=((0, "set_network", (3, 3)), (1, "propose", "X", "n1", "c1")),
    stops=(
        (4, "n2 and n3 promise. Neither has been told a value yet."),
        (7, "n1 has a majority's promises. Nobody has accepted anything, so it may propose its own X."),
        (10, "n2 and n3 accept X: it is chosen. Does n1 know?"),
    ),
)  # fmt: skip


def survivor(name: str, title: str, cut_off: str, question: str) -> Story:
    """n1 has proposed X under its number 3, n2 has promised it; one of three nodes is cut off when n3 proposes Y."""
    return Story(
        name, title, nodes=3, ticks=60, goals=(),
        start={"n1": {"term": 3, "log": ["3:X"]}, "n2": {"term": 3}},
        actions=((0, "set_network", (3, 3)), (0, "isolate", cut_off), (1, "propose", "Y", "n3", "c1"), (40, "heal")),
        stops=((0, question),),
    )  # fmt: skip


SURVIVOR = survivor(
    "paxos_survivor", "A value that may have been chosen must survive", "n2",
    "n1 has accepted X. n2 cannot be reached: perhaps it has accepted X, too. n3 wants Y. What will it propose?",
)  # fmt: skip
FREE = survivor(
    "paxos_free", "A value that cannot have been chosen", "n1",
    "Only n1 has accepted X, and n1 cannot be reached. n3 wants Y, and asks n2. What will it propose?",
)  # fmt: skip
FOR_EVER = replace(DUEL, name="paxos_duel_for_ever", title="Two proposers stop each other, without dice")

# A class of a model looks like Raft to a cluster, and is none.
SCENES: dict[str, tuple[Story, Any]] = {
    story.name: (story, node_class)
    for story, node_class in (
        (TWO_COPIES, Copies),
        (TWO_AT_ONCE, Copies),
        (ROUND, Paxos),
        (SURVIVOR, Paxos),
        (FREE, Paxos),
        (DUEL, Paxos),
        (FOR_EVER, PaxosWithoutDice),
    )
}
