"""Stories of the models by name, each with the class of its nodes. (Raft's stories are in `raftlab.stories`.)

>>> from raftlab.sim.play import play
>>> story, node_class = SCENES["two_copies"]
>>> [view.log[-1][1] for view in play(story, node_class=node_class).at(60).views.values()]
['x=2', 'x=3']
"""

from dataclasses import replace
from typing import Any

from raftlab.models.copies import TWO_AT_ONCE, TWO_COPIES, Copies
from raftlab.models.paxos import DUEL, Paxos, PaxosWithoutDice
from raftlab.sim.stops import Ask
from raftlab.sim.story import Story

ROUND = Story(
    "paxos_round", "One proposer, and nothing goes wrong", nodes=3, ticks=40, goals=(),
    actions=((0, "set_network", (3, 3)), (1, "propose", "X", "n1", "c1")),
    stops=(
        (1, "A client wants X. n1 asks all nodes to promise its number. It does not mention X yet."),
        (4, "n2 and n3 have promised. Neither of them knows a value yet."),
        (7, "n1 has the promises of a majority. No node in it has accepted a value, so n1 may propose its own value, X."),
        Ask(9, "n1's proposal of X is about to arrive. How many of the three nodes must accept X before it is chosen?", ("one", "two", "three"), "two", "commit",
            then="Two, n1 included: a majority of three."),
        (10, "n2 and n3 have accepted X: it is chosen. n1 does not know that yet."),
        (13, "n1 has heard that X is chosen, and has answered its client."),
    ),
)  # fmt: skip


def survivor(name: str, title: str, cut_off: str, *stops: Any) -> Story:
    """A story in which n1 has proposed X under its number 3, n2 has promised it, and one node is cut off when n3 proposes Y."""
    return Story(
        name, title, nodes=3, ticks=60, goals=(),
        start={"n1": {"term": 3, "log": ["3:X"]}, "n2": {"term": 3}},
        actions=((0, "set_network", (3, 3)), (0, "isolate", cut_off), (1, "propose", "Y", "n3", "c1"), (40, "heal")),
        stops=(*stops, (40, "All nodes can reach each other again. The value that is chosen stays chosen.")),
    )  # fmt: skip


SURVIVOR = survivor(
    "paxos_survivor", "X is accepted by one node, which can be reached", "n2",
    Ask(0, "n1 has accepted X. n2 is cut off, and n3 cannot know what it has accepted. n3's client wants Y. Which value will n3 propose?",
        ("X", "Y"), "X", "commit", then="X: n1's promise tells n3 that X may have been chosen, so n3 must propose it again.", deeds=2),
    (1, "n3 asks all nodes to promise its number."),
    ("commit", "X is chosen: n3 and n1 have accepted it under n3's number."),
)  # fmt: skip
FREE = survivor(
    "paxos_free", "X is accepted by one node, which cannot be reached", "n1",
    Ask(0, "Only n1 has accepted X, and n1 cannot be reached. n3's client wants Y, and n3 asks n2. Which value will n3 propose?",
        ("X", "Y"), "Y", "commit", then="Y: n2 and n3 are a majority and have accepted nothing, so no value can have been chosen.", deeds=2),
    (1, "n3 asks all nodes to promise its number."),
    ("commit", "Y is chosen: n3 and n2 have accepted it."),
)  # fmt: skip
FOR_EVER = replace(
    DUEL,
    name="paxos_duel_for_ever",
    title="Two proposers on a slow network that wait equally long",
    stops=DUEL.stops[:-1],
)

# name -> (story, node class). The classes have Raft's interface, but are not subclasses of Raft.
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
