"""What an observer remembers of a run, as a value, and what it notices in one move or in one state.

A state alone does not show which node led a term, or what was committed by a leader that has crashed since. So the
search carries a small memory along: which node led which term, what leaders committed and in which term, what was
applied, and, if clients read, which entries they know of. `raftlab.sim.properties` decides what breaks a property,
as in the simulator. Less is checked than there:

    P1, P4, P5  from the memory, when a node is elected, commits or applies
    P2          within one step of a leader
    P1, P3, P4  between two nodes that exist at the same time; the simulator also remembers older logs

The memory does not contain what each disk has stored, because then there would be several times as many states. So
an entry counts as committed as soon as a leader commits it, and the explorer does not check whether a node only
believes that an entry is committed (K1). Without the memory (`remember=False`), only what can be seen in one state
is checked.
"""

from typing import Any, NamedTuple

from raftlab.log import Log
from raftlab.messages import LogEntry, Role
from raftlab.sim.properties import Finding, Seen, rewrote

Noticed = tuple[Any, ...]
STALE = "stale read"


class History(NamedTuple):
    """What is remembered. leaders: (term, node). committed: (index, entry, term). applied: (index, entry).

    acknowledged: the highest index that a client knows of. asked: (client, the value of `acknowledged` when it asked).
    """

    leaders: tuple[tuple[int, str], ...] = ()
    committed: tuple[tuple[int, LogEntry, int], ...] = ()
    applied: tuple[tuple[int, LogEntry], ...] = ()
    acknowledged: int = 0
    asked: tuple[tuple[str, int], ...] = ()


def after(history: History, noticed: tuple[Noticed, ...], remember: bool) -> tuple[History, Finding | None]:
    """What is remembered after these things were noticed, and the first property that they break."""
    found: list[Finding] = []
    if not remember:
        for each in noticed:
            found += _at_once(*each)
        return history, found[0] if found else None
    seen = Seen(
        dict(history.leaders),
        {index: (entry, term) for index, entry, term in history.committed},
        dict(history.applied),
    )
    acknowledged, asked = history.acknowledged, dict(history.asked)
    for each in noticed:
        match each:
            case "elected", id, term, start, log:
                found += seen.elected(id, term, Log(log, start))
                seen.leading.clear()  # later changes of its log are not remembered
            case "committed", id, term, first, entries:
                found += seen.commit(id, term, first, entries)
            case "applied", id, index, entry, expected:
                found += seen.apply(id, index, entry, expected)
            case "acknowledged", index:
                acknowledged = max(index, acknowledged)
            case "asked", client:
                asked[client] = acknowledged
            case "read", id, client, applied:
                found += _read(id, client, applied, asked.pop(client, 0))
            case _:
                found += _at_once(*each)
    committed = tuple((index, entry, term) for index, (entry, term) in sorted(seen.committed.items()))
    leaders, given = tuple(sorted(seen.leaders.items())), tuple(sorted(seen.applied.items()))
    return History(leaders, committed, given, acknowledged, tuple(asked.items())), found[0] if found else None


def _at_once(what: str, *rest: Any) -> list[Finding]:
    """The properties that this breaks, no matter what happened before."""
    if what == "failed":
        return [Finding("error", f"{rest[0]}.")]
    return [rewrote(*rest)] if what == "rewrote" else []


def _read(id: str, client: str, applied: int, known: int) -> list[Finding]:
    """A read must show everything that any client knew when it was asked. (8, linearizability)"""
    if applied >= known:
        return []
    return [Finding(
        STALE,
        f"{id} answers a read of {client} as of entry {applied}, but a client had been told of entry {known} before.",
    )]  # fmt: skip


def between(one: Any, other: Any) -> Finding | None:
    """The first breach of P1, P3 or P4 between two nodes in their present states."""
    seen, found = Seen(), []
    leaders = [node for node in (one, other) if node.role is Role.LEADER]
    if len(leaders) == 2:
        for node in leaders:
            found += seen.elected(node.id, node.term, node.log)
        for node in leaders:
            known = list(node.log)[: max(0, node.commit_index - node.log.start)]
            found += seen.commit(node.id, node.term, node.log.start + 1, known)
    for node in (one, other):
        found += seen.hold(node.id, node.log, node.log.start + 1)
    return found[0] if found else None
