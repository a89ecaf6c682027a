/* A kernel that answers late: time may run meanwhile, and cells may move the player, too. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Kernel } from "../../raftlab/player/src/kernel.js";
import { Motion } from "../../raftlab/player/src/motion.js";
import { Player } from "../../raftlab/player/src/player.js";
import { Timeline } from "../../raftlab/player/src/trace.js";
import { bundlesOf } from "./bundles.js";

const page = /** @type {any} */ (globalThis);
page.document = new EventTarget();
page.window = { matchMedia: () => ({ matches: true }) }; // nothing moves

/** A model whose kernel is silent, and what has been sent to it. */
function silentModel(traits) {
  const sent = [];
  const model = {
    sent,
    get: (name) => traits[name],
    set: (name, value) => (traits[name] = value),
    on: () => {},
    off: () => {},
    send: (message) => sent.push(message),
  };
  return model;
}

/** The parts of a player that need no page: its time, its branches, and a picture that only checks what it is to show. */
function playerOf(bundle) {
  const player = Object.create(Player.prototype);
  const isThere = ({ branch, position }) => assert.ok(position.count <= branch.events.length);
  const quiet = new Proxy({}, { get: () => () => {} });
  return Object.assign(player, {
    timeline: new Timeline(bundle),
    motion: new Motion(player),
    part: true,
    show: ["everything"],
    only: null,
    kernel: null,
    selected: null,
    sight: null,
    guess: null,
    unseen: null,
    seen: {},
    reach: 0,
    skipped: 0,
    left: new Map(),
    saying: quiet,
    quiz: quiet,
    stage: {},
    panels: [{ draw: isThere }],
  });
}

/** A branch that leaves the story at a tick, and has not been simulated any further. */
function shortBranch(story, tick) {
  const events = story.countAt(tick);
  const none = { messages: [], events: [], told: [], committed: [], turns: [], operations: [], labels: {} };
  return { id: 1, name: "mine", parent: 0, fork: { tick, events, messages: 0 }, ticks: tick, ...none };
}

test("an answer that comes while time runs stops it before the branch is another", () => {
  const [bundle] = bundlesOf("three_nodes");
  const player = playerOf(bundle);
  const { branch } = player;
  player.position = branch.endOfTick(branch.ticks);
  player.playing = true;
  player.receive({ branch: shortBranch(branch, 10), current: 1, tick: 10 });
  assert.deepEqual([player.playing, player.branch.id, player.position.tick], [false, 1, 10]);
});

test("an answer that waits for a film is applied before the next one, which ends the film", async () => {
  const applied = [];
  const player = Object.create(Player.prototype);
  /** @type {(value?: any) => void} */
  let end = () => {};
  const film = new Promise((resolve) => (end = resolve));
  const motion = { end: () => end() };
  const receive = (answer) => applied.push(answer);
  Object.assign(player, { motion, receive, turn: Promise.resolve(), isHeld: false });
  const first = player.receiveInTurn("a crash", film);
  await Promise.resolve();
  assert.deepEqual(applied, [], "the film still plays");
  await player.receiveInTurn("its undo");
  await first;
  assert.deepEqual(applied, ["a crash", "its undo"]);
});

test("an answer that cannot be applied does not hold up the next one", async () => {
  const player = Object.create(Player.prototype);
  const receive = (answer) => {
    if (answer === "broken") throw new Error("it cannot be read");
    return answer;
  };
  Object.assign(player, { receive, turn: Promise.resolve(), isHeld: false, motion: { end: () => {} } });
  const broken = assert.rejects(player.receiveInTurn("broken"));
  assert.equal(await player.receiveInTurn("whole"), "whole");
  await broken;
});

test("a report names the last move of the kernel that is shown, and not one that is only on its way", () => {
  const model = silentModel({ tick: 0, moves: 2, changes: 1, bundled: 1 });
  const kernel = new Kernel(model);
  kernel.look(0, { tick: 5, count: 9 });
  kernel.onMessage({ re: "another view's", moves: 3 });
  kernel.tick = 6;
  kernel.tell();
  kernel.shown({ moves: 3 });
  kernel.tell();
  kernel.close();
  assert.deepEqual(model.sent, [
    { look: 5, moves: 2 },
    { look: 6, moves: 2 },
    { look: 6, moves: 3 },
  ]);
});

test("a page whose bundle is older than the run reports nothing that the kernel believes", () => {
  const model = silentModel({ tick: 900, moves: 4, changes: 3, bundled: 1 });
  const kernel = new Kernel(model);
  kernel.look(0, { tick: 300, count: 9 }); // the old run ends there
  kernel.close();
  assert.deepEqual(model.sent, [{ look: 300, moves: null }]);
});

for (const [way, ask] of /** @type {[string, (player: any) => Promise<void>][]} */ ([
  ["Next at the end of the run", (player) => player.atTheEnd()],
  ["the slider", (player) => player.slideTo(player.branch.ticks + 50)],
  ["a jump to what has not happened yet", (player) => player.runUntil("a kind that never comes")],
])) {
  test(`a reader who goes elsewhere while the kernel simulates stays there, after ${way}`, async () => {
    const [bundle] = bundlesOf("three_nodes");
    const player = playerOf(bundle);
    const { branch } = player;
    /** @type {(hasMore: boolean) => void} */
    let answer = () => {};
    const simulateMore = () => new Promise((resolve) => (answer = resolve));
    Object.defineProperty(player, "canAct", { value: true });
    const nextBeat = () => branch.endOfTick(0); // there is always something more to see
    const next = () => assert.fail("it goes on from where the reader is now");
    Object.assign(player, { simulateMore, nextBeat, next, stop: () => {} });
    player.position = branch.endOfTick(branch.ticks);
    const asked = ask(player);
    player.goTick(10);
    answer(true);
    await asked;
    assert.equal(player.position.tick, 10);
  });
}
