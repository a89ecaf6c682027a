"""Lesson 02: only some nodes have a log that is good enough to win."""

from random import Random

from raftlab.exercises.readings.asked import Asked, Question, became, drawn, first_usable, sent
from raftlab.exercises.readings.believed import believed
from raftlab.sim.play import play
from raftlab.sim.story import Story


def votes(seed: int) -> Asked:
    """02: an election among five nodes with different logs."""

    def make(dice: Random) -> Asked:
        logs = [["1:a", "1:b", "2:c"][: drawn(dice, 1, 3)] for _ in range(5)]
        start = {f"n{place}": {"term": 2, "log": log} for place, log in enumerate(logs, start=1)}
        story = Story("read_02", "Five logs", seed=drawn(dice, 1, 99_999), start=start, ticks=150)
        trace = play(story)
        leads, _ = became(trace, "leader")[0]
        refusals = [message for message in sent(trace, "RequestVoteReply") if not message[6]]
        return story, (
            Question("Which node is the first to refuse its vote?", str(refusals[0][1]), (
                "Press Next until somebody has been asked: vote? is a request.",
                "A vote says yes. Look for a reply that says no.",
                "Choose a reply with ] and read its field vote_granted.")),
            Question("At which tick does the first leader get the vote that makes it leader?", leads, (
                "A majority of five, its own vote included.",
                "Count the filled dots at the candidate.",
                "Press l: it becomes leader at the tick at which that vote arrives.")),
            believed(dice),
        )  # fmt: skip

    return first_usable("02", seed, make)
