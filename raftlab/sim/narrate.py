"""The sentence of every event, for the terminal, for golden traces and for the player.

    45  n5 grants n2 its vote in term 1. [RV-2]

A sentence about a node is made from the rules that were applied and from what changed. A sentence about a
person's action comes from the verb. For a message of another protocol, the sentence of the rule that was
applied is used.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from raftlab.sim.english import (
    entries_up_to,
    entry_words,
    log_words,
    plural,
    short,
    wish_words,
)
from raftlab.sim.errors import listed
from raftlab.sim.events import Event
from raftlab.sim.facts import Facts
from raftlab.sim.goals import goal_sentence
from raftlab.sim.invariants import WATCHED
from raftlab.sim.message_names import is_answer, message_name
from raftlab.sim.moment import Moment
from raftlab.sim.trace import MessageView, Trace
from raftlab.sim.verbs import verb_of
from raftlab.sim.why import REFUSALS

# Rules that add a clause to a sentence.
BESIDES = frozenset({"SN-2", "TL-2", "TL-3", "RI-1", "RI-3", "MC-1", "MC-4", "MC-6"})
QUIET = {"FO-1", "LE-1", "LE-3a", "LR-1"}
LOSSES = {
    "loss": "the network lost it", "cut": "the link is cut",
    "crashed": "the node it was for is down", "dropped": "it was dropped by hand",
}  # fmt: skip

Weighted = tuple[str, int]  # a sentence and its weight: how important it is


class Sentence(NamedTuple):
    """The sentence of one event.

    weight: how important it is; 0 for heartbeats and the replies to them.
    beyond: the number of letters at the end of the text that say what the event's node itself cannot know.
    """

    text: str
    weight: int
    beyond: int = 0


class Narration:
    """The sentences of a trace, one for each event; each is made when it is first needed.

    >>> from raftlab import Cluster
    >>> cluster = Cluster(nodes=3, seed=1)
    >>> cluster.crash("n2")
    >>> Narration(cluster.trace).sentences()[0].text
    'n2 crashes, and loses all that it has not saved.'
    """

    def __init__(self, trace: Trace):
        self.trace = trace
        self._fold = trace.fold()
        self._facts = Facts(trace)
        # node that asks for pre-votes -> its term, the nodes that have said yes
        self._trials: dict[str, tuple[int, list[str]]] = {}
        self._first, self._told = 0, list[Sentence]()

    def sentences(self, first: int = 0) -> list[Sentence]:
        """The sentences of all present events from number `first` on."""
        if not self._told:
            self._first = first
            while self._fold.count < first:
                self._next()
        if first < self._first:
            return Narration(self.trace).sentences(first)
        while self._fold.count < len(self.trace.events):
            self._told.append(_sentence(self._next()))
        return self._told[first - self._first :]

    def _next(self) -> Moment:
        """Apply one more event, and return its moment."""
        fold, event = self._fold, self.trace.events[self._fold.count]
        role_before = fold.views[event.node]["role"] if event.node else None
        fold.apply(self.trace.events, fold.count + 1)
        rules = event.rules()
        pre_votes = self._pre_votes(event, rules) if event.node else None
        newly = self._facts.take(fold)
        return Moment(
            self.trace,
            event,
            fold.views,
            fold.network,
            rules,
            role_before,
            self._facts.known,
            newly,
            pre_votes,
        )

    def _pre_votes(self, event: Event, rules: list[str]) -> list[str] | None:
        """The nodes that have said so far that they would vote for the event's node; None if it asks for no pre-votes."""
        node, trials = str(event.node), self._trials
        if "CA-1" in rules or "role" in event.changes or "status" in event.changes:
            trials.pop(node, None)
        elif "PV-1" in rules:
            trials[node] = self._fold.views[node]["term"], [node]
        if node not in trials:
            return None
        term, voters = trials[node]
        if event.what == "deliver":
            kind, src, _, message_term, *_ = self.trace.messages[event.detail]
            granted = (
                kind == "RequestPreVoteReply" and self.trace.message(event.detail).fields["vote_granted"]
            )
            if granted and message_term == term and src not in voters:
                voters.append(src)
        view = self._fold.views[node]
        return voters if view["leader"] is None and view["term"] == term else None


