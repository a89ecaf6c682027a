"""What timers do to elections: all equal, with half of the nodes down, with a slow network, or with long timeouts."""

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import STANDS_EARLY, elected

TIMING: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "no_randomness", "Five equal timers", nodes=5, seed=1, preset="equal-timeouts", ticks=320,
            actions=((280, "time_out", "n3"),),
            goals=(("leader",),),
            stops=(
                Ask(29, "All five timeouts are equal. In a moment all timers will run out. Who will win the election?", ("n1", "n2", "n3", "n4", "n5", "nobody"), "nobody", "split",
                    then="Nobody: all five become candidates at once, and each votes for itself."),
                (30, "There are five candidates with one vote each: the vote is split."),
                (("refusal",), "{node} refuses: it has voted for itself, like all the others."),
                (59, "All five have waited for the same time. In a moment they will all try again."),
                (280, "The story lets n3's timer run out a little before the other timers."),
                (("leader", 280), "n3 leads term 10: it asked for votes before the others' timers ran out."),
                (320, "In short: with equal timers, one vote after another is split. One timer that runs out earlier is enough to get a leader."),
            ),
        ),
        Story(
            "two_of_four", "Two of four are left", nodes=4, seed=4, ticks=240,
            actions=(
                (0, "set_network", (1, 1)),
                (1, "time_out", "n1"),
                (20, "crash", "n3"), (20, "crash", "n4"),
                (30, "propose", "x=1", "n1"),
                (140, "restart", "n3"),
            ),
            goals=(("leader",), ("applied", "x=1")),
            stops=(
                *elected(STANDS_EARLY),
                (20, "Two of four nodes crash: n3 and n4. The leader, n1, and one follower are left."),
                Ask(30, "A client is about to write x=1 to n1. n1 and n2 will store it. Will it be committed?", ("yes", "no"), "no", 31,
                    then="No: two of four are only half. A majority of four nodes is three."),
                (31, "n1 and n2 have stored x=1. Two of four are not a majority."),
                (140, "n3 restarts. Now three of four nodes are up: a majority."),
                (("commit", 140), "n3 has stored x=1, too, so three of four have it: it is committed."),
            ),
        ),
        Story(
            "slow_network", "A network slower than the timers", nodes=5, seed=3, ticks=420,
            actions=((0, "set_network", (14, 18)), (300, "set_network", (1, 3))),
            goals=(("leader", 301),),
            stops=(
                (0, "A message takes 140 to 180 ms. The timers run out after 150 to 300 ms."),
                Ask(15, "n1's timer is about to run out. Will it win this election?", ("yes", "no"), "no", "split",
                    then="No: while its requests are on their way, other timers run out, too."),
                (("candidacy",), "{node} becomes a candidate in term {term}. Its requests take almost as long as the timers run."),
                (("split",), "Several nodes became candidates in term {term} before they heard of each other. None of them can win: the vote is split."),
                (("refusal",), "{node} refuses: it had voted for itself before the request arrived."),
                (300, "The network is fast again."),
                (("leader", 300), "{node} leads term {term}: now its requests arrived before the other timers ran out."),
            ),
        ),
        Story(
            "long_timeouts", "A leader crashes, and the timeouts are long", nodes=3, seed=3, preset="etcd", ticks=400,
            actions=((1, "time_out", "n1"), (50, "crash", "n1")),
            goals=(("leader",), ("leader", 51)),
            stops=(
                *elected(STANDS_EARLY),
                Ask(50, "n1 is about to crash. The others' timers run for 1000 to 2000 ms. For how long will there be no leader?", ("less than 100 ms", "about 300 ms", "more than a second"), "more than a second", "leader",
                    then="More than a second: no node asks for votes before its timer has run out."),
                (50, "n1 crashes. The others notice nothing yet."),
                (("candidacy", 51), "{node}'s timer has run out at last: it becomes a candidate in term {term}."),
                (("leader", 51), "{node} leads term {term}. For more than a second there was no leader."),
            ),
        ),
    )
}  # fmt: skip
