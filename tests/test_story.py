"""Stories: an experiment as data, that prints, travels, and replays."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from raftlab import STORIES, Cluster, Story, UserError, load
from raftlab.sim.narrate import as_text

nodes = st.sampled_from(["n1", "n2", "n3"])
deeds = st.one_of(
    st.tuples(st.just("crash"), nodes),
    st.tuples(st.just("partition"), st.just(("n1",)), st.just(("n2", "n3"))),
    st.tuples(st.just("propose"), st.text(min_size=1), nodes),
    st.tuples(st.just("set_network"), st.just((1, 4)), st.floats(0, 1), st.none()),
)
stories = st.builds(
    lambda name, title, seed, ticks, planned, terms, stops: Story(
        name, title, 3, seed, "lesson", ticks,
        actions=tuple(sorted(((tick, *deed) for tick, deed in planned), key=lambda action: action[0])),
        start={"n1": {"term": max(terms, default=0), "log": tuple(f"{term}:x" for term in sorted(terms))}},
        stops=tuple(stops),
    ),
    st.text(), st.text(), st.integers(), st.integers(0, 500),
    st.lists(st.tuples(st.integers(0, 99), deeds), max_size=5),
    st.lists(st.integers(1, 5), max_size=4),
    st.lists(st.tuples(st.integers(0, 9), st.text()), max_size=2),
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
    assert cluster.trace.broken() == {}


@pytest.mark.parametrize("name", STORIES)
def test_golden(name, rewrite, request):
    """The whole run as prose, for eyes and for diffs; `make golden` writes it again."""
    cluster = Cluster(load(name))
    cluster.tick(cluster.story.ticks)
    path = request.path.parent / "stories" / f"{name}.txt"
    if rewrite:
        path.parent.mkdir(exist_ok=True)
        path.write_text(as_text(cluster.trace))
    assert path.read_text() == as_text(cluster.trace)


MISTAKES = [
    (lambda: load("leader_crush"), "There is no story 'leader_crush'. Did you mean 'leader_crash'?"),
    (lambda: Story("a", "A", nodes=0), "The number of nodes must be a whole number from 1 to 9, not 0."),
    (lambda: Story("a", "A", ticks=-1), "Ticks must be a whole number of at least 0, not -1."),
    (lambda: Story("a", "A", seed=1.5), "A seed is a whole number, not 1.5."),
    (lambda: Story("a", "A", actions=((1, "crush", "n1"),)), "There is no verb 'crush'. Did you mean 'crash'?"),
    (lambda: Story("a", "A", actions=((-1, "crash", "n1"),)), "The tick of an action must be a whole number"),
    (lambda: Story("a", "A", actions=((2, "heal"), (1, "heal"))), "must be in the order of their ticks"),
    (lambda: Story("a", "A", actions=((2,),)), "An action is (tick, verb, arguments ...), not (2,)."),
    (lambda: Story("a", "A", start={"n9": {}}), "There is no node 'n9'."),
    (lambda: Story("a", "A", start={"n1": {"log": ["a"]}}), "The start of n1 should look like"),
    (lambda: Cluster(Story("a", "A", preset="etdc")), "There is no preset 'etdc'. Did you mean 'etcd'?"),
    (lambda: Story.from_json("{"), "This story is not whole: it is cut short, or was never JSON."),
    (lambda: Story.from_json(load("leader_crash").to_json()[:-9]), "This story is not whole"),
    (lambda: Story.from_json("[]"), "This is not a raftlab story."),
    (lambda: Story.from_json(newer()), "This story has version 99; this raftlab reads up to 1."),
    (lambda: Story.from_json('{"format": "raftlab story", "version": 1, "title": "A"}'), "This story has no name."),
    (lambda: Story.from_json('{"format": "raftlab story", "version": 1, "colour": 1}'), "A story has no 'colour'"),
]  # fmt: skip


def newer():
    return json.dumps(json.loads(load("leader_crash").to_json()) | {"version": 99})


@pytest.mark.parametrize(("mistake", "sentence"), MISTAKES, ids=[sentence[:45] for _, sentence in MISTAKES])
def test_a_mistake_is_one_sentence(mistake, sentence):
    with pytest.raises(UserError) as error:
        mistake()
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)
