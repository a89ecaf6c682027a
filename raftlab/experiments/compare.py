"""Play one story many times with Raft and with Raft with extensions, and compare how it goes on after a fault."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import Any

from raftlab.experiments.comparison import Comparison, Row
from raftlab.experiments.executors import spread
from raftlab.experiments.watch import Run, fault_tick, run_length, watch
from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.sim.errors import UserError, check_name, check_number
from raftlab.sim.presets import preset_named
from raftlab.sim.story import Story, check_node_class
from raftlab.stories import STORIES
from raftlab.stories.partial import FAMILIES

CHUNK = 5  # runs that are sent to a process together; each takes long
LONGEST = 200_000  # the most ticks of one run, so that a typing error does not take hours
VARIANTS: tuple[tuple[str, ...], ...] = (
    (),
    ("StickyVotes",),
    ("PreVote",),
    ("CheckQuorum",),
    ("StickyVotes", "CheckQuorum"),
    ("PreVote", "CheckQuorum"),
    ("StickyVotes", "PreVote", "CheckQuorum"),
)

Extensions = Iterable[str | type[Raft]]
Cast = tuple[Story, type[Raft] | None]  # a story with its extensions; or with nodes of another class


def compare(
    story: "Story | str | Iterable[Story | str]",
    variants: Iterable[Extensions] = VARIANTS,
    seeds: Iterable[int] = range(20),
    ticks: int = 3_000,
    executor: Executor | None = None,
    progress: bool = True,
    node_class: type[Raft] | None = None,
) -> Comparison:
    """Play a story with each set of extensions and each seed, and report what happens after the fault.

    A seed changes timeouts, delays and losses, but not the actions of people. When the story is over, its clients
    go on writing. In a script, call this under `if __name__ == "__main__":`, because the processes that it starts
    read the script, too.

    The verdict on a run is about the second half of the time after the last action on nodes or links:

    - "churns": leaders are still elected or deposed.
    - "steady": no more elections; a majority follows one leader, and the writes of clients are committed.
    - "leader without commits (deadlock)": no more elections; some node follows a leader that has no majority, or
      that no writing client can reach. It commits nothing and is not replaced.
    - "no leader": no more elections, and no majority ever follows a leader. (A node that is alone may still believe
      that it leads.)

    Args:
        story: a story, its name, the name of a family ("cloudflare", "howard_abraham", "omni_paxos",
            "incidents"), or several of these.
        variants: sets of extensions, as names or classes; () is Raft as in the paper. The story's own extensions
            are added to all of them.
        seeds: one run for each.
        ticks: the length of a run, at least. A run never ends before the story, and goes on after the last action
            on nodes or links for at least as long as it took until then.
        executor: any `concurrent.futures.Executor`, such as a Dask client's `client.get_executor()`;
            by default processes of this machine, or this process if no others can be started.
        progress: whether to show a progress bar.
        node_class: nodes of your own, such as `implement` makes, as one more variant.

    Returns:
        A Comparison, shown as a table; `rows` has the numbers.

    Raises:
        UserError: there is no such story or extension, two extensions exclude each other, there are no seeds,
            or a run would be longer than 200,000 ticks.

    Example:
        >>> print(compare("cloudflare_cut", [(), ("PreVote",)], range(3), 1000, progress=False).rows[1].verdict)
        steady
    """
    stories = stories_of(story)
    check_number("ticks", ticks, 1)
    for each in stories:
        check_number(f"the length of a run of {each.name!r} in ticks", run_length(each, ticks), 1, LONGEST)
    try:
        seeds = [replace(stories[0], seed=seed).seed for seed in seeds]
    except TypeError:
        raise UserError(f"Seeds must be whole numbers such as range(20), not {seeds!r}.") from None
    if not seeds:
        raise UserError("Without a seed there is no run to compare; try seeds=range(20).")
    own = [check_node_class(node_class)] if node_class is not None else []
    casts: list[Cast] = []
    for each in stories:
        casts += [(replace(each, extensions=cast), None) for cast in _casts(each, variants)]
        casts += [(each, kind) for kind in own]
    runs = spread(partial(_run, casts, seeds, ticks), len(casts) * len(seeds), executor, progress, CHUNK)
    each_cast = [runs[start : start + len(seeds)] for start in range(0, len(runs), len(seeds))]
    return Comparison(tuple(map(partial(_row, ticks), casts, each_cast)), len(seeds))


def stories_of(wanted: object) -> list[Story]:
    """The stories, which may be given as such, by name, or as a family."""
    if isinstance(wanted, Story):
        return [wanted]
    if isinstance(wanted, str):
        return list(FAMILIES.get(wanted) or [STORIES[check_name("story", wanted, [*FAMILIES, *STORIES])]])
    if not isinstance(wanted, Iterable) or not (wanted := list(wanted)):
        raise UserError(f"compare needs a story or its name, not {wanted!r}.")
    return [story for each in wanted for story in stories_of(each)]


def name_of(extensions: Sequence[str]) -> str:
    """A set of extensions in words."""
    return " + ".join(extensions) or "plain Raft"


def _casts(story: Story, variants: Iterable[Extensions]) -> list[tuple[str, ...]]:
    """The sets of extensions to play a story with, each once, in the order in which `build` puts them."""
    casts: dict[tuple[str, ...], None] = {}
    variants = list(variants) if isinstance(variants, Iterable) else []
    if not variants:
        raise UserError("Without a variant there is nothing to compare; try variants=[(), ('PreVote',)].")
    for variant in variants:
        if isinstance(variant, str) or not isinstance(variant, Iterable):
            raise UserError(
                f"A variant must be a set of extensions such as ('PreVote', 'CheckQuorum'), not {variant!r}."
            )
        names = [each if isinstance(each, str) else getattr(each, "__name__", repr(each)) for each in variant]
        for name in names:
            check_name("extension", name, EXTENSIONS)
        casts[tuple(name for name in EXTENSIONS if name in (*names, *story.extensions))] = None
    return list(casts)


def _run(casts: Sequence[Cast], seeds: Sequence[int], ticks: int, number: int) -> Run:
    """The run with this number, when all runs of all sets and seeds are numbered."""
    cast, seed = divmod(number, len(seeds))
    story, node_class = casts[cast]
    return watch(replace(story, seed=seeds[seed]), ticks, node_class)


def _row(ticks: int, cast: Cast, runs: Sequence[Run]) -> Row:
    """The runs of one set of extensions, in milliseconds."""
    story, node_class = cast
    ms = preset_named(story.preset).ms_per_tick
    gaps: list[Any] = [run.longest_gap for run in runs]
    return Row(
        story.name, story.title, name_of(story.extensions) if node_class is None else node_class.__name__,
        (run_length(story, ticks) - fault_tick(story)) * ms,
        tuple(run.elections for run in runs), tuple(run.terms for run in runs),
        tuple(run.leaderless * ms for run in runs),
        None if None in gaps else tuple(gap * ms for gap in gaps),
        tuple(run.lost_writes for run in runs), tuple(run.verdict for run in runs),
        tuple(run.leader for run in runs),
    )  # fmt: skip
