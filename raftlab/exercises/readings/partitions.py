"""Lesson 05: five nodes are cut in two, both sides are written to, and the cut heals."""

from random import Random

from raftlab.exercises.readings.asked import Asked, Question, became, changes, drawn, first_usable
from raftlab.sim.play import play
from raftlab.sim.story import Story

CUT, TICKS = 60, 280


def partitions(seed: int) -> Asked:
    """05: two leaders, and what happens to the commands that each has accepted."""
    return first_usable("05", seed, _make)


def _make(dice: Random) -> Asked:
    begun = Story("read_05", "A cut, and what it leaves", seed=drawn(dice, 1, 99_999), ticks=TICKS)
    _, old = became(play(begun, CUT), "leader")[-1]
    others = [node for node in begun.ids() if node != old]
    mate = others[drawn(dice, 0, 3)]
    rest = [node for node in others if node != mate]
    cut = (CUT, "partition", [old, mate], rest)
    _, new = became(
        play(Story(begun.name, begun.title, seed=begun.seed, ticks=TICKS, actions=(cut,))), "leader", CUT
    )[0]
    lost, heal = drawn(dice, 1, 3), drawn(dice, 160, 190)
    asks = [(CUT + 4 * place, "propose", letter, old) for place, letter in enumerate("abc"[:lost], 1)]
    kept = (drawn(dice, 125, 150), "propose", "x", new)
    actions = (cut, *asks, kept, (heal, "heal"))
    story = Story(begun.name, begun.title, seed=begun.seed, ticks=TICKS, actions=actions)
    return story, _asked(story, (old, mate), new, kept[0], heal)


def _asked(story: Story, minority: tuple[str, str], new: str, asked: int, heal: int) -> tuple[Question, ...]:
    """Raises IndexError if x is not committed before the cut heals, or another leader comes."""
    trace = play(story)
    commits = [
        tick for tick, node, _ in changes(trace, "commit_index") if node == new and asked <= tick < heal
    ]
    if len(became(trace, "leader", CUT)) != 1 or not commits:
        raise IndexError("another leader, or nothing committed")
    old, mate = minority
    steps_down = [tick for tick, node in became(trace, "follower", heal - 1) if node == old]
    same = [tick for tick in range(heal, TICKS) if trace.view(mate, tick).log == trace.view(new, tick).log]
    return (
        Question(f"{old} is the leader, and at tick {CUT} it is cut off together with {mate}. Which node becomes leader of the other three?", new, (
            f"Go to tick {CUT} and step on: one of the three waits in vain for a heartbeat.",
            "It needs three votes, and there are three on its side.",
            f"Press l after tick {CUT}. Two nodes lead then, in different terms.")),
        Question(f"The cut heals at tick {heal}. At which tick is {old} no longer a leader?", steps_down[0], (
            f"Until then it has not heard of the later term. Step on from tick {heal}.",
            "Any message of the later term will do: a heartbeat, or a reply to its own.",
            "It is the tick at which the first message of the later term arrives there.")),
        Question(f"At which tick has {mate} lost all entries that {old} took during the cut, and has x in its log?",
            same[0], (
            f"Watch the row of {mate}: what only the two of them had was never committed.",
            f"{new} sends what follows the last entry on which the two logs agree; it may have to step back first.",
            f"It is the first tick from {heal} on at which the logs of {mate} and {new} are equal.")),
    )  # fmt: skip
