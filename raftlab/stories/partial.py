"""Partial connectivity: some links are broken, and no node is quite cut off from the others.

Under Raft alone, some of these end well, some never settle, and one is beyond any of its cures;
`compare` (raftlab.experiments) says which. The first leader is made by hand, and the fault comes at
tick 30, whatever the seed. Sources stand at each family.
"""

from collections.abc import Iterable
from itertools import combinations, cycle
from typing import Any

from raftlab.sim.story import Story

FAULT = 30  # ticks: by then the first leader is known to all
Action = tuple[Any, ...]


def writes(*nodes: str, first: int = 15, last: int = 290) -> tuple[Action, ...]:
    """Writes to these nodes in turn, each once in 15 ticks: whoever leads among them gets some."""
    ticks = range(first, last, 15 // len(nodes))
    return tuple(
        (tick, "propose", f"x={tick}", node) for tick, node in zip(ticks, cycle(nodes), strict=False)
    )


def merged(*actions: Iterable[Action]) -> tuple[Action, ...]:
    """Actions in the order of their ticks; within a tick as they are given."""
    return tuple(sorted((action for each in actions for action in each), key=lambda action: action[0]))


def only(*links: str, nodes: int = 5, tick: int = FAULT) -> list[Action]:
    """Cut all links but these, which are written as "12" for n1 and n2."""
    pairs = ["".join(pair) for pair in combinations("123456789"[:nodes], 2)]
    return [(tick, "cut", f"n{pair[0]}", f"n{pair[1]}") for pair in pairs if pair not in links]


# -- Cloudflare, 2 November 2020 ------------------------------------------------------------------------
# A switch that half worked broke the link between two of three nodes, one of them the leader; both could
# still reach the third. (https://blog.cloudflare.com/a-byzantine-failure-in-the-real-world/)

CHAIN = ("n1", "n2", "n3")
LED = ((1, "time_out", "n3"),)


def chain(name: str, title: str, fault: Iterable[Action], told: str, busy: bool = True, **more: Any) -> Story:
    """Three nodes, n3 leads, and something happens to the link between n1 and n3."""
    return Story(
        name, title, nodes=3, seed=1, ticks=300,
        actions=merged(LED, fault, writes(*CHAIN) if busy else ()),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n3 will lead. A sick switch stands between n1 and n3; both reach n2 without it."),
            (FAULT, told),
        ),
        **more,
    )  # fmt: skip


def lossy(percent: int) -> Story:
    """The sick switch forwards a part of what it is given."""
    ways = (("n1", "n3"), ("n3", "n1"))
    return chain(
        f"cloudflare_lossy_{percent}", f"The Cloudflare chain: {percent} % of the messages are lost",
        [(FAULT, "set_network", None, percent / 100, None, *way) for way in ways],
        f"From now on {percent} % of what n1 and n3 send each other is lost. Neither can tell this from a slow peer.",
    )  # fmt: skip


CUT = ((FAULT, "cut", "n1", "n3"),)
CLOUDFLARE = (
    chain(
        "cloudflare_cut", "The Cloudflare chain: a link is cut, and nobody writes", CUT,
        "The link between n1 and n3 is cut. Nobody writes, so all logs stay equal. How often does the leader change?",
        busy=False,
    ),
    chain(
        "cloudflare_cut_writes", "The Cloudflare chain: a link is cut while clients write", CUT,
        "The link between n1 and n3 is cut, but clients write. Who holds every entry, and whom can everybody hear?",
    ),
    chain(
        "cloudflare_cut_no_op", "The Cloudflare chain: a link is cut, and a leader begins with an entry", CUT,
        "The link between n1 and n3 is cut. Nobody writes, but every new leader appends an entry: logs differ at once.",
        busy=False, extensions=("NoOp",),
    ),
    lossy(50), lossy(90), lossy(97),
    chain(
        "cloudflare_flapping", "The Cloudflare chain: a link is up for a second and down for a second",
        ((FAULT, "cut", "n1", "n3"), (FAULT + 100, "flap", "n1", "n3", 100, 100)),
        "The link between n1 and n3 goes down for a second, then up for a second, and so on.",
    ),
    chain(
        "cloudflare_one_way", "The Cloudflare chain: a link works one way only",
        ((FAULT, "cut", "n3", "n1", True),),
        "n1 no longer hears n3; n3 still hears n1.",
    ),
)  # fmt: skip

