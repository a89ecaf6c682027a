/* The questions of a story: a question, its answers, and the sentence about the guess when the answer has been shown. */

import { button, make, refill, setText } from "./dom.js";
import { inPlaces } from "./words.js";

/** @typedef {{event: number, key: string, question: string, answers: string[], right: string | null, shownBy: number | null, after: string}} Question
 *   shownBy: the event that shows the answer; null if the answer is shown right after a guess, Infinity if no event has shown it yet. after: the sentence that is shown with the answer */

/** The question that is asked right before a moment, or null. Needs no page.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count
 * @returns {Question | null}
 */
export function questionAt(branch, count) {
  const event = count - 1;
  const [, what, , detail] = branch.events[event] || [];
  if (what !== "stop" || detail[0] !== "ask") return null;
  const [, question, { answers, right, until, then: after = "" }] = detail;
  const [shownBy, , node] =
    typeof until === "number"
      ? [branch.stops.find((at) => at > event && branch.tickOf(at) >= until)]
      : branch.turns.find(([at, kind]) => at > event && kind === until) || [];
  return {
    event,
    key: `${event} ${question}`,
    question,
    answers,
    right: right ?? node ?? null,
    shownBy: until === undefined ? null : (shownBy ?? Infinity),
    after,
  };
}

/** The entries about which a question asks whether they are committed, so that the logs must hide it: the entries that it names,
 * or all if it names none and is answered at once; in the logs of the nodes that are its answers, or in all logs if no nodes are.
 * What the question itself states is not hidden. Needs no page.
 * @param {Question | null} question
 * @param {string | undefined} committed  the word for that
 * @param {string[]} nodes
 * @param {string[]} commands  those in the logs
 * @returns {(command: string, node?: string) => boolean}  without a node: as a fact */
export function askedOf(question, committed, nodes, commands) {
  if (!committed || !question?.question.includes(committed)) return () => false;
  const { answers, shownBy } = question;
  const words = question.question.split(/[\s,.:;?]+/);
  const named = commands.filter((command) => words.includes(command));
  if (!named.length && shownBy !== null) return () => false;
  const ofSome = answers.some((answer) => nodes.includes(answer));
  return (command, node) =>
    (!named.length || named.includes(command)) && (!ofSome || (node !== undefined && answers.includes(node)));
}

/** The question whose answer has just been shown, or null: from the event that shows it until the end of the next beat.
 * Needs no page.
 * @param {import("./trace.js").Branch} branch
 * @param {number} count
 * @returns {Question | null}
 */
export function answeredAt(branch, count) {
  const endAfter = (from) => branch.beats.find((beat) => beat > from) ?? Infinity;
  const stop = branch.stops.findLast((event) => {
    const { shownBy = null } = (event < count && questionAt(branch, event + 1)) || {};
    return shownBy !== null && shownBy < count && count < endAfter(endAfter(shownBy));
  });
  return stop === undefined ? null : questionAt(branch, stop + 1);
}

/** The sentence about a guess when the answer has been shown. Needs no page.
 * @param {{right: string | null, after: string}} question
 * @param {string | null} guess  null: nothing was guessed */
export function verdictOf({ right, after }, guess) {
  const words = (after || "The answer is {answer}.").replaceAll("{answer}", right ?? "");
  if (guess === null) return words;
  return guess === right ? `✓ As you said. ${words}` : `✗ You said ${guess}. ${words}`;
}

/** The answers below a question. While it waits for a guess, time stands still, and nothing that could give the answer away is shown. */
export class Quiz {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.el = make("div.rl-quiz", { role: "group", "aria-label": "Your guess" });
    /** @type {Map<string, string | null>} */
    this.guesses = new Map(); // key of a question -> the guess, null if it was skipped
    this.urged = ""; // the key of the question whose answer was asked for again
    this.count = 0; // the number of events at the moment of its state; while a film plays, that of the film's beginning
    this.fitted = ""; // a signature of the content for which the sentence was last fitted into its room
    this.hint = make("span.rl-way-on");
  }

  /** The question that waits for a guess now, or null. */
  get waiting() {
    return this.waitingAt(this.player.position.count);
  }

  /** The question that waits for a guess at a moment, or null. @param {number} count */
  waitingAt(count) {
    const { branch, part } = this.player;
    const asked = part ? null : questionAt(branch, count);
    return asked && !this.guesses.has(asked.key) ? asked : null;
  }

  /** Another story begins. */
  forget() {
    this.guesses.clear();
  }

  /** Called when the user wants to go on without a guess. The first time, a guess is asked for, and Next becomes "Show me"; the second
   * time, the answer is shown. If the film that leads to the question still plays, it ends first, because the question has not been
   * read yet. Returns whether to wait. */
  holds() {
    const { waiting, player } = this;
    if (!waiting) return false;
    if (player.motion.film) {
      player.motion.end();
      return true;
    }
    if (!this.isUrged) {
      this.urged = waiting.key;
      player.draw();
      player.saying.speak(this.hint.textContent);
      return true;
    }
    this.guess(waiting, null);
    return waiting.shownBy === null;
  }

  /** Has the user tried to go on without a guess at the present question? */
  get isUrged() {
    return Boolean(this.urged) && this.urged === this.waiting?.key;
  }

  /** Called when the user goes back to a moment: the questions from there on are asked again.
   * @param {number} count */
  forgetFrom(count) {
    for (const key of this.guesses.keys()) if (parseInt(key, 10) >= count - 1) this.guesses.delete(key);
  }

  /** @param {string} answer @returns {boolean} whether that was an answer to the question that waits */
  take(answer) {
    const { waiting, player } = this;
    if (!waiting?.answers.includes(answer)) return false;
    this.guess(waiting, answer);
    player.root.focus({ preventScroll: true });
    return true;
  }

  /** @param {Question} question @param {string | null} answer */
  guess(question, answer) {
    this.guesses.set(question.key, answer);
    this.player.saying.calm();
    this.player.draw();
    this.player.saying.speak(this.words(this.player.position.count));
  }

  /** The sentence about a guess at a moment: what it was and, when the answer has been shown, whether it was right; "" if there is none.
   * @param {number} count */
  words(count) {
    const { branch, timeline } = this.player;
    const asked = questionAt(branch, count);
    const answered = asked?.shownBy === null ? asked : answeredAt(branch, count);
    const judged = answered && this.guesses.get(answered.key);
    if (answered && judged !== undefined) return verdictOf(answered, judged);
    const guess = asked && this.guesses.get(asked.key);
    return guess ? inPlaces(timeline.sayings.your_guess, { guess }) : "";
  }

  /** The question that waits, once it is to be read: after the film that leads to it. */
  get asked() {
    return questionAt(this.player.branch, this.count) && this.waiting;
  }

  draw({ position }) {
    const { player } = this;
    if (!player.motion.film) this.count = position.count;
    if (!this.isUrged) this.urged = "";
    setText(this.hint, this.isUrged ? "Choose an answer, or press “Show me”." : "Choose an answer.");
    const { asked } = this;
    const words = asked ? "" : this.words(this.count);
    this.el.hidden = !asked && !words;
    const shows = asked?.key ?? words;
    const fitted = `${shows} ${this.urged}`;
    if (this.fitted === fitted) return;
    this.fitted = fitted;
    refill(this.el, shows, () => {
      const answers = asked?.answers.map((each) => button(each, `answer: ${each}`, () => this.take(each)));
      return answers ? [...answers, this.hint] : [make("span.rl-verdict", {}, words)];
    });
    player.saying.fit();
  }
}
