"""Lesson 01: a leader crashes, and comes back."""

from random import Random

from raftlab.exercises.readings.asked import Asked, Question, became, drawn, first_usable
from raftlab.sim.play import play
from raftlab.sim.story import Story


def roles(seed: int) -> Asked:
    """01: a leader crashes, and comes back."""

    def make(dice: Random) -> Asked:
        crash, ticks = drawn(dice, 45, 95), 240
        begun = Story("read_01", "A leader crashes", seed=drawn(dice, 1, 99_999), ticks=ticks)
        _, first = became(play(begun, crash), "leader")[-1]
        actions = ((crash, "crash", first), (crash + drawn(dice, 50, 80), "restart", first))
        story = Story(begun.name, begun.title, seed=begun.seed, ticks=ticks, actions=actions)
        trace = play(story)
        stands, _ = became(trace, "candidate", crash)[0]
        leads, _ = became(trace, "leader", crash)[0]
        return story, (
            Question("Which node is the first to become leader?", became(trace, "leader")[0][1], (
                "Press l: the player runs until there is a leader.",
                "A leader has a thick ring and a star.",
                "Its name stands in the ring; the sentence below says it, too.")),
            Question(f"The leader is crashed at tick {crash}. At which tick does another node become a candidate?", stands, (
                f"Go to tick {crash}, and step on from there, event by event.",
                "No node is told of the crash. Watch the arcs around the nodes: one of them ends first.",
                "It is the tick at which the first request for votes is sent.")),
            Question("How many ticks after the crash does another node become leader?", leads - crash, (
                "Begin where the node becomes a candidate, and wait until it has a majority of the votes.",
                "If the votes split, it takes another election.",
                f"Press l after tick {crash}, and take {crash} away from the tick that you see.")),
        )  # fmt: skip

    return first_usable("01", seed, make)
