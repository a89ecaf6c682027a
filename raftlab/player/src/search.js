/* Binary search. Needs no page. */

/** The number of places of a list that pass a test, if all that pass come before all that do not.
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