# -- Howard and Abraham ------------------------------------------------------------------------------------
# https://decentralizedthoughts.github.io/2020-12-12-raft-liveness-full-omission/

HOWARD_ABRAHAM = (
    Story(
        "howard_abraham_1", "No node reaches all others: Raft alone never settles", nodes=5, seed=1, ticks=300,
        actions=merged(LED, only("12", "13", "23", "24", "35"), writes("n1", "n2", "n3", "n4", "n5")),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n3 will lead."),
            (FAULT, "n1, n2 and n3 still reach each other, a majority. n4 reaches only n2, and n5 only n3: "
                    "whoever leads, somebody does not hear it."),
        ),
    ),
    Story(
        "howard_abraham_2", "A useless leader that is protected: PreVote alone is not enough", nodes=5, seed=1, ticks=300,
        actions=merged(
            ((1, "time_out", "n4"),), only("12", "13", "23", "24"), ((FAULT, "crash", "n5"),),
            writes("n1", "n2", "n3", "n4"),
        ),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n4 will lead."),
            (FAULT, "n5 crashes, and n4 reaches only n2: it can commit nothing. n1, n2 and n3 would be a majority."),
        ),
    ),
)  # fmt: skip

# -- Omni-Paxos ----------------------------------------------------------------------------------------------
# Ng, Haridi, Carbone, EuroSys 2023 (https://doi.org/10.1145/3552326.3587441); A to E are n1 to n5.

OMNI_PAXOS = (
    Story(
        "quorum_loss", "The leader lost its majority; only one other node still has one", nodes=5, seed=1, ticks=300,
        actions=merged(LED, only("12", "13", "14", "15"), writes("n1", "n2", "n3", "n4", "n5")),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n3 will lead."),
            (FAULT, "All links are cut but those of n1. n3 still leads, and reaches n1 alone. Only n1 could do better."),
        ),
    ),
    Story(
        "constrained_election", "The only node that reaches a majority lacks an entry", nodes=5, seed=1, ticks=300,
        start={f"n{number}": {"term": 1, "log": ["1:x=1", "1:x=2"]} for number in range(1, 6)},
        actions=merged(
            LED,
            ((FAULT - 7, "cut", "n3", "n1"), (FAULT - 7, "cut", "n3", "n4"), (FAULT - 7, "propose", "x=3", "n3")),
            only("12", "14", "15"),
            ((FAULT, "propose", "x=4", "n3"),),
        ),
        goals=(("leader",),),
        stops=(
            (0, "All logs are equal. n3 will lead."),
            (FAULT - 7, "n1 and n4 do not hear n3 for a moment: they miss x=3, which n3 commits with n2 and n5."),
            (FAULT, "n3 is cut off, with x=4 that nobody else has. n1 reaches n2, n4 and n5, but lacks x=3; "
                    "n2 and n5 have x=3, but reach only n1. Who can win?"),
        ),
    ),
)  # fmt: skip

# -- Incidents -------------------------------------------------------------------------------------------------

