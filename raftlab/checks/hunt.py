"""The hunt: nodes with a mistake that lesson 08 finds with the explorer."""

from raftlab.checks.known_mutants import MUTANTS
from raftlab.checks.mutants import Mutant
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK
from raftlab.sim.errors import check_number

HUNTED = ("vote not saved", "no up-to-date check", "commits without a majority")


def unknown_node(number: int) -> type[Raft]:
    """A class of nodes that are wrong in one place. Which one, only a run can show.

    number: 1 to 3. Raises UserError for another one.

    >>> unknown_node(1).__name__
    'UnknownNode'
    """
    hidden = _hidden(number).node_class()
    return type("UnknownNode", (hidden,), {})


def mistake_of(number: int, guess: str) -> str:
    """What is wrong with `unknown_node(number)`, and the rule that it breaks, after an answer of the learner.

    number: 1 to 3. guess: the answer, in any words; it is not judged. Raises UserError for another number.

    >>> mistake_of(1, "")
    'First write your answer between the quotation marks.'
    """
    hidden = _hidden(number)
    if not str(guess).strip():
        return "First write your answer between the quotation marks."
    return f"The mistake: {hidden.name}. The rule that it breaks: {RULE_BOOK[hidden.rule].text}"


def _hidden(number: int) -> Mutant:
    check_number("the number of the unknown node", number, 1, len(HUNTED))
    return MUTANTS[HUNTED[number - 1]]
