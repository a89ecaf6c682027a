"""Lesson 04: a follower is cut off for less than an election timeout, and catches up."""

from random import Random

from raftlab.exercises.readings.asked import Asked, Asking, Question, became, changes, drawn, first_usable
from raftlab.exercises.readings.fog import in_the_fog
from raftlab.sim.play import play
from raftlab.sim.story import Story

AWAY = 12  # ticks that the follower is cut off: less than the shortest election timeout
TICKS = 200


def replication(seed: int) -> Asked:
    """04: a follower falls behind."""
    return first_usable("04", seed, _make)


def _make(dice: Random) -> Asked:
    begun = Story("read_04", "A follower falls behind", seed=drawn(dice, 1, 99_999), ticks=TICKS)
    _, leader = became(play(begun, 60), "leader")[-1]
    away = [node for node in begun.ids() if node != leader][drawn(dice, 0, 3)]
    cut, missed = drawn(dice, 62, 150), drawn(dice, 1, 3)
    asks = [(cut + 3 * place, "propose", letter, leader) for place, letter in enumerate("bcd"[:missed], 1)]
    actions = ((60, "propose", "a", leader), (cut, "isolate", away), *asks, (cut + AWAY, "heal"))
    story = Story(begun.name, begun.title, seed=begun.seed, ticks=TICKS, actions=actions)
    return story, _asked(story, leader, dice)


def _asked(story: Story, leader: str, dice: Random) -> tuple[Asking, ...]:
    """The items. Raises IndexError if there is another leader, the commit comes too late, or too little happens in the fog."""
    trace = play(story)
    if became(trace, "leader", 60):
        raise IndexError("another leader")
    commits = [
        tick
        for tick, node, index in changes(trace, "commit_index")
        if node == leader and int(str(index)) >= 2
    ]
    return (
        Question("At which tick does the leader commit the command b?", commits[0], (
            "Step from the tick at which b is proposed.",
            "The leader needs the confirmations of two others.",
            "A filled entry is known to be committed. Watch the leader's row in the logs.")),
        in_the_fog(dice),
    )  # fmt: skip
