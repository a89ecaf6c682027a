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
 * 5 small words for the page, 6 drawing shapes, 7 panels, 8 the player, 9 the kernel,
 * 10 players that run in step, 11 ways in.
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

const VERSION = 3;

/** All branches of one story. */
export class Timeline {
  constructor(bundle) {
    if (!bundle || bundle.format !== "raftlab trace" || !Array.isArray(bundle.branches)) {
      throw new Error("This is not a raftlab trace.");
    }
    if (bundle.version !== VERSION) {
      const advice = bundle.version > VERSION ? "A newer raftlab plays it." : "A Lab opens it: Lab().load(path).";
      throw new Error(`This trace has version ${bundle.version}; this player reads version ${VERSION}. ${advice}`);
    }
    this.title = bundle.title;
    this.recorded = bundle.recorded; // if it was made by other rules, a sentence that says so; then it can only be played
    this.liars = bundle.liars || {}; // node -> [how the liar is called, what it does]
    this.extensions = new Set(bundle.extensions || []); // what every node has beyond Figure 2
    this.words = bundle.words; // what has no word here does not exist: where nobody leads, "leader"
    this.seen = new Set(); // what the legend explains only where it occurs: kinds of messages, "snapshot", "odd"
    this.nodes = bundle.nodes;
    this.msPerTick = bundle.ms_per_tick;
    this.kinds = bundle.kinds.map(([kind]) => kind);
    this.fields = Object.fromEntries(bundle.kinds.map(([kind, fields]) => [kind, fields]));
    this.names = Object.fromEntries(bundle.kinds.map(([kind, , name]) => [kind, name]));
    this.losses = bundle.losses; // why a message was lost, in words
    this.watched = bundle.watched; // ids of rules: the properties, and what else is watched
    this.answers = bundle.answers; // templates of why and why not: id -> [text, rule]
    this.rules = bundle.rules; // id -> [sentence, section]; the most telling first
    this.colors = bundle.colors; // of no term, then of terms 1, 2, ...
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

  /** The colour of a term; its number always stands beside it. Term 0 has one of its own, later terms begin again. */
  color(term) {
    return this.colors[term && 1 + ((term - 1) % (this.colors.length - 1))];
  }

  children(id) {
    return [...this.branches.values()].filter((branch) => branch.parent === id);
  }

  /** A message with its kind by name; a file has the kind's place, which is shorter. */
  named([kind, ...rest]) {
    this.seen.add(this.kinds[kind]);
    return [this.kinds[kind], ...rest];
  }

  /** Does the log say who has a vote? */
  get votersAreInTheLog() {
    return this.extensions.has("Membership") || this.extensions.has("UnsafeMembership");
  }

  /** What a node shows itself as, in words: its role, unless it is down. */
  called(view) {
    return view.status === "running" ? this.words[view.role] : view.status;
  }

  /** Is an entry committed in this event? A leader says so by its rule; where nobody leads, whoever finds out. */
  commits([, , , , effects, changes]) {
    return this.words.leader ? Boolean(effects?.includes("LE-4")) : Boolean(this.words.committed && changes?.commit_index);
  }

  /** What a message is called. A name that depends on a field is [field, name if it says yes, name if not]; {} are its entries. */
  messageName({ kind, fields }) {
    const name = this.names[kind];
    if (!Array.isArray(name)) return name;
    const value = fields[name[0]];
    if (!value || value.length === 0) return name[2];
    return name[1].replace("{}", () => plural(value.length, "entry", "entries"));
  }

  /** The rules that fired in an event, the most telling first; of a broken property, that property. */
  rulesOf([, what, , detail, effects]) {
    if (what === "broken") return this.words.leader ? [detail[0]] : [];
    return effects?.some((effect) => effect in this.rules) ? Object.keys(this.rules).filter((id) => effects.includes(id)) : [];
  }

  /** A rule as {id, sentence, section}; also for an id that the book does not have. */
  rule(id) {
    const [sentence, section] = this.rules[id] || [id, ""];
    return { id, sentence, section };
  }
}

const BY_HAND = "hand";

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
      this.messages = data.messages.map((message) => timeline.named(message));
      this.events = eventsOf(data);
      this.told = toldBy(data);
      this.committed = data.committed.slice();
      this.labels = data.labels; // of commands that do not show in their first letters what they say
      this.asked = new Map(data.operations.map(operationOf));
    } else {
      const parent = timeline.branch(this.parent).resolve();
      this.start = parent.start;
      this.messages = parent.messages.slice(0, this.fork.messages).concat(data.messages.map((message) => timeline.named(message)));
      this.events = parent.events.slice(0, this.fork.events).concat(eventsOf(data));
      this.told = parent.told.slice(0, this.fork.events).concat(toldBy(data));
      this.committed = parent.committed.filter(([event]) => event < this.fork.events).concat(data.committed);
      this.labels = { ...parent.labels, ...data.labels };
      this.asked = new Map([...askedBefore(parent, this.fork.events), ...data.operations.map(operationOf)]);
    }
    if (this.start.network.odd) timeline.seen.add("odd");
    this.checkpoints = [World.start(this.start, timeline.nodes)];
    this.latest = this.checkpoints[0];
    this.sentAt = []; // message id -> the event that sent it
    this.deliveredAt = [];
    this.lostAt = [];
    this.copies = []; // message id -> its copies
    this.repliesTo = []; // message id -> messages sent in answer to it
    this.campaigns = []; // {node, term, event, requests: {peer: [message ids]}}
    this.trials = []; // the same of elections on trial (pre-votes), whose term is the one that stays
    this.marks = []; // {tick, event, kind}
    this.indexed = 0;
    this.index();
    return this;
  }

  /** More of the same branch has been simulated. */
  append(data) {
    this.resolve();
    for (const message of data.messages) this.messages.push(this.timeline.named(message));
    for (const event of eventsOf(data)) this.events.push(event);
    for (const sentence of toldBy(data)) this.told.push(sentence);
    this.committed.push(...data.committed);
    for (const [invoked, operation] of data.operations.map(operationOf)) this.asked.set(invoked, operation);
    Object.assign(this.labels, data.labels);
    this.ticks = data.ticks;
    this.index();
  }

  /** Note where every message was sent, delivered and lost, and what is worth a mark. */
  index() {
    for (; this.indexed < this.events.length; this.indexed++) {
      const index = this.indexed;
      const [, what, node, detail, effects] = this.events[index];
      if (what === "deliver") this.deliveredAt[detail] ??= index;
      else if (what === "lost") this.lostAt[detail[0]] ??= index;
      else if (what === "copy") {
        this.sentAt[detail[0]] = index;
        (this.copies[detail[1]] ||= []).push(detail[0]);
      }
      if (effects) this.indexEffects(index, node, what, detail, effects);
      this.mark(index);
    }
    this.operations = inRows([...this.asked.values()]);
  }

  indexEffects(index, node, what, detail, effects) {
    const sent = effects.filter((effect) => typeof effect === "number");
    for (const id of sent) this.sentAt[id] ??= index;
    if (what === "deliver" && sent.length) this.repliesTo[detail] = sent;
    if (effects.includes("PV-1")) this.trials.push(this.campaign(index, node, sent, ["RequestPreVote"]));
    const campaign = effects.includes("CA-1") && this.campaign(index, node, sent, ["RequestVote", "RequestVoteNow"]);
    if (campaign && campaign.term !== null) this.campaigns.push(campaign); // or a crash has cut it short before anybody was asked
  }

  /** Whom a node asked in one event, and for which term. */
  campaign(index, node, sent, kinds) {
    const requests = {};
    let term = null;
    for (const id of sent) {
      const [kind, , dst, messageTerm] = this.messages[id];
      if (!kinds.includes(kind)) continue;
      (requests[dst] ||= []).push(id);
      term = messageTerm;
    }
    return { node, term: this.events[index][5]?.term ?? term, event: index, requests };
  }

  mark(event) {
    const [tick, what, , , , changes] = this.events[event];
    const add = (kind) => this.marks.push({ tick, event, kind });
    if (changes?.role === "leader") add("election");
    if (this.timeline.commits(this.events[event])) add("commit");
    if (what === "broken" || what === "stop") add(what);
    if (what === "crash" && changes?.status === "crashed") add("crash");
    if (changes?.snapshot) this.timeline.seen.add("snapshot");
    if (changes?.network?.odd) this.timeline.seen.add("odd");
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
    this.timeline.fields[kind].forEach((name, place) => (fields[name] = values[place]));
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
    for (let event = count; event < this.events.length; event++) if (wanted(this.events[event], event)) return event;
    return -1;
  }

  /** The last event before `count` that `wanted` says yes to, or -1. */
  findBack(count, wanted) {
    for (let event = count - 1; event >= 0; event--) if (wanted(this.events[event], event)) return event;
    return -1;
  }
}

/** The events of a part of a branch. A file has a kind's place instead of its name, and says of a timer only when it is due. */
const eventsOf = (data) => data.events.map(([tick, kind, node, detail, effects, changes]) => {
  const timed = typeof changes?.timer === "number" ? { ...changes, timer: [tick, changes.timer] } : changes;
  return [tick, data.event_kinds[kind], node, detail, effects, timed];
});

/** What is said of each event of a part of a branch: [sentence, weight]. */
const toldBy = (data) => data.told.map((place) => data.sentences[place]);

/** What a client asked, by the event in which it did; invoked, ended and returned are events. */
const operationOf = ([invoked, client, byHand, words, ended, returned, answer]) => [invoked, { client, byHand, words, invoked, ended, returned, answer }];

/** What clients had asked before some event of a branch, as it was then. */
function askedBefore(branch, count) {
  const asked = [...branch.asked].filter(([invoked]) => invoked < count);
  return asked.map(([invoked, operation]) => [invoked, operation.ended < count ? operation : { ...operation, ended: undefined, returned: undefined }]);
}

/** The operations, each with the row of the picture that it stands in: its client's, or the first free one of those by hand. */
function inRows(operations) {
  const latest = []; // of each row by hand
  return operations.map((operation) => {
    if (!operation.byHand) return { ...operation, row: operation.client };
    const free = latest.findIndex(({ ended }) => ended < operation.invoked);
    const place = free < 0 ? latest.length : free;
    latest[place] = operation;
    return { ...operation, row: BY_HAND + (place || "") };
  });
}

/** What "run until" looks for, of what there can be: how it is called, and how an event shows that it is there. */
export function goalsOf(timeline) {
  const { leader, committed } = timeline.words;
  return {
    ...(leader && { leader: { label: "a leader is elected", found: ([, , , , , changes]) => changes?.role === "leader" } }),
    ...(committed && { committed: { label: `${leader ? "an entry" : "a value"} is ${committed}`, found: (event) => timeline.commits(event) } }),
    broken: { label: "an invariant is broken", found: ([, what]) => what === "broken" },
  };
}

// == 3. Narration ======================================================================================
//
// The sentences come with the trace. Here are only the small words that the page itself needs.

/** One event in a sentence: {text, rules, weight}; the weight says how much it matters. */
export function narrate(branch, index) {
  const [text, weight] = branch.told[index];
  return { text, weight, rules: branch.timeline.rulesOf(branch.events[index]) };
}

/** Is an event nothing but a heartbeat or an answer to one? */
export const isQuiet = (branch, index) => branch.told[index][1] === 0;

/** The most telling of the events from..to, and how many more there were: for a step over a whole tick. */
export function narrateTick(branch, from, to) {
  let best = -1;
  for (let index = from; index < to; index++) {
    if (best < 0 || branch.told[index][1] >= branch.told[best][1]) best = index;
  }
  return { index: best, more: Math.max(0, to - from - 1) };
}

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

/** "entry 1", "entries 1 to 3". */
const entriesUpTo = (index) => (index === 1 ? "entry 1" : `entries 1 to ${index}`);

/** What a node's log holds, in words: "4 entries", "a snapshot of entries 1 to 3 and 1 entry". */
function logWords({ log, snapshot }) {
  const rest = log.length - (snapshot || 0);
  const entries = rest ? plural(rest, "entry", "entries") : "an empty log";
  return snapshot ? `a snapshot of ${entriesUpTo(snapshot)} and ${entries}` : entries;
}

const delayWords = ([shortest, longest]) => (shortest === longest ? plural(longest, "tick") : `${shortest} to ${plural(longest, "tick")}`);

const percent = (share) => `${Math.round(share * 1000) / 10} %`;

/** A command within a sentence: as short as it can be understood. */
const commandWords = (command) => (String(command).startsWith("voters ") ? command : short(command));

// == 4. Why and why not ================================================================================
//
// An answer is {title, reasons}. Title and reasons are sayings: {id, data, text, rule?, event?, whatIf?}: the
// template that was filled in, with what, and what it says then; `event` can be jumped to, `whatIf` is a lost
// message that could have arrived. All sentences are templates that come with the trace (sim/why.py); here is
// only found out which of them are true.

const UNKNOWN = "…"; // an entry that a node has only as part of a snapshot that it was sent

/** A template, filled in. */
function say({ timeline }, id, data = {}, more = {}) {
  const [template, rule] = timeline.answers[id];
  const text = template.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (_, name, one, many) => {
    const value = data[name];
    const words = Array.isArray(value) ? listed(value.map(inWords)) || "nobody" : inWords(value);
    if (one === undefined) return words;
    return `${words} ${Array.isArray(value) ? (value.length < 2 ? one : many) : value === 1 ? one : many}`;
  });
  return { id, data, text, ...(rule && { rule }), ...more };
}

const inWords = (value) => (value?.text === undefined ? String(value) : value.text);

/** Those of some nodes whose votes count, as a node knows. */
const counting = ({ voters }, votes) => votes.filter((voter) => voters.includes(voter));

/** The last event before a moment in which something happened to a node, as something to jump to. */
function lastly(branch, count, node, wanted) {
  const event = branch.findBack(count, (each) => each[2] === node && wanted(each));
  return event < 0 ? {} : { event };
}

/** A tick to be said of an event, and the event to jump to; of none, what was so from the beginning. */
const tickOf = (branch, { event }) => (event === undefined ? 0 : branch.tickOf(event));

/** What became of a message, or of that copy of it that came farthest: {fate, id}. */
function fateOf(branch, original, count) {
  const fates = [original, ...(branch.copies[original] || [])].filter((id) => branch.sentAt[id] < count).map((id) => ({ fate: branch.fate(id, count), id }));
  return fates.find(({ fate }) => fate === "delivered") || fates.find(({ fate }) => fate === "flying") || fates[0];
}

function lossReason(branch, id) {
  const [, reason] = branch.events[branch.lostAt[id]][3];
  if (reason === "crashed") return say(branch, "lost_crashed", { peer: branch.message(id).dst });
  return reason === "cut" ? say(branch, "lost_cut") : branch.timeline.losses[reason] || reason;
}

/** When a message that is on its way will arrive; of one that waited for a paused node that is not known. */
function dueWords(branch, count, id) {
  const { dst: peer, arrives: tick } = branch.message(id);
  if (branch.at(count).views[peer].status === "paused") return say(branch, "waits", { peer });
  return tick > branch.tickOf(count - 1) ? say(branch, "due", { tick }) : "";
}

/** The answer to a message, by its kind; undefined if there was none. */
const replyTo = (branch, id, kinds) => (branch.repliesTo[id] || []).find((reply) => kinds.includes(branch.messages[reply][0]));

// -- Is a node the leader? -----------------------------------------------------------------------------

/** What became of the vote that a peer was asked for: a saying, with its state. */
export function voteOf(branch, count, campaign, peer) {
  const requests = campaign.requests[peer] || [];
  let best = { state: "unasked", ...say(branch, "vote_unasked", { peer }) };
  for (const id of requests) best = better(best, voteByRequest(branch, count, campaign, peer, id));
  return best;
}

const VOTE_STATES = ["unasked", "lost", "travelling", "refused", "granted"];
const better = (a, b) => (VOTE_STATES.indexOf(b.state) > VOTE_STATES.indexOf(a.state) ? b : a);

