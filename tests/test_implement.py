"""A learner's rule runs wherever raftlab's own does. If it does what no rule may do, a sentence says what and where."""

import pickle
import random
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from answers import RIGHT_VOTE

from raftlab import Cluster, History, Raft, UserError, implement, load, play
from raftlab.checks.scenes.scripted import SCENES
from raftlab.exercises.answer.text import load as loaded
from raftlab.messages import LogEntry, RequestVote, RequestVoteReply, Role


def right(node, msg):
    stale = msg.term < node.term or node.voted_for not in (None, msg.src)
    grants = not stale and node.log.is_covered_by(msg.last_log_index, msg.last_log_term)
    if grants:
        node.voted_for = msg.src
        node.save()
        node.reset_election_timer()
    node.send(RequestVoteReply(node.id, msg.src, node.term, grants))


def elections(function, **more):
    """A cluster of nodes with this way to vote, run until there is a leader."""
    cluster = Cluster(nodes=3, seed=1, node_class=implement(on_request_vote=function, **more))
    return cluster.run_until("leader", within=60)


def test_a_rule_of_ones_own_runs_in_cluster_stories_player_and_checks():
    yours = implement(on_request_vote=right)
    assert elections(right)
    assert play(load("leader_crash"), node_class=yours).goals() == play(load("leader_crash")).goals()
    assert History(load("three_nodes"), node_class=yours).bundle()["title"] == load("three_nodes").title
    assert all(scene.run(yours) is None for scene in SCENES)


def test_a_rule_of_ones_own_runs_in_the_lab():
    from raftlab import Lab

    lab = Lab("three_nodes", node_class=implement(on_request_vote=right))
    assert lab.trace.goals()


def test_several_rules_may_be_given_and_the_rest_is_raftlabs():
    def is_quorum(node, nodes):
        return 2 * len(nodes) > len(node.voters())

    yours = implement(on_request_vote=right, is_quorum=is_quorum)
    assert yours.on_append_entries is Raft.on_append_entries
    assert elections(right, is_quorum=is_quorum)


class Whole(Raft):
    def on_request_vote(self, msg):
        right(self, msg)

    def count_votes(self):
        if len(self.votes) * 2 > len(self.nodes):
            self.become_leader()


def test_a_whole_class_may_be_given():
    cluster = Cluster(nodes=5, seed=2, node_class=implement(Whole))
    assert cluster.run_until("leader")
    cluster.write("x", 1)
    assert cluster.run_until("applied", "x=1")


class Alone:
    """No subclass of Raft, but built and stepped in the same way. It has a Raft node inside that does the work."""

    def __init__(self, id, nodes, random, election_timeout, heartbeat_interval, saved):
        self.inside = Raft(id, nodes, random, election_timeout, heartbeat_interval, saved)

    def __getattr__(self, name):
        return getattr(self.__dict__["inside"], name)

    def step(self, event):
        return self.inside.step(event)


def test_a_class_that_is_no_subclass_of_raft_may_be_given_if_it_looks_like_one():
    assert Cluster(nodes=3, seed=1, node_class=implement(Alone)).run_until("leader")

    class Bare:
        def __init__(self, *arguments, **named):
            self.id = "n1"

    with pytest.raises(
        UserError, match=r"A node of class Bare has no nodes, no role, .*which a cluster needs"
    ):
        implement(Bare)


# -- Names, signatures, returns ------------------------------------------------------------------------------


def test_a_name_that_is_no_rule_is_refused_with_the_nearest():
    with pytest.raises(UserError, match="Did you mean 'on_request_vote'"):
        implement(on_request_votes=right)


def test_another_signature_is_refused_and_both_are_shown():
    with pytest.raises(UserError, match=r"on_request_vote takes \(node, msg\); yours takes \(msg\)"):
        implement(on_request_vote=lambda msg: None)
    with pytest.raises(
        UserError, match=r"save takes \(node, from_index=None\); yours takes \(node, index=None\)"
    ):
        implement(save=lambda node, index=None: None)


def test_what_is_no_function_is_refused():
    with pytest.raises(UserError, match=r"on_request_vote should be a function, not 3"):
        implement(on_request_vote=3)
    with pytest.raises(UserError, match="A whole Raft is a class, not <function"):
        implement(right)
    with pytest.raises(UserError, match="Pass at least one rule"):
        implement()


def test_a_generator_and_a_coroutine_are_refused():
    def generator(node, msg):
        yield 1

    async def coroutine(node, msg):
        pass

    with pytest.raises(UserError, match="with yield it does not"):
        implement(on_request_vote=generator)
    with pytest.raises(UserError, match="with async it does not"):
        implement(on_request_vote=coroutine)


def test_a_handler_that_returns_something_is_told_to_return_nothing():
    with pytest.raises(UserError, match=r"on_request_vote should return nothing; yours returned 3"):
        elections(lambda node, msg: 3)


def test_a_rule_that_must_return_something_is_told_what():
    with pytest.raises(UserError, match="admit should return True or False, not None"):
        elections(right, admit=lambda node, msg: None)


# -- What no rule may do ---------------------------------------------------------------------------------------


def prints(node, msg):
    print(msg)


def sleeps(node, msg):
    time.sleep(0.1)


def looks_at_the_clock(node, msg):
    node.timer = int(time.time())


def throws_dice(node, msg):
    node.timer = random.randint(1, 5)


def imports(node, msg):
    import os

    os.getcwd()


def asks_its_helper(node, msg):
    help_with(msg)


