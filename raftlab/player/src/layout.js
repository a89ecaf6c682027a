/* Where everything of the cluster stands, in CSS pixels. Pure numbers: it needs no page.
 *
 * Nodes that can hear each other form an island. Around a node there is a block that nothing else may enter: its
 * disc with the timer around it, the room for its label on the outer side, and the room for a value below it. */

import { sharedArea } from "./boxes.js";

/**
 * @typedef {import("./boxes.js").Box} Box
 * @typedef {{x: number, y: number, outward: -1 | 1}} Place  the middle of a node, and on which side its label stands
 * @typedef {{x1: number, y1: number, x2: number, y2: number}} Wall
 * @typedef {Box & {nodes: string[], strip: Box | null}} Island  strip: where its clients stand
 * @typedef {{lines: number, em: number, under: number, votes?: number}} Labels  lines of the label, its widest line in letters'
 *   heights, and lines below a node; votes: the room of the votes, in letters' heights, if they stand beside the words
 * @typedef {{small: number, radius: number, air: number, grid: boolean, strips: boolean, font: number, beside?: boolean}} Style
 *   beside: the votes stand in one line with the words
 * @typedef {{style: Style, halfWidth: number, ring: number, out: number, down: number, width: number, height: number}} Block
 * @typedef {{share: number, groups: string[][]}[]} Shape  rows of islands, and each row's share of the height
 * @typedef {{nodes: string[], width: number, height: number, groups?: string[][], down?: string[], labels?: Labels,
 *   projector?: boolean, clients?: boolean}} Wanted
 * @typedef {{radius: number, ring: number, font: number, small: number, labels: Labels, place: Record<string, Place>,
 *   islands: Island[], walls: Wall[]}} Layout
 */

const SMALLEST = 26; // the radius of a node: 52 px across
const ON_PROJECTOR = 48;

/** Where everything stands: the largest nodes with the fullest labels for which nothing touches.
 * @param {Wanted} wanted
 * @returns {Layout} */
export function layoutOf(wanted) {
  const full = {
    groups: [wanted.nodes],
    down: [],
    labels: { lines: 1, em: 5.5, under: 0 },
    projector: false,
    clients: false,
    ...wanted,
  };
  const [roomy, tight] = [false, true].map((isTight) => {
    const room = roomIn(full, isTight);
    return { room, shapes: [...shapesOf(full.groups, room)] };
  });
  for (const style of stylesFor(full)) {
    const found = arranged(full, style, style.small === 2 ? tight : roomy);
    if (found) return found;
  }
  return inOneRow(full);
}

/** How much of a label is shown, and whether the votes stand beside its words: where there is height, and where there is little.
 * @type {[number, boolean][]} */
const HIGH = [
  [0, false],
  [1, false],
  [2, false],
];
/** @type {[number, boolean][]} */
const LOW = [[1, true], ...HIGH.slice(1)];
const votesRoom = (count) => 1.8 + 0.8 * Math.min(count, 6); // letters' heights of so many dots, and of the gate among them

/** Every way to draw the nodes, from the best to the smallest.
 * small: 0 = all lines of the label, 1 = one line, 2 = a sign on the rim of the node, and no line of its own. */
function* stylesFor({ nodes, width, height, labels, projector, clients }) {
  const large = Math.min(Math.sqrt(width * height), 2 * Math.min(width, height));
  const most = projector
    ? Math.max(ON_PROJECTOR, Math.min(110, large * 0.08))
    : Math.max(SMALLEST, Math.min(110, Math.max(18 + large * 0.042, large * 0.07)));
  const letters = projector ? 22 : Math.max(large > 330 ? 14 : 13, Math.min(26, most * 0.33));
  const low = height < (nodes.length > 6 ? 420 : 300) * (projector ? 1.15 : 1); // there a second line would press the nodes into a row
  const ranges = projector
    ? [
        { from: most, to: ON_PROJECTOR, sizes: [letters] },
        { from: ON_PROJECTOR - 2, to: SMALLEST, sizes: [16] },
      ]
    : [{ from: most, to: SMALLEST, sizes: [letters, 14, 12].filter((size) => size <= letters) }];
  ranges.push({ from: SMALLEST - 2, to: 6, sizes: [11] });
  for (const { from, to, sizes } of ranges) {
    const chip = to >= ON_PROJECTOR ? 16 : 12; // letters on the rim of a node
    for (const strips of clients ? [true, false] : [false])
      for (const [small, beside] of low ? LOW : HIGH) {
        if (beside && labels.lines < 2) continue;
        const fonts = small === 2 ? [Math.min(sizes[0], chip)] : sizes;
        for (const font of fonts)
          for (const air of [0.55, 0.3, 0.12])
            for (const radius of downTo(from, beside ? Math.max(to, 0.8 * from) : to))
              yield { small, radius, air: air * radius, grid: false, strips, font, beside };
        for (const font of fonts)
          for (const air of beside ? [] : [6, 0])
            yield { small, radius: to, air, grid: true, strips, font, beside };
      }
  }
}