function voteByRequest(branch, count, campaign, peer, original) {
  const { fate, id } = fateOf(branch, original, count);
  const vote = (state, template, data, more) => ({ state, ...say(branch, template, { peer, ...data }, more) });
  if (fate === "lost") return vote("lost", "vote_request_lost", { why: lossReason(branch, id) }, { event: branch.lostAt[id], whatIf: id });
  if (fate === "flying") return vote("travelling", "vote_request_flying", { due: dueWords(branch, count, id) }, { event: branch.sentAt[id] });
  const event = branch.deliveredAt[id];
  const onTrial = branch.messages[id][0] === "RequestPreVote";
  const reply = replyTo(branch, id, [onTrial ? "RequestPreVoteReply" : "RequestVoteReply"]);
  if (reply === undefined && branch.events[event][4]?.includes("SV-1")) return vote("refused", "vote_ignored", { why: heard(branch, event, peer) }, { event });
  if (reply === undefined) return vote("refused", "vote_unanswered", {}, { event });
  if (!branch.message(reply).fields.vote_granted) return vote("refused", onTrial ? "trial_refused" : "vote_refused", { why: refusal(branch, event, onTrial) }, { event });
  const kind = onTrial ? "trial" : "vote";
  const candidate = campaign.node;
  const answer = fateOf(branch, reply, count);
  if (answer.fate === "lost") return vote("lost", `${kind}_reply_lost`, { candidate, why: lossReason(branch, answer.id) }, { event: branch.lostAt[answer.id], whatIf: answer.id });
  if (answer.fate === "flying") return vote("travelling", `${kind}_reply_flying`, { candidate, due: dueWords(branch, count, answer.id) }, { event });
  return vote("granted", `${kind}_granted`, { candidate }, { event: branch.deliveredAt[answer.id] });
}

/** Whom a node listened to, in some event, so that it needed no candidate. */
function heard(branch, event, node) {
  const { leader } = branch.at(event + 1).views[node];
  if (leader === node) return say(branch, "refusal_leads");
  return leader ? say(branch, "refusal_hears", { leader }) : say(branch, "refusal_hears_some");
}

/** Why the vote was refused in the event that received the request. Of a pre-vote no rule says it: it is what remains. */
function refusal(branch, event, onTrial) {
  const [, , node, id, effects] = branch.events[event];
  const { src, fields } = branch.message(id);
  const { term, log, voted_for: other } = branch.at(event + 1).views[node];
  const worse = fields.last_log_term < log.lastTerm ? say(branch, "refusal_log_term", { own: log.lastTerm, candidate: src, its: fields.last_log_term })
    : fields.last_log_term === log.lastTerm && fields.last_log_index < log.length ? say(branch, "refusal_log_length", { own: log.length, its: fields.last_log_index, term: log.lastTerm })
    : null;
  if (branch.timeline.liars[node]) return say(branch, "refusal_silent");
  if (onTrial) return fields.proposed_term <= term ? say(branch, "refusal_term", { term }) : worse || heard(branch, event, node);
  if (effects.includes("RV-1")) return say(branch, "refusal_term", { term });
  if (effects.includes("UTD") && worse) return worse;
  if (effects.includes("RV-2")) return other === node ? say(branch, "refusal_own_vote") : say(branch, "refusal_other_vote", { other });
  return say(branch, "refusal_silent");
}

/** A node's last campaign before some moment, or undefined. */
export function lastCampaign(branch, count, node) {
  return branch.campaigns.findLast((campaign) => campaign.node === node && campaign.event < count);
}

/** The election on trial that a node is waiting for, or undefined: none has begun, it is over, or a leader is heard. */
export function openTrial(branch, count, node) {
  const trial = branch.trials.findLast((each) => each.node === node && each.event < count);
  const view = branch.at(count).views[node];
  if (!trial || view.status !== "running" || view.leader || view.term !== trial.term) return undefined;
  const { event } = lastly(branch, count, node, ([, what, , , effects, changes]) => effects?.includes("CA-1") || changes?.role || what === "crash");
  return event > trial.event || branch.events[trial.event][4].includes("CA-1") ? undefined : trial;
}

/** Who has told a node that it would vote for it, the node itself included: a late answer to an earlier question counts. */
export function preVotes(branch, count, { node, term, event }) {
  const voters = [node];
  for (let index = event + 1; index < count; index++) {
    const [, what, who, id] = branch.events[index];
    if (what !== "deliver" || who !== node || branch.messages[id][0] !== "RequestPreVoteReply") continue;
    const message = branch.message(id);
    if (message.fields.vote_granted && message.term === term && !voters.includes(message.src)) voters.push(message.src);
  }
  return counting(branch.at(count).views[node], voters);
}

/** Why is this node the leader at this moment, or why not? */
export function whyNotLeader(branch, { tick, count }, node) {
  const world = branch.at(count);
  const view = world.views[node];
  const { leader, ...roles } = branch.timeline.words;
  if (!leader) return { title: say(branch, "nobody_leads", { roles: [roles.follower, roles.candidate].filter(Boolean).join(" or ") }), reasons: [] };
  if (view.status !== "running") return whyDown(branch, count, node, view);
  if (view.role === "leader") return whyLeader(branch, count, node, view, world);
  const trial = openTrial(branch, count, node);
  if (trial) return whyNotStanding(branch, count, node, view, trial);
  const campaign = lastCampaign(branch, count, node);
  if (view.role === "candidate" && campaign) return whyNotElected(branch, count, node, view, campaign);
  return whyFollower(branch, tick, count, node, view, campaign, world);
}

/** The reign of a node that ended last before a moment: {term, event}; undefined if there was none. */
function lastReign(branch, count, node) {
  const { event: began } = lastly(branch, count, node, ([, , , , , changes]) => changes?.role === "leader");
  if (began === undefined) return undefined;
  const ended = branch.find(began + 1, (event) => event[2] === node && event[5]?.role !== undefined);
  return ended < 0 || ended >= count ? undefined : { term: branch.at(began + 1).views[node].term, event: ended };
}

function ledUntil(branch, count, node) {
  const reign = lastReign(branch, count, node);
  if (!reign) return [];
  const { term, event } = reign;
  const rule = branch.events[event][4]?.find((effect) => effect === "CQ-1" || effect === "MC-4");
  return [say(branch, rule ? "gave_up" : "led_until", { term, tick: branch.tickOf(event) }, { event, ...(rule && { rule }) })];
}

function whyDown(branch, count, node, { status, role, term }) {
  const crashed = status === "crashed";
  const down = lastly(branch, count, node, ([, what]) => what === (crashed ? "crash" : "pause"));
  const title = crashed ? "is_crashed" : role === "leader" ? "is_paused_leader" : "is_paused";
  const since = say(branch, crashed ? "crashed_at" : "paused_at", { tick: tickOf(branch, down) }, down);
  return { title: say(branch, title, { node, term }), reasons: [since, ...(crashed ? ledUntil(branch, count, node) : [])] };
}

const FOLLOWS = ["AppendEntriesReply", "InstallSnapshotReply", "ConfirmLeaderReply"]; // only who follows sends these

/** Since when a leader leads, and what could end it. */
function whyLeader(branch, count, node, view, world) {
  const { event } = lastly(branch, count, node, ([, , , , , changes]) => changes?.role === "leader");
  const own = branch.events[event][4]?.includes("CA-2");
  const winner = branch.at(event + 1).views[node];
  const reasons = [say(branch, own ? "elected_by" : "elected_by_nobody", { tick: branch.tickOf(event), names: counting(winner, winner.votes) }, { event })];
  if (branch.timeline.extensions.has("CheckQuorum") && !branch.timeline.liars[node]) {
    const last = view.voters.filter((peer) => peer !== node).map((peer) => {
      const { event: answer } = lastly(branch, count, node, ([, what, , id]) => what === "deliver" && branch.messages[id][1] === peer && branch.messages[id][3] === view.term && FOLLOWS.includes(branch.messages[id][0]));
      return answer > event ? say(branch, "heard_at", { peer, tick: branch.tickOf(answer) }) : say(branch, "heard_never", { peer });
    });
    reasons.push(say(branch, "must_hear", { heard: last }));
  }
  const { term } = view;
  const newest = world.leader();
  const later = world.views[newest].term;
  const others = branch.timeline.nodes.filter((each) => each !== node && world.views[each].status === "running" && world.views[each].role === "leader" && world.views[each].term === term);
  const title = later > term ? say(branch, "leads_old", { node, term, other: newest, later }) : others.length ? say(branch, "leads_beside", { node, term, others }) : say(branch, "leads", { node, term });
  return { title, reasons };
}

function whyNotElected(branch, count, node, view, campaign) {
  const { term, quorum, timer } = view;
  const votes = Object.keys(campaign.requests).map((peer) => voteOf(branch, count, campaign, peer));
  const names = counting(view, view.votes);
  const again = branch.timeline.extensions.has("PreVote") ? "retry_asking" : "retry";
  const due = timer ? [say(branch, again, { tick: timer[1] })] : [];
  const title = say(branch, names.length ? "candidate" : "candidate_none", { node, quorum, term, count: names.length, names });
  return { title, reasons: [...votes.filter((vote) => vote.state !== "granted"), ...due] };
}

/** A node that asks whether it would win, before it stands. */
function whyNotStanding(branch, count, node, { quorum, term, timer }, trial) {
  const names = preVotes(branch, count, trial);
  const others = Object.keys(trial.requests).filter((peer) => !names.includes(peer)).map((peer) => voteOf(branch, count, trial, peer));
  const due = timer ? [say(branch, "retry_trial", { tick: timer[1] })] : [];
  const title = say(branch, names.length ? "trial" : "trial_none", { node, term: term + 1, quorum, count: names.length, names });
  return { title, reasons: [...others, ...due] };
}

function whyFollower(branch, tick, count, node, view, campaign, world) {
  const { term, leader, voters, timer, voted_for: candidate } = view;
  const reasons = [];
  const newest = world.leader();
  const leading = world.views[newest];
  if (!voters.includes(node)) reasons.push(say(branch, "no_vote", { names: voters }));
  else if (newest && leading.term >= term && !leading.voters.includes(node)) reasons.push(say(branch, "no_vote_elsewhere", { leader: newest, term: leading.term, node }));
  if (leader) {
    const { status, role, term: later } = world.views[leader];
    const leads = status === "running" && role === "leader" && later === term;
    const state = status !== "running" ? status : role === "leader" ? `the ${role} of term ${later}` : `a ${role}`;
    reasons.push(leads ? say(branch, "follows", { leader, term }) : say(branch, "follows_former", { leader, term, state }));
  }
  if (candidate && candidate !== node) reasons.push(say(branch, "voted", { term, candidate }, lastly(branch, count, node, ([, , , , , changes]) => changes?.voted_for === candidate)));
  if (timer) reasons.push(say(branch, "timer", { tick: timer[1] }));
  const led = ledUntil(branch, count, node);
  if (led.length) reasons.push(...led);
  else if (campaign) {
    const votes = Object.keys(campaign.requests).map((peer) => voteOf(branch, count, campaign, peer));
    reasons.push(say(branch, "stood", { term: campaign.term }, { event: campaign.event }), ...votes.filter((vote) => vote.state !== "granted"));
  }
  const stood = campaign && campaign.term === term;
  return { title: say(branch, stood ? "follower_stood" : "follower", { node, tick, term }), reasons };
}

// -- Is an entry committed? ------------------------------------------------------------------------------

/** What is committed as a fact at an index, by some moment: the entries, with the event that made it so. */
function factsAt(branch, count, index) {
  branch.facts ||= { read: 0, at: [] };
  const { facts } = branch;
  for (; facts.read < branch.committed.length; facts.read++) {
    const [event, later, term] = branch.committed[facts.read];
    const log = logEnding(branch, event, later, term);
    for (let place = later; place > 0; place--) {
      const entry = log.entry(place);
      const known = (facts.at[place] ||= []);
      if (entry[1] === UNKNOWN || known.some((each) => each.term === entry[0] && each.command === entry[1])) break;
      known.push({ event, term: entry[0], command: entry[1], later, laterTerm: term });
    }
  }
  return (facts.at[index] || []).filter(({ event }) => event < count);
}

/** The log that ends in an entry which an event has made committed: that of the node that stored it. */
function logEnding(branch, event, index, term) {
  const fits = (view) => view.log.entry(index)?.[0] === term;
  if (event < 0) return Object.values(branch.at(0).views).find(fits).log;
  const node = branch.events[event][2];
  const view = branch.at(event + 1).views[node];
  if (fits(view)) return view.log;
  // It crashed in the middle of the step: its view shows what it had stored as soon as the crash is told.
  return branch.at(1 + branch.find(event + 1, ([, what, who]) => what === "crash" && who === node)).views[node].log;
}

/** How an entry is called in a sentence. */
function entryName(branch, index, [term, command], id = "entry") {
  const word = branch.timeline.words.term;
  return say(branch, word ? id : "entry_no_term", { index, command: commandWords(command), word, term });
}

/** Are two entries the same? Where nobody leads, what counts is the value, whatever number it was proposed under. */
const isSame = ({ timeline }, [term, command], other) => command === other.command && (term === other.term || !timeline.words.leader);

/** Is this entry of a node committed, and does the node know it; why, or why not? */
export function whyNotCommitted(branch, { count }, node, index) {
  const world = branch.at(count);
  const view = world.views[node];
  const { committed, leader: hasLeaders } = branch.timeline.words;
  if (!committed) return { title: say(branch, "undecided"), reasons: [] };
  const entry = view.log.entry(index);
  const facts = factsAt(branch, count, index);
  const asked = { branch, count, world, node, view, index, entry, facts, leader: world.leader() };
  if (!entry) return whyMissing(asked);
  if (entry[1] === UNKNOWN) return { title: say(branch, facts.length ? "known_snapshot_only" : "unknown_snapshot_only", { index, node, committed }), reasons: [] };
  const fact = facts.find((each) => isSame(branch, entry, each));
  const title = (id, data) => say(branch, id, { entry: entryName(branch, index, entry), node, committed, ...data });
  if (view.commit_index >= index) {
    if (!fact) return { title: title("claimed"), reasons: [...knownSince(asked, "claimed_since"), ...whyNoFact(asked)] };
    const inSnapshot = index <= view.snapshot;
    return { title: title(inSnapshot ? "known_in_snapshot" : "known"), reasons: [...(inSnapshot ? [] : knownSince(asked, "known_since")), whyFact(branch, fact, index)] };
  }
  if (fact) return { title: title(view.status === "crashed" ? "unknown_crashed" : "unknown"), reasons: [whyFact(branch, fact, index), ...(hasLeaders ? whyUnaware(asked) : [])] };
  if (facts.length) return { title: title("overruled", { other: entryName(branch, index, [facts[0].term, facts[0].command], "brief") }), reasons: whyNoFact(asked) };
  if (!hasLeaders) return { title: title("not_chosen", { quorum: view.quorum, names: holders(asked) }), reasons: whyDownNow(asked) };
  return whyNotYet(asked, title);
}

/** Who has the very entry that is asked about. */
const holders = ({ branch, world, index, entry }) => branch.timeline.nodes.filter((each) => {
  const other = world.views[each].log.entry(index);
  return other && other[0] === entry[0] && other[1] === entry[1];
});

/** Since when a node takes an entry for committed, in this life of it. */
function knownSince({ branch, count, node, index }, id) {
  let event;
  for (let place = count - 1; place >= 0; place--) {
    const [, , who, , , changes] = branch.events[place];
    if (who !== node || changes?.commit_index === undefined) continue;
    if (changes.commit_index < index) break;
    event = place;
  }
  return [say(branch, id, { node, tick: tickOf(branch, { event }) }, { event })];
}

/** What has made an entry committed, or chosen. */
function whyFact(branch, { event, later, laterTerm: term }, index) {
  const { leader, committed, term: word } = branch.timeline.words;
  if (event < 0) return say(branch, "at_the_start", { committed });
  const tick = branch.tickOf(event);
  if (!leader) return say(branch, "accepted", { tick, word, term }, { event });
  return later === index ? say(branch, "stored", { tick, term }, { event }) : say(branch, "stored_later", { tick, later, term }, { event });
}

