/* Stories as the player gets them, for the tests that node runs: the bundles are made by Python.
 *
 * `make test` runs these files. By hand: PYTHON=.venv/bin/python node --test tests/player/*.test.js */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { Timeline } from "../../raftlab/player/src/trace.js";

const MAKE = fileURLToPath(new URL("../player_bundles.py", import.meta.url));

/** What was made before these tests began: to start Python takes longer than most of them. */
const kept = process.env.BUNDLES ? JSON.parse(readFileSync(process.env.BUNDLES, "utf8")) : {};

/** Run Python, and read what it prints, unless that was done already. @param {string[]} stories */
function made(stories) {
  if (stories.length && stories.every((story) => story in kept)) return kept;
  const printed = execFileSync(process.env.PYTHON || "python3", [MAKE, ...stories], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(printed);
}

/** The bundles of stories, by their names: const [bundle] = bundlesOf("three_nodes").
 * @param {...string} stories */
export function bundlesOf(...stories) {
  const bundles = made(stories);
  return stories.map((story) => bundles[story]);
}

/** Every story and every scene of a lesson, as [name, branch].
 * @returns {[string, any][]} */
export function allBranches() {
  return Object.entries(made([])).map(([name, bundle]) => [name, new Timeline(bundle).branch(0).resolve()]);
}

/** The first branch of a story, ready to be looked at: branchOf("three_nodes").at(20).views.n1.
 * @param {string} story */
export function branchOf(story) {
  return new Timeline(bundlesOf(story)[0]).branch(0).resolve();
}
