"""Partial connectivity: some links are broken, and no node is quite cut off from the others.

Under Raft alone, some of these end well, some never settle, and one is beyond any of its cures;
`compare` (raftlab.experiments) says which. The first leader is made by hand, and the fault comes at
tick 30, whatever the seed. Sources stand at each family.
"""

from collections.abc import Iterable
from itertools import combinations, cycle
from typing import Any

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import elected

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


def chain(
    name: str, title: str, fault: Iterable[Action], told: str, *then: Any, busy: bool = True, **more: Any
) -> Story:
    """Three nodes, n3 leads, and something happens to the link between n1 and n3."""
    return Story(
        name, title, nodes=3, seed=1, ticks=300,
        actions=merged(LED, fault, writes(*CHAIN) if busy else ()),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n3 will lead. A sick switch stands between n1 and n3; both reach n2 without it."),
            *elected(), (FAULT, told), *then,
        ),
        **more,
    )  # fmt: skip


def lossy(percent: int, since: int) -> Story:
    """The sick switch forwards a part of what it is given. since: when n3, which led, is refused for the first time."""
    ways = (("n1", "n3"), ("n3", "n1"))
    return chain(
        f"cloudflare_lossy_{percent}", f"The Cloudflare chain: {percent} % of the messages are lost",
        [(FAULT, "set_network", None, percent / 100, None, *way) for way in ways],
        f"From now on {percent} % of what n1 and n3 send each other is lost. Neither can tell this from a slow peer.",
        (("candidacy", FAULT + 1), "{node} has missed too many heartbeats in a row: it stands for term {term}."),
        (("refusal", FAULT + 1), "n2 refuses n1 its vote: its own log is longer. But it has adopted n1's term."),
        (("refusal", since), "{node} refuses what n3 sends: term 1 is over. n3 will hear of it, and lead no more."),
        (("leader", since), "{node} leads term {term}."),
    )  # fmt: skip


