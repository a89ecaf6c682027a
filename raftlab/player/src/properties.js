/* The properties that are watched, and which of them is broken. */

import { button, make, refill } from "./dom.js";

/** A mark for each property: it holds, or since when it is broken. */
export class Properties {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.el = make("div.rl-strip", { role: "group", "aria-label": "Safety properties" });
  }

  draw({ world, branch }) {
    const { player } = this;
    const { timeline } = player;
    const shown = !timeline.words.leader
      ? [] // they are Raft's
      : player.has("properties")
        ? timeline.watched
        : player.has("safety_election")
          ? ["P1"]
          : [];
    refill(this.el, shown.map((id) => `${id}${world.broken[id]?.count ?? ""}`).join() + branch.id, () =>
      shown.map((id) => {
        const { sentence } = timeline.rule(id);
        const name = sentence.split(":")[0];
        const broken = world.broken[id];
        return broken
          ? button(
              `✕ ${name}: broken since tick ${broken.tick}`,
              broken.sentence,
              () => player.go({ tick: broken.tick, count: broken.count }),
              { class: "rl-chip rl-broken" },
            )
          : make("span.rl-chip", { title: sentence }, `✓ ${name}`);
      }),
    );
  }
}
