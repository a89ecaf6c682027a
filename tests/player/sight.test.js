/* As n1 sees it: what a node cannot know is not in what it sees. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { seenBy } from "../../raftlab/player/src/sight.js";
import { branchOf } from "./bundles.js";

/** Every moment of a branch: {tick, count} after each event. */
const moments = (branch) => branch.events.map((_, event) => branch.afterEvent(event));

test("a message that is on its way is not known to whom it is sent; one that has arrived is", () => {
  const branch = branchOf("best_case_election");
  let arrived = 0;
  for (const position of moments(branch))
    for (const node of branch.timeline.nodes) {
      const { inbox } = seenBy(branch, position, node);
      for (const id of inbox) {
        assert.equal(branch.fate(id, position.count), "delivered");
        assert.equal(branch.message(id).dst, node);
        arrived += 1;
      }
    }
  assert.ok(arrived > 10);
});

test("of a leader beyond a cut a node goes on to believe what it was told before the cut", () => {
  const branch = branchOf("minority_leader");
  const cut = branch.find(0, ([, what]) => what === "partition");
  const two = branch.find(cut, ([, , node, , , changes]) => node !== "n1" && changes?.role === "leader");
  assert.ok(two > cut);
  const { node, peers } = seenBy(branch, branch.afterEvent(two), "n1");
  const newLeader = branch.events[two][2];
  assert.equal(node, "n1");
  assert.equal(branch.at(two + 1).views[newLeader].role, "leader");
  assert.equal(peers[newLeader].role, "follower");
  assert.ok(branch.tickOf(/** @type {number} */ (peers[newLeader].heard)) <= branch.tickOf(cut) + 10);
  assert.ok(Number(peers[newLeader].term) < branch.at(two + 1).views[newLeader].term);
});

test("a leader knows of each log what its match index says, and a follower knows its leader's as far as it took it over", () => {
  const branch = branchOf("client_write");
  const { tick, count } = branch.endOfTick(branch.ticks);
  const world = branch.at(count);
  const leader = world.leader();
  const led = branch.timeline.nodes.find((each) => each !== leader);
  assert.ok(world.views[leader].log.length > 0);
  assert.equal(seenBy(branch, { tick, count }, leader).peers[led].upTo, world.views[leader].match_index[led]);
  const { peers } = seenBy(branch, { tick, count }, led);
  assert.equal(peers[leader].upTo, world.views[led].log.length);
  const other = branch.timeline.nodes.find((each) => each !== leader && each !== led);
  assert.deepEqual(
    [peers[other].upTo, peers[other].role],
    [0, null],
    "followers do not hear of each other's logs",
  );
});

test("a candidate knows only of votes that have reached it", () => {
  const branch = branchOf("best_case_election");
  const won = branch.find(0, ([, , , , , changes]) => changes?.role === "leader");
  const node = branch.events[won][2];
  const stood = branch.campaigns.find((each) => each.node === node).event;
  const votesAt = (count) =>
    Object.values(seenBy(branch, { tick: branch.tickOf(count - 1), count }, node).peers)
      .map(({ vote }) => vote)
      .filter(Boolean);
  assert.deepEqual(votesAt(stood + 1), []);
  assert.ok(votesAt(won + 1).length >= 1);
});

test("a crash makes a node forget what it was told", () => {
  const branch = branchOf("crash_restart");
  const crash = branch.find(0, ([, what]) => what === "crash");
  const node = branch.events[crash][2];
  const known = (count) =>
    Object.values(seenBy(branch, { tick: branch.tickOf(count - 1), count }, node).peers).some(
      ({ heard }) => heard !== null,
    );
  assert.ok(known(crash));
  assert.ok(!known(crash + 1));
});

test("a node notices what happens to itself, and neither losses nor what is done elsewhere", () => {
  const branch = branchOf("minority_leader");
  const end = branch.endOfTick(branch.ticks);
  const { notices } = seenBy(branch, end, "n1");
  for (const [event, [, what, who]] of branch.events.entries()) {
    if (who !== "n1" || what === "lost" || what === "stop") assert.ok(!notices(event), what);
    else if (what === "deliver") assert.ok(notices(event));
  }
});
