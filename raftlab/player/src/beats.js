/* What one press of Next shows: events that belong together, such as two requests that arrive. Needs no page. */

import { inPlaces } from "./words.js";

const SILENT = 1; // events of this weight and less are heartbeats and their like: they never make a beat
const ROUNDS = 5; // of heartbeats, from which on a silence is worth a word
const MINOR = 4; // events of this weight and less go along with what happens around them

/** A beat is what one press of Next shows. This finds, for each, how many events have happened at its end.
 *
 * A beat ends at a stop, after a turning point, or where what happens next is of another kind or much later. After the
 * last of them one round of heartbeats makes a beat, so that these are seen once, unless a story ends with words of its own.
 * @param {import("./trace.js").Branch} branch
 * @returns {number[]} */
export function beatsOf(branch) {
  const news = newsOf(branch);
  const beats = [];
  let count = 0;
  for (let end = endOfBeat(branch, news, 0); end !== null; end = endOfBeat(branch, news, count)) {
    beats.push(end);
    count = end;
  }
  if (count && branch.events[count - 1][1] === "stop") return beats; // the story has had the last word
  const rest = endOfRound(branch, count);
  return rest > count ? [...beats, rest] : beats;
}

/** How much is new in each event: 0 nothing, 1 little, 2 so much that it makes a beat. A small event whose sentence has
 * been said since the last great one is nothing new, such as a leader that tries again and again. */
function newsOf(branch) {
  let said = new Set();
  return branch.told.map(([text, weight], event) => {
    if (weight <= SILENT) return 0;
    if (weight > MINOR || branch.isTurn(event)) {
      said = new Set();
      return 2;
    }
    if (said.has(text)) return 0;
    said.add(text);
    return 1;
  });
}

/** Where the beat ends that begins after so many events; null if nothing new comes. */
function endOfBeat(branch, news, first) {
  const { events, start } = branch;
  const near = start.network.delay[1] + 1; // ticks within which things belong together
  let end = null;
  /** @type {string | null} */
  let kind = null; // of what happens in this beat
  let tick = 0; // at which it began
  for (let event = first; event < events.length; event++) {
    const now = branch.tickOf(event);
    if (events[event][1] === "stop") return end === null || belongsTo(branch, event, end) ? event + 1 : end;
    if (!news[event]) continue;
    if (end !== null && now > tick + near) break;
    if (end === null) tick = now;
    if (news[event] === 2) {
      const its = kindOf(branch, event);
      if (kind !== null && its !== kind) break;
      if (kind === null) tick = now;
      kind = its;
    }
    end = event + 1;
    if (branch.isTurn(event)) return withTell(branch, withSame(branch, end, kind));
  }
  return end === null ? null : withEcho(branch, end);
}

/** Is an event a stop that tells of what has just happened? */
function belongsTo(branch, event, end) {
  const [, what, , detail] = branch.events[event] || [];
  return what === "stop" && detail[0] === "tell" && branch.tickOf(event) === branch.tickOf(end - 1);
}

const withTell = (branch, end) => (belongsTo(branch, end, end) ? end + 1 : end);

/** What is of the same kind, and happens in the same tick; and what was lost of that which was sent. */
function withSame(branch, end, kind) {
  const tick = branch.tickOf(end - 1);
  const isSame = (event) =>
    event < branch.events.length &&
    branch.tickOf(event) === tick &&
    (branch.events[event][1] === "lost" || kindOf(branch, event) === kind);
  while (isSame(end)) end++;
  return end;
}

/** Heartbeats that bring something new, and goals that are reached by them, go along with what was just before. */
function withEcho(branch, end) {
  const { events, told, start } = branch;
  const last = branch.tickOf(end - 1) + start.network.delay[1] + 1;
  while (
    end < events.length &&
    told[end][1] === SILENT &&
    events[end][1] !== "stop" &&
    events[end][0] <= last
  )
    end++;
  return end;
}

/** Where the next round of heartbeats ends: before a timer runs out for the second time. */
function endOfRound({ events }, first) {
  const timers = [];
  for (let event = first; event < events.length && timers.length < 2; event++)
    if (events[event][1] === "timer") timers.push(event);
  return timers[1] ?? events.length;
}

/** The kind of an event: events of different kinds belong to different beats. */
function kindOf(branch, event) {
  const [tick, what, , detail] = branch.events[event];
  if (what !== "deliver" && what !== "lost") return `${what} ${tick}`;
  return `${what} ${branch.messages[what === "lost" ? detail[0] : detail][0]}`;
}

/** For how many ticks there was nothing but heartbeats before the beat from..to tells something; 0 if not for several rounds of them.
 * @param {{tick: number, count: number}} from @param {{count: number}} to */
export function silenceBefore(branch, from, to) {
  let [first, rounds] = [from.count, 0];
  for (; first < to.count && branch.told[first][1] <= SILENT; first++)
    if (branch.events[first][1] === "timer") rounds++;
  return first < to.count && rounds >= ROUNDS ? branch.tickOf(first) - from.tick : 0;
}

/** What the events from..to are about: the turning point among them, or the most telling; and of whom the same is said.
 * @returns {{index: number, likewise: string[]}} */
export function gistOf(branch, from, to) {
  const rank = (event) => (branch.isTurn(event) ? 100 : branch.events[event][1] === "timer" ? 0.5 : 0);
  const weight = (event) => branch.told[event][1] + rank(event);
  let index = from;
  for (let event = from; event < to; event++) if (weight(event) > weight(index)) index = event;
  return { index, likewise: likewiseOf(branch, index, from, to) };
}

/** Of whom the same is said in the events from..to as in one of them: nodes; of a lost message, where else such messages were lost.
 * @returns {string[]} */
export function likewiseOf(branch, index, from, to) {
  const [, what, node] = branch.events[index];
  if (branch.told[index][1] <= 0) return [];
  if (what === "lost") return lostLikewise(branch, index, from, to);
  const others = new Set();
  for (let event = from; node && event < to; event++) {
    const [, , other] = branch.events[event];
    if (other && other !== node && isSaidOf(branch, index, event, [[node, other]])) others.add(other);
  }
  return [...others].sort();
}

/** Is an event told as another one is, but for the nodes? */
function isSaidOf({ told }, index, event, nodes) {
  const changed = Object.fromEntries(nodes);
  return told[event][0] === told[index][0].replace(/\w+/g, (word) => changed[word] ?? word);
}

/** The other ways on which messages were lost as this one was: "to n4 and n5", "from n2 to n3". */
function lostLikewise(branch, index, from, to) {
  const { sayings } = branch.timeline;
  const wayOf = (event) => branch.messages[branch.events[event][3][0]].slice(1, 3);
  const [src, dst] = wayOf(index);
  const receivers = new Map(); // sender -> to whom its messages were lost
  for (let event = from; event < to; event++) {
    if (branch.events[event][1] !== "lost") continue;
    const [sender, receiver] = wayOf(event);
    const isSame = sender === src && receiver === dst;
    if (
      isSame ||
      !isSaidOf(branch, index, event, [
        [src, sender],
        [dst, receiver],
      ])
    )
      continue;
    if (!receivers.has(sender)) receivers.set(sender, new Set());
    receivers.get(sender).add(receiver);
  }
  return [...receivers].sort().map(([sender, theirs]) => {
    const nodes = [...theirs].sort();
    return inPlaces(sayings[sender === src ? "lost_to" : "lost_from_to"], { sender, nodes });
  });
}
