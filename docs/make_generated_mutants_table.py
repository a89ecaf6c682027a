"""Write docs/generated_mutants.md (`make mutants`): what finds each generated mutant, by operator, file and layer."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from mutation.equivalent import reasons  # noqa: E402
from mutation.generate import Generated, all_mutants  # noqa: E402
from mutation.judge import SURVIVES, Judgement  # noqa: E402
from mutation.power import judged  # noqa: E402

PAGE = HERE / "generated_mutants.md"
HEAD = """# What finds each small change of one place

Written by `make mutants`. A mutant is `raft.py` or an extension with one place changed: by the operators of mutmut, a
mutation library, or by our own, which make the slips of people who write Raft by hand (`tests/mutation/operators.py`). It
is judged as an answer would be: by the exercise item that asks for its rule, if there is one, and as a whole Raft; a
mutant of an extension as nodes with this extension. Each judgement stops at the first check that fails.

No mutant is made of what only a reader sees (docstrings, types, names of rules, sentences), nor of what is certainly
right: to save twice, to draw dice twice, or another order of lines that do not touch each other.

"Equivalent" is a mutant that is no mistake: `tests/mutation/equivalent.json` lists each with the reason. A few of
them are right as an answer to their item, which is judged in a plain Raft, and found as a whole Raft with an extension. A
mutant that "survives" is a mistake that at least one of its judgements does not find.
"""
Results = dict[str, list[Judgement]]


def verdict(name: str, found: list[Judgement]) -> str:
    """killed, equivalent or survives."""
    if not any(each.survives for each in found):
        return "killed"
    return "equivalent" if name in reasons() else SURVIVES


def counts(
    results: Results, mutants: Iterable[Generated], column: Callable[[Generated], str], head: str
) -> str:
    """A table: how many mutants there are of each kind, and what became of them."""
    rows: dict[str, Counter[str]] = {}
    for mutant in mutants:
        row = rows.setdefault(column(mutant), Counter())
        row.update(("all", verdict(mutant.name, results[mutant.name])))
    total = sum(rows.values(), Counter[str]())
    names = ("all", "killed", "equivalent", SURVIVES)
    lines = [
        [name, *(str(row[each]) for each in names)]
        for name, row in sorted(rows.items(), key=lambda each: -each[1]["all"])
    ]
    return table([head, "mutants", *names[1:]], [*lines, ["together", *(str(total[each]) for each in names)]])


def by_layer(results: Results) -> str:
    """A table: which layer was the first to find how many mutants, judged by an item and as a whole."""
    layers: dict[str, Counter[str]] = {}
    for found in results.values():
        for each in found:
            kind = "as a whole" if each is found[-1] else "by its item"
            layers.setdefault(each.layer, Counter())[kind] += 1
    order = sorted(layers, key=lambda layer: (layer == SURVIVES, -layers[layer]["as a whole"]))
    return table(
        ["found first by", "by its item", "as a whole"],
        [
            [
                layer if layer != SURVIVES else "nothing",
                str(layers[layer]["by its item"]),
                str(layers[layer]["as a whole"]),
            ]
            for layer in order
        ],
    )


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(each) + " |" for each in (heads, ["---"] * len(heads), *rows))


def page(results: Results, mutants: list[Generated]) -> str:
    """The whole page."""
    left = [each for each in mutants if verdict(each.name, results[each.name]) == SURVIVES]
    listed = Counter(
        reasons()[each.name] for each in mutants if verdict(each.name, results[each.name]) == "equivalent"
    )
    parts = [
        HEAD,
        counts(results, mutants, lambda each: f"`{each.function.file}`", "file"),
        "\n## Operators\n\nIf several operators make the same text, the first of them counts.\n",
        counts(results, mutants, lambda each: each.operators[0], "operator"),
        "\n## Layers\n",
        by_layer(results),
        "\n## Why a mutant is no mistake\n",
        table(["mutants", "reason"], [[str(count), reason] for reason, count in listed.most_common()]),
    ]
    if left:
        parts += [
            "\n## What survives\n",
            table(
                ["function", "it says", "instead of", "not found"],
                [
                    [f"`{each.function.title}`", *map(code, reversed(each.change)), where(results[each.name])]
                    for each in left
                ],
            ),
        ]
    return "\n".join(parts) + "\n"


def where(found: list[Judgement]) -> str:
    """The judgements that find nothing."""
    return ", ".join(each.item for each in found if each.survives)


def code(lines: str) -> str:
    """Some lines of code in one cell of a table."""
    return "<br>".join(f"`{line.replace('|', chr(92) + '|')}`" for line in lines.splitlines() if line)


if __name__ == "__main__":
    every = all_mutants()
    PAGE.write_text(page(judged(every), every), encoding="utf-8")