/** Why an entry is not committed, although a node says so, or another entry is. */
function whyNoFact(asked) {
  const { branch, node, index, entry, facts, leader, world, view } = asked;
  const [other] = facts;
  const reasons = [say(branch, "holders", { names: holders(asked) }), ...whyDownNow(asked)];
  if (!other) return reasons;
  reasons.push(whyFact(branch, other, index));
  if (!branch.timeline.words.leader) return reasons;
  if (other.term === entry[0]) return [...reasons, say(branch, "same_term")];
  if (leader && leader !== node && world.views[leader].term >= view.term && isSame(branch, world.views[leader].log.entry(index) || [], other)) reasons.push(say(branch, "deletes", { node, leader }));
  return reasons;
}

/** Since when a node is down, if it is. */
function whyDownNow({ branch, count, node, view: { status } }) {
  if (status === "running") return [];
  const since = lastly(branch, count, node, ([, what]) => what === (status === "crashed" ? "crash" : "pause"));
  return [say(branch, status === "crashed" ? "down" : "asleep", { node, tick: tickOf(branch, since) }, since)];
}

/** Why a node does not know that an entry is committed. */
function whyUnaware(asked) {
  const { branch, count, world, node, view, index, entry, leader } = asked;
  if (view.status !== "running") return whyDownNow(asked);
  if (!leader) return [say(branch, "no_leader")];
  const leading = world.views[leader];
  if (leader === node) return whatLeaderCounts(asked);
  const reasons = hindrances(asked, leading);
  const same = leading.log.entry(index);
  if (!same || (same[1] !== UNKNOWN && (same[0] !== entry[0] || same[1] !== entry[1]))) return [...reasons, say(branch, "lacks", { leader, term: leading.term })];
  if (leading.commit_index < index) return [...reasons, say(branch, "unaware", { leader, term: leading.term }), ...whatLeaderCounts(asked)];
  if (!reasons.length) reasons.push(say(branch, "tells", { leader }));
  return [...reasons, lastAppend(branch, count, leader, node)];
}

/** Why a leader does not get through to a node: it has no vote there, or is ahead in terms. */
function hindrances({ branch, node, view, leader }, { term: leading, voters }) {
  const reasons = [];
  if (leading < view.term) reasons.push(say(branch, "behind", { leader, leading, node, term: view.term }));
  if (!voters.includes(node)) reasons.push(say(branch, "not_a_voter", { leader, term: leading, node }));
  return reasons;
}

/** What a leader that has an entry must hear before it knows the entry to be committed. */
function whatLeaderCounts(asked) {
  const { branch, world, entry, leader } = asked;
  const { term: leading, quorum } = world.views[leader];
  if (entry[0] !== leading) return [say(branch, "own_term_only", { term: entry[0], leader, leading })];
  const names = copiesKnown(asked);
  return [say(branch, names.length ? "counts" : "counts_none", { leader, quorum, count: names.length, names }), ...missingCopies(asked, names)];
}

/** Of which voters a leader knows that they have its entry at an index. */
const copiesKnown = ({ world, index, leader }) => world.views[leader].voters.filter((each) => world.views[leader].match_index[each] >= index);

/** What became of the appends to those of whom the leader does not know that they have the entry; and who lies. */
function missingCopies({ branch, count, world, leader }, names) {
  const lies = names.filter((each) => each !== leader && branch.timeline.liars[each]).map((each) => say(branch, "lies", { node: each }));
  const others = world.views[leader].voters.filter((each) => each !== leader && !names.includes(each));
  return [...lies, ...others.map((peer) => lastAppend(branch, count, leader, peer))];
}

/** Why an entry is not committed: as far as there is a leader, it decides. */
function whyNotYet(asked, title) {
  const { branch, world, node, index, entry, leader } = asked;
  const down = whyDownNow(asked);
  if (!leader) {
    const names = holders(asked);
    const counted = counting(asked.view, names).length >= asked.view.quorum ? "holders_do_not_count" : "holders";
    return { title: title("leaderless"), reasons: [say(branch, counted, { names }), ...down, say(branch, "no_leader")] };
  }
  const leading = world.views[leader];
  const { term, quorum } = leading;
  if (!holders(asked).includes(leader)) {
    const there = leading.log.entry(index);
    const behind = leader === node ? [] : hindrances(asked, leading);
    const fate = there?.[0] === entry[0] ? [say(branch, "same_term")]
      : term < asked.view.term || term === entry[0] ? []
      : [say(branch, "stays", { leader }), say(branch, "deletes", { node, leader })];
    return { title: title("not_in_leaders_log", { leader, leading: term }), reasons: [...down, ...behind, ...fate] };
  }
  if (leading.commit_index >= index) return { title: title("claimed", { node: leader }), reasons: [...missingCopies(asked, copiesKnown(asked)), ...down] };
  if (entry[0] !== term) return { title: title("older_term", { leader, leading: term }), reasons: [say(branch, "own_term_only", { term: entry[0], leader, leading: term }), ...down] };
  const names = copiesKnown(asked);
  return { title: title(names.length ? "needs_copies" : "needs_first_copy", { quorum, leader, count: names.length, names }), reasons: [...missingCopies(asked, names), ...down] };
}

/** Why a node has no entry at an index. */
function whyMissing(asked) {
  const { branch, count, world, node, view, index, facts, leader } = asked;
  const { committed } = branch.timeline.words;
  const others = branch.timeline.nodes.filter((each) => world.views[each].log.length >= index);
  const fact = facts.at(-1);
  const entry = fact && entryName(branch, index, [fact.term, fact.command]);
  const title = fact ? say(branch, "missing_committed", { entry, node, committed }) : say(branch, others.length ? "missing" : "nowhere", { node, index });
  const reasons = [...whyGone(asked), ...(fact ? [whyFact(branch, fact, index)] : others.length ? [say(branch, "others_have", { names: others })] : []), ...whyDownNow(asked)];
  if (view.status !== "running" || !branch.timeline.words.leader || leader === node || !(fact || others.length)) return { title, reasons };
  if (!leader) return { title, reasons: [...reasons, say(branch, "no_sender")] };
  const leading = world.views[leader];
  if (leading.log.length < index) return { title, reasons: [...reasons, say(branch, "lacks", { leader, term: leading.term })] };
  return { title, reasons: [...reasons, ...hindrances(asked, leading), lastAppend(branch, count, leader, node)] };
}

/** When a node lost the entry that it had at an index, and what happened then. */
function whyGone({ branch, count, node, index }) {
  const lengths = lengthsOf(branch, node).filter(({ event }) => event < count);
  const place = lengths.findLastIndex(({ length }, i) => length < index && lengths[i - 1]?.length >= index);
  if (place < 0) return [];
  const { event } = lengths[place];
  return [say(branch, "had", { tick: branch.tickOf(event), told: branch.told[event][0] }, { event })];
}

/** How long the log of a node was after each event that changed its length. */
function lengthsOf(branch, node) {
  branch.lengths ||= { read: 0, of: Object.fromEntries(branch.timeline.nodes.map((each) => [each, [{ event: -1, length: branch.start.views[each].log.length }]])) };
  const { lengths } = branch;
  for (; lengths.read < branch.events.length; lengths.read++) {
    const [, , who, , , changes] = branch.events[lengths.read];
    if (changes?.log) lengths.of[who].push({ event: lengths.read, length: changes.log[0] - 1 + changes.log[1].length });
  }
  return lengths.of[node];
}

/** What became of the last append of a leader, or of its last snapshot, to a peer. */
function lastAppend(branch, count, leader, peer) {
  const { term } = branch.at(count).views[leader];
  const brings = (id) => typeof id === "number" && ["AppendEntries", "InstallSnapshot"].includes(branch.messages[id][0]) && branch.messages[id][2] === peer && branch.messages[id][3] === term;
  const { event: sender } = lastly(branch, count, leader, ([, , , , effects]) => effects?.some(brings));
  if (sender === undefined) return say(branch, "never_sent", { leader, peer });
  const { fate, id } = fateOf(branch, branch.events[sender][4].findLast(brings), count);
  const what = branch.messages[id][0] === "AppendEntries" ? "append" : "snapshot";
  if (fate === "lost") return say(branch, "append_lost", { what, peer, why: lossReason(branch, id) }, { event: branch.lostAt[id], whatIf: id });
  if (fate === "flying") return say(branch, "append_flying", { what, peer, due: dueWords(branch, count, id) }, { event: sender });
  const event = branch.deliveredAt[id];
  const replyId = replyTo(branch, id, ["AppendEntriesReply", "InstallSnapshotReply"]);
  if (replyId === undefined) return say(branch, "append_unanswered", { what, peer }, { event });
  const { fields } = branch.message(replyId);
  const verdict = fields.success === false ? "append_refused" : "append_confirmed";
  const answer = fateOf(branch, replyId, count);
  if (answer.fate === "lost") return say(branch, `${verdict}_lost`, { what, peer, why: lossReason(branch, answer.id) }, { event: branch.lostAt[answer.id], whatIf: answer.id });
  if (answer.fate === "flying") return say(branch, `${verdict}_flying`, { what, peer, due: dueWords(branch, count, answer.id) }, { event });
  return say(branch, verdict, { what, peer, match: fields.match_index }, { event });
}

// == 5. Small words for the page ========================================================================

const SVG = "http://www.w3.org/2000/svg";

/** An element: make("div.rl-row", {title: "…"}, child, "text"); names of SVG begin with "svg:". */
export function make(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = tag.startsWith("svg:") ? document.createElementNS(SVG, tag.slice(4)) : document.createElement(tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Set attributes, but only those that differ: an unchanged one must not cost a repaint. */
function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    const text = String(value);
    if (element.getAttribute(key) !== text) element.setAttribute(key, text);
  }
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A list that is made again only if what it shows has changed. */
function refill(element, signature, fill) {
  if (element.dataset.shows === signature) return;
  element.dataset.shows = signature;
  const focused = element.contains(document.activeElement);
  element.replaceChildren(...fill());
  // The control that was pressed is gone: without this, the next key would no longer reach the player.
  if (focused) element.closest(".rl-player")?.focus({ preventScroll: true });
}

/** Call with the width of an element when it is known and whenever it changes: to ask while drawing would force a layout. */
function onWidth(element, act) {
  let known = 0;
  new ResizeObserver(([{ contentRect: { width } }]) => {
    if (!width || width === known) return;
    known = width;
    act(width);
  }).observe(element);
}

const button = (label, title, onclick, extra = {}) => make("button.rl-button", { type: "button", title, onclick, ...extra }, label);

const ROLE_SIGNS = { leader: "★", candidate: "?", follower: "" };
const STATUS_SIGNS = { crashed: "✕", paused: "‖" };
const signOf = (view) => (STATUS_SIGNS[stateOf(view)] ?? ROLE_SIGNS[stateOf(view)]) || "";

/** What a node shows itself as, as a class of style and a sign: its role, unless it is down. */
const stateOf = (view) => (view.status === "running" ? view.role : view.status);

/** Where a rule is from: sections of the paper, or what says itself what it is; nothing is said of nothing. */
function sourceOf(section) {
  if (!section) return "";
  return /^\d/.test(section) ? `(section${/, \d/.test(section) ? "s" : ""} ${section})` : `(${section})`;
}

/** That a node lies, and how, to be added to what is said of it; nothing of an honest one. */
const lieWords = ({ liars }, node) => (liars[node] ? `, lies: ${liars[node][1]}` : "");

/** What a link does that differs from most: "90 % lost", "22 ticks". */
function oddWords({ loss, delay, duplication }) {
  return [loss !== undefined && `${percent(loss)} lost`, delay && delayWords(delay), duplication !== undefined && `${percent(duplication)} doubled`].filter(Boolean).join(", ");
}

/** A jagged line around a node that lies. */
function zigzag(radius, depth, teeth) {
  const points = Array.from({ length: 2 * teeth }, (_, i) => {
    const [r, angle] = [radius + (i % 2 ? depth : 0), (Math.PI * i) / teeth];
    return `${(r * Math.sin(angle)).toFixed(1)} ${(-r * Math.cos(angle)).toFixed(1)}`;
  });
  return `M${points.join("L")}Z`;
}

const MARK_SIGNS = {
  election: ["★", "a leader is elected"], commit: ["✓"], crash: ["✕", "a node crashes"],
  broken: ["!", "an invariant is broken"], stop: ["◆", "the story has something to say"], fork: ["↳", "another branch begins"],
};

const ON_TOP = ["stop", "fork"]; // marks that have a row of their own: a stop often follows what it speaks of

/** Marks that do not cover each other: of those too close the more telling one stands for the others, which it names. */
function legible(marks, ticks) {
  const order = ["broken", "fork", "stop", "crash", "election", "commit"];
  const kept = [];
  for (const mark of [...marks].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.tick - b.tick)) {
    const near = kept.find(({ tick, kind }) => ON_TOP.includes(kind) === ON_TOP.includes(mark.kind) && Math.abs(tick - mark.tick) < ticks * 0.012);
    if (near) near.also.push([mark.tick, mark.kind]);
    else kept.push({ ...mark, also: [] });
  }
  return kept;
}

// == 6. The node graph ==================================================================================

const WIDTH = 480;
const MIDDLE = 200; // of the circle on which the nodes stand, from above

/** The graph: nodes on a circle, n1 on top, the others clockwise; messages on their right-hand side of the link. */
class Graph {
  constructor(player) {
    this.player = player;
    this.links = make("svg:g");
    this.nodesLayer = make("svg:g");
    this.messagesLayer = make("svg:g");
    this.knife = make("svg:line.rl-knife", { visibility: "hidden" });
    this.svg = make("svg:svg.rl-graph", { role: "group", "aria-label": "The nodes and the messages between them" },
      this.links, this.nodesLayer, this.messagesLayer, this.knife);
    this.el = this.svg;
    this.pool = new Map(); // message id -> its element
    this.watchKnife();
  }

  build(nodes) {
    const count = nodes.length;
    this.radius = count > 6 ? 25 : 30;
    this.place = {};
    nodes.forEach((node, i) => {
      const angle = (2 * Math.PI * i) / count - Math.PI / 2;
      const [x, y] = count === 1 ? [0, 0] : [Math.cos(angle), Math.sin(angle)];
      // What is said of a node stands on its outer side, where no message passes.
      const aside = count > 7 && Math.abs(x) > 0.9 ? 32 * Math.sign(x) : 0; // many nodes stand nearly above each other
      this.place[node] = { x: WIDTH / 2 + 165 * x, y: MIDDLE + 130 * y, outer: y < -0.1 ? -1 : 1, aside };
    });
    const lowest = Math.max(...Object.values(this.place).map(({ y }) => y));
    set(this.svg, { viewBox: `30 0 ${WIDTH - 60} ${lowest + 70}` });
    this.pool.clear();
    this.messagesLayer.replaceChildren();
    this.buildLinks(nodes);
    this.nodes = Object.fromEntries(nodes.map((node) => [node, this.buildNode(node)]));
    this.nodesLayer.replaceChildren(...nodes.map((node) => this.nodes[node].group));
  }

  buildLinks(nodes) {
    this.pairs = [];
    nodes.forEach((a, i) => nodes.slice(i + 1).forEach((b) => this.pairs.push([a, b])));
    this.lines = this.pairs.map(([a, b]) => {
      const { x: x1, y: y1 } = this.place[a];
      const { x: x2, y: y2 } = this.place[b];
      const line = make("svg:line", { x1, y1, x2, y2 });
      const hit = make("svg:line.rl-hit", { x1, y1, x2, y2 });
      const mark = make("svg:path.rl-cut", { visibility: "hidden" });
      const title = make("svg:title", {}, `link ${a} – ${b}`);
      return make("svg:g.rl-link", { onclick: () => this.player.select({ kind: "link", id: `${a}>${b}` }) }, title, line, hit, mark);
    });
    this.links.replaceChildren(...this.lines);
  }

