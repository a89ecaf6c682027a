"""What a story still lacks to prove a mistake: found by comparing its run with that of a story that proves it.

It says whether the nodes have made their mistake at all, and three hints about the first thing that is missing: what it
is about, then after what it must happen, and then which node it must happen to. What comes later is not told, and
neither is the mistake.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from typing import NamedTuple

from raftlab.checks.conviction import harm_in
from raftlab.checks.failure import FELL_OVER
from raftlab.checks.scenes.scripted import first_mistake
from raftlab.messages import Role
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.english import plural
from raftlab.sim.errors import UserError, listed
from raftlab.sim.story import Story

Way = tuple[str, str]  # a link in one direction
Steps = tuple[str, str, str]  # from vague to exact
NO_ACTIONS = "Your story has no actions: nobody does anything to the nodes."
NOTHING_YET = "The faulty nodes have done nothing yet that correct nodes would not have done."


class Words(NamedTuple):
    """How a kind of event is told. about: what it has to do with. some: without a node's name. named: with it. done: afterwards."""

    about: str
    some: str
    named: str
    done: str


WORDS: dict[str, Words] = {
    "nodes": Words(
        "how many nodes there are", "there must be another number of nodes", "there must be {0} nodes", ""
    ),
    "disk": Words(
        "what is on the disks when the story begins",
        "a node must begin with entries on its disk",
        "{0} must begin with entries on its disk",
        "{0} has begun with entries on its disk",
    ),
    "stand": Words(
        "who stands for election", "a node must stand for election", "{0} must stand for election", "{0} stands for election"
    ),
    "crash": Words("a crash", "a node must crash", "{0} must crash", "{0} crashes"),
    "restart": Words("a restart", "a node must restart", "{0} must restart", "{0} restarts"),
    "command": Words(
        "a client's command", "a client must give a node a command", "a client must give {0} a command", "{0} gets a command"
    ),
    "read": Words("a client that reads", "a client must read", "a client must read from {0}", "a client reads from {0}"),
    "cut": Words("which links work", "a link must be cut", "{0} must not hear {1}", "{0} no longer hears {1}"),
    "heal": Words("which links work", "a link must work again", "{0} must hear {1} again", "{0} hears {1} again"),
    "message": Words("a single message", "something must happen to a message", "one message must {0}", "something happens to a message"),
    "network": Words("how messages travel", "messages must travel in another way", "messages must {0}", "messages {0}"),
    "timers": Words("the election timers", "all election timers must run out together", "all election timers must be aligned", "all timers are aligned"),
    "snapshot": Words("a snapshot", "a node must take a snapshot", "{0} must take a snapshot", "{0} takes a snapshot"),
    "transfer": Words(
        "a leader that hands over", "the leader must hand over", "the leader must hand over to {0}", "the leader hands over to {0}"
    ),
    "change_voters": Words("who has a vote", "the voters must change", "the voters must become {0}", "the voters become {0}"),
}  # fmt: skip
DONE_TO_A_MESSAGE = {
    "drop": "be lost",
    "duplicate": "arrive twice",
    "deliver": "arrive at last",
    "delay": "be delayed",
}
DONE_TO_A_NODE = ("crash", "restart", "read", "snapshot", "transfer")


class Happening(NamedTuple):
    """Something that happens in a run. names: the nodes that it is about; or other words. tick: -1 if before the first."""

    kind: str
    tick: int
    names: tuple[str, ...] = ()
    ways: frozenset[Way] = frozenset()  # of "cut" and "heal"


class Seen(NamedTuple):
    """A run: what happens in it, in order, and which links are cut after each tick."""

    happenings: tuple[Happening, ...]
    cut: tuple[frozenset[Way], ...]


class Match(NamedTuple):
    """How far a story agrees with another: at which ticks it has what happens there first, and as which nodes."""

    ticks: tuple[int, ...]
    nodes: dict[str, str]


# -- What is told ---------------------------------------------------------------------------------------------------


def begun(story: Story, faulty: type[Raft], reference: type[Raft]) -> str:
    """Whether the faulty nodes have made their mistake in a story, in a sentence."""
    if not story.actions:
        return NO_ACTIONS
    try:
        first = first_mistake(story, type("Compared", (faulty,), {"reference": reference}))
    except (UserError, *FELL_OVER):
        first = None
    if first is None:
        return NOTHING_YET
    return f"By tick {first.tick} a node has done what a correct node would not have done, but this does no such harm."


def missing(story: Story, faulty: type[Raft], known: Story, kinds: tuple[str, ...]) -> Steps:
    """Three hints about the first thing that a story lacks.

    known: a story that proves the mistake. What happens in it, up to the harm, is looked for. kinds: what counts as harm.
    """
    harm = harm_in(known, faulty, kinds)
    until = known if harm is None else replace(known.until(harm.tick), ticks=min(harm.tick, known.ticks))
    needed, have = seen(until, faulty).happenings, seen(story, faulty)
    match = best_match(needed, have, known.ids(), story.ids())
    found = len(match.ticks)
    if found == len(needed):
        return _moments(needed, match)
    lacking = needed[found]
    after = _done(needed[found - 1], match.nodes) if found else ""
    then = f"After {after}, " if after else "First, "
    words = WORDS[lacking.kind]
    once = story.actions and any(each.kind == lacking.kind for each in have.happenings)
    also = ", though there is something of the kind in your story" if once else ""
    named = words.named.format(*(match.nodes.get(name, name) for name in lacking.names))
    return (
        f"The first thing that is missing has to do with {words.about}{also}.",
        f"{then}{words.some}.",
        f"{then}{named}.",
    )


