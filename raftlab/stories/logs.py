"""Logs that part and meet again: one that ends too early, and an entry that only one node has."""

from raftlab.sim.story import Story

FIGURE_8_C = {  # n1 led term 2 and reached n2; n5 led term 3 and reached nobody
    "n1": {"term": 3, "log": ["1:x=1", "2:x=2"]},
    "n2": {"term": 3, "log": ["1:x=1", "2:x=2"]},
    "n3": {"term": 3, "log": ["1:x=1"]},
    "n4": {"term": 3, "log": ["1:x=1"]},
    "n5": {"term": 3, "log": ["1:x=1", "3:x=3"]},
}

LOGS: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "one_write", "One write, from the client to all three nodes", nodes=3, seed=4, ticks=60,
            actions=((0, "set_network", (2, 2)), (1, "time_out", "n2"), (16, "propose", "x=5", "n2")),
            goals=(("leader",), ("applied", "x=5"), ("same_logs", 17)),
            stops=(
                (15, "n2 leads. A client is about to write 5 under x."),
                (16, "The client writes. n2 appends the entry to its own log, and sends it."),
                (18, "Both followers have stored it, and say so. It is committed, and nobody knows it yet."),
                (20, "n2 has heard a majority: it knows that the entry is committed, applies it, and answers the client. Who else knows?"),
                (23, "The next heartbeat has told them."),
            ),
        ),
        Story(
            "short_log", "A heartbeat finds a log that ends too early", nodes=3, seed=2, ticks=120,
            start={
                "n1": {"term": 1, "log": ["1:x=1", "1:x=2", "1:x=3"]},
                "n2": {"term": 1, "log": ["1:x=1", "1:x=2", "1:x=3"]},
                "n3": {"term": 1, "log": ["1:x=1"]},
            },
            actions=((0, "set_network", (1, 1)), (1, "time_out", "n1"), (40, "propose", "x=4", "n1")),
            goals=(("leader",), ("applied", "x=4"), ("same_logs", 41)),
            stops=(
                (0, "n3 has missed two entries. n1 will lead, and it knows nothing of that."),
                (3, "n1 leads. Its first heartbeats carry no entry. What will n3 answer?"),
            ),
        ),
        Story(
            "only_holder", "An entry that only one node has", nodes=3, seed=4, ticks=200,
            actions=(
                (0, "set_network", (1, 1)),
                (1, "time_out", "n1"),
                (20, "isolate", "n1"), (20, "propose", "x=1", "n1"),
                (24, "crash", "n1"),
                (30, "restart", "n1"), (30, "heal"), (30, "time_out", "n1"),
                (60, "propose", "x=2", "n1"),
            ),
            goals=(("leader",), ("applied", "x=1"), ("applied", "x=2"), ("same_logs", 61)),
            stops=(
                (20, "n1 is cut off, and a client writes to it: one copy, nothing committed."),
                (24, "n1 crashes. Its log is on its disk. Is x=1 lost?"),
                (30, "n1 is back, and its timer is the first to run out."),
                (60, "A new entry of its own term: what stands before it is committed with it."),
            ),
        ),
        Story(
            "holder_too_late", "An entry that only one node has, and that comes too late", nodes=3, seed=4, ticks=200,
            actions=(
                (0, "set_network", (1, 1)),
                (1, "time_out", "n1"),
                (20, "isolate", "n1"), (20, "propose", "x=1", "n1"),
                (24, "crash", "n1"),
                (30, "time_out", "n2"),
                (40, "propose", "x=2", "n2"),
                (50, "restart", "n1"), (50, "heal"),
            ),
            goals=(("leader",), ("applied", "x=2"), ("same_logs", 51)),
            stops=(
                (24, "Up to here it is the same story: n1 alone has x=1, and crashes."),
                (30, "This time n2 is the first to stand. n1 is still down."),
                (40, "A client writes x=2. It takes the place that x=1 has in n1's log."),
                (50, "n1 is back, with x=1 on its disk. What will its leader make of it?"),
            ),
        ),
        Story(
            "two_of_five", "Two of five are left", nodes=5, seed=4, ticks=220,
            actions=(
                (0, "set_network", (1, 1)),
                (1, "time_out", "n1"),
                (20, "crash", "n3"), (20, "crash", "n4"), (20, "crash", "n5"),
                (40, "propose", "x=1", "n1"),
                (140, "restart", "n3"),
            ),
            goals=(("leader",), ("applied", "x=1")),
            stops=(
                (20, "Three of five crash. n1 leads, and n2 hears it."),
                (40, "A client writes. Both nodes that are left will store x=1. Is that a majority?"),
                (140, "n3 restarts: three of five again."),
            ),
        ),
        Story(
            "figure_8", "An old entry on a majority, and overwritten (Figure 8, c and d)", nodes=5, seed=1, ticks=120,
            start=FIGURE_8_C,
            actions=(
                (0, "set_network", (1, 1)), (0, "crash", "n5"), (0, "isolate", "n4"),
                (1, "time_out", "n1"),
                (16, "crash", "n1"), (16, "restart", "n5"), (16, "heal"), (16, "time_out", "n5"),
                (18, "time_out", "n5"),
                (30, "propose", "x=4", "n5"),
                (50, "restart", "n1"),
            ),
            goals=(("leader",), ("applied", "x=4"), ("same_logs", 51)),
            stops=(
                (0, "Figure 8 (c) is about to begin: x=2 of term 2 is on two nodes, x=3 of term 3 on one."),
                (9, "n1 leads term 4 and has copied x=2 to n3: three of five. Is it committed?"),
                (16, "n1 crashes, n5 comes back. Its log ends in term 3, theirs in term 2. Can it win?"),
                (30, "n5 leads. Its log is the law: what becomes of x=2?"),
            ),
        ),
        Story(
            "figure_8_e", "The same, with a new entry in time (Figure 8, e)", nodes=5, seed=1, ticks=200,
            start=FIGURE_8_C,
            actions=(
                (0, "set_network", (1, 1)), (0, "crash", "n5"), (0, "isolate", "n4"),
                (1, "time_out", "n1"),
                (9, "propose", "x=4", "n1"),
                (16, "crash", "n1"), (16, "restart", "n5"), (16, "heal"), (16, "time_out", "n5"),
                (18, "time_out", "n5"),
                (80, "restart", "n1"),
            ),
            goals=(("leader",), ("leader", 17), ("applied", "x=4"), ("same_logs", 81)),
            stops=(
                (9, "n1 leads term 4. This time a client writes before n1 crashes: x=4, an entry of its own term."),
                (11, "x=4 is on three of five. Committed, and with it what stands before it."),
                (16, "n1 crashes, n5 comes back. Can it win now?"),
            ),
        ),
    )
}  # fmt: skip
