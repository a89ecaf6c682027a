/* How much room there is for a player, and which form fits into it. */

/**
 * @typedef {object} Form
 * @property {"phone"|"notebook"|"laptop"|"projector"} size
 * @property {boolean} lying  a phone on its side: little height
 * @property {boolean} stacked  what stands beside the cluster stands under it
 * @property {number} width
 * @property {number} height
 */

/**
 * The form of a player for so many pixels. Needs no page.
 * @param {{width: number, height: number, projector?: boolean}} room
 * @returns {Form}
 */
export function formOf({ width, height, projector = false }) {
  const lying = height < 460 && width > height;
  const small = width < 480 || lying;
  const size = projector ? "projector" : small ? "phone" : width < 800 ? "notebook" : "laptop";
  return { size, lying, stacked: width < 700 && !lying, width, height };
}

const LEAST = 300; // lower than this a player shows nothing
const AROUND = 16; // around a player in a notebook

/**
 * How high a player may be: as high as what is visible, and in a notebook not much higher than it is wide needs.
 * @param {{width: number, visible: number, fills: boolean, most: number | null}} room  fills: the player is the page
 */
export function heightOf({ width, visible, fills, most }) {
  const room = fills ? visible : Math.min(visible - AROUND, Math.max(560, Math.round(width * 0.64)));
  return Math.max(LEAST, Math.min(room, most ?? room));
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
    this.onScreen = () => {
      if (document.fullscreenElement !== this.root) this.projector = false;
      this.measure();
    };
    root.addEventListener("fullscreenchange", this.onScreen);
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
    const screen = document.fullscreenElement === this.root;
    const width = screen ? window.innerWidth : this.el.clientWidth;
    const height = heightOf({
      width,
      visible: screen ? window.innerHeight : viewport.clientHeight,
      fills: this.fills || screen,
      most: screen ? null : this.most,
    });
    const form = formOf({ width, height, projector: this.projector });
    const signature = JSON.stringify(form);
    if (signature === this.known) return;
    this.known = signature;
    this.change(form);
  }

  close() {
    this.observer.disconnect();
    window.removeEventListener("resize", this.onResize);
  }
}

/** What scrolls around an element: a notebook's panel, or the page itself. */
function viewportOf(el) {
  for (let at = el.parentElement; at && at !== document.body; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return document.documentElement;
}
