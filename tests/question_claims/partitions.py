"""Lessons 05 and 06: cuts, clients that read and retry, nodes that come back, and Cloudflare's switch."""

from dataclasses import replace

from variants import (
    Run,
    committed,
    holders,
    leader,
    leaders,
    led_by,
    same_term_leaders,
    together,
    vary,
)

from question_claims.row import Row
from raftlab import Story
from raftlab.checks.linearizability.judge import check_linearizability

# -- Two sides ------------------------------------------------------------------------------------------------


def two_lead(run):
    return run.first(lambda world: len(leaders(world)) == 2)


MINORITY = Row(
    "minority_leader",
    vary("minority_leader", 299, change=led_by("n1")),
    {
        **{
            id: (
                lambda run: two_lead(run) is not None and not any(map(same_term_leaders, run.worlds)),
                lambda run: two_lead(run) is None,
                *others,
            )
            for id, others in (
                ("inventory.two_leaders", (lambda run: any(map(same_term_leaders, run.worlds)),)),
                ("05.two_leaders", (
                    lambda run: not leaders(run.at(99)),
                    lambda run: all("n1" not in leaders(w) for w in run.since(60, 99)),
                )),
            )
        },
        "00.check_majority": (
            lambda run: "x=3" in known(run, 199) and "x=2" not in known(run, 199),
            lambda run: "x=3" not in known(run, 199),
            lambda run: {"x=2", "x=3"} <= known(run, 199),
        ),
        "05.heal": (
            lambda run: [[c for _, c in node.log] for node in run.at(299).values()] == [["x=1", "x=3"]] * 5,
            lambda run: all({"x=2", "x=3"} <= {c for _, c in n.log} for n in run.at(299).values()),
            lambda run: len(holders(run.at(299), "x=2")) == 5,
            lambda run: bool(holders(run.at(299), "x=2") and holders(run.at(299), "x=3")),
        ),
        "09.check_leaders": (
            lambda run: len(set(leaders(two_lead(run)).values())) == 2
            and "x=2" not in known(run, 199) and "x=3" in known(run, 199),
            lambda run: "P1" in run.broken,
            lambda run: committed(run.at(199)["n1"]) == committed(run.at(199)[leader(run.at(199))]),
        ),
        "09.highest": (
            lambda run: any(has_the_highest_term_alone(w, "candidate") and leaders(w) for w in run.worlds),
            lambda run: not any(has_the_highest_term_alone(w, "candidate") and leaders(w) for w in run.worlds),
            lambda run: not any(has_the_highest_term_alone(w, "candidate") and len(leaders(w)) == 1 for w in run.worlds),
        ),
        "06.check_step_down": (
            lambda run: not any("n1" in leaders(w) for w in with_extension(run, "CheckQuorum").since(45 + 31, 199)),
            lambda run: not any("n1" in leaders(w) for w in with_extension(run, "PreVote").since(45 + 31, 199)),
            lambda run: not any("n1" in leaders(w) for w in run.since(45 + 31, 199)),
        ),
    },
    lambda run: leaders(run.at(44)) == {"n1": 1} and run.at(44)["n1"].commit_index == 1
    and len(leaders(run.at(99))) == 2 and leader(run.at(299)) is not None,
)  # fmt: skip


def known(run, tick):
    """All commands that some node knows to be committed."""
    return {command for node in run.at(tick).values() for command in committed(node)}


def has_the_highest_term_alone(world, role):
    """Is there one node whose term is higher than that of all others, and has it this role?"""
    first, second = sorted(world.values(), key=lambda node: node.term)[-1:-3:-1]
    return first.term > second.term and first.role == role


def with_extension(run, name):
    """A run with the same cut and an extension, without writes after the cut."""
    actions = ((1, "time_out", "n1"), (45, "partition", ["n1", "n2"], ["n3", "n4", "n5"]))
    seed = run.cluster.story.seed
    return Run(Story("cut", "A cut", nodes=5, seed=seed, extensions=(name,), ticks=199, actions=actions))


