/* Several runs side by side with one set of controls; all show the same time. */

import { button, make, reducedMotion, set, setText } from "./dom.js";
import { Layer } from "./layer.js";
import { Player } from "./player.js";
import { Room } from "./room.js";
import { hasModifier, Shield } from "./shield.js";
import { speedChoice, USUAL_SPEED } from "./transport.js";
import { inPlaces, listed } from "./words.js";

/** The players, their common controls, and the time at which all of them stand. */
export class Together {
  /** @type {number} */
  tick;
  /** @type {HTMLElement} */
  root;
  /** @type {HTMLElement} */
  clock;
  /** @type {HTMLElement} */
  live;
  /** @type {HTMLElement[]} */
  states;
  /** @type {HTMLInputElement} */
  range;
  /** @type {HTMLElement} */
  playButton;
  /** @type {Layer} */
  layer;
  /** @type {import("./layer.js").Part} */
  legend;

  /**
   * @param {HTMLElement} el  where they are put
   * @param {{name: string, bundle: any, timeline?: any, branch?: number}[]} runs  name: what stands above it. timeline and
   *   branch: a branch of a timeline that a player has already
   * @param {{show?: string[], tick?: number, speed?: number, page?: boolean, closed?: (() => void) | null}} options
   *   page: they are the whole page. closed: what is done when they are closed again; left out, they cannot be
   */
  constructor(
    el,
    runs,
    {
      show = ["messages", "timers", "votes"],
      tick = 0,
      speed = USUAL_SPEED,
      page = false,
      closed = null,
    } = {},
  ) {
    this.names = runs.map(({ name }) => name);
    this.closed = closed;
    this.speed = speed;
    this.playing = false;
    this.holders = runs.map(() => make("div"));
    this.players = runs.map(
      ({ bundle, timeline, branch }, i) =>
        new Player(this.holders[i], bundle, { show, part: true, timeline, branch }),
    );
    this.ticks = Math.min(...this.players.map((player) => player.branch.ticks));
    this.build(el);
    this.shield = new Shield(this.root, (event) => this.key(event));
    this.go(tick);
    this.room = new Room(el, this.root, { fills: page, most: null }, (form) => {
      this.root.dataset.size = form.size;
      this.root.style.height = `${form.height}px`;
    });
    if (page) this.root.focus({ preventScroll: true });
  }

  /** They are taken off the page. */
  leave() {
    this.stop();
    this.room.close();
    this.shield.remove();
  }

  build(el) {
    this.clock = make("output.rl-clock");
    this.live = make("div.rl-hidden", { "aria-live": "polite", role: "status" });
    this.states = this.names.map(() => make("div.rl-state"));
    this.range = make("input.rl-range", {
      type: "range",
      min: 0,
      max: this.ticks,
      "aria-label": "time of all",
      oninput: () => this.goAndStop(Number(this.range.value)),
    });
    this.playButton = button("▶ play", "play or pause (space)", () => this.togglePlay(), {
      class: "rl-button rl-play",
    });
    const titles = new Set(this.players.map((player) => player.timeline.title));
    const step = (label, title, way, extra) => button(label, title, () => this.step(way), extra);
    this.layer = new Layer(this);
    this.legend = {
      el: make("div.rl-legend", { role: "dialog", "aria-label": "Legend" }, ...this.items()),
      place: "sheet",
    };
    const cells = this.players.map((_, i) =>
      make("div.rl-cell", {}, make("h3", {}, this.names[i]), this.states[i], this.holders[i]),
    );
    this.root = make(
      "div.rl-player",
      {
        tabindex: -1,
        role: "region",
        "aria-label": `Side by side: ${listed(this.names)}`,
      },
      make(
        "header.rl-head",
        {},
        make("h2", {}, titles.size === 1 ? this.players[0].timeline.title : "Side by side"),
        this.clock,
        make("span.rl-gap"),
        button("legend", "what the signs mean", () => this.layer.toggle(this.legend), {
          class: "rl-button rl-plain",
          "aria-haspopup": "dialog",
        }),
        this.closed &&
          button("✕", "close, and look at one alone", () => this.closed?.(), { "aria-label": "close" }),
      ),
      make("div.rl-main.rl-together", {}, ...cells),
      this.live,
      make(
        "footer.rl-transport",
        {},
        step("◀", "back to the last thing that happened in any of them (left arrow)", "lastBeat", {
          "aria-label": "back",
        }),
        step("Next ▶", "the next thing that happens in any of them (right arrow)", "nextBeat", {
          class: "rl-button rl-big",
        }),
        this.playButton,
        this.range,
        speedChoice(this),
      ),
      this.layer.el,
    );
    el.replaceChildren(this.root);
  }

