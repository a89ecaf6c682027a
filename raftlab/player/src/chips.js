/* The places of the clients: each below the node that it asked, so that the line between them crosses no other node. Needs no page. */

import { sharedArea } from "./boxes.js";

/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {{id: string, node: string, size: number, width: number}} Chip  size: of the figure; width: of the words beside it */
/** @typedef {{x: number, isLeft: boolean, box: Box}} ChipStand  x: the middle of the figure; isLeft: do its words stand left of it? */

const STEP_ASIDE = 6; // pixels
// The cost of a place, in pixels, is its distance from the node, plus:
const CROSSED = 1e4; // its line crosses another node
const BRUSHED = 160; // its line passes close to another node, or crosses the label of its own

/** A place for each client, near its node; null if there is no room for all.
 * @param {Chip[]} chips
 * @param {Box} strip  the area for the clients
 * @param {import("./layout.js").Layout} layout
 * @param {Record<string, Box>} blocks  of the nodes of this island
 * @returns {Map<string, ChipStand> | null} */
export function chipsIn(chips, strip, layout, blocks) {
  const whole = chips.reduce((sum, { size, width }) => sum + size + width + layout.font, -layout.font);
  if (whole > strip.width) return null;
  return nearest(chips, strip, layout, blocks) ?? sideBySide(chips, strip, layout, whole);
}

/** Place the clients one after the other, each where its line to its node is short and crosses nothing. */
function nearest(chips, strip, layout, blocks) {
  /** @type {Map<string, ChipStand>} */
  const stands = new Map();
  for (const { id, node, size, width } of chips) {
    const whole = size + width;
    const taken = [...stands.values()].map(({ box }) => widened(box, layout.font));
    const others = Object.keys(blocks).filter((each) => each !== node);
    const goal = layout.place[node];
    const steps = Math.floor((strip.width - size) / STEP_ASIDE) + 1;
    const places = Array.from({ length: steps }, (_, step) => strip.x + size / 2 + step * STEP_ASIDE);
    /** @type {{cost: number, stand: ChipStand} | null} */
    let best = null;
    // The nearest places come first, so the search ends when the distance alone exceeds the lowest cost so far.
    for (const x of places.sort((a, b) => Math.abs(a - goal.x) - Math.abs(b - goal.x)))
      for (const isLeft of [false, true]) {
        const away = Math.abs(x - goal.x) + (isLeft ? 1 : 0);
        if (best && away >= best.cost) continue;
        const box = {
          x: isLeft ? x + size / 2 - whole : x - size / 2,
          y: strip.y,
          width: whole,
          height: strip.height,
        };
        if (box.x < strip.x || box.x + whole > strip.x + strip.width) continue;
        if (taken.some((other) => sharedArea(box, other))) continue;
        const top = { x, y: strip.y };
        const crossed = others.filter((each) => entersAt(blocks[each], top, goal) < 1).length;
        const brushed = others.filter(
          (each) => entersAt(widened(blocks[each], 3 * layout.font), top, goal) < 1,
        ).length;
        const isCovered = entersAt(labelBelow(layout, node, blocks[node]), top, goal) < 1;
        const cost = away + crossed * CROSSED + (brushed + (isCovered ? 1 : 0)) * BRUSHED;
        if (!best || cost < best.cost) best = { cost, stand: { x, isLeft, box } };
      }
    if (!best) return null;
    stands.set(id, best.stand);
  }
  return stands;
}

/** If that leaves no room for some: place them from left to right, in the order of their nodes. */
function sideBySide(chips, strip, { place, font }, whole) {
  const gap = font + (strip.width - whole) / Math.max(1, chips.length - 1);
  const stands = new Map();
  let { x } = strip;
  for (const { id, size, width } of [...chips].sort((a, b) => place[a.node].x - place[b.node].x)) {
    const box = { x, y: strip.y, width: size + width, height: strip.height };
    stands.set(id, { x: x + size / 2, isLeft: false, box });
    x += box.width + gap;
  }
  return stands;
}

const widened = (box, gap) => ({ ...box, x: box.x - gap, width: box.width + 2 * gap });

/** The box of what is below a node's disc: its label, or a value. */
function labelBelow({ place, ring }, node, block) {
  const y = place[node].y + ring + 4;
  return { x: block.x, y, width: block.width, height: Math.max(0, block.y + block.height - y) };
}

/** The line from a client to its node. It ends at the edge of the node, or of what is below the node. Null if it would cross
 * another node, because it would seem to lead there.
 * @param {ChipStand} stand
 * @param {import("./layout.js").Layout} layout
 * @param {string} node
 * @param {Record<string, Box>} blocks  of the nodes of this island
 * @returns {{x1: number, y1: number, x2: number, y2: number} | null} */
export function tieOf({ x, box }, layout, node, blocks) {
  const [from, to] = [{ x, y: box.y }, layout.place[node]];
  if (Object.keys(blocks).some((each) => each !== node && entersAt(blocks[each], from, to) < 1)) return null;
  const edge = 1 - (layout.ring + 4) / Math.hypot(to.x - from.x, to.y - from.y);
  const share = Math.max(0, Math.min(edge, entersAt(labelBelow(layout, node, blocks[node]), from, to)));
  return { x1: x, y1: from.y, x2: x + (to.x - x) * share, y2: from.y + (to.y - from.y) * share };
}

/** The share of the way from one point to another at which a box begins; 1 if the way does not cross it.
 * @param {Box} box
 * @param {import("./lanes.js").Point} from
 * @param {import("./lanes.js").Point} to */
export function entersAt({ x, y, width, height }, from, to) {
  let [first, last] = [0, 1];
  for (const [start, way, low, high] of [
    [from.x, to.x - from.x, x, x + width],
    [from.y, to.y - from.y, y, y + height],
  ]) {
    if (Math.abs(way) < 1e-9) {
      if (start < low || start > high) return 1;
      continue;
    }
    const [a, b] = [(low - start) / way, (high - start) / way];
    first = Math.max(first, Math.min(a, b));
    last = Math.min(last, Math.max(a, b));
  }
  return first < last ? first : 1;
}
