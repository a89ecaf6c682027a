"""Prove me wrong: claims about Raft that are built from menus, and the explorer's answers to them.

A claim is about every moment: "a leader / always / is the only leader". The explorer looks for a moment that
contradicts it. It returns the shortest run to such a moment, or the bounds within which there is none.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from raftlab.checks.explorer import explore
from raftlab.checks.explorer.report import Exploration
from raftlab.checks.explorer.scenarios import FIGURE_8_B
from raftlab.raft import Raft, majority
from raftlab.sim.errors import check_name
from raftlab.sim.story import Story
from raftlab.sim.trace import View

Views = Mapping[str, View]


class Place(NamedTuple):
    """An entry and its place in a log."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs here
    term: int
    command: str

    def __str__(self) -> str:
        return f"{self.command} of term {self.term} at index {self.index}"


# -- Facts about a moment ------------------------------------------------------------------------------------------


def logs(views: Views) -> dict[str, set[Place]]:
    """The entries of each log."""
    return {
        id: {Place(index, term, command) for index, (term, command) in enumerate(view.log, start=1)}
        for id, view in views.items()
    }


def leaders(views: Views) -> list[str]:
    """The nodes that believe that they lead; the one with the newest term is the last."""
    return sorted((id for id, view in views.items() if view.role == "leader"), key=lambda id: views[id].term)


def committed(views: Views) -> set[Place]:
    """The entries that some node knows to be committed."""
    return {
        place for id, log in logs(views).items() for place in log if place.index <= views[id].commit_index
    }


def copies(views: Views, place: Place) -> int:
    """How many logs have this entry."""
    return sum(place in log for log in logs(views).values())


def up_to_date(view: View) -> tuple[int, int]:
    """What voters compare: the term of the last entry, then the length."""
    return (view.log[-1][0] if view.log else 0), len(view.log)


def first(views: Views, measure: Callable[[View], Any]) -> Iterator[str]:
    """The node that is ahead of all others, if there is one."""
    best = max(measure(view) for view in views.values())
    ahead = [id for id, view in views.items() if measure(view) == best]
    if len(ahead) == 1:
        yield from ahead


def everywhere(views: Views) -> set[Place]:
    """The entries of all logs."""
    return set().union(*logs(views).values())


# -- The menus -------------------------------------------------------------------------------------------------------

NODES: dict[str, Callable[[Views], Iterator[str]]] = {
    "the node with the longest log": lambda views: first(views, lambda view: len(view.log)),
    "the node with the most up-to-date log": lambda views: first(views, up_to_date),
    "the node with the highest term": lambda views: first(views, lambda view: view.term),
    "the leader of the newest term": lambda views: iter(leaders(views)[-1:]),
    "a leader": lambda views: iter(leaders(views)),
    "a candidate": lambda views: (id for id, view in views.items() if view.role == "candidate"),
    "a node that has voted": lambda views: (id for id, view in views.items() if view.voted_for),
}
ENTRIES: dict[str, Callable[[Views], Iterator[Place]]] = {
    "an entry that a majority holds": lambda views: (
        place for place in sorted(everywhere(views)) if copies(views, place) >= majority(len(views))
    ),
    "an entry that all nodes hold": lambda views: (
        place for place in sorted(everywhere(views)) if copies(views, place) == len(views)
    ),
    "an entry that one node holds": lambda views: (
        place for place in sorted(everywhere(views)) if copies(views, place) == 1
    ),
    "a committed entry": lambda views: iter(sorted(committed(views))),
}
# None: at this moment nothing can be said, neither for a claim nor against it.
OF_NODES: dict[str, Callable[[Views, str], bool | None]] = {
    "is the newest leader": lambda views, id: leaders(views)[-1] == id if leaders(views) else None,
    "is the only leader": lambda views, id: leaders(views) == [id],
    "is the only leader of its term": lambda views, id: (
        [each for each in leaders(views) if views[each].term == views[id].term] == [id]
    ),
    "has the longest log": lambda views, id: (
        len(views[id].log) >= max(len(view.log) for view in views.values())
    ),
    "has the highest term": lambda views, id: views[id].term >= max(view.term for view in views.values()),
    "has every committed entry": lambda views, id: committed(views) <= logs(views)[id],
    "has voted for itself": lambda views, id: views[id].voted_for == id,
}
OF_ENTRIES: dict[str, Callable[[Views, Place], bool | None]] = {
    "is committed": lambda views, place: place in committed(views),
    "is known by every node to be committed": lambda views, place: (
        copies(views, place) == len(views)
        and min(view.commit_index for view in views.values()) >= place.index
    ),
    "is in the log of the newest leader": lambda views, place: (
        place in logs(views)[leaders(views)[-1]] if leaders(views) else None
    ),
    "is in every log": lambda views, place: copies(views, place) == len(views),
    "is in a majority of the logs": lambda views, place: copies(views, place) >= majority(len(views)),
}
SUBJECTS = (*NODES, *ENTRIES)
HOW = ("always", "never")
BEGINNINGS: dict[str, Story | None] = {"new nodes": None, "Figure 8 (b)": FIGURE_8_B}


