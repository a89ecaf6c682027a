/* What is said: the sentence about the moment, its rule in small, and what went wrong. */

import { make, refill, setText } from "./dom.js";
import { sourceOf } from "./signs.js";

/** The sentence under the cluster. */
export class Say {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.sentence = make("div.rl-sentence");
    this.because = make("div.rl-because");
    this.message = make("div.rl-error", { role: "alert", hidden: true });
    this.live = make("div.rl-hidden", { "aria-live": "polite", role: "status" });
    this.el = make("div.rl-say", {}, this.message, this.sentence, this.because, this.live);
  }

  /** Say a sentence, and in small which rules are behind it. */
  say(text, rules = []) {
    setText(this.sentence, text);
    const told = rules.slice(0, 2).map((id) => {
      const { sentence, section } = this.player.timeline.rule(id);
      return [id, `${text.includes(sentence) ? "" : sentence} ${sourceOf(section)}`.trim()];
    });
    refill(this.because, told.join(), () =>
      told.map(([id, words]) => make("span.rl-rule", { title: id }, words)),
    );
    if (!this.player.playing) this.speak(text);
  }

  /** For who hears the player instead of seeing it. */
  speak(text) {
    setText(this.live, text);
  }

  /** Say what went wrong; it goes after a while. */
  fail(sentence) {
    this.message.hidden = false;
    setText(this.message, sentence);
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => this.calm(), 8000);
  }

  calm() {
    this.message.hidden = true;
  }
}
