"""Tests of what extensions promise: one run of a set of extensions tests all promises that the set makes.

A run is a cluster with random faults, then without faults, and then with one random disturbance for each promise. A promise
is *at stake* in a run if the situation that it is about has occurred there; other runs do not count for it.
docs/make_promises_table.py plays all runs and writes docs/promises.md.
"""

from collections.abc import Callable
from itertools import combinations
from random import Random
from typing import NamedTuple

from raftlab import SYSTEMS, Cluster, Raft, Story, build
from raftlab.checks.linearizability.judge import check_linearizability
from raftlab.extensions import EXTENSIONS
from raftlab.messages import NotLeader, Propose, ReadNow, RequestPreVote, RequestVote, Role
from raftlab.raft import majority
from raftlab.sim.errors import UserError
from raftlab.sim.systems import objection
from raftlab.sim.trace import Operation

RUNS = 200  # runs of each column
AT_STAKE = 50  # the least number of them in which each promise must be at stake
FAULTY = 100  # ticks
SHORTEST, LONGEST = 15, 30  # the election timeout of the lessons, ticks
PEACE = 10 * LONGEST
CURED = {"PreVote", "StickyVotes"}  # one of these is enough to keep a removed node from disturbing the others


class Watched(Cluster):
    """A cluster that records the operations of clients and the leaders of its run."""

    def __init__(self, *arguments, **named):
        self.history: list[Operation] = []
        self.last: dict[str, int] = {}
        self.led: set[tuple[int, str]] = set()
        super().__init__(*arguments, record=False, **named)

    def _event(self, what, node=None, detail=None, changes=None):
        if what == "invoke":
            argument = (
                tuple(detail["argument"]) if isinstance(detail["argument"], list) else detail["argument"]
            )
            self.last[detail["client"]] = len(self.history)
            self.history.append(
                Operation(detail["client"], detail["kind"], detail["key"], argument, None, self.now, None)
            )
        elif what == "return":
            place = self.last[detail["client"]]
            self.history[place] = self.history[place]._replace(result=detail["result"], returned=self.now)

    def _tick(self):
        super()._tick()
        self.led.update((node.term, id) for id, node in self.nodes.items() if node.role is Role.LEADER)


