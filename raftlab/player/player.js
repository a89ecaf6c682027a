/* The player: plays a trace. One ES module, no dependencies, no build step.
 *
 * It receives a bundle (the trace of one story, with its branches), folds the events into the state
 * at any moment, and draws it. All playing is local. Only what changes the run itself (a crash, a
 * cut, a write) goes to a kernel, which answers with a new branch.
 *
 *   export default { render({model, el}) }     for anywidget in JupyterLab
 *   export function mount(el, bundle, options)  for a page without a kernel
 *   Timeline, Branch, narrate, whyNotLeader, whyNotCommitted   need no page and also run in node
 *
 * Text that comes from a trace is only ever set as textContent: a command may hold anything.
 *
 * Sections: 1 logs and worlds, 2 timeline and branches, 3 narration, 4 why and why not,
 * 5 small words for the page, 6 drawing shapes, 7 panels, 8 the player, 9 the kernel, 10 ways in.
 */

// == 1. Logs and worlds ================================================================================

const EVENTS_PER_CHECKPOINT = 200;

/** A log as it was at one moment. Many moments share one array of entries; only a deletion copies. */
export class LogView {
  constructor(entries = [], length = entries.length) {
    this.entries = entries;
    this.length = length;
  }

  /** The entry [term, command] at an index (from 1), or undefined. */
  entry(index) {
    return index >= 1 && index <= this.length ? this.entries[index - 1] : undefined;
  }

  get lastTerm() {
    return this.length ? this.entries[this.length - 1][0] : 0;
  }

  toArray() {
    return this.entries.slice(0, this.length);
  }

  /** The log in which everything from an index on is replaced. */
  replacedFrom(index, added) {
    const kept = index - 1;
    // Folding the same event again finds its own entries already there; they are used again.
    const sharable = kept === this.length && added.every((entry, offset) => {
      const there = this.entries[kept + offset];
      return there === undefined || there === entry;
    });
    if (!sharable) return new LogView([...this.entries.slice(0, kept), ...added]);
    for (let offset = 0; offset < added.length; offset++) this.entries[kept + offset] = added[offset];
    return new LogView(this.entries, kept + added.length);
  }
}

/** The whole cluster after some number of events. Once handed out it is never changed. */
export class World {
  constructor(count, views, network, flying, broken) {
    this.count = count;
    this.views = views;
    this.network = network;
    this.flying = flying;
    this.broken = broken;
  }

  static start(start, nodes) {
    const views = {};
    for (const node of nodes) {
      const view = start.views[node];
      views[node] = { ...view, log: new LogView(view.log.slice()) };
    }
    return new World(0, views, start.network, new Set(), {});
  }

  copy() {
    return new World(this.count, { ...this.views }, this.network, new Set(this.flying), { ...this.broken });
  }

  /** Take one more event; only ever called on a copy. */
  apply(event) {
    const [tick, what, node, detail, effects, changes] = event;
    this.count += 1;
    if (what === "deliver") this.flying.delete(detail);
    else if (what === "lost") this.flying.delete(detail[0]);
    else if (what === "copy") this.flying.add(detail[0]);
    else if (what === "broken" && !(detail[0] in this.broken)) {
      this.broken[detail[0]] = { tick, sentence: detail[1], count: this.count };
    }
    for (const effect of effects || []) if (typeof effect === "number") this.flying.add(effect);
    if (changes) this.change(node, changes);
  }

  change(node, changes) {
    if (changes.network) this.network = { ...this.network, ...changes.network };
    if (!node || !this.views[node]) return;
    const view = { ...this.views[node] };
    for (const [field, value] of Object.entries(changes)) {
      if (field === "network") continue;
      if (field === "log") view.log = view.log.replacedFrom(value[0], value[1]);
      else if (field === "next_index" || field === "match_index") {
        view[field] = Object.keys(value).length ? { ...view[field], ...value } : {};
      } else view[field] = value;
    }
    this.views[node] = view;
  }

