/* Messages: words that fly from node to node. */

import { animate, make, reducedMotion, set, setText } from "./dom.js";
import { lastShare, restingShare, travelled } from "./film.js";
import { Lane, messageSize, ON_THE_LINE, restingSpots } from "./lanes.js";

const USUAL_FONT = 14; // pixels
const PROJECTOR_FONT = 22;
const SMALL_FONT = 10; // pixels: for nodes that are hardly larger than a word
const SWALLOWED = ["arrives", "returns", "leaves"]; // fates after which a message is no longer drawn
const SETTING_OFF = 0.3; // seconds: how long messages take to speed up when playing begins

/** The picture of a message: its word on its term's colour, a reply's in a hollow box; without a word, a dot.
 * other: what a liar told another node at the same time.
 * @param {any} message
 * @param {import("./trace.js").Timeline} timeline
 * @param {{labels?: Object<string, string>, font?: number, letters?: number, other?: string}} options */
export function messageShape(
  message,
  timeline,
  { labels = {}, font = USUAL_FONT, letters, other = "" } = {},
) {
  const { kind, term, src, dst } = message;
  const word = timeline.wordOn(message, labels, letters);
  const { width, height } = messageSize(word, font);
  const color = timeline.color(term);
  const answers = timeline.answering.has(kind);
  const called = timeline.words.term ? ` of ${timeline.words.term} ${term}` : "";
  const parted = other ? `, and ${other} to somebody else` : "";
  const label = `${timeline.messageName(message)}${called} from ${src} to ${dst}${word && `: ${word}`}${parted}`;
  const [tag, form] = word
    ? ["svg:rect", { x: -width / 2, y: -height / 2, width, height, rx: answers ? height / 2 : font * 0.4 }]
    : ["svg:circle", { r: width / 2 }];
  const drawn = (name, paint) => make(`${tag}.${name}`, { ...form, ...paint });
  const r = font * 0.55;
  return make(
    "svg:g.rl-message",
    { role: "button", tabindex: -1, "aria-label": label, "font-size": font },
    make("svg:circle.rl-hit", { r: font }),
    answers && drawn("rl-rim", {}),
    answers ? drawn("rl-hollow", { stroke: color }) : drawn("rl-solid", { fill: color }),
    word && make("svg:text", { y: font * 0.35 }, word),
    other && lieShape(other, width, height, font),
    make("svg:path.rl-lost-cross", {
      d: `M${-r} ${-r}L${r} ${r}M${-r} ${r}L${r} ${-r}`,
    }),
    make("svg:text.rl-count", { y: font * 0.35 }),
  );
}

/** The room for the cross beside a lost message. */
const crossRoom = (font) => font * 1.2;

/** Beside a liar's message: what it tells another node. */
function lieShape(other, width, height, font) {
  const size = messageSize(`≠ ${other}`, font);
  return make(
    "svg:g.rl-lie-beside",
    {},
    make("svg:rect", { x: width / 2, y: -height / 2, width: size.width, height, rx: font * 0.4 }),
    make("svg:text", { x: (width + size.width) / 2, y: font * 0.35 }, `≠ ${other}`),
  );
}

/** All messages of the stage. */
export class Messages {
  /** @param {import("./player.js").Player} player
   * @param {any} stage where the nodes stand: place(node), radius, reach, projector, wallBetween(a, b), labels() */
  constructor(player, stage) {
    this.player = player;
    this.stage = stage;
    this.pulses = make("svg:g");
    this.layer = make("svg:g");
    this.el = make("svg:g", {}, this.pulses, this.layer);
    /** @type {Map<number, any>} message id -> {element, lane, spot, message, ...} */
    this.pool = new Map();
    this.flights = null; // the flights of the film that is played
    /** @type {any[]} */
    this.running = []; // the same flights with their elements
    this.pulsing = new Set(); // nodes
    /** @type {Map<any, number>} */
    this.heaps = new Map(); // lost message -> how many equal ones it stands for
    this.playedFrom = null; // the time at which playing began, while it lasts
    /** @type {any} */
    this.state = null;
  }

  /** Start again, with other nodes or other places. */
  clear() {
    this.pool.clear();
    this.layer.replaceChildren();
    this.pulses.replaceChildren();
    this.flights = null;
  }

  get font() {
    if (this.stage.projector) return PROJECTOR_FONT;
    return this.stage.radius < 22 ? SMALL_FONT : USUAL_FONT;
  }