class Run:
    """One cluster with one seed: faults, a time without faults, and then the tests of the promises.

    at_stake: promise -> whether it was at stake. broken: promise -> what was wrong, in a sentence.
    """

    def __init__(self, names, seed, node_class):
        self.names = frozenset(names)
        self.dice = Random(f"promises/{seed}")
        story = Story(
            "promises", "A run for promises", nodes=self.dice.choice([3, 4, 5]), seed=seed, goals=()
        )
        self.cluster = Watched(story, node_class=node_class)
        self.at_stake: set[str] = set()
        self.broken: dict[str, str] = {}
        self.name = ""  # the promise that is tested now

    # -- Small words ------------------------------------------------------------------------------

    def stake(self):
        self.at_stake.add(self.name)

    def expect(self, held, sentence):
        if not held:
            self.stake()  # a promise that was broken was at stake
            self.broken.setdefault(self.name, f"at tick {self.cluster.now}: {sentence}")

    def leader(self):
        return self.cluster.nodes[self.cluster.leader()]

    def others(self, *but):
        return self.dice.sample(
            [id for id in self.cluster.ids if id not in but], len(self.cluster.ids) - len(but)
        )

    def within(self, ticks, what):
        return self.cluster.run_until(lambda _: what(), within=ticks)

    def always(self, ticks, what):
        return not self.within(ticks, lambda: not what())

    def write(self, count=1, to=None):
        """Commands, one after the other, to a node or the leader if there is one, without waiting."""
        for _ in range(count):
            if to or self.cluster.leader():
                self.cluster.propose(f"w={self.cluster.now}", to or "leader")

    def followed(self):
        """Do all voters follow one leader in its term, with equal logs that all of them know to be committed?"""
        head = self.cluster.nodes.get(self.cluster.leader())
        return head is not None and all(
            (each.term, each.leader, each.log.last_index, each.commit_index)
            == (head.term, head.id, head.log.last_index, head.log.last_index)
            for each in map(self.cluster.nodes.get, head.voters())
        )

    def settled(self):
        """Everything works again; is there a leader that all follow, with all votes in the cluster?"""
        self.heal()
        for _ in range(8):
            if not self.within(PEACE, lambda: self.cluster.leader() is not None):
                return False
            self.write()  # without an entry of its own term a leader commits nothing
            if not self.within(2 * LONGEST, self.followed):
                continue
            missing = [id for id in self.cluster.ids if id not in self.leader().voters()]
            if not missing:
                return True
            self.cluster.change_voters(*self.in_order({*self.leader().voters(), missing[0]}))
            self.within(LONGEST, lambda: not self.lacks_its_vote(missing[0]))  # noqa: B023 - called at once
        return False

    def lacks_its_vote(self, node):
        return not self.cluster.leader() or node not in self.leader().voters()

    def in_order(self, voters):
        return [id for id in self.cluster.ids if id in voters]

    # -- Faults -----------------------------------------------------------------------------------

    def faults(self):
        cluster, dice = self.cluster, self.dice
        cluster.clients(2, {"keys": ["a"], "operations": ["get", "put"], "patience": 50, "think": (0, 6)})
        for _ in range(FAULTY):
            cluster.tick()
            if dice.random() < 0.2:
                try:
                    dice.choice(self.deeds())()
                except UserError:
                    continue  # not possible at the moment
        cluster.workers.clear()
        if dice.random() < 0.7:  # in the end nobody hears anybody, and perhaps an entry is not committed
            if dice.random() < 0.7:
                self.write()
            for node in cluster.ids:
                cluster.isolate(node)
            cluster.tick(dice.randint(SHORTEST, 2 * LONGEST))

    def deeds(self):
        cluster, dice = self.cluster, self.dice
        a, b = dice.sample(cluster.ids, 2)
        down = [id for id, status in cluster.status.items() if status == "crashed"]
        links = [
            lambda: cluster.isolate("leader"),
            lambda: cluster.isolate(a),
            lambda: cluster.cut(a, b, one_way=dice.random() < 0.5),
            lambda: cluster.flap(a, b, dice.randint(3, 12), dice.randint(3, 12)),
            lambda: cluster.set_network((1, dice.randint(1, 9)), loss=dice.choice([0, 0.2]), duplication=0.1),
        ]
        mended = [cluster.heal, lambda: cluster.set_network((1, 3), loss=0, duplication=0)]
        if "LeaseReads" in self.names:  # on these terms its promise is made
            nodes = [lambda: cluster.drift(a, round(dice.uniform(0.85, 1), 2))]
        elif down:
            nodes = [lambda: cluster.restart(dice.choice(down))]
        else:
            nodes = [
                lambda: cluster.crash("leader"),
                lambda: cluster.crash(a, after=dice.choice(["Save", "Send"])),
                lambda: cluster.time_out(a),
                lambda: cluster.drift(a, round(dice.uniform(0.4, 1), 2)),
            ]
        deeds = [*links, *mended, *mended, *nodes]
        if "Snapshots" in self.names:
            deeds += [lambda: cluster.snapshot(a)] * 2
        if "Transfer" in self.names:
            deeds.append(lambda: cluster.transfer(a))
        if self.names & {"Membership", "UnsafeMembership"}:
            deeds += [self.change_of_voters(a)] * 2
        return deeds

    def change_of_voters(self, node):
        def change():
            voters = set(self.cluster.nodes[self.cluster.leader() or node].voters()) ^ {node}
            if len(voters) > 2:
                self.cluster.change_voters(*self.in_order(voters))

        return change

    def heal(self):
        cluster = self.cluster
        cluster.heal()
        cluster.set_network((1, 3), loss=0, duplication=0)
        cluster._crash_after.clear()
        for id in cluster.ids:
            if id in cluster.clocks:
                cluster.drift(id, 1)
            if cluster.status[id] == "crashed":
                cluster.restart(id)


