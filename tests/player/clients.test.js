/* Clients: what they ask and are told is found in the events, it is seen to travel, and they stand where they fit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { sharedArea } from "../../raftlab/player/src/boxes.js";
import { callsAround, callsOf, standingsOf } from "../../raftlab/player/src/calls.js";
import { chipsIn, tieOf } from "../../raftlab/player/src/chips.js";
import { filmOf, filmSeenBy, rewindOf } from "../../raftlab/player/src/film.js";
import { blockAt, layoutOf } from "../../raftlab/player/src/layout.js";
import { branchOf } from "./bundles.js";

const copies = branchOf("two_copies");
const twice = branchOf("asked_twice");
const write = branchOf("one_write");

const said = ({ client, node, answers, words }) =>
  answers ? `${node} tells ${client} ${words}` : `${client} asks ${node} ${words}`;

/** The film of the step from before one event to after another. */
const filmOver = (branch, first, last = first) =>
  filmOf(branch, branch.afterEvent(first - 1), branch.afterEvent(last));

test("who asks whom, and who is told what, stands in the events", () => {
  assert.deepEqual(callsOf(copies).slice(0, 4).map(said), [
    "Ann asks n1 x=1",
    "n1 tells Ann ok",
    "Ann asks n1 x=2",
    "n1 tells Ann ok",
  ]);
  assert.deepEqual(callsOf(twice).map(said), [
    "c1 asks n1 x=1",
    "n1 tells c1 ok",
    "c1 asks n1 x+=2",
    "c1 asks n2 x+=2",
    "n2 tells c1 ok",
    "c1 asks n2 x?",
    "n2 tells c1 122",
  ]);
});

test("a request arrives before its node acts, and the answer leaves after it has", () => {
  const [request, answer] = callsOf(write);
  const asks = filmOver(write, request.event);
  assert.deepEqual(
    asks.errands.map(({ call, begin, end }) => [call, begin, end]),
    [[request, 0, 0.5]],
  );
  const entries = asks.flights.filter(({ message }) => message.kind === "AppendEntries");
  assert.equal(entries.length, 2);
  for (const { begin } of entries) assert.equal(begin, 0.5, "the leader sends it when it has been asked");
  assert.equal(asks.scenes.find(({ position }) => position.count > request.event).at, 0.5);
  const tells = filmOver(write, answer.event);
  const [told] = tells.errands;
  assert.equal(told.call, answer);
  const arrives = tells.flights.find(({ fate }) => fate === "arrives");
  assert.deepEqual([told.begin, told.end], [arrives.end, 1]);
});

test("one who asks and is told at once waits for the answer before it asks again; two clients ask side by side", () => {
  const [first, , , second] = callsOf(copies);
  const both = filmOver(copies, first.event, second.event).errands;
  const ends = both.filter(({ call }) => call.answers).map(({ end }) => end);
  for (const { call, begin } of both)
    if (!call.answers && call !== first) assert.ok(begin >= Math.min(...ends));
  const together = branchOf("two_at_once");
  const [ann, , bob] = callsOf(together);
  const [a, , b] = filmOver(together, ann.event, bob.event).errands;
  assert.deepEqual([a.begin, a.end], [b.begin, b.end]);
});

test("a step back shows no request, and a node sees only those to itself", () => {
  const [request] = callsOf(write);
  const [before, after] = [write.afterEvent(request.event - 1), write.afterEvent(request.event)];
  assert.deepEqual(rewindOf(write, after, before).errands, []);
  const film = filmOf(write, before, after);
  assert.equal(filmSeenBy(write, film, request.node).errands.length, 1);
  for (const other of write.timeline.nodes.filter((node) => node !== request.node))
    assert.deepEqual(filmSeenBy(write, film, other).errands, []);
});

test("what a client is told stands beside it when it has arrived, and not before", () => {
  const [request, answer] = callsOf(write);
  const at = (count, flying = []) => standingsOf(write, count, flying).map(({ state }) => state);
  assert.deepEqual(at(request.event), []);
  assert.deepEqual(at(request.event, [request]), ["waiting"], "it has left");
  assert.deepEqual(at(request.event + 1), ["waiting"]);
  assert.deepEqual(at(answer.event + 1, [answer]), ["waiting"], "the answer is still on its way");
  assert.deepEqual(at(answer.event + 1), ["answered"]);
});

