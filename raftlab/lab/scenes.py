"""What can be played under a name: a story of Raft, one of a model with nodes of its own, or one whose nodes make a mistake."""

from dataclasses import replace
from typing import Any

from raftlab.checks.mutants import MUTANTS
from raftlab.models.scenes import SCENES
from raftlab.sim.stops import Ask
from raftlab.sim.story import Story
from raftlab.stories import load

STORED = "x=1 is committed: n1, n2 and n3 have stored it. n4 and n5 have not."
# A story of the library, played by nodes that make a mistake; and what its stops say then.
STANDS = ("candidacy", "n1 becomes a candidate in term 1 and asks the others for their votes.")
LEADS = ("leader", "n1 leads term 1.")
CUT = (5, "Now n1 reaches only n2 and n3.")
WITH_A_MISTAKE: dict[str, tuple[str, str, tuple[Any, ...]]] = {
    "figure_8_counted": (
        "figure_8", "commits an older term's entry by counting copies",
        (
            (0, "n5 is down, and n4 is cut off. The story lets n1's timer run out: n1 is about to ask for votes."),
            ("leader", "n1 leads term 4, with the votes of n2 and n3."),
            (7, "n1 leads term 4. Three of five have x=2 of term 2, and n1 considers it committed. It is not, because term 2 is over: Sound Knowledge is broken."),
            Ask(15, "n1 is about to crash, and n5, which does not have x=2, to come back. Can n5 win an election?", ("yes", "no"), "yes", 19,
                then="Yes: its log ends in term 3, and the logs of n2, n3 and n4 end in earlier terms."),
            (16, "n1 has crashed. n5 is back, and becomes a candidate in term 4."),
            (19, "n2, n3 and n4 have voted for n5: its log ends in term 3, and theirs end in earlier terms."),
            (20, "Leader Completeness is broken: n5 leads term 5 without x=2, which n1 had called committed."),
            (23, "n5 leads term 5. n2 and n3 have replaced x=2 with n5's entry."),
            (24, "State Machine Safety is broken: n5 has applied x=3 at index 2, where n1 applied x=2."),
            (("commit", 30), "x=4 is committed, and so is x=3 before it. x=2, which n1 considered committed, is lost."),
            (50, "n1 is back. It still has x=2 in its log, and has forgotten that it considered x=2 committed."),
            (53, "n1 has made its log equal to n5's."),
        ),
    ),
    "shared_voter_any_log": (
        "shared_voter", "no up-to-date check",
        (
            STANDS, LEADS, CUT, (12, STORED),
            Ask(13, "n1 is about to crash, and n5, which does not have x=1, to ask for votes. These nodes do not compare logs. Can n5 win?", ("yes", "no"), "yes", 15,
                then="Yes: n2 and n3 have x=1, and still vote for it."),
            (14, "n1 has crashed, and n5 is a candidate in term 2. All the others have voted for it, although its log is empty."), (15, "Leader Completeness is broken: n5 leads term 2 without x=1."),
            (("leader", 16), "n2 leads term 3."),
            (("refusal", 21), "n4 refuses n2's heartbeat: its log is too short."),
            (40, "n1 is back. It has forgotten which entries of its log are committed."),
            (("commit", 45), "x=2 is committed: n2, n1 and n3 have stored it."),
        ),
    ),
    "late_heartbeat_cuts": (
        "late_heartbeat", "a heartbeat cuts the log",
        (
            STANDS, LEADS, CUT, (9, STORED),
            Ask(11, "An old heartbeat of n1 is about to arrive at n3. n1 sent it when its log was empty. These nodes cut their log where a heartbeat ends. Will n3 keep x=1?", ("yes", "no"), "no", 12,
                then="No: it deletes what comes after the end that the heartbeat names."),
            (12, "An old heartbeat has arrived at n3, and n3 has deleted x=1. n1 has crashed."), (14, "Leader Completeness is broken: n5 leads term 2 without x=1."),
            (15, "Sound Knowledge is broken: n2 knew that entry 1 is committed, and has deleted it."),
            (("leader", 15), "n3 leads term 3."),
            (40, "n1 is back. It has forgotten which entries of its log are committed."),
            (("commit", 45), "x=2 is committed: n3, n1 and n2 have stored it."),
            (47, "State Machine Safety is broken: n3 has applied x=2 at index 1, and another node x=1."),
        ),
    ),
}  # fmt: skip


def scene(name: str) -> tuple[Story, Any]:
    """The story of a name, and what its nodes are (None: what the story says).

    Raises UserError, with the nearest name, if there is none.
    """
    if name in WITH_A_MISTAKE:
        story, mistake, stops = WITH_A_MISTAKE[name]
        return replace(load(story), name=name, goals=(), stops=stops), MUTANTS[mistake].node_class()
    return SCENES[name] if name in SCENES else (load(name), None)


def scene_that_asks_nothing(name: str) -> tuple[Story, Any]:
    """The same without the story's own questions, for where it is a question that shows the run."""
    story, node_class = scene(name)
    return without_questions(story), node_class


def without_questions(story: Story) -> Story:
    """A story without its questions; its stops stay."""
    return replace(story, stops=tuple(stop for stop in story.stops if not isinstance(stop, Ask)))
