"""Branches: a story played, changed in its past, and played differently, with nothing forgotten.

A branch is a story and what became of it. Doing something at tick t replays the story up to the end
of t, does it there, and simulates on. What had been planned for later (and everything after a tick
that somebody has already seen) stays in the branch that was left.
"""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from raftlab.colors import NO_TERM, TERM_COLORS
from raftlab.extensions.membership import PREFIX
from raftlab.kv import without_session
from raftlab.raft import Raft
from raftlab.sim.byzantine import LIARS
from raftlab.sim.cluster import Cluster
from raftlab.sim.english import short, wish_words
from raftlab.sim.errors import UserError, check_drawable, check_name, check_number
from raftlab.sim.events import as_rows
from raftlab.sim.message_names import name_of_kind
from raftlab.sim.narrate import LOSSES, Narration
from raftlab.sim.operations import Asked, asked_in
from raftlab.sim.story import Story, check_story, read_json
from raftlab.sim.trace import VERSION, Trace
from raftlab.sim.verbs import VERBS, controls
from raftlab.sim.why import templates

AHEAD = 200  # ticks simulated beyond an action, so that the player has something to play
FAR = 20_000  # ticks; no branch begins longer, or grows by more at once: a typing error would fill the memory
MOST = 10 * FAR  # ticks; nor does it ever become longer, so that whatever was saved can be read again


@dataclass(frozen=True)
class Branch:
    """One course of events. `fork` says how much is shared with the parent: (tick, events, messages)."""

    id: int
    name: str
    cluster: Cluster
    parent: int | None = None
    fork: tuple[int, int, int] | None = None

    @property
    def trace(self) -> Trace:
        """What happened in it."""
        return self.cluster.trace

    @property
    def story(self) -> Story:
        """The story that leads to exactly this branch, with everything that was done in it."""
        return replace(
            self.cluster.story, actions=tuple(self.cluster.done), ticks=max(self.trace.ticks, self.fork_tick)
        )

    @property
    def fork_tick(self) -> int:
        """The tick at which it leaves its parent."""
        return self.fork[0] if self.fork else 0

    def shared(self, fork: tuple[int, int, int]) -> tuple[list[Any], list[Any]]:
        """The events and messages that it has in common with whatever leaves it, or has left, there."""
        _, events, messages = fork
        return self.trace.events[:events], self.trace.messages[:messages]

    def data(self) -> dict[str, Any]:
        """The branch as the trace's file form has it; what the parent has already is left out."""
        _, events, messages = self.fork or (0, 0, 0)
        story = self.story
        data = {
            "id": self.id,
            "name": self.name,
            "parent": self.parent,
            "fork": dict(zip(("tick", "events", "messages"), self.fork, strict=True)) if self.fork else None,
            "story": json.loads(story.to_json()),
            "checksum": story.checksum(),
            "ticks": self.trace.ticks,
            **self.part(events, messages),
        }
        return data if self.fork else data | {"start": self.trace.start}

    @cached_property
    def _narration(self) -> Narration:
        return Narration(self.trace)

    def part(self, events: int, messages: int) -> dict[str, Any]:
        """What happened from an event and a message on, and what is said of it, as the player reads it.

        sentences: [text, weight], each once; told: for each event the place of its sentence. committed: the facts of
        commitment. operations: what clients asked or were told in this part, see `_operation`. labels: the commands
        that a picture of a log shows by something else than their first letters.
        """
        new = self.trace.events[events:]
        kinds, rows = as_rows(new)
        sentences: dict[tuple[str, int], int] = {}
        told = [sentences.setdefault(each, len(sentences)) for each in self._narration.sentences(events)]
        asked = asked_in(self.trace.events)
        logs = [event.changes["log"][1] for event in new if "log" in event.changes]
        if not events:
            logs += [view["log"] for view in self.trace.start["views"].values()]
        return {
            "messages": self.trace.packed_messages(messages),
            "event_kinds": kinds,
            "events": rows,
            "sentences": [list(each) for each in sentences],
            "told": told,
            "committed": [row for row in self.trace.committed or () if row[0] >= events or not events],
            "operations": [
                _operation(each) for each in asked if each.invoked >= events or (each.ended or 0) >= events
            ],
            "labels": dict(
                filter(None, map(_label, sorted({command for log in logs for _, command in log})))
            ),
        }


