/* The player: it shows a moment of a trace, and moves through time. */

import { Beside } from "./beside.js";
import { Card } from "./card.js";
import { make, reducedMotion, remember, remembered } from "./dom.js";
import { Drawer } from "./drawer.js";
import { Focus } from "./focus.js";
import { guessOf } from "./guess.js";
import { Hands } from "./hands.js";
import { Head } from "./head.js";
import { Help } from "./help.js";
import { Keyboard } from "./keyboard.js";
import { Layer } from "./layer.js";
import { Legend } from "./legend.js";
import { LogGrid } from "./logs.js";
import { Menu } from "./menu.js";
import { Motion } from "./motion.js";
import { Properties } from "./properties.js";
import { Quiz } from "./quiz.js";
import { Room } from "./room.js";
import { Say } from "./say.js";
import { Settings } from "./settings.js";
import { SpaceTime } from "./spacetime.js";
import { Stage } from "./stage.js";
import { EVENTS_PER_CHECKPOINT, goalsOf, Timeline } from "./trace.js";
import { SPEEDS, Transport, USUAL_SPEED } from "./transport.js";
import { Twin } from "./twin.js";
import { exists, nameOf, onlyPlays } from "./verbs.js";
import { inPlaces } from "./words.js";

const SECONDS_TO_A_STOP = 5; // the longest time until a stop is reached; the film of the stop itself follows
const IN_TICKS = "raftlab: times in ticks"; // the name under which the browser remembers the unit of time
const LOOK_AHEAD = 500; // how many ticks are simulated ahead to find something new

/** What is to be drawn.
 * @typedef {object} State
 * @property {import("./trace.js").Branch} branch
 * @property {import("./film.js").Position} position
 * @property {import("./trace.js").World} world at this position
 * @property {import("./things.js").Thing | null} selected
 * @property {string | null} sight the node whose knowledge is shown; null: everything is shown
 */

/** What is drawn, and may take part in films (see motion.js).
 * @typedef {object} Panel
 * @property {(state: State) => void} draw
 * @property {(time: number, film: any) => void} [move]
 * @property {(before: import("./trace.js").World, after: import("./trace.js").World) => void} [turn]
 * @property {(node: string) => void} [pulse]
 */

/** Shows a moment of a trace, and moves through time. */
export class Player {
  /** @type {Timeline} */
  timeline;
  /** @type {import("./film.js").Position} */
  position;
  /** @type {HTMLElement} */
  root;
  /** @type {Panel[]} */
  panels;
  /** @type {Stage} */
  stage;
  /** @type {Quiz} */
  quiz;
  /** @type {Say} */
  saying;
  /** @type {Legend} */
  legend;
  /** @type {Layer} */
  layer;
  /** @type {Twin | null} a second cluster */
  twin = null;
  // A player that is one of several side by side has none of these.
  /** @type {Beside} */
  beside;
  /** @type {Card} */
  card;
  /** @type {Drawer | null} */
  drawer;
  /** @type {Properties} */
  properties;
  /** @type {Settings} */
  settings;
  /** @type {Help} */
  help;
  /** @type {Head} */
  head;
  /** @type {Transport} */
  transport;
  /** @type {Menu} */
  menu;
  /** @type {Hands} */
  hands;
  /** @type {Keyboard} */
  keyboard;
  /** @type {Focus} */
  focus;
  /** @type {Room} */
  room;
  /** @type {import("./room.js").Form} */
  form;
  /** @type {Record<string, string>} */
  goals;

