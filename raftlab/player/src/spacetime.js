/* The space-time diagram: a line for each node, time to the right, messages between the lines. A step adds to the drawing and keeps the rest. */

import { sharedArea } from "./boxes.js";
import { make, onSize, reducedMotion, refill, set, setText } from "./dom.js";
import { lastShare, travelled } from "./film.js";
import {
  axisMarks,
  beginningFor,
  hasOtherCuts,
  lifeFrom,
  messagesFrom,
  otherCutsFrom,
  rowsBelow,
  spaceRoom,
  wallsFrom,
} from "./past.js";
import { seenBy } from "./sight.js";
import { ROLE_SIGNS, STATUS_SIGNS, signOf } from "./signs.js";
import { short } from "./words.js";

const CHANGES = { crash: STATUS_SIGNS.crashed, restart: "↻" }; // signs of events in a node's life, where the new state has no sign
const NEAR = 9; // pixels: a press so near to an arrow selects the message

/** A drawing whose elements have names. It keeps those that are wanted again, and removes the others. */
class Kept {
  constructor(layer) {
    this.layer = layer;
    this.drawn = new Map();
  }

  clear() {
    this.layer.replaceChildren();
    this.drawn.clear();
  }

  /** things: [name, thing, function that makes the element]; the function is called only for new elements. */
  show(things) {
    const wanted = new Set(things.map(([name]) => name));
    for (const [name, { el }] of this.drawn)
      if (!wanted.has(name)) {
        el.remove();
        this.drawn.delete(name);
      }
    for (const [name, thing, create] of things) {
      let kept = this.drawn.get(name);
      if (!kept) {
        kept = create(thing);
        this.layer.append(kept.el);
        this.drawn.set(name, kept);
      }
      kept.thing = thing;
    }
  }
}

