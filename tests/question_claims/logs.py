"""Lessons 04 and 04b: writes, logs that end too early, logs that differ, Figures 7 and 8."""

from dataclasses import replace

from variants import committed, holders, leader, leaders, moment, replies, slower, together, up_to_date, vary

from question_claims.row import Row

EVERY = ("n1", "n2", "n3")


def last_follower(run, moments):
    """The tick of the later of the two followers."""
    return max(moments[node] for node in ("n1", "n3"))


def heard_a_majority(run):
    """The tick at which the leader hears that the first follower has stored the entry."""
    return min(m.arrives for m in replies(run) if m.fields["success"] and m.fields["match_index"])


def of_one_write(run):
    """The ticks at which the nodes stored, committed and applied the entry: three dicts, node -> tick."""
    return [
        {node: moment(run, lambda w, n=node, t=told: t(w[n])) for node in EVERY}
        for told in (lambda n: n.log, lambda n: n.commit_index, lambda n: n.last_applied)
    ]


def answered(run):
    """The tick at which the client is answered."""
    return run.cluster.answers[0][0]


def in_order(*moments):
    return list(moments) == sorted(moments)


def write_in_order(run):
    """Do the six steps of 04.order happen in this order?"""
    stored, knows, applied = of_one_write(run)
    return in_order(
        stored["n2"], sorted(stored.values())[1], heard_a_majority(run), answered(run),
        min(knows["n1"], knows["n3"]), max(applied["n1"], applied["n3"]),
    ) and knows["n2"] == applied["n2"] == answered(run) < min(knows["n1"], knows["n3"])  # fmt: skip


ONE_WRITE = Row(
    "one_write",
    vary("one_write", 40, change=slower),
    {
        "inventory.when": (
            lambda run: of_one_write(run)[1]["n2"] < min(of_one_write(run)[1][n] for n in ("n1", "n3")),
            lambda run: len(set(of_one_write(run)[1].values())) == 1,
            lambda run: of_one_write(run)[1] == of_one_write(run)[0],
        ),
        "00.order": (
            lambda run: in_order(
                moment(run, lambda w: w["n2"].log), sorted(of_one_write(run)[0].values())[1],
                heard_a_majority(run), answered(run),
            ),
            lambda run: answered(run) < heard_a_majority(run),
        ),
        "04.answer": (
            lambda run: answered(run) == heard_a_majority(run),
            lambda run: answered(run) == of_one_write(run)[0]["n2"],
            lambda run: answered(run) >= last_follower(run, of_one_write(run)[2]),
        ),
        "04.all_at_once": (
            lambda run: all(
                of_one_write(run)[1][n] in {m.arrives for m in run.messages if m.dst == n and m.sent >= answered(run)}
                for n in ("n1", "n3")
            ),
            lambda run: len(set(of_one_write(run)[1].values())) == 1,
            lambda run: of_one_write(run)[1] == of_one_write(run)[0],
        ),
        "04.order": (write_in_order, lambda run: not write_in_order(run)),
        "04.check_applied": (
            lambda run: all(
                of_one_write(run)[2][n] == of_one_write(run)[1][n] > of_one_write(run)[0][n] for n in ("n1", "n3")
            ),
            lambda run: of_one_write(run)[2] == of_one_write(run)[0],
            lambda run: any(of_one_write(run)[2][n] == of_one_write(run)[0][n] for n in ("n1", "n3")),
        ),
    },
    lambda run: leaders(run.at(16)) == {"n2": 1} and run.cluster.answers,
)  # fmt: skip


def lacking(story, dice):
    """The same story; n3 lacks one to three entries."""
    log = [f"1:x={i}" for i in range(1, 5)]
    short = log[: 1 + int(dice.random() * 3)]
    return replace(story, start={n: {"term": 1, "log": log if n != "n3" else short} for n in EVERY})


def first_reply(run):
    return replies(run, "n3")[0].fields["success"]


def guesses(run):
    """The values of the leader's nextIndex for n3, one after the other."""
    found = [w["n1"].next_index["n3"] for w in run.worlds if w["n1"].role == "leader"]
    return [now for before, now in zip([None, *found], found, strict=False) if now != before]


