/* The requests of clients and the answers of nodes, and the state of each client at a moment. Needs no page. */

import { firstNot } from "./search.js";

/** @typedef {{event: number, client: string, node: string, answers: boolean, words: string, asked: number}} Call
 * A request or an answer. event: the event in which it reaches the node, or leaves it. words: its text in the trace. asked: the
 * event in which the client's operation began, which is its key in `Branch.asked` */
/** @typedef {{call: Call, share: number}} Flight  share: of its way */
/** @typedef {"waiting" | "given_up" | "answered" | "stale"} Standing */
/** @typedef {{client: string, node: string, state: Standing, asked: string, command: string, answer: string, since: number,
 *   isWish: boolean}} Asking
 * A client's last operation: in words (asked), and as a command. since: the event in which it asked. isWish: has the operation
 * begun, but without a request to a node yet? */

const known = new WeakMap(); // branch -> {read, calls, wants, open}

/** All calls of a branch, in order. Only new events are read; the others are cached.
 * @param {import("./trace.js").Branch} branch
 * @returns {Call[]} */
export function callsOf(branch) {
  const found = known.get(branch) ?? { read: 0, calls: [], wants: new Map(), open: new Map() };
  known.set(branch, found);
  for (; found.read < branch.events.length; found.read++) readCalls(branch, found, found.read);
  return found.calls;
}

/** wants: client -> the event in which its operation began; open: client -> its latest request. */
function readCalls(branch, { calls, wants, open }, event) {
  const [, what, node, detail, effects] = branch.events[event];
  if (what === "invoke") wants.set(detail.client, event);
  const answers = (effects || []).filter((effect) => Array.isArray(effect) && effect[0] === "answer");
  if (node && detail?.client && detail.command) {
    const client = askerOf(detail.client);
    const asked = wants.get(client) ?? event;
    // Opening a session is not an operation of its own.
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

/** The client of a request. A client of a workload numbers its requests: "c1.2" is the second one of c1. */
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

/** The calls that are on their way at a time. A request arrives, and an answer leaves, in the tick of its event.
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

/** The state of every client that has asked something, in the order of their first requests.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count  the number of events that have happened
 * @param {Call[]} flying  the calls on their way: these requests have left, although their events are still to come; these answers have not arrived
 * @param {string | null} [sight]  show only what this node knows
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
      // Its operation has begun, but it has not asked a node yet.
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