  /** Its layer asks for it, as of a player; nothing here depends on what is open. */
  draw() {}

  /** What the signs mean, of all of them together. */
  items() {
    const items = new Map(
      this.players.flatMap((player) => player.legend.items()).map((item) => [item.textContent, item]),
    );
    return [...items.values()];
  }

  /** The tick to which a step goes: the first at which a beat ends in one of the runs. */
  tickOf(way) {
    if (way === "nextTick" || way === "lastTick") return this.tick + (way === "nextTick" ? 1 : -1);
    if (way === "lastBeat")
      return Math.max(
        ...this.players.map(
          ({ branch }) => branch.lastBeat({ count: branch.countAt(this.tick - 1) + 1 }).tick,
        ),
      );
    const later = this.players.map(
      ({ branch }) => branch.nextBeat({ count: branch.countAt(this.tick) })?.tick ?? this.ticks,
    );
    return Math.min(...later);
  }

  step(way) {
    this.stop();
    this.go(this.tickOf(way), true);
  }

  /** @param {number} tick @param {boolean} [film]  what happens between is seen to happen */
  go(tick, film = false) {
    this.tick = Math.max(0, Math.min(tick, this.ticks));
    this.players.forEach((player, i) => {
      const position = player.branch.endOfTick(this.tick);
      player.go(position, { film, say: () => player.saying.tellLast(position.count) });
      setText(this.states[i], this.stateOf(player));
    });
    setText(this.clock, this.players[0].timeline.time(this.tick));
    const { timeline } = this.players[0];
    set(this.range, {
      "aria-valuetext": `${timeline.time(this.tick)} of ${timeline.time(this.ticks)}`,
    });
    this.range.value = String(this.tick);
    if (!this.playing)
      setText(
        this.live,
        this.players.map((player, i) => `${this.names[i]}: ${this.stateOf(player)}`).join(". "),
      );
  }

  /** The state of a run in words; "" if its protocol has no terms or no commitment.
   * @param {Player} player */
  stateOf({ branch, position, timeline }) {
    if (!timeline.about.run) return "";
    const { views } = branch.at(position.count);
    const up = Object.entries(views).filter(([, view]) => view.status === "running");
    const leaders = up.filter(([, view]) => view.role === "leader").map(([node]) => node);
    const elections = branch.turns.filter(
      ([event, kind]) => kind === "leader" && event < position.count,
    ).length;
    const number = Math.max(0, ...up.map(([, view]) => view.term));
    const count = Math.max(
      0,
      ...branch.committed.filter(([event]) => event < position.count).map(([, index]) => index),
    );
    return inPlaces(timeline.about.run, { leaders, elections, number, count });
  }

  goAndStop(tick) {
    this.stop();
    this.go(tick);
  }

  /** Play or pause. It plays to the end: each run has stops of its own, and they would interrupt the others. */
  togglePlay() {
    if (this.playing) return this.goAndStop(this.tick);
    this.playing = true;
    setText(this.playButton, "❚❚ pause");
    let [time, before] = [this.tick, performance.now()];
    const round = (this.round = {});
    const frame = (now) => {
      if (!this.playing || this.round !== round || !this.root.isConnected) return undefined;
      time = Math.min(time + Math.min(0.25, (now - before) / 1000) * this.speed, this.ticks);
      before = now;
      if (time >= this.ticks) return this.goAndStop(this.ticks);
      if (Math.floor(time) > this.tick) this.go(Math.floor(time));
      if (!reducedMotion()) for (const player of this.players) player.stage.move(time);
      requestAnimationFrame(frame);
      return undefined;
    };
    requestAnimationFrame(frame);
    return undefined;
  }

  stop() {
    this.playing = false;
    setText(this.playButton, "▶ play");
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key is used */
  key(event) {
    const { key } = event;
    const target = /** @type {HTMLElement} */ (event.target);
    if (hasModifier(event) || (target.matches("button") && [" ", "Enter"].includes(key))) return false;
    const ways = { ArrowRight: "nextBeat", ArrowLeft: "lastBeat", ".": "nextTick", ",": "lastTick" };
    const ends = { Home: 0, End: this.ticks };
    if (key === "Escape" && !this.layer.close()) this.closed?.();
    if (key === " ") this.togglePlay();
    else if (key in ways) this.step(ways[key]);
    else if (key in ends) this.goAndStop(ends[key]);
    else return key === "Escape";
    return true;
  }
}
