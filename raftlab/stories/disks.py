"""Disks that fail. Raft assumes that a node finds again what it has saved; here it does not.

No node lies: each follows every rule, and says what it believes. Messages travel one tick, so that
the scenes are easy to follow. Without the fault of the disk, the same actions break nothing.
"""

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import STANDS_EARLY, committed, elected

ONE_TICK = (0, "set_network", (1, 1))

_DISKS = (
    Story(
        "lost_disk", "A node comes back with an empty disk", nodes=3, ticks=30,
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (5, "isolate", "n3"), (5, "propose", "x=1", "n1"),
            (10, "crash", "n2"), (11, "lose_disk", "n2"), (12, "restart", "n2"),
            (12, "partition", ["n1"], ["n2", "n3"]), (13, "time_out", "n3"),
            (18, "propose", "x=2", "n3"),
        ),
        goals=(("leader",), ("leader", 13)),
        stops=(
            (("candidacy",), "n1 becomes a candidate in term 1 and asks the others for their votes."),
            (("leader",), "n1 leads term 1."),
            (6, "n3 is cut off, and a client has written x=1 to n1, the leader."),
            (7, "n1 and n2, two of three, have x=1 on their disks: it is committed. The client has its answer."),
            (12, "n2 was down, and its disk was lost. It is back under its old name, with an empty log. Only n1 still has x=1."),
            Ask(13, "The story lets the timer of n3, which does not have x=1, run out: n3 is about to ask n2 for its vote. Will n2 vote for it?", ("yes", "no"), "yes", 15,
                then="Yes: n2 had x=1 only on the disk that it lost."),
            (13, "Now n1 is cut off, and n2 can hear n3. n3 becomes a candidate in term 2."),
            (15, "Leader Completeness is broken: n3 leads without x=1. With x=1 in its log, n2 would have refused its vote."),
            (("commit", 18), "n3 and n2 have stored x=2 at index 1: it is committed, although x=1 was committed there before."),
            (20, "State Machine Safety is broken, too: n3 has applied x=2 at index 1, where n1 has applied x=1."),
        ),
    ),
    Story(
        "lost_disk_of_four", "One of four nodes comes back with an empty disk", nodes=4, ticks=40,
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (5, "isolate", "n3"), (5, "propose", "x=1", "n1"),
            (10, "crash", "n2"), (11, "lose_disk", "n2"), (12, "restart", "n2"),
            (12, "partition", ["n1"], ["n2", "n3", "n4"]), (13, "time_out", "n3"),
            (18, "time_out", "n4"),
        ),
        goals=(("leader",), ("leader", 18), ("applied", "x=1")),
        stops=(
            *elected(STANDS_EARLY),
            (7, "n1, n2 and n4 have x=1 on their disks. Three of four are a majority: it is committed."),
            (10, "n2 crashes."),
            (12, "n2's disk was lost: it is back with an empty log. n1 is cut off."),
            Ask(13, "The story lets the timer of n3, which does not have x=1, run out: n3 is about to ask for votes. Can it win?", ("yes", "no"), "no", 15,
                then="No: it needs three of four votes. n1 is cut off, and n4 has x=1, and refuses."),
            (13, "n3 becomes a candidate in term 2, without x=1."),
            (15, "n3 needs three of four votes. n2 has voted for it. n4 still has x=1, and has refused."),
            (("leader", 16), "n4 leads term 3. It has x=1."),
            (("refusal", 21), "n2 refuses n4's heartbeat: it has lost entry 1. n4 will send it again."),
            (23, "n2 has x=1 again, from n4. Any two majorities of four nodes share two nodes, and only one of those two has lost it."),
        ),
    ),
    Story(
        "forgotten_vote", "A disk that confirmed a vote but did not save it", nodes=3, ticks=20,
        actions=(
            ONE_TICK, (0, "cut", "n1", "n2"), (0, "forget_writes", "n3"),
            (1, "time_out", "n1"),
            (4, "crash", "n3"), (5, "restart", "n3"), (6, "time_out", "n2"),
        ),
        goals=(("leader",),),
        stops=(
            (0, "n1 and n2 cannot reach each other, but both reach n3. n3's disk confirms each write before it is really saved."),
            (1, "n1 becomes a candidate in term 1."),
            (3, "n1 leads term 1 with n3's vote. n3 wrote that vote to its disk before it answered, as the rules say."),
            (4, "n3 crashes."),
            (5, "n3 is back. Its disk holds term 0 and no vote."),
            Ask(6, "n2 is about to become a candidate in term 1. Will n3 vote for it?", ("yes", "no"), "yes", 8,
                then="Yes: nothing on its disk says that it has voted in term 1."),
            (6, "n2 becomes a candidate in term 1, and asks n3."),
            (8, "Election Safety is broken: n2 leads term 1 as well. n3 has voted twice in one term, without knowing it."),
        ),
    ),
    Story(
        "corrupted_entry", "An entry that is damaged on a disk", nodes=3, ticks=30,
        actions=(
            ONE_TICK, (1, "time_out", "n1"), (5, "propose", "x=1", "n1"),
            (11, "crash", "n3"), (12, "corrupt", "n3", 1), (13, "restart", "n3"),
        ),
        goals=(("leader",), ("leader", 13)),
        stops=(
            *elected(STANDS_EARLY),
            committed("x=1", 5),
            (11, "All three nodes have applied x=1. n3 crashes."),
            (12, "n3 is down. One bit on its disk has flipped: entry 1 is now x=0 there."),
            Ask(13, "n3 is about to come back with the damaged entry. Will n1's appends repair it?", ("yes", "no"), "no", 16,
                then="No: index and term are right, and only those are compared."),
            (("broken", 13), "Log Matching is broken: n3's entry has the same index and term as n1's, but a different command."),
            (14, "Like every node that restarts, n3 does not know what is committed. It will apply its entry as soon as n1 says that entry 1 is committed."),
            (16, "State Machine Safety is broken: n3 has applied x=0. Appends do not repair it: they compare terms, not commands."),
        ),
    ),
)  # fmt: skip
DISKS = {story.name: story for story in _DISKS}