def _operation(asked: Asked) -> list[Any]:
    """[invoked, client, by hand, words, ended, returned, answer]; the numbers are events, trailing nulls are cut off."""
    wish = wish_words(asked.kind, asked.key, asked.argument)
    row = [asked.invoked, asked.client, int(asked.by_hand), wish, asked.ended, asked.returned, asked.text]
    while row[-1] is None:
        row.pop()
    return row


def _label(command: str) -> tuple[str, str] | None:
    """What is to be done, without the session it belongs to; of who has a vote all. None if the first letters will do."""
    if command.startswith(PREFIX):
        return command, command
    deed = without_session(command)
    return (command, short(deed, 6)) if deed != command else None


class History:
    """All branches of one story, and the way back.

    story: what to play first. node_class, classes: as for `Cluster`.
    """

    def __init__(
        self,
        story: Story,
        node_class: type[Raft] | None = None,
        classes: dict[str, type[Raft]] | None = None,
    ):
        check_number("the ticks of a story", check_story(story).ticks, 0, FAR)
        check_drawable(story.nodes)
        self.story = story
        self._node_class, self._classes = node_class, classes
        cluster = self._play(story, story.ticks)
        self.branches: dict[int, Branch] = {0: Branch(0, "main", cluster)}
        self.current = 0
        self._next_id = 1
        self._before: list[tuple[dict[int, Branch], int, int]] = []

    @property
    def branch(self) -> Branch:
        """The branch one is in."""
        return self.branches[self.current]

    @property
    def can_undo(self) -> bool:
        """Is there an action to take back?"""
        return bool(self._before)

    # -- Going on, differently -----------------------------------------------------------------------

    def act(
        self,
        verb: str,
        *arguments: Any,
        tick: int,
        branch: int | None = None,
        seen: int | None = None,
        **named: Any,
    ) -> Branch:
        """Do something at the end of a tick of a branch, and return the branch in which it was done.

        verb: a verb of `Cluster`, with its arguments. seen: the last tick of the branch that anybody
        has looked at; if it is not later than `tick`, the branch goes on differently instead of being
        kept. Raises UserError, and changes nothing, if it cannot be done there.
        """
        deed = VERBS[check_name("verb", verb, VERBS)]
        deed.check(arguments, named)
        old = self._branch(branch)
        check_number("the tick", tick, 0, old.trace.ticks)
        cluster = self._play(old.story.until(tick), tick)
        fork = (tick, len(cluster.trace.events), len(cluster.trace.messages))
        deed.do(cluster, *arguments, **named)
        cluster.tick(min(max(self.story.ticks - tick, AHEAD), MOST - tick))
        unseen = seen is not None and seen <= tick and tick >= old.fork_tick
        unseen = unseen and not any(b.parent == old.id and b.fork_tick > tick for b in self.branches.values())
        if unseen:
            return self._put(replace(old, cluster=cluster), tick)
        name = f"{verb.replace('_', ' ')} {_words(arguments, named)}".strip() + f" at {tick}"
        new = Branch(self._next_id, name, cluster, old.id, fork)
        self._next_id += 1
        return self._put(new, tick)

    def what_if(self, message: int, branch: int | None = None) -> Branch:
        """What if this lost message had arrived? Forks where it was lost, and delivers it there."""
        old = self._branch(branch)
        check_number("a message id", message, 0)
        lost = next((e for e in old.trace.events if e.what == "lost" and e.detail[0] == message), None)
        if lost is None:
            raise UserError(f"Message {message} was never lost in this branch.")
        return self.act("deliver", message, tick=lost.tick, branch=old.id)

    def more(self, ticks: int, branch: int | None = None) -> Branch:
        """Simulate a branch up to a tick."""
        old = self._branch(branch)
        check_number("the number of ticks", ticks, 0, min(old.trace.ticks + FAR, MOST))
        old.cluster.tick(max(0, ticks - old.trace.ticks))
        return old

    def select(self, branch: int) -> Branch:
        """Go to another branch."""
        self.current = self._branch(branch).id
        return self.branch

    def undo(self) -> int:
        """Take back the last action, and say at which tick it was. Raises UserError if there is none."""
        if not self._before:
            raise UserError("There is nothing to undo.")
        self.branches, self.current, tick = self._before.pop()
        return tick

    def _put(self, branch: Branch, tick: int) -> Branch:
        self._before.append((self.branches, self.current, tick))
        self.branches = {**self.branches, branch.id: branch}
        self.current = branch.id
        return branch

    def _branch(self, id: int | None) -> Branch:
        if id is None:
            return self.branch
        if check_number("the number of a branch", id, 0) not in self.branches:
            raise UserError(f"There is no branch {id}; there are {', '.join(map(str, self.branches))}.")
        return self.branches[id]

    def _play(self, story: Story, ticks: int) -> Cluster:
        cluster = Cluster(story, node_class=self._node_class, classes=self._classes)
        cluster.tick(ticks)
        return cluster

    # -- As data ----------------------------------------------------------------------------------------

    def bundle(self) -> dict[str, Any]:
        """Everything that a player needs."""
        protocol = self.branch.trace.protocol
        return {
            "format": "raftlab trace",
            "version": VERSION,
            "title": self.story.title,
            "liars": {node: _confession(name) for node, name in self.story.liars.items()},
            "extensions": protocol.extensions,
            "words": protocol.words,
            "nodes": list(self.story.ids()),
            "ms_per_tick": self.branch.trace.ms_per_tick,
            "kinds": [[kind, fields, name_of_kind(kind)] for kind, fields in protocol.kinds.items()],
            "colors": [NO_TERM, *TERM_COLORS],
            "controls": controls(),
            "watched": list(self.branch.trace.watched),
            "losses": LOSSES,
            "answers": templates(),
            "rules": {id: [rule.text, rule.section] for id, rule in protocol.rules.items()},
            "branches": [branch.data() for branch in self.branches.values()],
            "current": self.current,
        }

    def to_json(self) -> str:
        """All branches as one text, the file form of a trace."""
        return json.dumps(self.bundle(), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str, node_class: type[Raft] | None = None) -> "History":
        """The history of such a text, with its branches and their parents.

        Every story is played again and compared with what the file says, so that a file which was
        edited, or made by other rules, cannot tell a student something untrue. Raises UserError.
        """
        data = read_json(text, "trace", VERSION)
        try:
            branches = sorted(data["branches"], key=lambda branch: branch["id"])
            stories = [Story.from_json(json.dumps(branch["story"])) for branch in branches]
            history = cls(replace(stories[0], ticks=0), node_class)  # each branch is played below
            history.story = stories[0]
            history.branches = {}
            for each, story in zip(branches, stories, strict=True):
                history.branches[each["id"]] = history._restored(each, story)
            history.current = history._branch(data["current"]).id
        except (KeyError, TypeError, IndexError):
            raise UserError("This trace is not whole: parts that every trace has are missing.") from None
        history._next_id = max(history.branches) + 1
        return history

    def _restored(self, data: dict[str, Any], story: Story) -> Branch:
        check_number("the ticks of a branch", data["ticks"], 0, MOST)
        parent, fork = None, None
        if data["fork"]:
            parent = self.branches[data["parent"]]
            fork = (data["fork"]["tick"], data["fork"]["events"], data["fork"]["messages"])
        cluster = self._play(story, data["ticks"])
        branch = Branch(data["id"], str(data["name"]), cluster, parent.id if parent else None, fork)
        follows = parent is None or fork is None or parent.shared(fork) == branch.shared(fork)
        if not follows or json.loads(json.dumps(branch.data())) != data:
            raise UserError(
                f"Branch {branch.name!r} does not follow from its story: the file was edited, or made by other rules."
            )
        return branch


def _confession(liar: str) -> list[str]:
    """How a liar is called, and in one sentence what it does and which rule it breaks."""
    return [liar.replace("_", " "), (LIARS[liar].__doc__ or "").partition("\n")[0]]


def _words(arguments: tuple[Any, ...], named: dict[str, Any]) -> str:
    """Arguments, as one would say them."""
    words = ["+".join(map(str, a)) if isinstance(a, list | tuple) else str(a) for a in arguments]
    return " ".join(words + [f"{name}={value}" for name, value in named.items()])
