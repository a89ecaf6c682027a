"""How long elections take: a curve for each setting shows the share of elections done within a time."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from raftlab.colors import Theme, theme
from raftlab.draw.canvas import check_axes, new_axes
from raftlab.draw.style import styled
from raftlab.draw.timeline import inches_wide, set_title
from raftlab.draw.words import plural
from raftlab.sim.errors import UserError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Times = Mapping[str, Sequence[float]]
Published = Mapping[str, Mapping[float, float]]

# Among the first twelve lines no two have the same dash and mark, so that they can be told apart without colour.
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (6, 1.5, 1, 1.5)))
MARKS = "osD^vP"


def draw_election_times(
    times_ms: Times, published_ms: Published | None = None, credit: str = "", ax: "Axes | None" = None,
    dark: bool = False,
) -> "Axes":  # fmt: skip
    """Draw the share of elections that is done within each time, and published shares beside it.

    Times go to the right, on a logarithmic scale; shares go up. At each step of a curve, elections wait for
    another timeout. A curve with elections that were given up (infinite times) does not reach the top.

    Args:
        times_ms: the name of a line -> the times of its elections, in milliseconds.
        published_ms: the name of a line -> share of elections (0 to 1) -> the time that was published for
            it, in milliseconds; drawn as marks. A name without times of ours has marks only.
        credit: the source of the published times.
        ax: the matplotlib Axes to draw on; left out, those of a new figure.
        dark: light on dark.

    Returns:
        The Axes. Its label says in words what is drawn, as `describe_election_times` does.

    Raises:
        UserError: there are no times, a value is not a time, or ax is no Axes.

    Example:
        >>> from raftlab import draw_election_times
        >>> ax = draw_election_times({"150-300 ms": [171, 244, 160]}, {"150-300 ms": {0.5: 171, 0.9: 244}})
    """
    published_ms = published_ms or {}
    _check(times_ms, published_ms)
    looks = theme(dark)
    with styled():
        if check_axes(ax) is None:
            ax = new_axes(9, 5.6, looks.paper, layout="constrained")
        assert ax is not None
        ax.set_label(describe_election_times(times_ms, published_ms, credit))
        for place, name in enumerate(_names(times_ms, published_ms)):
            line = _line_style(place, looks)
            _draw_curve(ax, sorted(times_ms.get(name, ())), line)
            _draw_marks(ax, published_ms.get(name, {}), line, looks)
        _set_axes(ax, looks)
        set_title(ax, "Elections done within a time", looks)
        labels = [_label(name, times_ms.get(name, ())) for name in _names(times_ms, published_ms)]
        _set_legend(ax, labels, bool(published_ms), credit, looks)
    return ax


def describe_election_times(
    times_ms: Times, published_ms: Published | None = None, credit: str = ""
) -> str:  # fmt: skip
    """Say in plain English what `draw_election_times` draws.

    Args:
        times_ms: the name of a line -> the times of its elections, in milliseconds.
        published_ms: the name of a line -> share of elections -> the time published for it, in milliseconds.
        credit: the source of the published times.

    Returns:
        A sentence for each line.

    Raises:
        UserError: there are no times, or a value is not a time.

    Example:
        >>> from raftlab.draw import describe_election_times
        >>> describe_election_times({"150-300 ms": [160, 171, 244]})
        'Share of elections done within a time. 150-300 ms: 3 elections, half within 171 ms, all within 244 ms.'
    """
    published_ms = published_ms or {}
    _check(times_ms, published_ms)
    parts = ["Share of elections done within a time"]
    for name in _names(times_ms, published_ms):
        told = _told(sorted(times_ms.get(name, ())))
        if known := sorted(published_ms.get(name, {}).items()):
            shares = ", ".join(f"{_percent(share)} within {_ms(time)}" for share, time in known)
            told.append(f"published{f' ({credit})' if credit else ''}: {shares}")
        parts.append(f"{name}: {', '.join(told)}")
    return ". ".join(parts) + "."


def _told(times: Sequence[float]) -> list[str]:
    """The times of one line, shortest first, in words."""
    if not times:
        return []
    done = sum(map(math.isfinite, times))
    told = [plural(len(times), "election")]
    if 2 * done >= len(times):
        told.append(f"half within {_ms(times[math.ceil(len(times) / 2) - 1])}")
    if done == len(times):
        return [*told, f"all within {_ms(times[-1])}"]
    return [*told, f"{len(times) - done} given up"]


def _draw_curve(ax: "Axes", times: Sequence[float], line: dict[str, Any]) -> None:
    finite = [time for time in times if math.isfinite(time)]
    shares = [(number + 1) / len(times) for number in range(len(finite))]
    if finite:
        style = {name: value for name, value in line.items() if name != "marker"}
        ax.plot([finite[0], *finite], [0, *shares], drawstyle="steps-post", linewidth=1.8, **style)


def _draw_marks(ax: "Axes", known: Mapping[float, float], line: dict[str, Any], looks: Theme) -> None:
    style = {"color": line["color"], "marker": line["marker"], "markerfacecolor": looks.paper}
    if known:
        shares = sorted(known)
        ax.plot([known[share] for share in shares], shares, linestyle="none", markersize=7.5,
                markeredgewidth=1.6, zorder=4, clip_on=False, **style)  # fmt: skip


def _line_style(place: int, looks: Theme) -> dict[str, Any]:
    colors = (looks.accent, looks.bad, looks.ink)
    return {
        "color": colors[place % len(colors)],
        "linestyle": DASHES[place % len(DASHES)],
        "marker": MARKS[place % len(MARKS)],
    }


def _set_axes(ax: "Axes", looks: Theme) -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, PercentFormatter

    ax.set_facecolor(looks.paper)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda time, _: _ms(time)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_ylim(-0.03, 1.03)  # room for marks on both ends
    ax.yaxis.set_major_formatter(PercentFormatter(1))
    ax.set_xlabel("time without a leader", fontsize=10, color=looks.faint)
    ax.tick_params(which="both", length=0, labelsize=10, colors=looks.ink)
    ax.grid(color=looks.soft)
    ax.set_axisbelow(True)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _set_legend(ax: "Axes", names: Sequence[str], marks: bool, credit: str, looks: Theme) -> None:
    """Draw the legend below the picture: each line with its mark, and the meaning of lines and marks."""
    from matplotlib.lines import Line2D

    plain: dict[str, Any] = {"color": looks.faint, "markerfacecolor": looks.paper, "markersize": 7.5,
                             "markeredgewidth": 1.6}  # fmt: skip
    handles = [
        Line2D([], [], **plain | _line_style(place, looks), linewidth=1.8) for place in range(len(names))
    ]
    labels = [*names]
    if marks:
        handles += [Line2D([], [], linewidth=1.8, **plain),
                    Line2D([], [], linestyle="none", marker="o", **plain)]  # fmt: skip
        labels += ["line: simulated", f"mark: published{f', {credit}' if credit else ''}"]
    ax.legend(
        handles, labels, loc="upper left", bbox_to_anchor=(0, -0.14), frameon=False, fontsize=9.5,
        ncols=min(4, max(1, int(inches_wide(ax) / 2.3))), labelcolor=looks.ink, handlelength=3.4,
        columnspacing=1.3, borderaxespad=0, numpoints=1,
    )  # fmt: skip


def _label(name: str, times: Sequence[float]) -> str:
    """A line's name in the legend; if all its elections were given up, this is added."""
    return f"{name} (all given up)" if times and not any(map(math.isfinite, times)) else name


def _names(times: Times, published: Published) -> list[str]:
    """The names of the lines, in the order in which they were given."""
    return list(dict.fromkeys((*times, *published)))


def _ms(time: float) -> str:
    """A time in words, with its unit."""
    return f"{time / 1000:.3g} s" if time >= 1000 else f"{time:.3g} ms"


def _percent(share: float) -> str:
    return {0: "none", 0.5: "half", 1: "all"}.get(share, f"{100 * share:g} %")


def _check(times: object, published: object) -> None:
    """Raise UserError unless these are two mappings with numbers, before anything is drawn."""
    if not isinstance(times, Mapping) or not isinstance(published, Mapping) or not (times or published):
        raise UserError(
            "Give the times as {name: [milliseconds, ...]}, and published ones as {name: {share: milliseconds}}."
        )
    for name, given in (*times.items(), *published.items()):
        values = list(given.values()) if isinstance(given, Mapping) else given
        if isinstance(values, str) or not isinstance(values, Sequence) or not values:
            raise UserError(
                f"The line {name!r} has no times: it should be a list of milliseconds, not {given!r}."
            )
        for value in values:
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                raise UserError(
                    f"A time must be a number of milliseconds above 0, not {value!r} (in {name!r})."
                )