def narrate(trace: Trace) -> Iterator[tuple[int, str]]:
    """Every event as (tick, line), in order: its sentence and the rules that were applied."""
    for event, sentence in zip(trace.events, Narration(trace).sentences(), strict=True):
        rules = telling_rules(trace, event)
        yield event.tick, f"{sentence.text} [{', '.join(rules)}]" if rules else sentence.text


def as_text(trace: Trace, data: bool = False) -> str:
    """The whole trace as prose, with the verdict at its end. data: whether to add the data of each event."""
    lines = [trace.story.title, ""]
    for event, (tick, line) in zip(trace.events, narrate(trace), strict=True):
        lines.append(f"{tick:5}  {line}")
        if data:
            lines.append(f"       {_data(trace, event)}")
    return "\n".join([*lines, "", *verdict(trace)]) + "\n"


def verdict(trace: Trace) -> list[str]:
    """One line for each property that is checked, and one for each goal."""
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


def telling_rules(trace: Trace, event: Event) -> list[str]:
    """The rules that were applied in an event, the most informative first; for a broken property, that property."""
    if event.what == "broken":
        return [event.detail[0]] if "leader" in trace.protocol.words else []
    fired = set(event.rules())
    return [rule for rule in trace.protocol.rules if rule in fired]


def _data(trace: Trace, event: Event) -> str:
    """An event as it was recorded, in one line: its kind, its effects in order, its changes."""
    parts = [" ".join(map(_plain, (event.what, event.node, event.detail)))]
    for effect in event.effects:
        if isinstance(effect, int) and not is_quiet(event):
            message = trace.message(effect)
            fields = " ".join(f"{name}={_plain(value)}" for name, value in message.fields.items())
            parts.append(f"#{effect} {message.kind} to {message.dst} term={message.term} {fields}".rstrip())
        else:
            parts.append(f"#{effect}" if isinstance(effect, int) else _plain(effect))
    changes = " ".join(f"{name}={_plain(value)}" for name, value in event.changes.items() if name != "timer")
    return " | ".join([*parts, changes] if changes else parts)


def _plain(value: Any) -> str:
    """A recorded value in few letters."""
    if isinstance(value, list | tuple):
        return f"({' '.join(map(_plain, value))})"
    if isinstance(value, Mapping):
        return f"({' '.join(f'{key}={_plain(each)}' for key, each in value.items())})"
    return "-" if value is None else str(value)


def is_murmur(trace: Trace, event: Event) -> bool:
    """Is this event unimportant? Heartbeats and the replies to them are, but not those of a liar."""
    return is_quiet(event) and event.node not in trace.story.liars


def is_quiet(event: Event) -> bool:
    """Is this event only about heartbeats and the replies to them?"""
    is_usual = all(isinstance(effect, int) or effect in QUIET for effect in map(_hashable, event.effects))
    return bool(event.effects) and is_usual and event.changes.keys() <= {"timer"}


def _hashable(effect: Any) -> Any:
    return effect[0] if isinstance(effect, list) else effect


def _sentence(moment: Moment) -> Sentence:
    """The sentence of one event."""
    event = moment.event
    text, weight = (TELLERS.get(event.what) or (_verb if verb_of(event.what) else _other))(moment)
    weight = 0 if is_murmur(moment.trace, event) else weight
    fact = _fact(moment)
    return Sentence(f"{text}{_turned_away(moment)}{fact}", weight, len(fact))


def _fact(m: Moment) -> str:
    """A sentence that an entry is now committed as a fact, even if no node knows it yet; empty if none is."""
    if (
        not m.newly_committed
        or "LE-4" in m.rules
        or ("commit_index" in m.event.changes and "leader" not in m.words)
    ):
        return ""
    index, term, command = m.newly_committed
    if "leader" in m.words:
        return f" A majority has stored entry {index} now: it is {m.words['committed']}."
    if any((at, value) == (index, command) and number != term for at, number, value in m.committed):
        return ""  # the same value was already chosen under a lower number
    return f" A majority has stored “{short(command)}” now: it is {m.words['committed']}."


def _turned_away(m: Moment) -> str:
    """The answers of a leader that steps down to the clients that wait for it."""
    if m.role_before != "leader" or "role" not in m.event.changes:
        return ""
    answers = [
        f"{client}: {text}" for client, text in m.event.answers() if str(text).startswith("not the leader")
    ]
    return f" It answers {listed(answers)}." if answers else ""


