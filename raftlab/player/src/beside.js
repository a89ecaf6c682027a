/* The views beside the cluster: the logs, and the space-time diagram. With little width they are below it, with little of both they are tabs. */

import { animate, make, reducedMotion, refill, set } from "./dom.js";
import { groupsOf } from "./groups.js";
import { arrangementOf } from "./room.js";

/** @typedef {{name: string, label: string, view: {el: HTMLElement, draw: (state: any) => void, move?: Function, turn?: Function}}} View */

const SLIDE = 450; // ms: how long the logs take to slide in

/** Shows as many of its views as there is room for. */
export class Beside {
  /**
   * @param {import("./player.js").Player} player
   * @param {View[]} views
   */
  constructor(player, views) {
    this.player = player;
    this.views = views;
    /** @type {string | null} */
    this.wanted = null; // the view that the user has chosen
    /** @type {import("./room.js").Arrangement | null} */
    this.arrangement = null;
    this.isEmpty = false; // has no log an entry yet?
    this.tabs = make("div.rl-tabs", {
      role: "tablist",
      "aria-label": "What is shown",
      onplayerkey: (event) => this.key(event),
    });
    for (const { name, label, view } of views) {
      view.el.classList.add("rl-view");
      set(view.el, { "data-view": name, role: "group", "aria-label": label });
    }
    // Of two clusters only the player's own has its logs and its time shown: its name says so.
    this.of = player.twin ? make("h3.rl-of", {}, player.twin.own) : null;
    this.el = make("div.rl-beside", {}, this.of, ...views.map(({ view }) => view.el), this.tabs);
    this.cluster = player.twin?.el ?? player.stage.el;
    this.main = make("div.rl-main", {}, this.cluster, this.el);
    /** Only redraws; the views draw themselves. */
    this.frame = { draw: (state) => this.arrange(state) };
    this.box = null;
    new ResizeObserver(([{ contentRect }]) => {
      this.box = { width: contentRect.width, height: contentRect.height };
      player.draw();
    }).observe(this.main);
  }

  /** Show a view, or the cluster alone.
   * @param {string} name */
  choose(name) {
    this.wanted = name;
    this.player.draw();
  }

  /** Show a view; or, if it is shown already, what was there before.
   * @param {string} name */
  toggle(name) {
    const { place, shown } = this.arrangement || {};
    const isShown = shown?.includes(name);
    this.choose(isShown ? (place === "tab" ? "cluster" : "log") : name);
  }

  /** Arrange the cluster and the views. */
  arrange({ world, branch }) {
    if (!this.box || !this.player.form) return;
    const { player } = this;
    const { nodes, words } = player.timeline;
    const { size, stacked, lying, tight } = player.form;
    const groups = groupsOf(nodes, world.network.down);
    const isEmpty = nodes.every((node) => !world.views[node].log.length);
    const key = JSON.stringify([
      this.box,
      size,
      stacked,
      lying,
      tight,
      groups,
      this.wanted,
      nodes,
      branch.id,
      isEmpty,
    ]);
    if (key === this.known) return;
    this.known = key;
    const slides = this.arrangement && isEmpty !== this.isEmpty && !reducedMotion();
    const before = slides ? player.stage.el.getBoundingClientRect() : null;
    this.isEmpty = isEmpty;
    this.arrangement = arrangementOf({
      ...this.box,
      size,
      stacked,
      lying,
      tight,
      nodes,
      groups,
      rows: nodes.length + (words.committed ? 1 : 0),
      has: this.views.map(({ name }) => name),
      wanted: this.wanted,
      empty: isEmpty,
      clusters: player.stages.length,
      first: player.show.includes("log_first") ? "log" : "cluster",
    });
    const { place, shown, tabs, height } = this.arrangement;
    set(this.main, { "data-place": place });
    this.main.style.setProperty("--rl-under", `${height}px`);
    this.cluster.hidden = !shown.includes("cluster");
    for (const { name, view } of this.views) view.el.hidden = !shown.includes(name);
    this.el.hidden = place === "alone";
    if (this.of) this.of.hidden = this.views.every(({ view }) => view.el.hidden);
    this.placeTabs(lying);
    this.drawTabs(tabs, shown);
    player.stage.measure();
    if (before) this.slideFrom(before);
  }

  /** Animate the cluster from its old place to its new one, and let the view beside it slide in.
   * @param {DOMRect} before */
  slideFrom(before) {
    const { el } = this.player.stage;
    const after = el.getBoundingClientRect();
    if (!before.width || !after.width) return;
    const scale = Math.min(before.width, before.height) / Math.min(after.width, after.height);
    const x = before.x + before.width / 2 - after.x - after.width / 2;
    const y = before.y + before.height / 2 - after.y - after.height / 2;
    if (!x && !y && scale === 1) return;
    animate(el, [{ transform: `translate(${x}px, ${y}px) scale(${scale})` }, { transform: "none" }], SLIDE);
    const from = this.arrangement?.place === "side" ? "translateX(100%)" : "translateY(100%)";
    if (!this.el.hidden) animate(this.el, [{ transform: from }, { transform: "none" }], SLIDE);
  }

  /** The tabs are below everything; in a low player, which has no room there, they are in its head.
   * @param {boolean} isLow */
  placeTabs(isLow) {
    const isInHead = !this.el.contains(this.tabs);
    if (isLow && !isInHead) this.player.head.gap.before(this.tabs);
    if (!isLow && isInHead) this.el.append(this.tabs);
  }

  drawTabs(tabs, shown) {
    const chosen = shown.at(-1);
    const label = (name) => this.views.find((each) => each.name === name)?.label ?? "Cluster";
    this.tabs.hidden = !tabs.length;
    refill(this.tabs, [...tabs, chosen].join(), () =>
      tabs.map((name) =>
        make(
          "button.rl-tab",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(name === chosen),
            tabindex: name === chosen ? 0 : -1,
            onclick: () => this.choose(name),
          },
          label(name),
        ),
      ),
    );
  }

  key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || !this.arrangement) return;
    const { tabs, shown } = this.arrangement;
    const at = tabs.indexOf(shown[shown.length - 1]);
    this.choose(tabs[(at + step + tabs.length) % tabs.length]);
    this.tabs.querySelector('[tabindex="0"]').focus();
    event.preventDefault();
    event.stopPropagation();
  }

  /** The views that can be seen. */
  get shown() {
    return this.views.map(({ view }) => view).filter(({ el }) => !el.hidden);
  }

  draw(state) {
    this.arrange(state);
    for (const view of this.shown) view.draw(state);
  }

  move(time, film) {
    for (const view of this.shown) view.move?.(time, film);
  }

  turn(before, after) {
    for (const view of this.shown) view.turn?.(before, after);
  }
}
