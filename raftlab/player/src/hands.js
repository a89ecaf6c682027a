/* What a person can do to a thing, by menu, key, mouse and finger. */

import { make, set, setText } from "./dom.js";
import { crossedLinks, cutOf, DRAG, landingOf, pullOf } from "./gestures.js";
import { groupsOf } from "./groups.js";
import { KEYS, keyName } from "./keys.js";
import { lieWords } from "./signs.js";
import { thingOf, thingText } from "./things.js";
import { listed } from "./words.js";

const LONG_PRESS = 500; // ms

const ONLY_PLAYS = "This page plays what was recorded. To change what happens, open it in a Lab.";

/** Why nothing can be changed here.
 * @param {any} player */
export const onlyPlays = ({ timeline }) => timeline.recorded || ONLY_PLAYS;

export const CHOOSE = {
  node: "Choose a node first: click it, or press its number.",
  entry: "Choose an entry first: click it in a log.",
  message: "Choose a message first: click it, or press [ or ].",
  link: "Choose a link first: click it, or press j.",
};

/** A control's label, or one of its arguments, with what is chosen in the place of "{node}", "{index}", "{message}", "{a}" and "{b}". */
export const filled = (value, chosen) => {
  const [, name] = (typeof value === "string" && value.match(/^{(\w+)}$/)) || [];
  if (name) return chosen[name];
  return typeof value === "string" ? value.replace(/{(\w+)}/g, (_, each) => chosen[each]) : value;
};

const isPossible = ({ states, roles }, state, role) =>
  (!states.length || states.includes(state)) && (!roles.length || roles.includes(role));

/** What stands for a thing in the arguments and the label of a control.
 * @param {import("./things.js").Thing} thing
 * @param {Record<string, string>} words of the nodes' protocol */
function chosenBy({ kind, id, index }, words) {
  const [a, b] = kind === "link" ? id.split(">") : [];
  return { ...words, node: id, index, message: id, a, b };
}

/** The state and the role by which it is decided what is possible: a node's, or a message's fate.
 * @param {any} player
 * @param {import("./things.js").Thing} thing */
function conditionOf({ branch, position }, { kind, id }) {
  if (kind === "message") return { state: branch.fate(id, position.count), role: "none" };
  const view = kind === "node" ? branch.at(position.count).views[id] : null;
  return { state: view?.status, role: view?.role ?? "none" };
}

/** Is there still such a thing at this moment?
 * @param {any} player
 * @param {import("./things.js").Thing} thing */
export function isThere({ branch, position, timeline }, { kind, id, index }) {
  if (kind === "message") return id < branch.messages.length;
  if (kind === "entry") return Boolean(branch.at(position.count).views[id]?.log.entry(index));
  return kind === "cluster" || id.split(">").every((node) => timeline.nodes.includes(node));
}

/** What can be done to a thing or asked of it now, and what could be at another moment.
 * @param {any} player
 * @param {import("./things.js").Thing} thing
 * @returns {{label: string, key: string, do: () => any, possible: boolean, changes: boolean, asks: boolean, gesture: string}[]}
 *   key: its key as it is shown, or ""; changes: whether it changes what happens, so that it needs a kernel;
 *   asks: whether it is a question
 */
export function verbsFor(player, thing) {
  if (!isThere(player, thing)) return [];
  const { state, role } = conditionOf(player, thing);
  const chosen = chosenBy(thing, player.timeline.words);
  return player.controls(thing.kind).map((control) => ({
    label: filled(control.label, chosen),
    key: control.key && keyName(control.key),
    possible: isPossible(control, state, role) && canDo(player, control),
    changes: changes(control),
    asks: control.verb in ASKED,
    gesture: control.gesture,
    do: () => doControl(player, control, chosen),
  }));
}

/** Questions are answered here, from the trace; everything else is done by the kernel. */
const ASKED = {
  ask: (player, args) => player.ask(...args),
  look: (player, [id]) => player.look(id),
  what_if: (player, [id]) => player.whatIf(id),
};

const changes = ({ verb }) => verb !== "ask" && verb !== "look";

