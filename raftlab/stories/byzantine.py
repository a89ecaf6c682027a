"""One node lies: a scene for each liar, up to the first property that breaks. The last scene has no liar:
two observers judge one node differently.

Messages travel one tick, so that the scenes are easy to follow. With an honest node in the liar's
place, the same actions break nothing.
"""

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import STANDS_EARLY, committed, elected

ONE_TICK = (0, "set_network", (1, 1))

ELECTIONS = (
    Story(
        "two_votes_one_term", "Two candidates, and a voter that lies", nodes=5, ticks=80,
        liars={"n5": "double_voter"},
        actions=(
            ONE_TICK,
            (0, "cut", "n1", "n2"), (0, "cut", "n1", "n4"), (0, "cut", "n2", "n3"),
            (1, "time_out", "n1"), (1, "time_out", "n2"),
            (10, "propose", "x=1", "n1"), (10, "propose", "x=2", "n2"),
        ),
        goals=(("leader",),),
        stops=(
            (0, "n1 can reach n3 and n5; n2 can reach n4 and n5. Any two majorities share a node. Here it is n5, and n5 lies."),
            Ask(1, "The story lets the timers of n1 and n2 run out: both are about to become candidates in term 1. For which of them will n5 vote?", ("n1", "n2", "both", "neither"), "both", 3,
                then="For both: n5 lies, and breaks the rule that a node votes once in a term."),
            (1, "n1 and n2 are both candidates in term 1. Each needs n5's vote."),
            (3, "n1 and n2 both lead term 1, each with three votes: Election Safety is broken."),
            (10, "Each of the two leaders accepts a write: n1 appends x=1, and n2 appends x=2. Log Matching is broken: the two entries have the same index and term, but different commands."),
            (12, "Each of n1 and n2 has counted three copies of its own write, and has applied it at index 1: State Machine Safety is broken, too."),
        ),
    ),
    Story(
        "flattered_candidate", "A vote for a log that is out of date", nodes=5, ticks=120,
        liars={"n3": "flatterer"},
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (5, "partition", ["n1", "n2", "n3"], ["n4", "n5"]),
            (5, "propose", "x=1", "n1"),
            (13, "partition", ["n1", "n2"], ["n3", "n4", "n5"]), (13, "time_out", "n4"),
            (18, "propose", "x=2", "n4"),
            (60, "heal"),
        ),
        goals=(("leader",), ("same_logs", 61)),
        stops=(
            (("candidacy",), "n1 becomes a candidate in term 1 and asks the others for their votes."),
            (("leader",), "n1 leads term 1."),
            (5, "A client writes x=1 to n1, which reaches only n2 and n3."),
            (("commit",), "x=1 is committed: n1, n2 and n3 have stored it."),
            Ask(13, "The story lets n4's timer run out: n4 is about to ask for votes, with an empty log. Will n3, which has x=1 and lies, vote for it?", ("yes", "no"), "yes", 15,
                then="Yes: n3 breaks the rule that a voter compares the logs."),
            (13, "n4 asks for votes with an empty log. n3 has x=1, and should refuse."),
            (15, "n4 leads without x=1, because n3 has voted for it. Leader Completeness is broken."),
            (18, "A client writes x=2 to n4, which appends it at index 1, where x=1 is committed."),
            (19, "Sound Knowledge is broken: n3 has been told that its entry 1 is committed. Now this entry is x=2, which is not committed."),
            (20, "State Machine Safety is broken: n4 has applied x=2 at index 1, where n1 and n2 have applied x=1."),
            (60, "All links work again. n1 and n2 will follow n4, which has the later term."),
        ),
    ),
    Story(
        "boastful_candidate", "A candidate that lies about its log", nodes=3, ticks=100,
        liars={"n3": "boaster"},
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (5, "isolate", "n3"), (5, "propose", "x=1", "n1"),
            (13, "partition", ["n1"], ["n2", "n3"]), (13, "time_out", "n3"),
            (18, "propose", "x=2", "n3"),
            (60, "heal"),
        ),
        goals=(("leader",), ("same_logs", 61)),
        stops=(
            (("candidacy",), "n1 becomes a candidate in term 1 and asks the others for their votes."),
            (("leader",), "n1 leads term 1."),
            (5, "n3 is cut off. A client writes x=1 to n1, and n3 misses it."),
            (("commit",), "x=1 is committed: n1 and n2 have stored it."),
            Ask(13, "The story lets the timer of n3, which lacks x=1 and lies, run out: n3 is about to ask n2 for its vote. Will n2 vote for it?", ("yes", "no"), "yes", 15,
                then="Yes: n2 knows only what n3 says of its log."),
            (13, "n3 asks for votes, and claims that its log is longer and newer than any other. n2 cannot check that."),
            (15, "n3 leads without x=1: Leader Completeness is broken."),
            (18, "A client writes x=2 to n3, which appends it at index 1, where x=1 is committed."),
            (20, "State Machine Safety is broken: n3 has applied x=2 at index 1, where n1 has applied x=1."),
            (60, "All links work again. n1 will follow n3, which has the later term."),
        ),
    ),
    Story(
        "self_made_leader", "A leader that nobody elected", nodes=3, ticks=80,
        liars={"n3": "usurper"},
        actions=(
            ONE_TICK, (0, "cut", "n1", "n3"),
            (1, "time_out", "n1"), (1, "time_out", "n3"),
            (10, "propose", "x=1", "n1"), (10, "propose", "x=3", "n3"),
            (60, "heal"),
        ),
        goals=(("leader",),),
        stops=(
            (1, "n1 becomes a candidate in term 1 and asks n2. n3 asks no node, and claims that it leads term 1."),
            (("broken",), "Election Safety is broken: n1 and n3 both lead term 1. n3 has no vote but its own, and an append carries no proof of an election."),
            Ask(10, "n1 and n3 both say that they lead term 1, and a client is about to write to each. Which of them will n2 follow?", ("n1", "n3", "both", "neither"), "both", 10,
                then="Both: each of them says that it leads n2's own term."),
            (10, "n2 obeys both leaders, and each of them accepts a write: Log Matching is broken."),
            (("commit",), "x=1 is committed: n1 and n2 have stored it. n2 will confirm x=3 to n3 as well."),
            (12, "State Machine Safety is broken: n1 has applied x=1 at index 1, and n3 has applied x=3."),
            (60, "All links work again. Neither leader has a reason to step down: both have the same term."),
        ),
    ),
)  # fmt: skip

