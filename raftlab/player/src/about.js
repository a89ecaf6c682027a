/* The sentences and fields of a thing's card. The templates of the sentences come with the trace. Needs no page. */

import { factsAt, isSame, UNKNOWN } from "./facts.js";
import { seenBy } from "./sight.js";
import { oddWords } from "./signs.js";
import { commandWords, entriesUpTo, inPlaces, listed, logWords, percent, plural } from "./words.js";

/** @typedef {{title: string, said: string[], fields: [string, any][]}} About */

/** The sentences and fields of a thing at a moment.
 * @param {import("./trace.js").Branch} branch
 * @param {{tick: number, count: number}} position
 * @param {import("./things.js").Thing} thing
 * @param {{has?: (word: string) => boolean, sight?: string | null}} [how] has: whether a part of the player is shown; sight: show
 *   only what this node knows
 * @returns {About}
 */
export function aboutThing(branch, position, thing, { has = () => true, sight = null } = {}) {
  const moment = { branch, position, world: branch.at(position.count), has };
  const about = ABOUT_KINDS[thing.kind](moment, thing);
  return sight && isVeiled(moment, thing, sight) ? { ...about, ...throughEyes(moment, thing, sight) } : about;
}

const ABOUT_KINDS = { node: aboutNode, message: aboutMessage, link: aboutLink, entry: aboutEntry };

/** The given templates, filled in. A template that needs a word which this protocol lacks is left out.
 * @param {{branch: any}} moment
 * @param {...any} wanted  [id, what is filled in], or nothing
 */
function sayings({ branch }, ...wanted) {
  const templates = branch.timeline.about;
  return wanted
    .filter((each) => each && each[0] in templates)
    .map(([id, data = {}]) => inPlaces(templates[id], data));
}

// -- Nodes -------------------------------------------------------------------------------------------------------

function aboutNode(moment, { id }) {
  const { branch, world, has } = moment;
  const { timeline } = branch;
  const view = world.views[id];
  const { words } = timeline;
  const number = view.term;
  const runs = view.status !== "crashed";
  const known = has("log");
  const counted = has("indexes");
  const said = sayings(
    moment,
    timeline.liars[id] && ["lies", { lie: timeline.liars[id][1] }],
    view.status !== "running" && [view.status],
    ...(runs ? roleOf(view, number) : []),
    runs && view.role !== "leader" && view.voted_for && votedFor(id, view),
    view.status === "running" &&
      view.timer &&
      view.role === "follower" &&
      has("timers") && ["due", { time: timeline.time(view.timer[1]) }],
    known && logOf(view),
  );
  const rows = [
    ["status", view.status],
    view.role && ["role", words[view.role]],
    words.term && [words.term, view.term],
    words.leader && ["voted_for", view.voted_for],
    runs && words.leader && ["leader", view.leader],
    runs && words.candidate && ["votes", view.votes],
    runs && counted && words.committed && ["commit_index", view.commit_index],
    runs && counted && words.committed && ["last_applied", view.last_applied],
    runs && counted && words.leader && ["next_index", view.next_index],
    runs && counted && words.leader && ["match_index", view.match_index],
    runs && ["timer", timerWords(timeline, view)],
    [
      "log",
      `${view.snapshot ? logWords(view) : plural(view.log.length, "entry", "entries")}${words.term ? `, last ${words.term} ${view.log.lastTerm}` : ""}`,
    ],
    timeline.votersAreInTheLog && ["who has a vote, by its log", listed(view.voters)],
    timeline.liars[id] && ["lies", brokenRules(timeline, id)],
  ];
  return { title: `${id}: ${timeline.called(view)}`, said, fields: fieldsOf(rows) };
}

function timerWords(timeline, { role, timer }) {
  if (!timer) return null;
  const { timer: usual, timer_leads: leads } = timeline.about;
  return inPlaces(role === "leader" && leads ? leads : usual, { time: timeline.time(timer[1]) });
}

function roleOf({ role, votes, voters, quorum, leader }, number) {
  if (role === "leader") return [["leads", { number }]];
  if (role === "candidate")
    return [["stands", { number, quorum, count: votes.filter((voter) => voters.includes(voter)).length }]];
  return [leader ? ["follows", { number, other: leader }] : ["knows_no_leader", { number }]];
}

function logOf({ log, commit_index: known, status }) {
  if (!log.length) return ["log_empty"];
  if (status === "crashed") return ["log_on_disk", { count: log.length }];
  return known ? ["log", { count: log.length, known }] : ["log_unknown", { count: log.length }];
}

const votedFor = (id, { voted_for: other }) => (other === id ? ["voted_itself"] : ["voted", { other }]);

/** The sentences of the rules that a liar breaks. */
function brokenRules({ liars, rules }, node) {
  const broken = (liars[node][1].match(/[A-Z]+(-\w+)?/g) || []).filter((id) => id in rules);
  return broken.map((id) => `${id}: ${rules[id][0]}`).join(" ") || null;
}

// -- Messages ----------------------------------------------------------------------------------------------------

function aboutMessage(moment, { id }) {
  const { branch, position, world } = moment;
  const { timeline } = branch;
  const message = branch.message(id);
  const fate = branch.fate(id, position.count);
  const at = (events) => ({ time: timeline.time(branch.tickOf(events[id])) });
  const told = {
    flying: () =>
      world.views[message.dst].status === "paused"
        ? ["waits", { other: message.dst }]
        : ["flying", { time: timeline.time(message.arrives) }],
    delivered: () => ["delivered", at(branch.deliveredAt)],
    lost: () => ["lost", { ...at(branch.lostAt), why: lossWords(branch, id) }],
  }[fate]();
  const { term } = timeline.words;
  return {
    title: `${timeline.messageName(message)}, ${message.src} → ${message.dst}`,
    said: sayings(moment, told),
    fields: fieldsOf([
      ["number", id],
      ["kind", message.kind],
      term && [term, message.term],
      ...Object.entries(message.fields),
      ["sent", timeline.time(message.sent)],
      ["due", timeline.time(message.arrives)],
    ]),
  };
}