  /**
   * @param {HTMLElement} el  where it is put
   * @param {any} bundle  the trace, as Python writes it
   * @param {{show?: string[], kernel?: any, tick?: number, event?: number | null, height?: number | null, part?: boolean, page?: boolean,
   *   lab?: string | null, timeline?: any, branch?: number | null, sideBySide?: any, other?: any}} options
   *   show: words of the staging. kernel: what can change the run. height: the greatest height in pixels.
   *   event: which event of the tick is told first; without it, what the story has said last.
   *   part: it is one of several under the controls of a Together. page: it is the whole page.
   *   lab: the words of Python with which the same run can be changed in a notebook.
   *   timeline: that of another player, of whose branches this one shows one: branch. sideBySide: lays runs side by side.
   *   other: a second cluster that plays the same story (see Twin).
   */
  constructor(
    el,
    bundle,
    {
      show = ["everything"],
      kernel = null,
      tick = 0,
      event = null,
      height = null,
      part = false,
      page = false,
      lab = null,
      timeline = null,
      branch = null,
      sideBySide = null,
      other = null,
    } = {},
  ) {
    this.el = el;
    this.bundle = bundle;
    this.only = branch;
    this.sideBySide = sideBySide;
    this.kernel = kernel;
    this.show = show;
    this.part = part;
    this.lab = lab;
    this.speed = USUAL_SPEED;
    this.playing = false;
    this.question = null;
    /** @type {import("./things.js").Thing | null} */
    this.selected = null;
    this.skipped = 0; // ticks in which nothing new happened, in the last press of Next
    /** @type {string | null} */
    this.sight = null; // the node whose knowledge is shown; null: everything is shown
    /** @type {import("./trace.js").World | null} */
    this.guess = null; // the world after an action, as far as it is certain before the kernel answers
    this.heartbeats = show.includes("heartbeats"); // is every one of them drawn, or one pulse for all?
    this.motion = new Motion(this);
    /** @type {Promise<any>} */
    this.turn = Promise.resolve(); // resolves when the last message of the kernel has been applied
    this.isHeld = false; // has the last message not been applied yet?
    this.settled = Promise.resolve(); // resolves when the film of the last step has ended and its sentence is shown
    this.seen = {}; // branch -> the last tick that was shown
    this.reach = 0; // the tick at which the timeline ends, if the run can go on
    /** @type {number | null} */
    this.unseen = null; // the first event that was not seen when something was done in the middle of a tick
    /** @type {Map<string, import("./film.js").Position>} */
    this.left = new Map(); // branch and tick -> the moment of an action in this tick, to which undo returns
    // What a person can do to the cluster, and ask of it.
    this.verbs = [...bundle.controls, ...bundle.questions].filter(({ part }) => this.has(part));
    this.build(other);
    this.load(bundle, tick, false, timeline);
    // A view that is made later may show another tick, or another run.
    const isThere = event !== null && event < this.position.count;
    if (isThere && this.branch.tickOf(event) === this.position.tick) this.saying.tell(event);
    if (part) return;
    this.room = new Room(el, this.root, { fills: page, most: height }, (form) => this.take(form));
    this.root.toggleAttribute("data-page", page);
    if (page) this.root.focus({ preventScroll: true });
  }

  /** The drawings that know which thing stands at a point: those with a method hit(x, y). */
  get drawings() {
    const beside = this.beside?.views.map(({ view }) => view) ?? [];
    return [this.stage, ...beside].filter((each) => "hit" in each);
  }

  /** The panels that are drawn in every frame while time runs: the cluster, and a second one if there is one.
   * @returns {Panel[]} */
  get stages() {
    return this.twin ? [this.stage, this.twin] : [this.stage];
  }

  /** Is this part of the player shown? A lesson shows only what it has introduced.
   * @param {string | undefined} word
   * @returns {boolean} */
  has(word) {
    return word !== undefined && (this.show.includes(word) || this.show.includes("everything"));
  }

  /** Can the run be changed here? */
  get canAct() {
    return this.kernel !== null && !this.timeline.recorded;
  }

  /** The tick at which the timeline ends. If the run can go on, more may be simulated already; the timeline grows only when its end is
   * reached, so that its knob never moves back while time goes on. */
  get end() {
    return this.canAct ? this.reach : this.branch.ticks;
  }

