/* What is behind ⋯: what changes the run as a whole, and the ways to what is not always in view. */

import { button, make, set, setText } from "./dom.js";
import { CHOOSE } from "./hands.js";

/** The panel behind ⋯. */
export class Settings {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.ways = make("div.rl-tools");
    /** @type {"drawer"} */
    this.place = "drawer";
    this.el = make(
      "div.rl-settings",
      { role: "dialog", "aria-label": "More" },
      this.ways,
      player.kernel ? this.tools() : "",
      this.forms(),
    );
  }

  toggle() {
    this.player.layer.toggle(this);
  }

  /** Ways to the parts of the player that open in the layer: {label, title, open}. */
  offer(ways) {
    this.ways.replaceChildren(...ways.map(({ label, title, open }) => button(label, title, open)));
  }

  /** What changes the run as a whole; what changes a node, a link or a message stands in the card. */
  tools() {
    const { player } = this;
    const item = (word, ...rest) => (player.has(word) ? button(...rest) : "");
    this.clusterButtons = player.verbs
      .filter(({ on, label }) => on === "cluster" && label)
      .map((control) => [
        control,
        button(control.label, `${control.help} (${control.key})`, () => player.doControl(control)),
      ]);
    this.undoButton = button("undo", "take back what was done last (u)", () => player.undo());
    return make(
      "div.rl-tools",
      {},
      ...this.clusterButtons.map(([, each]) => each),
      item("partitions", "pick groups", "split the network into groups (g)", () =>
        player.toggleForm("groups"),
      ),
      item("client", "client …", "write a value, or read a key (w)", () => player.toggleForm("client")),
      this.undoButton,
    );
  }

  forms() {
    const form = (does) =>
      make("form.rl-panel", {
        hidden: true,
        onsubmit: (event) => {
          event.preventDefault();
          does();
        },
      });
    this.groupsForm = form(() => this.partition());
    this.clientForm = form(() => this.askAsClient("write", [key.value, value.value]));
    const key = make("input", { size: 6, value: "x", "aria-label": "key" });
    const value = make("input", { size: 8, value: "5", "aria-label": "value" });
    this.asksWhom = make("span");
    this.clientForm.append(
      this.asksWhom,
      key,
      " = ",
      value,
      " ",
      button("write", "write the value under the key", () =>
        this.askAsClient("write", [key.value, value.value]),
      ),
      " ",
      button("read", "read the key", () => this.askAsClient("read", [key.value])),
    );
    return make("div", {}, this.groupsForm, this.clientForm);
  }

  /** What depends on who plays: nothing is offered that these nodes do not have. */
  fit() {
    const { player } = this;
    if (!player.kernel) return;
    for (const [control, each] of this.clusterButtons)
      each.hidden = !player.controls("cluster").includes(control);
    setText(
      this.asksWhom,
      player.timeline.words.leader
        ? "A client asks the leader (or the selected node): "
        : "A client asks the selected node: ",
    );
  }

  draw() {
    const { kernel } = this.player;
    if (kernel) set(this.undoButton, { "aria-disabled": !kernel.canUndo });
  }

  askAsClient(verb, args) {
    const { player } = this;
    if (!/^[^=:?+]+$/.test(args[0].trim()))
      return player.fail("A key is a word of its own, without = : ? and +.");
    if (player.selected?.kind === "node") return player.act(verb, args, { node: player.selected.id });
    return player.timeline.words.leader ? player.act(verb, args) : player.fail(CHOOSE.node);
  }

  toggleForm(name) {
    const form = name === "groups" ? this.groupsForm : this.clientForm;
    const other = name === "groups" ? this.clientForm : this.groupsForm;
    other.hidden = true;
    form.hidden = this.player.layer.shown === this && !form.hidden;
    if (form.hidden) return;
    if (name === "groups") this.fillGroups();
    if (this.player.layer.shown !== this) this.toggle();
    form.querySelector("select, input").focus();
  }

  fillGroups() {
    const { nodes } = this.player.timeline;
    const half = Math.ceil(nodes.length / 2);
    const choice = (node, i) =>
      make(
        "label",
        {},
        ` ${node} `,
        make(
          "select",
          { name: node, "aria-label": `group of ${node}` },
          ...[1, 2, 3, 4].map((group) =>
            make("option", { value: group, selected: group === (i < half ? 1 : 2) }, String(group)),
          ),
        ),
      );
    this.groupsForm.replaceChildren(
      "Groups (only those of one group hear each other): ",
      ...nodes.map(choice),
      " ",
      make("button.rl-button", { type: "submit" }, "split"),
    );
  }

  partition() {
    const groups = {};
    for (const choice of this.groupsForm.querySelectorAll("select"))
      (groups[choice.value] ||= []).push(choice.name);
    if (Object.keys(groups).length < 2)
      return this.player.fail(
        "All nodes are in one group: that splits nothing. Put some of them into another.",
      );
    this.groupsForm.hidden = true;
    this.player.closeLayer();
    return this.player.act("partition", Object.values(groups));
  }
}