function* downTo(from, to) {
  for (let radius = from; radius > to; radius -= 3) yield radius;
  yield to;
}

/** The room that one node needs. @param {Style} style @param {Labels} labels @returns {Block} */
function blockOf(style, labels) {
  const { small, radius, font } = style;
  const ring = radius + (small === 2 ? Math.max(4, radius * 0.13) : Math.max(7, radius * 0.2));
  const edge = ring + 3; // the arc is drawn around this line
  const lines = [labels.lines, 1, 0][small];
  const out = small === 2 ? Math.max(edge + 2, ring + font * 0.62 - 2.5) : edge + lines * font * 1.35 + 4;
  const under = small === 2 ? 0 : labels.under * font * 1.25;
  const words = labels.em + (labels.votes ?? 0);
  const halfWidth = Math.max(edge, small === 2 ? 0 : (words * font) / 2 + 2);
  return {
    style,
    ring,
    halfWidth,
    out,
    down: edge + under,
    width: 2 * halfWidth,
    height: out + edge + under,
  };
}

/** How far a block reaches above and below the middle of its node. A value always stands below, a label outward. */
const above = (block, outward) => (outward < 0 ? block.out : block.ring + 3);
const below = (block, outward) => block.height - above(block, outward);

/** What is left within the margin. @returns {Box} */
function roomIn({ width, height }, isTight) {
  const margin = isTight ? 2 : Math.max(8, (Math.min(width, height) - 300) * 0.05);
  return { x: margin, y: margin, width: width - 2 * margin, height: height - 2 * margin };
}

/** All islands with their nodes, or null where the room does not do for this style.
 * @param {Required<Wanted>} wanted @param {Style} style @param {{room: Box, shapes: Shape[]}} space @returns {Layout | null} */
function arranged({ nodes, down, labels: said }, style, { room, shapes }) {
  const labels = style.beside ? { ...said, votes: votesRoom(nodes.length) } : said;
  const block = blockOf(style, labels);
  for (const shape of shapes) {
    const islands = islandsIn(shape, room, block);
    if (!islands) continue;
    const place = {};
    const full = islands.every((island) => Object.assign(place, around(island, block)) && island.fits);
    if (!full) continue;
    for (const island of islands) showCuts(place, island.nodes, down, block);
    return {
      radius: style.radius,
      ring: block.ring,
      font: style.font,
      small: style.small,
      labels,
      place,
      islands: islands.map(({ nodes, x, y, width, height, strip }) => ({
        nodes,
        x,
        y,
        width,
        height,
        strip,
      })),
      walls: wallsBetween(islands, shape, room),
    };
  }
  return null;
}

/** The ways to set islands in rows, the one that suits the room best first. @returns {Generator<Shape>} */
function* shapesOf(groups, { width, height }) {
  if (groups.length === 1) {
    yield [{ share: 1, groups }];
    return;
  }
  const counts = groups.map((_, i) => i + 1);
  const wished = Math.sqrt((groups.length * height) / width) * (width > height * 1.1 ? 0.8 : 1);
  counts.sort((a, b) => Math.abs(Math.log(a / wished)) - Math.abs(Math.log(b / wished)) || a - b);
  for (const count of counts) for (const power of [1, 0.5, 0]) yield rowsOf(groups, count, power);
}

function rowsOf(groups, count, power) {
  const rows = [];
  const left = [...groups];
  for (let row = 0; row < count; row++) {
    const nodesLeft = left.reduce((sum, group) => sum + group.length, 0);
    const taken = [left.shift()];
    let size = taken[0].length;
    while (left.length > count - row - 1 && size + left[0].length / 2 <= nodesLeft / (count - row)) {
      size += left[0].length;
      taken.push(left.shift());
    }
    rows.push({ groups: taken, share: Math.max(...taken.map((group) => group.length)) ** power });
  }
  rows.at(-1).groups.push(...left);
  const whole = rows.reduce((sum, { share }) => sum + share, 0);
  return rows.map((row) => ({ groups: row.groups, share: row.share / whole }));
}

