/* What a movement of the hand means, for five nodes on a circle around (300, 200). */

import assert from "node:assert/strict";
import { test } from "node:test";
import { crossedLinks, cutOf, landingOf, pullOf } from "../../raftlab/player/src/gestures.js";

const NODES = ["n1", "n2", "n3", "n4", "n5"];
const RADIUS = 30;
const PLACES = Object.fromEntries(
  NODES.map((node, i) => {
    const angle = (2 * Math.PI * i) / 5 - Math.PI / 2;
    return [node, { x: 300 + 150 * Math.cos(angle), y: 200 + 150 * Math.sin(angle) }];
  }),
);
const bothWays = (...pairs) => pairs.flatMap(([a, b]) => [`${a}>${b}`, `${b}>${a}`]);
const N1_ALONE = bothWays(["n1", "n2"], ["n1", "n3"], ["n1", "n4"], ["n1", "n5"]);
const at = (x, y) => ({ x, y });

test("a line across the whole circle parts the nodes on its two sides", () => {
  const crossed = crossedLinks(at(300 - 200, 120), at(300 + 200, 120), PLACES);
  assert.equal(crossed.length, 4);
  const { links, groups } = cutOf(crossed, NODES, []);
  assert.equal(links.length, 4);
  assert.deepEqual(groups, [["n1"], ["n2", "n3", "n4", "n5"]]);
});

test("a short line cuts the one link that it crosses and parts nobody", () => {
  const crossed = crossedLinks(at(300, 300), at(300, 340), PLACES);
  assert.deepEqual(crossed, [["n3", "n4"]]);
  assert.deepEqual(cutOf(crossed, NODES, []), { links: [["n3", "n4"]], groups: null });
});

test("a line beside all links cuts nothing, and a link that is cut already is not cut again", () => {
  assert.deepEqual(crossedLinks(at(0, 0), at(20, 300), PLACES), []);
  assert.deepEqual(cutOf([["n1", "n2"]], NODES, N1_ALONE), { links: [], groups: null });
});

test("a second cut parts a group further, and the first stays", () => {
  const crossed = crossedLinks(at(300, 230), at(300, 340), PLACES).concat(
    crossedLinks(at(300, 60), at(300, 230), PLACES),
  );
  const { groups } = cutOf(crossed, NODES, N1_ALONE);
  assert.deepEqual(groups, [["n1"], ["n2", "n3"], ["n4", "n5"]]);
});

test("a node that is pulled away from the others stands alone; a small pull, or one towards them, is none", () => {
  const landing = (x, y) => landingOf("n1", at(x, y), PLACES, [NODES], RADIUS);
  assert.deepEqual(landing(300, 0).groups, [["n2", "n3", "n4", "n5"], ["n1"]]);
  assert.equal(landing(300, 0).way, "apart");
  assert.equal(landing(300, 20), null);
  assert.equal(landing(300, 180), null);
});

test("a node that stands alone joins the group that it is brought near to", () => {
  const groups = [["n1"], ["n2", "n3"], ["n4", "n5"]];
  const near = ({ x, y }) => at(x, y - 40);
  assert.deepEqual(landingOf("n1", near(PLACES.n2), PLACES, groups, RADIUS), {
    way: "joins",
    groups: [
      ["n1", "n2", "n3"],
      ["n4", "n5"],
    ],
    others: ["n2", "n3"],
  });
  assert.equal(
    landingOf("n1", at(300, -20), PLACES, groups, RADIUS),
    null,
    "away from all: it is alone already",
  );
});

test("a node can be carried from one group straight into another", () => {
  const groups = [
    ["n1", "n2", "n3"],
    ["n4", "n5"],
  ];
  assert.deepEqual(landingOf("n3", PLACES.n4, PLACES, groups, RADIUS).groups, [
    ["n1", "n2"],
    ["n3", "n4", "n5"],
  ]);
});

test("a message is pulled on, back, or off its way", () => {
  const pull = (dx, dy) => pullOf(at(0, 0), at(200, 0), at(100, 5), at(100 + dx, 5 + dy));
  assert.equal(pull(60, 10), "on");
  assert.equal(pull(-60, 10), "back");
  assert.equal(pull(5, 60), "off");
  assert.equal(pull(5, -60), "off");
  assert.equal(pull(12, 12), null);
});
