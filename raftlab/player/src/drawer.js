/* The list of events, in a drawer over the views beside the cluster. */

import { heading, make, refill } from "./dom.js";
import { notices } from "./sight.js";
import { narrate } from "./words.js";

const BEFORE = 60; // the most events shown before the present one
const AFTER = 20; // the most events shown after it; only events that have been seen

/** The events around the present, each a button that goes there. */
export class Drawer {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {"drawer"} */
    this.place = "drawer";
    this.all = make("input", { type: "checkbox", onchange: () => player.draw() });
    this.list = make("ol.rl-events", { "aria-label": "Events", "data-rove": true, tabindex: 0 });
    this.shows = ""; // a signature of the list's content
    /** @type {Element | null} */
    this.present = null; // the item of the present event, which must be in view
    this.el = make(
      "div.rl-drawer",
      { role: "dialog", "aria-label": "Events" },
      heading("Events", () => player.closeLayer(), make("label.rl-small", {}, this.all, " also heartbeats")),
      this.list,
    );
  }

  opened() {
    this.shows = "";
  }

  draw({ branch, position, sight }) {
    const { player } = this;
    if (player.layer.shown !== this) return;
    if (player.quiz.waiting) {
      const { guess_first: words } = player.timeline.sayings;
      this.shows = words;
      refill(this.list, words, () => [make("li.rl-hint", {}, words)]);
      return;
    }
    const isWorth = (index) =>
      (this.all.checked || narrate(branch, index).weight > 2) && (!sight || notices(branch, index, sight));
    // Later events are not revealed: a learner may be asked to predict them.
    const known = sight ? position.count : branch.countAt(player.seen[branch.id] || 0);
    const before = worthy(position.count - 1, -1, -1, BEFORE, isWorth).reverse();
    const after = worthy(position.count, known, 1, AFTER, isWorth);
    const { inTicks } = player.timeline;
    const looks = [branch.id, this.all.checked, inTicks, sight, position.count, known];
    const signature = [...looks, ...before, ...after].join();
    if (this.shows === signature) return;
    this.shows = signature;
    const isVeiled = known < branch.events.length;
    refill(this.list, signature, () =>
      [
        ...[...before, ...after].map((index) => this.item(branch, index, position.count)),
        isVeiled && make("li.rl-hint", {}, "… what comes then has not been seen yet"),
      ].filter(Boolean),
    );
    this.present = this.list.children[Math.max(0, before.length - 1)];
  }

  item(branch, index, count) {
    const { player } = this;
    const { text, rules } = narrate(branch, index, player.sight);
    const { timeline } = player;
    return make(
      "li",
      {},
      make(
        `button.rl-event${index >= count ? ".rl-later" : ""}`,
        {
          type: "button",
          "data-event": index,
          "data-item": true,
          tabindex: -1,
          "aria-current": index === count - 1 ? "step" : null,
          title: rules.map((id) => timeline.rule(id).sentence).join("\n"),
          onclick: () => player.go(branch.afterEvent(index)),
        },
        make("b", {}, timeline.time(branch.tickOf(index))),
        make("span", {}, text),
      ),
    );
  }

  /** Scroll the present event into view, once for each moment. */
  arranged() {
    const present = /** @type {HTMLElement} */ (this.present);
    this.present = null;
    if (present)
      this.list.scrollTop = present.offsetTop + present.offsetHeight - this.list.clientHeight * 0.75;
  }
}

/** At most so many event numbers from a start in one direction, up to but not including a limit, that are worth showing. */
function worthy(from, limit, way, most, isWorth) {
  const found = [];
  for (let index = from; index !== limit && (way < 0 || index < limit) && found.length < most; index += way)
    if (isWorth(index)) found.push(index);
  return found;
}
