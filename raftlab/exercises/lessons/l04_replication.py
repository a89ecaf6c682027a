"""Lesson 04: how entries are stored, confirmed and committed; wrong logs; a follower that falls behind, and one played by hand."""

from random import Random
from typing import Any, NamedTuple

from raftlab.checks.by_hand.judge import HandPlayed, Situation, by_the_rules
from raftlab.checks.by_hand.node import LOGS, REPLIES, ROLES
from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.item import Hints, Item
from raftlab.exercises.played_by_hand import played, whole_run
from raftlab.exercises.questions import Asked, Asking, Question, became, changes, drawn, first_usable
from raftlab.exercises.read_it import read_it
from raftlab.exercises.review_it import ReviewIt
from raftlab.exercises.tries import Tries
from raftlab.exercises.write_it import Rule
from raftlab.sim.play import play
from raftlab.sim.story import Story

# -- A run to read: a follower is cut off for less than an election timeout, and catches up ----------------------------

AWAY = 12  # ticks that the follower is cut off: less than the shortest election timeout
TICKS = 200


def falls_behind(seed: int) -> Asked:
    """04: a follower falls behind."""
    return first_usable("04", seed, _make)


def _make(dice: Random) -> Asked:
    begun = Story("read_04", "A follower falls behind", seed=drawn(dice, 1, 99_999), ticks=TICKS)
    _, leader = became(play(begun, 60), "leader")[-1]
    away = [node for node in begun.ids() if node != leader][drawn(dice, 0, 3)]
    cut, missed = drawn(dice, 62, 150), drawn(dice, 1, 3)
    asks = [(cut + 3 * place, "propose", letter, leader) for place, letter in enumerate("bcd"[:missed], 1)]
    actions = ((60, "propose", "a", leader), (cut, "isolate", away), *asks, (cut + AWAY, "heal"))
    story = Story(begun.name, begun.title, seed=begun.seed, ticks=TICKS, actions=actions)
    return story, _asked(story, leader, dice)


def _asked(story: Story, leader: str, dice: Random) -> tuple[Asking, ...]:
    """The items. Raises IndexError if there is another leader, the commit comes too late, or too little happens in the fog."""
    trace = play(story)
    if became(trace, "leader", 60):
        raise IndexError("another leader")
    commits = [
        tick
        for tick, node, index in changes(trace, "commit_index")
        if node == leader and int(str(index)) >= 2
    ]
    return (
        Question("At which tick does the leader commit the command b?", commits[0], (
            "Step from the tick at which b is proposed.",
            "The leader needs the confirmations of two others.",
            "A filled entry is known to be committed. Watch the leader's row in the logs.")),
        in_the_fog(dice),
    )  # fmt: skip


# -- A follower that missed something, played by hand: the learner sees no more than this node does ("the fog") --------

MEETS = {"AE-1", "AE-2", "AE-4", "AE-5", "RV-2"}  # in every such run, each of these rules decides some answer
FIELDS: dict[str, str] = {
    "term": "a number",
    "role": " or ".join(f'"{role}"' for role in ROLES),
    "voted_for": "a node, or None",
    "log": " or ".join(f'"{log}"' for log in LOGS),
    "commit_index": "a number",
    "reply": " or ".join(f'"{reply}"' for reply in REPLIES),
}


class InTheFog(NamedTuple):
    """A node that the learner plays by hand. events: how many events need an answer if all answers are right."""

    story: Story
    node: str
    events: int
    hints: Hints = (
        "First compare the terms. A later term is taken over, and the node has a new vote, whatever else the message says. A message of an older term is refused.",
        "Then look at the log. Is the entry before the new ones there, with the same term? If not, refuse and change nothing. Vote only for a candidate whose log is at least as up to date as yours.",
        "Never commit more than the append has just confirmed: the smaller of the leader's commit index and the index of the last entry that it brought.",
    )
    end: str = 'YouAre("n3") of lesson 09 plays another run with you, and shows what the rules say.'

    @property
    def text(self) -> str:
        """The node that is played, and the first event."""
        return (
            f"You are {self.node}. You see only your own state, and one event at a time.\n"
            f"{faced(HandPlayed(self.story, self.node).situation)}"
        )

    def judge(self, value: Any, _story: Story) -> Tries:
        """The result of the answers. It says which of them are right only after all events are answered."""
        game = played(self.story, self.node, value)
        if game.situation is not None:
            count = len(game.judged)
            head = f"{count} answered. You see the whole run, and get points, after the last event."
            return Tries(0, 1, (head, faced(game.situation)))
        of = max(self.events, len(game.judged))
        return Tries(game.right, of, tuple(game.report(solved=False)), whole_run(game))