  /** The number of letters of a command on a message: its word should not be much wider than a third of an island. */
  get letters() {
    const { islands } = this.stage.layout;
    const third = Math.min(...islands.map(({ width }) => width)) / 3;
    return Math.max(4, Math.min(12, Math.floor(third / (0.62 * this.font)) - 4));
  }

  /** Is a message drawn at all?
   * @param {any} branch
   * @param {number} id */
  isShown(branch, id) {
    return this.player.has("messages") && (this.player.heartbeats || !branch.isMurmur(id));
  }

  /** Show the messages of a moment at rest; while a film plays, the film says where they are.
   * @param {any} state */
  draw(state) {
    this.state = state;
    if (this.player.motion?.film) return;
    this.flights = null;
    if (!this.player.playing) this.playedFrom = null;
    const { branch, position, world, selected, sight } = state;
    const isShown = (id) => !sight && this.isShown(branch, id); // with sight, messages on their way are not shown
    const flying = [...world.flying].filter(isShown);
    const lost = recentlyLost(branch, position).filter(isShown);
    this.keepOnly(new Set([...flying, ...lost]));
    const resting = flying.map((id) => this.take(branch, id));
    const dead = lost.map((id) => this.take(branch, id));
    if (this.player.playing && !reducedMotion()) {
      this.settle(branch, position, [], dead);
      this.beginInSenders(resting);
    } else this.settle(branch, position, resting, dead);
    for (const each of resting) this.mark(each, false, selected);
    for (const each of dead) this.bury(each, selected);
  }

  /** Lost messages with the same sender, word and wall are drawn as one: message that is drawn -> how many. */
  fallen(branch, dead) {
    const heaps = new Map();
    for (const each of dead) {
      const { message, id, lane } = each;
      const [, , , [, why]] = branch.events[branch.lostAt[id]];
      const where = why !== "cut" ? id : this.stage.layout.walls.length ? Math.sign(lane.ux) : message.dst;
      const heap = [message.src, message.kind, message.term, branch.wordOn(message), where].join();
      heaps.set(heap, [...(heaps.get(heap) ?? []), { each, far: this.deathOf(branch, each).far }]);
    }
    const nearest = (heap) => heap.reduce((best, other) => (other.far < best.far ? other : best)).each;
    return new Map([...heaps.values()].map((heap) => [nearest(heap), heap.length]));
  }

  bury(each, selected) {
    this.mark(each, true, selected);
    const count = this.heaps.get(each) ?? 0;
    if (!count) set(each.element, { visibility: "hidden" });
    // In the direction of flight, the cross is in front of the message and the number behind it.
    const aside = (Math.sign(each.lane.ux) || 1) * ((each.size.width + crossRoom(this.font)) / 2);
    const [cross, number] = [...each.element.children].slice(-2);
    set(cross, { transform: `translate(${aside.toFixed(1)} 0)` });
    set(number, { x: (-aside * 1.04).toFixed(1) });
    const many = count > 1 ? `×${count}` : "";
    setText(number, many);
    set(each.element, { "aria-label": `${each.label} ${many}`.trim() });
  }

  /** Find spots for all messages, first for lost ones, then for those on their way, so that none covers another. */
  settle(branch, position, resting, dead) {
    const fallen = this.fallen(branch, dead);
    const { walls } = this.stage.layout;
    const ends = dead.map((each) => ({ each, ...this.deathOf(branch, each) }));
    const spots = restingSpots(
      [
        ...ends.filter(({ each }) => fallen.has(each)).map((end) => ({ ...end, ...end.each, walls })),
        ...resting.map((each) => ({ ...each, ...this.restOf(branch, position, each) })),
      ],
      this.stage.labels(),
      this.stage.size,
    );
    for (const { each, far } of ends) if (!spots.has(each.id)) spots.set(each.id, { far, side: 1 });
    for (const each of [...dead, ...resting]) this.put(each, (each.spot = spots.get(each.id)));
    this.heaps = fallen;
  }

  /** Draw a new message at its sender, while time runs. The next frame moves it with all others. */
  beginInSenders(flying) {
    for (const each of flying)
      if (!each.spot) this.put(each, (each.spot = { far: each.lane.first, side: 1 }));
  }

