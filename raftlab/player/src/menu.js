/* The menu of a thing: what can be done to it now, each verb with its key. */

import { make, set } from "./dom.js";
import { nameOf, onlyPlays, ownVerbs, verbsFor } from "./verbs.js";

/** A part of the layer: it opens beside a thing, or at the pointer. */
export class Menu {
  /** @param {any} player */
  constructor(player) {
    this.player = player;
    /** @type {"beside"} */
    this.place = "beside";
    this.el = make("div.rl-menu", { role: "menu" });
    /** @type {import("./things.js").Thing | null} */
    this.about = null;
    /** @type {{x: number, y: number} | null} */
    this.at = null;
  }

  /** @param {{thing: import("./things.js").Thing, at: {x: number, y: number} | null}} opening at: in pixels of the window */
  opened({ thing, at }) {
    this.about = thing;
    this.at = at;
    this.made = "";
  }

  closed() {
    this.about = null;
  }

  /** Where it opens: at the pointer, or beside its thing. */
  thing() {
    if (this.at) return { left: this.at.x, top: this.at.y, width: 0, height: 0 };
    if (this.about?.kind === "cluster") return null;
    return this.player.hands.elementOf(this.about)?.getBoundingClientRect() ?? null;
  }

  /** What can be done may have changed since it was opened. */
  draw() {
    const { player, about } = this;
    if (!about) return;
    const own = about.kind === "cluster" ? ownVerbs(player) : [];
    const verbs = [...verbsFor(player, about), ...own].filter(({ label, possible }) => label && possible);
    const made = JSON.stringify([about, verbs.map(({ label, key }) => [label, key])]);
    if (made === this.made) return;
    this.made = made;
    set(this.el, { "aria-label": this.title() });
    const hadFocus = this.el.contains(document.activeElement);
    this.el.replaceChildren(
      make("div.rl-menu-title", { "aria-hidden": "true" }, this.title()),
      player.canAct ? "" : make("p.rl-hint", {}, onlyPlays(player)),
      ...verbs.map((verb) => this.item(verb)),
      verbs.length || !player.canAct ? "" : make("p.rl-hint", {}, "There is nothing to do here now."),
    );
    if (hadFocus) this.focusItem(0);
  }

  title() {
    return nameOf(this.player, this.about);
  }

  item({ label, key, do: act }) {
    return make(
      "button.rl-item",
      {
        type: "button",
        role: "menuitem",
        tabindex: -1,
        "aria-keyshortcuts": key || null,
        onclick: () => {
          this.player.closeLayer();
          act();
        },
      },
      make("span", {}, label),
      key && make("kbd", { "aria-hidden": "true" }, key),
    );
  }

  /** The items are walked through by arrow keys; a verb's own key works as everywhere.
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was for the menu
   */
  key({ key }) {
    const items = [...this.el.querySelectorAll("button")];
    const at = items.indexOf(/** @type {any} */ (document.activeElement));
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? items.length - 1 : at - 1,
      Home: 0,
      End: items.length - 1,
    }[key];
    if (to === undefined) return false;
    this.focusItem(to);
    return true;
  }

  focusItem(index) {
    const items = [...this.el.querySelectorAll("button")];
    items.at(index % (items.length || 1))?.focus({ preventScroll: true });
  }
}
