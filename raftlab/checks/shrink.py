"""Makes a story shorter while it still shows what it shows, until nothing more can be left out.

Several passes take turns, as in Hypothesis: each leaves something out and keeps what remains if that still shows it. They
stop when none of them finds anything more. This is done twice. The first time, they leave out as many actions as they
can. The second time, they keep only runs that are shorter for a reader (see `length`). They may then add one action, too:
a message is lost, a node crashes before anything else happens, or an election begins at once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple

from raftlab.sim.story import Story

MOST_WORK = 30_000  # ticks of nodes that are played to make a story shorter
FEW = 12  # of so few actions, every two are left out together
LATER = 10  # ticks by which a shorter story may show it later
ONE_TICK = (1, 1)
PRESET = "lesson"  # the timing that a reader knows


class Shown(NamedTuple):
    """That a story shows something, and how.

    tick: when it shows it; what comes later is left out. events: how many events there are until then. sent: for each
    message, the tick at which it is sent. elections: the tick and the node of each election that begins by itself.
    """

    tick: int
    events: int = 0
    sent: tuple[int, ...] = ()
    elections: tuple[tuple[int, str], ...] = ()


class Found(NamedTuple):
    """A story that shows it, and how it does so."""

    story: Story
    shown: Shown


Shows = Callable[[Story], Shown | None]
Pass = Callable[[Found], Iterator[Story]]


def shrunk(
    story: Story, shows: Shows, most: int = MOST_WORK, tell: Callable[[int], object] = lambda work: None
) -> Story:
    """A part of a story that still shows something, and from which nothing more can be left out.

    Args:
        story: the story. If it does not show it, it is returned as it is.
        shows: how a story shows it; None if it does not.
        most: how many ticks of nodes are played for this at most.
        tell: is called with the ticks of nodes that each try takes.

    Example:
        >>> story = Story("long", "Much is done", actions=[(1, "crash", "n1"), (2, "heal"), (3, "crash", "n2")])
        >>> shrunk(story, lambda part: Shown(part.ticks) if (2, "heal") in part.actions else None).actions
        ((2, 'heal'),)
    """
    shown = shows(story)
    if shown is None:
        return story
    search = Search(Found(_until(story, shown.tick), shown), shows, story.ticks, most, tell)
    search.repeat((disks, nodes, arguments, waits, pairs))
    search.repeat(
        (nodes, disks, elections, crashes, losses, waits, arguments, values, dice, pairs), shorter=True
    )
    return search.best.story


def length(found: Found) -> tuple[int, int, bool, int, int, str]:
    """How long a run is for a reader. Its events count first, then its nodes, a timing of its own, its ticks, and its text.

    An event is what a player stops at: an action, a message that arrives or is lost, a timer that runs out. An action counts
    twice, because a reader must also understand why it is done. What is on a disk before the run begins counts as well.
    """
    story = found.story
    disks = sum(1 + len(disk.get("log", ())) for disk in story.start.values())
    text = story.to_json()
    events = found.shown.events + len(story.actions) + disks
    return events, story.nodes, story.preset != PRESET, story.ticks, len(text), text


class Search:
    """The search for a shorter story. best: the shortest so far."""

    def __init__(self, best: Found, shows: Shows, latest: int, most: int, tell: Callable[[int], object]):
        self.best = best
        self._shows, self._latest, self._left, self._tell = shows, latest, most, tell
        self._tried: set[str] = set()

    def repeat(self, passes: tuple[Pass, ...], shorter: bool = False) -> None:
        """Let passes take turns until none of them finds anything. shorter: keep only what is shorter for a reader."""
        before = None
        while before is not self.best:
            before = self.best
            self._leave_out_actions(shorter)
            for leave_out in passes:
                while any(self._takes(part, shorter) for part in leave_out(self.best)):
                    pass

    def _leave_out_actions(self, shorter: bool) -> None:
        """Leave out blocks of actions: first large blocks, then smaller ones, from the end to the beginning."""
        size = max(1, len(self.best.story.actions) // 2)
        while size:
            end = len(self.best.story.actions)
            while end > 0:
                start, story = max(0, end - size), self.best.story
                self._takes(replace(story, actions=story.actions[:start] + story.actions[end:]), shorter)
                end = min(start, len(self.best.story.actions))
            size //= 2

    def _takes(self, part: Story, shorter: bool) -> bool:
        """Take this story if it still shows it. Do not try a story twice, or when the work is used up."""
        if self._left <= 0 or (text := part.to_json()) in self._tried:
            return False
        self._tried.add(text)
        part = replace(part, ticks=min(part.ticks + LATER, self._latest))
        work = part.nodes * (part.ticks + 1)
        self._left -= work
        self._tell(work)
        shown = self._shows(part)
        if shown is None:
            return False
        found = Found(_until(part, shown.tick), shown)
        if shorter and length(found) >= length(self.best):
            return False
        self.best = found
        return True


def _until(story: Story, tick: int) -> Story:
    """The story up to a tick."""
    return replace(story.until(tick), ticks=tick)


# -- The passes -----------------------------------------------------------------------------------------------------


def pairs(found: Found) -> Iterator[Story]:
    """Without two actions, such as a crash and a restart."""
    story = found.story
    if len(story.actions) <= FEW:
        for two in combinations(range(len(story.actions)), 2):
            yield replace(
                story, actions=tuple(each for place, each in enumerate(story.actions) if place not in two)
            )


def disks(found: Found) -> Iterator[Story]:
    """Without what a node has on its disk; else without the last entry of its log, or without its vote."""
    story = found.story
    for node, disk in story.start.items():
        rest = {each: value for each, value in story.start.items() if each != node}
        yield replace(story, start=rest)
        if disk.get("log"):
            yield replace(story, start={**rest, node: {**disk, "log": disk["log"][:-1]}})
        if "voted_for" in disk:
            yield replace(story, start={**rest, node: {**disk, "voted_for": None}})


def nodes(found: Found) -> Iterator[Story]:
    """Without a node, and without what is done to it alone. The nodes after it move up, so that no number is missing."""
    story = found.story
    for gone in reversed(story.ids()):
        others = [id for id in story.ids() if id != gone]
        names = dict(zip(others, story.ids(), strict=False))
        renames = {gone: None, **names}
        if not others or any(gone in (id, disk.get("voted_for")) for id, disk in story.start.items()):
            continue
        yield replace(
            story,
            nodes=len(others),
            actions=tuple(_renamed(each, renames) for each in story.actions if gone not in each),
            start={names[id]: _renamed(disk, renames) for id, disk in story.start.items()},
            liars={names[id]: lie for id, lie in story.liars.items() if id != gone},
        )


def arguments(found: Found) -> Iterator[Story]:
    """The network is changed in fewer ways, or every message takes one tick."""
    story = found.story
    for place, (tick, verb, *values) in enumerate(story.actions):
        if verb == "set_network":
            for which, value in enumerate(values[:3]):
                for less in (None, ONE_TICK) if which == 0 else (None,):
                    if value not in (None, less):
                        fewer = (tick, verb, *values[:which], less, *values[which + 1 :])
                        yield replace(
                            story, actions=(*story.actions[:place], fewer, *story.actions[place + 1 :])
                        )


def waits(found: Found) -> Iterator[Story]:
    """With less time before an action: none, half of it, or one tick less. All that comes after it is earlier by as much."""
    story, before = found.story, 0
    for place, (tick, *_) in enumerate(story.actions):
        for less in dict.fromkeys((tick - before, (tick - before) // 2, 1)):
            if 0 < less <= tick - before:
                sooner = tuple((each[0] - less, *each[1:]) for each in story.actions[place:])
                yield replace(story, actions=story.actions[:place] + sooner, ticks=story.ticks - less)
        before = tick


def elections(found: Found) -> Iterator[Story]:
    """An election begins as soon as it can, because a person lets the timer run out. All that comes after it is earlier."""
    story = found.story
    for tick, node in found.shown.elections:
        place = sum(each[0] < tick for each in story.actions)
        less = tick - (story.actions[place - 1][0] if place else 0)
        later = tuple((each[0] - less, *each[1:]) for each in story.actions[place:])
        begin = (tick - less, "time_out", node)
        yield replace(story, actions=(*story.actions[:place], begin, *later), ticks=story.ticks - less)


def crashes(found: Found) -> Iterator[Story]:
    """A node to which nothing is done crashes before anything else happens."""
    story = found.story
    for node in story.ids():
        if _renamed(story.actions, {node: None}) == story.actions:
            yield replace(story, actions=((0, "crash", node), *story.actions))


def losses(found: Found) -> Iterator[Story]:
    """A message is lost."""
    story = found.story
    for message, tick in enumerate(found.shown.sent):
        place = sum(each[0] <= tick for each in story.actions)
        loss = (tick, "drop", message)
        yield replace(story, actions=(*story.actions[:place], loss, *story.actions[place:]))


def values(found: Found) -> Iterator[Story]:
    """The commands of clients are x=1, x=2 and so on."""
    story = found.story
    commands = dict.fromkeys(
        action[2] for action in story.actions if action[1] == "propose" and "=" in action[2]
    )
    plain = {command: f"x={number}" for number, command in enumerate(commands, start=1)}
    yield replace(story, actions=tuple(_renamed(each, plain) for each in story.actions))


def dice(found: Found) -> Iterator[Story]:
    """With the usual timing, or with a smaller seed."""
    yield replace(found.story, preset=PRESET)
    yield from (replace(found.story, seed=seed) for seed in range(1, min(found.story.seed, FEW)))


def _renamed(value: Any, names: Mapping[str, str | None]) -> Any:
    """A value with its names replaced. A name that None replaces is left out, and so is a group without any node."""
    if isinstance(value, Mapping):
        return {key: _renamed(each, names) for key, each in value.items()}
    if isinstance(value, tuple):
        kept = (
            _renamed(each, names)
            for each in value
            if not (isinstance(each, str) and names.get(each, "") is None)
        )
        return tuple(each for each in kept if each != ())
    return names.get(value, value) if isinstance(value, str) else value
