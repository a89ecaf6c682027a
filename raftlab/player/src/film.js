/* A step as a short film: what moves between two moments of a branch, and when. Needs no page.
 *
 * A film has scenes, which follow each other like cause and effect: a message arrives in one, its answer leaves in the
 * next. Begin and end of a flight are shares of the film, 0 to 1. */

import { callsIn } from "./calls.js";

/** @typedef {{tick: number, count: number}} Position */
/** @typedef {{id: number, message: any, begin: number, end: number, from: number, to: number, fate: string}} Flight
 * from, to: shares of the way; fate: "rests", "arrives", why it was lost, "returns" to its sender, in a step back, or
 * "leaves" the sight of the node through whose eyes one looks */
/** @typedef {{at: number, position: Position}} Scene */
/** @typedef {{call: import("./calls.js").Call, begin: number, end: number}} Errand  what a client asks, or is told, on its way */
/** @typedef {{from: Position, duration: number, scenes: Scene[], flights: Flight[], errands: Errand[],
 *   pulses: {node: string, at: number}[]}} Film */

const DURATIONS = [400, 500, 600]; // ms, of one, two and three scenes
const REWIND = 250; // ms, of a step back
const NEAREST = 0.28; // where a message rests that was sent just now
const FARTHEST = 0.78; // and one that arrives in this tick
const TO_PART = 2; // scenes: so long it takes until a cluster that is parted or joined stands
const LEAVING = 1 / 3; // of its way: so far a node sees what it sends
const COMING = 2 / 3; // and from there on what is sent to it
const HALFWAY = 0.5; // where a message is lost that never got its time of travel

const within = (share) => Math.max(0, Math.min(1, share));

/** The share of its way that a message has behind it by the clock.
 * @param {{sent: number, arrives: number}} message
 * @param {number} time in ticks */
export const travelled = ({ sent, arrives }, time) =>
  arrives > sent ? within((time - sent) / (arrives - sent)) : HALFWAY;

/** Where on its way a message stands while nothing moves: never so near to a node that it looks as if it were there.
 * @param {{sent: number, arrives: number}} message
 * @param {{tick: number}} position */
export const restingShare = (message, { tick }) => NEAREST + (FARTHEST - NEAREST) * travelled(message, tick);

/** Where a lost message ends: at a node that is down, or where it was when it was lost.
 * @param {import("./trace.js").Branch} branch
 * @param {number} id */
export function lastShare(branch, id) {
  const [tick, , , [, why]] = branch.events[branch.lostAt[id]];
  const message = branch.message(id);
  if (why === "crashed") return 1;
  return message.sent === tick ? HALFWAY : restingShare(message, { tick });
}

/** The film of a step from one moment to a later one.
 * @param {import("./trace.js").Branch} branch
 * @param {Position} from
 * @param {Position} to
 * @param {boolean} all are heartbeats and their answers drawn, too?
 * @returns {Film} */
export function filmOf(branch, from, to, all = false) {
  const isShown = (id) => all || !branch.isMurmur(id);
  const plan = new Plan(branch, from);
  for (let event = from.count; event < to.count; event++) plan.take(event, isShown);
  const length = plan.close(to);
  const skipped = Math.max(0, length - DURATIONS.length); // of a long chain the end is shown
  const at = (scene) => within((scene - skipped) / (length - skipped));
  const carried = [...branch.at(from.count).flying].filter(isShown);
  const flights = [];
  for (const id of new Set([...carried, ...plan.begins.keys(), ...plan.ends.keys()])) {
    const message = branch.message(id);
    const { scene = length, fate = "rests" } = plan.ends.get(id) ?? {};
    const flight = {
      id,
      message,
      begin: at(plan.begins.get(id) ?? 0),
      end: at(scene),
      from: plan.begins.has(id) ? 0 : restingShare(message, from),
      to: fate === "rests" ? restingShare(message, to) : fate === "arrives" ? 1 : lastShare(branch, id),
      fate,
    };
    if (flight.end > flight.begin) flights.push(flight);
  }
  return {
    from,
    duration: DURATIONS[(plan.errands.length ? DURATIONS.length : length - skipped) - 1], // words of people are read
    scenes: plan.scenes.map(({ scene, position }) => ({ at: at(scene), position })),
    flights,
    errands: plan.errands
      .map(({ call, begin, end }) => ({ call, begin: at(begin), end: at(end) }))
      .filter(({ begin, end }) => begin < end),
    pulses: plan.pulses.map(({ node, scene }) => ({ node, at: at(scene) })),
  };
}

