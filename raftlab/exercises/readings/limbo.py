"""Lesson 06: two of three nodes no longer hear each other, but both hear the third."""

from random import Random

from raftlab.exercises.readings.asked import Asked, Question, became, drawn, first_usable
from raftlab.sim.play import play
from raftlab.sim.story import Story

AFTER = 160  # ticks that are played after the cut


def limbo(seed: int) -> Asked:
    """06: a link is cut, nobody writes, and leadership goes back and forth."""
    return first_usable("06", seed, _make)


def _make(dice: Random) -> Asked:
    begun = Story("read_06", "One link of three is cut", nodes=3, seed=drawn(dice, 1, 99_999), ticks=60)
    _, leader = became(play(begun), "leader")[-1]
    far = [node for node in begun.ids() if node != leader][drawn(dice, 0, 1)]
    cut = drawn(dice, 62, 90)
    actions = ((cut, "cut", leader, far),)
    story = Story(begun.name, begun.title, nodes=3, seed=begun.seed, ticks=cut + AFTER, actions=actions)
    return story, _asked(story, leader, far, cut)


def _asked(story: Story, leader: str, far: str, cut: int) -> tuple[Question, ...]:
    """Raises IndexError if another leader comes before the cut."""
    trace = play(story)
    leads = became(trace, "leader", cut)
    steps_down = [tick for tick, node in became(trace, "follower", cut) if node == leader]
    if leads[0][1] != far:
        raise IndexError("somebody else leads first")
    return (
        Question(f"The link between {leader} and {far} is cut at tick {cut}. Which node becomes leader next?", far, (
            f"Go to tick {cut}, and step on. Who no longer hears the leader?",
            "Its timer runs out, it asks for votes, and one vote beside its own is enough.",
            f"Press l after tick {cut}.")),
        Question(f"At which tick does {leader}, which led until then, become a follower?", steps_down[0], (
            "The new leader's messages do not reach it. Who tells it of the later term, then?",
            "The third node has voted in the later term, so it refuses the next heartbeat of the old leader.",
            "It is the tick at which that refusal arrives.")),
        Question(f"How often does a node become leader after tick {cut}, until the end of the run?", len(leads), (
            "Each star above the slider is a new leader.",
            "Nobody writes, so all logs are equal, and each of the two can win again and again.",
            f"Press l again and again from tick {cut} on, and count.")),
    )  # fmt: skip
