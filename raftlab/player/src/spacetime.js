/* Space and time: one line a node, time to the right, messages between the lines. */

import { make, onWidth, refill, set } from "./dom.js";
import { stateOf } from "./signs.js";
import { short } from "./words.js";

/** Space-time diagram: time runs to the right, one line a node, messages between the lines. */
export class SpaceTime {
  constructor(player) {
    this.player = player;
    this.svg = make("svg:svg.rl-spacetime", {
      role: "img",
      "aria-label":
        "Space-time diagram: one line for each node, time to the right, messages between the lines",
    });
    this.legend = make(
      "p.rl-hint",
      { hidden: true },
      "Bars: what a client asks, from the question to the answer; open where there is no answer. hand: asked by hand, or by the story.",
    );
    this.el = make("div.rl-panel", {}, make("h3", {}, "Space and time"), this.svg, this.legend);
    this.svg.addEventListener("click", (event) => this.jump(event));
    this.width = 600;
    onWidth(this.el, (width) => {
      this.width = Math.max(240, Math.min(900, Math.round(width)));
      player.draw();
    });
  }

  jump(event) {
    const { left, width } = this.svg.getBoundingClientRect();
    const tick = Math.round(this.from + (((event.clientX - left) / width) * this.width - 34) / this.step);
    this.player.goTick(Math.max(0, tick));
  }

  draw({ branch, position }) {
    const nodes = this.player.timeline.nodes;
    const clients = [...new Set(branch.operations.map(({ row }) => row))].sort(
      (a, b) => a.length - b.length || (a < b ? -1 : 1),
    );
    this.step = 9.2; // of a tick, whatever the width: where there is less room fewer ticks are shown, not smaller ones
    this.span = Math.floor((this.width - 44) / this.step);
    this.from = Math.max(0, Math.min(position.tick - Math.round(this.span * 0.75), branch.ticks - this.span));
    const height = 24 + nodes.length * 34 + (clients.length ? clients.length * 26 + 4 : 0);
    set(this.svg, { viewBox: `0 0 ${this.width} ${height}` });
    this.legend.hidden = !clients.length;
    const x = (tick) => 34 + (tick - this.from) * this.step;
    const y = (name) =>
      nodes.includes(name)
        ? 22 + nodes.indexOf(name) * 34
        : 26 + nodes.length * 34 + clients.indexOf(name) * 26;
    refill(
      this.svg,
      [
        this.width,
        branch.id,
        branch.events.length,
        position.tick,
        position.count,
        this.player.has("messages"),
      ].join(),
      () => [
        ...this.axis(x, height),
        ...nodes.flatMap((node) => this.life(branch, node, x, y(node), position)),
        ...(this.player.has("messages") ? this.messages(branch, position, x, y) : []),
        ...this.operations(branch, position, x, y),
        make("svg:rect.rl-margin", { x: 0, y: 11, width: 33, height }),
        ...[...nodes, ...clients].map((row) =>
          make("svg:text.rl-row-name", { x: 1, y: y(row) + 4 }, row.replace(/^hand\d+$/, "")),
        ),
        make("svg:line.rl-now", { x1: x(position.tick), x2: x(position.tick), y1: 6, y2: height - 4 }),
      ],
    );
  }

  axis(x, height) {
    const marks = [];
    for (let tick = Math.ceil(this.from / 10) * 10; tick <= this.from + this.span; tick += 10) {
      marks.push(
        make("svg:line.rl-grid", { x1: x(tick), x2: x(tick), y1: 10, y2: height - 6 }),
        make("svg:text.rl-axis", { x: x(tick), y: 9 }, String(tick)),
      );
    }
    return marks;
  }

