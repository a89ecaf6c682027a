"""What the paper leaves open: outcomes that differ from the reference's and are right all the same.

Each predicate takes a comparison and strikes out the differences that it allows. It is narrow: what it allows harms
nobody, in any order of events. The number and the values of dice, the order of sends, redundant saves, and clients left in
`waiting` after their answer are not compared in the first place.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from raftlab.checks.differential.compare import Comparison, early, timer_of, unanswered
from raftlab.checks.differential.safety import stored_everywhere
from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    Propose,
    RequestVote,
    RequestVoteReply,
    Role,
)


def match_index_of_a_refusal(it: Comparison) -> None:
    """Only its prev_log_index counts in a refusal: nobody knows yet how far the logs agree."""
    for extra in _of_kind(it.extra, AppendEntriesReply):
        for missing in _of_kind(it.missing, AppendEntriesReply):
            if not extra.success and extra._replace(match_index=missing.match_index) == missing:
                it.extra.remove(extra)
                it.missing.remove(missing)
                break


def news_at_once(it: Comparison) -> None:
    """A leader may tell the others at once that it has committed, and send the rest at once after a success.

    But an append without entries is no answer to a success that confirms nothing: they would answer each other for ever. The
    heartbeat timer may start again if the leader has then sent something to all.
    """
    reply = it.question.event
    if not isinstance(reply, AppendEntriesReply) or not reply.success or not _leads(it):
        return
    before, after = it.before["commit_index"], it.theirs.state["commit_index"]
    told: list[str] = []
    for each in _of_kind(it.extra, AppendEntries):
        follows = each.dst == reply.src and (bool(each.entries) or reply.match_index > reply.prev_log_index)
        if truthful(it.theirs.state, each, {before, after}) and told.count(each.dst) < follows + (
            after > before
        ):
            told.append(each.dst)
            it.extra.remove(each)
    if set(told) == _peers(it) and timer_of(it.question, it.theirs.state) == "heartbeat":
        it.fields.discard("timer")


def commit_as_far_as_confirmed(it: Comparison) -> None:
    """A leader may tell a peer a commit index no later than what the peer has confirmed: min(commit_index, match_index).

    The next append after the peer's answer tells the rest.
    """
    if not _leads(it):
        return
    state = it.theirs.state
    for extra in _of_kind(it.extra, AppendEntries):
        confirmed = min(state["commit_index"], state["match_index"].get(extra.dst, 0))
        for missing in _of_kind(it.missing, AppendEntries):
            if extra == missing._replace(leader_commit=confirmed):
                it.extra.remove(extra)
                it.missing.remove(missing)
                break


def laggards_wait_for_the_heartbeat(it: Comparison) -> None:
    """A new command need not go at once to a peer that lacks earlier entries, if the heartbeat timer then goes on.

    The timer may also go on if the command goes to all: then the next heartbeat is only earlier than necessary.
    """
    if not isinstance(it.question.event, Propose) or not _leads(it):
        return
    last, guess = len(it.before["log"]), it.before["next_index"]
    goes_on = timer_of(it.question, it.theirs.state) == "goes on"
    for each in _of_kind(it.missing, AppendEntries):
        if goes_on and guess.get(each.dst, last + 1) <= last:
            it.missing.remove(each)
    if goes_on:
        it.fields.discard("timer")


def earlier_first_guess(it: Comparison) -> None:
    """A new leader may guess that the other logs end earlier than its own: it then sends entries that are perhaps there."""
    if it.before["role"] is Role.LEADER or not _leads(it) or "next_index" not in it.fields:
        return
    ours, theirs = it.ours.state["next_index"], it.theirs.state["next_index"]
    if all(1 <= theirs.get(peer, 0) <= ours[peer] for peer in _peers(it)):
        _strike_appends(it)
        it.fields.discard("next_index")


def next_index_stays(it: Comparison) -> None:
    """After a success next_index need not go down: max(next_index, match_index + 1)."""
    reply = it.question.event
    if isinstance(reply, AppendEntriesReply) and reply.success and _leads(it) and _only_of(it, reply.src):
        was, now = it.before["next_index"].get(reply.src), it.theirs.state["next_index"].get(reply.src)
        if now == was and now > it.theirs.state["match_index"].get(reply.src, now):
            it.fields.discard("next_index")


def steps_further_back(it: Comparison) -> None:
    """After a refusal a leader may go back by more than one entry, but not behind the first one.

    It may do so after a late refusal, too, which the reference ignores; if it only tries again, this does no harm either.
    """
    reply = it.question.event
    if (
        not isinstance(reply, AppendEntriesReply)
        or reply.success
        or not _leads(it)
        or reply.term != it.before["term"]
    ):
        return
    was, now = it.before["next_index"].get(reply.src, 0), it.theirs.state["next_index"].get(reply.src, 0)
    expected = it.ours.state["next_index"].get(reply.src, 0)
    sent = [
        each
        for each in _of_kind(it.extra, AppendEntries)
        if each.dst == reply.src and truthful(it.theirs.state, each)
    ]
    if expected < was:  # the reference goes back, and tries again at once
        enough = now < expected and len(sent) == 1
    else:
        enough = len(sent) <= 1
    if enough and _only_of(it, reply.src) and 1 <= now <= expected:
        it.fields.discard("next_index")
        it.extra = [each for each in it.extra if each not in sent]
        it.missing = [each for each in it.missing if type(each) is not AppendEntries]


def below_the_commit_index(it: Comparison) -> None:
    """Of an append that begins before its commit index a follower may look at nothing: it confirms what is committed."""
    event, after = it.question.event, it.theirs.state
    if not isinstance(event, AppendEntries) or event.prev_log_index >= it.before["commit_index"]:
        return
    committed = it.before["commit_index"]
    ignored = (after["log"], after["commit_index"]) == (it.before["log"], committed)
    last = event.prev_log_index + len(event.entries)
    for extra in _of_kind(it.extra, AppendEntriesReply):
        if any(extra == each._replace(match_index=extra.match_index) for each in it.missing):
            everything = extra.match_index == max(last, committed)
            if everything or (ignored and extra.match_index == committed):
                it.extra.remove(extra)
                it.missing = [each for each in it.missing if type(each) is not AppendEntriesReply]
            if not everything:
                it.fields -= {"log", "commit_index", "last_applied", "applies", "answers"}


def contradiction_goes_at_once(it: Comparison) -> None:
    """A follower that refuses an append may delete its entry at prev_log_index, with all that follow, if that entry has another term.

    The leader of the term has every committed entry, so the contradicting one is not committed, and never will be.
    """
    event, before, after = it.question.event, it.before, it.theirs.state
    if (
        not isinstance(event, AppendEntries)
        or "AE-2" not in it.reasons
        or event.prev_log_index <= before["commit_index"]
    ):
        return
    place = event.prev_log_index - before["snapshot"].index  # of the entry before the new ones
    if 0 < place <= len(before["log"]) and after["log"] == before["log"][: place - 1]:
        it.fields.discard("log")


def vote_given_again(it: Comparison) -> None:
    """To the candidate that has its vote, a node may say yes again without another look at the logs, and start its timer again or not."""
    event = it.question.event
    if (
        not isinstance(event, RequestVote)
        or event.term != it.before["term"]
        or it.before["voted_for"] != event.src
    ):
        return
    yes = RequestVoteReply(event.dst, event.src, event.term, True)
    if it.extra == [yes]:
        it.extra, it.missing = [], []
    if (
        not it.extra
        and not it.missing
        and timer_of(it.question, it.theirs.state) in ("goes on", "starts again")
    ):
        it.fields.discard("timer")


def no_vote_beside_a_leader(it: Comparison) -> None:
    """A node that knows the leader of its term may refuse its vote to any other candidate of this term: none can win."""
    event, before = it.question.event, it.before
    if (
        not isinstance(event, RequestVote)
        or event.term != before["term"]
        or before["leader"] in (None, event.src)
    ):
        return
    yes = RequestVoteReply(event.dst, event.src, event.term, True)
    refuses = it.missing == [yes] and it.extra == [yes._replace(vote_granted=False)]
    if refuses and it.theirs.state["voted_for"] == before["voted_for"]:
        it.extra, it.missing = [], []
        if timer_of(it.question, it.theirs.state) == "goes on":
            it.fields.discard("timer")
        it.fields.discard("voted_for")


def what_every_node_has(it: Comparison) -> None:
    """A leader may commit what every node has, even if its last entry is of an older term: no later leader can lack it. (5.4.2)"""
    theirs, commit, waiting = it.theirs.state, it.theirs.state["commit_index"], it.before["waiting"]
    if commit <= it.ours.state["commit_index"] or not _leads(it):
        return
    due = range(it.before["last_applied"] + 1, min(commit, stored_everywhere(it)) + 1)
    applied = [each.index for each in it.theirs.effects if isinstance(each, Apply)]
    if theirs["last_applied"] != commit or applied != list(due) or due.stop != commit + 1:
        return
    it.fields -= {"commit_index", "last_applied", "applies"}
    told = [(each.client, each.result) for each in it.theirs.effects if isinstance(each, Answer)]
    if told == [(waiting[index], Applied(index)) for index in due if waiting.get(index)] and not early(
        it.theirs.effects
    ):
        it.fields.discard("answers")
        rest = {index: client for index, client in unanswered(it.ours.state).items() if index > commit}
        if unanswered(theirs) == rest:
            it.fields.discard("waiting")


Predicate = Callable[[Comparison], None]
ALLOWED: tuple[Predicate, ...] = (
    match_index_of_a_refusal, commit_as_far_as_confirmed, laggards_wait_for_the_heartbeat,
    earlier_first_guess, next_index_stays, steps_further_back, news_at_once, below_the_commit_index,
    contradiction_goes_at_once, vote_given_again, no_vote_beside_a_leader, what_every_node_has,
)  # fmt: skip


def allow(it: Comparison, allowed: Iterable[Predicate] | None = None) -> Comparison:
    """The comparison, without what is allowed; by default, without what Figure 2 leaves open."""
    if not it.theirs.error:
        for each in ALLOWED if allowed is None else allowed:
            if it.missing or it.extra or it.fields:
                each(it)
    return it


# -- Small words ----------------------------------------------------------------------------------------------------


def truthful(state: Mapping[str, Any], append: AppendEntries, commits: Collection[int] = ()) -> bool:
    """Does an append say what is true of its sender: its log from the receiver's next index on, and its commit index?

    state: the sender's state after the step. commits: the values of its commit index during the step. It may tell less of it:
    what the append itself reaches, or what the receiver has confirmed.
    """
    log, start = state["log"], state["snapshot"].index
    before, end = append.prev_log_index, append.prev_log_index + len(append.entries)
    if before + 1 != state["next_index"].get(append.dst) or not start <= before <= end <= start + len(log):
        return False
    term = log[before - start - 1].term if before > start else state["snapshot"].term
    commits = commits or {state["commit_index"]}
    known = min(end, state["match_index"].get(append.dst, 0))
    return (
        (append.src, append.term, append.prev_log_term) == (state["id"], state["term"], term)
        and append.entries == log[before - start : end - start]
        and append.leader_commit
        in {*commits, *(min(commit, most) for commit in commits for most in (end, known))}
    )


def _of_kind(messages: list[Any], kind: type) -> list[Any]:
    return [each for each in messages if type(each) is kind]


def _leads(it: Comparison) -> bool:
    """Does the node lead afterwards, as it should?"""
    return it.theirs.state["role"] is it.ours.state["role"] is Role.LEADER


def _peers(it: Comparison) -> set[str]:
    return set(it.ours.state["next_index"]) - {it.before["id"]}


def _only_of(it: Comparison, peer: str) -> bool:
    """Is next_index as it should be for all other peers?"""
    ours, theirs = it.ours.state["next_index"], it.theirs.state["next_index"]
    return all(theirs.get(other) == ours[other] for other in _peers(it) - {peer})


def _strike_appends(it: Comparison) -> None:
    """Strike out what the reference sends to its peers, if the node sends each of them an append that is truthful, too."""
    sent = [each for each in _of_kind(it.extra, AppendEntries) if truthful(it.theirs.state, each)]
    missing = _of_kind(it.missing, AppendEntries)
    if sorted(each.dst for each in sent) == sorted(each.dst for each in missing):
        it.extra = [each for each in it.extra if each not in sent]
        it.missing = [each for each in it.missing if each not in missing]
