/* Several runs side by side, with one set of controls: where one of them stands, all stand. */

import { button, make, reducedMotion, set, setText } from "./dom.js";
import { Layer } from "./layer.js";
import { Player } from "./player.js";
import { Room } from "./room.js";
import { hasModifier, Shield } from "./shield.js";
import { speedChoice } from "./transport.js";
import { isQuiet, listed, narrate } from "./words.js";

/** Several runs side by side, with one set of controls: where one of them stands, all stand. */
export class Together {
  /** bundles: one for each run; names: what stands above each. */
  constructor(el, bundles, names, { show = ["messages", "timers", "votes"], tick = 0, page = false } = {}) {
    this.names = names;
    this.speed = 10;
    this.playing = false;
    this.holders = names.map(() => make("div"));
    this.players = bundles.map((bundle, i) => new Player(this.holders[i], bundle, { show, part: true }));
    this.ticks = Math.min(...this.players.map((player) => player.branch.ticks));
    const [{ branch }] = this.players;
    this.stops = branch.stops.map((event) => ({ tick: branch.tickOf(event), event }));
    this.sameStory = new Set(this.players.map((player) => player.timeline.title)).size === 1;
    this.build(el);
    this.go(tick);
    this.room = new Room(el, this.root, { fills: page, most: null }, (form) => {
      this.root.dataset.size = form.size;
      this.root.style.height = `${form.height}px`;
    });
    if (page) this.root.focus({ preventScroll: true });
  }

  build(el) {
    this.clock = make("output.rl-clock");
    this.sentence = make("div.rl-sentence");
    this.live = make("div.rl-hidden", { "aria-live": "polite", role: "status" });
    this.states = this.names.map(() => make("div.rl-state"));
    this.range = make("input.rl-range", {
      type: "range",
      min: 0,
      max: this.ticks,
      "aria-label": "Tick of all",
      oninput: () => this.goAndStop(Number(this.range.value)),
    });
    this.playButton = button("▶ play", "play or stop (space)", () => this.togglePlay());
    const step = (label, title, way, extra) =>
      button(label, title, () => this.goAndStop(this.tickOf(way)), extra);
    this.layer = new Layer(this);
    /** @type {import("./layer.js").Part} */
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
        make("h2", {}, this.sameStory ? this.players[0].timeline.title : "Side by side"),
        this.clock,
        make("span.rl-gap"),
        button("legend", "what the signs mean", () => this.layer.toggle(this.legend), {
          class: "rl-button rl-plain",
        }),
      ),
      make("div.rl-main.rl-together", {}, ...cells),
      make("div.rl-say", { hidden: !this.sameStory }, this.sentence, this.live),
      make(
        "footer.rl-transport",
        {},
        step("◀", "back to the last thing that happened in any of them (left arrow)", "lastEvent", {
          "aria-label": "back",
        }),
        step("Next ▶", "the next thing that happens in any of them (right arrow)", "nextEvent", {
          class: "rl-button rl-big",
        }),
        this.playButton,
        this.range,
        speedChoice(this),
      ),
      this.layer.el,
    );
    this.shield = new Shield(this.root, (event) => this.key(event));
    el.replaceChildren(this.root);
  }

  /** It is taken off the page. */
  leave() {
    this.stop();
    this.shield.remove();
  }

  draw() {}

  /** What the signs mean, of all of them together. */
  items() {
    const items = new Map(
      this.players.flatMap((player) => player.legend.items()).map((item) => [item.textContent, item]),
    );
    return [...items.values()];
  }

  tickOf(way) {
    if (way === "nextTick" || way === "lastTick") return this.tick + (way === "nextTick" ? 1 : -1);
    const ticks = this.players.map(({ branch }) => {
      const loud = (_, event) => !isQuiet(branch, event);
      const event =
        way === "nextEvent"
          ? branch.find(branch.countAt(this.tick), loud)
          : branch.findBack(branch.countAt(this.tick - 1), loud);
      return event >= 0 ? branch.tickOf(event) : way === "nextEvent" ? this.ticks : 0;
    });
    return way === "nextEvent" ? Math.min(...ticks) : Math.max(...ticks);
  }

  go(tick) {
    this.tick = Math.max(0, Math.min(tick, this.ticks));
    this.players.forEach((player, i) => {
      player.goTick(this.tick);
      setText(this.states[i], this.stateOf(player));
    });
    setText(this.clock, this.players[0].timeline.time(this.tick));
    set(this.range, { "aria-valuetext": `tick ${this.tick} of ${this.ticks}` });
    this.range.value = this.tick;
    const stop = this.stops.findLast((each) => each.tick <= this.tick);
    setText(this.sentence, stop ? narrate(this.players[0].branch, stop.event).text : "");
    if (!this.playing)
      setText(
        this.live,
        this.players.map((player, i) => `${this.names[i]}: ${this.stateOf(player)}`).join(". "),
      );
  }

  stateOf({ branch, position }) {
    const { views } = branch.at(position.count);
    const up = Object.entries(views).filter(([, view]) => view.status === "running");
    const leaders = up.filter(([, view]) => view.role === "leader").map(([node]) => node);
    const elections = branch.turns.filter(
      ([event, kind]) => kind === "leader" && event < position.count,
    ).length;
    const term = Math.max(0, ...up.map(([, view]) => view.term));
    const committed = Math.max(
      0,
      ...branch.committed.filter(([event]) => event < position.count).map(([, index]) => index),
    );
    return `${leaders.length ? `${listed(leaders)} lead${leaders.length === 1 ? "s" : ""}` : "nobody leads"} · ${elections} elected so far · highest term ${term} · ${committed} committed`;
  }

  goAndStop(tick) {
    this.stop();
    this.go(tick);
  }

  togglePlay() {
    if (this.playing) return this.goAndStop(this.tick);
    this.playing = true;
    setText(this.playButton, "❚❚ stop");
    let [time, before] = [this.tick, performance.now()];
    const round = (this.round = {});
    const frame = (now) => {
      if (!this.playing || this.round !== round || !this.root.isConnected) return undefined;
      time = Math.min(time + Math.min(0.25, (now - before) / 1000) * this.speed, this.ticks);
      before = now;
      const stop = this.stops.find((each) => each.tick > this.tick && each.tick <= time);
      if (stop || time >= this.ticks) return this.goAndStop(stop ? stop.tick : this.ticks);
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
    if (key === "Escape" && this.layer.close()) return true;
    if (hasModifier(event) || ((key === " " || key === "Enter") && target.matches("button"))) return false;
    const ways = { ArrowRight: "nextEvent", ArrowLeft: "lastEvent", ".": "nextTick", ",": "lastTick" };
    const ends = { Home: 0, End: this.ticks };
    if (target === this.range && key.startsWith("Arrow")) return false;
    if (key === " ") this.togglePlay();
    else if (key in ways) this.goAndStop(this.tickOf(ways[key]));
    else if (key in ends) this.goAndStop(ends[key]);
    else return false;
    return true;
  }
}
