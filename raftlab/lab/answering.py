"""The widgets with which a learner answers: a choice, a number, an order, a node. All can be used with the keyboard."""

from math import isfinite, nan
from typing import Any

import anywidget
import ipywidgets
import traitlets

from raftlab.lab.questions.kinds import Click, Number, Order, Question
from raftlab.lab.scenes import scene
from raftlab.sim.play import play
from raftlab.sim.trace import View

AUTO = {"width": "auto"}
# Without these rules, a choice of two lines would overlap the next one: ipywidgets gives each the height of one line.
WRAPPED = """<style>.rl-pick .widget-radio-box label {
        display: flex; flex-direction: row-reverse; justify-content: flex-end; height: auto; }
    .rl-pick .widget-radio-box input { flex: none; margin: 3px 6px 0 0; } .rl-pick .widget-radio { height: auto; }</style>"""

# Steps stand beside each other where there is room, and close together: their player is below them.
CLOSE_STEPS = """<style>.rl-steps { flex-flow: row wrap; }
    .rl-steps .widget-button { height: 26px; line-height: 26px; margin: 1px 4px 1px 0; }</style>"""


class Answering(ipywidgets.VBox):
    """A widget for one answer. answer: the answer, None while there is none."""

    answer = traitlets.Any(None, allow_none=True)
    missing = "give an answer"  # what there is to do first

    def put(self, answer: Any) -> None:
        """Show an answer that was given earlier, in the form of the progress file."""
        raise NotImplementedError


class Pick(Answering):
    """One of several choices."""

    def __init__(self, question: Question):
        options = [(question.choices[place].text, place) for place in question.mixed()]
        self.buttons = ipywidgets.RadioButtons(options=options, index=None, layout=AUTO)
        super().__init__([ipywidgets.HTML(WRAPPED, layout={"display": "none"}), self.buttons])
        self.add_class("rl-pick")
        traitlets.dlink((self.buttons, "value"), (self, "answer"))

    def put(self, answer: int) -> None:
        """Select the choice with this index."""
        self.buttons.value = answer


class Type(Answering):
    """A number with its unit."""

    def __init__(self, question: Number):
        self.field = ipywidgets.Text(
            placeholder="a number",
            description="Your answer",
            style={"description_width": "initial"},
            layout=AUTO,
        )
        self.field.tooltip = f"{question.text} In {question.unit}."
        super().__init__([ipywidgets.HBox([self.field, ipywidgets.Label(question.unit)])])
        self.field.observe(lambda _: self._typed(), "value")

    def put(self, answer: float) -> None:
        """Show this number as typed."""
        self.field.value = f"{answer:.12g}"

    def _typed(self) -> None:
        try:
            number = float(self.field.value.replace(",", "").strip())
        except ValueError:
            number = nan
        self.answer = number if isfinite(number) else None


class Arrange(Answering):
    """Steps to be pressed in the right order. Pressing a step again takes it back."""

    missing = "press the steps in order"

    def __init__(self, question: Order):
        self.question, self.chosen = question, list[str]()
        self.steps = question.shuffled()
        self.buttons = [ipywidgets.Button(layout={"width": "max-content"}) for _ in self.steps]
        super().__init__([ipywidgets.HTML(CLOSE_STEPS, layout={"display": "none"}), *self.buttons])
        self.add_class("rl-steps")
        for step, button in zip(self.steps, self.buttons, strict=True):
            button.on_click(lambda _, step=step: self._pressed(step))
        self._show()

    def put(self, answer: list[str]) -> None:
        """Show these steps as pressed in this order; steps that the question no longer has are left out."""
        self.chosen = [step for step in answer if step in self.steps]
        self._show()

    def _pressed(self, step: str) -> None:
        (self.chosen.remove if step in self.chosen else self.chosen.append)(step)
        self._show()

    def _show(self) -> None:
        for step, button in zip(self.steps, self.buttons, strict=True):
            place = self.chosen.index(step) + 1 if step in self.chosen else "–"
            button.description = f"{place}  {step}"
        self.answer = tuple(self.chosen) if len(self.chosen) == len(self.steps) else None


