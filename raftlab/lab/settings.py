"""What stands around the player: which story, how many nodes, the network, saving and loading."""

from collections.abc import Callable
from typing import Any

import ipywidgets

from raftlab.sim.errors import MOST_DRAWN, UserError
from raftlab.sim.presets import PRESETS
from raftlab.stories import STORIES

ROW = ipywidgets.Layout(flex_flow="row wrap", align_items="center")
OWN = "(own)"


class Settings:
    """Rows of widgets above the player; each is there only if its word is shown.

    lab: the `Lab` that they change.
    """

    def __init__(self, lab: Any, words: tuple[str, ...]):
        self.lab, self.words = lab, words
        self.said = ipywidgets.HTML()
        self.text = ipywidgets.Textarea(
            layout=ipywidgets.Layout(width="100%", height="220px", display="none"),
            description="Python",
        )
        rows = [self._run_row(), self._network_row(), self._save_row()]
        self.rows = [ipywidgets.Box(row, layout=ROW) for row in rows if row]
        if self.rows:
            self.rows += [self.text, self.said]

    def follow(self) -> None:
        """Show the settings of the history that is played now."""
        story = self.lab.history.story
        values = {"story": story.name if story.name in STORIES else OWN, "nodes": story.nodes}
        values |= {"seed": story.seed, "preset": story.preset}
        self._following = True
        for name, value in values.items():
            if name in self.controls:
                self.controls[name].value = value
        self._following = False

    # -- The rows ------------------------------------------------------------------------------------

    def _run_row(self) -> list[ipywidgets.Widget]:
        story = self.lab.history.story
        names = [(each.title, name) for name, each in STORIES.items()]
        names += [] if story.name in STORIES else [(story.title, OWN)]
        value = story.name if story.name in STORIES else OWN
        make = {
            "story": lambda: ipywidgets.Dropdown(options=names, value=value, description="Story"),
            "nodes": lambda: ipywidgets.BoundedIntText(
                story.nodes, min=1, max=MOST_DRAWN, description="Nodes"
            ),
            "preset": lambda: ipywidgets.Dropdown(
                options=preset_names(), value=story.preset, description="Timing"
            ),
            "seed": lambda: ipywidgets.IntText(story.seed, description="Seed"),
        }
        self._following = False
        self.controls = {name: build() for name, build in make.items() if self._has(name)}
        for name, control in self.controls.items():
            control.layout.width = {"story": "330px", "preset": "260px"}.get(name, "150px")
            control.style.description_width = "initial"
            control.observe(lambda change, name=name: self._changed(name, change.new), "value")
        if not self.controls:
            return []
        return [*self.controls.values(), self._button("reset", "begin anew", lambda: self.lab.reset())]

    def _network_row(self) -> list[ipywidgets.Widget]:
        if not self._has("network"):
            return []
        # Number fields and no sliders: the handles of ipywidgets' sliders have no name that could be read aloud.
        whole, share = ipywidgets.BoundedIntText, ipywidgets.BoundedFloatText
        shortest, longest = PRESETS[self.lab.history.story.preset].delay
        self.shortest = whole(shortest, min=1, max=999, description="Delay from (ticks)")
        self.longest = whole(longest, min=1, max=999, description="to")
        self.loss = share(0, min=0, max=1, step=0.05, description="Loss (0 to 1)")
        self.duplication = share(0, min=0, max=1, step=0.05, description="Duplication (0 to 1)")
        fields = [self.shortest, self.longest, self.loss, self.duplication]
        for each, width in zip(fields, (200, 90, 160, 200), strict=True):
            each.style.description_width = "initial"
            each.layout.width = f"{width}px"
        return [*fields, self._button("apply", "change the network at this tick", self._apply_network)]

    def _save_row(self) -> list[ipywidgets.Widget]:
        if not self._has("save"):
            return []
        self.file = ipywidgets.Text(
            "raftlab-trace", description="File", layout=ipywidgets.Layout(width="220px")
        )
        self.file.style.description_width = "initial"
        save = lambda: self._saved(self.lab.save, ".json")  # noqa: E731
        page = lambda: self._saved(self.lab.save_page, ".html")  # noqa: E731
        return [
            self._button("show as a story", "the Python that reproduces what was done", self._show_story),
            self.file,
            self._button("save trace", "write all branches as JSON", save),
            self._button("load trace", "read them again", self._load),
            self._button("save page", "one HTML file that plays offline", page),
        ]

    # -- What they do ----------------------------------------------------------------------------------

    def _changed(self, name: str, value: Any) -> None:
        if self._following or value == OWN:
            return
        self._try(lambda: self.lab.reset(**{name: value}))

    def _apply_network(self) -> None:
        delay = (self.shortest.value, self.longest.value)
        self.lab.act("set_network", delay, self.loss.value, self.duplication.value)
        self._say("The network is changed from this tick on.")

    def _show_story(self) -> None:
        shown = self.text.layout.display != "none"
        self.text.value = self.lab.as_python()
        self.text.layout.display = "none" if shown else ""

    def _saved(self, save: Callable[[str], None], suffix: str) -> None:
        save(self.file.value + suffix)
        self._say(f"Written: {self.file.value + suffix}, beside this notebook.")

    def _load(self) -> None:
        self.lab.load(self.file.value + ".json")
        self._say(f"Read: {self.file.value}.json.")

    # -- What the rows are made of ------------------------------------------------------------------------

    def _has(self, word: str) -> bool:
        return word in self.words or "everything" in self.words

    def _button(self, words: str, tooltip: str, action: Callable[[], None]) -> ipywidgets.Button:
        made = ipywidgets.Button(description=words, tooltip=tooltip, layout=ipywidgets.Layout(width="auto"))
        made.on_click(lambda _: self._try(action))
        return made

    def _try(self, action: Callable[[], None]) -> None:
        self._say("")
        try:
            action()
        except UserError as error:
            self._say(str(error))
            self.follow()

    def _say(self, sentence: str) -> None:
        from html import escape

        self.said.value = f'<span role="status">{escape(sentence)}</span>' if sentence else ""


def preset_names() -> list[tuple[str, str]]:
    """Presets as a menu shows them: name, version, year."""
    return [(f"{each.name} ({each.version}, {each.year})", name) for name, each in PRESETS.items()]
