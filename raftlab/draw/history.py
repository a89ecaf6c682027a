"""What a picture needs besides a single state, read from the trace: fates of messages, periods, votes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from raftlab.sim.errors import UserError, check_drawable, type_of
from raftlab.sim.facts import facts_at
from raftlab.sim.message_names import is_answer
from raftlab.sim.narrate import is_murmur
from raftlab.sim.protocol import WORDS
from raftlab.sim.trace import MessageView, State, Trace

VOTES_STAY = 12  # ticks for which a new leader still shows its votes
REQUESTS = ("RequestVote", "RequestVoteNow")
LOST_STAY = 1  # ticks for which a lost message is still shown


class Fate(NamedTuple):
    """What happened to a message: "delivered" or "lost", and when."""

    tick: int
    what: str


class Period(NamedTuple):
    """A time from tick `since` to `until` in which a node kept its state (its role, or crashed or paused) and term."""

    since: int
    until: int
    state: str
    term: int


@dataclass(frozen=True)
class Scene:
    """One state, with the facts about the past that its picture shows."""

    state: State
    flying: list[MessageView]  # without the replies to heartbeats
    ms_per_tick: int | None
    votes: dict[str, dict[str, str]]  # candidate -> voter -> granted, refused, on the way, open
    lost: list[MessageView]
    # These are not in a state:
    liars: Mapping[str, str]  # node -> how it lies
    facts: dict[int, list[tuple[int, str]]] | None  # the committed entries: index -> (term, command)
    words: Mapping[str, str]  # the protocol's words


def scene_at(state_or_trace: object, tick: int | None = None) -> Scene:
    """The scene of a State, or of a Trace at a tick (by default its last)."""
    if isinstance(state_or_trace, State):
        if tick not in (None, state_or_trace.tick):
            raise UserError(
                f"This state is that of tick {state_or_trace.tick}; give the trace to see tick {tick}."
            )
        state = state_or_trace
        check_drawable(len(state.views))
        return Scene(state, state.in_flight, None, _known_votes(state), [], {}, None, WORDS)
    trace = check_trace(state_or_trace, "a trace or a state")
    at = check_tick("tick", trace.ticks if tick is None else tick, trace)
    state = trace.at(at)
    done = fates(trace, at)
    lost = [
        trace.message(id) for id, fate in done.items() if fate.what == "lost" and fate.tick >= at - LOST_STAY
    ]
    words = trace.protocol.words
    murmurs = answers_to_heartbeats(trace)
    return Scene(
        state,
        [message for message in state.in_flight if message.id not in murmurs],
        trace.ms_per_tick,
        _votes(state, trace, done),
        lost,
        trace.story.liars,
        facts_at(trace, at) if "committed" in words else None,
        words,
    )


def check_trace(trace: object, wanted: str = "a trace") -> Trace:
    """Return `trace` if it is a Trace; otherwise raise UserError, with a hint if it has one, as a Cluster has."""
    if not isinstance(trace, Trace):
        hint = " It has one: give its .trace." if hasattr(trace, "trace") else ""
        raise UserError(f"This draws {wanted}, not {type_of(trace)}.{hint}")
    check_drawable(len(trace.nodes))
    return trace


def check_tick(name: str, tick: object, trace: Trace) -> int:
    """Return a tick if the trace has it; otherwise raise UserError."""
    if isinstance(tick, bool) or not isinstance(tick, int) or not 0 <= tick <= trace.ticks:
        raise UserError(
            f"The {name} must be a whole number from 0 to {trace.ticks}, where the trace ends, not {tick!r}."
        )
    return tick


def check_span(trace: Trace, start: int | None, stop: int | None) -> tuple[int, int]:
    """Check two ticks of the trace, the earlier first; by default its first and its last."""
    first = check_tick("start", 0 if start is None else start, trace)
    last = check_tick("stop", trace.ticks if stop is None else stop, trace)
    if first > last:
        raise UserError(
            f"The start (tick {first}) comes after the stop (tick {last}); the earlier one comes first."
        )
    return first, last


def fates(trace: Trace, until: int | None = None) -> dict[int, Fate]:
    """The fates of messages by a tick: id -> fate. A message that is missing is still on its way."""
    known: dict[int, Fate] = {}
    for event in trace.events:
        if until is not None and event.tick > until:
            break
        if event.what == "deliver":
            known[event.detail] = Fate(event.tick, "delivered")
        elif event.what == "lost":
            known[event.detail[0]] = Fate(event.tick, "lost")
    return known


def answers_to_heartbeats(trace: Trace) -> set[int]:
    """The replies to heartbeats that change nothing; pictures leave them out, as the player does. Lost ones are shown."""
    quiet: dict[int, bool] = {}  # message -> True if its arrival changes nothing
    for event in trace.events:
        quiet.update(dict.fromkeys(event.sent(), is_murmur(trace, event)))
        if event.what == "deliver":
            quiet[event.detail] = is_murmur(trace, event)
        elif event.what == "lost":
            quiet[event.detail[0]] = False
    return {id for id, nothing in quiet.items() if nothing and is_answer(trace.messages[id][0])}


def link_words(numbers: Mapping[str, Any]) -> str:
    """How a link differs from most links, in a few words: "90 % lost", "22 ticks"."""
    words = []
    if "loss" in numbers:
        words.append(f"{round(numbers['loss'] * 100, 1):g} % lost")
    if "delay" in numbers:
        shortest, longest = numbers["delay"]
        range_words = f"{longest}" if shortest == longest else f"{shortest} to {longest}"
        words.append(f"{range_words} tick{'s' * (longest != 1)}")
    if "duplication" in numbers:
        words.append(f"{round(numbers['duplication'] * 100, 1):g} % doubled")
    return ", ".join(words)


def names_voters(command: object) -> bool:
    """Whether a command is a configuration, which says who has a vote."""
    return str(command).startswith("voters ")


def periods(trace: Trace, start: int, stop: int) -> dict[str, list[Period]]:
    """The periods of every node between two ticks, in order, without gaps."""
    now = {node: _facts(trace.start["views"][node]) for node in trace.nodes}
    since = dict.fromkeys(trace.nodes, start)
    found: dict[str, list[Period]] = {node: [] for node in trace.nodes}

    def close(node: str, tick: int) -> None:
        if tick > since[node]:
            state = now[node]["role"] if now[node]["status"] == "running" else now[node]["status"]
            found[node].append(Period(since[node], tick, state, now[node]["term"]))
            since[node] = tick

    for tick, node, changes in _changes(trace):
        if tick > stop:
            break
        news = _facts(changes)
        if any(now[node][name] != value for name, value in news.items()):
            close(node, tick)
            now[node] |= news
    for node in trace.nodes:
        close(node, stop)
    return found


def transitions(runs: "Trace | Sequence[Trace]") -> "Counter[tuple[str, str]]":
    """How often each change of role happened in the runs; ("candidate", "candidate") is another election."""
    traces = [runs] if isinstance(runs, Trace) or not isinstance(runs, Sequence) else runs
    return sum((_transitions(check_trace(trace)) for trace in traces), Counter())


def _transitions(trace: Trace) -> "Counter[tuple[str, str]]":
    roles = {node: trace.start["views"][node]["role"] for node in trace.nodes}
    seen: Counter[tuple[str, str]] = Counter()
    for event in trace.events:
        if "CA-4" in event.effects:
            seen["candidate", "candidate"] += 1
        node, role = str(event.node), event.changes.get("role")
        if role and role != roles[node]:
            if event.what != "restart":  # the change by a crash and a restart is no transition of Raft
                seen[roles[node], role] += 1
            roles[node] = role
    return seen


def _changes(trace: Trace) -> list[tuple[int, str, Mapping[str, Any]]]:
    return [(event.tick, event.node, event.changes) for event in trace.events if event.node]


def _facts(view: Mapping[str, Any]) -> dict[str, Any]:
    return {name: view[name] for name in ("role", "status", "term") if name in view}


def _known_votes(state: State) -> dict[str, dict[str, str]]:
    """The votes that a state shows: those that candidates have counted."""
    return {
        node: {voter: "granted" if voter in view.votes else "open" for voter in state.views}
        for node, view in state.views.items()
        if view.state == "candidate"
    }


def _votes(state: State, trace: Trace, done: dict[int, Fate]) -> dict[str, dict[str, str]]:
    """The votes of candidates and of leaders that have just won, including those refused or on their way."""
    votes = _known_votes(state)
    for node, view in state.views.items():
        if view.state == "leader" and _won_lately(trace, node, state.tick):
            votes[node] = {voter: "granted" if voter in view.votes else "open" for voter in state.views}
    if not votes:
        return votes
    asked: set[tuple[str, str]] = set()
    for id in range(len(trace.messages)):
        kind, src, dst, term, sent, _, *rest = trace.messages[id]
        if sent > state.tick:
            break
        asker, voter = (src, dst) if kind in REQUESTS else (dst, src)
        if kind not in (*REQUESTS, "RequestVoteReply") or term != state.views[asker].term:
            continue
        asked.add((asker, voter))
        if votes.get(asker, {}).get(voter) == "open":
            if id not in done:
                votes[asker][voter] = "on the way"
            elif kind == "RequestVoteReply" and done[id].what == "delivered":
                # A leader counts no more votes, but a vote that arrives after its victory was granted, too.
                votes[asker][voter] = "granted" if rest[0] else "refused"
    # A node that was not asked has no vote (Membership); in other protocols no node is asked.
    return {
        asker: {voter: vote for voter, vote in by.items() if vote == "granted" or (asker, voter) in asked}
        for asker, by in votes.items()
        if len(by) == 1 or any(asker == who for who, _ in asked)
    }


def _won_lately(trace: Trace, node: str, tick: int) -> bool:
    return any(
        who == node and changes.get("role") == "leader" and tick - VOTES_STAY < when <= tick
        for when, who, changes in _changes(trace)
    )
