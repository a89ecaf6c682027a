/* The layer over the stage, on which one part (a card, a menu, the legend ...) can be open at a time. */

import { sharedArea } from "./boxes.js";
import { make } from "./dom.js";

/** @typedef {{left: number, top: number, width: number, height: number}} Box a rectangle in pixels */

const GAP = 10; // pixels between a thing and what is opened beside it
const EDGE = 6; // pixels that stay free along the edge of the stage
const READABLE = { width: 280, height: 180 }; // pixels: the least size in which a part can be read
const TRIED = 12; // the number of places that are tried in each direction
const LEAST_HIGH = 260; // pixels: the least height of a part beside the cluster

/** Where a box stands beside a thing: to its right, to its left, below it or above it, the first place with enough
 * room. Where no side has enough, it takes the roomiest one and may become smaller, so that it never covers the thing
 * and never leaves the stage.
 * @param {Box} thing
 * @param {{width: number, height: number}} size of the box as it would like to be
 * @param {Box} stage
 * @returns {Box}
 */
export function besideOf(thing, size, stage) {
  const inside = {
    left: stage.left + EDGE,
    top: stage.top + EDGE,
    right: stage.left + stage.width - EDGE,
    bottom: stage.top + stage.height - EDGE,
  };
  const right = Math.max(inside.left, thing.left + thing.width + GAP);
  const left = Math.min(inside.right, thing.left - GAP);
  const below = Math.max(inside.top, thing.top + thing.height + GAP);
  const above = Math.min(inside.bottom, thing.top - GAP);
  const across = { from: inside.top, to: inside.bottom };
  const along = { from: inside.left, to: inside.right };
  const sides = [
    { x: { from: right, to: inside.right }, y: across, at: "start" },
    { x: { from: inside.left, to: left }, y: across, at: "end" },
    { x: along, y: { from: below, to: inside.bottom }, at: "start" },
    { x: along, y: { from: inside.top, to: above }, at: "end" },
  ].map((side) => ({
    ...side,
    width: Math.min(size.width, Math.max(0, side.x.to - side.x.from)),
    height: Math.min(size.height, Math.max(0, side.y.to - side.y.from)),
  }));
  const fits = ({ width, height }) => width === size.width && height === size.height;
  const best =
    sides.find(fits) ||
    sides.reduce((one, other) => (other.width * other.height > one.width * one.height ? other : one));
  const middle = {
    left: thing.left + thing.width / 2 - best.width / 2,
    top: thing.top + thing.height / 2 - best.height / 2,
  };
  const within = (value, { from, to }, length) => Math.max(from, Math.min(value, to - length));
  const isAside = best.y === across;
  const at = (span, length) => (best.at === "start" ? span.from : span.to - length);
  return {
    left: isAside ? at(best.x, best.width) : within(middle.left, best.x, best.width),
    top: isAside ? within(middle.top, best.y, best.height) : at(best.y, best.height),
    width: best.width,
    height: best.height,
  };
}

/** The area of some things that a box covers, in pixels. @param {Box} box @param {Box[]} things */
const covered = (box, things) => {
  const asBox = ({ left, top, width, height }) => ({ x: left, y: top, width, height });
  return things.reduce((sum, thing) => sum + sharedArea(asBox(box), asBox(thing)), 0);
};

/** Where a box stands beside a thing so that it covers as little as can be of what belongs to it, such as the sender and the receiver
 * of a message: where `besideOf` says, or further up, down, left or right, in all its size; or else beside all of it.
 * @param {Box} thing
 * @param {{width: number, height: number}} size
 * @param {Box} stage
 * @param {Box[]} others what belongs to the thing
 * @returns {Box} */