def _other(m: Moment) -> Weighted:
    """An event that has no sentence of its own."""
    where = f"{m.event.node}: " if m.event.node else ""
    about = "" if m.detail is None else f" {_plain(m.detail)}"
    return f"{where}{m.event.what}{about}.{_rule_words(m)}", 3


def _rule_words(m: Moment) -> str:
    """The sentence of the first rule that was applied, for events that have no better one."""
    telling = next((id for id in m.rules if id != "ALL-2"), None)
    return f" {m.trace.protocol.rules[telling].text}" if telling in m.trace.protocol.rules else ""


def _everyone(m: Moment) -> str:
    return "everyone" if set(m.view["voters"]) == set(m.trace.nodes) else "the other voters"


def _answer(m: Moment) -> str | None:
    """The answer to a client in this event; None if there is none."""
    return next((str(text) for _, text in m.event.answers()), None)


def _besides(m: Moment) -> list[str]:
    """Clauses about further results of an event."""
    rules = m.rules
    if BESIDES.isdisjoint(rules):
        return []
    snapshots = listed(list(dict.fromkeys(message.dst for message in m.sent("InstallSnapshot"))))
    successors = [message.dst for message in m.sent("TimeoutNow")]
    answers = [f"answers {client}: {short(text, 30)}" for client, text in m.event.answers()]
    parts = [
        (
            "SN-2" in rules,
            f"sends its snapshot to {snapshots}, because its own log no longer has the missing entries",
        ),
        ("TL-2" in rules and bool(successors), f"tells {listed(successors)} to start an election at once"),
        ("TL-3" in rules, "gives up handing over, which has taken too long"),
        ("RI-1" in rules, f"asks {_everyone(m)} whether it still leads, because of a read"),
        ("RI-3" in rules and bool(answers), listed(answers)),
        ("MC-1" in rules and "log" in m.event.changes, _new_voters(m)),
        ("MC-6" in rules and bool(answers), f"gives up on the new node, and {listed(answers)}"),
        ("MC-4" in rules, "steps down, because it has no vote any more"),
    ]
    return [words for happened, words in parts if happened]


def _new_voters(m: Moment) -> str:
    """A clause about the configuration that gives a vote to a new node that has caught up."""
    index = m.event.changes.get("log", [0])[0]
    return f"appends entry {index}, after which {listed(m.view['voters'])} have a vote"


def _and(parts: list[str]) -> str:
    return "".join(f", and {part}" for part in parts)


# -- Messages that arrive ----------------------------------------------------------------------------


def _delivery(m: Moment) -> Weighted:
    message = m.message(m.detail)
    return MESSAGES.get(message.kind, _other_message)(m, message)


def _other_message(m: Moment, message: MessageView) -> Weighted:
    """A message of another protocol: its name, and the sentence of the rule that was applied."""
    name = message_name(message.kind, message.fields)
    text = f"{_adopting(m, message)}receives the {name} of {message.src}.{_rule_words(m)}"
    return text, 4 if m.rules else 3


def _adopting(m: Moment, message: MessageView) -> str:
    """The beginning of a sentence: "n3 learns of term 4 and " if the node adopts a term, otherwise "n3 "."""
    return f"{m.node} learns of term {message.term} and " if "ALL-2" in m.rules else f"{m.node} "


def _vote_request(m: Moment, message: MessageView) -> Weighted:
    start = _adopting(m, message)
    if "SV-1" in m.rules:
        return f"{m.node} ignores {message.src}'s vote request: {_heard(m)}.", 5
    reply = next(iter(m.sent("RequestVoteReply")), None)
    if reply is None:
        return f"{start}does not answer {message.src}'s vote request.", 4
    if reply.fields["vote_granted"]:
        return f"{start}grants {message.src} its vote in term {reply.term}.", 5
    return f"{start}refuses {message.src} its vote in term {message.term}: {_refusal(m, message)}.", 5


def _heard(m: Moment) -> str:
    """The leader that a node hears, as the reason why it does not vote."""
    leader = m.view["leader"]
    if leader == m.node:
        return REFUSALS["refusal_leads"]
    return REFUSALS["refusal_hears" if leader else "refusal_hears_some"].format(leader=leader)