def help_with(msg):
    if msg.term < 0:
        print("never reached, and found all the same")


def shares(node, msg):
    global everybody
    everybody = msg


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (prints, r"on_request_vote prints \(print\), in line"),
        (sleeps, r"on_request_vote sleeps \(time.sleep\), in line"),
        (looks_at_the_clock, r"uses a clock of its own \(time.time\); a node counts ticks, in line"),
        (throws_dice, r"uses dice of its own \(random.randint\); a node has node.random, in line"),
        (imports, "imports os; imports stand above the function, in line"),
        (asks_its_helper, r"prints \(print\), in line"),
        (shares, "keeps everybody in a global variable, which all nodes would share, in line"),
    ],
)  # fmt: skip
def test_what_a_rule_must_not_use_is_found_before_it_runs_with_its_line(function, sentence):
    with pytest.raises(UserError, match=sentence):
        implement(on_request_vote=function)


def changes_a_message(node, msg):
    msg.term = 7


def changes_an_entry(node, msg):
    LogEntry(1, "a").term = 3


def raises(node, msg):
    return node.match_index[msg.src]


def runs_on(node, msg):
    while True: pass  # fmt: skip # noqa: E701


def runs_on_in_a_helper_of_one_line(node, msg):
    any(each for each in iter(int, 1))


def runs_on_in_a_loop_within_a_loop(node, msg):
    while True:
        while True: pass  # fmt: skip # noqa: E701


def runs_on_and_catches(node, msg):
    while True:
        try:
            node.term += 0
        except Exception:
            node.term += 1


def calls_itself(node, msg):
    calls_itself(node, msg)


def writes_a_word(node, msg):
    node.role = "leader"


def votes_for_a_stranger(node, msg):
    node.voted_for = "n9"


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (changes_a_message, "changes a message in line .*, `msg.term = 7`. Messages and entries cannot be changed: make a new one"),
        (changes_an_entry, "changes a message in line .*, `LogEntry"),
        (raises, "raised KeyError: 'n.' in line .*, `return node.match_index"),
        (runs_on, "does not end: it was stopped after 20,000 lines"),
        (runs_on_in_a_helper_of_one_line, "does not end: it was stopped after 20,000 lines"),
        (runs_on_in_a_loop_within_a_loop, "does not end: it was stopped after 20,000 lines"),
        (runs_on_and_catches, "does not end: it was stopped after 20,000 lines"),
        (calls_itself, "calls itself without end in line"),
        (writes_a_word, "left node.role = 'leader'; it should be Role.FOLLOWER"),
        (votes_for_a_stranger, "left node.voted_for = 'n9'; it should be None or the id of a node"),
    ],
)  # fmt: skip
def test_what_a_rule_does_wrong_when_it_runs_is_told_with_its_line(function, sentence):
    with pytest.raises(UserError, match=f"on_request_vote {sentence}"):
        elections(function)


# -- No body to delegate to ------------------------------------------------------------------------------------


def delegates(node, msg):
    Raft.on_request_vote(node, msg)


def delegates_above(node, msg):
    super(type(node), node).on_request_vote(msg)


@pytest.mark.parametrize("function", [delegates, delegates_above])
def test_a_rule_that_is_asked_has_no_body_in_raftlab(function):
    with pytest.raises(NotImplementedError, match="on_request_vote is what you are asked to write"):
        elections(function)


def test_nor_have_the_small_words_that_would_give_it_away():
    def on_append_entries(node, msg):
        node.store(msg.prev_log_index + 1, msg.entries)

    cluster = Cluster(nodes=3, seed=1, node_class=implement(on_append_entries=on_append_entries))
    with pytest.raises(NotImplementedError, match="store is what you are asked to write"):
        cluster.run_until("leader")


class Delegates(Raft):
    def on_request_vote(self, msg):
        super().on_request_vote(msg)


def test_a_whole_class_may_build_upon_raft_where_it_is_not_asked_and_not_where_it_is():
    assert Cluster(nodes=3, seed=1, node_class=implement(Delegates)).run_until("leader")
    asked = implement(Delegates, asked=("on_request_vote",))
    with pytest.raises(NotImplementedError):
        Cluster(nodes=3, seed=1, node_class=asked).run_until("leader")


def test_what_is_asked_and_not_given_is_not_written_yet():
    asked = implement(Whole, asked=("on_append_entries",))
    with pytest.raises(NotImplementedError, match="on_append_entries is not written yet"):
        Cluster(nodes=3, seed=1, node_class=asked).run_until("leader")


def test_the_reference_stays_whole_beside_it():
    """Nothing of raftlab is changed by an answer."""
    implement(on_request_vote=right)
    node = Raft("n1", ("n1", "n2"), random.Random(1))
    node.step(RequestVote("n2", "n1", 1, 0, 0))
    assert (node.voted_for, node.role) == ("n2", Role.FOLLOWER)
    assert loaded(RIGHT_VOTE, "on_request_vote").__name__ == "on_request_vote"


def test_an_answer_travels_to_another_process_as_its_text():
    """A pickled class is text: it contains no function object, and everything that it needs."""
    function = loaded(RIGHT_VOTE, "on_request_vote")
    packed = pickle.dumps(implement(on_request_vote=function))
    assert b"Three reasons to refuse" in packed
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        assert executor.submit(leader_of, pickle.loads(packed)).result() == leader_of(Raft)


def leader_of(node_class):
    cluster = Cluster(nodes=3, seed=1, node_class=node_class)
    cluster.run_until("leader")
    return cluster.leader()