# -- What is promised, and how each promise is put at stake -----------------------------------------------


class Promise(NamedTuple):
    """A promise: which sets make it, how a run tests it, and a mistake that breaks it.

    made_by: of a set's names, whether it makes the promise. If not: `otherwise` says why, with the story that shows it.
    ask: disturbs a run, and says there whether the promise was at stake and kept.
    mistake: what stands in front of the nodes' class when the mistake is planted.
    """

    name: str
    title: str
    bound: str
    made_by: Callable[[frozenset[str]], bool]
    otherwise: str
    ask: Callable[[Run], None]
    mistake: type


def disturbers(names):
    """Sets in which a node may disturb for ever that has lost its vote and does not know it."""
    return bool(names & {"Membership", "UnsafeMembership"}) and not names & CURED


def elects(run):
    if run.cluster.run_until("leader", within=0):
        run.heal()
        return
    run.heal()
    run.stake()
    run.expect(run.cluster.run_until("leader", within=PEACE), "nobody leads")


def commits_what_came_before(run):
    highest = max(node.commit_index for node in run.cluster.nodes.values())
    open_entries = any(node.log.last_index > highest for node in run.cluster.nodes.values())
    run.heal()
    if not run.cluster.run_until("leader", within=PEACE) or not open_entries:
        return
    run.stake()
    run.expect(run.within(PEACE, run.followed), "entries of older terms are still not committed")


def comes_back(run):
    leader = run.leader()
    term, node = leader.term, run.others(leader.id)[0]
    run.cluster.isolate(node)
    run.cluster.tick(run.dice.randint(2 * SHORTEST, 3 * LONGEST))
    if run.dice.random() < 0.3:
        run.write()
    run.cluster.tick(3)
    if leader.role is not Role.LEADER or leader.term != term:
        return
    run.stake()
    run.cluster.heal()
    stays = run.always(2 * LONGEST, lambda: (leader.role, leader.term) == (Role.LEADER, term))
    run.expect(stays, f"{node} came back, and {leader.id} no longer leads term {term}")


def steps_down(run):
    leader = run.leader()
    quorum = majority(len(run.cluster.ids))
    cut = run.others(leader.id)[: len(run.cluster.ids) - quorum + 1]
    one_way = run.dice.random() < 0.5  # then it hears everybody, and reaches too few
    for node in cut:
        run.cluster.cut(leader.id, node, one_way=one_way)
    term = leader.term
    run.stake()
    gone = run.within(2 * SHORTEST + 3, lambda: leader.role is not Role.LEADER or leader.term != term)
    run.expect(gone, f"{leader.id} reaches no majority, and still leads term {term}")


def elects_past_one_witness(run):
    leader = run.leader()
    quorum = majority(len(run.cluster.ids))
    if quorum < 3:
        return  # of three nodes the old leader and one follower are a majority
    witness, *rest = run.others(leader.id)
    for node in rest:
        run.cluster.cut(leader.id, node)
    for node in rest[quorum - 1 :]:
        run.cluster.crash(node)
    run.stake()
    term = leader.term

    def another_leads():
        return any(
            node.role is Role.LEADER and node.term > term and node.id != leader.id
            for node in run.cluster.running().values()
        )

    run.expect(
        run.within(PEACE, another_leads), f"{witness} still hears {leader.id}, and nobody else is elected"
    )