  /** The branch that is looked at. */
  get branch() {
    return this.timeline.branch(this.only ?? this.timeline.current).resolve();
  }

  /** Play another trace from a tick on.
   * @param {any} bundle
   * @param {number} [tick]
   * @param {boolean} [undone]  was something undone? Then what happened last is told.
   * @param {import("./trace.js").Timeline | null} [timeline]  that of another player, if this one shows one of its branches */
  load(bundle, tick = 0, undone = false, timeline = null) {
    this.motion.end();
    this.bundle = bundle;
    this.timeline = timeline ?? new Timeline(bundle);
    this.timeline.inTicks = (remembered(IN_TICKS) ?? (this.show.includes("ticks") ? "yes" : "no")) === "yes";
    if (!undone) {
      this.left.clear();
      this.reach = this.branch.ticks;
    }
    this.position = this.whereLeft(tick);
    this.selected = null;
    this.question = null;
    this.guess = null;
    this.sight = null;
    this.seen = {};
    if (!undone) this.quiz.forget();
    this.stage.build(this.timeline.nodes);
    this.goals = goalsOf(this.timeline, new Set(this.verbs.map(({ verb }) => verb)));
    this.root.setAttribute("aria-label", `Player: ${this.timeline.title}`);
    if (undone) this.saying.tellLast(this.position.count);
    else this.saying.open();
    this.draw();
    this.warmUp();
  }

  // -- What is on the page ------------------------------------------------------------------------------

  build(other) {
    this.stage = new Stage(this);
    this.quiz = new Quiz(this);
    this.saying = new Say(this, this.quiz.el);
    this.legend = new Legend(this);
    this.layer = new Layer(this);
    if (this.part) {
      this.root = make("div.rl-player.rl-part", { role: "group" }, this.stage.el, this.saying.el);
      this.panels = [this.stage];
      this.el.replaceChildren(this.root);
      return;
    }
    this.twin = other && new Twin(this, other);
    this.card = new Card(this);
    this.drawer = this.has("events") ? new Drawer(this) : null;
    /** @type {import("./beside.js").View[]} */
    const views = [];
    if (this.has("log")) views.push({ name: "log", label: "Logs", view: new LogGrid(this) });
    if (this.has("spacetime")) views.push({ name: "spacetime", label: "Time", view: new SpaceTime(this) });
    this.beside = new Beside(this, views);
    this.properties = new Properties(this);
    this.settings = new Settings(this);
    this.help = new Help(this);
    this.head = new Head(this);
    this.transport = new Transport(this);
    this.root = make(
      "div.rl-player",
      {
        tabindex: -1,
        role: "region",
      },
      this.head.el,
      this.beside.main,
      this.saying.el,
      this.transport.el,
      this.layer.el,
    );
    this.panels = [
      this.head,
      this.beside,
      ...this.stages,
      this.properties,
      this.quiz,
      this.transport,
      this.layer,
    ];
    this.menu = new Menu(this);
    this.hands = new Hands(this);
    this.keyboard = new Keyboard(this);
    this.focus = new Focus(this);
    this.el.replaceChildren(this.root);
  }

  /** Lay everything out for the room there is.
   * @param {import("./room.js").Form} form */
  take(form) {
    this.form = form;
    const { root } = this;
    root.dataset.size = form.size;
    root.toggleAttribute("data-lying", form.lying);
    root.toggleAttribute("data-tight", form.tight);
    root.toggleAttribute("data-stacked", form.stacked);
    root.style.height = `${form.height}px`;
    this.draw();
  }

  /** Large signs and letters, over the whole screen where that is possible. */
  async toggleProjector(on = !this.room.projector) {
    this.room.projector = on;
    this.room.measure();
    const whole = document.fullscreenElement === this.root;
    if (on && !whole)
      await this.root.requestFullscreen?.().catch((refusal) => this.saying.speak(refusal.message));
    if (!on && whole) await document.exitFullscreen();
  }

