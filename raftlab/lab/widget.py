"""The player as a widget: it asks, a history answers."""

from collections.abc import Callable
from typing import Any

import anywidget
import traitlets

from raftlab.player import module, style
from raftlab.sim.branches import Branch, History
from raftlab.sim.errors import UserError, check_drawable


class PlayerWidget(anywidget.AnyWidget):
    """Plays a history. What is done in it changes the history; the answer carries only what is new."""

    _esm = module()
    _css = style()
    # The bundle is made when a page asks for it: sent again at every change it would flood the page.
    bundle = traitlets.Any().tag(sync=True, to_json=lambda _, widget: widget.history.bundle())
    show = traitlets.List(traitlets.Unicode()).tag(sync=True)
    tick = traitlets.Int(0).tag(sync=True)
    branch = traitlets.Int(0)  # that one looks at, by its number: for those who observe
    height = traitlets.Int(None, allow_none=True).tag(sync=True)
    can_undo = traitlets.Bool(False).tag(sync=True)

    def __init__(self, history: History, show: tuple[str, ...], tick: int, height: int | None):
        check_drawable(history.story.nodes)
        self.history = history
        super().__init__(show=list(show), tick=tick, height=height, can_undo=history.can_undo)
        self.on_msg(self._on_request)

    def play(self, history: History, tick: int = 0) -> None:
        """Show another history. Raises UserError, and changes nothing, if it has too many nodes."""
        check_drawable(history.story.nodes)
        self.history = history
        self.look(tick)
        self.send({"bundle": history.bundle(), "tick": tick})

    def look(self, tick: int) -> None:
        """Look at a tick of the branch that the history is in."""
        self.tick, self.branch, self.can_undo = tick, self.history.current, self.history.can_undo

    def shown(self, branch: Branch, tick: int) -> dict[str, Any]:
        """Look at a branch in which something was done; what the player has to be told of it."""
        self.look(tick)
        return {"branch": branch.data(), "current": branch.id, "tick": tick}

    def undo(self) -> dict[str, Any]:
        """Take back what was done last; what the player has to be told of it. Raises UserError if there is nothing."""
        tick = self.history.undo()
        self.look(tick)
        return {"bundle": self.history.bundle(), "tick": tick, "undone": True}

    # -- What the player asks for -------------------------------------------------------------------

    def _on_request(self, _widget: Any, request: dict[str, Any], _buffers: Any) -> None:
        if "look" in request:  # the player tells at which tick one looks, and waits for no answer
            self.tick = request["look"]
            return
        try:
            answer = self.answer(request)
        except UserError as error:
            answer = {"error": str(error)}
        except Exception as error:
            self.send({"re": request.get("id"), "error": f"raftlab itself failed here: {error!r}."})
            raise
        self.send({"re": request.get("id"), **answer})

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request of the player. Raises UserError if it cannot be done."""
        for word, handler in self._handlers().items():
            if word in request:
                with self.history.turn:
                    return handler(request)
        raise UserError(f"The player asked for something unknown: {', '.join(sorted(request))}.")

    def _handlers(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        return {
            "do": self._do,
            "what_if": self._what_if,
            "more": self._more,
            "undo": lambda _: self.undo(),
            "select": self._select,
        }

    def _do(self, request: dict[str, Any]) -> dict[str, Any]:
        branch = self.history.act(
            request["do"],
            *request.get("args", ()),
            tick=request["tick"],
            branch=request.get("branch"),
            seen=request.get("seen"),
            **request.get("kwargs", {}),
        )
        return self.shown(branch, request["tick"])

    def _what_if(self, request: dict[str, Any]) -> dict[str, Any]:
        branch = self.history.what_if(request["what_if"], request.get("branch"))
        return self.shown(branch, branch.fork_tick)

    def _more(self, request: dict[str, Any]) -> dict[str, Any]:
        branch = self.history.branches[request["more"]]
        events, messages = len(branch.trace.events), len(branch.trace.messages)
        self.history.more(request["until"], request["more"])
        return {"append": {"id": branch.id, "ticks": branch.trace.ticks, **branch.part(events, messages)}}

    def _select(self, request: dict[str, Any]) -> dict[str, Any]:
        self.history.select(request["select"])
        self.branch = self.history.current
        return {}