def reads_past(run):
    """Two leaders for a while: the old one is asked, the new one writes."""
    leader, cluster = run.leader(), run.cluster
    alone = run.others(leader.id)[0] if run.dice.random() < 0.7 else None
    if alone:
        cluster.isolate(alone)
        cluster.set_network((1, 1))
        cluster.tick(run.dice.randint(2 * SHORTEST, 2 * LONGEST))
    cluster.clients(1, {"commands": ["a?"] * 40, "nodes": [leader.id], "think": (0, 1), "patience": 60})
    cluster.tick(run.dice.randint(6, 16))
    if leader.role is not Role.LEADER:
        return
    cluster.heal()
    cluster.isolate(leader.id)
    # Its timer has run out many times already; now it does so at the very moment at which it can be heard.
    if alone:
        cluster.time_out(alone)

    def other_leader():
        return next((id for term, id in cluster.led if term > leader.term and id != leader.id), None)

    def written():
        return any(each.client == writer and each.returned is not None for each in cluster.history)

    if run.within(3 * SHORTEST, other_leader):
        writes = [f"a={2000 + each}" for each in range(12)]
        told = {
            "commands": writes,
            "nodes": [other_leader()],
            "think": (0, 1),
            "sessions": False,
            "patience": 60,
        }
        (writer,) = cluster.clients(1, told)
        cluster.tick(SHORTEST)
        if written():
            run.stake()
    cluster.heal()
    cluster.tick(LONGEST)
    cluster.workers.clear()
    verdict = check_linearizability(cluster.history)
    run.expect(verdict, f"not linearizable: {verdict.why}")


def reads_answered(run):
    leader, cluster = run.leader(), run.cluster
    kind = run.dice.randint(1, 3)
    if kind == 1:
        cluster.set_network((1, 3), loss=0.6)
    elif kind == 2:
        cluster.isolate(leader.id)
    else:
        for node in run.others(leader.id):
            cluster.cut(node, leader.id, one_way=True)  # questions arrive, answers do not
    asked = [cluster.read("a", leader.id)]
    cluster.tick(run.dice.randint(2, 3 * SHORTEST))
    asked += [cluster.read("a", node) for node in cluster.ids]
    cluster.tick(1)
    run.heal()
    run.stake()
    told = lambda: {client for _, client, _ in cluster.answers}  # noqa: E731
    run.expect(run.within(PEACE, lambda: told() >= set(asked)), "a read is neither answered nor refused")


def hands_over(run):
    leader = run.leader()
    target, term = run.others(leader.id)[0], leader.term
    if run.dice.random() < 0.5:
        run.write(3)
    run.cluster.transfer(target)
    run.stake()
    node = run.cluster.nodes[target]
    done = run.within(SHORTEST + 6, lambda: node.role is Role.LEADER and node.term == term + 1)
    run.expect(done, f"{target} does not lead term {term + 1}")


def repairs_quickly(run):
    """A follower misses thirty entries, and meets a leader that was elected with them."""
    leader, cluster = run.leader(), run.cluster
    node = run.others(leader.id)[0]
    cluster.isolate(node)
    run.write(30)
    cluster.tick(14)
    behind = cluster.nodes[node]
    if leader.role is not Role.LEADER or leader.commit_index < leader.log.last_index:
        return
    cluster.heal()
    cluster.isolate(leader.id)

    def follows_another():
        head = cluster.nodes.get(behind.leader)
        return head not in (None, leader) and head.role is Role.LEADER and head.term == behind.term

    run.within(PEACE, follows_another)
    if not follows_another() or behind.log.last_index >= leader.log.last_index:
        return
    run.stake()
    held = run.within(40, lambda: behind.log.last_index >= leader.log.last_index)
    run.expect(held, f"the log of {node} is still not repaired")


def sends_a_snapshot(run):
    leader, cluster = run.leader(), run.cluster
    node = run.others(leader.id)[0]
    cluster.isolate(node)
    run.write(4)
    cluster.tick(10)
    if leader.role is not Role.LEADER or leader.commit_index < leader.log.last_index:
        return
    for other in run.others(node):  # or a new leader could still help with its log
        if cluster.nodes[other].last_applied > cluster.nodes[other].log.start:
            cluster.snapshot(other)
    run.write()
    cluster.tick(10)
    run.heal()
    if cluster.nodes[node].log.last_index >= leader.log.start:
        return
    run.stake()
    end = leader.log.last_index
    held = run.within(PEACE, lambda: cluster.nodes[node].log.last_index >= end)
    run.expect(held, f"{node} never gets what {leader.id} has only in its snapshot")