  /** The player is removed from the page: nothing of it goes on. */
  leave() {
    this.stop();
    this.room.close();
    this.keyboard.shield.remove();
  }

  /** Close what lies over the player. */
  closeLayer() {
    this.layer.close();
  }

  /** Open the menu of a thing, at a point of the window or beside the thing.
   * @param {import("./things.js").Thing} thing
   * @param {number | null} [x]
   * @param {number | null} [y] */
  openMenu(thing, x = null, y = null) {
    this.choose(thing);
    this.layer.open(this.menu, { thing, at: x === null ? null : { x, y } });
  }

  /** Open the card of a thing: everything about it.
   * @param {import("./things.js").Thing} thing */
  openCard(thing) {
    this.selected = thing;
    this.layer.open(this.card, thing);
  }

  // -- Drawing -------------------------------------------------------------------------------------------

  /** @param {Panel[]} [panels]  what is drawn; all of it if left out */
  draw(panels = this.panels) {
    const { branch, sight } = this;
    if (this.selected && !exists(this, this.selected)) this.selected = null;
    const position = this.motion.shown ?? this.position; // while a film plays, the picture lags behind
    this.seen[branch.id] = Math.max(this.seen[branch.id] || 0, position.tick);
    this.reach = Math.max(this.reach, position.tick);
    const world = this.guess ?? branch.at(position.count);
    /** @type {State} */
    const state = { branch, position, world, selected: this.selected, sight };
    for (const panel of panels) panel.draw(state);
    if (this.part) return;
    this.focus.keep();
    this.kernel?.look(branch.id, position);
  }

  /** Compute all worlds of the branch while the browser is idle, so that a jump to its end is never slow. */
  warmUp() {
    const { branch } = this;
    const idle = window.requestIdleCallback || ((task) => setTimeout(task, 50));
    const some = () => {
      const done = branch.checkpoints.length * EVENTS_PER_CHECKPOINT;
      if (done >= branch.events.length || !this.root.isConnected) return;
      branch.at(Math.min(branch.events.length, done + 1000));
      idle(some);
    };
    idle(some);
  }

  // -- Moving through time --------------------------------------------------------------------------------

  /**
   * Show a moment. `position` is the new one at once; the sentence changes when the film has ended.
   * @param {{tick: number, count: number}} position
   * @param {{film?: boolean, say?: () => void}} options
   *   film: whether to show as a film what happens between. say: says the sentence; without it the last event is told.
   */
  go(position, { film = false, say = () => this.saying.tell(position.count - 1) } = {}) {
    const before = this.position;
    this.motion.end();
    this.guess = null;
    if (position.tick - before.tick !== this.skipped) this.skipped = 0;
    if (position.count < before.count) this.quiz.forgetFrom(position.count);
    this.position = position;
    const ended = film ? this.motion.play(this.branch, before, position) : null;
    if (ended)
      this.settled = ended.then(() => {
        if (this.position === position) say();
      });
    else {
      say();
      this.settled = Promise.resolve();
    }
    this.draw();
  }

  /** Look where another view of the same run looks.
   * @param {{branch: number, tick: number, count: number}} where */
  follow({ branch, tick, count }) {
    const { position } = this;
    const isThere = this.branch.id === branch && position.tick === tick && position.count === count;
    if (isThere || !this.timeline.branches.has(branch)) return;
    this.stop();
    this.timeline.current = branch;
    this.go({ tick, count: Math.min(count, this.branch.events.length) });
  }

  /** The moment of a tick at which an action left the branch; otherwise the end of the tick.
   * @param {number} tick
   * @returns {import("./film.js").Position} */
  whereLeft(tick) {
    return this.left.get(`${this.branch.id} ${tick}`) ?? this.branch.endOfTick(tick);
  }

  /** Show the end of a tick.
   * @param {number} tick */
  goTick(tick) {
    this.stop();
    const position = this.branch.endOfTick(tick);
    this.go(position, { say: () => this.saying.tellLast(position.count) });
  }

