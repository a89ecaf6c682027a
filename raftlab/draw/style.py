"""Settings of every picture, and how wide and how pale things are in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any


def pale(color: str, paper: str) -> str:
    """A colour of which a third is left on a paper."""
    from matplotlib.colors import to_hex, to_rgb

    (r, g, b), (r2, g2, b2) = to_rgb(color), to_rgb(paper)
    return to_hex(((r + 2 * r2) / 3, (g + 2 * g2) / 3, (b + 2 * b2) / 3))


@cache
def know_our_font() -> None:
    """Tell matplotlib of its own font DejaVu Sans.

    It keeps a list of all fonts in a file. If that was written while matplotlib's own fonts were out of reach, it lacks
    them from then on.
    """
    import matplotlib
    from matplotlib.font_manager import fontManager

    known = {Path(font.fname).name for font in fontManager.ttflist}
    for style in ("", "-Bold", "-Oblique", "-BoldOblique"):
        path = Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVuSans{style}.ttf")
        if path.name not in known:
            fontManager.addfont(path)


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
    know_our_font()
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

    know_our_font()
    known = get_font(findfont(FontProperties(family=["DejaVu Sans"]))).get_charmap()
    plain = "".join(char if ord(char) in known and char.isprintable() else "?" for char in str(text))
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def width_of(words: str, size: float) -> float:
    """How wide bold words are at a size, in the same unit."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    if not words.strip():
        return 0.0  # matplotlib makes no path of nothing
    know_our_font()
    bold = FontProperties(family=["DejaVu Sans"], weight="bold")
    return float(TextPath((0, 0), words, size=size, prop=bold).get_extents().width)
