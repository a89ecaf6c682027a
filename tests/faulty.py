"""Random faulty stories: everything that can go wrong does, then everything is healed, and it must come right."""

from dataclasses import replace
from random import Random

from raftlab import Cluster, Raft, Story
from raftlab.sim.errors import UserError

FAULTY = 300  # ticks
HEALED = 250  # ticks, enough for a leader, a write and everybody's log


def disturb(cluster, dice):
    """One random disturbance, or a step back to order; what cannot be done at the moment is left out.

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
    ]
    faults = [
        lambda: cluster.pause(a),
        lambda: cluster.crash(a),
        lambda: cluster.crash("leader"),
        lambda: cluster.crash(a, after=dice.choice(["Save", "Send"])),
        lambda: cluster.crash("leader", after=dice.choice(["Save", "Send"])),
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
    clients = [
        lambda: cluster.propose(f"x={cluster.now}", a),
        lambda: cluster.write("y", cluster.now),
        lambda: cluster.write("z", cluster.now),
    ]
    kind = dice.choice([order, order, faults, links, messages, clients, clients])
    try:
        dice.choice(kind)()
    except UserError:
        return


def wake(cluster, node):
    """Restart what is crashed, resume what is paused."""
    if cluster.status[node] == "crashed":
        cluster.restart(node)
    elif cluster.status[node] == "paused":
        cluster.resume(node)


def halves(ids, dice):
    mixed = dice.sample(ids, len(ids))
    place = dice.randint(1, len(ids) - 1)
    return mixed[:place], mixed[place:]


def heal(cluster):
    """Everything works again, and everybody is up."""
    cluster.heal()
    cluster.set_network(delay=(1, 3), loss=0, duplication=0)
    cluster._crash_after.clear()
    for id in cluster.ids:
        wake(cluster, id)


def disturbed(seed, node_class=Raft, record=True):
    """A cluster in the middle of a random faulty run."""
    dice = Random(f"faults/{seed}")
    story = Story("faulty", "A faulty run", nodes=dice.choice([3, 4, 5]), seed=seed, goals=())
    cluster = Cluster(story, node_class=node_class, record=record)
    for _ in range(FAULTY):
        cluster.tick()
        if dice.random() < 0.2:
            disturb(cluster, dice)
    return cluster


def faulty_run(seed, node_class=Raft, record=False):
    """A cluster after a random faulty run and its healing."""
    cluster = disturbed(seed, node_class, record)
    heal(cluster)
    for _ in range(4):  # a client tries again: a leader may be deposed by a message that is late
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
    """What was wrong with a run: broken properties, and goals that were not reached."""
    try:
        cluster = faulty_run(seed, node_class)
    except (AssertionError, KeyError, IndexError) as error:  # a node that fell over is convicted, too
        return [f"the node failed: {error!r}"]
    wrong = [breach.sentence for breach in cluster.invariants.broken.values()]
    for name, arguments in (("leader", ()), ("applied", (f"last={seed}",)), ("same_logs", ())):
        if not cluster.run_until(name, *arguments, within=0):
            wrong.append(f"{name} was not reached")
    return wrong
