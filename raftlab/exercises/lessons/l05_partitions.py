"""Lesson 05: what is saved, current reads, commands carried out once, PreVote; a cut through five nodes."""

from collections.abc import Callable
from random import Random
from typing import Any

from raftlab.checks.failure import Failure
from raftlab.checks.rows.machines import RANDOM, ROWS, EveryLog
from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.item import Item
from raftlab.exercises.points import CENTRAL, SLIP
from raftlab.exercises.questions import Asked, Question, became, changes, drawn, first_usable
from raftlab.exercises.read_it import read_it
from raftlab.exercises.review_it import ReviewIt
from raftlab.exercises.tasks import Task
from raftlab.exercises.tries import Tries
from raftlab.exercises.understood import Shown
from raftlab.exercises.write_it import Rule
from raftlab.kv import KeyValue
from raftlab.sim.play import play
from raftlab.sim.story import Story

# -- A machine that carries out each command once, even if the log has it several times --------------------------------


def do_once(function: Callable[..., Any]) -> Tries:
    """Try an answer on logs with repeated commands: those in ROWS, random ones, and all short ones."""
    machine: type[KeyValue] = type("YourMachine", (KeyValue,), {"do_once": _method(function)})
    found = [*(log.run(machine) for log in (*ROWS, *RANDOM)), EveryLog().run(machine)]
    failures = [each for each in found if each is not None]
    rows = [each is None for each in found[: len(ROWS)]]
    if not failures:
        return Tries(1, 1, (f"All {len(found)} checks pass.",))
    head = f"{len(found)} checks, {len(failures)} fail{'s' if len(failures) == 1 else ''}."
    if any(log.central and log.carries_out_others(machine) for log in ROWS):
        sentences = (head, Shown.MISCONCEPTION.value, *told(failures[0]))
        return Tries(0, 1, sentences, left=CENTRAL)
    right = min(sum(rows), len(rows) - 1)  # if only random or short logs fail, it is still not right
    return Tries(right, len(rows), (head, *told(failures[0])), left=min(right / len(rows), 1 - SLIP))


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    """The answer as a method of the machine. It gets its arguments by position, so their names do not matter."""

    def method(machine: KeyValue, session: str, serial: int, command: str) -> Any:
        return function(machine, session, serial, command)

    return method


def told(failure: Failure) -> tuple[str, ...]:
    """A log that the machine answers wrongly, line by line."""
    lines = [f"    {number}. {command}" for number, command in enumerate(failure.schedule, start=1)]
    if failure.seed is not None:
        lines += [f"The seed of this log: {failure.seed}."]
    return (
        f"Expected: {failure.expectation}",
        "The log, command by command:",
        *lines,
        f"Your machine {failure.did.rstrip('.')}.",
        f"It should {failure.should}.",
    )


# -- A run to read: five nodes are cut in two, both sides are written to, and the cut heals ----------------------------

CUT, TICKS = 60, 280


def two_leaders(seed: int) -> Asked:
    """05: two leaders, and what happens to the commands that each has accepted."""
    return first_usable("05", seed, _make)


def _make(dice: Random) -> Asked:
    begun = Story("read_05", "A cut, and what it leaves", seed=drawn(dice, 1, 99_999), ticks=TICKS)
    _, old = became(play(begun, CUT), "leader")[-1]
    others = [node for node in begun.ids() if node != old]
    mate = others[drawn(dice, 0, 3)]
    rest = [node for node in others if node != mate]
    cut = (CUT, "partition", [old, mate], rest)
    _, new = became(
        play(Story(begun.name, begun.title, seed=begun.seed, ticks=TICKS, actions=(cut,))), "leader", CUT
    )[0]
    lost, heal = drawn(dice, 1, 3), drawn(dice, 160, 190)
    asks = [(CUT + 4 * place, "propose", letter, old) for place, letter in enumerate("abc"[:lost], 1)]
    kept = (drawn(dice, 125, 150), "propose", "x", new)
    actions = (cut, *asks, kept, (heal, "heal"))
    story = Story(begun.name, begun.title, seed=begun.seed, ticks=TICKS, actions=actions)
    return story, _asked(story, (old, mate), new, kept[0], heal)


def _asked(story: Story, minority: tuple[str, str], new: str, asked: int, heal: int) -> tuple[Question, ...]:
    """Raises IndexError if x is not committed before the cut heals, or another leader comes."""
    trace = play(story)
    commits = [
        tick for tick, node, _ in changes(trace, "commit_index") if node == new and asked <= tick < heal
    ]
    if len(became(trace, "leader", CUT)) != 1 or not commits:
        raise IndexError("another leader, or nothing committed")
    old, mate = minority
    steps_down = [tick for tick, node in became(trace, "follower", heal - 1) if node == old]
    same = [tick for tick in range(heal, TICKS) if trace.view(mate, tick).log == trace.view(new, tick).log]
    return (
        Question(f"{old} is the leader, and at tick {CUT} it is cut off together with {mate}. Which node becomes leader of the other three?", new, (
            f"Go to tick {CUT} and step on: one of the three waits in vain for a heartbeat.",
            "It needs three votes, and there are three on its side.",
            f"Press l after tick {CUT}. Two nodes lead then, in different terms.")),
        Question(f"The cut heals at tick {heal}. At which tick is {old} no longer a leader?", steps_down[0], (
            f"Until then it has not heard of the later term. Step on from tick {heal}.",
            "Any message of the later term will do: a heartbeat, or a reply to its own.",
            "It is the tick at which the first message of the later term arrives there.")),
        Question(f"At which tick has {mate} lost all entries that {old} took during the cut, and has x in its log?",
            same[0], (
            f"Watch the row of {mate}: what only the two of them had was never committed.",
            f"{new} sends what follows the last entry on which the two logs agree; it may have to step back first.",
            f"It is the first tick from {heal} on at which the logs of {mate} and {new} are equal.")),
    )  # fmt: skip


