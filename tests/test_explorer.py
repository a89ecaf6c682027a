"""The explorer: its counts equal published ones exactly, it finds the shortest run to a mistake, and it claims no more than it has seen."""

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from sample import a_few
from test_mutants import made
from textbook import mutant

from raftlab import Cluster, LocalReads, NoOp, PreVote, Raft, ReadIndex, Snapshots, Story, UserError, build
from raftlab.checks.explorer import SCENARIOS, Bounds, explore
from raftlab.checks.explorer.capture import freeze, renamed, thawed
from raftlab.checks.explorer.scenarios import FIGURE_8_B, CountsCopies, ElectionsOnly
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.cli import main
from raftlab.log import Log
from raftlab.messages import (
    AppendEntries,
    ConfirmLeader,
    LogEntry,
    Refused,
    RequestVote,
    RequestVoteReply,
    Role,
)
from raftlab.rules import PROPERTIES
from raftlab.sim.operations import Operation

# -- Counts that TLC has also found (ElectionModel.tla) ---------------------------------------------------

ELECTIONS = {"entries": 0, "remember": False}


@pytest.mark.parametrize(
    ("bounds", "distinct", "generated"),
    [
        ({"max_term": 1, "in_flight": None}, 8_005, 81_222),
        ({"max_term": 2, "in_flight": 3}, 69_323, 575_316),
        pytest.param({"max_term": 2, "in_flight": 4}, 411_333, 4_103_250, marks=pytest.mark.slow),
        # Not run by TLC; 17,983,127 can be read elsewhere, but a program written from the model alone says this.
        pytest.param({"max_term": 2, "in_flight": 5}, 1_538_687, 17_983_128, marks=pytest.mark.slow),
    ],
)
def test_the_real_raft_reduced_to_elections_has_exactly_the_states_of_the_model(bounds, distinct, generated):
    found = explore(ElectionsOnly, **ELECTIONS, **bounds)
    assert (found.distinct, found.generated) == (distinct, generated)
    assert found.ok
    assert found.complete
    assert found.calls < 0.005 * found.generated


def test_with_symmetry_one_of_six_states_is_enough():
    found = explore(ElectionsOnly, **ELECTIONS, max_term=2, in_flight=3, symmetry=True)
    assert found.distinct == 11_633


@pytest.mark.parametrize(
    ("change", "distinct"),
    [
        (  # a node that remembers who refused it its vote
            (
                "        if self.role is Role.CANDIDATE and msg.term == self.term and msg.vote_granted:",
                "        if self.role is Role.CANDIDATE and msg.term == self.term and not msg.vote_granted:\n            self.refused = getattr(self, 'refused', frozenset()) | {msg.src}\n"
                "        if self.role is Role.CANDIDATE and msg.term == self.term and msg.vote_granted:",
            ),
            19_034,
        ),
        (  # a winner that forgets its votes
            ("        self.role = Role.LEADER\n", "        self.role = Role.LEADER\n        self.votes = frozenset()\n"),
            8_002,
        ),
    ],
)  # fmt: skip
def test_what_a_node_remembers_changes_the_counts(change, distinct):
    reduced = type("Reduced", (mutant(change),), {"broadcast_entries": ElectionsOnly.broadcast_entries})
    assert explore(reduced, **ELECTIONS, max_term=1, in_flight=None).distinct == distinct