  /** The element of a message, which is made if the message is new or has changed. */
  take(branch, id) {
    const { stage, font, letters } = this;
    const data = branch.messages[id]; // holding a message back replaces its data
    let each = this.pool.get(id);
    if (each?.data !== data || each.branch !== branch || each.font !== font || each.letters !== letters) {
      each?.element.remove();
      const message = branch.message(id);
      const word = branch.wordOn(message, letters);
      const other = otherTale(branch, id);
      const element = messageShape(message, branch.timeline, { labels: branch.labels, font, letters, other });
      set(element, { "data-thing": `message ${id}`, "data-message": id });
      this.layer.append(element);
      const label = element.getAttribute("aria-label");
      const size = messageSize(word, font);
      each = { id, data, branch, font, letters, element, label, message, size, spot: null };
      this.pool.set(id, each);
    }
    if (each.layout !== stage.layout) {
      each.layout = stage.layout;
      each.lane = new Lane(stage.place(each.message.src), stage.place(each.message.dst), stage, each.size);
    }
    return each;
  }

  keepOnly(wanted) {
    for (const [id, { element }] of this.pool) {
      if (wanted.has(id)) continue;
      element.remove();
      this.pool.delete(id);
    }
  }

  mark(each, lost, selected) {
    const { element, id } = each;
    const chosen = selected?.kind === "message" && selected.id === id;
    each.lost = lost;
    const { branch, position } = this.state;
    const [held, meaning] =
      branch.heldAt[id] < position.count && !lost ? branch.timeline.marks.held : ["", ""];
    const below = each.size.height / 2 + this.font;
    setText(element.lastChild, held);
    set(element.lastChild, { x: 0, y: held ? below.toFixed(1) : this.font * 0.35 });
    set(element, { "aria-label": meaning ? `${each.label}, ${meaning}` : each.label });
    set(element, { class: `rl-message${lost ? " rl-lost" : ""}${chosen ? " rl-selected" : ""}` });
    if (element.hasAttribute("visibility")) element.removeAttribute("visibility");
  }

  /** The lane between two nodes, which may be gliding to other places. */
  laneNow({ lane, size, message: { src, dst } }) {
    const { stage } = this;
    return stage.glide ? new Lane(stage.standOf(src), stage.standOf(dst), stage, size) : lane;
  }

  /** The nodes glide, and their messages with them. */
  follow() {
    for (const each of this.pool.values()) if (each.painted) this.put(each, each.painted);
  }

  /** The nodes get other places: messages in flight continue from where they are on new lanes. */
  reroute() {
    this.flights = null;
  }

  put(each, spot) {
    const { x, y } = this.laneNow(each).at(spot);
    each.painted = spot;
    // With whole pixels, the browser moves the picture of a word and does not draw it again.
    each.element.style.transform = `translate(${x.toFixed(0)}px, ${y.toFixed(0)}px)`;
  }

  /** The place of a message at rest: before the wall, if there is one on its way. */
  restOf(branch, position, { lane, message }) {
    const far = lane.farAt(restingShare(message, position));
    if (!branch.at(position.count).isDown(message.src, message.dst)) return { far };
    const most = Math.max(lane.farAt(0), this.wallOn(lane, message));
    return { far: Math.min(far, most), most, walls: this.stage.layout.walls };
  }

  /** The share of its way after which a message touches the wall. */
  wallOn(lane, { src, dst }) {
    const wall = this.stage.wallBetween(src, dst);
    return wall ? wall.share * lane.length - lane.half : lane.length;
  }

  /** The place where a message was lost: before the wall, at a node that is down, or on the way. */
  deathOf(branch, { id, lane, message }) {
    const [, , , [, why]] = branch.events[branch.lostAt[id]];
    const wanted = why === "cut" ? this.wallOn(lane, message) : lane.farAt(lastShare(branch, id));
    const far = Math.max(lane.farAt(0.05), Math.min(wanted, lane.farAt(0.95)));
    const isAtWall = this.stage.layout.walls.length > 0; // without walls, its place shows on which link it was
    const sides = isAtWall ? undefined : ON_THE_LINE;
    return { far, least: far - 2 * lane.half, most: far, room: crossRoom(this.font), sides };
  }

  /** One frame. film: {share, ...}, or null while time runs.
   * @param {number} time in ticks
   * @param {any} film */
  move(time, film) {
    if (!film) this.moveInTime(time);
    else {
      if (film.flights !== this.flights) this.begin(film);
      for (const flight of this.running) this.fly(flight, film.share);
    }
  }

  /** Every message moves by the clock. */
  moveInTime(time) {
    if (!this.player.playing) return;
    this.playedFrom ??= time;
    const loose = Math.min(1, (time - this.playedFrom) / (SETTING_OFF * this.player.speed));
    for (const each of this.pool.values()) {
      if (each.lost) continue;
      const far = each.lane.flownAt(travelled(each.message, time));
      this.put(each, between(each.spot, { far, side: 1 }, loose));
    }
  }

