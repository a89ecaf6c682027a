/* Where the nodes stand: nothing touches anything else, however many there are, however they are cut, in any room. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf } from "../../raftlab/player/src/groups.js";
import { blockAt, cutOnTheWay, freeBeside, labelAt, layoutOf } from "../../raftlab/player/src/layout.js";

const ROOMS = [
  [360, 240],
  [390, 300],
  [390, 420],
  [506, 230],
  [592, 300],
  [592, 420],
  [614, 560],
  [768, 480],
  [860, 640],
  [1280, 600],
  [1536, 1150],
  [2560, 1440],
];
const LABELS = { lines: 2, em: 6.4, under: 0 };
// Six nodes in one island and three alone: the one grouping that the smallest room cannot hold with nodes of 52 px.
const TOO_MUCH = ["1-1-1-6 in 360 x 240", "6-1-1-1 in 360 x 240"];
const SLACK = 0.05; // of a pixel: sums of fractions are not exact

const named = (count) => Array.from({ length: count }, (_, i) => `n${i + 1}`);

/** Every way to cut some nodes into islands by their sizes: 5 = 1 + 4 = 2 + 3 = 1 + 1 + 3 ... */
function* sizesOf(count, least = 1) {
  yield [count];
  for (let first = least; first <= count / 2; first++)
    for (const rest of sizesOf(count - first, first)) yield [first, ...rest];
}

function* groupings(count) {
  for (const sizes of sizesOf(count))
    for (const order of sizes.length > 1 ? [sizes, [...sizes].reverse()] : [sizes]) {
      const left = named(count);
      yield order.map((size) => left.splice(0, size));
    }
}

const touch = (a, b) =>
  a.x + a.width > b.x + SLACK &&
  b.x + b.width > a.x + SLACK &&
  a.y + a.height > b.y + SLACK &&
  b.y + b.height > a.y + SLACK;

const within = (a, b) =>
  a.x > b.x - SLACK &&
  a.y > b.y - SLACK &&
  a.x + a.width < b.x + b.width + SLACK &&
  a.y + a.height < b.y + b.height + SLACK;

