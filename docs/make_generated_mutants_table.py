"""Write docs/generated_mutants.md (`make mutants`): what finds each generated mutant, rule by rule, and what is no mistake."""

import sys
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from mutation.equivalent import no_mistake, reasons  # noqa: E402
from mutation.generate import Generated, all_mutants  # noqa: E402
from mutation.judge import SURVIVES, Judgement, items  # noqa: E402
from mutation.power import Results, judged, with_same_states  # noqa: E402

PAGE = HERE / "generated_mutants.md"
LIBRARY = "mutmut"
# The kinds of changes, each with the head of its column.
KINDS = {
    "comparison": "comparison", "boundary": "boundary", "constant": "constant", "condition": "condition",
    "wrong variable": "wrong variable", "dropped line": "dropped line", "swapped lines": "swapped lines",
    "dropped save": "dropped save", "moved save": "moved save", "one effect too many": "effect too many",
    LIBRARY: "only by mutmut",
}  # fmt: skip
HEAD = """# How do we know that wrong answers are found?

Written by `make mutants`. A mutant is `raft.py` or an extension with one place changed: by the operators of mutmut, a
mutation library, or by our own, which make the slips of people who write Raft by hand (`tests/mutation/operators.py`). It
is judged as an answer would be: by the exercise item that asks for its rule, if there is one, and as a whole Raft; a
mutant of an extension as nodes with this extension. Each judgement stops at the first check that fails.

No mutant is made of what only a reader sees (docstrings, types, names of rules, sentences), nor of what is certainly
right: to save twice, to draw dice twice, or another order of lines that do not touch each other.

"Equivalent" is a mutant that is no mistake: `tests/mutation/equivalent.json` lists each with a reason, and each was read
twice. A few of them are right as an answer to their item, which is judged in a plain Raft, and are found as a whole Raft
with an extension. A mutant that "survives" is a mistake that at least one of its judgements does not find.
"""


def verdict(name: str, found: list[Judgement]) -> str:
    """killed, equivalent or survives."""
    if killed(found):
        return "killed"
    no_harm = all(no_mistake(name, each.item) for each in found if each.survives)
    return "equivalent" if no_harm else SURVIVES


def by_its_items(mutant: Generated, results: Results) -> list[Judgement]:
    """How it is judged by the items that ask for its function."""
    return results[mutant.name][: len(items(mutant.function))]


def as_wholes(mutant: Generated, results: Results) -> list[Judgement]:
    """How it is judged as a whole Raft, or as nodes with its extension."""
    return results[mutant.name][len(items(mutant.function)) :]


def killed(found: list[Judgement]) -> bool:
    """Does each of these judgements find it?"""
    return not any(each.survives for each in found)


def kind(mutant: Generated) -> str:
    """Which kind of change it is: that of the first of our own operators that makes it, or else of the library."""
    return next((each for each in mutant.operators if each in KINDS), LIBRARY)


def row(head: str, mutants: list[Generated], results: Results) -> list[str]:
    """A line of the table: how many mutants of each kind, and what became of them."""
    kinds = Counter(map(kind, mutants))
    became = Counter(verdict(each.name, results[each.name]) for each in mutants)
    asked = [each for each in mutants if items(each.function)]
    by_item = sum(killed(by_its_items(each, results)) for each in asked)
    as_a_whole = sum(killed(as_wholes(each, results)) for each in mutants)
    return [
        head,
        str(len(mutants)),
        *(str(kinds[each] or "") for each in KINDS),
        f"{by_item} of {len(asked)}" if asked else "–",
        str(as_a_whole),
        str(became["equivalent"] or ""),
        str(became[SURVIVES] or ""),
    ]


def by_function(results: Results, mutants: list[Generated]) -> str:
    """Tables: one for each file, with a line for each rule or helper."""
    heads = [
        "function",
        "mutants",
        *KINDS.values(),
        "killed by its item",
        "killed as a whole",
        "equivalent",
        SURVIVES,
    ]
    parts, files = [], []
    for file, in_file in groupby(mutants, lambda each: each.function.file):
        group = list(in_file)
        rows = [
            row(f"`{title}`", list(some), results)
            for title, some in groupby(group, lambda each: each.function.title)
        ]
        files.append(row(f"`{file}`", group, results))
        parts.append(f"\n### {file}\n\n{table(heads, [*rows, row('together', group, results)])}")
    whole = table(["file", *heads[1:]], [*files, row("together", mutants, results)])
    return "\n".join([whole, *parts])


