/* The signs and short words for what a node or a link is like. */

import { delayWords, percent } from "./words.js";

const ROLE_SIGNS = { leader: "★", candidate: "?", follower: "" };

const STATUS_SIGNS = { crashed: "✕", paused: "‖" };

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

/** What a link does that differs from most: "90 % lost", "22 ticks". */
export function oddWords({ loss, delay, duplication }) {
  return [
    loss !== undefined && `${percent(loss)} lost`,
    delay && delayWords(delay),
    duplication !== undefined && `${percent(duplication)} doubled`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** A jagged line around a node that lies. */
export function zigzag(radius, depth, teeth) {
  const points = Array.from({ length: 2 * teeth }, (_, i) => {
    const [r, angle] = [radius + (i % 2 ? depth : 0), (Math.PI * i) / teeth];
    return `${(r * Math.sin(angle)).toFixed(1)} ${(-r * Math.cos(angle)).toFixed(1)}`;
  });
  return `M${points.join("L")}Z`;
}
