/* What clients ask of nodes, and what they are told: who, whom, when, and how it stands at a moment. Needs no page. */

import { firstNot } from "./search.js";

/** @typedef {{event: number, client: string, node: string, answers: boolean, words: string, asked: number}} Call
 * A request, or an answer. event: in which it reaches the node, or leaves it; words: what is said, as the trace has it;
 * asked: the event in which the client began to want this, by which `Branch.asked` knows the operation */
/** @typedef {{call: Call, share: number}} Flight  share: of its way */
/** @typedef {"waiting" | "given_up" | "answered" | "stale"} Standing */
/** @typedef {{client: string, node: string, state: Standing, asked: string, command: string, answer: string, since: number,
 *   isWish: boolean}} Asking
 * What a client asked last: in words, and as the command that it gave. since: the event in which it did;
 * isWish: has it only said so far what it wants, and asked no node? */

const known = new WeakMap(); // branch -> {read, calls, wants, open}

/** All calls of a branch, in order; read once, and then only what is new.
 * @param {import("./trace.js").Branch} branch
 * @returns {Call[]} */
export function callsOf(branch) {
  const found = known.get(branch) ?? { read: 0, calls: [], wants: new Map(), open: new Map() };
  known.set(branch, found);
  for (; found.read < branch.events.length; found.read++) readCalls(branch, found, found.read);
  return found.calls;
}

/** wants: client -> the event in which it said what it wants; open: client -> its latest request. */
function readCalls(branch, { calls, wants, open }, event) {
  const [, what, node, detail, effects] = branch.events[event];
  if (what === "invoke") wants.set(detail.client, event);
  const answers = (effects || []).filter((effect) => Array.isArray(effect) && effect[0] === "answer");
  if (node && detail?.client && detail.command) {
    const client = askerOf(detail.client);
    const asked = wants.get(client) ?? event;
    // What a client needs before it can ask, such as a session, is no question of its own.
    if (branch.asked.has(asked) || answers.some(([, name]) => name === detail.client)) {
      const call = { event, client, node, answers: false, words: detail.command, asked };
      open.set(client, call);
      calls.push(call);
    }
  }
  for (const [, name, words] of answers) {
    const client = askerOf(name);
    const request = open.get(client);
    if (request)
      calls.push({ event, client, node, answers: true, words: String(words), asked: request.asked });
  }
}

/** A client that asks one thing after the other numbers its questions: "c1.2" is what c1 asks second. */
const askerOf = (name) => name.split(".")[0];

/** The calls of one event.
 * @param {import("./trace.js").Branch} branch
 * @param {number} event
 * @returns {Call[]} */
export function callsIn(branch, event) {
  const calls = callsOf(branch);
  const first = firstNot(calls.length, (place) => calls[place].event < event);
  const found = [];
  for (let place = first; calls[place]?.event === event; place++) found.push(calls[place]);
  return found;
}

/** What is on its way by the clock: a request arrives, and an answer leaves, in the tick of its event.
 * @param {import("./trace.js").Branch} branch
 * @param {number} time  in ticks
 * @param {number} span  how long each is on its way, in ticks
 * @returns {Flight[]} */
export function callsAround(branch, time, span) {
  const calls = callsOf(branch);
  const flights = [];
  const first = firstNot(calls.length, (place) => branch.tickOf(calls[place].event) <= time - span);
  for (let place = first; place < calls.length; place++) {
    const call = calls[place];
    const begin = branch.tickOf(call.event) - (call.answers ? 0 : span);
    if (begin > time + span) break;
    const share = (time - begin) / span;
    if (share >= 0 && share < 1) flights.push({ call, share });
  }
  return flights;
}

/** How it stands with every client that has asked something, in the order in which they first did.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count  so many events have happened
 * @param {Call[]} flying  what is on its way: such a request has left, although its event is still to come; such an answer has not arrived
 * @param {string | null} [sight]  only what this node knows
 * @returns {Asking[]} */
export function standingsOf(branch, count, flying, sight = null) {
  const latest = new Map(); // client -> {request, answer, isWish}
  for (const call of callsOf(branch)) {
    const isThere = call.answers
      ? call.event < count && !flying.includes(call)
      : call.event < count || flying.includes(call);
    if (sight && call.node !== sight) continue;
    const { client, asked } = call;
    if (!isThere) {
      // It has said what it wants, and has not asked yet.
      const wants = !sight && !call.answers && asked < count && latest.get(client)?.request.asked !== asked;
      if (wants) latest.set(client, { request: call, answer: null, isWish: true });
    } else if (!call.answers) latest.set(client, { request: call, answer: null, isWish: false });
    else if (latest.has(client)) latest.get(client).answer = call;
  }
  return [...latest.values()].map(({ request, answer, isWish }) => {
    const operation = branch.asked.get(request.asked);
    const isGivenUp = !sight && !answer && operation?.returned === undefined && operation?.ended < count;
    const isStale = !sight && answer && operation?.stale;
    return {
      client: request.client,
      node: request.node,
      state: isGivenUp ? "given_up" : !answer ? "waiting" : isStale ? "stale" : "answered",
      asked: operation?.words ?? request.words,
      command: branch.labels[request.words] ?? request.words,
      answer: answer?.words ?? "",
      since: request.event,
      isWish,
    };
  });
}
