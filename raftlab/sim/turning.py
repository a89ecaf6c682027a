"""Turning points: the important moments of a run, found in its trace. Only this module defines them.

They are a candidacy, a split vote, a new leader, a commitment, a refusal, a broken property, and these actions of
people: a cut, a heal, a crash, a restart, a pause. In a long run most of them happen many times. Only the first of
each kind in a phase *counts*. A new phase begins at each tick at which people do something to a node or a link.
Refusals of votes and refusals of appends are two kinds.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from raftlab.sim.events import Event
from raftlab.sim.stops import TURNS
from raftlab.sim.trace import Trace

# The actions of people that are turning points: the event's name in a trace -> the kind of turning point.
DEEDS = {
    "crash": "crash", "restart": "restart", "pause": "pause", "resume": "resume",
    "partition": "cut", "isolate": "cut", "cut": "cut", "heal": "heal",
}  # fmt: skip


def turn_words(words: Mapping[str, str]) -> dict[str, str]:
    """The kinds of turning points in the words of a protocol. Kinds about leaders are left out if it has none."""
    of_leaders = () if "leader" in words else ("candidacy", "split", "leader")
    changed = {"commit": f"a value is {words['committed']}"} if of_leaders and "committed" in words else {}
    return {kind: text for kind, text in (TURNS | changed).items() if kind not in of_leaders}


class Turn(NamedTuple):
    """A turning point.

    event: its index in the trace. kind: one of `TURNS`. node: the node that it is about, if there is one.
    counts: whether it is the first of its kind in its phase.
    """

    event: int
    tick: int
    kind: str
    node: str | None
    counts: bool


class TurningPoints:
    """The turning points of a trace. The trace may still grow.

    >>> from raftlab import load, play
    >>> [(turn.kind, turn.node) for turn in TurningPoints(play(load("best_case_election"))).all()]
    [('candidacy', 'n5'), ('leader', 'n5')]
    """

    def __init__(self, trace: Trace):
        self.trace = trace
        self._fold = trace.fold()
        self._turns: list[Turn] = []
        self._facts = 0  # how many rows of the trace's facts have been read
        self._committed: set[tuple[int, str | None]] = set()  # index and command
        self._split: set[int] = set()  # terms whose vote was split
        self._phase = 0  # the tick at which the phase began
        self._counted: set[tuple[str, ...]] = set()  # kinds that have happened in this phase
        self._votes = "leader" in trace.protocol.words  # whether this protocol has votes

    def all(self) -> list[Turn]:
        """The turning points of all events so far, oldest first."""
        fold, events = self._fold, self.trace.events
        while fold.count < len(events):
            number, event = fold.count, events[fold.count]
            fold.apply(events, number + 1)
            for kind, *reason in self._kinds(number, event):
                if (event.what in DEEDS or event.what == "flap") and event.tick > self._phase:
                    self._phase, self._counted = event.tick, set()
                counts = (kind, *reason) not in self._counted
                self._counted.add((kind, *reason))
                self._turns.append(Turn(number, event.tick, kind, event.node, counts))
        return self._turns

    def _kinds(self, number: int, event: Event) -> Iterator[tuple[str, ...]]:
        """The kinds of turning points in one event. With a refusal, the kind of the refusing reply follows."""
        if event.what == "broken":
            yield ("broken",)
        if event.what in DEEDS and (event.what != "crash" or "status" in event.changes):
            yield (DEEDS[event.what],)
        # Only the verb counts; later the link is cut and healed by itself.
        if event.what == "flap" and len(event.detail) == 4:
            yield ("cut",)
        rules = event.rules()
        for id in event.sent():
            message = self.trace.message(id)
            said = [message.fields.get(name) for name in ("vote_granted", "success")]
            if False in said or message.kind == "Refusal":
                yield "refusal", message.kind
                break
        if "SV-1" in rules:
            yield "refusal", "RequestVoteReply"  # the node refuses by not replying
        if self._votes and ("CA-1" in rules or event.changes.get("role") == "candidate"):
            yield ("candidacy",)
        if self._votes and event.changes.get("role") == "leader":
            yield ("leader",)
        if (
            self._votes
            and {"term", "voted_for", "role", "status"} & event.changes.keys()
            and self._is_split()
        ):
            yield ("split",)
        if self._newly_committed(number):
            yield ("commit",)

    def _newly_committed(self, number: int) -> bool:
        """Does an event commit something that was not committed before, in any term?"""
        committed, is_new = self.trace.committed, False
        while self._facts < len(committed) and committed[self._facts][0] <= number:
            event, index, term = committed[self._facts]
            self._facts += 1
            logs = [view["log"] for view in self._fold.views.values()]
            entry = next(
                (log[index - 1][1] for log in logs if log[index - 1 : index] and log[index - 1][0] == term),
                None,
            )
            is_new = is_new or (event == number and (index, entry) not in self._committed)
            self._committed.add((index, entry))
        return is_new

    def _is_split(self) -> bool:
        """Is it now certain that none of several candidates can win the newest election? True only once for each term."""
        running = {id: view for id, view in self._fold.views.items() if view["status"] == "running"}
        candidates = [id for id, view in running.items() if view["role"] == "candidate"]
        term = max((running[id]["term"] for id in candidates), default=0)
        candidates = [id for id in candidates if running[id]["term"] == term]
        has_leader = any(view["role"] == "leader" and view["term"] == term for view in running.values())
        if len(candidates) < 2 or has_leader or term in self._split:
            return False
        for id in candidates:
            voters = running[id]["voters"]
            cast = [self._vote_in(term, voter) for voter in voters]
            open_yet = sum(
                voter in running and vote is None and running[voter]["term"] <= term
                for voter, vote in zip(voters, cast, strict=True)
            )
            if cast.count(id) + open_yet >= running[id]["quorum"]:
                return False
        self._split.add(term)
        return True

    def _vote_in(self, term: int, voter: str) -> Any:
        view = self._fold.views[voter]
        return view["voted_for"] if view["term"] == term else None
