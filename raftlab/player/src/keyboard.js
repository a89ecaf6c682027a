/* What the keys do while the player has the focus. */

import { KEYS } from "./keys.js";
import { hasModifier, Shield } from "./shield.js";
import { canDo, onlyPlays, pressVerb } from "./verbs.js";

/** The keys of a player: its own, those of the verbs, and the numbers of the nodes. */
export class Keyboard {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.shield = new Shield(player.root, (event) => this.press(event));
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key is used */
  press(event) {
    const { player } = this;
    const { key } = event;
    const target = /** @type {HTMLElement} */ (event.target);
    player.saying.calmNote();
    if (key !== "Escape") player.hands.wasLast = false;
    if (hasModifier(event)) return this.combination(event);
    if (key === "Escape") player.escape();
    else if (player.layer.shown?.key?.(event)) return true;
    else if (key === "ContextMenu" || (key === "F10" && event.shiftKey)) player.hands.openMenuByKey();
    else if (key === "Enter" && target.dataset.thing) player.hands.openMenuByKey();
    else if ((key === " " || key === "Enter") && target.matches("button, summary, a, input")) return false;
    else if (key === "ArrowDown" || key === "ArrowUp") return player.focus.move(key === "ArrowDown" ? 1 : -1);
    else return this.own(key) || this.verb(key) || this.number(Number(key));
    return true;
  }

  /** A verb's key, also while a menu is open. */
  verb(key) {
    const { layer, menu } = this.player;
    if (!pressVerb(this.player, key)) return false;
    if (layer.shown === menu) layer.close();
    return true;
  }

  /** Ctrl+Z, Ctrl+Y and the like undo and redo; all other combinations are the browser's. */
  combination({ key, ctrlKey, metaKey, shiftKey, altKey }) {
    if (altKey || !(ctrlKey || metaKey)) return false;
    const letter = key.toLowerCase();
    if (letter === "z") this.player[shiftKey ? "redo" : "undo"]();
    else if (letter === "y") this.player.redo();
    else return false;
    return true;
  }

  own(key) {
    const { player } = this;
    /** @param {import("./keys.js").Key} each */
    const isMeant = ({ keys, spare }) => keys.includes(key) || (spare === key && this.isSpare(key));
    const found = KEYS.find((each) => isMeant(each) && player.offers(each));
    if (!found) return false;
    if (found.changes && !player.canAct) player.note(onlyPlays(player));
    else found.does(player);
    return true;
  }

  /** Is it not the key of a verb that is possible here? */
  isSpare(key) {
    const { player } = this;
    return !player.controls().some((control) => control.key === key && canDo(player, control));
  }

  /** A node's number chooses it; pressed again, it stays chosen. */
  number(number) {
    const id = this.player.timeline.nodes[number - 1];
    if (!id) return false;
    this.player.choose({ kind: "node", id });
    return true;
  }
}
