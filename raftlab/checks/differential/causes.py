"""The rule that an answer breaks, from what differs: the most specific one."""

from raftlab.checks.differential.compare import Comparison, timer_of
from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    Apply,
    Propose,
    RequestVote,
    RequestVoteReply,
    Role,
)

LATER = frozenset(("ALL-1", "ALL-2", "CA-3", "FO-1", "LE-1", "LE-3a"))  # rules of many kinds of steps


def cause(it: Comparison) -> str:
    """The rule that is broken."""
    if it.disk and not (it.missing or it.extra or it.fields):
        return it.disk[0]
    if it.theirs.error:
        wins = it.before["role"] is not Role.LEADER and it.ours.state["role"] is Role.LEADER
        if wins and " left node." not in it.theirs.error:
            return "ST-L1"  # it has become leader, and then could not send what its next_index says
        event = it.question.event
        refused = isinstance(event, AppendEntriesReply) and not event.success
        return _about(it, "LE-3b" if refused else USUAL.get(type(event), "ALL-2"))
    before, ours, theirs = it.before, it.ours.state, it.theirs.state
    if theirs["term"] < before["term"]:
        return "ST-P1"
    if theirs["term"] != ours["term"] or (_campaigns(it) and "role" in it.fields):
        return _term(it)
    if "ALL-2" in it.reasons:
        if (
            theirs["voted_for"] == before["voted_for"] != ours["voted_for"]
            and before["voted_for"] is not None
        ):
            return "ST-P2"
        if theirs["role"] is not ours["role"]:
            return "ALL-2"
        if theirs["commit_index"] < before["commit_index"]:
            return "ST-V1"
    match it.question.event:
        case AppendEntries():
            return _append(it)
        case AppendEntriesReply():
            return _append_reply(it)
        case RequestVote():
            return _vote_request(it)
        case Propose():
            return _proposal(it)
    if before["role"] is Role.LEADER:
        return _leads(it)
    return _election(it)


# The rule of an event, if the reference names none.
USUAL: dict[type, str] = {
    AppendEntries: "FO-1", AppendEntriesReply: "LE-3a", RequestVote: "RV-2", RequestVoteReply: "CA-2", Propose: "LE-2",
}  # fmt: skip


def _campaigns(it: Comparison) -> bool:
    return "CA-1" in it.reasons


def _term(it: Comparison) -> str:
    """Another term than it should be, or another role after a campaign."""
    before, theirs = it.before, it.theirs.state
    if not _campaigns(it):
        return (
            "FO-2"
            if not hasattr(it.question.event, "term")
            else "ALL-2"
            if "ALL-2" in it.reasons
            else _about(it, "ST-P1")
        )
    if theirs["term"] == before["term"] and before["role"] is Role.CANDIDATE:
        return "CA-4"
    if (theirs["term"], theirs["role"]) == (before["term"], before["role"]) and not it.extra:
        return "FO-2"
    if "role" in it.fields and theirs["term"] == it.ours.state["term"]:
        others = theirs["votes"] - {before["id"]}
        return "CA-4" if others and others <= before["votes"] else "CA-1" if others else "CA-2"
    return "CA-1"


def _about(it: Comparison, otherwise: str) -> str:
    """The last rule that the reference follows in this step and in few others."""
    return next((rule for rule in reversed(it.reasons) if rule not in LATER), otherwise)


def _commitment(it: Comparison, commit: str) -> str | None:
    """The rule of a difference in what is committed, applied or answered; None if there is none."""
    if "commit_index" in it.fields:
        return commit
    if it.fields & {"last_applied", "applies"}:
        old = it.before["last_applied"]
        again = any(isinstance(each, Apply) and each.index <= old for each in it.theirs.effects)
        return "ST-V2" if again else "ALL-1"
    return "LE-2" if it.fields & {"answers", "waiting"} else None


def _append(it: Comparison) -> str:
    fields, ours, theirs = it.fields, it.ours.state, it.theirs.state
    assert isinstance(it.question.event, AppendEntries)
    if "AE-1" in it.reasons:
        return "FO-2" if fields == {"timer"} and not it.extra else "AE-1"
    if "role" in fields:
        return "CA-3"
    if "voted_for" in fields:
        return "ST-P2"
    success = {each.success for each in _replies(it)}
    if "AE-2" in it.reasons and (True in success or fields & {"log", "commit_index"}):
        return "AE-2"
    if "AE-2" not in it.reasons and False in success:
        return "AE-2"
    if "log" in fields:
        old, new = it.before["log"], theirs["log"]
        appended = new == (*old, *it.question.event.entries)  # at the end, whatever is there
        if new[: len(old)] != old or ("AE-3" in it.reasons and not appended):
            return "AE-3"
        wrong_terms = len(new) == len(ours["log"]) and [each.term for each in new] != [
            each.term for each in ours["log"]
        ]
        return "ST-P3" if wrong_terms else "AE-4"
    if rule := _commitment(it, "AE-5"):
        return rule
    return "FO-2" if fields == {"timer"} and not (it.missing or it.extra) else "FO-1"


