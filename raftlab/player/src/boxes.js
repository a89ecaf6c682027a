/* Boxes in a picture, in pixels. Needs no page. */

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/** The area that two boxes share; 0 where they do not overlap.
 * @param {Box} a
 * @param {Box} b */
export const sharedArea = (a, b) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));
