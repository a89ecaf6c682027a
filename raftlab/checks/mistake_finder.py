"""Finds the mistake in a run: the first step at which a node does something else than the reference.

A property often breaks long after the mistake. So the reference repeats every step of every node, from the same
state and with the same dice. The mistake is in the first step in which the two differ. The rule that the node did
not follow is the rule that the reference followed in that step.
"""

from collections import Counter
from copy import deepcopy
from random import Random
from typing import Any, NamedTuple

from raftlab.checks.handlers import Disk
from raftlab.checks.words import event_words, told
from raftlab.messages import Because, Event, Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster

STATE = (
    "role",
    "term",
    "voted_for",
    "leader",
    "votes",
    "commit_index",
    "last_applied",
    "next_index",
    "match_index",
)
# The last rule of a step usually says what the step was about: first a term is adopted, then entries are stored, then the
# reply is sent. The rules in COMMON say little about a mistake, because they apply in many kinds of steps.
COMMON = {"ALL-2", "CA-3", "FO-1", "ALL-1", "LE-1", "LE-3a"}


class Difference(NamedTuple):
    """The first step that differs: its tick, node and event, what the node and the reference did, and the rule."""

    tick: int
    node: str
    event: str
    did: str
    should: str
    rule: str | None


class MistakeFinder:
    """Compares every step of one cluster with the reference. `first` is the first difference; None until there is one."""

    def __init__(self) -> None:
        self.first: Difference | None = None
        self.cluster: Cluster | None = None
        self._term = 0  # the node's term before the step

    def watching(self, raft: type[Raft]) -> type[Raft]:
        """The class, but each step is compared with a step of its `reference` (Raft, if it names none)."""
        finder, reference = self, getattr(raft, "reference", Raft)

        class Watched(raft):  # type: ignore[misc, valid-type]
            def step(self, event: Event) -> tuple[Any, ...]:
                if finder.first is not None:
                    return super().step(event)
                twin, disk, finder._term = twin_of(self, reference), Disk(self), self.term
                expected = twin.step(event)
                try:
                    effects = super().step(event)
                except Exception as error:
                    finder._note(self, event, f"it fails: {error}", expected, twin)
                    raise
                if unsaved := disk.follow(self, effects):
                    finder._note(self, event, unsaved[2], expected, twin, "save first, then send", unsaved[0])
                elif difference := what_differs(self, effects, twin, expected, event):
                    finder._note(self, event, difference[0], expected, twin, difference[1])
                elif lost := disk.lacks(self):
                    finder._note(self, event, lost[2], expected, twin, "save what has changed", lost[0])
                return effects

        Watched.__name__ = raft.__name__
        return Watched

    def _note(
        self,
        node: Any,
        event: Event,
        did: str,
        expected: Any,
        twin: Raft,
        should: str = "",
        rule: str | None = None,
    ) -> None:
        now = self.cluster.now if self.cluster is not None else 0
        should = should or ", ".join(told(expected)) or "nothing that other nodes notice"
        self.first = Difference(
            now, node.id, event_words(event), did, should, rule or rule_of(expected, node, twin, self._term)
        )


def twin_of(node: Any, reference: type[Raft] = Raft) -> Raft:
    """The reference in the same state, with the same dice."""
    twin = reference(
        node.id, node.nodes, deepcopy(node.random), node.election_timeout, node.heartbeat_interval
    )
    twin.random = deepcopy(node.random)  # building it has drawn a timeout
    for name in (*STATE, "log", "timer", "timeout", "waiting", *_beyond(twin)):
        if hasattr(node, name):
            setattr(twin, name, deepcopy(getattr(node, name)))
    twin.votes = frozenset(twin.votes)
    return twin


def what_differs(node: Any, effects: Any, twin: Raft, expected: Any, event: Event) -> tuple[str, str] | None:
    """What a node did and what it should have done; None if there is no difference."""
    theirs, ours = told(effects), told(expected)
    did, should = [], []
    if Counter(theirs) != Counter(ours):
        did.append(", ".join(theirs) or "nothing that other nodes notice")
        should.append(", ".join(ours) or "nothing that other nodes notice")
    for name in (*STATE, *_beyond(twin)):
        one, other = getattr(node, name), getattr(twin, name)
        one, other = (frozenset(one), other) if name == "votes" else (one, other)
        if one != other:
            did.append(f"{name.replace('_', ' ')} {_plain(one)}")
            should.append(f"{name.replace('_', ' ')} {_plain(other)}")
    if tuple(node.log) != tuple(twin.log):
        did.append(f"log {_log(node)}")
        should.append(f"log {_log(twin)}")
    if not did and node.timer != twin.timer:
        did.append(f"its timer stands at {node.timer}")
        should.append(f"its timer stands at {twin.timer}")
    return ("; ".join(did), "; ".join(should)) if did else None


def rule_of(expected: Any, node: Any, twin: Raft, term_before: int) -> str | None:
    """The rule that was not followed: the one that the reference names, or else the one that forbids the difference."""
    rules = [effect.rule for effect in expected if isinstance(effect, Because)]
    if "ALL-2" in rules and (node.term, node.role) != (twin.term, twin.role):
        return "ALL-2"
    if node.term < term_before:
        return "ST-P1"
    if about := [rule for rule in rules if rule not in COMMON]:
        return about[-1]
    leads = twin.role is Role.LEADER
    for differs, rule in (
        (node.term != twin.term, "ALL-2"),
        (node.role is Role.LEADER and not leads, "CA-2"),
        (tuple(node.log) != tuple(twin.log), "P2" if leads else "AE-3"),
        (node.commit_index != twin.commit_index, "LE-4" if leads else "AE-5"),
        (node.last_applied != twin.last_applied, "ALL-1"),
        (node.votes != twin.votes, "CA-2"),
    ):
        if differs:
            return rule
    return rules[-1] if rules else None


def _beyond(twin: Raft) -> list[str]:
    """The fields that a node has because of its extensions."""
    return [name for name in vars(twin) if name not in _FIELDS]


_FIELDS = frozenset(vars(Raft("n1", ("n1",), Random("fields"), (1, 1), 1)))


def _plain(value: Any) -> str:
    if isinstance(value, Role):
        return value.value
    if isinstance(value, frozenset | set):
        return " ".join(sorted(value, key=lambda id: (len(id), id))) or "none"  # n10 after n9
    if isinstance(value, dict):
        return " ".join(f"{key}={each}" for key, each in value.items()) or "none"
    return str(value)


def _log(node: Any) -> str:
    return " ".join(f"{entry.term}:{entry.command}" for entry in node.log) or "empty"
