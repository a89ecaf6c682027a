"""Predict before you run: a question, an answer with a confidence, then the verdict and the explanation."""

from html import escape
from typing import Any

import ipywidgets

from raftlab.lab.answering import answering, offered
from raftlab.lab.lab import Lab
from raftlab.lab.lessons import STAGES
from raftlab.lab.markdown import as_html
from raftlab.lab.moment import moment_at
from raftlab.lab.panel import Panel
from raftlab.lab.progress import Progress
from raftlab.lab.questions import QUESTIONS, Question
from raftlab.lab.questions.kinds import Choice
from raftlab.lab.scenes import scene_that_asks_nothing
from raftlab.sim.errors import check_name

CONFIDENCE = [("a guess", 1), ("rather sure", 2), ("certain", 3)]
# Lines as close as in running text, so that question, verdict and player fit on one small screen.
CLOSE = """<style>.rl-question .widget-html, .rl-question .widget-html-content { line-height: 1.45; }
    .rl-question .widget-html-content > p { margin: 0 0 2px; }</style>"""
HEIGHT = 460  # pixels: the least height of a player in its usual form (see room.js)


class Prediction(Panel):
    """One question. What reveals the right answer appears only when the learner has committed to an answer.

    A question that was answered earlier comes back with its answer and explanation, and can be answered again.

    told: whether verdict and explanation are shown; if not, the answer is only saved.
    """

    invitation = "Run this cell to answer."

    def __init__(self, question: Question, progress: Progress, told: bool = True):
        self.question, self.progress, self.told = question, progress, told
        self.answering = answering(question)
        self.confidence = ipywidgets.ToggleButtons(options=CONFIDENCE, index=None)
        self.confidence.style.button_width = "auto"
        self.commit = ipywidgets.Button(layout={"width": "auto"})
        self.answer = ipywidgets.HTML()
        self.evidence = ipywidgets.VBox()
        self.explanation = ipywidgets.HTML()
        super().__init__(
            [
                ipywidgets.HTML(CLOSE, layout={"display": "none"}),
                ipywidgets.HTML(f"<b>{escape(question.text)}</b>"),
                self.answering,
                ipywidgets.HBox([self.confidence, self.commit], layout={"flex_flow": "row wrap"}),
                self.answer,
                self.evidence,
                self.explanation,
            ]
        )
        self.add_class("rl-question")
        if question.run is not None:
            self._play(*question.run)
        self._answered_earlier()
        self._say_what_is_missing()
        self.answering.observe(lambda _: self._answer_changed(), "answer")
        self.confidence.observe(lambda _: self._say_what_is_missing(), "index")
        self.commit.on_click(lambda _: self._committed())

    def _say_what_is_missing(self) -> None:
        """Show on the button what is still missing; it can be pressed when nothing is."""
        if self.answering.answer is None:
            missing = self.answering.missing
        else:
            missing = "say how sure you are" if self.confidence.index is None else ""
        self.commit.description, self.commit.disabled = missing or "that is my answer", bool(missing)
        self.commit.button_style = "" if missing else "primary"

    def close_answer(self) -> None:
        """Take no answer from now on: the button is gone."""
        self.commit.layout.display = "none"

    def _answer_changed(self) -> None:
        """Remove the note about the saved answer when another one is chosen, unless it is a verdict, which names its answer."""
        if not self.told:
            self.answer.value = ""
        self._say_what_is_missing()

    def _committed(self) -> None:
        """Save the answer and say whether it is right; after a wrong one, show the event that contradicts it."""
        given = self.answering.answer
        place = self.question.place(given)
        choice = self.question.choices[place]
        self.progress.note(self.question.id, place, self.confidence.value, choice.right, given)
        self.answer.value = f'<p role="status">{self._verdict(choice)}</p>'
        self._tell(choice)

    def _tell(self, choice: Choice) -> None:
        """Show explanation and player, if the question shows them."""
        if not self.told:
            return
        if choice.story is not None:
            self._play(choice.story, choice.tick, choice.says)
        elif self.question.run is not None:
            self._play(*self.question.run)  # in the place of a run that an earlier, wrong answer has opened
        else:
            self.evidence.children = ()
        if self.question.explanation:
            self.explanation.value = as_html(self.question.explanation)

    def _play(self, story: str, tick: int, says: str | None = None) -> None:
        """Show a run at a tick. says: words of the sentence to show; None: the last sentence of the story."""
        run, node_class = scene_that_asks_nothing(story)
        show = (*STAGES[self.question.lesson], *self.question.besides)
        lab = Lab(run, show=show, tick=tick, height=HEIGHT, node_class=node_class)
        if says is not None:
            lab.event = moment_at(lab.trace, tick, says).event
        self.evidence.children = (lab,)

    def _verdict(self, choice: Choice) -> str:
        if not self.told:
            return "Kept."
        return f"<b>{'✓ Yes.' if choice.right else '✕ Not so.'}</b> {escape(choice.answer)}"

    def _kept(self) -> dict[str, Any] | None:
        """The first answer that was given, if the question still has it."""
        kept: dict[str, Any] | None = self.progress.answers().get(self.question.id)
        return kept if kept and kept["choice"] in range(len(self.question.choices)) else None

    def _answered_earlier(self) -> None:
        kept = self._kept()
        if kept is None:
            return
        choice = self.question.choices[kept["choice"]]
        self.confidence.value = kept["confidence"]
        if kept.get("given") is not None:
            self.answering.put(kept["given"])
        self.answer.value = self._as_it_was(kept)
        self._tell(choice)

    def _as_it_was(self, kept: dict[str, Any]) -> str:
        return (
            f"<p>{escape(self._your_answer(kept))} {self._verdict(self.question.choices[kept['choice']])}</p>"
        )

    def _your_answer(self, kept: dict[str, Any]) -> str:
        given = kept.get("given")
        told = self.question.choices[kept["choice"]].text if given is None else self.question.in_words(given)
        return f"Your answer: “{told}”"

    def words(self) -> str:
        """The question with its choices and, if it was answered, the answer."""
        kept = self._kept()
        answer = [] if kept is None else [self._your_answer(kept)]
        return "\n".join([self.question.text, *(f"- {each}" for each in offered(self.question)), *answer])

    def still(self) -> dict[str, str]:
        """The same, with what is said about the answer."""
        kept = self._kept()
        listed = "".join(f"<li>{escape(each)}</li>" for each in offered(self.question))
        said = "" if kept is None else self._as_it_was(kept) + self.explanation.value
        return {"text/html": f"<p><strong>{escape(self.question.text)}</strong></p><ul>{listed}</ul>{said}"}


def predict(question: str) -> Prediction:
    """Ask a question of a lesson, such as "01.start". Raises UserError, with the nearest id, if there is none."""
    return Prediction(QUESTIONS[check_name("question", question, QUESTIONS)], Progress())
