"""An outage over time: leaders of etcd, promotions and rebuilds, and what users noticed.

The run is drawn from its attributes alone: on the right in hours, on the left the minutes of the fault.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from raftlab.colors import Theme, theme
from raftlab.draw.canvas import new_figure
from raftlab.draw.style import styled
from raftlab.sim.errors import UserError, type_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# A run has minutes, success_rate (shares) and latency (ms), lists of one length; leaders, (start, end, node) with
# None if no node leads; events with minute, kind, about and sentence(); fault, (start, end) or None; and summary().
Run = Any

NOBODY = "nobody leads"
MARKS = {"promoted": ("v", "a replica is promoted"), "rebuilt": ("^", "a replica is back"),
         "measures": ("D", "people help")}  # fmt: skip
MEANWHILE = "replicas are rebuilt"
SICK = "the switch is sick"


def _impact(minutes: float) -> str:
    return f"{minutes // 60:g} h {minutes % 60:g} min of impact"


PUBLISHED: dict[str, Callable[[float], str]] = {
    "success_rate": "success rate {:.0%}".format, "slowdown": "{:g} times as slow".format, "impact": _impact,
}  # fmt: skip


def draw_outage(
    outage: Run, published: Mapping[str, float] | None = None, zoom: Sequence[float] | None = None,
    figure: "Figure | None" = None, dark: bool = False,
) -> "Figure":  # fmt: skip
    """Draw an outage: on top the leaders of etcd and the state of the databases, below success rate and latency.

    The same three rows twice: on the right the whole run in hours, on the left a part of it in minutes.

    Args:
        outage: the result of `ControlPlane(...).run()` of `raftlab.models.cloudflare`.
        published: numbers to be quoted beside the curves: "success_rate" (a share), "slowdown" (times the latency
            without a fault), "impact" (its length in minutes). They are separate lines, marked as not fitted.
        zoom: (start, end) in minutes of the left side; left out, the fault and what is around it.
        figure: the matplotlib Figure to draw on; left out, a new one.
        dark: light on dark.

    Returns:
        The Figure. The label of its first Axes says in words what is drawn, as `describe_outage` does.

    Raises:
        UserError: it is no such run, there is nothing in it, or figure is no Figure.

    Example:
        >>> from raftlab.models.cloudflare import ControlPlane
        >>> figure = draw_outage(ControlPlane().run(), {"success_rate": 0.75, "slowdown": 80})
    """
    described = describe_outage(outage, published)
    published, looks = published or {}, theme(dark)
    first, last = _check_zoom(zoom, outage)
    with styled():
        figure = _figure(figure, looks)
        axes = figure.subplots(3, 2, sharey="row", width_ratios=(1, 1.25), height_ratios=(1.75, 1, 1))
        for column, (scale, start, end) in enumerate(((1, first, last), (60, 0, outage.minutes[-1]))):
            lanes, success, latency = axes[:, column]
            for ax in axes[:, column]:
                _set_axes(ax, outage, scale, (start, end), looks)
            _draw_lanes(lanes, outage, scale, looks)
            _draw_curve(success, outage, [100 * rate for rate in outage.success_rate], scale, looks)
            _draw_curve(latency, outage, _slowdowns(outage), scale, looks)
            _draw_published(success, 100 * published.get("success_rate", -1), "{:g} %", column == 1, looks)
            _draw_published(latency, published.get("slowdown", -1), "{:g} times", column == 1, looks)
            if column == 1 and "impact" in published:
                _draw_impact(success, outage, published["impact"], looks)
            latency.set_xlabel(
                ("a part of it, in minutes", "the whole run, in hours")[column],
                fontsize=10,
                color=looks.faint,
            )
        _set_rows(axes, outage, looks)
        _set_legend(figure, outage, looks)
        axes[0, 0].set_label(described)
    return figure


def describe_outage(outage: Run, published: Mapping[str, float] | None = None) -> str:
    """Say in plain English what `draw_outage` draws: a summary of the run, then its events.

    Raises:
        UserError: it is no such run, or there is nothing in it.

    Example:
        >>> from raftlab.models.cloudflare import ControlPlane
        >>> describe_outage(ControlPlane(fault=False).run()).partition(". ")[0]
        'An outage against time, simulated'
    """
    _check(outage, published)
    told = [
        "An outage against time, simulated.",
        *outage.summary(),
        *(event.sentence() for event in outage.events),
    ]
    if published:
        numbers = ", ".join(PUBLISHED[name](value) for name, value in published.items())
        told.append(f"Published beside it, and not fitted: {numbers}.")
    return " ".join(told)


def _figure(figure: "Figure | None", looks: Theme) -> "Figure":
    from matplotlib.figure import Figure

    if figure is None:
        figure = new_figure(8.4, 7.4, layout="constrained")
    if not isinstance(figure, Figure):
        raise UserError(f"figure must be a Figure of matplotlib, or be left out, not {figure!r}.")
    figure.set_facecolor(looks.paper)
    return figure


def _set_axes(ax: "Axes", outage: Run, scale: float, span: Sequence[float], looks: Theme) -> None:
    """Set one time axis, and shade the fault."""
    ax.set_facecolor(looks.paper)
    start, end = span[0] / scale, span[1] / scale
    margin = (end - start) * 0.015
    ax.set_xlim(start - margin, end + margin)
    ax.tick_params(which="both", length=0, labelsize=10, colors=looks.ink)
    ax.grid(color=looks.soft)
    ax.set_axisbelow(True)
    for spine in ax.spines.values():
        spine.set_visible(False)
    if outage.fault:
        ax.axvspan(*(each / scale for each in outage.fault), zorder=0.5, **_shade(looks))


def _shade(looks: Theme) -> dict[str, Any]:
    return {"facecolor": looks.line, "edgecolor": "none", "linewidth": 0, "alpha": 0.32}


def _nodes(outage: Run) -> list[str]:
    """The members of etcd up to the highest-numbered one that ever led."""
    most = max((int(leader[1:]) for _, _, leader in outage.leaders if leader), default=3)
    return [f"n{number}" for number in range(1, max(3, most) + 1)]


def _draw_lanes(ax: "Axes", outage: Run, scale: float, looks: Theme) -> None:
    """Draw a lane for each member that led, one for times without a leader, and one for each database cluster."""
    lanes = [*_nodes(outage), NOBODY]
    for start, end, leader in outage.leaders:
        ax.barh(
            lanes.index(leader or NOBODY), (end - start) / scale, left=start / scale, **_bar(leader, looks)
        )
    databases = list(dict.fromkeys(event.about for event in outage.events if event.kind == "promoted"))
    for row, name in enumerate(databases, start=len(lanes)):
        happened = [event for event in outage.events if event.about == name and event.kind in MARKS]
        ax.plot([each.minute / scale for each in happened], [row] * len(happened), **_meanwhile(looks))
        _draw_marks(ax, happened, row, scale, looks)
    helped = [event for event in outage.events if event.kind == "measures"]
    _draw_marks(ax, helped, len(lanes) + len(databases), scale, looks)
    names = [*lanes, *(f"{name} databases" for name in databases), *(["people"] if helped else [])]
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)


def _bar(leader: str | None, looks: Theme) -> dict[str, Any]:
    """The style of a span with a leader, or with none (None); an outline keeps short spans visible."""
    if leader is None:
        return {
            "height": 0.62,
            "facecolor": looks.paper,
            "edgecolor": looks.bad,
            "hatch": "////",
            "linewidth": 1.4,
        }
    return {"height": 0.62, "facecolor": looks.accent, "edgecolor": looks.accent, "linewidth": 1.4}


def _meanwhile(looks: Theme) -> dict[str, Any]:
    return {"color": looks.ink, "linewidth": 1.6, "linestyle": (0, (1, 1)), "zorder": 3}


def _draw_marks(ax: "Axes", events: Sequence[Any], row: int, scale: float, looks: Theme) -> None:
    for event in events:
        ax.plot([event.minute / scale], [row], **_mark(MARKS[event.kind][0], looks))


def _mark(marker: str, looks: Theme) -> dict[str, Any]:
    return {"marker": marker, "markersize": 8.5, "linestyle": "none", "zorder": 4, "color": looks.ink,
            "markerfacecolor": looks.paper, "markeredgewidth": 1.6}  # fmt: skip


def _draw_curve(ax: "Axes", outage: Run, values: Sequence[float], scale: float, looks: Theme) -> None:
    """Draw a curve. A value applies to the step that ends at its minute."""
    minutes = [0.0, *outage.minutes]
    ax.plot([minute / scale for minute in minutes], [values[0], *values], drawstyle="steps-pre", linewidth=1.9,
            color=looks.accent, zorder=3)  # fmt: skip


def _draw_published(ax: "Axes", value: float, words: str, labelled: bool, looks: Theme) -> None:
    """Draw a line for a published number; for a negative number, none."""
    if value < 0:
        return
    ax.axhline(value, linestyle=(0, (6, 3)), linewidth=1.3, color=looks.bad, zorder=2)
    if labelled:
        ax.annotate(f"published: {words.format(value)} (not fitted)", (1, value), xytext=(-2, 3), fontsize=9.5,
                    xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", va="bottom",
                    color=looks.bad)  # fmt: skip


def _draw_impact(ax: "Axes", outage: Run, minutes: float, looks: Theme) -> None:
    """Draw the published length of the impact, from when users are first affected in this run."""
    health, rates = outage.success_rate[0], zip(outage.minutes, outage.success_rate, strict=True)
    start = next((minute for minute, rate in rates if rate < health), 0.0) / 60
    ax.plot([start, start + minutes / 60], [12, 12], linestyle=(0, (6, 3)), linewidth=1.3, marker="|",
            color=looks.bad)  # fmt: skip
    ax.annotate(f"published: {_impact(minutes)} (not fitted)", (start, 12), xytext=(6, 3), fontsize=9.5,
                textcoords="offset points", va="bottom", color=looks.bad)  # fmt: skip


def _slowdowns(outage: Run) -> list[float]:
    return [latency / outage.latency[0] for latency in outage.latency]


def _set_rows(axes: Any, outage: Run, looks: Theme) -> None:
    """Label the rows and columns."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axes[1, 0].set_ylim(-7, 107)
    axes[1, 0].yaxis.set_major_formatter(FuncFormatter(lambda rate, _: f"{rate:g} %"))
    axes[2, 0].set_yscale("log")
    axes[2, 0].set_ylim(0.7, max(400, 3 * max(_slowdowns(outage))))
    axes[2, 0].yaxis.set_major_formatter(FuncFormatter(lambda times, _: f"{times:g} ×"))
    axes[2, 0].yaxis.set_minor_formatter(NullFormatter())
    titles = (
        "Who leads etcd, and what becomes of the databases",
        "Requests that succeed",
        "Time of a request, as a multiple of that in health",
    )
    for row, title in enumerate(titles):
        axes[row, 0].set_title(title, loc="left", weight="bold", fontsize=11.5, color=looks.ink)