/** The boxes of the islands, each at least as wide as its nodes need, or null. */
function islandsIn(shape, room, block) {
  const alone = shape.length === 1 && shape[0].groups.length === 1;
  const { small, font, strips, air } = block.style;
  const gap = small === 2 ? 9 : font * 2.1;
  const pad = alone ? 0 : small === 2 ? 1 : 6 + air * 0.4;
  const stripHeight = strips ? font * 1.9 : 0;
  const height = room.height - gap * (shape.length - 1);
  const islands = [];
  let y = room.y;
  for (const { groups, share } of shape) {
    const inner = height * share - 2 * pad - stripHeight;
    const least = groups.map((group) => leastWidth(group.length, inner, block) + 2 * pad);
    const spare = room.width - gap * (groups.length - 1) - least.reduce((sum, each) => sum + each, 0);
    if (!(spare >= 0)) return null;
    const nodes = groups.reduce((sum, group) => sum + group.length, 0);
    let x = room.x;
    groups.forEach((group, i) => {
      const width = least[i] + (spare * group.length) / nodes;
      const strip = strips
        ? {
            x: x + pad + 4,
            y: y + height * share - pad - stripHeight,
            width: width - 2 * pad - 8,
            height: stripHeight,
          }
        : null;
      const box = { x: x + pad, y: y + pad, width: width - 2 * pad, height: inner };
      islands.push({ nodes: group, x, y, width, height: height * share, strip, box });
      x += width + gap;
    });
    y += height * share + gap;
  }
  return islands;
}

/** How wide a box of this height must be for some nodes in columns; Infinity where not even one fits. */
function leastWidth(count, height, { width, height: tall, style: { air } }) {
  const rows = Math.floor((height + air + 0.001) / (tall + air));
  if (rows < 1) return Number.POSITIVE_INFINITY;
  const columns = Math.ceil(count / rows);
  return columns * width + (columns - 1) * air;
}

/** Two nodes change places if a cut link would run through a third node otherwise, where it could not be seen.
 * @param {Record<string, Place>} place @param {string[]} nodes  those of one island @param {string[]} down @param {Block} block */
function showCuts(place, nodes, down, block) {
  const cut = down.map((way) => way.split(">")).filter((ends) => ends.every((node) => nodes.includes(node)));
  const hidden = (places) =>
    cut.filter(([a, b]) =>
      nodes.some(
        (node) =>
          node !== a && node !== b && distanceFrom(places[node], places[a], places[b]) < block.style.radius,
      ),
    ).length;
  let best = { count: hidden(place), swapped: {} };
  for (const [i, a] of nodes.entries())
    for (const b of best.count ? nodes.slice(i + 1) : []) {
      const swapped = { [a]: place[b], [b]: place[a] };
      const count = hidden({ ...place, ...swapped });
      if (count < best.count) best = { count, swapped };
    }
  Object.assign(place, best.swapped);
}

/** How far a point is from the way between two others. */
function distanceFrom(point, from, to) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx * dx + dy * dy);
  const share = Math.max(0, Math.min(1, along));
  return Math.hypot(point.x - from.x - share * dx, point.y - from.y - share * dy);
}

const STARTS = [-90, 180, 90, 0];
const longest = (count) => (count > 4 ? 2.2 : 3.2); // times as long as high: few nodes keep clear of each other's messages

/** Places of an island's nodes: on an oval if they keep clear of each other there, else in rows. */
function around(island, block) {
  const { nodes, box } = island;
  for (const start of nodes.length > 3 ? STARTS.slice(0, 1) : STARTS)
    for (const stretch of [Math.max(1.45, Math.min(longest(nodes.length), box.width / box.height)), 9]) {
      const points = onOval(nodes.length, box, block, (start * Math.PI) / 180, stretch);
      if (points && apart(points, box, block)) {
        island.fits = true;
        return Object.fromEntries(nodes.map((node, i) => [node, points[i]]));
      }
    }
  island.fits = block.style.grid;
  return block.style.grid ? placedInRows(nodes, box, block) : {};
}

