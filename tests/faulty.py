"""Random stories with all kinds of faults. Then everything is healed, and the cluster must work again."""

from dataclasses import replace
from random import Random

from raftlab import Cluster, Raft, Story, build
from raftlab.extensions import EXTENSIONS
from raftlab.messages import Role
from raftlab.sim.errors import UserError
from raftlab.sim.systems import objection

FAULTY = 300  # ticks
HEALED = 250  # ticks, enough to elect a leader, to commit a write and to bring all logs up to date
WRONG = {"LocalReads", "UnsafeMembership"}  # well-known mistakes, which are there to be shown
BETWEEN = ["Save", "Send", 1, 2, 3, 4, 5, 6]  # a crash after any effect of a step


def drawn(seed):
    """A random legal set of extensions, chosen by a seed."""
    dice = Random(f"extensions/{seed}")
    chosen = [name for name in EXTENSIONS if name not in WRONG and dice.random() < 0.45]
    if "Membership" in chosen and "StickyVotes" not in chosen:
        # Or a node that has lost its vote disturbs the others for ever (thesis 4.2.3).
        chosen.append("StickyVotes")
    for name in list(chosen):
        chosen += [each for each in getattr(EXTENSIONS[name], "needs", ()) if each not in chosen]
    while objection(tuple(chosen)):
        chosen.remove(
            next(name for name in chosen if set(getattr(EXTENSIONS[name], "excludes", ())) & set(chosen))
        )
    return build(*chosen)


def disturb(cluster, dice):
    """One random disturbance or repair; nothing, if it is impossible at the moment.

    A majority stays up, and cuts are mended about as often as they are made: where nothing gets
    done, nothing can go wrong either.
    """
    a, b = dice.sample(cluster.ids, 2)
    down = [id for id in cluster.ids if cluster.status[id] != "running"]
    flying = [id for due in cluster._arrivals.values() for id, _ in due] or [0]
    late = list(cluster._lost)[-30:] or [0]
    order = [
        lambda: wake(cluster, dice.choice(down or [a])),
        lambda: cluster.heal(),
        lambda: cluster.set_network(delay=(1, 3), loss=0, duplication=0),
        lambda: cluster.drift(a, 1),
    ]
    faults = [
        lambda: cluster.pause(a),
        lambda: cluster.crash(a),
        lambda: cluster.crash("leader"),
        lambda: cluster.crash(a, after=dice.choice(BETWEEN)),
        lambda: cluster.crash("leader", after=dice.choice(BETWEEN)),
    ] if 2 * len(down) + 2 < len(cluster.ids) else [lambda: wake(cluster, dice.choice(down or [a]))] * 2  # fmt: skip
    links = [
        lambda: cluster.partition(*halves(cluster.ids, dice)),
        lambda: cluster.isolate("leader"),
        lambda: cluster.isolate(a),
        lambda: cluster.cut(a, b, one_way=True),
        lambda: cluster.flap(a, b, dice.randint(3, 20), dice.randint(3, 20)),
        lambda: cluster.set_network(delay=(1, dice.randint(1, 12)), loss=dice.choice([0, 0.1, 0.3]), duplication=dice.choice([0, 0.2])),
    ]  # fmt: skip
    messages = [
        lambda: cluster.drop(dice.choice(flying)),
        lambda: cluster.duplicate(dice.choice(flying)),
        lambda: cluster.deliver(dice.choice(flying)),
        lambda: cluster.deliver(dice.choice(late)),
        lambda: cluster.time_out(a),
    ]
    # With lease reads, clocks may only differ within the bound.
    slowest = 0.85 if hasattr(cluster.nodes[a], "clock_drift_bound") else 0.25
    clocks = [lambda: cluster.drift(a, round(dice.uniform(slowest, 1), 2))]
    clients = [
        lambda: cluster.propose(f"x={cluster.now}", a),
        lambda: cluster.write("y", cluster.now),
        lambda: cluster.write("z", cluster.now),
    ]
    kind = dice.choice(
        [order, order, faults, links, messages, clocks, clients, clients, *operators(cluster, dice, a)]
    )
    try:
        dice.choice(kind)()
    except UserError:
        return


