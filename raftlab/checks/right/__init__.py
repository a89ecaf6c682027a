"""Nodes that are right, too, where the paper leaves a choice.

choices   changes of raft.py's text that are right      variants  other right nodes, as classes
"""
