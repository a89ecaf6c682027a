"""Scripted stories: short courses of events in which a mistake breaks a property of Figure 3, or keeps nodes from their goal.

Random runs do not find the most famous mistakes, but these do: two candidates ask one voter, a voter crashes between
its vote and the next request, Figure 7, Figure 8, and so on. Each has up to about 20 events.
"""

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from raftlab.checks.failure import FELL_OVER, Failure, NodeError, fell_over
from raftlab.checks.mistake_finder import Difference, MistakeFinder
from raftlab.checks.scenes.elections import ELECTIONS
from raftlab.checks.scenes.logs import LOGS
from raftlab.checks.scenes.staging import Begin, Scene, begin_with, missed
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

    @property
    def title(self) -> str:
        """What happens in it, in a few words."""
        title = (self.play.__doc__ or "").partition(":")[2].strip()
        return title if title[1:2].isdigit() else title[:1].upper() + title[1:]  # n1 stays n1

    def run(self, raft: type[Raft]) -> Failure | None:
        """What nodes of this class do wrong in the scene; None if nothing."""
        return failure_in(self.play, raft, self.name, self.title)

    def mistake(self, raft: type[Raft]) -> Failure | None:
        """The first mistake of nodes of this class in the scene, even if it does no harm there; None if there is none."""
        return mistake_in(self.play, raft, self.name, self.title)

    def brief(self, raft: type[Raft]) -> Failure | None:
        """A failure with only a sentence, or None. This is faster, because it does not look for the first mistake."""
        return briefly(verdict(self.play, raft, record=False, made=[]))


def failure_in(
    play: Scene, raft: type[Raft], name: str, title: str, seed: int | None = None
) -> Failure | None:
    """What goes wrong in a scene; None if nothing. Only if it fails, it is played again with a record and the reference.

    If the first mistake is found, the second run does not wait for the goal again: it is known to be missed.
    """
    first, made = list[Cluster](), list[Cluster]()
    wrong = verdict(play, raft, False, first)
    if not wrong:
        return None
    finder = MistakeFinder()
    again = verdict(play, finder.watching(raft), True, made, finder, wrong)
    if not made:  # no node could even begin
        return Failure(LIVENESS, RULE_BOOK[LIVENESS].text, (), "nodes begin", again, idle=True)
    story = replace(story_of(made[-1], name, title), ticks=first[-1].now)
    found = explained(again, made[-1], finder.first, story, seed)
    return found._replace(idle=is_idle(first[-1]))


def mistake_in(
    play: Scene, raft: type[Raft], name: str, title: str, seed: int | None = None
) -> Failure | None:
    """The first mistake in a scene, even if it does no harm there; None if there is none."""
    finder, made = MistakeFinder(), list[Cluster]()
    with suppress(UserError, *FELL_OVER):  # what came before counts all the same
        play(_watched(begin_with(finder.watching(raft), False, made), finder))
    first = finder.first
    if first is None or not made:
        return None
    story = story_of(made[-1], name, title)
    return Failure(first.rule, "", (), first.should, first.did, story, first.tick, seed)


def story_of(cluster: Cluster, name: str, title: str) -> Story:
    """What has been done to a cluster, as a story."""
    return replace(
        cluster.story,
        name=name.replace(" ", "_"),
        title=title,
        actions=tuple(cluster.done),
        ticks=cluster.now,
    )


def verdict(
    play: Scene,
    raft: type[Raft],
    record: bool,
    made: list[Cluster],
    finder: MistakeFinder | None = None,
    known: str = "",
) -> str:
    """What goes wrong in a scene, in a sentence; "" if nothing does.

    known: what went wrong in an earlier run. Then the goal is waited for again only if the finder has found no mistake.
    """
    begin = begin_with(raft, record, made)
    try:
        cluster = play(begin if finder is None else _watched(begin, finder))
        caused = finder is not None and finder.first is not None
        return broken(cluster) or (known if caused and known else missed(cluster))
    except NodeError as error:
        return str(error)
    except UserError:  # these nodes cannot play the scene to its end
        return broken(made[-1]) if made else ""
    except FELL_OVER as error:
        return fell_over(error)


def _watched(begin: Begin, finder: MistakeFinder) -> Begin:
    """A beginning that tells a finder which cluster it watches."""

    def watched(*arguments: Any, **named: Any) -> Cluster:
        finder.cluster = cluster = begin(*arguments, **named)
        return cluster

    return watched


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
        broke=property if property in WATCHED else "", idle=is_idle(cluster),
    )  # fmt: skip


def is_idle(cluster: Cluster) -> bool:
    """Has no node applied anything?"""
    return not any(node.last_applied for node in cluster.nodes.values())


def told_again(story: Story, raft: type[Raft], seed: int | None) -> Failure:
    """The failure that a story shows, compared with the reference."""
    cluster, first, wrong = _compared(story, raft, record=True)
    return explained(broken(cluster) or wrong, cluster, first, story, seed)


def first_mistake(story: Story, raft: type[Raft]) -> Difference | None:
    """The first step of a story in which nodes of this class do what no correct node may do.

    None if there is none, if they cannot play the story so far, or if it is over before the first tick.
    """
    try:
        return _compared(story, raft, record=False)[1]
    except (UserError, *FELL_OVER):  # from an action at tick 0
        return None


def _compared(story: Story, raft: type[Raft], record: bool) -> tuple[Cluster, Difference | None, str]:
    """The cluster after a story, the first mistake, and the error that a node has raised. Without a record it ends with the mistake."""
    finder, wrong = MistakeFinder(), ""
    finder.cluster = cluster = Cluster(story, node_class=finder.watching(raft), record=record)
    try:
        while cluster.now < story.ticks and (record or finder.first is None):
            cluster.tick()
    except NodeError as error:
        wrong = str(error)
    except UserError:  # a later action of the story is not possible with these nodes
        wrong = ""
    except FELL_OVER as error:
        wrong = fell_over(error)
    return cluster, finder.first, wrong


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
    """A line of the narration without the rules at its end: a faulty node may name rules that it does not follow."""
    line = line.partition("  [")[0].removeprefix("--  ")
    return re.sub(r"^network \[(\d+), (\d+)\] None.*", r"messages travel \1 to \2 ticks", line)


SCENES = tuple(Scripted(scene) for scene in (*ELECTIONS, *LOGS))
