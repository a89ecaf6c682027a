"""Explore all runs of a small Paxos: each message may arrive late, twice or never, and each node may crash after any effect.

The network is the set of all messages that were ever sent. None is taken out, so each may arrive now, later, again, or
never. There is no separate model: every step calls the class that the cluster runs.
"""

from collections import deque
from copy import copy, deepcopy
from typing import NamedTuple

from raftlab.log import Log
from raftlab.messages import Apply, ElectionTimeout, HardState, Propose, Save, Send
from raftlab.models.paxos_words import Accepted


class Die:
    """Dice that always show the same: timers do not matter, because every order is tried."""

    def random(self) -> float:
        return 0.0


class State(NamedTuple):
    """The numbers of the nodes' states; all messages and saves so far, as bit masks; and what may still happen."""

    nodes: tuple[int, ...]
    sent: int
    saved: int
    wishes: tuple  # (node, value): proposals not yet begun
    retries: int
    crashes: int


class Step(NamedTuple):
    """What one event does to one node: the full step, or a step that a crash cut short."""

    node: int
    sent: int
    saved: int
    learned: tuple[str, ...]


class Numbers:
    """Things, and a bit for each of them."""

    def __init__(self):
        self.things, self.bits = [], {}

    def mask(self, things):
        mask = 0
        for thing in things:
            key = (type(thing), thing)  # tuples of two kinds may be equal
            if key not in self.bits:
                self.bits[key] = 1 << len(self.things)
                self.things.append(thing)
            mask |= self.bits[key]
        return mask


class Search:
    """All states that are reachable within bounds; stops at the first in which something is wrong."""

    def __init__(
        self,
        node_class,
        wishes=(("n1", "X"), ("n2", "Y")),
        retries=1,
        crashes=0,
        learners=("n3",),
        mortal=("n3",),
        lost=(),
    ):
        # Bounds: which nodes learn what was accepted, which may crash, which messages are always lost.
        self.learners, self.mortal, self.lost = learners, mortal, lost
        self.node_class, self.ids = node_class, ("n1", "n2", "n3")
        self.objects, self.numbers, self.steps = [], {}, {}
        self.messages, self.proposals = Numbers(), Numbers()
        self.chosen_of = {}  # what was saved -> the values that are chosen by it
        nodes = tuple(self.intern(self.start(id, HardState())) for id in self.ids)
        self.first = State(nodes, 0, 0, tuple(wishes), retries, crashes)

    def run(self, most=None):
        """(states seen, None), or (states seen, what is wrong); the shortest runs first, up to `most` states."""
        seen, waiting = {self.first}, deque([self.first])
        while waiting and (most is None or len(seen) < most):
            state = waiting.popleft()
            for place, event, bounds in self.events(state):
                steps = self.outcomes(state.nodes[place], event)
                may_crash = state.crashes and self.ids[place] in self.mortal
                for crashed, step in enumerate(steps if may_crash else steps[:1]):
                    nodes = (*state.nodes[:place], step.node, *state.nodes[place + 1 :])
                    wishes, retries, crashes = bounds
                    after = State(nodes, state.sent | step.sent, state.saved | step.saved,
                                  wishes, retries, crashes - bool(crashed))  # fmt: skip
                    if after not in seen:
                        if wrong := self.wrong(after, step):
                            return len(seen), wrong
                        seen.add(after)
                        waiting.append(after)
        return len(seen), None

    def events(self, state):
        """What can happen next: (place of the node, event, the bounds that are left then)."""
        nodes, sent, _, wishes, retries, crashes = state
        for wish in wishes:
            left = tuple(each for each in wishes if each != wish)
            yield self.ids.index(wish[0]), Propose(wish[1]), (left, retries, crashes)
        for place in range(len(self.ids)) if retries else ():
            if self.objects[nodes[place]].role.value == "candidate":
                yield place, ElectionTimeout(), (wishes, retries - 1, crashes)
        for bit, message in enumerate(self.messages.things):
            if sent >> bit & 1 and self.is_heard(message):
                yield self.ids.index(message.dst), message, state[3:]

    def is_heard(self, message):
        if isinstance(message, Accepted):
            return message.dst in self.learners
        return not isinstance(message, self.lost)

    def wrong(self, state, step):
        """Two values chosen, or one learned that never was."""
        if state.saved not in self.chosen_of:
            saved = [each for bit, each in enumerate(self.proposals.things) if state.saved >> bit & 1]
            held = [each[1:] for each in saved]  # each node has its own
            self.chosen_of[state.saved] = sorted({each[1] for each in held if held.count(each) >= 2})
        chosen = self.chosen_of[state.saved]
        if len(chosen) > 1:
            return f"both {' and '.join(chosen)} were chosen"
        unfounded = [value for value in step.learned if value not in chosen]
        return f"{unfounded[0]} was learned, but never chosen" if unfounded else None

    def outcomes(self, number, event):
        """The full step first, then, for a crash after each prefix of the effects, what a restart finds."""
        key = (number, type(event), event)
        if key not in self.steps:
            before = self.objects[number]
            node = self.clone(before)
            effects = node.step(event)
            steps = [self.step(node, effects)]
            for length in range(len(effects) + 1):
                disk = self.written(before, effects[:length])
                steps.append(self.step(self.start(before.id, disk), effects[:length]))
            self.steps[key] = list(dict.fromkeys(steps))
        return self.steps[key]

    def step(self, node, effects):
        sent = [effect.message for effect in effects if isinstance(effect, Send)]
        saved = [entry for effect in effects if isinstance(effect, Save) for entry in effect.entries]
        learned = tuple(effect.entry.command for effect in effects if isinstance(effect, Apply))
        proposals = self.proposals.mask((node.id, *entry) for entry in saved)
        return Step(self.intern(node), self.messages.mask(sent), proposals, learned)

    def written(self, before, effects):
        """The disk after these effects; `disk` is what the node's past saves have left there."""
        disk = before.disk
        for save in (effect for effect in effects if isinstance(effect, Save)):
            disk = HardState(save.term, None, (*disk.log[: save.index - 1], *save.entries))
        return disk

    def start(self, id, disk):
        node = self.node_class(id, self.ids, Die(), saved=disk)
        node.disk = disk
        return node

    def clone(self, node):
        """A node to be stepped, with the disk that it will have afterwards."""
        twin = copy(node)
        for name, value in vars(node).items():
            if isinstance(value, Log | dict | list):
                setattr(twin, name, deepcopy(value))
        step = twin.step

        def step_and_write(event):
            effects = step(event)
            twin.disk = self.written(node, effects)
            del twin.step
            return effects

        twin.step = step_and_write
        return twin

    def intern(self, node):
        """The number of this state of a node."""
        node._effects = []
        node.log.edited_from = None
        key = tuple(
            _plain(vars(node)[name]) for name in sorted(vars(node)) if name not in ("random", "timer")
        )
        if key not in self.numbers:
            self.numbers[key] = len(self.objects)
            self.objects.append(node)
        return self.numbers[key]


def _plain(value):
    """A value that can be compared and hashed."""
    if isinstance(value, dict):
        return tuple(sorted((key, _plain(each)) for key, each in value.items()))
    if isinstance(value, Log):
        return tuple(value)
    return tuple(sorted(value)) if isinstance(value, frozenset | list) else value
