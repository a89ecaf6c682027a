"""The rule of an extension that an answer breaks, from what differs."""

from raftlab.checks.differential.compare import Comparison
from raftlab.messages import (
    Answer,
    ChangeVoters,
    ConfirmLeader,
    ConfirmLeaderReply,
    InstallSnapshot,
    InstallSnapshotReply,
    Read,
    ReadNow,
    Refused,
    RequestPreVote,
    RequestPreVoteReply,
    Role,
    Send,
    TakeSnapshot,
    Tick,
    TimeoutNow,
    TransferLeadership,
)
from raftlab.raft import majority
from raftlab.rules import EXTENSION_RULES

# What an event, a message or a field is about, if the reference names no rule of an extension.
EVENTS: dict[type, str] = {
    RequestPreVote: "PV-2", RequestPreVoteReply: "PV-3", ConfirmLeader: "RI-2", ConfirmLeaderReply: "RI-2",
    InstallSnapshot: "SN-3", InstallSnapshotReply: "LE-3a", TakeSnapshot: "SN-1", ChangeVoters: "MC-2",
    TimeoutNow: "TL-2", TransferLeadership: "TL-1",
}  # fmt: skip
MESSAGES: dict[type, str] = {
    RequestPreVote: "PV-1", ConfirmLeader: "RI-2", TimeoutNow: "TL-2", InstallSnapshot: "SN-2",
}  # fmt: skip
FIELDS = {
    "heard": "CQ-1", "since_look": "CQ-1", "pre_votes": "PV-1", "waits_for_older_leader": "SV-1", "reads": "RI-2",
    "lease_end": "LR-1", "confirmed": "LR-1", "round_began": "LR-1", "clock": "LR-1", "round": "RI-2",
    "successor": "TL-1", "ticks_left": "TL-3", "newcomer": "MC-6", "joining": "MC-6", "rounds": "MC-6",
    "round_end": "MC-6", "round_ticks": "MC-6", "silent_ticks": "MC-6", "snapshot": "SN-1",
}  # fmt: skip
LEASES = {"RI-1": "LR-1", "RI-2": "LR-1", "RI-3": "LR-1"}


def cause_beyond(it: Comparison) -> str | None:
    """The rule of an extension that is broken; None if it is one of Figure 2."""
    rule = _cause(it)
    return LEASES.get(rule, rule) if rule and "lease_end" in it.before else rule


def _cause(it: Comparison) -> str | None:
    event, about = it.question.event, [rule for rule in it.reasons if rule in EXTENSION_RULES]
    if it.disk and not (it.missing or it.extra or it.fields):
        return None
    if isinstance(event, InstallSnapshot) and "AE-1" in it.reasons:
        return "AE-1"
    if rule := _read_too_early(it) or _read_forgotten(it):
        return rule
    if any(isinstance(each, TimeoutNow) for each in it.extra):
        return "TL-2"
    doubts = "since_look" in it.before and isinstance(event, Tick) and it.before["role"] is Role.LEADER
    if "CQ-1" in about or (doubts and "role" in it.fields):
        return "CQ-1"
    if about:
        return about[-1]
    if isinstance(event, Read):
        asks = any(
            isinstance(each, Send) and isinstance(each.message, ConfirmLeader) for each in it.ours.effects
        )
        early = not asks and any(isinstance(each, ConfirmLeader) for each in it.extra)
        return "RI-1" if early else "RI-2"
    if type(event) in EVENTS:
        return EVENTS[type(event)]
    for message in (*it.extra, *it.missing):
        if type(message) in MESSAGES:
            return MESSAGES[type(message)]
    return _by_answers(it) or _by_fields(it)


def _read_too_early(it: Comparison) -> str | None:
    """The rule, if a read is answered that should still wait."""
    event = it.question.event
    right = [each for each in it.ours.effects if isinstance(each, Answer)]
    for each in it.theirs.effects:
        if isinstance(each, Answer) and isinstance(each.result, ReadNow) and each not in right:
            heard: set[str] = set()
            for read in it.before.get("reads", ()):
                if read.read.client == each.client:
                    heard |= read.confirmed
                    if isinstance(event, ConfirmLeaderReply) and event.term == it.before["term"]:
                        heard |= {event.src} if event.round >= read.round else set()
            return "RI-3" if len(heard) >= majority(len(it.before["nodes"])) else "RI-2"
    return None


def _read_forgotten(it: Comparison) -> str | None:
    """The rule, if a read no longer waits and its client is not answered."""
    clients = {each.read.client for each in it.theirs.state.get("reads", ())}
    clients |= {each.client for each in it.theirs.effects if isinstance(each, Answer)}
    waiting = {each.read.client for each in it.ours.state.get("reads", ())}
    return "RI-3" if waiting - clients else None


def _by_answers(it: Comparison) -> str | None:
    """The rule, if a client is answered as only an extension does."""
    for effect in (*it.ours.effects, *it.theirs.effects):
        if "answers" in it.fields and isinstance(effect, Answer):
            if isinstance(effect.result, ReadNow):
                return "RI-2"
            if isinstance(effect.result, Refused):
                return "TL-1" if it.before.get("successor") else "MC-6"
    return None


def _by_fields(it: Comparison) -> str | None:
    if it.before.get("reads") and "answers" in it.fields:
        return "RI-2"
    for name, rule in FIELDS.items():
        if name in it.fields:
            return rule
    before = it.before
    if "waits_for_older_leader" in before and it.ours.effects and not it.theirs.effects:
        return "SV-1"
    return "MC-1" if "newcomer" in before and it.fields & {"role", "commit_index"} else None