def _refusal(m: Moment, message: MessageView) -> str:
    """Why a vote was refused."""
    view = m.view
    if "RV-1" in m.rules:
        return REFUSALS["refusal_term"].format(term=view["term"])
    if "UTD" in m.rules and (better := _better_log(m, message)):
        return better
    if "RV-2" in m.rules:
        other = view["voted_for"]
        return REFUSALS["refusal_own_vote" if other == m.node else "refusal_other_vote"].format(other=other)
    return REFUSALS["refusal_silent"]


def _better_log(m: Moment, message: MessageView) -> str | None:
    """Why a voter's log is more up to date than a candidate's; None if it is not."""
    log, fields = m.view["log"], message.fields
    term, their_term, their_index = (
        log[-1][0] if log else 0,
        fields["last_log_term"],
        fields["last_log_index"],
    )
    if their_term < term:
        return REFUSALS["refusal_log_term"].format(own=term, candidate=message.src, its=their_term)
    if their_term == term and their_index < len(log):
        return REFUSALS["refusal_log_length"].format(own=len(log), its=their_index, term=term)
    return None


def _pre_vote_request(m: Moment, message: MessageView) -> Weighted:
    start, term = _adopting(m, message), message.fields["proposed_term"]
    reply = next(iter(m.sent("RequestPreVoteReply")), None)
    if reply is None:
        return f"{start}does not answer {message.src}'s pre-vote request.", 4
    if reply.fields["vote_granted"]:
        would = f"tells {message.src} that it would vote for it in term {term}"
        return f"{start}{would}. That changes nothing for {m.node}.", 4
    why = _pre_refusal(m, message)
    return f"{start}tells {message.src} that it would not vote for it in term {term}: {why}.", 4


def _pre_refusal(m: Moment, message: MessageView) -> str:
    """Why a node would not vote. The event names no rule for the reason, so it is found by exclusion."""
    if m.node in m.trace.story.liars:
        return REFUSALS["refusal_silent"]
    if message.fields["proposed_term"] <= m.view["term"]:
        return REFUSALS["refusal_term"].format(term=m.view["term"])
    return _better_log(m, message) or _heard(m)


def _pre_vote(m: Moment, message: MessageView) -> Weighted:
    if "PV-3" in m.rules:
        term = m.view["term"]
        stands = f"it becomes a candidate in term {term}, votes for itself and asks for votes"
        return f"{m.node} hears that a majority would vote for it: {stands}.", 7
    if "ALL-2" in m.rules:
        role = ", and becomes a follower" if "role" in m.event.changes else ""
        return f"{m.node} learns of term {message.term} from {message.src}'s answer{role}.", 6
    if not message.fields["vote_granted"]:
        return f"{m.node} hears that {message.src} would not vote for it.", 4
    if m.pre_votes is None:
        return f"{m.node} hears that {message.src} would vote for it; it no longer asks.", 3
    count = len([voter for voter in m.pre_votes if voter in m.view["voters"]])
    makes = f"that makes {count} of the {m.view['quorum']} it needs to become a candidate"
    return f"{m.node} hears that {message.src} would vote for it: {makes}.", 4


def _confirm(m: Moment, message: MessageView) -> Weighted:
    start = _adopting(m, message)
    if "RI-2" in m.rules or "LR-1" in m.rules:
        return f"{start}confirms that {message.src} leads term {message.term}.", 3 if "RI-2" in m.rules else 1
    return f"{start}does not confirm that {message.src} leads term {message.term}.", 4


def _confirmed(m: Moment, message: MessageView) -> Weighted:
    if m.view["role"] != "leader" or m.view["term"] != message.term:
        return f"{m.node} receives {message.src}'s late confirmation; it changes nothing.", 1
    if "RI-3" in m.rules:
        return (
            f"{m.node} hears that {message.src} still follows it, and so does a majority{_and(_besides(m))}.",
            8,
        )
    return f"{m.node} hears that {message.src} still follows it.", 1


