"""A trace as prose: one line for each event, as `raftlab play` prints it and golden traces keep it.

45  n5  receives AppendEntries of term 1 from n2 (#17) and follows n2; sends ... [ALL-2, FO-1]
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from raftlab.rules import WATCHED
from raftlab.sim.goals import goal_sentence
from raftlab.sim.trace import MessageView, Trace

CAUSES = {"election": "waits no longer", "heartbeat": "must be heard again"}
PEOPLE = {
    "crash": "crashes", "restart": "restarts", "pause": "is paused", "resume": "goes on",
    "heartbeat": CAUSES["heartbeat"], "time_out": "is made to wait no longer", "align": "gets the same timer as the others",
    "spread": "gets a timer of its own", "snapshot": "takes a snapshot",
}  # fmt: skip


def narrate(trace: Trace) -> Iterator[tuple[int, str]]:
    """Every event as (tick, line), in order; ticks as in the trace."""
    for event in trace.events:
        tick, what, node, detail, effects, changes = event
        parts = [_cause(trace, what, node, detail), *_changes(changes), *_effects(trace, effects)]
        rules = event.rules()
        because = f"  [{', '.join(dict.fromkeys(rules))}]" if rules else ""
        yield tick, f"{node or '--':3} {'; '.join(part for part in parts if part)}{because}"


def as_text(trace: Trace) -> str:
    """The whole trace as prose, and the verdict at its end."""
    lines = [f"{trace.story.title}", ""]
    lines += [f"{tick:5}  {line}" for tick, line in narrate(trace)]
    return "\n".join([*lines, "", *verdict(trace)]) + "\n"


def verdict(trace: Trace) -> list[str]:
    """One line for each property that is watched, and one for each goal."""
    broken, reached = trace.broken(), {sentence: tick for tick, sentence in trace.goals()}
    lines = []
    for id in trace.watched:
        name = WATCHED[id].text.partition(":")[0]
        state = f"BROKEN at tick {broken[id][0]}: {broken[id][1]}" if id in broken else "holds"
        lines.append(f"{id}  {name}: {state}")
    for goal in trace.story.goals:
        sentence = goal_sentence(*goal)
        state = f"reached at tick {reached[sentence]}" if sentence in reached else "not reached"
        lines.append(f"{state}: {sentence}")
    return lines


def _cause(trace: Trace, what: str, node: str | None, detail: Any) -> str:
    match what:
        case "deliver":
            return f"receives {_message(trace.message(detail))} from {trace.message(detail).src} (#{detail})"
        case "timer":
            return CAUSES[detail]
        case "propose":
            return f"is given {detail['command']!r} by {detail['client'] or 'a client'}"
        case "read":
            return f"is asked {detail['command']!r} by {detail['client']}"
        case "change_voters":
            return f"is asked by {detail['client']} for the voters {' '.join(detail['voters'])}"
        case "transfer":
            return f"is to hand over to {detail[0]}"
        case "drift":
            return f"has a clock that runs at a rate of {detail}"
        case "invoke":
            argument = detail["argument"]
            words = (
                f"{argument[0] or 'nothing'}->{argument[1]}" if isinstance(argument, list) else argument or ""
            )
            return f"{detail['client']} begins to {detail['kind']} {detail['key']} {words}".rstrip()
        case "return":
            return f"{detail['client']} is told {detail['text']}"
        case "give_up":
            return f"{detail['client']} gives up"
        case "lost":
            message = trace.message(detail[0])
            return f"never receives {_message(message)} from {message.src} (#{detail[0]}): {detail[1]}"
        case "copy":
            return f"will receive #{detail[1]} a second time, as #{detail[0]}"
        case "broken":
            return f"BROKEN {detail[0]}: {detail[1]}"
        case "stop" | "goal":
            return f"{what}: {detail}"
    if node is not None and what in PEOPLE:
        return PEOPLE[what]
    return " ".join([what, *map(_plain, detail or [])])


def _plain(value: Any) -> str:
    is_group = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return "+".join(value) if is_group else str(value)


def _changes(changes: Mapping[str, Any]) -> Iterator[str]:
    if "term" in changes:
        yield f"enters term {changes['term']}"
    if changes.get("voted_for"):
        yield f"votes for {changes['voted_for']}"
    if changes.get("votes"):
        yield f"has the votes of {' '.join(changes['votes'])}"
    if "role" in changes:
        yield f"becomes {changes['role']}"
    if changes.get("leader"):
        yield f"follows {changes['leader']}" if changes.get("role") != "leader" else ""
    if "log" in changes:
        start, entries = changes["log"]
        yield f"log from {start} on: {' '.join(f'{term}:{command}' for term, command in entries) or 'empty'}"
    if changes.get("match_index"):
        yield "match index " + " ".join(f"{peer}={index}" for peer, index in changes["match_index"].items())
    if changes.get("next_index") and "role" not in changes:
        yield "next index " + " ".join(f"{peer}={index}" for peer, index in changes["next_index"].items())
    if changes.get("commit_index"):
        yield f"committed up to {changes['commit_index']}"


def _effects(trace: Trace, effects: Sequence[Any]) -> Iterator[str]:
    sent: dict[str, list[str]] = {}
    for effect in effects:
        if isinstance(effect, int):
            message = trace.message(effect)
            sent.setdefault(_message(message), []).append(f"{message.dst} (#{effect})")
        elif isinstance(effect, list) and effect[0] == "apply":
            yield f"applies entry {effect[1]}" + (f" -> {effect[2]}" if effect[2] is not None else "")
        elif isinstance(effect, list) and effect[0] == "snapshot":
            yield f"keeps a snapshot of entries 1 to {effect[1]} instead of them"
        elif isinstance(effect, list) and effect[0] == "restore":
            yield f"takes over the state of entries 1 to {effect[1]}"
        elif isinstance(effect, list):
            yield f"answers {effect[1]}: {effect[2]}"
    for words, receivers in sent.items():
        yield f"sends {words} to {', '.join(receivers)}"


def _message(message: MessageView) -> str:
    match message.kind:
        case "RequestVoteReply" | "RequestPreVoteReply":
            words = "yes" if message.fields["vote_granted"] else "no"
        case "AppendEntriesReply":
            words = f"match {message.fields['match_index']}" if message.fields["success"] else "refused"
        case "AppendEntries":
            count = len(message.fields["entries"])
            words = f"{count} after {message.fields['prev_log_index']}" if count else "heartbeat"
        case "RequestVote" | "RequestPreVote" | "RequestVoteNow":
            words = f"log ends {message.fields['last_log_term']}:{message.fields['last_log_index']}"
        case "InstallSnapshot":
            words = f"up to {message.fields['last_included_index']}"
        case _:
            words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in message.fields.items())
            if not words:
                return f"{message.kind} of term {message.term}"
    return f"{message.kind} of term {message.term} ({words})"
