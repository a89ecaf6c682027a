"""Exercises: write a rule, break a wrong node, read a run; each is judged at once, with the run that shows why."""

from raftlab.exercises.implement import implement
from raftlab.exercises.items import ITEMS
from raftlab.exercises.node_help import node_help
from raftlab.exercises.notebook import answer, check, convict, hint, questions, suspect

__all__ = ["ITEMS", "answer", "check", "convict", "hint", "implement", "node_help", "questions", "suspect"]
