"""`implement`: makes a node class of a learner's rules, or of a whole Raft. It runs wherever raftlab's own class does."""

import copyreg
import inspect
from collections.abc import Callable, Iterable, Mapping
from random import Random
from types import CodeType, FunctionType
from typing import Any

from raftlab.exercises.answer.purity import impurities
from raftlab.exercises.answer.text import load, text_of
from raftlab.exercises.watch import Watch
from raftlab.extensions import EXTENSIONS
from raftlab.messages import HardState
from raftlab.raft import Raft, majority
from raftlab.sim.errors import UserError, check_name, in_short
from raftlab.sim.systems import build

# The type that a rule returns. A rule that is not named here returns nothing.
RETURNS: dict[str, type] = {
    "admit": bool, "is_quorum": bool, "has_live_leader": bool, "step_back": int, "voters": tuple, "peers": list,
    "step": tuple,
}  # fmt: skip

# Helper methods that would give the solution away: an answer for the rule may not call them.
CLOSED: dict[str, tuple[str, ...]] = {
    "on_request_vote_reply": ("count_votes",),
    "on_append_entries": ("store",),
    "on_append_entries_reply": ("step_back",),
}
RULES: dict[str, FunctionType] = {
    name: value for name, value in vars(Raft).items() if isinstance(value, FunctionType) and name[0] != "_"
}
SEEN = (
    "id", "nodes", "role", "term", "voted_for", "leader", "votes", "log", "commit_index", "last_applied",
    "next_index", "match_index", "timer", "step",
)  # fmt: skip


def implement(
    whole: type | None = None,
    /,
    *,
    asked: Iterable[str] = (),
    extensions: Iterable[str] = (),
    command: str | None = None,
    **rules: Callable[..., Any],
) -> type[Raft]:
    """Make a node class of your own rules. Rules that you do not give are raftlab's.

    Args:
        whole: a whole Raft of your own, instead of single rules: a subclass of `Raft`, or any class that can be
            built and stepped in the same way.
        asked: further rules that must come from your answer, so that raftlab's own cannot be called.
        extensions: the extensions that the nodes have, as for `build`. You may give their rules, too.
        command: instead of all that, a program in any language, such as "node raft.mjs": a whole Raft that answers
            the lines of docs/protocol.md.
        rules: functions by the name of the rule, such as `on_request_vote=mine`. The first argument of each is
            the node, in place of `self`.

    Returns:
        A class for `Cluster`, `Lab`, `play` and `check`. If a node goes wrong (it raises an error, does not end,
        changes a message, returns a wrong type, or leaves a wrong type in a field), a `UserError` says what and where.
        If you give a rule, raftlab's own cannot be called: that raises NotImplementedError.

    Raises:
        UserError: there is no such rule; or a function does not take the rule's arguments, prints, sleeps, imports,
            or uses a clock or dice of its own. The sentence names the line.

    Example:
        >>> from raftlab import Cluster, implement
        >>> def on_request_vote(node, msg):
        ...     node.reply_vote(msg, vote_granted=False, because="RV-2")
        >>> cluster = Cluster(nodes=3, seed=1, node_class=implement(on_request_vote=on_request_vote))
        >>> cluster.run_until("leader")
        False
    """
    if (whole is not None) + (command is not None) + bool(rules) > 1:
        raise UserError("Pass a whole class, or single rules, or a command, and not two of these.")
    if command is not None:
        from raftlab.remote.nodes import (
            command_class,
        )  # imported here, because a learner's child needs none of it

        return command_class(command)
    if whole is not None:
        check_whole(whole)
        return _whole(whole, tuple(asked))
    if not rules:
        raise UserError("Pass at least one rule, such as implement(on_request_vote=mine).")
    base = build(*extensions)
    known = rules_of(base)
    for name, function in rules.items():
        check_name("rule", name, known)
        check_rule(name, function, known)
    return _made("Yours", base, rules, (*rules, *asked), known)


