"""A difference in one sentence: the state, the event, and what the answer does instead of what is right."""

from collections.abc import Mapping
from typing import Any

from raftlab.checks.differential.compare import BASIC, Comparison, timer_of, unanswered
from raftlab.checks.differential.disk import log_in_words, other_snapshot, words
from raftlab.checks.short_forms import event_words
from raftlab.extensions.read_index import Waiting
from raftlab.messages import (
    Answer,
    AppendEntries,
    AppendEntriesReply,
    Applied,
    Apply,
    ChangeVoters,
    ElectionTimeout,
    Event,
    HeartbeatTimeout,
    NotLeader,
    Propose,
    Refused,
    RequestVote,
    RequestVoteReply,
    Restore,
    Role,
    Snapshot,
    Tick,
    TimeoutNow,
)


def sentence(it: Comparison) -> str:
    """The whole difference in one sentence.

    For example: "Follower in term 2 with the log [2:a]; heartbeat of term 3 with prev_log_index 1 of term 1: it says
    success instead of a refusal."
    """
    return f"{state_in_words(it.before, it.question.event)}; {event_in_words(it.question.event)}: {deed(it)}."


def state_in_words(state: Mapping[str, Any], event: Event) -> str:
    """A state in words: what matters for the event."""
    log = log_in_words(state["snapshot"].index, state["log"])
    parts = [f"{state['role'].value.capitalize()} in term {state['term']} with {log}"]
    if len(state["nodes"]) != 3:
        parts.append(f"{len(state['nodes'])} node{'s' * (len(state['nodes']) > 1)}")
    if state["commit_index"]:
        parts.append(f"commit_index {state['commit_index']}")
    if isinstance(event, RequestVote) and state["role"] is Role.FOLLOWER and state["voted_for"]:
        parts.append(f"its vote given to {state['voted_for']}")
    if isinstance(event, RequestVoteReply) and len(state["votes"]) > 1:
        parts.append(f"votes of {_names(state['votes'])}")
    if state["role"] is Role.LEADER and not isinstance(event, RequestVote | AppendEntries):
        others = [each for each in state["match_index"] if each != state["id"]]
        parts.append("match_index " + " ".join(f"{each}={state['match_index'][each]}" for each in others))
        if not isinstance(event, AppendEntriesReply) or not event.success:
            parts.append("next_index " + " ".join(f"{each}={state['next_index'][each]}" for each in others))
    catching_up = ("rounds", "round_end", "round_ticks", "silent_ticks")
    for name in state:
        if (
            name not in BASIC
            and _says_something(state[name])
            and (state.get("newcomer") or name not in catching_up)
        ):
            parts.append(f"{name} {_value(state[name])}")
    return ", ".join(part for part in parts if part.strip() not in ("match_index", "next_index"))


def _says_something(value: Any) -> bool:
    return value not in (None, 0, False, frozenset(), ())


def _value(value: Any) -> str:
    """A value of a field or of a message in words."""
    if isinstance(value, Role):
        return value.value
    if isinstance(value, dict):
        return " ".join(f"{key}={each}" for key, each in sorted(value.items(), key=str)) or "empty"
    if isinstance(value, frozenset | set):
        return _names(value) or "nobody"
    if isinstance(value, Waiting):
        where = "without a read index" if value.read_index is None else f"with read index {value.read_index}"
        return f"{value.read.command} of round {value.round} {where}, confirmed by {_names(value.confirmed)}"
    if isinstance(value, tuple):
        return " and ".join(map(_value, value)) or "empty"
    return str(value)


def _names(nodes: Any) -> str:
    return " ".join(sorted(nodes, key=lambda each: (len(each), each)))


def event_in_words(event: Event) -> str:
    """An event in words."""
    match event:
        case AppendEntries(
            term=term, prev_log_index=prev, prev_log_term=prev_term, entries=new, leader_commit=commit
        ):
            what = (
                f"append of term {term} with {words(new)[1:-1]}," if new else f"heartbeat of term {term} with"
            )
            place = f"prev_log_index {prev} of term {prev_term}" if prev or prev_term else "prev_log_index 0"
            return f"{what} {place}" + (f", leader_commit {commit}" if commit else "")
        case AppendEntriesReply(src=src, term=term, success=True, match_index=match):
            return f"success of term {term} up to entry {match} from {src}"
        case AppendEntriesReply(src=src, term=term, prev_log_index=prev):
            return f"refusal of term {term} for prev_log_index {prev} from {src}"
        case RequestVote(src=src, term=term, last_log_index=index, last_log_term=last):
            log = f"ends with entry {index} of term {last}" if index or last else "is empty"
            return f"request for its vote in term {term} by {src}, whose log {log}"
        case RequestVoteReply(src=src, term=term, vote_granted=granted):
            return f"{'vote' if granted else 'refused vote'} of term {term} from {src}"
        case ElectionTimeout() | HeartbeatTimeout() | Tick() | Propose():
            return event_words(event)
    sender = getattr(event, "src", None)
    return _fields(event) + (f" from {sender}" if sender else "")


