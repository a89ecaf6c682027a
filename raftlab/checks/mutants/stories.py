"""A short story for each mistake in Figure 2 and for each mistake that an exercise can draw. With correct nodes nothing goes wrong in it.

If an exercise can draw the mistake, the story proves it, with all dice: a property breaks, a goal is missed, there is an
election that nobody needs, or a read returns an old value. With the other mistakes, at least one step differs from Raft's.
"""

import re
from dataclasses import replace
from typing import Any

from raftlab.checks.mutants import EXTENSION_MUTANTS, MUTANTS
from raftlab.sim.story import Story

# Some mistakes show in no story: what other rules do, or what a cluster never asks of a node, hides them.
HIDDEN = {
    "a leader stands for election": "a cluster lets no election timer of a leader run out",
    "a candidate waits as long as before": "two candidates must draw equal timeouts, and no story can ask for that",
    "each node always waits equally long": "the timers of two nodes drift apart, and one of them wins in the end",
    "several ticks count as one": "a cluster tells each tick for itself",
    "match index kept from an earlier leadership": "it was forgotten when that leadership ended",
    "next index kept from an earlier leadership": "it was forgotten when that leadership ended",
    "follower's commit without the minimum": "a leader of ours sends all that it has, so the last new entry is its last",
    "nextIndex below 1": "where nothing comes before, no follower refuses",
}


def three(*actions: tuple[Any, ...], nodes: int = 3, ticks: int = 60, **more: Any) -> Story:
    """A story of three nodes, if it is not told otherwise."""
    goals = more.pop("goals", ())
    return Story("story", "A story", nodes=nodes, ticks=ticks, actions=actions, goals=goals, **more)


