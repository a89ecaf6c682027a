"""The rule book: every rule of Figure 2 and every property of Figure 3, in our own words.

The ids are what a node names when a rule fires (`because("RV-1")`), what the player shows as a
sentence, and what a check names when it is broken. Sections are those of the Raft paper,
extended version (D. Ongaro and J. Ousterhout, "In Search of an Understandable Consensus
Algorithm").
"""

from typing import NamedTuple


class Rule(NamedTuple):
    """One rule: its id, one sentence of ours, and the paper's section."""

    id: str
    text: str
    section: str


_FIGURE_2 = (
    Rule("ST-P0", "What must survive a crash is written down before any message is answered.", "5"),
    Rule("ST-P1", "A node remembers the newest term it has seen; it starts at 0 and only grows.", "5.1"),
    Rule("ST-P2", "A node remembers whom it voted for in the current term, if anyone.", "5.2"),
    Rule("ST-P3", "A node remembers its log: commands with the term in which a leader took them.", "5.3"),
    Rule(
        "ST-V1",
        "The commit index is the last entry known to be committed; it starts at 0 and only grows.",
        "5.3",
    ),
    Rule(
        "ST-V2",
        "Last applied is the last entry given to the state machine; it starts at 0 and only grows.",
        "5.3",
    ),
    Rule(
        "ST-L1",
        "A new leader guesses that every log ends where its own does: next index = its last index + 1.",
        "5.3",
    ),
    Rule(
        "ST-L2", "A new leader knows nothing of the other logs: match index = 0, and then only grows.", "5.3"
    ),
    Rule("AE-1", "An append from an older term is refused: its sender is no longer the leader.", "5.1"),
    Rule(
        "AE-2", "An append is refused if the entry just before it is missing here or has another term.", "5.3"
    ),
    Rule("AE-3", "An entry that contradicts the leader's is deleted, with everything after it.", "5.3"),
    Rule("AE-4", "Entries that are not there yet are appended.", "5.3"),
    Rule(
        "AE-5", "A follower commits what the leader has, but never past the last entry just confirmed.", "5.3"
    ),
    Rule("RV-1", "A request for votes from an older term is refused.", "5.1"),
    Rule("RV-2", "One vote a term, to the first candidate whose log is at least as up to date.", "5.2, 5.4"),
    Rule(
        "UTD",
        "The log whose last entry has the later term is more up to date; in the same term, the longer one.",
        "5.4.1",
    ),
    Rule("ALL-1", "Whatever is committed is applied, in the order of the log.", "5.3"),
    Rule("ALL-2", "Whoever sees a later term adopts it and becomes a follower.", "5.1"),
    Rule("FO-1", "A follower answers candidates and leaders.", "5.2"),
    Rule(
        "FO-2",
        "A follower that hears neither a current leader nor a candidate worth its vote starts an election.",
        "5.2",
    ),
    Rule(
        "CA-1",
        "To start an election: next term, a vote for oneself, a fresh timer, and a request to everyone.",
        "5.2",
    ),
    Rule("CA-2", "A candidate with the votes of a majority becomes leader.", "5.2"),
    Rule("CA-3", "A candidate that hears the leader of its term becomes a follower.", "5.2"),
    Rule("CA-4", "A candidate whose election brought nothing starts another one.", "5.2"),
    Rule(
        "LE-1", "A new leader sends heartbeats at once, and repeats them before others lose patience.", "5.2"
    ),
    Rule("LE-2", "A leader appends a client's command to its log and answers once it is applied.", "5.3"),
    Rule("LE-3", "A leader sends each follower the entries from that follower's next index on.", "5.3"),
    Rule("LE-3a", "On success the leader raises the follower's next index and match index.", "5.3"),
    Rule("LE-3b", "On refusal the leader lowers the follower's next index and tries again.", "5.3"),
    Rule(
        "LE-4",
        "An entry of the leader's own term that a majority holds is committed, and all before it.",
        "5.3, 5.4",
    ),
)

_FIGURE_3 = (
    Rule("P1", "Election Safety: never two leaders in one term.", "5.2"),
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
PROPERTIES: dict[str, Rule] = {rule.id: rule for rule in _FIGURE_3}
