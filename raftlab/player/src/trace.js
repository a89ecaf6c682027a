/* The trace, as the player reads it: logs, worlds, branches, and the moments between them. Needs no page. */

import { beatsOf } from "./beats.js";
import { firstNot } from "./search.js";
import { isQuiet, plural, short } from "./words.js";

export const EVENTS_PER_CHECKPOINT = 200;
export const VOTE_REQUESTS = ["RequestVote", "RequestVoteNow"]; // messages by which a sender claims to be a candidate

/** A log at one moment. Many moments share one array of entries; it is copied only when entries are deleted. */
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

  /** The log with everything from an index on replaced. */
  replacedFrom(index, added) {
    const kept = index - 1;
    // If the same event is applied again, its entries are already in the array, and are used again.
    const sharable =
      kept === this.length &&
      added.every((entry, offset) => {
        const there = this.entries[kept + offset];
        return there === undefined || there === entry;
      });
    if (!sharable) return new LogView([...this.entries.slice(0, kept), ...added]);
    for (let offset = 0; offset < added.length; offset++) this.entries[kept + offset] = added[offset];
    return new LogView(this.entries, kept + added.length);
  }
}

/** The state of the whole cluster after some number of events. Once returned, it is never changed. */
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

  /** Apply one more event. Call it only on a copy. */
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
    /** @type {string | null} */
    let best = null;
    for (const [node, view] of Object.entries(this.views)) {
      if (view.status === "running" && view.role === "leader" && (!best || view.term > this.views[best].term))
        best = node;
    }
    return best;
  }

  isDown(src, dst) {
    return this.network.down.includes(`${src}>${dst}`);
  }
}

const VERSION = 4;

