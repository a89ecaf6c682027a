/* The list of the keys that can be used now. */

import { heading, make } from "./dom.js";
import { KEYS, keyName, keySpoken } from "./keys.js";
import { canDo, filled } from "./verbs.js";

/** A list of the keys and of what they do. */
export class Help {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {"sheet"} */
    this.place = "sheet";
    this.list = make("dl.rl-keys");
    this.numbers = make("p");
    this.el = make(
      "div.rl-help",
      { role: "dialog", "aria-label": "Keys" },
      heading("Keys, while the player has the focus", () => player.closeLayer()),
      this.numbers,
      this.list,
    );
  }

  opened() {
    const { nodes } = this.player.timeline;
    this.numbers.textContent = `1 to ${Math.min(9, nodes.length)} choose a node.`;
    this.list.replaceChildren(
      ...this.rows().map(([keys, what]) =>
        make(
          "div",
          {},
          make(
            "dt",
            {},
            ...keys.flatMap((key) => [
              make("kbd", { "aria-hidden": "true" }, keyName(key)),
              make("span.rl-hidden", {}, keySpoken(key)),
            ]),
          ),
          make("dd", {}, what),
        ),
      ),
    );
  }

  /** The keys that are of use now, each with what it does. */
  rows() {
    const { player } = this;
    const usable = KEYS.filter((key) => player.offers(key) && (!key.changes || player.canAct));
    const verbs = player
      .controls()
      .filter((control) => control.key && control.help && canDo(player, control));
    const rows = [
      ...usable.map(({ keys, what }) => [keys, typeof what === "string" ? what : what(player)]),
      ...verbs.map(({ key, help }) => [[key], filled(help, player.timeline.words)]),
    ];
    // Several verbs may share a key, which does the one that is possible.
    const merged = new Map();
    for (const [keys, what] of rows) {
      const known = merged.get(keys.join());
      if (!known) merged.set(keys.join(), [keys, what]);
      else if (!known[1].includes(what)) known[1] += `; ${what}`;
    }
    return [...merged.values()];
  }
}