def sent_entries(run):
    """How many entries the first append with entries for n3 had."""
    return sum(
        len(m.fields["entries"])
        for m in run.messages
        if m.dst == "n3" and m.kind == "AppendEntries" and m.fields["entries"] and m.id == first_entries(run)
    )


def first_entries(run):
    return next(
        m.id for m in run.messages if m.dst == "n3" and m.kind == "AppendEntries" and m.fields["entries"]
    )


def needs(run):
    """The first entry that n3 lacks."""
    return len(run.at(0)["n3"].log) + 1


SHORT_LOG = Row(
    "short_log",
    vary("short_log", 30, change=lacking),
    {
        "inventory.heartbeat": (
            lambda run: not first_reply(run),
            first_reply,
            lambda run: any({m.src, m.dst} == {"n2", "n3"} and m.kind.startswith("Append") for m in run.messages),
        ),
        "04.heartbeat": (
            lambda run: not first_reply(run),
            first_reply,
            lambda run: not replies(run, "n3"),
        ),
        "04.check_gap": (
            lambda run: guesses(run)[: 6 - needs(run)] == list(range(5, needs(run) - 1, -1)),
            lambda run: guesses(run)[1] == needs(run) != 4,
            lambda run: sent_entries(run) == 4,
        ),
    },
    lambda run: leaders(run.at(5)) == {"n1": 2} and leaders(run.at(30)) == {"n1": 2},
)  # fmt: skip

ONE_COPY = Row(
    "only_holder and holder_too_late",
    together(vary("only_holder", 59), vary("holder_too_late", 70)),
    {
        id: (
            lambda runs: [len(holders(run.worlds[-1], "x=1")) for run in runs] == [3, 0],
            lambda runs: not any(holders(run.worlds[-1], "x=1") for run in runs),
            lambda runs: all(len(holders(run.worlds[-1], "x=1")) == 3 for run in runs),
        )
        for id in ("inventory.unconfirmed", "04.uncommitted")
    },
    lambda runs: all(len(holders(run.at(24), "x=1")) == 1 for run in runs) and leaders(runs[1].at(49)) == {"n2": 2},
)  # fmt: skip


def stuck(run, command, tick):
    """Up to this tick, does no node consider the command committed?"""
    return not any(command in committed(node) for world in run.since(0, tick) for node in world.values())


def committed_when(run, command):
    return moment(run, lambda w: any(command in committed(node) for node in w.values()))


TWO_OF_FIVE = Row(
    "two_of_five",
    vary("two_of_five"),
    {
        "04.check_majority": (
            lambda run: committed_when(run, "x=1") >= moment(run, lambda w: len(holders(w, "x=1")) == 3),
            lambda run: not stuck(run, "x=1", 139) and len(holders(run.at(60), "x=1")) == 2,
            lambda run: not stuck(run, "x=1", 40),
        ),
    },
    lambda run: leaders(run.at(139)) == {"n1": 1},
)  # fmt: skip

# -- 04b ------------------------------------------------------------------------------------------------------


def all_guesses(run, node):
    return [w["n1"].next_index[node] for w in run.worlds if w["n1"].role == "leader"]


def cut_when(run):
    """The tick from which n5 has no entry of term 7."""
    return moment(run, lambda w: all(term != 7 for term, _ in w["n5"].log))


