"""The items: each is one rule, with its lesson, its points and three hints.

The first hint says where to look, the second what to think about, the third how to do it.
"""

from typing import NamedTuple

from raftlab.exercises.implement import CLOSED


class Item(NamedTuple):
    """One rule for learners to write. rules: ids of the rule book. extensions: the extensions that the nodes have."""

    name: str
    lesson: str
    points: int
    rules: tuple[str, ...]
    hints: tuple[str, str, str]
    extensions: tuple[str, ...] = ()

    @property
    def closed(self) -> tuple[str, ...]:
        """The methods of raftlab that the answer must not call."""
        return (self.name, *CLOSED.get(self.name, ()))


_ALL = (
    Item("admit", "01", 10, ("ALL-2", "ST-P1", "ST-P2"), (
        "Every message carries the term of its sender. Compare it with the node's own term before anything else.",
        "A later term means that the node has missed something, whatever its role is. An earlier term changes nothing here.",
        "If msg.term is later, node.become_follower(msg.term) does all that is needed. Return True: then the message is handled.")),
    Item("become_follower", "01", 10, ("ALL-2", "ST-P1", "ST-P2"), (
        "What do only candidates and leaders know? And to what does a vote belong?",
        "A vote belongs to a term. In a new term the node has a new vote; in the same term it keeps the one that it has given.",
        "Clear votes, leader, next_index, match_index and waiting. Only if the term is later: set it, clear voted_for, and node.save(). A leader also needs node.reset_election_timer().")),
    Item("become_candidate", "01", 10, ("CA-1",), (
        "Four things happen before the node asks anybody for a vote. Rule CA-1 lists them.",
        "The candidate votes for itself. No other node may see a term or a vote that a crash could take back.",
        "Set the role, term + 1, and voted_for and votes to the node itself; then node.save() and node.reset_election_timer().")),
    Item("become_leader", "01", 10, ("LE-1", "ST-L1", "ST-L2"), (
        "A new leader knows nothing about the other logs, makes a guess about them, and must be heard at once.",
        "What it knew when it was leader before is out of date. Its own log stays as it is.",
        "next_index: the last index + 1 for each of node.peers(). match_index: 0 for each of node.voters(), but its own last index for itself. Then node.broadcast_entries().")),
    Item("on_request_vote", "02", 10, ("RV-2", "RV-1", "UTD", "FO-2", "ST-P0"), (
        "There are three reasons to refuse. Read rules RV-1, RV-2 and UTD, and write one branch for each.",
        "A node may say yes twice to the same candidate, but to no other one in that term. What must it remember, and where, if it crashes right after the reply?",
        "To agree: set node.voted_for, then node.save(), node.reset_election_timer(), and only then node.reply_vote(...). To refuse: only the reply.")),
    Item("on_request_vote_reply", "02", 8, ("CA-2",), (
        "When does a reply count as a vote? Think of late replies, of copies, and of refusals.",
        "Each voter counts once, so a number is not enough. And a vote counts only in the election in which it was given.",
        "If the node is a candidate, the terms are equal and the vote is granted: add msg.src to node.votes. If node.is_quorum(node.votes), then node.become_leader().")),
    Item("is_quorum", "02", 6, ("CA-2", "LE-4"), (
        "A majority of which nodes? Of all voters, also of those that are down.",
        "Try four voters: are two of them enough? What could the other two decide?",
        "More than half: len(nodes) > len(node.voters()) // 2.")),
    Item("campaign", "02", 6, ("CA-1", "CA-4"), (
        "First the term goes up, and then everyone is asked.",
        "A request says how the candidate's log ends. And what if the node is alone in its cluster?",
        "node.become_candidate(); then a RequestVote to each of node.peers(), with node.log.last_index and node.log.last_term; then node.count_votes().")),
    Item("on_tick", "02", 6, ("FO-2", "CA-4", "LE-1"), (
        "A node has one timer. Its role decides what the timer means.",
        "event.n ticks have passed. The timer has run out when 0 or less is left.",
        "Lower node.timer by event.n. At 0 or below, a leader calls node.on_heartbeat_timeout(HeartbeatTimeout()), and every other node calls node.on_election_timeout(ElectionTimeout()).")),
    Item("on_election_timeout", "02", 4, ("FO-2", "CA-4"), (
        "Which nodes start an election, and which never do?",
        "A candidate that has not won must try again.",
        "Every node except a leader: node.campaign().")),
    Item("reset_election_timer", "03", 10, ("FO-2",), (
        "If all nodes wait equally long, they may all become candidates at the same moment, again and again.",
        "A node may use no other dice than its own: node.random.random() is a number from 0 up to, but not including, 1.",
        "shortest, longest = node.election_timeout; set node.timeout and node.timer to shortest + int(node.random.random() * (longest - shortest + 1)).")),
    Item("on_append_entries", "04", 12, ("AE-1", "AE-2", "AE-3", "AE-4", "AE-5", "CA-3", "FO-1", "FO-2", "ST-P0"), (
        "Follow the order of Figure 2. Is the term old? Do the logs agree before the new entries? What contradicts, what is missing, and what is committed?",
        "A late, shorter append must delete nothing. Delete only from the first entry that has another term. A heartbeat is checked like every other append.",
        "Go through msg.entries, and compare node.log.term_at(index) with the term of each entry. At the first one that differs or is missing: node.log.replace_from(index, the rest) and node.save(from_index=index). Commit min(msg.leader_commit, last new index), if that is more than before.")),
    Item("on_append_entries_reply", "04", 8, ("LE-3a", "LE-3b", "LE-4"), (
        "First: does this reply still matter to a leader of this term? Then: is it a success or a refusal?",
        "Replies can overtake each other, so what the leader knows about a follower may only grow. And the leader's log may have grown since it sent the append.",
        "Success: match_index = max(old, msg.match_index), next_index = match_index + 1, node.advance_commit_index(). Refusal of the newest guess: next_index one lower, but not below match_index + 1, then node.replicate(msg.src).")),
    Item("advance_commit_index", "04", 8, ("LE-4",), (
        "Up to which index does a majority hold the leader's log? node.match_index says it for every voter, the leader included.",
        "An entry of an older term can still be overwritten, even if a majority holds it: Figure 8.",
        "For each index from node.log.last_index down to node.commit_index + 1: if a quorum has match_index >= index and node.log.term_at(index) == node.term, call node.commit(index, because=\"LE-4\") and stop.")),
    Item("replicate", "04", 4, ("LE-3",), (
        "Which entries does the follower lack? Its next index says where they begin.",
        "The message also names the entry before the first new one: its index and its term. Before the first entry, both are 0.",
        "prev = node.next_index[peer] - 1; send an AppendEntries with node.log.term_at(prev), node.log.entries_from(prev + 1) and node.commit_index.")),
    Item("commit", "04", 4, ("ALL-1", "ST-V2"), (
        "Raise the commit index first. Then the state machine follows.",
        "The index may rise by several entries. Apply every one of them, and none twice.",
        "While node.last_applied is behind node.commit_index: raise it by one to index, call node.apply(index), and then node.answer(node.waiting.pop(index, None), Applied(index)).")),
    Item("on_propose", "04", 4, ("LE-2", "LE-3", "P2"), (
        "Which node takes commands, and what do the others say?",
        "The leader's own log comes first, then its disk, then the other nodes. Its own copy counts, too.",
        "node.log.append(LogEntry(node.term, event.command)), node.save(from_index=index), node.waiting[index] = event.client, node.match_index[node.id] = index, node.broadcast_entries(), node.advance_commit_index().")),
    Item("save", "05", 4, ("ST-P0", "ST-P1", "ST-P2", "ST-P3"), (
        "What must be there again after a crash? Three things.",
        "Only what has changed in the log is written: the entries from an index on. Without an index, nothing has changed.",
        "node.emit(Save(node.term, node.voted_for, index, node.log.entries_from(index))), where index is from_index, or node.log.last_index + 1 if from_index is None.")),
)  # fmt: skip