LEADERS = (
    Story(
        "two_truths", "A leader that lies to its followers", nodes=3, ticks=60,
        liars={"n1": "equivocator"},
        actions=(ONE_TICK, (1, "time_out", "n1"), (10, "propose", "x=5", "n1")),
        goals=(("leader",),),
        stops=(
            *elected(STANDS_EARLY),
            Ask(10, "A client is about to write x=5 to n1, which lies. What will n3 store at index 1?", ("x=5", "nothing", "something else"), "something else", "broken",
                then="Something else: n1 sends n3 a different command with the same index and term."),
            (10, "n1 has appended x=5, and sends an append to each of the two followers."),
            (("broken",), "Log Matching is broken: n2 and n3 have different commands with the same index and the same term. Comparing terms will not show that."),
            (16, "n2 has applied x=5, and n3 has applied something else: State Machine Safety is broken."),
        ),
    ),
    Story(
        "hasty_commit", "A leader commits before it may", nodes=5, ticks=120,
        liars={"n1": "hasty_leader"},
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (10, "partition", ["n1", "n2"], ["n3", "n4", "n5"]),
            (10, "propose", "x=1", "n1"),
            (14, "time_out", "n3"), (20, "propose", "x=2", "n3"),
            (60, "heal"),
        ),
        goals=(("leader",), ("leader", 20), ("same_logs", 61)),
        stops=(
            *elected(STANDS_EARLY),
            (10, "n1 reaches only n2. A client writes x=1, and n1 says at once that it is committed."),
            (11, "Sound Knowledge is broken: n2 has applied x=1, because n1 says that it is committed. Only two of five have stored it."),
            (14, "n3 asks for votes, on the other side of the cut."),
            (("leader", 15), "n3 leads term 2, with the votes of n4 and n5. None of them has x=1."),
            (20, "n3 was elected by the rules, and appends x=2 at index 1."),
            (22, "n3 has applied x=2 at index 1, where n2 has applied x=1: State Machine Safety is broken."),
            Ask(60, "All links are about to work again. n1 has said that x=1 is committed. Will x=1 stay in its log?", ("yes", "no"), "no", 66,
                then="No: n3 leads a later term, and has x=2 at that index."),
            (60, "All links work again."),
            (66, "n1 and n2 follow n3, which has the later term. x=1 is gone, although n1 had said that it was committed."),
        ),
    ),
    Story(
        "rewritten_log", "A leader deletes an entry of its own log", nodes=3, ticks=60,
        liars={"n1": "rewriter"},
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (9, "cut", "n2", "n1", True), (9, "cut", "n3", "n1", True),
            (9, "propose", "x=1", "n1"),
            (16, "heal"), (16, "propose", "x=2", "n1"),
        ),
        goals=(("leader",),),
        stops=(
            *elected(STANDS_EARLY),
            (9, "The others hear n1, but n1 does not hear them. A client writes x=1, and n1 will get no replies."),
            (("commit",), "x=1 is committed: n1 and n2 have stored it. n1 cannot learn that."),
            (14, "Leader Append-Only is broken: n1 has deleted x=1 from its own log. By the rules, a leader never deletes an entry of its log."),
            Ask(16, "A client is about to write x=2 to n1, which has deleted x=1. Will its followers notice that?", ("yes", "no"), "no", 18,
                then="No: x=2 has the index and the term that x=1 had, and only those are compared."),
            (16, "n1 appends x=2 with the same index and term that x=1 has in the other logs. Log Matching is broken."),
            (18, "n1 has applied x=2, which is not committed: Sound Knowledge is broken. Its followers have x=1 at that index, and cannot tell the difference."),
            (22, "n2 and n3 have applied x=1 at index 1: State Machine Safety is broken."),
        ),
    ),
)  # fmt: skip