/** Points on the largest oval in a box; it is at most so many times as long as it is high, or as high as it is long. */
function onOval(count, box, block, start, stretch) {
  const units = Array.from({ length: count }, (_, i) => {
    const angle = start + (2 * Math.PI * i) / count;
    return count === 1 ? [0, 0] : [Math.cos(angle), Math.sin(angle)];
  });
  const outward = units.map(([, y]) => (y < 0.05 ? -1 : 1));
  const tops = units.map((_, i) => above(block, outward[i]));
  const bottoms = units.map((_, i) => below(block, outward[i]));
  const [top, bottom] = [
    box.y + Math.max(...tops.filter((_, i) => outward[i] < 0), 0),
    box.y + box.height - Math.max(...bottoms.filter((_, i) => outward[i] > 0), bottoms[0]),
  ];
  const [left, right] = [box.x + block.halfWidth, box.x + box.width - block.halfWidth];
  if (right < left - 0.001 || bottom < top - 0.001) return null;
  const spread = (place) => {
    const values = units.map((unit) => unit[place]);
    return [Math.min(...values), Math.max(...values)];
  };
  const [[x0, x1], [y0, y1]] = [spread(0), spread(1)];
  let [wide, tall] = [right - left, bottom - top];
  if (x1 - x0 > 0.01 && y1 - y0 > 0.01) {
    wide = Math.max(0, Math.min(wide, (tall + block.height) * stretch - block.width));
    tall = Math.max(0, Math.min(tall, (wide + block.width) * stretch - block.height));
  }
  const at = (value, low, high, from, room) =>
    high - low < 0.01 ? from : from + ((value - low) / (high - low) - 0.5) * room;
  return units.map(([x, y], i) => ({
    x: at(x, x0, x1, (left + right) / 2, wide),
    y: at(y, y0, y1, (top + bottom) / 2, tall),
    outward: outward[i],
  }));
}

/** Push points apart until no block touches another. Did that succeed? */
function apart(points, box, block) {
  const { air } = block.style;
  for (let round = 0; round < 60; round++) {
    let clear = true;
    for (let i = 0; i < points.length; i++)
      for (let j = i + 1; j < points.length; j++)
        if (!pushed(points[i], points[j], block, air)) clear = false;
    for (const point of points) keepInside(point, box, block);
    if (clear)
      return points.every((point, i) => points.every((other, j) => i === j || clearOf(point, other, block)));
  }
  return false;
}

/** How far two blocks reach into each other: [across, down]; not at all where one of them is negative. */
function overlap(a, b, block, air) {
  const middle = (point) => point.y + (below(block, point.outward) - above(block, point.outward)) / 2;
  return [
    block.width + air - Math.abs(a.x - b.x),
    block.height + air - Math.abs(middle(a) - middle(b)),
    Math.sign(middle(b) - middle(a)) || 1,
  ];
}

const clearOf = (a, b, block) => {
  const [across, down] = overlap(a, b, block, 0);
  return across < 0.01 || down < 0.01;
};

function pushed(a, b, block, air) {
  const [across, down, lower] = overlap(a, b, block, air);
  if (across < 0.01 || down < 0.01) return true;
  if (across < down) {
    const way = Math.sign(b.x - a.x) || 1;
    a.x -= (way * across) / 2;
    b.x += (way * across) / 2;
  } else {
    a.y -= (lower * down) / 2;
    b.y += (lower * down) / 2;
  }
  return false;
}

function keepInside(point, box, block) {
  point.x = Math.max(box.x + block.halfWidth, Math.min(box.x + box.width - block.halfWidth, point.x));
  point.y = Math.max(
    box.y + above(block, point.outward),
    Math.min(box.y + box.height - below(block, point.outward), point.y),
  );
}

/** Nodes in as few rows as the width allows. A single row sways, so that what flies between two nodes passes by those between them. */
function placedInRows(nodes, box, block) {
  const most = Math.max(1, Math.floor((box.width + 0.001) / block.width));
  const rows = Math.ceil(nodes.length / most);
  const place = {};
  let next = 0;
  for (let row = 0; row < rows; row++) {
    const count = Math.ceil((nodes.length - next) / (rows - row));
    const outward = row < rows / 2 ? -1 : 1;
    const slot = box.height / rows;
    const y = box.y + slot * row + (slot - block.height) / 2 + above(block, outward);
    const sway = rows === 1 && count > 2 ? Math.min((slot - block.height) / 2, block.ring) : 0;
    for (let column = 0; column < count; column++, next++)
      place[nodes[next]] = {
        x: box.x + (box.width * (column + 0.5)) / count,
        y: y + (column % 2 ? sway : -sway),
        outward,
      };
  }
  return place;
}

