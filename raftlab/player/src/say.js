/* What is said: the sentence about the moment, its rule in small, notes, and what went wrong. */

import { make, refill, set, setText } from "./dom.js";
import { sourceOf } from "./signs.js";

const SECONDS = 8; // a note stays

/** The sentence under the cluster. Its room is always the same, so that nothing else moves when it changes. */
export class Say {
  /** @param {any} player @param {HTMLElement} [more]  what stands below the sentence */
  constructor(player, more) {
    this.player = player;
    this.sentence = make("div.rl-sentence");
    this.because = make("div.rl-because");
    this.message = make("div.rl-note", { role: "alert", hidden: true });
    this.live = make("div.rl-hidden", { "aria-live": "polite", role: "status" });
    this.text = make("div.rl-text", {}, this.sentence, this.because, more ?? "");
    this.el = make("div.rl-say", {}, this.message, this.text, this.live);
    /** @type {any} */
    this.fitting = null;
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.el);
  }

  /** Say a sentence, and in small which rules are behind it. */
  say(text, rules = []) {
    this.calm();
    setText(this.sentence, text);
    const told = rules.slice(0, 2).map((id) => {
      const { sentence, section } = this.player.timeline.rule(id);
      return [id, `${text.includes(sentence) ? "" : sentence} ${sourceOf(section)}`.trim()];
    });
    refill(this.because, told.join(), () =>
      told.map(([id, words]) => make("span.rl-rule", { title: id }, words)),
    );
    // To measure in a frame would lay everything out; while time runs it is done between two frames.
    if (this.player.playing) this.fitting ??= setTimeout(() => this.fit());
    else this.fit();
    if (!this.player.playing) this.speak(text);
  }

  /** A long sentence is written smaller, so that all of it is seen. */
  fit() {
    this.fitting = null;
    for (const size of ["", "short", "small", "smaller", "smallest"]) {
      set(this.text, { "data-fit": size });
      if (this.text.scrollHeight <= this.text.clientHeight) return;
    }
  }

  /** For who hears the player instead of seeing it. */
  speak(text) {
    setText(this.live, text);
  }

  /** Say what went wrong; it goes after a while. */
  fail(sentence) {
    this.note(sentence, true);
  }

  /** Say something by the way, in the sentence's place; it goes after a while, or with the next sentence. */
  note(sentence, wrong = false) {
    this.message.hidden = false;
    this.message.classList.toggle("rl-error", wrong);
    setText(this.message, sentence);
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => this.calm(), SECONDS * 1000);
  }

  calm() {
    this.message.hidden = true;
  }
}
