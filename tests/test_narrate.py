"""The sentences of a trace's events: each is made once, and is true."""

import json
import re
from functools import cache

import pytest
from faulty import faulty_story

from raftlab import Cluster, History, Lab, Raft, load
from raftlab.lab.scenes import scene
from raftlab.sim.message_names import NAMES, is_answer, message_name, name_of_kind, word_of_kind
from raftlab.sim.narrate import TELLERS, Narration, as_text, narrate
from raftlab.sim.protocol import KINDS
from raftlab.sim.trace import VERSION
from raftlab.sim.verbs import verb_of
from raftlab.stories import STORIES

HOLES = re.compile(r"None|nan|\{|\[|: *\.|  |\.\.|,\.")


@cache
def told(name):
    """The trace of a story with what is said of each of its events."""
    history = History(*scene(name))
    trace = history.branch.trace
    return trace, [each.text for each in Narration(trace).sentences()]


@pytest.mark.parametrize("name", STORIES)
def test_every_event_of_every_story_has_a_whole_sentence_of_its_own(name):
    trace, sentences = told(name)
    assert len(sentences) == len(trace.events)
    for event, sentence in zip(trace.events, sentences, strict=True):
        assert event.what in TELLERS or verb_of(event.what), event
        if event.what in ("stop", "goal", "broken", "return", "propose", "read", "change_voters"):
            continue  # they quote somebody
        assert sentence.endswith("."), sentence
        assert not HOLES.search(sentence), sentence


