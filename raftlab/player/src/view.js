/* What a notebook has in view. */

/** What scrolls around an element: a notebook's panel, or the page itself. A cell's output scrolls by itself, but it grows with
 * what is in it.
 * @param {Element} el */
export function viewportOf(el) {
  for (
    let at = (el.closest(".jp-Cell") ?? el).parentElement;
    at && at !== document.body;
    at = at.parentElement
  )
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return document.documentElement;
}

/** Whether an element stands in a cell that was just run: the notebook has gone on to the next cell, or stayed.
 * @param {Element} el */
export function wasJustRun(el) {
  const cell = el.closest(".jp-Cell");
  return [cell, cell?.nextElementSibling].some((each) => each?.matches(".jp-mod-active"));
}

/** Show all of an element; if it is higher than the view, its beginning.
 * @param {Element} el */
export function showFromTop(el) {
  const fits = el.clientHeight <= viewportOf(el).clientHeight;
  el.scrollIntoView({ block: fits ? "nearest" : "start" });
}
