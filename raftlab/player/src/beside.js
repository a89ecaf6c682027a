/* What stands beside the cluster: the logs, space and time; side by side where there is room, else as tabs. */

import { make, set } from "./dom.js";

/** @typedef {{name: string, label: string, view: {el: HTMLElement, draw: (state: any) => void}}} View */

/** One view of several, or as many as there is room for. */
export class Beside {
  /**
   * @param {import("./player.js").Player} player
   * @param {View[]} views
   */
  constructor(player, views) {
    this.player = player;
    this.views = views;
    this.chosen = views[0]?.name;
    this.isTabs = false;
    this.tabs = make(
      "div.rl-tabs",
      { role: "tablist", "aria-label": "Beside the cluster", onplayerkey: (event) => this.key(event) },
      ...views.map(({ name, label }) =>
        make(
          "button.rl-tab",
          { type: "button", role: "tab", "data-view": name, onclick: () => this.choose(name) },
          label,
        ),
      ),
    );
    this.panels = views.map(({ name, label, view }) =>
      make("div.rl-view", { "data-view": name, "aria-label": label }, view.el),
    );
    this.el = make("div.rl-beside", {}, this.tabs, ...this.panels);
    this.arrange(false);
  }

  /** @param {boolean} isTabs  only one of them fits */
  arrange(isTabs) {
    this.isTabs = isTabs && this.views.length > 1;
    this.tabs.hidden = !this.isTabs;
    this.show();
  }

  choose(name) {
    this.chosen = name;
    this.show();
    this.player.draw();
  }

  /** The next of the views, when only one of them is seen. */
  next() {
    const at = this.views.findIndex(({ name }) => name === this.chosen);
    if (this.views.length) this.choose(this.views[(at + 1) % this.views.length].name);
  }

  show() {
    this.views.forEach(({ name }, i) => {
      const isChosen = name === this.chosen;
      this.panels[i].hidden = this.isTabs && !isChosen;
      set(this.panels[i], { role: this.isTabs ? "tabpanel" : "group" });
      set(this.tabs.children[i], { "aria-selected": isChosen, tabindex: isChosen ? 0 : -1 });
    });
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const { length } = this.views;
    const at = this.views.findIndex(({ name }) => name === this.chosen);
    this.choose(this.views[(at + step + length) % length].name);
    this.tabs.querySelector('[tabindex="0"]').focus();
    event.preventDefault();
    event.stopPropagation();
  }

  draw(state) {
    this.views.forEach(({ view }, i) => {
      if (!this.panels[i].hidden) view.draw(state);
    });
  }
}