def operators(cluster, dice, node):
    """Actions of operators on nodes with extensions."""
    can = {
        "on_take_snapshot": lambda: cluster.snapshot(node),
        "on_transfer_leadership": lambda: cluster.transfer(node),
        "on_read": lambda: cluster.read("y", node),
        "on_change_voters": lambda: change_voters(cluster, node),
    }
    verbs = [verb for handler, verb in can.items() if hasattr(cluster.nodes[node], handler)]
    return [verbs] if verbs else []


def change_voters(cluster, node):
    """Take a node's vote, or give it back."""
    voters = cluster.nodes[cluster.leader()].voters() if cluster.leader() else cluster.ids
    cluster.change_voters(*(id for id in cluster.ids if (id in voters) != (id == node)))


def all_vote(cluster):
    """Give all nodes their votes back: a node that does not know that it has lost its vote disturbs the others (thesis 4.2.3)."""
    for _ in range(60):
        cluster.run_until(lambda world: world.leader(), within=HEALED)
        leader = cluster.nodes.get(cluster.leader())
        missing = [id for id in cluster.ids if leader and id not in leader.voters()]
        settled = leader and leader.commit_index == leader.log.last_index
        if settled and not missing:
            return
        if leader:
            cluster.write("vote", cluster.now)  # a leader changes nothing before it has committed something
            cluster.tick(6)
        if missing and leader.role is Role.LEADER:
            change_voters(cluster, missing[0])
        cluster.tick(6)


def wake(cluster, node):
    """Restart crashed nodes and resume paused ones."""
    if cluster.status[node] == "crashed":
        cluster.restart(node)
    elif cluster.status[node] == "paused":
        cluster.resume(node)


def halves(ids, dice):
    mixed = dice.sample(ids, len(ids))
    place = dice.randint(1, len(ids) - 1)
    return mixed[:place], mixed[place:]


def heal(cluster):
    """Heal everything: all links work, all clocks are right, all nodes run."""
    cluster.heal()
    cluster.set_network(delay=(1, 3), loss=0, duplication=0)
    cluster._crash_after.clear()
    for id in cluster.ids:
        cluster.drift(id, 1)
        wake(cluster, id)


def disturbed(seed, node_class=Raft, record=True):
    """A cluster in the middle of a random faulty run, in half of which clients keep asking."""
    dice = Random(f"faults/{seed}")
    story = Story("faulty", "A faulty run", nodes=dice.choice([3, 4, 5]), seed=seed, goals=())
    cluster = Cluster(story, node_class=node_class, record=record)
    if dice.random() < 0.5:
        cluster.clients(dice.randint(1, 3), {"keys": ["a", "b"], "patience": 60})
    for _ in range(FAULTY):
        cluster.tick()
        if dice.random() < 0.2:
            disturb(cluster, dice)
    return cluster


def faulty_run(seed, node_class=Raft, record=False):
    """A cluster after a random faulty run and its healing."""
    cluster = disturbed(seed, node_class, record)
    heal(cluster)
    cluster.stop_clients()
    for _ in range(4):  # a client tries again, because a late message may depose the leader
        if any(hasattr(node, "on_change_voters") for node in cluster.nodes.values()):
            all_vote(cluster)
        if cluster.run_until("leader", cluster.now, within=HEALED) and cluster.leader():
            cluster.write("last", seed)
        if cluster.run_until("applied", f"last={seed}", within=HEALED // 4):
            break
    cluster.run_until("same_logs", within=HEALED)
    return cluster


def faulty_story(seed):
    """What was done in a random faulty run, as a story to play again."""
    cluster = disturbed(seed)
    return replace(cluster.story, ticks=cluster.now, actions=tuple(cluster.done))


def faults_of(seed, node_class=Raft):
    """The faults of a run: broken properties, and goals that were not reached."""
    try:
        cluster = faulty_run(seed, node_class)
    except (AssertionError, KeyError, IndexError) as error:  # an error in a node's code counts, too
        return [f"the node failed: {error!r}"]
    wrong = [breach.sentence for breach in cluster.invariants.broken.values()]
    for name, arguments in (("leader", ()), ("applied", (f"last={seed}",)), ("same_logs", ())):
        if not cluster.run_until(name, *arguments, within=0):
            wrong.append(f"{name} was not reached")
    return wrong
