/* The cluster's picture: islands, nodes, and the messages between them, in CSS pixels of its own box. */

import { Clients } from "./clients.js";
import { make, reducedMotion, set } from "./dom.js";
import { Glide } from "./glide.js";
import { groupsOf } from "./groups.js";
import { Inbox } from "./inbox.js";
import { blockAt, cutOnTheWay, layoutOf } from "./layout.js";
import { Links, pairsOf } from "./links.js";
import { Messages } from "./messages.js";
import { linesBelow, Nodes } from "./nodes.js";

const GLIDES = 400; // ms that a glide takes without a film

/** The stage composes links, nodes and messages, and says where things stand. */
export class Stage {
  // Set when the stage has been measured.
  /** @type {import("./layout.js").Layout} */
  layout;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.links = new Links(player);
    this.nodes = new Nodes(player);
    this.clients = new Clients(player, this);
    this.messages = new Messages(player, this);
    this.inbox = new Inbox();
    this.svg = make(
      "svg:svg.rl-graph",
      { role: "group", "aria-label": "The nodes and the messages between them" },
      this.links.ground,
      this.links.leaving,
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
    this.size = { width: 480, height: 360 }; // a first guess, until the stage has been measured
    this.drawn = null; // the size that the picture was drawn for
    this.projector = false; // are signs and letters large?
    /** @type {Glide | null} */
    this.glide = null;
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

  /** Called with the size of the stage when the page has been laid out, and whenever it changes. */
  watchSize() {
    new ResizeObserver(
      ([
        {
          contentRect: { width, height },
        },
      ]) => {
        if (!width || !height || (this.drawn?.width === width && this.drawn.height === height)) return;
        this.size = { width, height };
        if (this.state) this.draw(this.state);
      },
    ).observe(this.el);
  }

  /** Measure the stage after its place has changed, so that the next drawing has the right size and need not be repeated. */
  measure() {
    const style = getComputedStyle(this.el); // while the stage slides, its bounding box would be wrong
    const [width, height] = [style.width, style.height].map(Number.parseFloat);
    if (width && height) this.size = { width, height };
  }

  /** Lay everything out again if the size or the islands have changed. Returns whether the size has changed. */
  layOut({ world: { network }, branch, sight }) {
    const { nodes } = this.player.timeline;
    const { width, height } = this.size;
    this.projector = Boolean(this.el.closest("[data-size=projector]"));
    const down = sight ? [] : network.down; // a node does not know of cuts
    const wanted = {
      nodes,
      width,
      height,
      projector: this.projector,
      groups: groupsOf(nodes, down),
      down,
      labels: this.labelRoom(),
      clients: Clients.isNeeded(branch),
    };
    const key = JSON.stringify(wanted);
    if (key === this.laidOutFor) return false;
    const room = JSON.stringify({ ...wanted, groups: [], down: [] });
    const isNewRoom = !this.laidOutFor || room !== this.room;
    this.laidOutFor = key;
    this.room = room;
    this.layout = layoutOf(wanted);
    this.blocks = nodes.map((node) => blockAt(this.layout, node));
    this.links.fit(this.layout);
    this.nodes.fit(this.layout);
    this.clients.fit(this.layout);
    this.inbox.fit(this.layout);
    return isNewRoom;
  }

  /** The room that the words around a node need in any role. */
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

  /** Where a node is drawn now, which is between two places while it glides.
   * @param {string} node
   * @returns {import("./glide.js").Stand} */
  standOf(node) {
    return this.glide?.at(node) ?? { ...this.place(node), size: 1 };
  }

  /** Where a wall stops messages from one node to another: {x, y, share of the way}; null if there is none.
   * @param {string} src
   * @param {string} dst */
  wallBetween(src, dst) {
    return this.state?.world.isDown(src, dst) || this.layout.walls.length
      ? cutOnTheWay(this.layout, src, dst)
      : null;
  }

  /** The boxes of nodes with their labels and of other words, which messages at rest should not cover. */
  labels() {
    return [...this.blocks, ...this.links.words, ...this.clients.boxes];
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
    let best = { far: 9, id: /** @type {string | null} */ (null) };
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
    this.drawn = this.size;
    const { position } = state;
    const { film } = this.player.motion;
    if (this.glide && this.glide.film !== film) this.arrive(); // the film of this glide was ended early
    const stands = this.laidOutFor ? this.stands() : {};
    const isNewRoom = this.layOut(state);
    const isChanged = this.links.draw(state);
    if (isNewRoom) this.arrive();
    else if (isChanged) this.depart(stands, film);
    this.nodes.draw(state);
    this.clients.draw(state);
    this.messages.draw(state);
    // With the sight of one node, messages on their way are not shown; only in a film are they seen to leave and arrive.
    set(this.messages.el, { display: state.sight && !film ? "none" : "inline" });
    this.inbox.draw(state);
    this.nodes.time(position.tick);
  }

  /** Put messages and timers where they are at a time between ticks.
   * @param {number} time
   * @param {any} film the film that plays, or null */
  move(time, film = null) {
    if (film && this.glide?.film === film) this.glideTo(film.share);
    this.clients.move(time, film);
    this.messages.move(time, film);
    if (this.state) this.nodes.time(time);
  }

  // -- Gliding to new places ---------------------------------------------------------------------------------

  /** Where the nodes are drawn, with their sizes in pixels. */
  stands() {
    const { radius } = this.layout;
    return Object.fromEntries(
      this.player.timeline.nodes.map((node) => {
        const { x, y, size } = this.standOf(node);
        return [node, { x, y, size: size * radius }];
      }),
    );
  }

  /** Let the nodes glide to their new places. @param {Record<string, import("./glide.js").Stand>} stands  sizes in pixels
   * @param {import("./motion.js").Playing | null} film */
  depart(stands, film) {
    if (reducedMotion() || this.svg.ownerDocument.hidden) return this.arrive();
    const glide = new Glide(stands, this.layout, film);
    this.glide = glide;
    this.messages.reroute();
    if (film) return this.glideTo(film.share);
    /** @type {number | null} */
    let begin = null;
    const frame = (/** @type {number} */ now) => {
      if (this.glide !== glide) return;
      begin ??= now;
      this.glideTo((now - begin) / GLIDES);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return this.glideTo(0);
  }

  /** @param {number} share  of the film, or of the glide's own time */
  glideTo(share) {
    if (!this.glide?.reach(share)) return this.arrive();
    return this.show(this.glide.done);
  }

  /** End the glide: the nodes are at their new places. */
  arrive() {
    this.glide = null;
    this.show(1);
  }

  /** @param {number} done  share of the way between two layouts */
  show(done) {
    this.nodes.stand((node) => this.standOf(node));
    this.links.glide(done);
    set(this.clients.chips, { opacity: done });
    this.messages.follow();
  }

  /** Animate what has changed.
   * @param {import("./trace.js").World} before
   * @param {import("./trace.js").World} after */
  turn(before, after) {
    this.nodes.turn(before, after, this.state?.sight ?? null);
  }

  /** @param {string} node */
  pulse(node) {
    this.messages.pulse(node);
  }
}
