"""Branches: a story can be changed at any tick and played on from there, and the old course is kept.

A branch is a story and its run. An action at tick t replays the story up to the end of t, is done there, and
the run continues from there in a new branch. The later actions of the story, and all that a person has already
seen after t, stay in the old branch. The story itself is never changed.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from threading import RLock
from typing import Any

from raftlab.colors import NO_TERM, TERM_COLORS
from raftlab.extensions.membership import PREFIX
from raftlab.kv import without_session
from raftlab.raft import Raft
from raftlab.sim.about import about
from raftlab.sim.byzantine import LIARS
from raftlab.sim.cluster import Cluster
from raftlab.sim.english import names_in_short, short, wish_words
from raftlab.sim.errors import UserError, check_number
from raftlab.sim.events import as_rows
from raftlab.sim.marks import marks
from raftlab.sim.message_names import is_answer, name_of_kind, word_of_kind
from raftlab.sim.moment import Moment
from raftlab.sim.narrate import LOSSES, Narration, Sentence
from raftlab.sim.operations import RecordedOperation, is_stale, recorded_operations
from raftlab.sim.recorded import MADE_BY_OTHER_RULES, Recording, read_recording
from raftlab.sim.sayings import SAYINGS
from raftlab.sim.story import Story, check_story, read_json
from raftlab.sim.trace import VERSION, Trace
from raftlab.sim.turning import TurningPoints, turn_words
from raftlab.sim.verbs import Verb, at_once, check_verb, controls, times_of, verb_of
from raftlab.sim.why import questions, templates

AHEAD = 200  # ticks that are simulated beyond an action, so that the player has something to play
FAR = 20_000  # ticks: the most at the beginning of a branch and in one extension, so that a typing error does not fill the memory
MOST = 10 * FAR  # ticks: the most in a branch; files with longer branches are refused


@dataclass(frozen=True)
class Branch:
    """One course of events. `fork`: where it leaves its parent (tick, number of events, number of messages)."""

    id: int
    name: str
    run: Cluster | Recording
    parent: int | None = None
    fork: tuple[int, int, int] | None = None

    @property
    def cluster(self) -> Cluster:
        """The cluster that plays it. Raises UserError if the branch was made by other rules."""
        if isinstance(self.run, Recording):
            raise UserError(MADE_BY_OTHER_RULES)
        return self.run

    @property
    def trace(self) -> Trace:
        """The trace of its run."""
        return self.run.trace

    @property
    def story(self) -> Story:
        """A story that plays exactly this branch, with all actions that were done in it."""
        if isinstance(self.run, Recording):
            return self.run.story
        return replace(
            self.cluster.story, actions=tuple(self.cluster.done), ticks=max(self.trace.ticks, self.fork_tick)
        )

    @property
    def fork_tick(self) -> int:
        """The tick at which it leaves its parent."""
        return self.fork[0] if self.fork else 0

    def shared(self, fork: tuple[int, int, int]) -> tuple[list[Any], list[Any]]:
        """The events and messages before a fork; two branches that part there have them in common."""
        _, events, messages = fork
        return self.trace.events[:events], self.trace.messages[:messages]

    def data(self) -> dict[str, Any]:
        """The branch in the form of a file, without what it shares with its parent."""
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

    @cached_property
    def _turning(self) -> TurningPoints:
        return TurningPoints(self.trace)

    def part(self, events: int, messages: int) -> dict[str, Any]:
        """The events and messages from some numbers on, with their sentences, in the form that the player reads.

        sentences: [text, weight, beyond] (see `narrate.Sentence`), each once; if it names times, these follow.
        told: for each event the index of its sentence.
        turns: the turning points, [event, kind, node or null, 1 if it counts (see `raftlab.sim.turning`) or 0].
        committed: the facts of commitment.
        operations: the operations that clients began or ended in this part, see `_operation`.
        labels: command -> what a picture of a log shows instead of its first letters.
        """
        new = self.trace.events[events:]
        kinds, rows = as_rows(new)
        narration = self._narration.sentences(events)
        sentences: dict[Sentence, int] = {}
        told = [sentences.setdefault(each, len(sentences)) for each in narration]
        times = {
            each: named for event, each in zip(new, narration, strict=True) if (named := times_of(event))
        }
        asked = recorded_operations(self.trace.events)
        logs = [event.changes["log"][1] for event in new if "log" in event.changes]
        if not events:
            logs += [view["log"] for view in self.trace.start["views"].values()]
        return {
            "messages": self.trace.packed_messages(messages),
            "event_kinds": kinds,
            "events": rows,
            "sentences": [[*each, *([times[each]] if each in times else [])] for each in sentences],
            "told": told,
            "turns": [
                [turn.event, turn.kind, turn.node, int(turn.counts)]
                for turn in self._turning.all()
                if turn.event >= events
            ],
            "committed": [row for row in self.trace.committed if row[0] >= events or not events],
            "operations": [
                _operation(each, is_stale(each, asked))
                for each in asked
                if each.invoked >= events or (each.ended or 0) >= events
            ],
            "labels": dict(
                filter(None, map(_label, sorted({command for log in logs for _, command in log})))
            ),
        }


def _operation(asked: RecordedOperation, stale: bool) -> list[Any]:
    """[invoked, client, by hand, words, ended, returned, answer, 1 if stale]; the numbers are events.

    Nulls at the end are cut off.
    """
    wish = wish_words(asked.kind, asked.key, asked.argument)
    row = [
        asked.invoked,
        asked.client,
        int(asked.by_hand),
        wish,
        asked.ended,
        asked.returned,
        asked.text,
        1 if stale else None,
    ]
    while row[-1] is None:
        row.pop()
    return row


def _label(command: str) -> tuple[str, str] | None:
    """The label of a command: without its session; for a configuration, the names of the voters. None if the first letters are enough."""
    if command.startswith(PREFIX):
        return command, names_in_short(command.removeprefix(PREFIX).split())
    deed = without_session(command)
    return (command, short(deed, 6)) if deed != command else None


# All branches, the number of the chosen one, the tick of the action.
_Moment = tuple[dict[int, Branch], int, int]


class History:
    """All branches of one story, with undo and redo.

    story: the story to play first. node_class, classes: as for `Cluster`.
    """

    def __init__(
        self,
        story: Story,
        node_class: type[Raft] | None = None,
        classes: dict[str, type[Raft]] | None = None,
    ):
        check_number("the ticks of a story", check_story(story).ticks, 0, FAR)
        self._begin(story, node_class, classes)
        self.branches[0] = Branch(0, "main", self._play(story, story.ticks))

    def _begin(
        self, story: Story, node_class: type[Raft] | None, classes: dict[str, type[Raft]] | None
    ) -> None:
        self.story = story
        self.node_class, self._classes = node_class, classes
        self.branches: dict[int, Branch] = {}
        self.current = 0
        self.turn = RLock()  # one change at a time: in a notebook, a second thread answers the widget
        self._next_id = 1
        self._before: list[_Moment] = []
        self._after: list[_Moment] = []
        self._liars = {node: _confession(name) for node, name in story.liars.items()}

    @property
    def branch(self) -> Branch:
        """The chosen branch."""
        return self.branches[self.current]

    @property
    def is_recorded(self) -> bool:
        """Was it made by other rules, so that it can only be played?"""
        return isinstance(self.branch.run, Recording)

    @property
    def can_undo(self) -> bool:
        """Is there an action to take back?"""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Is there an action that was undone and can be done again?"""
        return bool(self._after)

    # -- Actions -------------------------------------------------------------------------------------

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

        verb: a verb of `Cluster`, with its arguments. seen: the last tick of the branch that a person has
        seen. If it is not later than `tick`, and the branch was itself made by an action, the branch is
        changed and no new one is made. The story itself is always kept, with its stops.
        Raises UserError, and changes nothing, if it cannot be done there.
        """
        return self._act(verb, [arguments], named, tick, branch, seen)

    def act_each(
        self,
        verb: str,
        several: Sequence[Sequence[Any]],
        *,
        tick: int,
        branch: int | None = None,
        seen: int | None = None,
    ) -> Branch:
        """Do the same to several things, such as cutting several links, as one action, which undo takes back as a whole.

        several: the arguments of the verb for each of the things. All else is as for `act`. Raises UserError, and
        changes nothing, if it cannot be done to one of them.

        Example:
            >>> from raftlab import History, load
            >>> history = History(load("three_nodes"))
            >>> history.act_each("cut", [("n1", "n2"), ("n2", "n3")], tick=40).name
            'link n1–n2 cut, link n2–n3 cut at 0.40 s'
        """
        return self._act(verb, several, {}, tick, branch, seen)

    def _act(
        self,
        verb: str,
        several: Sequence[Sequence[Any]],
        named: dict[str, Any],
        tick: int,
        branch: int | None,
        seen: int | None,
    ) -> Branch:
        deed = check_verb(verb)
        for arguments in several:
            deed.check(arguments, named)
        with self.turn:
            return self._go_on(deed, several, named, tick, self._branch(branch), seen)

    def _go_on(
        self,
        deed: Verb,
        several: Sequence[Sequence[Any]],
        named: dict[str, Any],
        tick: int,
        old: Branch,
        seen: int | None,
    ) -> Branch:
        check_number("the tick", tick, 0, old.trace.ticks)
        if self.is_recorded:
            raise UserError(MADE_BY_OTHER_RULES)
        cluster = self._play(old.story.until(tick), tick)
        cluster.leave_plan()
        fork = (tick, len(cluster.trace.events), len(cluster.trace.messages))
        for arguments in several:
            deed.do(cluster, *arguments, **named)
        cluster.tick(min(max(self.story.ticks - tick, AHEAD), MOST - tick))
        name = f"{_summary(cluster.trace, fork[1], len(several))} at {tick * cluster.trace.ms_per_tick / 1000:.2f} s"
        unseen = old.fork is not None and seen is not None and seen <= tick and tick >= old.fork_tick
        unseen = unseen and not any(b.parent == old.id and b.fork_tick > tick for b in self.branches.values())
        if unseen:
            return self._put(replace(old, run=cluster, name=f"{old.name}; {name}"), tick)
        new = Branch(self._next_id, name, cluster, old.id, fork)
        self._next_id += 1
        return self._put(new, tick)

    def what_if(self, message: int, branch: int | None = None) -> Branch:
        """Answer "what if this lost message had arrived?": make a branch where it was lost, and deliver it there."""
        old = self._branch(branch)
        check_number("a message id", message, 0)
        lost = next((e for e in old.trace.events if e.what == "lost" and e.detail[0] == message), None)
        if lost is None:
            raise UserError(f"Message {message} was not lost in this branch.")
        return self.act("deliver", message, tick=lost.tick, branch=old.id)

    def more(self, ticks: int, branch: int | None = None) -> Branch:
        """Continue a branch up to a tick."""
        with self.turn:
            old = self._branch(branch)
            check_number("the number of ticks", ticks, 0, min(old.trace.ticks + FAR, MOST))
            old.cluster.tick(max(0, ticks - old.trace.ticks))
            return old

    def select(self, branch: int) -> Branch:
        """Choose a branch."""
        self.current = self._branch(branch).id
        return self.branch

    def undo(self) -> int:
        """Undo the last action, and return its tick. Raises UserError if there is none."""
        with self.turn:
            if not self._before:
                raise UserError("There is nothing to undo.")
            return self._swap(self._before, self._after)

    def redo(self) -> int:
        """Do again the action that was undone last, and return its tick. Raises UserError if there is none.

        After a new action nothing can be done again: it would belong to another course of events.
        """
        with self.turn:
            if not self._after:
                raise UserError("There is nothing to do again.")
            return self._swap(self._after, self._before)

    def forget_undone(self) -> None:
        """Forget the actions that were undone, because something else has been done since, outside of this history."""
        self._after.clear()

    def _swap(self, source: "list[_Moment]", target: "list[_Moment]") -> int:
        branches, current, tick = source.pop()
        target.append((self.branches, self.current, tick))
        self.branches, self.current = branches, current
        return tick

    def _put(self, branch: Branch, tick: int) -> Branch:
        self._before.append((self.branches, self.current, tick))
        self._after.clear()
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
        cluster = Cluster(story, node_class=self.node_class, classes=self._classes)
        cluster.tick(ticks)
        return cluster

    # -- As data ----------------------------------------------------------------------------------------

    def bundle(self) -> dict[str, Any]:
        """Everything that a player needs, as data for JSON."""
        protocol = self.branch.trace.protocol
        bundle = {
            "format": "raftlab trace",
            "version": VERSION,
            "title": self.story.title,
            "recorded": MADE_BY_OTHER_RULES if self.is_recorded else None,
            "liars": self._liars,
            "extensions": protocol.extensions,
            "words": protocol.words,
            "marks": marks(protocol.words),
            "nodes": list(self.story.ids()),
            "ms_per_tick": self.branch.trace.ms_per_tick,
            "kinds": [
                [kind, fields, name_of_kind(kind), word_of_kind(kind), is_answer(kind)]
                for kind, fields in protocol.kinds.items()
            ],
            "colors": [NO_TERM, *TERM_COLORS],
            "controls": controls(),
            "questions": questions(),
            "at_once": at_once(),
            "watched": list(self.branch.trace.watched),
            "losses": LOSSES,
            "turns": turn_words(protocol.words),
            "answers": templates(),
            "about": about(protocol.words),
            "sayings": SAYINGS,
            "rules": {id: [rule.text, rule.section] for id, rule in protocol.rules.items()},
            "branches": [branch.data() for branch in self.branches.values()],
            "current": self.current,
        }
        return bundle | {"checksum": checksum_of(bundle)}

    def to_json(self) -> str:
        """All branches as one text: the form in which a trace is saved."""
        return json.dumps(self.bundle(), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str, node_class: type[Raft] | None = None) -> "History":
        """Read a history from such a text.

        The story of each branch is played again and compared with the file. If they differ, or if the file is older
        than version 3, it was made by other rules: it opens as it was recorded, says so, and can only be played. So
        no such file is taken for a run of these rules. Raises UserError if the file is damaged, or was changed after it
        was written.
        """
        bundle = read_json(text, "trace", VERSION)
        try:
            is_old = bundle["version"] < 3  # such a file has no checksum and no facts of commitment
            if not is_old and bundle.pop("checksum") != checksum_of(bundle):
                raise UserError("This trace was changed after it was written: its checksum does not fit.")
            branches = sorted(bundle["branches"], key=lambda branch: branch["id"])
            stories = [Story.from_json(json.dumps(branch["story"])) for branch in branches]
            for branch in branches:
                check_number("the ticks of a branch", branch["ticks"], 0, MOST)
            history = cls.__new__(cls)
            history._begin(stories[0], node_class, None)
            read = dict(
                zip([branch["id"] for branch in branches], zip(branches, stories, strict=True), strict=True)
            )
            if is_old or not history._replays(read):
                history._take_as_recorded(bundle, read)
            history.select(bundle["current"])
            if history.is_recorded:
                history.bundle()  # raises an error if parts are missing that the narration needs
        except (AttributeError, KeyError, TypeError, IndexError, ValueError) as error:
            if isinstance(error, UserError):
                raise
            raise UserError("This trace is damaged: parts that every trace has are missing.") from None
        history._next_id = max(history.branches) + 1
        return history

    def _replays(self, read: dict[int, tuple[dict[str, Any], Story]]) -> bool:
        """Play the stories of all branches. Are the runs equal to those in the file?"""
        self.branches = {}
        for id, (data, story) in read.items():
            try:
                cluster = self._play(story, data["ticks"])
            except UserError:  # today's rules do not allow an action or a set of extensions
                return False
            fork = _fork(data)
            self.branches[id] = branch = Branch(id, str(data["name"]), cluster, data["parent"], fork)
            parent = self.branches[data["parent"]] if fork else None
            follows = parent is None or fork is None or parent.shared(fork) == branch.shared(fork)
            again = json.loads(json.dumps(branch.data()))
            if not follows or any(again.get(name) != data.get(name) for name in FACTS):
                return False
        return True

    def _take_as_recorded(
        self, bundle: dict[str, Any], read: dict[int, tuple[dict[str, Any], Story]]
    ) -> None:
        """Take over all branches as the file has them."""
        self.branches, self._liars = {}, bundle.get("liars", {})
        for id, (data, story) in read.items():
            fork = _fork(data)
            parent = self.branches[data["parent"]].trace if fork else None
            recording = read_recording(bundle, data, story, parent)
            self.branches[id] = Branch(id, str(data["name"]), recording, data["parent"], fork)


# The parts of a branch that are compared when its story is played again. The other parts follow from these.
FACTS = ("start", "messages", "event_kinds", "events", "committed", "story", "checksum")


def _fork(data: dict[str, Any]) -> tuple[int, int, int] | None:
    """The fork of a branch in a file."""
    return (data["fork"]["tick"], data["fork"]["events"], data["fork"]["messages"]) if data["fork"] else None


def checksum_of(bundle: dict[str, Any]) -> str:
    """A checksum of a bundle. It distinguishes a file that was changed later from one that was made by other rules."""
    return hashlib.sha256(json.dumps(bundle, sort_keys=True).encode()).hexdigest()[:16]


def _confession(liar: str) -> list[str]:
    """The name of a liar in words, and a sentence that says what it does and which rule it breaks."""
    return [liar.replace("_", " "), (LIARS[liar].__doc__ or "").partition("\n")[0]]


def _summary(trace: Trace, first: int, count: int) -> str:
    """What was done, in a few words: the first `count` actions from event number `first` on."""
    actions = [(verb, event) for event in trace.events[first:] if (verb := verb_of(event.what))]
    one, *others = dict.fromkeys(
        verb.summary_of(Moment(trace, event, {}, {})) for verb, event in actions[:count]
    )
    return ", ".join([one, *others]) if len(others) < 3 else f"{one}, and {len(others)} more"
