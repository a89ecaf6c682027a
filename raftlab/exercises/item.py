"""What an item of an exercise is, whatever it asks for: a name, points, hints, and a way to judge an answer."""

from typing import Any, Literal, NamedTuple, Protocol

Kind = Literal["write", "break", "read", "review"]
Hints = tuple[str, str, str]  # where to look; what to think about; how to do it


class Help(NamedTuple):
    """The three hints of an item, and what is said after the last one."""

    hints: Hints
    end: str


class Judged(Protocol):
    """The outcome for an answer. Its text (`repr`) gives the reasons, and a notebook shows it with runs to look at."""

    points: float

    @property
    def passed(self) -> bool:
        """Has the answer got all points?"""


class Item(Protocol):
    """One item: something to write, to break, to read or to review.

    `check`, `convict`, `answer`, `review` and `hint` find it by its name in `ITEMS`, and ask nothing else of it.
    """

    @property
    def name(self) -> str:
        """The name of a rule, such as "on_request_vote"; or the lesson and what is drawn there, such as "02.a", "02.1"."""

    @property
    def lesson(self) -> str:
        """The number of its lesson: "02"."""

    @property
    def kind(self) -> Kind:
        """What it asks for."""

    @property
    def points(self) -> int:
        """The most points that it gives."""

    def help(self, me: str) -> Help:
        """Its hints. me: the learner's name; items that are not drawn from it need none."""

    def judge(self, answer: Any, me: str) -> Judged:
        """Judge an answer: a function, a class, or a value where no function is needed.

        Raises UserError if it is no answer to this item, or if `me` is no name and the item is drawn from it.
        """