FIGURE_7 = Row(
    "figure_7",
    vary("figure_7", 60),
    {
        "02.figure_7": (
            lambda run: votes_of(run) == 5,
            lambda run: votes_of(run) < 5,
            lambda run: votes_of(run) > 5,
        ),
        "04b.how_far": (
            lambda run: min(all_guesses(run, "n7")) == 4,
            lambda run: min(all_guesses(run, "n7")) < 4,
            lambda run: min(all_guesses(run, "n7")) > 4,
        ),
        "04b.extra": (
            lambda run: cut_when(run) == moment(run, lambda w: (8, "y=8") in w["n5"].log),
            lambda run: cut_when(run) < 20 * run.stretch,
            lambda run: cut_when(run) is None,
        ),
        "04b.check_whose": (
            lambda run: all(w["n1"].log[:10] == run.at(0)["n1"].log for w in run.worlds)
            and all(node.log == run.at(60)["n1"].log for node in run.at(60).values()),
            lambda run: run.at(60)["n1"].log[:10] != run.at(0)["n1"].log,
            lambda run: any(term in (2, 3) for term, _ in run.at(60)["n7"].log),
        ),
    },
    lambda run: leaders(run.at(20)) == {"n1": 8},
)  # fmt: skip


def votes_of(run):
    """How many nodes vote for n1 in term 8."""
    return sum(any((w[n].term, w[n].voted_for) == (8, "n1") for w in run.worlds) for n in run.at(0))


def three_hold(run):
    return run.first(lambda w: len(holders(w, "x=2")) >= 3 and leader(w) == "n1")


FIGURE_8 = Row(
    "figure_8 and figure_8_e",
    together(vary("figure_8", 60), vary("figure_8_e", 60)),
    {
        "inventory.majority": (
            lambda runs: [bool(holders(run.at(60), "x=2")) for run in runs] == [False, True],
            lambda runs: all(holders(run.at(60), "x=2") for run in runs),
            lambda runs: all(holders(run.at(16), "x=2") <= holders(run.at(60), "x=2") for run in runs),
        ),
        "09.majority": (
            lambda runs: "x=2" not in leading_log(runs[0], 29) and {"x=2", "x=4"} <= leading_log(runs[1], 60),
            lambda runs: all("x=2" in leading_log(run, 29) for run in runs),
            lambda runs: not any("x=1" in leading_log(run, 60) for run in runs),
        ),
        "04b.majority": (
            lambda runs: stuck(runs[0], "x=2", 60) and not holders(runs[0].at(60), "x=2"),
            lambda runs: "x=2" in leading_log(runs[0], 29),
            lambda runs: any("x=2" in committed(node) for node in runs[0].at(15).values()),
        ),
        "04b.new_entry": (
            lambda runs: all(node != "n5" for w in runs[1].since(16) for node in leaders(w)),
            lambda runs: any(node == "n5" for w in runs[1].since(16) for node in leaders(w)),
            lambda runs: any(node == "n5" for w in runs[1].since(16) for node in leaders(w)),
        ),
        "04b.check_old": (
            lambda runs: stuck(runs[0], "x=2", 60) and committed_when(runs[1], "x=2") == committed_when(runs[1], "x=4"),
            lambda runs: not stuck(runs[0], "x=2", 15),
            lambda runs: heartbeat_answered(runs[0]) and not stuck(runs[0], "x=2", 15),
        ),
        "04b.check_guard": (
            lambda runs: all(up_to_date(runs[1].at(16)["n5"]) < up_to_date(runs[1].at(16)[n]) for n in ("n2", "n3"))
            and {"x=2", "x=4"} <= leading_log(runs[1], 60),
            lambda runs: bool(holders(runs[0].at(60), "x=2")),
            lambda runs: all(holders(run.at(15), "x=2") <= holders(run.at(60), "x=2") for run in runs),
        ),
    },
    lambda runs: all(three_hold(run) for run in runs) and leaders(runs[0].at(29)) == {"n5": 5}
    and leader(runs[1].at(60)) is not None,
)  # fmt: skip


def heartbeat_answered(run):
    """Do two followers accept a heartbeat of n1 in term 4 before n1 crashes?"""
    return (
        len(
            {
                m.src
                for m in replies(run)
                if m.term == 4 and m.fields["success"] and m.arrives < 16 * run.stretch
            }
        )
        == 2
    )


def leading_log(run, tick):
    """The commands in the leader's log."""
    world = run.at(tick)
    return {command for _, command in world[leader(world)].log}


ROWS = (ONE_WRITE, SHORT_LOG, ONE_COPY, TWO_OF_FIVE, FIGURE_7, FIGURE_8)
