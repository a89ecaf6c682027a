/* The messages that have just arrived at a node, for the picture of what this node knows. It cannot know about messages on their way. */

import { make, refill } from "./dom.js";
import { seenBy } from "./sight.js";

/** The messages that arrived in this tick, as words beside their node. */
export class Inbox {
  // Set when the stage has been measured.
  /** @type {import("./layout.js").Layout} */
  layout;

  constructor() {
    this.el = make("svg:g.rl-inbox");
  }

  /** @param {import("./layout.js").Layout} layout */
  fit(layout) {
    this.layout = layout;
    delete this.el.dataset.shows;
  }

  draw({ branch, position, sight }) {
    const lines = sight ? linesOf(branch, position, sight) : [];
    refill(this.el, JSON.stringify([sight, lines]), () => lines.map((line, i) => this.line(sight, line, i)));
  }

  /** Below or above the node, where its label is not. */
  line(node, words, i) {
    const { place, ring, font, labels } = this.layout;
    const { x, y, outward } = place[node];
    const below = outward < 0 ? labels.under * font * 1.25 : 0;
    const far = ring + 3 + below + font * (0.9 + 1.3 * i);
    return make("svg:text.rl-arrived", { x, y: y - outward * far + font * 0.3, "font-size": font }, words);
  }
}

/** "n3: yes" for each message that arrived. */
function linesOf(branch, position, node) {
  return seenBy(branch, position, node).inbox.map((id) => {
    const message = branch.message(id);
    return `${message.src}: ${branch.wordOn(message) || branch.timeline.messageName(message)}`;
  });
}
