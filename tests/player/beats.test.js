/* One press of Next shows what belongs together, and none is spent on heartbeats. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { gistOf, likewiseOf, silenceBefore } from "../../raftlab/player/src/beats.js";
import { narrateTick } from "../../raftlab/player/src/words.js";
import { branchOf } from "./bundles.js";

const crash = branchOf("leader_crash");

const told = (branch, event) => branch.told[event][0];

test("every stop and every turning point ends a beat, or goes along with others of its kind and tick", () => {
  for (const story of ["leader_crash", "split_vote", "minority_leader"]) {
    const branch = branchOf(story);
    for (const stop of branch.stops)
      assert.ok(branch.beats.includes(stop + 1), `${story}: ${told(branch, stop)}`);
    for (const turn of branch.turning) {
      const end = branch.beats.find((beat) => beat > turn);
      assert.equal(branch.tickOf(end - 1), branch.tickOf(turn), `${story}: ${told(branch, turn)}`);
    }
  }
});

test("a beat ends with something that is told, but for the last round of heartbeats", () => {
  let before = 0;
  for (const beat of crash.beats.slice(0, -1)) {
    const weights = crash.told.slice(before, beat).map(([, weight]) => weight);
    assert.ok(Math.max(...weights) > 1);
    before = beat;
  }
  assert.ok(crash.beats.length < crash.events.length / 8);
});

test("forward and back meet the same moments", () => {
  let position = { tick: 0, count: 0 };
  const there = [position];
  while (crash.nextBeat(position)) {
    position = crash.nextBeat(position);
    there.push(position);
  }
  for (const each of there.slice(0, -1).reverse()) {
    position = crash.lastBeat(position);
    assert.deepEqual(position, each);
  }
});

test("a beat is about its turning point, or the first of the most telling of its events", () => {
  const election = [...crash.turning].find((event) => told(crash, event).includes("becomes leader"));
  const end = crash.beats.find((beat) => beat > election);
  const begin = crash.beats[crash.beats.indexOf(end) - 1];
  assert.equal(gistOf(crash, begin, end).index, election);
});

test("what a leader tries again and again is told once", () => {
  const branch = branchOf("minority_leader");
  const again = branch.told.flatMap(([text, weight], event) =>
    weight === 3 && text.includes("is lost: the link is cut") ? [event] : [],
  );
  const beats = new Set(again.map((event) => branch.beats.find((beat) => beat > event)));
  assert.ok(again.length > 30);
  assert.ok(beats.size < 20);
});

test("of a whole tick the most telling event is told, if there is one", () => {
  assert.equal(narrateTick(crash, 3, 4), 3);
  assert.equal(narrateTick(crash, 3, 3), -1);
});

test("of a beat one event is told, with the nodes of which the same could be said", () => {
  const vote = crash.told.findIndex(([text]) => text.startsWith("n3 learns of term 1 and grants"));
  assert.deepEqual(gistOf(crash, vote, vote + 3), { index: vote, likewise: ["n4", "n5"] });
  assert.deepEqual(gistOf(crash, vote, vote + 1).likewise, []);
});

test("where several messages are lost in the same way, all their ways are named", () => {
  const branch = branchOf("three_islands");
  const lost = branch.events.findIndex(
    ([, what], event) =>
      what === "lost" && told(branch, event).startsWith("The append of 1 entry from n1 to n4"),
  );
  const tick = branch.tickOf(lost);
  const [from, to] = [branch.countAt(tick - 1), branch.countAt(tick)];
  assert.deepEqual(likewiseOf(branch, lost, from, to), ["to n5, n6, n7, n8 and n9"]);
  assert.deepEqual(likewiseOf(branch, lost, lost, lost + 1), []);
  const other = branchOf("two_votes_one_term");
  const last = other.told.findLastIndex(([text]) =>
    text.startsWith("The append of 1 entry from n2 to n3 is lost"),
  );
  const its = other.tickOf(last);
  const ways = likewiseOf(other, last, other.countAt(its - 1), other.countAt(its));
  assert.deepEqual(ways, ["from n1 to n2 and n4", "to n1"]);
});

test("a beat that leaps over rounds of heartbeats says for how long there was nothing else", () => {
  const branch = branchOf("three_nodes");
  const end = branch.beats.length - 1;
  const [from, to] = branch.beats.slice(end - 1).map((count) => branch.afterEvent(count - 1));
  assert.equal(silenceBefore(branch, from, to), to.tick - from.tick);
  assert.ok(to.tick - from.tick > 200, "no other beat comes between");
  const first = branch.nextBeat({ tick: 0, count: 0 });
  assert.equal(silenceBefore(branch, { tick: 0, count: 0 }, first), 0);
  assert.equal(silenceBefore(branch, first, branch.nextBeat(first)), 0, "an election is no silence");
});
