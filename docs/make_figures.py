"""Draw the pictures of README and lessons into notebooks/figures (`make figures`), each from a run."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from raftlab import Cluster, load, play, reach
from raftlab.colors import LIGHT, term_color
from raftlab.draw import (
    describe_outage,
    describe_spacetime,
    draw_cluster,
    draw_comparison,
    draw_election_times,
    draw_links,
    draw_logs,
    draw_outage,
    draw_roles,
    draw_spacetime,
    draw_topology,
    save_svg,
)
from raftlab.experiments import FIGURE_16, Serial, compare, figure_16
from raftlab.experiments.published import CREDIT
from raftlab.models.cloudflare import IMPACT, LOWEST_SUCCESS_RATE, SLOWDOWN, ControlPlane
from raftlab.models.scenes import SCENES

RING = {"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": "#14181d"}
STORED = {
    "boxstyle": "round,pad=0.25",
    "facecolor": LIGHT.paper,
    "edgecolor": term_color(1),
    "linewidth": 2.2,
}
ASKED = {"arrowstyle": "-|>", "linestyle": ":", "color": "#14181d", "mutation_scale": 12}
FOLDER = Path(__file__).parents[1] / "notebooks" / "figures"


def blank(width: float, height: float) -> Axes:
    """Axes that fill a new figure; width and height in inches."""
    return Figure(figsize=(width, height)).add_axes((0, 0, 1, 1))


def two_copies() -> tuple[Axes, str | None]:
    """Two copies of the same data, while they are still equal."""
    story, node_class = SCENES["two_copies"]
    return draw_logs(play(story, node_class=node_class), tick=19), None


def two_proposers() -> tuple[Axes, str | None]:
    """Two proposers that begin at nearly the same time."""
    story, node_class = SCENES["paxos_duel_for_ever"]
    run = Cluster(story, node_class=node_class)
    run.tick(20)
    phases = {0.4: "n1 prepares 3", 8: "n3 prepares 8"}
    return numbered(run, 0, 11, phases, "Two proposers begin")


def roles() -> tuple[Axes, str | None]:
    """The three roles and what leads from one to another."""
    return draw_roles(ax=blank(9, 4.01)), None


def followers() -> tuple[Axes, str | None]:
    """Five waiting followers, before an election."""
    return draw_cluster(play(load("best_case_election")), tick=0, ax=blank(9, 4.6)), None


def election() -> tuple[Axes, str | None]:
    """The best case, from the timeout to the first heartbeats."""
    run = Cluster(load("best_case_election"))
    run.tick(40)
    phases = {15: "the timer runs out", 16.15: "requests and votes", 18: "a majority", 19.05: "heartbeats"}
    return numbered(run, 13, 24, phases, "An election in the best case")


def four_timers() -> tuple[Axes, str | None]:
    """Four followers whose timers have the same time left."""
    run = Cluster(load("split_vote"))
    run.tick(8)
    return draw_cluster(run.trace, ax=blank(9.25, 5.775)), None


def split_vote() -> tuple[Axes, str | None]:
    """Four candidates of one term, and the next term, in which one of them is ahead."""
    run = Cluster(load("split_vote"))
    run.tick(45)
    phases = {15: "four candidates at once", 18: "none has a majority", 30: "one is ahead", 34: "it leads"}
    return numbered(run, 13, 38, phases, "A split vote")


def write() -> tuple[Axes, str | None]:
    """A client has asked the leader to write x=5."""
    run = Cluster(load("one_write"))
    run.tick(16)
    return draw_cluster(run.trace, ax=blank(9.25, 5.775)), None


def replication() -> tuple[Axes, str | None]:
    """One write on its way: client, leader, append, reply, commit, apply."""
    run = Cluster(load("one_write"))
    run.tick(30)
    phases = {
        16: "leader stores",
        18: "followers store, reply",
        20: "leader commits, applies, answers",
        23: "followers commit, apply",
    }
    ax, description = numbered(run, 14, 25, phases, "A write, from the client to every state machine")
    for tick, row in ((15.2, 1), (18.2, 0), (18.2, 2)):
        ax.text(tick, row + 0.17, "x=5", va="top", zorder=9, bbox=STORED)
    for tick, row in ((20, 1), (23, 0), (23, 2)):
        ax.text(tick + 0.2, row + 0.17, "x=5", va="top", zorder=9, bbox=STORED | {"facecolor": term_color(1)})
    for tick, (begin, end) in {
        16: (3.78, 1.08),
        20: (1.08, 3.78),
    }.items():  # the request and the answer of the client
        ax.annotate("", (tick, end), (tick, begin), arrowprops=ASKED)
    ax.text(20.4, 4, "hollow: stored\nfilled: committed and applied", va="center")
    ax.set_yticks(ax.get_yticks(), [*run.trace.nodes, "", "client"])
    return ax, description


def log_repair() -> tuple[Axes, str | None]:
    """The logs that two leaders have left, just before Figure 8 (c)."""
    run = Cluster(load("figure_8"))
    run.tick(0)
    return draw_logs(run.trace), None


def numbered(run: Cluster, start: int, stop: int, phases: dict[float, str], title: str) -> tuple[Axes, str]:
    """A space-time diagram with numbers for its phases, and its description in words."""
    figure = Figure(figsize=(9.5, 5.6), layout=ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.12))
    ax = draw_spacetime(run.trace, start, stop, ax=figure.add_subplot())
    ax.set_ylim(top=-1.1)
    for number, tick in enumerate(phases, start=1):
        ax.text(tick, -0.5, str(number), fontsize=11, weight="bold", ha="center", va="center", bbox=RING)
    words = "     ".join(f"{number}  {words}" for number, words in enumerate(phases.values(), start=1))
    ax.text(0, 1, words, fontsize=10.5, transform=ax.transAxes, va="top")
    return ax, f"{title}, as a space-time diagram. {describe_spacetime(run.trace, start, stop)}"


def partitions() -> tuple[Axes, str | None]:
    """Five nodes and a leader, and the network has just been cut in two."""
    run = Cluster(load("minority_leader"))
    run.tick(45)
    return draw_cluster(run.trace, ax=blank(9.25, 5.775)), None


def byzantine() -> tuple[Axes, str | None]:
    """The nodes and switches at Cloudflare on 2 November 2020."""
    return draw_topology(ax=blank(9.75, 5.25)), None


def election_times() -> tuple[Axes, str | None]:
    """Three lines of the paper's Figure 16, 300 elections each, with the published times."""
    lines = {name: FIGURE_16[name] for name in ("12-24 ms", "150-200 ms", "150-155 ms")}
    ours = {
        name: figure_16(line.timeout_ms, trials=300, executor=Serial(), progress=False).times_ms
        for name, line in lines.items()
    }
    published = {name: line.quantiles for name, line in lines.items()}
    figure = Figure(figsize=(9, 5.6), layout=ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.12))
    return draw_election_times(ours, published, CREDIT, ax=figure.add_subplot()), None


