"""What is asked: each item is one rule, with the lesson it belongs to, its points, and three hints.

Hints are asked for one at a time: the first says where to look, the second what to think of, the third how.
"""

from typing import NamedTuple

from raftlab.exercises.implement import CLOSED


class Item(NamedTuple):
    """One rule to be written. rules: the ids of the rule book that it is about. extensions: what the nodes have."""

    name: str
    lesson: str
    points: int
    rules: tuple[str, ...]
    hints: tuple[str, str, str]
    extensions: tuple[str, ...] = ()

    @property
    def closed(self) -> tuple[str, ...]:
        """What of raftlab the answer must not call."""
        return (self.name, *CLOSED.get(self.name, ()))


_ALL = (
    Item("admit", "01", 10, ("ALL-2", "ST-P1", "ST-P2"), (
        "Every message carries its sender's term. Compare it with the node's own before anything else.",
        "A later term means: this node has missed something, whatever it is at the moment. An earlier one changes nothing here.",
        "If msg.term is larger, node.become_follower(msg.term) does all that is needed. Return True: the message is then handled.")),
    Item("become_follower", "01", 10, ("ALL-2", "ST-P1", "ST-P2"), (
        "Think of what only candidates and leaders know, and of what a vote belongs to.",
        "The vote belongs to a term: a new term brings a new one, the same term does not.",
        "Clear votes, leader, next_index, match_index and waiting; only if the term is a later one, set it, forget the vote, and save.")),
    Item("become_candidate", "01", 10, ("CA-1",), (
        "Four things happen before anybody is asked. Rule CA-1 lists them.",
        "The candidate votes too, and others must never see a term or a vote that a crash could take back.",
        "Role, term + 1, voted_for and votes for itself, node.save(), node.reset_election_timer(); then the requests may go out.")),
    Item("become_leader", "01", 10, ("LE-1", "ST-L1", "ST-L2"), (
        "A new leader knows nothing of the other logs, guesses something, and must be heard at once.",
        "What it knew when it led before is out of date. It may change nothing in its own log.",
        "next_index: last index + 1 for each of node.peers(); match_index: 0 for each voter but its own last index; node.broadcast_entries().")),
    Item("on_request_vote", "02", 10, ("RV-2", "RV-1", "UTD", "FO-2", "ST-P0"), (
        "There are three reasons to refuse. Read rules RV-1, RV-2 and UTD, and write one branch for each.",
        "A node may say yes twice to the same candidate, and to no other. What must it remember, and where, if it crashes right after the reply?",
        "Grant: set node.voted_for, node.save(), node.reset_election_timer(), and only then node.reply_vote(...). Refuse: only the reply.")),
    Item("on_request_vote_reply", "02", 8, ("CA-2",), (
        "When does a reply count as a vote? Think of late ones, of copies, and of refusals.",
        "Each voter counts once, so what the node keeps is not a number. And the election it was given in must be the one that is going on.",
        "If the node is a candidate, the terms are equal and the vote is granted: add msg.src to the set node.votes; with node.is_quorum(node.votes), node.become_leader().")),
    Item("is_quorum", "02", 6, ("CA-2", "LE-4"), (
        "A majority of whom? Of all voters, also of those that are down.",
        "Try four voters: are two of them enough? Could the other two say something else?",
        "More than half: len(nodes) > len(node.voters()) // 2.")),
    Item("campaign", "02", 6, ("CA-1", "CA-4"), (
        "First the term goes up, then everyone is asked.",
        "A request tells how the candidate's log ends. And what if the node is alone in its cluster?",
        "node.become_candidate(); a RequestVote to each of node.peers() with node.log.last_index and last_term; then node.count_votes().")),
    Item("on_tick", "02", 6, ("FO-2", "CA-4", "LE-1"), (
        "A node has one timer. What it means depends on the role.",
        "event.n ticks have passed, and the timer is due when nothing is left of it.",
        "Lower node.timer by event.n; at 0 or below call node.on_heartbeat_timeout(HeartbeatTimeout()) for a leader, node.on_election_timeout(ElectionTimeout()) for all others.")),
    Item("on_election_timeout", "02", 4, ("FO-2", "CA-4"), (
        "Who starts an election, and who never does?",
        "A candidate whose election brought nothing has to try again.",
        "Everyone but a leader: node.campaign().")),
    Item("reset_election_timer", "03", 10, ("FO-2",), (
        "If all nodes wait equally long, they may all stand at the same moment, again and again.",
        "The only dice a node may use are its own: node.random.random(), a number from 0 up to, but not including, 1.",
        "shortest, longest = node.election_timeout; set node.timeout and node.timer to shortest + int(node.random.random() * (longest - shortest + 1)).")),
    Item("on_append_entries", "04", 12, ("AE-1", "AE-2", "AE-3", "AE-4", "AE-5", "CA-3", "FO-1", "FO-2", "ST-P0"), (
        "Follow the order of Figure 2: is it an old term, do the logs meet, what contradicts, what is missing, what is committed?",
        "A late, shorter append must delete nothing: only the first entry with another term, and all after it. A heartbeat is checked like every other append.",
        "Walk through msg.entries and compare node.log.term_at(index) with each entry's term; at the first that differs or is missing, node.log.replace_from(index, the rest) and node.save(from_index=index). Commit min(msg.leader_commit, last new index), if that is more than before.")),
    Item("on_append_entries_reply", "04", 8, ("LE-3a", "LE-3b", "LE-4"), (
        "First: is this reply still of interest, to a leader of this term? Then: success or refusal.",
        "Replies overtake each other, so what is known of a follower only grows. And the leader's log may have grown since it sent.",
        "Success: match_index = max(old, msg.match_index), next_index = match_index + 1, node.advance_commit_index(). Refusal: next_index one lower, but not below match_index + 1, then node.replicate(msg.src).")),
    Item("advance_commit_index", "04", 8, ("LE-4",), (
        "Up to which index does a majority hold the leader's log? node.match_index says it of every voter, the leader too.",
        "An entry of an older term may still be overwritten, even on a majority: Figure 8.",
        "For index from node.log.last_index down to node.commit_index + 1: if a quorum has match_index >= index and node.log.term_at(index) == node.term, node.commit(index, because=\"LE-4\") and stop.")),
    Item("replicate", "04", 4, ("LE-3",), (
        "What does a follower lack? Its next index says from where on.",
        "The entry before the first new one goes along: its index and its term, 0 and 0 before the first.",
        "prev = node.next_index[peer] - 1; send an AppendEntries with node.log.term_at(prev), node.log.entries_from(prev + 1) and node.commit_index.")),
    Item("commit", "04", 4, ("ALL-1", "ST-V2"), (
        "Raise the commit index, then let the machine follow.",
        "It may jump by several entries: none may be left out, none applied twice.",
        "While node.last_applied is behind node.commit_index: raise it by one to index, call node.apply(index), and then node.answer(node.waiting.pop(index, None), Applied(index)).")),
    Item("on_propose", "04", 4, ("LE-2", "LE-3", "P2"), (
        "Who takes commands, and what does everyone else say?",
        "The leader's own log comes first, then its disk, then the others. Its own copy counts, too.",
        "node.log.append(LogEntry(node.term, event.command)), node.save(from_index=index), node.waiting[index] = event.client, node.match_index[node.id] = index, node.broadcast_entries(), node.advance_commit_index().")),
    Item("save", "05", 4, ("ST-P0", "ST-P1", "ST-P2", "ST-P3"), (
        "What must be there again after a crash? Three things.",
        "Of the log only what has changed is written: from an index on. Without one, nothing of it has.",
        "node.emit(Save(node.term, node.voted_for, index, node.log.entries_from(index))), where index is from_index, or node.log.last_index + 1 if from_index is None.")),
)  # fmt: skip