_BEYOND = (
    Item("advance_reads", "05", 10, ("RI-1", "RI-2", "RI-3"), (
        "A read waits for three things: the leader must know what is committed, a majority must confirm the leader, and the entry must be applied.",
        "A leader knows what is committed only after an entry of its own term is committed. Only a majority can say that it is still the leader.",
        "For each read without a read_index, if node.log.term_at(node.commit_index) == node.term: note node.commit_index with read._replace, and send ConfirmLeader(node.id, peer, node.term, read.round) to all peers. For each read with one, if read.confirmed is a quorum and node.last_applied >= read.read_index: node.answer(read.read.client, ReadNow(read.read.command)). All other reads wait on."),
        extensions=("ReadIndex", "NoOp")),
    Item("on_confirm_leader_reply", "05", 6, ("RI-2",), (
        "A confirmation says: when your question arrived, I knew of no later term. Which reads had begun by then?",
        "An answer to an older question proves nothing for a newer read: by then there may be another leader.",
        "If the node is the leader and msg.term == node.term: for each read with a read_index and read.round <= msg.round, add msg.src with read._replace(confirmed=read.confirmed | {msg.src}). Put the new tuple into node.reads, then node.advance_reads()."),
        extensions=("ReadIndex", "NoOp")),
    Item("on_request_pre_vote", "05", 8, ("PV-2",), (
        "The node is asked whether it would vote, and not for its vote. So what may change in the node?",
        "Three things must be true: the proposed term is later than the node's, the other log is at least as up to date, and the node hears no leader.",
        "would = msg.proposed_term > node.term and node.log.is_covered_by(msg.last_log_index, msg.last_log_term) and not node.has_live_leader(); then node.send(RequestPreVoteReply(node.id, msg.src, max(node.term, msg.term), would))."),
        extensions=("PreVote",)),
    Item("on_request_pre_vote_reply", "05", 4, ("PV-3",), (
        "When does an answer count? Think of refusals, of answers to an older question, and of a node that no longer asks.",
        "A node that hears a leader again has no reason to go on, even with a majority.",
        "If node.pre_votes is not empty (the node asks), msg.term == node.term, msg.vote_granted, and node.leader is None: add msg.src to node.pre_votes, then node.count_pre_votes()."),
        extensions=("PreVote",)),
    Item("check_quorum", "06", 14, ("CQ-1",), (
        "The leader counts the nodes that have answered it since the last check. Which node must it not forget to count?",
        "It becomes a follower without a new term, for no other node has done anything. And an answer counts only until the next check.",
        "Unless node.is_quorum(node.heard | {node.id}): node.become_follower(node.term). In both cases node.heard = frozenset() and node.since_look = 0."),
        extensions=("PreVote", "CheckQuorum")),
)  # fmt: skip

ITEMS: dict[str, Item] = {item.name: item for item in _ALL}  # the rules of Raft
BEYOND: dict[str, Item] = {item.name: item for item in _BEYOND}  # rules of its extensions