  buildNode(node) {
    const { x, y, outer, aside } = this.place[node];
    const r = this.radius;
    const lie = this.player.timeline.liars[node];
    const away = (lie ? 4 : 0) * outer; // the jagged line needs some room
    const parts = {
      arc: make("svg:path.rl-timer"),
      chosen: make("svg:circle.rl-chosen", { r: r + 11 }),
      body: make("svg:circle.rl-body", { r }),
      ring: make("svg:circle.rl-ring", { r: r - 5 }),
      strike: make("svg:path.rl-strike", { d: `M${-r} ${-r} L${r} ${r} M${-r} ${r} L${r} ${-r}`, visibility: "hidden" }),
      name: make("svg:text.rl-name", { y: -3 }, node),
      term: make("svg:text.rl-term", { y: 12 }),
      badge: make("svg:text.rl-badge", { x: aside, y: outer * (r + 19) + 4.5 + away }),
      votes: make("svg:g", { transform: `translate(${aside} ${away})` }),
    };
    if (lie) Object.assign(parts, { lie: make("svg:path.rl-lie", { d: zigzag(r + 9, 4, Math.round(r * 0.7)) }), title: make("svg:title", {}, `${node} lies: ${lie[1]}`) });
    const group = make("svg:g.rl-node", {
      transform: `translate(${x} ${y})`, role: "button", tabindex: 0, "data-node": node,
      onclick: () => this.player.select({ kind: "node", id: node }),
      onkeydown: (event) => { if (event.key === "Enter") this.player.select({ kind: "node", id: node }); },
    }, parts.title || "", ...Object.values(parts).filter((part) => part !== parts.title));
    return { group, ...parts };
  }

  draw({ world, branch, position, selected }) {
    for (const node of this.player.timeline.nodes) this.drawNode(node, world, branch, position, selected);
    this.pairs.forEach(([a, b], i) => this.drawLink(this.lines[i], a, b, world, selected));
    this.drawMessages(world, branch, position, selected);
    this.move(position.tick);
  }

  drawNode(node, world, branch, position, selected) {
    const view = world.views[node];
    const parts = this.nodes[node];
    const { words } = this.player.timeline;
    const [state, called, number] = [stateOf(view), this.player.timeline.called(view), words.term ? `${words.term} ${view.term}` : ""];
    const chosen = selected?.kind === "node" && selected.id === node;
    set(parts.group, { class: `rl-node rl-${state} ${chosen ? "rl-selected" : ""}`, "aria-label": `${node}: ${[called, number].filter(Boolean).join(", ")}${lieWords(this.player.timeline, node)}`, "aria-pressed": chosen });
    set(parts.body, { fill: this.player.timeline.color(view.term) });
    setText(parts.term, number);
    set(parts.term, { style: number.length > 7 ? "font-size:10px" : "" });
    setText(parts.badge, `${signOf(view)} ${called}${parts.lie ? ", lies" : ""}`.trim());
    set(parts.strike, { visibility: state === "crashed" ? "visible" : "hidden" });
    this.drawVotes(parts.votes, node, view, branch, position);
  }

  /** One dot for each voter: filled = granted, dotted = on the way, crossed = refused, empty = lost or not asked. */
  drawVotes(group, node, view, branch, { tick, count }) {
    const campaign = this.player.has("votes") && view.status === "running" && view.role !== "follower" ? lastCampaign(branch, count, node) : null;
    const fresh = campaign && campaign.term === view.term && (view.role === "candidate" || tick - branch.tickOf(campaign.event) < 12);
    const voters = fresh ? this.player.timeline.nodes.filter((peer) => (peer === node ? view.voters.includes(node) : peer in campaign.requests)) : [];
    const states = voters.map((peer) => (peer === node ? "granted" : voteOf(branch, count, campaign, peer).state));
    refill(group, states.join(), () => states.map((state, i) => {
      const x = (i - (states.length - 1) / 2) * 13;
      const y = this.place[node].outer * (this.radius + 34);
      const dot = make("svg:circle", { class: `rl-vote rl-vote-${state}`, cx: x, cy: y, r: 4.5 });
      const cross = state === "refused" && make("svg:path.rl-vote-cross", { d: `M${x - 3} ${y - 3} l6 6 m0 -6 l-6 6` });
      return make("svg:g", {}, make("svg:title", {}, `${voters[i]}: ${state}`), dot, cross);
    }));
  }

  drawLink(group, a, b, world, selected) {
    const there = world.isDown(a, b);
    const back = world.isDown(b, a);
    const chosen = selected?.kind === "link" && selected.id === `${a}>${b}`;
    const odd = this.drawOddLink(group, a, b, world) && !there && !back;
    set(group, { class: `rl-link ${there && back ? "rl-down" : there || back ? "rl-one-way" : odd ? "rl-odd" : ""} ${chosen ? "rl-selected" : ""}` });
    const mark = group.lastChild;
    set(mark, { visibility: there || back ? "visible" : "hidden", d: there || back ? this.cutMark(a, b, there, back) : "" });
  }

  /** What a link does that most do not, in words beside it: once, or for each way where the two differ. Is there anything? */
  drawOddLink(group, a, b, world) {
    const { odd } = world.network;
    const [there, back] = [odd?.[`${a}>${b}`], odd?.[`${b}>${a}`]];
    if (!there && !back && !group.odd) return false; // nearly always
    group.odd ||= [a, b].map(() => group.insertBefore(make("svg:text.rl-odd-words"), group.lastChild));
    const same = JSON.stringify(there) === JSON.stringify(back);
    const words = (numbers, src, dst) => (!numbers || world.isDown(src, dst) ? "" : `${same ? "" : `${src}→${dst}: `}${oddWords(numbers)}`);
    [words(there, a, b), same ? "" : words(back, b, a)].forEach((text, i) => {
      setText(group.odd[i], text);
      if (text) set(group.odd[i], i ? this.besideLink(b, a, 0.36) : this.besideLink(a, b, same ? 0.42 : 0.36));
    });
    return Boolean(there || back);
  }

  /** A place beside a link, on its outer side, where no message passes. */
  besideLink(a, b, share) {
    const [from, to] = [this.place[a], this.place[b]];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
    const outer = (WIDTH / 2 - x) * uy + (y - MIDDLE) * ux >= 0 ? 20 : -20;
    const across = -uy * Math.sign(outer);
    return { x: (x - uy * outer).toFixed(1), y: (y + ux * outer + 4).toFixed(1), style: `text-anchor:${across > 0.4 ? "start" : across < -0.4 ? "end" : "middle"}` };
  }

  /** Two strokes across a link: in its middle if both ways are cut, else near the end that hears nothing. */
  cutMark(a, b, there, back) {
    const [from, to] = [this.place[a], this.place[b]];
    const share = there && back ? 0.5 : there ? 0.7 : 0.3;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const [x, y] = [from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share];
    return [-3, 3].map((d) => `M${x + ux * d - uy * 9} ${y + uy * d + ux * 9} L${x + ux * d + uy * 9} ${y + uy * d - ux * 9}`).join(" ");
  }

  drawMessages(world, branch, { tick }, selected) {
    const shown = this.player.has("messages") ? [...world.flying] : [];
    const lost = this.player.has("messages") ? recentlyLost(branch, world.count, tick) : [];
    const wanted = new Set([...shown, ...lost]);
    for (const [id, element] of this.pool) {
      if (!wanted.has(id)) {
        element.remove();
        this.pool.delete(id);
      }
    }
    for (const id of wanted) {
      let element = this.pool.get(id);
      const message = branch.message(id);
      const signature = [branch.id, ...branch.messages[id].slice(0, 6)].join();
      if (element && element.dataset.is !== signature) {
        element.remove();
        element = null;
      }
      if (!element) {
        element = messageShape(message, this.player.timeline);
        element.dataset.is = signature;
        element.addEventListener("click", () => this.player.select({ kind: "message", id }));
        this.messagesLayer.append(element);
        this.pool.set(id, element);
      }
      const gone = !world.flying.has(id);
      element.raft = { message, gone, lostAt: gone ? branch.tickOf(branch.lostAt[id]) : null };
      set(element, { class: `rl-message ${gone ? "rl-lost" : ""} ${selected?.kind === "message" && selected.id === id ? "rl-selected" : ""}` });
    }
    this.world = world;
  }

  /** Put messages and timers where they are at a time between ticks. */
  move(time) {
    for (const element of this.pool.values()) {
      const { message, gone, lostAt } = element.raft;
      const now = gone ? lostAt : time;
      // A message that is lost as it is sent would vanish inside its sender: show it a little on its way.
      const share = Math.max(gone ? 0.35 : 0.05, Math.min(1, (now - message.sent) / (message.arrives - message.sent)));
      const { x, y } = this.onLink(message.src, message.dst, share);
      element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    }
    if (!this.player.has("timers") || !this.world) return;
    for (const [node, parts] of Object.entries(this.nodes)) {
      const view = this.world.views[node];
      set(parts.arc, { d: view.timer && view.status === "running" ? this.arc(view.timer, time) : "" });
    }
  }

  onLink(src, dst, share) {
    const [from, to] = [this.place[src], this.place[dst]];
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const way = this.radius + 8 + (length - 2 * this.radius - 16) * share;
    return { x: from.x + ux * way - uy * 7, y: from.y + uy * way + ux * 7 };
  }

  /** The share of the timer that is left, clockwise from the top. */
  arc([since, due], time) {
    const left = Math.max(0, Math.min(0.999, (due - time) / Math.max(1, due - since)));
    const r = this.radius + 6;
    const angle = 2 * Math.PI * left - Math.PI / 2;
    return `M0 ${-r} A${r} ${r} 0 ${left > 0.5 ? 1 : 0} 1 ${(r * Math.cos(angle)).toFixed(1)} ${(r * Math.sin(angle)).toFixed(1)}`;
  }

  // -- The knife: a line drawn across links cuts them ------------------------------------------------------

  watchKnife() {
    let start = null;
    const at = (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
      return { x: point.x, y: point.y };
    };
    this.svg.addEventListener("pointerdown", (event) => {
      if (!this.player.knife) return;
      start = at(event);
      this.svg.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    this.svg.addEventListener("pointermove", (event) => {
      if (!start) return;
      const end = at(event);
      set(this.knife, { x1: start.x, y1: start.y, x2: end.x, y2: end.y, visibility: "visible" });
    });
    this.svg.addEventListener("pointerup", (event) => {
      if (!start) return;
      const [from, to] = [start, at(event)];
      start = null;
      set(this.knife, { visibility: "hidden" });
      this.player.cutAcross(this.crossed(from, to));
    });
  }

  crossed(from, to) {
    const side = (p, q, r) => Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));
    return this.pairs.filter(([a, b]) => {
      const [p, q] = [this.place[a], this.place[b]];
      return side(from, to, p) !== side(from, to, q) && side(p, q, from) !== side(p, q, to);
    });
  }
}

/** Messages lost in the last two ticks: they are shown for a moment, crossed out. */
function recentlyLost(branch, count, tick) {
  const lost = [];
  for (let index = count - 1; index >= 0 && branch.tickOf(index) >= tick - 1; index--) {
    const [, what, , detail] = branch.events[index];
    if (what === "lost") lost.push(detail[0]);
  }
  return lost;
}

/** Kinds of other protocols whose names do not say that they answer. */
const ANSWERS = ["Promise", "Accepted", "Refusal"];

/** Requests are solid, replies hollow with + or -; an append with entries says how many, a heartbeat is a dot.
 * Of a pre-vote both are hollow: nothing of it counts. What is not known here has its first letter. */
export function messageShape({ kind, term, fields, src, dst }, timeline) {
  const fill = timeline.color(term);
  const word = timeline.words.term ?? "";
  const [tag, extra, sign] = {
    RequestVote: ["svg:path.rl-solid", { d: "M0 -10 L10 0 L0 10 L-10 0 Z", fill }, "?"],
    RequestVoteReply: ["svg:circle.rl-hollow", { r: 8, stroke: fill }, fields.vote_granted ? "+" : "−"],
    AppendEntries: fields.entries?.length
      ? ["svg:rect.rl-solid", { x: -9, y: -9, width: 18, height: 18, fill }, String(fields.entries.length)]
      : ["svg:circle.rl-solid", { r: 5, fill }, ""],
    AppendEntriesReply: ["svg:rect.rl-hollow", { x: -7, y: -7, width: 14, height: 14, stroke: fill }, fields.success ? "+" : "−"],
    RequestPreVote: ["svg:path.rl-hollow", { d: "M0 -10 L10 0 L0 10 L-10 0 Z", stroke: fill }, "?"],
    RequestPreVoteReply: ["svg:path.rl-hollow", { d: "M0 -10 L10 0 L0 10 L-10 0 Z", stroke: fill }, fields.vote_granted ? "+" : "−"],
    RequestVoteNow: ["svg:path.rl-solid", { d: "M0 -10 L10 0 L0 10 L-10 0 Z", fill }, "!"],
  }[kind] || (kind.endsWith("Reply") || ANSWERS.includes(kind) ? ["svg:circle.rl-hollow", { r: 8, stroke: fill }, kind[0]] : ["svg:circle.rl-solid", { r: 8, fill }, kind[0]]);
  const label = `${timeline.messageName({ kind, fields })}${word && ` of ${word} ${term}`} from ${src} to ${dst}`;
  return make("svg:g.rl-message", { role: "img", "aria-label": label }, make("svg:title", {}, label),
    make("svg:circle.rl-hit", { r: 13 }), make(tag, extra), make("svg:text", { y: 4 }, sign), make("svg:path.rl-lost-cross", { d: "M-9 -9 L9 9 M-9 9 L9 -9" }));
}

// == 7. Panels ==========================================================================================

/** The logs: one row a node; committed entries have a solid outline, others a dashed one. */
class LogGrid {
  constructor(player) {
    this.player = player;
    this.table = make("table.rl-logs", { "aria-label": "The logs" });
    this.el = make("div.rl-panel.rl-log-panel", {}, make("h3", {}, "Logs"), this.table);
    this.width = 0;
    onWidth(this.el, (width) => {
      this.width = width;
      player.draw();
    });
  }

  draw({ world, selected }) {
    const nodes = this.player.timeline.nodes;
    const leader = world.leader();
    const leading = leader ? world.views[leader] : null;
    const longest = Math.max(...nodes.map((node) => world.views[node].log.length), leading ? Math.max(0, ...Object.values(leading.next_index)) : 0, 6);
    const room = Math.max(6, Math.floor((this.width - 130) / 48) || 14);
    const first = Math.max(1, longest - room + 1);
    const signature = JSON.stringify([first, longest, leader, selected, leading?.next_index, leading?.match_index,
      nodes.map((node) => [stateOf(world.views[node]), world.views[node].commit_index, world.views[node].snapshot, world.views[node].log.toArray().slice(first - 1)])]);
    refill(this.table, signature, () => this.rows(world, nodes, first, longest, leader, selected));
  }

  rows(world, nodes, first, last, leader, selected) {
    const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const head = make("tr", {}, make("th", {}, first > 1 ? `… ${first - 1} earlier` : "index"), ...indexes.map((index) => make("th", { scope: "col" }, String(index))));
    return [head, ...nodes.map((node) => make("tr", {},
      make("th", { scope: "row" }, `${node} ${signOf(world.views[node])}`.trim(), this.player.timeline.liars[node] ? make("small", { title: this.player.timeline.liars[node][1] }, " lies") : ""),
      world.views[node].snapshot >= first ? this.strip(world, leader, node, first, selected) : "",
      ...indexes.filter((index) => !(index <= world.views[node].snapshot)).map((index) => this.cell(world, leader, node, index, selected))))];
  }

  /** What is in the snapshot and no longer in the log: one flat, hatched strip. */
  strip(world, leader, node, first, selected) {
    const { snapshot, log } = world.views[node];
    const width = snapshot - first + 1;
    const chosen = selected?.kind === "entry" && selected.id === node && selected.index <= snapshot;
    const words = `${snapshot > 1 ? "1–" : ""}${snapshot}`;
    const label = `${entriesUpTo(snapshot)} of ${node}: in its snapshot, no longer in its log`;
    const known = log.toArray().slice(0, snapshot).map(([, command]) => command).filter((command) => command !== UNKNOWN);
    const leading = world.views[leader];
    const marks = [["next", "n"], ["match", "m"]].filter(([name]) => leader && leader !== node && leading[`${name}_index`][node] >= first && leading[`${name}_index`][node] <= snapshot);
    return make("td", { colspan: width }, make(`button.rl-snapshot${chosen ? ".rl-selected" : ""}`,
      { type: "button", "aria-label": label, title: known.length ? `${label}: ${short(known.join(", "), 200)}` : label, onclick: () => this.player.select({ kind: "entry", id: node, index: snapshot }) },
      make("span", {}, width > 2 ? `snapshot ${words}` : words)),
      ...marks.map(([name, sign]) => make(`span.rl-${name}`, { title: `${name} index` }, `${sign} ${leading[`${name}_index`][node]}`)));
  }

