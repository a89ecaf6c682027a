"""Lesson 08: a whole Raft; mistakes anywhere in one; a run of nodes with one mistake."""

from random import Random
from typing import Any

from raftlab.checks.mistake_finder import MistakeFinder
from raftlab.checks.mutants import MUTANTS
from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.item import Item
from raftlab.exercises.questions import Asked, Question, drawn, first_usable
from raftlab.exercises.read_it import read_it
from raftlab.exercises.review_it import ReviewIt
from raftlab.exercises.verdict import without_reasons
from raftlab.exercises.whole import Whole
from raftlab.raft import Raft
from raftlab.sim.cluster import Cluster
from raftlab.sim.story import Story

# -- A run to read: when does a property break, and where was the mistake made? ----------------------------------------

# A mistake, how many nodes there are, and what is done. The ticks are drawn, and so are the nodes for A, B, ...
TWO_STAND = (("time_out", "A"), ("time_out", "B"))
BEHIND = (
    ("isolate", "C"), ("time_out", "A"), ("propose", "b", "A"), ("partition", ["A"], ["B", "C"]),
    ("time_out", "C"), ("time_out", "C"),
)  # fmt: skip
SCENES: tuple[tuple[str, int, tuple[Any, ...]], ...] = (
    ("grants two votes in one term", 3, TWO_STAND),
    ("counts refusals", 5, TWO_STAND),
    ("majority is n // 2", 4, (("partition", ["A", "C"], ["B", "D"]), *TWO_STAND)),
    ("no up-to-date check", 3, BEHIND),
    ("commits without a majority", 5,
     (("time_out", "A"), ("propose", "a", "A"), ("isolate", "A"), ("time_out", "B"))),
)  # fmt: skip
SOON, LATER = (0, 1), (9, 14)  # ticks between two actions; LATER leaves time for an election
WAITS = {"propose", "partition"}


def wrong_run(seed: int) -> Asked:
    """08: a run in which a property breaks."""
    return first_usable("08", seed, _make)


def _make(dice: Random) -> Asked:
    name, count, deeds = SCENES[drawn(dice, 0, len(SCENES) - 1)]
    ids = [f"n{number}" for number in range(1, count + 1)]
    roles = {letter: ids.pop(drawn(dice, 0, len(ids) - 1)) for letter in "ABCDE"[:count]}
    actions: list[tuple[Any, ...]] = []
    tick = drawn(dice, 0, 12)
    for verb, *arguments in deeds:
        if actions:
            tick += drawn(dice, *(LATER if verb in WAITS else SOON))
        actions.append((tick, verb, *(_named(each, roles) for each in arguments)))
    story = Story("read_08", "Something is wrong", nodes=count, seed=drawn(dice, 1, 99_999),
                  ticks=tick + 60, actions=tuple(actions))  # fmt: skip
    wrong = MUTANTS[name].node_class()
    return story, _asked(story, wrong), without_reasons(wrong)


def _named(argument: Any, roles: dict[str, str]) -> Any:
    """The nodes that are drawn for the letters A, B, ..."""
    if isinstance(argument, list):
        return [roles[each] for each in argument]
    return roles.get(argument, argument)


def _asked(story: Story, wrong: type[Raft]) -> tuple[Question, ...]:
    """Raises IndexError if nothing breaks."""
    finder = MistakeFinder()
    cluster = finder.cluster = Cluster(story, node_class=finder.watching(wrong), record=False)
    cluster.tick(story.ticks)
    breach = sorted(each.tick for each in cluster.invariants.broken.values())[0]
    mistake = finder.first
    if mistake is None:
        raise IndexError("no mistake")
    return (
        Question("At which tick does a property break?", breach, (
            "The mark at the top of the player watches the properties: play until it changes.",
            "Press the mark: it says since when the property is broken.",
            "Go back and forth tick by tick with the keys , and . until you find the first tick with the mark.")),
        Question("Which node is the first to do what Raft would not do?", mistake.node, (
            f"It is no later than the breach. Step through the ticks before {breach + 1}, event by event.",
            "Ask of every event: which rule applies here, and did the node follow it?",
            "Look at the votes first: who voted for whom, with which logs, and how the votes were counted. Then look at what is committed.")),
        Question("At which tick does a node first do what Raft would not do?", mistake.tick, (
            "When you know the node, look only at its own events.",
            "It is an event at which the node receives a message or a command, or at which its timer runs out.",
            "Ask for each of its events what a correct node would do. The first that differs is the answer.")),
    )  # fmt: skip


ITEMS: tuple[Item, ...] = (
    Whole("raft", "08", 40, (
        "Write one rule at a time, and check each of them on its own: check(\"on_request_vote\", MyRaft.on_request_vote).",
        "Then check all rules together: each of them must cope with what the others have left in the fields.",
        "The handler checks name the rule that fails. Begin with the first of them.")),
    BreakIt("08.a", 20, (
        "a majority of those alive", "a candidate does not vote for itself",
        "an older term takes the term back", "the term is not written", "accepts appends of an older term",
        "the entry before is not checked", "new leader drops its uncommitted entries",
        "deletes only the entry that conflicts", "match index = its log's length when the reply arrives"), anywhere=True),
    BreakIt("08.b", 20, (
        "the leader forgets its own copy", "followers never hear what is committed",
        "the entry before is named with the leader's own term", "heartbeat slower than the election timeout",
        "a new leader takes its own log for everybody's", "sends log[next + 1:]",
        "a candidate always waits for the shortest timeout", "candidate never starts a second election",
        "the request tells the commit index instead of the log's end"), anywhere=True),
    ReviewIt("08.c", 20, wrong={
        "an older term takes the term back": ("ALL-2",), "the term is not written": ("ST-P0",),
        "a majority of those alive": (), "a candidate does not vote for itself": ("RV-2", "ST-P2"),
        "the entry before is named with the leader's own term": ("AE-2",), "match index = its log's length when the reply arrives": ("LE-4",),
        "applies on append": ("LE-4",), "sends log[next + 1:]": ("ST-L1",)},
        right={"the whole log is saved every time": ("saves more",), "a new leader saves": ("saves more",),
            "a leader looks for a commit before it sends a command": ("order",),
            "a commit is told at once to the node that made it possible": ("sends more",),
            "a refusal says what is committed": ("unused",), "a new leader begins with the first entry": ("guess",),
            "a timeout takes two dice, and the second counts": ("dice",),
            "the commit index is sought entry by entry from the end": ("same",)},
        rules=("RV-1", "CA-4", "AE-3"), beside=("admit", "on_request_vote", "on_append_entries", "commit", "store")),
    *read_it("08", wrong_run, 5, 5, 5),
)  # fmt: skip
