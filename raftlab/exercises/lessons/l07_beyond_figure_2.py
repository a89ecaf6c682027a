"""Lesson 07: a snapshot that is stored, and one that is installed; which change of voters is allowed; a leader that hands over; wrong nodes."""

from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.item import Item
from raftlab.exercises.write_it import Rule

ITEMS: tuple[Item, ...] = (
    Rule("save_snapshot", "07", 8, ("SN-1", "SN-3"), (
        "A snapshot takes the place of the beginning of the log. Three things change: what the node remembers, its log, and its disk.",
        "After a restart the node begins with its snapshot and with the entries after it. So the snapshot must be on the disk when the step is over.",
        "node.snapshot = snapshot; node.log.start_after(snapshot.index, snapshot.term), which keeps the entries after it if the log agrees with it; node.emit(SaveSnapshot(snapshot))."),
        extensions=("Snapshots",),
        misconceptions=("a snapshot is not saved", "a snapshot throws away all that follows")),
    Rule("on_install_snapshot", "07", 14, ("SN-3", "SN-4", "AE-1", "CA-3", "FO-2"), (
        "It is much like an append: first look at the term, then note the leader. Which snapshots bring nothing new?",
        "What is committed here already must never be taken back. A leader of an older term must not be told of progress: the reply has this node's later term, and that leader may lead again in it.",
        "Older term: reply InstallSnapshotReply(node.id, msg.src, node.term, 0), and stop. A candidate becomes a follower of its term. Note the leader and reset the timer. If msg.last_included_index > node.commit_index: set commit_index and last_applied to it, node.save_snapshot(Snapshot(index, term, msg.state, msg.voters)), node.emit(Restore(node.snapshot)). Reply with msg.last_included_index."),
        extensions=("Snapshots",),
        misconceptions=("an old snapshot is taken over", "a snapshot of an older term is taken over",
            "a refused snapshot is reported as taken", "a snapshot does not reach the state machine")),
    Rule("objection", "07", 10, ("MC-2", "MC-3"), (
        "Why is it enough to change one vote at a time? Draw a majority of the old voters and one of the new ones: what do they share?",
        "There are four objections: nothing of the leader's own term is committed yet, more or less than one vote changes, a node is still catching up, and the last change is not committed.",
        "Compare node.log.term_at(node.commit_index) with node.term; len(set(voters) ^ set(node.voters())) with 1; look at node.newcomer; and look for a command that begins with \"voters \" at each index from node.commit_index + 1 to node.log.last_index. Return the rule and the reason, or None."),
        extensions=("Membership",),
        misconceptions=("voters change before the leader has committed anything", "several voters change at once")),
    Rule("hand_over", "07", 8, ("TL-2",), (
        "The successor starts an election as soon as it is told to. When would it lose this election?",
        "A voter refuses a log that is less up to date than its own. What must the leader know about the successor's log?",
        "If node.successor is not None and node.match_index.get(node.successor) == node.log.last_index: node.send(TimeoutNow(node.id, node.successor, node.term))."),
        extensions=("Transfer",),
        misconceptions=("hands over to a node that is not up to date",)),
    BreakIt("07.a", 20, (
        "a snapshot does not reach the state machine", "a snapshot is not saved",
        "a snapshot throws away all that follows", "voters change before the leader has committed anything",
        "several voters change at once", "those without a vote are counted", "commits without a majority",
        "grants two votes in one term", "new leader drops its uncommitted entries"),
        have=("Snapshots", "Membership", "Transfer")),
    BreakIt("07.b", 20, (
        "a new node has its vote at once", "the leader does not count itself",
        "followers never hear what is committed", "who has no vote stands for election",
        "hands over to a node that is not up to date", "an older leader hands over",
        "nextIndex never decremented", "sends log[next + 1:]",
        "the entry before is named with the leader's own term"), have=("Snapshots", "Membership", "Transfer")),
)  # fmt: skip