def faced(situation: Situation | None) -> str:
    """An event, the state of the node, and what is asked."""
    assert situation is not None
    asked = ", ".join(f'"{name}" ({FIELDS[name]})' for name in situation.asked)
    silent = "; if you name no reply, none is sent" if "reply" in situation.asked else ""
    return (
        f"Event {situation.number}, at tick {situation.tick}: {situation.event}.\n"
        f"Your state: {situation.state}.\n"
        f"Say what is true after it: {asked}. What you leave out stays as it is{silent}."
    )


def in_the_fog(dice: Random) -> InTheFog:
    """A run of these dice. Raises IndexError if there are too many events in it, or some rule of MEETS decides none."""
    story, node = _in_the_fog(dice)
    game = HandPlayed(story, node)
    while game.situation is not None:
        game.answer(**by_the_rules(game))
    if not {each.rule for each in game.judged} >= MEETS or len(game.judged) > 11:
        raise IndexError("not enough to be answered, or too much")
    return InTheFog(story, node, len(game.judged))


def _in_the_fog(dice: Random) -> tuple[Story, str]:
    """Two nodes have equal logs and the third lags behind. First one of the two leads, then the other, and messages come late."""
    ids = ["n1", "n2", "n3"]
    first, second, node = (ids.pop(drawn(dice, 0, len(ids) - 1)) for _ in range(3))
    term = drawn(dice, 2, 9)
    shared = [f"1:{letter}" for letter in "abc"[: drawn(dice, 1, 3)]]
    theirs = [f"{term}:{letter}" for letter in "de"[: drawn(dice, 1, 2)]]
    own = [f"{term - 1}:{letter}" for letter in "xy"[: drawn(dice, 0, 2)]]
    agree = {"term": term, "log": shared + theirs}
    write = drawn(dice, 14, 18)
    again = write + drawn(dice, 8, 10)
    ends: tuple[tuple[Any, ...], ...]
    if drawn(dice, 0, 1):  # the second candidate lacks the last entry
        ends = (
            (again, "cut", first, second),
            (again, "propose", "g", first),
            (again + 4, "time_out", second),
        )
    else:  # later messages overtake the last append of the first leader
        slow = (again, "set_network", (7, 7), None, None, first, node)
        ends = (slow, (again, "propose", "g", first), (again + 2, "time_out", second))
    begins = ((0, "set_network", (1, 1)), (1, "time_out", first), (write, "propose", "f", first))
    story = Story(
        "in_the_fog", "In the fog", nodes=3, seed=drawn(dice, 1, 99_999), ticks=again + 16, actions=begins + ends,
        start={first: agree, second: agree, node: {"term": term - 1, "log": shared + own}},
    )  # fmt: skip
    return story, node


