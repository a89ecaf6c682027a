"""`implement`: a rule of one's own, or a whole Raft, as a node class that runs wherever raftlab's own does."""

import copyreg
import inspect
from collections.abc import Callable, Iterable, Mapping
from random import Random
from types import CodeType, FunctionType
from typing import Any

from raftlab.exercises.answer import load, text_of
from raftlab.exercises.purity import impurities
from raftlab.exercises.watch import Watch
from raftlab.extensions import EXTENSIONS
from raftlab.messages import HardState
from raftlab.raft import Raft
from raftlab.sim.errors import UserError, check_name
from raftlab.sim.systems import build

# What each rule returns; everything that is not named here returns nothing.
RETURNS: dict[str, type] = {
    "admit": bool, "is_quorum": bool, "has_live_leader": bool, "step_back": int, "voters": tuple, "peers": list,
    "step": tuple,
}  # fmt: skip

# Helper methods that would give the solution away: whoever is asked for the rule may not call them.
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
    **rules: Callable[..., Any],
) -> type[Raft]:
    """A node class made of rules of one's own; what is not given is raftlab's.

    Args:
        whole: a class of one's own instead, a whole Raft: a subclass of `Raft`, or any class that is made and
            stepped as `Raft` is.
        asked: further rules that must come from the answer: raftlab has no body for them here.
        extensions: what the nodes have beyond Figure 2, as for `build`; their rules may be given, too.
        rules: functions by the name of the rule, such as `on_request_vote=mine`, each with the node in the place
            of `self`.

    Returns:
        A class for `Cluster`, `Lab`, `play`, `check`. What such a node does wrong (it raises, does not end,
        changes a message, returns something, leaves nonsense in a field) is a `UserError` that says so and where.
        A rule that was given has no other body: to call raftlab's own raises NotImplementedError.

    Raises:
        UserError: a name that is no rule, another signature than the rule's, or a function that prints, sleeps,
            imports, or has a clock or dice of its own; the sentence names the line.

    Example:
        >>> from raftlab import Cluster, implement
        >>> def on_request_vote(node, msg):
        ...     node.reply_vote(msg, vote_granted=False, because="RV-2")
        >>> cluster = Cluster(nodes=3, seed=1, node_class=implement(on_request_vote=on_request_vote))
        >>> cluster.run_until("leader")
        False
    """
    if whole is not None:
        if rules:
            raise UserError("Pass either a whole class or single rules, not both.")
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
    """All rules of a class of raftlab's: its own, and those that it has from others."""
    return {
        name: value
        for each in reversed(base.__mro__)
        for name, value in vars(each).items()
        if isinstance(value, FunctionType) and name[0] != "_"
    }


def partly(whole: Any, rule: str) -> type[Raft]:
    """Nodes that have one rule from a class of one's own (see `check_whole`), and all others from raftlab.

    A class that is no subclass of `Raft` cannot be taken apart: its nodes have everything from it.
    """
    made = _whole(whole, (rule,))
    if issubclass(made, Raft):
        for other, body in RULES.items():
            if other != rule and other not in CLOSED.get(rule, ()):
                setattr(made, other, body)
    return made


def check_whole(whole: type) -> None:
    """A class of one's own that can be a node's. Raises UserError."""
    if not isinstance(whole, type):
        raise UserError(
            f"A whole Raft is a class, not {whole!r}; a single rule is given by name: on_request_vote=mine."
        )
    for name, function in _own(whole).items():
        if name in RULES and issubclass(whole, Raft):
            check_rule(name, function)
        else:
            check_pure(name, function)
    if not issubclass(whole, Raft):
        _check_looks(whole)


def _own(whole: type) -> dict[str, Callable[..., Any]]:
    """The functions of a class that are not raftlab's."""
    own: dict[str, Callable[..., Any]] = {}
    for each in reversed(whole.__mro__[:-1]):
        if not each.__module__.startswith("raftlab."):
            own |= {name: value for name, value in vars(each).items() if isinstance(value, FunctionType)}
    return own


def _whole(whole: type, asked: tuple[str, ...]) -> type[Raft]:
    made = _made(whole.__name__, whole, _own(whole), asked)
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
            continue  # a helper of its own: it runs within one of these
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
    """The type of classes that were made of answers. They travel as text, to other processes, too."""

    made_of: tuple[type, dict[str, Any]]
    asked: tuple[str, ...]
    reference: type[Raft]  # what such nodes are compared with


def _as_text(made: Implemented) -> tuple[Any, ...]:
    """How such a class is pickled: the texts of the answers, and how to make a class of them again."""
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
    return closed


def _blank(rule: str) -> Callable[..., Any]:
    def blank(node: Any, *arguments: Any, **named: Any) -> Any:
        raise NotImplementedError(f"{rule} is not written yet.")

    return blank


def check_rule(name: str, function: Any, known: Mapping[str, FunctionType] = RULES) -> None:
    """A function that can stand in the place of a rule. Raises UserError."""
    if not isinstance(function, FunctionType):
        raise UserError(f"{name} should be a function, not {function!r}.")
    parameters = list(inspect.signature(known[name]).parameters.values())[1:]
    # What raftlab hands over by name must have that name; what it hands over by place may be called anything.
    by_name = [each.name for each in parameters if each.default is not each.empty or each.name == "because"]
    by_place = [each.name for each in parameters if each.name not in by_name]
    theirs = inspect.signature(function)
    must = [each.name for each in parameters if each.default is each.empty and each.name in by_name]
    try:
        for handed_over in (by_name, must):  # what has a default may be left out
            theirs.bind(None, *by_place, **dict.fromkeys(handed_over))
    except TypeError:
        takes = ", ".join(["node", *(str(each.replace(annotation=each.empty)) for each in parameters)])
        raise UserError(f"{name} takes ({takes}); yours takes {theirs}.") from None
    if inspect.isgeneratorfunction(function) or inspect.iscoroutinefunction(function):
        word = "yield" if inspect.isgeneratorfunction(function) else "async"
        raise UserError(f"{name} must do its work when it is called; with {word} it does not.")
    check_pure(name, function)


def check_pure(name: str, function: Callable[..., Any]) -> None:
    """A function without a clock, dice, screen or keyboard of its own. Raises UserError."""
    for line, what in impurities(function):
        raise UserError(f"{name} {what}, in line {line}. A rule may use only the node and its arguments.")


def _check_looks(whole: type) -> None:
    """A class that is no subclass of Raft must look like one to the cluster. Raises UserError."""
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
