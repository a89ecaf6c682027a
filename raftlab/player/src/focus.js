/* The focus of the keyboard: one tab stop for a whole group of things, and arrow keys inside it. */

import { isSameThing, thingOf } from "./things.js";

/** Groups are elements with the attribute data-rove and tabindex 0; what can be chosen in them has data-thing, or data-item if it is no
 * thing, and tabindex -1. */
export class Focus {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.last = ""; // the thing that had the focus, as text
    /** @type {HTMLElement | null} */
    this.element = null; // what had it
    player.root.addEventListener("focusin", (event) => this.entered(event));
    player.root.addEventListener("focusout", (event) => this.left(event));
  }

  groupOf(element) {
    return element?.closest?.("[data-rove]") ?? null;
  }

  /** All things on the stage that can be chosen, in the order of the arrow keys: nodes, messages, links.
   * @returns {import("./things.js").Thing[]} */
  thingsOnStage() {
    const { player } = this;
    const { branch, position, timeline, stage } = player;
    const messages = player.has("messages") ? [...branch.at(position.count).flying] : [];
    const links = player.controls("link").length ? stage.pairs : [];
    /** @type {import("./things.js").Thing[]} */
    const things = [
      ...timeline.nodes.map((id) => ({ kind: /** @type {const} */ ("node"), id })),
      ...messages.map((id) => ({ kind: /** @type {const} */ ("message"), id })),
      ...links.map(([a, b]) => ({ kind: /** @type {const} */ ("link"), id: `${a}>${b}` })),
    ];
    return things.filter((each) => each.kind !== "message" || player.hands.elementOf(each));
  }

  /** @param {Element} group
   * @returns {HTMLElement[]} */
  itemsOf(group) {
    const items = /** @type {NodeListOf<HTMLElement>} */ (
      group.querySelectorAll("[data-thing], [data-item]")
    );
    return [...items].filter((each) => each.checkVisibility());
  }

  /** A group that gets the focus hands it to what had it last, or to its first item. */
  entered({ target }) {
    this.element = target;
    this.last = target.dataset.thing ?? "";
    const group = this.groupOf(target);
    if (!group) return;
    if (target === group) this.firstOf(group)?.focus({ preventScroll: true });
    else group.dataset.last = this.last;
    group.tabIndex = -1; // so that Shift+Tab leaves the group
  }

  /** The item that gets the focus when a group is entered: the chosen one, or the last one that had it, or the first one. */
  firstOf(group) {
    const { player } = this;
    const things = group === player.stage.el ? this.thingsOnStage() : [];
    const thing = things.find((each) => isSameThing(each, player.selected)) ?? things[0];
    if (thing) return player.hands.elementOf(thing);
    const items = this.itemsOf(group);
    return items.find(({ dataset }) => dataset.thing && dataset.thing === group.dataset.last) ?? items[0];
  }

  left({ target, relatedTarget }) {
    const group = this.groupOf(target);
    if (group && !group.contains(relatedTarget)) group.tabIndex = 0;
  }

  /** To the next or the last item of the group that has the focus, or of the stage; what can be chosen is chosen.
   * @param {1 | -1} way
   * @returns {boolean} whether there is something to go to
   */
  move(way) {
    const { player } = this;
    const group = this.groupOf(document.activeElement);
    if (group && group !== player.stage.el) return this.walk(group, way);
    const things = this.thingsOnStage();
    const at = things.findIndex((each) => isSameThing(each, player.selected));
    const next = at < 0 && way < 0 ? things.length - 1 : (at + way + things.length) % things.length;
    player.choose(things[next]);
    player.hands.elementOf(things[next])?.focus({ preventScroll: true });
    return true;
  }

  /** Choose the next thing of a kind, or the one before.
   * @param {"message" | "link"} kind
   * @param {1 | -1} way */
  next(kind, way) {
    const { player } = this;
    const ids =
      kind === "message"
        ? [...player.branch.at(player.position.count).flying]
        : player.stage.pairs.map(([a, b]) => `${a}>${b}`);
    const at = player.selected?.kind === kind ? ids.indexOf(player.selected.id) : -1;
    if (ids.length) player.choose({ kind, id: ids[(at + way + ids.length) % ids.length] });
    else player.fail(player.timeline.sayings[`no_${kind}`]);
  }

  walk(group, way) {
    const items = this.itemsOf(group);
    if (!items.length) return false;
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const item = items[(at + way + items.length) % items.length];
    item.focus({ preventScroll: true });
    if (item.dataset.thing) this.player.choose(thingOf(item.dataset.thing));
    return true;
  }

  /** After something was drawn anew: if what had the focus is gone, its successor gets it, or else the player. */
  keep() {
    const { keyboard, root } = this.player;
    const isGone = this.element && !this.element.isConnected;
    if (!isGone || !keyboard.shield.owns || root.contains(document.activeElement) || !root.isConnected)
      return;
    /** @type {HTMLElement | null} */
    const again = this.last ? root.querySelector(`[data-thing="${this.last}"]`) : null;
    (again ?? root).focus({ preventScroll: true });
  }
}
