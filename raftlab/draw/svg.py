"""A figure as the text of an SVG: always the same bytes, with a text alternative."""

import re
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from raftlab.colors import LIGHT, ON_TERM
from raftlab.draw.style import styled
from raftlab.sim.errors import UserError, type_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def as_svg(picture: "Axes | Figure", description: str | None = None) -> str:
    """A picture as the text of an SVG; see `save_svg`."""
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    figure = picture if isinstance(picture, Figure) else getattr(picture, "figure", None)
    if not isinstance(picture, Artist) or not isinstance(figure, Figure):
        raise UserError(
            f"save_svg saves the result of draw_cluster or another draw_... function, not {type_of(picture)}."
        )
    # In a file, text on a term's colour has the ordinary ink. Only on a page, whose theme may change, must they differ.
    svg = bare_svg(figure).replace(ON_TERM, LIGHT.ink)
    return with_text(svg, words_of(figure) if description is None else description)


def bare_svg(figure: "Figure", **metadata: str | None) -> str:
    """A figure as the text of an SVG, without a text alternative."""
    buffer = BytesIO()
    with styled():
        figure.savefig(buffer, format="svg", metadata={"Creator": "raftlab", "Date": None} | metadata)
    return buffer.getvalue().decode()


def words_of(figure: "Figure") -> str:
    """The text alternative of a figure: the labels of its Axes, without matplotlib's default labels."""
    labels = [str(axes.get_label()) for axes in figure.axes]
    return " ".join(label for label in labels if not label.startswith("<"))


def with_text(svg: str, description: str) -> str:
    """An SVG with a title (the first sentence) and a description (the whole text), which screen readers read."""
    title = re.split(r"(?<=[.!?]) ", description, maxsplit=1)[0]
    told = f"<title>{escape(title)}</title>\n <desc>{escape(description)}</desc>"
    lines = [line.rstrip() for line in svg.splitlines()]
    return (
        re.sub(
            r"<svg ([^>]*)>", lambda found: f'<svg role="img" {found[1]}>\n {told}', "\n".join(lines), count=1
        )
        + "\n"
    )


SHOWN = 570  # px: the width of an output in JupyterLab, in a window of 1024 x 768 with the file browser open


def with_words_below(svg: str, words: str) -> str:
    """An SVG with words below the picture, line by line, for places where only the picture is shown.

    It is as wide as a small notebook: JupyterLab shows an SVG in its own size, and cuts off what does not fit.
    """
    width, height = (float(each) for each in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    size = 14 * width / SHOWN  # the font size: 14 px when the picture is shown
    step = 1.4 * size  # the distance of lines
    fitting = int(width / (0.55 * size))
    lines = [line for each in words.splitlines() for line in wrap(each, fitting)]
    whole = height + step * (len(lines) + 1)
    svg = re.sub(r"<svg [^>]*>", lambda tag: sized(tag[0], width, whole), svg, count=1)
    told = "".join(
        f'<text x="{1.5 * size:g}" y="{height + step * place:g}">{escape(line)}</text>\n'
        for place, line in enumerate(lines, start=1)
    )
    paper = f'<rect width="{width:g}" height="{whole:g}" fill="{LIGHT.paper}"/>'
    below = (
        f'<g font-family="system-ui, sans-serif" font-size="{size:g}" fill="{LIGHT.ink}">\n{told}</g>\n</svg>'
    )
    return re.sub(r"(<metadata>)", rf"{paper}\1", svg, count=1).replace("</svg>", below)


def sized(tag: str, width: float, height: float) -> str:
    """The tag of an SVG with this width and height in its own units; it is shown `SHOWN` px wide, or less if there is less room."""
    tag = re.sub(r' (?:width|height|viewBox)="[^"]*"', "", tag)
    shown = f'width="{SHOWN}" height="{SHOWN * height / width:.0f}" viewBox="0 0 {width:g} {height:g}"'
    return tag.replace("<svg ", f'<svg style="max-width: 100%; height: auto" {shown} ', 1)
