"""Scripted stories: short courses of events in which a mistake breaks a property of Figure 3, or keeps nodes from their goal.

Random runs do not find the most famous mistakes, but these do: two candidates ask one voter, a voter crashes between
its vote and the next request, Figure 7, Figure 8, and so on. Each has up to about 20 events.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from raftlab.checks.failure import FELL_OVER, Failure, NodeError, fell_over
from raftlab.checks.mistake_finder import Difference, MistakeFinder
from raftlab.checks.scenes_elections import ELECTIONS
from raftlab.checks.scenes_logs import LOGS
from raftlab.checks.staging import Scene, begin_with, missed
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.invariants import WATCHED
from raftlab.sim.narrate import narrate
from raftlab.sim.story import Story

LIVENESS = "FO-2"  # the rule to name if a goal is missed and no better reason is known: a node waits too long


class Scripted(NamedTuple):
    """A scene as a check."""

    play: Scene

    @property
    def name(self) -> str:
        """The scene's name in words."""
        return self.play.__name__.replace("_", " ")

    @property
    def rule(self) -> str:
        """Empty: which rule is broken depends on the mistake."""
        return ""

    def run(self, raft: type[Raft]) -> Failure | None:
        """What nodes of this class do wrong in the scene; None if nothing."""
        title = (self.play.__doc__ or "").partition(":")[2].strip()
        title = title if title[1:2].isdigit() else title[:1].upper() + title[1:]  # n1 stays n1
        return failure_in(self.play, raft, self.name, title)

    def brief(self, raft: type[Raft]) -> Failure | None:
        """A failure with only a sentence, or None. This is faster, because it does not look for the first mistake."""
        return briefly(verdict(self.play, raft, record=False, made=[]))


def failure_in(
    play: Scene, raft: type[Raft], name: str, title: str, seed: int | None = None
) -> Failure | None:
    """What goes wrong in a scene; None if nothing. It is played again with a record and the reference only if it fails."""
    made: list[Cluster] = []
    if not verdict(play, raft, False, made):
        return None
    finder, made = MistakeFinder(), []
    wrong = verdict(play, finder.watching(raft), True, made, finder)
    if not made:  # no node could even begin
        return Failure(LIVENESS, RULE_BOOK[LIVENESS].text, (), "nodes begin", wrong, idle=True)
    cluster = made[-1]
    story = replace(
        cluster.story,
        name=name.replace(" ", "_"),
        title=title,
        actions=tuple(cluster.done),
        ticks=cluster.now,
    )
    return explained(wrong, cluster, finder.first, story, seed)


def verdict(
    play: Scene, raft: type[Raft], record: bool, made: list[Cluster], finder: MistakeFinder | None = None
) -> str:
    """What goes wrong in a scene, in a sentence; "" if nothing does."""
    begin = begin_with(raft, record, made)

    def watched(*arguments: object, **named: object) -> Cluster:
        cluster = begin(*arguments, **named)
        if finder is not None:
            finder.cluster = cluster
        return cluster

    try:
        cluster = play(watched)
        return broken(cluster) or missed(cluster)
    except NodeError as error:
        return str(error)
    except UserError:  # these nodes cannot play the scene to its end
        return broken(made[-1]) if made else ""
    except FELL_OVER as error:
        return fell_over(error)


def briefly(wrong: str, seed: int | None = None) -> Failure | None:
    """A failure with only a sentence; None if the sentence is empty."""
    return Failure("", wrong, (), "", wrong, seed=seed) if wrong else None


def broken(cluster: Cluster) -> str:
    """The first property that is broken, with its sentence; "" if none is."""
    for id, breach in cluster.invariants.broken.items():
        return f"{id} {breach.sentence}"
    return ""


def explained(
    wrong: str, cluster: Cluster, first: Difference | None, story: Story, seed: int | None
) -> Failure:
    """The failure with its cause: the first step that differs from the reference."""
    property, _, sentence = wrong.partition(" ")
    consequence = wrong
    if property in WATCHED:
        name = WATCHED[property].text.partition(":")[0]
        consequence = f"At tick {cluster.invariants.broken[property].tick}: {name} is broken. {sentence}"
    rule = first.rule if first is not None and first.rule else property if property in WATCHED else LIVENESS
    tick = first.tick if first is not None else cluster.now
    expectation = (RULE_BOOK | WATCHED)[rule].text
    should = first.should if first else "what the rule says"
    did = f"at tick {first.tick}, {first.node} ({first.event}): {first.did}" if first else wrong
    breach = cluster.invariants.broken[property].tick if property in WATCHED else None
    lines = schedule(cluster, tick, tick if breach is None else breach)
    return Failure(
        rule, expectation, lines, should, did, story, tick, seed, consequence, breach,
        broke=property if property in WATCHED else "", idle=not any(node.last_applied for node in cluster.nodes.values()),
    )  # fmt: skip


def told_again(story: Story, raft: type[Raft], seed: int | None) -> Failure:
    """The failure that a story shows, compared with the reference."""
    cluster, first = _compared(story, raft, record=True)
    return explained(broken(cluster), cluster, first, story, seed)


def first_mistake(story: Story, raft: type[Raft]) -> Difference | None:
    """The first step of a story in which nodes of this class do something else than the reference."""
    return _compared(story, raft, record=False)[1]


def _compared(story: Story, raft: type[Raft], record: bool) -> tuple[Cluster, Difference | None]:
    finder = MistakeFinder()
    finder.cluster = cluster = Cluster(story, node_class=finder.watching(raft), record=record)
    cluster.tick(story.ticks)
    return cluster, finder.first


def schedule(cluster: Cluster, mistake: int, until: int, most: int = 14) -> tuple[str, ...]:
    """The events up to a tick, in words. If there are too many, only those around the tick of the mistake."""
    told = [(tick, line) for tick, line in narrate(cluster.trace) if tick <= until]
    lines = [f"tick {tick}: {_in_words(line)}" for tick, line in told]
    place = sum(tick <= mistake for tick, _ in told)
    start = max(0, min(place - most // 2, len(lines) - most))
    before = [f"({start} events before)"] if start else []
    after = [f"({len(lines) - start - most} more events)"] if start + most < len(lines) else []
    return (*before, *lines[start : start + most], *after)


def _in_words(line: str) -> str:
    """A line of the narration without the rules at its end: a wrong node may name rules that it does not follow."""
    line = line.partition("  [")[0].removeprefix("--  ")
    return re.sub(r"^network \[(\d+), (\d+)\] None.*", r"messages travel \1 to \2 ticks", line)


SCENES = tuple(Scripted(scene) for scene in (*ELECTIONS, *LOGS))
