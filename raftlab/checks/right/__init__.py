"""Other correct nodes: they choose differently where the paper leaves a choice.

choices   changes of raft.py's text that are right      variants  other correct nodes, as classes
"""
