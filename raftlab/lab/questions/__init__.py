"""The questions of the lessons, as data: one module per lesson, and one for the inventory."""

from importlib import import_module
from pkgutil import iter_modules

from raftlab.lab.questions.kinds import Choice, Question

__all__ = ["QUESTIONS", "Choice", "Question"]

# Of every module that has some; those of the inventory are asked before and after, and have a name of their own.
QUESTIONS: dict[str, Question] = {
    question.id: question
    for name in sorted(module.name for module in iter_modules(__path__))
    for question in getattr(import_module(f"{__name__}.{name}"), "QUESTIONS", ())
}
