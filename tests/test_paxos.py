"""Paxos for one decision: which values must survive, which proposers can stop others, and every order of a small run."""

import json
import shutil
import subprocess
from dataclasses import replace
from random import Random

import pytest
from paxos_search import Search

from raftlab import Cluster, History, Story, UserError, play, show_rule
from raftlab.draw import describe_spacetime
from raftlab.messages import (
    Answer,
    Because,
    ElectionTimeout,
    HardState,
    LogEntry,
    Propose,
    Refused,
    Save,
    Send,
)
from raftlab.models.paxos import DUEL, Paxos, PaxosWithoutDice
from raftlab.models.paxos_words import RULES, Accept, Accepted, Prepare, Promise, Refusal
from raftlab.models.scenes import ROUND
from raftlab.player import module, save_page
from raftlab.sim.narrate import as_text

IDS = ("n1", "n2", "n3")


def node(id="n1", saved=HardState(), node_class=Paxos):  # noqa: B008 - it is immutable
    return node_class(id, IDS, Random(1), saved=saved)


def sent(effects):
    return [effect.message for effect in effects if isinstance(effect, Send)]


def rules(effects):
    return [effect.rule for effect in effects if isinstance(effect, Because)]


def chosen(cluster):
    return {id: each.log.entry(1).command for id, each in cluster.nodes.items() if each.commit_index}


# -- One rule at a time --------------------------------------------------------------------------------


def test_a_proposer_asks_for_a_number_of_its_own_above_all_it_has_promised():
    for id, term, number in (("n1", 0, 3), ("n2", 0, 4), ("n3", 4, 8), ("n1", 8, 9)):
        effects = node(id, HardState(term)).step(Propose("x=1"))
        assert [(type(m), m.term) for m in sent(effects)] == [(Prepare, number)] * 2
        assert number > term
        assert IDS[number % 3] == id, "nobody else uses this number"


def test_what_an_acceptor_promises_and_accepts_is_saved_before_it_answers():
    acceptor = node("n2")
    for message in (Prepare("n1", "n2", 3), Accept("n1", "n2", 3, "X")):
        kinds = [type(effect) for effect in acceptor.step(message)]
        assert kinds.index(Save) < kinds.index(Send)


def test_an_acceptor_keeps_its_promise_and_says_why_it_refuses():
    acceptor = node("n2", HardState(7))
    for message in (Prepare("n1", "n2", 6), Prepare("n1", "n2", 7), Accept("n1", "n2", 6, "X")):
        effects = acceptor.step(message)
        assert sent(effects) == [Refusal("n2", "n1", message.term, promised=7)]
        assert rules(effects) == ["PX-3"]
    assert len(acceptor.log) == 0


def test_an_acceptor_may_accept_what_it_has_promised_to_another_majority():
    """Accept with the promised number itself, or a higher one that it has never heard of."""
    for number in (7, 9):
        acceptor = node("n2", HardState(7))
        effects = acceptor.step(Accept("n1", "n2", number, "X"))
        assert list(acceptor.log) == [LogEntry(number, "X")]
        assert {type(message) for message in sent(effects)} == {Accepted}


def test_a_proposer_proposes_the_value_of_the_highest_proposal_it_is_told_of():
    proposer = Paxos("n1", ("n1", "n2", "n3", "n4", "n5"), Random(1))
    proposer.step(Propose("mine"))
    proposer.step(Promise("n2", "n1", 5, 2, "lower"))
    effects = proposer.step(Promise("n3", "n1", 5, 4, "higher"))
    assert {message.value for message in sent(effects)} == {"higher"}


def test_a_proposer_whose_own_acceptor_has_promised_more_still_asks_the_others_under_its_own_number():
    proposer = node("n1")
    proposer.step(Propose("x=1"))
    proposer.step(Prepare("n2", "n1", 4))
    effects = proposer.step(Promise("n3", "n1", 3, 0, None))
    # Its own promise of 3 and that of n3 are a majority of three, though it has promised 4 since then.
    assert len(proposer.log) == 0
    assert [(m.dst, m.term) for m in sent(effects) if isinstance(m, Accept)] == [("n2", 3), ("n3", 3)]


def test_after_a_crash_a_node_keeps_its_promise_and_its_acceptance_and_uses_no_number_twice():
    cluster = Cluster(nodes=3, seed=1, node_class=Paxos)
    cluster.propose("x=1", "n1")
    cluster.tick(1)
    before = cluster.nodes["n1"].number
    cluster.crash("n1")
    cluster.restart("n1")
    cluster.propose("x=2", "n1")
    assert cluster.nodes["n1"].number > before


# -- The value that must survive -----------------------------------------------------------------------


