"""Pictures as files: an SVG, and a film of a trace."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from raftlab.draw.canvas import POINTS_PER_UNIT
from raftlab.draw.cluster import HEIGHT, WIDTH, draw_cluster
from raftlab.draw.history import check_span, check_trace
from raftlab.draw.style import styled
from raftlab.draw.svg import as_svg
from raftlab.sim.bar import progress_bar
from raftlab.sim.errors import UserError, check_number
from raftlab.sim.files import check_writable, write_file
from raftlab.sim.trace import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from PIL.Image import Image

MOST_FRAMES = 2000
COLORS = 128  # enough for smooth edges; the file is half as large as with 256


def save_svg(picture: "Axes | Figure", path: str | Path, description: str | None = None) -> None:
    """Save a picture as an SVG with a text alternative.

    With the same version of matplotlib, the same picture always gives the same bytes.

    Args:
        picture: the Axes that a `draw_...` function returned, or their figure.
        path: the file; its folder must exist.
        description: the text, whose first sentence becomes the title; left out, that of `describe...`.

    Raises:
        UserError: the file cannot be written, or it is no picture.

    Example:
        >>> from raftlab import Cluster, draw_cluster, save_svg
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> cluster.tick(40)
        >>> save_svg(draw_cluster(cluster.trace), "cluster.svg")  # doctest: +SKIP
    """
    check_path(path)
    write_file(path, as_svg(picture, description))


def still(trace: Trace, tick: int) -> str:
    """The cluster at a tick as the text of an SVG, for places where the player cannot be shown."""
    return as_svg(draw_cluster(trace, tick, ax=_blank()))


def _blank() -> "Axes":
    """Axes for one cluster, made without pyplot: a notebook would show them, and a film would leave them all open."""
    from matplotlib.figure import Figure

    inches_per_unit = POINTS_PER_UNIT / 72
    return Figure(figsize=(WIDTH * inches_per_unit, HEIGHT * inches_per_unit)).add_axes((0, 0, 1, 1))


def save_gif(
    trace: Trace, path: str | Path, start: int = 0, stop: int | None = None, every: int = 1,
    draw: Callable[..., Any] = draw_cluster, ms_per_frame: int = 250,
) -> None:  # fmt: skip
    """Save a film of a trace as an animated GIF that plays for ever, with a progress bar.

    Args:
        trace: the trace.
        path: the file; its folder must exist.
        start: the first tick.
        stop: the last tick; left out, the trace's last.
        every: ticks from one frame to the next.
        draw: the function that draws a frame, `draw_cluster` or `draw_logs`; it is called as `draw(trace, tick, ax=ax)`.
        ms_per_frame: how long a frame is shown, in milliseconds.

    Raises:
        UserError: a tick is outside the trace, the start comes after the stop, there would be more than
            2000 frames, or the file cannot be written.

    Example:
        >>> from raftlab import Cluster, save_gif
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> cluster.tick(60)
        >>> save_gif(cluster.trace, "run.gif", start=20, stop=40)  # doctest: +SKIP
    """
    first, last = check_span(check_trace(trace), start, stop)
    ticks = range(first, last + 1, check_number("every", every, 1))
    check_number("ms_per_frame", ms_per_frame, 20)
    check_path(path, ".gif")
    if len(ticks) > MOST_FRAMES:
        need = -(-(last - first + 1) // MOST_FRAMES)
        raise UserError(f"That would be {len(ticks)} frames, more than {MOST_FRAMES}; try every={need}.")
    told = progress_bar(ticks, desc="drawing", unit="frame")
    frames = [_frame(trace, tick, draw) for tick in told]
    buffer = BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=ms_per_frame, loop=0,
                   disposal=1)  # fmt: skip
    write_file(path, buffer.getvalue())


def _frame(trace: Trace, tick: int, draw: Callable[..., Any]) -> "Image":
    """One picture of a film."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    with styled():
        ax = _blank()
        canvas = FigureCanvasAgg(ax.get_figure(root=True))
        draw(trace, tick, ax=ax)
        canvas.draw()
    size = canvas.get_width_height()
    image = Image.frombuffer("RGBA", size, canvas.buffer_rgba().tobytes(), "raw", "RGBA", 0, 1).convert("RGB")
    return image.quantize(COLORS, dither=Image.Dither.NONE)


def check_path(path: object, ending: str = ".svg") -> None:
    """Raise UserError unless a file with this ending can be at this path, before anything is drawn."""
    if not isinstance(path, str | Path) or not str(path):
        raise UserError(f"A path must be the name of a file, such as 'cluster{ending}', not {path!r}.")
    if Path(path).suffix.lower() != ending:
        raise UserError(
            f"The name of this file must end in {ending}, as 'cluster{ending}' does; {str(path)!r} does not."
        )
    folder = Path(path).parent
    if not folder.is_dir():
        raise UserError(f"There is no folder {str(folder)!r} to save {Path(path).name!r} in.")
    check_writable(path)
