"""How far an exploration goes, as numbers and in words: a verdict never claims more than was looked at."""

from dataclasses import dataclass, fields

from raftlab.sim.errors import UserError, check_number

MOST_LEFT = 15  # of each kind that is counted down: it has four bits


@dataclass(frozen=True)
class Bounds:
    """What may happen, and how often. None: any number of times.

    nodes: how many there are, 1 to 9. max_term: no node goes beyond this term. in_flight: a state with
    more messages in flight is not kept, and the search does not go on from it. entries: how many commands a
    leader takes in its term. heartbeats: a leader may send a heartbeat at any time. reads: how many reads
    clients ask for. losses, duplicates, crashes: how many there may be. A crashed node restarts at once: a later
    restart differs from this only in messages that the node misses, and these could as well be lost.
    within_steps: a node may also crash between two effects of one step.
    """

    nodes: int = 3
    max_term: int = 2
    in_flight: int | None = 2
    entries: int = 1
    heartbeats: bool = False
    reads: int = 0
    losses: int | None = None
    duplicates: int | None = 0
    crashes: int | None = None
    within_steps: bool = False

    def __post_init__(self) -> None:
        check_number("the number of nodes", self.nodes, 1, 9)
        check_number("max_term", self.max_term, 0, 99)
        check_number("entries", self.entries, 0, 9)
        for name in ("in_flight", "losses", "duplicates", "crashes"):
            if getattr(self, name) is not None:
                check_number(name, getattr(self, name), 0, 99 if name == "in_flight" else MOST_LEFT)
        check_number("reads", self.reads, 0, MOST_LEFT)
        for name in ("heartbeats", "within_steps"):
            if not isinstance(getattr(self, name), bool):
                raise UserError(f"{name} is True or False, not {getattr(self, name)!r}.")

    def words(self) -> str:
        """The bounds as part of a sentence.

        >>> Bounds(in_flight=4, entries=0, crashes=1).words()
        '3 nodes, terms up to 2, at most 4 messages in flight, no commands, any losses, no copies, at most 1 crash'
        """
        crashes = _count(self.crashes, "crash", "crashes")
        if self.crashes != 0:
            crashes += ", also in the middle of a step" if self.within_steps else ""
        return ", ".join(
            filter(
                None,
                (
                    f"{self.nodes} node{'s' * (self.nodes > 1)}",
                    f"terms up to {self.max_term}",
                    f"{_count(self.in_flight, 'message', 'messages')} in flight",
                    f"{_count(self.entries, 'command', 'commands')}{' a term' * bool(self.entries)}",
                    "heartbeats at any time" * self.heartbeats,
                    _count(self.reads, "read", "reads") if self.reads else "",
                    _count(self.losses, "loss", "losses"),
                    _count(self.duplicates, "copy", "copies"),
                    crashes,
                ),
            )
        )


BOUNDS = tuple(each.name for each in fields(Bounds))


def _count(number: int | None, one: str, many: str) -> str:
    if number is None:
        return f"any {many}"
    return f"at most {number} {one if number == 1 else many}" if number else f"no {many}"
