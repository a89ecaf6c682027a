"""`node_help`: everything that a rule can use, in one place: the fields and methods of a node, its log and the messages.

A method is described by its own docstring. Fields have no docstrings, so they are described here.
"""

import html
import inspect
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

from raftlab.exercises.implement import CLOSED
from raftlab.exercises.items import FIGURE_2
from raftlab.extensions import EXTENSIONS
from raftlab.lab.show_rule import withhold
from raftlab.log import Log
from raftlab.messages import Applied, LogEntry, NotLeader, Propose, Restore, Save, SaveSnapshot, Snapshot
from raftlab.raft import Raft
from raftlab.sim.systems import build

FIELDS = {
    "id": 'the name of this node, such as "n1"',
    "nodes": "the names of all nodes of the cluster, this one included",
    "role": "Role.FOLLOWER, Role.CANDIDATE or Role.LEADER",
    "term": "the latest term that this node has seen; it is saved",
    "voted_for": "the node that got its vote in this term, or None; it is saved",
    "log": "its log, see below; it is saved",
    "leader": "the leader of this term, or None while this node knows of none",
    "votes": "a candidate's votes so far: a set of the nodes that have voted for it",
    "commit_index": "the index of the newest entry that this node knows to be committed",
    "last_applied": "the index of the newest entry that its state machine has applied",
    "next_index": "of a leader: for each other node, the index of the next entry to send to it",
    "match_index": "of a leader: for each node, the index up to which that node's log is known to agree",
    "waiting": "of a leader: for each index, the client that waits for its entry",
    "timer": "the ticks until the timer runs out: the heartbeat timer of a leader, the election timer of the others",
    "timeout": "the ticks to which the election timer was last set",
    "election_timeout": "the shortest and the longest election timeout, in ticks",
    "heartbeat_interval": "the ticks between two heartbeats of a leader",
    "random": "the node's own dice: node.random.random() is a number from 0 up to, but not including, 1",
    "snapshot": "the snapshot that has replaced the first entries of the log; only with the extension Snapshots",
}
# The fields that the extensions used in exercises add.
FIELDS_BEYOND = {
    "reads": "of a leader: the reads that wait, each with read, round, read_index and confirmed",
    "round": "the number of the latest question whether this node still leads",
    "pre_votes": "the nodes that would vote for this one, a set; empty while it does not ask",
    "heard": "of a leader: the nodes that have answered it since it last looked",
    "since_look": "of a leader: the ticks since it last looked whether a majority answers",
    "newcomer": "of a leader: the node that is catching up before it gets its vote, or None",
    "joining": "of a leader: the change of voters that waits for this node, or None",
    "rounds": "of a leader: the rounds of catching up that have begun",
    "round_end": "of a leader: the index that the new node must reach in this round",
    "round_ticks": "of a leader: the ticks since this round began",
    "silent_ticks": "of a leader: the ticks since the new node last answered",
    "successor": "of a leader: the node to which it is handing over, or None",
    "ticks_left": "of a leader that is handing over: the ticks until it gives up",
}
OF_SNAPSHOTS = (Snapshot, SaveSnapshot, Restore)
OTHERS = (Propose, LogEntry, Save, Applied, NotLeader)
NOT_CALLED = ("step", "ignore")  # the cluster calls them, and no rule does


class Section(NamedTuple):
    """A part of the help: its title, and rows (what is written, what it is)."""

    title: str
    rows: tuple[tuple[str, str], ...]


class NodeHelp:
    """All sections. A notebook shows them folded; elsewhere they are text."""

    def __init__(self, sections: tuple[Section, ...]):
        self.sections = sections

    def _repr_html_(self) -> str:
        return "".join(map(_folded, self.sections))

    def __repr__(self) -> str:
        parts = []
        for title, rows in self.sections:
            parts += [title, *(f"  {written}: {what}" for written, what in rows)]
        return "\n".join(parts)


def node_help(*extensions: str) -> NodeHelp:
    """Everything that a rule may use of its node. Where it is called, `show_rule` shows no rule that an exercise asks for.

    Args:
        extensions: what the nodes have beyond Figure 2, by name; what these need is added.

    Raises:
        UserError: there is no such extension.

    Example:
        >>> print(node_help())  # doctest: +ELLIPSIS
        The fields of a node
          node.id: the name of this node, such as "n1"
        ...
    """
    withhold({rule: rule for rule in FIGURE_2} | {each: rule for rule in CLOSED for each in CLOSED[rule]})
    needed = [need for each in extensions for need in getattr(EXTENSIONS.get(each), "needs", ())]
    node_class = build(*dict.fromkeys((*extensions, *needed)))
    made = node_class("n1", ("n1", "n2", "n3"), Random("help"))
    known = FIELDS | FIELDS_BEYOND
    snapshots = "Snapshots" in extensions
    kinds = (*_messages(node_class), *(OF_SNAPSHOTS if snapshots else ()), *OTHERS)
    return NodeHelp(
        (
            Section(
                "The fields of a node",
                tuple((f"node.{each}", known[each]) for each in known if each in vars(made)),
            ),
            Section("The methods that a rule may call", _rows("node", _methods(node_class))),
            Section(
                "The log of a node: indexes begin with 1",
                _rows("node.log", _of_log(snapshots)),
            ),
            Section(
                "Messages, entries and results, with their fields",
                tuple((kind.__name__, ", ".join(kind._fields)) for kind in kinds),
            ),
        )
    )


def _messages(node_class: type[Raft]) -> tuple[type, ...]:
    """The messages of nodes: those of Raft, and those that extensions add."""
    found = (kind for each in reversed(node_class.__mro__) for kind in vars(each).get("messages", ()))
    return tuple(dict.fromkeys(found))


def _methods(node_class: type[Raft]) -> dict[str, Any]:
    """The public methods of nodes, without handlers and without those that only the cluster calls."""
    found: dict[str, Any] = {}
    for each in reversed(node_class.__mro__):
        found |= {name: value for name, value in vars(each).items() if inspect.isfunction(value)}
    # What a class overrides may do the same and say less: the first words for it are Raft's own.
    found |= {name: vars(Raft)[name] for name in found if name in vars(Raft)}
    return {
        name: value
        for name, value in found.items()
        if name[0] != "_" and name not in NOT_CALLED and not name.startswith("on_")
    }


def _of_log(snapshots: bool) -> dict[str, Any]:
    """The methods and properties of a log. Only nodes with snapshots need start_after."""
    return {
        name: value
        for name, value in vars(Log).items()
        if name[0] != "_" and (snapshots or name != "start_after")
    }


def _rows(owner: str, members: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{owner}.{name}{_call(value)}", _said(value)) for name, value in members.items())


def _call(member: Any) -> str:
    """The parentheses and arguments of a call; "" for a property."""
    if isinstance(member, property):
        return ""
    parameters = list(inspect.signature(member).parameters.values())[1:]
    return f"({', '.join(str(each.replace(annotation=each.empty)) for each in parameters)})"


def _said(member: Callable[..., Any] | property) -> str:
    """The first line of its docstring, without the places in the paper and the ids of rules."""
    first = (inspect.getdoc(member) or "").partition("\n")[0]
    return re.sub(r"\s*\([A-Z\d][^()]*\d(?:[a-c])?\)$", "", first)


def _folded(section: Section) -> str:
    rows = "".join(
        f'<tr><td style="text-align:left"><code>{html.escape(written)}</code></td>'
        f'<td style="text-align:left">{html.escape(what)}</td></tr>'
        for written, what in section.rows
    )
    return f"<details><summary>{html.escape(section.title)}</summary><table>{rows}</table></details>"
