/* The room of the logs, and the facts that stand above them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { agreedWithFacts, factsAt, lastFact } from "../../raftlab/player/src/facts.js";
import { LOG_FONTS, logRoom } from "../../raftlab/player/src/logroom.js";
import { branchOf } from "./bundles.js";

const laptop = { width: 560, height: 500, rows: 6, longest: 2, letters: 3, marked: true, size: "laptop" };

test("two entries are drawn large, and of two hundred the older ones are folded", () => {
  const two = logRoom(laptop);
  const many = logRoom({ ...laptop, longest: 200 });
  assert.equal(two.font, LOG_FONTS.laptop[1]);
  assert.deepEqual([two.first, two.fold], [1, 0]);
  assert.equal(many.font, LOG_FONTS.laptop[0]);
  assert.ok(many.fold > 0 && many.columns >= 5, "some of them are open");
  assert.equal(many.first + many.columns - 1, 200, "the newest is in view");
});

test("twelve entries that have no room for their commands are narrow, as in the paper, and all in view", () => {
  const room = logRoom({ ...laptop, longest: 12 });
  assert.ok(room.narrow);
  assert.deepEqual([room.first, room.fold], [1, 0]);
  assert.ok(
    !logRoom({ ...laptop, longest: 12, digits: 0 }).narrow,
    "where there are no terms, commands are shown",
  );
});

test("what the row of the facts is called has room beside its entries, whatever their size", () => {
  for (const size of Object.keys(LOG_FONTS))
    for (const width of [366, 568, 1000]) {
      const { name, font } = logRoom({ ...laptop, width, size, called: "committed".length });
      assert.ok(name >= 0.6 * 9 * Math.max(12, 0.8 * font), JSON.stringify({ size, width, name, font }));
    }
});

test("nothing stands beyond the room, whatever there is to show", () => {
  for (const size of Object.keys(LOG_FONTS))
    for (const longest of [1, 2, 7, 30, 200, 10_000])
      for (const letters of [3, 6])
        for (const [width, height] of [
          [366, 300],
          [568, 240],
          [570, 560],
          [1000, 900],
        ]) {
          const room = logRoom({ width, height, rows: 6, longest, letters, marked: true, size });
          const { name, fold, columns, cell, index, row } = room;
          assert.ok(
            name + fold + columns * cell <= width,
            JSON.stringify({ size, longest, letters, width, room }),
          );
          assert.ok(index + 6 * row <= height, JSON.stringify({ size, height, room }));
          assert.ok(room.font >= LOG_FONTS[size][0] && room.first >= 1);
        }
});

test("the marks of an index have a lane of their own, and a sign of a contradiction has its own room in low rows", () => {
  const plain = logRoom({ ...laptop, marked: false });
  const marked = logRoom(laptop);
  assert.equal(plain.lane, 0);
  assert.ok(marked.lane > 0.72 * marked.font + 6, "a letter in a frame fits");
  const low = { ...laptop, height: 150, width: 360, size: "notebook" };
  assert.ok(logRoom(low).low && !marked.low);
  assert.ok(logRoom({ ...low, odd: true }).cell > logRoom(low).cell);
  assert.ok(logRoom({ ...laptop, width: 5000, digits: 2 }).cell > logRoom({ ...laptop, width: 5000 }).cell);
});

test("nine nodes with thirty entries stay readable in a notebook", () => {
  const room = logRoom({
    width: 568,
    height: 216,
    rows: 10,
    longest: 30,
    letters: 4,
    marked: true,
    size: "notebook",
  });
  assert.ok(room.font >= 12);
  assert.ok(room.columns >= 30, "all are in view");
  assert.ok(room.index + 10 * room.row <= 230);
});

test("what is committed in Figure 8 is a fact only from the event on that made it one", () => {
  const branch = branchOf("figure_8");
  const [event, index, term] = branch.committed.at(-1);
  assert.ok(event > 0);
  assert.equal(factsAt(branch, event, index).length, 0);
  assert.equal(factsAt(branch, event + 1, index)[0].term, term);
  assert.equal(lastFact(branch, event + 1), index);
  assert.ok(lastFact(branch, event) < index);
});

test("a log agrees with the facts as far as it holds what is committed", () => {
  const branch = branchOf("figure_8");
  const first = branch.committed.at(-1)[0];
  const views = branch.at(first + 1).views;
  assert.equal(agreedWithFacts(branch, views.n5.log), 3);
  assert.equal(agreedWithFacts(branch, views.n1.log), 1, "its entry 2 is another");
  assert.equal(agreedWithFacts(branch, branch.at(branch.events.length).views.n1.log), 3);
});
