"""Nodes in another process do the same as nodes in this one, and nothing that the process does hurts this one."""

import json
import pickle
import re
import sys
from inspect import getsource
from itertools import combinations
from pathlib import Path
from random import Random
from textwrap import dedent
from typing import get_args

import pytest

from raftlab import Cluster, History, Raft, implement, load
from raftlab.checks.differential import ask
from raftlab.checks.scenes.scripted import SCENES
from raftlab.checks.short_forms import node_in
from raftlab.exercises.answer.text import load as loaded
from raftlab.exercises.in_child import answer_class, whole_answer
from raftlab.exercises.verdict import without_reasons
from raftlab.extensions import EXTENSIONS
from raftlab.messages import Effect, ElectionTimeout, Event, LogEntry, RequestVote, Tick
from raftlab.raft import majority
from raftlab.remote.answers import Speaker
from raftlab.remote.codec import FIELDS, reader, state_of, write_named
from raftlab.remote.nodes import command_class
from raftlab.sim.systems import build, objection

PAGE = Path(__file__).parent.parent / "docs" / "protocol.md"
OURS = f"{sys.executable} -m raftlab.remote"
# An answer for is_quorum must say itself what a majority is.
IMPORTS = f"from raftlab.messages import *\nfrom raftlab.raft import BECAUSE, Raft\n\n{getsource(majority)}\n"


def own_text(rule):
    return IMPORTS + dedent(getsource(getattr(Raft, rule)))


# -- The lines ---------------------------------------------------------------------------------------------------


def sample(kind):
    """A value of a type, with something in every place."""
    for each, value in ((bool, True), (int, 3), (str, "n2"), (LogEntry, LogEntry(2, "x=1"))):
        if kind is each:
            return value
    inside = get_args(kind)
    if type(None) in inside:
        return sample(inside[0])
    if hasattr(kind, "_fields"):
        return kind(**{name: sample(each) for name, each in kind.__annotations__.items()})
    if kind is Effect or (
        inside and hasattr(inside[0], "_fields") and getattr(kind, "__origin__", None) is None
    ):
        return sample(inside[0])
    return kind.__origin__([sample(inside[0])])


@pytest.mark.parametrize("kind", [*get_args(Event), *get_args(Effect)], ids=lambda kind: kind.__name__)
def test_every_event_and_effect_is_read_as_it_was_written(kind):
    value = sample(kind)
    line = json.dumps(write_named(value))
    back = reader(Event if kind in get_args(Event) else Effect)(json.loads(line), "value")
    assert (type(back), back) == (type(value), value)


def test_every_field_of_every_node_has_its_form():
    """Also those of extensions; all legal pairs show them all."""
    for pair in combinations(EXTENSIONS, 2):
        needs = [need for each in pair for need in getattr(EXTENSIONS[each], "needs", ())]
        names = tuple(name for name in EXTENSIONS if name in (*pair, *needs))
        if objection(names) is None:
            node = build(*names)("n1", ("n1", "n2", "n3"), Random(1))
            assert set(vars(node)) - {"random", "_effects"} <= set(FIELDS)


def exchanges():
    """The lines of the protocol's page: (what is said, what is answered)."""
    text = PAGE.read_text(encoding="utf-8")
    return [
        (json.loads(said), json.loads(answered))
        for said, answered in re.findall(r"^→ (.*)\n← (.*)$", text, flags=re.MULTILINE)
    ]


def test_the_exchange_on_the_page_of_the_protocol_is_what_a_node_answers():
    (_, hello), *others = exchanges()
    assert hello["raftlab"] == 1
    speaker = Speaker(Raft)
    for questions, answer in others:
        assert [json.loads(line) for line in speaker.lines(questions)] == [answer]
    assert len(others) == 2


def test_the_page_of_the_protocol_names_every_field_event_message_and_effect_of_raft():
    text = PAGE.read_text(encoding="utf-8")
    node = Raft("n1", ("n1",), Random(1))
    kinds = (
        "Tick",
        "ElectionTimeout",
        "HeartbeatTimeout",
        "Propose",
        "Save",
        "Send",
        "Apply",
        "Answer",
        "Because",
    )
    for word in (*state_of(node), *kinds, *(kind.__name__ for kind in Raft.messages)):
        assert f"`{word}`" in text, word


# -- The same runs -----------------------------------------------------------------------------------------------


def same_run(story, here, there):
    return History(load(story), node_class=here).to_json() == History(load(story), node_class=there).to_json()


def same_run_of_answers(story, here, there):
    """The rules that an answer names stay in its process."""
    return same_run(story, without_reasons(here), without_reasons(there))


@pytest.mark.parametrize("rule", ["on_request_vote", "reset_election_timer", "on_tick", "is_quorum"])
def test_a_rule_in_a_child_leads_to_the_same_trace_byte_for_byte(rule):
    here = implement(**{rule: loaded(own_text(rule), rule)})
    there = answer_class(own_text(rule), rule, rule)
    assert same_run_of_answers("leader_crash", here, there)
    assert same_run_of_answers("leader_crash", Raft, there)