/** The film of a step back: all is as it was before at once, but the messages glide back to where they were.
 * @param {import("./trace.js").Branch} branch
 * @param {Position} from
 * @param {Position} to an earlier moment
 * @param {boolean} all are heartbeats and their answers drawn, too?
 * @returns {Film} */
export function rewindOf(branch, from, to, all = false) {
  const [late, early] = [branch.at(from.count).flying, branch.at(to.count).flying];
  const ids = [...new Set([...late, ...early])].filter((id) => all || !branch.isMurmur(id));
  const endOf = (id) => (branch.lostAt[id] === undefined ? 1 : lastShare(branch, id));
  const flights = ids.map((id) => {
    const message = branch.message(id);
    return {
      id,
      message,
      begin: 0,
      end: 1,
      from: late.has(id) ? restingShare(message, from) : endOf(id),
      to: early.has(id) ? restingShare(message, to) : 0,
      fate: early.has(id) ? "rests" : "returns",
    };
  });
  return { from: to, duration: REWIND, scenes: [{ at: 0, position: to }], flights, errands: [], pulses: [] };
}

/** What one node sees of a film: what it sends leaves, and what arrives at it comes. What becomes of a message on its way,
 * or that a network has made a copy of it, the node cannot see; nor anything between two others.
 * @param {import("./trace.js").Branch} branch
 * @param {Film} film
 * @param {string} node
 * @returns {Film} */
export function filmSeenBy(branch, film, node) {
  const flights = film.flights.flatMap((flight) => {
    const { id, message, begin, from, to } = flight;
    const isBack = to < from;
    const [, what] = branch.events[branch.sentAt[id]];
    if (message.src === node && Math.min(from, to) === 0 && what !== "copy") {
      if (isBack) return [{ ...flight, from: LEAVING }];
      const next = film.scenes.find((scene) => scene.at > begin);
      return [{ ...flight, end: next?.at ?? 1, to: LEAVING, fate: "leaves" }];
    }
    if (message.dst === node && Math.max(from, to) === 1 && branch.deliveredAt[id] !== undefined)
      return [isBack ? { ...flight, to: COMING, fate: "leaves" } : { ...flight, from: COMING }];
    return [];
  });
  const errands = film.errands.filter(({ call }) => call.node === node);
  return { ...film, flights, errands, pulses: film.pulses.filter((pulse) => pulse.node === node) };
}

/** The moment that a film shows at a share of it: the picture changes with the scenes, the time passes in between.
 * @param {Film} film
 * @param {number} share
 * @returns {{position: Position, time: number}} */
export function momentOf({ from, scenes }, share) {
  const next = scenes.find(({ at }) => at > share);
  const before = scenes.filter(({ at }) => at <= share).at(-1) ?? { at: 0, position: from };
  const { tick } = before.position;
  const passed = next ? (share - before.at) / (next.at - before.at) : 0;
  return { position: before.position, time: next ? tick + passed * (next.position.tick - tick) : tick };
}

/** Who sends heartbeats between two moments, for a picture that is drawn at once.
 * @param {import("./trace.js").Branch} branch
 * @param {Position} from
 * @param {Position} to
 * @returns {{node: string, at: number}[]} */
