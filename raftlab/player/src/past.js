/* The space-time diagram in numbers: the places of its lanes, and the part of a branch's past in a span of time. Needs no page. */

import { groupsOf } from "./groups.js";
import { firstNot } from "./search.js";

/** @typedef {import("./trace.js").Branch} Branch */
/** @typedef {{event: number, tick: number, state: string|null, role: string|null, term: number, what: string}} Piece
 * a piece of a node's line: the event and tick at which it begins, the node's state in it, and the kind of event that caused it */

const LETTERS = { phone: 12, notebook: 12, laptop: 13, projector: 22 }; // pixels

const NOW_AT = 0.85; // a share of the width: when the present would be further right, the picture moves on by TURN, so it seldom moves
const TURN = 0.45;

const LOWEST_LANE = 1.8; // the least height of a lane, as a multiple of the font size

const fontOf = (width, size) =>
  size === "laptop" ? Math.max(LETTERS.laptop, Math.min(18, Math.floor(width / 48))) : LETTERS[size];

const rowOf = (font) => Math.round(font * 2.4);

/** The number of rows of clients that fit below the lanes.
 * @param {{width: number, height: number, lanes: number, size: string}} room */
export function rowsBelow({ width, height, lanes, size }) {
  const font = fontOf(width, size);
  return Math.max(0, Math.floor((height - font * (3.4 + lanes * LOWEST_LANE) - 4) / rowOf(font)));
}

/** The sizes of the picture. step: pixels of a tick, so that the word of a message has room on its way.
 * letters: those of the longest word beside a lane. cuts: is a line above the lanes needed for further cuts?
 * @param {{width: number, height: number, lanes: number, rows: number, delay: number[], letters: number, cuts?: boolean, size: string}} room rows: of clients */
export function spaceRoom({ width, height, lanes, rows, delay, letters, cuts = false, size }) {
  const font = fontOf(width, size);
  const left = Math.round(font * (0.56 * letters + 0.8));
  const top = Math.round(font * (cuts ? 3.4 : 2));
  const row = rowOf(font);
  const lane = Math.max(font * LOWEST_LANE, Math.min(font * 9, (height - top - rows * row - 4) / lanes));
  const typical = Math.max(1, (delay[0] + delay[1]) / 2);
  const step = Math.max(font * 0.55, Math.min(font * 1.9, (font * 4.2) / typical));
  return { font, left, top, row, lane, step, span: Math.max(4, (width - left - 6) / step) };
}

/** The beginning of the span that shows a moment. It is the same for many moments in a row.
 * @param {number} time @param {number} span in ticks */
export function beginningFor(time, span) {
  return Math.max(0, Math.ceil((time - NOW_AT * span) / (TURN * span)) * TURN * span);
}

/** The marks of an axis, in ticks, with enough room between them for their labels.
 * @param {number} from @param {number} to in ticks @param {number} step pixels of a tick @param {number} apart pixels
 * @param {number} unit how many of what is counted there are in a tick */
export function axisMarks(from, to, step, apart, unit) {
  const least = (apart / step) * unit;
  const power = 10 ** Math.floor(Math.log10(least));
  const [widest, ...narrower] = [10, 5, 2, 1].map((each) => each * power);
  const between = (narrower.findLast((each) => each >= least) ?? widest) / unit;
  const marks = [];
  for (let place = Math.ceil(from / between - 1e-9); place * between <= to; place++)
    marks.push({ tick: place * between, value: Number((place * between * unit).toPrecision(12)) });
  return marks;
}

/** The part of a branch's past that was read so far. Only new events are read; the others are cached. */
function pastOf(branch) {
  branch.past ||= {
    read: 0,
    messages: 0,
    longest: 0,
    lives: Object.fromEntries(branch.timeline.nodes.map((node) => [node, [begun(branch, node)]])),
    cuts: [{ event: -1, tick: 0, down: branch.start.network.down || [] }],
  };
  const { past } = branch;
  for (; past.read < branch.events.length; past.read++) {
    const [tick, what, node, , , changes] = branch.events[past.read];
    if (changes?.network?.down) past.cuts.push({ event: past.read, tick, down: changes.network.down });
    if (
      !(node in past.lives) ||
      !(changes && ("role" in changes || "status" in changes || "term" in changes))
    )
      continue;
    const before = past.lives[node].at(-1);
    const status = changes.status ?? before.status;
    const role = changes.role === undefined ? before.role : changes.role;
    past.lives[node].push({
      event: past.read,
      tick,
      status,
      role,
      state: status === "running" ? role : status,
      term: changes.term ?? before.term,
      what,
    });
  }
  for (; past.messages < branch.messages.length; past.messages++) {
    const [, , , , sent, arrives] = branch.messages[past.messages];
    past.longest = Math.max(past.longest, arrives - sent);
  }
  return past;
}

function begun(branch, node) {
  const { status, role, term } = branch.start.views[node];
  return {
    event: -1,
    tick: 0,
    status,
    role,
    state: status === "running" ? role : status,
    term,
    what: "start",
  };
}

/** The pieces of a node's line that end after a tick and have begun by a moment.
 * @param {Branch} branch @param {string} node @param {number} from a tick @param {number} count
 * @returns {Piece[]} */