ITEMS: tuple[Item, ...] = (
    Rule("on_append_entries", "04", 12, ("AE-1", "AE-2", "AE-3", "AE-4", "AE-5", "CA-3", "FO-1", "FO-2", "ST-P0"), (
        "Follow the order of Figure 2. Is the term old? Do the logs agree before the new entries? What contradicts, what is missing, and what is committed?",
        "A late, shorter append must delete nothing. Delete only from the first entry that has another term. A heartbeat is checked like every other append.",
        "Go through msg.entries, and compare node.log.term_at(index) with the term of each entry. At the first one that differs or is missing: node.log.replace_from(index, the rest) and node.save(from_index=index). Commit min(msg.leader_commit, last new index), if that is more than before."),
        misconceptions=("accepts appends of an older term", "the entry before is not checked",
            "prev check looks at the index only", "heartbeats skip the prev check",
            "truncates after prev on every append", "a heartbeat cuts the log",
            "never deletes conflicting entries", "deletes only the entry that conflicts",
            "appends without looking at what is there", "log not saved",
            "follower's commit without the minimum", "applies on append", "confirms all it has",
            "a follower commits nothing", "a follower commits, and applies nothing", "a heartbeat commits nothing",
            "a leader does not reset the timer")),
    Rule("on_append_entries_reply", "04", 8, ("LE-3a", "LE-3b", "LE-4"), (
        "First: does this reply still matter to a leader of this term? Then: is it a success or a refusal?",
        "Replies can overtake each other, so what the leader knows about a follower may only grow. And the leader's log may have grown since it sent the append.",
        "Success: match_index = max(old, msg.match_index), next_index = match_index + 1, node.advance_commit_index(). Refusal of the newest guess: next_index one lower, but not below match_index + 1, then node.replicate(msg.src)."),
        misconceptions=("match index = its log's length when the reply arrives",
            "replies of an older term count", "a success commits nothing", "nextIndex never decremented", "refusals are ignored")),
    Rule("advance_commit_index", "04", 8, ("LE-4",), (
        "Up to which index does a majority hold the leader's log? node.match_index says it for every voter, the leader included.",
        "An entry of an older term can still be overwritten, even if a majority holds it: Figure 8.",
        "For each index from node.log.last_index down to node.commit_index + 1: if a quorum has match_index >= index and node.log.term_at(index) == node.term, call node.commit(index, because=\"LE-4\") and stop."),
        misconceptions=("commits an older term's entry by counting copies", "commits without a majority",
            "a leader commits, and applies nothing", "commits only what all have",
            "an older entry holds up all that follow it")),
    Rule("replicate", "04", 4, ("LE-3",), (
        "Which entries does the follower lack? Its next index says where they begin.",
        "The message also names the entry before the first new one: its index and its term. Before the first entry, both are 0.",
        "prev = node.next_index[peer] - 1; send an AppendEntries with node.log.term_at(prev), node.log.entries_from(prev + 1) and node.commit_index."),
        misconceptions=("sends log[next + 1:]", "the entry before is named with the leader's own term",
            "the entry before is named without its term", "followers never hear what is committed",
            "a leader sends no heartbeats")),
    Rule("commit", "04", 4, ("ALL-1", "ST-V2"), (
        "Raise the commit index first. Then the state machine follows.",
        "The index may rise by several entries. Apply every one of them, and none twice.",
        "While node.last_applied is behind node.commit_index: raise it by one to index, call node.apply(index), and then node.answer(node.waiting.pop(index, None), Applied(index))."),
        misconceptions=("applies only the newest committed entry", "applies everything again", "clients are never answered",
            "only a leader applies entries")),
    Rule("on_propose", "04", 4, ("LE-2", "LE-3", "P2"), (
        "Which node takes commands, and what do the others say?",
        "The leader's own log comes first, then its disk, then the other nodes. Its own copy counts, too.",
        "node.log.append(LogEntry(node.term, event.command)), node.save(from_index=index), node.waiting[index] = event.client, node.match_index[node.id] = index, node.broadcast_entries(), node.advance_commit_index()."),
        misconceptions=("follower accepts client commands", "the leader does not save its own entries", "a leader notes no client",
            "a client is answered before its command is committed",
            "a leader puts a new command in the place of its last entry", "a command that is in the log already is dropped")),
    BreakIt("04.a", 20, (
        "never deletes conflicting entries", "deletes only the entry that conflicts",
        "prev check looks at the index only", "accepts appends of an older term",
        "applies only the newest committed entry", "commits an older term's entry by counting copies",
        "up-to-date compares only length", "commits without a majority",
        "match index = its log's length when the reply arrives", "log not saved",
        "the entry before is not checked", "up-to-date compares only the last term")),
    BreakIt("04.b", 20, (
        "nextIndex never decremented", "the entry before is named with the leader's own term",
        "sends log[next + 1:]", "followers never hear what is committed", "a success commits nothing",
        "the leader does not count itself", "the request tells the commit index instead of the log's end",
        "candidate never starts a second election", "a candidate is deaf to later terms")),
    ReviewIt("04.c", 20, wrong={
        "a new leader takes its own log for everybody's": (), "up-to-date compares only length": ("RV-2",),
        "up-to-date compares only the last term": ("RV-2",),
        "the request tells the commit index instead of the log's end": ("UTD", "RV-2"),
        "new leader drops its uncommitted entries": ()},
        right={"logs are compared before votes": ("order", "same"), "a new leader begins with its last entry": ("guess",),
            "next and match index are made in loops": ("same",), "a refusal is saved": ("saves more",),
            "a follower keeps what it knew of the other logs": ("unused",)},
        rules=("CA-2", "CA-4", "LE-1"), beside=("on_request_vote", "become_candidate", "become_follower", "peers")),
    *read_it("04", falls_behind, 5, 10),
)  # fmt: skip
