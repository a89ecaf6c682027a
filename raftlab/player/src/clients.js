/* The clients: each is a small figure below the node that it asks, with its request and the answer. Requests are seen to travel to the node, and answers back. */

import { callsAround, callsOf, standingsOf } from "./calls.js";
import { chipsIn, tieOf } from "./chips.js";
import { make, reducedMotion, refill } from "./dom.js";
import { messageSize } from "./lanes.js";
import { eased } from "./messages.js";
import { firstNot } from "./search.js";
import { inPlaces, short } from "./words.js";

const ON_THE_WAY = 0.35; // seconds that a request and an answer take while time runs
const AT_REST = 2; // the most clients shown that wait for no answer
const LONGEST_WORDS = 24; // the most letters of a request, and of an answer
const SHORTEST_WORDS = 6;
const SMALLEST_FONT = 10; // pixels
const LEVELS = 3; // the number of shorter forms that still have the client's name

/** Draws the clients at the bottom of each island. */
export class Clients {
  // Known once the stage is measured.
  /** @type {import("./layout.js").Layout} */
  layout;
  /** @type {import("./player.js").State} */
  state; // known once something was drawn

  /** @param {import("./player.js").Player} player
   * @param {any} stage where the nodes stand: standOf(node), blocks, size, projector */
  constructor(player, stage) {
    this.player = player;
    this.stage = stage;
    this.chips = make("svg:g");
    this.bubbles = make("svg:g");
    this.el = make("svg:g", {}, this.chips, this.bubbles);
    /** @type {import("./layout.js").Box[]} */
    this.boxes = []; // the boxes of the clients
    /** @type {Map<string, import("./chips.js").ChipStand>} */
    this.stands = new Map(); // client -> where it stands
    /** @type {{call: import("./calls.js").Call, share: number}[]} */
    this.flying = [];
    this.known = ""; // a signature of what is drawn
    /** @type {Map<import("./calls.js").Call, any>} */
    this.pool = new Map(); // call on its way -> its element
  }

  /** Does the run ever have clients? If so, room is kept for them from the start, so that nothing moves when they come. */
  static isNeeded(branch) {
    return branch.operations.length > 0;
  }

  /** @param {import("./layout.js").Layout} layout */
  fit(layout) {
    this.layout = layout;
    this.known = "";
    delete this.chips.dataset.shows;
  }

  /** @param {import("./player.js").State} state */
  draw(state) {
    this.state = state;
    this.follow(this.player.motion.time, this.player.motion.film);
  }

  /** One frame. @param {number} time in ticks @param {any} film */
  move(time, film) {
    if (this.state) this.follow(time, film);
  }

  /** Draw the clients, and the calls on their way. */
  follow(time, film) {
    const { branch, position, sight } = this.state;
    this.flying = this.flightsAt(time, film).filter(({ call }) => !sight || call.node === sight);
    const ways = this.flying.map(({ call }) => `${call.event}${call.client}`);
    const turn = turnsBefore(branch, position.count);
    const signature = [branch.id, branch.operations.length, turn, sight, ...ways].join(" ");
    if (this.known !== signature) {
      this.known = signature;
      const flying = this.flying.map(({ call }) => call);
      this.show(standingsOf(branch, position.count, flying, sight));
    }
    this.fly();
  }

  /** Does the picture of the clients stay the same? Calls on their way do not change it, nor do clients without room.
   * @param {import("./calls.js").Asking[]} askings */
  show(askings) {
    const placed = this.layout.islands.flatMap((island) => this.placedIn(island, askings));
    this.stands = new Map(placed.map(({ chip, stand }) => [chip.id, stand]));
    this.boxes = placed.map(({ stand }) => stand.box);
    refill(this.chips, JSON.stringify(placed), () =>
      placed.map(({ chip, stand, blocks }) => this.chipShape(chip, stand, blocks)),
    );
  }

  /** The calls on their way, by the film or by the clock.
   * @returns {{call: import("./calls.js").Call, share: number}[]} */
  flightsAt(time, film) {
    const { motion, playing, speed } = this.player;
    if (film)
      return film.errands
        .filter(({ begin, end }) => begin <= film.share && film.share < end)
        .map(({ call, begin, end }) => ({ call, share: eased((film.share - begin) / (end - begin)) }));
    if (!playing || reducedMotion()) return [];
    return callsAround(this.state.branch, time, ON_THE_WAY * (motion.speed || speed));
  }

