"""What a story still lacks to prove a mistake: found by comparing its run with that of a story that proves it.

It says whether the nodes have made their mistake at all, and then the first circumstance that is missing. It does not say
what the mistake is.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

from raftlab.checks.conviction import harm_in
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.scripted import first_mistake
from raftlab.messages import Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story

# Circumstances, from the commonest to the rarest: how a sentence says that each is there, and that it is missing.
CIRCUMSTANCES: dict[str, tuple[str, str]] = {
    "leader": ("a leader is elected", "no node becomes leader"),
    "command": ("a client writes", "no client gives a leader a command"),
    "read": ("a client reads", "no client reads"),
    "rivals": ("two nodes are candidates in one term", "no two nodes are candidates in the same term"),
    "again": ("a candidate starts another election", "no candidate has to start another election"),
    "successor": ("there is a leader in a second term", "no second term has a leader"),
    "cut": ("links are cut", "no link is cut"),
    "heal": ("cut links work again", "no link that was cut works again"),
    "one way": ("a link works in one direction only", "no link works in one direction only"),
    "crash": ("a node crashes", "no node crashes"),
    "restart": ("a node restarts", "no node restarts"),
    "committed": ("an entry is committed", "no entry is committed"),
    "old entries": ("a leader holds entries of earlier terms", "no leader holds an entry of an earlier term"),
    "behind": (
        "a candidate lacks entries that another node has",
        "no candidate lacks an entry that another node has",
    ),
    "contradiction": ("logs contradict each other", "no two logs contradict each other"),
    "deposed": ("a leader learns that it has been replaced", "no leader learns that it has been replaced"),
    "slow": ("messages arrive late or out of order", "no message arrives late or out of order"),
    "copies": ("messages arrive twice", "no message arrives twice"),
    "even": ("the number of nodes is even", "the number of nodes is not even"),
    "five": ("there are at least five nodes", "there are fewer than five nodes"),
}


def missing(story: Story, wrong: type[Raft], reference: type[Raft], known: Story) -> str:
    """What a story still lacks, in a sentence or two.

    known: a story that proves the mistake. Its circumstances are those that are looked for.
    """
    harm = harm_in(known, wrong)
    needed = circumstances(known if harm is None else replace(known.until(harm.tick), ticks=harm.tick), wrong)
    have = circumstances(story, wrong)
    first = _made(story, wrong, reference)
    if first is None:
        begun = "The wrong nodes have done nothing yet that right nodes would not have done."
    else:
        begun = (
            f"By tick {first} a node has done what a right node would not have done, but this does no harm."
        )
    lacks = [name for name in CIRCUMSTANCES if name in needed - have]
    if not lacks:
        return f"{begun} All kinds of events that are needed are there; change their order, their ticks or their nodes."
    there = [name for name in CIRCUMSTANCES if name in needed & have]
    but = f"{CIRCUMSTANCES[there[-1]][0]}, but " if there else ""
    return f"{begun} In your story {but}{CIRCUMSTANCES[lacks[0]][1]}."


def _made(story: Story, wrong: type[Raft], reference: type[Raft]) -> int | None:
    """The tick by which a node does something else than the reference; None if none does."""
    try:
        first = first_mistake(story, type("Compared", (wrong,), {"reference": reference}))
    except (UserError, *FELL_OVER):
        return None
    return first.tick if first else None


def circumstances(story: Story, raft: type[Raft]) -> set[str]:
    """Which of `CIRCUMSTANCES` there are when nodes of a class play a story, as far as they can play it."""
    cluster = Cluster(story, node_class=raft, record=False)
    seen = _Seen(cluster)
    try:
        for _ in range(story.ticks):
            seen.look()
            cluster.tick()
    except (UserError, *FELL_OVER):
        pass  # what came before counts all the same
    seen.look()
    return set(seen.found())


class _Seen:
    """What has been seen of a cluster, tick by tick."""

    def __init__(self, cluster: Cluster):
        self.cluster = cluster
        self.candidates: dict[int, set[str]] = defaultdict(set)  # term -> those that stand or stood in it
        self.leaders: dict[int, set[str]] = defaultdict(set)
        self.names: set[str] = set()

    def look(self) -> None:
        """Look at all nodes."""
        running = self.cluster.running()
        for id, node in running.items():
            if node.role is not Role.FOLLOWER:
                self.candidates[node.term].add(id)
            elif any(id in led and term < node.term for term, led in self.leaders.items()):
                self.names.add("deposed")
            if node.role is Role.LEADER:
                self.leaders[node.term].add(id)
                if node.log.last_index and node.log.term_at(node.log.start + 1) not in (None, node.term):
                    self.names.add("old entries")
            if node.commit_index:
                self.names.add("committed")
            others = [each for other, each in self.cluster.nodes.items() if other != id]
            if node.role is Role.CANDIDATE and any(
                not each.log.is_covered_by(node.log.last_index, node.log.last_term) for each in others
            ):
                self.names.add("behind")
            if any(_contradict(node, each) for each in others):
                self.names.add("contradiction")

    def found(self) -> Iterator[str]:
        """The circumstances that were there."""
        yield from self.names
        done = [verb for _, verb, *_ in self.cluster.done]
        stands = [id for standing in self.candidates.values() for id in standing]
        tests: dict[str, Callable[[], bool]] = {
            "leader": lambda: bool(self.leaders),
            "successor": lambda: len(self.leaders) > 1,
            "rivals": lambda: any(len(each) > 1 for each in self.candidates.values()),
            "again": lambda: len(stands) > len(set(stands)),
            "command": lambda: not {"propose", "write", "clients"}.isdisjoint(done),
            "read": lambda: not {"read", "clients"}.isdisjoint(done),
            "cut": lambda: any(_cuts(action) for action in self.cluster.done),
            "heal": lambda: "heal" in done,
            "one way": lambda: any(verb == "cut" and len(rest) > 2 for _, verb, *rest in self.cluster.done),
            "crash": lambda: "crash" in done,
            "restart": lambda: "restart" in done,
            "slow": lambda: any(_slows(action) for action in self.cluster.done),
            "copies": lambda: "duplicate" in done or any(_copies(action) for action in self.cluster.done),
            "even": lambda: len(self.cluster.ids) % 2 == 0,
            "five": lambda: len(self.cluster.ids) > 4,
        }
        yield from (name for name, holds in tests.items() if holds())


def _contradict(one: Raft, other: Raft) -> bool:
    last = min(one.log.last_index, other.log.last_index)
    start = max(one.log.start, other.log.start)
    return any(one.log.term_at(index) != other.log.term_at(index) for index in range(start + 1, last + 1))


def _cuts(action: tuple[object, ...]) -> bool:
    _, verb, *rest = action
    return verb in ("cut", "isolate", "partition", "flap") or (verb == "set_network" and rest[1:2] == [1])


def _slows(action: tuple[object, ...]) -> bool:
    _, verb, *rest = action
    if verb in ("delay", "deliver", "pause", "drift"):
        return True
    delay = rest[0] if verb == "set_network" and rest else None
    return isinstance(delay, tuple) and delay[1] > 3


def _copies(action: tuple[object, ...]) -> bool:
    _, verb, *rest = action
    return verb == "set_network" and bool(rest[2:3] and rest[2])