@pytest.mark.parametrize("seed", range(6))
def test_what_is_said_does_not_depend_on_when_it_is_asked_for(seed):
    """Sentences are made as the trace grows, or all at the end, or only the last ones."""
    cluster = Cluster(faulty_story(seed))
    narration, grown = Narration(cluster.trace), []
    for _ in range(10):
        cluster.tick(cluster.story.ticks // 10)
        grown += narration.sentences(len(grown))
    every = Narration(cluster.trace).sentences()
    assert grown == every == narration.sentences()
    middle = len(every) // 2
    late = Narration(cluster.trace)
    assert late.sentences(middle) == every[middle:]
    assert late.sentences(0) == every


def test_an_entry_is_said_to_be_committed_when_a_majority_has_stored_it_and_known_when_the_leader_hears():
    trace, sentences = told("one_write")
    (fact,) = [number for number, index, _ in trace.committed if index == 1]
    assert sentences[fact].endswith("A majority has stored entry 1 now: it is committed.")
    text, _, beyond = Narration(trace).sentences()[fact]
    assert "A majority" not in text[:-beyond], "the node that stores it cannot know this"
    known = next(number for number, text in enumerate(sentences) if "knows now that it is committed" in text)
    learned = [number for number, text in enumerate(sentences) if "learns that entry 1 is committed" in text]
    assert fact < known < min(learned)
    assert "LE-4" in trace.events[known].effects


@pytest.mark.parametrize("name", STORIES)
def test_no_sentence_calls_committed_what_is_not(name):
    """If a node wrongly considers an entry committed, the same sentence says that it is not."""
    trace, sentences = told(name)
    committed, rows = set(), sorted(trace.committed)
    fold = trace.fold()
    for number, (event, sentence) in enumerate(zip(trace.events, sentences, strict=True)):
        fold.apply(trace.events, number + 1)
        while rows and rows[0][0] <= number:
            _, last, term = rows.pop(0)
            logs = [view["log"] for view in fold.views.values()]
            log = next((each for each in logs if len(each) >= last and each[last - 1][0] == term), [])
            committed |= {(place, *entry) for place, entry in enumerate(log[:last], start=1)}
        index = event.changes.get("commit_index")
        if not index or event.what != "deliver" or not ("LE-4" in event.effects or "AE-5" in event.effects):
            continue
        is_so = (index, *fold.views[event.node]["log"][index - 1]) in committed
        assert is_so == ("not so" not in sentence and "it is not" not in sentence), (number, sentence)


def test_what_a_leader_says_too_early_is_contradicted():
    _, sentences = told("hasty_commit")
    assert any("is told by n1 that entry 1 is committed, which is not so" in text for text in sentences)


def test_a_node_alone_takes_for_committed_at_once_what_is():
    cluster = Cluster(nodes=1, seed=1)
    cluster.tick(40)
    cluster.write("x", 5)
    assert "It considers the entry committed at once, and applies it." in as_text(cluster.trace)


def test_heartbeats_and_their_answers_weigh_nothing_and_nothing_else_does():
    trace, _ = told("leader_crash")
    sentences = Narration(trace).sentences()
    light = {text for text, weight, _ in sentences if weight == 0}
    assert all(re.search("heartbeat|nothing new", text) for text in light)
    for event, (text, weight, _) in zip(trace.events, sentences, strict=True):
        if set(event.changes) - {"timer"}:
            assert weight > 0, text


def test_a_bundle_holds_every_sentence_once_and_the_place_of_one_for_each_event():
    history = History(load("leader_crash"))
    history.act("crash", "n1", tick=40)
    bundle = json.loads(history.to_json())
    assert bundle["version"] == VERSION == 4
    for data, branch in zip(bundle["branches"], history.branches.values(), strict=True):
        sentences = [tuple(each[:3]) for each in data["sentences"]]
        assert len(set(sentences)) == len(sentences) < len(data["events"]) == len(data["told"])
        first = data["fork"]["events"] if data["fork"] else 0
        every = Narration(branch.trace).sentences(first)
        assert [sentences[place] for place in data["told"]] == every


def test_a_player_that_shows_seconds_is_told_which_words_of_a_sentence_are_times():
    history = History(load("leader_crash"))
    history.act("set_network", [3, 5], tick=20)
    history.act("flap", "n1", "n2", 4, 1, tick=20)
    named = [each for branch in history.branches.values() for each in branch.data()["sentences"] if each[3:]]
    assert [times for *_, times in named] == [
        [("3 to 5 ticks", "for", 3, 5)],
        [("4 ticks", "for", 4), ("1 tick", "for", 1)],
    ]
    for text, *_, times in named:
        assert all(words in text for words, *_ in times)


def test_the_terminal_names_the_rules_and_golden_traces_also_what_the_sentence_was_made_from():
    trace, sentences = told("best_case_election")
    lines = dict(zip(sentences, (line for _, line in narrate(trace)), strict=True))
    assert all(line.startswith(sentence) for sentence, line in lines.items())
    granted = next(line for line in lines.values() if "grants" in line)
    assert granted.endswith("[RV-2, ALL-2]")
    text = as_text(trace, data=True)
    assert granted in text
    assert re.search(r"deliver n\d 0 \| ALL-2 \| save \| save \| RV-2 \| #\d+ RequestVoteReply to", text)
    assert "RequestVoteReply" not in as_text(trace)


def test_every_kind_of_message_has_a_name_that_fits_its_fields():
    for kind, fields in KINDS.items():
        name = name_of_kind(kind)
        assert isinstance(name, str) or name[0] in fields
    assert message_name("AppendEntries", {"entries": [[1, "x"], [1, "y"]]}) == "append of 2 entries"
    assert message_name("RequestVoteReply", {"vote_granted": False}) == "refusal to vote"
    assert "InstallSnapshotReply" in NAMES
    assert name_of_kind("AnotherKindReply") == "another kind reply"


def test_every_kind_of_message_has_a_word_and_only_heartbeats_go_without():
    wordless = set()
    for kind, fields in KINDS.items():
        word = word_of_kind(kind)
        assert isinstance(word, str) or word[0] in fields
        wordless |= {kind} if "" in ([word] if isinstance(word, str) else word) else set()
    assert wordless == {"AppendEntries"}
    assert word_of_kind("RequestVoteReply") == ("vote_granted", "yes", "no")
    assert word_of_kind("AnotherKindReply") == "another kind"
    assert [is_answer(kind) for kind in ("RequestVote", "RequestVoteReply", "Promise")] == [False, True, True]


class Silent(Raft):
    """Votes for nobody, and gives no reason."""

    def on_request_vote(self, msg):
        self.because("ST-P0")


def test_where_there_is_no_better_sentence_the_rule_speaks():
    cluster = Cluster(nodes=3, seed=1, node_class=Silent)
    cluster.time_out("n1")
    cluster.tick(5)
    text = as_text(cluster.trace)
    assert "does not answer n1's vote request" in text


def test_a_lab_that_goes_on_sends_only_what_is_said_of_the_new_events():
    lab = Lab("three_nodes")
    before = len(lab.trace.events)
    answer = lab.answer({"more": 0, "until": lab.trace.ticks + 50})["append"]
    assert len(answer["told"]) == len(answer["events"]) == len(lab.trace.events) - before > 0
    sentences = [tuple(answer["sentences"][place]) for place in answer["told"]]
    assert sentences == Narration(lab.trace).sentences()[before:]


def test_a_reply_from_which_a_leader_concludes_something_about_another_node_is_told():
    class Mixed(Raft):
        """Takes what one follower has for what all the others have."""

        def on_append_entries_reply(self, msg):
            self.match_index = self.match_index | {peer: 9 for peer in self.peers() if peer != msg.src}

    cluster = Cluster(nodes=3, seed=1, node_class=Mixed)
    cluster.run_until("leader")
    leader = cluster.leader()
    cluster.tick(20)
    (one, other) = (id for id in cluster.ids if id != leader)
    sentences = [line for _, line in narrate(cluster.trace)]
    assert any(
        f"{leader} hears from {one}, and believes that {other} has its log up to entry 9." in each
        for each in sentences
    )