  // -- Clients -----------------------------------------------------------------------------------------------

  /** The clients that are shown, and their places: first those that wait, then those that were answered last. */
  placedIn({ strip, nodes }, askings) {
    if (!strip) return [];
    const waits = ({ state }) => Number(state === "waiting");
    const here = askings.filter(({ node }) => nodes.includes(node));
    const wanted = [...here].sort((a, b) => waits(b) - waits(a) || b.since - a.since);
    const most = wanted.filter(waits).length + AT_REST;
    const blocks = Object.fromEntries(
      nodes.map((node) => [node, this.stage.blocks[this.player.timeline.nodes.indexOf(node)]]),
    );
    const candidates = wanted.slice(0, most);
    const levels = Array.from(
      { length: LEVELS },
      (_, level) => new Map(candidates.map((each) => [each, this.chipOf(each, strip, level)])),
    );
    for (let chosen = candidates; chosen.length; chosen = chosen.slice(0, -1))
      for (const chipBy of levels) {
        const chips = here
          .filter((each) => chosen.includes(each))
          .map((each) => chipBy.get(each))
          .filter(Boolean);
        const stands = chipsIn(chips, strip, this.layout, blocks);
        if (stands) return chips.map((chip) => ({ chip, stand: stands.get(chip.id), blocks }));
      }
    return [];
  }

  /** The words beside a client's figure, as many as fit.
   * @param {import("./calls.js").Asking} asking
   * @param {import("./layout.js").Box} strip
   * @param {number} level  the least level of shortening, so that others have room, too */
  chipOf(asking, strip, level) {
    const { marks } = this.player.timeline;
    const { font } = this.layout;
    const { client, node, state, asked, command, answer } = asking;
    const small = Math.max(SMALLEST_FONT, font * 0.75);
    const said = (mark, what, letters) =>
      inPlaces(marks[mark][0], { asked: short(what, letters), answer: short(answer, letters) });
    const made = (name, what, font, size = strip.height - 2) => {
      const letters = font < this.layout.font ? SHORTEST_WORDS : LONGEST_WORDS;
      const words = said(state, what, letters);
      const ofName = name ? widthOf(name, font) * 1.08 + font * 0.4 : 0; // bold letters are wider
      // As wide as while it waited, so that its answer does not move the client.
      const ofWords = Math.max(widthOf(words, font), widthOf(said("waiting", what, letters), font));
      return { id: client, node, size, asking, name, words, font, width: 4 + ofName + ofWords };
    };
    const ways = [
      () => made(nameOfClient(client, marks), asked, font),
      () => made(client, asked, font),
      () => made(client, command, font),
      () => made(client, command, small),
      () => made("", command, small),
      () => made("", command, small, 0), // no room for a figure
    ];
    for (const way of ways.slice(level)) {
      const chip = way();
      if (chip.size + chip.width <= strip.width) return chip;
    }
    return undefined;
  }

  /** Draw the figure, its name and words, and a line to its node, which is faint when it has its answer. */
  chipShape({ id, node, size, asking, name, words, font }, stand, blocks) {
    const { marks } = this.player.timeline;
    const { state } = asking;
    const { x, isLeft, box } = stand;
    const tie = !asking.isWish && tieOf(stand, this.layout, node, blocks);
    const middle = box.y + box.height / 2;
    return make(
      "svg:g.rl-client",
      { "data-client": id },
      make(
        "svg:title",
        {},
        `${inPlaces(marks.client[1], { client: id, node })}: ${inPlaces(marks[state][0], asking)} (${marks[state][1]})`,
      ),
      tie && make(`svg:line.rl-client-tie${state === "waiting" ? ".rl-waiting" : ""}`, tie),
      size > 0 &&
        make("svg:path.rl-client-body", {
          d: figurePath(size),
          transform: `translate(${x.toFixed(1)} ${middle.toFixed(1)})`,
        }),
      make(
        "svg:text",
        {
          x: (isLeft ? x - size / 2 - 2 : x + size / 2 + 2).toFixed(1),
          y: (middle + font * 0.35).toFixed(1),
          class: `rl-client-told${isLeft ? " rl-to-the-left" : ""}`,
          "font-size": font,
        },
        name && make("svg:tspan.rl-client-name", {}, name),
        name && " ",
        make("svg:tspan.rl-client-words", {}, words),
      ),
    );
  }

