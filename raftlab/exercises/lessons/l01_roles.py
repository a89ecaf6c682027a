"""Lesson 01: the term rule and the three transitions; faulty nodes; a leader that crashes and comes back."""

from random import Random

from raftlab.exercises.break_it import BreakIt
from raftlab.exercises.item import Item
from raftlab.exercises.questions import Asked, Question, became, drawn, first_usable
from raftlab.exercises.read_it import read_it
from raftlab.exercises.review_it import ReviewIt
from raftlab.exercises.write_it import Rule
from raftlab.sim.play import play
from raftlab.sim.story import Story


def crashed_leader(seed: int) -> Asked:
    """01: a leader crashes, and comes back."""

    def make(dice: Random) -> Asked:
        crash, ticks = drawn(dice, 45, 95), 240
        begun = Story("read_01", "A leader crashes", seed=drawn(dice, 1, 99_999), ticks=ticks)
        _, first = became(play(begun, crash), "leader")[-1]
        actions = ((crash, "crash", first), (crash + drawn(dice, 50, 80), "restart", first))
        story = Story(begun.name, begun.title, seed=begun.seed, ticks=ticks, actions=actions)
        trace = play(story)
        stands, _ = became(trace, "candidate", crash)[0]
        leads, _ = became(trace, "leader", crash)[0]
        return story, (
            Question("Which node is the first to become leader?", became(trace, "leader")[0][1], (
                "Press l: the player runs until there is a leader.",
                "A leader has a thick ring and a star.",
                "Its name stands in the ring; the sentence below says it, too.")),
            Question(f"The leader is crashed at tick {crash}. At which tick does another node become a candidate?", stands, (
                f"Go to tick {crash}, and step on from there, event by event.",
                "No node is told of the crash. Watch the arcs around the nodes: one of them ends first.",
                "It is the tick at which the first request for votes is sent.")),
            Question("How many ticks after the crash does another node become leader?", leads - crash, (
                "Begin where the node becomes a candidate, and wait until it has a majority of the votes.",
                "If the votes split, it takes another election.",
                f"Press l after tick {crash}, and take {crash} away from the tick that you see.")),
        )  # fmt: skip

    return first_usable("01", seed, make)


ITEMS: tuple[Item, ...] = (
    Rule("admit", "01", 10, ("ALL-2", "ST-P1", "ST-P2"), (
        "Every message carries the term of its sender. Compare it with the node's own term before anything else.",
        "A later term means that the node has missed something, whatever its role is. An earlier term changes nothing here.",
        "If msg.term is later, node.become_follower(msg.term) does all that is needed. Return True: then the message is handled."),
        misconceptions=("a later term is not adopted", "a later term is adopted, but a leader goes on leading",
            "a candidate is deaf to later terms", "an older term takes the term back")),
    Rule("become_follower", "01", 10, ("ALL-2", "ST-P1", "ST-P2"), (
        "What do only candidates and leaders know? And to what does a vote belong?",
        "A vote belongs to a term. In a new term the node has a new vote; in the same term it keeps the one that it has given.",
        "Clear votes, leader, next_index, match_index and waiting. Only if the term is later: set it, clear voted_for, and node.save(). A leader also needs node.reset_election_timer()."),
        misconceptions=("vote not cleared on a new term", "the vote is cleared by a message of the leader",
            "a term is not saved", "what only a leader knows is kept")),
    Rule("become_candidate", "01", 10, ("CA-1",), (
        "Four things happen before the node asks anybody for a vote. Rule CA-1 lists them.",
        "The candidate votes for itself. No other node may see a term or a vote that a crash could take back.",
        "Set the role, term + 1, and voted_for and votes to the node itself; then node.save() and node.reset_election_timer()."),
        misconceptions=("leader counts its own vote twice", "election without term + 1",
            "the new term of a candidate is not saved", "a candidate does not vote for itself",
            "votes of the election before are kept", "a candidate waits as long as before")),
    Rule("become_leader", "01", 10, ("LE-1", "ST-L1", "ST-L2"), (
        "A new leader knows nothing about the other logs, makes a guess about them, and must be heard at once.",
        "What it knew when it was leader before is out of date. Its own log stays as it is.",
        "next_index: the last index + 1 for each of node.peers(). match_index: 0 for each of node.voters(), but its own last index for itself. Then node.broadcast_entries()."),
        misconceptions=("new leader drops its uncommitted entries", "a new leader keeps silent",
            "a new leader takes its own log for everybody's")),
    BreakIt("01.a", 20, (
        "a later term is adopted, but a leader goes on leading", "the new term of a candidate is not saved",
        "leader counts its own vote twice", "votes of the election before are kept",
        "new leader drops its uncommitted entries", "a candidate does not vote for itself",
        "counts vote replies of an older term", "counts votes as a number", "an older term takes the term back")),
    BreakIt("01.b", 20, (
        "election without term + 1", "vote not cleared on a new term",
        "heartbeat slower than the election timeout", "a new leader takes its own log for everybody's",
        "a later term is not adopted", "an election timer starts no election",
        "a candidate is deaf to later terms", "candidate never starts a second election",
        "a candidate always waits for the shortest timeout")),
    ReviewIt("01.c", 20, wrong={
        "heartbeat slower than the election timeout": (),
        "the request tells the commit index instead of the log's end": ("UTD",),
        "candidate never starts a second election": (), "a candidate always waits for the shortest timeout": ("CA-4",)},
        right={"a timeout is counted from the longest downwards": ("dice",), "ticks are counted one by one": ("same",),
            "messages go out in the opposite order": ("order",), "messages go first to the node after this one": ("order",)},
        rules=("RV-1", "CA-2", "FO-2"), beside=("on_tick", "on_election_timeout", "peers", "on_heartbeat_timeout")),
    *read_it("01", crashed_leader, 5, 5, 5),
)  # fmt: skip
