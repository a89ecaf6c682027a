/* The logs, one row a node. */

import { make, onWidth, refill } from "./dom.js";
import { UNKNOWN } from "./facts.js";
import { signOf, stateOf } from "./signs.js";
import { entriesUpTo, short } from "./words.js";

/** The logs: one row a node; committed entries have a solid outline, others a dashed one. */
export class LogGrid {
  constructor(player) {
    this.player = player;
    this.table = make("table.rl-logs", { "aria-label": "The logs" });
    this.el = make("div.rl-panel.rl-log-panel", {}, make("h3", {}, "Logs"), this.table);
    this.width = 0;
    onWidth(this.el, (width) => {
      this.width = width;
      player.draw();
    });
  }

  draw({ world, selected }) {
    const nodes = this.player.timeline.nodes;
    const leader = world.leader();
    const leading = leader ? world.views[leader] : null;
    const longest = Math.max(
      ...nodes.map((node) => world.views[node].log.length),
      leading ? Math.max(0, ...Object.values(leading.next_index)) : 0,
      6,
    );
    const room = Math.max(6, Math.floor((this.width - 130) / 48) || 14);
    const first = Math.max(1, longest - room + 1);
    const signature = JSON.stringify([
      first,
      longest,
      leader,
      selected,
      leading?.next_index,
      leading?.match_index,
      nodes.map((node) => [
        stateOf(world.views[node]),
        world.views[node].commit_index,
        world.views[node].snapshot,
        world.views[node].log.toArray().slice(first - 1),
      ]),
    ]);
    refill(this.table, signature, () => this.rows(world, nodes, first, longest, leader, selected));
  }

  rows(world, nodes, first, last, leader, selected) {
    const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const head = make(
      "tr",
      {},
      make("th", {}, first > 1 ? `… ${first - 1} earlier` : "index"),
      ...indexes.map((index) => make("th", { scope: "col" }, String(index))),
    );
    return [
      head,
      ...nodes.map((node) =>
        make(
          "tr",
          {},
          make(
            "th",
            { scope: "row" },
            `${node} ${signOf(world.views[node])}`.trim(),
            this.player.timeline.liars[node]
              ? make("small", { title: this.player.timeline.liars[node][1] }, " lies")
              : "",
          ),
          world.views[node].snapshot >= first ? this.strip(world, leader, node, first, selected) : "",
          ...indexes
            .filter((index) => !(index <= world.views[node].snapshot))
            .map((index) => this.cell(world, leader, node, index, selected)),
        ),
      ),
    ];
  }

  /** What is in the snapshot and no longer in the log: one flat, hatched strip. */
  strip(world, leader, node, first, selected) {
    const { snapshot, log } = world.views[node];
    const width = snapshot - first + 1;
    const chosen = selected?.kind === "entry" && selected.id === node && selected.index <= snapshot;
    const words = `${snapshot > 1 ? "1–" : ""}${snapshot}`;
    const label = `${entriesUpTo(snapshot)} of ${node}: in its snapshot, no longer in its log`;
    const known = log
      .toArray()
      .slice(0, snapshot)
      .map(([, command]) => command)
      .filter((command) => command !== UNKNOWN);
    const leading = world.views[leader];
    const marks = [
      ["next", "n"],
      ["match", "m"],
    ].filter(
      ([name]) =>
        leader &&
        leader !== node &&
        leading[`${name}_index`][node] >= first &&
        leading[`${name}_index`][node] <= snapshot,
    );
    return make(
      "td",
      { colspan: width },
      make(
        `button.rl-snapshot${chosen ? ".rl-selected" : ""}`,
        {
          type: "button",
          "aria-label": label,
          title: known.length ? `${label}: ${short(known.join(", "), 200)}` : label,
          onclick: () => this.player.select({ kind: "entry", id: node, index: snapshot }),
        },
        make("span", {}, width > 2 ? `snapshot ${words}` : words),
      ),
      ...marks.map(([name, sign]) =>
        make(`span.rl-${name}`, { title: `${name} index` }, `${sign} ${leading[`${name}_index`][node]}`),
      ),
    );
  }

  cell(world, leader, node, index, selected) {
    const view = world.views[node];
    const leading = world.views[leader];
    const entry = view.log.entry(index);
    const marks = [];
    if (leading?.next_index[node] === index)
      marks.push(make("span.rl-next", { title: `next index: what the leader sends ${node} next` }, "n"));
    if (leading?.match_index[node] === index && leader !== node)
      marks.push(
        make("span.rl-match", { title: `match index: the leader knows that ${node} agrees up to here` }, "m"),
      );
    if (!entry) return make("td", {}, ...marks);
    const { words } = this.player.timeline;
    const committed = index <= view.commit_index;
    const chosen = selected?.kind === "entry" && selected.id === node && selected.index === index;
    const fate = words.committed && `${committed ? "" : "not "}known to be ${words.committed}`;
    const label = [`entry ${index} of ${node}: ${entry[1]}`, words.term && `${words.term} ${entry[0]}`, fate]
      .filter(Boolean)
      .join(", ");
    const shown = this.player.branch.labels[entry[1]] ?? short(entry[1], 6);
    const whole = shown.length > 6; // cut short it would say nothing
    return make(
      "td",
      {},
      make(
        `button.rl-entry.${committed ? "rl-committed" : "rl-uncommitted"}${chosen ? ".rl-selected" : ""}${whole ? ".rl-voters" : ""}`,
        {
          type: "button",
          title: label,
          "aria-label": label,
          style: `background:${this.player.timeline.color(entry[0])}`,
          onclick: () => this.player.select({ kind: "entry", id: node, index }),
        },
        words.term && make("small", {}, String(entry[0])),
        shown,
      ),
      ...marks,
    );
  }
}
