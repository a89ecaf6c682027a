"""Lesson 04: the learner plays by hand a follower that missed something, and sees no more than this node does ("the fog")."""

from random import Random
from typing import Any, NamedTuple

from raftlab.checks.hand_node import LOGS, REPLIES, ROLES
from raftlab.checks.hand_played import HandPlayed, Situation, by_the_rules
from raftlab.exercises.readings.asked import Hints, drawn
from raftlab.exercises.tasks_sandbox import played, whole_run
from raftlab.exercises.tries import Tries
from raftlab.sim.story import Story

MEETS = {"AE-1", "AE-2", "AE-4", "AE-5", "RV-2"}  # in every such run, each of these rules decides some answer
FIELDS: dict[str, str] = {
    "term": "a number",
    "role": " or ".join(f'"{role}"' for role in ROLES),
    "voted_for": "a node, or None",
    "log": " or ".join(f'"{log}"' for log in LOGS),
    "commit_index": "a number",
    "reply": " or ".join(f'"{reply}"' for reply in REPLIES),
}


class InTheFog(NamedTuple):
    """A node that the learner plays by hand. events: how many events need an answer if all answers are right."""

    story: Story
    node: str
    events: int
    hints: Hints = (
        "First compare the terms. A later term is taken over, and the node has a new vote, whatever else the message says. A message of an older term is refused.",
        "Then look at the log. Is the entry before the new ones there, with the same term? If not, refuse and change nothing. Vote only for a candidate whose log is at least as up to date as yours.",
        "Never commit more than the append has just confirmed: the smaller of the leader's commit index and the index of the last entry that it brought.",
    )
    end: str = 'YouAre("n3") of lesson 09 plays another run with you, and shows what the rules say.'

    @property
    def text(self) -> str:
        """The node that is played, and the first event."""
        return (
            f"You are {self.node}. You see only your own state, and one event at a time.\n"
            f"{faced(HandPlayed(self.story, self.node).situation)}"
        )

    def judge(self, value: Any, _story: Story) -> Tries:
        """The result of the answers. It says which of them are right only after all events are answered."""
        game = played(self.story, self.node, value)
        if game.situation is not None:
            count = len(game.judged)
            head = f"{count} answered. You see the whole run, and get points, after the last event."
            return Tries(0, 1, (head, faced(game.situation)))
        of = max(self.events, len(game.judged))
        return Tries(game.right, of, tuple(game.report(solved=False)), whole_run(game))


def faced(situation: Situation | None) -> str:
    """An event, the state of the node, and what is asked."""
    assert situation is not None
    asked = ", ".join(f'"{name}" ({FIELDS[name]})' for name in situation.asked)
    silent = "; if you name no reply, none is sent" if "reply" in situation.asked else ""
    return (
        f"Event {situation.number}, at tick {situation.tick}: {situation.event}.\n"
        f"Your state: {situation.state}.\n"
        f"Say what is true after it: {asked}. What you leave out stays as it is{silent}."
    )


def in_the_fog(dice: Random) -> InTheFog:
    """A run of these dice. Raises IndexError if there are too many events in it, or some rule of MEETS decides none."""
    story, node = _story(dice)
    game = HandPlayed(story, node)
    while game.situation is not None:
        game.answer(**by_the_rules(game))
    if not {each.rule for each in game.judged} >= MEETS or len(game.judged) > 11:
        raise IndexError("not enough to be answered, or too much")
    return InTheFog(story, node, len(game.judged))


def _story(dice: Random) -> tuple[Story, str]:
    """Two nodes have equal logs and the third lags behind. First one of the two leads, then the other, and messages come late."""
    ids = ["n1", "n2", "n3"]
    first, second, node = (ids.pop(drawn(dice, 0, len(ids) - 1)) for _ in range(3))
    term = drawn(dice, 2, 9)
    shared = [f"1:{letter}" for letter in "abc"[: drawn(dice, 1, 3)]]
    theirs = [f"{term}:{letter}" for letter in "de"[: drawn(dice, 1, 2)]]
    own = [f"{term - 1}:{letter}" for letter in "xy"[: drawn(dice, 0, 2)]]
    agree = {"term": term, "log": shared + theirs}
    write = drawn(dice, 14, 18)
    again = write + drawn(dice, 8, 10)
    ends: tuple[tuple[Any, ...], ...]
    if drawn(dice, 0, 1):  # the second candidate lacks the last entry
        ends = (
            (again, "cut", first, second),
            (again, "propose", "g", first),
            (again + 4, "time_out", second),
        )
    else:  # later messages overtake the last append of the first leader
        slow = (again, "set_network", (7, 7), None, None, first, node)
        ends = (slow, (again, "propose", "g", first), (again + 2, "time_out", second))
    begins = ((0, "set_network", (1, 1)), (1, "time_out", first), (write, "propose", "f", first))
    story = Story(
        "in_the_fog", "In the fog", nodes=3, seed=drawn(dice, 1, 99_999), ticks=again + 16, actions=begins + ends,
        start={first: agree, second: agree, node: {"term": term - 1, "log": shared + own}},
    )  # fmt: skip
    return story, node