  /** Make all elements of a film before it begins. */
  begin(film) {
    this.flights = film.flights;
    const { branch } = this.state;
    const flights = film.flights.filter(({ id }) => this.isShown(branch, id));
    this.keepOnly(new Set(flights.map(({ id }) => id)));
    const made = flights.map((flight) => {
      const each = this.take(branch, flight.id);
      return { flight, each, before: each.painted };
    });
    const those = (wanted) => made.filter(({ flight }) => wanted(flight.fate)).map(({ each }) => each);
    this.settle(
      branch,
      film.scenes.at(-1).position,
      those((fate) => fate === "rests"),
      those((fate) => !["rests", ...SWALLOWED].includes(fate)),
    );
    this.running = made.map(({ flight, each, before }) => {
      const { lane } = each;
      const start = before ?? lane.spotAt(flight.from);
      const goal = SWALLOWED.includes(flight.fate) ? lane.spotAt(flight.to) : each.spot;
      this.mark(each, false, this.state.selected);
      set(each.element, { visibility: flight.begin > film.share ? "hidden" : "visible" });
      this.put(each, start);
      const run = { ...flight, begin: Math.max(flight.begin, film.share), each, start, goal, over: false };
      if (flight.end <= film.share) this.land(run);
      return run;
    });
  }

  fly(flight, share) {
    if (flight.over || share < flight.begin) return;
    const { each, begin, end, start, goal, fate } = flight;
    const passed = Math.min(1, (share - begin) / (end - begin));
    set(each.element, { visibility: "visible" });
    this.put(each, between(start, goal, eased(passed)));
    if (fate === "leaves") set(each.element, { opacity: 1 - passed });
    if (passed < 1) return;
    this.land(flight);
    if (!["rests", ...SWALLOWED].includes(fate)) this.ripple("rl-puff", each.lane.at(goal), this.font);
  }

  /** A flight is over. */
  land(flight) {
    const { each, goal, fate } = flight;
    flight.over = true;
    this.put(each, goal);
    if (SWALLOWED.includes(fate)) set(each.element, { visibility: "hidden" });
    else if (fate !== "rests") this.bury(each, this.state.selected);
  }

  /** A heartbeat: a soft pulse of the node that sends it, one at a time.
   * @param {string} node */
  pulse(node) {
    if (this.pulsing.has(node)) return;
    this.pulsing.add(node);
    const over = this.ripple("rl-pulse", this.stage.place(node), this.stage.reach);
    over.then(() => this.pulsing.delete(node));
  }

  /** A circle that grows and fades.
   * @param {string} name its class
   * @param {import("./lanes.js").Point} place
   * @param {number} r
   * @returns {Promise<void>} when it is gone */
  async ripple(name, { x, y }, r) {
    const circle = make(`svg:circle.${name}`, { r });
    this.pulses.append(circle);
    const at = `translate(${x.toFixed(0)}px, ${y.toFixed(0)}px)`;
    await animate(
      circle,
      [
        { transform: `${at} scale(0.9)`, opacity: 0.7 },
        { transform: `${at} scale(1.35)`, opacity: 0 },
      ],
      700,
    );
    circle.remove();
  }
}

/** A spot between two others. */
const between = (a, b, share) => ({
  far: a.far + (b.far - a.far) * share,
  side: a.side + (b.side - a.side) * share,
});

/** Slow, fast, slow. @param {number} share */
export const eased = (share) => (share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share));

/** The messages that were lost in the last two ticks; they are shown for a moment where they were lost. */
function recentlyLost(branch, { tick, count }) {
  const lost = [];
  for (let index = count - 1; index >= 0 && branch.tickOf(index) >= tick - 1; index--) {
    const [, what, , detail] = branch.events[index];
    if (what === "lost") lost.push(detail[0]);
  }
  return lost;
}

/** What a liar told another node in the same event, if it differs; otherwise "". */
function otherTale(branch, id) {
  const { src, kind, dst } = branch.message(id);
  if (!branch.timeline.liars[src]) return "";
  const word = branch.wordOn(branch.message(id));
  const [, , , , effects] = branch.events[branch.sentAt[id]];
  for (const sent of effects || []) {
    if (typeof sent !== "number" || sent === id) continue;
    const other = branch.message(sent);
    const told = branch.wordOn(other);
    if (other.kind === kind && other.dst !== dst && told && word && told !== word) return told;
  }
  return "";
}