def comparison() -> tuple[Axes, str | None]:
    """Partial connectivity under Raft and under each set of extensions, five runs each."""
    stories = (
        "cloudflare_cut",
        "cloudflare_cut_writes",
        "cloudflare_lossy_90",
        "howard_abraham",
        "omni_paxos",
    )
    found = compare(stories, seeds=range(5), ticks=1_000, executor=Serial(), progress=False)
    return draw_comparison(found, ax=blank(12.1, 16.64)), None


def links() -> tuple[Axes, str | None]:
    """Why plain Raft never settles here: three nodes could lead, but each of them is not heard by some node."""
    run = Cluster(load("howard_abraham_1"))
    run.tick(30)
    return draw_links(reach(run.network), ax=blank(9.125, 6.5)), None


def control_plane() -> tuple[Figure, str | None]:
    """How a few seconds without a leader of etcd become hours of outage, in the model of the control plane."""
    outage = ControlPlane(seed=3).run()
    published = {
        "success_rate": LOWEST_SUCCESS_RATE.value,
        "slowdown": SLOWDOWN.value,
        "impact": IMPACT.value,
    }
    figure = Figure(figsize=(11, 7.4), layout=ConstrainedLayoutEngine(h_pad=0.12, w_pad=0.12))
    return draw_outage(outage, published, zoom=(0.9, 1.9), figure=figure), describe_outage(outage, published)


def liar() -> tuple[Axes, str | None]:
    """Two candidates of one term, and a voter that lies."""
    return moment("two_votes_one_term", 1)


def memberships() -> tuple[Axes, str | None]:
    """Five nodes on two sides of a cut, when the voters have been changed on each side."""
    return moment("membership_bug", 41)


def next_events() -> tuple[Axes, str | None]:
    """One moment of a run from which many continuations are possible."""
    return moment("first_come", 1)


def islands() -> tuple[Axes, str | None]:
    """Nine nodes in three groups, a scene for the sandbox."""
    return moment("three_islands", 60)


def moment(story: str, tick: int) -> tuple[Axes, str | None]:
    """The cluster of a story at one tick."""
    run = Cluster(load(story))
    run.tick(tick)
    return draw_cluster(run.trace, ax=blank(9.25, 5.775)), None


FIGURES: dict[str, Callable[[], tuple[Axes | Figure, str | None]]] = {
    "00_consensus": two_copies,
    "00b_paxos": two_proposers,
    "01_roles": roles,
    "02_election": election,
    "02_five_followers": followers,
    "03_split_vote": four_timers,
    "04_replication": write,
    "04b_log_repair": log_repair,
    "05_partitions": partitions,
    "06_byzantine": byzantine,
    "06b_liars_and_generals": liar,
    "07_beyond_figure_2": memberships,
    "08_find_the_bug": next_events,
    "09_sandbox": islands,
    "split_vote": split_vote,
    "one_write": replication,
    "election_times": election_times,
    "comparison": comparison,
    "links": links,
    "control_plane": control_plane,
}


def as_card(svg: str) -> str:
    """An SVG on a light card with round corners, which also looks right on a dark page."""
    size = re.search(r'viewBox="0 0 (\S+) (\S+)"', svg)
    assert size is not None
    card = f'<clipPath id="card"><rect width="{size[1]}" height="{size[2]}" rx="14"/></clipPath>'
    return svg.replace("<defs>", f"<defs>\n  {card}", 1).replace(
        '<g id="figure_1">', '<g id="figure_1" clip-path="url(#card)">', 1
    )


def main(folder: Path) -> None:
    """Draw all figures into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in FIGURES.items():
        ax, description = draw()
        file = folder / f"{name}.svg"
        save_svg(ax, file, description)
        file.write_text(as_card(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
