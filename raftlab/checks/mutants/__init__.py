"""The known mistakes, by name: Raft with one rule broken, as learners break it.

mutant      what a mutant is: the change, the rule that it breaks, and what shows it
elections   mistakes about votes, terms and time         logs        mistakes about entries and their commitment
extensions  mistakes in what goes beyond Figure 2        stories     a short story for each mistake
"""

from raftlab.checks.mutants import elections, logs
from raftlab.checks.mutants.extensions import EXTENSION_MUTANTS, SESSION_MUTANTS
from raftlab.checks.mutants.mutant import Mutant

__all__ = ["EXTENSION_MUTANTS", "KNOWN", "MUTANTS", "SESSION_MUTANTS", "Mutant"]

MUTANTS: dict[str, Mutant] = {
    mutant.name: mutant
    for group in (
        elections.VOTES, elections.CAMPAIGNS, elections.TERMS,
        logs.APPENDS, logs.REPLIES, logs.CLIENTS,
    )
    for mutant in group
}  # fmt: skip
KNOWN: dict[str, Mutant] = MUTANTS | {mutant.name: mutant for mutant in EXTENSION_MUTANTS}  # in nodes
