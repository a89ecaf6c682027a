/* The keys of the player, as far as they are of use now. */

import { make } from "./dom.js";
import { KEY_NAMES, KEYS } from "./keys.js";

/** A list of the keys and of what they do. */
export class Help {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {"sheet"} */
    this.place = "sheet";
    this.el = make("div.rl-help", { role: "dialog", "aria-label": "Keys" });
  }

  toggle() {
    const { player } = this;
    const usable = KEYS.filter((key) => player.offers(key) && (!key[4] || player.canAct));
    if (player.canAct)
      usable.push(
        ...player
          .controls()
          .filter(({ key, help }) => key && help)
          .map(({ key, help }) => [[key], help]),
      );
    this.el.replaceChildren(
      make("h3", {}, "Keys (while the player has the focus)"),
      make(
        "dl",
        {},
        ...usable.flatMap(([keys, what]) => [
          make("dt", {}, ...keys.map((key) => make("kbd", {}, KEY_NAMES[key] || key))),
          make("dd", {}, typeof what === "string" ? what : what(player)),
        ]),
      ),
    );
    player.layer.toggle(this);
  }
}
