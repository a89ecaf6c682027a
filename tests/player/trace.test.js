import assert from "node:assert/strict";
import { test } from "node:test";

import { LogView, Timeline } from "../../raftlab/player/src/trace.js";
import { branchOf, bundlesOf } from "./bundles.js";

const branch = branchOf("three_nodes");

test("a moment is the same, whichever moment was looked at before", () => {
  const last = branch.events.length;
  const forward = JSON.stringify(branch.at(last).views);
  for (const count of [0, last - 1, 3]) branch.at(count);
  assert.equal(JSON.stringify(branch.at(last).views), forward);
});

test("the end of a tick holds the events of that tick and none of a later one", () => {
  for (let tick = 0; tick <= branch.ticks; tick++) {
    const { count } = branch.endOfTick(tick);
    if (count > 0) assert.ok(branch.tickOf(count - 1) <= tick);
    if (count < branch.events.length) assert.ok(branch.tickOf(count) > tick);
  }
});

test("a log that is replaced from an index on leaves the log of before as it was", () => {
  const before = new LogView().replacedFrom(1, [
    [1, "a"],
    [1, "b"],
  ]);
  const after = before.replacedFrom(2, [[2, "c"]]);
  assert.deepEqual(after.toArray(), [
    [1, "a"],
    [2, "c"],
  ]);
  assert.deepEqual(before.toArray(), [
    [1, "a"],
    [1, "b"],
  ]);
});

test("times are in seconds, or all in ticks", () => {
  const { timeline } = branchOf("leader_crash");
  const told = "Messages take 3 to 5 ticks, and the disk has forgotten all since tick 30.";
  const times = [
    ["3 to 5 ticks", "for", 3, 5],
    ["tick 30", "at", 30],
  ];
  const said = () => [timeline.time(113), timeline.span([1]), timeline.timed(told, times)];
  assert.deepEqual(said(), [
    "1.13 s",
    "10 ms",
    "Messages take 30 to 50 ms, and the disk has forgotten all since 0.30 s.",
  ]);
  timeline.inTicks = true;
  assert.deepEqual(said(), ["tick 113", "1 tick", told]);
  timeline.inTicks = false;
});

test("a node that does not say why it asks for votes is a candidate all the same", () => {
  const [bundle] = bundlesOf("three_nodes");
  const campaignsOf = (story) => new Timeline(story).branch(0).resolve().campaigns;
  const silent = JSON.parse(JSON.stringify(bundle).replaceAll('"CA-1"', '"LE-2"'));
  assert.ok(campaignsOf(bundle).length > 0);
  assert.deepEqual(campaignsOf(silent), campaignsOf(bundle));
});
