"""Log files of the nodes of a story, in the manner of etcd: all that an operator would have.

The wording is ours. The names of messages are those of etcd's Raft (https://github.com/etcd-io/raft): MsgVote is
RequestVote, MsgPreVote is a request for a pre-vote, and Resp is a reply.
"""

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from raftlab.sim.errors import check_name
from raftlab.sim.play import play
from raftlab.sim.trace import Trace
from raftlab.stories import STORIES

NAMES = {
    "RequestVote": "MsgVote", "RequestVoteReply": "MsgVoteResp",
    "RequestPreVote": "MsgPreVote", "RequestPreVoteReply": "MsgPreVoteResp",
}  # fmt: skip
PATIENCE_MS = {"peer": 300, "client": 500}  # after so long without a message, a line is written about it
STATUS_EVERY = 100  # ticks between two status lines
COLUMN = "flex:1 1 260px;min-width:0"
LINE = "font:12px/1.45 monospace;padding-left:4.6em;text-indent:-4.6em;overflow-wrap:anywhere"


class Line(NamedTuple):
    """A line of a log file, and its tick."""

    tick: int
    text: str


class LogBooks:
    """The log files of all nodes, side by side."""

    def __init__(self, trace: Trace):
        self.ms = trace.ms_per_tick
        self.lines = {node: _lines(trace, node) for node in trace.nodes}

    def _text(self, node: str) -> list[str]:
        return [f"{line.tick * self.ms / 1000:6.2f} s  {line.text}" for line in self.lines[node]]

    def __repr__(self) -> str:
        return "\n\n".join("\n".join([f"log of {node}", *self._text(node)]) for node in self.lines)

    def _repr_html_(self) -> str:
        columns = []
        for node in self.lines:
            lines = "".join(f'<div style="{LINE}">{escape(line.strip())}</div>' for line in self._text(node))
            columns.append(f'<div style="{COLUMN}"><strong>log of {node}</strong>{lines}</div>')
        return f'<div style="display:flex;flex-wrap:wrap;gap:10px 14px">{"".join(columns)}</div>'


def log_books(story: str = "log_books") -> LogBooks:
    """The log files that the nodes of a story would have written.

    story: the story's name. Raises UserError, with the nearest name, if it does not exist.

    >>> from raftlab.lab import log_books
    >>> log_books("three_nodes").lines["n2"][1].text
    'n2 became candidate at term 1'
    """
    return LogBooks(play(STORIES[check_name("story", story, STORIES)]))


def _lines(trace: Trace, node: str) -> list[Line]:
    """All lines of one node, in the order of time."""
    found = [Line(0, _settings(trace))]
    found += _own(trace, node) + _silent_peers(trace, node) + _silent_clients(trace, node)
    for tick in range(STATUS_EVERY, trace.ticks + 1, STATUS_EVERY):
        view = trace.view(node, tick)
        found.append(
            Line(tick, f"status: {view.role}, term {view.term}, leader {view.leader or 'unknown'}, "
                       f"last entry {len(view.log)}, committed {view.commit_index}")
        )  # fmt: skip
    return sorted(found, key=lambda line: line.tick)


def _settings(trace: Trace) -> str:
    """The line at the start, with the settings that are on."""
    extensions = [name for name in ("PreVote", "CheckQuorum") if name in trace.story.extensions]
    return f"started; cluster {', '.join(trace.nodes)}; switched on: {', '.join(extensions) or 'nothing'}"


def _own(trace: Trace, node: str) -> list[Line]:
    """The lines about the node's own events."""
    lines, term = [], 0
    for tick, what, who, detail, effects, changes in trace.events:
        if who != node:
            continue
        term = changes.get("term", term)
        told = [_received(trace, node, detail)] if what == "deliver" else []
        told += _changed(node, term, effects, changes)
        told += _sent(trace, node, effects)
        lines += [Line(tick, text) for text in told if text]
    return lines


def _received(trace: Trace, node: str, message: int) -> str:
    """A line about a vote or a refusal that was received. Other messages are left out: they are too many."""
    found = trace.message(message)
    if found.kind in ("RequestVoteReply", "RequestPreVoteReply"):
        says = "" if found.fields["vote_granted"] else " rejection"
        return f"{node} received {NAMES[found.kind]}{says} from {found.src} at term {found.term}"
    return ""


def _changed(node: str, term: int, effects: Any, changes: Mapping[str, Any]) -> list[str]:
    """Lines about changes of a node."""
    told = [f"{node} became pre-candidate at term {term}"] if "PV-1" in effects else []
    told += [f"{node} stepped down: no quorum has answered it lately"] if "CQ-1" in effects else []
    if "role" in changes:
        told.append(f"{node} became {changes['role']} at term {term}")
    if changes.get("voted_for") not in (None, node):
        told.append(f"{node} cast its vote of term {term} for {changes['voted_for']}")
    if changes.get("leader") not in (None, node):
        told.append(f"{node} elected leader {changes['leader']} at term {term}")
    if "log" in changes:
        first, entries = changes["log"]
        told += [f"{node} appended entry {first + i}: {entry[1]}" for i, entry in enumerate(entries)]
    if changes.get("commit_index"):
        told.append(f"{node} committed up to entry {changes['commit_index']}")
    return told


def _sent(trace: Trace, node: str, effects: Any) -> list[str]:
    """Lines about requests for votes."""
    asked: dict[str, list[str]] = {}
    for effect in effects:
        if isinstance(effect, int):
            message = trace.message(effect)
            if message.kind in ("RequestVote", "RequestPreVote"):
                asked.setdefault(f"{NAMES[message.kind]} request at term {message.term}", []).append(
                    message.dst
                )
    return [f"{node} sent {words} to {', '.join(peers)}" for words, peers in asked.items()]


def _silent_peers(trace: Trace, node: str) -> list[Line]:
    """Lines about peers from which the node receives nothing. That a peer receives nothing from it, it cannot notice."""
    patience = PATIENCE_MS["peer"] // trace.ms_per_tick
    since: dict[str, int] = {}
    lines = []
    for tick in range(trace.ticks + 1):
        down = trace.at(tick).network["down"]
        for peer in trace.nodes:
            if f"{peer}>{node}" not in down:
                since.pop(peer, None)
            elif tick - since.setdefault(peer, tick) == patience:
                lines.append(
                    Line(
                        tick,
                        f"peer {peer} became inactive: nothing read from it for {PATIENCE_MS['peer']} ms",
                    )
                )
    return lines


def _silent_clients(trace: Trace, node: str) -> list[Line]:
    """Lines about commands of clients that had no answer in time."""
    patience = PATIENCE_MS["client"] // trace.ms_per_tick
    answered = {each.client: each.returned for each in trace.operations()}
    return [
        Line(tick + patience, f"request timed out: {detail['command']} had no answer for {PATIENCE_MS['client']} ms")
        for tick, what, who, detail, _, _ in trace.events
        if what == "propose" and who == node and detail["client"] in answered
        and tick + patience < (answered[detail["client"]] or trace.ticks + 1)
        and tick + patience <= trace.ticks
    ]  # fmt: skip