ITEMS: tuple[Item, ...] = (
    Rule("save", "05", 4, ("ST-P0", "ST-P1", "ST-P2", "ST-P3"), (
        "What must be there again after a crash? Three things.",
        "Only what has changed in the log is written: the entries from an index on. Without an index, nothing has changed.",
        "node.emit(Save(node.term, node.voted_for, index, node.log.entries_from(index))), where index is from_index, or node.log.last_index + 1 if from_index is None."),
        misconceptions=("the vote is not written", "the term is not written", "the log is not written")),
    Rule("advance_reads", "05", 10, ("RI-1", "RI-2", "RI-3"), (
        "A read waits for three things: the leader must know what is committed, a majority must confirm the leader, and the entry must be applied.",
        "A leader knows what is committed only after an entry of its own term is committed. Only a majority can say that it is still the leader.",
        "For each read without a read_index, if node.log.term_at(node.commit_index) == node.term: note node.commit_index with read._replace, and send ConfirmLeader(node.id, peer, node.term, read.round) to all peers. For each read with one, if read.confirmed is a quorum and node.last_applied >= read.read_index: node.answer(read.read.client, ReadNow(read.read.command)). All other reads wait on."),
        extensions=("ReadIndex", "NoOp"),
        misconceptions=("reads without asking", "reads before anything of its own term is committed",
            "reads when an entry of its own term is in the log", "a read waits for everybody",
            "a read does not wait until its entry is applied")),
    Rule("on_confirm_leader_reply", "05", 6, ("RI-2",), (
        "A confirmation says: when your question arrived, I knew of no later term. Which reads had begun by then?",
        "An answer to an older question proves nothing for a newer read: by then there may be another leader.",
        "If the node is the leader and msg.term == node.term: for each read with a read_index and read.round <= msg.round, add msg.src with read._replace(confirmed=read.confirmed | {msg.src}). Put the new tuple into node.reads, then node.advance_reads()."),
        extensions=("ReadIndex", "NoOp"),
        misconceptions=("an old answer confirms a newer read",)),
    Rule("on_request_pre_vote", "05", 8, ("PV-2",), (
        "The node is asked whether it would vote, and not for its vote. So what may change in the node?",
        "Three things must be true: the proposed term is later than the node's, the other log is at least as up to date, and the node hears no leader.",
        "would = msg.proposed_term > node.term and node.log.is_covered_by(msg.last_log_index, msg.last_log_term) and not node.has_live_leader(); then node.send(RequestPreVoteReply(node.id, msg.src, max(node.term, msg.term), would))."),
        extensions=("PreVote",),
        misconceptions=("a pre-vote is given without looking at the log",
            "a pre-voter compares only the last terms", "a pre-vote is given although a leader is heard",
            "only the leader itself refuses a pre-vote", "a voter adopts the later term of a question",
            "a node that lags behind is answered in its own term")),
    Rule("on_request_pre_vote_reply", "05", 4, ("PV-3",), (
        "When does an answer count? Think of refusals, of answers to an older question, and of a node that no longer asks.",
        "A node that hears a leader again has no reason to go on, even with a majority.",
        "If node.pre_votes is not empty (the node asks), msg.term == node.term, msg.vote_granted, and node.leader is None: add msg.src to node.pre_votes, then node.count_pre_votes()."),
        extensions=("PreVote",),
        misconceptions=("refused pre-votes count",)),
    Task("do_once", "05", 8, (
        "For each session, remember the last number and its answer. What should happen when a command with the same number comes again?",
        "There are three cases: a newer number, the same number, and an older one. And the session may be unknown.",
        "last, answer = machine.sessions.pop(session); if serial > last: answer = machine.do(command), and last = serial. Put (last, answer) back, so that this session is the one used last. Return the answer if serial == last now, else f\"stale: {session} is at {last}\"."),
        ("machine", "session", "serial", "command"), do_once, "Play the story asked_twice, and asked_in_session.", ("do_once",)),
    BreakIt("05.a", 20, (
        "vote not saved", "the vote is not written", "log not saved", "the log is not written",
        "the leader does not save its own entries", "the new term of a candidate is not saved", "a vote is told before it is saved",
        "accepts appends of an older term", "applies on append")),
    BreakIt("05.b", 20, (
        "reads without asking", "commits without a majority", "no up-to-date check",
        "reads before anything of its own term is committed", "an old answer confirms a newer read",
        "grants two votes in one term", "new leader drops its uncommitted entries",
        "up-to-date compares only the last term", "a majority of those alive"), have=("NoOp", "ReadIndex")),
    ReviewIt("05.c", 20, wrong={
        "never deletes conflicting entries": (), "nextIndex never decremented": (),
        "prev check looks at the index only": (), "heartbeats skip the prev check": (),
        "the leader does not count itself": (), "commits an older term's entry by counting copies": (),
        "match index = its log's length when the reply arrives": ("LE-4",), "applies only the newest committed entry": ("ST-V2",)},
        right={"an append that changes nothing is saved, too": ("saves more",), "a success is sent before the commit": ("order",),
            "clients are answered after all entries are applied": ("order",), "a commit is told at once": ("sends more",),
            "the rest is sent at once after a success": ("sends more",), "a refusal says how long the log is": ("unused",),
            "after a refusal a leader goes half of the way back": ("guess",), "entries are compared whole": ("same",)},
        rules=("AE-1", "LE-2", "LE-3"), beside=("on_append_entries", "on_append_entries_reply", "advance_commit_index", "commit")),
    *read_it("05", two_leaders, 5, 5, 5),
)  # fmt: skip