def islands(dice):
    """A run of nine nodes in groups of 4, 3 and 2. The leader n1 is in the group of 3. A client writes in each group."""
    actions = (
        (1, "time_out", "n1"),
        (30, "partition", ["n4", "n5", "n6", "n7"], ["n1", "n2", "n3"], ["n8", "n9"]),
        (60, "propose", "x=1", "n1"), (150, "propose", "x=2", "n4"), (150, "propose", "x=3", "n8"),
    )  # fmt: skip
    story = Story(
        "islands", "Three islands", nodes=9, seed=int(dice.random() * 10**6), ticks=200, actions=actions
    )
    return Run(story, dice=dice)


ISLANDS = Row(
    "groups of 4, 3 and 2",
    islands,
    {
        "05.check_islands": (
            lambda run: not known(run, 200),
            lambda run: "x=2" in known(run, 200) or any(n in leaders(w) for w in run.worlds for n in ("n4", "n5", "n6", "n7")),
            lambda run: "x=1" in known(run, 200),
        ),
    },
    lambda run: leaders(run.at(29)) == {"n1": 1},
)  # fmt: skip


def down(nodes, crashes):
    """Makes runs in which some of the nodes crash. Then clients write again and again through every node that is left."""

    def maker(dice):
        names = sorted((f"n{i}" for i in range(1, nodes + 1)), key=lambda _: dice.random())
        actions = [(1, "time_out", "n1"), *((20, "crash", name) for name in names[:crashes])]
        actions += [
            (tick, "propose", f"x={tick}", name) for tick in range(60, 160, 10) for name in names[crashes:]
        ]
        seed = int(dice.random() * 10**6)
        return Run(Story("down", "Some are down", nodes=nodes, seed=seed, ticks=180, actions=tuple(actions)))

    return maker


def goes_on(run):
    """Is anything committed after the crashes?"""
    return bool(known(run, 180))


def tied(run):
    """Did the first election bring no leader?"""
    return not any(1 in leaders(world).values() for world in run.worlds)


WHO_IS_LEFT = Row(
    "two of three, four and five nodes crash",
    together(down(3, 2), down(4, 2), down(5, 2)),
    {
        "inventory.who_is_left": (
            lambda runs: list(map(goes_on, runs)) == [False, False, True],
            lambda runs: list(map(goes_on, runs[:2])) == [False, True],
            lambda runs: all(map(goes_on, runs)),
        ),
    },
)  # fmt: skip

FOUR = Row(
    "one and two of four crash",
    together(down(4, 1), down(4, 2), vary("three_nodes", 40), vary("split_vote", 40)),
    {
        "03.four": (
            lambda runs: list(map(goes_on, runs[:2])) == [True, False],
            lambda runs: goes_on(runs[1]),
            lambda runs: tied(runs[2]) and not tied(runs[3]),
        ),
    },
)  # fmt: skip

# -- Clients --------------------------------------------------------------------------------------------------


def without_partition(story, dice):
    """The same clients, and no cut."""
    return replace(
        story,
        goals=(),
        actions=tuple(
            a for a in story.actions if a[1] in ("set_network", "clients") or a[:2] == (1, "time_out")
        ),
    )


STALE = Row(
    "stale_read, and the same without a cut",
    together(vary("stale_read", 149, stretch=(1,)), vary("stale_read", 149, stretch=(1,), change=without_partition)),
    {
        "inventory.read": (
            lambda runs: [bool(check_linearizability(run.operations)) for run in runs] == [False, True],
            lambda runs: all(check_linearizability(run.operations) for run in runs),
            lambda runs: "n1" not in leaders(runs[0].at(80)),
        ),
        "05.stale": (
            lambda runs: reads(runs[0]) == ["1"],
            lambda runs: reads(runs[0]) == ["2"],
            lambda runs: reads(runs[0]) in ([], ["None"]),
        ),
    },
    lambda runs: len(leaders(runs[0].at(59))) == 2 and "n3" in leaders(runs[0].at(59)) and "x=2" in known(runs[0], 79),
)  # fmt: skip


def reads(run):
    """The answers to reads of x."""
    return [str(o.result) for o in run.operations if o.kind == "get"]


RETRY = Row(
    "asked_twice",
    vary("asked_twice", 139, stretch=(1,)),
    {
        "05.retry": (
            lambda run: reads(run) == ["122"],
            lambda run: reads(run) in (["12"], ["1"]),
            lambda run: bool(reads(run)) and len(reads(run)[0]) > 3,
        ),
    },
    lambda run: len(holders(run.at(60), "x+=2")) == 3 and "n2" in leaders(run.at(75)) and bool(reads(run)),
)  # fmt: skip

