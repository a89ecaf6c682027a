/* A search by halves in what is in order. Needs no page. */

/** How many of the first places of a list pass, where those that do all come before those that do not.
 * @param {number} length of the list
 * @param {(place: number) => boolean} passes
 * @returns {number} the first place that does not pass; the length where all of them do */
export function firstNot(length, passes) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
