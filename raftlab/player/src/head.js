/* The head: the title, the time, the branch, the mark of safety, and the buttons for the projector and for more. */

import { Branches } from "./branches.js";
import { button, make, set, setText } from "./dom.js";
import { inPlaces } from "./words.js";

/** What stands at the top of a player. */
export class Head {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.branches = new Branches(player);
    this.title = make("h2");
    this.clock = make("output.rl-clock");
    this.skip = make("span.rl-skip", { title: "nothing new happened in this time", hidden: true });
    this.recorded = make("span.rl-chip.rl-recorded", { hidden: true }, "made by other rules");
    this.sight = button("", "see everything again (A)", () => player.look(null), { hidden: true });
    this.gap = make("span.rl-gap");
    this.el = make(
      "header.rl-head",
      {},
      this.title,
      this.clock,
      this.skip,
      this.recorded,
      this.branches.el,
      this.sight,
      this.gap,
      player.properties.mark,
      this.projectorButton(),
      button("⋯", "more", () => player.layer.toggle(player.settings), {
        "aria-label": "more",
        "aria-haspopup": "dialog",
        class: "rl-button rl-plain",
      }),
    );
  }

  projectorButton() {
    const corners = make(
      "svg:svg",
      { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" },
      make("svg:path.rl-corners", { d: "M1 5V1h4M11 1h4v4M15 11v4h-4M5 15H1v-4" }),
    );
    return button(corners, "large, for a projector (F)", () => this.player.toggleProjector(), {
      "aria-label": "large, for a projector",
      "data-part": "projector",
      class: "rl-button rl-plain",
    });
  }

  /** @param {{branch: import("./trace.js").Branch, position: {tick: number}, sight: string | null}} state */
  draw({ branch, position: { tick }, sight }) {
    const { timeline, skipped } = this.player;
    setText(this.title, timeline.title);
    set(this.title, { title: timeline.title }); // it may be cut off
    setText(this.clock, timeline.time(tick));
    set(this.clock, { title: timeline.inTicks ? timeline.seconds(tick) : `tick ${tick}` });
    this.skip.hidden = !skipped;
    if (skipped) setText(this.skip, `+${timeline.span([skipped])}`);
    this.recorded.hidden = !timeline.recorded;
    this.recorded.title = timeline.recorded || "";
    this.sight.hidden = !sight;
    if (sight) setText(this.sight, `${inPlaces(timeline.marks.sight[0], { node: sight })} ✕`);
    this.branches.draw(branch);
  }
}
