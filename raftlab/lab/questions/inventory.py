"""Twelve questions over fifteen misconceptions: asked before the first lesson, and again after lesson 06."""

from raftlab.lab.misconceptions import MISCONCEPTIONS
from raftlab.lab.questions.kinds import Choice, Question, no, yes


def believes(number: int, text: str) -> Choice:
    """A choice that shows this misconception."""
    found = MISCONCEPTIONS[number]
    return no(text, found.truth, found.story, found.tick)


# No technical words: the questions must be understood before the first lesson.
INVENTORY = (
    Question(
        "inventory.vote",
        "Several machines, the nodes, each keep a list of commands, the log. They elect a leader by votes. Which candidate does a node vote for?",
        (
            yes("For the first that asks and has a log that is good enough.", "A node has one vote in each election. It gives it to the first candidate whose log is at least as up to date as its own."),
            believes(1, "For the candidate with the longest log."),
            believes(5, "For the best of all that ask."),
        ),
    ),
    Question(
        "inventory.majority",
        "A command is in the logs of three of five nodes. Can it still be lost?",
        (
            yes("Yes, sometimes.", "A leader counts copies only of commands that it has accepted since it was elected. Older commands are committed together with those."),
            believes(2, "No: three of five are a majority."),
            no("No: what a node has saved is never lost.", "n1 and n2 had saved x=2, and it has been overwritten in both.", "minority_leader", 207),
        ),
        explanation="[Lesson 04b](04b_log_repair.ipynb) shows step by step how a command that three of five have stored is lost.",
        besides=("log_first",),
    ),
    Question(
        "inventory.unconfirmed",
        "A command was copied to some nodes, but the client has had no confirmation. Then the network is cut. What happens to the command when the network works again?",
        (
            yes("It may survive or be overwritten.", "That depends on how many nodes have it, and on which node is elected next. Without a confirmation, Raft promises nothing."),
            believes(3, "It is lost: only what was confirmed survives."),
            believes(12, "It is kept: the logs of both sides are merged."),
        ),
    ),
    Question(
        "inventory.two_leaders",
        "Can two nodes believe at the same moment that they lead?",
        (
            yes("Yes, but they were elected in different elections.", "They lead different terms. The leader with the earlier term can no longer commit anything new."),
            believes(4, "No, that never happens."),
            no("Yes, and they were elected in the same election.", "Look at the terms of the two: they differ.", "minority_leader", 61),
        ),
    ),
    Question(
        "inventory.who_is_left",
        "Two nodes of a cluster crash. Which clusters can still work?",
        (
            yes("One of five nodes can, one of four cannot.", "More than half of all nodes must be running: three of five, but also three of four."),
            believes(10, "One of four nodes can, one of three cannot."),
            believes(6, "All: the nodes that are left decide by a majority among themselves."),
        ),
    ),
    Question(
        "inventory.silence",
        "A node has heard nothing from the leader for a long time. What does it know?",
        (
            yes("Nothing for certain.", "The leader may be down, slow, or cut off."),
            believes(7, "That the leader is dead."),
            no("That its own connection is broken.", "Here the leader n2 has crashed, and all connections work.", "leader_crash", 77),
        ),
    ),
    Question(
        "inventory.comes_back",
        "Elections are numbered. A node that was cut off has tried to be elected many times, so it knows the highest number. Meanwhile the other nodes have stored and confirmed commands that it lacks. Now the node can be reached again. What happens first?",
        (
            yes("The leader steps down, and one of the others is elected.", "A higher number ends the leadership of others, but it does not win an election: nodes with the confirmed commands do not vote for a node that lacks them. (If it had missed no command, it could win.)"),
            believes(8, "It becomes the leader: the highest number wins."),
            no("Nothing: it is refused until it has caught up.", "n1 led until now. It has received the higher number, and is a follower.", "rejoin_huge_term", 237),
        ),
    ),
    Question(
        "inventory.read",
        "A leader is asked for a value and answers at once from its own memory. Is the answer up to date?",
        (
            yes("Not always.", "Another leader may have been elected in the meantime. So a leader must make sure first that it still leads."),
            believes(9, "Yes: all writes go through the leader."),
            no("Yes: a leader that has been replaced knows it at once.", "n3 replaced n1 long ago. n1 is cut off, so it cannot know that.", "stale_read", 82),
        ),
    ),
    Question(
        "inventory.heartbeat",
        "A leader sends a message without a command, only to show that it is running. A node whose log lacks some commands receives it. What does the node do?",
        (
            yes("It answers that something is missing.", "In Raft such a message names the last entry that the node should have, as far as the leader knows. A node without this entry refuses."),
            believes(11, "It answers that all is well: there is nothing to add."),
            no("It asks another follower for what is missing.", "Only the leader sends entries. After the refusal it tries again, one entry earlier.", "short_log", 7),
        ),
    ),
    Question(
        "inventory.no_answer",
        "A client has sent a command and gets no answer. Was the command carried out?",
        (
            yes("Perhaps.", "Either the command was lost, or its answer. If commands are numbered, the client can safely send it again."),
            believes(13, "No: the client can simply send it again."),
            no("Yes: commands are never lost.", "x=1 was sent and stored. It is not committed, because too few nodes are running.", "two_of_five", 41),
        ),
    ),
    Question(
        "inventory.when",
        "When do the nodes know that a command is committed?",
        (
            yes("The leader knows it first; the others learn it from a later message of a leader.", "The leader counts how many nodes have stored an entry. Its messages say which entry is the last that is committed."),
            believes(14, "All at the same moment."),
            no("Each node as soon as it has saved the command.", "All three have saved x=5, and none knows that it is committed.", "one_write", 18),
        ),
    ),
    Question(
        "inventory.liar",
        "One of five nodes breaks the rules: it tells different nodes different things. What can happen?",
        (
            yes("Two leaders in one election, for instance.", "Two majorities of five may have only one node in common. If this node lies, it can vote in both."),
            believes(15, "Nothing: the four honest ones outvote it."),
            no("The same as if its connection were bad.", "This is what a bad connection can do: the leader changes again and again, but all five safety properties hold.", "cloudflare_cut", 281),
        ),
    ),
)  # fmt: skip
