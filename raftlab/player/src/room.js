/* The room of a player, the form that fits into it, and the arrangement of its parts. */

import { layoutOf } from "./layout.js";
import { LOG_FONTS, logHeight, wantedLogHeight } from "./logroom.js";
import { viewportOf, wasJustRun } from "./view.js";

/**
 * @typedef {object} Form
 * @property {"phone"|"notebook"|"laptop"|"projector"} size
 * @property {boolean} lying  a phone on its side: little height
 * @property {boolean} tight  there is so little room that only the cluster, the sentence and the buttons fit
 * @property {boolean} stacked  the views are below the cluster, and not beside it
 * @property {number} width
 * @property {number} height
 */

/**
 * The form of a player for so many pixels. Needs no page.
 * @param {{width: number, height: number, projector?: boolean}} room
 * @returns {Form}
 */
export function formOf({ width, height, projector = false }) {
  const tight = !projector && width < 480 && height < 340;
  const lying = tight || (height < 460 && width > height);
  const small = width < 480 || lying;
  const isLarge = width >= 2000 && height >= 1100; // the window is as large as a projector's, so the letters are as large
  const size = projector || isLarge ? "projector" : small ? "phone" : width < 800 ? "notebook" : "laptop";
  return { size, lying, tight, stacked: width < 700 && !lying, width, height };
}

const LEAST = 220; // pixels: the least height of a player
const AROUND = 16; // pixels around a player in a notebook
const ABOVE = 150; // pixels above it, for its cell and a few lines that say what to do
const ENOUGH = 440; // pixels: if less than this would be left for the player, it may cover those lines

/**
 * How high a player may be: as high as what is visible; in a notebook it leaves room for what is said above it, and is not higher
 * than its width needs.
 * @param {{width: number, visible: number, fills: boolean, most: number | null}} room  fills: the player is the page
 */
export function heightOf({ width, visible, fills, most }) {
  if (fills) return visible;
  const below = Math.max(visible - AROUND - ABOVE, Math.min(visible - AROUND, ENOUGH));
  const room = Math.min(below, Math.max(560, Math.round(width * 0.64)));
  return Math.max(LEAST, Math.min(room, most ?? room));
}

const AMPLE = 1800; // pixels of width: then space and time stands beside the cluster from the start

const TABS = 34; // pixels of a row of tabs
const timeHeight = (nodes) => nodes * 22 + 56; // pixels that space and time needs at least
const EDGES = 8; // pixels above and below a view

/**
 * @typedef {object} Arrangement
 * @property {"alone"|"side"|"under"|"tab"} place  of what stands beside the cluster; tab: in its place
 * @property {string[]} shown  of "cluster", "log" and "spacetime"
 * @property {string[]} tabs  to choose from, always the same ones in the same place; none where all of them are shown, or where a key does
 * @property {number} height  under the cluster, in pixels
 */

/**
 * Where the cluster, the logs, and space and time go. Needs no page.
 * @param {{width: number, height: number, size: Form["size"], stacked: boolean, lying?: boolean, tight?: boolean,
 *   nodes: string[], groups: string[][], rows: number, has: string[], wanted: string | null, empty?: boolean, clusters?: number, first?: string}} room
 *   width and height: of all of them together. rows: of the logs. has: of "log" and "spacetime".
 *   wanted: what was asked for, one of these or "cluster"; null as long as nothing was. empty: no log has an entry yet: unless
 *   the logs are asked for, the cluster has their room. clusters: how many stand beside each other. first: what is shown where only
 *   one of them fits and none was asked for
 * @returns {Arrangement}
 */
