/* Glides: when a cluster is split or joined, the nodes move to their new places. Needs no page. */

/**
 * @typedef {{x: number, y: number, size: number}} Stand  where a node is drawn, and how large: 1 = as in the layout
 * @typedef {{radius: number, place: Record<string, {x: number, y: number}>}} Places  of a layout
 */

/** From one layout to the next. */
export class Glide {
  /** @param {Record<string, Stand>} from  with sizes in pixels
   * @param {Places} to
   * @param {import("./motion.js").Playing | null} film  the film whose time it takes; null: a time of its own
   */
  constructor(from, to, film) {
    this.from = from;
    this.to = to;
    this.film = film;
    this.begin = film ? film.share : 0;
    this.end = film?.scenes.find(({ at }) => at > film.share)?.at ?? 1;
    this.share = 0; // the share of the duration that has passed
  }

  /** Advance to a share of the film, or of the glide's own time. Returns whether it goes on.
   * @param {number} share
   * @returns {boolean} */
  reach(share) {
    this.share = Math.max(0, Math.min(1, (share - this.begin) / (this.end - this.begin)));
    return this.share < 1;
  }

  /** The share of the way, with a slow start and a slow end. */
  get done() {
    return this.share * this.share * (3 - 2 * this.share);
  }

  /** @param {string} node @returns {Stand} */
  at(node) {
    const [from, to, { done }] = [this.from[node], this.to.place[node], this];
    return {
      x: from.x + (to.x - from.x) * done,
      y: from.y + (to.y - from.y) * done,
      size: 1 + (from.size / this.to.radius - 1) * (1 - done),
    };
  }
}
