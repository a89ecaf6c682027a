"""The mutants that are no mistake, each with the reason: `equivalent.json`, in groups of one reason.

A mutant stands there if nothing that anybody can notice is different, in any state that a node can be in, or if what is
different is one of the choices that the paper leaves open. A group that names an item is no mistake as an answer to it,
which is judged in a plain Raft; but with an extension it is one, and as a whole Raft it is found. Each mutant was read twice.
Its name changes with the text of its function, so that the reason is read again when the function changes.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

LIST = Path(__file__).with_name("equivalent.json")


@cache
def _groups() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = json.loads(LIST.read_text(encoding="utf-8"))
    return groups


@cache
def reasons() -> dict[str, str]:
    """Why a mutant is no mistake, by its name."""
    return {each["name"]: group["reason"] for group in _groups() for each in group["mutants"]}


@cache
def _only_in() -> dict[str, str]:
    return {
        each["name"]: group["item"] for group in _groups() if "item" in group for each in group["mutants"]
    }


def no_mistake(name: str, item: str) -> bool:
    """Is a mutant no mistake as an answer to this item, or as this part of a whole?"""
    return name in reasons() and _only_in().get(name, item) == item