def removed(run):
    leader, cluster = run.leader(), run.cluster
    term, node = leader.term, run.others(leader.id)[0]
    if len(cluster.ids) < 4:
        return
    cluster.isolate(node)
    cluster.change_voters(*self_without(run, node))
    run.write(4)
    cluster.tick(14)
    config_known = node not in leader.voters() and leader.commit_index == leader.log.last_index
    if not config_known or leader.role is not Role.LEADER or leader.term != term:
        return
    run.stake()
    cluster.heal()
    stays = run.always(4 * LONGEST, lambda: (leader.role, leader.term) == (Role.LEADER, term))
    run.expect(stays, f"{node} has no vote any more, and {leader.id} no longer leads term {term}")


def self_without(run, node):
    return [id for id in run.leader().voters() if id != node]


def joins(run):
    leader, cluster = run.leader(), run.cluster
    node = run.others(leader.id)[0]
    if len(cluster.ids) < 4:
        return
    cluster.isolate(node)
    cluster.change_voters(*self_without(run, node))
    run.write(8)
    cluster.tick(14)
    if node in leader.voters() or leader.role is not Role.LEADER:
        return
    cluster.heal()
    end = leader.log.last_index
    client = cluster.change_voters(*run.in_order({*leader.voters(), node}))

    def told():
        return [answer for _, name, answer in cluster.answers if name == client]

    def has_its_vote():
        return leader.role is Role.LEADER and node in leader.voters()

    run.within(PEACE, lambda: has_its_vote() or told() or leader.role is not Role.LEADER)
    if not has_its_vote():
        return
    run.stake()
    run.expect(cluster.nodes[node].log.last_index >= end, f"{node} has a vote, and not yet the leader's log")


def properties(run):
    if len(run.cluster.led) > 1 and any(node.commit_index for node in run.cluster.nodes.values()):
        run.stake()
    for breach in run.cluster.invariants.broken.values():
        run.expect(False, breach.sentence)


# -- One planted mistake each ---------------------------------------------------------------------------------


class HalfIsEnough:
    def is_quorum(self, nodes):
        return 2 * len(nodes) >= len(self.voters())


class NoVoteCounts:
    def on_request_vote_reply(self, msg):
        pass


class SaysNothing:
    def on_propose(self, event):
        if event.command != "no-op":
            super().on_propose(event)


class AsksNobody:
    def campaign(self):
        Raft.campaign(self)

    def has_live_leader(self):
        return False


class NeverDoubts:
    def check_quorum(self):
        self.heard, self.since_look = frozenset(), 0


class ListensToNobody:
    def admit(self, msg):
        return not (isinstance(msg, RequestVote | RequestPreVote) and self.leader) and super().admit(msg)

    def check_quorum(self):
        self.heard, self.since_look = frozenset(), 0


class ReadsAtOnce:
    def on_read(self, event):
        if self.role is Role.LEADER:
            self.answer(event.client, ReadNow(event.command))
        else:
            self.answer(event.client, NotLeader(self.leader))

    def on_propose(self, event):
        if self.role is Role.LEADER and event.command.endswith("?"):
            self.answer(event.client, ReadNow(event.command))
        else:
            super().on_propose(event)


class VotesAgain:
    def has_live_leader(self):
        return False


class SendsNobodyAway:
    def answer(self, client, result):
        if not isinstance(result, NotLeader):
            super().answer(client, result)


class NeverHurries:
    def on_timeout_now(self, msg):
        pass


class StepByStep:
    def step_back(self, msg):
        return msg.prev_log_index


