/* Beats: the events that one press of Next shows, such as two requests that arrive. Needs no page. */

import { inPlaces } from "./words.js";

const SILENT = 1; // events with at most this weight, such as heartbeats, never make a beat of their own
const ROUNDS = 5; // after so many rounds of only heartbeats, the sentence says so
const MINOR = 4; // events with at most this weight join the beat around them

/** The beats of a branch, each as the number of events that have happened at its end.
 *
 * A beat ends at a stop, after a turning point, or where the next event is of another kind or much later. After the last beat,
 * one round of heartbeats makes a beat, so that heartbeats are seen once, unless the story ends with a sentence.
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
  if (count && branch.events[count - 1][1] === "stop") return beats; // the story ends with a sentence
  const rest = endOfRound(branch, count);
  return rest > count ? [...beats, rest] : beats;
}

/** How much is new in each event: 0: nothing, 1: little, 2: enough for a beat. A minor event is not new if its sentence has
 * been shown since the last major event, as when a leader tries again and again. */
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

/** The end of the beat that begins after so many events; null if nothing new comes. */
function endOfBeat(branch, news, first) {
  const { events, start } = branch;
  const near = start.network.delay[1] + 1; // events within so many ticks may belong together
  let end = null;
  /** @type {string | null} */
  let kind = null; // the kind of this beat's events
  let tick = 0; // the tick at which it began
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

/** Add events of the same kind in the same tick, and losses of messages that were sent in them. */
function withSame(branch, end, kind) {
  const tick = branch.tickOf(end - 1);
  const isSame = (event) =>
    event < branch.events.length &&
    branch.tickOf(event) === tick &&
    (branch.events[event][1] === "lost" || kindOf(branch, event) === kind);
  while (isSame(end)) end++;
  return end;
}

/** Add heartbeats that bring something new, and goals that are reached by them. */
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

/** The end of the next round of heartbeats: before a timer runs out for the second time. */
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

/** The ticks with only heartbeats before the event that the beat from..to is about; 0 if they were fewer than several rounds.
 * @param {{tick: number, count: number}} from @param {{count: number}} to */
export function silenceBefore(branch, from, to) {
  let [first, rounds] = [from.count, 0];
  for (; first < to.count && branch.told[first][1] <= SILENT; first++)
    if (branch.events[first][1] === "timer") rounds++;
  return first < to.count && rounds >= ROUNDS ? branch.tickOf(first) - from.tick : 0;
}

/** What the events from..to are about: the turning point among them, or the most important event; and the nodes for which the same is true.
 * @returns {{index: number, likewise: string[]}} */
export function gistOf(branch, from, to) {
  const rank = (event) => (branch.isTurn(event) ? 100 : branch.events[event][1] === "timer" ? 0.5 : 0);
  const weight = (event) => branch.told[event][1] + rank(event);
  let index = from;
  for (let event = from; event < to; event++) if (weight(event) > weight(index)) index = event;
  return { index, likewise: likewiseOf(branch, index, from, to) };
}

/** The nodes whose sentences in the events from..to differ from one sentence only in the node; for a lost message, the other ways on which such messages were lost.
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

/** Do the sentences of two events differ only in the nodes? */
function isSaidOf({ told }, index, event, nodes) {
  const changed = Object.fromEntries(nodes);
  return told[event][0] === told[index][0].replace(/\w+/g, (word) => changed[word] ?? word);
}

/** The other ways on which messages were lost as this one was: "to n4 and n5", "from n2 to n3". */
function lostLikewise(branch, index, from, to) {
  const { sayings } = branch.timeline;
  const wayOf = (event) => branch.messages[branch.events[event][3][0]].slice(1, 3);
  const [src, dst] = wayOf(index);
  const receivers = new Map(); // sender -> the receivers of its lost messages
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
