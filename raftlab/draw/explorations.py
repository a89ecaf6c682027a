"""The size of explorations: states, transitions between them, and how often a node's code was called."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from raftlab.colors import Theme, theme
from raftlab.draw.canvas import check_axes, new_axes
from raftlab.draw.style import styled
from raftlab.draw.timeline import set_title
from raftlab.sim.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# An exploration has distinct, generated and calls.
Explorations = Mapping[str, Any]
PARTS = {
    "distinct": ("different states", ""),
    "generated": ("transitions out of them", "///"),
    "calls": ("times that code of a node ran", "..."),
}


def draw_explorations(found: Explorations, ax: "Axes | None" = None, dark: bool = False) -> "Axes":
    """Draw three bars for each exploration, on a logarithmic scale: states, transitions, calls of nodes' code.

    Args:
        found: the name of an exploration -> the result of `explore`.
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_explorations` does.

    Raises:
        UserError: there is no exploration, a value is not an exploration, or ax is no Axes.

    Example:
        >>> from raftlab import Raft, explore
        >>> ax = draw_explorations({"terms up to 1": explore(Raft, max_term=1, entries=0)})
    """
    told, looks = describe_explorations(found), theme(dark)
    with styled():
        if check_axes(ax) is None:
            ax = new_axes(9, 1.5 + 0.95 * len(found), looks.paper, layout="constrained")
        assert ax is not None
        ax.set_label(told)
        _draw_bars(ax, found, looks)
        largest = max(each.generated for each in found.values())
        ax.set(xscale="log", xlim=(1, largest * 8), ylim=(len(found) - 0.2, -0.4))
        ax.set_yticks([place + 0.27 for place in range(len(found))], list(found))
        _set_axes(ax, looks)
        set_title(ax, "How large explorations are", looks)
        frame = {"facecolor": looks.paper, "edgecolor": looks.line, "labelcolor": looks.ink}
        ax.figure.legend(loc="outside lower center", ncols=3, fontsize=10, **frame)
    return ax


def _draw_bars(ax: "Axes", found: Explorations, looks: Theme) -> None:
    """Draw three bars for each exploration, one below the other, with their numbers."""
    fills = (looks.accent, looks.soft, looks.ink)
    for row, (name, (words, hatch)) in enumerate(PARTS.items()):
        numbers = [getattr(each, name) for each in found.values()]
        places = [place + 0.27 * row for place in range(len(found))]
        ax.barh(places, numbers, 0.25, label=words, color=fills[row], edgecolor=looks.ink, hatch=hatch)
        for place, number in zip(places, numbers, strict=True):
            ax.text(number * 1.12, place, f"{number:,}", va="center", fontsize=10, color=looks.ink)


def _set_axes(ax: "Axes", looks: Theme) -> None:
    from matplotlib.ticker import FuncFormatter, NullFormatter

    ax.xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:,.0f}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("each number is ten times the one before", fontsize=10, color=looks.faint)
    ax.set_facecolor(looks.paper)
    ax.tick_params(which="both", colors=looks.ink, labelsize=10.5, length=3)
    ax.tick_params(which="minor", length=0)
    for side, spine in ax.spines.items():
        spine.set(color=looks.line, visible=side in ("left", "bottom"))


def describe_explorations(found: Explorations) -> str:
    """Say in plain English what `draw_explorations` draws. Raises UserError as it does."""
    if not isinstance(found, Mapping) or not found:
        raise UserError(
            "draw_explorations draws names and explorations, such as {'terms up to 1': explore(Raft, max_term=1)}."
        )
    if not all(hasattr(each, name) for each in found.values() for name in PARTS):
        raise UserError("Each name needs an exploration, as explore returns it.")
    rows = [
        f"{name}: " + ", ".join(f"{getattr(each, part):,} {words}" for part, (words, _) in PARTS.items())
        for name, each in found.items()
    ]
    return f"How large explorations are. {'. '.join(rows)}."
