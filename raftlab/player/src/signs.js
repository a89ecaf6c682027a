/* The signs and short words for the states of nodes and links. */

import { inPlaces, percent } from "./words.js";

export const ROLE_SIGNS = { leader: "★", candidate: "?", follower: "" };

export const STATUS_SIGNS = { crashed: "✕", paused: "‖" };

/** The sign of a node's state, or "".
 * @param {any} view  of a node */
export const signOf = (view) => (STATUS_SIGNS[stateOf(view)] ?? ROLE_SIGNS[stateOf(view)]) || "";

/** The state that a node shows: its role, unless it is down. Classes of CSS are named after it.
 * @param {any} view  of a node
 * @returns {string} */
export const stateOf = (view) => (view.status === "running" ? view.role : view.status);

/** Where a rule comes from, in brackets: sections of the paper by their numbers, or another source as it is written.
 * @param {string} section  or ""
 * @param {Record<string, string>} sayings  the words for sections of the paper */
export function sourceOf(section, { in_section, in_sections }) {
  if (!section) return "";
  if (!/^\d/.test(section)) return `(${section})`;
  return `(${inPlaces(/, \d/.test(section) ? in_sections : in_section, { section })})`;
}

/** Words that a node lies, and how, to be added to its description; "" for an honest node.
 * @param {import("./trace.js").Timeline} timeline
 * @param {string} node */
export const lieWords = ({ liars, sayings }, node) =>
  liars[node] ? `, ${inPlaces(sayings.lies, { lie: liars[node][1] })}` : "";

/** How a link differs from most links: "90 % lost", "200 ms". The templates come with the trace.
 * @param {Record<string, string>} templates
 * @param {{loss?: number, delay?: number[], duplication?: number}} link
 * @param {(delay: number[]) => string} howLong  puts a delay, which is in ticks, into words */
export function oddWords(templates, { loss, delay, duplication }, howLong) {
  return [
    loss !== undefined && inPlaces(templates.odd_loss, { share: percent(loss) }),
    delay && inPlaces(templates.odd_delay, { delay: howLong(delay) }),
    duplication !== undefined && inPlaces(templates.odd_duplication, { share: percent(duplication) }),
  ]
    .filter(Boolean)
    .join(", ");
}

/** The signs of turning points on the timeline, where they have one; and of stops and forks. */
export const MARK_SIGNS = { leader: "★", commit: "✓", crash: "✕", broken: "!", stop: "◆", fork: "↳" };
export const MARK_WORDS = { stop: "the story has something to say", fork: "another branch begins" };

/** The signs of marks that lie ahead. */
export const AHEAD = "◇";