class WithLists(ElectionsOnly):
    """The same node in another style: with lists, dicts, sets and its own objects."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.book = {"granted": [], "by": (self.id, [self.nodes]), "notes": set(), "inner": Log()}
        self.book["self"] = self

    def count_votes(self):
        self.book["granted"] = sorted(self.votes)
        self.book["notes"] = {(self.term, self.role.value)} & self.book["notes"]
        super().count_votes()

    def become_follower(self, term):
        super().become_follower(term)
        self.book["granted"] = []


def test_any_ordinary_attribute_may_be_state():
    found = explore(WithLists, **ELECTIONS, max_term=1, in_flight=None)
    assert (found.distinct, found.generated) == (8_005, 81_222)


@pytest.mark.parametrize(
    ("bounds", "distinct", "generated"),
    [
        ({"max_term": 1, "in_flight": 3}, 40_857, 289_968),
        pytest.param({"max_term": 2, "in_flight": 2}, 168_631, 1_003_026, marks=pytest.mark.slow),
    ],
)
def test_replication_within_its_bounds_is_explored_completely(bounds, distinct, generated):
    """This count is our own, because there is no other model. With the memory there are more than twice as many states."""
    found = explore(Raft, **bounds, remember=False)
    assert (found.distinct, found.generated, found.ok) == (distinct, generated, True)
    assert found.calls < 0.005 * found.generated


# -- Values -----------------------------------------------------------------------------------------------


def test_equal_tuples_of_two_kinds_are_two_messages():
    vote, append = RequestVoteReply("n1", "n2", 1, 0), ConfirmLeader("n1", "n2", 1, 0)
    assert vote == append
    assert freeze(vote) != freeze(append)


def test_a_frozen_value_can_be_thawed_and_renamed():
    message = AppendEntries("n1", "n2", 1, 0, 0, (LogEntry(1, "x=1"),), 0)
    assert thawed(renamed(freeze(message), {"n1": "n2", "n2": "n1"})) == message._replace(src="n2", dst="n1")
    value = {"n1": [1, {"n2"}, Role.LEADER, True], "n2": (None, 1.5)}
    assert thawed(freeze(value)) == value
    assert freeze({"a": 1, "b": 2}) == freeze({"b": 2, "a": 1})
    assert freeze([1]) != freeze((1,))


# -- What it finds ----------------------------------------------------------------------------------------

SMALL = {"max_term": 1, "in_flight": 3, "entries": 0}
FINDS = {
    "a vote is not saved": ({**SMALL}, "P1", 7),
    "a vote is told before it is saved": ({**SMALL, "within_steps": True}, "P1", 6),
    "half of the nodes are enough": ({**SMALL, "nodes": 4}, "P1", 6),
    "the log of a candidate is not looked at": ({"in_flight": 2, "crashes": 0}, "P4", 9),
    "every append cuts the log": ({"in_flight": 3, "entries": 2, "symmetry": True, "crashes": 0}, "P4", 12),
    "the new term of a candidate is not saved": ({**SMALL}, "P1", 7),
    "old votes count": ({"in_flight": 3, "entries": 0, "symmetry": True}, "P1", 7),
    "a later term is adopted, but a leader goes on leading": ({"in_flight": 3, "entries": 0}, "P1", 6),
    "appends of an old term are taken": ({"in_flight": 2, "crashes": 0, "symmetry": True}, "P2", 9),
    "a new leader drops what it does not know to be committed": ({"in_flight": 2, "symmetry": True}, "P4", 9),
    "a follower is believed to hold all that its leader holds by now": (
        {"in_flight": 3, "entries": 2, "crashes": 0, "symmetry": True}, "P4", 9),
    "only the newest committed entry is applied": ({"max_term": 1, "in_flight": 2, "entries": 2}, "P5", 7),
    "a leader puts a new command in the place of its last entry": (
        {"max_term": 1, "in_flight": 2, "entries": 2}, "P2", 5),
}  # fmt: skip


@pytest.mark.parametrize("name", a_few(FINDS))
def test_a_mistake_is_found_and_the_simulator_plays_the_story_to_the_same_breach(name):
    bounds, property, events = FINDS[name]
    found = explore(made(name), **bounds)
    assert found.breach
    assert (found.breach.property, found.events) == (property, events)
    cluster = found.replay()
    assert cluster.trace.broken()[property] == (found.story.ticks, found.breach.sentence)
    broken = {tick for id, (tick, _) in cluster.trace.broken().items() if id in PROPERTIES}
    assert broken == {found.story.ticks}, "no property broke before"
    assert found.verdict.startswith(property)
    assert f"It takes {events} events" in found.verdict
    assert len(found.words()) >= events


@pytest.mark.parametrize(
    "bounds", [{**SMALL, "nodes": 4, "symmetry": True}, {**SMALL, "within_steps": True}, {"crashes": 0}]
)
def test_the_correct_raft_is_convicted_of_nothing(bounds):
    found = explore(Raft, **bounds)
    assert found.verdict == f"no violation within {found.bounds.words()}."
    assert found.story is None
    assert found.words() == []


@pytest.mark.slow
def test_figure_8_is_found_from_its_second_picture_on():
    found = explore(CountsCopies, start=FIGURE_8_B, max_term=4, in_flight=2)
    assert (found.breach.property, found.events) == ("P4", 11)
    assert "P4" in found.replay().trace.broken()
    right = explore(Raft, start=FIGURE_8_B, max_term=4, in_flight=2, crashes=0, symmetry=True)
    assert right.ok


@pytest.mark.slow
def test_figure_8_is_found_without_a_hint_by_a_directed_order():
    found = explore(CountsCopies, order="directed", **SCENARIOS["figure_8"].settings)
    assert found.breach.property == "P4"
    assert "P4" in found.replay().trace.broken()


@pytest.mark.slow
def test_figure_8_is_found_without_a_hint_by_symmetry_and_nothing_shorter():
    found = explore(CountsCopies, **SCENARIOS["figure_8"].settings)
    assert (found.breach.property, found.events + found.losses) == ("P4", 32)
    assert "P4" in found.replay().trace.broken()


class SaysNothingNew(Raft):
    """A leader whose heartbeats carry no entries; that is allowed."""

    def on_heartbeat_timeout(self, event):
        if self.role is Role.LEADER:
            for peer in self.peers():
                prev = self.next_index[peer] - 1
                term = self.log.term_at(prev) or 0
                self.send(AppendEntries(self.id, peer, self.term, prev, term, (), self.commit_index))


@pytest.mark.slow
def test_without_the_minimum_an_empty_heartbeat_commits_what_contradicts_the_leader():
    """The textbook's leader always sends all entries. The rule is for leaders that do not."""
    bounds = {"in_flight": 2, "crashes": 0, "heartbeats": True, "symmetry": True}
    without = made("committed beyond the last new entry")
    wrong = type("Wrong", (without,), {"on_heartbeat_timeout": SaysNothingNew.on_heartbeat_timeout})
    found = explore(wrong, **bounds)
    assert (found.breach.property, found.events) == ("P5", 12)
    assert "P5" in found.replay().trace.broken()
    assert explore(SaysNothingNew, **bounds).ok
    assert explore(without, **bounds).ok, "with heartbeats that carry all entries there is nothing to find"


