"""The library of stories: every scenario that a lesson, a test or a slide plays, as data, by name.

>>> from raftlab import load
>>> load("leader_crash").title
'The leader crashes'
"""

from raftlab.sim.errors import check_name
from raftlab.sim.story import Story
from raftlab.stories.library import STORIES, TOPICS

__all__ = ["STORIES", "TOPICS", "load"]


def load(name: str) -> Story:
    """The story of a name. Raises UserError, with the nearest name, if there is none."""
    return STORIES[check_name("story", name, STORIES)]
