"""The mutants that are no mistake, each with the reason: `equivalent.json`, in groups of one reason.

A mutant stands there if nothing that anybody can notice is different, in any state that a node can be in, or if what is
different is one of the choices that the paper leaves open. A few are mistakes all the same, most of them only with another
extension; their reasons say "a mistake that no check finds", and they stay here until one does. Each mutant was read twice.
Its name changes with the text of its function, so that the reason is read again when the function changes.
"""

import json
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("equivalent.json")


@cache
def reasons() -> dict[str, str]:
    """Why a mutant is no mistake, by its name."""
    groups = json.loads(LIST.read_text(encoding="utf-8"))
    return {each["name"]: group["reason"] for group in groups for each in group["mutants"]}
