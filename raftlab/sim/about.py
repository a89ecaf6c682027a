"""Templates of the sentences on a card about a node, a message, a link or an entry, and about a run as a whole.

The player finds out which of them are true at a moment, fills them in, and shows them in this order. `raftlab.sim.why`
explains what a template can hold. Before that, {follower}, {candidate}, {leader}, {term} and {committed} are replaced
by the words of the nodes' protocol.
"""

from collections.abc import Mapping

NODE = {
    "lies": "It lies: {lie}",
    "leads": "It leads {term} {number}.",
    "stands": "It asks for votes in {term} {number}: it needs {quorum}, and has {count}.",
    "follows": "It follows {other}, the {leader} of {term} {number}.",
    "knows_no_leader": "It knows of no {leader} in {term} {number}.",
    "voted": "In this {term} it has voted for {other}.",
    "voted_itself": "In this {term} it has voted for itself.",
    "due": "If it hears nothing before {time}, it will ask for votes.",
    "timer": "runs out at {time}",
    "timer_leads": "next heartbeat at {time}",
    "log_empty": "Its log is empty.",
    "log_on_disk": "Its log has {count|entry|entries}.",
    "log_unknown": "It has stored {count|entry|entries}, and does not know yet that any is {committed}.",
    "log": "It has stored {count|entry|entries}, and knows that {known|is|are} {committed}.",
    "paused": "It is paused: its clock stands still, and messages to it wait.",
    "crashed": "It has crashed. What it has saved is still on its disk.",
}
MESSAGE = {
    "flying": "It is on its way, and due at {time}.",
    "waits": "It waits until {other} goes on.",
    "delivered": "It arrived at {time}.",
    "lost": "It was lost at {time}: {why}.",
}
LINK = {
    "link_up": "Messages pass both ways.",
    "link_down": "Nothing passes between them.",
    "link_one_way": "Messages from {a} reach {b}, but nothing from {b} reaches {a}.",
    "link_delay": "A message takes {delay}.",
    "link_loss": "{share} of the messages are lost.",
    "link_duplication": "{share} of the messages arrive twice.",
    "link_way": "From {a} to {b}: {how}.",
    "odd_loss": "{share} lost",
    "odd_delay": "{delay}",
    "odd_duplication": "{share} doubled",
}
ENTRY = {
    "entry": "{node} has stored {command} at index {index}, in {term} {number}.",
    "entry_known": "It knows that this entry is {committed}.",
    "entry_unknown": "It does not know yet whether this entry is {committed}.",
    "entry_fact": "The entry is {committed}: every later {leader} will have it.",
    "entry_no_fact": "The entry is not {committed}: it may still be lost.",
    "entry_conflict": "Something else is {committed} at this index: {command}.",
    "entry_snapshot": "It is in the snapshot only: {committed}, applied, and no longer in the log.",
    "entry_gone": "{node} has no entry {index} now.",
}
# What one node knows about another node.
THROUGH_ITS_EYES = {
    "heard": "{node} last heard from it at {time}. It was in {term} {number} then.",
    "heard_nothing": "{node} has heard nothing from it since it started.",
    "cannot_see": "{node} cannot see that.",
}
# About a run as a whole: at its beginning, and above each of several runs side by side.
RUN = {
    "beginning": "{nodes} nodes: each is a {follower}, and waits to hear from a {leader}.",
    "run": "{leaders|leads|lead} · {elections} elected so far · highest {term} {number} · {count} {committed}",
}
ABOUT = NODE | MESSAGE | LINK | ENTRY | THROUGH_ITS_EYES | RUN
WORDS = ("follower", "candidate", "leader", "term", "committed")


def about(words: Mapping[str, str]) -> dict[str, str]:
    """The templates in the words of a protocol (`Protocol.words`). A template that needs a word which the protocol lacks is left out.

    >>> about({"term": "number", "committed": "chosen"})["entry_known"]
    'It knows that this entry is chosen.'
    """
    found = {}
    for id, text in ABOUT.items():
        needed = [word for word in WORDS if f"{{{word}}}" in text]
        if all(word in words for word in needed):
            for word in needed:
                text = text.replace(f"{{{word}}}", words[word])
            found[id] = text
    return found