export function pulsesOf(branch, from, to) {
  const pulses = [];
  for (let event = from.count; event < to.count; event++) {
    const [, what, node, , effects] = branch.events[event];
    if (what === "deliver") continue; // only answers
    if (effects?.some((effect) => typeof effect === "number" && branch.isMurmur(effect)))
      pulses.push({ node, at: 0 });
  }
  return pulses;
}

/** Gives every event of a step its scene. */
class Plan {
  /** @param {import("./trace.js").Branch} branch
   * @param {Position} from */
  constructor(branch, from) {
    this.branch = branch;
    this.from = from;
    this.scene = 0; // of the latest event
    this.length = 1;
    /** @type {{scene: number, position: Position}[]} */
    this.scenes = [];
    /** @type {{node: string, scene: number}[]} */
    this.pulses = [];
    /** @type {Map<number, number>} */
    this.begins = new Map(); // message id -> the scene that it leaves in
    /** @type {Map<number, {scene: number, fate: string}>} */
    this.ends = new Map(); // message id -> the scene that it ends with
    /** @type {Errand[]} */
    this.errands = []; // begin and end are scenes
    /** @type {Map<string, number>} */
    this.hears = new Map(); // client -> the scene in which an answer arrives at it
  }

  /** Take one more event.
   * @param {number} event
   * @param {(id: number) => boolean} isShown */
  take(event, isShown) {
    const [tick, what, node, detail, effects, changes] = this.branch.events[event];
    const [ending, fate] =
      what === "deliver" ? [detail, "arrives"] : what === "lost" ? detail : [undefined, undefined];
    const sent = (effects || []).filter((effect) => typeof effect === "number");
    if (what === "copy") sent.push(detail[0]);
    const visible = sent.filter(isShown);
    if (ending !== undefined && isShown(ending)) {
      this.scene = Math.max(this.scene, (this.begins.get(ending) ?? 0) + 1);
      this.ends.set(ending, { scene: this.scene, fate });
    } else if (tick > this.from.tick && (visible.length || (ending === undefined && !sent.length))) {
      this.scene = Math.max(this.scene, 1); // first the time passes
    }
    const calls = callsIn(this.branch, event);
    for (const call of calls) if (!call.answers) this.ask(call);
    for (const id of visible) this.begins.set(id, this.scene);
    this.length = Math.max(this.length, this.scene + (changes?.network ? TO_PART : visible.length ? 1 : 0));
    for (const call of calls) if (call.answers) this.tell(call);
    if (sent.length > visible.length && ending === undefined) this.pulse(node);
    this.show({ tick, count: event + 1 });
  }

  /** A client asks: its request arrives in this scene, and has left in the one before.
   * @param {import("./calls.js").Call} call */
  ask(call) {
    this.scene = Math.max(this.scene, (this.hears.get(call.client) ?? 0) + 1);
    this.errands.push({ call, begin: this.scene - 1, end: this.scene });
  }

  /** A client is told something: it arrives when this scene is over.
   * @param {import("./calls.js").Call} call */
  tell(call) {
    this.errands.push({ call, begin: this.scene, end: this.scene + 1 });
    this.hears.set(call.client, this.scene + 1);
    this.length = Math.max(this.length, this.scene + 1);
  }

  /** A heartbeat: one pulse of its sender in each scene.
   * @param {string} node */
  pulse(node) {
    if (!this.pulses.some((each) => each.node === node && each.scene === this.scene))
      this.pulses.push({ node, scene: this.scene });
  }

  /** @param {Position} position */
  show(position) {
    const latest = this.scenes.at(-1);
    if (latest?.scene === this.scene) latest.position = position;
    else this.scenes.push({ scene: this.scene, position });
  }

  /** The last scene shows the end of the step. Returns how many scenes there are.
   * @param {Position} to */
  close(to) {
    this.scene = this.length;
    this.show(to);
    return this.length;
  }
}
