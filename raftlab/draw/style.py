"""Settings that all pictures share, pale colours, and the widths of words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any


def pale(color: str, paper: str) -> str:
    """A mixture of one third of a colour with two thirds of the paper's colour."""
    from matplotlib.colors import to_hex, to_rgb

    (r, g, b), (r2, g2, b2) = to_rgb(color), to_rgb(paper)
    return to_hex(((r + 2 * r2) / 3, (g + 2 * g2) / 3, (b + 2 * b2) / 3))


@cache
def know_our_font() -> None:
    """Make sure that matplotlib finds its own font DejaVu Sans.

    matplotlib keeps a list of all fonts in a file. If the file was written while its own fonts could not be read, they
    are missing from the list.
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
    """Use matplotlib's defaults and our settings, not those of the user, until the end of the block."""
    import matplotlib
    from matplotlib import style

    ours: dict[Any, Any] = {
        "font.family": ["DejaVu Sans"],  # comes with matplotlib, so a picture is the same everywhere
        "figure.constrained_layout.h_pad": 0.12,
        "figure.constrained_layout.w_pad": 0.12,
        "svg.fonttype": "path",
        "svg.hashsalt": "raftlab",  # without it the ids in an SVG are random
        "text.parse_math": False,  # a command may contain a dollar sign
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
        # With its first figure, which may be drawn in this block, a notebook makes matplotlib interactive. This is not
        # undone, or the notebook would show no further figures.
        matplotlib.interactive(interactive)


def drawable(text: object, length: int = 24) -> str:
    """A text that a person typed, cut to at most so many characters, without characters that the font lacks."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    know_our_font()
    known = get_font(findfont(FontProperties(family=["DejaVu Sans"]))).get_charmap()
    plain = "".join(char if ord(char) in known and char.isprintable() else "?" for char in str(text))
    return plain if len(plain) <= length else plain[: length - 1] + "…"


def width_of(words: str, size: float) -> float:
    """The width of bold words at a font size, in the same unit."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    if not words.strip():
        return 0.0  # matplotlib cannot make a path of an empty text
    know_our_font()
    bold = FontProperties(family=["DejaVu Sans"], weight="bold")
    return float(TextPath((0, 0), words, size=size, prop=bold).get_extents().width)
