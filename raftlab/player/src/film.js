/* A step as a short film: what moves between two moments of a branch, and when. Needs no page.
 *
 * A film is a sequence of scenes in the order of cause and effect: a message arrives in one scene, and the reply to it
 * leaves in the next. The begin and end of a flight are shares of the film, from 0 to 1. */

import { callsIn } from "./calls.js";

/** @typedef {{tick: number, count: number}} Position */
/** @typedef {{id: number, message: any, begin: number, end: number, from: number, to: number, fate: string}} Flight
 * from, to: shares of the message's way. fate: "rests", "arrives", the reason why it was lost, "returns" (to its sender, in a
 * step back), or "leaves" (when the picture shows what one node sees, and that node no longer sees the message) */
/** @typedef {{at: number, position: Position}} Scene */
/** @typedef {{call: import("./calls.js").Call, begin: number, end: number}} Errand  a client's request, or its answer, on its way */
/** @typedef {{from: Position, duration: number, scenes: Scene[], flights: Flight[], errands: Errand[],
 *   pulses: {node: string, at: number}[]}} Film */

const DURATIONS = [400, 500, 600]; // ms: durations of films with one, two and three scenes
const REWIND = 250; // ms: the duration of a step back
// Places on a message's way are shares of it, from 0 at the sender to 1 at the receiver.
const NEAREST = 0.28; // the place of a message that was sent in this tick, while nothing moves
const FARTHEST = 0.78; // the place of a message that arrives in this tick
const TO_PART = 2; // scenes in which a cluster is split or joined
const LEAVING = 1 / 3; // up to this place a node sees a message that it sends
const COMING = 2 / 3; // from this place on a node sees a message that it receives
const HALFWAY = 0.5; // the place where a message ends that the network has lost

const within = (share) => Math.max(0, Math.min(1, share));

/** The place of a message on its way at a time.
 * @param {{sent: number, arrives: number}} message
 * @param {number} time in ticks */
export const travelled = ({ sent, arrives }, time) =>
  arrives > sent ? within((time - sent) / (arrives - sent)) : HALFWAY;

/** The place of a message while nothing moves. It is never so near to a node that the message seems to be at the node.
 * @param {{sent: number, arrives: number}} message
 * @param {{tick: number}} position */
export const restingShare = (message, { tick }) => NEAREST + (FARTHEST - NEAREST) * travelled(message, tick);

/** The place where a lost message ends: at a node that is down, or where it was when it was lost.
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
 * @param {boolean} all whether heartbeats and the replies to them are drawn, too
 * @returns {Film} */
export function filmOf(branch, from, to, all = false) {
  const isShown = (id) => all || !branch.isMurmur(id);
  const plan = new Plan(branch, from);
  for (let event = from.count; event < to.count; event++) plan.take(event, isShown);
  const length = plan.close(to);
  const skipped = Math.max(0, length - DURATIONS.length); // of many scenes only the last ones are shown
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
    duration: DURATIONS[(plan.errands.length ? DURATIONS.length : length - skipped) - 1], // longest with clients, whose words must be read
    scenes: plan.scenes.map(({ scene, position }) => ({ at: at(scene), position })),
    flights,
    errands: plan.errands
      .map(({ call, begin, end }) => ({ call, begin: at(begin), end: at(end) }))
      .filter(({ begin, end }) => begin < end),
    pulses: plan.pulses.map(({ node, scene }) => ({ node, at: at(scene) })),
  };
}

/** The film of a step back: everything changes back at once, except that the messages glide back to their earlier places.
 * @param {import("./trace.js").Branch} branch
 * @param {Position} from
 * @param {Position} to an earlier moment
 * @param {boolean} all whether heartbeats and the replies to them are drawn, too
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

/** The part of a film that one node sees: the messages that leave it, and those that arrive at it. It cannot see what happens
 * to a message on its way, copies that the network makes, or messages between two other nodes.
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

/** The moment that a film shows after a share of its duration. The picture changes from scene to scene, the time continuously.
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

/** The nodes that send heartbeats between two moments, for a change that is shown without a film.
 * @param {import("./trace.js").Branch} branch
 * @param {Position} from
 * @param {Position} to
 * @returns {{node: string, at: number}[]} */
export function pulsesOf(branch, from, to) {
  const pulses = [];
  for (let event = from.count; event < to.count; event++) {
    const [, what, node, , effects] = branch.events[event];
    if (what === "deliver") continue; // a delivery causes replies, not heartbeats
    if (effects?.some((effect) => typeof effect === "number" && branch.isMurmur(effect)))
      pulses.push({ node, at: 0 });
  }
  return pulses;
}

/** Assigns every event of a step to a scene. */
class Plan {
  /** @param {import("./trace.js").Branch} branch
   * @param {Position} from */
  constructor(branch, from) {
    this.branch = branch;
    this.from = from;
    this.scene = 0; // the scene of the latest event
    this.length = 1;
    /** @type {{scene: number, position: Position}[]} */
    this.scenes = [];
    /** @type {{node: string, scene: number}[]} */
    this.pulses = [];
    /** @type {Map<number, number>} */
    this.begins = new Map(); // message id -> the scene in which it leaves
    /** @type {Map<number, {scene: number, fate: string}>} */
    this.ends = new Map(); // message id -> the scene at whose end it arrives or is lost
    /** @type {Errand[]} */
    this.errands = []; // here, begin and end are numbers of scenes
    /** @type {Map<string, number>} */
    this.hears = new Map(); // client -> the scene in which an answer arrives at it
  }

  /** Add the next event.
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
      this.scene = Math.max(this.scene, 1); // time passes first, in scene 0
    }
    const calls = callsIn(this.branch, event);
    for (const call of calls) if (!call.answers) this.ask(call);
    for (const id of visible) this.begins.set(id, this.scene);
    this.length = Math.max(this.length, this.scene + (changes?.network ? TO_PART : visible.length ? 1 : 0));
    for (const call of calls) if (call.answers) this.tell(call);
    if (sent.length > visible.length && ending === undefined) this.pulse(node);
    this.show({ tick, count: event + 1 });
  }

  /** Add a client's request. It arrives in this scene, and leaves in the scene before.
   * @param {import("./calls.js").Call} call */
  ask(call) {
    this.scene = Math.max(this.scene, (this.hears.get(call.client) ?? 0) + 1);
    this.errands.push({ call, begin: this.scene - 1, end: this.scene });
  }

  /** Add an answer to a client. It arrives at the end of this scene.
   * @param {import("./calls.js").Call} call */
  tell(call) {
    this.errands.push({ call, begin: this.scene, end: this.scene + 1 });
    this.hears.set(call.client, this.scene + 1);
    this.length = Math.max(this.length, this.scene + 1);
  }

  /** Add a heartbeat: at most one pulse of its sender in each scene.
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

  /** Finish with a scene that shows the end of the step. Returns the number of scenes.
   * @param {Position} to */
  close(to) {
    this.scene = this.length;
    this.show(to);
    return this.length;
  }
}
