"""All mutants, by name."""

from raftlab.checks import mutants_elections, mutants_logs
from raftlab.checks.mutants import Mutant
from raftlab.checks.mutants_extensions import EXTENSION_MUTANTS, SESSION_MUTANTS

__all__ = ["EXTENSION_MUTANTS", "MUTANTS", "SESSION_MUTANTS"]

MUTANTS: dict[str, Mutant] = {
    mutant.name: mutant
    for group in (
        mutants_elections.VOTES, mutants_elections.CAMPAIGNS, mutants_elections.TERMS,
        mutants_logs.APPENDS, mutants_logs.REPLIES, mutants_logs.CLIENTS,
    )
    for mutant in group
}  # fmt: skip
