"""An independent check of a run, from everything that was saved, applied, restored and answered in it.

`recorded()` keeps every moment of the clusters that are made inside it, and the steps at which the watcher found
something. `first_false(moments)` says at which step each watched line became false. It compares all pairs of moments in
a simple way, so that it has nothing in common with the watcher but the meaning of the properties.

It looks at a log in memory when the node has changed it with the methods of Log, or has replaced it.
"""

from collections import defaultdict
from contextlib import contextmanager
from itertools import combinations
from typing import NamedTuple

from raftlab import Cluster
from raftlab.kv import KeyValue
from raftlab.messages import Answer, Applied, Apply, Restore, Role, Save, SaveSnapshot


class Moment(NamedTuple):
    """One thing that was seen. kind: "start", "disk", "snapshot", "machine", "told" or "view"."""

    step: int
    kind: str
    node: str
    term: int = 0
    role: Role = Role.FOLLOWER
    log: tuple = (0, ())  # the index before the first entry, and the entries
    commit: int = 0
    applied: int = 0
    index: int = 0
    entry: tuple = ()
    state: str = ""
    voters: tuple = ()


class Run:
    """All moments of one cluster, and the step at which the watcher found each line broken."""

    def __init__(self):
        self.moments, self.found, self.step, self.ids, self.membership = [], {}, 0, (), False

    def note(self, kind, node, **seen):
        self.moments.append(Moment(self.step, kind, node, **seen))

    def look(self, cluster):
        for id in cluster.invariants.broken:
            self.found.setdefault(id, self.step)


@contextmanager
def recorded():
    """Keeps what happens to the cluster that is made inside it."""
    run, original = Run(), {name: getattr(Cluster, name) for name in ("_start", "_after_step", "_carry_out")}

    def start(cluster, id):
        run.step += 1
        run.ids = cluster.ids
        run.membership = hasattr(cluster.node_class, "on_change_voters")
        found = original["_start"](cluster, id)
        node, disk = cluster.nodes[id], cluster.disks[id]
        if cluster.now == 0 and run.step <= len(run.ids):
            run.note("disk", id, term=disk.term, log=log_of(disk))
        run.note("start", id, index=disk.snapshot.index, state=cluster.machines[id].save())
        run.note("view", id, **view_of(node))
        run.look(cluster)
        return found

    def after_step(cluster, node, effects, what, detail):
        run.step += 1
        written = node.log.edited_from is not None
        original["_after_step"](cluster, node, effects, what, detail)
        if cluster.status[node.id] != "crashed":
            run.note("view", node.id, **view_of(node, written))
        run.look(cluster)

    def carry_out(cluster, node, effect, breaches):
        result = original["_carry_out"](cluster, node, effect, breaches)
        id, disk = node.id, cluster.disks[node.id]
        match effect:
            case Save():
                run.note("disk", id, term=disk.term, log=log_of(disk))
            case SaveSnapshot(snapshot):
                said = {name: getattr(snapshot, name) for name in ("term", "index", "state", "voters")}
                run.note("snapshot", id, **said)
            case Restore(snapshot):
                run.note("machine", id, index=snapshot.index, state=cluster.machines[id].save())
            case Apply(index, entry):
                run.note("machine", id, index=index, entry=entry, state=cluster.machines[id].save())
            case Answer(_, Applied(index)):
                run.note("told", id, index=index)
        return result

    Cluster._start, Cluster._after_step, Cluster._carry_out = start, after_step, carry_out
    try:
        yield run
    finally:
        for name, method in original.items():
            setattr(Cluster, name, method)


def log_of(thing):
    return thing.log.start, tuple(thing.log)


def view_of(node, written=True):
    return {
        "term": node.term, "role": node.role, "log": log_of(node) if written else None,
        "commit": node.commit_index, "applied": node.last_applied,
    }  # fmt: skip


def at(log, index):
    start, entries = log
    return entries[index - start - 1] if start < index <= start + len(entries) else None


def last(log):
    return log[0] + len(log[1])


# -- What is committed ----------------------------------------------------------------------------------


def facts(run):
    """(index, entry) -> (place of the moment since which it is committed, the term in which that came about)."""
    acks, leader, disks, found = defaultdict(set), {}, {}, {}
    initial = [m for m in run.moments if m.kind == "disk"][: len(run.ids)]
    initial = sorted(initial, key=lambda m: -last(m.log)) if run.moments[0].kind == "disk" else []
    # The entries with which all disks begin.
    for index in range(1, min((last(m.log) for m in initial), default=0) + 1):
        if len({m.log[1][:index] for m in initial}) == 1:
            found[index, at(initial[0].log, index)] = (-1, at(initial[0].log, index).term)
    moments = [(-1, m) for m in initial]
    moments += [(place, m) for place, m in enumerate(run.moments) if m.kind == "disk" and m not in initial]
    for place, moment in moments:
        disks[moment.node] = moment
        for index, entry in enumerate(moment.log[1], moment.log[0] + 1):
            if entry.term == moment.term:
                acks[index, entry].add(moment.node)
                leader.setdefault(entry.term, moment.node)
        for (index, entry), nodes in acks.items():
            if entry.term != moment.term or at(moment.log, index) != entry or (index, entry) in found:
                continue
            voters = configuration(run, disks[leader[entry.term]]) if run.membership else run.ids
            if 2 * len([node for node in voters if node in nodes]) > len(voters):
                for before in range(moment.log[0] + 1, index + 1):
                    found.setdefault((before, at(moment.log, before)), (place, entry.term))
    return found


def configuration(run, disk):
    newest = [entry.command for entry in disk.log[1] if entry.command.startswith("voters ")]
    return newest[-1].split()[1:] if newest else run.ids


# -- The lines -----------------------------------------------------------------------------------------


