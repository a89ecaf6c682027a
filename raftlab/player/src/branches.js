/* The branches of a story: which of them is looked at, and the ways from one to another. */

import { button, make, refill } from "./dom.js";

/** A label with a short form for narrow players. */
const labels = (long, short) => [make("span.rl-long", {}, long), make("span.rl-short", {}, short)];

/** The name of a branch. One that was made here is named after the actions in it, and their time.
 * @param {import("./trace.js").Branch} branch
 * @returns {string} */
const calledBranch = ({ name, parent, timeline }) =>
  parent === null
    ? "the story"
    : name.replace(/\d+\.\d\d s\b/g, (words) =>
        timeline.inTicks ? timeline.time(Math.round((parseFloat(words) * 1000) / timeline.msPerTick)) : words,
      );

/** The choice of a branch, in the head of the player. */
export class Branches {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.choice = make("select.rl-branches", {
      "aria-label": "branch",
      onchange: () => this.choose(Number(this.choice.value)),
    });
    this.toStory = button("", "back to the story, where it was left", () => this.backToStory(), {
      "aria-label": "back to the story",
    });
    this.toStory.append(...labels("back to the story", "↩"));
    this.compared = button("", "the story and this branch, side by side and in step", () => this.compare(), {
      "aria-label": "side by side",
      "data-part": "compare",
    });
    this.compared.append(...labels("side by side", "◫"));
    this.el = make("span.rl-branch", { hidden: true }, this.choice, this.toStory, this.compared);
  }

  /** @param {import("./trace.js").Branch} branch  the one that is looked at */
  draw(branch) {
    const { player } = this;
    const all = [...player.timeline.branches.values()];
    this.el.hidden = all.length < 2;
    this.toStory.hidden = branch.parent === null;
    this.compared.hidden = branch.parent === null || !player.sideBySide;
    this.choice.hidden = !player.has("branches");
    const named = all.map((each) => [each.id, `${each.parent === null ? "" : "↳ "}${calledBranch(each)}`]);
    this.choice.title = calledBranch(branch);
    refill(this.choice, JSON.stringify([named, branch.id]), () =>
      named.map(([id, name]) => make("option", { value: id, selected: id === branch.id }, name)),
    );
  }

  /** Look at a branch, at the same time as now.
   * @param {number} id */
  choose(id) {
    const { player } = this;
    player.stop();
    player.timeline.current = id;
    player.send({ select: id });
    player.go(player.branch.endOfTick(Math.min(player.position.tick, player.branch.ticks)));
  }

  next() {
    const { timeline } = this.player;
    const ids = [...timeline.branches.keys()];
    if (ids.length < 2) this.player.note(timeline.sayings.one_branch);
    else this.choose(ids[(ids.indexOf(timeline.current) + 1) % ids.length]);
  }

  /** Go back to the moment at which the story was left. */
  backToStory() {
    const { player } = this;
    let { branch } = player;
    let { tick } = player.position;
    while (branch.parent !== null) {
      tick = branch.fork.tick;
      branch = player.timeline.branch(branch.parent);
    }
    this.choose(branch.id);
    const position = player.whereLeft(tick);
    player.go(position, { say: () => player.saying.tellLast(position.count) });
  }

  /** The story and this branch, side by side and in step, in the place of the player. */
  compare() {
    const { player } = this;
    player.stop();
    const { branch, bundle, timeline, root, el } = player;
    const story = [...timeline.branches.values()].find(({ parent }) => parent === null);
    const runs = [story.resolve(), branch].map((each) => ({
      name: calledBranch(each),
      bundle,
      timeline,
      branch: each.id,
    }));
    const holder = make("div");
    el.append(holder);
    root.hidden = true;
    const together = player.sideBySide(holder, runs, {
      show: player.show,
      speed: player.speed,
      tick: player.position.tick,
      page: player.room.fills,
      closed: () => {
        together.leave();
        holder.remove();
        root.hidden = false;
        player.speed = together.speed;
        player.goTick(together.tick);
        root.focus({ preventScroll: true });
      },
    });
    together.root.focus({ preventScroll: true });
  }
}
