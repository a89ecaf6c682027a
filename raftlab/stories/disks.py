"""Disks that fail. Raft takes for granted that a node finds again what it saved; here it does not.

Nobody lies: every node follows every rule, and says what it believes. Messages travel one tick, so that
the scenes are easy to follow. Without the fault of the disk, the same deeds break nothing.
"""

from raftlab.sim.story import Story

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
            (6, "n3 is cut off, and a client has written x=1 to the leader n1."),
            (7, "n1 and n2 have x=1 on their disks: two of three. It is committed, and the client has its answer."),
            (12, "n2 has crashed, and its disk is lost. One copy of x=1 is left, on n1."),
            (13, "n2 is back under its old name, with an empty log. n1 is cut off now, and n2 can hear n3."),
            (15, "Leader Completeness is broken: n3 leads without x=1. With x=1 in its log, n2 would have refused its vote."),
            (20, "State Machine Safety is broken, too: n3 has applied x=2 at index 1, where n1 has applied x=1."),
        ),
    ),
    Story(
        "lost_disk_of_four", "A node comes back with an empty disk, one of four", nodes=4, ticks=40,
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (5, "isolate", "n3"), (5, "propose", "x=1", "n1"),
            (10, "crash", "n2"), (11, "lose_disk", "n2"), (12, "restart", "n2"),
            (12, "partition", ["n1"], ["n2", "n3", "n4"]), (13, "time_out", "n3"),
            (18, "time_out", "n4"),
        ),
        goals=(("leader",), ("leader", 18), ("applied", "x=1")),
        stops=(
            (7, "Of four nodes, three are a majority: n1, n2 and n4 have x=1 on their disks. It is committed."),
            (13, "n2 has lost its disk and is back, with an empty log. n1 is cut off."),
            (15, "n3 stands for election, and needs three votes of four. n2 has given it one; n4 still has x=1, and has refused."),
            (23, "n4 leads, and has brought x=1 back to n2. Any two majorities of four nodes share two nodes, and only one of those two forgot."),
        ),
    ),
    Story(
        "forgotten_vote", "A disk that confirmed a vote and did not keep it", nodes=3, ticks=20,
        actions=(
            ONE_TICK, (0, "cut", "n1", "n2"), (0, "forget_writes", "n3"),
            (1, "time_out", "n1"),
            (4, "crash", "n3"), (5, "restart", "n3"), (6, "time_out", "n2"),
        ),
        goals=(("leader",),),
        stops=(
            (1, "n1 and n2 do not reach each other; n3 reaches both. Its disk confirms every write at once, and only caches it."),
            (3, "n1 leads term 1 with the vote of n3. n3 saved that vote before it answered, as it must."),
            (6, "n3 has crashed and is back. Its disk says: term 0, no vote."),
            (8, "Election Safety is broken: n2 leads term 1 as well. n3 gave two votes in one term, and said each time what it believed."),
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
            (10, "All three nodes have applied x=1."),
            (13, "n3 is down. One bit on its disk has flipped, and entry 1 reads x=0 there."),
            (14, "Log Matching is broken: n3's entry has the same index and the same term as n1's, and another command."),
            (16, "State Machine Safety is broken: n3 has applied x=0. Appends do not mend it: they compare terms, not commands."),
        ),
    ),
)  # fmt: skip
DISKS = {story.name: story for story in _DISKS}
