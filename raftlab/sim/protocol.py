"""What the nodes of a run speak: their messages, their rules, and what they call things."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.rules import Rule
from raftlab.sim.invariants import WATCHED

# What Raft calls things. Another protocol names its own; what has no word there does not exist.
# "applied" and "card" are templates for the lines below a node: {applied}, {term}, {entry} (the last of its log).
WORDS = {each: each for each in ("follower", "candidate", "leader", "term", "committed")} | {
    "applied": "{applied}"
}


# Which of several rules says best what happened: that one is shown first.
TELLING = (
    "CQ-1", "SV-1", "MC-6", "MC-4", "MC-3", "MC-2", "MC-1", "MC-5", "TL-3", "TL-2", "TL-1", "RI-3", "RI-1", "LR-0",
    "SN-3", "SN-4", "SN-2", "SN-1", "FB-2", "FB-1", "PV-3", "PV-1", "PV-2",
    "CA-2", "NO-1", "CA-4", "FO-2", "LE-4", "RV-1", "RV-2", "UTD", "AE-1", "AE-2", "AE-3", "AE-5", "AE-4",
    "LE-3b", "CA-3", "LE-3a", "LE-2", "LE-1", "CA-1", "ALL-2", "RI-2", "LR-1", "FO-1", "ALL-1", "LE-3",
)  # fmt: skip


class Protocol(NamedTuple):
    """What a reader of a trace has to know of its nodes.

    kinds: the kinds of messages, each with its fields beyond src, dst and term. rules: the rules that the nodes can
    name, by id, the most telling first, and the properties they are held to. words: what a role, a term and a committed entry are called.
    extensions: what every node has beyond Figure 2.
    """

    kinds: dict[str, list[str]]
    rules: dict[str, Rule]
    words: dict[str, str]
    extensions: list[str]


def protocol_of(node_classes: Sequence[type[Any]]) -> Protocol:
    """The protocol of such nodes; the first class is that of most of them."""
    book = {id: rule for each in node_classes for id, rule in each.rules.items()}
    rules = {id: book[id] for id in TELLING if id in book} | book | WATCHED
    extensions = [
        name for name, each in EXTENSIONS.items() if all(issubclass(node, each) for node in node_classes)
    ]
    return Protocol(kinds_of(node_classes), rules, getattr(node_classes[0], "words", WORDS), extensions)


def kinds_of(node_classes: Sequence[type[Any]]) -> dict[str, list[str]]:
    """The kinds of messages that such nodes send, with their fields; Raft's own stand first."""
    kinds: dict[Any, None] = dict.fromkeys(Raft.messages)
    for node_class in node_classes:
        for each in reversed(node_class.__mro__):
            kinds |= dict.fromkeys(vars(each).get("messages", ()))
    return {kind.__name__: list(kind._fields[3:]) for kind in kinds}


KINDS = kinds_of(())  # those of Raft itself
