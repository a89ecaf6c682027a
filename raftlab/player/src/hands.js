/* Gestures with mouse, pen and finger on the picture. verbs.js has the actions that are possible for a thing. */

import { make, set, setText } from "./dom.js";
import { crossedLinks, cutOf, DRAG, landingOf, pullOf } from "./gestures.js";
import { groupsOf } from "./groups.js";
import { thingOf, thingText } from "./things.js";
import { isThere, onlyPlays, verbsFor, whyTooLate } from "./verbs.js";
import { listed } from "./words.js";

const LONG_PRESS = 500; // ms

/** Handles presses, long presses and drags of mouse, pen and finger. */
export class Hands {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {any} */
    this.held = null; // the press that has not ended yet
    this.wasDragged = false;
    this.wasLast = false; // was the last input a gesture, and not a key?
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

  /** The thing at an event: on the stage the thing at this point, or else the cluster; elsewhere the thing of the element, or null.
   * @param {any} event
   * @returns {import("./things.js").Thing | null}
   */
  thingAt({ target, clientX, clientY }) {
    const drawing = this.player.drawings.find(({ el }) => el.contains(target));
    if (drawing) return drawing.hit(clientX, clientY);
    const element = target.closest?.("[data-thing]");
    return element ? thingOf(element.dataset.thing) : null;
  }

  /** The element of a thing, if it has one now.
   * @param {import("./things.js").Thing} thing
   * @returns {HTMLElement | SVGElement | null} */
  elementOf(thing) {
    return this.player.root.querySelector(`[data-thing="${thingText(thing)}"]`);
  }

  /** The boxes of what belongs to a thing, in pixels of the window: of a message, its sender and its receiver.
   * @param {import("./things.js").Thing | null} thing
   * @returns {DOMRect[]} */
  endsOf(thing) {
    if (thing?.kind !== "message") return [];
    const { src, dst } = this.player.branch.message(thing.id);
    return [src, dst]
      .map((id) => this.svg.querySelector(`[data-thing="${thingText({ kind: "node", id })}"]`))
      .map((element) => element.getBoundingClientRect());
  }

  pointAt({ clientX, clientY }) {
    const { left, top } = this.svg.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  /** The controls with a gesture for one kind of thing, as far as this lesson shows them. */
  controlsOf(gesture) {
    return this.player.controls().filter((control) => control.gesture === gesture);
  }

  // -- Press, move, release ---------------------------------------------------------------------------------

  press(event) {
    this.player.saying.calmNote();
    this.wasLast = true;
    this.wasDragged = false;
    if (this.held || !event.isPrimary || event.button !== 0) return this.cancel();
    const thing = this.thingAt(event);
    if (!thing) return undefined;
    this.held = { thing, from: event, start: this.pointAt(event), drag: null };
    if (thing.kind === "message") this.player.stop(); // otherwise the message would fly on
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
      this.cancel(); // a second button was pressed, or the button was released outside the window
      return;
    }
    if (!held.drag) {
      const far = Math.hypot(event.clientX - held.from.clientX, event.clientY - held.from.clientY);
      if (far < DRAG) return;
      clearTimeout(held.timer);
      held.drag = this.player.stage.el.contains(held.from.target) ? this.dragOf(held.thing) : null;
      if (held.drag && !this.player.canAct) this.player.note(onlyPlays(this.player));
      if (!held.drag || !this.player.canAct) {
        this.wasDragged = Boolean(held.drag);
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

  /** Cancel the present gesture. */
  cancel() {
    clearTimeout(this.held?.timer);
    this.held = null;
    this.sketch.remove();
    this.sketch.querySelectorAll("line, circle").forEach((each) => set(each, { visibility: "hidden" }));
    setText(this.words, "");
  }

  /** The drag of a thing, if it has one: `show` draws it, `end` carries it out. */
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
    else this.player.note(onlyPlays(this.player));
  }

  openMenu(event) {
    event.stopPropagation(); // otherwise JupyterLab's own menu would open
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

  // -- Drags ------------------------------------------------------------------------------------------------

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

  /** Draw a line that cuts the links that it crosses. */
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

  /** Cut links: as one split if this divides a group, otherwise one by one. */
  cut({ links, groups }) {
    const { player } = this;
    const [split] = this.controlsOf("split");
    const [cut] = this.controlsOf("drag across");
    if (!links.length) player.fail(player.timeline.sayings.no_crossing);
    else if (groups && split) player.act(split.verb, groups);
    else player.actEach(cut.verb, links);
  }

  /** Drag a node away from its group, back to it, or to another group. */
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
        else player.note(player.timeline.sayings.no_landing);
      },
    };
  }

  /** Carry out a drag of a node: cut it off, let it join another group, or heal its links. */
  land(node, { way, groups }) {
    const { player } = this;
    const [[apart], [home], [split]] = ["drag apart", "drag home", "split"].map((each) =>
      this.controlsOf(each),
    );
    if (way === "apart") return player.act(apart.verb, [node]);
    return groups.length > 1 && split ? player.act(split.verb, groups) : player.act(home.verb, [node]);
  }

  /** Drag a message towards its receiver, towards its sender, or off its way. */
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
      end: (start, end) => {
        const verb = found(start, end);
        const why = verb ? "" : whyTooLate(player, thing);
        if (why) player.fail(why);
        else verb?.do();
      },
    };
  }
}

const groupWords = (groups) => groups.map((group) => group.join(", ")).join(" | ");

const linkWords = (links) => listed(links.map(([a, b]) => `${a}–${b}`));
