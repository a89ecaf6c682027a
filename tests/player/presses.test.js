/* How often one presses Next until a story says something. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { allBranches } from "./bundles.js";

const MOST = 3;

/** How many presses it takes from the start until the first stop is said.
 * @param {any} branch */
function pressesToTheFirstWord(branch) {
  let position = { tick: 0, count: 0 };
  for (let presses = 1; ; presses++) {
    position = branch.nextBeat(position);
    if (position.count > branch.stops[0]) return presses;
  }
}

test("every story says its first word within three presses", () => {
  const presses = allBranches().map(([name, branch]) => [name, pressesToTheFirstWord(branch)]);
  assert.ok(presses.length > 80);
  assert.deepEqual(
    presses.filter(([, count]) => count > MOST),
    [],
  );
});
