"""Lesson 09: a false claim and a true one, and a node played by hand."""

from raftlab.exercises.item import Item
from raftlab.exercises.played_by_hand import by_hand
from raftlab.exercises.prove_me_wrong import false_claim, true_claim
from raftlab.exercises.tasks import Task

ITEMS: tuple[Item, ...] = (
    Task("false_claim", "09", 10, (
        "Which claims seem true to somebody who has never seen a partition or a late message?",
        "Take something that is true while all nodes hear the leader, and claim that it is always true.",
        "A leader that is cut off still believes that it leads. So claim that a leader is always the only leader."),
        (), false_claim, "ProveMeWrong() shows for every claim whether a run contradicts it."),
    Task("true_claim", "09", 10, (
        "The five properties of Figure 3 are always true. Which of them can you build from the menus?",
        "The claim must depend on the rules: if nodes lie, it must become false. Remember that the bounds are small; Figure 8 lies outside them.",
        "Election Safety: how many leaders can a term have? Claim that a leader is always the only leader of its term."),
        (), true_claim, "ProveMeWrong() shows for every claim whether a run contradicts it."),
    Task("played_by_hand", "09", 20, (
        "Look at the term first. A node adopts a later term and has a new vote in it, whatever else the message says.",
        "A node that says yes also remembers its vote. An append is accepted only if the entry before the new ones is in the log, with the same term.",
        "The new commit index is the smaller of two: the leader's commit index, and the index of the last entry in the append."),
        (), by_hand("you_are_n3", "n3", 15), "YouAre(\"n3\") shows you one event after the other."),
)  # fmt: skip