class ReadsOnceItHasCommitted(LocalReads):
    """A leader that reads only when it has committed an entry of its term: still not good enough."""

    def on_read(self, event):
        if self.role is Role.LEADER and self.log.term_at(self.commit_index) != self.term:
            self.answer(event.client, Refused("nothing of this term is committed yet"))
        else:
            super().on_read(event)


@pytest.mark.parametrize(
    ("reads", "events"),
    [(LocalReads, 10), (ReadsOnceItHasCommitted, 14)],
    ids=["new leader", "deposed leader"],
)
def test_a_local_read_is_old_at_a_new_leader_and_at_a_deposed_one(reads, events):
    found = explore(reads, in_flight=2, crashes=0, reads=1)
    assert (found.breach.property, found.events) == ("stale read", events)
    cluster = found.replay()
    assert not cluster.trace.broken(), "no property of Figure 3 is broken: only a client can tell"
    assert not check_linearizability(operations(cluster))


def operations(cluster):
    """The operations of the clients in a story that was found."""
    told = {client: (tick, answer) for tick, client, answer in cluster.answers}
    for tick, verb, *arguments in cluster.done:
        if verb in ("propose", "read"):
            client = arguments[-1]
            back, answer = told.get(client, (None, None))
            kind, value = ("put", arguments[0].partition("=")[2]) if verb == "propose" else ("get", None)
            result = None if verb == "propose" or answer == "nothing" else answer
            yield Operation(client, kind, "x", value, result, tick, back)