/** All branches of one story. */
export class Timeline {
  constructor(bundle) {
    if (bundle?.format !== "raftlab trace" || !Array.isArray(bundle.branches)) {
      throw new Error("This is not a raftlab trace.");
    }
    if (bundle.version !== VERSION) {
      const advice =
        bundle.version > VERSION ? "A newer raftlab plays it." : "A Lab opens it: Lab().load(path).";
      throw new Error(
        `This trace has version ${bundle.version}; this player reads version ${VERSION}. ${advice}`,
      );
    }
    this.title = bundle.title;
    this.recorded = bundle.recorded; // a sentence, if the trace was made by other rules and can only be played
    this.liars = bundle.liars || {}; // node -> [the liar's name, what it does]
    this.extensions = new Set(bundle.extensions || []); // the extensions that every node has
    this.words = bundle.words; // the protocol's words for roles and other things; without a word, such as "leader" in Paxos, it has no such thing
    this.marks = bundle.marks; // id -> [the mark, its meaning]
    this.seen = new Set(); // things that have occurred, which the legend then explains: kinds of messages, "snapshot", "odd", "asking"
    this.nodes = bundle.nodes;
    this.msPerTick = bundle.ms_per_tick;
    this.inTicks = false; // are times shown in ticks, or in seconds?
    this.kinds = bundle.kinds.map(([kind]) => kind);
    this.fields = Object.fromEntries(bundle.kinds.map(([kind, fields]) => [kind, fields]));
    this.names = Object.fromEntries(bundle.kinds.map(([kind, , name]) => [kind, name]));
    this.says = Object.fromEntries(bundle.kinds.map(([kind, , , word]) => [kind, word])); // the word on a message
    this.answering = new Set(bundle.kinds.filter(([, , , , answers]) => answers).map(([kind]) => kind));
    this.losses = bundle.losses; // why a message was lost, in words
    this.turns = bundle.turns; // turning points: kind -> words
    this.watched = bundle.watched; // ids of the properties that are checked
    this.atOnce = bundle.at_once; // verb -> its certain result, shown before the kernel answers
    this.sayings = bundle.sayings; // sentences of the player about itself: id -> sentence
    this.about = bundle.about; // id -> template of a sentence about a thing
    this.answers = bundle.answers; // templates of answers to why and why not: id -> [text, rule]
    this.rules = bundle.rules; // id -> [sentence, section]; the most informative first
    this.colors = bundle.colors; // the colour of term 0, then those of terms 1, 2, ...
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

  /** The colour of a term, whose number is always shown, too. Term 0 has its own colour; the others repeat after some terms. */
  color(term) {
    return this.colors[term && 1 + ((term - 1) % (this.colors.length - 1))];
  }

  /** A moment, in the unit that is shown: "1.13 s", or "tick 113".
   * @param {number} tick */
  time(tick) {
    return this.inTicks ? `tick ${tick}` : this.seconds(tick);
  }

  /** @param {number} tick */
  seconds(tick) {
    return `${((tick * this.msPerTick) / 1000).toFixed(this.msPerTick < 10 ? 3 : 2)} s`;
  }

  /** How long something takes, in the unit that is shown: "20 ms", "1 tick", "10 to 50 ms".
   * @param {number[]} span  the shortest and the longest, or both in one, in ticks */
  span([shortest, longest = shortest]) {
    const unit = !this.inTicks ? "ms" : longest === 1 ? "tick" : "ticks";
    const [least, most] = [shortest, longest].map((ticks) => (this.inTicks ? ticks : ticks * this.msPerTick));
    return least === most ? `${most} ${unit}` : `${least} to ${most} ${unit}`;
  }

  /** A sentence of Python, whose unit is the tick, in the unit that is shown.
   * @param {string} text
   * @param {[string, "at" | "for", ...number[]][]} times  its words for times, each with the ticks that they mean */
  timed(text, times) {
    return times.reduce(
      (said, [words, how, ...ticks]) =>
        said.replace(words, () => (how === "at" ? this.time(ticks[0]) : this.span(ticks))),
      text,
    );
  }

  children(id) {
    return [...this.branches.values()].filter((branch) => branch.parent === id);
  }

  /** A message with the name of its kind; a file has a number instead, which is shorter. */
  named([kind, ...rest]) {
    this.seen.add(this.kinds[kind]);
    return [this.kinds[kind], ...rest];
  }

  /** Does the log say who has a vote? */
  get votersAreInTheLog() {
    return this.extensions.has("Membership") || this.extensions.has("UnsafeMembership");
  }

  /** The state that a node shows, in words: its role, unless it is down. */
  called(view) {
    return view.status === "running" ? this.words[view.role] : view.status;
  }

  /** What a message is called. In its name {} is how many entries it has.
   * @param {{kind: string, fields: Object<string, any>}} message */
  messageName({ kind, fields }) {
    const [name, value] = chosen(this.names[kind], fields);
    return name.replace("{}", () => plural(value.length, "entry", "entries"));
  }

  /** The word on a message; none on one that is drawn as a dot. Of several entries it has the first command.
   * @param {{kind: string, fields: Object<string, any>}} message
   * @param {Object<string, string>} labels of commands
   * @param {number} [letters] so many of a value at most
   * @returns {string} */
  wordOn({ kind, fields }, labels, letters = 12) {
    const [word] = chosen(this.says[kind], fields);
    return word.replace(/{(\w+)}/g, (_, field) => {
      const value = fields[field];
      if (!Array.isArray(value)) return short(value, letters);
      const [[, first]] = value;
      return `${short(labels[first] ?? first, letters)}${value.length > 1 ? ` +${value.length - 1}` : ""}`;
    });
  }

  /** The rules that were applied in an event, the most informative first; for a broken property, that property. */
  rulesOf([, what, , detail, effects]) {
    if (what === "broken") return this.words.leader ? [detail[0]] : [];
    return effects?.some((effect) => effect in this.rules)
      ? Object.keys(this.rules).filter((id) => effects.includes(id))
      : [];
  }

  /** A rule as {id, sentence, section}, even for an id that is not in the rule book. */
  rule(id) {
    const [sentence, section] = this.rules[id] || [id, ""];
    return { id, sentence, section };
  }
}

/** A text, or one of two: [field, text if that field says yes, text if not]. Returns the text and the field's value.
 * @param {string | [string, string, string]} text
 * @param {Object<string, any>} fields
 * @returns {[string, any]} */
function chosen(text, fields) {
  if (typeof text === "string") return [text, undefined];
  const [field, yes, no] = text;
  const value = fields[field];
  return [!value || value.length === 0 ? no : yes, value];
}

const BY_HAND = "hand";

/** A branch: one course of events from tick 0 on, including the part that it shares with its parent. */
export class Branch {
  // Set when the branch is resolved.
  /** @type {any} */
  start;
  /** @type {any[][]} */
  messages;
  /** @type {any[][]} */
  events;
  /** @type {any[][]} */
  told;
  /** @type {number[][]} */
  committed;
  /** @type {any[][]} */
  turns;
  /** @type {Record<string, string>} */
  labels;
  /** @type {Map<number, any>} */
  asked;
  /** @type {World[]} */
  checkpoints;
  /** @type {World} */
  latest;
  /** @type {number[]} */
  sentAt;
  /** @type {number[]} */
  deliveredAt;
  /** @type {number[]} */
  lostAt;
  /** @type {number[]} */
  heldAt;
  /** @type {number[][]} */
  copies;
  /** @type {number[][]} */
  repliesTo;
  /** @type {any[]} */
  campaigns;
  /** @type {any[]} */
  trials;
  /** @type {number[]} */
  stops;
  /** @type {Set<number>} */
  turning;
  /** @type {number[]} */
  beats;
  /** @type {number} */
  indexed;
  /** @type {any[]} */
  operations;
  /** @type {boolean[]} */
  murmurs;

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