def _snapshot(m: Moment, message: MessageView) -> Weighted:
    start, last = _adopting(m, message), message.fields["last_included_index"]
    if "AE-1" in m.rules:
        late = f"it comes from term {message.term}, and {m.node} knows a later one"
        return f"{m.node} refuses the snapshot of {message.src}: {late}.", 5
    if "SN-4" in m.rules:
        return (
            f"{start}learns nothing from {message.src}'s snapshot: it has committed {entries_up_to(last)} already.",
            3,
        )
    rest = len(m.view["log"]) - last
    keeps = f"keeps the {plural(rest, 'entry', 'entries')} that follow{'s' if rest == 1 else ''}"
    state = f"takes over {message.src}'s snapshot, the state after {entries_up_to(last)}"
    return f"{start}{state}; its log {keeps if rest else 'begins after that'}.", 8


def _timeout_now(m: Moment, message: MessageView) -> Weighted:
    if "TL-2" not in m.rules:
        return f"{_adopting(m, message)}ignores {message.src}'s request to start an election.", 4
    stands = f"it becomes a candidate in term {m.view['term']} and asks for votes on {message.src}'s behalf"
    return f"{m.node} is told by {message.src} to start an election at once: {stands}.", 8


def _vote(m: Moment, message: MessageView) -> Weighted:
    changes, view, src = m.event.changes, m.view, message.src
    if changes.get("role") == "leader":
        votes = listed(view["votes"])
        return (
            f"{m.node} becomes leader of term {view['term']}: it has the votes of {votes}{_first_entry(m)}.",
            15,
        )
    if "ALL-2" in m.rules:
        return f"{m.node} learns of term {message.term} from {src}'s refusal and becomes a follower.", 7
    if changes.get("votes"):
        count = len([voter for voter in changes["votes"] if voter in m.view["voters"]])
        return f"{m.node} counts {src}'s vote: it has {count} of the {m.view['quorum']} it needs.", 6
    if not message.fields["vote_granted"]:
        return f"{m.node} hears that {src} refused its vote.", 4
    has_won = view["role"] == "leader" and view["term"] == message.term
    reason = "it has already won" if has_won else "that election is over"
    return f"{m.node} receives {src}'s vote; it changes nothing: {reason}.", 3


def _first_entry(m: Moment) -> str:
    """A clause about the entry that a new leader appends at once (NoOp)."""
    if "NO-1" not in m.rules or "log" not in m.event.changes:
        return ""
    return f", and appends entry {m.event.changes['log'][0]}, which does nothing, to have something to commit"


def _append(m: Moment, message: MessageView) -> Weighted:
    changes, fields, src = m.event.changes, message.fields, message.src
    entries, start = fields["entries"], _adopting(m, message)
    name = "append" if entries else "heartbeat"
    if "AE-1" in m.rules:
        late = f"it comes from term {message.term}, and {m.node} knows a later one"
        return f"{m.node} refuses the {name} of {src}: {late}.", 5
    if "AE-2" in m.rules:
        missing = f"it has no entry {fields['prev_log_index']} of term {fields['prev_log_term']}"
        return f"{start}refuses the {name} of {src}: {missing}{_hint(m)}.", 5
    parts = []
    if "CA-3" in m.rules:
        parts.append(f"gives up its candidacy: {src} has won term {message.term}")
    if "AE-3" in m.rules and "log" in changes:
        first = changes["log"][0]
        parts.append(
            f"deletes what contradicts {src} from entry {first} on, and appends {entry_words(*changes['log'])}"
        )
    elif "log" in changes:
        parts.append(f"appends {entry_words(*changes['log'])} from {src}")
    if "AE-5" in m.rules and "commit_index" in changes:
        hears = "learns" if m.is_committed(changes["commit_index"]) else f"is told by {src}"
        parts.append(f"{hears} that {_committed(m)}")
    log, prev = m.view["log"], fields["prev_log_index"]
    if any(log[prev + i : prev + i + 1] != [each] for i, each in enumerate(entries)):
        return f"{start}confirms {src}'s append, and does not have what is in it.", 6
    if parts:
        return f"{start}{', and '.join(parts)}.", 6 if "AE-3" in m.rules else 5
    hears = f"hears the heartbeat of {src}, the leader of term {message.term}"
    seen = f"has all entries of {src}'s append already" if entries else hears
    return f"{start}{seen}, and resets its timer.", 1


def _hint(m: Moment) -> str:
    """A clause about the entry up to which the logs may agree, in a refusal with FastBackup."""
    reply = next(iter(m.sent("AppendEntriesReply")), None) if "FB-1" in m.rules else None
    if reply is None:
        return ""
    index = reply.fields["match_index"]
    return f", and says that the logs can agree up to {f'entry {index}' if index else 'nothing'} at most"


