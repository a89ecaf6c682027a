"""The protocol of a run's nodes: their messages, their rules, and their words for things."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.rules import Rule
from raftlab.sim.invariants import WATCHED

# Raft's words for things. Another protocol has its own words. If it has no word for a thing, such as "leader", the
# player has no controls, marks or sentences about that thing.
# "applied" and "card" are templates for the lines below a node: {applied}, {term}, {entry} (the last of its log).
WORDS = {each: each for each in ("follower", "candidate", "leader", "term", "committed")} | {
    "applied": "{applied}"
}


# If several rules were applied in one event, the rule that comes first here is shown first: it says most about the event.
TELLING = (
    "CQ-1", "SV-1", "MC-6", "MC-4", "MC-3", "MC-2", "MC-1", "MC-5", "TL-3", "TL-2", "TL-1", "RI-3", "RI-1", "LR-0",
    "SN-3", "SN-4", "SN-2", "SN-1", "FB-2", "FB-1", "PV-3", "PV-1", "PV-2",
    "CA-2", "NO-1", "CA-4", "FO-2", "LE-4", "RV-1", "RV-2", "UTD", "AE-1", "AE-2", "AE-3", "AE-5", "AE-4",
    "LE-3b", "CA-3", "LE-3a", "LE-2", "LE-1", "CA-1", "ALL-2", "RI-2", "LR-1", "FO-1", "ALL-1", "LE-3",
)  # fmt: skip


class Protocol(NamedTuple):
    """What a reader of a trace must know about its nodes.

    kinds: the kinds of messages, each with its fields besides src, dst and term.
    rules: id -> rule: the rules that the nodes can name, the most informative first, and the properties that are checked.
    words: the protocol's words for a role, a term and a committed entry.
    extensions: the extensions of Raft that every node has.
    """

    kinds: dict[str, list[str]]
    rules: dict[str, Rule]
    words: dict[str, str]
    extensions: list[str]


def protocol_of(node_classes: Sequence[type[Any]]) -> Protocol:
    """The protocol of nodes of these classes; the first is the class of most nodes."""
    book = {id: rule for each in node_classes for id, rule in each.rules.items()}
    rules = {id: book[id] for id in TELLING if id in book} | book | WATCHED
    extensions = [
        name for name, each in EXTENSIONS.items() if all(issubclass(node, each) for node in node_classes)
    ]
    return Protocol(kinds_of(node_classes), rules, getattr(node_classes[0], "words", WORDS), extensions)


def kinds_of(node_classes: Sequence[type[Any]]) -> dict[str, list[str]]:
    """The kinds of messages that nodes of these classes send, with their fields; Raft's own come first."""
    kinds: dict[Any, None] = dict.fromkeys(Raft.messages)
    for node_class in node_classes:
        for each in reversed(node_class.__mro__):
            kinds |= dict.fromkeys(vars(each).get("messages", ()))
    return {kind.__name__: list(kind._fields[3:]) for kind in kinds}


KINDS = kinds_of(())  # only those of Raft itself
