/* Stories as the player gets them, for the tests that node runs: the bundles are made by Python.
 *
 * `make test` runs these files. By hand: PYTHON=.venv/bin/python node --test tests/player/*.test.js */

import { execFileSync } from "node:child_process";
import process from "node:process";

import { Timeline } from "../../raftlab/player/src/trace.js";

const MAKE = `
import json, sys
from raftlab import STORIES, History
from raftlab.lab.scenes import WITH_A_MISTAKE, scene
from raftlab.models.scenes import SCENES
names = sys.argv[1:] or [*STORIES, *SCENES, *WITH_A_MISTAKE]
print(json.dumps({name: History(*scene(name)).bundle() for name in names}))
`;

/** Run Python, and read what it prints. @param {string[]} stories */
function made(stories) {
  const printed = execFileSync(process.env.PYTHON || "python3", ["-c", MAKE, ...stories], {
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
