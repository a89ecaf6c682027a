"""You are n3: a learner plays one node of a run by hand, and the rules judge the answers at the end.

The learner sees only what the node sees ("in the fog"): its own state, and the present message or timeout. The other
nodes run as usual. Each answer is carried out, right or wrong, and the run goes on from there. The reference takes the
same step for comparison, so that each answer can be judged by the rule that decides it.
"""

import re
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from raftlab.checks.by_hand.node import (
    ASKED,
    LOGS,
    REPLIES,
    ROLES,
    Hand,
    Judged,
    Move,
    Waiting,
    happens,
    right_move,
)
from raftlab.checks.mistake_finder import twin_of
from raftlab.messages import Role
from raftlab.raft import Raft
from raftlab.rules import RULES
from raftlab.sim.cluster import Cluster
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.story import Story, check_story


class Situation(NamedTuple):
    """What the learner sees: the event and the node's state in words, and what is asked.

    unchanged: the move that leaves everything as it is.
    """

    number: int
    tick: int
    event: str
    state: str
    asked: tuple[str, ...]
    unchanged: Move


@dataclass
class HandPlayed:
    """A run in which one node is played by hand.

    story: the run; the node must not crash in it. node: the node that is played. moves: the answers so far.
    run: the story without the actions that are no longer possible after these answers.
    Raises UserError if the story does not have the node, or crashes it.

    >>> from raftlab import load
    >>> HandPlayed(load("you_are_n3")).situation.event.partition(",")[0]
    'you receive from n1 a request for your vote in term 3'
    """

    story: Story
    node: str = "n3"
    moves: tuple[Move, ...] = ()

    def __post_init__(self) -> None:
        check_name("node", self.node, check_story(self.story).ids())
        if any(self.node in action[2:] and action[1] in ("crash", "pause") for action in self.story.actions):
            raise UserError(
                f"In this story {self.node} crashes or is paused. Choose a node that runs all the time."
            )
        self._play()

    def _class(self, ends: bool) -> type[Hand]:
        return type("Hand", (Hand,), {"played": self.node, "moves": self.moves, "ends": ends})

    def _play(self) -> None:
        """Play the run from the beginning with all moves so far, up to the next event to answer, or to the end."""
        self.run = self.story
        while (impossible := self._play_on()) is not None:
            # The answers have changed the run: a node that should start an election in the story may be leader here.
            actions = self.run.actions
            self.run = replace(self.run, actions=actions[:impossible] + actions[impossible + 1 :])

    def _play_on(self) -> int | None:
        """Play the run. Returns the place of the first action that is impossible; None if there is none."""
        self.cluster = Cluster(self.run, node_class=self._class(ends=False))
        self.judged: list[Judged] = []
        self.situation: Situation | None = None
        hand = self.cluster.nodes[self.node]
        assert isinstance(hand, Hand)
        while self.cluster.now < self.story.ticks:
            try:
                self.cluster.tick()
            except Waiting:
                self.situation = self._situation(hand)
            except UserError:
                return len(self.run.actions) - len(self.cluster._script) - 1
            for answered in hand.judged[len(self.judged) :]:
                self.judged.append(answered._replace(tick=self.cluster.now))
            if self.situation:
                break
        return None

    def _situation(self, hand: Hand) -> Situation:
        assert hand.before is not None
        event, move = hand.before
        log = " ".join(f"{entry.term}:{entry.command}" for entry in hand.log) or "empty"
        vote = f"voted for {hand.voted_for}" if hand.voted_for else "not voted"
        state = (
            f"{hand.role.value}, term {hand.term}, {vote} in it; log {log}; commit index {hand.commit_index}"
        )
        if hand.role is Role.CANDIDATE:
            state += f"; votes of {' '.join(id for id in hand.nodes if id in hand.votes)}"
        return Situation(
            len(self.moves) + 1, self.cluster.now, happens(event), state, ASKED[type(event)], move
        )

    def answer(self, **fields: Any) -> Judged:
        """Answer the present event. A field that is not named stays as it is. The answer is judged at once, and kept.

        Raises UserError, and keeps nothing, if there is no event, or if a field or its value is impossible.
        """
        if self.situation is None:
            raise UserError("The run is over, so there is nothing left to answer.")
        for name, value in fields.items():
            check_name("thing to answer with", name, self.situation.asked)
            self._check(name, value)
        self.moves += (self.situation.unchanged._replace(**fields),)
        self._play()
        return self.judged[len(self.moves) - 1]

    def _check(self, name: str, value: Any) -> None:
        if name in ("term", "commit_index"):
            check_number(f"the {name.replace('_', ' ')}", value, 0, 99)
        elif name == "voted_for":
            if value is not None:
                check_name("node", value, self.story.ids())
        else:
            check_name(name, value, {"reply": REPLIES, "log": LOGS, "role": ROLES}[name])

    @property
    def so_far(self) -> Story:
        """The run up to the next event to answer, for a player with `node_class`."""
        ticks = self.story.ticks if self.situation is None else max(1, self.cluster.now - 1)
        return replace(self.run.until(ticks), ticks=ticks)

    @property
    def right(self) -> int:
        """How many answers were right."""
        return sum(each.right for each in self.judged)

    @property
    def node_class(self) -> type[Raft]:
        """The class of the nodes for a player: they make the moves so far, and then follow the rules."""
        return self._class(ends=True)

    def report(self, *, solved: bool = True) -> list[str]:
        """The answers, one line for each event; for a wrong one, the rule. solved: also say what would be right."""
        return [
            f"✓ tick {each.tick}: {each.event}. You: {each.did}." if each.right else told_wrong(each, solved)
            for each in self.judged
        ]


def told_wrong(judged: Judged, solved: bool) -> str:
    """A wrong answer and the rule that decides; if `solved`, also what the rules say instead."""
    did, should = (re.sub(r"\b(\w+)<- ", r"to \1: ", each) for each in (judged.did, judged.should))
    rule = RULES.get(judged.rule or "")
    because = f" {rule.text} ({rule.id}, {rule.section})" if rule else ""
    instead = f" The rules say: {should}." if solved else ""
    return f"✕ tick {judged.tick}: {judged.event}. You: {did}.{instead}{because}"


def by_the_rules(game: HandPlayed) -> dict[str, Any]:
    """The right answer to the present event, field by field. There must be an event."""
    hand, situation = game.cluster.nodes[game.node], game.situation
    assert isinstance(hand, Hand)
    assert hand.before is not None
    assert situation is not None
    event, _ = hand.before
    twin = twin_of(hand)
    effects = twin.step(event)
    move = right_move(tuple(hand.log), twin, effects, event)
    return {name: getattr(move, name) for name in situation.asked}
