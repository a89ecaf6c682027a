"""What an observer remembers of a run, and how it notices that a property of Figure 3 is broken.

A state alone does not tell who led a term, or what was committed by someone who has crashed since. So
the search carries a small memory along: who led which term, what leaders committed and in which term,
what was applied, and, where clients read, which entries they know of. It is the part of the memory of
`raftlab.sim.invariants` on which a verdict can depend, and it says the same of the same run:

    P1, P4, P5  from what is remembered, when a node is elected, commits or applies
    P2          within one step of a leader
    P3          between two logs that exist at the same time; the simulator also remembers older ones

Without a memory (`remember=False`), only what can be seen in one state is checked: P1 and P3.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from raftlab.messages import LogEntry, Role

Noticed = tuple[Any, ...]
STALE = "stale read"


class Breach(NamedTuple):
    """What is broken: P1 to P5, or "stale read", "error", "claim", "liveness"; and a sentence."""

    property: str
    sentence: str


class History(NamedTuple):
    """What is remembered. leaders: (term, node). committed: (index, entry, term). applied: (index, entry).

    acknowledged: the highest index a client knows of. asked: (client, what was acknowledged when it asked).
    """

    leaders: tuple[tuple[int, str], ...] = ()
    committed: tuple[tuple[int, LogEntry, int], ...] = ()
    applied: tuple[tuple[int, LogEntry], ...] = ()
    acknowledged: int = 0
    asked: tuple[tuple[str, int], ...] = ()


def after(history: History, noticed: tuple[Noticed, ...], remember: bool) -> tuple[History, Breach | None]:
    """What is remembered after these things were noticed, and the first property that they break."""
    first = None
    for what, *rest in noticed:
        if remember or what in ("failed", "rewrote"):
            history, breach = NOTICED[what](history, *rest)
            first = first or breach
    return history, first


Result = tuple[History, Breach | None]


def _failed(history: History, sentence: str) -> Result:
    return history, Breach("error", f"{sentence}.")


def _rewrote(history: History, id: str, term: int, index: int) -> Result:
    """P2: while it leads, a node's log only grows."""
    return history, Breach("P2", f"{id}, leader of term {term}, rewrote its log from index {index} on.")


def _elected(history: History, id: str, term: int, start: int, log: tuple[LogEntry, ...]) -> Result:
    """P1 and P4: one leader a term, and it has all that was committed in earlier terms."""
    breach, led = None, dict(history.leaders)
    if led.setdefault(term, id) != id:
        breach = two_leaders(led[term], id, term)
    for index, entry, committed_in in history.committed:
        there = index <= start or (index <= start + len(log) and log[index - start - 1] == entry)
        if committed_in < term and not there and breach is None:
            breach = Breach(
                "P4", f"{id} leads term {term} without {_words(entry)}, committed at index {index}."
            )
    return history._replace(leaders=tuple(sorted(led.items()))), breach


def _committed(history: History, id: str, term: int, first: int, entries: tuple[LogEntry, ...]) -> Result:
    """P4, too: no leader commits another entry where one is committed."""
    breach, known = None, {index: (entry, in_term) for index, entry, in_term in history.committed}
    for index, entry in enumerate(entries, start=first):
        before, _ = known.setdefault(index, (entry, term))
        if before != entry and breach is None:
            breach = Breach(
                "P4",
                f"{id}, leader of term {term}, committed {_words(entry)} at index {index}, "
                f"where {_words(before)} was committed before.",
            )
    committed = tuple(sorted((index, entry, in_term) for index, (entry, in_term) in known.items()))
    return history._replace(committed=committed), breach


def _applied(history: History, id: str, index: int, entry: LogEntry, expected: int) -> Result:
    """P5: no two nodes apply different entries at one index, and none leaves one out."""
    applied, breach = dict(history.applied), None
    other = applied.setdefault(index, entry)
    if index != expected:
        breach = Breach("P5", f"{id} applied entry {index} where entry {expected} was next.")
    elif other != entry:
        breach = Breach("P5", f"{id} applied {_words(entry)} at index {index}, another node {_words(other)}.")
    return history._replace(applied=tuple(sorted(applied.items()))), breach


def _acknowledged(history: History, index: int) -> Result:
    return history._replace(acknowledged=max(index, history.acknowledged)), None


def _asked(history: History, client: str) -> Result:
    return history._replace(asked=(*history.asked, (client, history.acknowledged))), None


def _read(history: History, id: str, client: str, applied: int) -> Result:
    """A read sees all that a client had been told before it was asked. (8, linearizability)"""
    asked = dict(history.asked)
    known = asked.pop(client, 0)
    breach = None
    if applied < known:
        breach = Breach(
            STALE,
            f"{id} answers a read of {client} as of entry {applied}, but a client had been told of entry {known} before.",
        )
    return history._replace(asked=tuple(asked.items())), breach


NOTICED: dict[str, Callable[..., Result]] = {
    "failed": _failed, "rewrote": _rewrote, "elected": _elected, "committed": _committed, "applied": _applied,
    "acknowledged": _acknowledged, "asked": _asked, "read": _read,
}  # fmt: skip


# -- What can be seen in one state ----------------------------------------------------------------------


def between(one: Any, other: Any) -> Breach | None:
    """P1 and P3 between two nodes as they are."""
    if one.role is other.role is Role.LEADER and one.term == other.term:
        return two_leaders(one.id, other.id, one.term)
    agree = True
    for index in range(
        max(one.log.start, other.log.start) + 1, min(one.log.last_index, other.log.last_index) + 1
    ):
        here, there = one.log.entry(index), other.log.entry(index)
        if here.term == there.term and not (agree and here == there):
            return Breach(
                "P3",
                f"{one.id} and {other.id} hold entries of term {here.term} at index {index}, but these "
                "or others before them differ.",
            )
        agree = agree and here == there
    return None


def two_leaders(one: str, other: str, term: int) -> Breach:
    """P1 is broken."""
    return Breach("P1", f"{one} and {other} both became leader of term {term}.")


def _words(entry: LogEntry) -> str:
    return f"{entry.command!r} of term {entry.term}"