  /** A node's line, thick while it leads, dashed while it is a candidate, gone while it is down. */
  life(branch, node, x, y, { tick: until, count }) {
    const pieces = [];
    let view = branch.at(branch.countAt(this.from)).views[node];
    let since = this.from;
    const close = (tick) =>
      pieces.push(
        make(`svg:line.rl-life.rl-${stateOf(view)}`, {
          x1: x(since),
          x2: x(tick),
          y1: y,
          y2: y,
          stroke: stateOf(view) === "leader" ? "currentColor" : null,
        }),
      );
    for (let index = branch.countAt(this.from); index < count; index++) {
      const [tick, what, who, , , changes] = branch.events[index];
      if (who !== node || !(changes?.role || changes?.status || changes?.term)) continue;
      close(tick);
      view = { ...view, ...changes };
      since = tick;
      const sign =
        what === "crash"
          ? "✕"
          : what === "restart"
            ? "↻"
            : changes.role === "leader"
              ? "★"
              : changes.role === "candidate"
                ? "?"
                : "";
      if (sign) pieces.push(make("svg:text.rl-sign", { x: x(tick), y: y - 6 }, sign));
      if (changes.term)
        pieces.push(
          make(
            "svg:text.rl-axis",
            { x: x(tick), y: y + 13 },
            `${this.player.timeline.words.term === "term" ? "t" : "#"}${changes.term}`,
          ),
        );
    }
    close(until);
    return pieces;
  }

  /** What clients asked: a bar from the question to the answer; open to the right where there is none. */
  operations(branch, { tick: now, count }, x, y) {
    const bars = [];
    const next = {}; // row -> where its next bar begins: so far its words may reach
    for (const { client, row, words, invoked, returned, ended, answer } of branch.operations
      .filter((each) => each.invoked < count)
      .reverse()) {
      const told = returned < count;
      const until = ended < count ? branch.tickOf(ended) : now;
      if (until < this.from) continue;
      const left = Math.max(x(branch.tickOf(invoked)), 36);
      const right = Math.max(x(until), left + 2);
      const top = y(row) - 2;
      const label =
        told && (answer === "ok" || answer === null) ? words : `${words} → ${told ? answer : "?"}`;
      const fate = told
        ? `ticks ${branch.tickOf(invoked)} to ${until}`
        : ended < count
          ? `given up at tick ${until}`
          : "not answered yet";
      bars.push(
        make(
          `svg:path.rl-operation${told ? "" : ".rl-open"}`,
          { d: `M${right} ${top}H${left}V${top + 10}H${right}${told ? "Z" : ""}` },
          make("svg:title", {}, `${client}: ${label}, ${fate}`),
        ),
      );
      const letters = Math.floor(((next[row] ?? this.width - 10) - left) / 5.5);
      if (letters > 3) bars.push(make("svg:text.rl-asked", { x: left, y: top - 3 }, short(label, letters)));
      next[row] = left;
    }
    return bars;
  }

  messages(branch, { tick: now, count }, x, y) {
    const lines = [];
    for (
      let id = firstSentFrom(branch, this.from - 40);
      id < branch.messages.length && branch.messages[id][4] <= now;
      id++
    ) {
      if (branch.sentAt[id] >= count) break;
      const message = branch.message(id);
      const fate = branch.fate(id, count);
      const end =
        fate === "flying" ? now : branch.tickOf(fate === "lost" ? branch.lostAt[id] : branch.deliveredAt[id]);
      if (end < this.from) continue;
      const share =
        fate === "delivered"
          ? 1
          : Math.max(0.3, Math.min(1, (end - message.sent) / (message.arrives - message.sent)));
      const stop = fate === "delivered" ? end : Math.max(end, message.sent + share);
      const y2 = y(message.src) + (y(message.dst) - y(message.src)) * share;
      const reply = message.kind.endsWith("Reply");
      lines.push(
        make(
          `svg:line.rl-flight.rl-${fate}${reply ? ".rl-reply" : ""}${message.kind.startsWith("RequestVote") ? ".rl-voting" : ""}`,
          { x1: x(message.sent), y1: y(message.src), x2: x(stop), y2 },
          make(
            "svg:title",
            {},
            `${this.player.timeline.messageName(message)} from ${message.src} to ${message.dst}, ${fate}`,
          ),
        ),
      );
      if (fate === "lost") lines.push(make("svg:text.rl-sign", { x: x(stop), y: y2 + 4 }, "×"));
    }
    return lines;
  }
}

/** The first message sent at or after a tick; messages are in the order in which they were sent. */
function firstSentFrom(branch, tick) {
  let low = 0;
  let high = branch.messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (branch.messages[middle][4] < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}
