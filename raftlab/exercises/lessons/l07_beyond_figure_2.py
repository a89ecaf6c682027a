"""Lesson 07: storing and installing a snapshot; which change of voters is allowed; handing over.

Then faulty nodes, and a leader and its operator.
"""

from dataclasses import replace
from random import Random

from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.item import Item
from raftlab.exercises.questions import Asked, Question, became, drawn, first_usable
from raftlab.exercises.read_it import read_it
from raftlab.exercises.review_it import ReviewIt
from raftlab.exercises.write_it import Rule
from raftlab.sim.play import play
from raftlab.sim.story import Story
from raftlab.sim.trace import Trace

BEYOND = ("Snapshots", "Membership", "Transfer")

# -- A run to read: a snapshot, a node that comes back, a node that gets a vote, a leader that hands over, and a restart ----

ASKED, TICKS = 60, 300  # the tick of the first command, and how long the run is


def operated(seed: int) -> Asked:
    """07: a leader does what its operator asks."""
    return first_usable("07", seed, _make)


def _make(dice: Random) -> Asked:
    ids = [f"n{number}" for number in range(1, 5)]
    new = ids[drawn(dice, 0, 3)]
    first = "1:voters " + " ".join(node for node in ids if node != new)
    begun = Story(
        "read_07", "What an operator asks for", nodes=4, seed=drawn(dice, 1, 99_999), ticks=TICKS, extensions=BEYOND,
        start={node: {"term": 1, "log": [first]} for node in ids},
    )  # fmt: skip
    _, leader = became(play(begun, ASKED), "leader")[-1]
    followers = [node for node in ids if node not in (leader, new)]
    back = followers.pop(drawn(dice, 0, 1))
    asks = [ASKED + 8 * place for place in range(drawn(dice, 2, 4))]
    saves = asks[-1] + drawn(dice, 1, 12)
    returns, joins = saves + drawn(dice, 10, 20), saves + drawn(dice, 70, 80)
    hands = joins + drawn(dice, 40, 50)
    fails = hands + drawn(dice, 30, 40)
    story = replace(begun, actions=(
        (ASKED - 1, "crash", back),
        *((tick, "propose", f"x={place}", leader) for place, tick in enumerate(asks, start=1)),
        (saves, "snapshot", leader), (returns, "restart", back), (joins, "change_voters", *ids),
        (hands, "propose", "x=9", leader), (hands, "transfer", followers[0]),
        (fails, "crash", back), (fails + 10, "restart", back),
    ))  # fmt: skip
    return story, _asked(story, leader, back, new)


def _asked(story: Story, leader: str, back: str, new: str) -> tuple[Question, ...]:
    """Raises IndexError if another node leads before the leader hands over, or if something happens at once or not at all."""
    when: dict[str, int] = {}
    for tick, verb, *_ in story.actions:
        when.setdefault(verb, tick)
    successor = next(node for _, verb, node, *_ in story.actions if verb == "transfer")
    (fails, *_), (again, *_) = story.actions[-2:]
    trace = play(story)
    covered = trace.view(leader, when["snapshot"]).snapshot
    taken = _first(trace, "SN-3", back, when["restart"])
    counts = _first(trace, "MC-1", leader, when["change_voters"])
    told = _first(trace, "TL-2", leader, when["transfer"])
    if [node for _, node in became(trace, "leader", ASKED)] != [successor]:
        raise IndexError("another leader")
    kept = trace.view(back, again).snapshot
    if trace.view(back, TICKS).last_applied == kept:
        raise IndexError("nothing is applied after the restart")
    if counts == when["change_voters"] or told == when["transfer"]:
        raise IndexError("nothing to wait for")
    return (
        Question(f"At tick {when['snapshot']} {leader} takes a snapshot. What is the index of the last entry in it?", covered, (
            f"Go to tick {when['snapshot']}, and look at the row of {leader} in the logs.",
            "A snapshot holds the state of the state machine. Which entries has it applied by then?",
            "The hatched bar covers the entries that are in the snapshot: take the last index in it.")),
        Question(f"{back} has crashed, and comes back at tick {when['restart']}. At which tick does it install a snapshot?", taken, (
            f"Go to tick {when['restart']}. The leader does not know yet what {back} lacks.",
            "First it sends entries, and they are refused. When it steps back to entries that its log no longer has, it sends the snapshot.",
            f"It is the tick at which the first InstallSnapshot arrives at {back}.")),
        Question(f"At tick {when['change_voters']} {leader} is asked to give {new} a vote. At which tick does {leader} begin to count this vote?", counts, (
            f"{new} has to catch up first. Watch what {leader} sends to it.",
            "A configuration counts as soon as it is in the log, before it is committed.",
            f"It is the tick at which {leader} appends the entry with four voters.")),
        Question(f"At tick {when['transfer']} {leader} is asked to hand over to {successor}. At which tick does it first tell {successor} to stand for election?", told, (
            f"Go to tick {when['transfer']}: a command has just arrived, too. Does {successor} have it?",
            f"{leader} waits until it knows that the log of {successor} is as long as its own.",
            f"It is the tick at which the first TimeoutNow leaves {leader}.")),
        Question(f"At tick {fails} {back} crashes again, and at tick {again} it is back. What is the index of the first entry that its state machine applies then?", kept + 1, (
            f"The crash erases the state of {back}'s state machine. What does {back} find on its disk?",
            "The state machine begins with the state in the snapshot. So it does not apply the entries in the snapshot again.",
            f"Go to tick {again}, and look at the row of {back} in the logs: it is the index after the hatched bar.")),
    )  # fmt: skip


