"""Draw the pictures of README and lessons into notebooks/figures (`make figures`), each from a run."""

import sys
from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from raftlab import Cluster, load
from raftlab.draw import describe_spacetime, draw_cluster, draw_roles, draw_spacetime, save_svg

RING = {"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": "#14181d"}
FOLDER = Path(__file__).parents[1] / "notebooks" / "figures"


def blank(width: float, height: float) -> Axes:
    """Axes that fill a figure of so many inches."""
    return Figure(figsize=(width, height)).add_axes((0, 0, 1, 1))


def cluster() -> tuple[Axes, str | None]:
    """A leader of five with messages on their way, one node crashed, one link cut."""
    run = Cluster(load("client_write"))
    run.tick(28)
    run.crash("n4")
    run.cut("n1", "n3")
    run.tick(4)
    return draw_cluster(run.trace, ax=blank(9.25, 5.775)), None


def roles() -> tuple[Axes, str | None]:
    """The three roles and what leads from one to another."""
    return draw_roles(ax=blank(9, 4.01)), None


def election() -> tuple[Axes, str | None]:
    """The best case, from the timeout to the first heartbeats."""
    run = Cluster(load("best_case_election"))
    run.tick(40)
    figure = Figure(figsize=(9.5, 5.6), layout=ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.12))
    ax = draw_spacetime(run.trace, 13, 24, ax=figure.add_subplot())
    ax.set_ylim(4.6, -1.1)
    phases = {15: "the timer runs out", 16.15: "requests and votes", 18: "a majority", 19.05: "heartbeats"}
    for number, tick in enumerate(phases, start=1):
        ax.text(tick, -0.5, str(number), fontsize=11, weight="bold", ha="center", va="center", bbox=RING)
    words = "     ".join(f"{number}  {words}" for number, words in enumerate(phases.values(), start=1))
    ax.text(0, 1, words, fontsize=10.5, transform=ax.transAxes, va="top")
    told = describe_spacetime(run.trace, 13, 24)
    return ax, f"An election in the best case, as a space-time diagram. {told}"


FIGURES: dict[str, Callable[[], tuple[Axes, str | None]]] = {
    "cluster": cluster,
    "01_roles": roles,
    "02_election": election,
}


def main(folder: Path) -> None:
    """Draw all figures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
        ax, description = draw()
        save_svg(ax, folder / f"{name}.svg", description)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
