"""Predict before you run: a question, an answer with a confidence, then what is to be said about it."""

from html import escape

import ipywidgets

from raftlab.lab.answering import answering
from raftlab.lab.lab import Lab
from raftlab.lab.panel import Panel
from raftlab.lab.progress import Progress
from raftlab.lab.questions import QUESTIONS, Question
from raftlab.lab.questions.kinds import Choice
from raftlab.sim.errors import check_name

CONFIDENCE = [("a guess", 1), ("rather sure", 2), ("certain", 3)]


class Prediction(Panel):
    """One question on the screen. Nothing is told before the learner has committed to an answer.

    What was answered earlier comes back with what is said about it; it can be answered again.

    told: whether anything is told then; if not, the answer is only kept.
    """

    invitation = "Run this cell to answer."

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
        self.add_class("rl-question")
        self._answered_earlier()

    def _chosen(self) -> None:
        self.commit.disabled = self.answering.answer is None

    def _committed(self) -> None:
        """Say whether it was right; a wrong answer is met by the tick that contradicts it."""
        place = self.question.place(self.answering.answer)
        choice = self.question.choices[place]
        self.progress.note(self.question.id, place, self.confidence.value, choice.right)
        self.answer.value = f'<p role="status">{self._verdict(choice)}</p>'
        if choice.story is None or not self.told:
            self.evidence.children = ()
        else:
            lab = Lab(choice.story, show=self.question.lesson, tick=choice.tick)
            self.evidence.children = (ipywidgets.HTML(f"Look, at tick {choice.tick}:"), lab)

    def _verdict(self, choice: Choice) -> str:
        if not self.told:
            return "Kept."
        return f"<b>{'✓ Yes.' if choice.right else '✕ Not so.'}</b> {escape(choice.answer)}"

    def _given(self) -> tuple[Choice, int] | None:
        """The first answer that was given, and how sure the learner was."""
        kept = self.progress.answers().get(self.question.id)
        if kept is None or kept["choice"] not in range(len(self.question.choices)):
            return None
        return self.question.choices[kept["choice"]], kept["confidence"]

    def _answered_earlier(self) -> None:
        given = self._given()
        if given is not None:
            choice, confidence = given
            self.confidence.value = confidence
            self.answer.value = f"<p>Your answer: “{escape(choice.text)}” {self._verdict(choice)}</p>"

    def words(self) -> str:
        """The question with its choices; once it was answered, with the answer."""
        given = self._given()
        answer = [] if given is None else [f"Your answer: “{given[0].text}”"]
        return "\n".join([self.question.text, *(f"- {each}" for each in self._choices()), *answer])

    def still(self) -> dict[str, str]:
        """The same, and what is said about the answer."""
        given = self._given()
        said = (
            ""
            if given is None
            else f"<p>Your answer: “{escape(given[0].text)}” {self._verdict(given[0])}</p>"
        )
        listed = "".join(f"<li>{escape(each)}</li>" for each in self._choices())
        return {"text/html": f"<p><strong>{escape(self.question.text)}</strong></p><ul>{listed}</ul>{said}"}

    def _choices(self) -> list[str]:
        """In the order in which they are shown."""
        return [self.question.choices[place].text for place in self.question.mixed()]


def predict(question: str) -> Prediction:
    """Ask a question of a lesson, such as "01.start". Raises UserError, with the nearest id, if there is none."""
    return Prediction(QUESTIONS[check_name("question", question, QUESTIONS)], Progress())