def _committed(m: Moment) -> str:
    """What a follower learns about committed entries: "entry 4 is committed, and applies it"."""
    index, applied = m.event.changes["commit_index"], _applied(m)
    what = f"entry {index} is" if applied in ([], [index]) else f"everything up to entry {index} is"
    return f"{what} committed{'' if m.is_committed(index) else ', which is not so'}{_and_applies(m)}"


def _and_applies(m: Moment) -> str:
    """A clause about the entries that are applied: ", and applies it", ", and applies entries 2 to 4"."""
    applied = _applied(m)
    if not applied:
        return ""
    return f", and applies {'it' if applied == [m.event.changes['commit_index']] else _entries(applied)}"


def _applied(m: Moment) -> list[int]:
    """The indexes of the entries that were applied."""
    return [each[1] for each in m.event.effects if isinstance(each, list) and each[0] == "apply"]


def _entries(indexes: list[int]) -> str:
    if len(indexes) > 2:
        return f"entries {indexes[0]} to {indexes[-1]}"
    return listed([f"entry {index}" for index in indexes])


def _append_reply(m: Moment, message: MessageView) -> Weighted:
    changes, view, src, more = m.event.changes, m.view, message.src, _besides(m)
    if "ALL-2" in m.rules:
        what = ": it is no longer the leader" if m.role_before == "leader" else ""
        return f"{m.node} learns of term {message.term} from {src}{what}.", 9 if what else 6
    if "LE-4" in m.rules and "commit_index" in changes:
        index = changes["commit_index"]
        also = f" {m.node} {' and '.join(more)}." if more else ""
        held = f"a majority holds entry {index}. {m.node} knows now that it is committed"
        if not m.is_committed(index):
            held = f"{m.node} considers entry {index} committed, which it is not"
        return f"{m.node} hears from {src}: {held}{_and_applies(m)}.{also}", 10
    if "LE-3b" in m.rules:
        back = "goes back to where the refusal points" if "FB-2" in m.rules else "steps back"
        index = changes.get("next_index", {}).get(src, "lower")
        return (
            f"{m.node} hears that {src}'s log does not match, and {back}: next index {index}{_and(more)}.",
            5,
        )
    if more:
        return (
            f"{m.node} hears that {src} has its log up to entry {message.fields['match_index']}{_and(more)}.",
            6,
        )
    for follower, index in sorted(changes.get("match_index", {}).items(), key=lambda each: each[0] != src):
        if follower == src:
            return f"{m.node} hears that {src} has its log up to entry {index}.", 4
        return f"{m.node} hears from {src}, and believes that {follower} has its log up to entry {index}.", 4
    if "LE-3a" in m.rules:
        return f"{m.node} receives {src}'s ok: {src} still follows, and has nothing new.", 1
    is_of_now = view["role"] == "leader" and view["term"] == message.term
    if message.fields.get("success") and is_of_now:
        return f"{m.node} ignores {src}'s reply.", 2
    return f"{m.node} receives {src}'s late reply; it changes nothing.", 1


MESSAGES: dict[str, Callable[[Moment, MessageView], Weighted]] = {
    "RequestVote": _vote_request, "RequestVoteNow": _vote_request, "RequestVoteReply": _vote,
    "RequestPreVote": _pre_vote_request, "RequestPreVoteReply": _pre_vote,
    "AppendEntries": _append, "AppendEntriesReply": _append_reply,
    "InstallSnapshot": _snapshot, "InstallSnapshotReply": _append_reply,
    "ConfirmLeader": _confirm, "ConfirmLeaderReply": _confirmed, "TimeoutNow": _timeout_now,
}  # fmt: skip


# -- Timers ------------------------------------------------------------------------------------------