class NodesToClick(anywidget.AnyWidget):
    """Nodes side by side or in a list, each a radio button with its name and its facts."""

    # With radio buttons the arrow keys go from node to node, and screen readers announce the choice.
    _esm = """export default { render({ model, el }) {
        const group = document.createElement("div");
        group.className = model.get("listed") ? "rl-click rl-listed" : "rl-click"; group.setAttribute("role", "radiogroup");
        group.setAttribute("aria-label", "the nodes");
        for (const [id, facts] of model.get("nodes")) {
            const label = group.appendChild(document.createElement("label"));
            const radio = label.appendChild(document.createElement("input"));
            Object.assign(radio, { type: "radio", name: model.get("group"), checked: model.get("node") === id });
            radio.setAttribute("aria-label", `${id}: ${facts.replace("\\n", ", ")}`);
            radio.onchange = () => { model.set("node", id); model.save_changes(); };
            label.append(id, Object.assign(document.createElement("small"), { textContent: facts }));
        }
        el.append(group);
    } };"""
    _css = """.rl-click { display: flex; flex-wrap: wrap; gap: 6px; margin: 4px 0; color: var(--jp-ui-font-color1, CanvasText); }
        .rl-click label { padding: 4px 6px; cursor: pointer; border: 2px solid currentColor; border-radius: 14px;
            text-align: center; font-weight: 600; }
        .rl-click label:has(:checked) { box-shadow: inset 0 0 0 2px currentColor; background: var(--jp-layout-color2, Canvas); }
        .rl-click label:focus-within { outline: 3px solid var(--jp-brand-color1, Highlight); outline-offset: 2px; }
        .rl-click small { display: block; font-weight: 400; font-size: 12px; white-space: pre; }
        .rl-listed { flex-direction: column; gap: 1px; }
        .rl-listed label { text-align: left; padding: 0 8px; border-width: 1px; border-radius: 8px; line-height: 1.35; }
        .rl-listed small { display: inline; margin-left: 10px; white-space: normal; }"""
    nodes: Any = traitlets.List().tag(sync=True)
    group = traitlets.Unicode().tag(sync=True)
    listed = traitlets.Bool(False).tag(sync=True)
    node = traitlets.Unicode(None, allow_none=True).tag(sync=True)


class ClickNode(Answering):
    """One node of a cluster, chosen by a click or with the arrow keys."""

    def __init__(self, question: Click):
        known = facts(question)
        # Long logs are listed one below the other, so that they can be compared.
        listed = len(known) > 5 or max(map(len, known.values())) > 45
        self.picture = NodesToClick(nodes=list(known.items()), group=question.id, node=None, listed=listed)
        super().__init__([self.picture])
        traitlets.dlink((self.picture, "node"), (self, "answer"))

    def put(self, answer: str) -> None:
        """Select this node."""
        self.picture.node = answer


def offered(question: Question) -> list[str]:
    """What there is to choose from, in words and in the order in which it is shown; nothing where a number is typed."""
    if isinstance(question, Number):
        return []
    if isinstance(question, Order):
        return question.shuffled()
    if isinstance(question, Click):
        return [f"{id}: {known.replace(chr(10), ', ')}" for id, known in facts(question).items()]
    return [question.choices[place].text for place in question.mixed()]


def facts(question: Click) -> dict[str, str]:
    """Node -> what is shown of it: role and term, and its log; while all logs are empty, the time left on its timer instead."""
    story, node_class = scene(question.picture)
    trace = play(story, node_class=node_class)
    nodes = trace.at(question.tick).views
    logs = any(view.log for view in nodes.values())
    words = getattr(node_class, "words", {})  # Paxos has proposers, and numbers instead of terms

    def of_node(view: View) -> str:
        if "card" in words:
            entry = view.log[-1][1] if view.log else "nothing"
            return words["card"].format(term=view.term, entry=entry)
        left = (view.timer[1] - question.tick) * trace.ms_per_tick if view.timer else None
        known = _log(view) if logs else f"timer: {left} ms" if left is not None else ""
        return f"{words.get(view.state, view.state)}, {words.get('term', 'term')} {view.term}\n{known}"

    return {id: of_node(view) for id, view in nodes.items()}


def _log(view: View) -> str:
    """The terms of a log's entries, as text."""
    return "log " + (" ".join(str(term) for term, _ in view.log) or "empty")


KINDS: dict[type[Question], Any] = {Number: Type, Order: Arrange, Click: ClickNode}


def answering(question: Question) -> Answering:
    """The widget for the answer to a question."""
    widget: Answering = KINDS.get(type(question), Pick)(question)
    return widget
