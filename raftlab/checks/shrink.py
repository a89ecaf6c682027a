"""Makes a story shorter while it still shows what it shows, until nothing more can be left out.

Several passes take turns, as in Hypothesis: each leaves something out and keeps what remains if that still shows it. They
stop when none of them finds anything more. So of the result, no single action can be left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

from raftlab.sim.story import Story

MOST_TRIES = 2_000
FEW = 12  # of so few actions, every two are left out together
LATER = 10  # ticks by which a shorter story may show it later
Shows = Callable[[Story], int | None]
Shorter = Callable[[Story], Story | None]


def shrunk(story: Story, shows: Shows, most: int = MOST_TRIES) -> Story:
    """A part of a story that still shows something, and from which nothing more can be left out.

    Args:
        story: the story. If it does not show it, it is returned as it is.
        shows: the tick at which a story shows it; None if it does not. What comes after that tick is left out.
        most: how many stories are tried; fewer if nothing more can be left out before.

    Example:
        >>> story = Story("long", "Much is done", actions=[(1, "crash", "n1"), (2, "heal"), (3, "crash", "n2")])
        >>> shrunk(story, lambda part: part.ticks if (2, "heal") in part.actions else None).actions
        ((2, 'heal'),)
    """
    tried: set[str] = set()
    best = _until(story, shows(story))
    if best is None:
        return story

    def shorter(part: Story) -> Story | None:
        """The part, if it was not tried before and shows it."""
        if len(tried) >= most or (text := part.to_json()) in tried:
            return None
        tried.add(text)
        return _until(part, shows(replace(part, ticks=min(part.ticks + LATER, story.ticks))))

    last = None
    while last != best:
        last = best
        best = without_actions(best, shorter)
        for leave_out in (disks, nodes, arguments, waits, pairs):
            best = _repeated(best, leave_out, shorter)
    return best


def _until(story: Story, tick: int | None) -> Story | None:
    """The story up to a tick; None if there is no such tick."""
    return None if tick is None else replace(story.until(tick), ticks=tick)


def _repeated(story: Story, leave_out: Callable[[Story], Iterator[Story]], shorter: Shorter) -> Story:
    """The story after a pass has found nothing more to leave out."""
    while True:
        found = next((each for part in leave_out(story) if (each := shorter(part)) is not None), None)
        if found is None:
            return story
        story = found


# -- The passes -----------------------------------------------------------------------------------------------------


def without_actions(story: Story, shorter: Shorter) -> Story:
    """Without blocks of actions: first large blocks, then smaller ones, from the end to the beginning."""
    size = max(1, len(story.actions) // 2)
    while size:
        end = len(story.actions)
        while end > 0:
            start = max(0, end - size)
            found = shorter(replace(story, actions=story.actions[:start] + story.actions[end:]))
            story = found or story
            end = min(start, len(story.actions))
        size //= 2
    return story


def pairs(story: Story) -> Iterator[Story]:
    """Without two actions, such as a crash and a restart."""
    if len(story.actions) <= FEW:
        for two in combinations(range(len(story.actions)), 2):
            yield replace(
                story, actions=tuple(each for place, each in enumerate(story.actions) if place not in two)
            )


def disks(story: Story) -> Iterator[Story]:
    """Without what a node has on its disk; else without the last entry of its log, or without its vote."""
    for node, disk in story.start.items():
        rest = {each: value for each, value in story.start.items() if each != node}
        yield replace(story, start=rest)
        if disk.get("log"):
            yield replace(story, start={**rest, node: {**disk, "log": disk["log"][:-1]}})
        if "voted_for" in disk:
            yield replace(story, start={**rest, node: {**disk, "voted_for": None}})


def nodes(story: Story) -> Iterator[Story]:
    """Without the last node, if nothing is done to it."""
    last = story.ids()[-1]
    if (
        story.nodes > 1
        and last not in story.start
        and not any(_names(action, last) for action in story.actions)
    ):
        yield replace(story, nodes=story.nodes - 1)


def arguments(story: Story) -> Iterator[Story]:
    """The network is changed in fewer ways."""
    for place, (tick, verb, *values) in enumerate(story.actions):
        if verb == "set_network":
            for which in range(min(3, len(values))):
                if values[which] is not None:
                    fewer = (tick, verb, *values[:which], None, *values[which + 1 :])
                    yield replace(story, actions=(*story.actions[:place], fewer, *story.actions[place + 1 :]))


def waits(story: Story) -> Iterator[Story]:
    """With less time before an action: none, half of it, or one tick less. All that comes after it is earlier by as much."""
    before = 0
    for place, (tick, *_) in enumerate(story.actions):
        for less in dict.fromkeys((tick - before, (tick - before) // 2, 1)):
            if 0 < less <= tick - before:
                sooner = tuple((each[0] - less, *each[1:]) for each in story.actions[place:])
                yield replace(story, actions=story.actions[:place] + sooner, ticks=story.ticks - less)
        before = tick


def _names(value: Any, node: str) -> bool:
    """Does an action name a node?"""
    return any(_names(each, node) for each in value) if isinstance(value, tuple) else value == node