_BEYOND = (
    Item("advance_reads", "05", 10, ("RI-1", "RI-2", "RI-3"), (
        "Three things hold a read back: what is committed is not known, nobody has confirmed the leader, or the entry is not applied.",
        "Only after an entry of its own term is committed does a leader know what is committed. Only a majority can say that it still leads.",
        "For each read: without a read_index, and with node.log.term_at(node.commit_index) == node.term, note node.commit_index (read._replace) and send ConfirmLeader(node.id, peer, node.term, read.round) to all peers. With one, a quorum in read.confirmed and node.last_applied >= read.read_index: node.answer(read.read.client, ReadNow(read.read.command)). All others go on waiting."),
        extensions=("ReadIndex", "NoOp")),
    Item("on_confirm_leader_reply", "05", 6, ("RI-2",), (
        "A confirmation says: when I got your question, I knew of no later term. Which reads had begun by then?",
        "An answer to an older question proves nothing for a newer read: meanwhile there may be another leader.",
        "If the node leads and msg.term == node.term: in each read with a read_index and read.round <= msg.round, add msg.src, read._replace(confirmed=read.confirmed | {msg.src}); put the new tuple into node.reads, then node.advance_reads()."),
        extensions=("ReadIndex", "NoOp")),
    Item("on_request_pre_vote", "05", 8, ("PV-2",), (
        "You are asked whether you would vote, not for your vote. What of a node may change, then?",
        "Three things must be true: the term that is proposed is new to you, the log is no worse than yours, and you hear no leader.",
        "would = msg.proposed_term > node.term and node.log.is_covered_by(msg.last_log_index, msg.last_log_term) and not node.has_live_leader(); then node.send(RequestPreVoteReply(node.id, msg.src, max(node.term, msg.term), would))."),
        extensions=("PreVote",)),
    Item("on_request_pre_vote_reply", "05", 4, ("PV-3",), (
        "When does an answer count? Think of refusals, of answers to an older question, and of nodes that no longer ask.",
        "Who hears a leader again has no reason to go on, even with a majority.",
        "If node.pre_votes (it asks), msg.term == node.term, msg.vote_granted and node.leader is None: add msg.src to node.pre_votes, then node.count_pre_votes()."),
        extensions=("PreVote",)),
    Item("check_quorum", "06", 14, ("CQ-1",), (
        "A leader counts who has answered it since it last looked. Whom must it not forget to count?",
        "It steps down without a new term: nobody else has done anything. And what was heard once does not count for ever.",
        "Unless node.is_quorum(node.heard | {node.id}): node.become_follower(node.term). In either case node.heard = frozenset() and node.since_look = 0."),
        extensions=("PreVote", "CheckQuorum")),
)  # fmt: skip

ITEMS: dict[str, Item] = {item.name: item for item in _ALL}  # the rules of Raft
BEYOND: dict[str, Item] = {item.name: item for item in _BEYOND}  # rules of its extensions
