"""Fifteen common misconceptions about Raft, each with a moment that shows that it is wrong."""

from typing import NamedTuple


class Misconception(NamedTuple):
    """A wrong belief, the truth, and the story and the tick that show it."""

    belief: str
    truth: str
    story: str
    tick: int


MISCONCEPTIONS: dict[int, Misconception] = {
    1: Misconception("The longest log wins.", "n2's log is the longest, but no other node votes for it: the term of the last entry counts first, then the length.", "longest_log", 3),
    2: Misconception("What a majority holds is committed.", "n1, n2 and n3 had x=2, and n2 and n3 have replaced it. It was not committed: n1 led term 4, x=2 is of term 2, and a leader counts copies only of entries of its own term.", "figure_8", 23),
    3: Misconception("What is not committed is lost.", "x=1 was in only one log when the leader crashed. That node was elected again, and now all nodes have it.", "only_holder", 35),
    4: Misconception("There are never two leaders.", "Two nodes lead here, in different terms. There is never a second leader in the same term.", "minority_leader", 61),
    5: Misconception("Voters choose the best candidate.", "n2's log is better, but n1 asked first, and its log is good enough. n3 has already given its vote in this term.", "first_come", 3),
    6: Misconception("A majority of the running nodes decides.", "Three of five are down. The other two have both stored x=1, but cannot commit it: three of all five are needed.", "two_of_five", 41),
    7: Misconception("A timeout means that the other node has crashed.", "The others heard nothing from n1 and elected n2. n1 was only frozen: here it goes on, and still believes that it leads.", "frozen_leader", 200),
    8: Misconception("The highest term wins.", "n2 came back with the highest term and ended n1's leadership, but its log is behind: n1 leads again.", "rejoin_huge_term", 280),
    9: Misconception("What a leader reads is current.", "n1 still leads on its side of the cut, and has not heard what n3's side has committed.", "stale_read", 82),
    10: Misconception("Four nodes are safer than three.", "Two of four are down, and nothing can be committed: three of four are needed. Four nodes survive one failure, just as three do.", "two_of_four", 31),
    11: Misconception("A heartbeat has nothing to check.", "It carries no entry, and still it is refused: n3 does not have the entry that it names.", "short_log", 4),
    12: Misconception("When a cut heals, both sides are merged.", "x=2 of the minority is overwritten by x=3: there is one log, not a mixture.", "minority_leader", 207),
    13: Misconception("A request that timed out was not done.", "It was carried out, and so was the client's second request: x+=2 is in the log twice.", "asked_twice", 84),
    14: Misconception("All nodes commit at the same moment.", "n2 knows that the entry is committed. The others have stored it, and learn that from n2's next message.", "one_write", 20),
    15: Misconception("A minority that lies is harmless.", "One node of five has voted twice, and term 1 has two leaders. Lost messages alone never lead to that.", "two_votes_one_term", 12),
}  # fmt: skip
