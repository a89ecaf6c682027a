"""What the extensions are for: a log that is shortened, a leader that hands over, nodes that come and go."""

from typing import Any

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import STANDS_EARLY, committed, elected

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
            (0, "n1 to n4 have a vote. n5 is new, and has none yet."),
            (("leader",), "n3 leads term 2."),
            (("commit",), "x=0 is committed: n3, n1 and n2, three of four, have stored it."),
            (("refusal", 20), "n1 refuses n3's heartbeat: it comes from term 2, and n1 is a candidate in term 3."),
            *told,
        ),
    )  # fmt: skip


EXTENSION_STORIES: dict[str, Story] = {
    story.name: story
    for story in (
        sibling_configurations(
            "membership_bug", "Two leaders, and each changes who has a vote", ("UnsafeMembership",),
            (24, "n1 leads term 3, and reaches only n5. It is asked to give n5 a vote."),
            (("refusal", 25), "n5 refuses n1's heartbeat: its log is too short. n1 will first send it the missing entries."),
            (28, "In its own log, n1 has given n5 a vote. On the other side, n2 becomes a candidate in term 4."),
            (("leader", 29), "n2 leads term 4: it was elected by three of four."),
            (32, "n2 is asked to take n1's vote away. It reaches only n3."),
            (("commit", 32), "In n2's log three nodes have a vote now. n2 and n3, two of three, have stored the change: it is committed."),
            (("refusal", 36), "n4 refuses n1's append: it comes from term 3, and n4 is in term 4."),
            Ask(41, "The story lets n1's timer run out: n1 is about to ask n4 and n5 for their votes. How many votes does it need, including its own?", ("two", "three"), "three", 42,
                then="Three: in its own log five nodes have a vote."),
            (42, "n1 becomes a candidate in term 5. By its log, n1 to n5 all have a vote."),
            (44, "n1 leads term 5 without the change that is committed: Leader Completeness is broken."),
            (60, "Three of five elected n1, and two of three had committed the change. These two majorities share no node."),
            (("refusal", 61), "n4 refuses n2's append: it comes from term 4, and n4 is in term 5."),
            (66, "n2 and n3 have deleted the committed change, and have n1's entry in its place. Sound Knowledge is broken: n2 still considers its entry 3 committed."),
        ),
        sibling_configurations(
            "membership_cured", "No change before an entry of the leader's own term", ("Membership",),
            (24, "n1 leads term 3, and reaches only n5. It is asked to give n5 a vote, and refuses: it has committed nothing in term 3 yet."),
            (28, "On the other side, n2 becomes a candidate in term 4."),
            (("leader", 29), "n2 leads term 4: it was elected by three of four."),
            (32, "n2 reaches only n3. It is asked to take n1's vote away, and refuses, too: it has committed nothing in term 4 yet."),
            (("refusal", 36), "n4 refuses n1's heartbeat: it comes from term 3, and n4 is in term 4."),
            Ask(41, "The story lets n1's timer run out: n1 is about to ask for votes. How many does it need, including its own?", ("two", "three"), "three", 42,
                then="Three: in its log, as in all others, four nodes have a vote."),
            (42, "n1 becomes a candidate in term 5. In its log n5 has no vote, so n1 does not ask it."),
            (60, "All links work again. Both changes were refused: neither leader had committed an entry of its own term."),
            (("candidacy", 61), "n4 becomes a candidate in term 6."),
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
                *elected(STANDS_EARLY),
                (("commit",), "n1's first entry is a no-op, which changes nothing. n1 and n2, two of three, have stored it: it is committed."),
                (20, "n1 is asked to give n4 a vote. n4 first has to catch up with n1's log."),
                (("refusal", 20), "n4 refuses n1's heartbeat: its log is too short. n1 will send it the missing entries."),
                (24, "n4 has caught up. n1 appends the entry that gives it a vote. From now on n1 counts n4's vote."),
                Ask(60, "n1 leads, and is about to be asked to take its own vote away. What will it do once that is committed?", ("go on leading", "step down", "crash"), "step down", 62,
                    then="It steps down: the nodes that have a vote will elect one of their own."),
                (60, "n1 is asked to take its own vote away. It leads until that is committed, but no longer counts itself."),
                (62, "The change is committed, and n1 steps down."),
                (("leader", 63), "{node} leads term {term}: it is one of the three that have a vote."),
            ),
        ),
        Story(
            "removed_node", "A node that does not know it was removed", nodes=4, ticks=300,
            extensions=("NoOp", "Membership"),
            actions=(
                (0, "set_network", (1, 1)), (1, "time_out", "n1"),
                (20, "isolate", "n4"),
                (25, "change_voters", "n1", "n2", "n3"),
                (40, "heal"),
            ),
            goals=(("leader",), ("leader", 200)),
            stops=(
                *elected(STANDS_EARLY),
                (("commit",), "n1's first entry is a no-op, which changes nothing. Three of four have stored it: it is committed."),
                (21, "n4 is cut off."),
                (25, "n1 is asked to take n4's vote away. It appends the change, and from now on counts only n1, n2 and n3."),
                (("commit", 25), "n1 and n2, two of three, have stored the change: it is committed. n4 does not hear of it."),
                (("candidacy", 30), "n4 has heard no leader: it becomes a candidate in term 2. No other node hears it."),
                Ask(40, "All links are about to work again. n4 does not know that it was removed. Will n1 go on leading?", ("yes", "no"), "no", 64,
                    then="No: n4 asks for votes in a later term, and every node adopts a later term."),
                (41, "n4 can be heard again. But n1 no longer sends it anything, because it has no vote."),
                (64, "n4 has asked for votes in a later term. All nodes adopt this term, and n1 no longer leads."),
                (("leader", 65), "n2 leads term 4."),
                (("commit", 79), "n2's first entry is committed: n2 and n1 have stored it."),
                (121, "n4 has ended another leadership. It hears no leader, and will go on asking for votes."),
            ),
        ),
        Story(
            "snapshot", "A snapshot, and a node that lacks the deleted entries", nodes=3, ticks=200,
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
                *elected(STANDS_EARLY),
                (6, "n3 crashes."),
                committed("x=1", 10),
                (30, "n1 saves its state in a snapshot, and drops the entries that the snapshot covers."),
                Ask(60, "n3 is about to come back, with an empty log. n1 no longer has the entries that n3 lacks. What will n1 send it?", ("nothing", "its snapshot", "all entries"), "its snapshot", 61,
                    then="Its snapshot: the state to which those entries led."),
                (60, "n3 is back, with an empty log. n1 no longer has the entries that n3 lacks."),
                (61, "n3 has taken over n1's snapshot: the state after entry 3."),
                (66, "n3 has entry 4, too. From here on, n1 can send it entries again."),
                (("commit", 90), "A client reads x. The read becomes an entry, and a majority has stored it: it is committed."),
            ),
        ),
        Story(
            "handover", "A leader hands over", nodes=5, ticks=150, extensions=("StickyVotes", "PreVote", "Transfer"),
            actions=(
                (0, "set_network", (1, 2)), (1, "time_out", "n1"),
                (30, "propose", "x=1", "n1"),
                (50, "transfer", "n4"),
                (80, "propose", "x=2", "leader"),
            ),
            goals=(("leader",), ("applied", "x=2"), ("same_logs", 81)),
            stops=(
                (1, "The story lets n1's timer run out early. With PreVote, n1 first asks the others whether it would win. Its term stays 0."),
                (("candidacy",), "A majority would vote for n1: now it becomes a candidate in term 1."),
                (("leader",), "n1 leads term 1."),
                committed("x=1", 30),
                Ask(50, "n1 is about to hand over to n4. All nodes hear a leader, and no timer has run out. Will they vote for n4?", ("yes", "no"), "yes", "leader",
                    then="Yes: n4's request says that the leader itself told n4 to ask."),
                (50, "n1 accepts no more commands, and tells n4 to start an election at once."),
                (("candidacy", 50), "n4 becomes a candidate in term 2, although its timer has not run out."),
                (("refusal", 51), "n4 refuses n1's heartbeat: it comes from term 1, and n4 is in term 2."),
                (("leader", 51), "n4 leads term 2. Hardly any time has passed without a leader."),
            ),
        ),
    )
}  # fmt: skip
