"""Other correct nodes: they follow the same rules as Raft and its extensions, where the rules leave them a choice.

What is demanded of every correct node, such as that no property breaks in a story, is demanded of these, too.
"""

from collections.abc import Callable
from typing import Any

from raftlab.messages import Role
from raftlab.raft import Raft


def draws_more(raft: Any) -> type[Raft]:
    """Nodes that draw one more random number for each election timeout."""

    class DrawsMore(raft):
        def reset_election_timer(self) -> None:
            self.random.random()
            super().reset_election_timer()

    return DrawsMore


def tells_commits(raft: Any) -> type[Raft]:
    """Nodes that tell the others at once what they have committed as leader."""

    class TellsCommits(raft):
        def commit(self, index: int, because: str) -> None:
            super().commit(index, because)
            if self.role is Role.LEADER:
                self.broadcast_entries()

    return TellsCommits


def asks_backwards(raft: Any) -> type[Raft]:
    """Nodes that send to the others in the opposite order."""

    class AsksBackwards(raft):
        def peers(self) -> list[str]:
            peers: list[str] = super().peers()
            return peers[::-1]

    return AsksBackwards


CORRECT_VARIANTS: dict[str, Callable[[Any], type[Raft]]] = {
    "nodes that draw one more random number": draws_more,
    "nodes that tell at once what they have committed": tells_commits,
    "nodes that ask the others in another order": asks_backwards,
}