def _moments(needed: tuple[Happening, ...], match: Match) -> Steps:
    """Hints about a story in which all that is needed happens: at least one moment is wrong."""
    gaps = [
        (match.ticks[place] - match.ticks[place - 1], needed[place].tick - needed[place - 1].tick, place)
        for place in range(1, len(needed))
    ]
    general = "All that is needed happens, and in the right order. Look at the ticks, and leave out what is not needed."
    if not gaps:
        return (general,) * 3
    have, right, place = max(gaps, key=lambda gap: abs(gap[0] - gap[1]))
    before, then = (_done(needed[each], match.nodes) for each in (place - 1, place))
    if have == right:
        return (
            general,
            general,
            "The times between these events are right. Something else in your story prevents the harm.",
        )
    return (
        general,
        f"Look at how long it takes from the moment at which {before} to the moment at which {then}.",
        f"From the moment at which {before} to the moment at which {then}, your story takes {plural(have, 'tick')}. Try {plural(right, 'tick')}.",
    )


def _done(happening: Happening, nodes: dict[str, str]) -> str:
    return WORDS[happening.kind].done.format(*(nodes.get(name, name) for name in happening.names))


# -- What happens in a run -------------------------------------------------------------------------------------------


def seen(story: Story, raft: type[Raft]) -> Seen:
    """What happens when nodes of a class play a story, as far as they can play it."""
    cluster = Cluster(story, node_class=raft, record=False)
    found = [Happening("nodes", -1, (str(story.nodes),))] if story.nodes != 3 else []
    found += [Happening("disk", -1, (node,)) for node in sorted(story.start) if story.start[node].get("log")]
    cuts: list[frozenset[Way]] = []
    terms: dict[str, int] = {}
    try:
        while True:
            found.extend(_news(cluster, cuts, terms))
            if cluster.now >= story.ticks:
                break
            cluster.tick()
    except (UserError, *FELL_OVER):
        pass  # what came before counts all the same
    return Seen(tuple(found), tuple(cuts) or (frozenset(),))


def _news(cluster: Cluster, cuts: list[frozenset[Way]], terms: dict[str, int]) -> Iterator[Happening]:
    """What has happened in this tick: what was done, which links have changed, and who stands for election since then."""
    now = cluster.now
    is_cut = frozenset(way for way, link in cluster.network.links.items() if not link.up)
    before = cuts[-1] if cuts else frozenset()
    for kind, ways in (("heal", before - is_cut), ("cut", is_cut - before)):
        if ways:
            src, dst = min(ways)
            yield Happening(kind, now, (dst, src), ways)
    cuts.append(is_cut)
    for tick, verb, *arguments in cluster.done:
        if tick == now:
            yield from _deed(now, verb, arguments)
    for id, node in cluster.running().items():
        if node.role is not Role.FOLLOWER and node.term > terms.get(id, 0) and id in node.voters():
            terms[id] = node.term
            yield Happening("stand", now, (id,))


def _deed(now: int, verb: str, arguments: list[object]) -> Iterator[Happening]:
    """What a verb does, if it is no cut."""
    if verb in DONE_TO_A_NODE:
        node = arguments[1] if verb == "read" else arguments[0]
        yield Happening(verb, now, (str(node),))
    elif verb in ("propose", "write"):
        yield Happening("command", now, (str(arguments[1]),))
    elif verb == "change_voters":
        yield Happening(verb, now, (listed([str(each) for each in arguments]),))
    elif verb in DONE_TO_A_MESSAGE:
        yield Happening("message", now, (DONE_TO_A_MESSAGE[verb],))
    elif verb == "align_timers":
        yield Happening("timers", now)
    elif verb == "set_network":
        delay, loss, twice, *_ = (*arguments, None, None, None)
        if isinstance(delay, tuple) and delay[1] > 3:
            yield Happening("network", now, ("travel slowly",))
        if loss == 1:
            yield Happening("network", now, ("get lost",))
        if twice:
            yield Happening("network", now, ("arrive twice",))


# -- How far two runs agree -------------------------------------------------------------------------------------------


def best_match(
    needed: tuple[Happening, ...], have: Seen, nodes: tuple[str, ...], others: tuple[str, ...]
) -> Match:
    """The longest beginning of what is needed that happens in a run in this order, whatever the nodes are called there."""
    about = {name for each in needed for name in (*each.names, *(node for way in each.ways for node in way))}
    named = [node for node in nodes if node in about]
    matches = []
    for chosen in permutations(others, min(len(named), len(others))):
        as_nodes = dict(zip(named, chosen, strict=False))
        matches.append(Match(tuple(_found(needed, have, as_nodes)), as_nodes))
    return max(matches, key=lambda match: (len(match.ticks), [-tick for tick in match.ticks]))


def _found(needed: tuple[Happening, ...], have: Seen, nodes: dict[str, str]) -> Iterator[int]:
    """The ticks at which what is needed happens, one after the other, until something does not."""
    tick = -1
    for each in needed:
        names = tuple(nodes.get(name, name) for name in each.names)
        if each.ways:
            ways = {(nodes.get(src, src), nodes.get(dst, dst)) for src, dst in each.ways}
            at = (now for now in range(max(tick, 0), len(have.cut)) if _holds(each.kind, ways, have.cut[now]))
        else:
            at = (
                now
                for kind, now, others, _ in have.happenings
                if now >= tick and (kind, others) == (each.kind, names)
            )
        found = next(at, None)
        if found is None:
            return
        tick = found
        yield tick


def _holds(kind: str, ways: set[Way], is_cut: frozenset[Way]) -> bool:
    """Are these links cut, or do they all work?"""
    return ways <= is_cut if kind == "cut" else not ways & is_cut
