"""Twelve questions over fifteen misconceptions: asked before the first lesson, and again after lesson 06."""

from raftlab.lab.misconceptions import MISCONCEPTIONS
from raftlab.lab.questions.kinds import Choice, Question, no, yes


def believes(number: int, text: str) -> Choice:
    """The choice of those who have this misconception."""
    found = MISCONCEPTIONS[number]
    return no(text, found.truth, found.story, found.tick)


# No word of the course's own: they must be understood before the first lesson.
INVENTORY = (
    Question(
        "inventory.vote",
        "Several machines, the nodes, keep a list of commands, the log, and elect a leader by votes. Whom does a node vote for?",
        (
            yes("For the first who asks with a log that is good enough.", "One vote in an election, and a log at least as up to date as its own."),
            believes(1, "For whoever has the longest log."),
            believes(5, "For the best of all who ask."),
        ),
    ),
    Question(
        "inventory.majority",
        "A command stands in the logs of three of five nodes. Can it still be lost?",
        (
            yes("Yes, sometimes.", "A leader counts copies only of commands that it has taken since it was elected; older commands are committed with those."),
            believes(2, "No: three of five are a majority."),
            no("No: what one node has saved is never lost.", "x=2 was saved by n1 and n2, and is overwritten in both.", "minority_leader", 207),
        ),
    ),
    Question(
        "inventory.unconfirmed",
        "A command was copied to some nodes, but nobody has confirmed it to the client, and the network is cut. What becomes of it once all is well again?",
        (
            yes("It may survive or be overwritten.", "That depends on how many nodes hold it, and on who is elected next. Without a confirmation nothing is promised."),
            believes(3, "It is lost: only what was confirmed survives."),
            believes(12, "It is kept: the logs of both sides are merged."),
        ),
    ),
    Question(
        "inventory.two_leaders",
        "Can two nodes believe at the same moment that they lead?",
        (
            yes("Yes, but elected in different elections.", "In different terms. The older of the two can commit nothing new any more."),
            believes(4, "No, that never happens."),
            no("Yes, and elected in the same election.", "Look at the terms of the two: they differ.", "minority_leader", 61),
        ),
    ),
    Question(
        "inventory.who_is_left",
        "Two nodes crash. Which cluster goes on?",
        (
            yes("Five nodes do, four do not.", "More than half of all must be there: three of five, but also three of four."),
            believes(10, "Four nodes do, three do not."),
            believes(6, "Any: those that are left decide by a majority among themselves."),
        ),
    ),
    Question(
        "inventory.silence",
        "A node has heard nothing from the leader for a long time. What does it know?",
        (
            yes("Nothing for certain.", "The leader may be down, slow, or cut off."),
            believes(7, "That the leader is dead."),
            no("That its own connection is broken.", "Here the leader n2 is down, and all connections work.", "leader_crash", 77),
        ),
    ),
    Question(
        "inventory.comes_back",
        "Elections are numbered. A node was cut off and has tried many times to be elected, so it knows the highest number. Meanwhile the others have stored and confirmed commands that it lacks. It comes back. What happens first?",
        (
            yes("The leader steps down, and one of the others is elected.", "A higher number ends a leadership, but does not win one: nodes that hold the confirmed commands refuse to vote for a node that lacks them. (If it had missed nothing, it might well win.)"),
            believes(8, "It becomes the leader: the highest number wins."),
            no("Nothing: it is refused until it has caught up.", "n1 led a moment ago. It has heard the higher number, and follows.", "rejoin_huge_term", 237),
        ),
    ),
    Question(
        "inventory.read",
        "A leader is asked for a value, and answers at once from what it knows. Is the answer current?",
        (
            yes("Not always.", "It must make sure first that it still leads: another may have been elected meanwhile."),
            believes(9, "Yes: all writes go through the leader."),
            no("Yes: a leader that was deposed is told so at once.", "n1 was deposed long ago. Nobody can tell it: it is cut off.", "stale_read", 82),
        ),
    ),
    Question(
        "inventory.heartbeat",
        "A leader sends a message without any command, only to be heard. A node whose log ends too early receives it. What does it do?",
        (
            yes("It says that something is missing.", "In Raft such a message names the last entry that the leader believes the node to have. A node that lacks it refuses."),
            believes(11, "It says that all is well: there is nothing to add."),
            no("It asks another follower for what is missing.", "Only the leader sends entries: it steps back, and tries one earlier.", "short_log", 7),
        ),
    ),
    Question(
        "inventory.no_answer",
        "A client has sent a command, and no answer comes. Was it done?",
        (
            yes("Perhaps.", "The command may be lost, or its answer. If commands are numbered, a second try does no harm."),
            believes(13, "No: it can simply be sent again."),
            no("Yes: commands are never lost.", "x=1 was sent and stored, and is not committed: too few nodes are left.", "two_of_five", 41),
        ),
    ),
    Question(
        "inventory.when",
        "When do the nodes know that a command is committed?",
        (
            yes("The leader first; the others from a later message of a leader.", "The leader counts who holds what, and its messages say how far it has got."),
            believes(14, "All at the same moment."),
            no("Each as soon as it has saved it.", "All three have saved x=5, and none knows that it is committed.", "one_write", 18),
        ),
    ),
    Question(
        "inventory.liar",
        "One of five nodes does not keep to the rules: it tells different nodes different things. What can come of it?",
        (
            yes("Two leaders in one election, for instance.", "Two majorities of five may have only one node in common. If that one lies, it counts twice."),
            believes(15, "Nothing: the four honest ones outvote it."),
            no("No more than if its connection were bad.", "This is what a bad connection can do: the leader changes again and again, but all five safety properties hold.", "cloudflare_cut", 281),
        ),
    ),
)  # fmt: skip
