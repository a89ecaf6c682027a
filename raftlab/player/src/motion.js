/* Plays films on a player: what a step has changed is seen to happen. */

import { reducedMotion } from "./dom.js";
import { filmOf, momentOf } from "./film.js";

const PLACES = 9; // at least so many frames of a flight are painted, however slow the machine is

/** While a film plays, the picture lags behind the player: it shows the moment `shown`.
 *
 * Parts of the player may take part: `move(time, film)` is called for every frame, `turn(before, after)` when a scene
 * of the film has just been drawn, with the two worlds, and `pulse(node)` when a node sends heartbeats. */
export class Motion {
  /** @param {any} player */
  constructor(player) {
    this.player = player;
    /** @type {(import("./film.js").Film & {share: number}) | null} */
    this.film = null;
    /** @type {import("./film.js").Position | null} */
    this.shown = null;
    this.ended = () => {};
  }

  /** Play what happens between two moments of a branch.
   * @param {import("./trace.js").Branch} branch
   * @param {import("./film.js").Position} from
   * @param {import("./film.js").Position} to
   * @returns {Promise<void> | null} when it has ended; null where there is nothing to be seen, or nobody sees it */
  play(branch, from, to) {
    this.end();
    const forward = to.count > from.count || (to.count === from.count && to.tick > from.tick);
    if (!forward || reducedMotion() || document.hidden) return null;
    this.film = { ...filmOf(branch, from, to, this.player.heartbeats), share: 0 };
    this.branch = branch;
    this.shown = from;
    const { film } = this;
    const shortest = Math.min(1, ...film.flights.map(({ begin, end }) => end - begin));
    let before = null;
    const frame = (now) => {
      if (this.film !== film) return;
      const passed = before === null ? 0 : (now - before) / film.duration;
      before = now;
      film.share = Math.min(1, film.share + Math.min(passed, shortest / PLACES));
      this.paint();
      if (film.share === 1) this.end();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    return new Promise((resolve) => (this.ended = resolve));
  }

  /** One frame: the scene if it is a new one, and what moves. */
  paint() {
    const { film, branch, player } = this;
    const { position, time } = momentOf(film, film.share);
    if (position !== this.shown) {
      const [before, after] = [branch.at(this.shown.count), branch.at(position.count)];
      this.shown = position;
      player.draw();
      for (const part of player.panels) part.turn?.(before, after);
    }
    for (const pulse of film.pulses)
      if (!pulse.seen && pulse.at <= film.share) {
        pulse.seen = true;
        for (const part of player.panels) part.pulse?.(pulse.node);
      }
    for (const part of player.panels) part.move?.(time, film);
  }

  /** End the film at once, if one plays: its last scene is drawn. */
  end() {
    if (!this.film) return;
    this.film = null;
    this.shown = null;
    this.player.draw();
    this.ended();
  }
}
