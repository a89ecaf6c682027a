/* What the signs on the stage mean. */

import { make, refill } from "./dom.js";
import { messageSize } from "./lanes.js";
import { logKeys } from "./logs.js";
import { messageShape } from "./messages.js";
import { MASK } from "./signs.js";

const SMALL = 12; // pixels
const ENTRIES = [[1, "x=1"]]; // of the message that stands for all of its kind

/** A sign and its meaning, for each that this run has. */
export class Legend {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.el = make("div.rl-legend", { "aria-label": "Legend" });
  }

  draw() {
    const { seen, liars } = this.player.timeline;
    refill(this.el, `${[...seen].join()} ${Object.keys(liars).join()}`, () => this.items());
  }

  /** What the signs mean; of what the extensions bring, only what this run has. */
  items() {
    const { player } = this;
    const { timeline } = player;
    const { seen, liars, kinds } = timeline;
    const { words } = timeline;
    const items = [];
    const icon = (words, ...shapes) =>
      items.push(
        make(
          "span.rl-legend-item",
          {},
          make(
            "svg:svg",
            { viewBox: "-13 -13 26 26", width: 24, height: 24, "aria-hidden": "true" },
            ...shapes,
          ),
          words,
        ),
      );
    const node = (role, ...more) =>
      make(
        `svg:g.rl-node.rl-${role}`,
        {},
        make("svg:circle.rl-body", { r: 9, fill: timeline.color(1) }),
        ...more,
      );
    icon(words.follower, node("follower"));
    if (words.candidate) icon(`? ${words.candidate}`, node("candidate"));
    if (words.leader) icon(`★ ${words.leader}`, node("leader", make("svg:circle.rl-ring", { r: 5.5 })));
    icon("crashed", node("crashed", make("svg:path.rl-strike", { d: "M-9 -9 L9 9 M-9 9 L9 -9" })));
    if (player.has("pause")) icon("‖ paused", node("paused"));
    if (Object.keys(liars).length)
      icon(
        "lies: breaks a rule",
        node("follower"),
        make("svg:path.rl-mask", { d: MASK, transform: "scale(0.32)" }),
      );
    if (player.has("messages"))
      for (const kind of kinds) if (seen.has(kind)) items.push(...messageItems(kind, timeline));
    if (seen.has("odd"))
      icon(
        "link unlike the others",
        make("svg:g.rl-link.rl-odd", {}, make("svg:line", { x1: -12, x2: 12, y1: 0, y2: 0 })),
      );
    if (player.has("timers"))
      icon("time left", make("svg:path.rl-timer", { d: "M0 -10 A10 10 0 1 1 -10 0" }));
    if (player.has("votes") && words.leader)
      items.push(make("span.rl-legend-item", {}, "votes: ● granted  ◌ on the way  ⊗ refused  ○ lost"));
    if (player.has("log"))
      for (const [key, meaning] of logKeys(timeline))
        items.push(make("span.rl-legend-item", {}, key, meaning));
    if (words.term) items.push(make("span.rl-legend-item", {}, `each ${words.term} has its colour`));
    return items;
  }
}

/** Messages of a kind, with what they are called: one, or one that says yes and one that says no. */
function messageItems(kind, timeline) {
  const samples = [timeline.names[kind], timeline.says[kind]].some(Array.isArray) ? [ENTRIES, []] : [ENTRIES];
  return samples.map((value) => {
    const fields = Object.fromEntries(timeline.fields[kind].map((name) => [name, value]));
    const message = { kind, term: 1, fields, src: "", dst: "" };
    const { width } = messageSize(timeline.wordOn(message, {}), SMALL);
    const box = { viewBox: `${-width / 2 - 2} -12 ${width + 4} 24`, width: width + 4, height: 24 };
    return make(
      "span.rl-legend-item",
      {},
      make("svg:svg", { ...box, "aria-hidden": "true" }, messageShape(message, timeline, { font: SMALL })),
      timeline.messageName(message),
    );
  });
}