def _fields(message: Any) -> str:
    """A message or an event of an extension: its name, its term, and what else it says."""
    skipped = ("src", "dst", "term")
    told = [
        f"{name} {_value(each)}"
        for name, each in zip(message._fields, message, strict=True)
        if name not in skipped
    ]
    of_term = f" of term {message.term}" if hasattr(message, "term") else ""
    return f"{type(message).__name__}{of_term}" + (f" with {', '.join(told)}" if told else "")


def deed(it: Comparison) -> str:
    """What the answer does instead of what is right. What others notice comes first."""
    if it.theirs.error:
        return it.theirs.error.rstrip(".")
    ours, theirs, fields = it.ours.state, it.theirs.state, it.fields
    if "role" in fields:
        return f"it is then {field_in_words('role', theirs)} instead of {field_in_words('role', ours)}"
    if isinstance(it.question.event, ChangeVoters) and _refuses(it.ours) and not _refuses(it.theirs):
        return "it begins the change of voters instead of refusing it"
    if "log" in fields and theirs["role"] is Role.LEADER:  # what it sends follows from that
        return f"its log is then {words(theirs['log'])} instead of {words(ours['log'])}"
    if it.missing or it.extra:
        return _sent(it.extra, it.missing) + _too_soon(it)
    if "commit_index" in fields:
        return f"it commits up to entry {theirs['commit_index']} instead of {ours['commit_index']}"
    if "snapshot" in fields:
        return _has_other_snapshot(theirs["snapshot"], ours["snapshot"])
    if fields & {"applies", "last_applied"}:
        if _applied(it.theirs) == _applied(it.ours):
            return f"its last_applied is then {theirs['last_applied']} instead of {ours['last_applied']}"
        return f"it applies {_applied(it.theirs)} instead of {_applied(it.ours)}"
    if "answers" in fields:
        return _told(_answered(it.theirs), _answered(it.ours))
    if "reads" in fields and (told := _reads(ours["reads"], theirs["reads"])):
        return told
    for name in ("term", "log", "voted_for", "leader"):
        if name in fields:
            return (
                f"its {name} is then {field_in_words(name, theirs)} instead of {field_in_words(name, ours)}"
            )
    if "timer" in fields:
        return f"its timer {timer_of(it.question, theirs)}; it should have {_timer(it)}"
    if "waiting" in fields:
        return _waits(unanswered(ours), unanswered(theirs))
    for name in sorted(fields):
        verb = "are" if name.endswith("s") else "is"
        return (
            f"its {name} {verb} then {field_in_words(name, theirs)} instead of {field_in_words(name, ours)}"
        )
    return it.disk[1] if it.disk else "it does something else"


def _has_other_snapshot(one: Snapshot, other: Snapshot) -> str:
    if not one.index:
        return f"it then has no snapshot; it should have one up to entry {other.index}"
    return f"it then has {other_snapshot(one, other)}"


def _refuses(outcome: Any) -> bool:
    return any(isinstance(each, Answer) and isinstance(each.result, Refused) for each in outcome.effects)


def _told(told: str, should: str) -> str:
    """What clients are told, and what they should be told; "" if nothing."""
    if told == should:
        return f"it tells {told} before it has applied the entry"
    if not told:
        return f"it does not tell {should}"
    return (
        f"it tells {told} instead of {should}" if should else f"it tells {told}; it should not answer anybody"
    )


def _waits(ours: dict[int, str], theirs: dict[int, str]) -> str:
    """A client that waits for an answer and should not, or the other way round."""
    wrong, missing = (sorted(one.items() - other.items()) for one, other in ((theirs, ours), (ours, theirs)))
    if not wrong:
        index, client = missing[0]
        return f"it forgets that {client} is waiting for entry {index}, and never answers"
    index, client = wrong[0]
    instead = next((place for place, other in missing if other == client), None)
    if instead is not None:
        return f"it answers {client} when entry {index} is applied instead of entry {instead}"
    return f"{client} goes on waiting for entry {index}, and is told that it is done even if another leader replaces the entry"


def _timer(it: Comparison) -> str:
    return {
        "goes on": "gone on", "starts again": "started again", "heartbeat": "started again for a heartbeat interval"
    }.get(timer_of(it.question, it.ours.state), "started again")  # fmt: skip


