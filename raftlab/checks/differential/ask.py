"""The question that is put to an answer and to the reference: this state, this event, these dice; what do you do?

A node is made anew for each question, so that an answer may keep attributes of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import Any

from raftlab.checks.failure import FELL_OVER, NodeError, fell_over
from raftlab.log import Log
from raftlab.raft import Raft
from raftlab.remote.answers import Handed, Outcome, Question
from raftlab.remote.nodes import answered_elsewhere

__all__ = ["Outcome", "Question", "State", "outcomes"]

State = dict[str, Any]  # the fields of a node by name; log is a tuple of entries, votes a frozenset


def outcomes(raft: type[Raft], questions: Iterable[Question]) -> Iterator[Outcome]:
    """What a node of this class does with each question, one after the other. A blank rule raises NotImplementedError.

    A class whose nodes live in another process gets many questions at once.
    """
    if hasattr(raft, "program"):
        like_raft = raft.program.hello.get("like_raft") is not False
        for outcome in answered_elsewhere(raft, questions):
            outcome.state.pop("log_start", None)  # its snapshot says the same
            if not like_raft:
                outcome.state["timeout"] = None  # a class that is not made from Raft need not note it
            yield outcome
        return
    dice = Handed(0)
    for question in questions:
        try:
            node = made(raft, question.state, dice)
            dice.hand(question.dice)  # a new node may have drawn some
            effects = node.step(question.event)
            yield Outcome(effects, state_of(node, question.state))
        except NotImplementedError:
            raise
        except NodeError as error:
            yield Outcome((), {}, error=str(error))
        except FELL_OVER as error:
            yield Outcome((), {}, error=fell_over(error))


COPIED = frozenset(("next_index", "match_index", "waiting"))
FIXED = frozenset(("id", "nodes", "election_timeout", "heartbeat_interval", "log"))


def made(raft: type[Raft], state: Mapping[str, Any], dice: Random) -> Raft:
    """A node in this state. If it never asks how long its last timeout was, it need not note it."""
    asks = hasattr(raft, "has_live_leader")
    node = raft(state["id"], state["nodes"], dice, state["election_timeout"], state["heartbeat_interval"])
    votes: Any = type(node.votes)  # a set or a frozenset, as the node itself begins
    for name, value in state.items():
        if name == "votes":
            node.votes = votes(value)
        elif name in COPIED:
            setattr(node, name, dict(value))
        elif name not in FIXED and (name != "timeout" or asks):
            setattr(node, name, value)
    snapshot = state["snapshot"]
    node.log = Log(state["log"], snapshot.index, snapshot.term)
    return node


def state_of(node: Raft, names: Iterable[str]) -> State:
    """The fields of a node with these names."""
    state = {name: getattr(node, name, None) for name in names}
    state["log"] = tuple(node.log)
    state["votes"] = frozenset(node.votes)
    return state
