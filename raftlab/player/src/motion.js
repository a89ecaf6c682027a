/* Motion in a player: films of single steps, and playing, in which time runs. */

import { reducedMotion } from "./dom.js";
import { filmOf, filmSeenBy, momentOf, pulsesOf, rewindOf } from "./film.js";
import { narrate, narrateTick } from "./words.js";

const LONGEST_FRAME = 0.25; // seconds: a longer frame, as after sleep, counts as this long
const SPEECHES = 4000; // ms between two sentences for screen readers while time runs
const READING = 0.09; // seconds between two updates of texts while time runs
const PLACES = 9; // the least number of frames of a flight, even on a slow machine

/** @typedef {import("./film.js").Film & {share: number}} Playing  share: the share of its duration that has passed */

/** While a film plays, the picture lags behind the player: it shows the moment `shown`.
 *
 * Parts of the player may take part: `move(time, film)` is called for every frame, `turn(before, after)` when a scene
 * of the film has just been drawn, with the two worlds, and `pulse(node)` when a node sends heartbeats. */
export class Motion {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {Playing | null} */
    this.film = null;
    /** @type {import("./film.js").Position | null} */
    this.shown = null;
    /** @type {{node: string, at: number}[]} */
    this.pulses = []; // pulses that have not been shown yet
    /** @type {import("./trace.js").Branch | null} */
    this.branch = null;
    this.time = 0; // in ticks, while time runs
    this.until = -1; // the event to which it plays, or -1
    this.speed = 0; // ticks per second; 0: the player's speed
    /** @type {import("./film.js").Position | null} */
    this.halted = null; // the position of the stop that has ended playing
    this.unread = 0; // seconds since texts were updated, while time runs
    this.isBehind = false; // have texts not been updated since the stage was drawn?
    /** @type {(() => void)[]} */
    this.tasks = []; // drawing that is still to be done, one task in each frame
    /** @type {number | null} */
    this.untold = null; // the event whose sentence is to be shown then
    this.spoken = 0; // when a sentence was last spoken, in ms
    /** @type {object | null} */
    this.round = null;
    this.ended = () => {};
  }

  /** Play what happens between two moments of a branch.
   * @param {import("./trace.js").Branch} branch
   * @param {import("./film.js").Position} from
   * @param {import("./film.js").Position} to
   * @returns {Promise<void> | null} resolves when it has ended; null if nothing is played: without motion, or in a hidden page */
  play(branch, from, to) {
    this.end();
    const forward = to.count >= from.count && to.tick >= from.tick;
    if (reducedMotion() || document.hidden) return null;
    const { heartbeats, sight } = this.player;
    const whole = (forward ? filmOf : rewindOf)(branch, from, to, heartbeats);
    const film = { ...(sight ? filmSeenBy(branch, whole, sight) : whole), share: 0 };
    this.film = film;
    this.branch = branch;
    this.shown = film.from;
    this.player.saying.age(from !== to);
    this.pulses = [...film.pulses];
    const shortest = Math.min(1, ...film.flights.map(({ begin, end }) => end - begin));
    let before = null;
    const frame = (now) => {
      if (this.film !== film) return;
      const passed = before === null ? 0 : (now - before) / film.duration;
      before = now;
      film.share = Math.min(1, film.share + Math.min(passed, shortest / PLACES));
      if (film.share < 1) {
        this.paint();
        requestAnimationFrame(frame);
      } else {
        const last = branch.at((this.shown ?? to).count);
        this.end();
        this.turn(last, branch.at(to.count));
      }
    };
    requestAnimationFrame(frame);
    return new Promise((resolve) => (this.ended = resolve));
  }

  /** One frame: the scene if it is a new one, and what moves. */
  paint() {
    const { film, branch, shown, player } = this;
    if (!film || !branch || !shown) return;
    const { position, time } = momentOf(film, film.share);
    const before = branch.at(shown.count);
    if (position !== shown) {
      this.shown = position;
      player.draw();
    }
    this.turn(before, branch.at(position.count));
    for (const part of player.panels) part.move?.(time, film);
  }

  /** Animate what a new scene has changed.
   * @param {import("./trace.js").World} before
   * @param {import("./trace.js").World} after */
  turn(before, after) {
    const { panels } = this.player;
    if (before !== after) for (const part of panels) part.turn?.(before, after);
    const share = this.film?.share ?? 1;
    const seen = this.pulses.filter(({ at }) => at <= share);
    if (seen.length) this.pulses = this.pulses.filter(({ at }) => at > share);
    for (const { node } of seen) for (const part of panels) part.pulse?.(node);
  }

  /** End the film at once, if one plays: its last scene is drawn. */
  end() {
    if (!this.film) return;
    this.film = null;
    this.shown = null;
    this.player.saying.age(false);
    this.player.draw();
    this.ended();
  }

  // -- Playing: time runs, and halts at the story's stops ---------------------------------------------------

  /** Let the time run, at some speed; until: the event at which it stops, too. @param {{until?: number, speed?: number}} [how] */
  run({ until = -1, speed = 0 } = {}) {
    const { player } = this;
    if (player.playing) return;
    this.end();
    this.until = until;
    this.speed = speed;
    player.playing = true;
    Object.assign(this, { unread: 0, isBehind: false, untold: null, tasks: [] });
    this.time = player.position.tick;
    this.spoken = performance.now();
    player.saying.age(true);
    player.draw();
    let before = null;
    const round = {}; // frames that were requested before the last stop compare this object, and do nothing
    this.round = round;
    const frame = (now) => {
      if (!player.playing || this.round !== round || !player.root.isConnected) return;
      this.advance(before === null ? 0 : Math.min(LONGEST_FRAME, (now - before) / 1000));
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  /** Stop time. The messages come to rest. */
  halt() {
    const { player } = this;
    if (!player.playing) return;
    player.playing = false;
    player.saying.age(false);
    if (!this.play(player.branch, player.position, player.position)) player.draw();
  }

  /** One frame. A whole tick changes the picture, a fraction of a tick only moves messages and timers. The stage is drawn in every
   * frame; the texts around it are updated ten times a second.
   * @param {number} seconds */
  advance(seconds) {
    const { player } = this;
    const { branch } = player;
    this.time = Math.min(this.time + seconds * (this.speed || player.speed), branch.ticks);
    const tick = Math.floor(this.time);
    if (tick > player.position.tick) this.reach(branch, tick);
    if (!player.playing) return;
    this.unread += seconds;
    if (this.unread >= READING) this.catchUp();
    this.tasks.shift()?.();
    if (!reducedMotion()) for (const each of player.stages) each.move?.(this.time, null);
    if (player.canAct && branch.ticks - this.time < player.speed * 3) player.simulateMore();
    if (this.time >= branch.ticks && !player.waiting) player.stop();
  }

  /** Show the end of a tick, or the stop of the story before it.
   * @param {import("./trace.js").Branch} branch
   * @param {number} tick */
  reach(branch, tick) {
    const { player } = this;
    const from = player.position;
    const next = branch.endOfTick(tick);
    const stop = branch.find(from.count, ([, what], event) => what === "stop" || event === this.until);
    if (stop >= 0 && stop < next.count) {
      player.playing = false;
      this.halted = branch.afterEvent(stop);
      player.go(this.halted, { film: true });
      return;
    }
    const before = branch.at(from.count);
    player.position = next;
    const index = narrateTick(branch, from.count, next.count);
    if (index >= 0 && narrate(branch, index).weight > 2) this.untold = index;
    player.draw(player.stages);
    this.isBehind = true;
    if (next.count > from.count && !reducedMotion()) {
      const pulses = player.heartbeats ? [] : pulsesOf(branch, from, next);
      this.pulses = pulses.filter(({ node }) => !player.sight || node === player.sight);
      this.turn(before, branch.at(next.count));
    }
  }

  /** Show the latest sentence, and update what is around the stage, one part in each frame, so that no frame has much to draw. */
  catchUp() {
    const { player, isBehind } = this;
    this.unread = 0;
    this.isBehind = false;
    // On the way to a stop sentences would come and go too fast to be read.
    if (this.untold !== null && this.until < 0) player.saying.tell(this.untold);
    this.untold = null;
    const { stages, beside, panels } = player;
    const frame = panels.filter((part) => part !== beside && !stages.includes(part));
    /** @type {import("./player.js").Panel[][]} */
    const parts = beside ? [[...frame, beside.frame], ...beside.shown.map((view) => [view])] : [frame];
    this.tasks = parts.map((part) => () => {
      if (isBehind) player.draw(part);
      if (!reducedMotion()) for (const each of part) each.move?.(this.time, null);
    });
    if (performance.now() - this.spoken > SPEECHES) {
      this.spoken = performance.now();
      player.saying.speak(player.saying.sentence.textContent);
    }
  }
}
