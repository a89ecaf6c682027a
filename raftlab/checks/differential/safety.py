"""What a difference can break: no safe node makes such a step, whatever happens after it.

Nothing need be broken yet when the step is over. But there is a course of events in which it will be, even if all other
nodes follow the rules: a second vote elects a second leader, and an entry that is confirmed and not there gets lost.
"""

from collections.abc import Iterator

from raftlab.checks.differential.ask import Outcome
from raftlab.checks.differential.compare import Comparison, early, unanswered
from raftlab.checks.differential.disk import in_common
from raftlab.extensions.membership import PREFIX
from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    InstallSnapshotReply,
    Message,
    ReadNow,
    RequestVote,
    RequestVoteNow,
    RequestVoteReply,
    Restore,
    Role,
    Send,
)


def breaks(it: Comparison) -> str:
    """The property that nodes with this difference can break; "" if they are only slow, silent or deaf."""
    if it.theirs.error:
        return ""
    if it.disk:
        return "P1" if it.disk[0] in ("ST-P1", "ST-P2") else "P4"
    for property, does in (
        ("P1", _elects_twice), ("P1", _changes_voters_too_soon), ("P1", _forgets_voters), ("P2", _rewrites_its_own_log), ("P3", _mixes_logs), ("P4", _loses_entries),
        ("K1", _knows_too_much), ("P5", _applies_otherwise),
    ):  # fmt: skip
        if does(it):
            return property
    return ""


def _elects_twice(it: Comparison) -> bool:
    """It votes twice, forgets its vote, counts votes that it has not got, or leads without an election."""
    before, ours, theirs = it.before, it.ours.state, it.theirs.state
    stays = theirs["term"] == before["term"]
    if theirs["term"] < before["term"] or (stays and before["voted_for"] not in (None, theirs["voted_for"])):
        return True
    if any(type(each) is AppendEntries and each.term > theirs["term"] for each in it.extra):
        return True
    given = _votes_given(it.theirs)
    if given - _votes_given(it.ours) or given - {theirs["voted_for"]}:
        return True
    if theirs["role"] is Role.LEADER and len(theirs["nodes"]) > 1:
        led = before["role"] is Role.LEADER and stays
        return not led and (ours["role"], ours["term"]) != (Role.LEADER, theirs["term"])
    if theirs["role"] is Role.CANDIDATE:
        own = theirs["id"] in theirs["votes"]
        known = before["votes"] if stays else {theirs["id"]}
        if ours["role"] in (Role.CANDIDATE, Role.LEADER) and ours["term"] == theirs["term"]:
            known = ours["votes"]  # a node that should lead by now has counted its votes rightly, too
        return bool(set(theirs["votes"]) - known) or (own and theirs["voted_for"] != theirs["id"])
    return False


def _changes_voters_too_soon(it: Comparison) -> bool:
    """It begins a change of voters that it must refuse. Two majorities may then have no node in common."""
    old, ours, theirs = len(it.before["log"]), it.ours.state, it.theirs.state
    begun = [
        sum(entry.command.startswith(PREFIX) for entry in state["log"][old:]) + bool(state.get("newcomer"))
        for state in (ours, theirs)
    ]
    return theirs["role"] is Role.LEADER and _same_snapshot(it) and begun[1] > begun[0]


def _forgets_voters(it: Comparison) -> bool:
    """Its snapshot names other voters. Once its log names none, it counts another majority."""
    one, other = it.ours.state["snapshot"], it.theirs.state["snapshot"]
    return bool(one.index == other.index and one.voters != other.voters)


def _votes_given(outcome: Outcome) -> set[str]:
    return {each.dst for each in _sent(outcome) if type(each) is RequestVoteReply and each.vote_granted}


def _sent(outcome: Outcome) -> Iterator[Message]:
    return (each.message for each in outcome.effects if isinstance(each, Send))


def _same_snapshot(it: Comparison) -> bool:
    """Do the logs begin at the same entry, before the step and after it?"""
    return bool(it.before["snapshot"] == it.ours.state["snapshot"] == it.theirs.state["snapshot"])


def _takes_one_over(it: Comparison) -> bool:
    """Should the node install a snapshot in this step?"""
    return bool(it.before["snapshot"] != it.ours.state["snapshot"])


def _rewrites_its_own_log(it: Comparison) -> bool:
    """A leader changes or deletes entries of its log."""
    old, theirs = it.before["log"], it.theirs.state
    return theirs["role"] is Role.LEADER and _same_snapshot(it) and theirs["log"][: len(old)] != old