  /** Show a tick that the timeline has, also where this branch has not been simulated so far yet: its end or, where the story
   * stops in it, that stop, a question that waits for a guess before all others.
   * @param {number} tick */
  async slideTo(tick) {
    const missing = this.canAct ? tick - this.branch.ticks : 0;
    if (missing > 0) {
      const before = this.branch;
      const { position } = this;
      await this.simulateMore(missing);
      if (this.hasLeft(before, position)) return;
    }
    const stops = this.branch.stopsOf(tick);
    if (!stops.length) {
      this.goTick(tick);
      return;
    }
    this.stop();
    this.go(
      this.branch.afterEvent(stops.find((stop) => this.quiz.waitingAt(stop + 1)) ?? stops[stops.length - 1]),
    );
  }

  /** On to the end of the next beat: what one press of Next shows. */
  next() {
    if (this.quiz.holds()) return;
    this.stop();
    const { branch, position } = this;
    const beat = this.nextBeat(position);
    if (!beat) {
      this.atTheEnd();
      return;
    }
    const quiet = beat.tick - position.tick;
    this.skipped = quiet > 2 * branch.start.network.delay[1] ? quiet : 0;
    const isNews = beat.count > position.count; // otherwise only a second cluster has some
    this.go(beat, {
      film: true,
      say: () => (isNews ? this.saying.tellBeat(position, beat) : this.saying.tellLast(beat.count)),
    });
  }

  /** The end of the next beat, of this cluster or of a second one.
   * @param {import("./film.js").Position} position */
  nextBeat(position) {
    return this.twin ? this.twin.nextBeat(position) : this.branch.nextBeat(position);
  }

  /** Back to the end of the beat before. */
  back() {
    this.stop();
    const { branch, position } = this;
    const beat = branch.lastBeat(position);
    this.go(beat, { film: true, say: () => this.saying.tellBeat(branch.lastBeat(beat), beat) });
  }

  /** The recorded part has nothing new: ask the kernel for more, or say so. */
  async atTheEnd() {
    const { branch, position } = this;
    const isFar = branch.ticks - position.tick >= LOOK_AHEAD;
    const hasMore = this.canAct && !isFar && (await this.simulateMore(LOOK_AHEAD));
    if (this.hasLeft(branch, position)) return;
    if (hasMore && this.nextBeat(position)) {
      this.next();
      return;
    }
    this.saying.add(this.timeline.sayings[this.canAct ? "nothing_new" : "nothing_recorded"]);
  }

  /** One event or one tick on, or back.
   * @param {"nextEvent" | "lastEvent" | "nextTick" | "lastTick"} way */
  step(way) {
    this.stop();
    const { branch, position } = this;
    const next = branch[way](position);
    if (next.tick === position.tick && next.count === position.count && way.startsWith("next") && this.canAct)
      this.simulateMore();
    this.go(next, { film: true, say: () => this.saying.tellStep(way, position, next) });
  }

  /** Play to the next stop, in a few seconds; a second press jumps there. */
  nextStop() {
    if (this.quiz.holds()) return;
    const { branch, position } = this;
    const stop = branch.nextStop(position.count);
    if (stop < 0) {
      this.stop();
      this.atTheEnd();
      return;
    }
    const isSecond = this.playing && this.motion.until === stop;
    this.stop();
    if (isSecond || reducedMotion()) this.go(branch.afterEvent(stop));
    else
      this.motion.run({
        until: stop,
        speed: Math.max(this.speed, (branch.tickOf(stop) - position.tick) / SECONDS_TO_A_STOP),
      });
  }

  /** Back to the stop before this one, or to the beginning. */
  lastStop() {
    this.stop();
    const { branch, position } = this;
    const stop = branch.lastStop(position.count);
    if (stop < 0) this.goTick(0);
    else this.go(branch.afterEvent(stop), { film: true });
  }

  togglePlay() {
    if (this.playing) this.stop();
    else this.play();
  }

