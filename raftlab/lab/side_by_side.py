"""One story with several sets of extensions, or several stories, in small players that run in step."""

from collections.abc import Sequence
from dataclasses import replace

import anywidget
import traitlets

from raftlab.experiments.compare import name_of, stories_of
from raftlab.extensions import EXTENSIONS
from raftlab.lab.scenes import without_questions
from raftlab.lab.still import Still
from raftlab.player import module, style
from raftlab.sim.branches import History
from raftlab.sim.errors import UserError, check_drawable, check_name, check_number
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace

MOST = 6  # the most players; more would be too small


class SideBySide(Still, anywidget.AnyWidget):
    """Several histories with one set of controls. They can be compared, but not changed."""

    _esm = module()
    _css = style()
    bundles = traitlets.List(traitlets.Dict()).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    tick = traitlets.Int(0).tag(sync=True)

    def __init__(self, histories: dict[str, History], tick: int = 0):
        self.histories = histories
        bundles = [history.bundle() for history in histories.values()]
        super().__init__(bundles=bundles, names=list(histories), tick=tick)

    @property
    def traces(self) -> dict[str, Trace]:
        """Name -> trace."""
        return {name: history.branch.trace for name, history in self.histories.items()}

    def words(self) -> str:
        """The runs in words: roles and terms over time."""
        from raftlab.draw import describe_terms

        told = [f"{name}. {describe_terms(trace)}" for name, trace in self.traces.items()]
        return "\n".join([repr(self), *told])

    def still(self) -> dict[str, str]:
        """The runs as a picture."""
        from raftlab.draw.side_by_side import still_side_by_side

        return {"image/svg+xml": still_side_by_side(self.traces)}

    def __repr__(self) -> str:
        return f"<side by side: {'; '.join(self.histories)}>"


def side_by_side(
    story: str | Story | Sequence[str | Story], variants: Sequence[Sequence[str | type]] = ((),), *, tick: int = 0
) -> SideBySide:  # fmt: skip
    """Show runs side by side, in small players that run in step. They ask no questions, and play does not stop before the end.

    story: a story, its name, or several; each is played with each variant.
    variants: sets of extensions, by name or as classes; () is Raft as in the paper. The story's own extensions are
        added to all of them.
    tick: the tick that is shown first.
    Raises UserError if there is no such story or extension, two extensions exclude each other, or there are
    more than 6 runs.

    >>> from raftlab import side_by_side
    >>> side_by_side("howard_abraham_2", [(), ("PreVote",)])
    <side by side: plain Raft; PreVote>
    """
    stories, casts = stories_of(story), [_names(variant) for variant in variants]
    if not 1 <= len(stories) * len(casts) <= MOST:
        raise UserError(f"Side by side there is room for 1 to {MOST} runs, not {len(stories) * len(casts)}.")
    check_number("the tick", tick, 0, min(each.ticks for each in stories))
    check_drawable(max(each.nodes for each in stories))
    histories = {}
    for each in stories:
        for cast in casts:
            name = [each.title] * (len(stories) > 1) + [name_of(cast)] * (len(casts) > 1)
            extensions = tuple(dict.fromkeys((*each.extensions, *cast)))
            histories[": ".join(name) or each.title] = History(
                replace(without_questions(each), extensions=extensions)
            )
    return SideBySide(histories, tick)


def _names(variant: object) -> tuple[str, ...]:
    """The names of a set of extensions."""
    if isinstance(variant, str) or not isinstance(variant, Sequence):
        raise UserError(
            f"A variant must be a set of extensions such as ('PreVote', 'CheckQuorum'), not {variant!r}."
        )
    names = [each if isinstance(each, str) else getattr(each, "__name__", repr(each)) for each in variant]
    return tuple(check_name("extension", name, EXTENSIONS) for name in names)
