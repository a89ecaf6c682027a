"""The Lab: the player with controls around it, in a notebook."""

from raftlab.lab.lab import Lab

__all__ = ["Lab"]