function lossWords(branch, id) {
  const [, reason] = branch.events[branch.lostAt[id]][3];
  return branch.timeline.losses[reason] || reason;
}

// -- Links -------------------------------------------------------------------------------------------------------

function aboutLink(moment, { id }) {
  const [a, b] = id.split(">");
  const { world, branch } = moment;
  const { network } = world;
  const { timeline } = branch;
  const [there, back] = [!world.isDown(a, b), !world.isDown(b, a)];
  const odd = (src, dst) => network.odd?.[`${src}>${dst}`];
  const ways = [
    [a, b],
    [b, a],
  ].filter(([src, dst]) => odd(src, dst));
  const said = sayings(
    moment,
    there && back && ["link_up"],
    !there && !back && ["link_down"],
    there !== back && ["link_one_way", there ? { a, b } : { a: b, b: a }],
    ...(ways.length
      ? ways.map(([src, dst]) => [
          "link_way",
          { a: src, b: dst, how: oddWords(timeline.about, odd(src, dst), (delay) => timeline.span(delay)) },
        ])
      : [
          (there || back) && ["link_delay", { delay: timeline.span(network.delay) }],
          network.loss > 0 && ["link_loss", { share: percent(network.loss) }],
          network.duplication > 0 && ["link_duplication", { share: percent(network.duplication) }],
        ]),
  );
  const of = (src, dst, name) => odd(src, dst)?.[name] ?? network[name];
  const both = (name, show) => {
    const [one, other] = [show(of(a, b, name)), show(of(b, a, name))];
    return one === other ? one : `${one} from ${a}, ${other} from ${b}`;
  };
  return {
    title: `Link ${a} – ${b}`,
    said,
    fields: fieldsOf([
      [`${a} → ${b}`, there ? "works" : "cut"],
      [`${b} → ${a}`, back ? "works" : "cut"],
      ["delay", both("delay", (delay) => timeline.span(delay))],
      ["loss", both("loss", percent)],
      ["duplication", both("duplication", percent)],
    ]),
  };
}

// -- Entries -----------------------------------------------------------------------------------------------------

function aboutEntry(moment, { id, index }) {
  const { branch, position, world } = moment;
  const { words } = branch.timeline;
  const view = world.views[id];
  const entry = view.log.entry(index);
  const title = `Entry ${index} of ${id}`;
  if (!entry) return { title, said: sayings(moment, ["entry_gone", { node: id, index }]), fields: [] };
  if (index <= view.snapshot) return aboutSnapshot(moment, id, view);
  const [number, command] = entry;
  const isKnown = index <= view.commit_index;
  const facts = factsAt(branch, position.count, index);
  const fact = facts.find((each) => isSame(branch, entry, each));
  return {
    title,
    said: sayings(
      moment,
      ["entry", { node: id, index, number, command: commandWords(command) }],
      [isKnown ? "entry_known" : "entry_unknown"],
      fact
        ? ["entry_fact"]
        : facts.length
          ? ["entry_conflict", { command: facts[0].command }]
          : ["entry_no_fact"],
    ),
    fields: fieldsOf([
      ["command", command],
      words.term && [words.term, number],
      ["applied", index <= view.last_applied ? "yes" : "not yet"],
    ]),
  };
}

function aboutSnapshot(moment, id, { snapshot, log }) {
  const entries = log
    .toArray()
    .slice(0, snapshot)
    .map(([term, command]) => (command === UNKNOWN ? UNKNOWN : `${term}:${command}`));
  const isKnown = entries.some((each) => each !== UNKNOWN);
  return {
    title: `${entriesUpTo(snapshot)} of ${id}`.replace(/^e/, "E"),
    said: sayings(moment, ["entry_snapshot"]),
    fields: fieldsOf([["what there was", isKnown ? entries : "not known: it was sent the snapshot"]]),
  };
}

// -- Through the eyes of a node ------------------------------------------------------------------------------------

/** Is a thing hidden from a node? It knows its own state and log, and the messages that have just arrived.
 * @param {any} moment @param {any} thing @param {string} sight */
function isVeiled({ branch, position }, { kind, id }, sight) {
  if (kind === "link") return true;
  return kind === "message" ? !seenBy(branch, position, sight).inbox.includes(id) : id !== sight;
}

/** @param {any} moment @param {any} thing @param {string} node */
function throughEyes(moment, { kind, id }, node) {
  const { branch, position } = moment;
  if (kind !== "node") return { said: sayings(moment, ["cannot_see", { node }]), fields: [] };
  const { heard, term } = seenBy(branch, position, node).peers[id];
  const told =
    heard === null
      ? ["heard_nothing", { node }]
      : ["heard", { node, number: term, time: branch.timeline.time(branch.tickOf(heard)) }];
  return { title: id, said: sayings(moment, told), fields: [] };
}

// -- Fields --------------------------------------------------------------------------------------------------------

const fieldsOf = (rows) => rows.filter(Boolean).map(([name, value]) => [name, fieldText(value)]);

function fieldText(value) {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value))
    return value.map((each) => (Array.isArray(each) ? each.join(":") : each)).join(", ") || "none";
  if (typeof value === "object")
    return (
      Object.entries(value)
        .map(([key, each]) => `${key}: ${each}`)
        .join(", ") || "none"
    );
  return String(value);
}
