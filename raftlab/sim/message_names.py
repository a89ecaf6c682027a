"""The names of messages in sentences, and the words on messages in pictures.

A kind that is not listed is named after its type: "InstallSnapshotReply" is an "install snapshot reply".
"""

import re
from collections.abc import Mapping
from typing import Any

from raftlab.sim.english import short

# kind -> its name; or (a field, the name if the field is true, the name if it is false or empty).
# In a name, {} stands for the number of entries in the field.
NAMES: dict[str, str | tuple[str, str, str]] = {
    "RequestVote": "vote request",
    "RequestVoteReply": ("vote_granted", "vote", "refusal to vote"),
    "AppendEntries": ("entries", "append of {}", "heartbeat"),
    "AppendEntriesReply": ("success", "ok", "refusal"),
    "RequestPreVote": "pre-vote request",
    "RequestPreVoteReply": ("vote_granted", "pre-vote", "refusal of a pre-vote"),
    "RequestVoteNow": "vote request on the old leader's behalf",
    "TimeoutNow": "request to start an election at once",
    "ConfirmLeader": "question whether it leads",
    "ConfirmLeaderReply": "confirmation",
    "InstallSnapshot": "snapshot",
    "InstallSnapshotReply": "reply to a snapshot",
    "Copy": "command",
}

# kind -> the word on a message in a picture, in the same form. {field} stands for the value of that field; if it holds
# entries, for their commands. A message without a word is drawn as a dot.
SAYS: dict[str, str | tuple[str, str, str]] = {
    "RequestVote": "vote?",
    "RequestVoteReply": ("vote_granted", "yes", "no"),
    "AppendEntries": ("entries", "{entries}", ""),
    "AppendEntriesReply": ("success", "ok", "no"),
    "RequestPreVote": "pre-vote?",
    "RequestPreVoteReply": ("vote_granted", "yes", "no"),
    "RequestVoteNow": "vote now?",
    "TimeoutNow": "stand now",
    "ConfirmLeader": "lead?",
    "ConfirmLeaderReply": "yes",
    "InstallSnapshot": "snapshot",
    "InstallSnapshotReply": "ok",
    "Prepare": "promise?",
    "Promise": "promise",
    "Accept": "{value}?",
    "Accepted": "{value}",
    "Refusal": "no",
    "Copy": "{command}",
}

# Kinds of replies whose names do not end in Reply.
ANSWERS = ("Promise", "Accepted", "Refusal")


def name_of_kind(kind: str) -> str | tuple[str, str, str]:
    """The name of a kind of messages, in the form of `NAMES`."""
    return NAMES.get(kind) or _spelled(kind)


def _spelled(kind: str) -> str:
    return "".join(f" {each.lower()}" if each.isupper() else each for each in kind).strip()


def message_name(kind: str, fields: Mapping[str, Any]) -> str:
    """The name of a message.

    >>> message_name("AppendEntries", {"entries": [[1, "x=5"]]}), message_name("AppendEntries", {"entries": []})
    ('append of 1 entry', 'heartbeat')
    """
    name = name_of_kind(kind)
    if isinstance(name, str):
        return name
    field, yes, no = name
    value = fields[field]
    if not value:
        return no
    return yes if value is True else yes.format(f"{len(value)} {'entry' if len(value) == 1 else 'entries'}")


def word_of_kind(kind: str) -> str | tuple[str, str, str]:
    """The word on messages of a kind, in the form of `SAYS`. A kind that is not listed has its name without "reply".

    >>> word_of_kind("RequestVote"), word_of_kind("FetchBlockReply")
    ('vote?', 'fetch block')
    """
    return SAYS[kind] if kind in SAYS else _spelled(kind.removesuffix("Reply"))


def word_on(kind: str, fields: Mapping[str, Any], letters: int = 12) -> str:
    """The word on a message in a picture; "" if it is drawn as a dot. letters: the most letters of a command.

    >>> word_on("AppendEntries", {"entries": [[1, "x=5"], [1, "x=6"]]}), word_on("AppendEntries", {"entries": []})
    ('x=5 +1', '')
    """
    word = word_of_kind(kind)
    if not isinstance(word, str):
        field, yes, no = word
        word = yes if fields[field] else no
    return re.sub(r"\{(\w+)\}", lambda place: _filled(fields[place[1]], letters), word)


def _filled(value: Any, letters: int) -> str:
    if not isinstance(value, list):
        return short(value, letters)
    (_, first), *others = value
    return short(first, letters) + (f" +{len(others)}" if others else "")


def is_answer(kind: str) -> bool:
    """Is a message of this kind a reply?"""
    return kind.endswith("Reply") or kind in ANSWERS
