"""Raft beyond Figure 2: one file each, each a subclass over the seams of `raft.py`."""