def predicates(who: str) -> tuple[str, ...]:
    """What can be said of a subject. It differs between nodes and entries."""
    return tuple(OF_NODES if check_name("subject of a claim", who, SUBJECTS) in NODES else OF_ENTRIES)


# -- A claim ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MenuClaim:
    """A claim from menus. Call it with the views of all nodes: it returns whether it is true at that moment.

    who: one of SUBJECTS. how: "always" or "never". what: one of `predicates(who)`.
    Raises UserError for other words, and suggests the nearest ones.

    >>> MenuClaim("a leader", "always", "is the only leader").sentence
    'A leader is always the only leader.'
    """

    who: str
    how: str
    what: str

    def __post_init__(self) -> None:
        check_name("thing that a claim says of its subject", self.what, predicates(self.who))
        check_name("word between subject and predicate", self.how, HOW)

    @property
    def sentence(self) -> str:
        """The claim in words."""
        verb, rest = self.what.split(" ", 1)
        words = f"is {self.how} {rest}" if verb == "is" else f"{self.how} {self.what}"
        return f"{self.who[0].upper()}{self.who[1:]} {words}."

    def against(self, views: Views) -> Iterator[str | Place]:
        """The nodes or entries that contradict it at this moment."""
        holds: Callable[..., bool | None] = (
            OF_NODES[self.what] if self.who in NODES else OF_ENTRIES[self.what]
        )
        subjects: Callable[[Views], Iterator[Any]] = NODES.get(self.who) or ENTRIES[self.who]
        return (each for each in subjects(views) if holds(views, each) is (self.how == "never"))

    def __call__(self, views: Views) -> bool:
        """Whether it is true at this moment."""
        return next(self.against(views), None) is None

    def contradiction(self, views: Views) -> str:
        """A sentence that says why it is false at this moment."""
        verb, rest = self.what.split(" ", 1)
        if self.how == "never":
            seen = f"and it {self.what}"
        elif verb == "is":
            seen = f"but it is not {rest}"
        else:
            seen = f"but it is not true that it {self.what}"
        return f"{next(self.against(views))} is {self.who}, {seen}."


@dataclass(frozen=True)
class Verdict:
    """The explorer's answer to a claim.

    claim: the claim. exploration: the exploration that looked for a contradiction.
    holds: whether no moment was found that contradicts the claim. This is no proof beyond the bounds.
    story: the shortest run to such a moment; None if there is none within the bounds.
    """

    claim: Callable[[Views], bool]
    exploration: Exploration

    @property
    def holds(self) -> bool:
        """Whether no contradiction was found."""
        return self.exploration.ok

    @property
    def story(self) -> Story | None:
        """The shortest run to a moment that contradicts the claim. Its title names the claim."""
        story = self.exploration.story
        if story is None or not isinstance(self.claim, MenuClaim):
            return story
        return replace(story, title=f"Not so: {self.claim.sentence}")

    @property
    def events(self) -> int:
        """The number of events of this run; 0 if there is none."""
        return self.exploration.events + self.exploration.losses

    @property
    def sentence(self) -> str:
        """The answer in words. It never claims more than was looked at."""
        claimed = self.claim.sentence if isinstance(self.claim, MenuClaim) else "Your claim."
        if self.holds:
            within = self.exploration.verdict.removeprefix("no violation within ")
            return f"{claimed} Nothing contradicts it within {within}"
        if self.exploration.breach and self.exploration.breach.property != "claim":
            return f"The nodes themselves are wrong. {self.exploration.verdict}"
        steps = f"The shortest run against it takes {self.events} event{'s' * (self.events != 1)}."
        seen = self.claim.contradiction(self.last_views()) if isinstance(self.claim, MenuClaim) else ""
        return f"{claimed} This is false: {seen} {steps}" if seen else f"{claimed} This is false. {steps}"

    def last_views(self) -> Views:
        """The nodes at the moment that contradicts the claim."""
        cluster = self.exploration.replay()
        return cluster.trace.at(cluster.now).views

    def __str__(self) -> str:
        return self.sentence

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        return f"**{self.sentence}**"


def disprove(
    claim: Callable[[Views], bool],
    begin: str = "new nodes",
    *,
    node_class: type[Raft] = Raft,
    progress: bool = False,
    **bounds: Any,
) -> Verdict:
    """Look for the shortest run that contradicts a claim.

    Args:
        claim: a `MenuClaim`, or any function that takes the views (node -> View) and returns whether it is true.
        begin: "new nodes"; or "Figure 8 (b)", where two earlier leaders have each left an entry.
        node_class: the class of the nodes.
        progress: show a progress bar if it takes longer than a second.
        bounds: as for `explore`. By default 3 nodes, 2 terms (4 from Figure 8 on), 2 messages in flight, no crashes.

    Raises:
        UserError: there is no such beginning, or the bounds are impossible.

    Example:
        >>> disprove(MenuClaim("a leader", "always", "has the highest term"), entries=0).holds
        False
    """
    start = BEGINNINGS[check_name("beginning", begin, BEGINNINGS)]
    settled = {"crashes": 0, "max_term": 4 if start else 2} | bounds
    return Verdict(claim, explore(node_class, claim=claim, start=start, progress=progress, **settled))