SHORT = {"term": 1, "log": ["1:a"]}
OLD = {"n1": {"term": 1}, "n3": {"term": 1, "log": ["1:x", "1:y", "1:z"]}}
NEW = {"term": 2, "log": ["2:a"]}
THREE_VOTERS = {node: {"term": 1, "log": ["1:voters n1 n2 n3"]} for node in ("n1", "n2", "n3")}
APART = {"n1": {"term": 2, "log": ["1:a", "2:b"]}, "n2": {"term": 2, "log": ["1:a"]}, "n3": {"term": 2}}
FIGURE_8 = (
    {"term": 3, "log": ["1:a", "2:b"]},
    {"term": 3, "log": ["1:a"]},
    {"term": 3, "log": ["1:a", "3:c"]},
)
_TOLD: dict[str, Story] = {
    "a later term is adopted, but a leader goes on leading": three((0, "time_out", "n1"),
        (20, "time_out", "n2")),
    "leader counts its own vote twice": three((0, "time_out", "n1"), (0, "time_out", "n2")),
    "the new term of a candidate is not saved": three(
        (0, "cut", "n1", "n3"), (0, "time_out", "n1"), (9, "crash", "n1"), (9, "restart", "n1"), (9, "heal"),
        (9, "time_out", "n3")),
    "votes of the election before are kept": three(
        (0, "partition", ["n1", "n2"], ["n3", "n4", "n5"]), (0, "time_out", "n1"),
        (8, "partition", ["n1", "n4"], ["n2", "n3", "n5"]),
        (8, "time_out", "n1"), (8, "time_out", "n3"), (8, "time_out", "n3"), nodes=5),
    "new leader drops its uncommitted entries": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (13, "time_out", "n3"), ticks=40),
    "election without term + 1": three(
        (0, "time_out", "n1"), (20, "time_out", "n2"), (40, "propose", "c", "n2"), goals=(("applied", "c"),)),
    "vote not cleared on a new term": three(
        (0, "time_out", "n1"), (20, "time_out", "n2"), (40, "propose", "c", "n2"), goals=(("applied", "c"),)),
    "a new leader takes its own log for everybody's": three(
        (0, "time_out", "n1"), ticks=15, start={"n1": SHORT}, goals=(("same_logs", 9),)),
    "vote not saved": three(
        (0, "cut", "n1", "n3"), (0, "time_out", "n1"), (3, "crash", "n2"), (3, "restart", "n2"),
        (3, "time_out", "n3")),
    "grants two votes in one term": three((0, "set_network", (1, 1)), (0, "time_out", "n1"), (0, "time_out", "n3")),
    "counts refusals": three((0, "set_network", (1, 1)), (0, "time_out", "n1"), (0, "time_out", "n3")),
    "counts votes as a number": three(
        (0, "partition", ["n1", "n2"], ["n3", "n4", "n5"]), (0, "set_network", None, None, 1.0), (0, "time_out", "n1"), (0, "time_out", "n3"), nodes=5),
    "majority is n // 2": three((0, "partition", ["n1", "n2"], ["n3", "n4"]), (0, "time_out", "n1"), (0, "time_out", "n3"), nodes=4),
    "a majority is everybody": three((0, "crash", "n3"), ticks=200, goals=(("leader", 0),)),
    "no up-to-date check": three(
        (0, "time_out", "n1"), (12, "isolate", "n3"), (12, "propose", "b", "n1"),
        (24, "partition", ["n1"], ["n2", "n3"]), (24, "time_out", "n3")),
    "up-to-date compares only length": three(
        (0, "isolate", "n3"), (0, "time_out", "n1"), (12, "propose", "b", "n1"),
        (24, "partition", ["n1"], ["n2", "n3"]),
        (24, "time_out", "n3"), (24, "time_out", "n3"),
        start={"n1": {"term": 1}, "n3": {"term": 1, "log": ["1:c", "1:d"]}}),
    "up-to-date compares only the last term": three(
        (0, "time_out", "n1"), (12, "propose", "a", "n1"), (18, "isolate", "n3"), (24, "propose", "b", "n1"),
        (36, "partition", ["n1"], ["n2", "n3"]), (36, "time_out", "n3"), ticks=80),
    "candidate never starts a second election": three(
        (0, "partition", ["n1"], ["n2"], ["n3"]), (40, "heal"), ticks=200, goals=(("leader", 40),)),
    **dict.fromkeys(("a candidate campaigns again in the same term", "a candidate only asks once more"), three(
        (0, "partition", ["n1"], ["n2"], ["n3"]), (40, "heal"), ticks=200, goals=(("leader", 40),))),
    "the request tells the commit index instead of the log's end": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"),
        (12, "crash", "n1"), ticks=200, goals=(("leader", 20),)),
    "a candidate's timer does nothing": three(
        (0, "partition", ["n1"], ["n2"], ["n3"]), (40, "heal"), ticks=200, goals=(("leader", 40),)),
    "waits for ever for the leader that it knows": three(
        (0, "time_out", "n1"), (20, "crash", "n1"), ticks=120, goals=(("leader", 30),)),
    "the timer of a node that knows a leader does nothing": three(
        (0, "time_out", "n1"), (20, "crash", "n1"), ticks=120, goals=(("leader", 30),)),
    "counts vote replies of an older term": three(
        (0, "set_network", (2, 2)), (0, "cut", "n1", "n3"), (0, "time_out", "n1"), (2, "time_out", "n3"),
        (2, "time_out", "n3"),
        (3, "time_out", "n1")),
    "never deletes conflicting entries": three(
        (0, "isolate", "n3"), (0, "time_out", "n1"), (9, "propose", "a", "n1"),
        (18, "heal"), ticks=120, start=OLD),
    "deletes only the entry that conflicts": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), ticks=120, start=OLD),
    "prev check looks at the index only": three(
        (0, "time_out", "n1"), (9, "propose", "b", "n1"), ticks=40,
        start={"n1": NEW, "n2": {"term": 2, "log": ["1:z"]}, "n3": NEW}),
    "commits without a majority": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (9, "isolate", "n1"),
        (10, "time_out", "n2"), ticks=40),
    "applies only the newest committed entry": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (9, "propose", "b", "n1"), ticks=40),
    "commits an older term's entry by counting copies": three(
        (0, "partition", ["n1", "n2", "n3"], ["n4", "n5"]), (0, "time_out", "n1"), (14, "heal"),
        (14, "time_out", "n5"), (14, "time_out", "n5"), nodes=5, ticks=80,
        start={"n1": FIGURE_8[0], "n2": FIGURE_8[0], "n3": FIGURE_8[1], "n4": FIGURE_8[1], "n5": FIGURE_8[2]}),
    "nextIndex never decremented": three((0, "time_out", "n1"), ticks=20, start=APART, goals=(("same_logs", 9),)),
    "refusals are ignored": three((0, "time_out", "n1"), ticks=20, start=APART, goals=(("same_logs", 9),)),
    "the entry before is named without its term": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "sends log[next + 1:]": three((0, "time_out", "n1"),
        (9, "propose", "a", "n1"), ticks=120, goals=(("same_logs", 60),)),
    "heartbeats skip the prev check": three((0, "time_out", "n1"), ticks=20, start=APART, goals=(("same_logs", 9),)),
    "followers never hear what is committed": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "a follower commits nothing": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "a heartbeat commits nothing": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "only a leader applies entries": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "commits only what all have": three(
        (0, "crash", "n3"), (0, "time_out", "n1"), (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "an older entry holds up all that follow it": three(
        (0, "time_out", "n1"), (9, "propose", "b", "n1"), start={"n1": SHORT}, goals=(("applied", "b"),)),
    "a follower commits, and applies nothing": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "a leader commits, and applies nothing": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "a success commits nothing": three((0, "time_out", "n1"),
        (9, "propose", "a", "n1"), goals=(("applied", "a"),)),
    "the leader does not count itself": three(
        (0, "crash", "n4"), (0, "time_out", "n1"), (9, "propose", "a", "n1"),
        nodes=4, goals=(("applied", "a"),)),
    "the vote is not written": three(
        (0, "cut", "n1", "n3"), (0, "time_out", "n1"), (3, "crash", "n2"), (3, "restart", "n2"),
        (3, "time_out", "n3")),
    "log not saved": three(
        (0, "cut", "n1", "n3"), (0, "time_out", "n1"), (9, "propose", "a", "n1"), (14, "crash", "n2"),
        (14, "restart", "n2"), (14, "time_out", "n2")),
    "the log is not written": three(
        (0, "cut", "n1", "n3"), (0, "time_out", "n1"), (9, "propose", "a", "n1"), (14, "crash", "n2"),
        (14, "restart", "n2"), (14, "cut", "n1", "n2"), (14, "time_out", "n2")),
    "the leader does not save its own entries": three(
        (0, "time_out", "n1"), (9, "isolate", "n3"), (9, "propose", "a", "n1"), (20, "crash", "n1"),
        (20, "restart", "n1"),
        (20, "partition", ["n1", "n3"], ["n2"]), (20, "time_out", "n3")),
    "applies on append": three(
        (0, "time_out", "n1"), (9, "partition", ["n1", "n2"], ["n3", "n4", "n5"]), (9, "propose", "a", "n1"),
        (9, "time_out", "n3"), (20, "propose", "b", "n3"), nodes=5),
    "reads without asking": three(
        (0, "time_out", "n1"), (9, "isolate", "n1"), (9, "time_out", "n2"), (20, "propose", "x=2", "n2"),
        (40, "read", "x", "n1")),
    "reads before anything of its own term is committed": three(
        (0, "set_network", (1, 1)), (0, "time_out", "n1"), (6, "isolate", "n3"), (7, "propose", "x=1", "n1"),
        (9, "crash", "n1"), (9, "heal"), (9, "time_out", "n2"), (11, "read", "x", "n2")),
    "a majority of those alive": three((0, "time_out", "n1"), (0, "time_out", "n2")),
    "a candidate does not vote for itself": three((0, "set_network", (1, 1)), (0, "time_out", "n1"), (0, "time_out", "n2")),
    "an older term takes the term back": three(
        (0, "set_network", (1, 1)), (0, "time_out", "n1"), (9, "isolate", "n1"), (9, "time_out", "n2"), (25, "heal"), ticks=120),
    "the term is not written": three(
        (0, "cut", "n1", "n3"), (0, "time_out", "n1"), (5, "crash", "n2"), (5, "restart", "n2"),
        (5, "time_out", "n3")),
    "accepts appends of an older term": three(
        (0, "set_network", (1, 1)), (0, "time_out", "n1"), (9, "isolate", "n1"), (9, "propose", "a", "n1"), (9, "time_out", "n2"),
    (14, "propose", "b", "n2"), (25, "heal"), ticks=120),
    "the entry before is not checked": three(
        (0, "time_out", "n1"), (20, "propose", "b", "n1"), ticks=120, start={"n1": SHORT}),
    "match index = its log's length when the reply arrives": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (10, "set_network", None, 1.0, None, "n1"),
        (10, "propose", "b", "n1"), (12, "time_out", "n2"), ticks=80),
    "a leader's timer starts elections": three(
        (0, "time_out", "n1"), (40, "propose", "c", "n1"), goals=(("applied", "c"),)),
    "heartbeat slower than the election timeout": three(
        (0, "time_out", "n1"), (40, "propose", "c", "n1"), goals=(("applied", "c"),)),
    "a new leader keeps silent": three((0, "time_out", "n1")),
    "a leader sends no heartbeats": three((0, "time_out", "n1")),
    "a candidate asks one node only": three((0, "time_out", "n1")),
    "a leader does not reset the timer": three((0, "time_out", "n1")),
    "the entry before is named with the leader's own term": three(
        (0, "time_out", "n1"), (20, "propose", "b", "n1"), ticks=120,
        start={"n1": SHORT}, goals=(("same_logs", 60),)),
    "the leader forgets its own copy": three(
        (0, "time_out", "n1"), (9, "crash", "n3"),
        (9, "propose", "a", "n1"), ticks=120, goals=(("applied", "a"),)),
    "a pre-vote raises the term": three((0, "time_out", "n1"), ticks=160),
    "a pre-vote is given although a leader is heard": three(
        (0, "set_network", (1, 1)), (0, "time_out", "n1"), (20, "cut", "n1", "n3", True), ticks=160),
    "refused pre-votes count": three((0, "set_network", (1, 1)), (0, "time_out", "n1"), (20, "cut", "n1", "n3", True), ticks=160),
    "one pre-vote is enough": three(
        (0, "time_out", "n1"), (20, "partition", ["n1", "n2", "n3"], ["n4", "n5"]), nodes=5, ticks=160),
    "a leader does not count itself among those it hears": three(
        (0, "time_out", "n1"), (20, "crash", "n3"), ticks=160),
    "a leader never doubts": three(
        (0, "time_out", "n4"), (30, "cut", "n1", "n4"), (30, "cut", "n3", "n4"), (30, "crash", "n5"),
        nodes=5, ticks=200, goals=(("leader", 100),)),
    "a pre-voter remembers a leader it no longer hears": three(
        (0, "time_out", "n1"), (30, "crash", "n1"), ticks=200, goals=(("leader", 100),)),
    "a pre-vote needs everybody's yes": three(
        (0, "time_out", "n1"), (30, "crash", "n1"), ticks=200, goals=(("leader", 100),)),
    "a pre-voter counts only what it knows to be committed": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"),
        (12, "crash", "n1"), ticks=200, goals=(("leader", 100),)),
    "an old answer confirms a newer read": three(
        (0, "time_out", "n1"), (20, "cut", "n2", "n1", True), (20, "cut", "n3", "n1", True),
        (20, "read", "x", "n1"),
        (24, "time_out", "n2"), (33, "propose", "x=2", "n2"), (45, "read", "x", "n1"), (45, "deliver", 26)),
    "a vote is given once, even to the same candidate": three(
        (0, "set_network", None, None, 1.0), (0, "time_out", "n1")),
    "refuses equal logs": three((0, "time_out", "n1"), ticks=9, goals=(("leader",),)),
    "requests of an older term are granted": three(
        (0, "set_network", (9, 9), None, None, "n1", "n2"), (0, "time_out", "n1"), (1, "time_out", "n3"),
        start={"n1": SHORT, "n2": SHORT, "n3": {"term": 1}}),
    "resets the election timer on any RequestVote": three((0, "time_out", "n1"), start={"n3": SHORT}),
    "does not reset it when granting": three((0, "time_out", "n1")),
    "votes count for a follower, too": three(
        (0, "time_out", "n1"), (1, "crash", "n1"), (1, "restart", "n1")),
    "a candidate keeps its old deadline": three((0, "time_out", "n1")),
    "an election timer starts no election": three(
        start={"n1": SHORT, "n2": SHORT}, ticks=200, goals=(("same_logs", 50),)),
    "election timeout not random": three(nodes=4, ticks=200, goals=(("leader",),)),
    "a candidate always waits for the shortest timeout": three((0, "align_timers"),
        nodes=4, ticks=200, goals=(("leader",),)),
    "a candidate is deaf to later terms": three((0, "align_timers"),
        nodes=4, ticks=200, goals=(("leader",),)),
    "the longest election timeout is never drawn beyond": three(),
    "the timer runs out one tick late": three(ticks=40),
    "a later term is not adopted": three(
        (0, "time_out", "n1"), ticks=60, start={"n1": SHORT}, goals=(("same_logs", 9),)),
    "ignores a higher term in a reply": three(
        (0, "time_out", "n1"), (9, "cut", "n2", "n1"), (9, "time_out", "n2")),
    "the vote is cleared by a message of the leader": three((0, "time_out", "n1"), (0, "time_out", "n3")),
    "a term is not saved": three((0, "time_out", "n1"), start={"n1": {"term": 1}, "n3": SHORT}),
    "what only a leader knows is kept": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (9, "time_out", "n2")),
    "a deposed leader waits as short as for a heartbeat": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (9, "time_out", "n2")),
    "truncates after prev on every append": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"),
        (9, "propose", "b", "n1"), ticks=120, goals=(("applied", "b"),)),
    "a heartbeat cuts the log": three(
        (0, "time_out", "n1"), (9, "set_network", (20, 20)), (14, "set_network", (1, 1)),
        (14, "propose", "a", "n1")),
    "appends without looking at what is there": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (9, "propose", "b", "n1")),
    "commit may go back": three(
        (0, "time_out", "n1"), (9, "set_network", (20, 20)), (14, "set_network", (1, 1)),
        (14, "propose", "a", "n1")),
    "candidate ignores an append of its own term": three((0, "time_out", "n1"), (0, "time_out", "n3")),
    "a leader is not remembered": three((0, "time_out", "n1")),
    "a leader of the past resets the timer": three((0, "time_out", "n1"), (9, "time_out", "n2")),
    "confirms all it has": three(
        (0, "time_out", "n1"), start={"n1": SHORT, "n2": {"term": 1, "log": ["1:a", "1:b"]}, "n3": SHORT}),
    "match index may go back": three(
        (0, "time_out", "n1"), (9, "set_network", (10, 10), None, None, "n2", "n1"),
        (9, "propose", "a", "n1"), (12, "set_network", (1, 1), None, None, "n2", "n1")),
    "next index stays where it is": three((0, "time_out", "n1"), (9, "propose", "a", "n1")),
    "replies of an older term count": three(
        (0, "time_out", "n1"), (9, "set_network", (30, 30), None, None, "n2", "n1"),
        (9, "propose", "a", "n1"), (18, "time_out", "n3"), (24, "time_out", "n1")),
    "a refusal is not tried again": three((0, "time_out", "n1"), start={"n1": SHORT}),
    "commits one entry at a time": three(
        (0, "time_out", "n1"), (9, "isolate", "n1"), (9, "propose", "a", "n1"), (9, "propose", "b", "n1"),
        (10, "heal")),
    "sends everything from the first entry on": three((0, "time_out", "n1"),
        start={"n1": SHORT, "n2": SHORT, "n3": SHORT}),
    "applies everything again": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (20, "propose", "b", "n1")),
    "a leader notes no client": three((0, "time_out", "n1"), (9, "propose", "a", "n1")),
    "clients are never answered": three((0, "time_out", "n1"), (9, "propose", "a", "n1")),
    "follower accepts client commands": three((9, "propose", "b", "n2")),
    "a leader puts a new command in the place of its last entry": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (9, "propose", "b", "n1")),
    "a client is answered before its command is committed": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1")),
    "a command that is in the log already is dropped": three(
        (0, "time_out", "n1"), (9, "propose", "a", "n1"), (9, "propose", "a", "n1")),
    "a command waits for the next heartbeat": three((0, "time_out", "n1"), (9, "propose", "a", "n1")),
    "a vote is told before it is saved": three(
        (0, "set_network", (1, 1)), (0, "cut", "n1", "n3"), (0, "time_out", "n1"),
        (0, "crash", "n2", "Send"), (1, "restart", "n2"), (1, "time_out", "n3"), start={'n2': {'term': 1}}),
}  # fmt: skip

