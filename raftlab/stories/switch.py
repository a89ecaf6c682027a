"""A healthy cluster to be broken by hand, two cures that are not enough, and a story to be read from its logs."""

from dataclasses import replace
from typing import Any

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.partial import PARTIAL
from raftlab.stories.sentences import STANDS_AFTER_ASKING, STANDS_EARLY, committed, elected

WRITING = {"operations": ["put"], "think": (15, 15)}  # a client that goes on writing, whatever else is done


def healthy_chain(name: str, title: str, clients: tuple[Any, ...], told: str) -> Story:
    """Three nodes of which n3 leads, as at Cloudflare before the fault."""
    return Story(
        name, title, nodes=3, seed=1, ticks=300, actions=((1, "time_out", "n3"), *clients), goals=(("leader",),),
        stops=((0, "The story lets n3's timer run out: n3 is about to ask for votes. Messages between n1 and n3 go through a switch, and the switch works."), *elected(STANDS_EARLY), (30, told)),
    )  # fmt: skip


def log_books(name: str, title: str, extensions: tuple[str, ...], *told: Any) -> Story:
    """A leader that the others hear, but that from some moment on hears no other node."""
    return Story(
        name, title, nodes=3, seed=3, ticks=260, extensions=extensions,
        actions=(
            (1, "time_out", "n1"),
            (20, "propose", "x=1", "n1"), (40, "propose", "x=2", "n1"),
            (60, "cut", "n2", "n1", True), (60, "cut", "n3", "n1", True),
            (70, "propose", "x=3", "n1"), (110, "propose", "x=4", "n1"),
            (200, "propose", "x=5", "leader"),
        ),
        goals=(("leader",), ("applied", "x=2")),
        stops=(
            *elected(STANDS_AFTER_ASKING), committed("x=1", 20),
            (60, "From now on, no message from n2 or n3 reaches n1. Messages from n1 still arrive."),
            (("commit", 61), "x=3 is committed: n1 and n2 have stored it. n1 cannot learn that."),
            *told,
        ),
    )  # fmt: skip


SWITCH: dict[str, Story] = {
    story.name: story
    for story in (
        healthy_chain(
            "healthy_chain", "Three nodes and a switch", (),
            "All links work, and no client writes. Make the switch sick, and see which node leads then.",
        ),
        healthy_chain(
            "healthy_chain_writes", "Three nodes, a switch, and a client that writes", ((10, "clients", 1, WRITING),),
            "All links work, and a client writes. Make the switch sick, and see which node leads then.",
        ),
        replace(
            PARTIAL["howard_abraham_2"], name="useless_leader", extensions=("PreVote",),
            title="A leader that reaches one node, with PreVote",
            stops=(
                (0, "The story lets n4's timer run out: n4 is about to ask whether it would win an election."),
                *elected(STANDS_AFTER_ASKING),
                (30, "n5 crashes. n4 reaches only n2, and can commit nothing. n1, n2 and n3 would be a majority."),
                Ask(31, "n4 still leads. Will n1, n2 and n3 get a leader of their own?", ("yes", "no"), "no", 100,
                    then="No: n2 hears n4, so it does not ask; and n1 is told that it would not win."),
                (("refusal", 31), "n2 tells n1 that it would not vote for it: its own log is longer."),
                (100, "n4 still leads, and can commit nothing. n2 could win, but it hears n4, so it does not start an election."),
            ),
        ),
        replace(
            PARTIAL["cloudflare_cut"], name="cloudflare_cut_check_quorum", extensions=("CheckQuorum",),
            title="The Cloudflare chain with CheckQuorum: a link is cut",
        ),
        log_books(
            "log_books", "What the three logs recorded", ("PreVote",),
            Ask(61, "n1 leads, and hears no other node. Will it go on leading?", ("yes", "no"), "yes", 120,
                then="Yes: the others hear it, so they start no election, and nothing tells it to step down."),
            (120, "n2 and n3 hear a leader, so they start no election. n1 hears no other node, and does not learn what they have stored. It goes on leading."),
        ),
        log_books(
            "log_books_cured", "What the three logs recorded, with the setting that was missing", ("PreVote", "CheckQuorum"),
            Ask(61, "n1 leads, and hears no other node. Will it go on leading?", ("yes", "no"), "no", 84,
                then="No: with CheckQuorum, a leader that does not hear from a majority steps down."),
            (84, "n1 has not heard from a majority for an election timeout: it steps down."),
            (("candidacy", 85), "n2 becomes a candidate in term 2: a majority has said that it would vote for it."),
            (("leader", 85), "n2 leads term 2. n1 is a follower, and still hears no other node."),
        ),
    )
}  # fmt: skip