FOLLOWERS = (
    Story(
        "empty_promise", "A follower confirms what it never stored", nodes=3, ticks=100,
        liars={"n2": "false_acker"},
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (5, "isolate", "n3"), (5, "propose", "x=1", "n1"),
            (13, "partition", ["n1"], ["n2", "n3"]), (13, "time_out", "n3"),
            (18, "propose", "x=2", "n3"),
        ),
        goals=(("leader",), ("leader", 14)),
        stops=(
            (("candidacy",), "n1 becomes a candidate in term 1 and asks the others for their votes."),
            (("leader",), "n1 leads term 1."),
            (5, "n3 is cut off, so n1 needs n2 to commit x=1. n2 will confirm x=1 without storing it."),
            (7, "n1 has n2's confirmation, and considers x=1 committed. But only one disk has it: Sound Knowledge is broken."),
            Ask(13, "n1 is about to be cut off. Then the story lets the timer of n3, which does not have x=1, run out: n3 asks n2 for its vote. Will n2 vote for it?", ("yes", "no"), "yes", 15,
                then="Yes: n2 never stored x=1, so its own log is empty, too."),
            (13, "n1 believes that x=1 is safe on two nodes. Now n1 is cut off, and n3 asks for votes."),
            (15, "Leader Completeness is broken: n3 leads term 2 without x=1, although a client was told that x=1 is done."),
            (18, "Neither n2 nor n3 has x=1. A client writes x=2 to n3, which appends it at index 1."),
            (20, "State Machine Safety is broken: n3 has applied x=2 at index 1, where n1 has applied x=1."),
        ),
    ),
)  # fmt: skip

