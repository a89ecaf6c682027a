"""Colours and settings of every picture. Each colour stands beside a sign, a number or a line that says the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

# The player's sequence: told apart by people who do not see red and green alike, and all light
# enough for dark text.
TERM_COLORS = ("#8cc9f0", "#f3c063", "#7fd1ae", "#f2e883", "#dfa9c8", "#f0a27a", "#b9b4e6", "#c9d68a")
NO_TERM = "#e4e4e4"
# Text on a term's colour, in light and dark pictures alike. A shade beside the light ink, so that the two are
# told apart in a picture that can be both (`page.py`).
ON_TERM = "#14181e"


class Theme(NamedTuple):
    """The colours of a picture that do not stand for a term."""

    paper: str
    ink: str
    faint: str
    line: str
    soft: str
    accent: str
    bad: str


LIGHT = Theme("#ffffff", "#14181d", "#565d66", "#a8b0b9", "#e9ecef", "#0b66c3", "#c2410c")
DARK = Theme(
    "#111111", "#f1f3f5", "#b3bac2", "#6b747e", "#343a41", "#5aa9f5", "#f08a5d"
)  # JupyterLab's and the player's


def theme(dark: bool) -> Theme:
    """The colours for a light or a dark page."""
    return DARK if dark else LIGHT


def term_color(term: int) -> str:
    """The fill of a term: fixed by its number, repeating after eight; term 0 is grey."""
    return TERM_COLORS[(term - 1) % len(TERM_COLORS)] if term else NO_TERM


def pale(color: str, paper: str) -> str:
    """A colour of which a third is left on a paper."""
    from matplotlib.colors import to_hex, to_rgb

    (r, g, b), (r2, g2, b2) = to_rgb(color), to_rgb(paper)
    return to_hex(((r + 2 * r2) / 3, (g + 2 * g2) / 3, (b + 2 * b2) / 3))


@contextmanager
def styled() -> Iterator[None]:
    """The defaults of matplotlib and ours, whatever the user has set; undone at the end of the block."""
    import matplotlib
    from matplotlib import style

    ours: dict[Any, Any] = {
        "font.family": ["DejaVu Sans"],  # comes with matplotlib, so a picture is the same everywhere
        "figure.constrained_layout.h_pad": 0.12,
        "figure.constrained_layout.w_pad": 0.12,
        "svg.fonttype": "path",
        "svg.hashsalt": "raftlab",  # without it the ids in an SVG are random
        "text.parse_math": False,  # a command may hold a dollar sign
    }
    interactive = matplotlib.is_interactive()
    try:
        with style.context(["default", ours]):
            try:
                yield
            finally:
                interactive = matplotlib.is_interactive()
    finally:
        # A notebook becomes interactive with its first figure, which may be drawn in here. If that were
        # undone, it would show no other figure.
        matplotlib.interactive(interactive)


def drawable(text: object, length: int = 24) -> str:
    """At most so many characters of a text that somebody typed, none of which the font lacks."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    known = get_font(findfont(FontProperties(family=["DejaVu Sans"]))).get_charmap()
    plain = "".join(char if ord(char) in known and char.isprintable() else "?" for char in str(text))
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def width_of(words: str, size: float) -> float:
    """How wide bold words are at a size, in the same unit."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    bold = FontProperties(family=["DejaVu Sans"], weight="bold")
    return float(TextPath((0, 0), words, size=size, prop=bold).get_extents().width)
