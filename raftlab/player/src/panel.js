/* What a panel of the notebook's own widgets, such as a question, needs: it keeps the keys that are pressed in it, and is in view
 * once its cell has run. */

import { Shield } from "./shield.js";
import { showFromTop, wasJustRun } from "./view.js";

/** For anywidget, once for each view: an element that shows nothing, as the last one in a panel. The notebook shows a widget before
 * it has put it into its place; so the panel is looked for when this element gets its place, and when something gets the focus. */
function attend({ el }) {
  /** @type {Shield | null} */
  let shield = null;
  const shieldPanel = () => {
    const panel = el.closest(".rl-own-keys");
    if (!panel || shield) return;
    panel.tabIndex = -1; // so that Ctrl+Enter does not press the button that has the focus
    shield = new Shield(panel, () => false);
  };
  window.addEventListener("focusin", shieldPanel, true);
  const inPlace = new ResizeObserver(() => {
    const panel = el.closest(".rl-own-keys");
    if (!panel || !el.clientWidth) return;
    inPlace.disconnect();
    const isPartOfAnother = panel.parentElement?.closest(".rl-own-keys");
    if (!isPartOfAnother && wasJustRun(panel)) showFromTop(panel);
  });
  inPlace.observe(el);
  return () => {
    window.removeEventListener("focusin", shieldPanel, true);
    inPlace.disconnect();
    shield?.remove();
  };
}

export default { render: attend };
