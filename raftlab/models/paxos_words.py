"""The messages of Paxos, and its rules in our own words.

Source: L. Lamport, "Paxos Made Simple", 2001, with its sections. The number of a proposal is in the field
`term`, as the term is in Raft's messages.
"""

from typing import NamedTuple

from raftlab.rules import Rule


class Prepare(NamedTuple):
    """A proposer asks for a promise to accept no more proposals with a lower number. (2.2, phase 1a)"""

    src: str
    dst: str
    term: int


class Promise(NamedTuple):
    """An acceptor promises that, and says which proposal it has accepted: 0 and None if none. (2.2, phase 1b)"""

    src: str
    dst: str
    term: int
    accepted_number: int
    accepted_value: str | None


class Accept(NamedTuple):
    """A proposer asks an acceptor to accept this value under its number. (2.2, phase 2a)"""

    src: str
    dst: str
    term: int
    value: str


class Accepted(NamedTuple):
    """An acceptor tells a learner what it has accepted. Every node is a learner. (2.2, phase 2b; 2.3)"""

    src: str
    dst: str
    term: int
    value: str


class Refusal(NamedTuple):
    """An acceptor refuses a request because it has promised a higher number; so the proposer need not wait. (2.2)"""

    src: str
    dst: str
    term: int
    promised: int


PaxosMessage = Prepare | Promise | Accept | Accepted | Refusal

# The player's words for roles, terms and committed entries. There is no word for "leader".
WORDS = {
    "follower": "acceptor", "candidate": "proposer", "term": "number", "committed": "chosen",
    "card": "promised {term}\naccepted {entry}",  # what each node shows below it
}  # fmt: skip
PAPER = "Paxos Made Simple"
RULES: dict[str, Rule] = {
    id: Rule(id, text, f"{PAPER}, {section}")
    for id, text, section in (
        ("PX-0", "An acceptor saves its promise, and what it has accepted, before it answers.", "2.5"),
        (
            "PX-1",
            "A proposer asks all nodes to promise a number that no other node uses and that is higher than all "
            "numbers it has seen.",
            "2.2, 2.5",
        ),
        (
            "PX-2",
            "An acceptor promises a number that is higher than all before, and says what it has accepted so far.",
            "2.2",
        ),
        ("PX-3", "An acceptor refuses a request whose number is lower than the one it has promised.", "2.2"),
        (
            "PX-4",
            "With the promises of a majority, a proposer proposes the value of the highest proposal that these "
            "nodes have accepted; only if there is none, it proposes its own.",
            "2.2",
        ),
        ("PX-5", "An acceptor accepts a proposal unless it has promised a higher number.", "2.2"),
        ("PX-6", "A value that a majority has accepted under one number is chosen, for ever.", "2.1, 2.3"),
        (
            "PX-7",
            "A proposer that did not succeed tries again with a higher number, after a random waiting time, so "
            "that two proposers do not block each other for ever.",
            "2.4",
        ),
        (
            "PX-8",
            "A node that has accepted a value, and does not hear that one was chosen, proposes it: so it learns "
            "which value is chosen.",
            "2.3",
        ),
    )
}
