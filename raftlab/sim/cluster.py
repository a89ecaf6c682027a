"""The cluster: nodes, their disks, the network between them, and everything that a person can do to them.

Within one tick, things always happen in this order:

    1. the clock moves on; flapping links change
    2. messages that are due arrive, in the order in which they were sent
    3. the clocks of all running nodes tick, in the order of the nodes
    4. snapshots that are due are taken; the clients of a workload take answers, think and ask
    5. goals are checked; the questions of the story for this tick are asked
    6. the actions of the story for this tick are done, in their order
    7. the sentences of the story for this tick are told

A sentence or question at a turning point follows right after its event.

Every verb first checks its arguments, so that a mistake changes nothing. Then it is recorded with
roles resolved ("leader" becomes "n3"), so that what was done can be replayed as a story.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import count as counted
from random import Random
from typing import Any

from raftlab.extensions.membership import UnsafeMembership
from raftlab.kv import KeyValue
from raftlab.messages import (
    Answer,
    Applied,
    Apply,
    Because,
    Effect,
    Event,
    Message,
    NotLeader,
    Propose,
    Read,
    ReadNow,
    Refused,
    Restore,
    Result,
    Save,
    SaveSnapshot,
    Send,
    Tick,
)
from raftlab.raft import Raft
from raftlab.sim.clients import Client, Request
from raftlab.sim.clock import Clock
from raftlab.sim.commitment import Commitment
from raftlab.sim.disk import Disk
from raftlab.sim.errors import UserError, check_number, checks_call
from raftlab.sim.goals import GOALS, goal_sentence
from raftlab.sim.invariants import Breach, Invariants
from raftlab.sim.network import Link, Network
from raftlab.sim.presets import Preset, preset_named
from raftlab.sim.recorder import Recorder
from raftlab.sim.stops import Ask, Stop, stands_at
from raftlab.sim.story import Story, check_classes, check_node_class, check_story
from raftlab.sim.systems import check_together
from raftlab.sim.trace import Trace
from raftlab.sim.turning import TurningPoints
from raftlab.sim.verbs import VERBS, Verbs

ONE_TICK = Tick(1)


class Cluster(Verbs):
    """A deterministic cluster that runs tick by tick.

    story: what to play. Without a story, give `nodes` (1 to 99), `seed` and `preset`. A Preset of your own
    can also be given together with a story.
    node_class: the class of the nodes; by default that of the story.
    classes: node -> class, for nodes of another class; by default the story's liars.
    record: whether to keep a trace. Experiments that need none are faster without it.

    Raises UserError if one of these is wrong, or if `build` refuses the extensions.

    >>> cluster = Cluster(nodes=3, seed=1)
    >>> cluster.run_until("leader")
    True
    """

    @checks_call
    def __init__(
        self,
        story: Story | None = None,
        *,
        nodes: int = 5,
        seed: int = 1,
        preset: str | Preset = "lesson",
        node_class: type[Raft] | None = None,
        classes: dict[str, type[Raft]] | None = None,
        record: bool = True,
    ):
        timing = preset_named(check_story(story).preset if story and isinstance(preset, str) else preset)
        self.story = story or Story("free", "A free run", nodes, seed, timing.name)
        self.seed = self.story.seed
        self.timing = timing
        self.node_class = check_node_class(node_class) or self.story.node_class()
        self.ids = self.story.ids()
        liars = self.story.liar_classes(self.node_class) if classes is None else classes
        self.classes = check_classes(liars, self.ids)
        check_together(self.node_classes())
        self.now = 0
        self.ticked = 0  # the tick up to which the nodes' clocks have moved
        self.network = Network(self.ids, Random(f"{self.story.seed}/network"), Link(timing.delay))
        self.flapping: dict[tuple[str, str], tuple[int, int, int]] = {}
        self.disks = {id: Disk(self.story.hard_state(id)) for id in self.ids}
        self.nodes: dict[str, Raft] = {}
        self.status = dict.fromkeys(self.ids, "running")
        self._results: dict[str, str | None] = {}  # node -> what its state machine last returned
        self.machines = {id: KeyValue() for id in self.ids}
        self.invariants = self._invariants()
        self.answers: list[tuple[int, str, object]] = []  # tick, client, answer
        self.done: list[tuple[Any, ...]] = []  # the actions so far, with roles resolved
        self.reached: dict[tuple[Any, ...], int] = {}  # goal -> tick
        self._dice = {id: Random(f"{self.story.seed}/{id}") for id in self.ids}
        self._arrivals: dict[int, list[tuple[int, Message]]] = {}
        self._held: dict[str, list[tuple[int, Message]]] = {id: [] for id in self.ids}
        self._lost: dict[int, Message] = {}  # lost messages, which a person may still deliver
        # Losses and copies in the current step, recorded after it.
        self._fates: list[tuple[str, str, list[Any]]] = []
        self._crash_after: dict[str, str | int] = {}
        self._message_count = 0
        self.clocks: dict[str, Clock] = {}
        self.snapshot_after = 0  # a node takes a snapshot after so many applied entries; 0: only on request
        self.workers: dict[str, Client] = {}
        self._clients = 0
        self._values = counted(1)  # the values that clients write
        self._script = list(self.story.actions)
        self._stops = [stop for stop in self.story.stops if isinstance(stop.at, int)]
        self._anchored = [stop for stop in self.story.stops if not isinstance(stop.at, int)] if record else []
        self._said: list[Stop | Ask] = []
        self._turning: TurningPoints | None = None
        self._turns = 0  # the number of turning points for which stops were looked up
        self._recorder: Recorder | None = None
        committed = self.invariants.began(self.disks)
        breaches = [breach for id in self.ids for breach in self._start(id)]
        if record:
            ms, kinds = timing.ms_per_tick, self.node_classes()
            self._recorder = Recorder(self.story, self.nodes, self.network.settings(), ms, kinds, self.clocks)
            self._recorder.trace.watched = self.invariants.watched
            for (index, entry), *_ in committed:
                self._recorder.committed(index, entry.term, event=-1)
            if self._anchored:
                self._turning = TurningPoints(self._recorder.trace)
        self._report(breaches)
        self._people()

    @property
    def trace(self) -> Trace:
        """The record of the run. Raises UserError if none was kept."""
        if self._recorder is None:
            raise UserError("This cluster keeps no trace; make it with record=True.")
        return self._recorder.trace

    def node_classes(self) -> tuple[type[Raft], ...]:
        """The classes of its nodes, each once."""
        return tuple(dict.fromkeys((self.node_class, *self.classes.values())))

    def _invariants(self) -> Invariants:
        """The watcher of the properties, for nodes of these classes."""
        classes = self.node_classes()
        if not all(hasattr(each, "is_quorum") for each in classes):
            return Invariants()
        commitment = Commitment(self.ids, any(issubclass(each, UnsafeMembership) for each in classes))
        return Invariants(commitment, knowledge=all(hasattr(each, "on_append_entries") for each in classes))

    def running(self) -> dict[str, Raft]:
        """The nodes that are neither crashed nor paused."""
        return {id: node for id, node in self.nodes.items() if self.status[id] == "running"}

    def leader(self) -> str | None:
        """The running leader of the highest term, if there is one."""
        leaders = [(node.term, id) for id, node in self.running().items() if node.role.value == "leader"]
        return max(leaders)[1] if leaders else None

    # -- Time ---------------------------------------------------------------------------------------

    def tick(self, n: int = 1) -> None:
        """Let n ticks pass."""
        check_number("the number of ticks", n, 0)
        for _ in range(n):
            self._tick()

    def run_until(self, goal: str | Callable[["Cluster"], bool], *arguments: Any, within: int = 1000) -> bool:
        """Let time pass until a goal is reached; False if that takes more than `within` ticks.

        goal: "leader", "applied", "same_logs" (see `raftlab.sim.goals`), or a function of the cluster.
        """
        if isinstance(goal, str):
            goal_sentence(goal, *arguments)
            reached = GOALS[goal][0]
        elif callable(goal):
            reached = goal
        else:
            raise UserError(f"A goal is a name such as 'leader', or a function of the cluster, not {goal!r}.")
        for _ in range(check_number("within", within, 0)):
            if reached(self, *arguments):
                return True
            self._tick()
        return reached(self, *arguments)

    def _tick(self) -> None:
        self.now = now = self.now + 1  # `ticked` follows when the nodes' clocks have moved, too
        if self.flapping:
            self._flap()
        for id, message in self._arrivals.pop(now, ()):
            self._arrive(id, message)
        self.ticked = now
        slow = self.clocks
        for node_id, node in self.nodes.items():
            if self.status[node_id] == "running" and (node_id not in slow or slow[node_id].moves(now)):
                effects = node.step(ONE_TICK)
                if effects:
                    timer = "heartbeat" if node.role.value == "leader" else "election"
                    self._after_step(node, effects, "timer", timer)
        if self.snapshot_after:
            self._take_snapshots()
        if self.workers:
            self._let_clients_act()
        if self._script or self._stops or len(self.reached) < len(self.story.goals):
            self._people()
        if self._recorder:
            self._recorder.trace.ticks = now

    def leap(self, until: int) -> None:
        """Go to the next tick at which something can happen, but not beyond `until`.

        In the ticks that are skipped nothing happens, so `leap` and `tick` lead to the same run. No tick is
        skipped while something goes on that cannot be foreseen: goals not yet reached, flapping links,
        clients of a workload, regular snapshots, slow clocks, and nodes that override `on_tick`.

        Raises UserError if `until` is not a later tick.

        >>> from raftlab import Cluster, Story
        >>> cluster = Cluster(Story("quiet", "Nobody looks", goals=()))
        >>> cluster.leap(until=1_000)
        >>> cluster.leader(), any(node.term for node in cluster.nodes.values())
        (None, True)
        """
        check_number("the tick to leap to", until, self.now + 1)
        empty = self._next_due(until) - 1 - self.now
        if empty > 0:
            tick = Tick(empty)
            for id, node in self.nodes.items():
                if self.status[id] == "running":
                    node.step(tick)
            self.now = self.ticked = self.now + empty
        self._tick()

    def _next_due(self, until: int) -> int:
        """The first tick at which something may happen, or `until` if that comes first."""
        running = [node for id, node in self.nodes.items() if self.status[id] == "running"]
        foreseen = all(type(node).on_tick is Raft.on_tick for node in running)
        working = self.clocks or self.snapshot_after or any(not each.done for each in self.workers.values())
        if self.flapping or working or not foreseen or len(self.reached) < len(self.story.goals):
            return self.now + 1
        due = [self.now + node.timer for node in running]
        due += self._arrivals
        due += [action[0] for action in self._script[:1]]
        due += [stop.at for stop in self._stops[:1] if isinstance(stop.at, int)]
        return min([*due, until])

    def _people(self) -> None:
        """Steps 5 to 7 of a tick: goals, questions, actions and sentences.

        What a person does by hand comes after all that, when the tick is over.
        """
        for goal in self.story.goals:
            if goal not in self.reached and GOALS[goal[0]][0](self, *goal[1:]):
                self.reached[goal] = self.now
                self._event("goal", detail=goal_sentence(*goal))
        self._say(deeds=0)
        count = 0
        while self._script and self._script[0][0] == self.now:
            _, verb, *arguments = self._script.pop(0)
            try:
                VERBS[verb].do(self, *arguments)
            except UserError as error:
                raise UserError(f"At tick {self.now} of {self.story.title!r}: {error}") from None
            count += 1
            self._say_at_turns()
            self._say(count)
        self._say(deeds=None)

    def _say(self, deeds: int | None) -> None:
        """Record the stops of this tick that come after `deeds` actions; None: all that are left."""
        due = [stop for stop in self._stops if stop.at == self.now and deeds in (None, stop.deeds)]
        for stop in due:
            self._stops.remove(stop)
            self._said.append(stop)
            self._event("stop", detail=stop.detail(self.ids))

    def _say_at_turns(self) -> None:
        """Record the stops of the turning points that have come since the last call."""
        if not self._anchored or self._turning is None:
            return
        turns = self._turning.all()
        new, self._turns = turns[self._turns :], len(turns)
        for turn in new:
            for stop in [each for each in self._anchored if stands_at(each, turn.kind, turn.tick, turn.node)]:
                self._anchored.remove(stop)
                self._said.append(stop)
                term = self.nodes[turn.node].term if turn.node else 0
                self._event("stop", detail=stop.detail(self.ids, turn.node, term))

    def leave_plan(self) -> None:
        """Drop the story's later actions and stops: from now on only a person acts. What is recorded stays."""
        deeds = sum(action[0] == self.now for action in self.done)
        self.story = replace(
            self.story,
            stops=tuple(
                replace(stop, deeds=deeds) if stop.at == self.now and stop.deeds is None else stop
                for stop in self.story.stops
                if stop in self._said
            ),
        )
        self._script, self._stops, self._anchored = [], [], []

    # -- Nodes ----------------------------------------------------------------------------------------

    def _from_disk(self, id: str, dice: Random) -> Raft:
        """Build a node from its disk. It is always a new object, so that only saved state survives a crash."""
        node_class = self.classes.get(id, self.node_class)
        timing = self.timing
        return node_class(
            id,
            self.ids,
            dice,
            timing.election_timeout,
            timing.heartbeat_interval,
            saved=self.disks[id].read(),
        )

    def _start(self, id: str) -> list[Breach]:
        """Start a node with what is on its disk."""
        self.nodes[id] = node = self._from_disk(id, self._dice[id])
        self.machines[id] = KeyValue()
        snapshot, found = self.disks[id].snapshot, []
        if snapshot.state:
            self.machines[id].restore(snapshot.state)
            found = self.invariants.reached(self.now, id, snapshot.index, self.machines[id])
        node.log.edited_from = None
        return found + self.invariants.started(self.now, node, snapshot.index)

    def _step(self, id: str, event: Event, what: str, detail: Any = None) -> None:
        node = self.nodes[id]
        self._after_step(node, node.step(event), what, detail)

    def _after_step(self, node: Raft, effects: tuple[Effect, ...], what: str, detail: Any) -> None:
        """Carry out the effects in order, then look at the node. A crash may fall between two effects."""
        recorder, crashed = self._recorder, False
        recorded: list[Any] = []
        breaches: list[Breach] = []
        if node.id in self._crash_after:
            effects, crashed = self._cut_off(effects, self._crash_after[node.id])
        for effect in effects:
            kind = type(effect)
            if isinstance(effect, Send):
                recorded.append(self._message_count)
                self._send(effect.message)
            elif kind is not Because or recorder is not None:
                result = None if kind is Because else self._carry_out(node, effect, breaches)
                if recorder is not None:
                    recorded.append(recorder.effect(effect, result))
        edited_from, node.log.edited_from = node.log.edited_from, None
        # If the node crashed in the middle of a step, its memory is not checked: others have seen only the effects
        # that were carried out before the crash.
        if not crashed and (found := self.invariants.look(self.now, node, edited_from)):
            breaches += found
        if recorder is not None:
            changes = {} if crashed else recorder.changes(self.now, node, edited_from, self.ticked)
            recorder.event(self.now, what, node.id, detail, recorded, changes)
            self._record_fates()
        if breaches:
            self._report(breaches)
        if crashed:
            self._crash(node.id, edited_from)
        if self._anchored:
            self._say_at_turns()

    def _cut_off(self, effects: tuple[Effect, ...], after: str | int) -> tuple[tuple[Effect, ...], bool]:
        """The effects of a step that are carried out before the crash, and whether the node crashes in this step."""
        for count, effect in enumerate(effects, start=1):
            if after in (type(effect).__name__, count):
                return effects[:count], True
        return effects, False

    def _carry_out(self, node: Raft, effect: Effect, breaches: list[Breach]) -> str | None:
        """Carry out any effect but Send; for Apply and Answer, return the answer of the state machine."""
        id, watch = node.id, self.invariants
        if isinstance(effect, Save):
            self.disks[id].save(effect)
            if effect.entries:
                self._saved(id, effect, breaches)
        elif isinstance(effect, SaveSnapshot):
            self.disks[id].save_snapshot(effect.snapshot)
            breaches += watch.kept(self.now, id, effect.snapshot)
        elif isinstance(effect, Restore):
            self.machines[id].restore(effect.snapshot.state)
            breaches += watch.reached(self.now, id, effect.snapshot.index, self.machines[id])
        elif isinstance(effect, Apply):
            breaches += watch.applied(self.now, id, effect.index, effect.entry)
            self._results[id] = self.machines[id].apply(effect.entry.command)
            breaches += watch.reached(self.now, id, effect.index, self.machines[id])
            return self._results[id]
        elif isinstance(effect, Answer):
            if isinstance(effect.result, Applied):
                breaches += watch.answered(self.now, id, effect.client, effect.result.index)
            result = self._heard(id, effect.client, effect.result)
            self.answers.append((self.now, effect.client, result))
            return result
        return None

    def _saved(self, id: str, save: Save, breaches: list[Breach]) -> None:
        """Record what a node has committed by storing entries, if anything."""
        found, committed = self.invariants.saved(self.now, id, self.disks[id], save.index, save.entries)
        breaches += found
        if committed and self._recorder is not None:
            index, entry = committed[0]
            self._recorder.committed(index, entry.term)

    def _crash(self, id: str, edited_from: int | None = None) -> None:
        self.status[id] = "crashed"
        self._crash_after.pop(id, None)  # or the node would crash again after its restart
        held, self._held[id] = self._held[id], []
        forgotten_since = self.disks[id].lose_cache()
        self._changed("crash", id, forgotten_since, edited_from if forgotten_since is None else 1)
        for message_id, message in held:
            self._lose(message_id, message, "crashed")

    def _take_snapshots(self) -> None:
        """Take the snapshots that `snapshot_every` asks for."""
        for id, node in self.running().items():
            is_due = node.last_applied - node.log.start >= self.snapshot_after
            if is_due and hasattr(node, "on_take_snapshot"):
                self._take_snapshot(id)

    def _report(self, breaches: list[Breach]) -> None:
        for breach in breaches:
            self._event("broken", detail=[breach.property, breach.sentence])

    def _event(
        self, what: str, node: str | None = None, detail: Any = None, changes: dict[str, Any] | None = None
    ) -> None:
        if self._recorder is not None:
            self._recorder.event(self.now, what, node, detail, None, changes)

    def _changed(self, what: str, id: str, detail: Any = None, edited_from: int | None = None) -> None:
        if self._recorder is not None:
            status = self.status[id]
            if status == "running":
                changes = self._recorder.changes(self.now, self.nodes[id], edited_from, self.ticked)
            elif status == "crashed":
                # Only to read its view; the cluster's dice are not used.
                left = self._from_disk(id, Random(0))
                changes = self._recorder.crashed(self.now, left, edited_from)
            else:
                changes = self._recorder.paused(id)
            self._event(what, id, detail, {"status": status, **changes})

    # -- Clients --------------------------------------------------------------------------------------

    def _let_clients_act(self) -> None:
        """Let each client of a workload act, in the order in which they came."""
        for client in self.workers.values():
            for deed in client.act(self.now):
                if not isinstance(deed, Request):
                    self._event(deed.what, detail=deed.detail)
                elif self.status[deed.node] == "running":
                    if deed.command.endswith("?") and hasattr(self.nodes[deed.node], "on_read"):
                        self._ask(deed.node, Read(deed.command, deed.token), "read")
                    else:
                        self._ask(deed.node, Propose(deed.command, deed.token), "propose")

    def _heard(self, node: str, client: str, result: Result) -> str | None:
        """Give a client its answer from a node; return the answer as text."""
        match result:
            case Applied():
                text = self._results.get(node)
            case ReadNow(command):
                text = self.machines[node].read(command)
            case Refused(why):
                text = f"refused: {why}"
            case NotLeader(leader):
                text = f"not the leader; try {leader}" if leader else "not the leader, and knows none"
        if worker := self.workers.get(client.partition(".")[0]):
            worker.hear(client, result, text)
        return text

    # -- Messages ---------------------------------------------------------------------------------------

    def _send(self, message: Message) -> None:
        src, dst = message.src, message.dst
        id = self._post(message, self.network.travel_time(src, dst))
        if self.network.duplicates(src, dst):
            self._post(message, self.network.travel_time(src, dst), copy_of=id)

    def _post(self, message: Message, ticks: int | None, copy_of: int | None = None) -> int:
        """Give a message its id and send it. ticks: how long it travels; None if the network loses it."""
        id = self._message_count
        self._message_count = id + 1
        if ticks is None:
            self._lost[id] = message
        else:
            self._arrivals.setdefault(self.now + ticks, []).append((id, message))
        if self._recorder is not None:
            link = self.network.links[message.src, message.dst]
            self._recorder.sent(self.now, message, self.now + (ticks or link.delay[0]))
            if copy_of is not None:
                self._fates.append(("copy", message.dst, [id, copy_of]))
            if ticks is None:
                self._fates.append(("lost", message.dst, [id, "loss" if link.up else "cut"]))
        return id

    def _record_fates(self) -> None:
        """Record losses and copies after the event that sent the message, so that nothing is lost before it is sent."""
        fates, self._fates = self._fates, []
        for what, node, detail in fates:
            self._event(what, node, detail)

    def _lose(self, id: int, message: Message, reason: str) -> None:
        self._lost[id] = message
        self._event("lost", message.dst, [id, reason])

    def _arrive(self, id: int, message: Message) -> None:
        status = self.status[message.dst]
        if status == "crashed":
            self._lose(id, message, "crashed")
        elif not self.network.links[message.src, message.dst].up:
            self._lose(id, message, "cut")
        elif status == "paused":
            self._held[message.dst].append((id, message))
        else:
            self._step(message.dst, message, "deliver", id)

    def _flap(self) -> None:
        for (src, dst), (up, down, since) in self.flapping.items():
            is_up = (self.now - since) % (up + down) < up
            if self.network.links[src, dst].up != is_up:
                (self.network.heal if is_up else self.network.cut)(src, dst)
                self._network_event("flap", [src, dst, "up" if is_up else "down"])

    def network_settings(self) -> dict[str, object]:
        """The network's settings for a picture, and the flapping links with their ticks up and down."""
        flapping = {f"{src}>{dst}": [up, down] for (src, dst), (up, down, _) in self.flapping.items()}
        return self.network.settings() | ({"flapping": flapping} if flapping else {})

    def _network_event(self, what: str, arguments: list[Any]) -> None:
        if self._recorder is not None:
            self._recorder.network(self.now, what, arguments, self.network_settings())
