"""What can be played under a name: a story of Raft, or one of a model with nodes of its own."""

from typing import Any

from raftlab.models.scenes import SCENES
from raftlab.sim.story import Story
from raftlab.stories import load


def scene(name: str) -> tuple[Story, Any]:
    """The story of a name, and what its nodes are (None: what the story says).

    Raises UserError, with the nearest name, if there is none.
    """
    return SCENES[name] if name in SCENES else (load(name), None)
