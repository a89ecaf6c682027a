"""What the kinds of messages are called in a sentence.

A kind that is not listed is called as its type is written: "InstallSnapshotReply" is an "install snapshot reply".
"""

from collections.abc import Mapping
from typing import Any

# The name of a kind; or the field that decides, the name where it says yes, and the name where it says no.
# In a name {} stands for how many entries the field holds.
NAMES: dict[str, str | tuple[str, str, str]] = {
    "RequestVote": "vote request",
    "RequestVoteReply": ("vote_granted", "vote", "refusal to vote"),
    "AppendEntries": ("entries", "append of {}", "heartbeat"),
    "AppendEntriesReply": ("success", "success reply", "refusal reply"),
    "RequestPreVote": "pre-vote request",
    "RequestPreVoteReply": ("vote_granted", "pre-vote", "refusal of a pre-vote"),
    "RequestVoteNow": "vote request in the old leader's name",
    "TimeoutNow": "call to stand at once",
    "ConfirmLeader": "question whether it leads",
    "ConfirmLeaderReply": "confirmation",
    "InstallSnapshot": "snapshot",
    "InstallSnapshotReply": "reply to a snapshot",
}


def name_of_kind(kind: str) -> str | tuple[str, str, str]:
    """The name of a kind of messages, in the form of `NAMES`."""
    return NAMES.get(kind) or "".join(f" {each.lower()}" if each.isupper() else each for each in kind).strip()


def message_name(kind: str, fields: Mapping[str, Any]) -> str:
    """What a message is called.

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
