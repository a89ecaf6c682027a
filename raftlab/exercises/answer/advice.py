"""What would be right, for errors whose message in Python does not say it."""

import difflib
import re

from raftlab.log import Log
from raftlab.raft import BECAUSE, Raft

# Names that textbooks and other languages use for the fields of a node or a message.
OTHER_NAMES = {
    "state": "role", "current_term": "term", "voted": "voted_for", "entries": "log", "last_log_index": "log.last_index",
    "last_log_term": "log.last_term", "sender": "src", "source": "src", "candidate_id": "src", "leader_id": "src",
    "granted": "vote_granted", "prev_index": "prev_log_index", "prev_term": "prev_log_term", "commit": "commit_index",
}  # fmt: skip


def advice(error: Exception) -> str:
    """A sentence that begins with a space; "" if there is no advice."""
    if isinstance(error, AttributeError) and error.name:
        return _of_a_name(error.name, error.obj)
    if isinstance(error, KeyError) and _came_from(error, "because") and error.args[0] not in BECAUSE:
        return ' Say because which rule has fired, such as "RV-1".'
    if isinstance(error, TypeError) and "'Log' object" in str(error):
        return f" {LOG}"
    return ""


LOG = "A log is read with entry(index), term_at(index) and entries_from(index), its end with last_index and last_term."


def _of_a_name(name: str, obj: object) -> str:
    if isinstance(obj, frozenset):
        return " A frozenset never changes: votes | {node} makes a new one."
    if isinstance(obj, Log):
        return f" {LOG}"
    if not isinstance(obj, Raft) and not hasattr(obj, "src"):
        return ""
    what = "node" if isinstance(obj, Raft) else "msg"
    known = [each for each in dir(obj) if each[0] != "_"]
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    for near in (plain, OTHER_NAMES.get(plain, ""), *difflib.get_close_matches(plain, known, 1)):
        if near.partition(".")[0] in known:
            return f" Did you mean {what}.{near}?"
    return ""


def _came_from(error: Exception, function: str) -> bool:
    """Whether the error was raised in a function of this name."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and place.tb_frame.f_code.co_name == function