def _replies(it: Comparison) -> list[AppendEntriesReply]:
    """The replies that only the answer sends."""
    return [
        each for each in it.extra if isinstance(each, AppendEntriesReply) and type(each) is AppendEntriesReply
    ]


def _append_reply(it: Comparison) -> str:
    reply, fields = it.question.event, it.fields
    assert isinstance(reply, AppendEntriesReply)
    if "ALL-2" in it.reasons:
        return "ALL-2"
    if "log" in fields:
        return _log_of_leader(it)
    if not reply.success and "next_index" not in fields and _sends_otherwise(it):
        return "LE-3"  # it goes back as it should, and then sends something else
    if not reply.success:
        return "LE-4" if fields & {"commit_index"} and "next_index" not in fields else "LE-3b"
    if (
        fields & {"match_index", "next_index"}
        or it.before["role"] is not Role.LEADER
        or reply.term < it.before["term"]
    ):
        return "LE-3a"
    return _commitment(it, "LE-4") or _leads(it)


def _sends_otherwise(it: Comparison) -> bool:
    """Does it send appends to the right peers, but with something wrong in them?"""
    to = [{each.dst for each in sent if type(each) is AppendEntries} for sent in (it.extra, it.missing)]
    return bool(to[0]) and to[0] == to[1]


def _vote_request(it: Comparison) -> str:
    reason, fields = _about(it, "RV-2"), it.fields
    if fields == {"timer"} and not (it.missing or it.extra):
        return "FO-2"
    gave = any(type(each) is RequestVoteReply and each.vote_granted for each in it.extra)
    refused = any(type(each) is RequestVoteReply and not each.vote_granted for each in it.extra)
    if refused and it.before["voted_for"] != getattr(it.question.event, "src", None):
        return "RV-2" if _equal_logs(it) else "UTD"
    if not gave and not refused and "voted_for" in fields:
        return "RV-2" if reason == "RV-2" else reason
    return reason


def _equal_logs(it: Comparison) -> bool:
    """Do the candidate's log and the node's end in the same way?"""
    log, request = it.before["log"], it.question.event
    assert isinstance(request, RequestVote)
    return (request.last_log_index, request.last_log_term) == (len(log), log[-1].term if log else 0)


def _proposal(it: Comparison) -> str:
    fields, old = it.fields, it.before["log"]
    if it.before["role"] is not Role.LEADER:
        return "LE-2"
    if it.theirs.state["log"][: len(old)] != old:
        return "P2"
    if "log" in fields:
        return "LE-2"
    if "match_index" in fields:
        return "LE-3"
    return _commitment(it, "LE-4") or ("LE-3" if it.missing or it.extra else _leads(it))


def _log_of_leader(it: Comparison) -> str:
    """A leader may only append to its log, and only what clients want."""
    old = it.before["log"]
    return "P2" if it.theirs.state["log"][: len(old)] != old else "LE-2"


def _leads(it: Comparison) -> str:
    """A leader does something else: with its log, its timer, or what it sends."""
    if "log" in it.fields:
        return _log_of_leader(it)
    if "role" in it.fields:
        return "CA-2" if it.theirs.state["role"] is not Role.LEADER else "LE-1"
    if rule := _commitment(it, "LE-4"):
        return rule
    sent = {each.dst for each in it.extra if isinstance(each, AppendEntries)}
    silent = {each.dst for each in it.missing} - sent
    if it.missing and not silent:
        return "LE-3"
    return "LE-1" if silent or "timer" in it.fields else "LE-3"


def _election(it: Comparison) -> str:
    fields, ours, theirs = it.fields, it.ours.state, it.theirs.state
    wins = ours["role"] is Role.LEADER
    if "log" in fields:
        return _log_of_leader(it)
    if "role" in fields and (
        wins or theirs["role"] is Role.LEADER or isinstance(it.question.event, RequestVoteReply)
    ):
        return "CA-2"
    if wins:
        for name, rule in (("next_index", "ST-L1"), ("match_index", "ST-L2"), ("leader", "CA-2")):
            if name in fields:
                return rule
        return _leads(it)
    if isinstance(it.question.event, RequestVoteReply):
        return "CA-2"
    if not _campaigns(it) or (fields == {"timer"} and timer_of(it.question, theirs) != "goes on"):
        return "FO-2"
    return "CA-1"
