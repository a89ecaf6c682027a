"""A task: choose two groups of five nodes that are both majorities and have no node in common."""

import ipywidgets

from raftlab.lab.panel import Panel
from raftlab.raft import majority

NODES = ("n1", "n2", "n3", "n4", "n5")
QUORUM = majority(len(NODES))
TASK = "Two groups of the five nodes n1 to n5: can both be majorities, and have no node in common?"


class TwoMajorities(Panel):
    """A row of five nodes for each group, and below them the nodes that both have."""

    invitation = "Run this cell to try it."

    def __init__(self) -> None:
        self.groups = [[self._button(node) for node in NODES] for _ in range(2)]
        self.verdict = ipywidgets.HTML()
        rows = [
            ipywidgets.HBox([ipywidgets.Label(f"Group {name}"), *group], layout={"flex_flow": "row wrap"})
            for name, group in zip("AB", self.groups, strict=True)
        ]
        self._show()
        super().__init__([*rows, self.verdict])

    def _button(self, node: str) -> ipywidgets.ToggleButton:
        button = ipywidgets.ToggleButton(description=node, layout={"width": "5em"})
        button.observe(lambda _: self._show(), "value")
        return button

    def _show(self) -> None:
        """Say which of the two groups is a majority, and which nodes are in both. A tick mark shows a chosen node."""
        chosen = []
        for group in self.groups:
            for node, button in zip(NODES, group, strict=True):
                button.description = f"✓ {node}" if button.value else node
            chosen.append([node for node, button in zip(NODES, group, strict=True) if button.value])
        found = [
            f"{name}: {len(nodes)} of {len(NODES)}, {'a majority' if len(nodes) >= QUORUM else 'no majority'}."
            for name, nodes in zip("AB", chosen, strict=True)
        ]
        common = [node for node in chosen[0] if node in chosen[1]]
        found.append(f"In both: {', '.join(common) or 'none'}.")
        both = "Two majorities, and they share a node." * all(len(nodes) >= QUORUM for nodes in chosen)
        self.found = " ".join([*found, both]).strip()
        self.verdict.value = f"<p role='status'>{' '.join(found)} <b>{both}</b></p>"

    def words(self) -> str:
        """The task, and the result for the last choice."""
        return f"{TASK}\n{self.found}"

    def still(self) -> dict[str, str]:
        """The same as HTML."""
        return {"text/html": f"<p>{TASK}</p>{self.verdict.value}"}


def two_majorities() -> TwoMajorities:
    """Choose two groups of the five nodes by clicking, and try to find two majorities without a common node."""
    return TwoMajorities()
