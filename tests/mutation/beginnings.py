"""A node that begins, or begins again with what is on its disk: all its fields beside those of the reference.

No exercise asks for the way in which a node of an extension begins, so this is no check of an answer. It finds the mutants
of `__init__` that show nowhere else, because most of these fields are set again before they are used.
"""

from random import Random
from typing import Any, NamedTuple

from raftlab.checks.failure import FELL_OVER, Failure, NodeError, fell_over
from raftlab.messages import HardState, LogEntry, Snapshot
from raftlab.raft import Raft

ENTRIES = (LogEntry(1, "a"), LogEntry(2, "b"))
DISKS = (
    HardState(),
    HardState(3, "n2", ENTRIES),
    HardState(3, "n1", ENTRIES, Snapshot(4, 1, "S", ("n1", "n2"))),
    HardState(2, None, (), Snapshot(2, 2, "S")),
)
TIMING = ((15, 18), 5), ((20, 20), 7)


class Beginning(NamedTuple):
    """All these nodes as one check."""

    reference: type[Raft]

    @property
    def name(self) -> str:
        """Its name in a list."""
        return "a node begins, and begins again"

    @property
    def rule(self) -> str:
        """What is lost in a crash begins anew."""
        return "ST-V1"

    def run(self, raft: type[Raft]) -> Failure | None:
        """The first field that is not as it should be; None if there is none."""
        for disk in DISKS:
            for timing in TIMING:
                ours = fields(self.reference("n1", ("n1", "n2", "n3"), Random(1), *timing, saved=disk))
                try:
                    theirs = fields(raft("n1", ("n1", "n2", "n3"), Random(1), *timing, saved=disk))
                except NodeError as error:
                    return self._failure(disk, str(error), "no error")
                except FELL_OVER as error:
                    return self._failure(disk, fell_over(error), "no error")
                for name, value in ours.items():
                    if name not in theirs or theirs[name] != value:
                        return self._failure(
                            disk, f"its {name} is {theirs.get(name, 'missing')!r}", f"its {name} is {value!r}"
                        )
        return None

    def _failure(self, disk: HardState, did: str, should: str) -> Failure:
        known = (
            f"with term {disk.term}, vote {disk.voted_for}, {len(disk.log)} entries"
            if disk.term
            else "with nothing"
        )
        return Failure(self.rule, self.name, (f"a node begins {known} on its disk",), should, did)


def fields(node: Raft) -> dict[str, Any]:
    """What a node holds, by the name of the field; its dice, and the length of the timer that they give, may be others."""
    found = {name: value for name, value in vars(node).items() if name[0] != "_" and name != "random"}
    shortest, longest = node.election_timeout
    found["timer"] = found["timeout"] = shortest <= node.timer == node.timeout <= longest
    return found | {"log": (node.log.start, node.log.start_term, tuple(node.log))}
