/* Stories as the player gets them, for the tests that node runs: the bundles are made by Python.
 *
 * `make test` runs these files. By hand: PYTHON=.venv/bin/python node --test tests/player/*.test.js */

import { execFileSync } from "node:child_process";
import process from "node:process";

import { Timeline } from "../../raftlab/player/src/trace.js";

const MAKE = `
import json, sys
from raftlab import History, load
print(json.dumps([History(load(name)).bundle() for name in sys.argv[1:]]))
`;

/** The bundles of stories, by their names: const [bundle] = bundlesOf("three_nodes").
 * @param {...string} stories */
export function bundlesOf(...stories) {
  const made = execFileSync(process.env.PYTHON || "python3", ["-c", MAKE, ...stories], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return JSON.parse(made);
}

/** The first branch of a story, ready to be looked at: branchOf("three_nodes").at(20).views.n1.
 * @param {string} story */
export function branchOf(story) {
  return new Timeline(bundlesOf(story)[0]).branch(0).resolve();
}