  cell(world, leader, node, index, selected) {
    const view = world.views[node];
    const leading = world.views[leader];
    const entry = view.log.entry(index);
    const marks = [];
    if (leading?.next_index[node] === index) marks.push(make("span.rl-next", { title: `next index: what the leader sends ${node} next` }, "n"));
    if (leading?.match_index[node] === index && leader !== node) marks.push(make("span.rl-match", { title: `match index: the leader knows that ${node} agrees up to here` }, "m"));
    if (!entry) return make("td", {}, ...marks);
    const { words } = this.player.timeline;
    const committed = index <= view.commit_index;
    const chosen = selected?.kind === "entry" && selected.id === node && selected.index === index;
    const fate = words.committed && `${committed ? "" : "not "}known to be ${words.committed}`;
    const label = [`entry ${index} of ${node}: ${entry[1]}`, words.term && `${words.term} ${entry[0]}`, fate].filter(Boolean).join(", ");
    const shown = this.player.branch.labels[entry[1]] ?? short(entry[1], 6);
    const whole = shown.length > 6; // cut short it would say nothing
    return make("td", {}, make(`button.rl-entry.${committed ? "rl-committed" : "rl-uncommitted"}${chosen ? ".rl-selected" : ""}${whole ? ".rl-voters" : ""}`,
      { type: "button", title: label, "aria-label": label, style: `background:${this.player.timeline.color(entry[0])}`, onclick: () => this.player.select({ kind: "entry", id: node, index }) },
      words.term && make("small", {}, String(entry[0])), shown), ...marks);
  }
}

/** Space-time diagram: time runs to the right, one line a node, messages between the lines. */
class SpaceTime {
  constructor(player) {
    this.player = player;
    this.svg = make("svg:svg.rl-spacetime", { role: "img", "aria-label": "Space-time diagram: one line for each node, time to the right, messages between the lines" });
    this.legend = make("p.rl-hint", { hidden: true }, "Bars: what a client asks, from the question to the answer; open where there is no answer. hand: asked by hand, or by the story.");
    this.el = make("div.rl-panel", {}, make("h3", {}, "Space and time"), this.svg, this.legend);
    this.svg.addEventListener("click", (event) => this.jump(event));
    this.width = 600;
    onWidth(this.el, (width) => {
      this.width = Math.max(240, Math.min(900, Math.round(width)));
      player.draw();
    });
  }

  jump(event) {
    const { left, width } = this.svg.getBoundingClientRect();
    const tick = Math.round(this.from + ((event.clientX - left) / width * this.width - 34) / this.step);
    this.player.goTick(Math.max(0, tick));
  }

  draw({ branch, position }) {
    const nodes = this.player.timeline.nodes;
    const clients = [...new Set(branch.operations.map(({ row }) => row))].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    this.step = 9.2; // of a tick, whatever the width: where there is less room fewer ticks are shown, not smaller ones
    this.span = Math.floor((this.width - 44) / this.step);
    this.from = Math.max(0, Math.min(position.tick - Math.round(this.span * 0.75), branch.ticks - this.span));
    const height = 24 + nodes.length * 34 + (clients.length ? clients.length * 26 + 4 : 0);
    set(this.svg, { viewBox: `0 0 ${this.width} ${height}` });
    this.legend.hidden = !clients.length;
    const x = (tick) => 34 + (tick - this.from) * this.step;
    const y = (name) => (nodes.includes(name) ? 22 + nodes.indexOf(name) * 34 : 26 + nodes.length * 34 + clients.indexOf(name) * 26);
    refill(this.svg, [this.width, branch.id, branch.events.length, position.tick, position.count, this.player.has("messages")].join(), () => [
      ...this.axis(x, height), ...nodes.flatMap((node) => this.life(branch, node, x, y(node), position)),
      ...(this.player.has("messages") ? this.messages(branch, position, x, y) : []),
      ...this.operations(branch, position, x, y),
      make("svg:rect.rl-margin", { x: 0, y: 11, width: 33, height }),
      ...[...nodes, ...clients].map((row) => make("svg:text.rl-row-name", { x: 1, y: y(row) + 4 }, row.replace(/^hand\d+$/, ""))),
      make("svg:line.rl-now", { x1: x(position.tick), x2: x(position.tick), y1: 6, y2: height - 4 }),
    ]);
  }

  axis(x, height) {
    const marks = [];
    for (let tick = Math.ceil(this.from / 10) * 10; tick <= this.from + this.span; tick += 10) {
      marks.push(make("svg:line.rl-grid", { x1: x(tick), x2: x(tick), y1: 10, y2: height - 6 }), make("svg:text.rl-axis", { x: x(tick), y: 9 }, String(tick)));
    }
    return marks;
  }

  /** A node's line, thick while it leads, dashed while it is a candidate, gone while it is down. */
  life(branch, node, x, y, { tick: until, count }) {
    const pieces = [];
    let view = branch.at(branch.countAt(this.from)).views[node];
    let since = this.from;
    const close = (tick) => pieces.push(make(`svg:line.rl-life.rl-${stateOf(view)}`, { x1: x(since), x2: x(tick), y1: y, y2: y, stroke: stateOf(view) === "leader" ? "currentColor" : null }));
    for (let index = branch.countAt(this.from); index < count; index++) {
      const [tick, what, who, , , changes] = branch.events[index];
      if (who !== node || !(changes?.role || changes?.status || changes?.term)) continue;
      close(tick);
      view = { ...view, ...changes };
      since = tick;
      const sign = what === "crash" ? "✕" : what === "restart" ? "↻" : changes.role === "leader" ? "★" : changes.role === "candidate" ? "?" : "";
      if (sign) pieces.push(make("svg:text.rl-sign", { x: x(tick), y: y - 6 }, sign));
      if (changes.term) pieces.push(make("svg:text.rl-axis", { x: x(tick), y: y + 13 }, `${this.player.timeline.words.term === "term" ? "t" : "#"}${changes.term}`));
    }
    close(until);
    return pieces;
  }

  /** What clients asked: a bar from the question to the answer; open to the right where there is none. */
  operations(branch, { tick: now, count }, x, y) {
    const bars = [];
    const next = {}; // row -> where its next bar begins: so far its words may reach
    for (const { client, row, words, invoked, returned, ended, answer } of branch.operations.filter((each) => each.invoked < count).reverse()) {
      const told = returned < count;
      const until = ended < count ? branch.tickOf(ended) : now;
      if (until < this.from) continue;
      const left = Math.max(x(branch.tickOf(invoked)), 36);
      const right = Math.max(x(until), left + 2);
      const top = y(row) - 2;
      const label = told && (answer === "ok" || answer === null) ? words : `${words} → ${told ? answer : "?"}`;
      const fate = told ? `ticks ${branch.tickOf(invoked)} to ${until}` : ended < count ? `given up at tick ${until}` : "not answered yet";
      bars.push(make(`svg:path.rl-operation${told ? "" : ".rl-open"}`, { d: `M${right} ${top}H${left}V${top + 10}H${right}${told ? "Z" : ""}` }, make("svg:title", {}, `${client}: ${label}, ${fate}`)));
      const letters = Math.floor(((next[row] ?? this.width - 10) - left) / 5.5);
      if (letters > 3) bars.push(make("svg:text.rl-asked", { x: left, y: top - 3 }, short(label, letters)));
      next[row] = left;
    }
    return bars;
  }

  messages(branch, { tick: now, count }, x, y) {
    const lines = [];
    for (let id = firstSentFrom(branch, this.from - 40); id < branch.messages.length && branch.messages[id][4] <= now; id++) {
      if (branch.sentAt[id] >= count) break;
      const message = branch.message(id);
      const fate = branch.fate(id, count);
      const end = fate === "flying" ? now : branch.tickOf(fate === "lost" ? branch.lostAt[id] : branch.deliveredAt[id]);
      if (end < this.from) continue;
      const share = fate === "delivered" ? 1 : Math.max(0.3, Math.min(1, (end - message.sent) / (message.arrives - message.sent)));
      const stop = fate === "delivered" ? end : Math.max(end, message.sent + share);
      const y2 = y(message.src) + (y(message.dst) - y(message.src)) * share;
      const reply = message.kind.endsWith("Reply");
      lines.push(make(`svg:line.rl-flight.rl-${fate}${reply ? ".rl-reply" : ""}${message.kind.startsWith("RequestVote") ? ".rl-voting" : ""}`, { x1: x(message.sent), y1: y(message.src), x2: x(stop), y2 },
        make("svg:title", {}, `${this.player.timeline.messageName(message)} from ${message.src} to ${message.dst}, ${fate}`)));
      if (fate === "lost") lines.push(make("svg:text.rl-sign", { x: x(stop), y: y2 + 4 }, "×"));
    }
    return lines;
  }
}

/** The first message sent at or after a tick; messages are in the order in which they were sent. */
function firstSentFrom(branch, tick) {
  let low = 0;
  let high = branch.messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (branch.messages[middle][4] < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The events around the present, each a button that goes there. */
class EventList {
  constructor(player) {
    this.player = player;
    this.all = make("input", { type: "checkbox", onchange: () => player.draw() });
    this.list = make("ol.rl-events", { "aria-label": "Events" });
    this.el = make("div.rl-panel", {}, make("h3", {}, "Events ", make("label.rl-small", {}, this.all, " also heartbeats")), this.list);
    onWidth(this.list, () => this.reveal()); // once it is on the page
  }

  /** The list is longer than its room: what is told now must be seen. */
  reveal() {
    if (this.present) this.list.scrollTop = this.present.offsetTop + this.present.offsetHeight - this.list.clientHeight;
  }

  draw({ branch, position }) {
    const wanted = [];
    const worth = (index) => this.all.checked || narrate(branch, index).weight > 2;
    for (let index = position.count - 1; index >= 0 && wanted.length < 12; index--) if (worth(index)) wanted.unshift(index);
    const ahead = [];
    // What nobody has seen yet is not given away: a learner may be asked to predict it.
    const known = branch.countAt(this.player.seen[branch.id] || 0);
    for (let index = position.count; index < known && ahead.length < 4; index++) if (worth(index)) ahead.push(index);
    const signature = [branch.id, this.all.checked, position.count, ...wanted, ...ahead].join();
    if (this.list.dataset.shows === signature) return;
    refill(this.list, signature, () => [...wanted, ...ahead].map((index) => {
      const { text, rules } = narrate(branch, index);
      const current = index === position.count - 1;
      return make("li", {}, make(`button.rl-event${index >= position.count ? ".rl-later" : ""}`, { type: "button", "data-event": index, "aria-current": current ? "step" : null, title: rules.map((id) => this.player.timeline.rule(id).sentence).join("\n"), onclick: () => this.player.go(branch.afterEvent(index)) },
        make("b", {}, String(branch.tickOf(index))), ` ${text}`));
    }));
    this.present = this.list.children[wanted.length - 1];
    this.reveal();
  }
}

/** Every field of what is selected, and what can be done with it. */
class Inspector {
  constructor(player) {
    this.player = player;
    this.body = make("div");
    this.el = make("div.rl-panel.rl-inspector", { "aria-label": "Inspector" }, make("h3", {}, "Inspector"), this.body);
  }

  draw(state) {
    const { selected, world, branch, position } = state;
    const shown = { node: () => this.node(world.views[selected.id], selected.id, state), message: () => this.message(branch, position, selected.id), link: () => this.link(world, selected.id), entry: () => this.entry(world, selected) }[selected?.kind];
    const signature = JSON.stringify([selected, branch.id, position, this.player.canAct]);
    refill(this.body, signature, () => (shown ? shown() : [make("p.rl-hint", {}, "Click a node, a message, a link or an entry, or press a node's number.")]));
  }

  fields(rows) {
    return make("table.rl-fields", {}, ...rows.map(([name, value]) => make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, fieldText(value)))));
  }

  actions(...items) {
    const allowed = items.filter(Boolean);
    if (!allowed.length) return null;
    if (!this.player.canAct) return make("p.rl-hint", {}, this.player.timeline.recorded || "To change what happens, open this in a Lab.");
    return make("div.rl-actions", {}, ...allowed.map(([word, key, action]) => button(key ? make("span", {}, `${word} `, make("kbd", {}, key)) : word, word, action)));
  }

  /** The verbs that can be done to this thing in this state. */
  verbs(on, chosen, state, role) {
    const { player } = this;
    const possible = player.controls(on).filter((control) => isPossible(control, state, role));
    return possible.map((control) => [filled(control.label, chosen), keyName(control.key), () => player.doControl(control, chosen)]);
  }

  /** How a node lies, and the sentences of the rules that it breaks. */
  lie(node) {
    const { liars, rules } = this.player.timeline;
    const broken = (liars[node][1].match(/[A-Z]+(-\w+)?/g) || []).filter((id) => id in rules);
    return [liars[node][1], ...broken.map((id) => `${id}: ${rules[id][0]}`)].join(" ");
  }

  node(view, node, { branch, position }) {
    const { player } = this;
    const { words } = player.timeline;
    const title = make("h4", {}, `${node}: ${player.timeline.called(view)}`);
    const why = player.has("why") && words.leader && button(view.role === "leader" ? "Why is it the leader?" : "Why is it not the leader?", "key y", () => player.ask(node, "leader"));
    const does = this.actions(...this.verbs("node", { node }, view.status, view.role));
    const log = view.snapshot ? logWords(view) : plural(view.log.length, "entry", "entries");
    const rows = [
      ["status", view.status], ...(view.role ? [["role", words[view.role]]] : []), ...this.known(view),
      ...(view.status === "crashed" ? [] : [["timer", view.timer ? `runs out at tick ${view.timer[1]}` : "none"]]), ["log", `${log}${words.term ? `, last ${words.term} ${view.log.lastTerm}` : ""}`],
    ];
    if (player.timeline.votersAreInTheLog) rows.push(["who has a vote, by its log", listed(view.voters)]);
    if (player.timeline.liars[node]) rows.unshift(["lies", this.lie(node)]);
    return [title, does, why || null, this.fields(rows)].filter(Boolean);
  }

  /** What there is to know of a node, as far as these nodes have it and the lesson has come. */
  known(view) {
    const { leader, candidate, committed, term } = this.player.timeline.words;
    const copying = this.player.has("log"); // before there are logs to see, nobody knows what these numbers count
    if (view.status === "crashed") return [...(term ? [[term, view.term]] : []), ...(leader ? [["voted_for", view.voted_for]] : [])]; // its disk
    const names = [leader && "voted_for", leader && "leader", candidate && "votes", ...(copying && committed ? ["commit_index", "last_applied"] : []), ...(copying && leader ? ["next_index", "match_index"] : [])];
    return [...(term ? [[term, view.term]] : []), ...names.filter(Boolean).map((name) => [name, view[name]])];
  }

  message(branch, { count }, id) {
    if (id >= branch.messages.length) return [make("p.rl-hint", {}, "That message does not exist in this branch.")];
    const { player } = this;
    const message = branch.message(id);
    const fate = branch.fate(id, count);
    const does = this.actions(
      ...this.verbs("message", { message: id }, fate),
      fate === "lost" && player.has("why") && ["what if it had arrived?", "", () => player.whatIf(id)],
    );
    const { term } = player.timeline.words;
    const rows = [["from", message.src], ["to", message.dst], ...(term ? [[term, message.term]] : []), ...Object.entries(message.fields), ["sent at tick", message.sent], ["due at tick", message.arrives], ["now", fate === "flying" ? "on its way" : fate]];
    return [make("h4", {}, `${message.kind} (${this.player.timeline.messageName(message)})`), does, this.fields(rows)].filter(Boolean);
  }

  link(world, id) {
    const [a, b] = id.split(">");
    const { odd } = world.network;
    const down = (src, dst) => (world.isDown(src, dst) ? "cut" : `works${odd?.[`${src}>${dst}`] ? `, unlike most: ${oddWords(odd[`${src}>${dst}`])}` : ""}`);
    const most = odd?.[`${a}>${b}`] || odd?.[`${b}>${a}`] ? " of most links" : "";
    const does = this.actions(...this.verbs("link", { a, b }));
    return [make("h4", {}, `Link ${a} – ${b}`), does, this.fields([[`${a} → ${b}`, down(a, b)], [`${b} → ${a}`, down(b, a)], [`delay${most}`, delayWords(world.network.delay)], [`loss${most}`, percent(world.network.loss)], [`duplication${most}`, percent(world.network.duplication)]])].filter(Boolean);
  }

  entry(world, { id, index }) {
    const view = world.views[id];
    const entry = view.log.entry(index);
    if (!entry) return [make("p.rl-hint", {}, `${id} has no entry ${index} now.`)];
    if (index <= view.snapshot) return this.inSnapshot(view, id);
    const { committed, term } = this.player.timeline.words;
    const known = index <= view.commit_index;
    const why = this.player.has("why") && committed && button(`Is it ${committed}? Why, or why not?`, "key y", () => this.player.ask(id, "committed", index));
    const rows = [["command", entry[1]], term && [term, entry[0]], committed && [`${committed}, as ${id} knows`, known ? "yes" : "not yet"]].filter(Boolean);
    const does = this.actions(...this.verbs("entry", { node: id, index }));
    return [make("h4", {}, `Entry ${index} of ${id}`), does, why || null, this.fields([...rows, ["applied", index <= view.last_applied ? "yes" : "not yet"]])].filter(Boolean);
  }

  inSnapshot({ snapshot, log }, id) {
    const entries = log.toArray().slice(0, snapshot).map(([term, command]) => (command === UNKNOWN ? "not known" : `${term}:${command}`));
    return [make("h4", {}, `${entriesUpTo(snapshot)} of ${id}`), make("p.rl-hint", {}, "Only in its snapshot: the log begins after that. They are committed and applied."), this.fields([["what there was", entries.every((each) => each === "not known") ? "not known: it was sent the snapshot" : entries.join(", ")]])];
  }
}

