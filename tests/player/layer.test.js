/* A card stands beside what it is about: it never covers it and never leaves the stage. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { besideAll, besideOf } from "../../raftlab/player/src/layer.js";

const LAPTOP = { left: 0, top: 40, width: 1000, height: 460 };
const PHONE = { left: 0, top: 60, width: 390, height: 600 };
const CARD = { width: 280, height: 220 };

const thingAt = (x, y, radius = 38) => ({
  left: x - radius,
  top: y - radius,
  width: 2 * radius,
  height: 2 * radius,
});

const overlap = (a, b) =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;

const isWithin = (box, stage) =>
  box.left >= stage.left &&
  box.top >= stage.top &&
  box.left + box.width <= stage.left + stage.width &&
  box.top + box.height <= stage.top + stage.height;

test("where there is room, a card stands to the right of its node, at the node's height", () => {
  const box = besideOf(thingAt(300, 270), CARD, LAPTOP);
  assert.ok(box.left > 338);
  assert.equal(box.top + box.height / 2, 270);
  assert.deepEqual([box.width, box.height], [280, 220]);
});

test("at the right edge it flips to the left", () => {
  const box = besideOf(thingAt(900, 270), CARD, LAPTOP);
  assert.ok(box.left + box.width < 862);
});

test("on a phone, where neither side has room, it stands below the node or above it", () => {
  assert.ok(besideOf(thingAt(195, 130), CARD, PHONE).top > 168);
  const above = besideOf(thingAt(195, 560), CARD, PHONE);
  assert.ok(above.top + above.height < 522);
});

test("wherever the thing is, and however small the stage, it is neither covered nor is the stage left", () => {
  for (const stage of [LAPTOP, PHONE, { left: 10, top: 10, width: 300, height: 260 }])
    for (let x = stage.left + 40; x <= stage.left + stage.width - 40; x += 30)
      for (let y = stage.top + 40; y <= stage.top + stage.height - 40; y += 30) {
        const thing = thingAt(x, y, 30);
        const box = besideOf(thing, CARD, stage);
        assert.ok(!overlap(box, thing), `the thing at ${x}, ${y} is covered by ${JSON.stringify(box)}`);
        assert.ok(isWithin(box, stage), `the stage is left at ${x}, ${y}: ${JSON.stringify(box)}`);
        assert.ok(box.width > 90 && box.height > 60, `nothing is left of the card at ${x}, ${y}`);
      }
});

test("what is about a message covers neither its sender nor its receiver, wherever there is room", () => {
  for (const [stage, ends] of [
    [LAPTOP, [thingAt(300, 100), thingAt(640, 400)]],
    [LAPTOP, [thingAt(100, 270), thingAt(900, 270)]],
    [PHONE, [thingAt(60, 200), thingAt(330, 200)]],
    [PHONE, [thingAt(195, 120), thingAt(195, 420)]],
  ]) {
    const [from, to] = ends.map(({ left, top }) => [left + 38, top + 38]);
    for (const share of [0.2, 0.5, 0.8]) {
      const message = thingAt(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, 20);
      const box = besideAll(message, CARD, stage, ends);
      for (const each of [message, ...ends])
        assert.ok(!overlap(box, each), `${JSON.stringify(each)} is covered by ${JSON.stringify(box)}`);
      assert.ok(isWithin(box, stage));
    }
  }
  const node = thingAt(300, 270);
  assert.deepEqual(besideAll(node, CARD, LAPTOP, []), besideOf(node, CARD, LAPTOP));
});

test("where it may only open over the logs below, it stays there", () => {
  const logs = { left: 0, top: 300, width: 592, height: 190 };
  for (const x of [60, 300, 540]) {
    const box = besideOf(thingAt(x, 120), { width: 500, height: 150 }, logs);
    assert.ok(isWithin(box, logs), JSON.stringify(box));
  }
});
