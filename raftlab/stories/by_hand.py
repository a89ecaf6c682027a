"""A run to be played by hand. Who plays n3 meets most of the rules for followers and candidates."""

from raftlab.sim.story import Story

BY_HAND: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "you_are_n3", "You are n3", nodes=3, seed=2, ticks=140,
            start={
                "n1": {"term": 2, "log": ["1:x=1", "2:x=2"]},
                "n2": {"term": 2, "log": ["1:x=1", "2:x=2"]},
                "n3": {"term": 1, "log": ["1:x=1", "1:x=9"]},
            },
            actions=(
                (0, "set_network", (1, 1)),
                (0, "set_network", (3, 3), None, None, "n2", "n3"), (0, "set_network", (4, 4), None, None, "n1", "n2"),
                (1, "time_out", "n1"), (1, "time_out", "n2"),
                (12, "time_out", "n2"),
                (24, "propose", "x=3", "n2"),
                (35, "time_out", "n1"),
                (46, "propose", "x=4", "n1"),
                (64, "crash", "n1"),
                (120, "restart", "n1"),
            ),
            goals=(("leader",), ("applied", "x=4"), ("leader", 65), ("same_logs", 121)),
            stops=(
                (0, "There are three nodes, and n3 is played by hand."),
                (1, "n1 and n2 are both candidates in term 3. n3 has one vote to give."),
                (("refusal",), "n1 refuses n2: it has voted for itself."),
                (("leader",), "n1 leads term 3, with n3's vote."),
                (4, "n3 refuses n1's heartbeat: its entry 2 has another term."),
                (("commit",), "x=3 is committed: n2 and n1 have stored it."),
                (64, "n1, the leader, crashes."),
                (("candidacy", 65), "n3 no longer hears a leader: it becomes a candidate in term 6."),
                (("leader", 65), "n3 leads term 6, with n2's vote."),
                (120, "n1 is back, as a follower. It has forgotten which of its entries are committed: n3, the leader, will tell it."),
                (140, "In short: n3 voted, refused messages that were from older terms or did not match its log, and gave up its own x=9. So its log was good enough to lead in the end."),
            ),
        ),
    )
}  # fmt: skip
