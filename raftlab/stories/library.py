"""The stories themselves. Their seeds are chosen so that what the title promises happens soon."""

from dataclasses import replace
from typing import Any

from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories.by_hand import BY_HAND
from raftlab.stories.byzantine import BYZANTINE
from raftlab.stories.clients import CLIENTS
from raftlab.stories.disks import DISKS
from raftlab.stories.extensions import EXTENSION_STORIES
from raftlab.stories.induction import INDUCTION
from raftlab.stories.logs import LOGS
from raftlab.stories.partial import PARTIAL
from raftlab.stories.partitions import PARTITIONS
from raftlab.stories.sentences import A_LEADER_STAYS, AN_ELECTION, committed, elected
from raftlab.stories.switch import SWITCH
from raftlab.stories.timing import TIMING


def log_of(terms: str) -> list[str]:
    """A log as the paper's figures draw it: "1 1 4" becomes three entries; entry i writes i under x."""
    return [f"{term}:x={index}" for index, term in enumerate(terms.split(), start=1)]


def figure_7() -> Story:
    """The six followers of Figure 7 around the leader of term 8: a, b, c, d, e, f are n2 to n7."""
    logs = {
        "n1": (7, "1 1 1 4 4 5 5 6 6 6"),
        "n2": (6, "1 1 1 4 4 5 5 6 6"),
        "n3": (4, "1 1 1 4"),
        "n4": (6, "1 1 1 4 4 5 5 6 6 6 6"),
        "n5": (7, "1 1 1 4 4 5 5 6 6 6 7 7"),
        "n6": (4, "1 1 1 4 4 4 4"),
        "n7": (3, "1 1 1 2 2 2 3 3 3 3 3"),
    }
    return Story(
        "figure_7", "Six followers whose logs went astray (Figure 7)", nodes=7, seed=1, ticks=150,
        start={node: {"term": term, "log": log_of(terms)} for node, (term, terms) in logs.items()},
        actions=((1, "time_out", "n1"), (20, "propose", "y=8", "n1")),
        goals=(("leader",), ("applied", "y=8"), ("same_logs", 20)),
        stops=(
            Ask(0, "The story lets n1's timer run out: n1 is about to become a candidate in term 8. How many of the other six can vote for it?", ("two", "four", "six"), "four",
                then="Four: n5's log ends in a later term than n1's, and n4's is longer. The other four can vote for n1."),
            (("refusal",), "n5 refuses to vote for n1: its own log ends in term 7, and n1's in term 6."),
            (("leader",), "n1 leads term 8: it has four of seven votes, including its own."),
            (("refusal", 7), "n2 refuses n1's first heartbeat: it has no entry 10. n1 will go back one entry at a time, for each follower, until the logs agree."),
            (20, "A client writes y=8 to n1. It is n1's first entry of term 8: when it is committed, so is everything before it."),
            (("commit", 20), "y=8 is on four of seven disks: it is committed, and so is everything before it."),
            (35, "All seven logs are equal."),
        ),
    )  # fmt: skip


def asking(node: str, name: str, title: str, *stops: Any) -> Story:
    """The logs of Figure 7 with all nodes in term 7; another node asks for votes."""
    logs = figure_7().start
    return replace(
        figure_7(), name=name, title=title, ticks=60, goals=(("leader",),), actions=((1, "time_out", node),),
        start={id: {"term": 7, "log": logs[id]["log"]} for id in logs}, stops=stops,
    )  # fmt: skip


WHO_ASKS_FIRST = Ask(
    0, "Each ring is a timer: it shows how long the node will still wait. Which node will ask for votes first?", until="candidacy", then="It is {answer}: its timer had the least time left."
)  # fmt: skip

