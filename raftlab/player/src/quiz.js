/* What a story asks before it goes on: a question, its answers, and what is said after the guess. */

import { button, make, refill } from "./dom.js";

/**
 * The question that is asked right before a moment, or null. Needs no page.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count
 * @returns {{event: number, key: string, question: string, answers: string[], right: string | null, shownBy: number | null, after: string} | null}
 *   shownBy: the event that shows the answer; null if it is said at once. after: what is said then
 */
export function questionAt(branch, count) {
  const event = count - 1;
  const [, what, , detail] = branch.events[event] || [];
  if (what !== "stop" || detail[0] !== "ask") return null;
  const [, question, { answers, right, until, then: after = "" }] = detail;
  const [shownBy, , node] = branch.turns.find(([at, kind]) => at > event && kind === until) || [];
  return {
    event,
    key: `${event} ${question}`,
    question,
    answers,
    right: right ?? node ?? null,
    shownBy: until === undefined ? null : (shownBy ?? null),
    after,
  };
}

/** What is said once the answer is known. Needs no page.
 * @param {{right: string | null, after: string}} question
 * @param {string | null} guess  null: nothing was guessed
 * @param {string} told  what is said where the question has no words of its own for it */
export function verdictOf({ right, after }, guess, told) {
  const words = after ? after.replaceAll("{answer}", right ?? "") : told;
  if (guess === null) return words;
  return guess === right ? `✓ As you said. ${words}` : `✗ You said ${guess}. ${words}`;
}

/** The answers under a question; while it waits for a guess, nothing goes on. */
export class Quiz {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.el = make("div.rl-quiz", { role: "group", "aria-label": "Your guess" });
    /** @type {Map<string, string | null>} */
    this.guesses = new Map(); // key of a question -> the guess, null where nothing was guessed
    this.urged = false;
    this.hint = make("span.rl-hint", {}, "Choose an answer, or press again to be shown.");
  }

  /** The question that waits for a guess now, or null. */
  get waiting() {
    const { branch, position } = this.player;
    const asked = questionAt(branch, position.count);
    return asked && !this.guesses.has(asked.key) ? asked : null;
  }

  /** Something wants to go on: the first time a guess is asked for, the second time the answer is shown. Says whether to wait. */
  holds() {
    const { waiting } = this;
    if (!waiting) return false;
    if (this.urged) {
      this.guesses.set(waiting.key, null);
      this.urged = false;
      this.player.draw();
      return false;
    }
    this.urged = true;
    this.player.saying.speak(this.hint.textContent);
    this.player.draw();
    return true;
  }

  /** @param {string} guess @returns {boolean} whether that was an answer to the question that waits */
  take(guess) {
    const { waiting, player } = this;
    if (!waiting?.answers.includes(guess)) return false;
    this.guesses.set(waiting.key, guess);
    this.urged = false;
    if (waiting.shownBy === null)
      player.saying.say(verdictOf(waiting, guess, `The answer is ${waiting.right}.`));
    else player.saying.say(`You say ${guess}. Press Next to see.`);
    player.draw();
    player.root.focus({ preventScroll: true });
    return true;
  }

  /** What is said of a question whose answer is shown between two moments; null if there is none.
   * @param {{count: number}} from @param {{count: number}} to @param {string} told */
  verdict(from, to, told) {
    const { branch } = this.player;
    const stop = branch.stops.findLast((event) => event < from.count);
    const asked = stop === undefined ? null : questionAt(branch, stop + 1);
    if (!asked || asked.shownBy === null || asked.shownBy < from.count || asked.shownBy >= to.count)
      return null;
    return this.guesses.has(asked.key) ? verdictOf(asked, this.guesses.get(asked.key), told) : null;
  }

  draw() {
    const { waiting } = this;
    this.el.hidden = !waiting;
    if (!waiting) this.urged = false;
    this.hint.hidden = !this.urged;
    refill(this.el, waiting?.key ?? "", () =>
      waiting
        ? [
            ...waiting.answers.map((answer) => button(answer, `answer: ${answer}`, () => this.take(answer))),
            this.hint,
          ]
        : [],
    );
  }
}
