/* The groups into which cuts divide the nodes. Needs no page. */

/** The groups of nodes that reach each other in both directions, directly or through others, in the order of their first nodes.
 * @param {string[]} nodes
 * @param {string[]} down  the directions that are cut, as "n1>n2"
 * @param {{halfIsWhole?: boolean}} [how]  halfIsWhole: a link that is cut one way only counts as whole
 * @returns {string[][]} */
export function groupsOf(nodes, down, { halfIsWhole = false } = {}) {
  if (!down.length) return [nodes];
  const cut = new Set(down);
  const passes = (a, b) => !cut.has(`${a}>${b}`) || (halfIsWhole && !cut.has(`${b}>${a}`));
  const reached = (from, way) => {
    const found = new Set([from]);
    for (const node of found) for (const other of nodes) if (way(node, other)) found.add(other);
    return found;
  };
  const groups = [];
  for (const node of nodes) {
    if (groups.some((group) => group.includes(node))) continue;
    const [there, back] = [reached(node, passes), reached(node, (a, b) => passes(b, a))];
    groups.push(nodes.filter((other) => there.has(other) && back.has(other)));
  }
  return groups;
}
