/* The places of messages between two nodes: beside the line between them, each direction on its own side. Needs no page. */

import { sharedArea } from "./boxes.js";

/** @typedef {{x: number, y: number}} Point */
/** @typedef {{width: number, height: number}} Size */
/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {{far: number, side: number}} Spot  far: pixels from the sender's middle; side: 1 = on its own lane, 2 = twice as far beside the line */

const NARROW = /[iljtf.,:;'|!()[\] ]/;
const WIDE = /[mwMWQ@%≠…]/;

/** The size of a message with a word on it; without a word it is a dot.
 * @param {string} word
 * @param {number} font the height of its letters, in pixels
 * @returns {Size} */
export function messageSize(word, font) {
  if (!word) return { width: font * 0.8, height: font * 0.8 };
  let letters = 0;
  for (const letter of word) letters += NARROW.test(letter) ? 0.36 : WIDE.test(letter) ? 0.9 : 0.62;
  return { width: (letters + 1) * font, height: font * 1.7 };
}

/** The way of one message from node to node. It begins and ends inside of them. */
export class Lane {
  /** @param {Point} from
   * @param {Point} to
   * @param {{radius: number, reach: number}} node reach: from the middle to the outer edge of all that surrounds it
   * @param {Size} size of the message */
  constructor(from, to, { radius, reach }, { width, height }) {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    this.from = from;
    this.length = Math.hypot(dx, dy) || 1;
    this.ux = dx / this.length;
    this.uy = dy / this.length;
    this.first = Math.min(radius * 0.4, this.length / 3);
    this.last = this.length - this.first;
    this.edge = Math.min(reach, this.length * 0.4);
    const [across, down] = [Math.abs(this.uy), Math.abs(this.ux)]; // the components of a step to the side
    // So far to the side that two messages that meet do not touch: their boxes must be apart in one of the two directions.
    const aside = Math.min(
      across ? width / 2 / across : Number.POSITIVE_INFINITY,
      down ? height / 2 / down : Number.POSITIVE_INFINITY,
    );
    this.aside = Math.min(aside + 2, this.length / 4);
    this.size = { width, height };
    this.half = (Math.abs(this.ux) * width + Math.abs(this.uy) * height) / 2; // half of the message's length along the way
  }

  /** The distance from the sender's middle at a share of the way between the edges of the nodes.
   * @param {number} share */
  farAt(share) {
    return this.edge + (this.length - 2 * this.edge) * share;
  }

  /** The spot at a share of the way; 0 and 1 are inside the nodes.
   * @param {number} share
   * @returns {Spot} */
  spotAt(share) {
    const far = share === 0 ? this.first : share === 1 ? this.last : this.farAt(share);
    return { far, side: 1 };
  }

  /** @param {number} share */
  flownAt(share) {
    return this.first + (this.last - this.first) * share;
  }

  /** @param {Spot} spot
   * @returns {Point} */
  at({ far, side }) {
    const share = (far - this.first) / (this.last - this.first);
    const bow = Math.min(1, 1.7 * Math.sin(Math.PI * Math.max(0, Math.min(1, share))));
    const beside = this.aside * side * bow;
    return {
      x: this.from.x + this.ux * far - this.uy * beside,
      y: this.from.y + this.uy * far + this.ux * beside,
    };
  }

  /** @param {Spot} spot
   * @param {number} room pixels to keep free on the left and on the right of the message
   * @returns {Box} */
  boxAt(spot, room = 0) {
    const { x, y } = this.at(spot);
    const { width, height } = this.size;
    return { x: x - width / 2 - room, y: y - height / 2, width: width + 2 * room, height };
  }

  /** Is a box on the sender's side of a wall?
   * @param {Box} box
   * @param {{x1: number, y1: number, x2: number, y2: number}} wall upright, or level */
  isBefore({ x, y, width, height }, { x1, y1, x2 }) {
    if (x1 === x2) return this.from.x < x1 ? x + width <= x1 : x >= x1;
    return this.from.y < y1 ? y + height <= y1 : y >= y1;
  }
}

const STEP = 5; // pixels
const SIDES = [1, 2.1, 3.2, 0, -1, 4.3, -2.1];
export const ON_THE_LINE = [1, 0, -1]; // sides on which a message still touches the line between its nodes

/** The spots of messages while nothing moves: as near to their places as possible without covering each other or a node.
 * @param {{id: number, lane: Lane, far: number, least?: number, most?: number, room?: number, walls?: any[], sides?: number[]}[]} resting
 *   far: the preferred distance from its sender; least, most: the limits of this distance; room: as in boxAt; walls: walls that
 *   it must not pass; sides: the allowed sides of the line, the best first
 * @param {Box[]} taken boxes that must not be covered
 * @param {Size} stage the area in which all messages must be
 * @returns {Map<number, Spot>} */
export function restingSpots(resting, taken, stage) {
  const covered = [...taken];
  /** @type {Map<number, Spot>} */
  const spots = new Map();
  for (const {
    id,
    lane,
    far,
    least = lane.farAt(0),
    most = lane.farAt(1),
    room = 0,
    walls = [],
    sides = SIDES,
  } of resting) {
    const isAllowed = (spot) => {
      const box = lane.boxAt(spot);
      return isWithin(box, stage) && walls.every((wall) => lane.isBefore(box, wall));
    };
    const spot = clearSpot(lane, { far, least, most, sides, room }, covered, isAllowed);
    spots.set(id, spot);
    covered.push(lane.boxAt(spot, room));
  }
  return spots;
}

const isWithin = (box, { width, height }) =>
  box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;

/** The nearest spot at which a message covers nothing; if there is none, that at which it covers least. */
function clearSpot(lane, { far: wanted, least, most, sides, room }, covered, isAllowed) {
  let best = { spot: { far: wanted, side: 1 }, cost: Number.POSITIVE_INFINITY };
  for (const side of sides)
    for (let off = 0; off <= most - least; off += STEP)
      for (const far of off ? [wanted + off, wanted - off] : [wanted]) {
        if (far < least || far > most) continue;
        const spot = { far, side };
        if (!isAllowed(spot)) continue;
        const box = lane.boxAt(spot, room);
        let cost = 0;
        for (const other of covered) cost += sharedArea(box, other);
        if (!cost) return spot;
        if (cost < best.cost) best = { spot, cost };
      }
  return best.spot;
}