test("a client that asks again waits for the node that it asked last", () => {
  const again = callsOf(twice)[3];
  const [before] = standingsOf(twice, again.event, []);
  const [after] = standingsOf(twice, again.event + 1, []);
  assert.deepEqual([before.node, before.state, after.node, after.state], ["n1", "waiting", "n2", "waiting"]);
  assert.equal(before.asked, after.asked);
});

test("a client that has said what it wants is not said to have asked a node before it has", () => {
  const [, , request] = callsOf(twice);
  assert.ok(request.asked < request.event);
  const at = (count, flying) =>
    standingsOf(twice, count, flying).map(({ asked, state, isWish }) => [asked, state, isWish]);
  assert.deepEqual(at(request.asked + 1, []), [["append 2 to x", "waiting", true]]);
  assert.deepEqual(at(request.asked + 1, [request]), [["append 2 to x", "waiting", false]]);
});

test("a node knows what it was asked and what it said, but not whether that was old", () => {
  const stale = branchOf("stale_read");
  const end = stale.events.length;
  assert.deepEqual(
    standingsOf(stale, end, []).map(({ client, state }) => [client, state]),
    [
      ["c1", "answered"],
      ["c2", "answered"],
      ["c3", "stale"],
    ],
  );
  assert.deepEqual(
    standingsOf(stale, end, [], "n1").map(({ client, state }) => [client, state]),
    [
      ["c1", "answered"],
      ["c3", "answered"],
    ],
  );
});

test("by the clock a request arrives in its tick, and an answer leaves in it", () => {
  const [request, answer] = callsOf(write);
  const [asked, told] = [write.tickOf(request.event), write.tickOf(answer.event)];
  const at = (time) => callsAround(write, time, 1).map(({ call, share }) => [call, share]);
  assert.deepEqual(at(asked - 0.5), [[request, 0.5]]);
  assert.deepEqual(at(asked), []);
  assert.deepEqual(at(told), [[answer, 0]]);
  assert.deepEqual(at(told + 0.75), [[answer, 0.75]]);
});

test("clients stand apart from each other inside of their strip, and their lines meet no other node", () => {
  for (const count of [3, 5, 7, 9])
    for (const [width, height] of [
      [600, 600],
      [860, 700],
      [380, 330],
    ]) {
      const nodes = Array.from({ length: count }, (_, i) => `n${i + 1}`);
      const layout = layoutOf({ nodes, width, height, clients: true });
      const [{ strip }] = layout.islands;
      if (!strip) continue;
      const blocks = Object.fromEntries(nodes.map((node) => [node, blockAt(layout, node)]));
      for (const node of nodes) {
        const other = nodes[(nodes.indexOf(node) + 1) % count];
        const chips = [
          { id: "Ann", node, size: 20, width: 100 },
          { id: "Bob", node: other, size: 20, width: 100 },
        ];
        const stands = chipsIn(chips, strip, layout, blocks);
        assert.ok(stands, `${width} x ${height} has room for two`);
        const [ann, bob] = [stands.get("Ann"), stands.get("Bob")];
        assert.equal(sharedArea(ann.box, bob.box), 0);
        for (const { box } of [ann, bob])
          assert.ok(box.x >= strip.x && box.x + box.width <= strip.x + strip.width);
        const line = tieOf(ann, layout, node, blocks);
        if (count < 7) assert.ok(line, `the way to ${node} is free`);
      }
    }
});

test("no line leads to a node behind another one", () => {
  const layout = layoutOf({ nodes: ["n1", "n2"], width: 120, height: 600, clients: true });
  const [{ strip }] = layout.islands;
  const blocks = Object.fromEntries(["n1", "n2"].map((node) => [node, blockAt(layout, node)]));
  const [far, near] = ["n1", "n2"].map((node) => {
    const stand = chipsIn(
      [{ id: "Ann", node, size: 20, width: strip.width - 24 }],
      strip,
      layout,
      blocks,
    ).get("Ann");
    return tieOf(stand, layout, node, blocks);
  });
  assert.equal(far, null);
  assert.ok(near);
});

test("where there is no room for all, no place is given", () => {
  const layout = layoutOf({ nodes: ["n1", "n2", "n3"], width: 400, height: 400, clients: true });
  const [{ strip }] = layout.islands;
  const blocks = Object.fromEntries(["n1", "n2", "n3"].map((node) => [node, blockAt(layout, node)]));
  const wide = (id) => ({ id, node: "n1", size: 20, width: strip.width * 0.6 });
  assert.ok(chipsIn([wide("Ann")], strip, layout, blocks));
  assert.equal(chipsIn([wide("Ann"), wide("Bob")], strip, layout, blocks), null);
});