def _timer(m: Moment) -> Weighted:
    node, rules, changes, more = m.node, m.rules, m.event.changes, _besides(m)
    term = m.view["term"]
    if "CQ-1" in rules:
        silent = "has not heard a majority for an election timeout"
        return f"{node}, the leader of term {term}, {silent}: it steps down.", 9
    if m.event.what == "heartbeat":
        return f"{_action(m)}: it {_speaks(m)}{_and(more)}.", 6
    if "LE-1" in rules and "role" not in changes:
        also = f"speaks to {_everyone(m)}{_and(more)}"
        return f"{node}, the leader of term {term}, {also if more else _speaks(m)}.", 4 if more else 2
    if more:
        return f"{node}, the leader of term {term}, {', and '.join(more)}.", 6
    if m.event.what == "time_out":
        cause = f"{_action(m)}: it"
    elif "CA-4" in rules:
        cause = f"{node}'s election brought no leader in time: it"
    else:
        cause = f"{node} has heard no leader for a whole election timeout: it"
    if changes.get("role") == "leader" and "CA-2" not in rules:
        return f"{cause} makes itself the leader of term {term} without asking any other node.", 15
    if changes.get("role") == "leader":
        alone = f"votes for itself in term {term}, and that is a majority: it becomes leader{_first_entry(m)}"
        return f"{cause} {alone}.", 15
    if "CA-1" in rules:
        stands = f"becomes a candidate in term {term}, votes for itself and asks {_everyone(m)} for a vote"
        return f"{cause} {stands}.", 7
    if "PV-1" in rules:
        asks = f"asks {_everyone(m)} whether they would vote for it in term {term + 1}"
        return f"{cause} {asks}. Its own term stays {term}.", 6
    if "MC-5" in rules:
        return f"{cause} starts no election, because it has no vote.", 4
    return f"{node}'s timer runs out.{_rule_words(m)}", 5


def _speaks(m: Moment) -> str:
    """What a leader sends when its heartbeat timer runs out, and to which nodes."""
    appends = m.sent("AppendEntries")
    lacking = [message.dst for message in appends if message.fields["entries"]]
    if not lacking:
        return f"sends a heartbeat to {_everyone(m)}"
    if len(lacking) == len(appends):
        return f"sends entries to {_everyone(m)}"
    return f"sends entries to {listed(lacking)}, and a heartbeat to the others"


# -- Clients and their answers ---------------------------------------------------------------------


def _invoke(m: Moment) -> Weighted:
    return (
        f"Client {m.detail['client']} asks: {wish_words(m.detail['kind'], m.detail['key'], m.detail['argument'])}.",
        6,
    )


def _return(m: Moment) -> Weighted:
    return f"Client {m.detail['client']} is told: {short(m.detail['text'], 60)}.", 7


def _give_up(m: Moment) -> Weighted:
    return f"Client {m.detail['client']} gives up. It does not know whether this was done.", 7


# -- The network --------------------------------------------------------------------------------------


def _loss(m: Moment) -> Weighted:
    id, reason = m.detail
    message = m.message(id)
    why = f"{message.dst} is down" if reason == "crashed" else LOSSES.get(reason, reason)
    name = message_name(message.kind, message.fields)
    says_nothing = name == "heartbeat" or (reason == "crashed" and is_answer(message.kind))
    return f"The {m.message_name(id)} is lost: {why}.", 1 if says_nothing else 3


def _copy(m: Moment) -> Weighted:
    return f"The network duplicates a message: the {m.message_name(m.detail[0])} will arrive twice.", 3


# -- Broken properties, stops and goals ---------------------------------------------------------------


def _broken(m: Moment) -> Weighted:
    term = rf" of {m.words['term']} \1" if "term" in m.words else ""
    return f"Broken: {re.sub(r' of term ([0-9]+)', term, m.detail[1])}", 20


def _stop(m: Moment) -> Weighted:
    return m.detail[1], 12


def _goal(m: Moment) -> Weighted:
    return f"{m.detail[0].upper()}{m.detail.partition(' (')[0][1:]}.", 1


# -- Actions of people: the sentence of the verb, and its outcome ----------------------------------------


def _action(m: Moment) -> str:
    """The sentence of a verb, without a full stop."""
    verb = verb_of(m.event.what)
    assert verb is not None, m.event.what
    return verb.sentence(m)


def _verb(m: Moment) -> Weighted:
    came = OUTCOMES[m.event.what](m) if m.event.what in OUTCOMES else ""
    return f"{_action(m)}{came}.", WEIGHTS.get(m.event.what, 8)


