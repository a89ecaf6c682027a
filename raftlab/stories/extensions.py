"""What the extensions are for: a log that is cut short, a leader that retires, nodes that come and go."""

from raftlab.sim.story import Story

FOUR = {f"n{number}": {"term": 1, "log": ["1:voters n1 n2 n3 n4"]} for number in range(1, 6)}


def sibling_configurations(name: str, title: str, extensions: tuple[str, ...], last: str) -> Story:
    """Two leaders change the same configuration, each without knowing of the other (thesis 4.1, errata)."""
    return Story(
        name, title, nodes=5, ticks=140, start=FOUR, extensions=extensions,
        actions=(
            (0, "set_network", (1, 1)),
            (1, "time_out", "n3"), (5, "propose", "x=0", "n3"),
            (20, "time_out", "n1"),
            (24, "partition", ["n1", "n5"], ["n2", "n3", "n4"]),
            (24, "change_voters", "n1", "n2", "n3", "n4", "n5"),
            (28, "time_out", "n2"),
            (32, "partition", ["n1", "n4", "n5"], ["n2", "n3"]),
            (32, "change_voters", "n2", "n3", "n4"),
            (42, "time_out", "n1"),
            (60, "heal"),
        ),
        goals=(("leader",),),
        stops=(
            (0, "n1 to n4 have a vote; n5 is new and has none yet."),
            (24, "n1 leads term 3, and is cut off with n5. It wants to give n5 a vote."),
            (32, "n2 leads term 4, elected by three of four. It wants to take n1's vote, and reaches only n3."),
            (42, "n1 asks n4 and n5 for their votes. What does its log say about who has one?"),
            (60, last),
        ),
    )  # fmt: skip


EXTENSION_STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        sibling_configurations(
            "membership_bug", "One node at a time is not enough (the bug of 2015)", ("UnsafeMembership",),
            "Three of five elected n1, two of three had committed without it: these majorities share no node.",
        ),
        sibling_configurations(
            "membership_cured", "No change before the leader has committed something itself", ("Membership",),
            "Both changes were refused: neither leader had committed an entry of its own term.",
        ),
        Story(
            "new_node", "A node gets a vote, and another loses it", nodes=4, ticks=220,
            start={f"n{number}": {"term": 1, "log": ["1:voters n1 n2 n3"]} for number in range(1, 5)},
            extensions=("StickyVotes", "NoOp", "Membership"),
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (20, "change_voters", "n1", "n2", "n3", "n4"),
                (40, "propose", "x=1", "n1"),
                (60, "change_voters", "n2", "n3", "n4"),
                (150, "propose", "x=2", "leader"),
            ),
            goals=(("leader",), ("leader", 100)),
            stops=(
                (20, "n1 leads. n4 is to get a vote, and first has to catch up: from when on does its vote count?"),
                (60, "n1 takes its own vote away. It leads until that is committed, and does not count itself."),
            ),
        ),
        Story(
            "removed_node", "A node that does not know that it was removed", nodes=4, ticks=300,
            extensions=("NoOp", "Membership"),
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (20, "isolate", "n4"),
                (25, "change_voters", "n1", "n2", "n3"),
                (40, "heal"),
            ),
            goals=(("leader",), ("leader", 200)),
            stops=(
                (21, "n4 is cut off. While it hears nothing, its vote will be taken away."),
                (41, "n4 can be heard again. But n1 sends it nothing any more: it is no longer a voter."),
                (64, "n4 has asked for votes, in a later term. All adopt this term, and n1 no longer leads."),
                (121, "n4 has done it again. It gets no vote, hears of no leader, and will go on asking."),
            ),
        ),
        Story(
            "snapshot", "A log that is cut short, and a node that needs what was cut off", nodes=3, ticks=200,
            extensions=("Snapshots",),
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (6, "crash", "n3"),
                (10, "propose", "x=1", "n1"), (14, "propose", "y=2", "n1"), (18, "propose", "x=3", "n1"),
                (30, "snapshot", "n1"),
                (40, "propose", "z=4", "n1"),
                (60, "restart", "n3"),
                (90, "propose", "x?", "n1"),
            ),
            goals=(("leader",), ("applied", "z=4"), ("same_logs", 61)),
            stops=(
                (30, "n1 puts its state into a snapshot, and drops the entries that are in it."),
                (60, "n3 comes back with an empty log. n1 no longer has the entries that it lacks."),
            ),
        ),
        Story(
            "handover", "A leader retires", nodes=5, ticks=150, extensions=("StickyVotes", "PreVote", "Transfer"),
            actions=(
                (0, "set_network", (1, 2)), (1, "time_out", "n1"),
                (30, "propose", "x=1", "n1"),
                (50, "transfer", "n4"),
                (80, "propose", "x=2", "leader"),
            ),
            goals=(("leader",), ("applied", "x=2"), ("same_logs", 81)),
            stops=((50, "n1 hands over to n4. Nobody's timer has run out, and all hear a leader: who will vote?"),),
        ),
    )
}  # fmt: skip
