/* The cluster: nodes, links, and the messages between them. */

import { make, refill, set, setText } from "./dom.js";
import { messageShape } from "./messages.js";
import { lieWords, oddWords, signOf, stateOf, zigzag } from "./signs.js";
import { lastCampaign, voteOf } from "./why.js";

const WIDTH = 480;

const MIDDLE = 200; // of the circle on which the nodes stand, from above

/** The graph: nodes on a circle, n1 on top, the others clockwise; messages on their right-hand side of the link. */
export class Graph {
  constructor(player) {
    this.player = player;
    this.links = make("svg:g");
    this.nodesLayer = make("svg:g");
    this.messagesLayer = make("svg:g");
    this.knife = make("svg:line.rl-knife", { visibility: "hidden" });
    this.svg = make(
      "svg:svg.rl-graph",
      { role: "group", "aria-label": "The nodes and the messages between them" },
      this.links,
      this.nodesLayer,
      this.messagesLayer,
      this.knife,
    );
    this.el = this.svg;
    this.pool = new Map(); // message id -> its element
    this.watchKnife();
  }

  build(nodes) {
    const count = nodes.length;
    this.radius = count > 6 ? 25 : 30;
    this.place = {};
    nodes.forEach((node, i) => {
      const angle = (2 * Math.PI * i) / count - Math.PI / 2;
      const [x, y] = count === 1 ? [0, 0] : [Math.cos(angle), Math.sin(angle)];
      // What is said of a node stands on its outer side, where no message passes.
      const aside = count > 7 && Math.abs(x) > 0.9 ? 32 * Math.sign(x) : 0; // many nodes stand nearly above each other
      this.place[node] = { x: WIDTH / 2 + 165 * x, y: MIDDLE + 130 * y, outer: y < -0.1 ? -1 : 1, aside };
    });
    const lowest = Math.max(...Object.values(this.place).map(({ y }) => y));
    set(this.svg, { viewBox: `30 0 ${WIDTH - 60} ${lowest + 70}` });
    this.pool.clear();
    this.messagesLayer.replaceChildren();
    this.buildLinks(nodes);
    this.nodes = Object.fromEntries(nodes.map((node) => [node, this.buildNode(node)]));
    this.nodesLayer.replaceChildren(...nodes.map((node) => this.nodes[node].group));
  }

  buildLinks(nodes) {
    this.pairs = [];
    nodes.forEach((a, i) => nodes.slice(i + 1).forEach((b) => this.pairs.push([a, b])));
    this.lines = this.pairs.map(([a, b]) => {
      const { x: x1, y: y1 } = this.place[a];
      const { x: x2, y: y2 } = this.place[b];
      const line = make("svg:line", { x1, y1, x2, y2 });
      const hit = make("svg:line.rl-hit", { x1, y1, x2, y2 });
      const mark = make("svg:path.rl-cut", { visibility: "hidden" });
      const title = make("svg:title", {}, `link ${a} – ${b}`);
      return make(
        "svg:g.rl-link",
        { onclick: () => this.player.select({ kind: "link", id: `${a}>${b}` }) },
        title,
        line,
        hit,
        mark,
      );
    });
    this.links.replaceChildren(...this.lines);
  }

  buildNode(node) {
    const { x, y, outer, aside } = this.place[node];
    const r = this.radius;
    const lie = this.player.timeline.liars[node];
    const away = (lie ? 4 : 0) * outer; // the jagged line needs some room
    const parts = {
      arc: make("svg:path.rl-timer"),
      chosen: make("svg:circle.rl-chosen", { r: r + 11 }),
      body: make("svg:circle.rl-body", { r }),
      ring: make("svg:circle.rl-ring", { r: r - 5 }),
      strike: make("svg:path.rl-strike", {
        d: `M${-r} ${-r} L${r} ${r} M${-r} ${r} L${r} ${-r}`,
        visibility: "hidden",
      }),
      name: make("svg:text.rl-name", { y: -3 }, node),
      term: make("svg:text.rl-term", { y: 12 }),
      badge: make("svg:text.rl-badge", { x: aside, y: outer * (r + 19) + 4.5 + away }),
      votes: make("svg:g", { transform: `translate(${aside} ${away})` }),
    };
    if (lie)
      Object.assign(parts, {
        lie: make("svg:path.rl-lie", { d: zigzag(r + 9, 4, Math.round(r * 0.7)) }),
        title: make("svg:title", {}, `${node} lies: ${lie[1]}`),
      });
    const group = make(
      "svg:g.rl-node",
      {
        transform: `translate(${x} ${y})`,
        role: "button",
        tabindex: 0,
        "data-node": node,
        onclick: () => this.player.select({ kind: "node", id: node }),
        onkeydown: (event) => {
          if (event.key === "Enter") this.player.select({ kind: "node", id: node });
        },
      },
      parts.title || "",
      ...Object.values(parts).filter((part) => part !== parts.title),
    );
    return { group, ...parts };
  }