def rules_of(base: type[Raft]) -> dict[str, FunctionType]:
    """All rules of a class of raftlab: its own, and those that it inherits."""
    return {
        name: value
        for each in reversed(base.__mro__)
        for name, value in vars(each).items()
        if isinstance(value, FunctionType) and name[0] != "_"
    }


def partly(whole: Any, rule: str) -> type[Raft]:
    """A node class with one rule from a learner's class (see `check_whole`), and all other rules from raftlab.

    A class that is no subclass of `Raft` cannot be taken apart, so all rules are then from it.
    """
    made = _whole(whole, (rule,))
    if issubclass(made, Raft):
        for other, body in RULES.items():
            if other != rule and other not in CLOSED.get(rule, ()):
                setattr(made, other, body)
    return made


def check_whole(whole: type) -> None:
    """Check that a learner's class can be a node class. Raises UserError if it cannot."""
    if not isinstance(whole, type):
        raise UserError(
            f"A whole Raft is a class, not {in_short(whole)}; a single rule is given by name: on_request_vote=mine."
        )
    for name, function in _own(whole).items():
        if name in RULES and issubclass(whole, Raft):
            check_rule(name, function)
        else:
            check_pure(name, function)
    if not issubclass(whole, Raft):
        _check_looks(whole)


def _own(whole: type) -> dict[str, Callable[..., Any]]:
    """The functions of a class that the learner wrote."""
    own: dict[str, Callable[..., Any]] = {}
    for each in reversed(whole.__mro__[:-1]):
        if not each.__module__.startswith("raftlab."):
            own |= {name: value for name, value in vars(each).items() if isinstance(value, FunctionType)}
    return own


def _whole(whole: type, asked: tuple[str, ...]) -> type[Raft]:
    own = _own(whole)
    if not issubclass(
        whole, Raft
    ):  # a cluster calls only these two; what it calls its other methods is its own business
        own, asked = {name: own[name] for name in ("__init__", "step") if name in own}, ()
    made = _made(whole.__name__, whole, own, asked)
    for name in ("messages", "rules"):
        setattr(made, name, getattr(whole, name, getattr(Raft, name)))
    return made


def _made(
    name: str,
    base: type,
    rules: dict[str, Callable[..., Any]],
    asked: tuple[str, ...],
    known: Mapping[str, FunctionType] = RULES,
) -> type[Raft]:
    files = {each.__code__.co_filename for each in rules.values() if isinstance(each, FunctionType)}
    watch = Watch(files, _closed(asked, known))
    body: dict[str, Any] = {}
    for rule, function in rules.items():
        if rule not in known and rule != "__init__" and not rule.startswith("on_"):
            continue  # a helper that the learner wrote: it runs within a rule
        body[rule] = watch.wrap(rule, function, _returned(rule, known))
    for rule in asked:
        if rule not in rules and rule in RULES:
            body[rule] = _blank(rule)
    made: Any = Implemented(name, (base,), body | {"asked": asked, "__module__": __name__})
    made.made_of = (base, rules)
    made.reference = base if base.__module__.startswith("raftlab.") else Raft
    return made


def _returned(rule: str, known: Mapping[str, FunctionType]) -> type | None:
    """What a rule must return: None for nothing at all, object for anything."""
    if rule in RULES or rule == "__init__":
        return RETURNS.get(rule)
    nothing = rule in known and inspect.signature(known[rule]).return_annotation is None
    return None if nothing else object


class Implemented(type):
    """The type of classes that are made of answers. They are sent to other processes as text."""

    made_of: tuple[type, dict[str, Any]]
    asked: tuple[str, ...]
    reference: type[Raft]  # the class with which the nodes are compared


