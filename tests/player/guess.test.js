/* What is shown before the kernel has answered: only what is certain. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsOf } from "../../raftlab/player/src/groups.js";
import { guessOf } from "../../raftlab/player/src/guess.js";
import { branchOf, bundlesOf } from "./bundles.js";

const branch = branchOf("three_nodes");
const [{ at_once: certain }] = bundlesOf("three_nodes");
const led = branch.at(
  branch.afterEvent(branch.find(0, ([, , , , , changes]) => changes?.role === "leader")).count,
);
const nodes = branch.timeline.nodes;

test("a node falls at once, also the leader, and the world that was is not touched", () => {
  const leader = led.leader();
  for (const named of [leader, "leader"]) {
    const guess = guessOf(led, certain.crash, [named]);
    assert.equal(guess.views[leader].status, "crashed");
    assert.equal(guess.leader(), null);
    assert.equal(led.views[leader].status, "running");
  }
});

test("a crash that waits for the node's next step changes nothing yet", () => {
  assert.equal(guessOf(led, certain.crash, ["n1", "Save"]), null);
});

test("a wall stands at once, and opens at once", () => {
  const parted = guessOf(led, certain.partition, [["n1"], ["n2", "n3"]]);
  assert.deepEqual(groupsOf(nodes, parted.network.down), [["n1"], ["n2", "n3"]]);
  const further = guessOf(parted, certain.cut, ["n2", "n3"]);
  assert.deepEqual(groupsOf(nodes, further.network.down), [["n1"], ["n2"], ["n3"]]);
  assert.deepEqual(guessOf(further, certain.heal, []).network.down, []);
  assert.deepEqual(groupsOf(nodes, guessOf(further, certain.heal, ["n1"]).network.down), [nodes]);
});

test("a cut of one way leaves the other", () => {
  assert.deepEqual(guessOf(led, certain.cut, ["n1", "n2", true]).network.down, ["n1>n2"]);
});

test("a node that is cut off has no link left", () => {
  assert.deepEqual(groupsOf(nodes, guessOf(led, certain.isolate, ["n2"]).network.down), [
    ["n1", "n3"],
    ["n2"],
  ]);
});

test("a message that is dropped is gone; one that does not exist is left to the kernel", () => {
  const [id] = led.flying;
  assert.ok(!guessOf(led, certain.drop, [id]).flying.has(id));
  assert.equal(guessOf(led, certain.drop, [999_999]), null);
});

test("of a verb whose outcome only the kernel knows nothing is shown", () => {
  assert.equal(guessOf(led, certain.time_out, ["n2"]), null);
});
