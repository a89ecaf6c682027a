"""Lesson 03: four nodes whose timers end together, until one of them is alone."""

from random import Random

from raftlab.exercises.readings.asked import Asked, Question, became, drawn, first_usable
from raftlab.sim.play import play
from raftlab.sim.story import Story

TICKS = 240


def ties(seed: int) -> Asked:
    """03: a vote that is split, once or more often."""

    def make(dice: Random) -> Asked:
        align = drawn(dice, 0, 12)
        story = Story("read_03", "Four timers end together", nodes=4, seed=drawn(dice, 1, 99_999), ticks=TICKS,
            actions=((align, "align_timers"),))  # fmt: skip
        trace = play(story)
        first, _ = became(trace, "candidate")[0]
        leads, winner = became(trace, "leader")[0]
        stood = [node for tick, node in became(trace, "candidate") if tick == first]
        again = min(tick for tick, _ in became(trace, "candidate", first))
        if again >= leads or len(stood) < 2:
            raise IndexError("no split vote")
        return story, (
            Question(f"The timers are made equal at tick {align}. At which tick do nodes become candidates for the first time?", first, (
                f"Step on from tick {align} and watch the arcs.",
                "They all end at the same tick: that is what equal timers do.",
                "It is the tick at which the first requests for votes are sent.")),
            Question("Which node becomes leader in the end?", winner, (
                "The first votes are split: each has its own, and nobody has three.",
                "Each candidate draws a new election timeout. Whose timer runs out first, so early that its requests arrive before the other timers run out?",
                "Press l: the player runs until there is a leader.")),
            Question("The first votes are split. At which tick is there a candidate again?", again, (
                "Every node drew a new election timeout when it became a candidate.",
                "Follow the arcs: one of them ends before all others.",
                "It is the tick at which requests of the second term are sent.")),
        )  # fmt: skip

    return first_usable("03", seed, make)
