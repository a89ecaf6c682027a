"""Play a story and get its trace, in one call."""

from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.story import Story, check_story
from raftlab.sim.trace import Trace


def play(story: Story, ticks: int | None = None, node_class: type[Raft] | None = None) -> Trace:
    """The trace of a story, played for so many ticks (by default the story's own), with nodes of a class.

    >>> from raftlab import load, play
    >>> play(load("leader_crash")).broken()
    {}
    """
    cluster = Cluster(check_story(story), node_class=node_class)
    cluster.tick(story.ticks if ticks is None else ticks)
    return cluster.trace
