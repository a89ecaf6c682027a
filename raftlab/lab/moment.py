"""The moment of a run to which an answer leads: an event at a tick, and its sentence."""

from typing import NamedTuple

from raftlab.sim.errors import UserError
from raftlab.sim.narrate import Narration, Sentence
from raftlab.sim.trace import Trace


class Moment(NamedTuple):
    """event: the index of the event in the trace. sentence: the event's sentence. time: its time in words."""

    event: int
    sentence: str
    time: str


def moment_at(trace: Trace, tick: int, says: str = "") -> Moment:
    """The moment of a tick: the story's own sentence at this tick, if there is one; otherwise the most important
    sentence, or the last of several.

    says: words of the sentence, if another one is meant.

    Raises UserError if there is no sentence at this tick, or none with these words.

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
    """Can this sentence be meant? The story's questions cannot, and sentences about heartbeats only if `says` has their words."""
    asks = trace.events[place].what == "stop" and trace.events[place].detail[0] == "ask"
    return not asks and says in sentence.text and (sentence.weight > 0 or bool(says))