  /** The running leader of the highest term, or null. */
  leader() {
    let best = null;
    for (const [node, view] of Object.entries(this.views)) {
      if (view.status === "running" && view.role === "leader" && (!best || view.term > this.views[best].term)) best = node;
    }
    return best;
  }

  isDown(src, dst) {
    return this.network.down.includes(`${src}>${dst}`);
  }
}

// == 2. Timeline and branches ==========================================================================

/** All branches of one story. */
export class Timeline {
  constructor(bundle) {
    if (!bundle || bundle.format !== "raftlab trace" || !Array.isArray(bundle.branches)) {
      throw new Error("This is not a raftlab trace.");
    }
    if (bundle.version > 1) {
      throw new Error(`This trace has version ${bundle.version}; this player reads version 1. A newer raftlab will play it.`);
    }
    this.title = bundle.title;
    this.nodes = bundle.nodes;
    this.msPerTick = bundle.ms_per_tick;
    this.kinds = bundle.kinds;
    this.rules = bundle.rules;
    this.quorum = Math.floor(bundle.nodes.length / 2) + 1;
    this.branches = new Map();
    for (const data of bundle.branches) this.add(data);
    this.current = this.branches.has(bundle.current) ? bundle.current : bundle.branches[0].id;
  }

  /** Add a branch, or replace the one of that id. */
  add(data) {
    const branch = new Branch(this, data);
    this.branches.set(data.id, branch);
    return branch;
  }

  branch(id) {
    return this.branches.get(id);
  }

  children(id) {
    return [...this.branches.values()].filter((branch) => branch.parent === id);
  }

  /** A rule as {id, sentence, section}; also for an id that the book does not have. */
  rule(id) {
    const [sentence, section] = this.rules[id] || [id, ""];
    return { id, sentence, section };
  }
}

/** One course of events from tick 0 on; what it shares with its parent is resolved here. */
export class Branch {
  constructor(timeline, data) {
    this.timeline = timeline;
    this.id = data.id;
    this.name = data.name;
    this.parent = data.parent ?? null;
    this.fork = data.fork ?? null;
    this.ticks = data.ticks;
    this.data = data;
    this.resolved = false;
  }

  /** Join the parent's part and one's own; left until somebody looks at this branch. */
  resolve() {
    if (this.resolved) return this;
    this.resolved = true;
    const { data, timeline } = this;
    if (this.parent === null) {
      this.start = data.start;
      this.messages = data.messages.slice();
      this.events = data.events.slice();
    } else {
      const parent = timeline.branch(this.parent).resolve();
      this.start = parent.start;
      this.messages = parent.messages.slice(0, this.fork.messages).concat(data.messages);
      this.events = parent.events.slice(0, this.fork.events).concat(data.events);
    }
    this.checkpoints = [World.start(this.start, timeline.nodes)];
    this.latest = this.checkpoints[0];
    this.sentAt = []; // message id -> the event that sent it
    this.deliveredAt = [];
    this.lostAt = [];
    this.repliesTo = []; // message id -> messages sent in answer to it
    this.campaigns = []; // {node, term, event, requests: {peer: [message ids]}}
    this.marks = []; // {tick, event, kind}
    this.told = []; // event -> its narration, once asked for
    this.indexed = 0;
    this.index();
    return this;
  }

  /** More of the same branch has been simulated. */
  append({ ticks, events, messages }) {
    this.resolve();
    for (const message of messages) this.messages.push(message);
    for (const event of events) this.events.push(event);
    this.ticks = ticks;
    this.index();
  }

  /** Note where every message was sent, delivered and lost, and what is worth a mark. */
  index() {
    for (; this.indexed < this.events.length; this.indexed++) {
      const index = this.indexed;
      const [tick, what, node, detail, effects, changes] = this.events[index];
      if (what === "deliver") this.deliveredAt[detail] ??= index;
      else if (what === "lost") this.lostAt[detail[0]] ??= index;
      else if (what === "copy") this.sentAt[detail[0]] = index;
      if (effects) this.indexEffects(index, node, what, detail, effects);
      this.mark(tick, index, what, effects, changes);
    }
  }