function fieldText(value) {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value)) return value.length ? value.map((each) => (Array.isArray(each) ? `${each[0]}:${each[1]}` : each)).join(", ") : "none";
  if (typeof value === "object") return Object.entries(value).map(([key, each]) => `${key}: ${each}`).join(", ") || "none";
  return String(value);
}

/** The answer to "why not?", with ways to the ticks it speaks of. */
class WhyPanel {
  constructor(player) {
    this.player = player;
    this.el = make("div.rl-panel.rl-why", { hidden: true, role: "region", "aria-label": "Why not?" });
  }

  draw({ branch, position }) {
    const question = this.player.question;
    this.el.hidden = !question;
    if (!question) return;
    const signature = JSON.stringify([question, branch.id, position]);
    refill(this.el, signature, () => {
      const { node, what, index } = question;
      const answer = what === "leader" ? whyNotLeader(branch, position, node) : whyNotCommitted(branch, position, node, index);
      return [
        make("h3", {}, what === "leader" ? `Is ${node} the leader? Why, or why not?` : `Is entry ${index} of ${node} ${this.player.timeline.words.committed}? Why, or why not?`, button("✕", "close", () => this.player.ask(null), { "aria-label": "close" })),
        make("p", {}, make("strong", {}, answer.title.text)),
        make("ul", {}, ...answer.reasons.map((reason, i) => this.reason(branch, reason, answer.reasons.slice(0, i).some(({ rule }) => rule === reason.rule)))),
      ];
    });
  }

  /** A reason with its rule; a rule that has been said once is not said again. */
  reason(branch, { text, event, whatIf, rule }, isSaid) {
    return make("li", {}, text,
      event !== undefined && button(`go to tick ${branch.tickOf(event)}`, "look at it", () => this.player.go(branch.afterEvent(event))),
      whatIf !== undefined && this.player.canAct && button("what if it had arrived?", "fork there, and let it arrive", () => this.player.whatIf(whatIf)),
      rule && !isSaid && make("small.rl-rule", { title: rule }, ` ${this.player.timeline.rule(rule).sentence}`));
  }
}

// == 8. The player ======================================================================================

const OF_RAFT = ["RequestVote", "RequestVoteReply", "AppendEntries", "AppendEntriesReply"];
const SPEEDS = [1, 2, 5, 10, 20, 50];

export class Player {
  /** options: show (words of the staging), kernel (what can change the run, or null), tick, height, part. */
  constructor(el, bundle, { show = ["everything"], kernel = null, tick = 0, height = null, part = false } = {}) {
    this.el = el;
    this.kernel = kernel;
    this.show = show;
    this.part = part; // one of several under the controls of a Together
    this.speed = 5;
    this.playing = false;
    this.question = null;
    this.selected = null;
    this.knife = false;
    this.seen = {}; // branch -> the last tick that was looked at
    this.verbs = bundle.controls.filter(({ part }) => this.has(part)); // buttons and keys for what a person can do to the cluster
    this.build();
    if (height) this.stage.style.maxHeight = `${height}px`;
    this.load(bundle, tick);
  }

  /** Is this part of the player shown? A lesson shows only what it has introduced. */
  has(word) {
    return word !== undefined && (this.show.includes(word) || this.show.includes("everything"));
  }

  get canAct() {
    return this.kernel !== null && !this.timeline.recorded;
  }

  get branch() {
    return this.timeline.branch(this.timeline.current).resolve();
  }

  load(bundle, tick = 0, undone = false) {
    this.timeline = new Timeline(bundle);
    this.position = this.branch.endOfTick(tick);
    this.selected = null;
    this.question = null;
    this.seen = {};
    this.graph.build(this.timeline.nodes);
    this.fit();
    if (undone) this.tellLast(this.position.count);
    else this.open();
    this.draw();
    this.warmUp();
  }

  /** What depends on who plays: its name, and that nothing is offered which these nodes do not have. */
  fit() {
    const { title, words } = this.timeline;
    setText(this.title, title);
    this.root.setAttribute("aria-label", `Player: ${title}`);
    this.goals = goalsOf(this.timeline);
    if (this.part) return;
    this.goalChoice.replaceChildren(...Object.entries(this.goals).map(([name, { label }]) => make("option", { value: name }, label)));
    if (!this.kernel) return;
    for (const [control, each] of this.clusterButtons) each.hidden = !this.controls("cluster").includes(control);
    setText(this.asksWhom, words.leader ? "A client asks the leader (or the selected node): " : "A client asks the selected node: ");
  }

  /** First of all: what the story is about. It has said so itself, or else its title does. */
  open() {
    const { branch, position: { tick, count } } = this;
    const stop = branch.findBack(count, ([, what]) => what === "stop");
    if (stop >= 0) return this.tell(stop, 0);
    const title = this.timeline.title.replace(/[^.?!]$/, "$&.");
    if (tick) return this.tellLast(count, `${title} `);
    return this.say(`${title} ${branch.events.length ? "Press Next event, or the right arrow key." : "Nothing happens here yet."}`);
  }

  // -- What is on the page ------------------------------------------------------------------------------

  build() {
    this.graph = new Graph(this);
    this.panels = [this.graph];
    const add = (word, Panel) => {
      if (!this.has(word)) return null;
      const panel = new Panel(this);
      this.panels.push(panel);
      return panel.el;
    };
    this.title = make("h2");
    this.clock = make("output.rl-clock");
    this.live = make("div.rl-hidden", { "aria-live": "polite", role: "status" });
    this.sentence = make("div.rl-sentence");
    this.because = make("div.rl-because");
    this.message = make("div.rl-error", { role: "alert", hidden: true });
    this.branchChoice = make("select", { "aria-label": "Branch", onchange: () => this.chooseBranch(Number(this.branchChoice.value)) });
    this.strip = make("div.rl-strip", { role: "group", "aria-label": "Safety properties" });
    this.why = new WhyPanel(this);
    this.panels.push(this.why);
    const logs = add("log", LogGrid);
    const spacetime = add("spacetime", SpaceTime);
    const events = add("events", EventList);
    // What can be done to a node stands in its inspector, so whatever can be done brings it along.
    const inspector = add(this.has("inspector") ? "inspector" : this.verbs.find(({ on }) => on !== "cluster")?.part, Inspector);
    this.spacetimeEl = spacetime;
    this.legendEl = make("div.rl-legend", { "aria-label": "Legend" });
    const side = make("div.rl-side", {}, this.why.el, inspector || "", events || "");
    this.stage = make("div.rl-stage", {}, make("div.rl-main", {}, this.graph.el, this.legendEl, logs || "", spacetime || ""), side);
    this.helpPanel = make("div.rl-panel.rl-help", { hidden: true, role: "region", "aria-label": "Keys" });
    const narration = make("div.rl-narration", {}, this.sentence, this.because);
    this.recordedNote = make("span.rl-chip.rl-recorded");
    const [transport, scrubber] = [this.transport(), this.scrubber()];
    this.root = this.part ? make("div.rl-player", { role: "group" }, this.graph.el, narration)
      : make("div.rl-player", { tabindex: 0, role: "region", "data-lm-suppress-shortcuts": "true", onkeydown: (event) => this.key(event) },
        make("div.rl-head", {}, this.title, this.clock, this.recordedNote, this.has("branches") ? make("label.rl-small", {}, "branch ", this.branchChoice) : "", this.strip),
        transport, scrubber, narration, this.message, this.live, this.tools(), this.forms(), this.helpPanel, this.stage);
    this.el.replaceChildren(this.root);
  }

  transport() {
    this.playButton = button("▶ play", "play or stop (space)", () => this.togglePlay());
    this.speedChoice = make("select", { "aria-label": "Ticks a second", onchange: () => (this.speed = Number(this.speedChoice.value)) },
      ...SPEEDS.map((speed) => make("option", { value: speed, selected: speed === this.speed }, `${speed} ticks/s`)));
    this.goalChoice = make("select", { "aria-label": "Run until" });
    return make("div.rl-transport", {},
      button("⟨ tick", "one tick back (,)", () => this.step("lastTick")),
      button("⟨ back", "one event back (left arrow)", () => this.step("lastEvent")),
      button("Next event ⟩", "the next thing that happens (right arrow)", () => this.step("nextEvent"), { class: "rl-button rl-big" }),
      button("tick ⟩", "to the end of the next tick (.)", () => this.step("nextTick")),
      this.playButton, this.speedChoice,
      this.has("run_until") ? make("span.rl-group", {}, button("run until", "go on until this happens", () => this.runUntil(this.goalChoice.value)), this.goalChoice) : "",
      this.has("spacetime") ? button("space-time", "show or hide the space-time diagram (v)", () => this.toggleSpacetime()) : "",
      button("?", "keys", () => this.toggleHelp(), { "aria-label": "keys" }));
  }

  scrubber() {
    this.range = make("input.rl-range", { type: "range", min: 0, value: 0, "aria-label": "Tick", oninput: () => this.goTick(Number(this.range.value)) });
    this.marks = make("div.rl-marks", { "aria-hidden": "true" });
    return make("div.rl-scrubber", {}, this.marks, this.range);
  }

  /** What changes the run as a whole; what changes a node, a link or a message stands in the inspector. */
  tools() {
    if (!this.kernel) return "";
    const item = (word, ...rest) => (this.has(word) ? button(...rest) : "");
    this.knifeButton = item("partitions", "✂ draw a cut", "then draw a line across the links (x)", () => this.toggleKnife(), { "aria-pressed": "false" });
    this.clusterButtons = this.verbs.filter(({ on }) => on === "cluster")
      .map((control) => [control, button(control.label, `${control.help} (${control.key})`, () => this.doControl(control))]);
    this.undoButton = button("undo", "take back what was done last (u)", () => this.undo());
    return (this.toolsEl = make("div.rl-tools", {},
      ...this.clusterButtons.map(([, each]) => each),
      this.knifeButton,
      item("partitions", "pick groups", "split the network into groups (g)", () => this.toggleForm("groups")),
      item("client", "client …", "write a value, or read a key (w)", () => this.toggleForm("client")),
      this.undoButton));
  }

  forms() {
    this.groupsForm = make("form.rl-panel", { hidden: true, onsubmit: (event) => { event.preventDefault(); this.partition(); } });
    const key = make("input", { size: 6, value: "x", "aria-label": "key" });
    const value = make("input", { size: 8, value: "5", "aria-label": "value" });
    this.clientForm = make("form.rl-panel", { hidden: true, onsubmit: (event) => { event.preventDefault(); this.askAsClient("write", [key.value, value.value]); } },
      (this.asksWhom = make("span")), key, " = ", value, " ",
      button("write", "write the value under the key", () => this.askAsClient("write", [key.value, value.value])), " ",
      button("read", "read the key", () => this.askAsClient("read", [key.value])));
    return make("div", {}, this.groupsForm, this.clientForm);
  }

  askAsClient(verb, args) {
    if (!/^[^=:?+]+$/.test(args[0].trim())) return this.fail("A key is a word of its own, without = : ? and +.");
    if (this.selected?.kind === "node") return this.act(verb, args, { node: this.selected.id });
    return this.timeline.words.leader ? this.act(verb, args) : this.fail(CHOOSE.node);
  }

  /** What the signs mean; of what the extensions bring, only what this run has. */
  legend() {
    const { seen, liars, kinds } = this.timeline;
    const others = kinds.filter((kind) => seen.has(kind) && !OF_RAFT.includes(kind));
    const { words } = this.timeline;
    const items = [];
    const icon = (words, ...shapes) => items.push(make("span.rl-legend-item", {}, make("svg:svg", { viewBox: "-13 -13 26 26", width: 24, height: 24, "aria-hidden": "true" }, ...shapes), words));
    const node = (role, ...more) => make(`svg:g.rl-node.rl-${role}`, {}, make("svg:circle.rl-body", { r: 9, fill: this.timeline.color(1) }), ...more);
    icon(words.follower, node("follower"));
    if (words.candidate) icon(`? ${words.candidate}`, node("candidate"));
    if (words.leader) icon(`★ ${words.leader}`, node("leader", make("svg:circle.rl-ring", { r: 5.5 })));
    icon("crashed", node("crashed", make("svg:path.rl-strike", { d: "M-9 -9 L9 9 M-9 9 L9 -9" })));
    if (this.has("pause")) icon("‖ paused", node("paused"));
    if (Object.keys(liars).length) icon("lies: breaks a rule", node("follower"), make("svg:path.rl-lie", { d: zigzag(9.5, 3, 12) }));
    const shape = (kind, fields) => messageShape({ kind, term: 1, fields, src: "", dst: "" }, this.timeline);
    if (this.has("messages") && (!others.length || OF_RAFT.some((kind) => seen.has(kind)))) {
      icon("vote request", shape("RequestVote", {}));
      icon("vote, refusal", ...[["+", -7], ["−", 7]].map(([sign, x]) => make("svg:g.rl-message", { transform: `translate(${x} 0) scale(0.65)` }, make("svg:circle.rl-hollow", { r: 8, stroke: this.timeline.color(1) }), make("svg:text", { y: 4 }, sign))));
      icon("heartbeat", shape("AppendEntries", { entries: [] }));
      if (this.has("log") || this.part) icon("append (entries)", shape("AppendEntries", { entries: [1] }));
      icon("reply", shape("AppendEntriesReply", { success: true }));
    }
    if (this.has("messages")) for (const kind of others) icon(kind === "RequestPreVoteReply" ? "would vote (−: would not)" : this.timeline.messageName({ kind, fields: {} }), shape(kind, { vote_granted: true }));
    if (seen.has("odd")) icon("link unlike the others", make("svg:g.rl-link.rl-odd", {}, make("svg:line", { x1: -12, x2: 12, y1: 0, y2: 0 })));
    if (this.has("timers")) icon("time left", make("svg:path.rl-timer", { d: "M0 -10 A10 10 0 1 1 -10 0" }));
    if (this.has("votes") && words.leader) items.push(make("span.rl-legend-item", {}, "votes: ● granted  ◌ on the way  ⊗ refused  ○ lost"));
    if (this.has("log") && words.committed) items.push(make("span.rl-legend-item", {}, make("span.rl-entry.rl-committed.rl-key", { style: `background:${this.timeline.color(1)}` }, "x"), `known to be ${words.committed} `, make("span.rl-entry.rl-uncommitted.rl-key", { style: `background:${this.timeline.color(1)}` }, "x"), `not known to be${words.leader ? "; n next index, m match index" : ""}`, seen.has("snapshot") ? make("span.rl-snapshot.rl-key", {}, make("span", {}, "1–3")) : "", seen.has("snapshot") ? "in the snapshot only" : ""));
    if (words.term) items.push(make("span.rl-legend-item", {}, `each ${words.term} has its colour`));
    return items;
  }