/** What is wrong with a layout, in words; nothing where all is well. */
function faults(layout, wanted) {
  const found = [];
  const box = { x: 0, y: 0, width: wanted.width, height: wanted.height };
  const blocks = wanted.nodes.map((node) => [node, blockAt(layout, node)]);
  for (const [node, block] of blocks) {
    if (!within(block, box)) found.push(`${node} is not within the room`);
    const home = layout.islands.find(({ nodes }) => nodes.includes(node));
    if (layout.islands.length > 1 && !within(block, home)) found.push(`${node} is not within its island`);
    if (home.strip && touch(block, home.strip)) found.push(`${node} stands where the clients are`);
  }
  blocks.forEach(([node, block], i) => {
    for (const [other, its] of blocks.slice(i + 1))
      if (touch(block, its)) found.push(`${node} touches ${other}`);
  });
  layout.islands.forEach((island, i) => {
    if (!within(island, box)) found.push(`island ${i} is not within the room`);
    for (const other of layout.islands.slice(i + 1)) if (touch(island, other)) found.push("islands touch");
    for (const { x1, y1, x2, y2 } of layout.walls) {
      const wall = { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
      if (touch(wall, island)) found.push("a wall stands in an island");
    }
  });
  return found;
}

for (const [width, height] of ROOMS)
  test(`in ${width} x ${height} nothing touches, for 1 to 9 nodes in every grouping`, () => {
    for (let count = 1; count <= 9; count++)
      for (const groups of groupings(count))
        for (const projector of [false, true])
          for (const clients of [false, true]) {
            const wanted = { nodes: named(count), width, height, groups, labels: LABELS, projector, clients };
            const layout = layoutOf(wanted);
            const sizes = groups.map((group) => group.length).join("-");
            const what = `${sizes}${projector ? " on a projector" : ""}${clients ? " with clients" : ""}`;
            assert.deepEqual(faults(layout, wanted), [], what);
            const least = TOO_MUCH.includes(`${sizes} in ${width} x ${height}`) ? 15 : 26;
            assert.ok(layout.radius >= least, `${what}: nodes of ${Math.round(2 * layout.radius)} px`);
          }
  });

test("a projector shows nodes of 96 px, with all their words, wherever no more than seven stand unparted", () => {
  for (let count = 1; count <= 7; count++) {
    const layout = layoutOf({
      nodes: named(count),
      width: 768,
      height: 500,
      labels: LABELS,
      projector: true,
    });
    assert.ok(layout.radius >= 48, `${count} nodes`);
    assert.equal(layout.small, 0, `${count} nodes`);
    assert.ok(layout.font >= 22);
  }
});

test("nine nodes cut into three islands stand side by side in a notebook of 592 px, each with a line of words", () => {
  const nodes = named(9);
  const groups = [nodes.slice(0, 3), nodes.slice(3, 6), nodes.slice(6)];
  const layout = layoutOf({ nodes, width: 592, height: 340, groups, labels: LABELS });
  assert.ok(layout.small < 2);
  assert.deepEqual(
    layout.walls.map(({ x1, x2 }) => x1 === x2),
    [true, true],
  );
});

test("the first node stands on top, the others follow clockwise, and labels point outward", () => {
  const { place } = layoutOf({ nodes: named(5), width: 600, height: 500, labels: LABELS });
  assert.ok(named(5).every((node) => place[node].y >= place.n1.y));
  assert.ok(place.n2.x > place.n1.x && place.n5.x < place.n1.x);
  assert.deepEqual([place.n1.outward, place.n2.outward, place.n3.outward], [-1, -1, 1]);
});

test("the same room and the same islands give the same places", () => {
  const wanted = {
    nodes: named(7),
    width: 700,
    height: 420,
    groups: [named(3), named(7).slice(3)],
    labels: LABELS,
  };
  assert.deepEqual(layoutOf(wanted), layoutOf(wanted));
});

test("an island is nodes that hear each other, be it through others", () => {
  const nodes = named(3);
  const both = (a, b) => [`${a}>${b}`, `${b}>${a}`];
  assert.deepEqual(groupsOf(nodes, []), [nodes]);
  assert.deepEqual(groupsOf(nodes, both("n1", "n3")), [nodes], "n2 still passes on what n1 and n3 say");
  assert.deepEqual(groupsOf(nodes, [...both("n1", "n3"), ...both("n1", "n2")]), [["n1"], ["n2", "n3"]]);
  assert.deepEqual(
    groupsOf(nodes, ["n2>n1", "n3>n1"]),
    [["n1"], ["n2", "n3"]],
    "n1 is heard, and hears nobody",
  );
  assert.deepEqual(groupsOf(nodes, ["n2>n1", "n3>n1"], { halfIsWhole: true }), [nodes]);
});

test("what is sent into a wall dies before it, outside the other island", () => {
  const nodes = named(5);
  const groups = [nodes.slice(0, 2), nodes.slice(2)];
  const layout = layoutOf({ nodes, width: 640, height: 420, groups, labels: LABELS });
  const [here, there] = layout.islands;
  for (const src of here.nodes)
    for (const dst of there.nodes) {
      const { x, share } = cutOnTheWay(layout, src, dst);
      assert.ok(share > 0 && share < 1);
      assert.ok(x < there.x, `${src} to ${dst}`);
      assert.ok(cutOnTheWay(layout, dst, src).x > here.x + here.width);
    }
});

test("a link that is cut within an island stops what is sent in its middle", () => {
  const layout = layoutOf({ nodes: named(3), width: 500, height: 400, labels: LABELS });
  assert.equal(cutOnTheWay(layout, "n1", "n2").share, 0.5);
});

test("words beside a link cover no node", () => {
  const layout = layoutOf({ nodes: named(5), width: 620, height: 480, labels: LABELS });
  const taken = named(5).map((node) => blockAt(layout, node));
  for (const other of ["n2", "n3", "n4", "n5"]) {
    const words = freeBeside(layout, "n1", other, 90, 18, taken);
    assert.ok(!taken.some((block) => touch(block, words)), `n1 to ${other}`);
  }
});

test("where all nodes stand in one row, what flies from the first to the third passes by the second", () => {
  const nodes = named(4);
  const { place, ring } = layoutOf({ nodes, width: 590, height: 175, labels: LABELS });
  assert.ok(place.n1.x < place.n2.x && place.n2.x < place.n3.x && place.n3.x < place.n4.x);
  assert.equal(place.n1.y, place.n3.y);
  assert.ok(place.n2.y - place.n1.y > ring);
});

test("three nodes in a flat room stand far apart", () => {
  const { place, radius } = layoutOf({ nodes: named(3), width: 590, height: 200, labels: LABELS });
  assert.ok(place.n2.x - place.n3.x > 10 * radius);
});

test("in a low room the votes stand beside the words, unless the nodes would be much smaller for it", () => {
  for (const [width, height] of [
    [842, 226],
    [506, 230],
  ])
    for (const count of [3, 4, 5]) {
      const wanted = { nodes: named(count), width, height };
      const layout = layoutOf({ ...wanted, labels: LABELS });
      const { radius } = layoutOf({ ...wanted, labels: { ...LABELS, lines: 1 } });
      assert.ok(layout.labels.votes >= 4 && layout.small === 1, `${count} nodes in ${width} x ${height}`);
      assert.ok(layout.radius >= 0.79 * radius);
      assert.deepEqual(faults(layout, { ...wanted, labels: LABELS }), []);
    }
});

test("what a node is stands at it in every room; its votes only where both have room", () => {
  const leader = { sign: "★", called: "leader" };
  let above = 0;
  let without = 0;
  for (const [width, height] of ROOMS)
    for (const count of [3, 5, 9]) {
      const layout = layoutOf({ nodes: named(count), width, height, labels: LABELS });
      const { text, dots } = labelAt(layout, leader, true);
      assert.match(text, layout.small === 2 ? /^★$/ : /^★ leader$/, `${count} nodes in ${width} x ${height}`);
      const line = layout.font * 1.35;
      const room = blockAt(layout, "n1").height - 2 * (layout.ring + 3);
      if (dots && !layout.labels.votes)
        assert.ok(room >= 2 * line, "one line for the role, one for the votes");
      if (dots) above++;
      else without++;
      assert.ok(!labelAt(layout, leader, false).dots);
    }
  assert.ok(above > 10 && without > 3, `${above} with votes, ${without} without`);
});

test("in a row, nodes whose link is cut stand beside each other", () => {
  const nodes = named(3);
  const wanted = { nodes, width: 640, height: 120, labels: LABELS };
  const order = (layout) => [...nodes].sort((a, b) => layout.place[a].x - layout.place[b].x);
  const whole = order(layoutOf(wanted));
  const [first, , last] = whole;
  const cut = order(layoutOf({ ...wanted, down: [`${first}>${last}`] }));
  assert.equal(Math.abs(cut.indexOf(first) - cut.indexOf(last)), 1);
  const neighbours = [`${whole[0]}>${whole[1]}`];
  assert.deepEqual(order(layoutOf({ ...wanted, down: neighbours })), whole, "nothing moves without need");
});
