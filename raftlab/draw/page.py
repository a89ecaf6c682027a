"""Pictures on a page of HTML: in the colours of the page, light or dark, also when it changes them."""

import re
from hashlib import sha256

from matplotlib.figure import Figure

from raftlab.colors import DARK, LIGHT, TERM_COLORS
from raftlab.draw.style import pale
from raftlab.draw.svg import bare_svg, with_text, words_of

CLASS = "raftlab-picture"
# Every colour that differs on a dark page, as CSS: the name of what it is for, and the light one where none is given.
NAMED = {color: f"var(--raftlab-{name}, {color})" for name, color in LIGHT._asdict().items()}
ON_PAGE = NAMED | {
    **{
        pale(term, LIGHT.paper): f"color-mix(in srgb, {term} 33.3%, {NAMED[LIGHT.paper]})"
        for term in TERM_COLORS
    },
    "#000000": NAMED[LIGHT.ink],  # what a learner adds has matplotlib's own black
}
# JupyterLab and the pages that nbconvert makes say so of their theme. On paper a picture is light.
ON_A_DARK_PAGE = f"""@media screen {{ [data-jp-theme-light="false"] .{CLASS} {{ {
    " ".join(f"--raftlab-{name}: {color};" for name, color in DARK._asdict().items())
} }} }}"""
# What matplotlib puts into a style sheet would hold for the whole page; and it leaves out what is black.
LOOKS = (
    f"max-width: 100%; height: auto; stroke-linejoin: round; stroke-linecap: butt; fill: {NAMED[LIGHT.ink]}"
)


class Picture(Figure):
    """A figure that a notebook shows in the colours of its page."""

    def _repr_html_(self) -> str:
        """How IPython asks for it. Where no HTML can be shown there is matplotlib's own picture, as of every figure."""
        return as_html(self)


def as_html(figure: Figure) -> str:
    """A figure as a part of a page, with its text for those who cannot see it."""
    svg = with_text(on_page(bare_svg(figure, Creator=None, Format=None, Type=None)), words_of(figure))
    return f'<style>{ON_A_DARK_PAGE}</style><div class="{CLASS}">\n{svg}</div>'


def on_page(svg: str) -> str:
    """An SVG that keeps to its page's colours, and keeps its own names and rules to itself."""
    svg = re.sub(r"^.*?(?=<svg)|<style.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(?<=[ "])#\w{6}(?=[;"])', lambda color: ON_PAGE.get(color[0], color[0]), svg)
    mark = sha256(svg.encode()).hexdigest()[:6]  # pictures of one page must not share names
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{mark}-", svg)
    return svg.replace("<svg ", f'<svg style="{LOOKS}" ', 1)