LIVENESS = (
    Story(
        "endless_terms", "A node raises the term for ever", nodes=3, ticks=260,
        liars={"n3": "term_raiser"},
        actions=(ONE_TICK, (0, "spread_timers"), (150, "crash", "n3"), (200, "propose", "x=1", "leader")),
        goals=(("leader", 150), ("applied", "x=1")),
        stops=(
            (0, "n3 lies: it answers every message with a later term. The others have to adopt that term."),
            (("candidacy",), "n1 becomes a candidate in term 1."),
            (("refusal",), "n3 refuses: it says that it is in term 2 already."),
            (17, "n1 has led only for a moment: it has learned of term 2 from n3's refusal."),
            (("refusal", 18), "n3 refuses n1's heartbeat in the same way: it claims a later term."),
            (("split",), "Two nodes are candidates in term 10, and neither can win any more: the vote is split."),
            (100, "No property is broken, but nothing gets done: no leader stays, and the term goes on growing."),
            Ask(150, "n3 is about to crash. Will the other two get a leader that stays?", ("yes", "no"), "yes", 187,
                then="Yes: two of three are a majority, and no node raises the term any more."),
            (150, "n3 crashes. Raft tolerates this kind of fault: the other two can go on without n3."),
            (("split", 151), "n1 and n2 are candidates in the same term: the vote is split once more."),
            (("refusal", 151), "n2 refuses n1: it has voted for itself."),
            (("leader", 151), "n1 leads term 27, and no node raises the term any more."),
            (("commit", 151), "x=1 is committed: n1 and n2 have stored it."),
        ),
    ),
    Story(
        "deaf_leader", "A leader that cannot hear", nodes=3, ticks=260,
        liars={"n1": "deaf_leader"},
        actions=(
            ONE_TICK, (1, "time_out", "n1"), (10, "propose", "x=1", "n1"),
            (120, "crash", "n1"), (170, "propose", "x=2", "leader"),
        ),
        goals=(("leader",), ("leader", 121), ("applied", "x=2")),
        stops=(
            *elected(STANDS_EARLY),
            (10, "A client writes x=1 to n1. Its appends arrive, but it ignores the replies of its followers."),
            (("commit",), "x=1 is committed: n1 and n2 have stored it. n1 will not learn that."),
            Ask(50, "n1 ignores every reply. Will the others replace it?", ("yes", "no"), "no", 100,
                then="No: they hear its heartbeats, so their timers do not run out."),
            (100, "All three have stored x=1, so it is committed, but no node knows that. The followers hear heartbeats, and wait."),
            (120, "n1 crashes. Now its heartbeats stop, and the others can elect a new leader."),
            (("candidacy", 121), "n3 no longer hears a leader: it becomes a candidate in term 2."),
            (("leader", 121), "n3 leads term 2. Unlike n1, it does not ignore replies."),
            (("commit", 121), "x=2 is committed: n3 and n2 have stored it, after x=1."),
        ),
    ),
)  # fmt: skip

CLIENTS = (
    Story(
        "false_witness", "A leader deceives its clients", nodes=3, ticks=80,
        liars={"n1": "false_witness"},
        actions=(ONE_TICK, (1, "time_out", "n1"), (10, "propose", "x=5", "n1"), (30, "propose", "x?", "n1")),
        goals=(("leader",), ("applied", "x=5"), ("applied", "x?")),
        stops=(
            *elected(STANDS_EARLY), committed("x=5", 10),
            Ask(30, "All three nodes have applied x=5. A client is about to read x from n1, which lies. What answer will it get?", ("5", "that x has no value", "no answer"), "that x has no value", 33,
                then="That x has no value: n1 lies to its clients."),
            (30, "A client has asked n1 for x. n1 sends the read to the others as an entry."),
            (33, "The client is told that x has no value. No property of the cluster is broken: the logs are right, but the answer was wrong."),
        ),
    ),
)  # fmt: skip

DETECTORS = (
    Story(
        "two_verdicts", "Two observers, two verdicts", nodes=3, seed=2, ticks=130,
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (30, "set_network", (22, 22), None, None, "n1", "n3"),
            (80, "crash", "n1"),
        ),
        goals=(("leader",), ("leader", 81)),
        stops=(
            *elected(STANDS_EARLY),
            Ask(30, "Messages from n1 to n3 are about to take 22 times as long as those to n2. Which node will suspect that n1 has crashed?", ("n2", "n3", "both", "neither"), "n3", 44,
                then="n3: it hears nothing from n1 until its timer runs out."),
            (30, "From now on, messages from n1 to n3 take 22 times as long as those to n2."),
            (44, "n3 has not heard n1 for the shortest election timeout, and suspects that it has crashed. n2 has just heard n1. n1 is up: n3 is wrong."),
            (80, "n1 crashes. Its last heartbeats are still on the way to n3."),
            (93, "n2 has not heard n1 for too long, and asks for votes. n3 still receives old heartbeats of n1. Now n2 is right, and n3 is wrong."),
            (("leader", 94), "n2 leads term 2, with n3's vote."),
            (("refusal", 95), "n3 refuses an old heartbeat of n1, which crashed a while ago: it comes from term 1."),
        ),
    ),
)  # fmt: skip

BYZANTINE: dict[str, Story] = {
    story.name: story for story in (*ELECTIONS, *LEADERS, *FOLLOWERS, *LIVENESS, *CLIENTS, *DETECTORS)
}