  /** Let the time run; at the end of what was recorded, from the beginning. */
  play() {
    if (this.quiz.holds()) return;
    if (this.isOver) this.goTick(0);
    if (!this.quiz.waiting) this.motion.run();
  }

  /** Is this the end, beyond which nothing can be simulated? */
  get isOver() {
    return !this.canAct && this.position.tick > 0 && this.position.tick >= this.branch.ticks;
  }

  stop() {
    this.motion.halt();
  }

  /** Jump to the next turning point of a kind; the kernel simulates on if the trace has none.
   * @param {string} kind */
  async runUntil(kind) {
    this.stop();
    let from = this.position.count;
    for (let round = 0; round < 5; round++) {
      const { branch } = this;
      const [event] = branch.turns.find(([at, its]) => its === kind && at >= from) || [];
      if (event !== undefined) return this.go(branch.afterEvent(event));
      from = branch.events.length;
      const { position } = this;
      if (!this.canAct || !(await this.simulateMore(500))) break;
      if (this.hasLeft(branch, position)) return undefined;
    }
    const { timeline, branch, goals } = this;
    return this.note(
      inPlaces(timeline.sayings.not_within, { time: timeline.time(branch.ticks), goal: goals[kind] }),
    );
  }

  // -- Choosing, asking, doing ---------------------------------------------------------------------------------

  /** Choose a thing, and show everything about it; null: choose nothing.
   * @param {import("./things.js").Thing | null} thing */
  select(thing) {
    if (!thing) return this.unselect();
    if (thing.kind === "node" && this.quiz.take(thing.id)) return undefined;
    this.choose(thing);
    return this.openCard(thing);
  }

  /** Choose a thing: keys of verbs are then meant for it. To choose the cluster as a whole is to choose nothing.
   * @param {import("./things.js").Thing} thing */
  choose(thing) {
    this.selected = thing.kind === "cluster" ? null : thing;
    this.question = null;
    this.saying.speak(`${nameOf(this, thing)}, selected`);
    this.draw();
  }

  unselect() {
    this.selected = null;
    if (this.layer.shown === this.card) this.layer.close();
    this.draw();
  }

  /** Open the answer to why a node is (not) the leader, or why an entry is (not) committed; null: close the answer.
   * @param {string | null} node
   * @param {"leader" | "committed"} [what]
   * @param {number | null} [index]  of the entry */
  ask(node, what, index = null) {
    if (node && this.quiz.waiting) return this.note(this.timeline.sayings.guess_first);
    this.question = node ? { node, what, index } : null;
    if (!node) return this.draw();
    this.openCard(what === "leader" ? { kind: "node", id: node } : { kind: "entry", id: node, index });
    return this.saying.speak(this.card.el.querySelector("strong").textContent);
  }

  /** Let go what is dragged, or else close what is open, or else choose nothing. What was opened by hand is closed and let go at once;
   * what was opened by keys gives the focus back to its thing, from where the keys go on. */
  escape() {
    const { hands, layer, card, menu } = this;
    const isLetGo = !layer.shown || (hands.wasLast && (layer.shown === card || layer.shown === menu));
    this.saying.calm();
    if (hands.held) hands.cancel();
    else {
      this.closeLayer();
      if (isLetGo) {
        this.unselect();
        this.root.focus({ preventScroll: true });
      }
    }
    this.question = null;
  }

  /** Show only what one node knows, or everything again (null).
   * @param {string | null} node */
  look(node) {
    this.sight = node === this.sight ? null : node;
    this.go(this.position);
  }

  /** The node whose knowledge the key shows: the chosen node, or the first one. */
  toggleSight() {
    const { selected, timeline } = this;
    this.look(this.sight ?? (selected?.kind === "node" ? selected.id : timeline.nodes[0]));
  }

  /** Everything about what is chosen. */
  showCard() {
    if (this.selected) this.openCard(this.selected);
    else this.fail(this.timeline.sayings.choose_node);
  }

