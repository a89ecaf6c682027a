"""The Lab: the player with its controls in a notebook, and the other widgets of the lessons."""

from raftlab.lab.inventory import inventory
from raftlab.lab.lab import Lab
from raftlab.lab.log_books import log_books
from raftlab.lab.predict import predict
from raftlab.lab.progress import course
from raftlab.lab.prove_me_wrong import ProveMeWrong
from raftlab.lab.recall import recall
from raftlab.lab.show_difference import show_difference
from raftlab.lab.show_rule import show_rule
from raftlab.lab.sick_switch import sick_switch
from raftlab.lab.side_by_side import side_by_side
from raftlab.lab.two_majorities import two_majorities
from raftlab.lab.you_are import YouAre

__all__ = [
    "Lab",
    "ProveMeWrong",
    "YouAre",
    "course",
    "inventory",
    "log_books",
    "predict",
    "recall",
    "show_difference",
    "show_rule",
    "sick_switch",
    "side_by_side",
    "two_majorities",
]
