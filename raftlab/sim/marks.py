"""The marks in the pictures of logs and of space and time, each with its word and what it means.

The player shows these words, and fills in `{committed}` and the like by what these nodes call it (`Protocol.words`).
The legend, the tooltips and the line that explains a mark where it is first seen all say it from here.
"""

# id -> [the mark, what it means]
MARKS: dict[str, tuple[str, str]] = {
    "fact": ("fact", "what is {committed} as a fact, whether a node knows it or not"),
    "no_fact": ("–", "nothing is {committed} yet"),
    "known": ("", "the node knows that this is {committed}"),
    "stored": ("", "stored only: the node does not know that it is {committed}"),
    "conflict": ("≠", "something else is {committed} here"),
    "claimed": ("≠", "the node takes this for {committed}, but it is not"),
    "next": ("n", "next index: the entry that the leader sends to this node next"),
    "match": ("m", "match index: the leader knows that the logs agree up to here"),
    "snapshot": ("snapshot", "in the snapshot, and no longer in the log"),
    "folded": ("{first}–{last}", "entries {first} to {last} are folded: press to open them"),
    "folded_equal": ("{first}–{last} equal, {committed}", "entries {first} to {last} are equal in all logs, and {committed}: press to open them"),
    "open": ("fold", "fold the older entries again"),
}  # fmt: skip