  /** Show all times in ticks, or in seconds, from now on and in later players, too.
   * @param {boolean} on */
  showTicks(on) {
    this.timeline.inTicks = on;
    remember(IN_TICKS, on ? "yes" : "no");
    this.go(this.position);
  }

  /** Is a key of any use in this lesson, and with these nodes?
   * @param {import("./keys.js").Key} key */
  offers({ part, needs }) {
    return (!part || this.has(part)) && (!needs || needs in this.timeline.words);
  }

  /** The controls of the verbs that this lesson offers and that these nodes know, for one kind of thing or for all.
   * @param {string | null} [on] */
  controls(on = null) {
    const { words } = this.timeline;
    return this.verbs.filter(
      (control) => (!on || control.on === on) && (!control.needs || control.needs in words),
    );
  }

  /** @param {1 | -1} by  faster, or slower */
  changeSpeed(by) {
    const at = Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(this.speed) + by));
    this.speed = SPEEDS[at];
    this.draw();
  }

  // -- The kernel -----------------------------------------------------------------------------------------

  /** Show an error message.
   * @param {string} sentence */
  fail(sentence) {
    this.saying.fail(sentence);
  }

  /** Say something by the way.
   * @param {string} sentence */
  note(sentence) {
    this.saying.note(sentence);
  }

  /** Do something to the cluster at the moment that is shown; resolves once the kernel has answered. What is certain is shown at once.
   * @param {string} verb
   * @param {any[]} [args]
   * @param {Record<string, any>} [kwargs] */
  act(verb, args = [], kwargs = {}) {
    const isPlain = !Object.keys(kwargs).length;
    return this.request({ do: verb, args, kwargs }, verb, isPlain ? [args] : []);
  }

  /** Do the same to several things as one action, which undo takes back as a whole.
   * @param {string} verb
   * @param {any[][]} several  the arguments, once for each thing */
  actEach(verb, several) {
    return this.request({ do_each: verb, several }, verb, several);
  }

  /** @param {any} deed  as the kernel is told of it
   * @param {string} verb
   * @param {any[][]} several  with what arguments, as far as it may be shown before the kernel has answered */
  request(deed, verb, several) {
    this.stop();
    if (!this.canAct) return this.note(onlyPlays(this));
    const { branch, position, timeline } = this;
    this.left.set(`${branch.id} ${position.tick}`, position);
    const seen = this.seen[branch.id] || 0;
    const request = { ...deed, branch: branch.id, tick: position.tick, seen };
    const end = branch.endOfTick(position.tick);
    if (end.count > position.count) {
      // What is done is done at the end of the tick: first the rest of it is seen.
      this.go(end, { film: true, say: () => this.saying.tellBeat(position, end) });
      this.unseen = position.count;
      return this.send(request, this.settled);
    }
    for (const args of several) {
      const world = this.guess ?? branch.at(position.count);
      this.guess = guessOf(world, timeline.atOnce[verb], args) ?? this.guess;
    }
    if (this.guess) this.draw();
    return this.send(request);
  }

  undo() {
    if (!this.canAct) return this.note(onlyPlays(this));
    this.stop();
    return this.kernel.canUndo ? this.send({ undo: true }) : this.fail("There is nothing to undo.");
  }

  redo() {
    if (!this.canAct) return this.note(onlyPlays(this));
    this.stop();
    return this.kernel.canRedo ? this.send({ redo: true }) : this.fail("There is nothing to do again.");
  }

  /** Make a branch in which a lost message arrives.
   * @param {number} message */
  whatIf(message) {
    return this.send({ what_if: message, branch: this.branch.id });
  }

  /** While the kernel simulated on, has the reader gone to another branch, or back? Then what was asked for before is not shown any more.
   * @param {import("./trace.js").Branch} branch  where the kernel was asked
   * @param {import("./film.js").Position} position */
  hasLeft(branch, position) {
    return this.branch.id !== branch.id || this.position.count < position.count;
  }

  /** Let the kernel simulate on. Resolves with whether it has.
   * @param {number} [ticks] */
  simulateMore(ticks = 200) {
    if (this.waiting) return this.waiting;
    this.waiting = this.send({ more: this.branch.id, until: this.branch.ticks + ticks }).finally(
      () => (this.waiting = null),
    );
    return this.waiting;
  }

  /** Send a request to the kernel. Resolves with whether it was done.
   * @param {any} request
   * @param {Promise<void>} [first]  what must have ended before the answer is shown
   * @returns {Promise<boolean>} */
  send(request, first = Promise.resolve()) {
    if (!this.kernel) return Promise.resolve(false);
    return this.kernel.ask(request).then(
      (answer) => this.receiveInTurn(answer, first),
      (problem) => this.refuse(problem.message),
    );
  }

  /** Apply the messages of the kernel in the order in which they come. One may wait for a film, which ends when the next one comes.
   * @param {any} answer
   * @param {Promise<void>} [first]  what must have ended before
   * @returns {Promise<boolean>} */
  receiveInTurn(answer, first = Promise.resolve()) {
    if (this.isHeld) this.motion.end();
    this.isHeld = true;
    const applied = Promise.all([this.turn, first]).then(() => {
      this.isHeld = false;
      return this.receive(answer);
    });
    this.turn = Promise.allSettled([applied]);
    return applied;
  }

  /** The kernel has refused: take back what was shown in advance.
   * @param {string} sentence */
  refuse(sentence) {
    this.guess = null;
    this.unseen = null;
    this.draw();
    this.fail(sentence);
    return false;
  }

  /** Apply a message of the kernel. It may come without a request, when a method is called in a cell.
   * @param {any} answer
   * @returns {boolean} whether it was done */
  receive(answer) {
    if (answer.error) return this.refuse(answer.error);
    if (answer.tick !== undefined) this.stop(); // before anything changes: another run may not have the moment that is shown
    this.saying.calm();
    if (answer.note) this.saying.note(answer.note);
    if (answer.other) this.twin?.take(answer.other);
    if (answer.bundle) this.load(answer.bundle, answer.tick ?? 0, answer.undone);
    if (answer.append) this.timeline.branch(answer.append.id)?.append(answer.append);
    const isNew = answer.branch && !this.timeline.branches.has(answer.branch.id);
    const deed = answer.branch ? this.branch.countAt(answer.tick) : -1; // the event with which it begins
    if (answer.branch) this.timeline.add(answer.branch);
    if (answer.drop) for (const id of answer.drop) this.timeline.branches.delete(id);
    if (answer.current !== undefined) this.timeline.current = answer.current;
    if (answer.ask) {
      const [node, what, index] = answer.ask;
      this.ask(node, what, index);
    }
    if (answer.go) this.obey(answer.go);
    if (answer.tick !== undefined && !answer.bundle) {
      this.seen[this.branch.id] = answer.branch ? answer.tick : this.seen[this.branch.id];
      const position = this.branch.endOfTick(answer.tick);
      const more = isNew && this.branch.parent === 0 ? [this.timeline.sayings.new_branch] : [];
      const isDeed = deed >= 0 && deed < position.count;
      const first = this.unseen ?? deed;
      this.unseen = null;
      this.go(position, isDeed ? { say: () => this.saying.tellDeed(first, deed, position, more) } : {});
    } else this.draw();
    this.kernel?.shown(answer);
    return true;
  }

  /** Move through time, as a method that was called in a cell says.
   * @param {string | {tick: number}} go */
  obey(go) {
    const ways = { next_event: "nextEvent", tick: "nextTick", back: "lastEvent", back_tick: "lastTick" };
    if (typeof go === "object") this.goTick(go.tick);
    else if (go === "play") this.play();
    else if (go === "pause") this.stop();
    else if (ways[go]) this.step(ways[go]);
  }
}