def by_operator(results: Results, mutants: Iterable[Generated]) -> str:
    """A table: what became of the mutants of each operator."""
    rows: dict[str, Counter[str]] = {}
    for mutant in mutants:
        for operator in mutant.operators:
            rows.setdefault(operator, Counter()).update(("all", verdict(mutant.name, results[mutant.name])))
    names = ("all", "killed", "equivalent", SURVIVES)
    lines = [
        [name, *(str(rows[name][each]) for each in names)]
        for name in sorted(rows, key=lambda name: -rows[name]["all"])
    ]
    return table(["operator", "mutants", *names[1:]], lines)


def by_layer(results: Results, mutants: list[Generated]) -> str:
    """A table: which layer was the first to find how many mutants, judged by an item and as a whole."""
    by_item = Counter(each.layer for mutant in mutants for each in by_its_items(mutant, results))
    as_a_whole = Counter(each.layer for mutant in mutants for each in as_wholes(mutant, results))
    order = sorted(as_a_whole | by_item, key=lambda layer: (layer == SURVIVES, -as_a_whole[layer]))
    return table(
        ["found first by", "by its item", "as a whole"],
        [
            [layer if layer != SURVIVES else "nothing", str(by_item[layer]), str(as_a_whole[layer])]
            for layer in order
        ],
    )


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(each) + " |" for each in (heads, ["---"] * len(heads), *rows))


def by_reason(mutants: list[Generated], same: dict[str, bool]) -> str:
    """A table: each reason, with its mutants."""
    groups: dict[str, list[Generated]] = {}
    for mutant in mutants:
        groups.setdefault(reasons()[mutant.name], []).append(mutant)
    return table(
        ["mutants", "same states", "reason", "which"],
        [
            [
                str(len(group)),
                str(sum(same[each.name] for each in group)),
                reason,
                ", ".join(f"{'' if same[each.name] else '*'}{each.name}" for each in group),
            ]
            for reason, group in sorted(groups.items(), key=lambda each: -len(each[1]))
        ],
    )


def page(results: Results, mutants: list[Generated], same: dict[str, bool]) -> str:
    """The whole page. same: whether an equivalent mutant reaches the same states of the explorer as the correct nodes."""
    became = {each.name: verdict(each.name, results[each.name]) for each in mutants}
    left = [each for each in mutants if became[each.name] == SURVIVES]
    listed = [each for each in mutants if became[each.name] == "equivalent"]
    share = 100 * len(listed) / len(mutants)
    parts = [
        HEAD,
        f"Of {len(mutants):,} mutants, {f'{len(left)} survive' if left else 'none survives'}, and {len(listed)} ({share:.1f} %) are equivalent.",
        "\n## Rule by rule\n\nA dash: no item asks for this function.\n",
        by_function(results, mutants),
        "\n## Operators\n\nIf several operators make the same text, each of them counts it.\n",
        by_operator(results, mutants),
        "\n## Layers\n",
        by_layer(results, mutants),
        f"\n## Why a mutant is no mistake\n\n{STATES}\n",
        by_reason(listed, same),
        "\n## What survives\n",
        table(
            ["function", "it says", "instead of", "not found"],
            [
                [f"`{each.function.title}`", *map(code, reversed(each.change)), where(results[each.name])]
                for each in left
            ],
        )
        if left
        else "Nothing.",
    ]
    return "\n".join(parts) + "\n"


STATES = """The explorer counts the states that a mutant's nodes reach, from nodes that have just begun and from a cluster with a leader,
with crashes also between two effects, copies, losses and a command (`tests/mutation/states.py`). "Same states" says how many
of them reach just as many in each role and term as the correct nodes. The others are marked with a star: they keep something
in a field that no rule looks at any more; or they send in another order, so that a crash in the middle of a step cuts off
other messages."""


def where(found: list[Judgement]) -> str:
    """The judgements that find nothing."""
    return ", ".join(each.item for each in found if each.survives)


def code(lines: str) -> str:
    """Some lines of code in one cell of a table."""
    return "<br>".join(f"`{line.replace('|', chr(92) + '|')}`" for line in lines.splitlines() if line)


if __name__ == "__main__":
    every = all_mutants()
    found = judged(every)
    listed = [each for each in every if verdict(each.name, found[each.name]) == "equivalent"]
    PAGE.write_text(page(found, every, with_same_states(listed)), encoding="utf-8")