export class SpaceTime {
  // Set when something has been drawn.
  /** @type {string[]} */
  nodes;
  /** @type {string[]} */
  clients;
  /** @type {import("./player.js").State & {seen: ReturnType<typeof seenBy> | null}} */
  state;
  /** @type {number} */
  from;
  /** @type {Map<number, number | null>} */
  placed; // message id -> the place of its word, or null if there is no room
  /** @type {import("./layout.js").Box[]} */
  boxes; // the places of words
  /** @type {ReturnType<typeof wallsFrom>} */
  wallsSeen;
  /** @type {ReturnType<typeof spaceRoom>} */
  room;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.axis = make("svg:g");
    this.walls = new Kept(make("svg:g"));
    this.lives = new Kept(make("svg:g"));
    this.flights = new Kept(make("svg:g"));
    this.bars = new Kept(make("svg:g"));
    this.names = make("svg:g");
    this.now = make("svg:line.rl-now");
    this.moving = make(
      "svg:g",
      {},
      this.axis,
      this.walls.layer,
      this.lives.layer,
      this.flights.layer,
      this.bars.layer,
      this.now,
    );
    this.clip = make("svg:rect", { y: 0 });
    const id = `rl-time-${Math.random().toString(36).slice(2)}`;
    this.svg = make(
      "svg:svg.rl-spacetime",
      { role: "group", "aria-label": "Space and time" },
      make("svg:defs", {}, make("svg:clipPath", { id }, this.clip)),
      make("svg:g", { "clip-path": `url(#${id})` }, this.moving),
      this.names,
    );
    this.el = make("section.rl-time-panel", { "aria-label": "Space and time" }, this.svg);
    this.svg.addEventListener("click", (event) => this.press(event));
    this.box = { width: 0, height: 0 };
    /** @type {import("./trace.js").Branch | null} */
    this.branch = null; // what was drawn last, and in which sizes
    this.signature = "";
    onSize(this.el, (box) => {
      this.box = box;
      player.draw([this]);
    });
  }

  get size() {
    return this.player.form?.size ?? "laptop";
  }

  x(tick) {
    return this.room.left + tick * this.room.step;
  }

  /** The height of a node's lane, or a client's row, above the bottom. */
  y(name) {
    const lane = this.nodes.indexOf(name);
    if (lane >= 0) return this.room.top + this.room.lane * (lane + 0.5);
    return (
      this.room.top + this.room.lane * this.nodes.length + this.room.row * (this.clients.indexOf(name) + 0.6)
    );
  }

  /** @param {import("./player.js").State} state */
  draw({ branch, position, world, selected, sight }) {
    if (!this.box.height) return;
    this.nodes = this.player.timeline.nodes;
    const asked = sight ? [] : branch.operations.filter(({ invoked }) => invoked < position.count);
    // If there is no room for all, the clients that asked last are shown.
    const most = rowsBelow({ ...this.box, lanes: this.nodes.length, size: this.size });
    const rows = [...new Set(asked.map(({ row }) => row).reverse())].slice(0, most);
    this.clients = rows.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    this.measure(branch, sight);
    this.state = {
      branch,
      position,
      world,
      selected,
      sight,
      seen: sight ? seenBy(branch, position, sight) : null,
    };
    this.turnTo(position.tick);
    this.drawNames();
    // A message may have been lost at a wall just before the span of time that is shown.
    this.wallsSeen = sight ? [] : wallsFrom(branch, this.nodes, this.from - 1, position.count);
    this.walls.show(sight ? [] : [...this.wallsNow(), ...this.otherCutsNow()]);
    this.lives.show(this.livesNow());
    this.flights.show(this.player.has("messages") ? this.flightsNow() : []);
    for (const { el, thing } of this.flights.drawn.values())
      el.classList.toggle("rl-selected", selected?.kind === "message" && selected.id === thing.id);
    this.bars.show(this.barsNow());
    const { playing, motion } = this.player; // while time runs, fractions of a tick are drawn, too
    this.move(playing && !reducedMotion() ? motion.time : position.tick);
  }

  /** Compute the sizes from the room. If one of them changes, everything is drawn again. */
  measure(branch, sight) {
    const { width, height } = this.box;
    const { delay } = branch.start.network;
    const room = spaceRoom({
      width,
      height,
      lanes: this.nodes.length,
      rows: this.clients.length,
      delay,
      cuts: !sight && hasOtherCuts(branch, this.nodes),
      letters: Math.max(6, `${this.player.timeline.words.term ?? ""} 10`.length),
      size: this.size,
    });
    const signature = JSON.stringify([
      room,
      width,
      height,
      branch.id,
      branch.timeline.title,
      this.nodes,
      this.clients,
      sight,
      this.player.heartbeats,
      branch.timeline.inTicks,
    ]);
    if (this.signature === signature && this.branch === branch) return;
    Object.assign(this, { signature, branch, room, from: null });
    set(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
    this.svg.style.setProperty("--font", `${room.font}px`);
    set(this.clip, { x: room.left, width: Math.max(0, width - room.left), height });
    for (const kept of [this.walls, this.lives, this.flights, this.bars]) kept.clear();
    this.placed = new Map();
    this.boxes = [];
  }

  /** Show the span of time to which a moment belongs. */
  turnTo(time) {
    const from = beginningFor(time, this.room.span);
    if (this.from === from) return;
    this.from = from;
    this.placed.clear();
    this.boxes = [];
    set(this.moving, { transform: `translate(${(-from * this.room.step).toFixed(2)} 0)` });
    this.drawAxis();
  }

  /** The axis is in seconds, or in ticks. */
  drawAxis() {
    const { span, step, font, top } = this.room;
    const { inTicks, msPerTick } = this.player.timeline;
    const unit = inTicks ? 1 : msPerTick / 1000;
    const end = Math.min(this.from + span, (this.state?.branch ?? this.branch)?.ticks ?? Infinity);
    const half = (value) => `${value} s`.length * font * 0.32;
    const marks = axisMarks(this.from, end, step, font * 5, unit).filter(
      ({ tick, value }) =>
        tick === this.from ||
        ((tick - this.from) * step > half(value) && this.x(tick - this.from) + half(value) < this.box.width),
    ); // labels that would be cut off are left out
    this.axis.replaceChildren(
      make("svg:rect.rl-time-axis", { x: this.x(this.from), y: 0, width: span * step, height: top }),
      ...marks.flatMap(({ tick, value }) => [
        make("svg:line.rl-grid", { x1: this.x(tick), x2: this.x(tick), y1: top * 0.7, y2: this.box.height }),
        make(
          "svg:text.rl-axis",
          {
            x: this.x(tick),
            y: font * 1.1,
            "data-tick": tick,
            style: tick === this.from ? "text-anchor:start" : null,
          },
          inTicks ? String(value) : `${value} s`,
        ),
      ]),
    );
  }

  /** Beside each lane: the node, its sign, and its term. */
  drawNames() {
    const { world, sight, selected } = this.state;
    const { words } = this.player.timeline;
    const { font } = this.room;
    const rows = [
      ...this.nodes.map((node) => {
        const view = world.views[node];
        const hidden = sight && node !== sight;
        const chosen = selected?.kind === "node" && selected.id === node;
        return [
          node,
          `${node} ${hidden ? "" : signOf(view)}`.trim(),
          hidden ? "?" : words.term ? `${words.term} ${view.term}` : "",
          chosen,
        ];
      }),
      ...this.clients.map((row, place) => [row, this.nameOfRow(row, place), "", false]),
    ];
    refill(this.names, JSON.stringify([rows, this.signature]), () =>
      rows.flatMap(([row, name, term, chosen]) => {
        const isLow = this.room.lane < font * 2.5; // then both stand on one line
        const attributes = {
          x: 2,
          y: this.y(row) + (term && !isLow ? -font * 0.1 : font * 0.35),
          "data-row": row,
        };
        const number = isLow ? (term.match(/\S+$/)?.[0] ?? "") : term;
        const beside = isLow
          ? { x: this.room.left - font * 0.5, y: attributes.y, style: "text-anchor:end" }
          : { x: 2, y: this.y(row) + font };
        return [
          make(`svg:text.rl-row-name${chosen ? ".rl-selected" : ""}`, attributes, name),
          number && make("svg:text.rl-row-term", beside, number),
        ].filter(Boolean);
      }),
    );
  }

  /** The names of the clients' rows. Requests by hand may need several rows, of which the first one has the name. */
  nameOfRow(row, place) {
    const byHand = (each) => /^hand\d*$/.test(each);
    if (!byHand(row)) return row;
    return this.clients.findIndex(byHand) === place ? "hand" : "";
  }

  // -- What is drawn: [[name, thing, function that makes the element], ...] -----------------------------------

  wallsNow() {
    const seen = this.wallsSeen.filter(({ end }) => end === null || end > this.from);
    return seen.map((wall) => [
      `${wall.lane} ${wall.tick} ${wall.there} ${wall.back}`,
      wall,
      ({ lane, there, back }) => {
        const band = make("svg:rect.rl-time-wall", {
          y: this.room.top + this.room.lane * (lane + 1) - 5,
          height: 10,
        });
        const [word, meaning] = this.player.timeline.marks[there && back ? "wall" : "one_way_wall"];
        const hasRoom = this.room.lane >= this.room.font * 2 + 28; // otherwise only the tooltip has it
        const text = make(
          "svg:text.rl-time-wall-word",
          {},
          !hasRoom ? "" : there && back ? word : `${word} ${there ? "↓" : "↑"}`,
        );
        const el = make("svg:g", {}, make("svg:title", {}, meaning), band, text);
        set(text, { y: this.room.top + this.room.lane * (lane + 1) - 8 });
        el.classList.toggle("rl-one-way", !(there && back));
        return { el, band, text };
      },
    ]);
  }

  /** Cuts between lanes through which other messages pass: a line above all lanes, with the names of the links. */
  otherCutsNow() {
    const { branch, position } = this.state;
    const { font, top } = this.room;
    const [word, meaning] = this.player.timeline.marks.other_cuts;
    return otherCutsFrom(branch, this.nodes, this.from, position.count).map((cut) => [
      `${cut.tick} ${cut.words}`,
      cut,
      ({ words }) => {
        const band = make("svg:rect.rl-time-wall", { y: top - font * 0.4, height: 4 });
        const text = make("svg:text.rl-time-wall-word", { y: top - font * 0.7 });
        const label = `${word} ${words}`;
        const el = make("svg:g", {}, make("svg:title", {}, `${meaning}: ${words}`), band, text);
        return { el, band, text, label };
      },
    ]);
  }

  livesNow() {
    const { branch, position, sight } = this.state;
    return this.nodes
      .filter((node) => !sight || node === sight)
      .flatMap((node) => {
        const pieces = lifeFrom(branch, node, this.from, position.count);
        return pieces.map((piece, place) => [
          `${node} ${piece.event}`,
          { ...piece, node, before: pieces[place - 1], until: pieces[place + 1]?.tick ?? null },
          (thing) => this.lifeShape(thing),
        ]);
      });
  }

  /** A node's line: a band in its term's colour, thick while it leads, dashed while it stands, gone while it is down. */
  lifeShape({ node, tick, state, term, before, what }) {
    const { font } = this.room;
    const y = this.y(node);
    const high = { leader: 14, candidate: 10 }[state] ?? 7;
    const color = this.player.timeline.color(term);
    const band = make("svg:rect.rl-life-band", { y: y - high / 2, height: high, fill: color });
    const line = make("svg:line.rl-life-line", { y1: y, y2: y });
    const sign = CHANGES[what] ?? (before && before.state !== state ? (ROLE_SIGNS[state] ?? "") : "");
    const { words } = this.player.timeline;
    const number =
      words.term && before && before.term !== term ? `${words.term === "term" ? "t" : "#"}${term}` : "";
    const el = make(
      `svg:g.rl-life.rl-${state}`,
      { "data-node": node },
      band,
      line,
      sign && make("svg:text.rl-sign", { x: this.x(tick), y: y - high / 2 - 4 }, sign),
      number && make("svg:text.rl-life-term", { x: this.x(tick), y: y + high / 2 + font * 0.95 }, number),
    );
    return { el, band, line };
  }

  flightsNow() {
    const { branch, position, sight } = this.state;
    const things = [];
    for (const id of messagesFrom(branch, this.from, position.tick)) {
      if (!(branch.sentAt[id] < position.count)) continue;
      const row = branch.messages[id];
      if (sight && row[1] !== sight && !(row[2] === sight && branch.deliveredAt[id] < position.count))
        continue;
      const murmur = branch.isMurmur(id);
      if (murmur && !this.player.heartbeats && branch.timeline.answering.has(row[0])) continue;
      // A node does not know the fates of its messages.
      const fate = sight && row[1] === sight ? "flying" : branch.fate(id, position.count);
      const end =
        fate === "flying" ? null : branch.tickOf((fate === "lost" ? branch.lostAt : branch.deliveredAt)[id]);
      if (end !== null && end < this.from) continue;
      things.push([`${id} ${fate}`, { id, fate, end, murmur }, (thing) => this.flightShape(thing)]);
    }
    return things;
  }

  flightShape({ id, fate, end, murmur }) {
    const { branch, sight } = this.state;
    const message = branch.message(id);
    const reply = branch.timeline.answering.has(message.kind);
    const [y1, y2] = [this.y(message.src), this.y(message.dst)];
    const [share, stop] = this.endOf(message, fate, end, y1, y2);
    const word = murmur ? "" : branch.wordOn(message);
    const line = make("svg:path.rl-flight-line");
    const text = word && make("svg:text.rl-flight-word", {}, word);
    const cross = fate === "lost" && make("svg:text.rl-sign.rl-flight-lost", {}, "✕");
    const el = make(
      `svg:g.rl-flight.rl-${fate}${reply ? ".rl-reply" : ""}${murmur ? ".rl-murmur" : ""}`,
      { "data-message": id },
      make("svg:title", {}, `${branch.timeline.messageName(message)} ${message.src} → ${message.dst}`),
      line,
      text,
      cross,
    );
    // With the sight of a node: only the beginning of the arrow for a message that it sent, only the end for one that it received.
    const [begin, most] = !sight ? [0, 1] : message.src === sight ? [0, 0.3] : [0.6, 1];
    return { el, line, text, cross, message, y1, y2, share, stop, begin, most, shown: -1 };
  }

  /** Where a message ends: [share of its way, tick]. A lost message ends at the wall, if there is one. */
  endOf(message, fate, end, y1, y2) {
    if (fate === "flying") return [1, message.arrives];
    if (fate === "delivered") return [1, end];
    const { branch } = this.state;
    const [a, b] = [this.nodes.indexOf(message.src), this.nodes.indexOf(message.dst)];
    const [, reason] = branch.events[branch.lostAt[message.id]][3];
    const way = Math.max(1, message.arrives - message.sent);
    let share = lastShare(branch, message.id);
    if (reason === "cut") {
      const walls = this.wallsSeen.filter(
        (wall) =>
          wall.tick <= end && (wall.end === null || wall.end >= end) && (a < b ? wall.there : wall.back),
      );
      const first = (a < b ? walls : walls.reverse()).find(
        ({ lane }) => lane >= Math.min(a, b) && lane < Math.max(a, b),
      );
      if (first) share = Math.abs(this.room.top + this.room.lane * (first.lane + 1) - y1) / Math.abs(y2 - y1);
    }
    return [share, message.sent + way * share];
  }

  barsNow() {
    const { branch, position, sight } = this.state;
    if (sight) return [];
    return branch.operations
      .filter(({ invoked, row }) => invoked < position.count && this.clients.includes(row))
      .filter(({ ended }) => !(ended < position.count) || branch.tickOf(ended) >= this.from)
      .map((operation) => {
        const told = operation.returned < position.count;
        const over = operation.ended < position.count;
        return [
          `${operation.invoked} ${told} ${over}`,
          { ...operation, told, over },
          (thing) => this.barShape(thing),
        ];
      });
  }

  /** A client's operation: a bar from the request to the answer; without an answer it is open to the right. */
  barShape({ client, words, answer, stale, told, over }) {
    const label = told && (answer === "ok" || answer === null) ? words : `${words} → ${told ? answer : "?"}`;
    const [, meaning] =
      this.player.timeline.marks[told ? (stale ? "stale" : "answered") : over ? "given_up" : "waiting"];
    const path = make(
      `svg:path.rl-operation${told ? "" : ".rl-open"}`,
      {},
      make("svg:title", {}, `${client}: ${label}, ${meaning}`),
    );
    const text = make("svg:text.rl-asked");
    return { el: make("svg:g", {}, path, text), path, text, label };
  }

  // -- Motion: what grows with time ----------------------------------------------------------------------------

  /** Draw everything as it is at a time between ticks. */
  move(time) {
    if (!this.room || !this.state) return;
    const now = this.x(time);
    set(this.now, { x1: now, x2: now, y1: this.room.top * 0.5, y2: this.box.height });
    const begin = this.x(this.from);
    const end = begin + this.box.width - this.room.left;
    for (const { band, text, label, thing } of this.walls.drawn.values()) {
      const left = Math.max(begin, this.x(thing.tick));
      if (label) setText(text, short(label, Math.max(4, Math.floor((end - left) / (this.room.font * 0.6)))));
      set(band, {
        x: left,
        width: Math.max(2, Math.min(now, thing.end === null ? now : this.x(thing.end)) - left),
      });
      set(text, { x: left + 3 });
    }
    for (const { band, line, thing } of this.lives.drawn.values()) {
      const left = Math.max(begin, this.x(thing.tick));
      const right = Math.max(left, thing.until === null ? now : Math.min(now, this.x(thing.until)));
      set(band, { x: left, width: right - left });
      set(line, { x1: left, x2: right });
    }
    for (const flight of this.flights.drawn.values()) this.moveFlight(flight, time);
    this.moveBars(now, begin);
  }

  moveFlight(flight, time) {
    const { message, thing, line, text, cross, y1, y2, share, stop, begin, most } = flight;
    const { fate } = thing;
    const over = stop > message.sent ? (time - message.sent) / (stop - message.sent) : 1;
    const came =
      fate === "flying"
        ? travelled(message, time)
        : fate === "lost"
          ? Math.max(0, Math.min(1, over)) * share
          : Math.max(0, Math.min(1, over));
    const tip = Math.min(came, most);
    if (flight.shown === tip) return;
    flight.shown = tip;
    const at = (part) => [
      this.x(message.sent + (stop - message.sent) * (share ? part / share : 0)),
      y1 + (y2 - y1) * part,
    ];
    const [x0, y0] = at(Math.min(begin, tip));
    const [x, y] = at(tip);
    set(line, { d: arrow(x0, y0, x, y, fate === "delivered" && tip === 1) });
    if (cross) set(cross, { x, y: y + this.room.font * 0.38, visibility: over < 1 ? "hidden" : "visible" });
    if (text) this.placeWord(flight, at);
    flight.from = [x0, y0];
    flight.to = [x, y];
  }

  /** Put a word beside its arrow where it covers nothing; if there is no such place, it is left out. */
  placeWord({ message, text, shown, share, begin, most }, at) {
    const { font } = this.room;
    const width = text.textContent.length * font * 0.6 + 4;
    if (!this.placed.has(message.id)) {
      const reach = Math.min(share, most);
      const places = [0.5, 0.36, 0.64, 0.25].map((part) => begin + (reach - begin) * part);
      const box = (part) => {
        const [x, y] = at(part);
        return { x: x - width / 2, y: y - font * 0.6, width, height: font * 1.2 };
      };
      const [[ax, ay], [bx, by]] = [at(begin), at(reach)];
      const isLong = Math.hypot(bx - ax, by - ay) > font * 2.6;
      const free = places.find((part) => {
        if (!isLong) return false;
        const each = box(part);
        const onLane = this.nodes.some(
          (node) => Math.abs(this.y(node) - each.y - each.height / 2) < font * 0.95,
        );
        return !onLane && !this.boxes.some((other) => sharedArea(each, other));
      });
      if (free !== undefined) this.boxes.push(box(free));
      this.placed.set(message.id, free ?? null);
    }
    const part = this.placed.get(message.id) ?? null;
    const isThere = part !== null && shown >= part;
    if (isThere) {
      const [x, y] = at(part);
      set(text, { x, y: y + font * 0.35, visibility: "visible" });
    } else set(text, { visibility: "hidden" });
  }

  moveBars(now, begin) {
    const { branch } = this.state;
    const { font } = this.room;
    const ends = {}; // row -> the start of its next bar, which its words must not reach
    for (const { path, text, label, thing } of [...this.bars.drawn.values()].sort(
      (a, b) => b.thing.invoked - a.thing.invoked,
    )) {
      const left = Math.max(this.x(branch.tickOf(thing.invoked)), begin + 2);
      const right = Math.max(left + 2, thing.over ? Math.min(now, this.x(branch.tickOf(thing.ended))) : now);
      const top = this.y(thing.row) - 2;
      set(path, { d: `M${right} ${top}H${left}V${top + 10}H${right}${thing.told ? "Z" : ""}` });
      const letters = Math.floor(
        ((ends[thing.row] ?? begin + this.box.width - this.room.left) - left) / (font * 0.56),
      );
      setText(text, letters > 3 ? short(label, letters) : "");
      set(text, { x: left, y: top - 3 });
      ends[thing.row] = left;
    }
  }

  // -- Pressing ------------------------------------------------------------------------------------------------

  press(event) {
    if (!this.hit(event.clientX, event.clientY)) this.player.goTick(this.tickAt(event.clientX));
  }

  tickAt(clientX) {
    const { left } = this.svg.getBoundingClientRect();
    const tick = Math.round(this.from + (clientX - left - this.room.left) / this.room.step);
    return Math.max(0, Math.min(this.state.branch.ticks, tick));
  }

  /** The thing at a point of the page: a message, a node, or null (the axis, or empty space).
   * @param {number} clientX @param {number} clientY */
  hit(clientX, clientY) {
    const { left, top } = this.svg.getBoundingClientRect();
    const y = clientY - top;
    const x = clientX - left + this.from * this.room.step;
    if (y < this.room.top) return null;
    /** @type {import("./things.js").Thing | null} */
    let nearest = null;
    let least = NEAR;
    for (const { thing, from, to } of this.flights.drawn.values()) {
      const away = from ? fromLine([x, y], from, to) : least;
      if (away < least) [nearest, least] = [{ kind: "message", id: thing.id }, away];
    }
    for (const node of this.nodes) {
      const away = Math.abs(this.y(node) - y);
      if (away < Math.min(least, NEAR)) [nearest, least] = [{ kind: "node", id: node }, away];
      if (clientX - left < this.room.left && away < this.room.lane / 2) return { kind: "node", id: node };
    }
    return nearest;
  }
}

/** A line, with a head where it has arrived. */
function arrow(x1, y1, x2, y2, hasHead) {
  const path = `M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}`;
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (!hasHead || !length) return path;
  const [ux, uy] = [((x2 - x1) / length) * 7, ((y2 - y1) / length) * 7];
  const wing = (side) =>
    `${(x2 - ux - side * uy * 0.5).toFixed(1)} ${(y2 - uy + side * ux * 0.5).toFixed(1)}`;
  return `${path}M${wing(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}L${wing(-1)}`;
}

/** How far a point is from a line between two others. */
function fromLine([x, y], [x1, y1], [x2, y2]) {
  const long = (x2 - x1) ** 2 + (y2 - y1) ** 2;
  const share = long ? Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / long)) : 0;
  return Math.hypot(x - x1 - share * (x2 - x1), y - y1 - share * (y2 - y1));
}