export function lifeFrom(branch, node, from, count) {
  const pieces = pastOf(branch).lives[node];
  const end = firstNot(pieces.length, (place) => pieces[place].event < count);
  const begin = firstNot(end, (place) => pieces[place].tick <= from);
  return pieces.slice(Math.max(0, begin - 1), end);
}

/** A cut in the picture, computed once: for each gap between two lanes, whether all directions across it are cut, downwards and
 * upwards; and the cut directions at which there is no such wall. */
function cutAt(cut, nodes) {
  if (cut.walls) return cut;
  const down = new Set(cut.down);
  const allCut = (lane, way) =>
    nodes
      .slice(0, lane + 1)
      .every((above) => nodes.slice(lane + 1).every((below) => down.has(way(above, below))));
  cut.walls = nodes.slice(1).map((_, lane) => ({
    there: allCut(lane, (above, below) => `${above}>${below}`),
    back: allCut(lane, (above, below) => `${below}>${above}`),
  }));
  cut.others = cut.down.filter((way) => {
    const [from, to] = way.split(">").map((node) => nodes.indexOf(node));
    if (from < 0 || to < 0) return false;
    const between = cut.walls.slice(Math.min(from, to), Math.max(from, to));
    return !between.some(({ there, back }) => (from < to ? there : back));
  });
  return cut;
}

/** The periods in which a part of the cuts stays the same, if they end after a tick and have begun by a moment.
 * what: returns this part of a cut, or null if there is none.
 * @returns {{tick: number, end: number|null, cut: any, is: string}[]} */
function stretches(branch, nodes, from, count, what) {
  const { cuts } = pastOf(branch);
  const last = firstNot(cuts.length, (place) => cuts[place].event < count);
  const first = Math.max(0, firstNot(last, (place) => cuts[place].tick <= from) - 1);
  /** @type {{tick: number, end: number | null, cut: any, is: string}[]} */
  const found = [];
  /** @type {{tick: number, end: number | null, cut: any, is: string} | null} */
  let open = null;
  for (let place = first; place < last; place++) {
    const cut = cutAt(cuts[place], nodes);
    const is = what(cut);
    if (open && open.is === is) continue;
    if (open) open.end = cut.tick;
    open = is === null ? null : { tick: cut.tick, end: null, cut, is };
    if (open) found.push(open);
  }
  return found.filter(({ tick, end }) => end === null || (end > from && end > tick));
}

/** The walls between lanes, through which nothing passes: from tick to tick (null: still there), below a lane, for both directions or one.
 * @param {Branch} branch @param {string[]} nodes @param {number} from a tick @param {number} count
 * @returns {{lane: number, tick: number, end: number|null, there: boolean, back: boolean}[]} */
export function wallsFrom(branch, nodes, from, count) {
  return nodes.slice(1).flatMap((_, lane) =>
    stretches(branch, nodes, from, count, ({ walls }) => {
      const { there, back } = walls[lane];
      return there || back ? `${there} ${back}` : null;
    }).map(({ tick, end, cut }) => ({ lane, tick, end, ...cut.walls[lane] })),
  );
}

/** Cuts for which there can be no wall between lanes, because other messages pass there: from tick to tick, in words.
 * @param {Branch} branch @param {string[]} nodes @param {number} from a tick @param {number} count
 * @returns {{tick: number, end: number|null, words: string}[]} */
export function otherCutsFrom(branch, nodes, from, count) {
  return stretches(branch, nodes, from, count, ({ others }) => (others.length ? others.join() : null)).map(
    ({ tick, end, cut }) => ({ tick, end, words: cutWords(nodes, cut) }),
  );
}

/** Is there ever a cut for which there can be no wall?
 * @param {Branch} branch @param {string[]} nodes */
export const hasOtherCuts = (branch, nodes) =>
  pastOf(branch).cuts.some((cut) => cutAt(cut, nodes).others.length > 0);

/** "n1 n3 | n2 n4" if groups are cut off from each other completely; otherwise the links: "n1–n3" for both directions, "n2→n4" for one. */
function cutWords(nodes, { down, others }) {
  const groups = groupsOf(nodes, down);
  const apart = groups.reduce((sum, { length }) => sum + length * (nodes.length - length), 0);
  if (groups.length > 1 && apart === down.length) return groups.map((group) => group.join(" ")).join(" | ");
  const cut = new Set(others);
  const links = others.flatMap((way) => {
    const [from, to] = way.split(">");
    if (!cut.has(`${to}>${from}`)) return `${from}→${to}`;
    return nodes.indexOf(from) < nodes.indexOf(to) ? `${from}–${to}` : [];
  });
  return links.join(", ");
}

/** The ids of the messages that were sent by a moment and may have been on their way after a tick, in order.
 * @param {Branch} branch @param {number} from a tick @param {number} tick @returns {number[]} */
export function messagesFrom(branch, from, tick) {
  const { longest } = pastOf(branch);
  const first = firstNot(branch.messages.length, (id) => branch.messages[id][4] < from - longest);
  const ids = [];
  for (let id = first; id < branch.messages.length && branch.messages[id][4] <= tick; id++) ids.push(id);
  return ids;
}
