/* The clients: a square in the island of the node it asked, with what it asked and what it was told. */

import { make, refill, set } from "./dom.js";
import { firstNot } from "./search.js";
import { inPlaces } from "./words.js";

/** Who asks what of whom, at the bottom of each island. */
export class Clients {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.el = make("svg:g");
    /** @type {import("./layout.js").Box[]} */
    this.boxes = []; // what they cover
  }

  /** Is there ever anything to show? Then room is kept for it, so that nothing moves when it comes. */
  static isNeeded(branch) {
    return branch.operations.length > 0;
  }

  /** @param {import("./layout.js").Layout} layout */
  fit(layout) {
    this.layout = layout;
    delete this.el.dataset.shows;
  }

  draw({ branch, position: { count }, sight }) {
    const turn = sight ? "veiled" : turnsBefore(branch.operations, count);
    refill(this.el, `${branch.id} ${branch.operations.length} ${turn}`, () => {
      this.boxes = [];
      const clients = sight ? [] : latestOf(branch, count);
      return this.layout.islands.flatMap((island) => this.shapesIn(island, clients));
    });
  }

  /** As many as there is room for: those that wait, and the one that was told something last. */
  shapesIn({ strip, nodes }, clients) {
    if (!strip) return [];
    const { font } = this.layout;
    const { marks } = this.player.timeline;
    const size = Math.min(strip.height - 4, font * 1.3);
    const shapes = [];
    let x = strip.x;
    let told = false; // one that waits for nothing is enough
    for (const { client, node, state, asked, answer } of clients) {
      const waits = state === "waiting";
      if (!nodes.includes(node) || (told && !waits)) continue;
      const text = inPlaces(marks[state][0], { asked, answer });
      const width = size + 6 + text.length * font * 0.56 + font;
      if (x > strip.x && x + width > strip.x + strip.width) break;
      const most = (strip.x + strip.width - x - size - 6) / (text.length * 0.56);
      const y = strip.y + (strip.height - size) / 2;
      const label = make("svg:text.rl-client-words", { x: x + size + 6, y: y + size * 0.74 }, text);
      set(label, { "font-size": Math.max(9, Math.min(font, most)).toFixed(1) });
      shapes.push(
        make(
          "svg:g.rl-client",
          { class: `rl-client${waits ? " rl-waiting" : ""}`, "data-client": client },
          make(
            "svg:title",
            {},
            `${inPlaces(marks.client[1], { client, node })}: ${text} (${marks[state][1]})`,
          ),
          make("svg:rect.rl-client-body", { x, y, width: size, height: size, rx: 3 }),
          label,
        ),
      );
      this.boxes.push({ x, y, width, height: size });
      x += width;
      told ||= !waits;
    }
    return shapes;
  }
}

const askings = new WeakMap(); // operations -> the events at which one of them began or ended, in order

/** How often a client asked or was answered before some event: while this is the same, so is the picture. */
function turnsBefore(operations, count) {
  let events = askings.get(operations);
  if (!events) {
    events = operations.flatMap(({ invoked, ended }) => (ended === undefined ? [invoked] : [invoked, ended]));
    events.sort((a, b) => a - b);
    askings.set(operations, events);
  }
  return firstNot(events.length, (place) => events[place] < count);
}

/** What each client asked last, of which node, and what it was told by some moment. */
function latestOf(branch, count) {
  const latest = new Map(); // by client, those that asked last at the end
  for (const operation of branch.operations) {
    if (operation.invoked >= count) continue;
    latest.delete(operation.client);
    latest.set(operation.client, operation);
  }
  return [...latest.values()]
    .reverse()
    .map((operation) => ({
      client: operation.client,
      node: askedBy(branch, operation.client, operation.invoked, count),
      state: stateOfAsking(operation, count),
      asked: operation.words,
      answer: operation.answer,
    }))
    .sort((a, b) => Number(b.state === "waiting") - Number(a.state === "waiting"));
}

/** How it stands with what a client asked: the mark that says so. */
function stateOfAsking({ ended, returned, stale }, count) {
  if (ended === undefined || ended >= count) return "waiting";
  if (returned === undefined) return "given_up";
  return stale ? "stale" : "answered";
}

const asked = new WeakMap(); // branch -> {seen, of: client -> [[event, node]]}: whom clients asked, found only once

/** The node that a client asked last, from some event on. */
function askedBy(branch, client, from, count) {
  const known = asked.get(branch) ?? { seen: 0, of: new Map() };
  for (; known.seen < branch.events.length; known.seen++) {
    const [, , node, detail] = branch.events[known.seen];
    if (!node || !detail?.client) continue;
    const [who] = detail.client.split(".");
    if (!known.of.has(who)) known.of.set(who, []);
    known.of.get(who).push([known.seen, node]);
  }
  asked.set(branch, known);
  const its = known.of.get(client) ?? [];
  const last = its[firstNot(its.length, (place) => its[place][0] < count) - 1];
  return last?.[0] >= from ? last[1] : branch.timeline.nodes[0];
}
