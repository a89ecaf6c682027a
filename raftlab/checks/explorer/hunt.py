"""The hunt: nodes with a mistake that lesson 08 finds with the explorer."""

from raftlab.checks.mutants import MUTANTS
from raftlab.checks.mutants.mutant import Mutant
from raftlab.raft import Raft
from raftlab.rules import RULE_BOOK
from raftlab.sim.errors import check_number

HUNTED = ("vote not saved", "no up-to-date check", "commits without a majority")


def unknown_node(number: int) -> type[Raft]:
    """A class of nodes that are wrong in one place. Only a run can show what is wrong.

    number: 1 to 3. Raises UserError for another number.

    >>> unknown_node(1).__name__
    'UnknownNode'
    """
    hidden = _hidden(number).node_class()
    return type("UnknownNode", (hidden,), {})


def mistake_of(number: int, guess: str) -> str:
    """The mistake of `unknown_node(number)`, and the rule that it breaks. The learner must first write an answer.

    number: 1 to 3. guess: the learner's answer, in any words; it is not judged. Raises UserError for another number.

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
