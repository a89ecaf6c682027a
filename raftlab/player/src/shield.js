/* Keys that are pressed in a player, or in a question, are its own: none of them changes the notebook around it. */

const TEXT =
  "textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=radio], [type=button])";

/** Escape, and the ways from stop to stop, do so whatever has the focus; in a text of several lines they turn its pages. */
const isForThePlayer = ({ key, target }) =>
  key === "Escape" || (["PageDown", "PageUp"].includes(key) && target.tagName !== "TEXTAREA");

/** Does the notebook run cells at this key? */
const runsCells = ({ key, shiftKey, ctrlKey, metaKey, altKey }) =>
  key === "Enter" && !altKey && (shiftKey || ctrlKey || metaKey);

/** With AltGr some keyboards write brackets and the like; then Ctrl and Alt mean nothing.
 * @param {KeyboardEvent} event */
export const hasModifier = (event) =>
  !event.getModifierState("AltGraph") && (event.ctrlKey || event.metaKey || event.altKey);

/** Listens before everybody else. While the focus is in `root`, a key goes to `act` alone, which says whether it has used it; keys
 * that run cells, and Ctrl+S, go on to the notebook. Where one root stands in another, such as a player in a question, the inner one
 * has the key. */
export class Shield {
  /**
   * @param {HTMLElement} root
   * @param {(event: KeyboardEvent) => boolean} act
   */
  constructor(root, act) {
    this.root = root;
    this.root.dataset.shielded = "";
    this.act = act;
    this.owns = false; // also while what had the focus is drawn anew, and nothing has it
    this.listeners = {
      keydown: (event) => this.key(event),
      focusin: (event) => this.follow(event),
      pointerdown: (event) => this.follow(event),
    };
    for (const [type, listener] of Object.entries(this.listeners))
      window.addEventListener(type, listener, true);
  }

  follow({ target }) {
    this.owns = this.holds(target);
  }

  holds(target) {
    return target instanceof Element && target.closest("[data-shielded]") === this.root;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.root.isConnected) return this.remove();
    const target = /** @type {HTMLElement} */ (event.target);
    const isInside = this.holds(target);
    if (!isInside && !(this.owns && target === document.body)) return undefined;
    if (runsCells(event)) return this.runCells(event);
    if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) return undefined; // saves the notebook
    event.stopImmediatePropagation();
    if (!isInside) this.root.focus({ preventScroll: true });
    // A part that walks by itself, such as a list of tabs, listens to "playerkey": a real event would reach the notebook first.
    const { key, shiftKey } = event;
    const heard = new KeyboardEvent("playerkey", { key, shiftKey, bubbles: true, cancelable: true });
    if (!hasModifier(event) && isInside && !target.dispatchEvent(heard)) event.preventDefault();
    else if (target.matches(TEXT) && !isForThePlayer(event)) {
      if (event.key === "Enter" && target.tagName === "SELECT")
        /** @type {HTMLSelectElement} */ (target).form?.requestSubmit();
    } else if (this.act(event)) event.preventDefault();
    return undefined;
  }

  /** Shift+Enter runs the next cell, and not the same one again: that would begin the run, or ask the question, anew. The focus leaves the
   * button that has it, which would be pressed, and the text field, in which the notebook runs nothing. */
  runCells({ shiftKey }) {
    const next = shiftKey ? nextCell(this.root) : null;
    (next ?? this.root).focus({ preventScroll: true });
  }

  remove() {
    for (const [type, listener] of Object.entries(this.listeners))
      window.removeEventListener(type, listener, true);
  }
}

/** The cell after the one that an element is in, in a notebook of JupyterLab.
 * @param {HTMLElement} element
 * @returns {HTMLElement | null} */
function nextCell(element) {
  let next = element.closest(".jp-Cell")?.nextElementSibling;
  while (next && !next.matches(".jp-Cell")) next = next.nextElementSibling;
  return /** @type {HTMLElement | null} */ (next ?? null);
}
