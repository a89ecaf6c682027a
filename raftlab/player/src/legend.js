/* What the signs on the stage mean. */

import { make, refill } from "./dom.js";
import { logKeys } from "./logs.js";
import { messageShape } from "./messages.js";
import { MASK } from "./signs.js";

const OF_RAFT = ["RequestVote", "RequestVoteReply", "AppendEntries", "AppendEntriesReply"];

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
    const others = kinds.filter((kind) => seen.has(kind) && !OF_RAFT.includes(kind));
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
    const shape = (kind, fields) => messageShape({ kind, term: 1, fields, src: "", dst: "" }, timeline);
    if (player.has("messages") && (!others.length || OF_RAFT.some((kind) => seen.has(kind)))) {
      icon("vote request", shape("RequestVote", {}));
      icon(
        "vote, refusal",
        ...[
          ["+", -7],
          ["−", 7],
        ].map(([sign, x]) =>
          make(
            "svg:g.rl-message",
            { transform: `translate(${x} 0) scale(0.65)` },
            make("svg:circle.rl-hollow", { r: 8, stroke: timeline.color(1) }),
            make("svg:text", { y: 4 }, sign),
          ),
        ),
      );
      icon("heartbeat", shape("AppendEntries", { entries: [] }));
      if (player.has("log") || player.part)
        icon("append (entries)", shape("AppendEntries", { entries: [1] }));
      icon("reply", shape("AppendEntriesReply", { success: true }));
    }
    if (player.has("messages"))
      for (const kind of others)
        icon(
          kind === "RequestPreVoteReply"
            ? "would vote (−: would not)"
            : timeline.messageName({ kind, fields: {} }),
          shape(kind, { vote_granted: true }),
        );
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