export function besideAll(thing, size, stage, others) {
  const usual = besideOf(thing, size, stage);
  if (!covered(usual, others)) return usual;
  const range = (from, room, length) => {
    const last = from + room - EDGE - length;
    return Array.from({ length: TRIED + 1 }, (_, i) => from + EDGE + ((last - from - EDGE) * i) / TRIED);
  };
  const whole =
    size.width <= stage.width - 2 * EDGE && size.height <= stage.height - 2 * EDGE
      ? range(stage.left, stage.width, size.width).flatMap((left) =>
          range(stage.top, stage.height, size.height).map((top) => ({ left, top, ...size })),
        )
      : [];
  const far = (box) => Math.hypot(box.left - usual.left, box.top - usual.top);
  const [free] = whole
    .filter((box) => !covered(box, [thing, ...others]))
    .sort((one, other) => far(one) - far(other));
  if (free) return free;
  const [left, top] = ["left", "top"].map((side) =>
    Math.min(...[thing, ...others].map((each) => each[side])),
  );
  const right = Math.max(...[thing, ...others].map((each) => each.left + each.width));
  const bottom = Math.max(...[thing, ...others].map((each) => each.top + each.height));
  const beyond = besideOf({ left, top, width: right - left, height: bottom - top }, size, stage);
  const isReadable =
    beyond.width >= Math.min(size.width, READABLE.width) &&
    beyond.height >= Math.min(size.height, READABLE.height);
  return isReadable ? beyond : usual;
}

/** What can be opened over the stage.
 * @typedef {object} Part
 * @property {HTMLElement} el
 * @property {"beside" | "drawer" | "sheet"} place beside a thing; along the edge, where the logs stand; or in the middle
 * @property {boolean} [docks] whether it stands over the logs, where they have room for it, so that it covers no node
 * @property {(thing: any) => void} [opened] called when it is opened; for "beside", with the thing
 * @property {() => void} [closed]
 * @property {(event: KeyboardEvent) => boolean} [key] is handed every key first; says whether it was for the part
 * @property {() => boolean} [isGone] is what it is about gone? Then it is closed
 * @property {(state: any) => void} [draw]
 * @property {() => void} [arranged] called after it was drawn and put into its place
 * @property {() => Box | null} [thing] what it stands beside, in pixels of the window; null if that is gone
 * @property {() => Box[]} [around] what it leaves free, too, where there is room
 */

/** The layer over the stage, in which one part is open at a time. */
export class Layer {
  /** @param {any} player */
  constructor(player) {
    this.player = player;
    this.el = make("div.rl-layer");
    /** @type {Part | null} */
    this.shown = null;
    /** @type {Element | null} */
    this.before = null; // what had the focus before something was opened
    this.onPress = (event) => {
      if (!this.shown || this.isInside(event)) return;
      this.close(false);
    };
    new ResizeObserver(() => this.arrange()).observe(this.el);
  }

  /** A press in what is open, on what only moves through time, or on a button that opens and closes something, leaves it open.
   * @param {Event} event
   */
  isInside({ target }) {
    const at = /** @type {Element} */ (target);
    return (
      this.shown?.el.contains(at) ||
      (this.player.root.contains(at) && at.closest(".rl-transport, [aria-haspopup]"))
    );
  }

  /** Open a part, in the place of the one that is open.
   * @param {Part} part
   * @param {any} [thing] what it is about
   */
  open(part, thing) {
    if (!this.shown) this.before = document.activeElement;
    if (this.shown && this.shown !== part) this.close(false);
    const isNew = this.shown !== part;
    this.shown = part;
    if (isNew) {
      part.el.classList.add("rl-open", `rl-open-${part.place}`);
      if (!part.el.hasAttribute("tabindex")) part.el.tabIndex = -1;
      this.el.append(part.el);
      document.addEventListener("pointerdown", this.onPress, true);
    }
    part.opened?.(thing);
    this.player.draw();
    if (!part.el.contains(document.activeElement)) part.el.focus({ preventScroll: true });
  }

  /** @param {Part} part @param {any} [thing] */
  toggle(part, thing) {
    if (this.shown === part) this.close();
    else this.open(part, thing);
  }

  /** Close the open part. Returns whether there was one.
   * @param {boolean} [back] whether the focus goes back to where it was in the player, so that its keys go on working
   */
  close(back = true) {
    const part = this.shown;
    if (!part) return false;
    const had = part.el.contains(document.activeElement);
    this.shown = null;
    document.removeEventListener("pointerdown", this.onPress, true);
    part.el.remove();
    part.closed?.();
    const { root } = this.player;
    const before = root.contains(this.before) ? /** @type {HTMLElement} */ (this.before) : root;
    if (back || had) before.focus({ preventScroll: true });
    return true;
  }

  /** @param {any} state */
  draw(state) {
    if (this.shown?.isGone?.()) this.close();
    this.shown?.draw?.(state);
    this.arrange();
    this.shown?.arranged?.();
  }