  indexEffects(index, node, what, detail, effects) {
    const sent = effects.filter((effect) => typeof effect === "number");
    for (const id of sent) this.sentAt[id] ??= index;
    if (what === "deliver" && sent.length) this.repliesTo[detail] = sent;
    if (!effects.includes("CA-1")) return;
    const requests = {};
    let term = null;
    for (const id of sent) {
      const [kind, , dst, messageTerm] = this.messages[id];
      if (kind !== "RequestVote") continue;
      (requests[dst] ||= []).push(id);
      term = messageTerm;
    }
    const changes = this.events[index][5];
    this.campaigns.push({ node, term: changes?.term ?? term, event: index, requests });
  }

  mark(tick, event, what, effects, changes) {
    const add = (kind) => this.marks.push({ tick, event, kind });
    if (changes?.role === "leader") add("election");
    if (effects?.includes("LE-4")) add("commit");
    if (what === "broken" || what === "stop") add(what);
    if (what === "crash" && changes?.status === "crashed") add("crash");
  }

  /** How many events have happened by the end of a tick. */
  countAt(tick) {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.events[middle][0] <= tick) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The world after some number of events. */
  at(count) {
    if (this.latest.count === count) return this.latest;
    const slot = Math.floor(count / EVENTS_PER_CHECKPOINT);
    while (this.checkpoints.length <= slot) {
      const last = this.checkpoints.at(-1);
      this.checkpoints.push(this.folded(last, last.count + EVENTS_PER_CHECKPOINT));
    }
    const checkpoint = this.checkpoints[slot];
    const near = this.latest.count <= count && this.latest.count > checkpoint.count;
    this.latest = this.folded(near ? this.latest : checkpoint, count);
    return this.latest;
  }

  folded(from, count) {
    const world = from.copy();
    while (world.count < count) world.apply(this.events[world.count]);
    return world;
  }

  /** A message by its id: {id, kind, src, dst, term, sent, arrives, fields}. */
  message(id) {
    const [kind, src, dst, term, sent, arrives, ...values] = this.messages[id];
    const fields = {};
    (this.timeline.kinds[kind] || []).forEach((name, place) => (fields[name] = values[place]));
    return { id, kind, src, dst, term, sent, arrives, fields };
  }

  tickOf(event) {
    return this.events[event][0];
  }

  /** What became of a message by some moment: "flying", "delivered" or "lost". */
  fate(id, count) {
    if (this.deliveredAt[id] < count) return "delivered";
    if (this.lostAt[id] < count) return "lost";
    return "flying";
  }

  // -- Positions in time: {tick, count}: the tick, and how many events have happened ----------------------

  endOfTick(tick) {
    const inside = Math.max(0, Math.min(tick, this.ticks));
    return { tick: inside, count: this.countAt(inside) };
  }

  afterEvent(event) {
    return { tick: this.tickOf(event), count: event + 1 };
  }

  nextEvent({ tick, count }) {
    if (count < this.events.length) return this.afterEvent(count);
    return this.endOfTick(Math.max(tick, this.ticks));
  }

  /** To the end of the next tick; from the middle of a tick to its end. */
  nextTick({ tick, count }) {
    return count < this.countAt(tick) ? this.endOfTick(tick) : this.endOfTick(tick + 1);
  }

  lastEvent({ count }) {
    if (count <= 1) return { tick: 0, count: 0 };
    return { tick: this.tickOf(count - 2), count: count - 1 };
  }

  lastTick({ tick, count }) {
    return count < this.countAt(tick) && tick > 0 ? this.endOfTick(tick - 1) : this.endOfTick(tick - 1);
  }

  /** The first event from `count` on that `wanted` says yes to, or -1. */
  find(count, wanted) {
    for (let event = count; event < this.events.length; event++) if (wanted(this.events[event])) return event;
    return -1;
  }

