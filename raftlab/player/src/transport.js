/* The transport: back, Next, play, the timeline, the speed, and a menu of further ways through time. */

import { button, make, refill, set, setText } from "./dom.js";
import { GOALS, keyName } from "./keys.js";
import { menuHead, menuItem, walkItems } from "./menu.js";
import { notices } from "./sight.js";
import { AHEAD, MARK_SIGNS, MARK_WORDS } from "./signs.js";

const ON_TOP = ["stop", "fork"]; // kinds of marks in the upper row; a stop often follows right after its turning point, which would cover it

/** Marks that do not cover each other: if some are too close, the most important one is shown, and its tooltip names the others.
 * @param {{tick: number, kind: string, event?: number}[]} marks
 * @param {number} ticks  of the whole timeline */
export function legible(marks, ticks) {
  const order = ["broken", "fork", "stop", "crash", "leader", "commit"];
  const kept = [];
  for (const mark of [...marks].sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.tick - b.tick,
  )) {
    const near = kept.find(
      ({ tick, kind }) =>
        ON_TOP.includes(kind) === ON_TOP.includes(mark.kind) && Math.abs(tick - mark.tick) < ticks * 0.012,
    );
    if (near) near.also.push([mark.tick, mark.kind]);
    else kept.push({ ...mark, also: [] });
  }
  return kept;
}

/** Ticks a second. */
export const SPEEDS = [1, 2, 5, 10, 20, 50];
export const USUAL_SPEED = 5;

/** The control for the speed, of a player or of several side by side.
 * @param {{speed: number}} player */
export function speedChoice(player) {
  const choice = make(
    "select.rl-speed",
    {
      "aria-label": "speed",
      title: "speed (+ and -)",
      onchange: () => (player.speed = Number(choice.value)),
    },
    ...SPEEDS.map((speed) =>
      make("option", { value: speed, selected: speed === player.speed }, `${speed / USUAL_SPEED}×`),
    ),
  );
  return choice;
}

