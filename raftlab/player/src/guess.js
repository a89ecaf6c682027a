/* The certain results of an action, which are shown before the kernel has answered. Needs no page. */

import { World } from "./trace.js";

/** The links that a verb's arguments mean: that of two nodes, those of one node, those between groups, or, without arguments, all.
 * A third argument says that only one direction is meant. */
function waysOf(nodes, args) {
  const all = nodes.flatMap((a) => nodes.filter((b) => b !== a).map((b) => [a, b]));
  if (Array.isArray(args[0])) {
    const group = (node) => args.findIndex((each) => each.includes(node));
    return all.filter(([a, b]) => group(a) !== group(b));
  }
  const [a, b, isOneWay] = args;
  if (b !== undefined && b !== null)
    return all.filter(([src, dst]) => (src === a && dst === b) || (!isOneWay && src === b && dst === a));
  return all.filter(([src, dst]) => a === undefined || a === null || src === a || dst === a);
}

/** The world after an action, as far as it is certain at once; null if nothing is.
 * @param {World} world
 * @param {{view?: object, links?: "cut" | "healed" | "parted", message?: "gone"} | undefined} certain what the trace says of the verb
 * @param {any[]} args
 * @returns {World | null}
 */
export function guessOf(world, certain, args) {
  if (!certain) return null;
  const guess = world.copy();
  if (certain.view) {
    const node = args[0] === "leader" ? world.leader() : args[0];
    if (args.length !== 1 || !(node in guess.views)) return null;
    guess.views[node] = { ...guess.views[node], ...certain.view };
  }
  if (certain.links) {
    const ways = waysOf(Object.keys(world.views), args).map(([a, b]) => `${a}>${b}`);
    const kept = certain.links === "parted" ? [] : world.network.down.filter((way) => !ways.includes(way));
    guess.network = { ...world.network, down: certain.links === "healed" ? kept : [...kept, ...ways] };
  }
  if (certain.message && !guess.flying.delete(args[0])) return null;
  return guess;
}
