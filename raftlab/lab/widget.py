"""The player as a widget: the page sends requests, and a history answers them.

Each answer is a message to the page with only the changes. All views of the widget receive it, not only the view that
sent the request. A message for that view alone is marked "alone".

The page and a cell may both move the player at the same time. So each move of the kernel has a number, which its message
carries, and the page reports what it shows together with the number of the last move that it has shown. A report that
was sent before the latest move had arrived is out of date, and is ignored.
"""

from collections.abc import Callable
from threading import RLock
from typing import Any

import anywidget
import traitlets

from raftlab.player import module, style
from raftlab.sim.branches import Branch, History
from raftlab.sim.errors import UserError, check_drawable

Message = dict[str, Any]
_Looked = tuple[History, int]  # a history, and the tick that was shown
MOST_KEPT = 20  # the most histories that undo can go back to


class PlayerWidget(anywidget.AnyWidget):
    """A player of a history. Actions in it change the history.

    history: the history that is played. show: the parts that are shown. tick: the tick that is shown first. event: the
    event of this tick whose sentence is shown first; None: the last sentence of the story. height: the height of the
    player in pixels; None: as high as the room allows.
    """

    _esm = module()
    _css = style()
    # The bundle is made only when a page requests it. As a synchronised trait it would be sent again at every change.
    bundle = traitlets.Any().tag(sync=True, to_json=lambda _, widget: widget.history.bundle())
    show = traitlets.List(traitlets.Unicode()).tag(sync=True)
    tick = traitlets.Int(0).tag(sync=True)  # the tick that is shown
    # The event of this tick whose sentence is shown first.
    event = traitlets.Int(None, allow_none=True).tag(sync=True)
    # The question that is open in the player: [node, what, index]. None once a page has shown it.
    asked = traitlets.Any(None).tag(sync=True)
    moves = traitlets.Int(0).tag(sync=True)  # the number of the kernel's latest move
    current = traitlets.Int(0)  # the number of the branch that is shown
    height = traitlets.Int(None, allow_none=True).tag(sync=True)
    can_undo = traitlets.Bool(False).tag(sync=True)
    can_redo = traitlets.Bool(False).tag(sync=True)
    # The number of changes of the history; a new view requests all of it.
    changes = traitlets.Int(0).tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)  # the choices in the forms of the player

    def __init__(
        self, history: History, show: tuple[str, ...], tick: int, height: int | None, choices: dict[str, Any]
    ):
        check_drawable(history.story.nodes)
        self.history = history
        self._left: list[_Looked] = []  # earlier histories, for undo
        self._ahead: list[_Looked] = []  # histories that were undone, for redo
        self._turn = RLock()  # in a notebook, a second thread receives the reports of the page
        super().__init__(
            show=list(show), tick=tick, height=height, choices=choices,
            can_undo=history.can_undo, can_redo=history.can_redo,
        )  # fmt: skip
        self.on_msg(self._on_request)

    # -- Changes; each method returns the message about the change -------------------------------------------------

    def begin(self, history: History) -> Message:
        """Show another history from its beginning; undo brings this one back.

        Raises UserError, and changes nothing, if it has too many nodes.
        """
        check_drawable(history.story.nodes)
        self.history.forget_undone()
        self._left = [*self._left, (self.history, self.tick)][-MOST_KEPT:]
        self._ahead.clear()
        self.history = history
        return self._anew(0)

    def did(self, branch: Branch, tick: int) -> Message:
        """Show a branch in which something was done."""
        self.changes += 1
        self._ahead.clear()
        moves = self.look(tick)
        return {"branch": branch.data(), "current": branch.id, "tick": tick, "moves": moves}

    def undid(self) -> Message:
        """Undo the last action, or the last change to another history. Raises UserError if there is none."""
        if self._left and not self.history.can_undo:
            return self._exchange(self._left, self._ahead)
        return self._anew(self.history.undo()) | {"undone": True}

    def redid(self) -> Message:
        """Do again what was undone last. Raises UserError if there is nothing."""
        if self._ahead and not self.history.can_redo:
            return self._exchange(self._ahead, self._left)
        return self._anew(self.history.redo()) | {"undone": True}

    def _exchange(self, source: "list[_Looked]", target: "list[_Looked]") -> Message:
        target.append((self.history, self.tick))
        self.history, tick = source.pop()
        return self._anew(tick)

    def simulated(self, until: int, branch: int) -> Message:
        """Continue a branch up to a tick. Raises UserError if that is too far."""
        found = self.history.more(0, branch)  # refuses a branch that has been undone
        events, messages = len(found.trace.events), len(found.trace.messages)
        self.history.more(until, branch)
        self.changes += 1
        return {"append": {"id": found.id, "ticks": found.trace.ticks, **found.part(events, messages)}}

    def look(self, tick: int) -> int:
        """Show a tick of the history's present branch. Returns the number of this move."""
        moves = self.move()
        self.tick, self.current = tick, self.history.current
        self.can_undo = self.history.can_undo or bool(self._left)
        self.can_redo = self.history.can_redo or bool(self._ahead)
        return moves

    def move(self) -> int:
        """Begin a move, and return its number. From now on, reports of the page about earlier moves are ignored."""
        with self._turn:
            self.moves += 1
            return self.moves

    def _anew(self, tick: int) -> Message:
        self.changes += 1
        moves = self.look(tick)
        return {"bundle": self.history.bundle(), "tick": tick, "moves": moves}

    # -- Requests of the page --------------------------------------------------------------------------------------

    def _on_request(self, _widget: Any, request: Message, _buffers: Any) -> None:
        if "look" in request:  # the page reports which tick it shows, and expects no answer
            with self._turn:
                if request["moves"] == self.moves:
                    self.tick, self.asked = request["look"], None
            return
        try:
            answer = self.answer(request)
        except UserError as error:
            answer = {"error": str(error)}
        except Exception as error:
            self.send({"re": request.get("id"), "error": f"raftlab itself failed here: {error!r}."})
            raise
        self.send({"re": request.get("id"), **answer})

    def answer(self, request: Message) -> Message:
        """The answer to a request of the page. Raises UserError if it cannot be done."""
        requests = self.requests()
        word = next((word for word in request if word in requests), None)
        if word is None:
            raise UserError(f"The player asked for something unknown: {', '.join(sorted(request))}.")
        with self.history.turn:
            return requests[word](request)

    def requests(self) -> dict[str, Callable[[Message], Message]]:
        """The kinds of requests: the word in the request, and the function that answers it."""
        return {
            "do": self._do,
            "do_each": self._do_each,
            "what_if": self._what_if,
            "more": lambda asked: self.simulated(asked["until"], asked["more"]),
            "undo": lambda _: self.undid(),
            "redo": lambda _: self.redid(),
            "select": self._select,
            "all": lambda _: {
                "bundle": self.history.bundle(), "tick": self.tick, "ask": self.asked, "moves": self.moves, "alone": True,
            },
        }  # fmt: skip

    def _do(self, asked: Message) -> Message:
        branch = self.history.act(
            asked["do"],
            *asked.get("args", ()),
            tick=asked["tick"],
            branch=asked.get("branch"),
            seen=asked.get("seen"),
            **asked.get("kwargs", {}),
        )
        return self.did(branch, asked["tick"])

    def _do_each(self, asked: Message) -> Message:
        branch = self.history.act_each(
            asked["do_each"],
            asked["several"],
            tick=asked["tick"],
            branch=asked.get("branch"),
            seen=asked.get("seen"),
        )
        return self.did(branch, asked["tick"])

    def _what_if(self, asked: Message) -> Message:
        branch = self.history.what_if(asked["what_if"], asked.get("branch"))
        return self.did(branch, branch.fork_tick)

    def _select(self, asked: Message) -> Message:
        self.history.select(asked["select"])
        self.current = self.history.current
        return {}  # the page already shows this branch
