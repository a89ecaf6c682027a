"""A cluster with a network switch between two of its nodes, which the learner can make sick and repair."""

import ipywidgets

from raftlab.lab.lab import Lab
from raftlab.lab.panel import Panel

LOSSES = (
    ("half of it", 0.5), ("90 % of it", 0.9), ("97 % of it", 0.97), ("all of it", 1.0),
)  # fmt: skip
STORIES = {False: "healthy_chain", True: "healthy_chain_writes"}


class SickSwitch(Panel):
    """A Lab of three nodes, and above it a control of the switch, which passes all messages between n1 and n3.

    While the switch is sick, another choice of its loss takes effect at once, at the tick that is shown.

    lab: the Lab. ends: the two nodes at the switch.
    """

    def __init__(self, lab: Lab, ends: tuple[str, str] = ("n1", "n3")):
        self.lab, self.ends = lab, ends
        self.how_sick = ipywidgets.Dropdown(
            options=LOSSES, value=0.9, description="When it is sick, it loses", layout={"width": "300px"}
        )
        self.how_sick.style.description_width = "initial"
        self.switch = ipywidgets.Button(layout={"width": "auto"})
        self.said = ipywidgets.HTML()
        self.how_sick.observe(lambda change: self.set(change["new"]) if self.loss else None, "value")
        self.switch.on_click(lambda _: self.set(0.0 if self.loss else self.how_sick.value))
        # The state of the switch may differ at another tick.
        lab.observe(lambda _: self._tell(), ["tick", "current"])
        self._tell()
        row = ipywidgets.HBox([self.switch, self.how_sick], layout={"flex_flow": "row wrap"})
        super().__init__([row, self.said, lab])

    @property
    def loss(self) -> float:
        """The share of the messages that the switch loses at the tick that is shown."""
        a, b = self.ends
        network = self.lab.trace.at(min(self.lab.tick, self.lab.trace.ticks)).network
        return float(network.get("odd", {}).get(f"{a}>{b}", {}).get("loss", 0.0))

    def set(self, loss: float) -> None:
        """From the tick that is shown on, let the switch lose a share of the messages (0 to 1)."""
        tick, (a, b) = self.lab.tick, self.ends
        # Both directions are one action: it makes one branch, and the player is updated once.
        self.lab.history.act("set_network", None, loss, None, a, b, tick=tick)
        self.lab.act("set_network", None, loss, None, b, a, seen=tick)
        self._tell()

    def words(self) -> str:
        """The words of the Lab."""
        return self.lab.words()

    def still(self) -> dict[str, str]:
        """The still picture of the Lab."""
        return self.lab.still()

    def _tell(self) -> None:
        loss = self.loss
        self.switch.description = "repair the switch" if loss else "make the switch sick"
        self.switch.button_style = "success" if loss else "danger"
        state = f"is sick and loses {100 * loss:.0f} % of the messages" if loss else "works"
        self.said.value = f'<span role="status">At this moment the switch {state}.</span>'


def sick_switch(writes: bool = False, tick: int = 30) -> SickSwitch:
    """A Lab of three nodes in which n3 leads, with a switch between n1 and n3 that can be made sick and repaired.

    writes: whether a client writes all the time. tick: the tick that is shown first.

    >>> from raftlab.lab import sick_switch
    >>> bench = sick_switch()
    >>> bench.set(0.9)
    >>> bench.lab.trace.at(40).network["odd"]["n1>n3"]
    {'loss': 0.9}
    """
    return SickSwitch(Lab(STORIES[bool(writes)], show="06", tick=tick))