class TakesNoSnapshot:
    def on_install_snapshot(self, msg):
        pass


class VoteAtOnce:
    def on_change_voters(self, event):
        if self.role is Role.LEADER and not self.objection(event.voters):
            Raft.on_propose(self, Propose("voters " + " ".join(event.voters), event.client))
        else:
            super().on_change_voters(event)


PROMISES: dict[str, Promise] = {
    promise.name: promise
    for promise in (
        Promise("elects", "a healed cluster elects a leader", "within ten of the longest election timeouts",
            lambda names: not disturbers(names), "a removed node may depose one leader after another (`removed_node`)",
            elects, NoVoteCounts),
        Promise("no-op", "a new leader commits what came before, without any client", "within ten of the longest election timeouts of its election",
            lambda names: "NoOp" in names and not disturbers(names), "entries of older terms wait for a client's command (`figure_8`)",
            commits_what_came_before, SaysNothing),
        Promise("comes back", "a cut-off node disturbs nobody when it comes back", "the leader keeps its term for two of the longest timeouts",
            lambda names: "PreVote" in names, "its term has grown, and its answer deposes the leader (`rejoin_huge_term`)",
            comes_back, AsksNobody),
        Promise("steps down", "a leader that reaches no majority is gone", "within two of the shortest election timeouts, and the answers under way",
            lambda names: "CheckQuorum" in names, "it leads until it hears of a later term (`minority_leader`)",
            steps_down, NeverDoubts),
        Promise("majority", "a majority that can talk elects a leader, though one of it still hears the old one",
            "within ten of the longest election timeouts",
            lambda names: (not names & CURED or "CheckQuorum" in names) and not disturbers(names),
            "that one refuses its vote, and the leader never doubts itself (`howard_abraham_2`)", elects_past_one_witness, ListensToNobody),
        Promise("reads", "a read is linearizable", "always",
            lambda names: not names & {"LocalReads", "LeaseReads", "UnsafeMembership"},
            "a leader of the past answers (`stale_read`, `slow_clock`, `forgotten_promise`), or two majorities do not meet (`membership_bug`)",
            reads_past, ReadsAtOnce),
        Promise("lease reads", "a lease read is linearizable",
            "while clocks are right within the bound, and no voter restarts, is paused or is made to time out",
            lambda names: "LeaseReads" in names, "there are no leases", reads_past, VotesAgain),
        Promise("answered", "a read is answered or refused", "within ten of the longest election timeouts of the heal",
            lambda names: bool(names & {"ReadIndex", "LeaseReads", "LocalReads"}),
            "a read is a command, and a deposed leader answers none of those (`minority_leader`)", reads_answered, SendsNobodyAway),
        Promise("transfer", "a transfer moves leadership without a timeout", "within 21 ticks, to the next term",
            lambda names: "Transfer" in names, "there is no transfer", hands_over, NeverHurries),
        Promise("back-up", "a log that lacks thirty entries of a new leader is repaired at once", "within 40 ticks of hearing it",
            lambda names: "FastBackup" in names and not disturbers(names), "the leader goes back one entry a round (`figure_7`)",
            repairs_quickly, StepByStep),
        Promise("snapshot", "a node gets what the leader's log has forgotten", "within ten of the longest election timeouts",
            lambda names: "Snapshots" in names and not disturbers(names), "no log forgets anything", sends_a_snapshot, TakesNoSnapshot),
        Promise("removed", "a removed node disturbs nobody", "the leader keeps its term for four of the longest timeouts",
            lambda names: "Membership" in names and bool(names & CURED), "it never learns that it is removed (`removed_node`)",
            removed, AsksNobody),
        Promise("joins", "a new node has the leader's log when it gets its vote", "the log as it was when the change was asked for",
            lambda names: "Membership" in names and not disturbers(names), "voters do not change, or a removed node disturbs", joins, VoteAtOnce),
        Promise("properties", "the five properties hold", "always",
            lambda names: "UnsafeMembership" not in names, "two majorities do not meet (`membership_bug`)", properties, HalfIsEnough),
    )
}  # fmt: skip
FIRST = ("no-op", "elects")  # of these, what the faults have left is the stake