/** Can it be done here, as far as a kernel is needed for it?
 * @param {any} player
 * @param {any} control */
export const canDo = (player, control) => player.canAct || !changes(control);

/** Do what a control says.
 * @param {any} player
 * @param {any} control
 * @param {Record<string, any>} chosen what stands for the thing that is chosen */
function doControl(player, control, chosen) {
  const args = control.arguments.map((each) => filled(each, chosen));
  return ASKED[control.verb] ? ASKED[control.verb](player, args) : player.act(control.verb, args);
}

/** What the player itself offers for the cluster as a whole: clients, groups, undo.
 * @param {any} player
 * @returns {{label: string, key: string, do: () => any, possible: boolean}[]}
 */
export const ownVerbs = (player) =>
  KEYS.filter((key) => key.label && player.offers(key)).map(({ keys, label, does, possible }) => ({
    label,
    key: keyName(keys[0]),
    possible: player.canAct && (!possible || possible(player)),
    do: () => does(player),
  }));

/** What a thing is called: "n3: leader", "vote request from n1 to n2".
 * @param {any} player
 * @param {import("./things.js").Thing} thing
 * @returns {string}
 */
export function nameOf({ timeline, branch, position }, { kind, id, index }) {
  if (kind === "node")
    return `${id}: ${timeline.called(branch.at(position.count).views[id])}${lieWords(timeline, id)}`;
  if (kind === "link") return `link ${id.replace(">", " – ")}`;
  if (kind === "entry") return `entry ${index} of ${id}`;
  if (kind === "cluster") return timeline.title;
  const message = branch.message(id);
  return `${timeline.messageName(message)} from ${message.src} to ${message.dst}`;
}

/** The key of a verb was pressed: it is done to what is chosen. Of several verbs with this key it is the one that is possible now;
 * if none is, the kernel says why.
 * @param {any} player
 * @param {string} key
 * @returns {boolean} whether there is such a verb
 */
export function pressVerb(player, key) {
  const controls = player.controls().filter((control) => control.key === key);
  if (!controls.length) return false;
  const free = controls.find(({ on }) => on === "cluster");
  const fitting = controls.filter(({ on }) => on === player.selected?.kind);
  if (!player.canAct && (fitting.length ? fitting : controls).every(changes)) player.fail(onlyPlays(player));
  else if (fitting.length) {
    const { state, role } = conditionOf(player, player.selected);
    const control = fitting.find((each) => isPossible(each, state, role)) || fitting[0];
    doControl(player, control, chosenBy(player.selected, player.timeline.words));
  } else if (free) doControl(player, free, {});
  else player.fail(CHOOSE[controls[0].on]);
  return true;
}

/** The hands on the picture: presses, long presses and drags of mouse, pen and finger. */
export class Hands {
  /** @param {any} player */
  constructor(player) {
    this.player = player;
    /** @type {any} */
    this.held = null; // what was pressed and is not let go yet
    this.wasDragged = false;
    this.line = make("svg:line.rl-knife", { visibility: "hidden" });
    this.ghost = make("svg:circle.rl-ghost", { visibility: "hidden" });
    this.words = make("svg:text.rl-hand-words");
    this.sketch = make("svg:g.rl-sketch", { "aria-hidden": "true" }, this.line, this.ghost, this.words);
    const { root } = player;
    for (const [type, listener] of Object.entries({
      pointerdown: (event) => this.press(event),
      pointermove: (event) => this.move(event),
      pointerup: (event) => this.letGo(event),
      pointercancel: () => this.cancel(),
      click: (event) => this.click(event),
      dblclick: (event) => this.twice(event),
      contextmenu: (event) => this.openMenu(event),
    }))
      root.addEventListener(type, listener);
  }

  get svg() {
    return this.player.stage.svg;
  }

