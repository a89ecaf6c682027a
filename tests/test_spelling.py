"""The prose of the lessons: English words, spelled the British way, and one word for each thing."""

import re
from pathlib import Path

import codespell_lib
import nbformat
import pytest
from spellchecker import SpellChecker

from raftlab import STORIES
from raftlab.lab.notes import notes_of
from raftlab.lab.questions import QUESTIONS
from raftlab.lab.questions.inventory import INVENTORY
from raftlab.models.scenes import SCENES

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
DICTIONARY = Path(codespell_lib.__file__).parent / "data" / "dictionary_en-GB_to_en-US.txt"

# Names, and words of the trade that no dictionary has.
OURS = set(
    re.findall(
        r"\w+",
        """
    alagappan carbone chubby cloudflare dwork etcd haridi herlihy howard jepsen juno kingsbury kubernetes lamport leslie lianza liskov ng omni ongaro ousterhout paxos pease porcupine
    raftlab shostak stockmeyer tangaroa tikv tla verdi zookeeper
    acceptor acceptors avg checksum checksums fsync logcabin linearizable linearizability liveness localhost memoise memoised memoising metadata msg
    mortem nbgrader op pre quorum quorums resp rewriter serializable timeout timeouts
    """,
    )
)
# Spelled so in America and, for another thing or in computing, in Britain.
BRITISH_TOO = {
    "check",
    "checks",
    "disk",
    "disks",
    "draft",
    "practice",
    "program",
    "programs",
    "stories",
    "story",
    "curb",
}
# What is said otherwise elsewhere, and how it is called here.
ONE_WORD = {
    r"\b(RequestVote|AppendEntries|InstallSnapshot|PreVote)(Response|Result|Ack)\b": "…Reply",
    r"\b(commit|match|next|last|prev)[A-Z]\w+|\bvotedFor\b|\bcurrentTerm\b": "commit_index, voted_for, ...",
    r"\b(reboot|reboots|rebooted|reincarnat\w+)\b": "restart",
    r"\bsplit[- ]brain\b": "two leaders",
    r"\b(slave|master)s?\b": "follower, leader",
    r"\b(acks?|acked)\b": "reply",
    r"\bheart[- ]beats?\b": "heartbeat",
    r"\b(log items?|log records?)\b": "entry",
    r"\b(electoral|election) (period|term)s?\b": "term",
    r"\b(leader|election) lease\b": "lease",
}


def prose(markdown):
    """The words of a text, without code, links and formulas."""
    return re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)|\$[^$]*\$|https?://\S+", " ", markdown, flags=re.DOTALL)


def lesson(path):
    """What a lesson says, from beginning to end, with the notes for the lecturer."""
    cells = nbformat.read(path, as_version=4).cells
    told = [cell.source for cell in cells if cell.cell_type == "markdown"]
    return prose("\n".join([*told, *map(notes_of, cells)]))


def texts():
    """(where, text) for whatever a learner reads in lessons."""
    yield from ((path.name, lesson(path)) for path in LESSONS)
    for question in (*QUESTIONS.values(), *INVENTORY):
        said = [part for choice in question.choices for part in (choice.text, choice.answer)]
        yield question.id, " ".join([question.text, *said, prose(question.explanation)])
    for story in (*STORIES.values(), *(story for story, _ in SCENES.values())):
        yield story.name, " ".join([story.title, *(word for stop in story.stops for word in stop.words)])


TEXTS = list(texts())


@pytest.fixture(scope="module")
def english():
    return SpellChecker()


@pytest.fixture(scope="module")
def american():
    """An American spelling -> the British one."""
    lines = (line.partition("->") for line in DICTIONARY.read_text().split("\n") if line)
    found = {us.strip(): gb for gb, _, all_us in lines for us in all_us.strip(",").split(",")}
    return {us: gb for us, gb in found.items() if us not in BRITISH_TOO}


def words(text):
    """The words of a text, in small letters."""
    found = re.findall(r"(?<![\w<&])[A-Za-z][a-z']+(?![\w>])", text)
    return {word.lower().removesuffix("'s").strip("'") for word in found}


def unknown(text, english):
    """Words that are neither English nor ours."""
    return sorted(english.unknown(words(text)) - OURS - {""})


def in_british(text, american):
    """American spellings, each with the British one."""
    return {word: american[word] for word in words(text) if word in american}


def other_words(text):
    """What is called otherwise here."""
    found = ((pattern, re.search(pattern, text)) for pattern in ONE_WORD)
    return {match[0]: ONE_WORD[pattern] for pattern, match in found if match}


def test_every_word_is_english_or_a_name_that_we_know(english):
    found = {where: unknown(text, english) for where, text in TEXTS}
    assert {where: words for where, words in found.items() if words} == {}, "mend it, or add a name to OURS"


def test_spelling_is_british(american):
    found = {where: in_british(text, american) for where, text in TEXTS}
    assert {where: words for where, words in found.items() if words} == {}


def test_one_thing_has_one_name():
    found = {where: other_words(text) for where, text in TEXTS}
    assert {where: words for where, words in found.items() if words} == {}


def test_mistakes_of_each_kind_are_found(english, american):
    assert unknown("The leader recieves a mesage.", english) == ["mesage", "recieves"]  # codespell:ignore
    assert in_british("The color of a neighbor.", american) == {"color": "colour", "neighbor": "neighbour"}
    assert in_british("A story on a disk.", american) == {}
    found = other_words("It reboots, sends a RequestVoteResponse, and raises its commitIndex.")
    assert set(found) == {"reboots", "RequestVoteResponse", "commitIndex"}


def test_what_is_read_is_much_and_no_code():
    assert sum(len(text.split()) for _, text in TEXTS) > 5_000
    assert not any("predict(" in text or "https" in text for _, text in TEXTS)
