"""Branches: the past can be changed, and the old run is kept."""

import json
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from raftlab import History, Story, UserError, load
from raftlab.sim.branches import checksum_of
from raftlab.sim.narrate import as_text


@pytest.fixture
def history():
    return History(load("leader_crash"))


def test_an_action_in_a_seen_past_makes_a_branch_that_shares_its_beginning(history):
    old = history.branches[0].trace
    new = history.act("crash", "n1", tick=40, seen=200)
    assert (new.id, new.parent, new.fork_tick) == (1, 0, 40)
    _, events, messages = new.fork
    assert new.trace.events[:events] == old.events[:events]
    assert new.trace.messages[:messages] == old.messages[:messages]
    assert new.trace.events[events][:3] == (40, "crash", "n1")
    assert history.branches[0].trace is old
    assert history.current == 1


def test_two_threads_that_change_a_history_take_turns(history):
    """As in a notebook, in which a widget's request can be answered while a cell runs."""
    with history.turn:
        other = Thread(target=history.act, args=("crash", "n1"), kwargs={"tick": 40, "seen": 200})
        other.start()
        other.join(0.05)
        assert other.is_alive()
        assert history.more(300).trace.ticks == 300
        assert history.current == 0
    other.join()
    assert history.current == 1


def test_a_future_that_nobody_has_seen_is_not_kept(history):
    history.act("crash", "n1", tick=40, seen=200)
    history.act("restart", "n1", tick=60, seen=60)
    assert list(history.branches) == [0, 1]
    assert history.branch.name == "n1 crashes at 0.40 s; n1 restarts at 0.60 s", "all that was done in it"
    assert [history.branch.trace.view("n1", tick).status for tick in (59, 61)] == ["crashed", "running"]


@pytest.mark.parametrize(
    ("verb", "arguments", "name"),
    [
        ("crash", ("leader",), "n2 crashes at 0.36 s"),
        ("read", ("y",), "“y?” given to n2 at 0.36 s"),
        ("isolate", ("n1",), "n1 cut off from the rest at 0.36 s"),
        ("partition", (["n1", "n2"], ["n3", "n4", "n5"]), "network split: n1 n2 | n3 n4 n5 at 0.36 s"),
        ("cut", ("n1", "n2", True), "n1 → n2 cut at 0.36 s"),
        ("heal", (), "all links healed at 0.36 s"),
        ("set_network", ((1, 10), 0.1), "other speed and losses at 0.36 s"),
        ("set_network", (), "other network at 0.36 s"),
        ("align_timers", (), "all timers set to run out together at 0.36 s"),
        ("write", ("y", "a value that is long enough to be cut"), "“y=a value that is long …” given to n2 at 0.36 s"),
    ],
)  # fmt: skip
def test_a_branch_is_called_what_was_done_in_plain_words(history, verb, arguments, name):
    assert history.act(verb, *arguments, tick=36, seen=300).name == name


def test_a_branch_is_called_after_the_message_that_was_held_back_and_after_the_first_of_many_links(history):
    sent = next(
        id
        for event in history.branch.trace.events
        if event.what == "propose"
        for id in event.sent()
        if history.branch.trace.message(id).dst == "n5"
    )
    held = history.act("delay", sent, tick=35, seen=300)
    assert held.name == "append of 1 entry from n2 to n5 held back at 0.35 s"
    many = history.act_each("cut", [("n1", f"n{other}") for other in range(2, 6)], tick=36, seen=300)
    assert many.name == "link n1–n2 cut, and 3 more at 0.36 s"


def test_acting_at_the_edge_of_what_was_seen_leaves_the_story_whole(history):
    stops = history.story.stops
    history.act("crash", "n1", tick=40, seen=40)
    assert list(history.branches) == [0, 1]
    assert history.branches[0].story.stops == stops
    assert history.branch.name == "n1 crashes at 0.40 s"


def test_a_branch_that_others_grew_from_is_kept_even_unseen(history):
    history.act("crash", "n1", tick=100, seen=200)
    history.act("crash", "n3", tick=40, branch=0, seen=0)
    assert len(history.branches) == 3