  // -- Drawing -------------------------------------------------------------------------------------------

  draw() {
    const { branch, position } = this;
    this.seen[branch.id] = Math.max(this.seen[branch.id] || 0, position.tick);
    const state = { branch, position, world: branch.at(position.count), selected: this.selected };
    for (const panel of this.panels) panel.draw(state);
    refill(this.legendEl, `${[...this.timeline.seen].join()} ${Object.keys(this.timeline.liars).join()}`, () => this.legend());
    this.drawHead(state);
    this.drawScrubber(branch, position);
    if (this.kernel) this.drawUndo();
    this.kernel?.look(position.tick);
  }

  drawHead({ branch, position, world }) {
    this.recordedNote.hidden = !this.timeline.recorded;
    if (this.timeline.recorded) setText(set(this.recordedNote, { title: this.timeline.recorded }), "made by other rules");
    setText(this.clock, `tick ${position.tick} · ${position.tick * this.timeline.msPerTick} ms`);
    refill(this.branchChoice, [...this.timeline.branches.values()].map(({ id, name }) => `${id}${name}`).join() + branch.id, () =>
      [...this.timeline.branches.values()].map(({ id, name, parent }) => make("option", { value: id, selected: id === branch.id }, parent === null ? name : `↳ ${name}`)));
    const shown = !this.timeline.words.leader ? [] // they are Raft's
      : this.has("properties") ? this.timeline.watched : this.has("safety_election") ? ["P1"] : [];
    refill(this.strip, shown.map((id) => `${id}${world.broken[id]?.count ?? ""}`).join() + branch.id, () => shown.map((id) => {
      const { sentence } = this.timeline.rule(id);
      const name = sentence.split(":")[0];
      const broken = world.broken[id];
      return broken
        ? button(`✕ ${name}: broken since tick ${broken.tick}`, broken.sentence, () => this.go({ tick: broken.tick, count: broken.count }), { class: "rl-chip rl-broken" })
        : make("span.rl-chip", { title: sentence }, `✓ ${name}`);
    }));
  }

  drawScrubber(branch, position) {
    if (this.range.max !== String(branch.ticks)) this.range.max = branch.ticks;
    if (Number(this.range.value) !== position.tick) this.range.value = position.tick;
    set(this.range, { "aria-valuetext": `tick ${position.tick} of ${branch.ticks}` });
    const forks = this.timeline.children(branch.id).map((child) => child.fork.tick);
    refill(this.marks, [branch.id, branch.ticks, branch.events.length, ...forks].join(), () => {
      const marks = [...branch.marks, ...forks.map((tick) => ({ tick, kind: "fork" }))];
      return legible(marks, branch.ticks).map(({ tick, kind, event, also }) => make(`span.rl-mark.rl-mark-${kind}`, {
        style: `left:${(tick / Math.max(1, branch.ticks)) * 100}%`, title: [...new Set([[tick, kind], ...also].map(([when, what]) => `tick ${when}: ${MARK_SIGNS[what][1] || this.goals.committed.label}`))].join("\n"),
        onclick: () => this.go(event === undefined ? branch.endOfTick(tick) : branch.afterEvent(event)),
      }, MARK_SIGNS[kind][0]));
    });
  }

  /** Fold the whole branch while nobody waits for it, so that scrubbing to its end never does. */
  warmUp() {
    const { branch } = this;
    const idle = window.requestIdleCallback || ((task) => setTimeout(task, 50));
    const some = () => {
      const done = branch.checkpoints.length * EVENTS_PER_CHECKPOINT;
      if (done >= branch.events.length || !this.root.isConnected) return;
      branch.at(Math.min(branch.events.length, done + 1000));
      idle(some);
    };
    idle(some);
  }

  // -- Moving through time --------------------------------------------------------------------------------

  /** Show a moment, and tell the event that led to it (or `about`). */
  go(position, about = position.count - 1) {
    this.position = position;
    this.tell(Math.min(about, position.count - 1), 0);
    this.draw();
  }

  goTick(tick) {
    this.stop();
    const position = this.branch.endOfTick(tick);
    this.position = position;
    this.tellLast(position.count);
    this.draw();
  }

  step(way) {
    this.stop();
    const { branch, position } = this;
    const next = branch[way](position);
    if (next.tick === position.tick && next.count === position.count) this.atTheEnd(way);
    this.position = next;
    if (way === "nextEvent" || way === "lastEvent") this.tell(next.count - 1, 0);
    else if (next.count > position.count) {
      const { index, more } = narrateTick(branch, position.count, next.count);
      this.tell(index, more);
    } else if (way === "nextTick") this.say("Nothing happens in this tick; the timers run.");
    else this.tellLast(next.count);
    this.draw();
  }

  atTheEnd(way) {
    if (way.startsWith("next") && this.canAct) this.simulateMore();
  }

  tellLast(count, before = "") {
    for (let index = count - 1; index >= Math.max(0, count - 60); index--) {
      if (narrate(this.branch, index).weight > 2) return this.tell(index, 0, `${before}${this.branch.tickOf(index) === this.position.tick ? "" : `Last, at tick ${this.branch.tickOf(index)}: `}`);
    }
    return this.tell(count - 1, 0, before);
  }

  tell(index, more, before = "") {
    if (index < 0) return this.say(`${before}The beginning${this.timeline.words.leader ? ": every node is a follower and waits" : ""}.`);
    const { text, rules, weight } = narrate(this.branch, index);
    const rest = more ? ` (and ${more} more in this tick)` : "";
    return this.say(before + text + rest, weight > 1 ? rules : []); // where nothing is new, a rule would only puzzle
  }

  say(text, rules = []) {
    setText(this.sentence, text);
    const told = rules.slice(0, 2).map((id) => {
      const { sentence, section } = this.timeline.rule(id);
      return [id, `${text.includes(sentence) ? "" : sentence} ${sourceOf(section)}`.trim()];
    });
    refill(this.because, told.join(), () => told.map(([id, words]) => make("span.rl-rule", { title: id }, words)));
    if (!this.playing) setText(this.live, text);
  }

  togglePlay() {
    if (this.playing) this.stop();
    else this.play();
  }

  play() {
    if (this.playing) return;
    this.playing = true;
    setText(this.playButton, "❚❚ stop");
    this.time = this.position.tick;
    this.spoken = performance.now();
    let before = performance.now();
    const round = (this.round = {}); // a frame that was asked for before the last stop is none of this playing
    const frame = (now) => {
      if (!this.playing || this.round !== round || !this.root.isConnected) return;
      this.advance(Math.min(0.25, (now - before) / 1000));
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  stop() {
    this.playing = false;
    setText(this.playButton, "▶ play");
  }

  /** One frame of playing: whole ticks change the picture, parts of a tick only move messages and timers. */
  advance(seconds) {
    const { branch } = this;
    this.time = Math.min(this.time + seconds * this.speed, branch.ticks);
    const tick = Math.floor(this.time);
    if (tick > this.position.tick) this.playTo(branch, tick);
    if (!this.playing) return;
    if (!reducedMotion()) this.graph.move(this.time);
    if (this.canAct && branch.ticks - this.time < this.speed * 3) this.simulateMore();
    if (this.time >= branch.ticks && !this.waiting) this.stop();
  }

  playTo(branch, tick) {
    const from = this.position.count;
    const next = branch.endOfTick(tick);
    const halt = branch.find(from, ([, what]) => what === "stop");
    if (halt >= 0 && halt < next.count) {
      this.stop();
      this.go(branch.afterEvent(halt));
      return;
    }
    this.position = next;
    const { index, more } = narrateTick(branch, from, next.count);
    if (index >= 0 && narrate(branch, index).weight > 2) this.tell(index, more);
    this.draw();
    if (performance.now() - this.spoken > 4000) {
      this.spoken = performance.now();
      setText(this.live, this.sentence.textContent);
    }
  }

  /** Jump to the next event that a goal asks for; the kernel simulates on if the trace has none. */
  async runUntil(goal) {
    this.stop();
    let from = this.position.count;
    for (let round = 0; round < 5; round++) {
      const { branch } = this;
      const event = branch.find(from, this.goals[goal].found);
      if (event >= 0) return this.go(branch.afterEvent(event));
      from = branch.events.length;
      if (!this.canAct || !(await this.simulateMore(500))) break;
    }
    return this.fail(`Not within ${this.branch.ticks} ticks: ${this.goals[goal].label}.`);
  }

  // -- Choosing, asking, doing ---------------------------------------------------------------------------------

  select(selected) {
    const same = JSON.stringify(selected) === JSON.stringify(this.selected);
    this.selected = same ? null : selected;
    if (selected?.kind === "node" && !same) setText(this.live, `${selected.id}: ${this.timeline.called(this.branch.at(this.position.count).views[selected.id])}${lieWords(this.timeline, selected.id)} selected`);
    this.draw();
  }

  ask(node, what, index = null) {
    this.question = node ? { node, what, index } : null;
    this.draw();
    if (node) setText(this.live, this.why.el.querySelector("strong")?.textContent || "");
  }

  chooseBranch(id) {
    this.stop();
    this.timeline.current = id;
    this.send({ select: id });
    this.go(this.branch.endOfTick(Math.min(this.position.tick, this.branch.ticks)));
  }

  cutAcross(pairs) {
    this.toggleKnife(false);
    if (!pairs.length) return this.fail("That line crosses no link. Draw it from one side of some nodes to the other.");
    const groups = this.sides(pairs);
    if (groups.length > 1) return this.act("partition", groups);
    return pairs.reduce((before, [a, b]) => before.then(() => this.act("cut", [a, b])), Promise.resolve());
  }

  /** The groups of nodes that are still joined without these links. */
  sides(pairs) {
    const cut = new Set(pairs.map(([a, b]) => `${a}>${b}`));
    const joined = (a, b) => !cut.has(`${a}>${b}`) && !cut.has(`${b}>${a}`);
    const left = new Set(this.timeline.nodes);
    const groups = [];
    while (left.size) {
      const group = [[...left][0]];
      left.delete(group[0]);
      for (const node of group) for (const other of [...left]) if (joined(node, other)) { group.push(other); left.delete(other); }
      groups.push(group.sort());
    }
    return groups;
  }

  toggleKnife(on = !this.knife) {
    this.knife = on;
    this.root.classList.toggle("rl-cutting", on);
    this.knifeButton?.setAttribute?.("aria-pressed", String(on));
    if (on) this.say("Draw a line across the links that you want to cut.");
  }

  toggleForm(name) {
    const form = name === "groups" ? this.groupsForm : this.clientForm;
    form.hidden = !form.hidden;
    if (name === "groups" && !form.hidden) {
      const half = Math.ceil(this.timeline.nodes.length / 2);
      const choice = (node, i) => make("label", {}, ` ${node} `, make("select", { name: node, "aria-label": `group of ${node}` }, ...[1, 2, 3, 4].map((group) => make("option", { value: group, selected: group === (i < half ? 1 : 2) }, String(group)))));
      form.replaceChildren("Groups (only those of one group hear each other): ", ...this.timeline.nodes.map(choice), " ", make("button.rl-button", { type: "submit" }, "split"));
    }
    if (!form.hidden) form.querySelector("select, input")?.focus();
  }

  partition() {
    const groups = {};
    for (const choice of this.groupsForm.querySelectorAll("select")) (groups[choice.value] ||= []).push(choice.name);
    if (Object.keys(groups).length < 2) return this.fail("All nodes are in one group: that splits nothing. Put some of them into another.");
    this.groupsForm.hidden = true;
    this.root.focus();
    return this.act("partition", Object.values(groups));
  }

  /** Choose nothing, and close what is open. */
  close() {
    this.toggleKnife(false);
    for (const panel of [this.helpPanel, this.groupsForm, this.clientForm]) panel.hidden = true;
    this.question = null;
    this.select(null);
  }

  toggleSpacetime() {
    if (this.spacetimeEl) this.spacetimeEl.hidden = !this.spacetimeEl.hidden;
  }

  toggleHelp() {
    this.helpPanel.hidden = !this.helpPanel.hidden;
    if (this.helpPanel.hidden) return;
    const usable = KEYS.filter((key) => this.offers(key) && (!key[4] || this.canAct));
    if (this.canAct) usable.push(...this.controls().filter(({ key, help }) => key && help).map(({ key, help }) => [[key], help]));
    this.helpPanel.replaceChildren(make("h3", {}, "Keys (while the player has the focus)"), make("dl", {}, ...usable.flatMap(([keys, what]) => [make("dt", {}, ...keys.map((key) => make("kbd", {}, KEY_NAMES[key] || key))), make("dd", {}, typeof what === "string" ? what : what(this))])));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName) && event.target !== this.range) {
      if (event.key === "Escape") this.root.focus();
      if (event.key === "Enter" && event.target.tagName === "SELECT") event.target.form?.requestSubmit();
      return;
    }
    if ([" ", "Enter"].includes(event.key) && event.target.tagName === "BUTTON") return;
    const found = KEYS.find((key) => key[0].includes(event.key) && this.offers(key));
    const verbs = this.controls().filter(({ key }) => key === event.key);
    const number = Number(event.key);
    if ((found?.[4] || verbs.length) && !this.canAct) this.fail(this.timeline.recorded || ONLY_PLAYS);
    else if (found) found[2](this);
    else if (verbs.length) this.pressVerb(verbs);
    else if (number >= 1 && number <= this.timeline.nodes.length) this.select({ kind: "node", id: this.timeline.nodes[number - 1] });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Is a key of any use in this lesson, and with these nodes? */
  offers([, , , word, , needs]) {
    return (!word || this.has(word)) && (!needs || needs in this.timeline.words);
  }

  /** The controls of the verbs that this lesson offers and that these nodes know, for one kind of thing or for all. */
  controls(on = null) {
    const { words } = this.timeline;
    return this.verbs.filter((control) => (!on || control.on === on) && (words.leader || !control.arguments.includes("leader")));
  }

  doControl(control, chosen = {}) {
    return this.act(control.verb, control.arguments.map((each) => filled(each, chosen)));
  }

  /** A key of one verb, or of several (pause and resume): the one that is possible now; if none is, the kernel says why. */
  pressVerb(controls) {
    const [{ on }] = controls;
    const { kind, id, index } = this.selected || {};
    if (on !== "cluster" && kind !== on) return this.fail(CHOOSE[on]);
    const [a, b] = kind === "link" ? id.split(">") : [];
    const { status, role } = kind === "node" ? this.branch.at(this.position.count).views[id] : {};
    const state = kind === "message" ? this.branch.fate(id, this.position.count) : status;
    return this.doControl(controls.find((control) => isPossible(control, state, role)) || controls[0], { node: id, index, message: id, a, b });
  }

  nextMessage(step) {
    const flying = [...this.branch.at(this.position.count).flying];
    if (!flying.length) return this.fail("No message is on its way now.");
    const at = this.selected?.kind === "message" ? flying.indexOf(this.selected.id) : -1;
    return this.select({ kind: "message", id: flying[(at + step + flying.length) % flying.length] });
  }

  nextLink() {
    const pairs = this.graph.pairs.map(([a, b]) => `${a}>${b}`);
    if (!pairs.length) return this.fail("A single node has no links.");
    const at = this.selected?.kind === "link" ? pairs.indexOf(this.selected.id) : -1;
    return this.select({ kind: "link", id: pairs[(at + 1) % pairs.length] });
  }

  askAboutSelected() {
    if (this.selected?.kind === "node") return this.ask(this.selected.id, "leader");
    if (this.selected?.kind === "entry" && this.timeline.words.committed) return this.ask(this.selected.id, "committed", this.selected.index);
    return this.fail(this.timeline.words.committed ? "Choose a node or an entry first." : "There is nothing to ask about that.");
  }

  nextBranch() {
    const ids = [...this.timeline.branches.keys()];
    this.chooseBranch(ids[(ids.indexOf(this.timeline.current) + 1) % ids.length]);
  }

  changeSpeed(by) {
    const at = Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(this.speed) + by));
    this.speed = SPEEDS[at];
    this.speedChoice.value = this.speed;
  }

  // == 9. The kernel ====================================================================================

  fail(sentence) {
    this.message.hidden = false;
    setText(this.message, sentence);
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => (this.message.hidden = true), 8000);
  }

  /** Do something to the cluster where we look; resolves once the kernel has answered. */
  act(verb, args = [], kwargs = {}) {
    this.stop();
    if (!this.canAct) return this.fail(this.timeline.recorded || ONLY_PLAYS);
    const { branch, position } = this;
    return this.send({ do: verb, args, kwargs, branch: branch.id, tick: position.tick, seen: this.seen[branch.id] || 0 });
  }

  undo() {
    this.stop();
    return this.kernel.canUndo ? this.send({ undo: true }) : this.fail("There is nothing to undo.");
  }

  /** Offered where there is something to take back; it keeps its place beside other tools, so that nothing jumps. */
  drawUndo() {
    set(this.undoButton, { "aria-disabled": !this.kernel.canUndo });
    this.toolsEl.hidden = !this.kernel.canUndo && [...this.toolsEl.children].every((each) => each === this.undoButton || each.hidden);
  }

  whatIf(message) {
    return this.send({ what_if: message, branch: this.branch.id });
  }

  simulateMore(ticks = 200) {
    if (this.waiting) return this.waiting;
    this.waiting = this.send({ more: this.branch.id, until: this.branch.ticks + ticks }).finally(() => (this.waiting = null));
    return this.waiting;
  }

  send(request) {
    if (!this.kernel) return Promise.resolve(false);
    return this.kernel.ask(request).then((answer) => this.receive(answer), (problem) => {
      this.fail(problem.message);
      return false;
    });
  }

  /** What the kernel says; also unasked, when somebody calls a method in a cell. */
  receive(answer) {
    if (answer.error) {
      this.fail(answer.error);
      return false;
    }
    this.message.hidden = true;
    if (answer.bundle) this.load(answer.bundle, answer.tick ?? 0, answer.undone);
    if (answer.append) this.timeline.branch(answer.append.id)?.append(answer.append);
    if (answer.branch) this.timeline.add(answer.branch);
    if (answer.drop) for (const id of answer.drop) this.timeline.branches.delete(id);
    if (answer.current !== undefined) this.timeline.current = answer.current;
    if (answer.ask) this.ask(...answer.ask);
    if (answer.go) this.obey(answer.go);
    if (answer.tick !== undefined && !answer.bundle) {
      this.seen[this.branch.id] = answer.branch ? answer.tick : this.seen[this.branch.id];
      this.stop();
      this.go(this.branch.endOfTick(answer.tick));
    } else this.draw();
    return true;
  }

  obey(go) {
    const ways = { next_event: "nextEvent", tick: "nextTick", back: "lastEvent", back_tick: "lastTick" };
    if (typeof go === "object") this.goTick(go.tick);
    else if (go === "play") this.play();
    else if (go === "pause") this.stop();
    else if (ways[go]) this.step(ways[go]);
  }
}