  /** Put what is open into its place, over the cluster and what stands beside it. */
  arrange() {
    const part = this.shown;
    if (!part) return;
    const stage = this.room();
    const box =
      part.place === "beside" && stage.height >= LEAST_HIGH
        ? this.besideThing(part, stage)
        : part.place === "drawer"
          ? this.drawn(stage)
          : this.inMiddle(part, stage);
    const { left, top } = this.el.getBoundingClientRect();
    Object.assign(part.el.style, {
      left: `${box.left - left}px`,
      top: `${box.top - top}px`,
      width: box.width ? `${box.width}px` : "",
      height: box.height ? `${box.height}px` : "",
    });
  }

  /** The room of what is opened: the cluster and what stands beside it; where that is low, all between head and transport. @returns {Box} */
  room() {
    const { root } = this.player;
    const boxOf = (name) => root.querySelector(name).getBoundingClientRect();
    const main = boxOf(".rl-main");
    if (main.height >= LEAST_HIGH) return main;
    const { left, top, width } = main;
    return { left, top, width, height: boxOf(".rl-transport").top - top };
  }

  /** @param {Part} part @param {Box} stage @returns {Box} */
  besideThing(part, stage) {
    const middle = {
      left: stage.left + stage.width / 2,
      top: stage.top + stage.height / 2,
      width: 0,
      height: 0,
    };
    const thing = part.thing?.() || middle;
    const free = part.docks ? this.free(stage) : null;
    const isOutside =
      free && (thing.left + thing.width <= free.left + GAP || thing.top + thing.height <= free.top + GAP);
    const room = isOutside ? free : stage;
    const size = sizeOf(part.el, room);
    const box = besideAll(thing, size, room, part.around?.() ?? []);
    return { ...box, height: box.height < size.whole ? box.height : 0 };
  }

  /** Close what is open if it covers a part of the cluster. */
  uncover() {
    const [one, other] = [this.shown?.el, this.player.root.querySelector(".rl-cluster")].map((el) =>
      el?.getBoundingClientRect(),
    );
    if (
      one &&
      one.left < other.right &&
      one.right > other.left &&
      one.top < other.bottom &&
      one.bottom > other.top
    )
      this.close();
  }

  /** Where no node stands: over the logs, which are beside the cluster or under it; null if that is too little.
   * @param {Box} stage @returns {Box | null} */
  free(stage) {
    const { root } = this.player;
    const beside = root.querySelector(".rl-beside")?.getBoundingClientRect();
    if (!beside?.width) return null;
    const { left, width } = beside;
    if (width < stage.width * 0.9)
      return width >= READABLE.width ? { left, width, top: stage.top, height: stage.height } : null;
    const nodes = [...root.querySelectorAll('.rl-cluster [data-thing^="node "]')];
    const lowest = Math.max(...nodes.map((node) => node.getBoundingClientRect().bottom));
    const top = Math.max(stage.top, Math.min(beside.top, lowest));
    const height = stage.top + stage.height - top;
    return height >= READABLE.height ? { left: stage.left, width: stage.width, top, height } : null;
  }

  /** Over what stands beside the cluster or under it, or else over a part of both.
   * @param {Box} stage @returns {Box} */
  drawn(stage) {
    const { left, top, width, height } = stage;
    if (height < LEAST_HIGH && width < 560) return stage;
    const free = this.free(stage);
    if (free) return free;
    if (width < 560) return { left, width, top: top + height * 0.45, height: height * 0.55 };
    const wide = Math.min(420, width * 0.45);
    return { left: left + width - wide, top, width: wide, height };
  }

  /** @param {Part} part @param {Box} stage @returns {Box} */
  inMiddle(part, stage) {
    const { width, height } = sizeOf(part.el, stage);
    return {
      left: stage.left + (stage.width - width) / 2,
      top: stage.top + (stage.height - height) / 2,
      width,
      height,
    };
  }
}

/** How large an element would like to be, as far as there is room; whole: how high it would be with all that is in it.
 * @param {HTMLElement} el @param {Box} stage */
function sizeOf(el, stage) {
  const most = { width: stage.width - 2 * EDGE, height: stage.height - 2 * EDGE };
  Object.assign(el.style, { width: "", height: "" });
  el.style.setProperty("--rl-most", `${most.width}px`);
  const { width, height } = el.getBoundingClientRect();
  const whole = Math.ceil(height);
  return { width: Math.min(most.width, Math.ceil(width)), height: Math.min(most.height, whole), whole };
}