def test_what_the_story_had_planned_for_later_is_dropped_in_the_new_branch(history):
    new = history.act("pause", "n1", tick=40, seen=300)
    assert [action[1] for action in new.story.actions] == ["propose", "pause"]
    assert [stop.at for stop in new.story.stops] == [("candidacy", 0), ("leader", 0), ("commit", 35)], (
        "these were told"
    )


def test_undo_goes_back_step_by_step_and_then_says_that_there_is_nothing(history):
    before = history.to_json()
    history.act("crash", "n1", tick=40, seen=300)
    between = history.to_json()
    history.act("restart", "n1", tick=80, seen=80)
    assert history.undo() == 80
    assert history.to_json() == between
    assert history.undo() == 40
    assert history.to_json() == before
    with pytest.raises(UserError, match="There is nothing to undo"):
        history.undo()


def test_what_was_undone_is_done_again_step_by_step(history):
    assert not history.can_redo
    history.act("crash", "n1", tick=40, seen=300)
    between = history.to_json()
    history.act("restart", "n1", tick=80, seen=80)
    after = history.to_json()
    history.undo()
    history.undo()
    assert history.can_redo
    assert history.redo() == 40
    assert history.to_json() == between
    assert history.redo() == 80
    assert history.to_json() == after
    with pytest.raises(UserError, match="There is nothing to do again"):
        history.redo()
    assert history.undo() == 80
    assert history.to_json() == between


def test_what_is_done_to_several_things_is_one_deed_for_undo_and_none_if_one_is_refused(history):
    before = history.to_json()
    cut = history.act_each("cut", [("n1", "n2"), ("n2", "n3")], tick=40, seen=300)
    assert cut.name == "link n1–n2 cut, link n2–n3 cut at 0.40 s"
    assert cut.story.actions[-2:] == ((40, "cut", "n1", "n2"), (40, "cut", "n2", "n3"))
    assert history.undo() == 40
    assert history.to_json() == before
    with pytest.raises(UserError, match="n9"):
        history.act_each("cut", [("n1", "n2"), ("n2", "n9")], tick=40, seen=300)
    assert history.to_json() == before
    assert history.can_redo


def test_after_another_deed_nothing_is_done_again(history):
    history.act("crash", "n1", tick=40, seen=300)
    history.undo()
    with pytest.raises(UserError):
        history.act("crash", "n9", tick=40, seen=300)
    assert history.can_redo, "a deed that is refused changes nothing"
    history.act("pause", "n1", tick=40, seen=300)
    assert not history.can_redo


def test_what_if_a_lost_message_had_arrived(history):
    lost = next(event for event in history.branch.trace.events if event.what == "lost")
    with pytest.raises(UserError, match="needs a node that is running"):
        history.what_if(lost.detail[0])  # it was lost because the node is down
    history.act("drop", 0, tick=18, seen=300)
    new = history.what_if(0)
    assert new.fork_tick == 18
    assert (18, "deliver", "n1", 0) in [event[:4] for event in new.trace.events]
    with pytest.raises(UserError, match="was not lost"):
        history.what_if(1)


def test_a_branch_is_simulated_further_on_request(history):
    history.more(500)
    assert history.branch.trace.ticks == 500
    with pytest.raises(UserError):
        history.more(10**9)


def test_branches_parents_and_what_was_done_survive_a_file(history):
    history.act("crash", "n1", tick=40, seen=300)
    history.act("write", "y", 7, tick=120, seen=300)
    history.act("partition", ["n2", "n3"], ["n1", "n4", "n5"], tick=60, branch=0, seen=300)
    again = History.from_json(history.to_json())
    assert again.to_json() == history.to_json()
    assert [(b.id, b.parent, b.fork) for b in again.branches.values()] == [
        (b.id, b.parent, b.fork) for b in history.branches.values()
    ]
    again.act("heal", tick=100, seen=100)
    assert again.branch.id == 3


def test_a_branch_replays_from_its_story_alone(history):
    history.act("crash", "leader", tick=40, seen=300)
    branch = history.act("write", "y", 7, tick=120, seen=120)
    again = History(branch.story)
    assert again.branch.trace.messages == branch.trace.messages
    assert again.branch.trace.events == branch.trace.events