def _first(trace: Trace, rule: str, node: str, begin: int) -> int:
    """The first tick from `begin` on at which a node follows a rule. Raises IndexError if there is none."""
    found = [tick for tick, who, each in trace.rules() if (who, each) == (node, rule) and tick >= begin]
    return found[0]


ITEMS: tuple[Item, ...] = (
    Rule("save_snapshot", "07", 8, ("SN-1", "SN-3"), (
        "A snapshot takes the place of the beginning of the log. Three things change: what the node remembers, its log, and its disk.",
        "After a restart the node begins with its snapshot and with the entries after it. So the snapshot must be on the disk when the step is over.",
        "node.snapshot = snapshot; node.log.start_after(snapshot.index, snapshot.term), which keeps the entries after it if the log agrees with it; node.emit(SaveSnapshot(snapshot))."),
        extensions=("Snapshots",),
        misconceptions=("a snapshot is not saved", "a snapshot throws away all that follows")),
    Rule("on_install_snapshot", "07", 14, ("SN-3", "SN-4", "AE-1", "CA-3", "FO-2"), (
        "It is much like an append: first look at the term, then note the leader. Which snapshots bring nothing new?",
        "What is committed here already must never be taken back. A leader of an older term must not be told of progress: the reply has this node's later term, and that leader may lead again in it.",
        "Older term: reply InstallSnapshotReply(node.id, msg.src, node.term, 0), and stop. A candidate becomes a follower of its term. Note the leader and reset the timer. If msg.last_included_index > node.commit_index: set commit_index and last_applied to it, node.save_snapshot(Snapshot(index, term, msg.state, msg.voters)), node.emit(Restore(node.snapshot)). Reply with msg.last_included_index."),
        extensions=("Snapshots",),
        misconceptions=("an old snapshot is taken over", "a snapshot of an older term is taken over",
            "a refused snapshot is reported as taken", "a snapshot does not reach the state machine")),
    Rule("objection", "07", 10, ("MC-2", "MC-3"), (
        "Why is it enough to change one vote at a time? Draw a majority of the old voters and one of the new ones: what do they share?",
        "There are four objections: nothing of the leader's own term is committed yet, more or less than one vote changes, a node is still catching up, and the last change is not committed.",
        "Compare node.log.term_at(node.commit_index) with node.term; len(set(voters) ^ set(node.voters())) with 1; look at node.newcomer; and look for a command that begins with \"voters \" at each index from node.commit_index + 1 to node.log.last_index. Return the rule and the reason, or None."),
        extensions=("Membership",),
        misconceptions=("voters change before the leader has committed anything", "several voters change at once")),
    Rule("hand_over", "07", 8, ("TL-2",), (
        "The successor starts an election as soon as it is told to. When would it lose this election?",
        "A voter refuses a log that is less up to date than its own. What must the leader know about the successor's log?",
        "If node.successor is not None and node.match_index.get(node.successor) == node.log.last_index: node.send(TimeoutNow(node.id, node.successor, node.term))."),
        extensions=("Transfer",),
        misconceptions=("hands over to a node that is not up to date",
            "any entry of the last term is enough for a successor", "hands over to a node that is thought to be up to date")),
    BreakIt("07.a", 20, (
        "a snapshot does not reach the state machine", "a snapshot is not saved",
        "a snapshot throws away all that follows", "voters change before the leader has committed anything",
        "several voters change at once", "those without a vote are counted", "commits without a majority",
        "grants two votes in one term", "new leader drops its uncommitted entries"),
        have=BEYOND),
    BreakIt("07.b", 20, (
        "a new node has its vote at once", "the leader does not count itself",
        "followers never hear what is committed", "who has no vote stands for election",
        "hands over to a node that is not up to date", "an older leader hands over",
        "nextIndex never decremented", "sends log[next + 1:]",
        "the entry before is named with the leader's own term"), have=BEYOND),
    ReviewIt("07.c", 20, wrong={
        "a configuration counts only when committed": (), "those without a vote are counted": (),
        "who has no vote stands for election": (), "a new node has its vote at once": (),
        "takes commands while it hands over": (), "an older leader hands over": ()},
        right={"a new node is sent its entries before the others": ("order",),
            "whether a leader has lost its vote is looked up at the new commit index": ("same",),
            "the voters of a quorum are counted in a set": ("same",),
            "a leader saves before it changes voters": ("saves more",),
            "a successor saves once more before it asks": ("saves more",),
            "the others are asked in the opposite order in the old leader's name": ("order",)},
        rules=("MC-2", "MC-4", "TL-3"), beside=("on_change_voters", "commit", "end_round", "admit", "on_tick",
            "on_append_entries_reply", "on_transfer_leadership", "on_timeout_now"),
        have=BEYOND),
    *read_it("07", operated, 3, 3, 3, 3, 3),
)  # fmt: skip
