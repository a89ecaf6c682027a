"""Clients that are told what cannot be, each story beside its cure: what a check of linearizability must convict, and must not.

No property of Figure 3 breaks in any of them: the logs are right, and what a client hears is not.
Messages travel one tick. A client asks the first of its `nodes` first.
"""

from dataclasses import replace
from typing import Any

from raftlab.sim.story import Story

START = ((0, "set_network", (1, 1)), (1, "time_out", "n1"))


def asks(*commands: str, nodes: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """A client's settings: what it asks whom; without sessions, so that the logs are easy to read."""
    return {"commands": commands, "nodes": nodes, "think": (0, 0), "sessions": False, **more}


def reading(name: str, title: str, extensions: tuple[str, ...], last_stop: tuple[int, str]) -> Story:
    """Somebody asks a leader that was deposed and does not know it."""
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
            (30, "n1 leads, and x is 1. From now on it reaches only n2."),
            (60, "n3 leads a majority. A client writes 2 there."),
            last_stop,
        ),
    )  # fmt: skip


def asking_twice(name: str, title: str, sessions: bool, last_stop: tuple[int, str]) -> Story:
    """A leader crashes after it has spread a client's command, and before it has answered."""
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
            (45, "x is 1. n1 is heard, but no longer hears: it cannot learn who has stored what."),
            (60, "A client has asked n1 to append 2 to x. All three have that in their logs when n1 crashes."),
            (61, "n2 will lead, and it has the command. The client was not answered, and will ask again."),
            last_stop,
        ),
    )  # fmt: skip


def leasing(name: str, title: str, rate: float, last_stop: tuple[int, str]) -> Story:
    """A leader reads by its clock, and the clock may be slow."""
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
            (36, "n1 leads, and x is 1. Its clock says when its lease ends: before anybody else can be elected."),
            (40, "n1 is alone. The others will wait until they have not heard it for an election timeout."),
            (60, "A client will write 2 on the other side, as soon as somebody leads there."),
            last_stop,
        ),
    )  # fmt: skip


FORGOTTEN_PROMISE = Story(
    "forgotten_promise", "A lease that a voter has forgotten", nodes=3, seed=1, ticks=160,
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
        (29, "n1 and n3 no longer hear each other. n2 hears n1, and will not vote for n3: so n1's lease is good."),
        (51, "n1 is alone. n2 crashes, and is back at once; all clocks are right."),
        (52, "n3 asks again. Does n2 remember whom it has just confirmed?"),
        (56, "x is 2, and a client knows it. Another one asks n1, whose lease is still good."),
    ),
)  # fmt: skip

KEPT_PROMISE = replace(
    FORGOTTEN_PROMISE, name="kept_promise", title="The same lease, and a voter that only loses messages",
    actions=tuple(
        {"crash": (tick, "isolate", "n2"), "restart": (tick, "heal", "n2", "n3")}.get(verb, (tick, verb, *arguments))
        for tick, verb, *arguments in FORGOTTEN_PROMISE.actions
    ),
    stops=(
        *FORGOTTEN_PROMISE.stops[:1],
        (51, "n1 is alone. n2 loses its messages for a moment, but it does not crash: it still knows whom it has heard."),
        (52, "n3 asks again. Does n2 remember whom it has just confirmed?"),
        (58, "n2 remembers, and refuses. x is still 1 when n1 answers by its lease: the answer is true."),
    ),
)  # fmt: skip

CLIENTS: dict[str, Story] = {
    story.name: story
    for story in (
        reading(
            "stale_read", "A read from a leader of the past", ("LocalReads",),
            (80, "x is 2, and a client knows it. Another one asks n1, which believes that it leads, and just answers."),
        ),
        reading(
            "confirmed_read", "A leader of the past that asks before it answers", ("ReadIndex", "NoOp"),
            (80, "x is 2. A client asks n1, and n1 asks whether it still leads. Two of five are no majority."),
        ),
        asking_twice(
            "asked_twice", "A client asks again, and it is done twice", False,
            (95, "The client is told that it is done. It had asked for that once. What will it read?"),
        ),
        asking_twice(
            "asked_in_session", "A client asks again, and it is done once", True,
            (95, "The command stands twice in the log, with one session and number. What will the client read?"),
        ),
        leasing(
            "slow_clock", "A lease that a slow clock makes too long", 0.2,
            (80, "For n1 hardly any time has passed: it believes that its lease is good, and answers at once."),
        ),
        leasing(
            "right_clock", "A lease that ends in time", 1,
            (80, "A client asks n1. Its lease has ended: it does not answer from its own state any more."),
        ),
        FORGOTTEN_PROMISE,
        KEPT_PROMISE,
    )
}  # fmt: skip
