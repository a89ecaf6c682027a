/* A step is a film: what was sent leaves, what was delivered arrives, what was lost is seen to die, in the order of cause and effect. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { filmOf, filmSeenBy, momentOf, restingShare, rewindOf } from "../../raftlab/player/src/film.js";
import { branchOf } from "./bundles.js";

const crash = branchOf("leader_crash");
const cut = branchOf("minority_leader");

const before = (branch, event) => (event ? branch.afterEvent(event - 1) : { tick: 0, count: 0 });

/** The film of the step over one event. */
const stepOver = (branch, event, all = false) =>
  filmOf(branch, before(branch, event), branch.afterEvent(event), all);

const firstEvent = (branch, wanted) => {
  const event = branch.find(0, wanted);
  assert.ok(event >= 0);
  return event;
};

test("a message rests between its nodes, the farther the later, and never at one of them", () => {
  const message = { sent: 10, arrives: 13 };
  const shares = [10, 11, 12, 13].map((tick) => restingShare(message, { tick }));
  assert.deepEqual(
    shares,
    [...shares].sort((a, b) => a - b),
  );
  assert.equal(new Set(shares).size, 4);
  assert.ok(shares[0] > 0.2 && shares[3] < 0.85);
});

test("a candidate's requests leave it after its time has passed, and come to rest on the way", () => {
  const event = firstEvent(crash, ([, , , , effects]) => effects?.includes("CA-1"));
  const film = stepOver(crash, event);
  const sent = film.flights.filter(({ message }) => message.kind === "RequestVote");
  assert.equal(sent.length, 4);
  for (const { begin, end, from, to, fate, message } of sent) {
    assert.deepEqual([begin, end, from, fate], [0.5, 1, 0, "rests"]);
    assert.equal(to, restingShare(message, { tick: crash.tickOf(event) }));
  }
  const early = momentOf(film, 0.49);
  assert.equal(early.position.count, event);
  assert.ok(early.time > film.from.tick && early.time <= crash.tickOf(event));
  assert.equal(momentOf(film, 0.5).position.count, event + 1);
});

test("a request flies into its node, and only then the answer leaves", () => {
  const event = firstEvent(
    crash,
    ([, what, , detail, effects]) =>
      what === "deliver" && crash.message(detail).kind === "RequestVote" && effects.includes("RV-2"),
  );
  const [, , , request] = crash.events[event];
  const film = stepOver(crash, event);
  const [arrives] = film.flights.filter(({ id }) => id === request);
  const [answer] = film.flights.filter(({ message }) => message.kind === "RequestVoteReply");
  assert.deepEqual([arrives.begin, arrives.to, arrives.fate], [0, 1, "arrives"]);
  assert.deepEqual([answer.begin, answer.end, answer.from], [arrives.end, 1, 0]);
});

test("what is sent into a cut dies on the way, after it has left its sender", () => {
  const event = firstEvent(cut, ([, what, , detail]) => what === "lost" && detail[1] === "cut");
  const [, , , [id]] = cut.events[event];
  const film = filmOf(cut, before(cut, cut.sentAt[id]), cut.afterEvent(event));
  const [flight] = film.flights.filter((each) => each.id === id);
  assert.equal(flight.fate, "cut");
  assert.ok(flight.from === 0 && flight.to > 0.2 && flight.to < 0.8 && flight.end > flight.begin);
});

test("what is sent to a crashed node gets there, and dies", () => {
  const event = firstEvent(crash, ([, what, , detail]) => what === "lost" && detail[1] === "crashed");
  const [flight] = stepOver(crash, event).flights.filter(({ id }) => id === crash.events[event][3][0]);
  assert.deepEqual([flight.fate, flight.to], ["crashed", 1]);
});

test("heartbeats and answers of which nothing comes are one pulse, unless all is asked for", () => {
  const event = crash.find(
    0,
    ([tick, what, , , effects], at) =>
      tick > 45 && what !== "deliver" && effects?.includes("LE-1") && crash.told[at][1] === 0,
  );
  assert.ok(event >= 0);
  const leader = crash.events[event][2];
  const quiet = stepOver(crash, event);
  assert.deepEqual(
    quiet.pulses.map(({ node }) => node),
    [leader],
  );
  assert.ok(quiet.flights.every(({ id }) => !crash.events[event][4].includes(id)));
  const loud = stepOver(crash, event, true);
  assert.deepEqual(loud.pulses, []);
  assert.equal(loud.flights.filter(({ id }) => crash.events[event][4].includes(id)).length, 4);
});

test("a step over a long quiet time shows one pulse of the leader, not one for every heartbeat", () => {
  const from = crash.endOfTick(25);
  const next = crash.find(from.count, (_, event) => crash.told[event][1] > 1);
  const film = filmOf(crash, from, crash.afterEvent(next));
  const pulses = film.pulses.map(({ node, at }) => `${node} ${at}`);
  assert.equal(new Set(pulses).size, pulses.length);
  assert.ok(pulses.length <= film.scenes.length);
});

test("every film of every step lasts 400 to 600 ms, and each flight has a third of it or more", () => {
  for (const branch of [crash, cut])
    for (let event = 0; event < branch.events.length; event++) {
      const film = stepOver(branch, event);
      assert.ok(film.duration >= 400 && film.duration <= 600);
      assert.deepEqual(film.scenes.at(-1), { at: 1, position: branch.afterEvent(event) });
      for (const { begin, end, from, to } of film.flights) {
        assert.ok(begin >= 0 && end <= 1 && (end - begin) * film.duration >= 190);
        assert.ok(from >= 0 && to <= 1 && to >= from);
      }
    }
});

