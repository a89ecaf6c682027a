"""Turns a path of moves into a story, so that the ordinary simulator can play what was found.

The network of a real cluster holds every message back. Then one verb is called for each move. The cluster records
what was done to it, and this record is the story.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from raftlab.checks.explorer.moves import Move
from raftlab.messages import Message
from raftlab.sim.cluster import Cluster
from raftlab.sim.story import Story
from raftlab.sim.systems import build, extensions_of

HELD = 10_000  # the delay of a message, in ticks: longer than any story here
CALM = "tikv"  # the preset with the longest timeouts, so that no timer runs out by itself


class Retelling:
    """Plays moves on a cluster. start: the story that comes before them. fails: does a node fail in the last move?"""

    def __init__(self, node_class: type[Any], start: Story, moves: list[Move], fails: bool = False):
        self.fails = fails
        self.moves = moves
        self.start = start
        self.cluster = cluster_after(node_class, start)
        self.node_class = node_class
        self._ids: dict[Any, list[int]] = {}
        self._known = 0
        self._pace = 1
        in_flight = {view.id for view in self.cluster.trace.at(self.cluster.now).in_flight}
        self._look()
        self._ids = {key: [id for id in ids if id in in_flight] for key, ids in self._ids.items()}
        waits = min(node.timer for node in self.cluster.nodes.values())
        if in_flight or waits <= len(moves) + 1:
            self._pace = 0  # no time may pass, or else something would happen by itself
        self._play()

    def story(self, title: str) -> Story:
        """All that was done, as a story."""
        extensions = only_extensions(self.node_class)
        return replace(
            self.start, name="found", title=title, ticks=self.cluster.now, actions=tuple(self.cluster.done),
            extensions=self.start.extensions if extensions is None else extensions, goals=(), stops=(),
        )  # fmt: skip

    def _play(self) -> None:
        self.cluster.set_network(delay=(HELD, HELD), loss=0.0, duplication=0.0)
        for number, move in enumerate(self.moves, start=1):
            self.cluster.tick(self._pace)
            if move.cut is not None:
                self.cluster.crash(move.node, move.cut)
            if self.fails and number == len(self.moves):
                with suppress(Exception):
                    self._do(move)
                return
            self._do(move)
            if move.cut is not None:
                self.cluster.restart(move.node)
            self._look()

    def _do(self, move: Move) -> None:
        match move:
            case Move("deliver", _, message):
                self.cluster.deliver(self._in_flight(message).pop(0))
            case Move("duplicate", _, message):
                known = self._in_flight(message)
                self.cluster.duplicate(known[0])
                self._look()
                self.cluster.deliver(known.pop(0))
            case Move("lose", _, message):
                while known := self._in_flight(message):
                    self.cluster.drop(known.pop())
            case Move("restart", node):
                self.cluster.crash(node)
                self.cluster.restart(node)
            case Move("propose", node, (command, client)):
                self.cluster.propose(command, node, client)
            case Move("read", node, client):
                self.cluster.read("x", node, client)
            case Move(what, node):
                getattr(self.cluster, what)(node)

    def _look(self) -> None:
        """Note the new messages. Equal messages that are in flight together are one message for the explorer."""
        trace = self.cluster.trace
        for id in range(self._known, len(trace.messages)):
            view = trace.message(id)
            self._ids.setdefault((view.kind, view.src, view.dst, view.term, repr(view.fields)), []).append(id)
        self._known = len(trace.messages)

    def _in_flight(self, message: Message) -> list[int]:
        src, dst, term, *rest = message
        fields = dict(zip(message._fields[3:], map(_plain, rest), strict=True))
        return self._ids[type(message).__name__, src, dst, term, repr(fields)]


def cluster_after(node_class: type[Any], start: Story) -> Cluster:
    """A cluster at the end of a story."""
    cluster = Cluster(start, node_class=node_class)
    cluster.tick(start.ticks)
    return cluster


def first_story(nodes: int) -> Story:
    """The default start of an exploration: nodes that have never heard of each other."""
    return Story("found", "Found", nodes=nodes, preset=CALM, ticks=0, goals=())


def only_extensions(node_class: type[Any]) -> tuple[str, ...] | None:
    """The extensions of a class; None if the class is more than Raft with these extensions."""
    names = extensions_of(node_class)
    return names if build(*names) is node_class else None


def _plain(value: Any) -> Any:
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def run_in_words(cluster: Cluster) -> Iterator[str]:
    """The run of a cluster in words, without the lines about the network that holds the messages back."""
    from raftlab.sim.narrate import narrate

    for tick, line in narrate(cluster.trace):
        if not line.startswith("--"):
            yield f"{tick:4}  {line}"