FIRST: dict[str, Story] = {
    story.name: story
    for story in (
        Story(
            "three_nodes", "Three nodes come to life", nodes=3, seed=4, ticks=300,
            stops=(WHO_ASKS_FIRST, *AN_ELECTION, (300, A_LEADER_STAYS)),
        ),
        Story(
            "first_steps", "A cluster elects a leader, and loses it", nodes=3, seed=4, ticks=300,
            actions=((60, "crash", "leader"), (150, "restart", "n2")),
            goals=(("leader",), ("leader", 61)),
            stops=(
                WHO_ASKS_FIRST, *elected(),
                (21, "The dots that have left n2 are heartbeats: they tell the others that n2 leads."),
                (22, "The heartbeats have arrived. Each of them has reset a timer: n1's ring is full again."),
                (30, "n2 sends heartbeats again and again. As long as they arrive, no other timer runs out."),
                Ask(60, "n2 is about to crash. What will the others do right after that?", ("nothing", "they elect a leader", "they stop"), "nothing", "crash",
                    then="Nothing: no message tells them that n2 has crashed."),
                (60, "n2 is down. The others have not noticed: their timers run as before."),
                (("candidacy", 61), "{node} has heard no leader for too long: it becomes a candidate in term {term}."),
                (("leader", 61), "{node} leads term {term}. Two of three votes are a majority."),
                Ask(150, "n2 is about to restart. In which role will it be?", ("leader", "candidate", "follower"), "follower", "restart",
                    then="As a follower: that is how every node starts."),
                (150, "n2 is back, as a follower. It still has its old term: it has not heard of the new one."),
                (156, "n2 has heard the new leader, and has adopted its term."),
                (300, "In short: a follower that hears no leader asks for votes, a majority makes it the leader, and a node that comes back adopts the later term."),
            ),
        ),
        Story(
            "best_case_election", "An election, the best case", nodes=5, seed=4, ticks=120,
            stops=(
                Ask(0, "There are five followers and no leader. The ring around each node is its timer. Whose timer will run out first?", until="candidacy",
                    then="It is {answer}: its timer had the least time left."),
                *AN_ELECTION, (120, A_LEADER_STAYS),
            ),
        ),
        Story(
            "leader_crash", "The leader crashes", nodes=5, seed=5, ticks=300,
            actions=((35, "propose", "x=5", "leader"), (60, "crash", "leader"), (150, "restart", "n2")),
            goals=(("leader",), ("applied", "x=5"), ("leader", 61), ("same_logs", 151)),
            stops=(
                *elected(), committed("x=5", 35),
                (60, "n2, the leader, has crashed. The others are not told: they only stop hearing from it. x=5 is still on n2's disk. But n2's knowledge that x=5 is committed was only in memory."),
                (("candidacy", 61), "{node} has heard no leader for too long: it becomes a candidate in term {term}."),
                (("leader", 61), "{node} leads term {term}. Four of five nodes are still running, and three votes are enough."),
                Ask(150, "n2, the old leader, is about to restart. In which role will it be?", ("leader", "candidate", "follower"), "follower", "restart",
                    then="As a follower: a node starts as one, whatever it was before."),
                (150, "n2 is a follower again. Its term and its log were on its disk. Its role was not, and neither was its knowledge that x=5 is committed: the leader will tell it that again."),
                (300, "In short: the others elected a new leader without being told of the crash, and x=5 was not lost."),
            ),
        ),
        Story(
            "crash_restart", "What survives a crash", nodes=3, seed=3, ticks=200,
            actions=(
                (30, "propose", "x=5", "leader"), (50, "crash", "a follower"),
                (60, "propose", "x=6", "leader"), (100, "restart", "n2"),
            ),
            goals=(("leader",), ("applied", "x=6"), ("same_logs", 101)),
            stops=(
                *elected(), committed("x=5", 30),
                (50, "n2 crashes. What it has saved is still on its disk. What it had only in memory is gone, such as which entries are committed."),
                (("commit", 60), "x=6 is committed: n1 and n3 have stored it. n2 is down, and misses it."),
                Ask(100, "n2 is about to restart. What will it still have?", ("its log", "its log, and what it had applied", "nothing"), "its log", "restart",
                    then="Its log: a node saves an entry before it confirms it. What it had applied was only in memory, and has to be applied again."),
                (100, "n2 is back. It has its log again, but it has not applied anything yet: it no longer knows that x=5 is committed, and waits until the leader says so."),
                (200, "In short: n2 kept what was on its disk, and got from the leader what it had missed."),
            ),
        ),
        Story(
            "longest_log", "The longest log asks for votes", nodes=3, seed=1, ticks=60,
            start={
                "n1": {"term": 7, "log": log_of("1 1 1 4 4 5 5 6 6")},
                "n2": {"term": 7, "log": log_of("1 1 1 2 2 2 3 3 3 3 3")},
                "n3": {"term": 7, "log": log_of("1 1 1 4")},
            },
            actions=((1, "time_out", "n2"),),
            goals=(("leader",),),
            stops=(
                Ask(0, "n2 has the longest log. The story lets its timer run out: n2 is about to ask for votes. Who will vote for it?", ("n1", "n3", "both", "nobody"), "nobody", "refusal",
                    then="Nobody: the term of the last entry counts first, and n2's last entry has the lowest term."),
                (("refusal",), "n1 refuses: its log ends in term 6, and n2's in term 3. The term of the last entry counts first."),
                (("candidacy", 2), "{node}'s timer has run out: it becomes a candidate in term {term}."),
                (("leader",), "n1 leads term 9. Of the three logs, its log ends in the latest term."),
                (("refusal", 28), "n3 refuses n1's heartbeat: its log is too short. n1 will go back, one entry at a time."),
                (60, "In short: the longest log does not win. The term of the last entry counts first."),
            ),
        ),
        Story(
            "first_come", "Two candidates ask for one vote", nodes=3, seed=4, ticks=60,
            start={
                "n1": {"term": 2, "log": log_of("1 2")},
                "n2": {"term": 2, "log": log_of("1 2 2")},
                "n3": {"term": 2, "log": log_of("1 2")},
            },
            actions=((1, "time_out", "n1"), (1, "time_out", "n2")),
            goals=(("leader",),),
            stops=(
                Ask(0, "The story lets the timers of n1 and n2 run out at the same time: both are about to ask for votes. n2 has the longer log. Which of them will win?", ("n1", "n2", "neither"), "n1", "leader",
                    then="n1: its request reached n3 first, and its log is as up to date as n3's."),
                (1, "n1 and n2 are both candidates in term 3, and each has voted for itself. n3's vote will decide."),
                (("refusal",), "n3 has heard from n1 first, and has voted for it. n1 refuses n2: it has voted for itself."),
                (("leader",), "n1 leads term 3, although n2's log is longer: n1's log is as up to date as n3's, and that was enough."),
            ),
        ),
        Story(
            "split_vote", "Four nodes whose timers run out together", nodes=4, seed=2, ticks=200,
            actions=((0, "align_timers"),),
            goals=(("leader",),),
            stops=(
                (0, "There are four followers. All four timers have the same time left."),
                Ask(14, "In a moment all four timers will run out. Who will win the election?", ("n1", "n2", "n3", "n4", "nobody"), "nobody", "split",
                    then="Nobody: each node votes for itself, and three votes are needed."),
                (15, "There are four candidates, and each has voted for itself. None of them can get three votes in term 1: the vote is split."),
                (("refusal",), "{node} refuses: it has voted for itself. All the others will do the same."),
                (("candidacy", 17), "{node}'s timer is the first to run out again: it becomes a candidate in term {term}."),
                (("leader",), "{node} leads term {term}. This time it was the only candidate."),
                (200, "In short: when all ask at once, nobody wins. Each node then drew a new timeout, and the first to ask again was the only candidate."),
            ),
        ),
        Story(
            "minority_leader", "A leader in a minority", nodes=5, seed=3, ticks=300,
            actions=(
                (30, "propose", "x=1", "leader"),
                (45, "partition", ["n1", "n2"], ["n3", "n4", "n5"]),
                (60, "propose", "x=2", "n1"),
                (100, "propose", "x=3", "leader"),
                (200, "heal"),
            ),
            goals=(("leader",), ("leader", 60), ("same_logs", 205)),
            stops=(
                *elected(), committed("x=1", 30),
                (45, "The network is cut in two: n1 reaches only n2."),
                (("candidacy", 46), "n5 no longer hears a leader: it becomes a candidate in term 2, on the side of the majority."),
                Ask(60, "A client is about to write x=2 to n1. Can it be committed while the network is cut?", ("yes", "no"), "no", 60,
                    then="No: n1 reaches only one other node, and three of five must store the entry."),
                (60, "n1 has appended x=2 to its log, and sends it. It can reach only n2."),
                (("leader", 61), "n5 leads term 2, with the votes of n3 and n4. n1 has not heard of it, and still leads term 1."),
                (100, "There are two leaders, in different terms. n5, which reaches a majority, accepts a write, too: x=3."),
                (("commit", 100), "x=3 is committed: n3, n4 and n5 have stored it. It has the same index as x=2 in the logs of n1 and n2."),
                Ask(200, "The partition is about to heal. What will happen to x=2?",
                    ("it is committed, too", "x=3 takes its place", "n1 keeps it"), "x=3 takes its place", 207,
                    then="x=3 takes its place: x=3 is committed at that index, and followers replace what conflicts with the leader's log."),
                (200, "All links work again: n1 and n5 can reach each other."),
                (("refusal", 201), "n5 refuses the append of n1: it comes from term 1, and n5 is in term 2."),
                (207, "n1 and n2 follow n5. They now have x=3 where they had x=2."),
                (300, "In short: a leader in a minority commits nothing. x=2 was never committed, so it could be replaced. The client that wrote x=2 gets no answer, so it cannot know whether x=2 was carried out, and has to ask again."),
            ),
        ),
        Story(
            "client_write", "A write, from the client to every node", nodes=5, seed=7, ticks=100,
            actions=((30, "propose", "x=5", "leader"), (60, "propose", "x?", "leader")),
            goals=(("leader",), ("applied", "x=5")),
            stops=(
                *elected(), (("refusal",), "{node} refuses a second candidate: it has already given its vote in this term."),
                Ask(30, "A client is about to write x=5 to n2. How many of the five nodes must store it before it is committed?", ("two", "three", "all five"), "three", "commit",
                    then="Three, the leader included: a majority of five."),
                (30, "A client writes x=5 to the leader. The leader appends the command to its log, and sends it to the others."),
                committed("x=5", 30),
                (60, "A client reads x. Here a read becomes an entry in the log, like a write."),
                (100, "In short: the leader appends, a majority stores, the client is answered, and the next heartbeat tells the others."),
            ),
        ),
        figure_7(),
        asking(
            "n2", "figure_7_last", "n2 asks for votes (Figure 7)",
            Ask(0, "The story lets n2's timer run out: n2 is about to ask for votes. Three logs are more up to date than its own. Can it win?", ("yes", "no"), "yes", "leader",
                then="Yes: the other three can vote for it, and with its own vote that makes four of seven."),
            (("refusal",), "n1 refuses: both logs end in term 6, and its own is longer."),
            (("leader",), "n2 leads term 8, with the votes of n3, n6 and n7."),
            (("refusal", 8), "n3 refuses n2's heartbeat: its log is too short. n2 will make all logs equal to its own."),
        ),
        asking(
            "n6", "figure_7_behind", "n6 asks for votes (Figure 7)",
            Ask(0, "The story lets n6's timer run out: n6 is about to ask for votes. Four logs are more up to date than its own. Can it win?", ("yes", "no"), "no", 7,
                then="No: only two others may vote for it. With its own vote that makes three, and it needs four of seven."),
            (("refusal",), "n1 refuses: its log ends in term 6, and n6's in term 4."),
            (7, "n6 has three votes, including its own. It needs four, and no other node will vote for it."),
            (("leader",), "n5 leads term 9. Its log ends in term 7, the latest term of all."),
            (20, "n2 refuses n5's heartbeat: its log is too short. n5 will go back, one entry at a time."),
        ),
        replace(
            figure_7(), name="figure_7_fast", title="More information in each refusal (Figure 7)",
            extensions=("FastBackup",),
            stops=tuple(
                (("refusal", 7), "n2 refuses n1's first heartbeat, and says that the logs can agree up to entry 9 at most.")
                if stop.at == ("refusal", 7) else stop for stop in figure_7().stops
            ),
        ),
    )
}  # fmt: skip

# What the stories are about; a list of all of them is long.
TOPICS: dict[str, dict[str, Story]] = {
    "Elections, writes and crashes": FIRST,
    "Timing": TIMING,
    "Logs that differ and are repaired": LOGS,
    "Why committed entries are never lost": INDUCTION,
    "Partitions": PARTITIONS,
    "Links that fail in part": PARTIAL,
    "A switch that fails": SWITCH,
    "Nodes that lie": BYZANTINE,
    "Disks that fail": DISKS,
    "Answers to clients": CLIENTS,
    "Snapshots, membership changes, leadership transfer": EXTENSION_STORIES,
    "By hand": BY_HAND,
}

STORIES: dict[str, Story] = {name: story for topic in TOPICS.values() for name, story in topic.items()}
