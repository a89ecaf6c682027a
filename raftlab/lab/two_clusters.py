"""A Lab with two clusters: other nodes play the same story, in the same view and in step."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import traitlets

from raftlab.checks.failure import FELL_OVER
from raftlab.lab.lab import Lab
from raftlab.lab.widget import Message
from raftlab.raft import Raft
from raftlab.sim.branches import History
from raftlab.sim.errors import UserError
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace


class StoryCell(NamedTuple):
    """The cell of a notebook into which a story is written. contains: words by which it is found. text: what it shall say of a story."""

    contains: str
    text: Callable[[Story], str]


class TwoClusters(Lab):
    """A Lab beside whose cluster stands another one, of other nodes, to which the same things are done.

    Args:
        story: what both play.
        show: what is shown, as for `Lab`.
        classes: what the nodes of both clusters are, by the names that stand above them: first those of the cluster
            that is pressed and asked.
        cell: where the button *make this my story* writes what was done.

    Raises:
        UserError: as for `Lab`.
    """

    other = traitlets.Any().tag(
        sync=True, to_json=lambda _, widget: {"names": widget.names, **widget.beside()}
    )

    def __init__(self, story: Story, show: Sequence[str], classes: dict[str, type[Raft]], cell: StoryCell):
        (_, own), (_, self._class) = classes.items()
        self.names = list(classes)
        self._cell = cell
        history = History(story, own)
        self._play(history)
        super().__init__(history, show)

    def _play(self, history: History) -> None:
        """Let the other nodes play the story of a history's branch, as far as the branch goes."""
        self._played = history.branch.story
        self._run: History | None = None
        self._refusal = ""
        try:
            self._run = History(self._played, self._class)
        except UserError as error:
            self._refusal = (
                f"{self.names[1]} cannot play this story: undo takes back what was done last. {error}"
            )

    def beside(self) -> Message:
        """The other cluster's run, or why it has none."""
        return {"bundle": self._run.bundle()} if self._run else {"refusal": self._refusal}

    # -- Keeping both in step ------------------------------------------------------------------------------------

    def send(self, content: Message, buffers: Any = None) -> None:
        """Tell the page something, and what is new of the other cluster."""
        super().send(content | self._news(), buffers)

    def _news(self) -> Message:
        story = self.branch.story
        if replace(story, ticks=0) != replace(self._played, ticks=0):
            self._play(self.history)
            return {"other": self.beside()}
        if self._run is None or story.ticks <= self._played.ticks:
            return {}
        self._played = story
        trace = self._run.branch.trace
        events, messages = len(trace.events), len(trace.messages)
        branch = self._run.more(story.ticks)
        return {"other": {"append": {"id": branch.id, "ticks": story.ticks, **branch.part(events, messages)}}}

    def answer(self, request: Message) -> Message:
        """The answer to a request of the page. Raises UserError if it cannot be done, or if a faulty node falls over."""
        try:
            return super().answer(request)
        except FELL_OVER as error:
            then = f"Then a node falls over ({type(error).__name__}), which cannot be shown."
            if "do" not in request:
                raise UserError(then) from error
            deed = (request["tick"], request["do"], *request.get("args", ()))
            raise UserError(f"{then} In a story, this action is {deed!r}.") from error

    # -- A story of one's own --------------------------------------------------------------------------------------

    def as_python(self) -> str:
        """The cell that tells what was done, as a function that returns the story."""
        return self._cell.text(self.story)

    def requests(self) -> dict[str, Callable[[Message], Message]]:
        """Those of `Lab`, and the one for the story."""
        requests = super().requests()
        return requests | {
            "all": lambda asked: requests["all"](asked) | {"other": self.beside()},
            "my_story": lambda _: {"story": self._my_story(), "alone": True},
        }

    def _my_story(self) -> dict[str, str]:
        if not self.story.actions:
            raise UserError(
                "Nothing has been done yet. Do something to the cluster first, such as: crash a node."
            )
        if self._refusal:
            raise UserError(self._refusal)
        return {
            "cell": self._cell.contains,
            "text": self.as_python(),
            "written": "Written into your cell below. To bring back what stood there, undo in that cell.",
            "missing": "Your cell cannot be written from here. Copy this text into it.",
        }

    # -- Where it cannot be shown -----------------------------------------------------------------------------------

    @property
    def traces(self) -> dict[str, Trace]:
        """What happened in both clusters, by their names; only in one, if the other cannot play the story."""
        other = {self.names[1]: self._run.branch.trace} if self._run else {}
        return {self.names[0]: self.trace} | other

    def words(self) -> str:
        """The moment that is shown, in both."""
        from raftlab.draw import describe

        told = [
            f"{name}. {describe(trace, min(self.tick, trace.ticks))}" for name, trace in self.traces.items()
        ]
        return "\n".join([repr(self), *told])

    def still(self) -> dict[str, str]:
        """Both runs as a picture."""
        from raftlab.draw.side_by_side import still_side_by_side

        return {"image/svg+xml": still_side_by_side(self.traces)}