def _reads(should: tuple[Waiting, ...], kept: tuple[Waiting, ...]) -> str:
    """What is wrong with the first waiting read that differs; "" if only the order of the reads differs."""
    right, found = ({each.read.client: each for each in reads} for reads in (should, kept))
    for client in dict.fromkeys((*right, *found)):
        one, other = right.get(client), found.get(client)
        if other is None:
            return f"it forgets the read of {client}"
        if one is None:
            return f"it keeps the read of {client}, which no longer waits"
        if other.read_index != one.read_index:
            index, wanted = ("none" if each is None else each for each in (other.read_index, one.read_index))
            return f"the read index for {client} is then {index} instead of {wanted}"
        if other.confirmed != one.confirmed:
            return f"the read of {client} is then confirmed by {_value(other.confirmed)} instead of {_value(one.confirmed)}"
        if other != one:
            return f"the read of {client} is then {_value(other)} instead of {_value(one)}"
    return ""


def field_in_words(name: str, state: Mapping[str, Any]) -> str:
    """The value of a node's field in words."""
    return words(state[name]) if name == "log" else _value(state[name])


def _sent(extra: list[Any], missing: list[Any]) -> str:
    if (
        len(extra) == len(missing) == 1
        and type(extra[0]) is type(missing[0])
        and extra[0].dst == missing[0].dst
    ):
        one, other = extra[0], missing[0]
        if isinstance(one, AppendEntriesReply) and one._replace(
            success=True, match_index=0
        ) == other._replace(success=True, match_index=0):
            if one.success is not other.success:
                return (
                    "it says success instead of a refusal"
                    if one.success
                    else "it refuses instead of saying success"
                )
            return f"it says success up to entry {one.match_index} instead of {other.match_index}"
        if isinstance(one, RequestVoteReply) and one._replace(vote_granted=True) == other._replace(
            vote_granted=True
        ):
            return (
                "it gives its vote instead of refusing it"
                if one.vote_granted
                else "it refuses its vote instead of giving it"
            )
    told, should = messages_in_words(extra), messages_in_words(missing)
    if not missing:
        return f"it also sends {told}"
    if told == should:
        return f"it sends {told}, but with {_unlike(extra[0], missing[0])}"
    return f"it sends {told} instead of {should}" if extra else f"it does not send {should}"


def _too_soon(it: Comparison) -> str:
    """What a node may lack that is told to start an election; "" if no such message is the difference."""
    state = it.ours.state
    last = state["snapshot"].index + len(state["log"])
    told = (each for each in it.extra if isinstance(each, TimeoutNow))
    behind = any(state["match_index"].get(each.dst, 0) < last for each in told)
    return f", which may lack entry {last}" if behind else ""


def _unlike(one: Any, other: Any) -> str:
    """The fields in which two messages differ, for messages that are the same in words."""
    fields = zip(one._fields, one, other, strict=True)
    return " and ".join(
        f"{name} {each} instead of {wanted}" for name, each, wanted in fields if each != wanted
    )


def messages_in_words(messages: list[Any]) -> str:
    """Messages in words; what goes to several nodes is said once."""
    told: dict[str, list[str]] = {}
    for each in messages:
        told.setdefault(_message(each), []).append(each.dst)
    return ", and ".join(f"{what} to {' and '.join(sorted(to))}" for what, to in told.items())


def _message(message: Any) -> str:
    match message:
        case AppendEntries():
            words = event_in_words(message)
            return f"a {words}" if words[0] == "h" else f"an {words}"
        case RequestVote(term=term, last_log_index=index, last_log_term=last):
            log = f"ends with entry {index} of term {last}" if index or last else "is empty"
            return f"a request for votes in term {term} that says that its log {log}"
        case AppendEntriesReply(term=term, success=success, match_index=match, prev_log_index=prev):
            return (
                f"a success of term {term} up to entry {match}"
                if success
                else f"a refusal of term {term} for prev_log_index {prev}"
            )
        case RequestVoteReply(term=term, vote_granted=granted):
            return f"a {'vote' if granted else 'refused vote'} of term {term}"
    return f"{'an' if type(message).__name__[0] in 'AEIOU' else 'a'} {_fields(message)}"


def _applied(outcome: Any) -> str:
    done = [str(each.index) for each in outcome.effects if isinstance(each, Apply)]
    snapshots = [
        f"a snapshot up to {each.snapshot.index}" for each in outcome.effects if isinstance(each, Restore)
    ]
    entries = [f"entr{'y' if len(done) == 1 else 'ies'} {' '.join(done)}"] if done else []
    return " and ".join(snapshots + entries) or "nothing"


def _answered(outcome: Any) -> str:
    """What clients are told."""
    return ", ".join(
        f"{each.client} {_result(each.result)}" for each in outcome.effects if type(each) is Answer
    )


def _result(result: Any) -> str:
    match result:
        case Applied(index=index):
            return f"that entry {index} is done"
        case NotLeader(leader=leader):
            return f"that {leader} leads" if leader else "that it does not lead"
        case Refused(why=why):
            return f"that it refuses: {why}"
    return _fields(result)
