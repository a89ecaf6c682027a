"""What the rules of the extensions leave open."""

from raftlab.checks.differential.allowed import Predicate
from raftlab.checks.differential.compare import Comparison
from raftlab.messages import ConfirmLeader, InstallSnapshot, InstallSnapshotReply, Send


def later_read_index(it: Comparison) -> None:
    """A read may wait for more entries than were committed when it began, as long as the log has them."""
    ours, theirs = it.ours.state.get("reads", ()), it.theirs.state.get("reads", ())
    last = it.before["snapshot"].index + len(it.before["log"])
    if len(ours) == len(theirs) and all(
        other.read_index is not None
        and one.read_index is not None
        and one.read_index <= other.read_index <= last
        and other._replace(read_index=one.read_index) == one
        for one, other in zip(ours, theirs, strict=True)
    ):
        it.fields.discard("reads")


def one_question_for_several_reads(it: Comparison) -> None:
    """A leader that asks for a later read need not ask for an earlier one: the answer counts for both."""
    asked = [each.message for each in it.theirs.effects if isinstance(each, Send)]
    it.missing = [
        each for each in it.missing
        if not isinstance(each, ConfirmLeader)
        or not any(
            isinstance(other, ConfirmLeader) and other.dst == each.dst and other.round > each.round for other in asked
        )
    ]  # fmt: skip


def committed_before_the_snapshot(it: Comparison) -> None:
    """To a snapshot of entries that it knows to be committed a follower may confirm all that is committed: it agrees with the leader's log."""
    event, committed = it.question.event, it.before["commit_index"]
    if not isinstance(event, InstallSnapshot) or event.last_included_index > committed:
        return
    right = InstallSnapshotReply(event.dst, event.src, event.term, event.last_included_index)
    if it.missing == [right] and it.extra == [right._replace(match_index=committed)]:
        it.missing, it.extra = [], []


ALLOWED_BEYOND: tuple[Predicate, ...] = (
    later_read_index,
    one_question_for_several_reads,
    committed_before_the_snapshot,
)