def test_a_story_with_a_given_start_keeps_it_in_every_branch():
    history = History(load("figure_7"))
    branch = history.act("crash", "n1", tick=30, seen=150)
    assert len(branch.trace.start["views"]["n7"]["log"]) == 11


MISTAKES = [
    (lambda h: h.act("crush", "n1", tick=1), "There is no verb 'crush'. Did you mean 'crash'?"),
    (lambda h: h.act("crash", "n1", tick=-1), "The tick must be a whole number from 0 to 300, not -1."),
    (lambda h: h.act("crash", "n1", tick=1, branch=7), "There is no branch 7; there are 0."),
    (lambda h: h.act("crash", tick=1), "It is crash(node, after=None), not crash()."),
    (lambda h: h.act("crash", "n1", "n2", "n3", tick=1), "not crash('n1', 'n2', 'n3')."),
    (lambda h: h.act("restart", "n1", tick=1), "n1 is running"),
    (lambda h: h.select(3), "There is no branch 3"),
    (lambda h: h.select([]), "The number of a branch must be a whole number of at least 0, not []."),
    (lambda h: h.more(10**9), "The number of ticks must be a whole number from 0 to 20300, not 1000000000."),
    (
        lambda h: History("leader_crash"),
        "A story must be a Story, such as load('leader_crash'), not 'leader_crash'.",
    ),
]


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence_and_changes_nothing(history, mistake, sentence):
    before = history.to_json()
    with pytest.raises(UserError) as error:
        mistake(history)
    assert sentence in str(error.value)
    assert history.to_json() == before


def file(history):
    return json.loads(history.to_json())


def sealed(data):
    """The file with a checksum that fits: made so on purpose, or by a raftlab with other rules."""
    data.pop("checksum", None)
    return json.dumps(data | {"checksum": checksum_of(data)})


def damaged(change, seal=sealed):
    data = file(History(Story("a", "A", nodes=3, ticks=60)))
    change(data)
    return seal(data)


def lie(data):
    data["branches"][0]["events"][0][0] += 1


def two_branches():
    history = History(Story("a", "A", nodes=3, ticks=60))
    history.act("crash", "n1", tick=30)
    return history


def forked(change):
    """The file of two branches, with something false in the second."""
    data = file(two_branches())
    change(data["branches"][1])
    return sealed(data)


def another_past(branch):
    """Only the branch has another seed, so it would begin in a state that its parent never had."""
    other = History(replace(Story.from_json(json.dumps(branch["story"])), seed=2)).branch
    branch |= {"story": json.loads(other.story.to_json()), "checksum": other.story.checksum()}
    branch |= other.part(branch["fork"]["events"], branch["fork"]["messages"])


FILES = [
    (
        lambda: damaged(lambda d: d["branches"][0].update(ticks=10**9)),
        "The ticks of a branch must be a whole number",
    ),
    (lambda: forked(lambda b: b.update(parent=7)), "parts that every trace has are missing"),
    (lambda: forked(lambda b: b.update(fork=None)), "parts that every trace has are missing"),
    (lambda: History(load("three_nodes")).to_json()[:-20], "This trace is damaged"),
    (lambda: "hello", "This trace is damaged: it was cut short, or is not JSON."),
    (lambda: load("three_nodes").to_json(), "This is not a raftlab trace."),
    (lambda: damaged(lambda d: d.update(version=5)), "This trace has version 5; this raftlab reads up to 4."),
    (lambda: damaged(lambda d: d.pop("branches")), "parts that every trace has are missing"),
    (lambda: damaged(lambda d: d["branches"][0].pop("ticks")), "parts that every trace has are missing"),
    (
        lambda: damaged(lie, seal=json.dumps),
        "This trace was changed after it was written: its checksum does not fit.",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), FILES, ids=[sentence for _, sentence in FILES])
def test_a_file_that_is_not_whole_or_was_changed_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(UserError, match=sentence):
        History.from_json(text())


# -- What other rules made -----------------------------------------------------------------------------


