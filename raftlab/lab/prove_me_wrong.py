"""Prove me wrong: put a claim together from menus, and see it contradicted, or not within these bounds."""

from html import escape

import ipywidgets

from raftlab.checks.claims import BEGINNINGS, HOW, SUBJECTS, MenuClaim, Verdict, disprove, predicates
from raftlab.lab.lab import Lab
from raftlab.lab.panel import Panel

WIDE = {"width": "auto", "max_width": "100%"}


class ProveMeWrong(Panel):
    """Menus for a claim and its bounds, and a button that lets the explorer look for the shortest way against it.

    who, how, what: the claim to begin with, from the menus of `raftlab.checks.claims`.
    verdict: the last answer, a `Verdict`; None before the first one.
    Raises UserError, with the nearest words, for a claim that the menus do not have.

    >>> ProveMeWrong("a leader", "always", "is the only leader")
    <prove me wrong: A leader is always the only leader.>
    """

    def __init__(
        self,
        who: str = "the node with the longest log",
        how: str = "always",
        what: str = "is the newest leader",
    ):
        self.verdict: Verdict | None = None
        MenuClaim(who, how, what)  # what cannot be is told before anything is shown
        self.who = _menu(SUBJECTS, who, "who or what")
        self.how = _menu(HOW, how, "how often")
        self.what = _menu(predicates(who), what, "does what")
        self.begin = _menu(tuple(BEGINNINGS), "new nodes", "begin with")
        self.crashes = _menu(("no crash", "one crash"), "no crash", "and with")
        self.ask = ipywidgets.Button(
            description="prove me wrong", button_style="primary", layout={"width": "auto"}
        )
        self.told = ipywidgets.HTML()
        self.shown = ipywidgets.VBox()
        self.who.observe(lambda _: self._offer(), "value")
        self.ask.on_click(lambda _: self.look())
        row = {"flex_flow": "row wrap", "align_items": "center"}
        super().__init__([
            ipywidgets.HBox([self.who, self.how, self.what], layout=row),
            ipywidgets.HBox([self.begin, self.crashes, self.ask], layout=row),
            self.told, self.shown,
        ])  # fmt: skip

    @property
    def claim(self) -> MenuClaim:
        """The claim that the menus show."""
        return MenuClaim(self.who.value, self.how.value, self.what.value)

    def look(self) -> Verdict | None:
        """Let the explorer answer, with a progress bar, and show the run that it finds, opened at its last tick.

        Returns the verdict; None if somebody has interrupted the kernel.
        """
        self.told.value = '<p role="status">Looking at every order of events …</p>'
        bar = ipywidgets.Output()  # what a button's callback displays is seen nowhere else
        self.shown.children = (bar,)
        self.ask.disabled, self.verdict = True, None
        crashes = 1 if self.crashes.value == "one crash" else 0
        try:
            with bar:
                self.verdict = disprove(self.claim, self.begin.value, crashes=crashes, progress=True)
        finally:
            self.ask.disabled, self.shown.children = False, ()
            bar.close()
        verdict = self.verdict
        if verdict is None:  # an Output shows what interrupts it, and lets it go no further
            self.told.value = '<p role="status">Stopped before there was an answer.</p>'
            return None
        sign = "✓" if verdict.holds else "✕"
        self.told.value = f'<p role="status"><b>{sign}</b> {escape(verdict.sentence)}</p>'
        if verdict.story is not None:
            self.shown.children = (Lab(verdict.story, tick=verdict.story.ticks),)
        return verdict

    def _offer(self) -> None:
        """Of entries other things can be said than of nodes."""
        offered = predicates(self.who.value)
        if tuple(self.what.options) != offered:
            self.what.options = offered

    def __repr__(self) -> str:
        return f"<prove me wrong: {self.verdict.sentence if self.verdict else self.claim.sentence}>"


def _menu(options: tuple[str, ...], value: str, description: str) -> ipywidgets.Dropdown:
    menu = ipywidgets.Dropdown(options=options, value=value, description=description, layout=WIDE)
    menu.style.description_width = "initial"
    return menu