  // -- Calls on their way ------------------------------------------------------------------------------------

  /** Move every request and every answer to its place. */
  fly() {
    const calls = this.flying.map(({ call }) => call).filter(({ client }) => this.stands.has(client));
    for (const [call, { element }] of this.pool) {
      if (calls.includes(call)) continue;
      element.remove();
      this.pool.delete(call);
    }
    for (const { call, share } of this.flying) {
      const stand = this.stands.get(call.client);
      if (!stand) continue;
      const bubble = this.pool.get(call) ?? this.bubbleOf(call);
      const node = this.stage.standOf(call.node);
      const from = { x: stand.x, y: stand.box.y - bubble.height / 2 };
      const done = call.answers ? 1 - share : share;
      const reach = bubble.width / 2 + 2;
      const x = from.x + (node.x - from.x) * done;
      const inside = Math.max(reach, Math.min(this.stage.size.width - reach, x));
      const y = from.y + (node.y - from.y) * done;
      bubble.element.style.transform = `translate(${inside.toFixed(0)}px, ${y.toFixed(0)}px)`;
    }
  }

  /** Draw a call as a speech bubble whose tail points to the sender. */
  bubbleOf(call) {
    const { font } = this.layout;
    const operation = this.state.branch.asked.get(call.asked);
    const said = short((!call.answers && operation?.words) || call.words, LONGEST_WORDS);
    const { width, height } = messageSize(said, font);
    const tail = (call.answers ? -1 : 1) * font * 0.55; // the client is below the node
    const element = make(
      `svg:g.rl-errand`,
      { "data-errand": call.answers ? "answer" : "request", "data-client": call.client },
      make("svg:path", { d: bubblePath(width, height, tail) }),
      make("svg:text", { y: font * 0.35, "font-size": font }, said),
    );
    this.bubbles.append(element);
    const bubble = { element, width, height };
    this.pool.set(call, bubble);
    return bubble;
  }
}

/** The approximate width of words. */
const widthOf = (words, font) => messageSize(words, font).width - font;

/** The name of a client in the picture; one with a default name is "client c1". */
const nameOfClient = (client, marks) =>
  /^c\d+$/.test(client) ? inPlaces(marks.client[0], { client }) : client;

/** A head and shoulders around (0, 0). @param {number} size */
export function figurePath(size) {
  const [head, wide, low, neck] = [0.2 * size, 0.36 * size, 0.44 * size, 0.04 * size];
  const middle = -0.22 * size;
  return [
    `M${-head} ${middle}A${head} ${head} 0 1 1 ${head} ${middle}A${head} ${head} 0 1 1 ${-head} ${middle}Z`,
    `M${-wide} ${low}C${-wide} ${neck} ${wide} ${neck} ${wide} ${low}Z`,
  ].join("");
}

/** A box with a tail, which points down, or up. */
function bubblePath(width, height, tail) {
  const [x, y] = [width / 2, height / 2];
  const [low, foot] = [y * Math.sign(tail), Math.min(width / 3, Math.abs(tail))];
  const far = low + tail;
  return `M${-x} ${-low}H${x}V${low}H${foot}L0 ${far}L${-foot * 0.2} ${low}H${-x}Z`;
}

const turns = new WeakMap(); // operations -> the events in which a client began, asked, was answered or gave up, in order

/** The number of such events before an event. While it is the same, the picture is the same. */
function turnsBefore(branch, count) {
  let events = turns.get(branch.operations);
  if (!events) {
    events = callsOf(branch).map(({ event }) => event);
    for (const { invoked, ended } of branch.operations) {
      events.push(invoked);
      if (ended !== undefined) events.push(ended);
    }
    events.sort((a, b) => a - b);
    turns.set(branch.operations, events);
  }
  return firstNot(events.length, (place) => events[place] < count);
}
