"""The Lab: the player with controls around it, in a notebook, and what lessons need beside it."""

from raftlab.lab.lab import Lab
from raftlab.lab.predict import predict
from raftlab.lab.progress import course
from raftlab.lab.show_rule import show_rule

__all__ = ["Lab", "course", "predict", "show_rule"]
