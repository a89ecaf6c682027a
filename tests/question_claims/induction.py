"""The five steps of the proof in lesson 04b, and which step fails if a rule is broken."""

from dataclasses import replace

from variants import Run, holders, leaders, moment, replies, requests, up_to_date, vary

from question_claims.row import Row
from raftlab.lab.scenes import scene


def voters(run, candidate, term):
    """The nodes that vote for a candidate in a term, each with the tick of its vote."""
    return {
        id: moment(run, lambda w, id=id: (w[id].term, w[id].voted_for) == (term, candidate))
        for id in run.at(0)
        if any((w[id].term, w[id].voted_for) == (term, candidate) for w in run.worlds)
    }


def stored(run, node, command="x=1"):
    """The tick at which a node stores a command."""
    return moment(run, lambda w: node in holders(w, command))


def x_is_committed(run, tick):
    return len(holders(run.at(tick), "x=1")) == 3 and run.at(tick)["n1"].commit_index == 1


SHARED = Row(
    "shared_voter",
    vary("shared_voter", 39),
    {
        "04b.shared_voter": (
            lambda run: set(voters(run, "n5", 2)) == {"n4", "n5"} and holders(run.at(15), "x=1") == {"n1", "n2", "n3"},
            lambda run: len(run.at(0)) - len(holders(run.at(15), "x=1")) - len(voters(run, "n5", 2)) > 0,
            lambda run: any("n5" in leaders(w) for w in run.worlds),
        ),
    },
    lambda run: leaders(run.at(12)) == {"n1": 1} and x_is_committed(run, 12) and run.at(14)["n5"].term == 2,
)  # fmt: skip

VOTED_FIRST = Row(
    "voted_first",
    vary("voted_first", 24, stretch=(1,)),
    {
        "04b.stored_first": (
            lambda run: stored(run, "n3") is None and refused(run),
            lambda run: stored(run, "n3") is not None and not refused(run),
            lambda run: stored(run, "n3") is not None,
        ),
    },
    lambda run: leaders(run.at(10)) == {"n1": 1} and 2 in leaders(run.at(15)).values(),
)  # fmt: skip


def refused(run):
    """Has n3 refused n1's append of x=1?"""
    return any(not m.fields["success"] and m.dst == "n1" and m.term == 2 for m in replies(run, "n3"))


OUTLIVES = Row(
    "entry_outlives_leaders",
    vary("entry_outlives_leaders", 39, stretch=(1,)),
    {
        "04b.still_there": (
            lambda run: all("n3" in holders(w, "x=1") for w in run.since(8)) and 3 in leaders(run.at(20)).values()
            and all(leader in holders(w, "x=1") for w in run.since(8) for leader in leaders(w)),
            lambda run: not any("n3" in holders(w, "x=1") for w in run.since(8)),
            lambda run: run.at(27)["n3"].commit_index > 0,
        ),
        "04b.same_term": (
            lambda run: run.at(16)["n2"].log[: len(run.at(16)["n3"].log)] == run.at(16)["n3"].log
            and {term for n in ("n2", "n3") for term, _ in run.at(16)[n].log} == {1},
            lambda run: contains(scene_start("longest_log"), "n2", "n3"),
            lambda run: any("entries" in m.fields for m in requests(run)),
        ),
        "04b.later_term": (
            lambda run: run.at(27)["n4"].log[:2] == run.at(22)["n2"].log[:2] and stored(run, "n4") > 18
            and run.at(27)["n4"].log[-1][0] == 3,
            lambda run: stored(run, "n4") < 10,
            lambda run: longer_if_later(scene_start("longest_log")),
        ),
    },
    lambda run: leaders(run.at(8)) == {"n1": 1} and leaders(run.at(23)) == {"n2": 3} and leaders(run.at(30)) == {"n4": 4},
)  # fmt: skip


def scene_start(name):
    """The logs with which a story begins."""
    story, _ = scene(name)
    return {node: story.hard_state(node).log for node in story.ids()}


def contains(logs, longer, shorter):
    return logs[longer][: len(logs[shorter])] == logs[shorter]


def longer_if_later(logs):
    """Does the log that ends in the latest term have the most entries?"""
    return max(logs, key=lambda node: logs[node][-1].term) == max(logs, key=lambda node: len(logs[node]))


def wrong_and_right(name):
    """Two runs of a story: with nodes that break a rule, and with Raft."""
    story, node_class = scene(name)

    def variant(dice):
        drawn = replace(story, seed=int(dice.random() * 10**6), ticks=40)
        return Run(drawn, node_class, dice), Run(drawn, None, dice)

    return variant


def lost(run):
    """Does a leader lack an entry that was considered committed?"""
    return "P4" in run.broken


def steps(committed, candidate, term, run):
    """Which of steps 1 to 4 are true, if a majority stored the command `committed` and the candidate was elected."""
    majority = holders(run.first(lambda w: len(holders(w, committed)) == 3), committed)
    shared = {n: tick for n, tick in voters(run, candidate, term).items() if n in majority}
    had_it = {n for n, tick in shared.items() if n in holders(run.worlds[tick], committed)}
    stood = run.worlds[moment(run, lambda w: (w[candidate].role, w[candidate].term) == ("candidate", term))]
    return (
        bool(shared),
        all(stored(run, n, committed) < tick for n, tick in shared.items()),
        had_it == set(shared),
        all(up_to_date(run.worlds[tick][n]) <= up_to_date(stood[candidate]) for n, tick in shared.items()),
    )


def find_the_step(name, id, what, right, wrong):
    """A row for a question that asks which step fails."""
    return Row(
        name,
        wrong_and_right(name),
        {
            id: (
                (lambda runs: lost(runs[0]) and not lost(runs[1]) and steps(*what, runs[0]) == right),
                *(lambda runs, place=place: not steps(*what, runs[0])[place - 1] for place in wrong),
            )
        },
    )


ROWS = (
    SHARED, VOTED_FIRST, OUTLIVES,
    find_the_step("figure_8_counted", "04b.breaks_counting", ("x=2", "n5", 5), (True, True, True, True), (1, 3, 4)),
    find_the_step("shared_voter_any_log", "04b.breaks_votes", ("x=1", "n5", 2), (True, True, True, False), (1, 2, 3)),
    find_the_step("late_heartbeat_cuts", "04b.breaks_heartbeat", ("x=1", "n5", 2), (True, True, False, True), (1, 2, 4)),
)  # fmt: skip