/** A wall between any two islands beside each other, and between any two rows of islands. */
function wallsBetween(islands, shape, room) {
  const walls = [];
  let first = 0;
  shape.forEach(({ groups }, row) => {
    const here = islands.slice(first, first + groups.length);
    first += groups.length;
    here.slice(1).forEach((island, i) => {
      const x = (here[i].x + here[i].width + island.x) / 2;
      walls.push({ x1: x, y1: island.y, x2: x, y2: island.y + island.height });
    });
    if (row < shape.length - 1) {
      const y = (here[0].y + here[0].height + islands[first].y) / 2;
      walls.push({ x1: room.x, y1: y, x2: room.x + room.width, y2: y });
    }
  });
  return walls;
}

/** Where there is no room for anything: all in one row, as large as they can be. */
function inOneRow({ nodes, width, height, groups, labels }) {
  const radius = Math.max(1, Math.min(height / 3, width / nodes.length / 3));
  const place = Object.fromEntries(
    groups
      .flat()
      .map((node, i) => [node, { x: (width * (i + 0.5)) / nodes.length, y: height / 2, outward: -1 }]),
  );
  const whole = { x: 0, y: 0, width, height, strip: null };
  return {
    radius,
    ring: radius,
    font: 11,
    small: 2,
    labels,
    place,
    islands: [{ nodes, ...whole }],
    walls: [],
  };
}

/** The block of a node: what nothing else may enter. @param {Layout} layout @param {string} node @returns {Box} */
export function blockAt(layout, node) {
  const { radius, font, small } = layout;
  const block = blockOf({ small, radius, font, air: 0, grid: false, strips: false }, layout.labels);
  const { x, y, outward } = layout.place[node];
  return { x: x - block.halfWidth, y: y - above(block, outward), width: block.width, height: block.height };
}

/** What stands at a node: its words, and its votes where there is room for both. What it is is never given up for them.
 * @param {Layout} layout @param {{sign: string, called: string, lies?: string}} words @param {boolean} hasVotes */
export function labelAt({ small, labels }, { sign, called, lies }, hasVotes) {
  const words = small === 2 ? [sign] : [sign, called, lies];
  return { text: words.filter(Boolean).join(" "), dots: hasVotes && (small === 0 || Boolean(labels.votes)) };
}

/** Where the way from one node to another is cut: the point at which a message dies, and its share of the way.
 * @param {Layout} layout @param {string} src @param {string} dst */
export function cutOnTheWay({ place, walls, radius }, src, dst) {
  const [from, to] = [place[src], place[dst]];
  const shares = walls.map((wall) => crossing(from, to, wall)).filter((share) => share !== null);
  const share = shares.length ? Math.min(...shares) : 0.5;
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const back = shares.length ? Math.min(share, (radius * 0.3) / length) : 0; // it dies before the wall, not in it
  const at = share - back;
  return { x: from.x + (to.x - from.x) * at, y: from.y + (to.y - from.y) * at, share: at };
}

/** At which share of the way from one point to another a wall stands, or null. */
function crossing(from, to, { x1, y1, x2, y2 }) {
  const [dx, dy, wx, wy] = [to.x - from.x, to.y - from.y, x2 - x1, y2 - y1];
  const turn = dx * wy - dy * wx;
  if (Math.abs(turn) < 1e-9) return null;
  const share = ((x1 - from.x) * wy - (y1 - from.y) * wx) / turn;
  const along = ((x1 - from.x) * dy - (y1 - from.y) * dx) / turn;
  return share > 0 && share < 1 && along >= -0.01 && along <= 1.01 ? share : null;
}

/** Room for words of this size beside the way between two nodes, where they touch nothing that is taken.
 * @param {Layout} layout @param {string} a @param {string} b @param {number} width @param {number} height
 * @param {Box[]} taken @returns {Box} */
export function freeBeside({ place, ring }, a, b, width, height, taken) {
  const [from, to] = [place[a], place[b]];
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const reach = (Math.abs(uy) * width + Math.abs(ux) * height) / 2 + 4;
  let best = { hidden: Infinity, box: /** @type {Box} */ ({ x: 0, y: 0, width, height }) };
  for (const share of [0.5, 0.42, 0.58, 0.34, 0.66])
    for (const side of [0, reach, -reach, ring + reach, -ring - reach]) {
      const [x, y] = [
        from.x + (to.x - from.x) * share - uy * side,
        from.y + (to.y - from.y) * share + ux * side,
      ];
      const box = { x: x - width / 2, y: y - height / 2, width, height };
      const hidden =
        taken.reduce((sum, other) => sum + sharedArea(box, other), 0) +
        (x < width / 2 || y < height / 2 ? 1e4 : 0);
      if (hidden < best.hidden) best = { hidden, box };
    }
  return best.box;
}