def test_read_index_answers_no_read_of_old():
    found = explore(
        build(ReadIndex, NoOp), max_term=1, in_flight=4, crashes=0, reads=1, entries=0, symmetry=True
    )
    assert found.ok
    assert "RI-2" in found.rules


@pytest.mark.parametrize("extension", [PreVote, NoOp, Snapshots])
def test_extensions_are_explored_as_they_are(extension):
    found = explore(build(extension), max_term=1, in_flight=3, crashes=0, symmetry=True)
    assert found.ok
    assert found.complete


def test_a_vote_that_comes_twice_needs_a_copy():
    class CountsPapers(Raft):
        """Counts votes as a number."""

        def on_request_vote_reply(self, msg):
            if self.role is Role.CANDIDATE and msg.term == self.term and msg.vote_granted:
                self.papers = getattr(self, "papers", 1) + 1
                if 2 * self.papers > len(self.nodes):
                    self.become_leader()

    bounds = {**SMALL, "nodes": 4, "losses": 0, "crashes": 0, "in_flight": 6, "symmetry": True}
    assert explore(CountsPapers, **bounds).ok
    found = explore(CountsPapers, **bounds, duplicates=2)
    assert found.breach.property == "P1"
    assert "P1" in found.replay().trace.broken()
    assert sum(action[1] == "duplicate" for action in found.story.actions) == 2


def test_what_cannot_be_saved_is_a_finding():
    found = explore(made("entries are not saved"), in_flight=2, symmetry=True)
    assert found.breach.property == "error"
    assert "entry 2 would leave a gap" in found.breach.sentence
    with pytest.raises(AssertionError, match="would leave a gap"):
        found.replay()


def test_a_crash_may_fall_between_two_effects_of_one_step():
    wrong = made("a vote is told before it is saved")
    assert explore(wrong, **SMALL).ok
    found = explore(wrong, **SMALL, within_steps=True, crashes=1)
    assert [len(action) for action in found.story.actions if action[1] == "crash"] == [4], (
        "it says after how many effects"
    )


def test_a_node_that_fails_is_a_finding_too():
    class Fails(Raft):
        def on_request_vote(self, msg):
            return {}[msg.src] if msg.term > 1 else super().on_request_vote(msg)

    found = explore(Fails, **{**SMALL, "max_term": 2})
    assert found.breach.property == "error"
    assert "on_request_vote: KeyError: 'n" in found.breach.sentence
    with pytest.raises(KeyError):
        found.replay()
    assert found.words()[-1].strip().startswith("KeyError")


# -- Other questions --------------------------------------------------------------------------------------


def test_a_claim_is_answered_by_the_shortest_run_that_contradicts_it():
    def longest_log_leads(views):
        leaders = [view for view in views.values() if view.role == "leader"]
        return all(len(view.log) >= max(len(each.log) for each in views.values()) for view in leaders)

    found = explore(Raft, in_flight=2, crashes=0, claim=longest_log_leads)
    assert (found.breach.property, found.breach.sentence) == (
        "claim",
        "There is a state in which the claim is false.",
    )
    cluster = found.replay()
    assert not longest_log_leads(cluster.trace.at(cluster.now).views)
    assert explore(Raft, **SMALL, claim=longest_log_leads).ok


@pytest.mark.slow
def test_a_candidate_that_never_tries_again_leads_into_a_dead_end():
    bounds = {"max_term": 2, "in_flight": 4, "entries": 0, "crashes": 0, "liveness": True, "symmetry": True}
    found = explore(made("a candidate never tries again"), **bounds)
    assert found.breach == ("liveness", "No leader can come any more, whatever happens.")
    cluster = found.replay()
    assert cluster.leader() is None
    assert [node.role.value for node in cluster.nodes.values()].count("candidate") == 2
    right = explore(Raft, **bounds)
    assert right.leader_possible
    assert "from every state a leader can still come, unless a bound is reached first" in right.verdict