test("a message that is sent and delivered within a long step flies all its way in its own part of the film", () => {
  const event = firstEvent(crash, ([, , , , effects]) => effects?.includes("CA-1"));
  const reply = crash.find(
    event,
    ([, what, , detail]) => what === "deliver" && crash.message(detail).kind === "RequestVoteReply",
  );
  const film = filmOf(crash, before(crash, event), crash.afterEvent(reply));
  const whole = film.flights.filter(({ from, to }) => from === 0 && to === 1);
  assert.ok(whole.length >= 2);
  assert.ok(whole.every(({ begin, end }) => end - begin < 0.5));
});

test("in a step back everything goes back to where it was: into its sender, out of its receiver, or along its way", () => {
  for (const branch of [crash, cut])
    for (let count = 1; count < branch.beats.length; count++) {
      const [to, from] = [branch.beats[count - 1], branch.beats[count]].map((beat) =>
        branch.afterEvent(beat - 1),
      );
      const film = rewindOf(branch, from, to);
      assert.deepEqual(momentOf(film, 0), { position: to, time: to.tick });
      const flights = new Map(film.flights.map((flight) => [flight.id, flight]));
      for (const id of branch.at(to.count).flying)
        if (!branch.isMurmur(id)) {
          const flight = flights.get(id);
          assert.deepEqual([flight.fate, flight.to], ["rests", restingShare(flight.message, to)]);
          assert.ok(flight.from >= flight.to, "the way that it came");
        }
      for (const id of branch.at(from.count).flying)
        if (branch.sentAt[id] >= to.count && !branch.isMurmur(id)) {
          const { fate, to: end } = flights.get(id);
          assert.deepEqual([fate, end], ["returns", 0]);
        }
    }
});

test("the time of a film never runs backwards, and ends where the step ends", () => {
  for (let tick = 0; tick < cut.ticks; tick++) {
    const [from, to] = [cut.endOfTick(tick), cut.endOfTick(tick + 7)];
    const film = filmOf(cut, from, to);
    let last = { time: from.tick, position: from };
    for (let share = 0; share <= 1; share += 1 / 32) {
      const now = momentOf(film, share);
      assert.ok(now.time >= last.time - 1e-9 && now.position.count >= last.position.count);
      last = now;
    }
    assert.deepEqual(last.position, to);
  }
});

// -- As one node sees it ------------------------------------------------------------------------------------

/** The films of all beats of a branch, forth and back, whole and as one node sees them. */
const beatsSeenBy = (branch, node, filmOfBeat) =>
  branch.beats.slice(1).map((beat, place) => {
    const [early, late] = [branch.afterEvent(branch.beats[place] - 1), branch.afterEvent(beat - 1)];
    const whole = filmOfBeat === rewindOf ? rewindOf(branch, late, early) : filmOf(branch, early, late);
    return [whole, filmSeenBy(branch, whole, node)];
  });

test("a node sees its own requests leave, the same whatever becomes of them", () => {
  const event = cut.find(0, ([, , node, , effects]) => node === "n1" && effects?.includes("CA-1"));
  const whole = stepOver(cut, event);
  const sent = filmSeenBy(cut, whole, "n1").flights;
  assert.equal(sent.length, 4);
  for (const { from, to, fate } of sent) assert.deepEqual([from, to, fate], [0, 1 / 3, "leaves"]);
  assert.deepEqual(filmSeenBy(cut, whole, "n2").flights, []);

  const fatesOf = ({ flights }) =>
    new Set(
      flights.filter(({ message, from }) => message.src === "n1" && from === 0).map(({ fate }) => fate),
    );
  const parted = beatsSeenBy(cut, "n1", filmOf).filter(([film]) => fatesOf(film).size > 1);
  assert.ok(parted.length, "some rest or arrive, and some die at the cut");
  for (const [, film] of parted) assert.deepEqual([...fatesOf(film)], ["leaves"]);
});

test("what a node is sent it sees coming in the last third of the way, and nothing of what is lost", () => {
  for (const [whole, film] of beatsSeenBy(cut, "n3", filmOf)) {
    const coming = film.flights.filter(({ message }) => message.dst === "n3");
    const arriving = whole.flights.filter(({ message, fate }) => message.dst === "n3" && fate === "arrives");
    assert.deepEqual(
      coming.map(({ id }) => id),
      arriving.map(({ id }) => id),
    );
    for (const { from, to, begin, end } of coming) {
      assert.deepEqual([from, to], [2 / 3, 1]);
      assert.ok(end > begin);
    }
  }
});

test("between two other nodes nothing is seen, forth or back, and no heartbeat of another node", () => {
  for (const branch of [crash, cut])
    for (const node of ["n1", "n4"])
      for (const way of [filmOf, rewindOf])
        for (const [whole, { flights, pulses, scenes, duration }] of beatsSeenBy(branch, node, way)) {
          assert.deepEqual([scenes, duration], [whole.scenes, whole.duration]);
          assert.ok(pulses.every((pulse) => pulse.node === node));
          for (const { message, from, to } of flights) {
            const [nearest, farthest] = [Math.min(from, to), Math.max(from, to)];
            if (message.src === node) assert.deepEqual([nearest, farthest], [0, 1 / 3]);
            else assert.deepEqual([message.dst, nearest, farthest], [node, 2 / 3, 1]);
          }
        }
});
