"""What the child runs: the answer to an item, loaded from its text, as a class of nodes that answers questions."""

# All that an answer may import is imported here: afterwards, the process can open no file.
from types import FunctionType
from typing import Any

from raftlab.exercises.answer import load
from raftlab.exercises.implement import check_whole, implement, partly
from raftlab.remote.answers import Speaker, failed
from raftlab.sim.errors import NodeError, UserError
from raftlab.sim.systems import build

Json = Any


def speaker(answer: Json) -> tuple[Json, Speaker | None]:
    """What is said of an answer before it is asked, and what answers then; None if it cannot be run."""
    try:
        made, names = node_class(answer)
    except NotImplementedError as error:
        return failed(error), None
    except NodeError as error:
        return failed(error), None
    except UserError as error:
        return {"refused": str(error)}, None
    except BaseException as error:  # such as SystemExit
        return failed(error), None
    return {"name": made.__name__, "rules": list(vars(made))}, Speaker(
        made, build(*answer["extensions"]), names
    )


def node_class(answer: Json) -> tuple[type, dict[str, Any]]:
    """The class of an answer, and the classes that it defines, by name.

    answer: the text; the name of what it defines; the item's rule, or None for a whole Raft; the extensions of the
    nodes; for a whole Raft, the rules that must come from it, and the only one to be tried.
    """
    found = load(answer["text"], answer["name"])
    names = {
        name: value for name, value in _namespace(found).items() if isinstance(value, type | FunctionType)
    }
    rule = answer["rule"]
    if rule is None:
        if not isinstance(found, type):
            raise UserError(
                f"A whole Raft is a class, not {found!r}; write class MyRaft(Raft), with its rules in it."
            )
        check_whole(found)
        return (
            partly(found, answer["only"]) if answer["only"] else implement(found, asked=answer["asked"])
        ), names
    return implement(extensions=answer["extensions"], **{rule: rule_in(found, rule)}), names


def rule_in(found: Any, rule: str) -> Any:
    """The rule that an answer defines. Raises UserError if it is not what was asked for."""
    if not isinstance(found, type):
        return found
    if rule not in vars(found):
        raise UserError(f"The class {found.__name__} has no {rule}.")
    function = vars(found)[rule]
    if "__class__" in function.__code__.co_freevars:
        raise UserError(f"{rule} calls super(): you are asked to write all of it yourself.")
    return function


def _namespace(found: Any) -> dict[str, Any]:
    """The names of the cell in which this was defined."""
    functions = (
        [each for each in vars(found).values() if hasattr(each, "__globals__")]
        if isinstance(found, type)
        else [found]
    )
    return functions[0].__globals__ if functions else {}
