"""The questions of the lessons, as data: one module per lesson, and one for the inventory."""

from importlib import import_module
from pkgutil import iter_modules

from raftlab.lab.questions.kinds import Choice, Question

__all__ = ["QUESTIONS", "RECALL", "Choice", "Question"]

_MODULES = [
    import_module(f"{__name__}.{name}") for name in sorted(module.name for module in iter_modules(__path__))
]

# The questions of all modules except those of the inventory, which is asked before and after the lessons.
QUESTIONS: dict[str, Question] = {
    question.id: question for module in _MODULES for question in getattr(module, "QUESTIONS", ())
}
# Lesson -> the questions of earlier lessons with which it begins.
RECALL: dict[str, tuple[str, ...]] = {
    module.QUESTIONS[0].lesson: module.RECALL for module in _MODULES if hasattr(module, "RECALL")
}
