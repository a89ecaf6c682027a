"""One node lies: a scene for each liar, up to the first property that breaks. And two verdicts on one node.

Messages travel one tick, so that the scenes are easy to follow. With an honest node in the liar's
place the same deeds break nothing.
"""

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import committed, elected

ONE_TICK = (0, "set_network", (1, 1))

ELECTIONS = (
    Story(
        "two_votes_one_term", "One vote for each of two candidates", nodes=5, ticks=80,
        liars={"n5": "double_voter"},
        actions=(
            ONE_TICK,
            (0, "cut", "n1", "n2"), (0, "cut", "n1", "n4"), (0, "cut", "n2", "n3"),
            (1, "time_out", "n1"), (1, "time_out", "n2"),
            (10, "propose", "x=1", "n1"), (10, "propose", "x=2", "n2"),
        ),
        goals=(("leader",),),
        stops=(
            (0, "n1 can reach n3 and n5, n2 can reach n4 and n5. Any two majorities share a node: here it is n5, and n5 lies."),
            Ask(1, "n1 and n2 are about to stand for term 1. For whom will n5 vote?", ("n1", "n2", "both", "neither"), "both",
                then="For both: n5 breaks the rule that a node has one vote in a term."),
            (1, "n1 and n2 both stand for term 1. Each needs n5's vote."),
            (3, "n1 and n2 both lead term 1, each with three votes: Election Safety is broken."),
            (10, "Two leaders in one term, each with three votes. Each takes a write."),
            (12, "n1 and n2 have each heard of three copies, and each has applied its own write at index 1."),
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
            (("candidacy",), "n1 stands for term 1 and asks the others for their votes."),
            (("leader",), "n1 leads term 1."),
            (5, "x=1 will be committed by n1, n2 and n3; n4 and n5 never hear of it."),
            (("commit",), "x=1 is committed: n1, n2 and n3 have stored it."),
            (13, "n4 stands with an empty log. n3 holds x=1 and ought to refuse."),
            (15, "n4 leads without x=1: n3 has voted for it. Leader Completeness is broken."),
            (18, "n4 leads without a committed entry, and takes a write into its place."),
            (20, "n4 has applied x=2 at index 1, where n1 and n2 have applied x=1."),
            (60, "All links work again. n1 and n2 will have to follow n4."),
        ),
    ),
    Story(
        "boastful_candidate", "A candidate with a log that it does not have", nodes=3, ticks=100,
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
            (("candidacy",), "n1 stands for term 1 and asks the others for their votes."),
            (("leader",), "n1 leads term 1."),
            (5, "n1 and n2 will commit x=1. n3 is cut off and misses it."),
            (("commit",), "x=1 is committed: n1 and n2 have stored it."),
            (13, "n3 stands. It says that its log is longer and newer than any; n2 cannot look."),
            (15, "n3 leads without x=1: Leader Completeness is broken."),
            (18, "n3 leads without x=1. One liar was enough."),
            (20, "n3 has applied x=2 at index 1, where n1 has applied x=1."),
            (60, "All links work again. n1 will have to follow n3."),
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
            (1, "n1 stands for term 1, and asks n2. n3 has asked nobody, and says that it leads term 1."),
            (4, "n3 got no vote and leads all the same: an append carries no proof of an election."),
            (10, "n2 obeys both leaders, and both count it."),
            (("commit",), "x=1 is committed: n1 and n2 have stored it. n2 will confirm x=3 to n3, too."),
            (12, "n1 has applied x=1 at index 1, and n3 has applied x=3."),
            (60, "All links work again. Neither of the two leaders has a reason to step down: they have the same term."),
        ),
    ),
)  # fmt: skip

