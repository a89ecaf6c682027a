/* A second cluster beside the player's own: other nodes, the same story, and the same time. */

import { button, make, setText } from "./dom.js";

/** What the kernel says of the other cluster.
 * @typedef {object} Other
 * @property {any} [bundle]  its run
 * @property {any} [append]  what its run has more than before
 * @property {string} [refusal]  why it cannot play the story; then there is no run
 */

/** Both clusters, each under its name. What is done to the player's own cluster happens in the other one, too. */
export class Twin {
  /** @type {import("./player.js").Player | null} */
  run = null;

  /**
   * @param {import("./player.js").Player} player
   * @param {Other & {names: string[], play: (el: HTMLElement, bundle: any) => import("./player.js").Player}} other
   *   names: of both clusters. play: makes a player that is a part of another
   */
  constructor(player, { names: [own, others], play, ...first }) {
    this.player = player;
    this.own = own;
    this.play = play;
    this.moved = false;
    this.holder = make("div.rl-twin-run");
    this.refusal = make("p.rl-twin-refusal", { role: "status" });
    const part = (name, more, ...content) =>
      make(
        "section.rl-twin",
        { "aria-label": name },
        make("header", {}, make("h3", {}, name), more),
        ...content,
      );
    const story = button("make this my story", "write what you have done into your cell, as a story", () =>
      this.makeStory(),
    );
    this.el = make(
      "div.rl-twins",
      {},
      part(own, "", player.stage.el),
      part(others, story, this.holder, this.refusal),
    );
    this.take(first);
  }

  /** Take in what the kernel says.
   * @param {Other} other */
  take({ bundle, append, refusal = "" }) {
    if (append) this.run?.timeline.branch(append.id).append(append);
    else if (!bundle) this.run = null;
    else if (this.run) this.run.load(bundle);
    else this.begin(bundle);
    this.holder.hidden = !this.run;
    this.refusal.hidden = !refusal;
    setText(this.refusal, refusal);
  }

  /** The other cluster is only watched: it takes no focus, and no clicks (see shell.css). */
  begin(bundle) {
    this.run = this.play(this.holder, bundle);
    for (const name of ["tabindex", "data-rove"]) this.run.stage.el.removeAttribute(name);
  }

  /** Where Next leads: something new has happened there in one of the clusters, and in none before.
   * @param {import("./film.js").Position} position
   * @returns {import("./film.js").Position | null} */
  nextBeat(position) {
    const { branch } = this.player;
    const own = branch.nextBeat(position);
    const other = this.run?.branch;
    const theirs = other?.nextBeat({ count: other.countAt(position.tick) });
    if (!theirs || theirs.tick > branch.ticks || (own && own.tick <= theirs.tick)) return own;
    return branch.endOfTick(theirs.tick);
  }

  /** @param {import("./player.js").State} state */
  draw({ position: { tick } }) {
    const { run, player } = this;
    if (!run) return;
    const { count } = run.branch.endOfTick(Math.min(tick, run.branch.ticks));
    run.playing = player.playing;
    run.timeline.inTicks = player.timeline.inTicks;
    run.heartbeats = player.heartbeats;
    if (tick !== run.position.tick || count !== run.position.count)
      run.go({ tick, count }, { say: () => run.saying.tellLast(count) });
    else if (this.moved) run.draw();
    this.moved = false;
  }

  /** @param {number} time */
  move(time) {
    this.run?.stage.move(time);
    this.moved = true;
  }

  /** What was done becomes a story in a cell of the notebook; where there is no such cell, a text to copy. */
  async makeStory() {
    const { player } = this;
    player.stop();
    if (!player.kernel) return;
    try {
      const { story, error } = await player.kernel.ask({ my_story: true });
      if (error) player.fail(error);
      else if (player.kernel.write(story.cell, story.text)) player.note(story.written);
      else {
        player.layer.open(player.settings, "python");
        player.note(story.missing);
      }
    } catch (problem) {
      player.fail(/** @type {Error} */ (problem).message);
    }
  }
}