  draw({ world, branch, position, selected }) {
    for (const node of this.player.timeline.nodes) this.drawNode(node, world, branch, position, selected);
    this.pairs.forEach(([a, b], i) => this.drawLink(this.lines[i], a, b, world, selected));
    this.drawMessages(world, branch, position, selected);
    this.move(position.tick);
  }

  drawNode(node, world, branch, position, selected) {
    const view = world.views[node];
    const parts = this.nodes[node];
    const { words } = this.player.timeline;
    const [state, called, number] = [
      stateOf(view),
      this.player.timeline.called(view),
      words.term ? `${words.term} ${view.term}` : "",
    ];
    const chosen = selected?.kind === "node" && selected.id === node;
    set(parts.group, {
      class: `rl-node rl-${state} ${chosen ? "rl-selected" : ""}`,
      "aria-label": `${node}: ${[called, number].filter(Boolean).join(", ")}${lieWords(this.player.timeline, node)}`,
      "aria-pressed": chosen,
    });
    set(parts.body, { fill: this.player.timeline.color(view.term) });
    setText(parts.term, number);
    set(parts.term, { style: number.length > 7 ? "font-size:10px" : "" });
    setText(parts.badge, `${signOf(view)} ${called}${parts.lie ? ", lies" : ""}`.trim());
    set(parts.strike, { visibility: state === "crashed" ? "visible" : "hidden" });
    this.drawVotes(parts.votes, node, view, branch, position);
  }

  /** One dot for each voter: filled = granted, dotted = on the way, crossed = refused, empty = lost or not asked. */
  drawVotes(group, node, view, branch, { tick, count }) {
    const campaign =
      this.player.has("votes") && view.status === "running" && view.role !== "follower"
        ? lastCampaign(branch, count, node)
        : null;
    const fresh =
      campaign &&
      campaign.term === view.term &&
      (view.role === "candidate" || tick - branch.tickOf(campaign.event) < 12);
    const voters = fresh
      ? this.player.timeline.nodes.filter((peer) =>
          peer === node ? view.voters.includes(node) : peer in campaign.requests,
        )
      : [];
    const states = voters.map((peer) =>
      peer === node ? "granted" : voteOf(branch, count, campaign, peer).state,
    );
    refill(group, states.join(), () =>
      states.map((state, i) => {
        const x = (i - (states.length - 1) / 2) * 13;
        const y = this.place[node].outer * (this.radius + 34);
        const dot = make("svg:circle", { class: `rl-vote rl-vote-${state}`, cx: x, cy: y, r: 4.5 });
        const cross =
          state === "refused" && make("svg:path.rl-vote-cross", { d: `M${x - 3} ${y - 3} l6 6 m0 -6 l-6 6` });
        return make("svg:g", {}, make("svg:title", {}, `${voters[i]}: ${state}`), dot, cross);
      }),
    );
  }

  drawLink(group, a, b, world, selected) {
    const there = world.isDown(a, b);
    const back = world.isDown(b, a);
    const chosen = selected?.kind === "link" && selected.id === `${a}>${b}`;
    const odd = this.drawOddLink(group, a, b, world) && !there && !back;
    set(group, {
      class: `rl-link ${there && back ? "rl-down" : there || back ? "rl-one-way" : odd ? "rl-odd" : ""} ${chosen ? "rl-selected" : ""}`,
    });
    const mark = group.lastChild;
    set(mark, {
      visibility: there || back ? "visible" : "hidden",
      d: there || back ? this.cutMark(a, b, there, back) : "",
    });
  }

  /** What a link does that most do not, in words beside it: once, or for each way where the two differ. Is there anything? */
  drawOddLink(group, a, b, world) {
    const { odd } = world.network;
    const [there, back] = [odd?.[`${a}>${b}`], odd?.[`${b}>${a}`]];
    if (!there && !back && !group.odd) return false; // nearly always
    group.odd ||= [a, b].map(() => group.insertBefore(make("svg:text.rl-odd-words"), group.lastChild));
    const same = JSON.stringify(there) === JSON.stringify(back);
    const words = (numbers, src, dst) =>
      !numbers || world.isDown(src, dst) ? "" : `${same ? "" : `${src}→${dst}: `}${oddWords(numbers)}`;
    [words(there, a, b), same ? "" : words(back, b, a)].forEach((text, i) => {
      setText(group.odd[i], text);
      if (text)
        set(group.odd[i], i ? this.besideLink(b, a, 0.36) : this.besideLink(a, b, same ? 0.42 : 0.36));
    });
    return Boolean(there || back);
  }

  /** A place beside a link, on its outer side, where no message passes. */
  besideLink(a, b, share) {
    const [from, to] = [this.place[a], this.place[b]];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
    const outer = (WIDTH / 2 - x) * uy + (y - MIDDLE) * ux >= 0 ? 20 : -20;
    const across = -uy * Math.sign(outer);
    return {
      x: (x - uy * outer).toFixed(1),
      y: (y + ux * outer + 4).toFixed(1),
      style: `text-anchor:${across > 0.4 ? "start" : across < -0.4 ? "end" : "middle"}`,
    };
  }