MANY_DICE = """
def reset_election_timer(node):
    drawn = [node.random.random() for _ in range(9 if node.term % 2 else 200)]
    node.timeout = node.timer = 15 + int(drawn[-1] * 16)
"""


def test_dice_show_the_same_however_many_are_drawn():
    here = implement(reset_election_timer=loaded(MANY_DICE, "reset_election_timer"))
    assert same_run_of_answers(
        "split_vote", here, answer_class(MANY_DICE, "reset_election_timer", "reset_election_timer")
    )


def test_a_wrong_rule_is_wrong_in_the_same_way():
    text = "def is_quorum(node, nodes):\n    return len(nodes) >= 1\n"
    here = implement(is_quorum=loaded(text, "is_quorum"))
    assert same_run_of_answers("three_nodes", here, answer_class(text, "is_quorum", "is_quorum"))


@pytest.mark.parametrize("extensions", [(), ("PreVote", "CheckQuorum"), ("ReadIndex", "NoOp", "Membership"), ("Snapshots", "Transfer")])  # fmt: skip
def test_a_whole_raft_in_another_process_leads_to_the_same_trace_byte_for_byte(extensions):
    there = command_class(" ".join([OURS, *extensions]))
    assert same_run("leader_crash", build(*extensions), there)


def test_a_node_may_keep_whatever_it_likes():
    text = IMPORTS + dedent("""
        from collections import Counter, defaultdict, deque
        from dataclasses import dataclass

        @dataclass(slots=True)
        class Voter:
            name: str
            votes: set

        class MyRaft(Raft):
            def __init__(self, *arguments, **named):
                super().__init__(*arguments, **named)
                self.heard = Counter()
                self.seen = defaultdict(list)
                self.last = deque(maxlen=None)
                self.voters_by_name = {name: Voter(name, set()) for name in self.nodes}
                self.handlers = {RequestVote: self.on_request_vote}

            def become_candidate(self):
                super().become_candidate()
                self.votes = set(self.votes)

            def on_request_vote_reply(self, msg):
                self.heard[msg.src] += 1
                self.seen[msg.term].append((msg.src, msg))
                self.last.append(msg)
                self.voters_by_name[msg.src].votes.add(msg.term)
                if self.role is Role.CANDIDATE and msg.term == self.term and msg.vote_granted:
                    self.votes.add(msg.src)  # a set, as become_candidate has made it
                    self.count_votes()
    """)
    there = whole_answer(text, "MyRaft")
    assert same_run_of_answers("leader_crash", Raft, there)
    cluster = Cluster(nodes=3, node_class=there)
    assert cluster.run_until("leader")
    assert cluster.nodes[cluster.leader()].own["heard"] == {"Counter": [["n3", 1], ["n2", 1]]}


def test_a_class_travels_to_another_process_and_is_made_there_again():
    there = pickle.loads(pickle.dumps(answer_class(own_text("is_quorum"), "is_quorum", "is_quorum")))
    assert Cluster(nodes=3, node_class=there).run_until("leader")


def test_a_node_can_be_put_into_any_state_and_asked_many_things_at_once():
    state = state_of(node_in(Raft, {"term": 2, "log": "1:a"}))
    del state["log_start"]
    questions = [
        ask.Question(state, event, (0.25,))
        for event in (RequestVote("n2", "n1", 3, 1, 1), Tick(1), ElectionTimeout()) * 300
    ]
    here, there = list(ask.outcomes(Raft, questions)), list(ask.outcomes(command_class(OURS), questions))
    assert [(each.effects, each.state) for each in here] == [(each.effects, each.state) for each in there]
    assert here[0].state["voted_for"] == "n2"


def test_a_blank_and_an_error_are_told_apart_among_many_questions():
    question = ask.Question(state_of(node_in(Raft, {})), RequestVote("n2", "n1", 3, 0, 0), (0.5,))
    blank = "def on_request_vote(node, msg):\n    raise NotImplementedError\n"
    falls = "def on_request_vote(node, msg):\n    node.votes[msg.src]\n"
    with pytest.raises(NotImplementedError):
        list(ask.outcomes(answer_class(blank, "on_request_vote", "on_request_vote"), [question]))
    (found,) = ask.outcomes(answer_class(falls, "on_request_vote", "on_request_vote"), [question])
    assert "in line 2, `node.votes[msg.src]`" in found.error


def test_the_scenes_find_nothing_wrong_with_the_reference_in_another_process():
    there = answer_class(own_text("advance_commit_index"), "advance_commit_index", "advance_commit_index")
    assert [scene.name for scene in SCENES if scene.run(there)] == []


def test_a_program_is_started_again_when_it_is_needed_again():
    """Nothing is lost: its nodes live here, and it remembers nothing."""
    made = answer_class(own_text("is_quorum"), "is_quorum", "is_quorum")
    cluster = Cluster(nodes=3, node_class=made)
    made.program.end()
    assert cluster.run_until("leader")
    made.program.look(made.program._used_at + 3600)
    assert made.program._process is None, "it was idle for an hour"
    assert cluster.run_until("same_logs")
