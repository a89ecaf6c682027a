"""The moment of a run that an answer leads to: the end of a tick, and the event whose sentence is said there."""

from typing import NamedTuple

from raftlab.sim.errors import UserError
from raftlab.sim.narrate import Narration, Sentence
from raftlab.sim.trace import Trace


class Moment(NamedTuple):
    """event: its place among all events of the trace. sentence: what is said of it. time: when it is, in words."""

    event: int
    sentence: str
    time: str


def moment_at(trace: Trace, tick: int, says: str = "") -> Moment:
    """What is told at a tick: the story's own sentence of this tick, if there is one; otherwise the sentence that matters
    most, of several the last.

    says: words of the sentence, where another is meant.

    Raises UserError if nothing is told at this tick, or nothing with these words.

    >>> from raftlab import load, play
    >>> moment_at(play(load("longest_log")), 2, says="n1 learns").sentence
    "n1 learns of term 8 and refuses n2 its vote in term 8: its log ends in term 6, n2's only in term 3."
    """
    sentences = Narration(trace).sentences()
    places = [place for place, event in enumerate(trace.events) if event.tick == tick]
    found = [place for place in places if _can_be_meant(trace, place, sentences[place], says)]
    if not found:
        told = " / ".join(sentences[place].text for place in places) or "nothing"
        raise UserError(f"At tick {tick} nothing is told with the words {says!r}, but: {told}.")

    def rank(place: int) -> tuple[bool, int, int]:
        return trace.events[place].what == "stop", sentences[place].weight, place

    best = max(found, key=rank)
    return Moment(best, sentences[best].text, f"{tick * trace.ms_per_tick / 1000:.2f} s")


def _can_be_meant(trace: Trace, place: int, sentence: Sentence, says: str) -> bool:
    """A question of the story tells nothing; and heartbeats are only meant where their words are asked for."""
    asks = trace.events[place].what == "stop" and trace.events[place].detail[0] == "ask"
    return not asks and says in sentence.text and (sentence.weight > 0 or bool(says))
