"""Raft with extensions: any set that goes together, and the sets of real systems.

>>> build("PreVote", "CheckQuorum").__name__
'Raft with PreVote and CheckQuorum'
"""

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from raftlab.extensions import EXTENSIONS
from raftlab.raft import Raft
from raftlab.sim.errors import UserError, check_name, listed
from raftlab.sim.presets import PRESETS, Preset


def build(*extensions: str | type[Raft]) -> type[Raft]:
    """Raft with these extensions, given as classes or by name, in any order; without any, Raft.

    They are always combined in the order of `EXTENSIONS`, so that the same set gives the same class. Raises
    UserError if one is unknown, if one needs another that is missing, or if two exclude each other.

    >>> from raftlab import PreVote, Raft, build
    >>> build() is Raft, build(PreVote) is build("PreVote")
    (True, True)
    """
    given = [each if isinstance(each, str) else getattr(each, "__name__", repr(each)) for each in extensions]
    for name in given:
        check_name("extension", name, EXTENSIONS)
    return _composed(tuple(name for name in EXTENSIONS if name in given))


@cache
def _composed(names: tuple[str, ...]) -> type[Raft]:
    if why := objection(names):
        raise UserError(why)
    if not names:
        return Raft
    return type(f"Raft with {listed(names)}", tuple(EXTENSIONS[name] for name in names), {})


def objection(names: tuple[str, ...]) -> str | None:
    """Why these extensions do not go together, in a sentence; None if they do."""
    for name in names:
        for other in getattr(EXTENSIONS[name], "needs", ()):
            if other not in names:
                return f"{name} does not work without {other}; add {other}, or leave out {name}."
        for other, why in getattr(EXTENSIONS[name], "excludes", {}).items():
            if other in names:
                because = f", because {why}" if why else ""
                return f"{name} and {other} exclude each other{because}; choose one of them."
    return None


def check_together(node_classes: Iterable[type]) -> None:
    """Raise UserError if some nodes of a cluster use lease reads and others have no sticky votes."""
    sets = {node_class: extensions_of(node_class) for node_class in node_classes}
    leases = any("LeaseReads" in names for names in sets.values())
    for node_class, names in sets.items():
        if leases and "StickyVotes" not in names:
            raise UserError(
                f"A lease is safe only if all voters are sticky, and {node_class.__name__} is without StickyVotes; "
                "add StickyVotes to it, or leave out LeaseReads."
            )


def extensions_of(node_class: type) -> tuple[str, ...]:
    """The extensions in a class, however it was made. One that is only a base of another in the class is left out.

    >>> extensions_of(build("Membership", "NoOp"))
    ('NoOp', 'Membership')
    """
    found = [each for each in EXTENSIONS.values() if issubclass(node_class, each)]
    return tuple(
        each.__name__
        for each in found
        if not any(issubclass(other, each) for other in found if other != each)
    )


def check_raft(node_class: Any) -> type[Raft]:
    """Return `node_class` if it is Raft or a subclass of it; otherwise raise UserError."""
    if not (isinstance(node_class, type) and issubclass(node_class, Raft)):
        raise UserError(f"node_class must be Raft or a subclass of it, not {node_class!r}.")
    return node_class


class System(NamedTuple):
    """A real system: its timing, and those extensions it uses that decide which node leads and for how long.

    source: where that was read. (etcd and hashicorp/raft have more: in them leaders begin with an entry of their own,
    refusals say how far a log goes, and there are snapshots, transfers and changes of voters.)
    """

    name: str
    extensions: tuple[str, ...]
    preset: Preset
    source: str

    @property
    def node_class(self) -> type[Raft]:
        """The class of its nodes."""
        return build(*self.extensions)


PAPER = System("paper", (), PRESETS["paper"], PRESETS["paper"].source)
ETCD = System(
    "etcd", ("StickyVotes", "PreVote", "CheckQuorum"), PRESETS["etcd"],
    "https://github.com/etcd-io/raft (in 3.5: CheckQuorum always on, with it sticky votes; PreVote by default)",
)  # fmt: skip
HASHICORP = System(
    "hashicorp", ("StickyVotes", "PreVote", "CheckQuorum"), PRESETS["hashicorp"],
    "https://github.com/hashicorp/raft (1.7.0: pre-vote by default; its leader lease is a CheckQuorum; who has a leader "
    "refuses others its vote, and does not look at their term)",
)  # fmt: skip
SYSTEMS: dict[str, System] = {system.name: system for system in (PAPER, ETCD, HASHICORP)}