def one_acceptance(cut_off):
    """n1 has accepted X under number 1; then n3 proposes Y, and one node cannot be reached."""
    return Story(
        "survivor", "What must survive", nodes=3, ticks=60, goals=(), start={"n1": {"term": 1, "log": ["1:X"]}},
        actions=((0, "isolate", cut_off), (1, "propose", "Y", "n3", "c"), (14, "heal")),
    )  # fmt: skip


GOLDEN = {
    "paxos_duel": (DUEL, Paxos),
    "paxos_duel_without_dice": (DUEL, PaxosWithoutDice),
    "paxos_acceptor_in_the_majority": (one_acceptance("n2"), Paxos),
    "paxos_acceptor_cut_off": (one_acceptance("n1"), Paxos),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name, golden):
    """Each run as prose, for eyes and for diffs; `make golden` writes it again."""
    story, node_class = GOLDEN[name]
    golden(name, play(story, node_class=node_class))


def test_a_new_proposer_whose_majority_includes_the_acceptor_must_propose_x():
    cluster = Cluster(one_acceptance(cut_off="n2"), node_class=Paxos)
    cluster.tick(14)
    assert chosen(cluster) == {"n1": "X", "n3": "X"}
    assert [answer[1:] for answer in cluster.answers] == [("c", "refused: X was chosen")]


def test_a_new_proposer_whose_majority_misses_it_may_propose_y_and_then_x_is_never_chosen():
    cluster = Cluster(one_acceptance(cut_off="n1"), node_class=Paxos)
    cluster.tick(14)
    assert chosen(cluster) == {"n2": "Y", "n3": "Y"}
    assert list(cluster.nodes["n1"].log) == [LogEntry(1, "X")]
    # n1 is back, hears of no choice, and proposes what it has accepted: thus it learns.
    assert cluster.run_until(lambda cluster: "n1" in chosen(cluster), within=100)
    assert chosen(cluster) == {"n1": "Y", "n2": "Y", "n3": "Y"}
    assert "PX-8" in [rule for _, _, rule in cluster.trace.rules()]
    assert not cluster.trace.broken()


# -- Duelling proposers -----------------------------------------------------------------------------------


def test_two_proposers_with_equal_patience_stop_each_other_for_ever():
    cluster = Cluster(DUEL, node_class=PaxosWithoutDice)
    cluster.tick(3_000)
    assert chosen(cluster) == {}
    assert {id: each.role.value for id, each in cluster.nodes.items()} == {
        "n1": "candidate", "n2": "follower", "n3": "candidate",
    }  # fmt: skip
    assert cluster.nodes["n2"].term > 1_000
    fired = [rule for _, _, rule in cluster.trace.rules()]
    assert fired.count("PX-3") > 700
    assert not cluster.trace.broken(), "nothing is wrong: it only never ends"


def test_they_fight_even_after_both_want_the_same_value():
    """Paxos gives up its own value, never its number: n3 proposes x=1, too, and still they collide."""
    cluster = Cluster(DUEL, node_class=PaxosWithoutDice)
    cluster.tick(300)
    values = {message[6] for message in cluster.trace.messages if message[0] == "Accept" and message[4] > 15}
    assert values == {"x=1"}


def test_random_patience_ends_the_duel():
    ends = []
    for seed in range(100):
        cluster = Cluster(replace(DUEL, seed=seed), node_class=Paxos, record=False)
        assert cluster.run_until(lambda cluster: len(chosen(cluster)) == 3, within=1_000), f"seed {seed}"
        ends.append(cluster.now)
    assert sorted(ends)[50] < 40
    assert max(ends) < 100


# -- Every order ----------------------------------------------------------------------------------------
# Three acceptors, two proposers. What was sent may arrive late, again or never; see paxos_search.py.
# The quick search leaves out refusals (a lost one only costs time) and who learns when; the slow ones
# add them, one at a time, and crashes of an acceptor after any prefix of its effects.

CORE = {"retries": 0, "learners": (), "lost": (Refusal,)}


@pytest.mark.slow
def test_on_every_order_of_two_proposals_at_most_one_value_is_chosen():
    assert Search(Paxos, **CORE).run() == (36_853, None)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("bounds", "states"),
    [
        (CORE | {"crashes": 1}, 193_769),
        (CORE | {"lost": ()}, 127_847),
        (CORE | {"learners": ("n3",)}, 292_541),
    ],
    ids=["a crash", "refusals", "a learner"],
)
def test_nor_with_a_crash_with_refusals_or_with_a_learner(bounds, states):
    assert Search(Paxos, **bounds).run() == (states, None)


