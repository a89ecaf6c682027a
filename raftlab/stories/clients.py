"""Clients that get wrong answers, each story beside one with the cure: a check of linearizability must find the first wrong and the second right.

No property of Figure 3 breaks in any of them: the logs are right, but what a client is told is not.
Messages travel one tick. A client asks the first of its `nodes` first.
"""

from dataclasses import replace
from typing import Any

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import STANDS_EARLY, elected

START = ((0, "set_network", (1, 1)), (1, "time_out", "n1"))


def asks(*commands: str, nodes: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """A client's settings: what it asks, and which nodes; without sessions, so that the logs are easy to read."""
    return {"commands": commands, "nodes": nodes, "think": (0, 0), "sessions": False, **more}


def reading(name: str, title: str, extensions: tuple[str, ...], end: str, *told: Any) -> Story:
    """A client reads from a leader that has been replaced and does not know it."""
    return Story(
        name, title, nodes=5, ticks=220, extensions=extensions,
        actions=(
            *START,
            (10, "clients", 1, asks("x=1", nodes=("n1",))),
            (30, "partition", ["n1", "n2"], ["n3", "n4", "n5"]), (40, "time_out", "n3"),
            (60, "clients", 1, asks("x=2", nodes=("n3",))),
            (80, "clients", 1, asks("x?", nodes=("n1", "n3"))),
            (150, "heal"),
        ),
        goals=(("leader",), ("leader", 41), ("same_logs", 151)),
        stops=(
            *elected(STANDS_EARLY),
            (("commit",), "The first entry is on three of five disks: it is committed."),
            (30, "n1 leads, and x is 1. From now on n1 reaches only n2."),
            (("candidacy", 31), "n3 becomes a candidate in term 2, on the side of the majority."),
            (("leader", 31), "n3 leads term 2. n1 has not heard of it, and still leads term 1."),
            (("commit", 43), "n3, n4 and n5 have stored n3's entry: it is committed without n1."),
            (60, "n3 leads, and reaches a majority. A client writes x=2 to it."),
            *told,
            (150, "All links work again."),
            (("refusal", 150), "n3 refuses n1's heartbeat: it comes from term 1."),
            (220, end),
        ),
    )  # fmt: skip


def asking_twice(name: str, title: str, sessions: bool, end: str, *told: Any) -> Story:
    """A leader crashes after it has replicated a client's command, but before it has answered."""
    settings = asks("x=1", "x+=2", "x?", nodes=("n1", "n2"), think=(20, 20), sessions=sessions)
    return Story(
        name, title, nodes=3, ticks=200,
        actions=(
            *START, (10, "clients", 1, settings),
            (45, "cut", "n2", "n1", True), (45, "cut", "n3", "n1", True),
            (60, "crash", "n1"), (61, "heal"), (61, "time_out", "n2"),
            (140, "restart", "n1"),
        ),
        goals=(("leader",), ("leader", 62), ("same_logs", 141)),
        stops=(
            *elected(STANDS_EARLY),
            (("commit",), "The client's first command is on two of three disks: it is committed."),
            (45, "x is 1. The others still hear n1, but n1 no longer hears them, so it cannot learn what they have stored."),
            (("commit", 46), "The client wants to append 2 to x. That command is committed, but n1 cannot learn this."),
            (60, "n1 has crashed. All three have the command in their logs, but the client has had no answer."),
            (61, "n2 becomes a candidate in term 2, and it has the command. The client has had no answer, and will ask again."),
            (("leader", 62), "n2 leads term 2."),
            (("commit", 82), "The client has asked n2 again: the command is committed a second time, as another entry."),
            *told,
            (140, "n1 is back, with its log. It has forgotten which entries are committed: n2, the leader, will tell it."),
            (200, end),
        ),
    )  # fmt: skip


def leasing(name: str, title: str, rate: float, *told: Any) -> Story:
    """A leader answers reads by its lease, and its clock may be slow."""
    return Story(
        name, title, nodes=3, seed=1, ticks=200, extensions=("StickyVotes", "LeaseReads", "NoOp"),
        actions=(
            *START,
            (10, "clients", 1, asks("x=1", nodes=("n1",))),
            (36, "drift", "n1", rate),
            (40, "partition", ["n1"], ["n2", "n3"]),
            (60, "clients", 1, asks("x=2", nodes=("n2", "n3"))),
            (80, "clients", 1, asks("x?", nodes=("n1", "n2", "n3"))),
            (150, "heal"),
        ),
        goals=(("leader",), ("leader", 60), ("same_logs", 151)),
        stops=(
            *elected(STANDS_EARLY),
            (("commit",), "n1's first entry is a no-op, which changes nothing. n1 and n2 have stored it: it is committed."),
            (36, "n1 leads, and x is 1. n1's clock tells it when its lease ends. That is before another node can be elected."),
            (40, "n1 is cut off. The others will wait for an election timeout before they elect another leader."),
            (("candidacy", 41), "n2 has heard no leader for an election timeout: it becomes a candidate in term 2."),
            (("leader", 41), "n2 leads term 2."),
            (60, "A client is about to write x=2 to n2."),
            (63, "x=2 is committed, and the client has its answer."),
            *told,
            (150, "All links work again, and n1 will hear of term 2."),
        ),
    )  # fmt: skip


BEFORE_THE_PROMISE = (
    *elected(STANDS_EARLY),
    (("commit",), "n1's first entry is a no-op, which changes nothing. n1 and n2 have stored it: it is committed."),
    (29, "n1 and n3 no longer hear each other."),
    (("candidacy", 30), "n3 has heard no leader: it becomes a candidate in term 2."),
    (("refusal", 30), "n2 ignores n3's request: it hears n1. So n1's lease is valid."),
)  # fmt: skip

FORGOTTEN_PROMISE = Story(
    "forgotten_promise", "A lease, and a voter that restarts", nodes=3, seed=1, ticks=160,
    extensions=("StickyVotes", "LeaseReads", "NoOp"),
    actions=(
        *START,
        (10, "clients", 1, asks("x=1", nodes=("n1",))),
        (29, "cut", "n1", "n3"),
        (51, "isolate", "n1"), (51, "crash", "n2"), (51, "restart", "n2"),
        (51, "clients", 1, asks("x=2", nodes=("n3",), think=(3, 3))),
        (51, "clients", 1, asks("x?", nodes=("n1",), think=(6, 6))),
        (52, "time_out", "n3"),
        (100, "heal"),
    ),
    goals=(("leader",), ("leader", 52), ("same_logs", 101)),
    stops=(
        *BEFORE_THE_PROMISE,
        (51, "n1 is cut off. n2 was down for a moment, and is back. All clocks are correct."),
        Ask(52, "n3 is about to ask again. n2 has restarted. Does it still know that it has just heard n1?", ("yes", "no"), "no", "leader",
            then="No: that was only in memory, like its knowledge of what is committed. Neither is saved on disk."),
        (52, "n3 becomes a candidate in term 3."),
        (("leader", 53), "n3 leads term 3: n2 has voted for it, although n1's lease is still valid."),
        (56, "x is 2, and a client knows it. Another client asks n1, whose lease still runs."),
        (58, "n1 has answered by its lease: 1. That is an old value."),
        (100, "All links work again."),
        (("refusal", 100), "n2 refuses n1's heartbeat: it comes from term 1."),
    ),
)  # fmt: skip

KEPT_PROMISE = replace(
    FORGOTTEN_PROMISE, name="kept_promise", title="The same lease, and a voter that only loses messages",
    actions=tuple(
        {"crash": (tick, "isolate", "n2"), "restart": (tick, "heal", "n2", "n3")}.get(verb, (tick, verb, *arguments))
        for tick, verb, *arguments in FORGOTTEN_PROMISE.actions
    ),
    stops=(
        *BEFORE_THE_PROMISE,
        (51, "n1 is cut off. n2 loses its messages for a moment, but it does not crash."),
        Ask(52, "n3 is about to ask again. n2 has lost messages. Does it still know that it has just heard n1?", ("yes", "no"), "yes", 58,
            then="Yes: it has not crashed, so that is still in its memory."),
        (52, "n3 becomes a candidate in term 3."),
        (58, "n2 has ignored n3's request, because it has heard n1. n1 answers by its lease: 1. x is still 1, so the answer is right."),
        (("refusal", 70), "n3 refuses n2's request: its own term is later."),
        (("leader", 76), "n3 leads term 4: by then n2 had not heard n1 for an election timeout."),
        (("commit", 83), "n3 and n2 have stored n3's first entry: it is committed."),
        (100, "All links work again."),
        (("refusal", 100), "n2 refuses n1's heartbeat: it comes from term 1."),
    ),
)  # fmt: skip

CLIENTS: dict[str, Story] = {
    story.name: story
    for story in (
        reading(
            "stale_read", "A read from the old leader", ("LocalReads",),
            "In short: a leader that has been replaced may not know it, so its own state may be out of date. All logs were right, but the client's answer was wrong.",
            Ask(80, "x is 2, and a client knows it. Another client is about to ask n1, which still believes that it leads. What answer will it get from n1?", ("1", "2", "nothing"), "1", 82,
                then="1: n1 answers from its own state, and does not check whether it still leads."),
            (82, "n1 has just answered 1. The client has read an old value."),
        ),
        reading(
            "confirmed_read", "The old leader asks the others before it answers", ("ReadIndex", "NoOp"),
            "In short: a leader that first asks a majority whether it still leads never returns an old value. The price is that each read waits for a round of messages, and in a minority it waits for ever.",
            Ask(80, "x is 2. A client is about to ask n1. n1 will first ask the others whether it still leads. What answer will the client get from n1?", ("1", "2", "nothing"), "nothing", 82,
                then="Nothing: n1 hears only n2, and two of five are not a majority."),
            (82, "n1 has asked whether it still leads. Only n2 can confirm that, and two of five are not a majority."),
            (113, "The client has asked n3 instead. A majority follows n3, and the answer is 2."),
        ),
        asking_twice(
            "asked_twice", "A client asks again", False,
            "In short: a client that gets no answer cannot know whether its command was carried out. Here it had been, so asking again carried it out twice.",
            Ask(95, "The client wanted to append 2 to x once, and the command is in the log twice. What will it read?", ("12", "122"), "122", 106,
                then="122: each of the two entries was applied."),
            (106, "The client has read 122: its command was carried out twice."),
        ),
        asking_twice(
            "asked_in_session", "A client asks again, in a session", True,
            "In short: a command with a session and a number may be in the log twice, but it is carried out only once. So a client may safely ask again.",
            Ask(95, "The command is in the log twice, both times with the same session and number. What will the client read?", ("12", "122"), "12", 109,
                then="12: the state machine knows that number already, and does not apply the command again."),
            (109, "The client has read 12: the command was carried out once."),
        ),
        leasing(
            "slow_clock", "A lease, and a slow clock", 0.2,
            Ask(80, "x is 2. A client is about to ask n1, whose clock is slow. What answer will it get from n1?", ("1", "2", "nothing"), "1", 82,
                then="1: by n1's clock hardly any time has passed, so it believes that its lease still runs."),
            (82, "n1 has answered at once: 1. By its clock, the lease still runs."),
        ),
        leasing(
            "right_clock", "A lease, and a correct clock", 1,
            Ask(80, "x is 2. A client is about to ask n1, whose clock is correct. Will n1 answer 1?", ("yes", "no"), "no", 81,
                then="No: n1's lease has ended, and n1 knows it."),
            (81, "A client has asked n1. Its lease has ended, so it no longer answers from its own state."),
            (89, "The client has asked n2 instead, and has read 2."),
            (("refusal", 150), "n2 refuses n1's heartbeat: it comes from term 1."),
        ),
        FORGOTTEN_PROMISE,
        KEPT_PROMISE,
    )
}  # fmt: skip
