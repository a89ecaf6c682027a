/* The focus of the keyboard: one tab stop for a whole group of things, and arrow keys inside it. */

import { thingOf, thingText } from "./things.js";

const ORDER = ["node", "message", "link", "entry"];

/** Groups are elements with the attribute data-rove; what can be chosen in them has data-thing, or data-item if it is no thing. */
export class Focus {
  /** @param {any} player */
  constructor(player) {
    this.player = player;
    this.last = ""; // the thing that had the focus, as text
    player.root.addEventListener("focusin", (event) => this.entered(event));
    player.root.addEventListener("focusout", (event) => this.left(event));
  }

  groupOf(element) {
    return element?.closest?.("[data-rove]") ?? null;
  }

  /** The items of a group: nodes first, then messages, then links; others as they stand. */
  itemsOf(group) {
    const items = [...group.querySelectorAll("[data-thing], [data-item]")].filter((each) =>
      each.checkVisibility({ visibilityProperty: true }),
    );
    const rank = (each) => ORDER.indexOf((each.dataset.thing || "").split(" ")[0]);
    return items
      .map((each, i) => [rank(each), i, each])
      .sort(([a, i], [b, j]) => a - b || i - j)
      .map(([, , each]) => each);
  }

  /** A group that gets the focus hands it to what is chosen, or to what had it last. */
  entered({ target }) {
    this.last = target.dataset.thing ?? "";
    const group = this.groupOf(target);
    if (!group) return;
    if (target === group) {
      const { selected } = this.player;
      const items = this.itemsOf(group);
      const wanted = [selected && thingText(selected), group.dataset.last].filter(Boolean);
      const found = items.find((each) => wanted.includes(each.dataset.thing)) || items[0];
      if (found) this.give(found);
      else return;
    } else group.dataset.last = this.last;
    group.tabIndex = -1; // so that Shift+Tab leaves the group
  }

  left({ target, relatedTarget }) {
    const group = this.groupOf(target);
    if (group && !group.contains(relatedTarget)) group.tabIndex = 0;
  }

  give(element) {
    if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
  }

  /** To the next or the last item of the group that has the focus; what can be chosen is chosen.
   * @param {1 | -1} way
   * @returns {boolean} whether there is such a group
   */
  move(way) {
    const group = this.groupOf(document.activeElement);
    if (!group) return false;
    const items = this.itemsOf(group);
    if (!items.length) return false;
    const at = items.indexOf(document.activeElement);
    const item = items[(at + way + items.length) % items.length];
    this.give(item);
    if (item.dataset.thing) this.player.choose(thingOf(item.dataset.thing));
    return true;
  }

  /** After something was drawn anew: if what had the focus is gone, its successor gets it, or else the player. */
  keep() {
    const { keys, root } = this.player;
    if (!keys.owns || root.contains(document.activeElement) || !root.isConnected) return;
    const again = this.last && root.querySelector(`[data-thing="${this.last}"]`);
    if (again) this.give(again);
    else root.focus({ preventScroll: true });
  }
}
