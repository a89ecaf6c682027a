"""The marks in the pictures of the cluster, of the logs and of space and time, each with its meaning.

The legend, the tooltips and the line that explains a mark when it is first seen take their words from here.
"""

from collections.abc import Mapping

# A mask with two eyes, 60 units wide, centred at 0, 0: an SVG path with only the commands M, C and Z.
MASK = (
    "M-30 -8C-18 -14 -8 -8 0 -8C8 -8 18 -14 30 -8C30 10 14 16 6 8C3 4 -3 4 -6 8C-14 16 -30 10 -30 -8Z"
    "M-20 -2C-20 0.2 -17.3 2 -14 2C-10.7 2 -8 0.2 -8 -2C-8 -4.2 -10.7 -6 -14 -6C-17.3 -6 -20 -4.2 -20 -2Z"
    "M8 -2C8 0.2 10.7 2 14 2C17.3 2 20 0.2 20 -2C20 -4.2 17.3 -6 14 -6C10.7 -6 8 -4.2 8 -2Z"
)

# id -> (the mark, its meaning); the player fills in {first}, {last}, {node}, {client}, {asked} and {answer}
MARKS: dict[str, tuple[str, str]] = {
    "fact": ("{committed}", "what is {committed} as a fact, even if no node knows it yet"),
    "no_fact": ("–", "nothing is {committed} yet"),
    "known": ("", "known to be {committed}"),
    "stored": ("", "only stored: not known to be {committed}"),
    "conflict": ("≠", "something else is {committed} at this index"),
    "claimed": ("≠", "a node takes it for {committed}, but it is not"),
    "asked": ("?", "whether it is {committed}, and who knows it: that is asked now"),
    "two_facts": ("≠", "two entries are {committed} at this index"),
    "next": ("n", "next index: what the {leader} sends this node next"),
    "match": ("m", "match index: the {leader} knows that the logs agree up to here"),
    "whose": ("", "n and m are those of {node}, the {leader} of {term} {number}"),
    "unmatched": ("", "no m yet: {node} does not know of any log how far it agrees with its own"),
    "snapshot": ("snapshot {first}–{last}", "in the snapshot, and no longer in the log"),
    "folded": ("{first}–{last}", "entries {first} to {last} are folded: press to open them"),
    "folded_conflict": ("≠ at {first}", "from entry {first} on something else is {committed}"),
    "equal": ("{first}–{last} equal, {committed}", "entries {first} to {last} are equal in all logs, and {committed}: press to open them"),
    "open": ("fold", "fold the older entries again"),
    "sight": ("as {node} sees it", "only {node}'s own state and what it has received: press to see everything again"),
    "unnoticed": ("", "{node} notices nothing."),
    "unknown": ("?", "{node} does not know"),
    "wall": ("cut", "cut: nothing passes"),
    "one_way_wall": ("cut", "cut one way: nothing passes in the direction of the arrow"),
    "other_cuts": ("cut:", "cut: nothing passes between these"),
    "waiting": ("{asked}: waiting", "not answered yet"),
    "given_up": ("{asked}: no answer", "given up"),
    "answered": ("{asked}: {answer}", "answered"),
    "stale": ("{asked}: {answer} (stale)", "stale: something newer had been written before this was asked"),
    "client": ("client {client}", "client {client}, which asked {node}"),
    # on the stage
    "term": ("", "each {term} has its colour, and its number stands in the node"),
    "follower": ("", "a {follower}"),
    "candidate": ("", "a {candidate}: it asks the others"),
    "leader": ("", "the {leader}"),
    "paused": ("", "paused: its clock stands still"),
    "crashed": ("", "crashed"),
    "lies": (MASK, "it lies: it breaks a rule on purpose"),
    "timer": ("", "how long it still waits before it becomes a {candidate}"),
    "soon": ("", "its timer has almost run out"),
    "heartbeat": ("", "a message without a word: a heartbeat, or the reply to one"),
    "lost_message": ("", "a message that is lost"),
    "granted": ("", "a vote for it"),
    "travelling": ("", "it was asked, and its reply has not arrived yet"),
    "refused": ("", "a refusal that has arrived"),
    "lost_vote": ("", "the request or the reply was lost"),
    "gate": ("", "the dots before this line are a majority"),
    "asking": ("", "a client: a line leads to the node for which it waits, dots to the one that has answered it"),
    "island": ("", "the nodes of an island can reach each other"),
    "one_way": ("", "cut one way: messages pass only in the direction of the arrow"),
    "held": ("held", "held back: it takes longer than it would have"),
    "odd": ("", "a link that differs from the others, as the words beside it say"),
    "sick_switch": ("", "a switch that loses messages"),
    "flaps_up": ("comes and goes: works now", "a link that comes and goes: it works now"),
    "flaps_down": ("comes and goes: cut now", "a link that comes and goes: it is cut now"),
}  # fmt: skip


def marks(words: Mapping[str, str]) -> dict[str, list[str]]:
    """The marks in the words of a protocol (`Protocol.words`). A mark that needs a word which the protocol lacks is left out.

    >>> marks({"committed": "chosen"})["known"]
    ['', 'known to be chosen']
    """
    named = {"follower", "candidate", "leader", "term", "committed"}
    return {
        id: [_filled(text, words) for text in texts]
        for id, texts in MARKS.items()
        if all(name in words for name in named if f"{{{name}}}" in "".join(texts))
    }


def _filled(text: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        text = text.replace(f"{{{name}}}", word)
    return text
