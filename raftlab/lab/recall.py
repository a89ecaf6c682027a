"""Three questions about earlier lessons before a lesson begins. What is asked again after a while is remembered longer."""

from dataclasses import replace

import ipywidgets

from raftlab.lab.panel import Panel
from raftlab.lab.predict import Prediction
from raftlab.lab.progress import Progress
from raftlab.lab.questions import QUESTIONS, RECALL
from raftlab.sim.errors import check_name

INTRODUCTION = "Three questions about earlier lessons, before you go on. Answer from memory."


class Recall(Panel):
    """Questions of earlier lessons, one after the other. Their answers are saved apart from the first answers."""

    invitation = "Run this cell to answer."

    def __init__(self, lesson: str, progress: Progress):
        self.questions = [
            Prediction(replace(QUESTIONS[id], id=f"{lesson}.recall.{id}"), progress) for id in RECALL[lesson]
        ]
        for question in self.questions:
            question.commit.on_click(lambda _: self._show())
        self.head = ipywidgets.HTML(f"<p>{INTRODUCTION}</p>")
        self.shown = ipywidgets.VBox()
        self._show()
        super().__init__([self.head, self.shown])

    def _show(self) -> None:
        """Show the questions that were answered, and the next one."""
        answered = sum(bool(question.answer.value) for question in self.questions)
        self.shown.children = self.questions[: answered + 1]

    def words(self) -> str:
        """The questions with their choices and, if they were answered, the answers."""
        return "\n".join([INTRODUCTION, *(question.words() for question in self.questions)])

    def still(self) -> dict[str, str]:
        """The same, with what is said about the answers."""
        return {"text/html": "".join(question.still()["text/html"] for question in self.questions)}


def recall(lesson: str) -> Recall:
    """Ask three questions of earlier lessons, at the beginning of a lesson such as "02".

    Raises UserError, with the nearest number, if there is no such lesson or if it has no such questions.
    """
    return Recall(check_name("lesson that begins with questions", lesson, RECALL), Progress())