def old(version):
    return Path(__file__).with_name("data") / f"trace_version_{version}.json"


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_file_of_an_older_raftlab_opens_as_it_was_recorded(version):
    data = json.loads(old(version).read_text())
    history = History.from_json(old(version).read_text())
    trace = history.branches[1].trace
    assert history.is_recorded
    assert [b.name for b in history.branches.values()] == [b["name"] for b in data["branches"]]
    kept = data["branches"][1]
    kinds = dict(enumerate(kept.get("event_kinds", ())))
    assert [[event.tick, event.what] for event in trace.events[kept["fork"]["events"] :]] == [
        [tick, kinds.get(kind, kind)] for tick, kind, *_ in kept["events"]
    ]
    assert trace.view("n2", 60).log == [[1, "x=5"], [1, "y=7"]]
    assert "n2 becomes leader of term 1" in as_text(trace) or "n1 becomes leader of term 1" in as_text(trace)


@pytest.mark.parametrize(
    "text",
    [
        old(1).read_text,
        old(2).read_text,
        old(3).read_text,
        lambda: damaged(lie),
        lambda: forked(another_past),
    ],
    ids=["version 1", "version 2", "version 3", "another event", "another past"],
)
def test_what_other_rules_made_can_be_played_and_saved_but_nothing_can_be_done_in_it(text):
    history = History.from_json(text())
    before = history.to_json()
    assert history.bundle()["recorded"].startswith("This trace was made by other rules")
    for deed in (
        lambda: history.act("crash", "n1", tick=3),
        lambda: history.what_if(0),
        lambda: history.more(300),
    ):
        with pytest.raises(UserError):
            deed()
    assert history.to_json() == before
    again = History.from_json(before)
    assert again.is_recorded
    assert again.to_json() == before


@pytest.mark.parametrize("part", ["rules", "words", "message", "event"])
def test_an_old_file_with_a_part_that_cannot_be_told_is_refused_when_it_is_opened(part):
    data = json.loads(old(2).read_text())
    branch = data["branches"][1]
    if part in data:
        data[part] = 5
    elif part == "message":
        branch["messages"][7] = "x"
    else:
        branch["events"][30] = branch["events"][30][:1]
    with pytest.raises(UserError, match="This trace is damaged"):
        History.from_json(json.dumps(data))


def test_a_file_of_version_3_without_stops_is_played_on():
    """Since then, only the sentences at stops have changed their form and place."""
    text = History(replace(load("three_nodes"), stops=())).to_json()
    data = json.loads(text) | {"version": 3}
    del data["checksum"]
    assert not History.from_json(json.dumps(data | {"checksum": checksum_of(data)})).is_recorded


def test_the_stops_of_an_old_file_are_told():
    told = [
        event.detail
        for event in History.from_json(old(3).read_text()).branch.trace.events
        if event.what == "stop"
    ]
    assert told == [["tell", "A client has written."]]


def test_its_story_can_be_played_by_the_rules_of_today():
    recorded = History.from_json(old(2).read_text())
    assert (
        History(recorded.branches[1].story).act("crash", "n3", tick=50).trace.view("n3", 51).status
        == "crashed"
    )


def test_what_follows_from_its_story_is_no_recording():
    history = History.from_json(forked(lambda branch: None))
    assert not history.is_recorded
    assert history.bundle()["recorded"] is None
    history.act("crash", "n2", tick=10)


def test_a_sentence_that_is_worded_otherwise_makes_no_other_rules():
    def reword(data):
        data["branches"][0]["sentences"][0][0] = "Somebody stands."

    assert not History.from_json(damaged(reword)).is_recorded


def test_a_bundle_says_who_lies_how_and_what_all_nodes_can_do_beyond_figure_2():
    bundle = History(load("two_votes_one_term")).bundle()
    assert bundle["liars"]["n5"][0] == "double voter"
    assert bundle["liars"]["n5"][1].endswith("(breaks RV-2)")
    assert History(load("handover")).bundle()["extensions"] == ["StickyVotes", "PreVote", "Transfer"]
    assert History(load("three_nodes")).bundle()["extensions"] == []


def test_a_branch_that_has_grown_long_can_be_saved_and_read_again():
    history = History(Story("a", "A", nodes=1, ticks=19_000))
    history.more(21_000)
    assert History.from_json(history.to_json()).to_json() == history.to_json()
