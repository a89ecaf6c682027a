"""What the extensions are for: a log that is cut short, a leader that retires, nodes that come and go."""

from typing import Any

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import committed, elected

FOUR = {f"n{number}": {"term": 1, "log": ["1:voters n1 n2 n3 n4"]} for number in range(1, 6)}


def sibling_configurations(name: str, title: str, extensions: tuple[str, ...], *told: Any) -> Story:
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
            (("leader",), "n3 leads term 2."),
            (("commit",), "x=0 is committed: n3, n1 and n2 have stored it, three of four."),
            (("refusal", 20), "n1 refuses n3's heartbeat: n1 stands for term 3, and term 2 is over."),
            *told,
        ),
    )  # fmt: skip


EXTENSION_STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        sibling_configurations(
            "membership_bug", "One node at a time is not enough (the bug of 2015)", ("UnsafeMembership",),
            (24, "n1 leads term 3, and is cut off with n5. It wants to give n5 a vote."),
            (("refusal", 25), "n5 refuses n1's heartbeat: its log is too short. n1 will first send it what is missing."),
            (28, "n1 has given n5 a vote, in its own log. On the other side n2 stands for term 4."),
            (("leader", 29), "n2 leads term 4, elected by three of four."),
            (32, "n2 wants to take n1's vote, and reaches only n3."),
            (("commit", 32), "In n2's log, two of three are a majority now: n2 and n3 have stored the change, and it is committed."),
            (("refusal", 36), "n4 refuses n1's append: it comes from term 3, which is over."),
            Ask(41, "n1 is about to ask n4 and n5 for their votes. How many votes does it need?", ("two", "three"), "three",
                then="Three: in its own log five nodes have a vote."),
            (42, "n1 stands for term 5. Its log says that n5 has a vote, and n1, too."),
            (44, "n1 leads term 5, without the change that is committed: Leader Completeness is broken."),
            (60, "Three of five elected n1, two of three had committed without it: these majorities share no node."),
            (("refusal", 61), "n4 refuses n2's append: term 4 is over."),
            (66, "n2 and n3 delete what was committed, and take n1's entry instead."),
        ),
        sibling_configurations(
            "membership_cured", "No change before the leader has committed something itself", ("Membership",),
            (24, "n1 leads term 3, and is cut off with n5. It wants to give n5 a vote, and refuses to: it has committed nothing in term 3 yet."),
            (28, "On the other side n2 stands for term 4."),
            (("leader", 29), "n2 leads term 4, elected by three of four."),
            (32, "n2 wants to take n1's vote, and refuses to, too: it has committed nothing in term 4 yet. It reaches only n3."),
            (("refusal", 36), "n4 refuses n1's heartbeat: it comes from term 3, which is over."),
            Ask(41, "n1 is about to ask for votes. How many does it need?", ("two", "three"), "three",
                then="Three: in its log four nodes have a vote, as in everybody's."),
            (42, "n1 stands for term 5. n5 has no vote in its log, and is not asked."),
            (60, "Both changes were refused: neither leader had committed an entry of its own term."),
            (("candidacy", 61), "n4 stands for term 6."),
            (("leader", 61), "n4 leads term 6, with the votes of n1 and n2."),
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
                *elected(),
                (("commit",), "The first entry of n1's term does nothing; n1 and n2 have stored it, two of three: it is committed."),
                (20, "n1 leads. n4 is to get a vote, and first has to catch up: from when on does its vote count?"),
                (("refusal", 20), "n4 refuses n1's heartbeat: its log is too short. n1 will send it what is missing."),
                (24, "n4 has caught up. n1 appends the entry that gives it a vote, and from now on that vote counts for n1."),
                (60, "n1 takes its own vote away. It leads until that is committed, and does not count itself."),
                (62, "That is committed: n1 steps down."),
                (("leader", 63), "{node} leads term {term}: one of the three that have a vote."),
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
                *elected(),
                (("commit",), "The first entry of n1's term does nothing; three of four have stored it: it is committed."),
                (21, "n4 is cut off. While it hears nothing, its vote will be taken away."),
                (25, "n1 is asked to take n4's vote away. It appends that to its log, and counts only n1, n2 and n3 from now on."),
                (("commit", 25), "n1 and n2 have stored the change, two of three: it is committed. n4 does not hear of it."),
                (("candidacy", 30), "n4 has heard no leader: it stands for term 2, and nobody hears it."),
                (41, "n4 can be heard again. But n1 sends it nothing any more: it is no longer a voter."),
                (64, "n4 has asked for votes, in a later term. All adopt this term, and n1 no longer leads."),
                (("leader", 65), "n2 leads term 4."),
                (("commit", 79), "The first entry of n2's term is committed: n2 and n1 have stored it."),
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
                *elected(),
                (6, "n3 crashes."),
                committed("x=1", 10),
                (30, "n1 puts its state into a snapshot, and drops the entries that are in it."),
                (60, "n3 comes back with an empty log. n1 no longer has the entries that it lacks."),
                (61, "n3 has taken over n1's snapshot: the state after entry 3."),
                (66, "n3 has entry 4, too: from here on logs are enough."),
                (("commit", 90), "A read has gone through the log, and is committed on all disks but one."),
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
            stops=(
                (1, "n1's timer runs out. Before it stands, it asks everybody whether it would win: its term stays 0."),
                (("candidacy",), "A majority would vote for n1: now it stands for term 1."),
                (("leader",), "n1 leads term 1."),
                committed("x=1", 30),
                Ask(50, "n1 will hand over to n4. Nobody's timer has run out, and all hear a leader. Will they vote for n4?", ("yes", "no"), "yes",
                    then="Yes: n4's request says that its leader has sent it."),
                (50, "n1 takes no more commands, and tells n4 to stand at once."),
                (("candidacy", 50), "n4 stands for term 2, although its timer has not run out."),
                (("refusal", 51), "n4 refuses n1's heartbeat: term 1 is over."),
                (("leader", 51), "n4 leads term 2. Hardly any time has passed without a leader."),
            ),
        ),
    )
}  # fmt: skip
