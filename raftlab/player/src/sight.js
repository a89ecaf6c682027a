/* What one node can know at a moment: its own state, the messages that it has received, and what others claimed in them. Needs no page. */

import { LogView, VOTE_REQUESTS } from "./trace.js";

/** Kinds of events that a node does not notice, although they are about it. */
const UNNOTICED = [
  "lost",
  "copy",
  "broken",
  "stop",
  "goal",
  "lose_disk",
  "forget_writes",
  "corrupt",
  "drift",
];

/** Messages by which a sender claims to be a leader. */
const CLAIMS_TO_LEAD = ["AppendEntries", "InstallSnapshot", "ConfirmLeader", "TimeoutNow"];

/** Does a node notice an event? It learns about other nodes only by messages.
 * @param {import("./trace.js").Branch} branch @param {number} event @param {string} node */
export function notices(branch, event, node) {
  const [, what, who] = branch.events[event];
  return who === node && !UNNOTICED.includes(what);
}

/** The most important of some events that a node notices, the latest of several equal ones; -1 if it notices none.
 * @param {import("./trace.js").Branch} branch @param {number} from @param {number} to @param {string} node */
export function noticedIn(branch, from, to, node) {
  let best = -1;
  for (let event = from; event < to; event++)
    if (notices(branch, event, node) && (best < 0 || branch.told[event][1] >= branch.told[best][1]))
      best = event;
  return best;
}

/** The events in which a node receives and sends messages, as indexes. Only new events are read; the others are cached. */
function doingsOf(branch, node) {
  branch.doings ||= {
    read: 0,
    of: Object.fromEntries(branch.timeline.nodes.map((each) => [each, { arrivals: [], ups: [] }])),
  };
  const { doings } = branch;
  for (; doings.read < branch.events.length; doings.read++) {
    const [, what, who] = branch.events[doings.read];
    if (!(who in doings.of)) continue;
    if (what === "deliver") doings.of[who].arrivals.push(doings.read);
    else if (what === "crash" || what === "restart") doings.of[who].ups.push(doings.read);
  }
  return doings.of[node];
}

/** @typedef {{heard: number|null, message: number|null, term: number|null, role: string|null, vote: string|null, upTo: number,
 *   last: number[]|null}} Peer  what a node knows about another: the event and the message with which it last heard from it, the term
 *   and the role that the other claimed, its vote, the index up to which the logs are known to agree, and [index, term] of the last
 *   entry that it claimed */

/** What a node knows at a moment.
 * view: its own complete state. peers: what it knows about each other node. inbox: the messages that arrived in this tick, the newest
 * last. It knows nothing about messages on their way, nor about the fates of those that it has sent.
 * @param {import("./trace.js").Branch} branch @param {{tick: number, count: number}} position @param {string} node
 * @returns {{node: string, view: any, peers: Record<string, Peer>, inbox: number[], notices: (event: number) => boolean}} */
export function seenBy(branch, { tick, count }, node) {
  const view = branch.at(count).views[node];
  const { arrivals, ups } = doingsOf(branch, node);
  const began = ups.findLast((event) => event < count) ?? -1; // a restart has forgotten what was received before
  /** @type {Record<string, Peer>} */
  const peers = {};
  for (const each of branch.timeline.nodes)
    if (each !== node)
      peers[each] = { heard: null, message: null, term: null, role: null, vote: null, upTo: 0, last: null };
  const inbox = [];
  for (let place = arrivals.length - 1; place >= 0; place--) {
    const event = arrivals[place];
    if (event >= count) continue;
    if (event <= began) break;
    const id = branch.events[event][3];
    if (branch.tickOf(event) === tick) inbox.unshift(id);
    const peer = peers[branch.messages[id][1]];
    if (peer) learn(branch, view, peer, event, id);
  }
  for (const [each, peer] of Object.entries(peers)) {
    if (view.votes.includes(each)) peer.vote = "granted";
    if (each in view.match_index) peer.upTo = view.match_index[each]; // a leader uses what the follower has confirmed
  }
  return { node, view, peers, inbox, notices: (event) => event < count && notices(branch, event, node) };
}

/** The nodes as one of them sees them: its own view, and for the others only what they have claimed. Unknown parts of their logs
 * are left out.
 * @param {ReturnType<typeof seenBy>} seen
 * @returns {Record<string, any>} */
export function viewsSeen({ node, view, peers }) {
  const views = { [node]: view };
  for (const [id, { term, role, upTo }] of Object.entries(peers))
    views[id] = {
      status: "running",
      role,
      term,
      log: new LogView(view.log.entries, Math.min(upTo, view.log.length)),
      commit_index: 0,
      snapshot: 0,
      next_index: {},
      match_index: {},
    };
  return views;
}

/** Read one more message, going back in time: it does not replace what was learnt later. */
function learn(branch, view, peer, event, id) {
  const { kind, term, fields } = branch.message(id);
  if (peer.heard === null) Object.assign(peer, { heard: event, message: id, term: term ?? null });
  if (term === peer.term && peer.role === null) {
    if (CLAIMS_TO_LEAD.includes(kind)) peer.role = "leader";
    else if (VOTE_REQUESTS.includes(kind)) peer.role = "candidate";
    else if (kind === "AppendEntriesReply") peer.role = "follower";
  }
  if (kind === "RequestVoteReply" && term === view.term && peer.vote === null && !fields.vote_granted)
    peer.vote = "refused";
  if ("last_log_index" in fields) peer.last ??= [fields.last_log_index, fields.last_log_term];
  else if ("last_included_index" in fields)
    peer.last ??= [fields.last_included_index, fields.last_included_term];
  if (kind === "AppendEntries" && term === view.term && accepted(branch, id))
    peer.upTo = Math.max(peer.upTo, Math.min(view.log.length, fields.prev_log_index + fields.entries.length));
}

/** Has the receiver of an append stored its entries? */
const accepted = (branch, id) =>
  (branch.repliesTo[id] || []).some((reply) => {
    const { kind, fields } = branch.message(reply);
    return kind === "AppendEntriesReply" && fields.success;
  });
