"""The result of an exploration: a verdict that never claims more than was looked at, counts, and a story."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from raftlab.checks.explorer.bounds import Bounds
from raftlab.checks.explorer.found_story import cluster_after, run_in_words
from raftlab.checks.explorer.moves import Moves
from raftlab.rules import RULE_BOOK
from raftlab.sim.cluster import Cluster
from raftlab.sim.english import plural
from raftlab.sim.invariants import WATCHED
from raftlab.sim.properties import Finding
from raftlab.sim.story import Story

HOW = {"breadth": "", "directed": ", the rarest first", "random": ", by random walks"}


@dataclass(frozen=True)
class Exploration:
    """The result of an exploration.

    Attributes:
        node_class, bounds: what was explored, and how far.
        order: "breadth", "directed" or "random".
        distinct: how many different states were kept; for random walks, the sum over the batches of those visited.
        generated: how many transitions there are out of these states.
        calls: for how many of the transitions the code of a node had to run.
        complete: whether everything within the bounds was seen.
        breach: the first property that was found broken, with a sentence; None if none was.
        story: a run that breaks it, for the ordinary simulator; None if nothing is broken.
        events, losses: how many events and losses that run has. With "breadth", no run within the bounds that
            breaks a property has fewer events and losses together.
        rules: the rules that fired in some transition.
        roles: (role, term) -> in how many states some node has this role in this term.
        leader_possible: whether a leader can still be elected from every state; None if this was not asked.
    """

    node_class: type[Any]
    bounds: Bounds
    order: str
    distinct: int
    generated: int
    calls: int
    seconds: float
    complete: bool
    symmetry: bool
    breach: Finding | None = None
    story: Story | None = None
    events: int = 0
    losses: int = 0
    rules: frozenset[str] = frozenset()
    roles: dict[tuple[str, int], int] = field(default_factory=dict)
    leader_possible: bool | None = None

    @property
    def ok(self) -> bool:
        """Whether no property was found broken. This is no proof for runs beyond the bounds."""
        return self.breach is None

    @property
    def verdict(self) -> str:
        """One sentence: which property is broken, or within which bounds none is."""
        if self.breach:
            rule = WATCHED.get(self.breach.property)
            events = plural(self.events, "event")
            if self.losses:
                events += f" and {plural(self.losses, 'loss', 'losses')}"
            name = f"{self.breach.property}, {rule.text.partition(':')[0]}" if rule else self.breach.property
            return f"{name}: {self.breach.sentence} It takes {events}."
        within = f"no violation within {self.bounds.words()}"
        if self.leader_possible:
            within += "; from every state a leader can still come, unless a bound is reached first"
        if self.complete:
            return f"{within}."
        return f"{within}, in the {self.distinct} states looked at{HOW[self.order]}; there are more."

    def replay(self) -> Cluster:
        """The ordinary cluster at the end of the story. An error that a node raises there is raised here, too."""
        assert self.story is not None, "there is no story to replay"
        return cluster_after(self.node_class, self.story)

    def words(self) -> list[str]:
        """The story: one line for each event, with the rules that fired."""
        if self.story is None:
            return []
        cluster = Cluster(self.story, node_class=self.node_class)
        try:
            cluster.tick(self.story.ticks)
        except Exception as error:
            return [*run_in_words(cluster), f"      {type(error).__name__}: {error}"]
        return list(run_in_words(cluster))

    def coverage(self) -> list[str]:
        """Which rules fired, which did not, and which roles nodes had in which terms."""
        known = [rule for rule in RULE_BOOK if rule in self.rules]
        asleep = [rule for rule in getattr(self.node_class, "rules", {}) if rule not in self.rules]
        lines = [f"rules that fired: {' '.join(known) or 'none'}"]
        lines += [
            f"states with a {role} of term {term}: {count}" for (role, term), count in self.roles.items()
        ]
        return lines + ([f"rules that did not: {' '.join(asleep)}"] if asleep and not known else [])

    def counts(self) -> str:
        """The last line of the report."""
        return f"{self.distinct} distinct, {self.generated} generated"

    def __str__(self) -> str:
        symmetry = " (of states that differ only in names, one)" if self.symmetry else ""
        share = 100 * self.calls / max(1, self.generated)
        cost = f"{self.seconds:.1f} s; node code ran for {share:.2g} % of the transitions{symmetry}"
        return "\n".join([*self.words(), *self.coverage(), self.verdict, cost, self.counts()])

    __repr__ = __str__

    def _repr_markdown_(self) -> str:
        """In a notebook: the verdict and the counts. `print` also shows the run, event by event."""
        counts = f"{self.distinct:,} different state{'s' * (self.distinct != 1)}, {self.generated:,} transitions out of them"
        cost = f"the nodes' code ran {self.calls:,} times; {self.seconds:.1f} s"
        return f"**{self.verdict[0].upper()}{self.verdict[1:]}**\n\n{counts}; {cost}."


def roles_in(moves: Moves, states: Iterable[int]) -> dict[tuple[str, int], int]:
    """(role, term) -> in how many of these states some node has this role in this term."""
    found: Counter[tuple[str, int]] = Counter()
    for nodes, count in Counter(state & moves.nodes for state in states).items():
        for is_one in {(local.node.role.value, local.node.term) for local in moves.locals(nodes)}:
            found[is_one] += count
    return dict(sorted(found.items(), key=lambda each: (each[0][1], each[0][0])))