LEADERS = (
    Story(
        "two_truths", "A leader tells each follower something else", nodes=3, ticks=60,
        liars={"n1": "equivocator"},
        actions=(ONE_TICK, (1, "time_out", "n1"), (10, "propose", "x=5", "n1")),
        goals=(("leader",),),
        stops=(
            *elected(),
            Ask(10, "A client is about to write x=5 to n1, which lies to one follower. What will n3 store at index 1?", ("x=5", "nothing", "something else"), "something else",
                then="Something else: n1 sends n3 another command under the same index and term."),
            (10, "n1 has taken x=5, and sends it to both."),
            (12, "Same index, same term, two commands: from now on no comparison of terms can tell the logs apart."),
            (16, "n2 has applied x=5, and n3 something else: State Machine Safety is broken."),
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
            *elected(),
            (10, "n1 reaches only n2. It takes a write, and says that it is committed already."),
            (14, "n2 has applied x=1, which two of five hold. n3 stands on the other side."),
            (("leader", 15), "n3 leads term 2, with the votes of n4 and n5. None of them has x=1."),
            (20, "n3 leads lawfully, and takes another entry at index 1."),
            (22, "n3 has applied x=2 at index 1, where n2 has applied x=1: State Machine Safety is broken."),
            (60, "All links work again."),
            (66, "n3 has refused n1's append, and n1 and n2 follow n3: x=1, which was called committed, is gone."),
        ),
    ),
    Story(
        "rewritten_log", "A leader takes back what it said", nodes=3, ticks=60,
        liars={"n1": "rewriter"},
        actions=(
            ONE_TICK, (1, "time_out", "n1"),
            (9, "cut", "n2", "n1", True), (9, "cut", "n3", "n1", True),
            (9, "propose", "x=1", "n1"),
            (16, "heal"), (16, "propose", "x=2", "n1"),
        ),
        goals=(("leader",),),
        stops=(
            *elected(),
            (9, "n1 is heard, but does not hear: x=1 reaches all, and no confirmation comes back."),
            (("commit",), "x=1 is committed: n1 and n2 have stored it. n1 cannot learn that."),
            (14, "n1 has struck x=1 from its own log. A leader never does that."),
            (16, "n1 takes x=2 into the empty place: same index, same term. Log Matching is broken."),
            (18, "n1 has applied x=2, which its followers do not have: they have x=1 there, and cannot tell the difference."),
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
            (("candidacy",), "n1 stands for term 1 and asks the others for their votes."),
            (("leader",), "n1 leads term 1."),
            (5, "n3 is cut off, so n1 needs n2 to commit x=1. n2 will confirm it, and store nothing."),
            (7, "n1 has heard n2's confirmation, and takes x=1 for committed. One disk has it."),
            (13, "n1 believes that x=1 is safe on two nodes. Now it is cut off, and n3 stands."),
            (15, "n3 leads term 2 without x=1, which a client was told is done."),
            (18, "Nobody on this side has x=1. n3 takes a write into its place."),
            (20, "n3 has applied x=2 at index 1, where n1 has applied x=1."),
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
            (0, "Whatever n3 is told, it answers from a later term. Everybody must adopt it."),
            (("candidacy",), "n1 stands for term 1."),
            (("refusal",), "n3 refuses: it says that it is in term 2 already."),
            (17, "n1 has led for a moment: n3's refusal has brought term 2."),
            (("refusal", 18), "n3 refuses n1's heartbeat in the same way: it always knows a later term."),
            (("split",), "Two nodes stand for term 10, and neither can win any more: the vote is split."),
            (100, "Nothing false has happened, and nothing right either. How high is the term?"),
            (150, "n3 crashes. That is the one fault that Raft was made for."),
            (("split", 151), "n1 and n2 have stood for the same term at once: the vote is split once more."),
            (("refusal", 151), "n2 refuses n1: it has voted for itself."),
            (("leader", 151), "n1 leads term 27, and will go on leading."),
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
            *elected(),
            (10, "n1 takes x=1, and its heartbeats arrive. What its followers confirm, it does not hear."),
            (("commit",), "x=1 is committed: n1 and n2 have stored it. n1 will never learn that."),
            (100, "All three hold x=1, so it is committed, and nobody knows. The followers have no reason to complain."),
            (120, "n1 crashes. Its silence is what helps at last."),
            (("candidacy", 121), "n3 hears no leader any more: it stands for term 2."),
            (("leader", 121), "n3 leads term 2, and it can hear."),
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
            *elected(), committed("x=5", 10),
            Ask(30, "All three machines hold x=5. A client will ask n1 for x. What will it be told?", ("5", "nothing", "it gets no answer"), "nothing",
                then="That there is nothing: n1 lies to its clients."),
            (30, "A client has asked n1 for x."),
            (33, "The client is told that there is nothing. No property of the cluster is broken: the cluster is right, the client is not."),
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
            *elected(),
            (30, "From now on whatever n1 says to n3 takes 22 ticks; to n2 it takes one, as before."),
            (44, "n3 has not heard n1 for a whole shortest election timeout, and suspects it. n2 heard it just now. Who is right?"),
            (80, "n1 crashes. Its last words are still on their way to n3."),
            (93, "n2 gives n1 up and stands. n3 still hears n1, long after its death: who is right now?"),
            (("leader", 94), "n2 leads term 2, with n3's vote."),
            (("refusal", 95), "n3 refuses a heartbeat of n1, which has been dead for a while: term 1 is over."),
        ),
    ),
)  # fmt: skip

BYZANTINE: dict[str, Story] = {
    story.name: story for story in (*ELECTIONS, *LEADERS, *FOLLOWERS, *LIVENESS, *CLIENTS, *DETECTORS)
}