  /** The thing at an event: on the stage what is there, or the cluster where nothing is; elsewhere what the element is of, or null.
   * @param {any} event
   * @returns {import("./things.js").Thing | null}
   */
  thingAt({ target, clientX, clientY }) {
    const drawing = this.player.drawings.find(({ el }) => el.contains(target));
    if (drawing) return drawing.hit(clientX, clientY);
    const element = target.closest?.("[data-thing]");
    return element ? thingOf(element.dataset.thing) : null;
  }

  /** The element of a thing, if it has one now. */
  elementOf(thing) {
    return this.player.root.querySelector(`[data-thing="${thingText(thing)}"]`);
  }

  pointAt({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  /** The controls of a gesture, for one kind of thing, that this lesson has. */
  controlsOf(gesture) {
    return this.player.controls().filter((control) => control.gesture === gesture);
  }

  // -- Press, move, let go ----------------------------------------------------------------------------------

  press(event) {
    this.wasDragged = false;
    if (this.held || !event.isPrimary || event.button !== 0) return this.cancel();
    const thing = this.thingAt(event);
    if (!thing) return undefined;
    this.held = { thing, from: event, start: this.pointAt(event), drag: null };
    if (thing.kind === "message") this.player.stop(); // it is caught in its flight
    if (event.pointerType !== "mouse")
      this.held.timer = setTimeout(() => {
        this.held = null;
        this.wasDragged = true;
        this.player.openMenu(thing, event.clientX, event.clientY);
      }, LONG_PRESS);
    return undefined;
  }

  move(event) {
    const { held } = this;
    if (!held || event.pointerId !== held.from.pointerId) return;
    if (event.pointerType === "mouse" && event.buttons !== 1) {
      this.cancel(); // another button was pressed, too, or none any more: it was let go outside the window
      return;
    }
    if (!held.drag) {
      const far = Math.hypot(event.clientX - held.from.clientX, event.clientY - held.from.clientY);
      if (far < DRAG) return;
      clearTimeout(held.timer);
      held.drag = this.player.stage.el.contains(held.from.target) ? this.dragOf(held.thing) : null;
      if (!held.drag) {
        this.held = null;
        return;
      }
      this.wasDragged = true;
      this.player.stop();
      this.svg.append(this.sketch);
      this.svg.setPointerCapture(event.pointerId);
    }
    held.drag.show(held.start, this.pointAt(event));
  }

  letGo(event) {
    const { held } = this;
    if (!held || event.pointerId !== held.from.pointerId) return;
    this.cancel();
    if (held.drag && isThere(this.player, held.thing)) held.drag.end(held.start, this.pointAt(event));
  }

  /** Nothing comes of what was begun. */
  cancel() {
    clearTimeout(this.held?.timer);
    this.held = null;
    this.sketch.remove();
    this.sketch.querySelectorAll("line, circle").forEach((each) => set(each, { visibility: "hidden" }));
    setText(this.words, "");
  }

  /** What dragging a thing means, if anything: show draws it, end does it. */
  dragOf(thing) {
    if (thing.kind === "node" && this.controlsOf("drag apart").length) return this.carrying(thing.id);
    if (thing.kind === "message" && this.controlsOf("drag off").length) return this.pulling(thing);
    const isEmpty = thing.kind === "cluster" || thing.kind === "link";
    return isEmpty && this.controlsOf("drag across").length ? this.cutting() : null;
  }

  click(event) {
    if (this.wasDragged) return;
    const thing = this.thingAt(event);
    if (thing?.kind === "cluster") this.player.select(null);
    else if (thing) this.player.select(thing);
  }

  twice(event) {
    const thing = this.thingAt(event);
    if (!thing || thing.kind === "cluster") return;
    const verbs = verbsFor(this.player, thing).filter(({ gesture }) => gesture === "double click");
    if (!verbs.length) return;
    this.player.closeLayer();
    if (this.player.canAct) verbs.find(({ possible }) => possible)?.do();
    else this.player.fail(onlyPlays(this.player));
  }

  openMenu(event) {
    event.stopPropagation(); // JupyterLab's own would open
    const thing = this.thingAt(event);
    if (!thing) return;
    event.preventDefault();
    if (this.held?.drag) this.wasDragged = true;
    else if (!this.wasDragged) this.player.openMenu(thing, event.clientX, event.clientY);
    this.cancel();
  }

  /** The menu of the thing that has the focus, or is chosen, or else of the cluster. */
  openMenuByKey() {
    const text = /** @type {HTMLElement} */ (document.activeElement)?.dataset?.thing;
    this.player.openMenu(text ? thingOf(text) : (this.player.selected ?? { kind: "cluster" }));
  }

  // -- What drags mean --------------------------------------------------------------------------------------

  say(words, point) {
    setText(this.words, words);
    set(this.words, { x: point.x, y: point.y - this.player.stage.radius - 8 });
  }

  places() {
    const { stage, timeline } = this.player;
    return Object.fromEntries(timeline.nodes.map((node) => [node, stage.place(node)]));
  }

  down() {
    const { branch, position } = this.player;
    return branch.at(position.count).network.down;
  }

  /** The links that a line crosses are cut. */
  cutting() {
    const found = (start, end) =>
      cutOf(crossedLinks(start, end, this.places()), this.player.timeline.nodes, this.down());
    return {
      show: (start, end) => {
        set(this.line, { x1: start.x, y1: start.y, x2: end.x, y2: end.y, visibility: "visible" });
        const { links, groups } = found(start, end);
        this.say(groups ? groupWords(groups) : linkWords(links), end);
      },
      end: (start, end) => this.cut(found(start, end)),
    };
  }

  /** Cut links: as one split if this parts a group, else one by one. */
  async cut({ links, groups }) {
    const { player } = this;
    const [split] = this.controlsOf("split");
    const [cut] = this.controlsOf("drag across");
    if (!links.length) player.fail("That line crosses no link that works. Draw it between two nodes.");
    else if (groups && split) player.act(split.verb, groups);
    else {
      for (const [a, b] of links) if (!(await player.act(cut.verb, [a, b]))) return;
      if (links.length > 1) player.say(`${cut.label}: ${linkWords(links)}.`);
    }
  }

  /** A node is carried away from its group, back to it, or to another. */
  carrying(node) {
    const { player } = this;
    const found = (end) => {
      const groups = groupsOf(player.timeline.nodes, this.down(), { halfIsWhole: true });
      return landingOf(node, end, this.places(), groups, player.stage.radius);
    };
    return {
      show: (_, end) => {
        const landing = found(end);
        set(this.ghost, {
          cx: end.x,
          cy: end.y,
          r: player.stage.radius,
          visibility: "visible",
          class: `rl-ghost ${landing ? "rl-lands" : ""}`,
        });
        this.say(landing ? groupWords(landing.groups) : "", end);
      },
      end: (_, end) => {
        const landing = found(end);
        if (landing) this.land(node, landing);
      },
    };
  }

  /** A node lands away from its group, in another, or with all others again. */
  land(node, { way, groups }) {
    const { player } = this;
    const [[apart], [home], [split]] = ["drag apart", "drag home", "split"].map((each) =>
      this.controlsOf(each),
    );
    if (way === "apart") return player.act(apart.verb, [node]);
    return groups.length > 1 && split ? player.act(split.verb, groups) : player.act(home.verb, [node]);
  }

  /** A message is pulled on, back, or off its way. */
  pulling(thing) {
    const { player } = this;
    const message = player.branch.message(thing.id);
    const found = (start, end) => {
      const { [message.src]: from, [message.dst]: to } = this.places();
      const pull = pullOf(from, to, start, end);
      const verbs = verbsFor(player, thing);
      return pull && verbs.find(({ gesture, possible }) => possible && gesture === `drag ${pull}`);
    };
    return {
      show: (start, end) => {
        set(this.ghost, { cx: end.x, cy: end.y, r: 12, visibility: "visible", class: "rl-ghost" });
        this.say(found(start, end)?.label ?? "", end);
      },
      end: (start, end) => found(start, end)?.do(),
    };
  }
}

const groupWords = (groups) => groups.map((group) => group.join(", ")).join(" | ");

const linkWords = (links) => listed(links.map(([a, b]) => `${a}–${b}`));
