"""The colours that pictures and the player share: those of terms, and those of light and dark pages.

The pictures import them. The player gets those of terms with its trace, and the others from its style sheet.
Nothing is shown by colour alone: a sign, a number or a line always says the same.
"""

from typing import NamedTuple

# People who cannot tell red from green can tell these apart. All are light enough for dark text.
TERM_COLORS = ("#8cc9f0", "#f3c063", "#7fd1ae", "#f2e883", "#dfa9c8", "#f0a27a", "#b9b4e6", "#c9d68a")
NO_TERM = "#e4e4e4"
# Text on a term's colour, on light and dark pages alike. It differs from the light page's ink by one bit, so that
# a picture which follows its page's theme (`draw/page.py`) can exchange the ink and leave this text as it is.
ON_TERM = "#14181e"


class Theme(NamedTuple):
    """The colours of a page or a picture that do not stand for a term."""

    paper: str
    ink: str
    faint: str
    line: str
    soft: str
    accent: str
    bad: str


LIGHT = Theme("#ffffff", "#14181d", "#565d66", "#a8b0b9", "#e9ecef", "#0b66c3", "#c2410c")
DARK = Theme("#111111", "#f1f3f5", "#b3bac2", "#6b747e", "#343a41", "#5aa9f5", "#f08a5d")


def theme(dark: bool) -> Theme:
    """The colours for a light or a dark page."""
    return DARK if dark else LIGHT


def term_color(term: int) -> str:
    """The colour of a term. The colours repeat after eight terms; term 0 is grey."""
    return TERM_COLORS[(term - 1) % len(TERM_COLORS)] if term else NO_TERM