CUT = ((FAULT, "cut", "n1", "n3"),)
ONE_HOLDS_ALL = (
    (("commit", FAULT + 1), "x=40 is committed: n3 and n2 have stored it. n1 has not."),
    (("candidacy", FAULT + 1), "n1 hears no leader any more: it stands for term 2."),
    (("refusal", FAULT + 1), "n2 refuses n1 its vote: its own log is longer. But it has adopted term 2."),
    (48, "n2 has refused n3's heartbeat, too: term 1 is over. n3 leads no more."),
    (("leader", 49), "n2 leads term 3. It holds every committed entry, and everybody can hear it."),
)  # fmt: skip
CLOUDFLARE = (
    chain(
        "cloudflare_cut", "The Cloudflare chain: a link is cut, and nobody writes", CUT,
        "The link between n1 and n3 is cut. Nobody writes, so all logs stay equal. How often does the leader change?",
        (("candidacy", FAULT + 1), "n1 hears no leader any more: it stands for term 2."),
        (("leader", FAULT + 1), "n1 leads term 2 with n2's vote. n3 has not heard of it, and still leads term 1."),
        (("refusal", FAULT + 1), "n2 refuses n3's heartbeat: term 1 is over. So n3 hears of term 2."),
        (("candidacy", 50), "Now n3 hears no leader: it stands for term 3. So it will go on."),
        busy=False,
    ),
    chain(
        "cloudflare_cut_writes", "The Cloudflare chain: a link is cut while clients write", CUT,
        "The link between n1 and n3 is cut, but clients write. Who holds every entry, and whom can everybody hear?",
        *ONE_HOLDS_ALL,
    ),
    chain(
        "cloudflare_cut_no_op", "The Cloudflare chain: a link is cut, and a leader begins with an entry", CUT,
        "The link between n1 and n3 is cut. Nobody writes, but every new leader appends an entry: logs differ at once.",
        (("commit", 0), "The first entry of n3's term does nothing; n3 and n2 have stored it: it is committed."),
        (("candidacy", FAULT + 1), "n1 hears no leader any more: it stands for term 2."),
        (("leader", FAULT + 1), "n1 leads term 2, and appends an entry of its own. n3 has not heard of it, and still leads term 1."),
        (("refusal", FAULT + 1), "n2 refuses n3's heartbeat: term 1 is over."),
        (("commit", 57), "n1 and n2 have stored n1's entry: it is committed. n3 cannot get it."),
        (("refusal", 87), "n2 refuses n3 its vote: n3's log ends in an earlier term. n3 can raise the term, but not win."),
        (("leader", 88), "n2 leads term {term}. Everybody can hear it."),
        busy=False, extensions=("NoOp",),
    ),
    lossy(50, since=247), lossy(90, since=78), lossy(97, since=56),
    chain(
        "cloudflare_flapping", "The Cloudflare chain: a link is up for a second and down for a second",
        ((FAULT, "cut", "n1", "n3"), (FAULT + 100, "flap", "n1", "n3", 100, 100)),
        "The link between n1 and n3 goes down for a second, then up for a second, and so on.",
        *ONE_HOLDS_ALL,
        (FAULT + 100, "From now on the link is up and down in turn. n2 leads, and does not need it."),
        (("commit", FAULT + 101), "x=140 is committed: n2 and n3 have stored it."),
    ),
    chain(
        "cloudflare_one_way", "The Cloudflare chain: a link works one way only",
        ((FAULT, "cut", "n3", "n1", True),),
        "n1 no longer hears n3; n3 still hears n1.",
        (("commit", FAULT + 1), "x=40 is committed: n3 and n2 have stored it. n1 has not."),
        (("candidacy", FAULT + 1), "n1 hears no leader any more: it stands for term 2."),
        (("refusal", FAULT + 1), "n3 refuses n1 its vote: its own log is longer. But it has adopted term 2, and leads no more."),
        (48, "n2 has refused the last heartbeat of n3: term 1 is over."),
        (("leader", 49), "n2 leads term 3. It holds every committed entry, and everybody can hear it."),
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
            *elected(),
            (("commit", 0), "x=21 is committed: three of five have stored it."),
            (FAULT, "n1, n2 and n3 still reach each other, a majority. n4 reaches only n2, and n5 only n3: "
                "whoever leads, somebody does not hear it."),
            (("commit", FAULT + 1), "x=36 is committed: three of five have stored it."),
            (("candidacy", FAULT + 1), "n4 hears no leader any more: it stands for term 2."),
            (("refusal", FAULT + 1), "n2 refuses n4 its vote: its own log is longer. But it has adopted term 2."),
            (("refusal", 54), "n2 refuses n3's heartbeat: term 1 is over. n3 will hear of it, and lead no more."),
            (("leader", 55), "n1 leads term 2. n4 and n5 do not hear it."),
            (("candidacy", 78), "n5 hears no leader: it stands, and so it will go on."),
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
            *elected(),
            (FAULT, "n5 crashes, and n4 reaches only n2: it can commit nothing. n1, n2 and n3 would be a majority."),
            (("candidacy", FAULT + 1), "n1 hears no leader any more: it stands for term 2."),
            (("refusal", FAULT + 1), "n2 refuses n1 its vote: its own log is longer. But it has adopted term 2."),
            (("refusal", 45), "n2 refuses n4's heartbeat: term 1 is over. n4 will hear of it, and lead no more."),
            (("split", FAULT + 1), "Two nodes stand for term 4, and neither can win any more: the vote is split."),
            (("leader", FAULT + 1), "n2 leads term 5, with the votes of n1 and n3."),
            (("commit", FAULT + 1), "x=114 is committed. The useless leader is gone."),
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
            *elected(),
            (("commit", 0), "x=21 is committed: three of five have stored it."),
            (FAULT, "All links are cut but those of n1. n3 still leads, and reaches n1 alone. Only n1 could do better."),
            (("candidacy", FAULT + 1), "n2 hears no leader any more: it stands for term 2."),
            (("refusal", FAULT + 1), "n1 refuses n2 its vote: its own log is longer. But it has adopted term 2."),
            (("refusal", 47), "n1 refuses n3's heartbeat: term 1 is over. n3 will hear of it, and lead no more."),
            (("leader", FAULT + 1), "n1 leads term 4, with the votes of n2 and n4. It reaches everybody."),
            (("commit", FAULT + 1), "x=75 is committed. The cluster works again."),
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
            *elected(),
            (FAULT - 7, "n1 and n4 do not hear n3 for a moment: they miss x=3, which n3 will commit with n2 and n5."),
            (FAULT, "n3 is cut off, with x=4 that nobody else has. n1 reaches n2, n4 and n5, but lacks x=3; "
                    "n2 and n5 have x=3, but reach only n1."),
            Ask(FAULT + 1, "Who can win an election now?", ("n1", "n2", "n4", "n5", "nobody"), "nobody",
                then="Nobody: n2 and n5 refuse n1, and every other node reaches too few."),
            (("candidacy", FAULT + 1), "n2 hears no leader any more: it stands for term 3. It reaches n1 alone."),
            (("refusal", FAULT + 1), "n1 refuses n5: it has already voted, for n2. Each of them can get one vote beside its own."),
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
            *elected(),
            (("commit", 0), "A client in the east has written. n1 and n2 have stored it: it is committed."),
            (600, "The east is cut off for 43 seconds. Its clients go on writing to n1."),
            (("candidacy", 601), "n2 has heard nothing from the east for five seconds: it stands for term 2."),
            (("leader", 601), "n2 leads term 2, in the west, with the vote of the cloud. In the east n1 still leads term 1."),
            (2000, "West and cloud have a leader of their own, and take writes."),
            (("commit", 2000), "west=2000 is committed: n2 and n3 have stored it, where n1 has an entry of the east."),
            (4900, "The link is back. The two sides meet, and only one of their logs can stay."),
            (("refusal", 4900), "n2 refuses n1's append: it comes from term 1, which has long been over."),
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
            *elected(),
            (("commit", 0), "x=15 is committed: n1 and n2 have stored it."),
            (FAULT, "n2 is cut off. It stands for election again and again, and every time its term grows."),
            (("commit", FAULT), "x=30 is committed without n2: n1 and n3 are two of three."),
            (("candidacy", FAULT), "n2 stands for term 2. Nobody hears it."),
            (230, "n2 is back. Its log is far too old to win, but its term is the highest. What does n1 do?"),
            (("refusal", 230), "n3 refuses n2 its vote: its own log is longer. But it has adopted term 10, as everybody must."),
            (237, "n3 has refused a heartbeat of n1, too: term 1 is over. n1 leads no more."),
            (("split", 238), "Two nodes stand for the same term, and neither can win any more: the vote is split."),
            (("leader", 230), "n1 leads again, in term 13. Nobody had crashed, and for almost half a second nobody led."),
            (("commit", 281), "x=285 is committed: the cluster works again."),
        ),
    ),
    Story(  # https://github.com/etcd-io/etcd/issues/13665
        "flapping_leader", "The leader's network comes and goes", nodes=5, seed=1, ticks=500,
        actions=merged(((1, "time_out", "n1"),), [(FAULT, "flap", "n1", node, 30, 60) for node in FLAPPING]),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n1 will lead."),
            *elected(),
            (FAULT, "From now on all links of n1 are up for 300 ms and down for 600 ms, in turn. "
                "Nobody writes. Does somebody else keep the lead?"),
            (("candidacy", FAULT + 1), "n1's links are down, and n2 hears no leader any more: it stands for term 2."),
            (("refusal", FAULT + 1), "n3 refuses n2: it has voted for itself."),
            (("leader", FAULT + 1), "n3 leads term 3. n1 has not heard of it, and still leads term 1."),
            (("refusal", 120), "n1's links are up again. n3 refuses its heartbeat: term 1 is over."),
            (("leader", 220), "n1 leads again, in term 7: it came back with a later term, and everybody adopted that."),
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
            *elected(),
            (("commit", 0), "x=15 is committed: n1 and n2 have stored it."),
            (FAULT, "n1's host hangs. Its clock stands still, and with it the clock of its CheckQuorum."),
            (("candidacy", FAULT + 1), "n2 hears no leader any more: it stands for term 2."),
            (("leader", FAULT + 1), "n2 leads term 2, with n3's vote. n1 is frozen, and has heard nothing of it."),
            (100, "Two leaders: nothing has told n1 how late it is."),
            (("commit", 100), "x=100 is committed: n2 and n3 have stored it."),
            Ask(200, "n1 is about to go on where it stopped, and a client will read x from it. What will it be told?",
                ("15", "180", "nothing"), "15", then="15: n1 answers from its own state before it hears a word."),
            (200, "n1 goes on where it stopped. Before it has heard a word, it has answered a read and taken a write."),
            (201, "n1 has heard of term 2, from what had waited for it. It leads no more."),
        ),
    ),
    Story(  # https://github.com/cockroachdb/cockroach/pull/104042
        "unreachable_leader", "A leader that those who write cannot reach", nodes=3, seed=1, ticks=300,
        actions=merged(LED, CUT, writes("n1", "n2", first=FAULT + 5)),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "n3 will lead."),
            *elected(),
            (FAULT, "n3 loses its link to n1, and to all clients: they reach only n1 and n2. "
                "n3 still has a majority. Should it go on leading?"),
            (("candidacy", FAULT + 1), "n1 hears no leader any more: it stands for term 2."),
            (("leader", FAULT + 1), "n1 leads term 2. Those who write can reach it."),
            (("refusal", FAULT + 1), "n2 refuses n3's heartbeat: term 1 is over. n3 will hear of it, and lead no more."),
            (("commit", FAULT + 1), "x=49 is committed: n1 and n2 have stored it."),
            (("refusal", 75), "n2 refuses n3 its vote: n3's log is empty. But n3 has raised the term, and n1 will have to step down."),
            (("leader", 100), "n2 leads term {term}. Everybody can hear it, also those who write."),
        ),
    ),
)  # fmt: skip

FAMILIES = {
    "cloudflare": CLOUDFLARE, "howard_abraham": HOWARD_ABRAHAM, "omni_paxos": OMNI_PAXOS, "incidents": INCIDENTS,
}  # fmt: skip
PARTIAL: dict[str, Story] = {story.name: story for family in FAMILIES.values() for story in family}
