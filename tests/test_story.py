"""Stories: an experiment as data, which can be printed, saved and replayed."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from faulty import faulty_story
from hypothesis import given, settings
from hypothesis import strategies as st

from raftlab import STORIES, Cluster, PreVote, Stop, Story, UserError, load, play
from raftlab.sim.verbs import VERBS

nodes = st.sampled_from(["n1", "n2", "n3"])
shown = st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n")
deeds = st.one_of(
    st.tuples(st.just("crash"), nodes),
    st.tuples(st.just("partition"), st.just(("n1",)), st.just(("n2", "n3"))),
    st.tuples(st.just("propose"), st.text(shown, min_size=1), nodes),
    st.tuples(st.just("set_network"), st.just((1, 4)), st.floats(0, 1), st.none()),
)
stories = st.builds(
    lambda name, title, seed, ticks, planned, terms, stops: Story(
        name, title, 3, seed, "lesson", ticks,
        actions=tuple(sorted(((tick, *deed) for tick, deed in planned), key=lambda action: action[0])),
        start={"n1": {"term": max(terms, default=0), "log": tuple(f"{term}:x" for term in sorted(terms))}},
        stops=tuple(sorted(stops)),
    ),
    st.text(shown), st.text(shown), st.integers(), st.integers(0, 500),
    st.lists(st.tuples(st.integers(0, 99), deeds), max_size=5),
    st.lists(st.integers(1, 5), max_size=4),
    st.lists(st.tuples(st.integers(0, 9), st.text(shown)), max_size=2),
)  # fmt: skip


@given(stories)
@settings(max_examples=150, deadline=None)
def test_a_story_survives_json_and_python(story):
    assert Story.from_json(story.to_json()) == story
    scope = {}
    exec(story.as_python(), scope)
    assert scope["story"] == story
    assert scope["story"].checksum() == story.checksum()


@pytest.mark.parametrize("name", STORIES)
def test_every_story_of_the_library_reaches_its_goals_and_breaks_nothing(name):
    cluster = Cluster(load(name))
    cluster.tick(cluster.story.ticks)
    assert set(cluster.reached) == set(cluster.story.goals), "a run that reaches no goal has failed"
    assert cluster.story.goals
    famous_mistake = cluster.story.liars or {"UnsafeMembership", "LocalReads"} & set(cluster.story.extensions)
    disk_fails = any(VERBS[action[1]].beyond for action in cluster.story.actions)
    # What they break: test_byzantine.py, test_extensions.py, test_disks.py.
    assert cluster.trace.broken() == {} or famous_mistake or disk_fails


@pytest.mark.parametrize(
    ("version", "told", "log"),
    [
        (1, ["n1 crashes.", "n1 comes back."], [[1, "a"], [2, "x=5"]]),
        (
            2,
            ["n1 and n2 are cut off.", "All links work again."],
            [[1, "a"], [2, "no-op"], [2, "x=5"], [4, "no-op"]],
        ),
    ],
)
def test_a_story_of_an_older_raftlab_is_played_by_the_rules_of_today(version, told, log):
    story = Story.from_json((Path(__file__).parent / "data" / f"story_version_{version}.json").read_text())
    cluster = Cluster(story)
    cluster.tick(story.ticks)
    trace = cluster.trace
    assert [event.detail for event in trace.events if event.what == "stop"] == [
        ["tell", each] for each in told
    ]
    assert [trace.view(node, story.ticks).log for node in story.ids()] == [log] * story.nodes
    assert set(cluster.reached) == set(story.goals)
    assert Story.from_json(story.to_json()) == story


@pytest.mark.parametrize("name", STORIES)
def test_golden(name, golden):
    """The whole run as prose, for eyes and for diffs; `make golden` writes it again."""
    golden(name, play(load(name)))


MISTAKES = [
    (lambda: load("leader_crush"), "There is no story 'leader_crush'. Did you mean 'leader_crash'?"),
    (lambda: Story("a", "A", extensions="PreVote"), "The extensions of a story must be a list such as ['PreVote'], and its liars"),
    (lambda: Story("a", "A", liars=3), "and its liars like {'n1': 'double_voter'}."),
    (lambda: Cluster("leader_crash"), "A story must be a Story, such as load('leader_crash'), not 'leader_crash'."),
    (lambda: Cluster(node_class="PreVote"), "node_class must be Raft or a subclass of it, such as build('PreVote')"),
    (lambda: Cluster(node_class=3), "or ETCD.node_class, not 3."),
    (lambda: Story("a", "A", events=()), "Story() has no argument 'events': it is called 'actions'. It takes name, title,"),
    (lambda: Story("a", "A", duration=5), "Story() has no argument 'duration': it is called 'ticks'."),
    (lambda: Story("a", "A", goal=()), "Story() has no argument 'goal'. Did you mean 'goals'? It takes name, title,"),
    (lambda: Story("a", "A", colour="red"), "Story() has no argument 'colour'. It takes name, title, nodes, seed,"),
    (lambda: Story("a", "A", nodes=0), "The number of nodes must be a whole number from 1 to 99, not 0."),
    (lambda: Story("a", "A", ticks=-1), "Ticks must be a whole number of at least 0, not -1."),
    (lambda: Story("a", "A", seed=1.5), "A seed must be a whole number, not 1.5."),
    (lambda: Story("a", "A", actions=((1, "crush", "n1"),)), "There is no verb 'crush'. Did you mean 'crash'?"),
    (lambda: Story("a", "A", actions=((-1, "crash", "n1"),)), "The tick of an action must be a whole number"),
    (lambda: Story("a", "A", actions=((2, "heal"), (1, "heal"))), "must be in the order of their ticks"),
    (lambda: Story("a", "A", actions=((2,),)), "Each of the actions of a story must be (tick, verb, arguments ...), not (2,)."),
    (lambda: Story("a", "A", nodes=100), "The number of nodes must be a whole number from 1 to 99, not 100."),
    (lambda: Story("a", "A", nodes="3"), "The number of nodes must be a whole number from 1 to 99, not '3'."),
    (lambda: Story("a", "A", ticks=2.5), "Ticks must be a whole number of at least 0, not 2.5."),
    (lambda: Story("a", "A", seed=True), "A seed must be a whole number, not True."),
    (lambda: Story("a", "A", actions=((1.5, "heal"),)), "The tick of an action must be a whole number"),
    (lambda: Story("a", "A", goals=(("lader",),)), "There is no goal 'lader'. Did you mean 'leader'?"),
    (lambda: Story("a", "A", goals=("leader",)), "Each of the goals of a story must be (name, arguments ...), not 'leader'."),
    (lambda: Story("a", "A", actions=((0, "time_out", "n1"))), "put a comma after it: actions=((0, 'time_out', 'n1'),)."),
    (lambda: Story("a", "A", goals=(("same_logs", 3))), "put a comma after it: goals=(('same_logs', 3),)."),
    (lambda: Story("a", "A", stops=((5, "b"), (2, "a"))), "The stops of a story must be in the order of their ticks."),
    (lambda: Story("a", "A", stops=((-1, "a"),)), "The tick of a stop must be a whole number of at least 0, not -1."),
    (lambda: Story("a", "A", start=["n1"]), "The start of a story must say what nodes have on their disks, as {'n1': {'term': 3}}; ('n1',) does not."),
    (lambda: Story("a", "A", start={"n1": 5}), "The start of n1 should look like"),
    (lambda: Story("a", "A", start={"n9": {}}), "There is no node 'n9'."),
    (lambda: Story("a", "A", start={"n1": {"log": ["a"]}}), "The start of n1 should look like"),
    (lambda: Story("a", "A", start={"n1": {"trem": 3}}), "The start of n1 should look like"),
    (lambda: Story("a", "A", start={"n1": {"term": "3"}}), "The term of n1 at the start must be a whole number"),
    (lambda: Story("a", "A", start={"n1": {"voted_for": "n7"}}), "There is no node 'n7'."),
    (lambda: Story("a", "A", start={"n1": {"term": 2, "log": ["3:a"]}}), "In the log of n1, terms must not decrease"),
    (lambda: Story("a", "A", start={"n1": {"term": 2, "log": ["2:voters n1 n9"]}}), "There is no node 'n9'"),
    (lambda: Story("a", "A", start={"n1": {"term": 2, "log": ["2:voters n1 n1"]}}), "n1 is named twice; a node has one vote."),
    (lambda: Story("a", "A", start={"n1": {"term": 2, "log": ["2:a", "1:b"]}}), "In the log of n1, terms must not decrease"),
    (lambda: Story("a", 5), "The title of a story is text, not 5."),
    (lambda: Story("a", "\x1b[31mA"), "The title of a story has a character in it that cannot be shown: '\\x1b[31mA'; leave it out."),
    (lambda: Story("a", "A", actions=((1, "crash", b"n1"),)), "A story can hold only what fits into a file: texts, numbers and lists, not b'n1'."),
    (lambda: Story("a", "A", actions=((1, "propose", "\ud800"),)), "A text of a story has a character in it that cannot be shown"),
    (lambda: Story("a", "A", actions=((1, "set_network", None, float("nan")),)), "A number in a story must be finite, not nan."),
    (lambda: Story("a", "A", seed=10**5000), "A number in a story has at most 100 digits; this one has more."),
    (lambda: Story("a", "A", actions=((10**100, "crash", "n1"),)), "A number in a story has at most 100 digits; this one has more."),
    (lambda: Story("a", "A", nodes=10**5000), "The number of nodes must be a whole number from 1 to 99, not a number with more than 100 digits."),
    (lambda: Story("a", "A", stops=((10**5000, "a"),)), "A number in a story has at most 100 digits; this one has more."),
    (lambda: Story("a", "A", actions=((1, "hand_over", "n1"),)), "change_voters, transfer. In the stories of exercises you cannot use lose_disk, forget_writes and corrupt, because"),
    (lambda: Story("a", "A", extensions=(PreVote,)), "A story can hold only what fits into a file: texts, numbers and lists, not <class"),
    (lambda: Story("a", "A", stops=((1, 5),)), "What is said at a stop is text, not 5."),
    (lambda: Story("a", "A", start={"n1": {"term": 1, "log": ["1"]}}), "The start of n1 should look like"),
    (lambda: load("three_nodes").hard_state("n4"), "There is no node 'n4'. There are: n1, n2, n3."),
    (lambda: play("three_nodes"), "A story must be a Story, such as load('leader_crash'), not 'three_nodes'."),
    (lambda: Story.from_json(Path("a.json")), "A story must be read from text, such as Path(...).read_text(), not from a"),
    (lambda: Story("a", "A", actions="crash"), "The actions of a story must be a list of (tick, verb"),
    (lambda: Story("a", "A", actions=((1, "crash"),)), "It is crash(node, after=None), not crash()."),
    (lambda: Story("a", "A", actions=((1, "heal", "n1", "n2", "n3"),)), "It is heal(a=None, b=None), not heal('n1',"),
    (lambda: Story("a", "A", goals=(("applied",),)), "It is applied(command), not applied()."),
    (lambda: Cluster(Story("a", "A", preset="etdc")), "There is no preset 'etdc'. Did you mean 'etcd'?"),
    (lambda: Story.from_json("{"), "This story is damaged: it was cut short, or is not JSON."),
    (lambda: Story.from_json(load("leader_crash").to_json()[:-9]), "This story is damaged"),
    (lambda: Story.from_json("[]"), "This is not a raftlab story."),
    (lambda: Story.from_json(newer()), "This story has version 99; this raftlab reads up to 3."),
    (lambda: Story.from_json('{"format": "raftlab story", "version": 1, "title": "A"}'), "This story has no name."),
    (lambda: Story.from_json('{"format": "raftlab story", "version": 1, "colour": 1}'), "A story has no 'colour'"),
]  # fmt: skip


def newer():
    return changed(version=99)


def changed(**parts):
    """The file of a story in which a part was changed."""
    return json.dumps(json.loads(load("leader_crash").to_json()) | parts)


@pytest.mark.parametrize(
    "parts",
    [
        {"actions": 5}, {"actions": [5]}, {"actions": None}, {"actions": "crash"}, {"actions": [[1]]},
        {"actions": [[1, "crush", "n1"]]}, {"actions": [["1", "crash", "n1"]]}, {"actions": {"1": "crash"}},
        {"start": 5}, {"start": []}, {"start": None}, {"start": {"n1": 5}}, {"start": {"n1": {"log": 5}}},
        {"start": {"n1": {"log": ["a"]}}}, {"goals": 5}, {"goals": [5]}, {"goals": None}, {"goals": [[]]},
        {"stops": 5}, {"stops": [5]}, {"stops": [[]]}, {"stops": None}, {"seed": "1"}, {"seed": None}, {"nodes": None},
        {"nodes": "5"}, {"ticks": None}, {"ticks": "300"}, {"version": None}, {"version": "1"}, {"version": True}, {"version": 0},
        {"version": 4}, {"name": 5}, {"title": None}, {"preset": 5}, {"actions": [[1, "crash"]]}, {"goals": [["applied"]]},
        {"format": "raftlab trace"}, {"format": None}, {"colour": "blue"},
    ],
    ids=str,
)  # fmt: skip
def test_a_file_with_a_part_that_cannot_be_is_refused_in_a_sentence(parts):
    with pytest.raises(UserError) as error:
        Story.from_json(changed(**parts))
    assert "\n" not in str(error.value)


def test_a_file_that_is_cut_short_anywhere_is_refused():
    text = load("figure_7").to_json()
    for length in range(0, len(text), 7):
        with pytest.raises(UserError, match="is damaged"):
            Story.from_json(text[:length])


@pytest.mark.parametrize("name", STORIES)
def test_a_story_of_the_library_survives_json_and_python_and_keeps_its_checksum(name):
    story = load(name)
    scope = {}
    exec(story.as_python(), scope)
    for again in (Story.from_json(story.to_json()), scope["story"]):
        assert again.checksum() == story.checksum()
    assert replace(story, seed=story.seed + 1).checksum() != story.checksum()


@pytest.mark.parametrize("seed", range(5))
def test_what_was_done_prints_as_python_that_does_it_again(seed):
    """Every verb with its arguments, as a person would type them into a cell."""
    story = faulty_story(seed)
    scope = {}
    exec(story.as_python(), scope)
    one, other = Cluster(story), Cluster(scope["story"])
    for cluster in (one, other):
        cluster.tick(story.ticks)
    assert other.trace.events == one.trace.events
    assert other.trace.messages == one.trace.messages


def test_a_story_is_the_same_whether_written_with_lists_or_tuples_or_read_from_json():
    groups = (["n1"], ["n2", "n3"])
    lists = Story(
        "a", "A", nodes=3, actions=[[5, "partition", *groups]], goals=[["leader"]], stops=[[5, "s"]]
    )
    tuples = Story("a", "A", nodes=3, actions=((5, "partition", *map(tuple, groups)),), stops=((5, "s"),))
    assert lists == tuples == Story.from_json(lists.to_json())


def test_a_part_of_a_story_ends_with_all_that_belongs_to_its_last_tick():
    story = Story(
        "a",
        "A",
        actions=((3, "heal"), (5, "heal"), (5, "crash", "n1"), (6, "heal")),
        stops=((5, "s"), (6, "t")),
    )
    part = story.until(5)
    assert [action[0] for action in part.actions] == [3, 5, 5]
    assert part.stops == (Stop(5, "s"),)


def test_a_story_starts_its_nodes_from_the_disks_it_gives_them():
    """A colon in a command belongs to the command."""
    story = Story("a", "A", nodes=3, start={"n2": {"term": 4, "voted_for": "n1", "log": ["1:a", "3:x=1:2"]}})
    node = Cluster(story).nodes["n2"]
    assert (node.term, node.voted_for) == (4, "n1")
    assert [tuple(entry) for entry in node.log] == [(1, "a"), (3, "x=1:2")]
    assert Cluster(story).nodes["n1"].term == 0


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence[:45] for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence(mistake, sentence):
    with pytest.raises(UserError) as error:
        mistake()
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