def _restarted(m: Moment) -> str:
    term = f"{m.words['term']} {m.view['term']} and " if "term" in m.words else ""
    if "leader" not in m.words:
        return f": {term}{log_words(m.view)}"
    forgot = (
        f", and does not know which of its entries are {m.words['committed']}"
        if len(m.view["log"]) > m.view["commit_index"]
        else ""
    )
    return f": {term}{log_words(m.view)}. It is a {m.words['follower']}{forgot}"


def _crashed(m: Moment) -> str:
    """The knowledge that a crashed node has lost, although its log is on its disk."""
    return (
        f": also its knowledge of what is {m.words['committed']}" if "commit_index" in m.event.changes else ""
    )


def _split(m: Moment) -> str:
    return f". {'No side hears the others' if len(m.detail) > 2 else 'Neither side hears the other'}"


OUTCOMES: dict[str, Callable[[Moment], str]] = {
    "crash": _crashed,
    "restart": _restarted,
    "partition": _split,
    "snapshot": lambda m: f": its log begins after entry {m.view['snapshot']} now",
}
WEIGHTS = {"flap": 6, "snapshot": 6, "align": 6, "spread": 6}


def _transfer(m: Moment) -> Weighted:
    no_more = f"it takes no more commands{_and(_besides(m))}"
    return (
        f"{_action(m)}: {no_more if 'TL-1' in m.rules else f'it does not, because {m.detail[0]} has no vote'}.",
        8,
    )


def _change_voters(m: Moment) -> Weighted:
    if "MC-6" in m.rules:
        new = listed([node for node in m.detail["voters"] if node not in m.view["voters"]])
        return f"{_action(m)}. {new} must first catch up with the log.", 9
    if "MC-1" not in m.rules or "log" not in m.event.changes:
        answer = _answer(m)
        return f"{_action(m)}{f'. It is {short(answer, 80)}' if answer else ''}.", 8
    entry = f"It appends that as entry {m.event.changes['log'][0]}, and from now on it counts there"
    quorum = f"a majority is {m.view['quorum']} of {len(m.view['voters'])}"
    return f"{_action(m)}. {entry}: {quorum}.", 9


def _proposal(m: Moment) -> Weighted:
    gives = _action(m)
    if "leader" not in m.words:
        return f"{gives}.{_rule_words(m)}", 7
    if "log" in m.event.changes:
        entry = f"which appends it as entry {m.event.changes['log'][0]} and sends it to {_everyone(m)}"
        return f"{gives}, the leader, {entry}.{_at_once(m)}", 7
    answer = _answer(m)
    if answer and answer.startswith("refused: "):
        return f"{gives}, the leader, which refuses: {short(answer.removeprefix('refused: '), 60)}.", 7
    if not answer and m.rules:
        return f"{gives}.{_rule_words(m)}", 6
    says = f" and answers: {short(answer, 60)}" if answer else ""
    return f"{gives}, which is not the leader{says}.", 6


def _at_once(m: Moment) -> str:
    """A sentence that a leader takes an entry for committed at once, because it is the only voter or a liar."""
    if "commit_index" not in m.event.changes:
        return ""
    is_so = m.is_committed(m.event.changes["commit_index"])
    return (
        f" It considers the entry committed at once{'' if is_so else ', which it is not'}{_and_applies(m)}."
    )


def _read(m: Moment) -> Weighted:
    answer, more = _answer(m), ""
    if "LR-0" in m.rules:
        more = f" {m.node} has not asked whether it still leads."
    elif "LR-1" in m.rules:
        more = f" {m.node}'s lease still runs."
    elif "RI-1" in m.rules:
        index = m.view["commit_index"]
        more = f" It notes that entry {index} is committed, and asks {_everyone(m)} whether it still leads."
    heard = f"is answered at once: {short(answer, 60)}" if answer else f"{m.node} does not answer yet"
    return f"{_action(m)}, and {heard}.{more}", 6


TELLERS: dict[str, Callable[[Moment], Weighted]] = {
    "timer": _timer, "time_out": _timer, "heartbeat": _timer,
    "propose": _proposal, "read": _read, "change_voters": _change_voters, "transfer": _transfer,
    "deliver": _delivery, "lost": _loss, "copy": _copy,
    "invoke": _invoke, "return": _return, "give_up": _give_up,
    "broken": _broken, "stop": _stop, "goal": _goal,
}  # fmt: skip