@pytest.mark.slow
def test_nor_with_a_third_proposal_as_far_as_we_look():
    """Not all orders: the shortest runs first, up to 600,000 states; the mutant that needs it falls by 200,000."""
    states, wrong = Search(Paxos, **CORE | {"retries": 1}).run(most=600_000)
    assert states >= 600_000
    assert wrong is None


class Forgetful(Paxos):
    """Loses its promise in a crash."""

    def save(self, from_index=None):
        super().save(from_index)
        save = self._effects.pop()
        self._effects.append(save._replace(term=self.log.last_term))


class Hasty(Paxos):
    """Answers before it saves."""

    def step(self, event):
        return tuple(sorted(super().step(event), key=lambda effect: isinstance(effect, Save)))


class Stubborn(Paxos):
    """Ignores the accepted values that it is told of."""

    def value_to_propose(self):
        return self.wanted


class Lax(Paxos):
    """Accepts numbers below its promise."""

    def on_accept(self, msg):
        promised, self.term = self.term, min(self.term, msg.term)
        super().on_accept(msg)
        self.term = max(promised, self.term)


class Careless(Paxos):
    """Proposes the value of the lowest proposal it is told of, not of the highest."""

    def value_to_propose(self):
        accepted = [each for each in self.promises.values() if each[0]]
        return min(accepted)[1] if accepted else self.wanted


class Hurried(Paxos):
    """Takes half of the nodes for a majority, rounded down."""

    def is_quorum(self, count):
        return count >= len(self.nodes) // 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mutant", "more"),
    [
        (Forgetful, {"crashes": 1}),
        (Hasty, {"crashes": 1}),
        (Stubborn, {}),
        (Lax, {}),
        (Careless, {"retries": 1}),
        (Hurried, {"learners": ("n3",)}),
    ],
)
def test_the_search_convicts_every_mutant(mutant, more):
    _, wrong = Search(mutant, **CORE | more).run()
    assert wrong in ("both X and Y were chosen", "X was learned, but never chosen")


@pytest.mark.slow
def test_a_promise_forgotten_in_a_crash_is_no_harm_as_long_as_nobody_crashes():
    assert Search(Forgetful, **CORE).run()[1] is None


# -- Random runs on the simulator -----------------------------------------------------------------------


def storm(seed, node_class=Paxos):
    """Five nodes, of which three propose, with loss, copies, cuts and crashes, and a power cut; then no faults, and a late client."""
    dice = Random(f"{seed}/storm")
    cluster = Cluster(nodes=5, seed=seed, node_class=node_class)
    cluster.set_network(delay=(1, 6), loss=0.15, duplication=0.15)
    for number in range(1, 4):
        cluster.propose(f"x={number}", f"n{number}")
        cluster.tick(int(dice.random() * 8))
    for _ in range(12):
        id = cluster.ids[int(dice.random() * 5)]
        if cluster.status[id] == "crashed":
            cluster.restart(id)
        elif list(cluster.status.values()).count("crashed") < 2 and dice.random() < 0.7:
            cluster.crash(id, [None, "Save", "Send"][int(dice.random() * 3)])
        elif dice.random() < 0.5:
            cluster.cut(id, next(other for other in cluster.ids if other != id))
        cluster.tick(1 + int(dice.random() * 8))
    for id in cluster.ids:  # a power cut: all that anyone still knows stands on the disks
        if cluster.status[id] != "crashed":
            cluster.crash(id)
        cluster.restart(id)
    cluster.heal()
    cluster.set_network(loss=0.0, duplication=0.0)
    cluster.propose("x=9", "n5", "late")
    reached = cluster.run_until(lambda cluster: "late" in [client for _, client, _ in cluster.answers])
    # A majority has accepted the value; those who have not heard that it is chosen find out. (PX-8)
    return cluster, reached and cluster.run_until(lambda cluster: len(chosen(cluster)) >= 3)


def survived(seeds):
    for seed in seeds:
        cluster, reached = storm(seed)
        assert reached, f"seed {seed}: the last client, or a majority, never learned what was chosen"
        assert not cluster.trace.broken(), f"seed {seed}"
        assert len(set(chosen(cluster).values())) == 1, f"seed {seed}"


def test_in_random_storms_one_value_is_chosen_and_only_one():
    survived(range(40))


@pytest.mark.slow
def test_in_many_random_storms_one_value_is_chosen_and_only_one():
    survived(range(40, 640))


def test_the_storms_can_fail_a_stubborn_proposer_breaks_p5():
    broken = [storm(seed, Stubborn)[0].trace.broken() for seed in range(40)]
    assert any("P5" in each for each in broken)


# -- The same trace, prose and player as Raft -------------------------------------------------------------


@pytest.fixture(scope="module")
def duel():
    return History(replace(DUEL, ticks=60), node_class=Paxos)