def _set_legend(figure: "Figure", outage: Run, looks: Theme) -> None:
    """Draw the legend below everything."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    shown = {event.kind for event in outage.events}
    entries: dict[str, Any] = {SICK: Patch(**_shade(looks))} if outage.fault else {}
    for leader, words in (("n1", "it leads etcd"), (None, f"{NOBODY}: etcd can only be read")):
        bar = _bar(leader, looks)
        bar.pop("height")
        entries[words] = Patch(**bar)
    for kind, (marker, words) in MARKS.items():
        if kind in shown:
            entries[words] = Line2D([], [], **_mark(marker, looks))
    if "promoted" in shown:
        entries[MEANWHILE] = Line2D([], [], **_meanwhile(looks))
    entries["simulated"] = Line2D([], [], color=looks.accent, linewidth=1.9)
    figure.legend(list(entries.values()), list(entries), loc="outside lower left", ncols=4, frameon=False, fontsize=9.5,
                  labelcolor=looks.ink, handlelength=2.6, columnspacing=1.6)  # fmt: skip


def _check_zoom(zoom: object, outage: Run) -> tuple[float, float]:
    """Check the minutes of the left side; by default those around the fault."""
    end = outage.minutes[-1]
    if zoom is None:
        start, stop = outage.fault or (0, end)
        return max(0, start - 1), min(end, stop + 1)
    numbers = list(zoom) if isinstance(zoom, list | tuple) else []
    if len(numbers) != 2 or not all(isinstance(each, int | float) for each in numbers) or not (
        0 <= numbers[0] < numbers[1] <= end
    ):  # fmt: skip
        raise UserError(f"zoom must be (start, end) in minutes, between 0 and {end:g}, not {zoom!r}.")
    return numbers[0], numbers[1]


def _check(outage: Run, published: object) -> None:
    """Raise UserError unless this is a run with curves, and the published numbers have names that belong to curves."""
    try:
        many = {len(outage.minutes), len(outage.success_rate), len(outage.latency)}
        _ = outage.leaders, outage.events, outage.fault, outage.summary
    except (AttributeError, TypeError):
        raise UserError(
            f"draw_outage draws the result of ControlPlane().run(), not {type_of(outage)}."
        ) from None
    if many == {0} or len(many) > 1:
        raise UserError(
            f"This outage has no curves to draw; its lists have {' and '.join(map(str, sorted(many)))} points."
        )
    if published is not None and (not isinstance(published, Mapping) or not set(PUBLISHED) >= set(published)):
        raise UserError(
            f"Published numbers must be like {{'success_rate': 0.75, 'slowdown': 80, 'impact': 393}}, not {published!r}."
        )
