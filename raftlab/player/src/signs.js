/* The signs and short words for what a node or a link is like. */

import { percent } from "./words.js";

const ROLE_SIGNS = { leader: "★", candidate: "?", follower: "" };

const STATUS_SIGNS = { crashed: "✕", paused: "‖" };

export const WALL_WORDS = "cut: nothing passes";

/** A mask with two eyes, 60 units wide, for a node that lies. */
export const MASK =
  "M-30 -8C-18 -14 -8 -8 0 -8C8 -8 18 -14 30 -8C30 10 14 16 6 8C3 4 -3 4 -6 8C-14 16 -30 10 -30 -8ZM-20 -2A6 4 0 1 0 -8 -2A6 4 0 1 0 -20 -2ZM8 -2A6 4 0 1 0 20 -2A6 4 0 1 0 8 -2Z";

export const signOf = (view) => (STATUS_SIGNS[stateOf(view)] ?? ROLE_SIGNS[stateOf(view)]) || "";

/** What a node shows itself as, as a class of style and a sign: its role, unless it is down. */
export const stateOf = (view) => (view.status === "running" ? view.role : view.status);

/** Where a rule is from: sections of the paper, or what says itself what it is; nothing is said of nothing. */
export function sourceOf(section) {
  if (!section) return "";
  return /^\d/.test(section) ? `(section${/, \d/.test(section) ? "s" : ""} ${section})` : `(${section})`;
}

/** That a node lies, and how, to be added to what is said of it; nothing of an honest one. */
export const lieWords = ({ liars }, node) => (liars[node] ? `, lies: ${liars[node][1]}` : "");

/** What a link does that differs from most: "90 % lost", "200 ms". howLong says a delay, which is in ticks, in words. */
export function oddWords({ loss, delay, duplication }, howLong) {
  return [
    loss !== undefined && `${percent(loss)} lost`,
    delay && howLong(delay),
    duplication !== undefined && `${percent(duplication)} doubled`,
  ]
    .filter(Boolean)
    .join(", ");
}