  /** Two strokes across a link: in its middle if both ways are cut, else near the end that hears nothing. */
  cutMark(a, b, there, back) {
    const [from, to] = [this.place[a], this.place[b]];
    const share = there && back ? 0.5 : there ? 0.7 : 0.3;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
    return [-3, 3]
      .map(
        (d) =>
          `M${x + ux * d - uy * 9} ${y + uy * d + ux * 9} L${x + ux * d + uy * 9} ${y + uy * d - ux * 9}`,
      )
      .join(" ");
  }

  drawMessages(world, branch, { tick }, selected) {
    const shown = this.player.has("messages") ? [...world.flying] : [];
    const lost = this.player.has("messages") ? recentlyLost(branch, world.count, tick) : [];
    const wanted = new Set([...shown, ...lost]);
    for (const [id, element] of this.pool) {
      if (!wanted.has(id)) {
        element.remove();
        this.pool.delete(id);
      }
    }
    for (const id of wanted) {
      let element = this.pool.get(id);
      const message = branch.message(id);
      const signature = [branch.id, ...branch.messages[id].slice(0, 6)].join();
      if (element && element.dataset.is !== signature) {
        element.remove();
        element = null;
      }
      if (!element) {
        element = messageShape(message, this.player.timeline);
        element.dataset.is = signature;
        element.addEventListener("click", () => this.player.select({ kind: "message", id }));
        this.messagesLayer.append(element);
        this.pool.set(id, element);
      }
      const gone = !world.flying.has(id);
      element.raft = { message, gone, lostAt: gone ? branch.tickOf(branch.lostAt[id]) : null };
      set(element, {
        class: `rl-message ${gone ? "rl-lost" : ""} ${selected?.kind === "message" && selected.id === id ? "rl-selected" : ""}`,
      });
    }
    this.world = world;
  }

  /** Put messages and timers where they are at a time between ticks. */
  move(time) {
    for (const element of this.pool.values()) {
      const { message, gone, lostAt } = element.raft;
      const now = gone ? lostAt : time;
      // A message that is lost as it is sent would vanish inside its sender: show it a little on its way.
      const share = Math.max(
        gone ? 0.35 : 0.05,
        Math.min(1, (now - message.sent) / (message.arrives - message.sent)),
      );
      const { x, y } = this.onLink(message.src, message.dst, share);
      element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    }
    if (!this.player.has("timers") || !this.world) return;
    for (const [node, parts] of Object.entries(this.nodes)) {
      const view = this.world.views[node];
      set(parts.arc, { d: view.timer && view.status === "running" ? this.arc(view.timer, time) : "" });
    }
  }

  onLink(src, dst, share) {
    const [from, to] = [this.place[src], this.place[dst]];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const way = this.radius + 8 + (length - 2 * this.radius - 16) * share;
    return { x: from.x + ux * way - uy * 7, y: from.y + uy * way + ux * 7 };
  }

  /** The share of the timer that is left, clockwise from the top. */
  arc([since, due], time) {
    const left = Math.max(0, Math.min(0.999, (due - time) / Math.max(1, due - since)));
    const r = this.radius + 6;
    const angle = 2 * Math.PI * left - Math.PI / 2;
    return `M0 ${-r} A${r} ${r} 0 ${left > 0.5 ? 1 : 0} 1 ${(r * Math.cos(angle)).toFixed(1)} ${(r * Math.sin(angle)).toFixed(1)}`;
  }

  // -- The knife: a line drawn across links cuts them ------------------------------------------------------

  watchKnife() {
    let start = null;
    const at = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(
        this.svg.getScreenCTM().inverse(),
      );
      return { x: point.x, y: point.y };
    };
    this.svg.addEventListener("pointerdown", (event) => {
      if (!this.player.knife) return;
      start = at(event);
      this.svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (!start) return;
      const end = at(event);
      set(this.knife, { x1: start.x, y1: start.y, x2: end.x, y2: end.y, visibility: "visible" });
    });
    this.svg.addEventListener("pointerup", (event) => {
      if (!start) return;
      const [from, to] = [start, at(event)];
      start = null;
      set(this.knife, { visibility: "hidden" });
      this.player.cutAcross(this.crossed(from, to));
    });
  }

  crossed(from, to) {
    const side = (p, q, r) => Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
    return this.pairs.filter(([a, b]) => {
      const [p, q] = [this.place[a], this.place[b]];
      return side(from, to, p) !== side(from, to, q) && side(p, q, from) !== side(p, q, to);
    });
  }
}

/** Messages lost in the last two ticks: they are shown for a moment, crossed out. */
function recentlyLost(branch, count, tick) {
  const lost = [];
  for (let index = count - 1; index >= 0 && branch.tickOf(index) >= tick - 1; index--) {
    const [, what, , detail] = branch.events[index];
    if (what === "lost") lost.push(detail[0]);
  }
  return lost;
}
