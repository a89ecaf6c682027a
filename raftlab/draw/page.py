"""Pictures on an HTML page: they follow the page's colours, light or dark, even when the page changes its theme."""

import re
from hashlib import sha256

from matplotlib.figure import Figure

from raftlab.colors import DARK, LIGHT, TERM_COLORS
from raftlab.draw.style import pale
from raftlab.draw.svg import bare_svg, with_text, words_of

CLASS = "raftlab-picture"
# Every colour that differs on a dark page, as CSS: a variable, and the light colour as its fallback.
NAMED = {color: f"var(--raftlab-{name}, {color})" for name, color in LIGHT._asdict().items()}
ON_PAGE = NAMED | {
    **{
        pale(term, LIGHT.paper): f"color-mix(in srgb, {term} 33.3%, {NAMED[LIGHT.paper]})"
        for term in TERM_COLORS
    },
    "#000000": NAMED[LIGHT.ink],  # matplotlib's default black, which learners' own additions have
}
# JupyterLab and the pages of nbconvert mark a dark theme with this attribute. In print, pictures are light.
ON_A_DARK_PAGE = f"""@media screen {{ [data-jp-theme-light="false"] .{CLASS} {{ {
    " ".join(f"--raftlab-{name}: {color};" for name, color in DARK._asdict().items())
} }} }}"""
# Matplotlib's own style sheet would apply to the whole page, so these rules replace it. It also omits the fill of black parts.
LOOKS = (
    f"max-width: 100%; height: auto; stroke-linejoin: round; stroke-linecap: butt; fill: {NAMED[LIGHT.ink]}"
)


class Picture(Figure):
    """A figure that a notebook shows in the colours of the page."""

    def _repr_html_(self) -> str:
        """The figure as HTML, for IPython. Where HTML cannot be shown, matplotlib's own picture is used."""
        return as_html(self)


def as_html(figure: Figure) -> str:
    """A figure as part of a page, with a text alternative."""
    svg = with_text(on_page(bare_svg(figure, Creator=None, Format=None, Type=None)), words_of(figure))
    return f'<style>{ON_A_DARK_PAGE}</style><div class="{CLASS}">\n{svg}</div>'


def on_page(svg: str) -> str:
    """An SVG that follows its page's colours, and whose ids and rules do not affect the page."""
    svg = re.sub(r"^.*?(?=<svg)|<style.*?</style>|<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(?<=[ "])#\w{6}(?=[;"])', lambda color: ON_PAGE.get(color[0], color[0]), svg)
    mark = sha256(svg.encode()).hexdigest()[:6]  # the ids of pictures on one page must differ
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{mark}-", svg)
    return svg.replace("<svg ", f'<svg style="{LOOKS}" ', 1)
