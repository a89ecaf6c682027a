"""Partial connectivity: some links are broken, but no node is quite cut off from the others.

With plain Raft, some of these end well, some never settle, and for one there is no cure among the extensions;
`compare` (raftlab.experiments) says which. The first leader is chosen by hand, and the fault comes at
tick 30, whatever the seed. The sources are named with each family.
"""

from collections.abc import Iterable
from itertools import combinations, cycle
from typing import Any

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import STANDS_EARLY, elected

FAULT = 30  # ticks: by then all nodes know the first leader
Action = tuple[Any, ...]


def writes(*nodes: str, first: int = 15, last: int = 290) -> tuple[Action, ...]:
    """Writes to these nodes in turn, one to each node every 15 ticks: whichever of them leads gets some."""
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
            (0, "The story lets n3's timer run out: n3 is about to ask for votes. Messages between n1 and n3 go through a switch. Both reach n2 without it."),
            *elected(STANDS_EARLY), (FAULT, told), *then,
        ),
        **more,
    )  # fmt: skip


def lossy(percent: int, since: int) -> Story:
    """The sick switch forwards only a part of the messages. since: when n3, the old leader, is refused for the first time."""
    ways = (("n1", "n3"), ("n3", "n1"))
    return chain(
        f"cloudflare_lossy_{percent}", f"The Cloudflare chain: {percent} % of the messages are lost",
        [(FAULT, "set_network", None, percent / 100, None, *way) for way in ways],
        f"From now on {percent} % of the messages between n1 and n3 are lost. Neither of them can tell a lost message from a slow one.",
        Ask(FAULT + 1, "n1 still receives some of n3's heartbeats. Will it ask for votes?", ("yes", "no"), "yes", "candidacy",
            then="Yes: sooner or later so many heartbeats in a row are lost that its timer runs out."),
        (("candidacy", FAULT + 1), "{node} has missed too many heartbeats in a row: it becomes a candidate in term {term}."),
        (("refusal", FAULT + 1), "n2 refuses n1 its vote: its own log is longer. But it has adopted n1's term."),
        (("refusal", since), "{node} refuses n3's message: it comes from term 1. n3 will learn of the later term, and step down."),
        (("leader", since), "{node} leads term {term}."),
    )  # fmt: skip


