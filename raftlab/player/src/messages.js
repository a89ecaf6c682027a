/* What a message looks like. */

import { make } from "./dom.js";

/** Kinds of other protocols whose names do not say that they answer. */
const ANSWERS = ["Promise", "Accepted", "Refusal"];

/** Requests are solid, replies hollow with + or -; an append with entries says how many, a heartbeat is a dot.
 * Of a pre-vote both are hollow: nothing of it counts. What is not known here has its first letter. */
export function messageShape({ kind, term, fields, src, dst }, timeline) {
  const fill = timeline.color(term);
  const word = timeline.words.term ?? "";
  const [tag, extra, sign] =
    {
      RequestVote: ["svg:path.rl-solid", { d: "M0 -10 L10 0 L0 10 L-10 0 Z", fill }, "?"],
      RequestVoteReply: ["svg:circle.rl-hollow", { r: 8, stroke: fill }, fields.vote_granted ? "+" : "−"],
      AppendEntries: fields.entries?.length
        ? ["svg:rect.rl-solid", { x: -9, y: -9, width: 18, height: 18, fill }, String(fields.entries.length)]
        : ["svg:circle.rl-solid", { r: 5, fill }, ""],
      AppendEntriesReply: [
        "svg:rect.rl-hollow",
        { x: -7, y: -7, width: 14, height: 14, stroke: fill },
        fields.success ? "+" : "−",
      ],
      RequestPreVote: ["svg:path.rl-hollow", { d: "M0 -10 L10 0 L0 10 L-10 0 Z", stroke: fill }, "?"],
      RequestPreVoteReply: [
        "svg:path.rl-hollow",
        { d: "M0 -10 L10 0 L0 10 L-10 0 Z", stroke: fill },
        fields.vote_granted ? "+" : "−",
      ],
      RequestVoteNow: ["svg:path.rl-solid", { d: "M0 -10 L10 0 L0 10 L-10 0 Z", fill }, "!"],
    }[kind] ||
    (kind.endsWith("Reply") || ANSWERS.includes(kind)
      ? ["svg:circle.rl-hollow", { r: 8, stroke: fill }, kind[0]]
      : ["svg:circle.rl-solid", { r: 8, fill }, kind[0]]);
  const label = `${timeline.messageName({ kind, fields })}${word && ` of ${word} ${term}`} from ${src} to ${dst}`;
  return make(
    "svg:g.rl-message",
    { role: "img", "aria-label": label },
    make("svg:title", {}, label),
    make("svg:circle.rl-hit", { r: 13 }),
    make(tag, extra),
    make("svg:text", { y: 4 }, sign),
    make("svg:path.rl-lost-cross", { d: "M-9 -9 L9 9 M-9 9 L9 -9" }),
  );
}
