"""The differential check: an answer and the reference are put into the same small state, get the same event, and are compared.

    spaces     all small states and events            compare   what differs
    ask        one question, and its outcome          disk      what a crash between two effects would break
    causes     the rule that a difference breaks      allowed   what the paper leaves open
    safety     the property that it can break         sentence  the difference in one sentence
    layer      the check of an item                   crashes   a crash in the middle of a step, and every event twice

It is complete within its bounds: there is no small situation in which an answer does something wrong unseen. It sees one
step at a time, and what follows a crash or a copy of a message. What takes more steps (liveness, clients) is left to stories,
random runs and the explorer.
"""

from raftlab.checks.differential.layer import Differential, differential

__all__ = ["Differential", "differential"]
