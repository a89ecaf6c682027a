"""Stories as checks, for rules beyond Figure 2: goals are reached, no leader is deposed without need, and no client reads
an old value."""

from dataclasses import replace
from typing import NamedTuple

from raftlab.checks.failure import FELL_OVER, Failure, NodeError, fell_over
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.checks.mistake_finder import MistakeFinder
from raftlab.checks.scenes.scripted import broken, first_mistake, schedule
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.goals import goal_sentence
from raftlab.sim.story import Story
from raftlab.stories import STORIES

NEVER = "it never happens that"


class Course(NamedTuple):
    """A story as a check: its goals are reached, and its history is linearizable.

    rule, expectation: the rule that is broken otherwise, and what should have happened, in one sentence.
    peace: after this tick no node's term may rise; None if it may. answered: must every request be answered at the end?
    """

    story: Story
    rule: str
    expectation: str
    peace: int | None = None
    answered: bool = False

    @property
    def name(self) -> str:
        """The story's title."""
        return self.story.title

    def run(self, raft: type[Raft]) -> Failure | None:
        """What goes wrong in it with nodes of this class."""
        if not self._played(Cluster(self.story, node_class=raft))[1]:
            return None
        finder = MistakeFinder()
        finder.cluster = cluster = Cluster(self.story, node_class=finder.watching(raft))
        tick, wrong = self._played(cluster)
        did, should, mistake = wrong, self.expectation, tick
        if first := finder.first:
            did, should, mistake = f"{first.node} ({first.event}): {first.did}", first.should, first.tick
        return Failure(
            self.rule, self.expectation, schedule(cluster, mistake, tick), should,
            f"at tick {mistake}, {did}", self.story, mistake, consequence=f"At tick {tick}: {wrong}.", breach=tick,
            idle=wrong.startswith(NEVER),
        )  # fmt: skip

    def mistake(self, raft: type[Raft]) -> Failure | None:
        """The first mistake of nodes of this class in the story, even if it does no harm there; None if there is none."""
        first = first_mistake(self.story, raft)
        return first and Failure(first.rule, "", (), first.should, first.did, self.story, first.tick)

    def _played(self, cluster: Cluster) -> tuple[int, str]:
        """The tick at which something goes wrong, and what; "" if nothing does."""
        try:
            cluster.tick(self.story.ticks)
            return self._wrong(cluster)
        except NodeError as error:
            return cluster.now, str(error).rstrip(".")
        except (
            UserError
        ):  # the story has no end with these nodes, or its answers could not be judged: this proves nothing
            return cluster.now, ""
        except FELL_OVER as error:
            return cluster.now, fell_over(error)

    def _wrong(self, cluster: Cluster) -> tuple[int, str]:
        for breach in cluster.invariants.broken.values():
            return breach.tick, broken(cluster)
        for goal in self.story.goals:
            if goal not in cluster.reached:
                return self.story.ticks, f"{NEVER} {goal_sentence(*goal)}"
        for event in cluster.trace.events:
            if self.peace is not None and event.tick > self.peace and "term" in event.changes:
                return event.tick, f"{event.node} begins a new term without need"
        return self._told(cluster)

    def _told(self, cluster: Cluster) -> tuple[int, str]:
        """A wrong answer to a client, or a missing one."""
        operations = cluster.trace.operations()
        verdict = check_linearizability(operations)
        if not verdict:  # raises UserError if this could not be decided
            stuck = verdict.stuck.returned if verdict.stuck else None
            return self.story.ticks if stuck is None else stuck, verdict.why.rstrip(".")
        waits = next((each for each in operations if each.returned is None), None) if self.answered else None
        return self.story.ticks, f"{waits.client} asks for {waits.key} and is never answered" if waits else ""


# -- CheckQuorum -----------------------------------------------------------------------------------------------------

USELESS = "A leader that reaches no majority steps down, so that another node can become leader."
USEFUL = "A leader that a majority answers stays leader."


def protected(seed: int) -> Course:
    """Howard and Abraham's second scenario: PreVote protects a leader that can commit nothing."""
    whole = STORIES["howard_abraham_2"]
    faults = tuple(action for action in whole.actions if action[1] != "propose")
    title = f"PreVote protects a leader that can commit nothing (seed {seed})"
    return Course(
        replace(whole, seed=seed, title=title, actions=faults, goals=(("leader", 140),), ticks=150),
        "CQ-1",
        USELESS,
    )


def healthy(title: str, nodes: int, *crashed: str) -> Course:
    """n1 leads, some others crash, and a majority stays."""
    actions = ((0, "time_out", "n1"), *((40, "crash", node) for node in crashed))
    story = Story(
        f"useful_{nodes}", title, nodes=nodes, seed=1, ticks=160, actions=actions, goals=(("leader", 150),)
    )
    return Course(story, "CQ-1", USEFUL, peace=20)


COURSES: dict[str, tuple[Course, ...]] = {
    "check_quorum": (
        protected(1),
        protected(2),
        healthy("All three nodes run", 3),
        healthy("Two of three nodes run", 3, "n3"),
        healthy("Three of five nodes run", 5, "n4", "n5"),
    ),
}
