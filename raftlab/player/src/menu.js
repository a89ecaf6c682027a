/* The menu of a thing: what can be done to it now, each verb with its key. */

import { button, make, set } from "./dom.js";
import { isThere, nameOf, onlyPlays, ownVerbs, verbsFor, whyTooLate } from "./verbs.js";

/** A part of the layer: it opens beside a thing, or at the pointer. */
export class Menu {
  /** @param {import("./player.js").Player} player */
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

  isGone() {
    return !this.about || !isThere(this.player, this.about);
  }

  /** The place where it opens: beside its thing; for a link and the cluster, which are large, at the pointer. */
  thing() {
    const isLarge = this.about?.kind === "link" || this.about?.kind === "cluster";
    if (this.at && isLarge) return { left: this.at.x, top: this.at.y, width: 0, height: 0 };
    if (!this.about || this.about.kind === "cluster") return null;
    return this.player.hands.elementOf(this.about)?.getBoundingClientRect() ?? null;
  }

  around() {
    return this.player.hands.endsOf(this.about);
  }

  /** Draw again if the possible actions have changed since it was opened. */
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
      menuHead(this.title(), () => player.closeLayer()),
      player.canAct ? "" : make("p.rl-hint", {}, onlyPlays(player)),
      ...verbs.map((verb) => this.item(verb)),
      verbs.length || !player.canAct
        ? ""
        : make("p.rl-hint", {}, whyTooLate(player, about) || "There is nothing to do here now."),
    );
    if (hadFocus) itemsIn(this.el)[0]?.focus({ preventScroll: true });
  }

  title() {
    return this.about ? nameOf(this.player, this.about) : "";
  }

  item({ label, key, do: act }) {
    const press = () => {
      this.player.closeLayer();
      act();
    };
    return menuItem(label, key, press, { role: "menuitem", tabindex: -1 });
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key was for the menu; a verb's own key is not */
  key(event) {
    return walkItems(this.el, event);
  }
}

/** An item of a menu, or of the panel behind ⋯.
 * @param {string} label
 * @param {string} key  its key as it is shown, or ""
 * @param {() => any} act
 * @param {Record<string, any>} [extra]  further attributes */
export const menuItem = (label, key, act, extra = {}) =>
  make(
    "button.rl-item",
    { type: "button", "aria-keyshortcuts": key || null, onclick: act, ...extra },
    make("span", {}, label),
    key && make("kbd", { "aria-hidden": "true" }, key),
  );

/** The head of a menu: its title, which the menu has as its name, and for fingers a button that closes it.
 * @param {string} title
 * @param {() => any} close */
export const menuHead = (title, close) =>
  make(
    "div.rl-menu-head",
    { role: "presentation" },
    make("div.rl-menu-title", { "aria-hidden": "true" }, title),
    button("✕", "close (Escape)", close, {
      role: "menuitem",
      "aria-label": "close",
      class: "rl-button rl-plain rl-close",
      tabindex: -1,
    }),
  );

/** The visible items of a menu.
 * @param {HTMLElement} menu @returns {HTMLElement[]} */
const itemsIn = (menu) => [...menu.querySelectorAll("button")].filter((each) => each.checkVisibility());

/** Walk through the items of a menu by the arrow keys, Home and End.
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 * @returns {boolean} whether the key was one of these */
export function walkItems(menu, { key }) {
  const items = itemsIn(menu);
  const at = items.indexOf(/** @type {any} */ (document.activeElement));
  const to = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? items.length - 1 : at - 1,
    Home: 0,
    End: items.length - 1,
  }[key];
  if (to === undefined) return false;
  items.at(to % (items.length || 1))?.focus({ preventScroll: true });
  return true;
}
