"""You are n3: a learner plays one node of a cluster by hand and sees only what that node sees. At the end the whole run is shown."""

from collections.abc import Sequence
from html import escape
from typing import Any

import ipywidgets

from raftlab.checks.by_hand.judge import HandPlayed
from raftlab.checks.by_hand.node import LOGS, REPLIES, ROLES, WORDS, Move
from raftlab.lab.lab import Lab
from raftlab.lab.panel import Panel
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story
from raftlab.stories import load


class YouAre(Panel):
    """A node to be played by hand: what it sees, a form for its answer, and at the end the whole run with a verdict.

    node: the node that is played. story: the story, or its name.
    game: the `HandPlayed` behind it, with `judged`, `right` and `report()`.
    Raises UserError if the story does not have this node.

    >>> YouAre("n3")
    <you are n3: 0 answers>
    """

    def __init__(self, node: str = "n3", story: str | Story = "you_are_n3"):
        self.game = HandPlayed(load(story) if isinstance(story, str) else story, node)
        self.seen, self.told = ipywidgets.HTML(), ipywidgets.HTML()
        self.fields: dict[str, Any] = {}
        self.form = ipywidgets.HBox(layout={"flex_flow": "row wrap", "align_items": "center"})
        self.give = _button("that is my answer", "primary")
        self.lift = _button("lift the fog", "")
        self.shown = ipywidgets.VBox()
        self.give.on_click(lambda _: self.answer())
        self.lift.on_click(lambda _: self.lift_the_fog())
        buttons = ipywidgets.HBox([self.give, self.lift], layout={"flex_flow": "row wrap"})
        super().__init__([self.seen, self.form, buttons, self.told, self.shown])
        self._ask()

    def answer(self) -> None:
        """Take the form's content as the answer. Whether it is right is shown only at the end."""
        try:
            self.game.answer(**{name: field.value for name, field in self.fields.items()})
        except UserError as error:
            self.told.value = f'<p role="alert">{escape(str(error))}</p>'
            return
        self.told.value = ""
        self._ask()

    def lift_the_fog(self) -> None:
        """Show each answer beside what the rules say, and the whole run of all nodes in a player."""
        self.give.disabled = self.lift.disabled = True
        self.form.children, self.seen.value = (), ""
        lines = "".join(
            f'<li style="margin-bottom: 0.5em">{escape(line)}</li>' for line in self.game.report()
        )
        score = f"{self.game.right} of {len(self.game.judged)} answers are what the rules say."
        wrong = [each.tick for each in self.game.judged if not each.right]
        first = (
            f" The first wrong one is at tick {wrong[0]}. Each later answer is judged in the state that your earlier "
            "answers made, so it may be wrong only because of that one."
            if wrong
            else ""
        )
        self.told.value = f'<p role="status"><b>The fog has lifted. {score}</b>{first}</p><ul>{lines}</ul>'
        lab = Lab(self.game.so_far, node_class=self.game.node_class)
        self.shown.children = (
            ipywidgets.HTML("The whole run. Where your answers end, the rules go on."), lab,
        )  # fmt: skip

    def _ask(self) -> None:
        """Show the next event, with a form in which nothing is changed yet."""
        situation = self.game.situation
        if situation is None:
            self.lift_the_fog()
            return
        self.seen.value = (
            f'<p role="status"><b>You are {self.game.node}.</b> Event {situation.number}, at tick {situation.tick}: '
            f"{escape(situation.event)}.<br>Your state: {escape(situation.state)}.</p>"
        )
        self.fields = {
            name: _field(name, situation.unchanged, self.game.story.ids()) for name in situation.asked
        }
        self.form.children = tuple(self.fields.values())

    def words(self) -> str:
        """The answers so far."""
        return "\n".join([repr(self), *self.game.report()])

    def __repr__(self) -> str:
        count = len(self.game.moves)
        return f"<you are {self.game.node}: {count} answer{'s' * (count != 1)}>"


def _field(name: str, move: Move, nodes: Sequence[str]) -> Any:
    """One field of the form, with the node's present value."""
    value = getattr(move, name)
    if name in ("term", "commit_index"):
        field = ipywidgets.BoundedIntText(value=value, min=0, max=99, description=f"your {WORDS[name]}")
    else:
        known: dict[str, Any] = {"role": ROLES, "log": LOGS, "reply": REPLIES}
        options = known.get(name) or [("nobody", None), *((id, id) for id in nodes)]
        field = ipywidgets.Dropdown(options=options, value=value, description=f"your {WORDS[name]}")
    field.style.description_width = "initial"
    field.layout = {"width": "max-content", "max_width": "100%"}
    return field


def _button(words: str, style: str) -> ipywidgets.Button:
    return ipywidgets.Button(description=words, button_style=style, layout={"width": "auto"})
