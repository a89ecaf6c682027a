"""Variants of a story: the same actions with other dice, delays and names of nodes; and what can be read from a run.

A variant has the same actions as its story. It may differ in the seed, in the names of the nodes (they are exchanged),
and in how finely time is divided: if time is stretched three times, a message that took one tick takes one to three
ticks, each a third as long. A `Run` uses the names and the ticks of the story.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from random import Random
from typing import NamedTuple

from raftlab import Cluster
from raftlab.lab.scenes import scene
from raftlab.sim.presets import preset_named

NAME = re.compile(r"\bn\d\b")


class Node(NamedTuple):
    """The state of one node at the end of a tick. timer: the ticks that are left."""

    status: str
    role: str
    term: int
    voted_for: str | None
    leader: str | None
    votes: frozenset[str]
    log: tuple[tuple[int, str], ...]
    commit_index: int
    last_applied: int
    next_index: dict[str, int]
    match_index: dict[str, int]
    timer: int | None


def renamed(value, names):
    """The same data, with other names for the nodes."""
    if isinstance(value, str):
        return NAME.sub(lambda found: names.get(found[0], found[0]), value)
    if isinstance(value, dict):
        return {renamed(key, names): renamed(item, names) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(renamed(item, names) for item in value)
    return value


class Run:
    """A story played to its end. Ticks are those of the story as it is written, even if time was stretched."""

    def __init__(self, story, node_class=None, dice=None, stretch=1):
        actual = list(story.ids())
        if dice is not None:
            actual.sort(key=lambda _: dice.random())
        self.parts = dict(zip(actual, story.ids(), strict=True))
        preset = preset_named(story.preset)
        story = _recast(story, dict(zip(story.ids(), actual, strict=True)))
        if stretch != 1:
            story, preset = _stretched(story, preset, stretch, dice)
        self.stretch = stretch
        self.cluster = Cluster(story, preset=preset, node_class=node_class)
        self._actual = {part: id for id, part in sorted(self.parts.items(), key=lambda pair: pair[1])}
        self._seen, self.worlds = 0, []
        self._look()
        for _ in range(story.ticks):
            self.cluster.tick()
            self._look()

    def at(self, tick):
        """All nodes at the end of a tick of the story."""
        return self.worlds[tick * self.stretch]

    def since(self, tick, until=None):
        """The states of all nodes, from a tick of the story on."""
        return self.worlds[tick * self.stretch : None if until is None else until * self.stretch + 1]

    def first(self, holds, after=0):
        """The first state of all nodes, from a tick of the story on, for which something is true; None if there is none."""
        return next((world for world in self.since(after) if holds(world)), None)

    @cached_property
    def messages(self):
        """All messages in the order in which they were sent; `sent` and `arrives` in ticks of the run."""
        trace = self.cluster.trace
        return [
            replace(message, src=self.parts[message.src], dst=self.parts[message.dst])
            for message in map(trace.message, range(len(trace.messages)))
        ]

    @cached_property
    def rules(self):
        """Every rule that fired: (tick of the run, node, rule)."""
        return [(tick, self.parts[node], rule) for tick, node, rule in self.cluster.trace.rules()]

    @property
    def broken(self):
        """The properties that were broken."""
        return self.cluster.trace.broken()

    @property
    def operations(self):
        """The operations of clients."""
        return self.cluster.trace.operations()

    def _look(self):
        """The present state of all nodes. Only nodes with an event since the last call are read again; timers always are."""
        cluster, events = self.cluster, self.cluster.trace.events
        happened = {event.node for event in events[self._seen :]}
        self._seen = len(events)
        self.worlds.append({
            part: self._node(cluster.nodes[id], cluster.status[id]) if not self.worlds or id in happened
            else self.worlds[-1][part]._replace(timer=cluster.nodes[id].timer)
            for part, id in self._actual.items()
        })  # fmt: skip

    def _node(self, node, status):
        part = self.parts
        return Node(
            status, node.role.value, node.term, part.get(node.voted_for), part.get(node.leader),
            frozenset(part[voter] for voter in node.votes), tuple((e.term, e.command) for e in node.log),
            node.commit_index, node.last_applied, {part[peer]: i for peer, i in node.next_index.items()},
            {part[peer]: i for peer, i in node.match_index.items()}, node.timer,
        )  # fmt: skip


def _recast(story, names):
    """The story with exchanged names of nodes."""
    return replace(
        story, stops=(), actions=renamed(story.actions, names), start=renamed(dict(story.start), names),
        liars=renamed(dict(story.liars), names),
    )  # fmt: skip


def _stretched(story, preset, times, dice):
    """The story with a finer clock. Messages take at most as long as in the story, and not all take the same time."""

    def slower(delay):
        shortest, longest = delay
        return shortest * times - int(dice.random() * times), longest * times

    def action(tick, verb, *rest):
        if verb == "set_network" and rest[0] is not None:
            rest = (slower(rest[0]), *rest[1:])
        assert verb not in ("flap", "clients", "drift"), f"{verb} has times of its own"
        return (tick * times, verb, *rest)

    goals = tuple(goal if goal[0] == "applied" else (goal[0], *(tick * times for tick in goal[1:])) for goal in story.goals)  # fmt: skip
    fine = replace(
        preset, election_timeout_ms=tuple(ms * times for ms in preset.election_timeout_ms),
        heartbeat_ms=preset.heartbeat_ms * times,
        delay_ms=tuple(ticks * preset.ms_per_tick for ticks in slower(preset.delay)),
    )  # fmt: skip
    actions = tuple(action(*each) for each in story.actions)
    return replace(story, actions=actions, goals=goals, ticks=story.ticks * times), fine


def vary(
    name: str, ticks: int | None = None, stretch: tuple[int, ...] = (1, 3), change: Callable | None = None
) -> Callable[[Random], Run]:
    """A function that makes variants of a story. `change(story, dice)` changes what the question leaves open."""

    def variant(dice):
        story, node_class = scene(name)
        story = replace(story, seed=int(dice.random() * 10**6), ticks=ticks or story.ticks)
        if change is not None:
            story = change(story, dice)
        return Run(story, node_class, dice, stretch[int(dice.random() * len(stretch))])

    return variant


def together(*makers: Callable[[Random], Run]) -> Callable[[Random], tuple[Run, ...]]:
    """A function that makes several runs for one variant."""
    return lambda dice: tuple(maker(dice) for maker in makers)


def slower(story, dice):
    """A change: messages take one to three ticks, as in the course, or always two."""
    (_, verb, _), *rest = story.actions
    assert verb == "set_network"
    return replace(story, actions=((0, verb, ((1, 2), (1, 3), (2, 2))[int(dice.random() * 3)]), *rest))


def led_by(node: str) -> Callable:
    """A change: a node starts the first election, so that it leads with any dice."""
    return lambda story, dice: replace(story, actions=((1, "time_out", node), *story.actions))


# -- What one looks for in a world: the nodes by their names --------------------------------------------------


def leaders(world, status="running"):
    """The leaders: node -> term."""
    return {id: node.term for id, node in world.items() if node.role == "leader" and node.status == status}


def leader(world):
    """The leader of the highest term, or None."""
    found = leaders(world)
    return max(found, key=found.get) if found else None


def holders(world, command):
    """The nodes that have a command in their logs."""
    return {id for id, node in world.items() if command in (held for _, held in node.log)}


def committed(node):
    """The commands of a node's log up to its commit index."""
    return [command for _, command in node.log[: node.commit_index]]


def up_to_date(node):
    """What the up-to-date rule compares: the last term, then the length."""
    return (node.log[-1][0] if node.log else 0, len(node.log))


def same_term_leaders(world):
    """Do two nodes lead the same term?"""
    terms = list(leaders(world).values())
    return len(terms) > len(set(terms))


def moment(run, holds):
    """The first tick of the run at whose end something is true; None if it never is."""
    return next((tick for tick, world in enumerate(run.worlds) if holds(world)), None)


def replies(run, node=None):
    """All answers to appends, or those of one node, in the order in which they were sent."""
    return [m for m in run.messages if m.kind == "AppendEntriesReply" and node in (None, m.src)]


def requests(run, voter=None):
    """All requests for votes, or those to one node, in the order in which they arrive."""
    found = [m for m in run.messages if m.kind == "RequestVote" and voter in (None, m.dst)]
    return sorted(found, key=lambda m: (m.arrives, m.id))
