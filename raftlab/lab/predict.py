"""Predict before you run: a question, an answer with a confidence, then what is to be said about it."""

from html import escape

import ipywidgets

from raftlab.lab.answering import answering
from raftlab.lab.lab import Lab
from raftlab.lab.progress import Progress
from raftlab.lab.questions import QUESTIONS, Question
from raftlab.sim.errors import check_name

CONFIDENCE = [("a guess", 1), ("rather sure", 2), ("certain", 3)]


class Prediction(ipywidgets.VBox):
    """One question on the screen. Nothing is told before the learner has committed to an answer.

    told: whether anything is told then; if not, the answer is only kept.
    """

    def __init__(self, question: Question, progress: Progress, told: bool = True):
        self.question, self.progress, self.told = question, progress, told
        self.answering = answering(question)
        self.confidence = ipywidgets.ToggleButtons(options=CONFIDENCE, value=2)
        self.confidence.style.button_width = "auto"
        self.commit = ipywidgets.Button(
            description="that is my answer", button_style="primary", disabled=True, layout={"width": "auto"}
        )
        self.answer = ipywidgets.HTML()
        self.evidence = ipywidgets.VBox()
        self.answering.observe(lambda _: self._chosen(), "answer")
        self.commit.on_click(lambda _: self._committed())
        super().__init__(
            [
                ipywidgets.HTML(f"<b>{escape(question.text)}</b>"),
                self.answering,
                ipywidgets.HBox([self.confidence, self.commit], layout={"flex_flow": "row wrap"}),
                self.answer,
                self.evidence,
            ]
        )

    def _chosen(self) -> None:
        self.commit.disabled = self.answering.answer is None

    def _committed(self) -> None:
        """Say whether it was right; a wrong answer is met by the tick that contradicts it."""
        place = self.question.place(self.answering.answer)
        choice = self.question.choices[place]
        self.progress.note(self.question.id, place, self.confidence.value, choice.right)
        if not self.told:
            self.answer.value = '<p role="status">Kept.</p>'
            return
        sign = "✓ Yes." if choice.right else "✕ Not so."
        self.answer.value = f'<p role="status"><b>{sign}</b> {escape(choice.answer)}</p>'
        if choice.story is None:
            self.evidence.children = ()
        else:
            lab = Lab(choice.story, show=self.question.lesson, tick=choice.tick)
            self.evidence.children = (ipywidgets.HTML(f"Look, at tick {choice.tick}:"), lab)


def predict(question: str) -> Prediction:
    """Ask a question of a lesson, such as "01.start". Raises UserError, with the nearest id, if there is none."""
    return Prediction(QUESTIONS[check_name("question", question, QUESTIONS)], Progress())
