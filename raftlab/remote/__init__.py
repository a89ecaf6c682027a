"""Nodes that run in another process: what is said to it, how it is started and ended, and the node that speaks for it here.

    codec       events, effects and states as JSON, read strictly
    own         what a node keeps beyond the known fields, as JSON
    answers     what a node is asked, and what it answers
    program     the process: one line to it, lines from it, and its limits
    nodes       a node class whose nodes live in such a process
    transcript  what was asked and answered in a check that was passed
    kept        the same in files, for the next process

`docs/protocol.md` describes the lines for those who write a node in another language.
"""
