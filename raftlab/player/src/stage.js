/* The cluster's picture: islands, nodes, and the messages between them, in CSS pixels of its own box. */

import { Clients } from "./clients.js";
import { make, set } from "./dom.js";
import { groupsOf } from "./groups.js";
import { Inbox } from "./inbox.js";
import { blockAt, cutOnTheWay, layoutOf } from "./layout.js";
import { Links, pairsOf } from "./links.js";
import { Messages } from "./messages.js";
import { linesBelow, Nodes } from "./nodes.js";

/** The stage composes links, nodes and messages, and says where things stand. */
export class Stage {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.links = new Links(player);
    this.nodes = new Nodes(player);
    this.clients = new Clients(player);
    this.messages = new Messages(player, this);
    this.inbox = new Inbox();
    this.svg = make(
      "svg:svg.rl-graph",
      { role: "group", "aria-label": "The nodes and the messages between them" },
      this.links.ground,
      this.links.chosen,
      this.links.el,
      this.clients.el,
      this.messages.el,
      this.nodes.el,
      this.inbox.el,
    );
    this.el = make(
      "div.rl-cluster",
      { "data-rove": "", tabindex: 0, "aria-label": "The cluster", role: "group" },
      this.svg,
    );
    this.pairs = [];
    this.size = null;
    this.projector = false; // are signs and letters large?
    this.watchSize();
  }

  /** Another run is shown, with other nodes. */
  build(nodes) {
    this.pairs = pairsOf(nodes);
    this.messages.clear();
    this.nodes.build(nodes);
    this.laidOutFor = null;
  }

  // -- Where things stand ---------------------------------------------------------------------------------

  /** The room is known once the page has been laid out, and whenever it changes. */
  watchSize() {
    new ResizeObserver(
      ([
        {
          contentRect: { width, height },
        },
      ]) => {
        if (!width || !height || (this.size?.width === width && this.size?.height === height)) return;
        this.size = { width, height };
        this.svg.classList.add("rl-resizing"); // to a new size nothing glides
        if (this.state) this.draw(this.state);
        requestAnimationFrame(() => this.svg.classList.remove("rl-resizing"));
      },
    ).observe(this.el);
  }

  /** Give everything its place, if the room or the islands have changed. */
  layOut({ world: { network }, branch, sight }) {
    const { nodes } = this.player.timeline;
    const { width, height } = this.size || { width: 480, height: 360 };
    this.projector = Boolean(this.el.closest("[data-size=projector]"));
    const wanted = {
      nodes,
      width,
      height,
      projector: this.projector,
      groups: sight ? [nodes] : groupsOf(nodes, network.down), // no node is told of a cut
      labels: this.labelRoom(),
      clients: Clients.isNeeded(branch),
    };
    const key = JSON.stringify(wanted);
    if (key === this.laidOutFor) return;
    this.laidOutFor = key;
    this.layout = layoutOf(wanted);
    this.links.fit(this.layout);
    this.nodes.fit(this.layout);
    this.clients.fit(this.layout);
    this.inbox.fit(this.layout);
  }

  /** How much room the words around a node need, whatever its role will be. */
  labelRoom() {
    const { words, liars } = this.player.timeline;
    const called = [words.follower, words.candidate, words.leader, "crashed"].filter(Boolean);
    const longest = Math.max(...called.map((word) => word.length)) + 2 + (Object.keys(liars).length ? 7 : 0);
    const card = linesBelow(this.player);
    return {
      lines: this.player.has("votes") && words.leader ? 2 : 1,
      em: Math.max(longest * 0.58, ...card.map((line) => (line.length + 2) * 0.55)),
      under: card.length,
    };
  }

  get radius() {
    return this.layout.radius;
  }

  /** From the middle of a node to the outer edge of its timer. */
  get reach() {
    return this.layout.ring + 3;
  }

  /** The middle of a node. @param {string} node @returns {{x: number, y: number}} */
  place(node) {
    return this.layout.place[node];
  }

  /** Where what one node sends to another is stopped: {x, y, share of the way}; null if nothing is in its way.
   * @param {string} src
   * @param {string} dst */
  wallBetween(src, dst) {
    return this.state?.world.isDown(src, dst) || this.layout.walls.length
      ? cutOnTheWay(this.layout, src, dst)
      : null;
  }

  /** The boxes of nodes with their labels, and of other words: what messages at rest should not cover. */
  labels() {
    const blocks = Object.keys(this.layout.place).map((node) => blockAt(this.layout, node));
    return [...blocks, ...this.links.words, ...this.clients.boxes];
  }

  /** What is at a point of the window: a message, a node, the link between two nodes, or the cluster as a whole.
   * @param {number} clientX
   * @param {number} clientY
   * @returns {import("./things.js").Thing | null} */
  hit(clientX, clientY) {
    const element = this.svg.ownerDocument.elementFromPoint(clientX, clientY);
    if (!element || !this.el.contains(element)) return null;
    const message = element.closest("[data-message]");
    if (message) return { kind: "message", id: Number(message.dataset.message) };
    const node = element.closest("[data-node]");
    if (node) return { kind: "node", id: node.dataset.node };
    const box = this.svg.getBoundingClientRect();
    const link = this.linkAt(clientX - box.left, clientY - box.top);
    return link ? { kind: "link", id: link } : { kind: "cluster" };
  }

  linkAt(x, y) {
    let best = { far: 9, id: null };
    for (const [a, b] of this.pairs) {
      const [p, q] = [this.place(a), this.place(b)];
      const [dx, dy] = [q.x - p.x, q.y - p.y];
      const share = ((x - p.x) * dx + (y - p.y) * dy) / (dx * dx + dy * dy);
      if (share < 0 || share > 1) continue;
      const far = Math.hypot(p.x + dx * share - x, p.y + dy * share - y);
      if (far < best.far) best = { far, id: `${a}>${b}` };
    }
    return best.id;
  }

  // -- Drawing -----------------------------------------------------------------------------------------------

  /** @param {import("./player.js").State} state */
  draw(state) {
    this.state = state;
    const { position } = state;
    this.layOut(state);
    this.links.draw(state);
    this.nodes.draw(state);
    this.clients.draw(state);
    this.messages.draw(state);
    set(this.messages.el, { display: state.sight ? "none" : "inline" }); // what is on its way nobody can know
    this.inbox.draw(state);
    this.nodes.time(position.tick);
  }

  /** Put messages and timers where they are at a time between ticks.
   * @param {number} time
   * @param {any} film the film that plays, or null */
  move(time, film = null) {
    this.messages.move(time, film);
    if (this.state) this.nodes.time(time);
  }

  /** What has changed is seen to change.
   * @param {import("./trace.js").World} before
   * @param {import("./trace.js").World} after */
  turn(before, after) {
    this.nodes.turn(before, after);
  }

  /** @param {string} node */
  pulse(node) {
    this.messages.pulse(node);
  }
}
