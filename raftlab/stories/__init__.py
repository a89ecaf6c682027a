"""The library of stories: every scenario that a lesson, a test or a slide plays, as data, by name.

>>> from raftlab import load
>>> load("leader_crash").title
'The leader crashes'
"""

import json
from collections.abc import Mapping
from typing import Any

from raftlab.sim.errors import check_name
from raftlab.sim.story import Story
from raftlab.stories.library import STORIES, TOPICS

__all__ = ["STORIES", "TOPICS", "lab_of", "load"]


def load(name: str) -> Story:
    """The story of a name. Raises UserError, with the nearest name, if there is none."""
    return STORIES[check_name("story", name, STORIES)]


def lab_of(bundle: Mapping[str, Any]) -> str | None:
    """What opens the same story in a notebook, where it can be changed; None if it is not one of the library."""
    played = bundle["branches"][0]["story"]
    known = STORIES.get(played["name"])
    if known is None:
        return None
    # What was played names the nodes that "leader" stood for, so its actions read differently.
    asked = json.loads(known.to_json()) | {"actions": played["actions"]}
    is_same = asked == played and len(known.actions) == len(played["actions"])
    return f'Lab("{known.name}")' if is_same else None
