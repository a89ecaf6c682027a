"""Write docs/mutants.md (`make figures`): every known mistake, the layers of checks that find it, and the points that it costs."""

import sys
from collections import Counter
from pathlib import Path

from raftlab.checks.layers import run
from raftlab.checks.mutants import EXTENSION_MUTANTS, MUTANTS, SESSION_MUTANTS, Mutant
from raftlab.exercises.items import FIGURE_2
from raftlab.exercises.points import points_for
from raftlab.exercises.write_it import layers_of
from raftlab.rules import PROPERTIES

PAGE = Path(__file__).parent / "mutants.md"
HEAD = """# Which layer of checks finds which mistake

Written by `make figures`. Each line is Raft with one rule broken, judged in the exercise of that rule: how many
checks of each layer fail, out of how many, and the points that are left. A dash means that no check fails.

What may break is a property of Figure 3, a promise to clients, or liveness. "Nothing" means that other rules hide the
mistake: the explorer finds no run of three nodes and two terms, with crashes, in which a property breaks. It is still
a mistake, because the rules that hide it may change. Only a check of the rule itself finds it.
"""


def row(mutant: Mutant) -> tuple[list[str], list[str]]:
    """The table's line for a mutant, and the names of the layers that find it."""
    item = FIGURE_2[mutant.item]
    layers = [run(layer, mutant.node_class(), brief=True) for layer in layers_of(item)]
    counts = [f"{len(each.failures)}/{len(each.checks)}" if each.failures else "–" for each in layers]
    breaks = (
        PROPERTIES[mutant.breaks].text.partition(":")[0] if mutant.breaks in PROPERTIES else mutant.breaks
    )
    points = f"{points_for(item, layers):g}/{item.points}"
    line = [mutant.name, f"`{mutant.item}`", mutant.rule, breaks, *counts, points, mutant.schedule]
    return line, [each.name for each in layers if each.failures]


def table(heads: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    return "\n".join("| " + " | ".join(each) + " |" for each in (heads, ["---"] * len(heads), *rows))


def page() -> str:
    """The whole page."""
    names = [layer.name for layer in layers_of(FIGURE_2["admit"])]
    rows, found, alone = [], Counter[str](), Counter[str]()
    for mutant in MUTANTS.values():
        line, by = row(mutant)
        rows.append(line)
        found.update(by)
        alone.update(by if len(by) == 1 else [])
    heads = [
        "mistake",
        "exercise",
        "rule",
        "what may break",
        *names,
        "points left",
        "shortest course of events",
    ]
    totals = [[name, f"{found[name]} of {len(rows)}", str(alone[name])] for name in names]
    beyond = [
        [each.name, each.extension, each.rule, each.breaks, each.shown_by, each.schedule]
        for each in EXTENSION_MUTANTS
    ]
    sessions = [[each.name, "`, `".join(each.commands).join("``"), each.schedule] for each in SESSION_MUTANTS]
    parts = [
        HEAD,
        table(["layer", "mistakes it finds", "that no other layer finds"], totals),
        "\n## Figure 2\n",
        table(heads, rows),
        "\n## Extensions\n\nEach is found by the handler check named here.\n",
        table(
            ["mistake", "extension", "rule", "what may break", "handler check", "shortest course of events"],
            beyond,
        ),
        "\n## Sessions of clients\n\nEach answers one of these commands wrongly.\n",
        table(["mistake", "commands", "shortest course of events"], sessions),
    ]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8")
