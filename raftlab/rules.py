"""The rule book: every rule of Figure 2, of the extensions, and every property of Figure 3, in our own words.

A node names a rule by its id when it applies it (`because("RV-1")`), the player shows the rule's
sentence, and a check names the rule that was broken. Sections are those of the Raft paper, extended
version (D. Ongaro and J. Ousterhout, "In Search of an Understandable Consensus Algorithm"); "thesis"
is D. Ongaro, "Consensus: Bridging Theory and Practice".
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """One rule: its id, one sentence in our words, and its section in the paper."""

    id: str
    text: str
    section: str


_FIGURE_2 = (
    Rule("ST-P0", "A node saves what must survive a crash before it answers any message.", "5"),
    Rule("ST-P1", "A node remembers the newest term it has seen; it starts at 0 and only grows.", "5.1"),
    Rule("ST-P2", "A node remembers for whom it has voted in the current term, if for anyone.", "5.2"),
    Rule("ST-P3", "A node remembers its log: commands with the term in which a leader took them.", "5.3"),
    Rule(
        "ST-V1",
        "The commit index is the index of the last entry known to be committed; it starts at 0 and only grows.",
        "5.3",
    ),
    Rule(
        "ST-V2",
        "Last applied is the index of the last entry given to the state machine; it starts at 0 and only grows.",
        "5.3",
    ),
    Rule(
        "ST-L1",
        "A new leader guesses that every log ends where its own does: each next index is its last index + 1.",
        "5.3",
    ),
    Rule(
        "ST-L2",
        "A new leader knows nothing of the other logs: each match index starts at 0 and only grows.",
        "5.3",
    ),
    Rule("AE-1", "An append from an older term is refused: a later term has begun.", "5.1"),
    Rule(
        "AE-2", "An append is refused if the entry just before it is missing here or has another term.", "5.3"
    ),
    Rule("AE-3", "An entry that contradicts the leader's is deleted, with everything after it.", "5.3"),
    Rule("AE-4", "Entries that are not there yet are appended.", "5.3"),
    Rule(
        "AE-5",
        "A follower commits what the leader has committed, but never beyond the last entry that this append confirms.",
        "5.3",
    ),
    Rule("RV-1", "A request for votes from an older term is refused.", "5.1"),
    Rule(
        "RV-2",
        "A node votes once in each term, for the first candidate that asks and whose log is at least as up to date as its own.",
        "5.2, 5.4",
    ),
    Rule(
        "UTD",
        "The log whose last entry has the later term is more up to date; if the terms are equal, the longer log is.",
        "5.4.1",
    ),
    Rule("ALL-1", "Committed entries are applied in the order of the log.", "5.3"),
    Rule("ALL-2", "A node that sees a later term adopts it and becomes a follower.", "5.1"),
    Rule("FO-1", "A follower answers candidates and leaders.", "5.2"),
    Rule(
        "FO-2",
        "A follower that for an election timeout neither hears from a current leader nor grants a vote starts an election.",
        "5.2",
    ),
    Rule(
        "CA-1",
        "To start an election, a node raises its term, votes for itself, resets its timer, and asks all others for their votes.",
        "5.2",
    ),
    Rule("CA-2", "A candidate with the votes of a majority becomes leader.", "5.2"),
    Rule("CA-3", "A candidate that hears the leader of its term becomes a follower.", "5.2"),
    Rule("CA-4", "A candidate that has not won within an election timeout starts another election.", "5.2"),
    Rule(
        "LE-1",
        "A new leader sends heartbeats at once, and repeats them before the others' election timers run out.",
        "5.2",
    ),
    Rule("LE-2", "A leader appends a client's command to its log and answers once it is applied.", "5.3"),
    Rule("LE-3", "A leader sends each follower the entries from that follower's next index on.", "5.3"),
    Rule("LE-3a", "On success the leader raises the follower's next index and match index.", "5.3"),
    Rule("LE-3b", "On refusal the leader lowers the follower's next index and tries again.", "5.3"),
    Rule(
        "LE-4",
        "An entry of the leader's own term that a majority has stored is committed, and so are all entries before it.",
        "5.3, 5.4",
    ),
)

_EXTENSIONS = (
    Rule("PV-1", "Before it raises its term, a node asks the others whether they would vote for it.", "thesis 9.6"),
    Rule("PV-2", "A voter says yes if the log is up to date and it hears no leader; the question changes nothing in the voter.", "thesis 9.6"),
    Rule("PV-3", "Only a node that a majority would vote for becomes a candidate.", "thesis 9.6"),
    Rule("CQ-1", "A leader steps down when a majority has not answered it for an election timeout.", "thesis 6.2"),
    Rule("SV-1", "A node that hears a leader ignores candidates, and does not adopt their terms.", "6, thesis 4.2.3"),
    Rule("FB-1", "A refusal says up to which entry the follower's log may agree with the leader's.", "5.3"),
    Rule("FB-2", "The leader goes back to that entry at once, not by one entry at a time.", "5.3"),
    Rule("NO-1", "A new leader first appends an entry that does nothing, so that it can commit the entries before it.", "8, thesis 6.4"),
    Rule("RI-1", "A read waits until the leader has committed an entry of its own term.", "8, thesis 6.4"),
    Rule("RI-2", "Before it answers a read, a leader asks a majority whether it still leads, again with every heartbeat.", "8, thesis 6.4"),
    Rule("RI-3", "A read is answered when all entries that were committed when it arrived are applied.", "8, thesis 6.4"),
    Rule("LR-1", "When a majority of sticky voters has answered, a leader answers reads without asking again until its lease ends. This is safe if clocks are right within a bound and no voter restarts.", "thesis 6.4.1"),
    Rule("LR-0", "A leader answers a read from its own state, without asking any other node.", "thesis 6.4"),
    Rule("SN-1", "Entries that are applied and stored in a snapshot are removed from the log.", "7"),
    Rule("SN-2", "A follower that lacks entries which the leader has removed from its log is sent the snapshot.", "7"),
    Rule("SN-3", "A snapshot replaces the log; but if the log has the snapshot's last entry, the entries after it stay.", "7"),
    Rule("SN-4", "A node ignores a snapshot of entries that it already knows to be committed.", "7"),
    Rule("MC-1", "A configuration is in force as soon as it is in the log, committed or not.", "thesis 4.1"),
    Rule("MC-2", "Only one node is added or removed at a time, and no change begins before the last one is committed.", "thesis 4.1"),
    Rule("MC-3", "No change begins before an entry of the leader's own term is committed.", "Ongaro 2015"),
    Rule("MC-4", "A leader that has lost its vote steps down when that change is committed.", "thesis 4.2.2"),
    Rule("MC-5", "A node that knows that the loss of its vote is committed starts no election.", "thesis 4.2.2"),
    Rule("MC-6", "A new node gets its vote only when it has caught up with the leader's log.", "thesis 4.2.1"),
    Rule("TL-1", "A leader that hands over accepts no commands, and brings its successor up to date.", "thesis 3.10"),
    Rule("TL-2", "Only a successor that is up to date is told to start an election; it starts one at once.", "thesis 3.10"),
    Rule("TL-3", "A transfer that takes longer than an election timeout is given up.", "thesis 3.10"),
)  # fmt: skip

_FIGURE_3 = (
    Rule("P1", "Election Safety: there are never two leaders in one term.", "5.2"),
    Rule("P2", "Leader Append-Only: a leader never changes or deletes entries of its own log.", "5.3"),
    Rule(
        "P3",
        "Log Matching: logs that agree on an entry's index and term agree on everything before it.",
        "5.3",
    ),
    Rule("P4", "Leader Completeness: every later leader has every committed entry.", "5.4"),
    Rule("P5", "State Machine Safety: no two nodes apply different entries at one index.", "5.4.3"),
)

RULES: dict[str, Rule] = {rule.id: rule for rule in _FIGURE_2}
EXTENSION_RULES: dict[str, Rule] = {rule.id: rule for rule in _EXTENSIONS}
RULE_BOOK: dict[str, Rule] = RULES | EXTENSION_RULES
PROPERTIES: dict[str, Rule] = {rule.id: rule for rule in _FIGURE_3}
