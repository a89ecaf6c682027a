"""Short forms for tests of the core: nodes in any state, and effects as short text."""

import types
from pathlib import Path
from random import Random

from raftlab import raft as textbook
from raftlab.checks import short_forms
from raftlab.messages import (
    AppendEntries,
    AppendEntriesReply,
    Because,
    HardState,
    LogEntry,
    RequestVote,
    RequestVoteReply,
    Role,
    Save,
    SaveSnapshot,
)

SOURCE = Path(textbook.__file__).read_text()


def entries(text):
    """Two entries for `1:a 2:b`."""
    return tuple(LogEntry(int(each.split(":")[0]), each.split(":")[1]) for each in text.split())


def node(id="n1", nodes=3, log="", raft=textbook.Raft, role="follower", **state):
    """A node in a given state; `nodes` is how many there are."""
    ids = tuple(f"n{number}" for number in range(1, nodes + 1))
    saved = HardState(state.pop("term", 0), state.pop("voted_for", None), entries(log))
    made = raft(id, ids, Random("dice"), saved=saved)
    made.role = Role(role)
    if role == "candidate":
        made.voted_for, made.votes = id, frozenset({id})
    if role == "leader":
        made.leader, made.voted_for = id, id
        made.next_index = {peer: made.log.last_index + 1 for peer in ids if peer != id}
        made.match_index = dict.fromkeys(ids, 0) | {id: made.log.last_index}
    for name, value in state.items():
        assert hasattr(made, name), f"a node has no {name}"
        setattr(made, name, value | getattr(made, name) if isinstance(value, frozenset) else value)
    for name in ("next_index", "match_index"):
        if name in state:
            setattr(made, name, dict(state[name]))
    made.commit_index = state.get("commit_index", 0)
    made.last_applied = made.commit_index
    return made


def request_vote(term, last="0:0", src="n2", dst="n1"):
    """A vote request; last = "term:index" of the candidate's last entry."""
    last_term, last_index = map(int, last.split(":"))
    return RequestVote(src, dst, term, last_index, last_term)


def vote(term, granted=True, src="n2", dst="n1"):
    return RequestVoteReply(src, dst, term, granted)


def append(term, prev="0:0", log="", commit=0, src="n2", dst="n1"):
    """An append; prev = "term:index" of the entry before the new ones."""
    prev_term, prev_index = map(int, prev.split(":"))
    return AppendEntries(src, dst, term, prev_index, prev_term, entries(log), commit)


def appended(term, success=True, prev=0, match=0, src="n2", dst="n1"):
    return AppendEntriesReply(src, dst, term, success, prev, match)


def told(effects):
    """Effects as short text, in order: rules and saves, too."""
    return [_own(effect) or "".join(short_forms.told([effect])) for effect in effects]


def _own(effect):
    match effect:
        case Because(rule):
            return rule
        case Save(term, voted_for, index, new):
            what = f" {index}: {' '.join(f'{t}:{c}' for t, c in new)}" if new else ""
            return f"save term {term} vote {voted_for}{what}"
        case SaveSnapshot(snapshot):
            return f"snapshot of term {snapshot.term} up to {snapshot.index}: {snapshot.state}"
    return ""


def mutant(*changes):
    """A Raft whose source differs in these places: (the original text, the text that replaces it)."""
    source = SOURCE
    for there, instead in changes:
        assert source.count(there) == 1, f"found {source.count(there)} times: {there}"
        source = source.replace(there, instead)
    module = types.ModuleType("mutant")
    exec(compile(source, "mutant", "exec"), module.__dict__)
    return module.Raft
