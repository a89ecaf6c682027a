"""What timers do to elections: without chance, with too many nodes, too slow a network, too much patience."""

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.sentences import elected

TIMING: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "no_randomness", "Five timers, all alike", nodes=5, seed=1, preset="equal-timeouts", ticks=320,
            actions=((280, "time_out", "n3"),),
            goals=(("leader",),),
            stops=(
                Ask(29, "All five timeouts are equal. In a moment all timers run out. Who wins?", ("n1", "n2", "n3", "n4", "n5", "nobody"), "nobody",
                    then="Nobody: all five ask at once, and each has voted for itself."),
                (30, "Five candidates, one vote each: the vote is split."),
                (("refusal",), "{node} refuses: it has voted for itself, like all the others."),
                (59, "They have all waited equally long, and in a moment they will all try again."),
                (280, "n3 is made to stand a little earlier than the others."),
                (("leader", 280), "n3 leads term 10: it asked before the others' timers ran out. That is all it takes."),
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
                *elected(),
                (20, "Two of four nodes crash. Half of them is left, and their leader."),
                Ask(30, "A client is about to write x=1 to n1. Both nodes that are left will store it. Will it be committed?", ("yes", "no"), "no",
                    then="No: of four nodes, three are a majority."),
                (31, "n1 and n2 have stored x=1: two of four. That is no majority."),
                (140, "n3 restarts: three of four are a majority."),
                (("commit", 140), "n3 has stored x=1, too: now it is committed."),
            ),
        ),
        Story(
            "slow_network", "A network slower than the timers", nodes=5, seed=3, ticks=420,
            actions=((0, "set_network", (14, 18)), (300, "set_network", (1, 3))),
            goals=(("leader", 301),),
            stops=(
                (0, "A message travels 140 to 180 ms; the timers run out after 150 to 300."),
                (("candidacy",), "{node} stands for term {term}. Its requests are under way for almost as long as the timers run."),
                (("split",), "Several nodes have stood for term {term} before they heard of each other. Nobody can win it: the vote is split."),
                (("refusal",), "{node} refuses: when the request reached it, it had already voted for itself."),
                (300, "The network is fast again."),
                (("leader", 300), "{node} leads term {term}: now a request arrives long before the other timers run out."),
            ),
        ),
        Story(
            "long_timeouts", "A leader crashes, and everybody is patient", nodes=3, seed=3, preset="etcd", ticks=400,
            actions=((1, "time_out", "n1"), (50, "crash", "n1")),
            goals=(("leader",), ("leader", 51)),
            stops=(
                *elected(),
                (50, "n1 crashes. The others wait for 1000 to 2000 ms before they do anything."),
                (("candidacy", 51), "{node}'s timer has run out at last: it stands for term {term}."),
                (("leader", 51), "{node} leads term {term}. For more than a second nobody has led."),
            ),
        ),
    )
}  # fmt: skip
