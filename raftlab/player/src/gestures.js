/* The meaning of a drag: the links that a line crosses, the group where a node lands, the direction of a message. Needs no page. */

import { groupsOf } from "./groups.js";

/** @typedef {{x: number, y: number}} Point in pixels of the stage */

export const DRAG = 10; // pixels; a shorter movement is a press

/** On which side of the line p-q is r? */
const side = (p, q, r) => Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x));

/** The links, as pairs of nodes, that the line from one point to another crosses.
 * @param {Point} from
 * @param {Point} to
 * @param {Record<string, Point>} places where the nodes stand
 * @returns {string[][]}
 */
export function crossedLinks(from, to, places) {
  const nodes = Object.keys(places);
  const pairs = nodes.flatMap((a, i) => nodes.slice(i + 1).map((b) => [a, b]));
  return pairs.filter(([a, b]) => {
    const [p, q] = [places[a], places[b]];
    return side(from, to, p) !== side(from, to, q) && side(p, q, from) !== side(p, q, to);
  });
}

/** The result of a cut across these links: those of them that still work, and the groups that it leaves, or null if it divides none.
 * @param {string[][]} pairs
 * @param {string[]} nodes
 * @param {string[]} down
 */
export function cutOf(pairs, nodes, down) {
  const working = pairs.filter(([a, b]) => !down.includes(`${a}>${b}`) || !down.includes(`${b}>${a}`));
  const after = [...down, ...working.flatMap(([a, b]) => [`${a}>${b}`, `${b}>${a}`])];
  const [before, groups] = [down, after].map((cut) => groupsOf(nodes, cut, { halfIsWhole: true }));
  return { links: working, groups: groups.length > before.length ? groups : null };
}

const distance = (p, q) => Math.hypot(p.x - q.x, p.y - q.y);

const middleOf = (points) => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
});

/** Where a node that was dragged to a point lands: alone ("apart"), in another group ("joins"), or where it was (null).
 * @param {string} node
 * @param {Point} point
 * @param {Record<string, Point>} places where all nodes stand
 * @param {string[][]} groups
 * @param {number} radius of a node
 * @returns {{way: "apart" | "joins", groups: string[][], others: string[]} | null} others: the nodes that it joins
 */
export function landingOf(node, point, places, groups, radius) {
  const home = places[node];
  if (distance(home, point) < 1.5 * radius) return null;
  const own = groups
    .filter((group) => group.includes(node))
    .flatMap((group) => group.filter((each) => each !== node));
  const rest = groups.map((group) => group.filter((each) => each !== node)).filter((group) => group.length);
  const nearest = (group) => Math.min(...group.map((each) => distance(places[each], point)));
  const wasNearest = (group) => Math.min(...group.map((each) => distance(places[each], home)));
  const others = rest.filter(([first]) => !own.includes(first));
  const [target] = others.sort((one, other) => nearest(one) - nearest(other));
  const isNear = target && nearest(target) < Math.max(2.5 * radius, 0.6 * wasNearest(target));
  if (isNear && (!own.length || nearest(target) < nearest(own)))
    return {
      way: "joins",
      groups: rest.map((group) => (group === target ? [...group, node].sort() : group)),
      others: target,
    };
  if (!own.length) return null;
  const middle = middleOf(own.map((each) => places[each]));
  if (distance(point, middle) < distance(home, middle) + radius) return null;
  return { way: "apart", groups: [...rest, [node]], others: own };
}

/** The direction in which a message is dragged: towards its receiver ("on"), towards its sender ("back"), off its way ("off"), or null if not far enough.
 * @param {Point} from  the place of its sender
 * @param {Point} to  the place of its receiver
 * @param {Point} start  where the drag began
 * @param {Point} end  where it ends
 */
export function pullOf(from, to, start, end) {
  const length = distance(from, to) || 1;
  const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const along = dx * ux + dy * uy;
  const across = Math.abs(dy * ux - dx * uy);
  if (Math.max(Math.abs(along), across) < 3 * DRAG) return null;
  if (across > Math.abs(along)) return "off";
  return along > 0 ? "on" : "back";
}
