"""A moment of a trace: one event and the cluster right after it. Sentences about events are made from moments."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from raftlab.sim.events import Event
from raftlab.sim.message_names import message_name
from raftlab.sim.trace import MessageView, Trace


class Moment(NamedTuple):
    """One event of a trace, with the cluster right after it.

    views, network: the state after the event. The same objects are used for the next event, which changes them.
    rules: the rules that were applied, in order.
    role_before: the role of the event's node before the event.
    committed: the entries (index, term, command) that are committed by now, as a fact.
    newly_committed: the newest of them, if this event has committed it; otherwise None.
    pre_votes: while the event's node asks for pre-votes, the nodes that have said yes so far, itself included;
    otherwise None.
    """

    trace: Trace
    event: Event
    views: Mapping[str, Mapping[str, Any]]
    network: Mapping[str, Any]
    rules: Sequence[str] = ()
    role_before: str | None = None
    committed: Collection[tuple[int, int, str]] = ()
    newly_committed: tuple[int, int, str] | None = None
    pre_votes: Sequence[str] | None = None

    @property
    def node(self) -> str:
        """The node of the event; an empty text if it has none."""
        return self.event.node or ""

    @property
    def detail(self) -> Any:
        """The detail of the event."""
        return self.event.detail

    @property
    def view(self) -> Mapping[str, Any]:
        """The view of the event's node after the event."""
        return self.views[self.node]

    @property
    def words(self) -> Mapping[str, str]:
        """The protocol's own words for a role, a term and a committed entry."""
        return self.trace.protocol.words

    def message(self, id: int) -> MessageView:
        """A message of the trace."""
        return self.trace.message(id)

    def sent(self, *kinds: str) -> list[MessageView]:
        """The messages of some kinds that were sent in this event."""
        return [message for message in map(self.message, self.event.sent()) if message.kind in kinds]

    def is_committed(self, index: int) -> bool:
        """Whether the entry at this index of the node's log is committed in fact. The node's commit index may be wrong."""
        return (index, *self.view["log"][index - 1]) in self.committed

    def message_name(self, id: int) -> str:
        """A message in words: "vote request from n1 to n2"."""
        message = self.message(id)
        return f"{message_name(message.kind, message.fields)} from {message.src} to {message.dst}"
