/* The list of what happened. */

import { make, onWidth, refill } from "./dom.js";
import { narrate } from "./words.js";

/** The events around the present, each a button that goes there. */
export class EventList {
  constructor(player) {
    this.player = player;
    this.all = make("input", { type: "checkbox", onchange: () => player.draw() });
    this.list = make("ol.rl-events", { "aria-label": "Events" });
    this.el = make(
      "div.rl-panel",
      {},
      make("h3", {}, "Events ", make("label.rl-small", {}, this.all, " also heartbeats")),
      this.list,
    );
    onWidth(this.list, () => this.reveal()); // once it is on the page
  }

  /** The list is longer than its room: what is told now must be seen. */
  reveal() {
    if (this.present)
      this.list.scrollTop = this.present.offsetTop + this.present.offsetHeight - this.list.clientHeight;
  }

  draw({ branch, position }) {
    const wanted = [];
    const worth = (index) => this.all.checked || narrate(branch, index).weight > 2;
    for (let index = position.count - 1; index >= 0 && wanted.length < 12; index--)
      if (worth(index)) wanted.unshift(index);
    const ahead = [];
    // What nobody has seen yet is not given away: a learner may be asked to predict it.
    const known = branch.countAt(this.player.seen[branch.id] || 0);
    for (let index = position.count; index < known && ahead.length < 4; index++)
      if (worth(index)) ahead.push(index);
    const signature = [branch.id, this.all.checked, position.count, ...wanted, ...ahead].join();
    if (this.list.dataset.shows === signature) return;
    refill(this.list, signature, () =>
      [...wanted, ...ahead].map((index) => {
        const { text, rules } = narrate(branch, index);
        const current = index === position.count - 1;
        return make(
          "li",
          {},
          make(
            `button.rl-event${index >= position.count ? ".rl-later" : ""}`,
            {
              type: "button",
              "data-event": index,
              "aria-current": current ? "step" : null,
              title: rules.map((id) => this.player.timeline.rule(id).sentence).join("\n"),
              onclick: () => this.player.go(branch.afterEvent(index)),
            },
            make("b", {}, String(branch.tickOf(index))),
            ` ${text}`,
          ),
        );
      }),
    );
    this.present = this.list.children[wanted.length - 1];
    this.reveal();
  }
}