def _as_text(made: Implemented) -> tuple[Any, ...]:
    """The pickled form of such a class: a function that makes it again, and the texts of the answers."""
    (base, rules), asked = made.made_of, made.asked
    if made.reference is not base:
        return _whole_again, (text_of(base), base.__name__, asked)
    extensions = tuple(each.__name__ for each in base.__mro__ if each.__name__ in EXTENSIONS)
    texts = [(rule, text_of(each), each.__name__) for rule, each in rules.items()]
    return _rules_again, (texts, asked, extensions)


def _whole_again(text: str, name: str, asked: tuple[str, ...]) -> type[Raft]:
    return implement(load(text, name), asked=asked)


def _rules_again(
    texts: list[tuple[str, str, str]], asked: tuple[str, ...], extensions: tuple[str, ...]
) -> type[Raft]:
    rules = {rule: load(text, name) for rule, text, name in texts}
    return implement(asked=asked, extensions=extensions, **rules)


copyreg.pickle(Implemented, _as_text)


def _closed(
    asked: tuple[str, ...], known: Mapping[str, FunctionType]
) -> dict[CodeType, tuple[str, frozenset[str]]]:
    """The code that an answer may not call: raftlab's own version of the rules asked for, and helpers that give one of them away."""
    everybody = frozenset(known)
    closed = {known[name].__code__: (name, everybody) for name in asked if name in known}
    for name in asked:
        for word in CLOSED.get(name, ()):
            closed.setdefault(RULES[word].__code__, (word, frozenset({name})))
    if "is_quorum" in asked:
        closed[majority.__code__] = ("majority", frozenset({"is_quorum"}))
    return closed


def _blank(rule: str) -> Callable[..., Any]:
    def blank(node: Any, *arguments: Any, **named: Any) -> Any:
        raise NotImplementedError(f"{rule} is not written yet.")

    return blank


def check_rule(name: str, function: Any, known: Mapping[str, FunctionType] = RULES) -> None:
    """Check that a function can replace a rule. Raises UserError if it cannot."""
    if not isinstance(function, FunctionType):
        raise UserError(f"{name} should be a function, not {in_short(function)}.")
    parameters = list(inspect.signature(known[name]).parameters.values())[1:]
    # An argument that raftlab passes by name must have that name. One that it passes by position may have any name.
    by_name = [each.name for each in parameters if each.default is not each.empty or each.name == "because"]
    by_place = [each.name for each in parameters if each.name not in by_name]
    theirs = inspect.signature(function)
    must = [each.name for each in parameters if each.default is each.empty and each.name in by_name]
    try:
        for handed_over in (by_name, must):  # an argument with a default may be missing
            theirs.bind(None, *by_place, **dict.fromkeys(handed_over))
    except TypeError:
        takes = ", ".join(["node", *(str(each.replace(annotation=each.empty)) for each in parameters)])
        raise UserError(f"{name} takes ({takes}); yours takes {theirs}.") from None
    if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
        word = "yield" if inspect.isgeneratorfunction(function) else "async"
        raise UserError(f"{name} must do its work when it is called; with {word} it does not.")
    check_pure(name, function)


def check_pure(name: str, function: Callable[..., Any]) -> None:
    """Check that a function uses no clock, dice, screen or keyboard of its own. Raises UserError if it does."""
    for line, what in impurities(function):
        raise UserError(f"{name} {what}, in line {line}. A rule may use only the node and its arguments.")


def _check_looks(whole: type) -> None:
    """Check that a class that is no subclass of Raft has all that a cluster needs. Raises UserError if it has not."""
    try:
        made = whole("n1", ("n1", "n2", "n3"), Random("looks"), (15, 30), 5, saved=HardState())
    except Exception as error:
        raise UserError(
            f"{whole.__name__} cannot be made as Raft is, (id, nodes, random, election_timeout, heartbeat_interval, "
            f"saved): {type(error).__name__}: {error}."
        ) from None
    if missing := [name for name in SEEN if not hasattr(made, name)]:
        raise UserError(
            f"A node of class {whole.__name__} has no {', no '.join(missing)}, which a cluster needs."
        )