def first_false(run):
    """For each watched line that is false at the end: the first step after which it is."""
    moments, known, lives = run.moments, facts(run), defaultdict(list)
    logs, views = (
        {},
        [],
    )  # views: the place of a moment, the moment with its log, the view of this life before it
    for place, moment in enumerate(moments):
        if moment.kind == "start":
            lives[moment.node] = []
        if moment.kind == "view":
            logs[moment.node] = moment.log or logs[moment.node]
            moment = moment._replace(log=logs[moment.node])
            before = lives[moment.node][-1] if lives[moment.node] else None
            views.append((place, moment, before))
            lives[moment.node].append(moment)
    places = {
        "P1": election_safety(views),
        "P2": leader_append_only(views),
        "P3": log_matching(views),
        "P4": leader_completeness(moments, views, known),
        "P5": state_machine_safety(moments),
        "K1": sound_knowledge(run, views, known),
    }
    return {line: moments[min(found)].step for line, found in places.items() if found}


def leading(views):
    return [(place, view) for place, view, _ in views if view.role is Role.LEADER]


def election_safety(views):
    return [
        place for (_, one), (place, other) in combinations(leading(views), 2)
        if one.term == other.term and one.node != other.node
    ]  # fmt: skip


def leader_append_only(views):
    return [
        place for place, now, before in views
        if before and before.role is now.role is Role.LEADER and before.term == now.term
        and any(at(before.log, index) != at(now.log, index)
                for index in range(max(before.log[0], now.log[0]) + 1, last(before.log) + 1))
    ]  # fmt: skip


def log_matching(views):
    distinct = {}
    for place, view, _ in views:
        distinct.setdefault(view.log, place)
    found = []
    for (one, _), (other, place) in combinations(distinct.items(), 2):
        first = max(one[0], other[0]) + 1
        both = range(first, min(last(one), last(other)) + 1)
        agreed = [index for index in both if at(one, index).term == at(other, index).term]
        if agreed and any(at(one, index) != at(other, index) for index in range(first, agreed[-1] + 1)):
            found.append(place)
    return found


def claims(views):
    """What leaders have committed: (place, index, entry, term)."""
    for place, view, before in views:
        if view.role is Role.LEADER:
            for index in range((before.commit if before else view.log[0]) + 1, view.commit + 1):
                if at(view.log, index):
                    yield place, index, at(view.log, index), view.term


def leader_completeness(moments, views, known):
    found, claimed = [], list(claims(views))
    stored = [(place, index, entry, term) for (index, entry), (place, term) in known.items()]
    for since, index, entry, term in (*stored, *claimed):
        for place, view in leading(views):
            if view.term <= term or index <= view.log[0] or at(view.log, index) == entry:
                continue
            later = [
                p
                for p, m in enumerate(moments)
                if place < p <= since and m.node == view.node and m.kind in ("view", "start")
            ]
            if place >= since or not later:
                found.append(max(place, since))
    for one, other in combinations(claimed, 2):
        if one[1] == other[1] and one[2] != other[2]:
            found.append(max(one[0], other[0]))
    for one in stored:
        for other in (*stored, *claimed):
            if one[1] == other[1] and one[2] != other[2] and one[3] != other[3]:
                found.append(max(one[0], other[0]))
    return found


def state_machine_safety(moments):
    found, position, given, states = [], {}, [], []
    for place, moment in enumerate(moments):
        if moment.kind == "start":
            position[moment.node] = moment.index
        if moment.kind == "machine":
            if moment.entry and moment.index != position[moment.node] + 1:
                found.append(place)
            position[moment.node] = moment.index
        if moment.kind == "machine" and moment.entry:
            given.append((place, moment.index, moment.entry))
        if moment.kind == "machine" or (moment.kind == "start" and moment.index):
            states.append((place, moment.index, moment.state))
    for seen in (given, states):
        found += [
            place for (_, index, one), (place, other_index, other) in combinations(seen, 2)
            if index == other_index and one != other
        ]  # fmt: skip
    return found


def sound_knowledge(run, views, known):
    moments, found, position = run.moments, [], {}
    so = lambda place, index, entry: known.get((index, entry), (len(moments),))[0] <= place  # noqa: E731
    at_view = {place: (view, before) for place, view, before in views}
    for place, moment in enumerate(moments):
        facts_now = {index: entry for (index, entry), (since, _) in known.items() if since <= place}
        if moment.kind == "start":
            position[moment.node] = moment.index
        elif moment.kind == "machine":
            if moment.entry and not so(place, moment.index, moment.entry):
                found.append(place)
            position[moment.node] = moment.index
        elif moment.kind == "told" and moment.index not in facts_now:
            found.append(place)
        elif moment.kind == "snapshot":
            entry = facts_now.get(moment.index)
            if not entry or (moment.term, moment.state, moment.voters) != (
                entry.term, replayed(facts_now, moment.index), voters_after(run, facts_now, moment.index)
            ):  # fmt: skip
                found.append(place)
        elif moment.kind == "view":
            view, before = at_view[place]
            same_log = before and before.log == view.log
            for index in range((before.commit if same_log else view.log[0]) + 1, view.commit + 1):
                if index > view.log[0] and not so(place, index, at(view.log, index)):
                    found.append(place)
            if view.applied > position[view.node]:
                found.append(place)
    return found


def voters_after(run, entries, index):
    if not run.membership:
        return ()
    changes = [entries[place].command.split()[1:] for place in range(1, index + 1)
               if entries[place].command.startswith("voters ")]  # fmt: skip
    return tuple(changes[-1] if changes else run.ids)


def replayed(entries, index):
    machine = KeyValue()
    for place in range(1, index + 1):
        machine.apply(entries[place].command)
    return machine.save()