NO_ANSWER = Row(
    "asked_twice and two_of_five",
    together(vary("asked_twice", 100, stretch=(1,)), vary("two_of_five", 139)),
    {
        "inventory.no_answer": (
            lambda runs: "x+=2" in known(runs[0], 100) and "x=1" not in known(runs[1], 139),
            lambda runs: "x+=2" not in known(runs[0], 100),
            lambda runs: "x=1" in known(runs[1], 139),
        ),
    },
    lambda runs: len(holders(runs[0].at(60), "x+=2")) == 3 and "n2" in leaders(runs[0].at(75)) and leaders(runs[1].at(139)) == {"n1": 1},
)  # fmt: skip

# -- A node comes back ------------------------------------------------------------------------------------------

REJOIN = Row(
    "rejoin_huge_term",
    vary("rejoin_huge_term"),
    {
        id: (
            lambda run: run.at(400)[leader(run.at(400))].term > run.at(229)["n2"].term
            and not any("n2" in leaders(w) for w in run.since(230)),
            lambda run: any("n2" in leaders(w) for w in run.since(230)),
            lambda run: leaders(run.at(229)) == leaders(run.at(400)),
        )
        for id in ("inventory.comes_back", "05.rejoin")
    },
    lambda run: leaders(run.at(229)) == {"n1": 1} and leaders(run.at(400)) and run.at(229)["n2"].term > 1,
)  # fmt: skip

PRE_VOTE = Row(
    "rejoin_pre_vote",
    vary("rejoin_pre_vote", 229),
    {
        "05.check_prevote": (
            lambda run: run.at(229)["n2"].term == run.at(30)["n2"].term,
            lambda run: sum(node == "n2" and rule == "PV-1" for _, node, rule in run.rules) < 2,
            lambda run: len(run.at(229)["n2"].log) >= len(run.at(229)["n1"].log),
        ),
    },
    lambda run: leaders(run.at(29)) == {"n1": 1},
)  # fmt: skip

# -- Cloudflare -------------------------------------------------------------------------------------------------


def leaders_in_turn(run, since):
    """The leaders, one after the other."""
    found = [leader(world) for world in run.since(since) if leaders(world)]
    return [now for before, now in zip([None, *found], found, strict=False) if now != before]


LIMBO = Row(
    "cloudflare_cut",
    vary("cloudflare_cut"),
    {
        "06.limbo": (
            lambda run: len(leaders_in_turn(run, 60)) > 3 and set(leaders_in_turn(run, 60)) == {"n1", "n3"},
            lambda run: len(leaders_in_turn(run, 60)) < 2,
            lambda run: "n2" in leaders_in_turn(run, 60),
        ),
    },
    lambda run: leaders(run.at(29)) == {"n3": 1},
)  # fmt: skip

LIMBO_WRITES = Row(
    "cloudflare_cut_writes",
    vary("cloudflare_cut_writes", 400),
    {
        "06.limbo_writes": tuple(
            lambda run, node=node: leaders_in_turn(run, 300) == [node] and bool(leaders(run.at(400)))
            for node in ("n1", "n2", "n3")
        ),
    },
    lambda run: leaders(run.at(29)) == {"n3": 1},
)  # fmt: skip

DISTURB = Row(
    "a link is cut: CheckQuorum, writes, PreVote",
    together(
        vary("cloudflare_cut_check_quorum"), vary("cloudflare_cut_writes"),
        vary("cloudflare_cut_check_quorum", change=lambda story, dice: replace(story, extensions=("PreVote",))),
    ),
    {
        "06.check_disturb": (
            lambda runs: leaders_in_turn(runs[2], 30) == ["n3"] and leaders(runs[2].at(300)) == {"n3": 1},
            lambda runs: leaders(runs[0].at(300)) == {"n3": 1},
            lambda runs: leaders(runs[1].at(300)) == {"n3": 1},
        ),
    },
    lambda runs: all(leaders(run.at(29)) == {"n3": 1} for run in runs),
)  # fmt: skip

