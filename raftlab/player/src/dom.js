/* Elements of a page: made, changed only where something differs, measured.
 *
 * Text that comes from a trace is only ever set as textContent: a command may hold anything. */

const SVG = "http://www.w3.org/2000/svg";

/** An element: make("div.rl-row", {title: "…"}, child, "text"); names of SVG begin with "svg:".
 * @param {string} name  with its classes
 * @param {Record<string, any>} [attributes]  "on…" are listeners; what is false, null or undefined is left out
 * @param {...any} children  elements and texts; what is false, null or undefined is left out
 * @returns {any} */
export function make(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = tag.startsWith("svg:")
    ? document.createElementNS(SVG, tag.slice(4))
    : document.createElement(tag);
  if (classes.length) element.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Set attributes, but only those that differ: an unchanged one must not cost a repaint.
 * @template {Element} E
 * @param {E} element
 * @param {Record<string, any>} attributes
 * @returns {E} */
export function set(element, attributes) {
  for (const [key, value] of Object.entries(attributes)) {
    const text = String(value);
    if (element.getAttribute(key) !== text) element.setAttribute(key, text);
  }
  return element;
}

/** Set the text of an element, if it differs.
 * @param {Element} element
 * @param {any} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Make the children of an element again, but only if what they show has changed.
 * @param {HTMLElement | SVGElement} element
 * @param {string} signature  what they show
 * @param {() => (Node | string)[]} fill  makes them
 * @returns {boolean} whether it has changed */
export function refill(element, signature, fill) {
  if (element.dataset.shows === signature) return false;
  element.dataset.shows = signature;
  const focused = element.contains(document.activeElement);
  element.replaceChildren(...fill());
  // The control that was pressed is gone: without this, the next key would no longer reach the player.
  if (focused) /** @type {HTMLElement} */ (element.closest(".rl-player"))?.focus({ preventScroll: true });
  return true;
}

/** Call with the size of the room inside an element, as soon as it is known and whenever it changes.
 * @param {Element} element
 * @param {(size: {width: number, height: number}) => void} act */
export function onSize(element, act) {
  let known = "";
  new ResizeObserver(([{ contentRect }]) => {
    const { width, height } = contentRect;
    const size = `${width} ${height}`;
    if (!width || size === known) return;
    known = size;
    act({ width, height });
  }).observe(element);
}

/** @param {any} label  a text or an element
 * @param {string} title
 * @param {(event: Event) => any} onclick
 * @param {Record<string, any>} [extra]  further attributes
 * @returns {HTMLButtonElement} */
export const button = (label, title, onclick, extra = {}) =>
  make("button.rl-button", { type: "button", title, onclick, ...extra }, label);

/** The value that this browser has stored under a name; null if there is none, as in a page without storage.
 * @param {string} name
 * @returns {string | null} */
export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch (refusal) {
    if (refusal instanceof DOMException) return null;
    throw refusal;
  }
}

/** Let this browser remember something, if it can; says whether it can.
 * @param {string} name
 * @param {string} value
 * @returns {boolean} */
export function remember(name, value) {
  try {
    localStorage.setItem(name, value);
    return true;
  } catch (refusal) {
    if (refusal instanceof DOMException) return false;
    throw refusal;
  }
}

/** Does this person want no motion? */
export const reducedMotion = () => window.matchMedia?.("(prefers-reduced-motion: reduce)").matches;

/** Animate an element for a moment; not for those who want no motion. Returns when it is over.
 * @param {Element} element
 * @param {Keyframe[]} frames
 * @param {number} duration in milliseconds
 * @param {CompositeOperation} composite "add" keeps the place that a transform has given it */
export async function animate(element, frames, duration, composite = "replace") {
  if (reducedMotion()) return;
  await element.animate(frames, { duration, composite, easing: "ease-out" }).finished;
}

/** The head of a part of the layer: its title, further elements, and the button that closes it.
 * @param {string} title
 * @param {() => any} close
 * @param {...any} more
 * @returns {HTMLElement} */
export const heading = (title, close, ...more) =>
  make(
    "div.rl-open-head",
    {},
    make("h3", {}, title),
    ...more,
    button("✕", "close (Escape)", close, { "aria-label": "close", class: "rl-button rl-plain" }),
  );
