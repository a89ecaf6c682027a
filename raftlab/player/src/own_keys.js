/* The keys of what is made of the notebook's own widgets, such as a question. */

import { Shield } from "./shield.js";

/** For anywidget, once for each view: shield the box in which this element stands. The box is looked for when something gets the focus,
 * because the notebook shows a widget before it has put it into its place. */
function shieldBox({ el }) {
  /** @type {Shield | null} */
  let shield = null;
  const begin = () => {
    const box = el.closest(".rl-own-keys");
    if (!box || shield) return;
    box.tabIndex = -1; // so that Ctrl+Enter does not press the button that has the focus
    shield = new Shield(box, () => false);
  };
  window.addEventListener("focusin", begin, true);
  return () => {
    window.removeEventListener("focusin", begin, true);
    shield?.remove();
  };
}

export default { render: shieldBox };
