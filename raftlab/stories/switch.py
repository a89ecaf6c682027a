"""A healthy cluster, to be broken by hand; two cures that are not enough; and a story that only logs tell."""

from dataclasses import replace
from typing import Any

from raftlab.sim.story import Story
from raftlab.stories.partial import PARTIAL
from raftlab.stories.sentences import committed, elected

WRITING = {"operations": ["put"], "think": (15, 15)}  # a client that goes on, whatever is done meanwhile


def healthy_chain(name: str, title: str, clients: tuple[Any, ...], told: str) -> Story:
    """Three nodes of which n3 leads, as at Cloudflare before the fault."""
    return Story(
        name, title, nodes=3, seed=1, ticks=300, actions=((1, "time_out", "n3"), *clients), goals=(("leader",),),
        stops=((0, "n3 will lead. What n1 and n3 say to each other goes through one switch, and that is well."), *elected(), (30, told)),
    )  # fmt: skip


def log_books(name: str, title: str, extensions: tuple[str, ...], *told: Any) -> Story:
    """A leader that is heard, and from some moment on hears nobody."""
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
            *elected(after_asking=True), committed("x=1", 20),
            (60, "From now on nothing of what n2 and n3 say reaches n1. What n1 says still arrives."),
            (("commit", 61), "x=3 is committed: n1 and n2 have stored it. n1 cannot learn that."),
            *told,
        ),
    )  # fmt: skip


SWITCH: dict[str, Story] = {
    story.name: story
    for story in (
        healthy_chain(
            "healthy_chain", "Three nodes and a switch", (),
            "All is well, and nobody writes. Make the switch sick, and look who leads.",
        ),
        healthy_chain(
            "healthy_chain_writes", "Three nodes, a switch, and a client that writes", ((10, "clients", 1, WRITING),),
            "All is well, and a client writes. Make the switch sick, and look who leads.",
        ),
        replace(
            PARTIAL["howard_abraham_2"], name="useless_leader", extensions=("PreVote",),
            title="A useless leader that PreVote protects",
            stops=(
                (0, "n4 will lead."),
                *elected(after_asking=True),
                (30, "n5 crashes, and n4 reaches only n2: it can commit nothing. n1, n2 and n3 would be a majority."),
                (("refusal", 31), "n2 tells n1 that it would not vote for it: its own log is longer."),
                (100, "n4 still leads, and can commit nothing. n2 could win, but it hears n4, and so it does not stand."),
            ),
        ),
        replace(
            PARTIAL["cloudflare_cut"], name="cloudflare_cut_check_quorum", extensions=("CheckQuorum",),
            title="The Cloudflare chain with CheckQuorum: a link is cut, and nobody writes",
        ),
        log_books(
            "log_books", "What the three logs told", ("PreVote",),
            (120, "n2 and n3 hear a leader and keep still. n1 hears nobody, learns of no copy, and goes on leading."),
        ),
        log_books(
            "log_books_cured", "What the three logs told, with the setting that was missing", ("PreVote", "CheckQuorum"),
            (84, "n1 has heard no majority for an election timeout: it steps down. Its followers are free."),
            (("candidacy", 85), "n2 stands for term 2: a majority has said that it would vote for it."),
            (("leader", 85), "n2 leads term 2. n1 hears nobody, and is a follower."),
        ),
    )
}  # fmt: skip