const reducedMotion = () => window.matchMedia?.("(prefers-reduced-motion: reduce)").matches;

const ONLY_PLAYS = "This page plays what was recorded. To change what happens, open it in a Lab.";

const CHOOSE = {
  node: "Choose a node first: click it, or press its number.",
  entry: "Choose an entry first: click it in a log.",
  message: "Choose a message first: click it, or press [ or ].",
  link: "Choose a link first: click it, or press j.",
};

/** A control's label, or one of its arguments, with what is chosen in the place of "{node}", "{index}", "{message}", "{a}" and "{b}". */
const filled = (value, chosen) => {
  const [, name] = (typeof value === "string" && value.match(/^{(\w+)}$/)) || [];
  if (name) return chosen[name];
  return typeof value === "string" ? value.replace(/{(\w+)}/g, (_, each) => chosen[each]) : value;
};

const isPossible = ({ states, roles }, state, role) => (!states.length || states.includes(state)) && (!roles.length || roles.includes(role));

const KEY_NAMES = { " ": "space", ArrowRight: "→", ArrowLeft: "←" };
const keyName = (key) => (/[A-Z]/.test(key) ? `shift ${key}` : key);

/** The keys of the player itself; those of the verbs come with the trace.
 * keys, what they do (or how to say it), how, the word of the staging that they need, whether they change the run, and of which kind of
 * node or entry there must be one. */
const KEYS = [
  [[" "], "play or stop", (player) => player.togglePlay()],
  [["ArrowRight"], "next event", (player) => player.step("nextEvent")],
  [["ArrowLeft"], "back by one event", (player) => player.step("lastEvent")],
  [["."], "next tick", (player) => player.step("nextTick")],
  [[","], "back by one tick", (player) => player.step("lastTick")],
  [["Home"], "to the beginning", (player) => player.goTick(0)],
  [["End"], "to the end", (player) => player.goTick(player.branch.ticks)],
  [["+", "="], "faster", (player) => player.changeSpeed(1)],
  [["-"], "slower", (player) => player.changeSpeed(-1)],
  [["l"], "run until a leader is elected", (player) => player.runUntil("leader"), "run_until", false, "leader"],
  [["m"], ({ goals }) => `run until ${goals.committed.label}`, (player) => player.runUntil("committed"), "run_until", false, "committed"],
  [["i"], "run until an invariant is broken", (player) => player.runUntil("broken"), "run_until"],
  [["Escape"], "choose nothing, close", (player) => { player.close(); }],
  [["y"], "ask why not, about what is chosen", (player) => player.askAboutSelected(), "why"],
  [["]"], "choose the next message", (player) => player.nextMessage(1), "messages"],
  [["["], "choose the message before", (player) => player.nextMessage(-1), "messages"],
  [["x"], "draw a cut with the mouse", (player) => player.toggleKnife(), "partitions", true],
  [["g"], "split the network into groups", (player) => player.toggleForm("groups"), "partitions", true],
  [["j"], "choose the next link", (player) => player.nextLink(), "cuts"],
  [["w"], "write or read as a client", (player) => player.toggleForm("client"), "client", true],
  [["u"], "undo", (player) => player.undo(), null, true],
  [["b"], "next branch", (player) => player.nextBranch(), "branches"],
  [["v"], "show or hide the space-time diagram", (player) => player.toggleSpacetime(), "spacetime"],
  [["?"], "show or hide these keys", (player) => player.toggleHelp()],
];

const PRESSES = ["pointerdown", "focusin"];

/** A kernel that answers over an anywidget model: one request after the other, each with its own number. */
class Kernel {
  constructor(model) {
    this.model = model;
    this.waiting = new Map();
    this.count = 0;
    this.tick = this.told = model.get("tick");
    this.onMessage = (message) => {
      this.told = null; // what the kernel says may have moved it: it is told again
      const found = this.waiting.get(message.re);
      this.waiting.delete(message.re);
      if (found) found(message);
      else this.unasked?.(message);
    };
    this.onUndo = () => this.changed?.();
    // Before anything on the page is pressed: a button beside the player acts at the tick one looks at.
    this.onPress = () => this.tell();
    for (const way of PRESSES) document.addEventListener(way, this.onPress, true);
    model.on("msg:custom", this.onMessage);
    model.on("change:can_undo", this.onUndo);
  }

  get canUndo() {
    return this.model.get("can_undo");
  }

  ask(request) {
    const id = `${(this.count += 1)}`;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error("The kernel does not answer. If it is busy, this is done when it is free; if it has stopped, restart it and run the cell again. What is here can still be played."));
      }, 5000);
      this.waiting.set(id, (message) => {
        clearTimeout(late);
        resolve(message);
      });
      try {
        this.model.send({ ...request, id });
      } catch {
        clearTimeout(late);
        this.stopped = true;
        reject(new Error("The kernel has stopped. What is here can still be played; restart the kernel and run the cell again to change it."));
      }
    });
  }

  /** Tell at which tick one looks: at once, and then at most ten times a second. */
  look(tick) {
    this.tick = tick;
    if (!this.resting) this.tell();
  }

  tell() {
    clearTimeout(this.resting);
    this.resting = null;
    if (this.tick === this.told || this.stopped) return;
    this.told = this.tick;
    try {
      this.model.send({ look: this.told }); // not a trait: those wait for a busy kernel, and a button's press would overtake them
    } catch {
      this.stopped = true;
    }
    this.resting = setTimeout(() => this.tell(), 100);
  }

  close() {
    this.model.off("msg:custom", this.onMessage);
    this.model.off("change:can_undo", this.onUndo);
    for (const way of PRESSES) document.removeEventListener(way, this.onPress, true);
    clearTimeout(this.resting);
  }
}

// == 10. Players that run in step ========================================================================

/** Several runs side by side, with one set of controls: where one of them stands, all stand. */
export class Together {
  /** bundles: one for each run; names: what stands above each. */
  constructor(el, bundles, names, { show = ["messages", "timers", "votes"], tick = 0 } = {}) {
    this.names = names;
    this.speed = 10;
    this.playing = false;
    this.holders = names.map(() => make("div"));
    this.players = bundles.map((bundle, i) => new Player(this.holders[i], bundle, { show, part: true }));
    this.ticks = Math.min(...this.players.map((player) => player.branch.ticks));
    this.stops = this.players[0].branch.marks.filter(({ kind }) => kind === "stop");
    this.sameStory = new Set(this.players.map((player) => player.timeline.title)).size === 1;
    this.build(el);
    this.go(tick);
  }

  build(el) {
    this.clock = make("output.rl-clock");
    this.sentence = make("div.rl-sentence");
    this.live = make("div.rl-hidden", { "aria-live": "polite", role: "status" });
    this.states = this.names.map(() => make("div.rl-state"));
    this.range = make("input.rl-range", { type: "range", min: 0, max: this.ticks, "aria-label": "Tick of all", oninput: () => this.goAndStop(Number(this.range.value)) });
    this.playButton = button("▶ play", "play or stop (space)", () => this.togglePlay());
    this.speedChoice = make("select", { "aria-label": "Ticks a second", onchange: () => (this.speed = Number(this.speedChoice.value)) },
      ...SPEEDS.map((speed) => make("option", { value: speed, selected: speed === this.speed }, `${speed} ticks/s`)));
    const step = (label, title, way, extra) => button(label, title, () => this.goAndStop(this.tickOf(way)), extra);
    const legend = make("div.rl-legend", { "aria-label": "Legend" }, ...this.legend());
    const cells = this.players.map((_, i) => make("div.rl-cell", {}, make("h3", {}, this.names[i]), this.states[i], this.holders[i]));
    this.root = make("div.rl-player", { tabindex: 0, role: "region", "aria-label": `Side by side: ${listed(this.names)}`, "data-lm-suppress-shortcuts": "true", onkeydown: (event) => this.key(event) },
      make("div.rl-head", {}, make("h2", {}, this.sameStory ? this.players[0].timeline.title : "Side by side"), this.clock),
      make("div.rl-transport", {}, step("⟨ tick", "one tick back (,)", "lastTick"), step("⟨ back", "back to the last thing that happened in any of them (left arrow)", "lastEvent"),
        step("Next event ⟩", "the next thing that happens in any of them (right arrow)", "nextEvent", { class: "rl-button rl-big" }),
        step("tick ⟩", "one tick on (.)", "nextTick"), this.playButton, this.speedChoice),
      this.range, this.sameStory && make("div.rl-narration", {}, this.sentence), this.live, make("div.rl-together", {}, ...cells), legend);
    el.replaceChildren(this.root);
  }

  /** What the signs mean, of all of them together. */
  legend() {
    const items = new Map(this.players.flatMap((player) => player.legend()).map((item) => [item.textContent, item]));
    return [...items.values()];
  }

  tickOf(way) {
    if (way === "nextTick" || way === "lastTick") return this.tick + (way === "nextTick" ? 1 : -1);
    const ticks = this.players.map(({ branch }) => {
      const loud = (_, event) => !isQuiet(branch, event);
      const event = way === "nextEvent" ? branch.find(branch.countAt(this.tick), loud) : branch.findBack(branch.countAt(this.tick - 1), loud);
      return event >= 0 ? branch.tickOf(event) : way === "nextEvent" ? this.ticks : 0;
    });
    return way === "nextEvent" ? Math.min(...ticks) : Math.max(...ticks);
  }

  go(tick) {
    this.tick = Math.max(0, Math.min(tick, this.ticks));
    this.players.forEach((player, i) => {
      player.goTick(this.tick);
      setText(this.states[i], this.stateOf(player));
    });
    setText(this.clock, `tick ${this.tick} · ${this.tick * this.players[0].timeline.msPerTick} ms`);
    set(this.range, { "aria-valuetext": `tick ${this.tick} of ${this.ticks}` });
    this.range.value = this.tick;
    const stop = this.stops.findLast((each) => each.tick <= this.tick);
    setText(this.sentence, stop ? narrate(this.players[0].branch, stop.event).text : "");
    if (!this.playing) setText(this.live, this.players.map((player, i) => `${this.names[i]}: ${this.stateOf(player)}`).join(". "));
  }

  stateOf({ branch, position }) {
    const { views } = branch.at(position.count);
    const up = Object.entries(views).filter(([, view]) => view.status === "running");
    const leaders = up.filter(([, view]) => view.role === "leader").map(([node]) => node);
    const elections = branch.marks.filter(({ kind, event }) => kind === "election" && event < position.count).length;
    const term = Math.max(0, ...up.map(([, view]) => view.term));
    const committed = Math.max(0, ...branch.committed.filter(([event]) => event < position.count).map(([, index]) => index));
    return `${leaders.length ? `${listed(leaders)} lead${leaders.length === 1 ? "s" : ""}` : "nobody leads"} · ${elections} elected so far · highest term ${term} · ${committed} committed`;
  }

  goAndStop(tick) {
    this.stop();
    this.go(tick);
  }

  togglePlay() {
    if (this.playing) return this.goAndStop(this.tick);
    this.playing = true;
    setText(this.playButton, "❚❚ stop");
    let [time, before] = [this.tick, performance.now()];
    const round = (this.round = {});
    const frame = (now) => {
      if (!this.playing || this.round !== round || !this.root.isConnected) return undefined;
      time = Math.min(time + Math.min(0.25, (now - before) / 1000) * this.speed, this.ticks);
      before = now;
      const stop = this.stops.find((each) => each.tick > this.tick && each.tick <= time);
      if (stop || time >= this.ticks) return this.goAndStop(stop ? stop.tick : this.ticks);
      if (Math.floor(time) > this.tick) this.go(Math.floor(time));
      if (!reducedMotion()) for (const player of this.players) player.graph.move(time);
      requestAnimationFrame(frame);
      return undefined;
    };
    requestAnimationFrame(frame);
    return undefined;
  }

  stop() {
    this.playing = false;
    setText(this.playButton, "▶ play");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, button") && event.key === " ") return;
    const ways = { ArrowRight: "nextEvent", ArrowLeft: "lastEvent", ".": "nextTick", ",": "lastTick" };
    const ends = { Home: 0, End: this.ticks };
    if (event.target === this.range && event.key.startsWith("Arrow")) return;
    if (event.key === " ") this.togglePlay();
    else if (event.key in ways) this.goAndStop(this.tickOf(ways[event.key]));
    else if (event.key in ends) this.goAndStop(ends[event.key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

// == 11. Ways in ========================================================================================

/** Play a bundle in an element of a page, without a kernel. */
export function mount(el, bundle, options = {}) {
  try {
    return new Player(el, bundle, options);
  } catch (problem) {
    el.textContent = problem.message;
    return null;
  }
}

/** For anywidget: play the model's bundle, and let its kernel change the run. */
function render({ model, el }) {
  if (model.get("names")) return renderTogether(model, el);
  const kernel = new Kernel(model);
  const player = mount(el, model.get("bundle"), { show: model.get("show"), kernel, tick: model.get("tick"), height: model.get("height") });
  if (player) Object.assign(kernel, { unasked: (message) => player.receive(message), changed: () => player.drawUndo() });
  el.raftPlayer = player;
  return () => {
    player?.stop();
    kernel.close();
  };
}

function renderTogether(model, el) {
  const together = new Together(el, model.get("bundles"), model.get("names"), { tick: model.get("tick") });
  el.raftTogether = together;
  return () => together.stop();
}

export default { render };