def play(names, seed, promises, mistake=None):
    """One run that tests these promises; with a mistake, its nodes make it."""
    node_class = build(*names)
    if mistake is not None:
        node_class = type("Planted", (mistake, node_class), {})
    run = Run(names, seed, node_class)
    run.faults()
    first = [name for name in FIRST if name in promises]
    if len(first) == 2 and run.dice.random() < 0.5:
        first.reverse()
    for name in first[:1]:  # the first one uses up what the faults have left
        ask(run, name)
    for name in promises:
        if name not in FIRST and (name == "properties" or run.settled()):
            ask(run, name)
    return run


def ask(run, name):
    run.name = name
    PROMISES[name].ask(run)


def made_by(names):
    return [name for name, promise in PROMISES.items() if promise.made_by(frozenset(names))]


def column(names, runs=RUNS):
    """Promise -> in how many runs it was at stake, and the seeds with which it was broken."""
    counts = {name: {"at_stake": 0, "broken": []} for name in made_by(names)}
    for seed in range(1, runs + 1):
        run = play(names, seed, list(counts))
        for name in run.at_stake:
            counts[name]["at_stake"] += 1
        for name, sentence in run.broken.items():
            counts[name]["broken"].append([seed, sentence])
    return counts


def caught(names, name, runs=RUNS):
    """The first seed that finds the planted mistake; None if none does."""
    for seed in range(1, runs + 1):
        try:
            run = play(names, seed, [name], PROMISES[name].mistake)
        except (AssertionError, KeyError, IndexError):  # an exception in a node also counts as found
            return seed
        if name in run.broken:
            return seed
    return None


# -- The columns ----------------------------------------------------------------------------------------------


def with_needs(*names):
    """These extensions and those that they need, in the order of EXTENSIONS."""
    needed = {each for name in names for each in (*getattr(EXTENSIONS[name], "needs", ()), name)}
    return tuple(name for name in EXTENSIONS if name in needed)


def drawn(seed):
    """A legal set of extensions, drawn by a seed."""
    dice = Random(f"sets/{seed}")
    while True:
        chosen = [name for name in EXTENSIONS if name != "UnsafeMembership" and dice.random() < 0.5]
        names = with_needs(*chosen)
        if len(names) > 2 and objection(names) is None:
            return names


def columns():
    """Plain Raft, each extension alone (with those that it needs), every legal pair, the named systems, and twenty random sets."""
    sets = [(), *((name,) for name in EXTENSIONS), *combinations(EXTENSIONS, 2)]
    found = [with_needs(*names) for names in sets]
    found += [with_needs(*system.extensions) for system in SYSTEMS.values()]
    found = [names for names in found if objection(names) is None]
    seed = 0
    legal = list(dict.fromkeys(found))
    while len(legal) < len(dict.fromkeys(found)) + 20:
        seed += 1
        if (names := drawn(seed)) not in legal:
            legal.append(names)
    return legal


# What is not promised and does fail: promise, and a set that does not make it.
FAILS = (
    ("comes back", ()), ("comes back", ("StickyVotes",)), ("comes back", ("CheckQuorum",)),
    ("steps down", ()), ("steps down", ("StickyVotes", "PreVote")),
    ("majority", ("StickyVotes",)), ("majority", ("PreVote",)),
    ("reads", ("LocalReads",)), ("back-up", ()), ("removed", ("Membership",)),
)  # fmt: skip


def failures(names, name, runs=RUNS):
    """In how many runs a promise is at stake that this set does not make, and in how many of them it is broken."""
    found = [play(names, seed, [name]) for seed in range(1, runs + 1)]
    return sum(name in run.at_stake for run in found), sum(name in run.broken for run in found)
