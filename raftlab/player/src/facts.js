/* The entries that are committed as a fact, even if no node knows it. They are read from rows in the trace. Needs no page. */

import { firstNot } from "./search.js";

/** An entry that is committed as a fact: the event that committed it, and the index and term (later, laterTerm) of the newest entry
 * that the same event committed, which may be a later one.
 * @typedef {{event: number, term: number, command: any, later: number, laterTerm: number}} Fact */

export const UNKNOWN = "…"; // the command of an entry that a node has only as part of a snapshot that it received

/** The entries that are committed as a fact at an index by some moment, each with the event that committed it.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count
 * @param {number} index
 * @returns {Fact[]} */
export function factsAt(branch, count, index) {
  const facts = factsOf(branch);
  return (facts.at[index] || []).filter(({ event }) => event < count);
}

/** Index -> facts of a branch. Only new rows are read; the others are cached. */
function factsOf(branch) {
  branch.facts ||= { read: 0, at: [], agreed: new WeakMap() };
  const { facts } = branch;
  for (; facts.read < branch.committed.length; facts.read++) {
    const [event, later, term] = branch.committed[facts.read];
    const log = logEnding(branch, event, later, term);
    for (let place = later; place > 0; place--) {
      const entry = log.entry(place);
      const known = (facts.at[place] ||= []);
      if (entry[1] === UNKNOWN || known.some((each) => each.term === entry[0] && each.command === entry[1]))
        break;
      known.push({ event, term: entry[0], command: entry[1], later, laterTerm: term });
    }
  }
  return facts;
}

/** The log, up to this entry, of the node that has just stored the committed entry. */
function logEnding(branch, event, index, term) {
  const fits = (view) => view.log.entry(index)?.[0] === term;
  if (event < 0) return Object.values(branch.at(0).views).find(fits).log;
  const node = branch.events[event][2];
  const view = branch.at(event + 1).views[node];
  if (fits(view)) return view.log;
  // The node crashed in the middle of the step. Its view shows the entry only after the event of the crash.
  return branch.at(1 + branch.find(event + 1, ([, what, who]) => what === "crash" && who === node)).views[
    node
  ].log;
}

/** Are two entries equal? In protocols without a leader only the command counts, not the number of its proposal.
 * @param {import("./trace.js").Branch} branch
 * @param {any[]} entry
 * @param {{term: number, command: any}} other */
export const isSame = ({ timeline }, [term, command], other) =>
  command === other.command && (term === other.term || !timeline.words.leader);

/** The last index at which something is committed as a fact by some moment; 0 if nothing is.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count */
export function lastFact(branch, count) {
  const { at } = factsOf(branch);
  return firstNot(Math.max(0, at.length - 1), (place) => at[place + 1][0].event < count);
}

/** The index up to which a log holds the entries that are, or later become, committed. Logs with a common array are read once.
 * @param {import("./trace.js").Branch} branch
 * @param {import("./trace.js").LogView} log
 * @returns {number} */
export function agreedWithFacts(branch, log) {
  const { at, agreed } = factsOf(branch);
  let upTo = agreed.get(log.entries) || 0;
  for (; upTo < log.length; upTo++) {
    const entry = log.entry(upTo + 1);
    const fact = at[upTo + 1]?.[0];
    if (!fact || !(entry[1] === UNKNOWN || isSame(branch, entry, fact))) break;
  }
  agreed.set(log.entries, upTo);
  return Math.min(upTo, log.length);
}