FLAPPING = ("n2", "n3", "n4", "n5")
INCIDENTS = (
    Story(  # https://github.blog/2018-10-30-oct21-post-incident-analysis/
        "github_43_seconds", "43 seconds without the east", nodes=3, seed=1, preset="consul", ticks=5600,
        actions=merged(
            ((1, "time_out", "n1"), (600, "isolate", "n1"), (4900, "heal")),
            [(tick, "propose", f"east={tick}", "n1") for tick in range(300, 4900, 100)],
            [(tick, "propose", f"west={tick}", node) for tick in range(2000, 4900, 200) for node in ("n2", "n3")],
        ),
        goals=(("leader",), ("leader", 600), ("same_logs", 4900)),
        stops=(
            (0, "Three sites: n1 in the east, n2 in the west, n3 in a public cloud. n1 will lead."),
            (600, "The east is cut off for 43 seconds. Its clients go on writing to n1."),
            (2000, "West and cloud have a leader of their own, and take writes."),
            (4900, "The link is back. The two sides meet, and only one of their logs can stay."),
            (5200, "What n1 took in those 43 seconds was never committed, and is gone. Its clients had no answer. "
                   "A database that answers before it has replicated would now have two histories."),
        ),
    ),
    Story(  # https://github.com/etcd-io/etcd/issues/12959
        "rejoin_huge_term", "A node comes back with a huge term", nodes=3, seed=30, ticks=400,
        actions=merged(
            ((1, "time_out", "n1"), (FAULT, "isolate", "n2"), (230, "heal")),
            writes(*CHAIN, last=390),
        ),
        goals=(("leader",), ("leader", 230), ("same_logs", 230)),
        stops=(
            (0, "n1 will lead."),
            (FAULT, "n2 is cut off. It stands for election again and again, and every time its term grows."),
            (230, "n2 is back. Its log is far too old to win, but its term is the highest. What does n1 do?"),
        ),
    ),
    Story(  # https://github.com/etcd-io/etcd/issues/13665
        "flapping_leader", "The leader's network comes and goes", nodes=5, seed=1, ticks=500,
        actions=merged(((1, "time_out", "n1"),), [(FAULT, "flap", "n1", node, 30, 60) for node in FLAPPING]),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n1 will lead."),
            (FAULT, "From now on all links of n1 are up for 300 ms and down for 600 ms, in turn. "
                    "Nobody writes. Does somebody else keep the lead?"),
        ),
    ),
    Story(  # https://github.com/etcd-io/etcd/issues/13527; there only clock and disk hung, here the whole node
        "frozen_leader", "A leader is frozen, and wakes up leading", nodes=3, seed=1, ticks=320,
        extensions=("CheckQuorum", "LocalReads"),
        actions=merged(
            ((1, "time_out", "n1"), (15, "propose", "x=15", "n1"), (FAULT, "pause", "n1")),
            [(tick, "propose", f"x={tick}", node) for tick in range(100, 200, 20) for node in ("n2", "n3")],
            ((200, "resume", "n1"), (200, "read", "x", "n1"), (200, "propose", "x=0", "n1")),
        ),
        goals=(("leader",), ("leader", FAULT), ("same_logs", 200)),
        stops=(
            (0, "n1 will lead, with CheckQuorum: it steps down if it hears no majority. Its reads ask nobody."),
            (FAULT, "n1's host hangs. Its clock stands still, and with it the clock of its CheckQuorum."),
            (100, "Two leaders: nothing has told n1 how late it is."),
            (200, "n1 goes on where it stopped. Before it hears a word, it answers a read and takes a write. "
                  "What does the client read?"),
        ),
    ),
    Story(  # https://github.com/cockroachdb/cockroach/pull/104042
        "unreachable_leader", "A leader that those who write cannot reach", nodes=3, seed=1, ticks=300,
        actions=merged(LED, CUT, writes("n1", "n2", first=FAULT + 5)),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n3 will lead."),
            (FAULT, "n3 loses its link to n1, and to all clients: they reach only n1 and n2. "
                    "n3 still has a majority. Should it go on leading?"),
        ),
    ),
)  # fmt: skip

FAMILIES = {
    "cloudflare": CLOUDFLARE, "howard_abraham": HOWARD_ABRAHAM, "omni_paxos": OMNI_PAXOS, "incidents": INCIDENTS,
}  # fmt: skip
PARTIAL: dict[str, Story] = {story.name: story for family in FAMILIES.values() for story in family}