/** The controls at the bottom, as under a film. */
export class Transport {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.shows = false; // does the timeline also show turning points that have not been reached yet?
    this.play = button("", "", () => player.togglePlay(), { class: "rl-button rl-play" });
    this.next = button("", "", () => player.next(), { class: "rl-button rl-big" });
    this.speed = speedChoice(player);
    const menu = this.menu();
    this.more = button("▾", "next stop, run until …", () => player.layer.toggle(menu), {
      "aria-label": "further",
      "aria-haspopup": "menu",
    });
    this.el = make(
      "footer.rl-transport",
      {},
      button("◀", "back (left arrow)", () => player.back(), { "aria-label": "back" }),
      this.next,
      this.play,
      this.timeline(),
      this.speed,
      this.more,
    );
  }

  timeline() {
    this.range = make("input.rl-range", {
      type: "range",
      min: 0,
      value: 0,
      "aria-label": "time",
      oninput: () => this.player.slideTo(Number(this.range.value)),
    });
    this.marks = make("div.rl-marks", { "aria-hidden": "true" });
    this.past = make("i.rl-past");
    this.known = make("i.rl-known");
    return make(
      "div.rl-timeline",
      {},
      make("div.rl-track", { "aria-hidden": "true" }, this.known, this.past),
      this.range,
      this.marks,
    );
  }

  draw({ branch, position, sight }) {
    const { player } = this;
    const { timeline, end } = player;
    this.label();
    if (this.speed.value !== String(player.speed)) this.speed.value = player.speed;
    if (this.range.max !== String(end)) this.range.max = end;
    if (Number(this.range.value) !== position.tick) this.range.value = position.tick;
    const told = `${timeline.time(position.tick)} of ${timeline.time(end)}`;
    set(this.range, { "aria-valuetext": told, title: told });
    // While a question waits, everything after it is hidden, even if it was seen before.
    const asked = player.quiz.waiting;
    const seen = asked ? position.tick : this.shows ? end : player.seen[branch.id] || 0;
    const reached = asked ? position.count : branch.countAt(seen);
    const ticks = Math.max(1, end);
    const share = (tick) => `${(tick / ticks) * 100}%`;
    this.past.style.transform = `scaleX(${position.tick / ticks})`; // unlike a width, a transform needs no layout
    this.known.style.transform = `scaleX(${seen / ticks})`;
    this.drawMarks(branch, seen, reached, share, sight);
  }

  /** Label the two large buttons. */
  label() {
    const { player, next, play } = this;
    const asks = player.quiz.isUrged;
    setText(next, asks ? "Show me ▶" : "Next ▶");
    next.title = `${asks ? "the answer" : "what happens next"} (right arrow)`;
    const [label, title] = player.playing
      ? ["❚❚ pause", "pause"]
      : player.isOver
        ? ["↺ again", "from the beginning"]
        : player.position === player.motion.halted
          ? ["▶ play on", "play stopped at a ◆: the story has something to say; play on"]
          : ["▶ play", "play or pause"];
    setText(play, label);
    play.title = `${title} (space)`;
  }

  /** The stops, and the turning points so far; later turning points are not revealed. */
  drawMarks(branch, seen, reached, share, sight) {
    const { player } = this;
    const { timeline } = player;
    const turns = branch.turns.filter(
      ([event, kind]) => event < reached && kind in MARK_SIGNS && (!sight || notices(branch, event, sight)),
    );
    const behind = branch.stops.filter((event) => event < reached).length; // stops ahead look different
    const forks = timeline.children(branch.id).filter(({ fork }) => fork.tick <= seen);
    const counts = [player.end, turns.length, behind, branch.stops.length, forks.length];
    const signature = [branch.id, sight, timeline.inTicks, ...counts];
    refill(this.marks, signature.join(), () => {
      const at = (event, kind) => ({ tick: branch.tickOf(event), event, kind });
      const marks = [
        ...branch.stops.map((event) => at(event, "stop")),
        ...turns.map(([event, kind]) => at(event, kind)),
        ...forks.map(({ fork }) => ({ tick: fork.tick, event: undefined, kind: "fork" })),
      ];
      return legible(marks, player.end).map(({ tick, kind, event, also }) => {
        const names = [[tick, kind], ...also].map(
          ([when, what]) => `${timeline.time(when)}: ${MARK_WORDS[what] || timeline.turns[what]}`,
        );
        return make(
          `span.rl-mark.rl-mark-${kind}${tick > seen ? ".rl-ahead" : ""}`,
          {
            style: `left:${share(tick)}`,
            title: [...new Set(names)].join("\n"),
            onclick: () => player.go(event === undefined ? branch.endOfTick(tick) : branch.afterEvent(event)),
          },
          tick > seen ? AHEAD : MARK_SIGNS[kind],
        );
      });
    });
  }

  /** The items of the menu behind ▾. */
  items() {
    const { player } = this;
    const item = (label, key, does) => {
      const press = () => {
        player.closeLayer();
        does();
      };
      return menuItem(label, key, press, { role: "menuitem" });
    };
    const { inTicks, msPerTick } = player.timeline;
    const tick = inTicks ? "one tick" : `one tick (${msPerTick} ms)`;
    const goals = player.has("run_until") ? Object.entries(player.goals) : [];
    return [
      item("to the next stop of the story ◆", keyName("PageDown"), () => player.nextStop()),
      item("back a stop ◆", keyName("PageUp"), () => player.lastStop()),
      ...goals.map(([kind, words]) =>
        item(`run until ${words}`, GOALS[kind]?.key ?? "", () => player.runUntil(kind)),
      ),
      item("play faster", "+", () => player.changeSpeed(1)),
      item("play slower", "-", () => player.changeSpeed(-1)),
      item(`on by ${tick}`, ".", () => player.step("nextTick")),
      item(`back by ${tick}`, ",", () => player.step("lastTick")),
      item(
        this.shows ? "hide what lies ahead on the timeline" : "show what lies ahead on the timeline",
        "",
        () => {
          this.shows = !this.shows;
          player.draw();
        },
      ),
    ];
  }

  /** The menu behind ▾, as a part of the layer. @returns {import("./layer.js").Part} */
  menu() {
    const el = make("div.rl-menu", { role: "menu", "aria-label": "further" });
    return {
      el,
      place: "beside",
      thing: () => this.more.getBoundingClientRect(),
      key: (event) => walkItems(el, event),
      opened: () => {
        el.replaceChildren(
          menuHead("Move through time", () => this.player.closeLayer()),
          ...this.items(),
        );
        /** @type {HTMLElement} */ (el.querySelector(".rl-item")).focus();
      },
    };
  }
}