# Events that a story does not need, but that are there for the reader: without the tick, and the reason.
NO_GAP = "so that an entry is lost before any node fails at the gap on its disk"
FOR_THE_READER: dict[str, dict[tuple[Any, ...], str]] = {
    "log not saved": {("cut", "n1", "n3"): NO_GAP},
    "the log is not written": {("cut", "n1", "n3"): NO_GAP, ("cut", "n1", "n2"): NO_GAP},
}


# -- Beside extensions ----------------------------------------------------------------------------------------------


def later(story: Story, ticks: int = 12) -> Story:
    """The same, with all that follows the first tick some ticks later: until a pre-vote has come before the first election."""
    actions = tuple((tick + ticks if tick else 0, *rest) for tick, *rest in story.actions)
    goals = tuple(
        (name, *(each + ticks if isinstance(each, int) else each for each in rest))
        for name, *rest in story.goals
    )
    return replace(story, actions=actions, goals=goals, ticks=story.ticks + 2 * ticks)


_BESIDE: dict[tuple[str, ...], dict[str, Story]] = {
    ("PreVote", "CheckQuorum"): {
        mistake: later(_TOLD[mistake])
        for mistake in (
            "grants two votes in one term", "counts refusals", "majority is n // 2", "the entry before is not checked",
            "prev check looks at the index only", "applies only the newest committed entry",
            "never deletes conflicting entries", "deletes only the entry that conflicts", "followers never hear what is committed",
            "a success commits nothing", "the leader does not count itself",
            "nextIndex never decremented", "sends log[next + 1:]",
            "the entry before is named with the leader's own term",
        )
    },
    ("Snapshots", "Membership", "Transfer"): {
        "a snapshot does not reach the state machine": three(
            (0, "time_out", "n1"), (12, "isolate", "n3"), (12, "propose", "a", "n1"), (18, "snapshot", "n1"), (18, "heal"),
            (36, "propose", "b", "n1")),
        "a snapshot is not saved": three(
            (0, "time_out", "n1"), (12, "isolate", "n3"), (12, "propose", "a", "n1"), (18, "snapshot", "n1"), (18, "heal"),
            (36, "propose", "b", "n1")),
        "a snapshot throws away all that follows": three(
            (0, "time_out", "n1"), (9, "propose", "a", "n1"), (20, "propose", "b", "n1"), (20, "snapshot", "n1")),
        "several voters change at once": three(
            (0, "time_out", "n1"), (9, "propose", "a", "n1"), (20, "partition", ["n1", "n2"], ["n3", "n4", "n5"]),
            (20, "change_voters", "n1", "n2"), (21, "time_out", "n3"), nodes=5, ticks=80),
        "those without a vote are counted": three(
            (0, "time_out", "n1"), (9, "propose", "a", "n1"), (20, "partition", ["n1", "n4"], ["n2", "n3"]),
            (20, "change_voters", "n1", "n2", "n3", "n4"), (20, "propose", "b", "n1"), (30, "time_out", "n2"),
            nodes=4, ticks=80, start=THREE_VOTERS),
        "voters change before the leader has committed anything": three(
            (0, "set_network", (1, 1)), (0, "time_out", "n1"), (9, "isolate", "n1"), (9, "change_voters", "n1", "n2", "n3"),
            (20, "time_out", "n3"), (23, "partition", ["n3", "n4"], ["n1", "n2"]), (23, "change_voters", "n2", "n3", "n4"),
            (31, "time_out", "n1"), nodes=4),
        "a new node has its vote at once": three(
            (0, "time_out", "n1"), (9, "propose", "a", "n1"), (20, "crash", "n3"), (20, "crash", "n4"),
            (20, "change_voters", "n1", "n2", "n3", "n4"), (24, "propose", "b", "n1"),
            nodes=4, ticks=160, start=THREE_VOTERS, goals=(("applied", "b"),)),
        "who has no vote stands for election": three(
            (0, "time_out", "n3"), (9, "propose", "a", "n3"), (20, "change_voters", "n1", "n2"), (32, "time_out", "n1"),
            (44, "propose", "b", "n1"), ticks=250),
        "hands over to a node that is not up to date": three(
            (0, "time_out", "n1"), (20, "cut", "n3", "n1", True), (30, "propose", "a", "n1"), (60, "transfer", "n3"),
            ticks=120),
        "an older leader hands over": three(
            (0, "time_out", "n1"), (19, "set_network", (60, 60), None, None, "n1", "n2"), (20, "transfer", "n2"),
            (21, "time_out", "n3"), ticks=140),
        "a configuration counts only when committed": three(
            (0, "time_out", "n1"), (9, "propose", "a", "n1"), (20, "partition", ["n1", "n2"], ["n3", "n4", "n5"]),
            (20, "propose", "b", "n1"), nodes=5, ticks=80, start=THREE_VOTERS),
        "takes commands while it hands over": three(
            (0, "set_network", (1, 1)), (0, "time_out", "n1"), (20, "cut", "n1", "n2", True), (20, "transfer", "n3"),
            (20, "propose", "b", "n1"), ticks=120, goals=(("same_logs", 21),)),
    },
    # A client of nodes that read with care reads an old value all the same.
    ("NoOp", "ReadIndex"): {
        "commits without a majority": three(
            (0, "time_out", "n1"), (9, "isolate", "n1"), (9, "propose", "x=1", "n1"), (10, "time_out", "n2"),
            (24, "read", "x", "n2")),
        "no up-to-date check": three(
            (0, "isolate", "n3"), (0, "time_out", "n1"), (9, "propose", "x=1", "n1"),
            (24, "partition", ["n1"], ["n2", "n3"]), (24, "time_out", "n3"), (24, "time_out", "n3"), (40, "read", "x", "n3")),
        "grants two votes in one term": three(
            (0, "set_network", (1, 1)), (0, "cut", "n1", "n3"), (0, "time_out", "n1"), (0, "time_out", "n3"),
            (9, "propose", "x=1", "n1"), (24, "read", "x", "n3")),
        "new leader drops its uncommitted entries": three(
            (0, "set_network", (1, 1)), (0, "time_out", "n1"), (9, "propose", "x=1", "n1"), (11, "time_out", "n3"),
            (24, "read", "x", "n3")),
        "up-to-date compares only the last term": three(
            (0, "time_out", "n1"), (20, "isolate", "n3"), (24, "propose", "x=1", "n1"),
            (36, "partition", ["n1"], ["n2", "n3"]), (36, "time_out", "n3"), (50, "read", "x", "n3"), ticks=80),
        "a majority of those alive": three(
            (0, "time_out", "n1"), (9, "propose", "x=1", "n1"), (9, "time_out", "n2"), (24, "read", "x", "n2")),
    },
}  # fmt: skip


def titled(mistake: str, story: Story) -> Story:
    """The story of a mistake, with a name from it. The title says in words what happens."""
    known = MUTANTS | {each.name: each for each in EXTENSION_MUTANTS}
    words = known[mistake].schedule
    return replace(story, name=re.sub(r"\W+", "_", mistake), title=words[0].upper() + words[1:])


STORIES: dict[str, Story] = {mistake: titled(mistake, story) for mistake, story in _TOLD.items()}
BESIDE: dict[tuple[str, ...], dict[str, Story]] = {
    have: {mistake: titled(mistake, story) for mistake, story in told.items()}
    for have, told in _BESIDE.items()
}


def story_of(mistake: str, have: tuple[str, ...] = ()) -> Story:
    """The story of a mistake in nodes that have these extensions besides."""
    return BESIDE.get(have, {}).get(mistake) or STORIES[mistake]
