/* Which form of the player fits into a room, and what stands where. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { arrangementOf, formOf, heightOf } from "../../raftlab/player/src/room.js";

const five = ["n1", "n2", "n3", "n4", "n5"];
const nine = [...five, "n6", "n7", "n8", "n9"];

/** Five nodes with logs and space and time, in a room. */
const arranged = (room) =>
  arrangementOf({
    width: 592,
    height: 470,
    size: "notebook",
    stacked: true,
    nodes: five,
    groups: [room.nodes ?? five],
    rows: (room.nodes ?? five).length + 1,
    has: ["log", "spacetime"],
    wanted: null,
    ...room,
  });

test("each room has its form", () => {
  const size = (width, height, projector) => formOf({ width, height, projector }).size;
  assert.deepEqual(
    [size(1440, 900), size(1024, 768), size(592, 650), size(390, 844), size(844, 390), size(2560, 1440)],
    ["laptop", "laptop", "notebook", "phone", "phone", "projector"],
  );
  assert.equal(size(1280, 720, true), "projector");
  assert.ok(formOf({ width: 844, height: 390 }).lying);
  assert.ok(formOf({ width: 592, height: 650 }).stacked);
});

test("a player is never higher than what is visible, nor than it was told to be", () => {
  assert.equal(heightOf({ width: 1440, visible: 900, fills: true, most: null }), 900);
  assert.ok(heightOf({ width: 592, visible: 620, fills: false, most: null }) < 620);
  assert.ok(
    heightOf({ width: 690, visible: 650, fills: false, most: null }) < 500,
    "five lines of text fit above it",
  );
  assert.ok(
    heightOf({ width: 592, visible: 460, fills: false, most: null }) > 430,
    "a player that is too low is of no use",
  );
  assert.ok(heightOf({ width: 592, visible: 1400, fills: false, most: null }) < 700);
  assert.equal(heightOf({ width: 900, visible: 900, fills: false, most: 400 }), 400);
});

test("logs stand beside the cluster where there is width, under it where they fit, else they are a tab", () => {
  assert.deepEqual(arranged({ width: 1024, height: 600, size: "laptop", stacked: false }).shown, [
    "cluster",
    "log",
  ]);
  const under = arranged({});
  assert.deepEqual([under.place, under.shown], ["under", ["cluster", "log"]]);
  const tab = arranged({ nodes: nine, height: 330 });
  assert.deepEqual([tab.place, tab.shown, tab.tabs], ["tab", ["cluster"], ["cluster", "log", "spacetime"]]);
  assert.deepEqual(arranged({ nodes: nine, height: 330, wanted: "log" }).shown, ["log"]);
  assert.deepEqual(arranged({ nodes: nine, height: 330, first: "log" }).shown, ["log"]);
  assert.deepEqual(arranged({ nodes: nine, height: 330, first: "log", wanted: "cluster" }).shown, [
    "cluster",
  ]);
  assert.deepEqual(arranged({ first: "log" }).shown, ["cluster", "log"], "both where they fit");
});

test("space and time comes when it is asked for: with the logs where both fit, else in their place", () => {
  const side = { width: 1024, size: "laptop", stacked: false, wanted: "spacetime" };
  assert.deepEqual(arranged({ ...side, height: 600 }).shown, ["cluster", "log", "spacetime"]);
  assert.deepEqual(arranged({ ...side, height: 240 }).shown, ["cluster", "spacetime"]);
  assert.deepEqual(arranged({ wanted: "spacetime", height: 520 }).shown, ["cluster", "spacetime"]);
});

test("tabs are always the same ones in the same place, the cluster among them", () => {
  const all = ["cluster", "log", "spacetime"];
  for (const room of [{}, { width: 390, height: 580, size: "phone" }, { nodes: nine, height: 330 }])
    for (const wanted of [null, ...all])
      for (const empty of [false, true]) {
        const { tabs, shown, place } = arranged({ ...room, wanted, empty });
        assert.deepEqual(tabs, all);
        assert.notEqual(place, "alone", "the bar keeps its place below");
        if (wanted) assert.equal(shown.at(-1), wanted);
      }
  assert.deepEqual(arranged({ wanted: "cluster" }).shown, ["cluster"]);
});

test("a phone on its side has tabs, too, and what is asked for stands beside the cluster", () => {
  const lying = { width: 844, height: 190, size: "phone", stacked: false, lying: true };
  for (const empty of [false, true]) {
    assert.deepEqual(arranged({ ...lying, empty }).tabs, ["cluster", "log", "spacetime"]);
    assert.deepEqual(arranged({ ...lying, empty, wanted: "cluster" }).shown, ["cluster"]);
    assert.deepEqual(arranged({ ...lying, empty, wanted: "log" }).shown, ["cluster", "log"]);
    assert.deepEqual(arranged({ ...lying, empty, wanted: "spacetime" }).shown, ["cluster", "spacetime"]);
  }
});

test("a cluster that has nothing beside it has all the room", () => {
  assert.deepEqual(arranged({ has: [] }), { place: "alone", shown: ["cluster"], tabs: [], height: 0 });
});

test("while no log has an entry the cluster has the logs' room, unless they are asked for", () => {
  const side = { width: 1024, height: 600, size: "laptop", stacked: false, empty: true };
  assert.deepEqual(arranged(side), { place: "alone", shown: ["cluster"], tabs: [], height: 0 });
  assert.deepEqual(arranged({ ...side, wanted: "spacetime" }).shown, ["cluster", "spacetime"]);
  assert.deepEqual(arranged({ ...side, width: 2400, height: 1200 }).shown, ["cluster"]);
  const { place, shown, tabs } = arranged({ empty: true });
  assert.deepEqual([place, shown, tabs], ["tab", ["cluster"], ["cluster", "log", "spacetime"]]);
  assert.deepEqual(arranged({ empty: true, wanted: "log" }).shown, ["cluster", "log"]);
  assert.equal(arranged({ empty: true, has: ["log"] }).place, "alone");
});

test("two clusters beside each other have half of the width each, so logs fold sooner", () => {
  const room = { width: 592, height: 330, nodes: five };
  assert.equal(arranged(room).place, "under");
  assert.equal(arranged({ ...room, clusters: 2 }).place, "tab");
  assert.deepEqual(arranged({ ...room, clusters: 2 }).shown, ["cluster"]);
});

test("where there is hardly any room only the cluster is shown, or what is asked for", () => {
  assert.ok(formOf({ width: 300, height: 250 }).tight && formOf({ width: 422, height: 256 }).tight);
  assert.ok(!formOf({ width: 390, height: 844 }).tight && !formOf({ width: 844, height: 390 }).tight);
  const tight = { width: 298, height: 110, size: "phone", stacked: false, tight: true };
  assert.deepEqual(arranged(tight).shown, ["cluster"]);
  assert.deepEqual(arranged({ ...tight, wanted: "log" }).shown, ["log"]);
  assert.ok(heightOf({ width: 300, visible: 250, fills: false, most: null }) < 250);
});