  /** Join the parent's part and this branch's own part. This is done when the branch is first shown. */
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
      this.turns = data.turns.slice(); // [event, kind, node or null, whether it is the first of its kind in its phase]
      this.labels = data.labels; // command -> its label, for commands whose first letters are not enough
      this.asked = new Map(data.operations.map(operationOf));
    } else {
      const parent = timeline.branch(this.parent).resolve();
      this.start = parent.start;
      this.messages = parent.messages
        .slice(0, this.fork.messages)
        .concat(data.messages.map((message) => timeline.named(message)));
      this.events = parent.events.slice(0, this.fork.events).concat(eventsOf(data));
      this.told = parent.told.slice(0, this.fork.events).concat(toldBy(data));
      this.committed = parent.committed.filter(([event]) => event < this.fork.events).concat(data.committed);
      this.turns = parent.turns.filter(([event]) => event < this.fork.events).concat(data.turns);
      this.labels = { ...parent.labels, ...data.labels };
      this.asked = new Map([...askedBefore(parent, this.fork.events), ...data.operations.map(operationOf)]);
    }
    if (this.start.network.odd) timeline.seen.add("odd");
    this.checkpoints = [World.start(this.start, timeline.nodes)];
    this.latest = this.checkpoints[0];
    this.sentAt = []; // message id -> the event that sent it
    this.deliveredAt = [];
    this.lostAt = [];
    this.heldAt = []; // message id -> the event that held it back
    this.copies = []; // message id -> its copies
    this.repliesTo = []; // message id -> messages sent in answer to it
    this.campaigns = []; // {node, term, event, requests: {peer: [message ids]}}
    this.trials = []; // the same for trial elections (pre-votes), in which the term stays as it is
    this.stops = []; // events
    this.turning = new Set(); // the events that are turning points, the first of their kind in their phase
    this.beats = []; // after how many events each press of Next ends
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
    this.turns.push(...data.turns);
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
      else if (what === "delay") this.holdBack(index, detail);
      else if (what === "copy") {
        this.sentAt[detail[0]] = index;
        (this.copies[detail[1]] ||= []).push(detail[0]);
      }
      if (effects) this.indexEffects(index, node, what, detail, effects);
      this.mark(index);
    }
    this.operations = inRows([...this.asked.values()]);
    if (this.operations.length) this.timeline.seen.add("asking");
    for (const [event, , , counts] of this.turns) if (counts) this.turning.add(event);
    this.beats = beatsOf(this);
    this.murmurs = []; // message id -> the result of isMurmur
  }

  isTurn(event) {
    return this.turning.has(event);
  }

  /** A message was held back: it is due later. */
  holdBack(event, [id, ticks]) {
    this.heldAt[id] ??= event;
    const message = this.messages[id].slice();
    message[5] += ticks;
    this.messages[id] = message;
  }

  indexEffects(index, node, what, detail, effects) {
    const sent = effects.filter((effect) => typeof effect === "number");
    for (const id of sent) this.sentAt[id] ??= index;
    if (what === "deliver" && sent.length) this.repliesTo[detail] = sent;
    if (effects.includes("PV-1")) this.trials.push(this.campaign(index, node, sent, ["RequestPreVote"]));
    const stands =
      effects.includes("CA-1") || sent.some((id) => VOTE_REQUESTS.includes(this.messages[id][0])); // not all protocols name their rules
    const campaign = stands && this.campaign(index, node, sent, VOTE_REQUESTS);
    if (campaign && campaign.term !== null) this.campaigns.push(campaign); // otherwise it crashed before it asked any node
  }

  /** The nodes that a node asked in one event, and the term. */
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
    const [, what, , , , changes] = this.events[event];
    if (what === "stop") this.stops.push(event);
    if (changes?.snapshot) this.timeline.seen.add("snapshot");
    if (changes?.network?.odd) this.timeline.seen.add("odd");
  }

  /** How many events have happened by the end of a tick. */
  countAt(tick) {
    return firstNot(this.events.length, (event) => this.tickOf(event) <= tick);
  }

  /** The world after some number of events. */
  at(count) {
    if (this.latest.count === count) return this.latest;
    const slot = Math.floor(count / EVENTS_PER_CHECKPOINT);
    while (this.checkpoints.length <= slot) {
      const last = this.checkpoints[this.checkpoints.length - 1];
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

  /** The word on a message; none on one that is drawn as a dot.
   * @param {{kind: string, fields: Object<string, any>}} message
   * @param {number} [letters] so many of a value at most
   * @returns {string} */
  wordOn(message, letters) {
    return this.timeline.wordOn(message, this.labels, letters);
  }

  /** Is a message only a heartbeat, or a reply to one that changes nothing? Not if it is lost: that is worth a look.
   * @param {number} id */
  isMurmur(id) {
    return (this.murmurs[id] ??= this.findMurmur(id));
  }

  findMurmur(id) {
    if (this.lostAt[id] !== undefined) return false;
    const message = this.message(id);
    const answers = this.timeline.answering.has(message.kind);
    if (!answers && this.wordOn(message)) return false;
    const arrival = this.deliveredAt[id] ?? (answers ? this.sentAt[id] : undefined);
    return arrival === undefined || isQuiet(this, arrival);
  }

  tickOf(event) {
    return this.events[event][0];
  }

  /** The fate of a message at a moment: "flying", "delivered" or "lost". */
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

  /** The end of the beat that comes next; null where none comes. */
  nextBeat({ count }) {
    const next = this.beats.find((beat) => beat > count);
    return next ? this.afterEvent(next - 1) : null;
  }

  /** The end of the beat before this one. */
  lastBeat({ count }) {
    const last = this.beats.findLast((beat) => beat < count);
    return last ? this.afterEvent(last - 1) : { tick: 0, count: 0 };
  }

  /** The stops of a tick. @param {number} tick @returns {number[]} */
  stopsOf(tick) {
    return this.stops.filter((event) => this.tickOf(event) === tick);
  }

  /** The next stop of the story from a count on, or where it has no more, the next turning point; or -1. */
  nextStop(count) {
    return (
      this.stops.find((event) => event >= count) ?? [...this.turning].find((event) => event >= count) ?? -1
    );
  }

  /** The stop before the one that is shown; in a run without stops, the turning point before; or -1. */
  lastStop(count) {
    const among = this.stops.length ? this.stops : [...this.turning];
    return among.findLast((event) => event < count - 1) ?? -1;
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

  lastTick({ tick }) {
    return this.endOfTick(tick - 1);
  }

  /** The first event from `count` on that `wanted` says yes to, or -1. */
  find(count, wanted) {
    for (let event = count; event < this.events.length; event++)
      if (wanted(this.events[event], event)) return event;
    return -1;
  }

  /** The last event before `count` that `wanted` says yes to, or -1. */
  findBack(count, wanted) {
    for (let event = count - 1; event >= 0; event--) if (wanted(this.events[event], event)) return event;
    return -1;
  }
}

/** The events of a part of a branch. A file has a kind's place instead of its name, and says of a timer only when it is due. */
const eventsOf = (data) =>
  data.events.map(([tick, kind, node, detail, effects, changes]) => {
    const timed = typeof changes?.timer === "number" ? { ...changes, timer: [tick, changes.timer] } : changes;
    return [tick, data.event_kinds[kind], node, detail, effects, timed];
  });

/** What is said of each event of a part of a branch: [sentence, weight, how much of its end its node cannot know, its times (see Timeline.timed), if it has any]. */
const toldBy = (data) => data.told.map((place) => data.sentences[place]);

/** What a client asked, by the event in which it did; invoked, ended and returned are events. */
const operationOf = ([invoked, client, byHand, words, ended, returned, answer, stale]) => [
  invoked,
  { client, byHand, words, invoked, ended, returned, answer, stale: Boolean(stale) },
];

/** What clients had asked before some event of a branch, as it was then. */
function askedBefore(branch, count) {
  const asked = [...branch.asked].filter(([invoked]) => invoked < count);
  return asked.map(([invoked, operation]) => [
    invoked,
    operation.ended < count ? operation : { ...operation, ended: undefined, returned: undefined },
  ]);
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

/** The turning points that "run until" can wait for: all except the actions of people. kind -> words
 * @param {Timeline} timeline @param {Set<string>} deeds */
export function goalsOf(timeline, deeds) {
  return Object.fromEntries(Object.entries(timeline.turns).filter(([kind]) => !deeds.has(kind)));
}
