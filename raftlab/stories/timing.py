"""What timers do to elections: without chance, with too many nodes, too slow a network, too much patience."""

from raftlab.sim.story import Story

TIMING: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "no_randomness", "Five timers, all alike", nodes=5, seed=1, preset="equal-timeouts", ticks=320,
            actions=((280, "time_out", "n3"),),
            goals=(("leader",),),
            stops=(
                (29, "All five timeouts are equal. In a moment all timers run out. Who wins?"),
                (59, "Five candidates, one vote each. They wait for equally long, and try again."),
                (280, "n3 is made to stand a little earlier than the others. That is all it takes."),
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
                (20, "Two of four nodes crash. Half of them is left, and their leader."),
                (140, "n3 restarts: three of four are a majority."),
            ),
        ),
        Story(
            "slow_network", "A network slower than the timers", nodes=5, seed=3, ticks=420,
            actions=((0, "set_network", (14, 18)), (300, "set_network", (1, 3))),
            goals=(("leader", 301),),
            stops=(
                (0, "A message travels 140 to 180 ms; the timers run out after 150 to 300."),
                (300, "The network is fast again."),
            ),
        ),
        Story(
            "long_timeouts", "A leader crashes, and everybody is patient", nodes=3, seed=3, preset="etcd", ticks=400,
            actions=((1, "time_out", "n1"), (50, "crash", "n1")),
            goals=(("leader",), ("leader", 51)),
            stops=((50, "n1 crashes. The others wait for 1000 to 2000 ms before they do anything."),),
        ),
    )
}  # fmt: skip