def test_the_report_says_which_rules_fired_and_where_the_nodes_have_been():
    found = explore(Raft, max_term=1, in_flight=2)
    assert {"RV-2", "CA-2", "LE-4", "ALL-1"} <= found.rules
    assert "AE-5" not in found.rules, (
        "with one command and no heartbeats, no follower hears of its commitment"
    )
    assert "AE-5" in explore(Raft, max_term=1, in_flight=2, heartbeats=True, crashes=0).rules
    assert found.roles["leader", 1] > 0
    assert ("leader", 0) not in found.roles
    text = str(found)
    assert text.splitlines()[-1] == f"{found.distinct} distinct, {found.generated} generated"
    assert "states with a leader of term 1: " in text


@pytest.mark.parametrize(
    "pool", [None, ThreadPoolExecutor, pytest.param(ProcessPoolExecutor, marks=pytest.mark.slow)]
)
def test_random_walks_find_the_same_on_any_executor(pool):
    settings = {"order": "random", "max_term": 4, "in_flight": 4, "entries": 1, "walks": 60, "depth": 60}
    here = explore(CountsCopies, **settings)
    if pool is None:
        assert not here.complete
        assert here.verdict.endswith(
            f"in the {here.distinct} states looked at, by random walks; there are more."
        )
    else:
        with pool(2) as executor:
            there = explore(CountsCopies, **settings, executor=executor)
        assert (there.distinct, there.generated, there.verdict) == (
            here.distinct,
            here.generated,
            here.verdict,
        )


@pytest.mark.slow
def test_a_random_walk_that_finds_something_reports_it_alike():
    found = explore(made("the log of a candidate is not looked at"), order="random", max_term=3, in_flight=4)
    assert found.breach.property == "P4"
    assert "P4" in found.replay().trace.broken()


def test_a_search_that_was_stopped_says_so():
    found = explore(Raft, max_states=1_000)
    assert not found.complete
    assert found.verdict.endswith(f"in the {found.distinct} states looked at; there are more.")


# -- Code that can't be explored --------------------------------------------------------------------------

COUNT = {"steps": 0}


def rolls_dice(node, msg):
    node.mood = random.random()


def looks_at_the_clock(node, msg):
    node.seen_at = time.perf_counter_ns()


def counts_outside(node, msg):
    COUNT["steps"] += 1
    node.steps = COUNT["steps"]


@pytest.mark.parametrize("deed", [rolls_dice, looks_at_the_clock, counts_outside])
def test_impure_code_is_called_by_its_name(deed):
    class Impure(ElectionsOnly):
        def on_request_vote(self, msg):
            deed(self, msg)
            super().on_request_vote(msg)

    with pytest.raises(UserError, match="on_request_vote of Impure is not pure"):
        explore(Impure, **SMALL)


def test_a_node_that_changes_the_message_it_was_given_is_told():
    class Meddles(Raft):
        def replicate(self, peer):
            self.send(AppendEntries(self.id, peer, self.term, 0, 0, [], 0))

        def on_append_entries(self, msg):
            msg.entries.append("mine")

    with pytest.raises(UserError, match="on_append_entries of Meddles changes the message it was given"):
        explore(Meddles, **SMALL)


@pytest.mark.parametrize(
    ("value", "words"),
    [(random.Random(1), "a Random"), (object(), "a object"), (iter([]), "a list_iterator")],
)
def test_what_has_no_equal_is_no_state(value, words):
    class Odd(Raft):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            self.thing = value

    with pytest.raises(UserError, match=f"`thing` of Odd holds {words}"):
        explore(Odd, **SMALL)


