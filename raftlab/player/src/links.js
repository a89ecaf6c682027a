/* Islands, the walls between them, and links that differ from most. For an ordinary link nothing is drawn. */

import { make, refill, set } from "./dom.js";
import { groupsOf } from "./groups.js";
import { blockAt, freeBeside } from "./layout.js";
import { oddWords } from "./signs.js";

/** @typedef {{element: SVGElement, wall: import("./layout.js").Wall}} BuiltWall */

/** Islands, walls and odd links. */
export class Links {
  // Set when the stage has been measured.
  /** @type {import("./layout.js").Layout} */
  layout;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.ground = make("svg:g"); // under everything
    this.el = make("svg:g");
    this.leaving = make("svg:g", { "aria-hidden": "true" }); // removed things until they have faded
    /** @type {BuiltWall[]} */
    this.built = [];
    /** @type {BuiltWall[]} */
    this.falling = [];
    /** @type {import("./layout.js").Box[]} */
    this.words = []; // where words stand
    /** @type {import("./layout.js").Box[]} */
    this.taken = []; // where no more words may stand
    this.chosen = make("svg:path.rl-chosen-link", { visibility: "hidden", tabindex: -1 });
  }

  /** @param {import("./layout.js").Layout} layout */
  fit(layout) {
    this.layout = layout;
    delete this.ground.dataset.shows;
    delete this.el.dataset.shows;
  }

  /** Returns whether anything between the nodes has changed. */
  draw({ world, selected, sight }) {
    const network = sight ? { down: [] } : world.network; // a node does not know of cuts
    const before = [...this.ground.children, ...this.el.children];
    const { built } = this;
    const parted = refill(this.ground, JSON.stringify(network.down), () => this.islandShapes());
    const { inTicks } = this.player.timeline;
    const looks = JSON.stringify([network.down, network.odd, network.flapping, inTicks]);
    const changed = refill(this.el, looks, () => {
      this.words = [];
      this.taken = this.player.timeline.nodes.map((node) => blockAt(this.layout, node));
      this.built = [];
      return [...this.wallShapes(network), ...this.oddShapes(network)];
    });
    if (changed) {
      this.falling = built;
      this.leaving.replaceChildren(...before.filter((each) => !each.isConnected));
    }
    this.drawChosen(selected);
    return parted || changed;
  }

  drawChosen(selected) {
    const [a, b] = selected?.kind === "link" ? selected.id.split(">") : [];
    const { place } = this.layout;
    if (selected?.kind === "link")
      set(this.chosen, {
        role: "button",
        "data-thing": `link ${selected.id}`,
        "aria-label": `link ${a} – ${b}`,
      });
    set(this.chosen, {
      visibility: a in place && b in place ? "visible" : "hidden",
      d: a in place && b in place ? `M${place[a].x} ${place[a].y}L${place[b].x} ${place[b].y}` : "",
    });
  }

  /** Animate the change: islands fade in and out, and walls are built brick by brick.
   * @param {number} done  share of the way */
  glide(done) {
    set(this.ground, { opacity: done });
    set(this.leaving, { opacity: 1 - done });
    for (const each of this.el.children) set(each, { opacity: done });
    for (const { element, wall } of this.built) set(element, { opacity: 1, d: wallPath(wall, done) });
    for (const { element, wall } of this.falling) set(element, { d: wallPath(wall, 1 - done) });
    if (done === 1) this.leaving.replaceChildren();
  }

  islandShapes() {
    const { islands } = this.layout;
    if (islands.length < 2) return [];
    return islands.map(({ x, y, width, height }) =>
      make("svg:rect.rl-island", { x, y, width, height, rx: Math.min(26, width / 5, height / 5) }),
    );
  }

  /** The walls between islands, and a short one across each link that is cut though its ends still hear each other. */
  wallShapes(network) {
    return [
      ...this.layout.walls.map((wall) => this.build(wall)),
      ...this.wallWords(),
      ...this.cutShapes(network),
    ];
  }

  /** A word at the beginning of each wall, if there is room: in its middle messages die. */
  wallWords() {
    const { walls, font, small } = this.layout;
    if (small === 2) return [];
    const [word] = this.player.timeline.marks.wall;
    const [width, height] = [word.length * font * 0.6, font * 1.3];
    return walls.map((wall) => {
      const upright = wall.x1 === wall.x2;
      const [x, y] = upright ? [wall.x1, wall.y1 + height / 2] : [wall.x1 + width / 2, wall.y1];
      this.words.push({ x: x - width / 2, y: y - height / 2, width, height });
      return make("svg:text.rl-wall-words", { x, y: y + font * 0.34, "font-size": font }, word);
    });
  }

  cutShapes({ down, flapping = {} }) {
    const cut = new Set(down);
    const { nodes } = this.player.timeline;
    const groups = groupsOf(nodes, down);
    const home = Object.fromEntries(groups.flatMap((group, i) => group.map((node) => [node, i])));
    return pairsOf(nodes).flatMap(([a, b]) => {
      const [there, back] = [cut.has(`${a}>${b}`), cut.has(`${b}>${a}`)];
      if ((!there && !back) || `${a}>${b}` in flapping || `${b}>${a}` in flapping) return [];
      const [from, to] = there ? [b, a] : [a, b]; // the direction that still works, if one does
      if (home[a] === home[b]) return this.shortWall(a, b, there && back ? null : [from, to]);
      return there && back ? [] : this.passage(from, to);
    });
  }

  /** A short wall in the middle of a link, which is drawn so that one sees what is cut, with an arrow through it where one way is open. */
  shortWall(a, b, open) {
    const { x, y, ux, uy } = this.middle(a, b);
    const half = this.layout.radius * 0.75;
    const wall = { x1: x - uy * half, y1: y + ux * half, x2: x + uy * half, y2: y - ux * half };
    return [
      ...this.way(a, b),
      this.build(wall),
      ...(open ? [...this.arrow(x, y, ...this.direction(...open)), ...this.oneWayWords(a, b, open)] : []),
    ];
  }

  /** The cut direction in words; the arrow shows only the open one. */
  oneWayWords(a, b, [from, to]) {
    if (this.layout.small === 2) return [];
    const [cut] = this.player.timeline.marks.one_way_wall;
    return this.wordsBeside(a, b, [`${to} → ${from}: ${cut}`], this.layout.radius * 0.9);
  }

  /** @param {import("./layout.js").Wall} wall */
  build(wall) {
    const element = make("svg:path.rl-wall", { d: wallPath(wall, 1) });
    this.built.push({ element, wall });
    return element;
  }

  /** An arrow through the wall between two islands. */
  passage(from, to) {
    const { x, y } = this.player.stage.wallBetween(from, to) || this.middle(from, to);
    return this.arrow(x, y, ...this.direction(from, to));
  }

  arrow(x, y, ux, uy) {
    const l = this.layout.radius * 0.8;
    const [tx, ty] = [x + ux * l, y + uy * l];
    const head = (side) => `L${tx - ux * 9 - uy * side} ${ty - uy * 9 + ux * side}`;
    const d = `M${x - ux * l} ${y - uy * l}L${tx} ${ty}${head(6)}M${tx} ${ty}${head(-6)}`;
    return [make("svg:path.rl-passage-case", { d }), make("svg:path.rl-passage", { d })];
  }

  direction(a, b) {
    const [from, to] = [this.layout.place[a], this.layout.place[b]];
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    return [(to.x - from.x) / length, (to.y - from.y) / length];
  }

  middle(a, b) {
    const [from, to] = [this.layout.place[a], this.layout.place[b]];
    const [ux, uy] = this.direction(a, b);
    return { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, ux, uy };
  }

  /** Draw links that are slower than most, lose more, or flap, each with its own sign. */
  oddShapes({ odd = {}, flapping = {}, down }) {
    const cut = new Set(down);
    const { timeline } = this.player;
    const { nodes, about } = timeline;
    const home = (node) => this.layout.islands.findIndex((island) => island.nodes.includes(node));
    const inWalls = new Set();
    let levers = 0;
    return pairsOf(nodes).flatMap(([a, b]) => {
      const both = [
        [a, b],
        [b, a],
      ];
      if (`${a}>${b}` in flapping || `${b}>${a}` in flapping) {
        if (home(a) === home(b))
          return this.lever(a, b, !both.some(([src, dst]) => cut.has(`${src}>${dst}`)), !levers++);
        const between = `${home(a)} ${home(b)}`; // one lever for all links between two islands
        if (inWalls.has(between)) return [];
        inWalls.add(between);
        return this.leverInWall(a, b);
      }
      const ways = both.filter(([src, dst]) => odd[`${src}>${dst}`] && !cut.has(`${src}>${dst}`));
      if (!ways.length) return [];
      const numbers = ways.map(([src, dst]) => odd[`${src}>${dst}`]);
      const words = numbers.map((each) => oddWords(about, each, (delay) => timeline.span(delay)));
      const same = words.length === 2 && words[0] === words[1];
      const lines = same ? [words[0]] : words.map((text, i) => `${ways[i].join(" → ")}: ${text}`);
      return [
        ...this.way(a, b),
        ...(numbers.some(({ loss }) => loss) ? this.sickSwitch(a, b) : []),
        ...(numbers.some(({ delay }) => delay) ? this.hourglass(a, b) : []),
        ...this.wordsBeside(a, b, lines),
      ];
    });
  }

  /** A dotted line from rim to rim. */
  way(a, b) {
    const { ring, place } = this.layout;
    const [ux, uy] = this.direction(a, b);
    const [from, to] = [place[a], place[b]];
    const d = `M${from.x + ux * ring} ${from.y + uy * ring}L${to.x - ux * ring} ${to.y - uy * ring}`;
    return [make("svg:path.rl-odd-line", { d })];
  }

  /** @param {string} a
   * @param {string} b
   * @param {string[]} lines
   * @param {number} [half]  how far the sign on the link reaches around its middle */
  wordsBeside(a, b, lines, half = 22) {
    const { taken } = this;
    const size = Math.max(12, this.layout.font - 1);
    const width = Math.max(...lines.map((line) => line.length)) * size * 0.58;
    const { x, y } = this.middle(a, b);
    const sign = { x: x - half, y: y - half, width: 2 * half, height: 2 * half - 4 };
    const box = freeBeside(this.layout, a, b, width, lines.length * size * 1.25, [...taken, sign]);
    taken.push(box, sign);
    this.words.push(box, sign);
    return lines.map((line, i) =>
      make(
        "svg:text.rl-odd-words",
        { x: box.x + box.width / 2, y: box.y + size * (i * 1.25 + 0.95), "font-size": size },
        line,
      ),
    );
  }

  /** Draw a switch that loses messages: a box with four sockets and a crack, and puffs for lost messages. */
  sickSwitch(a, b) {
    const { x, y } = this.middle(a, b);
    const sockets = [-12, -4, 4, 12].map((at) => `M${at - 2} 6h4v-4h-4z`).join("");
    return [
      make(
        "svg:g.rl-sick-switch",
        { transform: `translate(${x} ${y})` },
        make("svg:title", {}, this.player.timeline.marks.sick_switch[1]),
        make("svg:rect.rl-switch-body", { x: -20, y: -11, width: 40, height: 22, rx: 4 }),
        make("svg:path.rl-switch-socket", { d: sockets }),
        make("svg:path.rl-switch-crack", { d: "M-3 -11l5 6l-6 4l6 6l-4 6" }),
        make("svg:path.rl-switch-puff", {
          d: "M-16 -16a4 4 0 1 1 7 -2a3.5 3.5 0 1 1 2 5h-8a3 3 0 0 1 -1 -3zM8 -15a3 3 0 1 1 5 -2a3 3 0 1 1 2 4h-6a2 2 0 0 1 -1 -2z",
        }),
      ),
    ];
  }

  /** An hourglass, on a slow link. */
  hourglass(a, b) {
    const { x, y } = this.middle(a, b);
    return [
      make(
        "svg:g.rl-slow",
        { transform: `translate(${x} ${y})` },
        make("svg:circle.rl-slow-back", { r: 14 }),
        make("svg:path.rl-hourglass", { d: "M-7 -10H7M-7 10H7M-5 -10C-5 -3 5 3 5 10M5 -10C5 -3 -5 3 -5 10" }),
      ),
    ];
  }

  /** Draw the lever of a flapping link between two nodes. */
  lever(a, b, closed, isFirst) {
    const [words] = this.player.timeline.marks[closed ? "flaps_up" : "flaps_down"];
    const isSaid = isFirst && this.layout.small < 2;
    return [
      ...this.way(a, b),
      this.leverAt(this.middle(a, b), a, b, closed),
      ...(isSaid ? this.wordsBeside(a, b, [words]) : []),
    ];
  }

  /** The same, open, in the wall that has closed the way. */
  leverInWall(a, b) {
    return [this.leverAt(this.player.stage.wallBetween(a, b) ?? this.middle(a, b), a, b, false)];
  }

  leverAt({ x, y }, a, b, closed) {
    const { place } = this.layout;
    const turn = (Math.atan2(place[b].y - place[a].y, place[b].x - place[a].x) * 180) / Math.PI;
    return make(
      "svg:g.rl-lever",
      { transform: `translate(${x} ${y}) rotate(${turn.toFixed(1)})` },
      make("svg:title", {}, this.player.timeline.marks[closed ? "flaps_up" : "flaps_down"][1]),
      make("svg:rect.rl-lever-back", { x: -22, y: -9, width: 44, height: 18, rx: 6 }),
      make("svg:path.rl-lever-arm", { d: "M-16 0H16", transform: closed ? "" : "rotate(-38 -16 0)" }),
      make("svg:circle.rl-lever-end", { cx: -16, r: 4 }),
      make("svg:circle.rl-lever-end", { cx: 16, r: 4 }),
    );
  }
}

/** Every two nodes, once.
 * @param {string[]} nodes
 * @returns {[string, string][]} */
export function pairsOf(nodes) {
  return nodes.flatMap((a, i) => nodes.slice(i + 1).map((b) => [a, b]));
}

/** A wall as far as it is built.
 * @param {import("./layout.js").Wall} wall
 * @param {number} done  share of it */
const wallPath = ({ x1, y1, x2, y2 }, done) =>
  `M${x1} ${y1}L${x1 + (x2 - x1) * done} ${y1 + (y2 - y1) * done}`;
