/* A question of a story: what it asks, which answer is right, and what is said then. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { answeredAt, questionAt, verdictOf } from "../../raftlab/player/src/quiz.js";
import { branchOf } from "./bundles.js";

const branch = branchOf("three_nodes");
const asks = branch.stops.filter((event) => branch.events[event][3][0] === "ask");

test("a question is asked right after its event, and nowhere else", () => {
  assert.ok(asks.length > 0);
  for (const event of asks) {
    const asked = questionAt(branch, event + 1);
    assert.equal(asked.question, branch.events[event][3][1]);
    assert.equal(questionAt(branch, event), null);
    assert.equal(questionAt(branch, event + 2), null);
  }
});

test("the right answer is the node of the turning point that shows it", () => {
  const [event] = asks;
  const { right, shownBy, answers } = questionAt(branch, event + 1);
  const [, kind, node] = branch.turns.find(([at]) => at === shownBy);
  assert.equal(kind, branch.events[event][3][2].until);
  assert.equal(right, node);
  assert.ok(answers.includes(right));
});

test("an answer has just been seen from its event until the end of the next beat", () => {
  const { shownBy, question } = questionAt(branch, asks[0] + 1);
  const [end, next] = branch.beats.filter((beat) => beat > shownBy);
  for (const count of [asks[0] + 1, shownBy, next]) assert.equal(answeredAt(branch, count), null);
  for (const count of [shownBy + 1, end, next - 1])
    assert.equal(answeredAt(branch, count).question, question);
});

test("the verdict says whether the guess was right, and why", () => {
  const question = { right: "n2", after: "It is {answer}." };
  assert.equal(verdictOf(question, "n2"), "✓ As you said. It is n2.");
  assert.equal(verdictOf(question, "n3"), "✗ You said n3. It is n2.");
  assert.equal(verdictOf(question, null), "It is n2.");
  assert.equal(verdictOf({ right: "n2", after: "" }, "n2"), "✓ As you said. The answer is n2.");
});
