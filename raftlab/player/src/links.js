/* What lies between the nodes: islands and the walls between them, and links that are not like the others.
 * At rest nothing is drawn between two nodes. */

import { make, refill, set } from "./dom.js";
import { blockAt, freeBeside, islandsOf } from "./layout.js";
import { oddWords, WALL_WORDS } from "./signs.js";
import { delayInMs } from "./words.js";

/** Islands, walls and odd links. */
export class Links {
  constructor(player) {
    this.player = player;
    this.ground = make("svg:g"); // under everything
    this.el = make("svg:g");
    this.chosen = make("svg:path.rl-chosen-link", { visibility: "hidden", role: "button", tabindex: -1 });
  }

  /** @param {import("./layout.js").Layout} layout */
  fit(layout) {
    this.layout = layout;
    delete this.ground.dataset.shows;
    delete this.el.dataset.shows;
  }

  draw({ world, selected }) {
    const { network } = world;
    refill(this.ground, JSON.stringify(network.down), () => this.islandShapes());
    refill(this.el, JSON.stringify([network.down, network.odd, network.flapping]), () => [
      ...this.wallShapes(network),
      ...this.oddShapes(network),
    ]);
    const [a, b] = selected?.kind === "link" ? selected.id.split(">") : [];
    const { place } = this.layout;
    if (selected?.kind === "link")
      set(this.chosen, { "data-thing": `link ${selected.id}`, "aria-label": `link ${a} – ${b}` });
    set(this.chosen, {
      visibility: a in place && b in place ? "visible" : "hidden",
      d: a in place && b in place ? `M${place[a].x} ${place[a].y}L${place[b].x} ${place[b].y}` : "",
    });
  }

  islandShapes() {
    const { islands } = this.layout;
    if (islands.length < 2) return [];
    return islands.map(({ x, y, width, height }) =>
      make("svg:rect.rl-island", { x, y, width, height, rx: Math.min(26, width / 5, height / 5) }),
    );
  }

  /** The walls between islands, and a short one across each link that is cut though its ends still hear each other. */
  wallShapes({ down }) {
    return [
      ...this.layout.walls.map((wall) => wallShape(wall)),
      ...this.wallWords(),
      ...this.cutShapes(down),
    ];
  }

  /** What a wall does, once, on the longest of them that has room for it. */
  wallWords() {
    const { walls, font, small } = this.layout;
    if (small === 2) return [];
    const length = (wall) => Math.hypot(wall.x2 - wall.x1, wall.y2 - wall.y1);
    const [wall] = [...walls].sort((a, b) => length(b) - length(a));
    if (!wall || length(wall) < WALL_WORDS.length * font * 0.6) return [];
    const [x, y] = [(wall.x1 + wall.x2) / 2, (wall.y1 + wall.y2) / 2];
    const upright = wall.x1 === wall.x2;
    return [
      make(
        "svg:text.rl-wall-words",
        {
          transform: `translate(${x} ${y})${upright ? " rotate(-90)" : ""}`,
          y: font * 0.34,
          "font-size": font,
        },
        WALL_WORDS,
      ),
    ];
  }

  cutShapes(down) {
    const cut = new Set(down);
    const { nodes } = this.player.timeline;
    const groups = islandsOf(nodes, down);
    const home = Object.fromEntries(groups.flatMap((group, i) => group.map((node) => [node, i])));
    return pairsOf(nodes).flatMap(([a, b]) => {
      const [there, back] = [cut.has(`${a}>${b}`), cut.has(`${b}>${a}`)];
      if (!there && !back) return [];
      const [from, to] = there ? [b, a] : [a, b]; // what passes, if anything does
      if (home[a] === home[b]) return this.shortWall(a, b, there && back ? null : [from, to]);
      return there && back ? [] : this.passage(from, to);
    });
  }

  /** A short wall in the middle of a link, with an arrow through it where one way is open. */
  shortWall(a, b, open) {
    const { x, y, ux, uy } = this.middle(a, b);
    const half = this.layout.radius * 0.75;
    const wall = { x1: x - uy * half, y1: y + ux * half, x2: x + uy * half, y2: y - ux * half };
    return [wallShape(wall), ...(open ? this.arrow(x, y, ...this.direction(...open)) : [])];
  }

  /** An arrow through the wall between two islands. */
  passage(from, to) {
    const { x, y } = this.player.graph.wallBetween(from, to) || this.middle(from, to);
    return this.arrow(x, y, ...this.direction(from, to));
  }

  arrow(x, y, ux, uy) {
    const l = this.layout.radius * 0.8;
    const [tx, ty] = [x + ux * l, y + uy * l];
    const head = (side) => `L${tx - ux * 9 - uy * side} ${ty - uy * 9 + ux * side}`;
    return [
      make("svg:path.rl-passage", {
        d: `M${x - ux * l} ${y - uy * l}L${tx} ${ty}${head(6)}M${tx} ${ty}${head(-6)}`,
      }),
    ];
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

  /** Links that are slower than most, lose more, or come and go. */
  oddShapes({ odd = {}, down }) {
    const cut = new Set(down);
    const taken = this.player.timeline.nodes.map((node) => blockAt(this.layout, node));
    return pairsOf(this.player.timeline.nodes).flatMap(([a, b]) => {
      const ways = [
        [a, b],
        [b, a],
      ].filter(([src, dst]) => odd[`${src}>${dst}`] && !cut.has(`${src}>${dst}`));
      if (!ways.length) return [];
      const { msPerTick } = this.player.timeline;
      const words = ways.map(([src, dst]) =>
        oddWords(odd[`${src}>${dst}`], (delay) => delayInMs(delay, msPerTick)),
      );
      const same = words.length === 2 && words[0] === words[1];
      const lines = same ? [words[0]] : words.map((text, i) => `${ways[i].join(" → ")}: ${text}`);
      return this.oddLink(a, b, lines, taken);
    });
  }

  oddLink(a, b, lines, taken) {
    const { font } = this.layout;
    const size = Math.max(12, font - 1);
    const width = Math.max(...lines.map((line) => line.length)) * size * 0.58;
    const box = freeBeside(this.layout, a, b, width, lines.length * size * 1.25, taken);
    taken.push(box);
    const [from, to] = [this.layout.place[a], this.layout.place[b]];
    return [
      make("svg:path.rl-odd-line", { d: `M${from.x} ${from.y}L${to.x} ${to.y}` }),
      ...lines.map((line, i) =>
        make(
          "svg:text.rl-odd-words",
          { x: box.x + box.width / 2, y: box.y + size * (i * 1.25 + 0.95), "font-size": size },
          line,
        ),
      ),
    ];
  }
}

/** Every two nodes, once. */
export function pairsOf(nodes) {
  return nodes.flatMap((a, i) => nodes.slice(i + 1).map((b) => [a, b]));
}

const wallShape = ({ x1, y1, x2, y2 }) => make("svg:path.rl-wall", { d: `M${x1} ${y1}L${x2} ${y2}` });
