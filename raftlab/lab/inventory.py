"""The inventory: twelve questions, asked before the first lesson and again after the sixth."""

from dataclasses import replace
from html import escape
from typing import Any

import ipywidgets

from raftlab.lab.panel import Panel
from raftlab.lab.predict import Prediction
from raftlab.lab.progress import Progress
from raftlab.lab.questions.inventory import INVENTORY
from raftlab.sim.errors import check_name

INTRODUCTION = {
    "before": "You need not know the answers yet: the lessons give them. If you are not sure, guess.",
    "after": "This time you see at once whether your answer is right. Below the questions you see your answers from both times.",
}
CLOSED = "You have begun the inventory that comes after lesson 06, so these answers can no longer be changed."


class Inventory(Panel):
    """The twelve questions, and below them how many are answered and how the two times compare."""

    invitation = "Run this cell to answer."

    def __init__(self, when: str, progress: Progress):
        self.when, self.progress = when, progress
        self.questions = [
            Prediction(
                replace(question, id=f"{when}.{question.id}", text=f"{number}. {question.text}"),
                progress,
                told=when == "after",
            )
            for number, question in enumerate(INVENTORY, start=1)
        ]
        self.summary = ipywidgets.HTML()
        for question in self.questions:
            question.commit.on_click(lambda _: self._show())
        self._show()
        self.introduction = INTRODUCTION[when]
        answers = progress.answers()
        if when == "before" and any(f"after.{each.id}" in answers for each in INVENTORY):
            self.introduction = CLOSED
            for question in self.questions:
                question.close_answer()
        super().__init__([ipywidgets.HTML(f"<p>{self.introduction}</p>"), *self.questions, self.summary])

    def words(self) -> str:
        """The questions with their choices and, where they were answered, the answers."""
        return "\n".join([self.introduction, *(question.words() for question in self.questions)])

    def still(self) -> dict[str, str]:
        """The same; then the summary."""
        stills = [question.still()["text/html"] for question in self.questions]
        return {"text/html": "".join([*stills, self.summary.value])}

    def _show(self) -> None:
        answers = self.progress.answers()
        before, after = ([answers.get(f"{when}.{q.id}") for q in INVENTORY] for when in ("before", "after"))
        given = after if self.when == "after" else before
        missing = [str(number) for number, answer in enumerate(given, start=1) if not answer]
        still = f" Not answered yet: {', '.join(missing)}." if any(given) and missing else ""
        words = f"<p role='status'>{len(given) - len(missing)} of {len(given)} answered.{still}</p>"
        if self.when == "after" and any(given):
            words += compared(before, after)
        self.summary.value = words


def compared(before: list[Any], after: list[Any]) -> str:
    """A table: each question, what was answered before and after, and how surely."""
    rows = "".join(
        f"<tr><td style='text-align:left'>{escape(question.text)}</td><td>{_mark(a)}</td><td>{_mark(b)}</td></tr>"
        for question, a, b in zip(INVENTORY, before, after, strict=True)
    )
    right = [sum(bool(each and each["right"]) for each in all) for all in (before, after)]
    return (
        f"<table><tr><th>question</th><th>before</th><th>after</th></tr>{rows}"
        f"<tr><th>right</th><td>{right[0]}</td><td>{right[1]}</td></tr></table>"
    )


def _mark(answer: Any) -> str:
    if not answer:
        return "not answered"
    sure = {1: "a guess", 2: "rather sure", 3: "certain"}[answer["confidence"]]
    return f"{'✓' if answer['right'] else '✕'} {sure}"


def inventory(when: str) -> Inventory:
    """The twelve questions "before" lesson 01 or "after" lesson 06. Raises UserError for any other word.

    The first answers are kept in the progress file, on this machine only. Before the lessons, no answer is judged.
    """
    return Inventory(check_name("time of the inventory", when, INTRODUCTION), Progress())