def test_a_history_knows_the_messages_and_the_rules_of_paxos(duel):
    bundle = duel.bundle()
    kinds = {kind: fields for kind, fields, *_ in bundle["kinds"]}
    assert kinds["Promise"] == ["accepted_number", "accepted_value"]
    assert {"Prepare", "Promise", "Accept", "Accepted", "Refusal"} <= set(kinds)
    for id, rule in RULES.items():
        assert bundle["rules"][id] == [rule.text, rule.section]
    fired = {rule for _, _, rule in duel.branch.trace.rules()}
    assert fired <= set(bundle["rules"])
    assert {"PX-1", "PX-2", "PX-3", "PX-4", "PX-5", "PX-6"} <= fired


def test_a_history_loads_again_and_can_be_played_differently(duel):
    again = History.from_json(duel.to_json(), node_class=Paxos)
    assert json.loads(again.to_json()) == json.loads(duel.to_json())
    alone = again.act("crash", "n3", tick=12)
    assert not alone.trace.broken()
    assert alone.trace.view("n1", 100).commit_index == 1


def test_the_prose_names_messages_rules_and_the_choice(duel):
    text = as_text(duel.branch.trace, data=True)
    assert "Prepare to n2 term=3" in text
    assert "Refusal to n1 term=3 promised=8" in text
    assert (
        "receives the accept of n1. An acceptor refuses a request whose number is lower than the one it has promised. [PX-3]"
        in text
    )
    assert "(answer c1 ok)" in text
    assert "P5  State Machine Safety: holds" in text


def test_a_page_plays_it(duel, tmp_path):
    save_page(duel, tmp_path / "paxos.html")
    assert "<title>Two proposers on a slow network" in (tmp_path / "paxos.html").read_text(encoding="utf-8")


NARRATE = """
import { Timeline, narrate } from "./player.mjs";
import { readFileSync } from "node:fs";
const branch = new Timeline(JSON.parse(readFileSync("bundle.json"))).branch(0).resolve();
for (let index = 0; index < branch.events.length; index++) console.log(JSON.stringify(narrate(branch, index)));
"""


def test_the_player_has_a_sentence_for_every_event(duel, tmp_path):
    if not shutil.which("node"):
        pytest.skip("The player's sentences are made by JavaScript, and node is not here.")
    (tmp_path / "player.mjs").write_text(module(), encoding="utf-8")
    (tmp_path / "bundle.json").write_text(duel.to_json())
    (tmp_path / "narrate.mjs").write_text(NARRATE)
    run = subprocess.run(
        ["node", "narrate.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=240
    )
    told = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(told) == len(duel.branch.trace.events)
    assert all(each["text"] for each in told)
    assert next(each["rules"] for each in told if "the accept of n1" in each["text"]) == ["PX-3"]


def test_a_node_that_waits_for_nothing_has_no_timer():
    cluster = Cluster(nodes=3, seed=1, node_class=Paxos)
    assert cluster.trace.view("n2", 0).timer is None
    cluster.propose("x=1", "n1")
    assert cluster.trace.view("n1", 0).timer is not None
    assert cluster.run_until(lambda cluster: len(chosen(cluster)) == 3)
    assert cluster.trace.view("n1", cluster.now).timer is None


def test_a_node_that_wants_nothing_may_time_out_and_nothing_happens():
    assert node("n2").step(ElectionTimeout()) == ()


def test_a_client_is_told_at_once_if_something_is_chosen_already():
    cluster = Cluster(nodes=3, seed=1, node_class=Paxos)
    cluster.propose("x=1", "n1")
    cluster.tick(30)
    effects = cluster.nodes["n2"].step(Propose("x=2", "c"))
    assert effects == (Answer("c", Refused("x=1 was chosen")),)


def test_there_is_no_leader_to_propose_to():
    with pytest.raises(UserError, match="There is no leader now"):
        Cluster(nodes=3, seed=1, node_class=Paxos).propose("x=1")


def test_rules_are_shown_with_the_lines_that_follow_them_and_their_source():
    shown = show_rule("PX-4")
    assert "(Paxos Made Simple, 2.2)" in shown._repr_markdown_()
    assert "max(self.promises.values()" in shown.source
    assert show_rule("PX-0").source == "", "no single method does it"
    assert "(section 5.2, 5.4)" in show_rule("RV-2")._repr_markdown_()
    with pytest.raises(UserError, match="PX-4"):
        show_rule("PX4")


def test_a_round_drawn_over_time_speaks_of_proposers_and_numbers():
    said = describe_spacetime(play(ROUND, node_class=Paxos), 0, 15)
    assert "n1 becomes a proposer in number 3" in said
    assert "an acceptor again" in said
    assert not {"candidate", "follower", "term"} & set(said.split())