def test_symmetry_is_refused_where_a_name_matters():
    class Loyal(Raft):
        def on_request_vote(self, msg):
            if msg.src != "n3":
                super().on_request_vote(msg)

    with pytest.raises(UserError, match="The nodes are not alike: on_request_vote of Loyal"):
        explore(Loyal, **SMALL, symmetry=True)
    assert explore(Loyal, **SMALL).ok


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"max_terms": 2}, "Did you mean 'max_term'"),
        ({"nodes": 12}, "from 1 to 9"),
        ({"losses": 99}, "from 0 to 15"),
        ({"heartbeats": 1}, "True or False"),
        ({"order": "depth"}, "no order 'depth'"),
        ({"order": "random", "liveness": True}, "breadth first"),
        ({"executor": 3}, "concurrent.futures"),
        ({"max_states": 0}, "at least 1"),
        ({"start": "figure_8"}, "A story must be a Story"),
        ({"claim": "x is 5"}, "A claim is a function of the views .* not 'x is 5'"),
        ({"start": Story("s", "Down", nodes=3, ticks=1, actions=((0, "crash", "n1"),))}, "all nodes running"),
    ],
)
def test_bad_input_is_told_in_a_sentence(settings, words):
    with pytest.raises(UserError, match=words):
        explore(Raft, **settings)


# -- Start, and the command line --------------------------------------------------------------------------


@pytest.mark.slow
def test_an_exploration_begins_where_a_story_ends():
    start = Story(
        "s",
        "A leader, and a write under way",
        nodes=3,
        seed=1,
        ticks=60,
        goals=(),
        actions=((59, "propose", "y=1"),),
    )
    played = Cluster(start)
    played.tick(60)
    assert played.leader()
    assert played.trace.at(60).in_flight
    found = explore(
        made("a vote is not saved"), start=start, max_term=played.nodes[played.leader()].term + 1, in_flight=4
    )
    assert found.breach.property == "P1"
    assert "P1" in found.replay().trace.broken()
    assert found.story.actions[: len(start.actions)] == tuple(played.done)


def test_only_a_leader_can_be_made_to_send_heartbeats():
    cluster = Cluster(nodes=3, seed=1)
    with pytest.raises(UserError, match="n1 does not lead"):
        cluster.heartbeat("n1")
    cluster.run_until("leader")
    sent = len(cluster.trace.messages)
    cluster.heartbeat("leader")
    assert len(cluster.trace.messages) == sent + 2


@pytest.mark.slow
def test_what_is_found_does_not_depend_on_the_order_of_sets():
    code = (
        "import sys; sys.path.insert(0, 'tests'); from test_mutants import made; from raftlab.checks.explorer import explore;"
        "print(explore(made('a vote is not saved'), max_term=1, in_flight=3, entries=0).story.as_python())"
    )
    outs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outs) == 1


def test_the_command_line_ends_with_the_counts(capsys, tmp_path):
    assert main(["explore", "elections", "--max-term", "1", "--in-flight", "9"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "8005 distinct, 81222 generated"
    file = tmp_path / "found.json"
    assert main(["explore", "figure_8_b", "--json", str(file)]) == 1
    assert Story.from_json(file.read_text()).nodes == 3
    assert "P4, Leader Completeness: " in capsys.readouterr().out
    assert main(["explore"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(SCENARIOS)
    assert main(["explore", "figure_9"]) == 2
    assert main(["explore", "elections", "--max-term", "-1"]) == 2


def test_bounds_are_said_in_words():
    assert Bounds(
        entries=2, reads=1, heartbeats=True, losses=1, duplicates=2, crashes=1, within_steps=True
    ).words() == (
        "3 nodes, terms up to 2, at most 2 messages in flight, at most 2 commands a term, heartbeats at any time, "
        "at most 1 read, at most 1 loss, at most 2 copies, at most 1 crash, also in the middle of a step"
    )


def test_a_request_of_a_kind_is_no_other():
    assert freeze(RequestVote("n1", "n2", 1, 0, 0)) != freeze(("n1", "n2", 1, 0, 0))
