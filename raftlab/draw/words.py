"""The pictures in words, for screen readers and for searching."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from raftlab.draw.bars import operations_in_words, operations_of
from raftlab.draw.history import (
    Scene,
    check_span,
    check_trace,
    fates,
    link_words,
    periods,
    scene_at,
    transitions,
)
from raftlab.sim.message_names import message_name
from raftlab.sim.trace import MessageView, State, Trace, View

MOST = 8  # so many messages are described one by one


def describe(state_or_trace: "State | Trace", tick: int | None = None) -> str:
    """Say in plain English what `draw_cluster` draws.

    Args:
        state_or_trace: a `State`, or a `Trace`.
        tick: the tick to describe, from 0 to the trace's last; by default the last.

    Returns:
        A few sentences; the first says who leads.

    Raises:
        UserError: the tick is outside the trace, or it is no state and no trace.

    Example:
        >>> from raftlab import Cluster
        >>> from raftlab.draw import describe
        >>> describe(Cluster(nodes=3).trace)
        'Tick 0: nobody leads. The followers are n1, n2 and n3 (term 0).'
    """
    scene = scene_at(state_or_trace, tick)
    state = scene.state
    parts = [f"Tick {state.tick}: {headline(state)}", *_nodes(scene), *_cuts(state), *_odd_links(state)]
    if scene.flying:
        parts.append(f"On their way: {_some([_message(message) for message in scene.flying])}")
    if scene.lost:
        parts.append(f"Just lost: {_some([_message(message) for message in scene.lost])}")
    parts += [sentence.rstrip(".") for _, sentence in state.broken.values()]
    return ". ".join(parts) + "."


def headline(state: State) -> str:
    """Who leads, in half a sentence."""
    leaders = sorted((view.term, node) for node, view in state.views.items() if view.state == "leader")
    return listed([f"{node} leads term {term}" for term, node in leaders]) or "nobody leads"


def describe_spacetime(trace: Trace, start: int | None = None, stop: int | None = None) -> str:
    """Say in plain English what `draw_spacetime` draws: what each node did when, and how many messages were lost.

    Args:
        trace: the trace.
        start: the first tick; left out, 0.
        stop: the last tick; left out, the trace's last.

    Returns:
        A few sentences, in the order of time.

    Raises:
        UserError: a tick is outside the trace, or the start comes after the stop.

    Example:
        >>> from raftlab import Cluster
        >>> from raftlab.draw import describe_spacetime
        >>> cluster = Cluster(nodes=3, seed=1)
        >>> cluster.tick(10)
        >>> describe_spacetime(cluster.trace)
        'Ticks 0 to 10 of n1, n2 and n3. No message is sent.'
    """
    first, last = check_span(check_trace(trace), start, stop)
    parts = [f"Ticks {first} to {last} of {listed(list(trace.nodes))}", *_turns(trace, first, last)]
    parts += operations_in_words(operations_of(trace), first, last, MOST)
    done, counts = fates(trace, last), {"sent": 0, "lost": 0}
    for id, message in enumerate(trace.messages):
        if first <= message[4] <= last:
            counts["sent"] += 1
            counts["lost"] += id in done and done[id].what == "lost"
    if not counts["sent"]:
        return ". ".join([*parts, "No message is sent"]) + "."
    lost = (
        f", of which {counts['lost']} are lost"
        if counts["lost"] > 1
        else ", one of which is lost" * counts["lost"]
    )
    parts.append(f"{plural(counts['sent'], 'message is', 'messages are')} sent{lost}")
    return ". ".join(parts) + "."


def describe_terms(trace: Trace) -> str:
    """Say in plain English what `draw_terms` draws: the role of each node in each term.

    Args:
        trace: the trace.

    Returns:
        A sentence for each node.

    Raises:
        UserError: it is no trace.

    Example:
        >>> from raftlab import Cluster
        >>> from raftlab.draw import describe_terms
        >>> cluster = Cluster(nodes=1)
        >>> cluster.tick(5)
        >>> describe_terms(cluster.trace)
        'Roles and terms from tick 0 to 5. n1: follower in term 0 from tick 0.'
    """
    first, last = check_span(check_trace(trace), None, None)
    parts = [f"Roles and terms from tick {first} to {last}"]
    for node, lived in periods(trace, first, last).items():
        told = [f"{period.state} in term {period.term} from tick {period.since}" for period in lived]
        parts.append(f"{node}: {', '.join(told) or 'nothing yet'}")
    return ". ".join(parts) + "."


def describe_roles(runs: Trace | Sequence[Trace] | None = None) -> str:
    """Say in plain English what `draw_roles` draws: the roles and the transitions between them."""
    text = (
        "Every node starts as a follower. When its timer runs out it becomes a candidate and asks for votes; "
        "with the votes of a majority it becomes the leader; if it does not win in time, it starts another election. "
        "A candidate that hears the leader becomes a follower, and so does any node that sees a later term."
    )
    if runs is None:
        return text
    seen = [f"{a} to {b} {plural(n, 'time')}" for (a, b), n in sorted(transitions(runs).items())]
    where = "In this run" if isinstance(runs, Trace) else "In these runs"
    return f"{text} {where}: {', '.join(seen) or 'none of that yet'}."


# -- Helpers ------------------------------------------------------------------------------------------


def leader_of(state: State) -> View | None:
    """The running leader of the highest term, if there is one."""
    leaders = [view for view in state.views.values() if view.state == "leader"]
    return max(leaders, key=lambda view: view.term, default=None)


def listed(words: list[str]) -> str:
    """Join words for a sentence: "n1", "n1 and n2", "n1, n2 and n3"."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def plural(number: int, one: str, many: str = "") -> str:
    """A number and its noun: "1 entry", "2 entries"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _message(message: MessageView) -> str:
    return f"{message_name(message.kind, message.fields)} from {message.src} to {message.dst}"


def _some(words: list[str]) -> str:
    more = len(words) - MOST
    return listed([*words[:MOST], f"{more} more"] if more > 0 else words)


def _nodes(scene: Scene) -> list[str]:
    """The candidates with their votes, then all other nodes by role or state."""
    views, parts = scene.state.views, []
    for node, votes in scene.votes.items():
        by: dict[str, list[str]] = {}
        for voter, vote in votes.items():
            by.setdefault(vote, []).append(voter)
        told = [f"{word} by {listed(by[word])}" for word in ("granted", "refused") if word in by]
        told += [f"on the way from {listed(by['on the way'])}"] if "on the way" in by else []
        what = (
            f"a candidate in term {views[node].term}" if views[node].state == "candidate" else "newly elected"
        )
        parts.append(f"{node} is {what}; its votes: {', '.join(told)}")
    followers = [f"{node} (term {view.term})" for node, view in views.items() if view.state == "follower"]
    terms = {view.term for view in views.values() if view.state == "follower"}
    if len(terms) == 1 and len(followers) > 1:
        names = [node for node, view in views.items() if view.state == "follower"]
        followers = [*names[:-1], f"{names[-1]} (term {terms.pop()})"]
    if followers:
        parts.append(f"The follower{'s are' if len(followers) > 1 else ' is'} {listed(followers)}")
    for status, verb in (("crashed", "crashed"), ("paused", "paused")):
        down = [node for node, view in views.items() if view.status == status]
        if down:
            parts.append(f"{listed(down)} {'are' if len(down) > 1 else 'is'} {verb}")
    return parts + [f"{node} lies ({name.replace('_', ' ')})" for node, name in scene.liars.items()]


def _cuts(state: State) -> list[str]:
    down = [tuple(way.split(">")) for way in state.network["down"]]
    both = [f"{a} and {b}" for a, b in down if (b, a) in down and a < b]
    one = [f"from {a} to {b}" for a, b in down if (b, a) not in down]
    parts = [f"Cut between {'; '.join(both)}"] if both else []
    return parts + ([f"Cut one way: {'; '.join(one)}"] if one else [])


def _odd_links(state: State) -> list[str]:
    odd = [(*way.split(">"), link_words(numbers)) for way, numbers in state.network.get("odd", {}).items()]
    told = [f"from {a} to {b} {words}" for a, b, words in odd]
    return [f"Unlike the other links: {'; '.join(told)}"] if told else []


def article(noun: str) -> str:
    """A noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _turns(trace: Trace, first: int, last: int) -> list[str]:
    """Every change of state, in the protocol's words and in the order of time."""
    called = trace.protocol.words  # of roles and terms
    verbs: dict[str, Any] = {
        "candidate": f"becomes {article(called['candidate'])} in {called['term']} {{}}", "leader": "becomes leader of term {}",
        "crashed": "crashes", "paused": "is paused",
        "follower": f"is {article(called['follower'])} again in {called['term']} {{}}",
    }  # fmt: skip
    turns = []
    for node, lived in periods(trace, first, last).items():
        for before, after in pairwise(lived):
            if before.state != after.state or after.state == "candidate":
                turns.append((after.since, f"{node} {verbs[after.state].format(after.term)}"))
    return [f"Tick {tick}: {what}" for tick, what in sorted(turns)]
