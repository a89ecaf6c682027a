/* The past as space and time shows it: walls between lanes, and what else is cut. */

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  hasOtherCuts,
  otherCutsFrom,
  rowsBelow,
  spaceRoom,
  wallsFrom,
} from "../../raftlab/player/src/past.js";

const NODES = ["n1", "n2", "n3", "n4"];

const both = (pairs) => pairs.flatMap(([a, b]) => [`${a}>${b}`, `${b}>${a}`]);

/** A branch that begins with some cuts, and in which others follow: [tick, down]. */
const cutting = (...cuts) => ({
  timeline: { nodes: NODES },
  start: { network: { down: [] }, views: Object.fromEntries(NODES.map((node) => [node, { term: 0 }])) },
  messages: [],
  events: cuts.map(([tick, down]) => [tick, "cut", null, null, null, { network: { down } }]),
});

test("a wall stands between two lanes only where nothing passes", () => {
  const apart = both([
    ["n1", "n3"],
    ["n1", "n4"],
    ["n2", "n3"],
    ["n2", "n4"],
  ]);
  const branch = cutting([5, apart], [9, []]);
  assert.deepEqual(wallsFrom(branch, NODES, 0, 2), [{ lane: 1, tick: 5, end: 9, there: true, back: true }]);
  assert.deepEqual(wallsFrom(branch, NODES, 0, 1)[0].end, null, "nothing of the future");
  assert.deepEqual(otherCutsFrom(branch, NODES, 0, 2), []);
  assert.ok(!hasOtherCuts(branch, NODES));
});

test("a link that is cut while others pass between the same lanes is named", () => {
  const branch = cutting([5, both([["n2", "n3"]])], [7, ["n1>n4"]]);
  assert.deepEqual(wallsFrom(branch, NODES, 0, 2), []);
  assert.deepEqual(otherCutsFrom(branch, NODES, 0, 2), [
    { tick: 5, end: 7, words: "n2–n3" },
    { tick: 7, end: null, words: "n1→n4" },
  ]);
});

test("groups whose lanes do not lie together are named as groups", () => {
  const apart = both([
    ["n1", "n2"],
    ["n1", "n4"],
    ["n3", "n2"],
    ["n3", "n4"],
  ]);
  const branch = cutting([5, apart]);
  assert.deepEqual(wallsFrom(branch, NODES, 0, 1), []);
  assert.equal(otherCutsFrom(branch, NODES, 0, 1)[0].words, "n1 n3 | n2 n4");
});

test("as many rows of clients are shown as there is room for below the lanes", () => {
  for (const size of ["phone", "notebook", "laptop", "projector"])
    for (const height of [100, 180, 300, 600, 1200]) {
      const room = { width: 560, height, lanes: 5, size };
      const rows = rowsBelow(room);
      const { top, lane, row } = spaceRoom({ ...room, rows, delay: [1, 5], letters: 7, cuts: true });
      assert.ok(rows >= 0);
      if (rows)
        assert.ok(top + 5 * lane + rows * row <= height + 1, JSON.stringify({ ...room, rows, lane, row }));
    }
  assert.ok(rowsBelow({ width: 560, height: 1200, lanes: 5, size: "laptop" }) > 20);
});