CUT = ((FAULT, "cut", "n1", "n3"),)
ONE_HOLDS_ALL = (
    Ask(FAULT + 1, "n3 leads, and n1 no longer hears it. n2 hears both, and clients write. Which node will lead in the end?", ("n1", "n2", "n3", "none of them"), "n2", "leader",
        then="n2: it has every committed entry, and both others can hear it."),
    (("commit", FAULT + 1), "x=40 is committed: n3 and n2 have stored it. n1 has not."),
    (("candidacy", FAULT + 1), "n1 no longer hears a leader: it becomes a candidate in term 2."),
    (("refusal", FAULT + 1), "n2 refuses n1 its vote: its own log is longer. But it has adopted term 2."),
    (48, "n2 has refused n3's heartbeat, which comes from term 1. n3 has stepped down."),
    (("leader", 49), "n2 leads term 3. It has every committed entry, and both others can hear it."),
)  # fmt: skip
CLOUDFLARE = (
    chain(
        "cloudflare_cut", "The Cloudflare chain: a link is cut, and nobody writes", CUT,
        "The link between n1 and n3 is cut. No client writes, so all logs stay equal.",
        Ask(FAULT + 1, "n3 leads, and n1 no longer hears it. n2 hears both. Which node will lead in the end?", ("n1", "n2", "n3", "none of them"), "none of them", 75,
            then="None of them: n2 votes for whichever of the other two asks, so they go on replacing each other."),
        (("candidacy", FAULT + 1), "n1 no longer hears a leader: it becomes a candidate in term 2."),
        (("leader", FAULT + 1), "n1 leads term 2 with n2's vote. n3 has not heard of it, and still leads term 1."),
        (("refusal", FAULT + 1), "n2 refuses n3's heartbeat, which comes from term 1. So n3 will hear of term 2."),
        (("candidacy", 50), "Now n3 hears no leader, and becomes a candidate in term 3. n1 and n3 will go on replacing each other."),
        busy=False,
    ),
    chain(
        "cloudflare_cut_writes", "The Cloudflare chain: a link is cut while clients write", CUT,
        "The link between n1 and n3 is cut, and clients go on writing. n2 can still hear both.",
        *ONE_HOLDS_ALL,
    ),
    chain(
        "cloudflare_cut_no_op", "The Cloudflare chain: a link is cut, and a leader begins with an entry", CUT,
        "The link between n1 and n3 is cut. No client writes, but every new leader appends an entry, so the logs will differ.",
        (("commit", 0), "n3's first entry is a no-op, which changes nothing. n3 and n2 have stored it: it is committed."),
        Ask(FAULT + 1, "n3 leads, and n1 no longer hears it. n2 hears both. Which node will lead in the end?", ("n1", "n2", "n3", "none of them"), "n2", 114,
            then="n2: each new leader appends an entry, and either n1 or n3 always lacks it."),
        (("candidacy", FAULT + 1), "n1 no longer hears a leader: it becomes a candidate in term 2."),
        (("leader", FAULT + 1), "n1 leads term 2, and appends an entry of its own. n3 has not heard of it, and still leads term 1."),
        (("refusal", FAULT + 1), "n2 refuses n3's heartbeat: it comes from term 1."),
        (("commit", 57), "n1 and n2 have stored n1's entry: it is committed. It does not reach n3."),
        (("refusal", 87), "n2 refuses n3 its vote: n3's log ends in an earlier term. n3 can raise the term, but it cannot win."),
        (("leader", 88), "n2 leads term {term}. Both others can hear it."),
        busy=False, extensions=("NoOp",),
    ),
    lossy(50, since=247), lossy(90, since=78), lossy(97, since=56),
    chain(
        "cloudflare_flapping", "The Cloudflare chain: a link that comes and goes",
        ((FAULT, "cut", "n1", "n3"), (FAULT + 100, "flap", "n1", "n3", 100, 100)),
        "The link between n1 and n3 goes down for a second.",
        *ONE_HOLDS_ALL,
        (FAULT + 100, "From now on the link is up for a second and down for a second, in turn. n2 leads, and does not use this link."),
        (("commit", FAULT + 101), "x=140 is committed: n2 and n3 have stored it."),
    ),
    chain(
        "cloudflare_one_way", "The Cloudflare chain: a link works in one direction only",
        ((FAULT, "cut", "n3", "n1", True),),
        "From now on n1 no longer hears n3, but n3 still hears n1.",
        Ask(FAULT + 1, "n3 leads, and n1 no longer hears it. n2 hears both, and clients write. Which node will lead in the end?", ("n1", "n2", "n3", "none of them"), "n2", "leader",
            then="n2: it has every committed entry, and both others can hear it."),
        (("commit", FAULT + 1), "x=40 is committed: n3 and n2 have stored it. n1 has not."),
        (("candidacy", FAULT + 1), "n1 no longer hears a leader: it becomes a candidate in term 2."),
        (("refusal", FAULT + 1), "n3 refuses n1 its vote: its own log is longer. But n3 has adopted term 2, and no longer leads."),
        (48, "n2 has refused the last heartbeat of n3, which comes from term 1."),
        (("leader", 49), "n2 leads term 3. It has every committed entry, and both others can hear it."),
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
            (0, "The story lets n3's timer run out: n3 is about to ask for votes."),
            *elected(STANDS_EARLY),
            (("commit", 0), "x=21 is committed: three of five have stored it."),
            (FAULT, "n1, n2 and n3, a majority, still reach each other. n4 reaches only n2, and n5 only n3. "
                "Whichever node leads, some other node does not hear it."),
            Ask(FAULT + 1, "Will one leader stay?", ("yes", "no"), "no", 80,
                then="No: a node that hears no leader asks for votes in a later term, and then the leader steps down."),
            (("commit", FAULT + 1), "x=36 is committed: three of five have stored it."),
            (("candidacy", FAULT + 1), "n4 no longer hears a leader: it becomes a candidate in term 2."),
            (("refusal", FAULT + 1), "n2 refuses n4 its vote: its own log is longer. But it has adopted term 2."),
            (("refusal", 54), "n2 refuses n3's heartbeat, which comes from term 1. n3 will hear of the later term, and step down."),
            (("leader", 55), "n1 leads term 2. n4 and n5 do not hear it."),
            (("candidacy", 78), "n5 hears no leader, and asks for votes. The leader will change again and again."),
        ),
    ),
    Story(
        "howard_abraham_2", "A leader that reaches only one other node", nodes=5, seed=1, ticks=300,
        actions=merged(
            ((1, "time_out", "n4"),), only("12", "13", "23", "24"), ((FAULT, "crash", "n5"),),
            writes("n1", "n2", "n3", "n4"),
        ),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "The story lets n4's timer run out: n4 is about to ask for votes."),
            *elected(STANDS_EARLY),
            (FAULT, "n5 crashes. n4 reaches only n2, and can commit nothing. n1, n2 and n3 would be a majority."),
            Ask(FAULT + 1, "n4 still leads. Will n1, n2 and n3 get a leader of their own?", ("yes", "no"), "yes", "leader",
                then="Yes: n1 raises the term when it asks for votes, n4 steps down, and one of the three can win."),
            (("candidacy", FAULT + 1), "n1 no longer hears a leader: it becomes a candidate in term 2."),
            (("refusal", FAULT + 1), "n2 refuses n1 its vote: its own log is longer. But it has adopted term 2."),
            (("refusal", 45), "n2 refuses n4's heartbeat, which comes from term 1. n4 will hear of the later term, and step down."),
            (("split", FAULT + 1), "Two nodes are candidates in term 4, and neither can win any more: the vote is split."),
            (("leader", FAULT + 1), "n2 leads term 5, with the votes of n1 and n3."),
            (("commit", FAULT + 1), "x=114 is committed: the new leader reaches a majority."),
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
            (0, "The story lets n3's timer run out: n3 is about to ask for votes."),
            *elected(STANDS_EARLY),
            (("commit", 0), "x=21 is committed: three of five have stored it."),
            (FAULT, "All links are cut except those of n1. n3 still leads, but reaches only n1."),
            Ask(FAULT + 1, "Which node will lead in the end?", ("n1", "n2", "n3", "none of them"), "n1", "leader",
                then="n1: it is the only node that reaches a majority."),
            (("candidacy", FAULT + 1), "n2 no longer hears a leader: it becomes a candidate in term 2."),
            (("refusal", FAULT + 1), "n1 refuses n2 its vote: its own log is longer. But it has adopted term 2."),
            (("refusal", 47), "n1 refuses n3's heartbeat, which comes from term 1. n3 will hear of the later term, and step down."),
            (("leader", FAULT + 1), "n1 leads term 4, with the votes of n2 and n4. It reaches all the others."),
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
            (0, "All logs are equal. The story lets n3's timer run out: n3 is about to ask for votes."),
            *elected(STANDS_EARLY),
            (FAULT - 7, "n1 and n4 lose their links to n3. A client writes x=3 to n3, and only n2 and n5 will hear of it."),
            (FAULT, "n3 is cut off, and has x=4, which no other node has. n1 reaches n2, n4 and n5, but lacks x=3. "
                    "n2 and n5 have x=3, but reach only n1."),
            Ask(FAULT + 1, "Who can win an election now?", ("n1", "n2", "n4", "n5", "nobody"), "nobody",
                then="Nobody: n1 lacks x=3, so n2 and n5 refuse it. Every other node reaches too few nodes."),
            (("candidacy", FAULT + 1), "n2 no longer hears a leader: it becomes a candidate in term 3. It reaches only n1."),
            (("refusal", FAULT + 1), "n1 refuses n5: it has already voted for n2. n2 and n5 can each get only one vote besides their own."),
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
            (0, "Three sites: n1 is in the east, n2 in the west, n3 in a public cloud. The story lets n1's timer run out: n1 is about to ask for votes."),
            *elected(STANDS_EARLY),
            (("commit", 0), "A client in the east has written to n1. n1 and n2 have stored the entry: it is committed."),
            (600, "The east is cut off for 43 seconds. Its clients go on writing to n1."),
            (("candidacy", 601), "n2 has heard nothing from the east for five seconds: it becomes a candidate in term 2."),
            (("leader", 601), "n2 leads term 2 with n3's vote. In the east, n1 still leads term 1."),
            (2000, "The west and the cloud have a leader of their own, which now accepts writes."),
            (("commit", 2000), "west=2000 is committed: n2 and n3 have stored it, at an index where n1 has an entry of the east."),
            Ask(4900, "The links are about to work again. n1 has entries of the east, and the two others have entries of the west. Which will stay?", ("the east's", "the west's", "both"), "the west's", 5200,
                then="The west's: two of three have stored them, so they are committed."),
            (4900, "All links work again. The two sides have different entries, and only one log can stay."),
            (("refusal", 4900), "n2 refuses n1's append: it comes from term 1, and n2 is in term 2."),
            (5200, "The writes that n1 accepted in those 43 seconds were never committed, and are gone. Its clients got no answer. "
                "A database that answers before it has replicated a write would now have two histories."),
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
            (0, "The story lets n1's timer run out: n1 is about to ask for votes."),
            *elected(STANDS_EARLY),
            (("commit", 0), "x=15 is committed: n1 and n2 have stored it."),
            (FAULT, "n2 is cut off. It will ask for votes again and again, and raise its term each time."),
            (("commit", FAULT), "x=30 is committed without n2: n1 and n3 are two of three."),
            (("candidacy", FAULT), "n2 becomes a candidate in term 2. No other node hears it."),
            (229, "n2 has asked for votes again and again, and is in term 9 by now. n1 still leads term 1."),
            Ask(230, "n2 is about to be heard again. Its log is far too old to win, but its term is the highest. Will n1 go on leading?", ("yes", "no"), "no", 237,
                then="No: the others adopt n2's term, and then refuse n1's messages, which come from an earlier one."),
            (230, "n2 can be reached again."),
            (("refusal", 230), "n3 refuses n2 its vote: its own log is longer. But it has adopted term 10, as the rules say."),
            (237, "n3 has refused a heartbeat of n1, which comes from term 1. n1 no longer leads."),
            (("split", 238), "Two nodes are candidates in the same term, and neither can win any more: the vote is split."),
            (("leader", 230), "n1 leads again, in term 13. No node had crashed, but for almost half a second there was no leader."),
            (("commit", 281), "x=285 is committed: the cluster works again."),
        ),
    ),
    Story(  # https://github.com/etcd-io/etcd/issues/13665
        "flapping_leader", "The leader's network comes and goes", nodes=5, seed=1, ticks=500,
        actions=merged(((1, "time_out", "n1"),), [(FAULT, "flap", "n1", node, 30, 60) for node in FLAPPING]),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "The story lets n1's timer run out: n1 is about to ask for votes."),
            *elected(STANDS_EARLY),
            (FAULT, "From now on all links of n1 are up for 300 ms and down for 600 ms, in turn. "
                "No client writes."),
            Ask(FAULT + 1, "Will another node lead while n1's links are down?", ("yes", "no"), "yes", "leader",
                then="Yes: the others no longer hear a leader, and four of five are a majority."),
            (("candidacy", FAULT + 1), "n1's links are down, and n2 no longer hears a leader: it becomes a candidate in term 2."),
            (("refusal", FAULT + 1), "n3 refuses n2: it has voted for itself."),
            (("leader", FAULT + 1), "n3 leads term 3. n1 has not heard of it, and still leads term 1."),
            (("refusal", 120), "n1's links are up again. n3 refuses its heartbeat, which comes from term 1."),
            (("leader", 220), "n1 leads again, in term 7: it came back with a later term, and the others adopted this term."),
        ),
    ),
    Story(  # https://github.com/etcd-io/etcd/issues/13527; there only clock and disk hung, here the whole node
        "frozen_leader", "A leader is frozen, and wakes up", nodes=3, seed=1, ticks=320,
        extensions=("CheckQuorum", "LocalReads"),
        actions=merged(
            ((1, "time_out", "n1"), (15, "propose", "x=15", "n1"), (FAULT, "pause", "n1")),
            [(tick, "propose", f"x={tick}", node) for tick in range(100, 200, 20) for node in ("n2", "n3")],
            ((200, "resume", "n1"), (200, "read", "x", "n1"), (200, "propose", "x=0", "n1")),
        ),
        goals=(("leader",), ("leader", FAULT), ("same_logs", 200)),
        stops=(
            (0, "All nodes have CheckQuorum: a leader steps down if it does not hear from a majority. A leader answers reads without asking the others."),
            *elected(STANDS_EARLY),
            (("commit", 0), "x=15 is committed: n1 and n2 have stored it."),
            (FAULT, "n1's host hangs. n1's clock stands still, so CheckQuorum does not make it step down."),
            (("candidacy", FAULT + 1), "n2 no longer hears a leader: it becomes a candidate in term 2."),
            (("leader", FAULT + 1), "n2 leads term 2, with n3's vote. n1 is frozen, and has not heard of it."),
            (100, "There are two leaders. n1 is still frozen, and does not know that time has passed."),
            (("commit", 100), "x=100 is committed: n2 and n3 have stored it."),
            Ask(200, "n1 is about to go on where it stopped, and a client to read x from it. What answer will the client get?",
                ("15", "180", "nothing"), "15", 200, then="15: n1 still believes that it leads, and answers from its own state."),
            (200, "n1 goes on where it stopped. Before any message has reached it, it has answered a read and accepted a write."),
            (201, "n1 has heard of term 2 from the messages that had waited for it. It no longer leads."),
        ),
    ),
    Story(  # https://github.com/cockroachdb/cockroach/pull/104042
        "unreachable_leader", "A leader that the clients cannot reach", nodes=3, seed=1, ticks=300,
        actions=merged(LED, CUT, writes("n1", "n2", first=FAULT + 5)),
        goals=(("leader",), ("leader", FAULT)),
        stops=(
            (0, "The story lets n3's timer run out: n3 is about to ask for votes."),
            *elected(STANDS_EARLY),
            (FAULT, "n3 loses its link to n1 and those to the clients, which now reach only n1 and n2. "
                "n3 still reaches a majority."),
            Ask(FAULT + 1, "Will the clients get a leader that they can reach?", ("yes", "no"), "yes", "leader",
                then="Yes: n1 no longer hears n3, and asks for votes. The reason is not that clients cannot reach n3: no node knows that."),
            (("candidacy", FAULT + 1), "n1 no longer hears a leader: it becomes a candidate in term 2."),
            (("leader", FAULT + 1), "n1 leads term 2. The clients can reach it."),
            (("refusal", FAULT + 1), "n2 refuses n3's heartbeat, which comes from term 1. n3 will hear of the later term, and step down."),
            (("commit", FAULT + 1), "x=49 is committed: n1 and n2 have stored it."),
            (("refusal", 75), "n2 refuses n3 its vote: n3's log is empty. But n3 has raised the term, and n1 will step down."),
            (("leader", 100), "n2 leads term {term}. Both others can hear it, and the clients can reach it."),
        ),
    ),
)  # fmt: skip

FAMILIES = {
    "cloudflare": CLOUDFLARE, "howard_abraham": HOWARD_ABRAHAM, "omni_paxos": OMNI_PAXOS, "incidents": INCIDENTS,
}  # fmt: skip
PARTIAL: dict[str, Story] = {story.name: story for family in FAMILIES.values() for story in family}