def _mixes_logs(it: Comparison) -> bool:
    """Its log, or what it sends as such, is the log of no leader."""
    old, ours, theirs = it.before["log"], it.ours.state["log"], it.theirs.state
    log, start = theirs["log"], theirs["snapshot"].index
    if _takes_one_over(it) and start == it.ours.state["snapshot"].index:
        return theirs["snapshot"].term != it.ours.state["snapshot"].term or log != ours[: len(log)]
    if _same_snapshot(it):
        if theirs["role"] is Role.LEADER:
            if any(entry.term != theirs["term"] for entry in log[len(old) :]):
                return True
        elif log not in (ours[: len(log)], old[: len(log)]):
            return True
    for each in it.extra:
        if type(each) is AppendEntries:
            first = each.prev_log_index - start
            before = (
                theirs["snapshot"].term
                if not first
                else log[first - 1].term
                if 0 < first <= len(log)
                else None
            )
            if each.prev_log_term not in (0, before):
                return True
            if first >= 0 and each.entries != log[first : first + len(each.entries)]:
                return True
    return False


def _loses_entries(it: Comparison) -> bool:
    """Entries that it may have confirmed are gone, it confirms what it has not, or claims a better log than it has."""
    old, ours, theirs = it.before["log"], it.ours.state["log"], it.theirs.state
    log, start = theirs["log"], theirs["snapshot"].index
    kept = in_common(old, ours)
    if _same_snapshot(it) and log[:kept] != old[:kept]:
        return True
    confirmed = max(_confirmed(it.theirs), default=0)
    if confirmed > max((it.before["commit_index"], *_confirmed(it.ours))):
        return True
    if _takes_one_over(it):
        snapshot = it.ours.state["snapshot"]
        if start == snapshot.index and len(log) < len(ours):
            return True
        if start < snapshot.index <= confirmed:
            return [each.term for each in log[snapshot.index - start - 1 :][:1]] != [snapshot.term]
    if _same_snapshot(it) and log[: max(0, confirmed - start)] != ours[: max(0, confirmed - start)]:
        return True
    end = (log[-1].term if log else theirs["snapshot"].term), start + len(log)
    return any(
        isinstance(each, RequestVote | RequestVoteNow) and (each.last_log_term, each.last_log_index) > end
        for each in it.extra
    )


def _confirmed(outcome: Outcome) -> list[int]:
    """Up to which entries it confirms its log."""
    return [
        each.match_index
        for each in _sent(outcome)
        if (type(each) is AppendEntriesReply and each.success) or type(each) is InstallSnapshotReply
    ]


def _knows_too_much(it: Comparison) -> bool:
    """It takes entries for committed or stored that are perhaps not, and says so to others or to clients."""
    ours, theirs = it.ours.state, it.theirs.state
    commit = max(ours["commit_index"], it.before["commit_index"], stored_everywhere(it))
    if theirs["commit_index"] > commit or early(it.theirs.effects):
        return True
    stored = ours["match_index"] | {theirs["id"]: theirs["snapshot"].index + len(theirs["log"])}
    if theirs["role"] is ours["role"] is Role.LEADER and any(
        index > stored.get(peer, 0) for peer, index in theirs["match_index"].items()
    ):
        return True
    if any(type(each) is AppendEntries and each.leader_commit > commit for each in it.extra):
        return True
    may_be_told = {
        (index, client) for index, client in it.before["waiting"].items() if index <= stored_everywhere(it)
    }
    may_wait = unanswered(ours).items() | _answered(it.ours)
    if theirs["role"] is Role.LEADER and theirs["term"] == it.before["term"]:
        may_wait |= it.before["waiting"].items()  # its entry is not applied yet
    if unanswered(theirs).items() - may_wait:
        return True  # a client waits for an entry that is not its own, or that another leader may replace
    return any(
        isinstance(each, Answer)
        and isinstance(each.result, Applied | ReadNow)
        and each not in it.ours.effects
        and not (isinstance(each.result, Applied) and (each.result.index, each.client) in may_be_told)
        for each in it.theirs.effects
    )


def stored_everywhere(it: Comparison) -> int:
    """The last entry that a leader knows to be on every node. All up to it may be committed, whatever the terms. (5.4.2)"""
    ours = it.ours.state
    return min(ours["match_index"].values(), default=0) if ours["role"] is Role.LEADER else 0


def _answered(outcome: Outcome) -> set[tuple[int, str]]:
    """The entries that clients are told are done, each with its client."""
    return {
        (each.result.index, each.client)
        for each in outcome.effects
        if isinstance(each, Answer) and isinstance(each.result, Applied)
    }


def _applies_otherwise(it: Comparison) -> bool:
    """It leaves an entry out, applies one twice or one that its log does not have, or has another state."""
    before, theirs = it.before, it.theirs.state
    one, other = it.ours.state["snapshot"], theirs["snapshot"]
    if one.index == other.index and one.state != other.state:
        return True
    if theirs["last_applied"] < theirs["snapshot"].index:
        return True
    if any(isinstance(each, Restore) for each in it.theirs.effects):
        return False
    applied = [each for each in it.theirs.effects if isinstance(each, Apply)]
    first, start = before["last_applied"] + 1, theirs["snapshot"].index
    due = range(first, theirs["last_applied"] + 1)  # it may say any number, so no list is made of them
    if len(applied) != len(due) or any(each.index != index for each, index in zip(applied, due, strict=True)):
        return True
    whole = dict(enumerate(theirs["log"], start=start + 1))
    return any(each.entry != whole.get(each.index, each.entry) for each in applied)