USELESS = Row(
    "useless_leader",
    vary("useless_leader"),
    {
        "06.useless_leader": (
            lambda run: leaders(run.at(300)) == {"n4": 1} and run.at(300)["n4"].commit_index == run.at(40)["n4"].commit_index,
            lambda run: any(n in leaders(w) for w in run.worlds for n in ("n1", "n3")),
            lambda run: "n4" not in leaders(run.at(300)),
        ),
    },
    lambda run: leaders(run.at(29)) == {"n4": 1},
)  # fmt: skip

VERDICTS = Row(
    "two_verdicts",
    vary("two_verdicts", 100, stretch=(1,)),
    {
        "06.verdicts": (
            lambda run: silent_for(run, "n3", 52) >= 15 and run.at(52)["n1"].status == "running"
            and any(m.arrives > 80 and m.dst == "n3" for m in run.messages if m.src == "n1"),
            lambda run: not any(m.src == "n1" and m.arrives > 80 and m.sent <= 80 for m in run.messages),
            lambda run: run.at(52)["n1"].status == "crashed",
        ),
    },
    lambda run: leaders(run.at(29)) == {"n1": 1} and leaders(run.at(51)) == {"n1": 1},
)  # fmt: skip


def silent_for(run, node, tick):
    """For how many ticks no append or heartbeat of n1 had arrived at a node."""
    return tick - max(
        m.arrives
        for m in run.messages
        if m.src == "n1" and m.dst == node and m.arrives <= tick and m.kind == "AppendEntries"
    )


LOG_BOOKS = Row(
    "log_books, and with CheckQuorum, and with longer timeouts",
    together(
        vary("log_books"), vary("log_books_cured"),
        vary("log_books", change=lambda story, dice: replace(story, preset="etcd")),
    ),
    {
        "06.transfer_assumption": (
            lambda runs: len(holders(runs[0].at(199), "x=4")) == 3 and "x=4" not in known(runs[0], 260),
            lambda runs: any(node.status != "running" for node in runs[0].at(199).values()),
            lambda runs: any(map(same_term_leaders, runs[0].worlds)),
            lambda runs: bool(runs[0].broken),
        ),
        "06.transfer_setting": (
            lambda runs: cured(runs[1]),
            lambda runs: "x=3" in known(runs[0], 260),
            lambda runs: "x=3" in known(runs[2], 260),
            lambda runs: "x=3" in known(runs[0], 260),
        ),
    },
    lambda runs: all(leaders(run.at(59)) == {"n1": 1} for run in runs),
)  # fmt: skip


def hypothesis(*faults):
    """The story of the three logs with other faults, in place of its cut."""

    def change(story, dice):
        kept = tuple(action for action in story.actions if action[1] != "cut")
        return replace(story, actions=tuple(sorted((*kept, *faults), key=lambda action: action[0])))

    return vary("log_books", change=change)


def as_the_logs_say(run):
    """Does n1 lead term 1 to the end, and do all nodes store x=5, although nothing more is committed?"""
    world = run.at(260)
    return (
        leaders(world) == {"n1": 1}
        and len(holders(world, "x=5")) == 3
        and not known(run, 260) & {"x=3", "x=4", "x=5"}
    )


WHAT_WAS_CUT = Row(
    "log_books, and what else may have been done to it",
    together(
        vary("log_books"),
        hypothesis((60, "isolate", "n1")),
        hypothesis((60, "cut", "n2", "n3")),
        hypothesis((60, "crash", "n1"), (64, "restart", "n1")),
    ),
    {"06.transfer_cut": tuple(lambda runs, place=place: as_the_logs_say(runs[place]) for place in range(4))},
    lambda runs: all(leaders(run.at(59)) == {"n1": 1} for run in runs),
)


def cured(run):
    """Is there a leader that reaches a majority, and has it committed something new?"""
    world = run.at(260)
    return leader(world) in ("n2", "n3") and world[leader(world)].commit_index > 2


ROWS = (
    MINORITY, ISLANDS, WHO_IS_LEFT, FOUR, STALE, RETRY, NO_ANSWER, REJOIN, PRE_VOTE,
    LIMBO, LIMBO_WRITES, DISTURB, USELESS, VERDICTS, LOG_BOOKS, WHAT_WAS_CUT,
)  # fmt: skip