export function arrangementOf({
  width,
  height,
  size,
  stacked,
  lying = false,
  tight = false,
  nodes,
  groups,
  rows,
  has: all,
  wanted,
  empty = false,
  clusters = 1,
  first = "cluster",
}) {
  const hasTabs = stacked || lying;
  const has = empty && !(hasTabs && wanted === "log") ? all.filter((name) => name !== "log") : all;
  const [smallest] = LOG_FONTS[size];
  const least = {
    log: logHeight(rows, smallest) + EDGES,
    spacetime: timeHeight(nodes.length) + EDGES,
  };
  const isWanted = wanted !== null && has.includes(wanted);
  if (tight)
    return wanted !== null && all.includes(wanted)
      ? { place: "tab", shown: [wanted], tabs: [], height: 0 }
      : { place: "alone", shown: ["cluster"], tabs: [], height: 0 };
  const tabs = hasTabs && all.length > 1 ? ["cluster", ...all] : [];
  if (tabs.length && wanted === "cluster")
    return { place: stacked ? "tab" : "alone", shown: ["cluster"], tabs, height: 0 };
  if (!stacked) {
    const fits = has.includes("log") && least.log + least.spacetime <= height;
    const isAsked = isWanted ? wanted === "spacetime" : !wanted && width >= AMPLE && fits;
    const beside = has.includes("spacetime") && isAsked ? (fits ? ["log", "spacetime"] : ["spacetime"]) : [];
    const shown = beside.length ? beside : has.filter((name) => name === "log");
    return { place: shown.length ? "side" : "alone", shown: ["cluster", ...shown], tabs, height: 0 };
  }
  const view = isWanted ? wanted : has.includes("log") ? "log" : null;
  if (!view) return { place: tabs.length ? "tab" : "alone", shown: ["cluster"], tabs, height: 0 };
  const bar = tabs.length ? TABS : 0;
  const rest = height - bar - least[view];
  const { radius, small } = layoutOf({ nodes, width: width / clusters, height: rest, groups });
  if (rest > 0 && radius >= 26 && small < 2) {
    const wish = view === "log" ? wantedLogHeight(rows, size) + EDGES : least.spacetime;
    const most = Math.max(least[view], Math.round(height * 0.42) - bar);
    return {
      place: "under",
      shown: ["cluster", view],
      tabs,
      height: Math.min(wish, most),
    };
  }
  const shown = isWanted ? wanted : has.includes(first) ? first : "cluster";
  return { place: "tab", shown: [shown], tabs: ["cluster", ...all], height: 0 };
}

/** Measures the room of a player, now and whenever it changes, and says which form fits. */
export class Room {
  /**
   * @param {HTMLElement} el  where the player is put; its width counts
   * @param {HTMLElement} root  the player; it may fill the screen
   * @param {{fills: boolean, most: number | null}} options  fills: the player is the whole page. most: the greatest height
   * @param {(form: Form) => void} change  is called with the form whenever it changes
   */
  constructor(el, root, { fills, most }, change) {
    this.el = el;
    this.root = root;
    this.fills = fills;
    this.most = most;
    this.change = change;
    this.projector = false;
    this.known = ""; // the form that was said last
    this.viewport = null;
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(el);
    this.onResize = () => this.measure();
    window.addEventListener("resize", this.onResize);
    root.addEventListener("fullscreenchange", () => {
      if (document.fullscreenElement !== root) this.projector = false;
      this.measure();
    });
    this.measure();
  }

  measure() {
    if (!this.el.isConnected || !this.el.clientWidth) return;
    const viewport = viewportOf(this.el);
    if (viewport !== this.viewport) {
      if (this.viewport) this.observer.unobserve(this.viewport);
      this.viewport = viewport;
      this.observer.observe(viewport);
    }
    const isScreen = document.fullscreenElement === this.root;
    const width = isScreen ? window.innerWidth : this.el.clientWidth;
    const height = heightOf({
      width,
      visible: isScreen ? window.innerHeight : viewport.clientHeight,
      fills: this.fills || isScreen,
      most: isScreen ? null : this.most,
    });
    const form = formOf({ width, height, projector: this.projector });
    const signature = JSON.stringify(form);
    if (signature === this.known) return;
    const isNew = !this.known;
    this.known = signature;
    this.change(form);
    if (isNew) requestAnimationFrame(() => this.showAll());
  }

  /** Show all of a player whose cell was just run, and what is said above it: the notebook has gone on to the next cell before the
   * player was there. A question goes to the top, so that its player below it is in view, too; of a long one the end is in view. */
  showAll() {
    if (!wasJustRun(this.el)) return;
    const question = this.el.closest(".rl-question");
    // When one question is answered and the next one appears below it, the answered one stays in view.
    const answered = document.activeElement?.closest(".rl-question");
    if (answered && answered !== question && this.el.closest(".jp-Cell")?.contains(answered)) return;
    question?.scrollIntoView({ block: "start" });
    const { bottom } = viewportOf(this.el).getBoundingClientRect();
    if (!question || this.root.getBoundingClientRect().bottom > bottom)
      this.root.scrollIntoView({ block: "end" });
  }

  close() {
    this.observer.disconnect();
    window.removeEventListener("resize", this.onResize);
  }
}
