/* The keys of the player, as far as they are of use now. */

import { make } from "./dom.js";
import { canDo, filled } from "./hands.js";
import { KEYS, keyName, keySpoken } from "./keys.js";

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
    const usable = KEYS.filter((key) => player.offers(key) && (!key.changes || player.canAct));
    const verbs = player
      .controls()
      .filter((control) => control.key && control.help && canDo(player, control));
    const rows = [
      ...usable.map(({ keys, what }) => [keys, typeof what === "string" ? what : what(player)]),
      ...verbs.map(({ key, help }) => [[key], filled(help, player.timeline.words)]),
    ];
    this.el.replaceChildren(
      make("h3", {}, "Keys (while the player has the focus)"),
      make(
        "dl",
        {},
        ...rows.flatMap(([keys, what]) => [
          make(
            "dt",
            {},
            ...keys.flatMap((key) => [
              make("kbd", { "aria-hidden": "true" }, keyName(key)),
              make("span.rl-hidden", {}, keySpoken(key)),
            ]),
          ),
          make("dd", {}, what),
        ]),
      ),
    );
    player.layer.toggle(this);
  }
}