  /** The last event before `count` that `wanted` says yes to, or -1. */
  findBack(count, wanted) {
    for (let event = count - 1; event >= 0; event--) if (wanted(this.events[event])) return event;
    return -1;
  }
}

/** What "run until" looks for: the words, and how an event shows that it is there. */
export const GOALS = {
  leader: { label: "a leader is elected", found: ([, , , , , changes]) => changes?.role === "leader" },
  committed: { label: "an entry is committed", found: ([, , , , effects]) => Boolean(effects?.includes("LE-4")) },
  broken: { label: "an invariant is broken", found: ([, what]) => what === "broken" },
};

// == 3. Narration ======================================================================================

const LOST_BECAUSE = {
  loss: "the network lost it",
  cut: "the link is cut",
  crashed: "the node it was for is down",
  dropped: "somebody dropped it",
};

/** Which of several rules says best what happened; the first found is shown, the others on demand. */
const TELLING = [
  "CA-2", "CA-4", "FO-2", "LE-4", "RV-1", "RV-2", "UTD", "AE-1", "AE-2", "AE-3", "AE-5", "AE-4",
  "LE-3b", "CA-3", "LE-3a", "LE-2", "LE-1", "CA-1", "ALL-2", "FO-1", "ALL-1", "LE-3",
];

/** At most so many characters of a text that somebody typed. */
export function short(text, length = 24) {
  const plain = String(text);
  return plain.length > length ? `${plain.slice(0, length - 1)}…` : plain;
}

