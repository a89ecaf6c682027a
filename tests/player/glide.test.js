/* When a cluster is parted, its nodes glide to their islands, in the time of the film that shows it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { filmOf } from "../../raftlab/player/src/film.js";
import { Glide } from "../../raftlab/player/src/glide.js";
import { branchOf } from "./bundles.js";

const TO = { radius: 30, place: { n1: { x: 100, y: 0 } } };
const FROM = { n1: { x: 0, y: 40, size: 60 } };

test("a node glides from where it stood, as large as it was, to its new place and size", () => {
  const glide = new Glide(FROM, TO, null);
  assert.deepEqual(glide.at("n1"), { x: 0, y: 40, size: 2 });
  assert.ok(glide.reach(0.5));
  assert.deepEqual(glide.at("n1"), { x: 50, y: 20, size: 1.5 });
  assert.ok(!glide.reach(1.1));
  assert.deepEqual(glide.at("n1"), { x: 100, y: 0, size: 1 });
});

test("within a film it takes the time until the next scene", () => {
  const scenes = [{ at: 0.25 }, { at: 0.75 }, { at: 1 }];
  const glide = new Glide(FROM, TO, /** @type {any} */ ({ share: 0.25, scenes }));
  assert.ok(glide.reach(0.25));
  assert.equal(glide.at("n1").x, 0);
  assert.ok(glide.reach(0.5));
  assert.equal(glide.at("n1").x, 50);
  assert.ok(!glide.reach(0.75));
});

test("the film of a cut has time left in which the cluster is seen to part, and so has that of its healing", () => {
  const branch = branchOf("minority_leader");
  for (const what of ["partition", "heal"]) {
    const event = branch.events.findIndex((each) => each[1] === what);
    assert.ok(event > 0, what);
    const { scenes, duration } = filmOf(branch, branch.afterEvent(event - 1), branch.afterEvent(event));
    const shown = scenes.find(({ position }) => position.count === event + 1);
    assert.ok((1 - shown.at) * duration >= 300, what);
  }
});
