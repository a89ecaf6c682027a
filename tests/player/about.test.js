/* What a card says: plain words about what is so at a moment, and nothing that a node through whose eyes one looks cannot know. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { aboutThing } from "../../raftlab/player/src/about.js";
import { branchOf } from "./bundles.js";

const crash = branchOf("leader_crash");
const figure8 = branchOf("figure_8");
const cut = branchOf("minority_leader");

const node = (id) => ({ kind: "node", id });
const entry = (id, index) => ({ kind: "entry", id, index });
const at = (branch, tick, thing, how) => aboutThing(branch, branch.endOfTick(tick), thing, how);

const leaderAt = (branch, tick) => branch.at(branch.countAt(tick)).leader();

test("a leader leads its term, and the others follow it", () => {
  const leader = leaderAt(crash, 40);
  assert.match(at(crash, 40, node(leader)).said.join(" "), /^It leads term 1\./);
  for (const id of crash.timeline.nodes.filter((each) => each !== leader))
    assert.ok(at(crash, 40, node(id)).said.includes(`It follows ${leader}, the leader of term 1.`));
});

test("of a crashed node only what its disk has is told", () => {
  const event = crash.find(0, ([, what]) => what === "crash");
  const id = crash.events[event][2];
  const { title, said, fields } = aboutThing(crash, crash.afterEvent(event), node(id));
  assert.equal(title, `${id}: crashed`);
  assert.ok(said.includes("It has crashed. What it has saved is still on its disk."));
  const names = fields.map(([name]) => name);
  assert.ok(
    names.includes("voted_for") && !names.includes("leader") && !names.includes("timer"),
    names.join(),
  );
});

test("before a lesson has logs nothing is said of them", () => {
  const { said } = at(figure8, 30, node("n2"), { has: (word) => word !== "log" });
  assert.ok(!said.join(" ").includes("stored"));
});

test("before a lesson has indexes they are not among the fields of a node", () => {
  const { fields } = at(figure8, 30, node("n2"), { has: (word) => word !== "indexes" });
  assert.ok(!fields.some(([name]) => name === "commit_index"));
});

test("an entry is told by what its node knows, and by what is so", () => {
  const { said } = at(figure8, 30, entry("n2", 2));
  assert.match(said[0], /^n2 has stored x=3 at index 2, in term 3\.$/);
  assert.deepEqual(said.slice(1), [
    "It does not know yet whether this entry is committed.",
    "The entry is not committed: it may still be lost.",
  ]);
  assert.ok(at(figure8, 30, entry("n2", 9)).said.includes("n2 has no entry 9 now."));
});

test("a committed entry is a fact, whether a node knows it or not", () => {
  const [event, index] = cut.committed.find(([event]) => event >= 0);
  const position = cut.afterEvent(event);
  const world = cut.at(position.count);
  const holders = cut.timeline.nodes.filter((id) => world.views[id].log.length >= index);
  const words = holders.map((id) => aboutThing(cut, position, entry(id, index)).said);
  assert.ok(
    words.every((said) => said.at(-1) === "The entry is committed: every later leader will have it."),
  );
  assert.ok(
    words.some((said) => said[1].startsWith("It does not know")),
    "somebody learns it later",
  );
});

test("a message is on its way, has arrived, or was lost and why", () => {
  const lost = cut.lostAt.findIndex((event) => event !== undefined);
  const event = cut.lostAt[lost];
  const message = { kind: "message", id: lost };
  assert.match(
    aboutThing(cut, cut.afterEvent(event), message).said[0],
    /^It was lost at \d+\.\d+ s: the link is cut\.$/,
  );
  const arrived = crash.deliveredAt.findIndex((each) => each !== undefined);
  const thing = { kind: "message", id: arrived };
  assert.match(
    aboutThing(crash, crash.afterEvent(crash.sentAt[arrived]), thing).said[0],
    /^It is on its way/,
  );
  assert.match(
    aboutThing(crash, crash.afterEvent(crash.deliveredAt[arrived]), thing).said[0],
    /^It arrived at/,
  );
});

test("a link that is cut says so, both ways or one", () => {
  const tick = cut.events[cut.find(0, ([, what]) => what === "partition")][0];
  const [a, b] = cut.at(cut.countAt(tick)).network.down[0].split(">");
  const { title, said, fields } = at(cut, tick, { kind: "link", id: `${a}>${b}` });
  assert.equal(title, `Link ${a} – ${b}`);
  assert.deepEqual(said, ["Nothing passes between them."]);
  assert.deepEqual(fields.slice(0, 2), [
    [`${a} → ${b}`, "cut"],
    [`${b} → ${a}`, "cut"],
  ]);
});

test("through the eyes of one node the others are what it has heard of them", () => {
  const leader = leaderAt(crash, 40);
  const [one, other] = crash.timeline.nodes.filter((each) => each !== leader);
  const of = (thing) => at(crash, 40, thing, { sight: one });
  assert.match(
    of(node(leader)).said.join(),
    new RegExp(`^${one} last heard from it at .* It was in term 1 then\\.$`),
  );
  assert.deepEqual([of(node(other)).fields, of(node(other)).title], [[], other]);
  assert.ok(of(node(one)).fields.length > 5, "its own state it knows");
  assert.deepEqual(of({ kind: "link", id: `${one}>${other}` }).said, [`${one} cannot see that.`]);
});