/** "n1", "n1 and n2", "n1, n2 and n3". */
export function listed(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const plural = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** What kind of message this is, in words. */
export function messageName({ kind, fields }) {
  if (kind === "RequestVote") return "vote request";
  if (kind === "RequestVoteReply") return fields.vote_granted ? "vote" : "refusal to vote";
  if (kind === "AppendEntries") return fields.entries.length ? `append of ${plural(fields.entries.length, "entry", "entries")}` : "heartbeat";
  if (kind === "AppendEntriesReply") return fields.success ? "reply: success" : "reply: refused";
  return kind;
}

/** One event in a sentence: {text, rules, weight}; the weight says how much it matters. */
export function narrate(branch, index) {
  if (branch.told[index]) return branch.told[index];
  const event = branch.events[index];
  const rules = (event[4] || []).filter((effect) => typeof effect === "string" && effect !== "save");
  const teller = TELLERS[event[1]] || tellOther;
  const { text, weight } = teller(branch, index, event, rules);
  const telling = TELLING.filter((rule) => rules.includes(rule));
  const others = rules.filter((rule) => !telling.includes(rule));
  if (event[1] === "broken") telling.push(event[3][0]);
  return (branch.told[index] = { text, weight, rules: [...new Set([...telling, ...others])] });
}

const TELLERS = {
  deliver: tellDelivery,
  timer: tellTimer,
  time_out: tellTimer,
  propose: tellProposal,
  lost: tellLoss,
  copy: (branch, _, [, , , [id]]) => {
    const message = branch.message(id);
    return { text: `The network doubles a message: the ${messageName(message)} from ${message.src} to ${message.dst} will arrive twice.`, weight: 3 };
  },
  crash: (_, __, [, , node, detail]) => node
    ? { text: `${node} crashes. All that it has not saved is lost.`, weight: 8 }
    : { text: `${detail[0]} will crash right after its next ${String(detail[1]).toLowerCase()}.`, weight: 7 },
  restart: (branch, index, [, , node]) => {
    const view = branch.at(index + 1).views[node];
    const log = view.log.length ? `${plural(view.log.length, "entry", "entries")}` : "an empty log";
    return { text: `${node} restarts as a follower with what it had saved: term ${view.term} and ${log}.`, weight: 8 };
  },
  pause: (_, __, [, , node]) => ({ text: `${node} is paused: its clock stands still, and messages to it wait.`, weight: 8 }),
  resume: (_, __, [, , node]) => ({ text: `${node} goes on. It does not know that time has passed.`, weight: 8 }),
  partition: (_, __, [, , , groups]) => ({
    text: `The network is split: ${(groups || []).map((group) => group.join(", ")).join(" | ")}. Nobody hears the other side.`, weight: 8,
  }),
  cut: (_, __, [, , , [a, b, oneWay]]) => ({
    text: oneWay ? `The way from ${a} to ${b} is cut; from ${b} to ${a} it still works.` : `The link between ${a} and ${b} is cut.`, weight: 8,
  }),
  heal: (_, __, [, , , nodes]) => ({
    text: nodes?.length === 2 ? `The link between ${nodes[0]} and ${nodes[1]} works again.`
      : nodes?.length === 1 ? `All links of ${nodes[0]} work again.` : "All links work again.", weight: 8,
  }),
  isolate: (_, __, [, , , [node]]) => ({ text: `All links of ${node} are cut.`, weight: 8 }),
  flap: (_, __, [, , , [a, b, up, down]]) => ({
    text: typeof up === "string" ? `The flapping link between ${a} and ${b} is ${up} now.`
      : `The link between ${a} and ${b} flaps from now on: ${up} ticks up, ${down} ticks down.`, weight: 6,
  }),
  network: (branch, index) => {
    const { delay, loss, duplication } = branch.at(index + 1).network;
    return { text: `The network changes: messages take ${delay[0]} to ${plural(delay[1], "tick")}, ${percent(loss)} are lost, ${percent(duplication)} arrive twice.`, weight: 7 };
  },
  drop: (branch, _, [, , , [id]]) => ({ text: `Somebody drops the ${route(branch.message(id))}.`, weight: 7 }),
  duplicate: (branch, _, [, , , [id]]) => ({ text: `Somebody doubles the ${route(branch.message(id))}.`, weight: 7 }),
  deliver_now: (branch, _, [, , , [id]]) => ({ text: `Somebody lets the ${route(branch.message(id))} arrive now.`, weight: 7 }),
  align: (_, __, [, , node]) => ({ text: node ? `${node}'s timer is aligned with the others.` : "All election timers are aligned: they will run out at the same tick.", weight: 6 }),
  spread: (_, __, [, , node]) => ({ text: node ? `${node}'s timer is set apart from the others.` : "The election timers are spread: they will run out one after the other.", weight: 6 }),
  broken: (_, __, [, , , [, sentence]]) => ({ text: `Broken: ${sentence}`, weight: 20 }),
  stop: (_, __, [, , , sentence]) => ({ text: sentence, weight: 12 }),
  goal: (_, __, [, , , sentence]) => ({ text: `Goal reached: ${sentence}`, weight: 6 }),
};

const percent = (share) => `${Math.round(share * 1000) / 10} %`;
const route = (message) => `${messageName(message)} from ${message.src} to ${message.dst}`;

function tellOther(_, __, [, what, node, detail]) {
  const rest = detail === null || detail === undefined ? "" : ` ${typeof detail === "string" ? detail : JSON.stringify(detail)}`;
  return { text: `${node ? `${node}: ` : ""}${what}${rest}.`, weight: 3 };
}

function tellDelivery(branch, index, event, rules) {
  const message = branch.message(event[3]);
  const teller = {
    RequestVote: tellVoteRequest, RequestVoteReply: tellVote,
    AppendEntries: tellAppend, AppendEntriesReply: tellAppendReply,
  }[message.kind];
  if (!teller) return { text: `${event[2]} receives ${message.kind} from ${message.src}.`, weight: 3 };
  return teller(branch, index, event, rules, message);
}

/** "n3 learns of term 4 and …", if it did. */
function adopting(node, rules, message) {
  return rules.includes("ALL-2") ? `${node} learns of term ${message.term} and ` : `${node} `;
}

function tellVoteRequest(branch, index, event, rules, message) {
  const node = event[2];
  const reply = (event[4] || []).filter((effect) => typeof effect === "number").map((id) => branch.message(id))
    .find((sent) => sent.kind === "RequestVoteReply");
  const start = adopting(node, rules, message);
  if (!reply) return { text: `${start}does not answer ${message.src}'s vote request.`, weight: 4 };
  if (reply.fields.vote_granted) return { text: `${start}grants ${message.src} its vote in term ${reply.term}.`, weight: 5 };
  return { text: `${start}refuses ${message.src} its vote in term ${message.term}: ${refusal(branch, index)}.`, weight: 5 };
}

/** Why the vote was refused in the event that received the request. */
function refusal(branch, index) {
  const [, , node, id, effects] = branch.events[index];
  const message = branch.message(id);
  const view = branch.at(index + 1).views[node];
  if (effects.includes("RV-1")) return `${node} is already in term ${view.term}`;
  if (effects.includes("UTD")) {
    const { last_log_index: lastIndex, last_log_term: lastTerm } = message.fields;
    return lastTerm < view.log.lastTerm
      ? `its log ends in term ${view.log.lastTerm}, ${message.src}'s only in term ${lastTerm}`
      : `its log is longer (${view.log.length} against ${lastIndex}, both ending in term ${lastTerm})`;
  }
  if (effects.includes("RV-2")) return view.voted_for === node ? "it has voted for itself" : `it has already voted for ${view.voted_for}`;
  return "it does not say why";
}

function tellVote(branch, index, event, rules, message) {
  const [, , node, , , changes] = event;
  const quorum = branch.timeline.quorum;
  if (changes?.role === "leader") {
    const votes = branch.at(index + 1).views[node].votes;
    return { text: `${node} becomes leader of term ${branch.at(index + 1).views[node].term}: it has the votes of ${listed(votes)}.`, weight: 15 };
  }
  if (rules.includes("ALL-2")) return { text: `${node} learns of term ${message.term} from ${message.src}'s refusal and becomes a follower.`, weight: 7 };
  if (changes?.votes) return { text: `${node} counts ${message.src}'s vote: it has ${changes.votes.length} of the ${quorum} it needs.`, weight: 6 };
  if (!message.fields.vote_granted) return { text: `${node} hears that ${message.src} refused its vote.`, weight: 4 };
  const view = branch.at(index + 1).views[node];
  const reason = view.role === "leader" && view.term === message.term ? "it has already won" : "that election is over";
  return { text: `${node} receives ${message.src}'s vote; it changes nothing: ${reason}.`, weight: 3 };
}

function tellAppend(branch, index, event, rules, message) {
  const [, , node, , effects, changes] = event;
  const { entries, prev_log_index: prevIndex, prev_log_term: prevTerm } = message.fields;
  const start = adopting(node, rules, message);
  const name = entries.length ? "append" : "heartbeat";
  if (rules.includes("AE-1")) return { text: `${node} refuses the ${name} of ${message.src}: it comes from term ${message.term}, and ${node} knows a later one.`, weight: 5 };
  if (rules.includes("AE-2")) return { text: `${start}refuses the ${name} of ${message.src}: it has no entry ${prevIndex} of term ${prevTerm}.`, weight: 5 };
  const parts = [];
  if (rules.includes("CA-3")) parts.push(`gives up its candidacy: ${message.src} has won term ${message.term}`);
  if (rules.includes("AE-3")) parts.push(`deletes what contradicts ${message.src} from entry ${changes.log[0]} on, and appends ${entryNames(changes.log)}`);
  else if (changes?.log) parts.push(`appends ${entryNames(changes.log)} from ${message.src}`);
  if (rules.includes("AE-5")) parts.push(`learns that everything up to entry ${changes.commit_index} is committed${applied(effects)}`);
  const weight = rules.includes("AE-3") ? 6 : parts.length ? 5 : 1;
  if (!parts.length) {
    const seen = entries.length ? `has all entries of ${message.src}'s append already` : `hears the heartbeat of ${message.src}, the leader of term ${message.term}`;
    return { text: `${start}${seen}, and starts its timer anew.`, weight };
  }
  return { text: `${start}${parts.join(", and ")}.`, weight };
}

function entryNames([from, entries]) {
  if (!entries.length) return "nothing";
  if (entries.length > 2) return `entries ${from} to ${from + entries.length - 1}`;
  return listed(entries.map(([, command], offset) => `entry ${from + offset} (${short(command)})`));
}

function applied(effects) {
  const indexes = (effects || []).filter((effect) => Array.isArray(effect) && effect[0] === "apply").map((effect) => effect[1]);
  return indexes.length ? `, and applies ${indexes.length > 2 ? `entries ${indexes[0]} to ${indexes.at(-1)}` : listed(indexes.map((i) => `entry ${i}`))}` : "";
}

function tellAppendReply(branch, index, event, rules, message) {
  const [, , node, , effects, changes] = event;
  if (rules.includes("ALL-2")) return { text: `${node} learns of term ${message.term} from ${message.src}: it is no longer the leader.`, weight: 9 };
  if (rules.includes("LE-4")) {
    const entry = branch.at(index + 1).views[node].log.entry(changes.commit_index);
    return { text: `${node} hears from ${message.src}: a majority holds entry ${changes.commit_index} (${short(entry?.[1])}). It is committed${applied(effects)}.`, weight: 10 };
  }
  if (rules.includes("LE-3b")) return { text: `${node} hears that ${message.src}'s log does not fit, and steps back: next index ${changes?.next_index?.[message.src] ?? "lower"}.`, weight: 5 };
  if (changes?.match_index) return { text: `${node} hears that ${message.src} has its log up to entry ${changes.match_index[message.src]}.`, weight: 4 };
  if (rules.includes("LE-3a")) return { text: `${node} hears from ${message.src}: nothing new.`, weight: 1 };
  return { text: `${node} receives ${message.src}'s late reply; it changes nothing.`, weight: 1 };
}

function tellTimer(branch, index, event, rules) {
  const [, what, node, detail, , changes] = event;
  const term = changes?.term ?? branch.at(index + 1).views[node].term;
  if (detail === "heartbeat") return { text: `${node}, the leader of term ${term}, sends what the others lack, or a heartbeat, to everyone.`, weight: 2 };
  const cause = what === "time_out" ? `Somebody lets ${node}'s timer run out: it`
    : rules.includes("CA-4") ? `${node}'s election brought no leader in time: it` : `${node} has heard no leader for a whole election timeout: it`;
  if (changes?.role === "leader") return { text: `${cause} votes for itself in term ${term}, and that is a majority: it becomes leader.`, weight: 15 };
  return { text: `${cause} becomes a candidate in term ${term}, votes for itself and asks everyone for a vote.`, weight: 7 };
}

function tellProposal(branch, index, event) {
  const [, , node, detail, effects, changes] = event;
  const who = detail.client ? `Client ${detail.client}` : "A client";
  const command = short(detail.command);
  if (changes?.log) return { text: `${who} gives “${command}” to the leader ${node}, which appends it as entry ${changes.log[0]} and sends it to everyone.`, weight: 7 };
  const answer = (effects || []).find((effect) => Array.isArray(effect) && effect[0] === "answer");
  return { text: `${who} gives “${command}” to ${node}, which is not the leader${answer?.[2] ? ` and answers: ${short(answer[2], 60)}` : ""}.`, weight: 6 };
}

function tellLoss(branch, index, [, , , [id, reason]]) {
  const message = branch.message(id);
  return { text: `The ${route(message)} is lost: ${reason === "crashed" ? `${message.dst} is down` : LOST_BECAUSE[reason] || reason}.`, weight: 3 };
}

/** The most telling of the events from..to, and how many more there were: for a step over a whole tick. */
export function narrateTick(branch, from, to) {
  let best = -1;
  for (let index = from; index < to; index++) {
    if (best < 0 || narrate(branch, index).weight >= narrate(branch, best).weight) best = index;
  }
  return { index: best, more: Math.max(0, to - from - 1) };
}
