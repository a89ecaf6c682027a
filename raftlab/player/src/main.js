/* The ways in: a page without a kernel, and JupyterLab. */

import { Kernel } from "./kernel.js";
import { Player } from "./player.js";
import { Together } from "./together.js";

/** Several bundles with their names, as runs for a Together.
 * @param {any[]} bundles
 * @param {string[]} names */
export const runsOf = (bundles, names) => bundles.map((bundle, i) => ({ bundle, name: names[i] }));

/** Play a bundle in an element of a page. A bundle that cannot be played is answered by a sentence in its place.
 * @param {HTMLElement} el
 * @param {any} bundle
 * @param {any} [options]  as for a Player
 * @returns {Player | null} */
export function mount(el, bundle, options = {}) {
  try {
    const sideBySide = (holder, runs, more) => new Together(holder, runs, more);
    return new Player(el, bundle, { ...options, sideBySide });
  } catch (problem) {
    el.textContent = problem instanceof Error ? problem.message : String(problem);
    return null;
  }
}

/** For anywidget, once for each widget: note how many changes the bundle that came with it includes. */
function initialize({ model }) {
  model.set("bundled", model.get("changes"));
}

/** For anywidget, once for each view: play the model's bundle, and let its kernel change the run. */
function render({ model, el }) {
  if (model.get("names")) return renderTogether(model, el);
  const kernel = new Kernel(model);
  const player = mount(el, model.get("bundle"), {
    show: model.get("show"),
    kernel,
    tick: model.get("tick"),
    event: model.get("event"),
    height: model.get("height"),
    other: otherOf(model),
  });
  if (player)
    Object.assign(kernel, {
      unasked: (message) => player.receiveInTurn(message),
      changed: () => player.draw(),
      elsewhere: (where) => player.follow(where),
    });
  if (player && kernel.isStale) player.send({ all: true });
  else if (player) player.receive({ ask: model.get("asked") });
  el.raftPlayer = player;
  return () => {
    player?.leave();
    kernel.close();
  };
}

/** The second cluster of a model, if it has one. */
function otherOf(model) {
  const other = model.get("other");
  const play = (holder, bundle) => new Player(holder, bundle, { show: model.get("show"), part: true });
  return other ? { ...other, play } : null;
}

function renderTogether(model, el) {
  const together = new Together(el, runsOf(model.get("bundles"), model.get("names")), {
    tick: model.get("tick"),
  });
  el.raftTogether = together;
  return () => together.leave();
}

export default { initialize, render };
