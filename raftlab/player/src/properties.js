/* The mark of the safety properties: it says "safe", opens a list when it is pressed, and stands out when a property is broken. */

import { button, heading, make, refill, set } from "./dom.js";

/** The mark in the head, and what opens from it. */
export class Properties {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {"drawer"} */
    this.place = "drawer";
    this.mark = button("", "what must always be true", () => player.layer.toggle(this), {
      class: "rl-button rl-plain rl-safe",
      "aria-haspopup": "dialog",
    });
    this.list = make("ul.rl-properties");
    this.el = make(
      "div",
      { role: "dialog", "aria-label": "What must always be true" },
      heading("What must always be true", () => player.closeLayer()),
      this.list,
    );
    /** @type {string[]} */
    this.told = []; // the properties that were broken at the last announcement
  }

  /** The properties that this lesson watches, by their ids. */
  watched() {
    const { player } = this;
    const { timeline } = player;
    if (!timeline.words.leader) return []; // the properties are those of Raft
    if (player.has("properties")) return timeline.watched;
    return player.has("safety_election") ? timeline.watched.slice(0, 1) : [];
  }

  draw({ world, branch, sight }) {
    const { player } = this;
    const watched = sight ? [] : this.watched(); // a single node cannot know whether they hold
    const broken = watched.filter((id) => world.broken[id]);
    this.mark.hidden = !watched.length;
    // On a phone "safe" is only spoken (see properties.css).
    refill(this.mark, String(broken.length), () =>
      broken.length ? [`✕ ${broken.length} broken`] : ["✓", make("span.rl-safe-word", {}, " safe")],
    );
    this.mark.classList.toggle("rl-broken", broken.length > 0);
    set(this.mark, {
      title: broken.map((id) => this.nameOf(id)).join(", ") || "what must always be true holds",
    });
    this.shout(broken, world);
    if (player.layer.shown !== this) return;
    refill(
      this.list,
      JSON.stringify([
        branch.id,
        watched,
        broken.map((id) => world.broken[id].count),
        player.timeline.inTicks,
      ]),
      () => {
        const brokenFirst = [...broken, ...watched.filter((id) => !broken.includes(id))];
        return brokenFirst.map((id) => this.item(id, world.broken[id]));
      },
    );
  }

  nameOf(id) {
    return this.player.timeline.rule(id).sentence.split(":")[0];
  }

  /** The first moment at which one is broken is said aloud, too. */
  shout(broken, world) {
    const news = broken.filter((id) => !this.told.includes(id));
    this.told = broken;
    if (news.length)
      this.player.saying.speak(`${this.nameOf(news[0])} is broken. ${world.broken[news[0]].sentence}`);
  }

  item(id, broken) {
    const { player } = this;
    const { sentence, section } = player.timeline.rule(id);
    const [name, ...rest] = sentence.split(":");
    const { timeline } = player;
    return make(
      "li",
      {},
      make("b", { class: broken ? "rl-bad" : "" }, `${broken ? "✕" : "✓"} ${name}`),
      make("span", {}, capital(rest.join(":").trim())),
      section && make("small.rl-rule", {}, ` (${section})`),
      broken &&
        make(
          "p.rl-bad",
          {},
          `${broken.sentence} `,
          button(`go to ${timeline.time(broken.tick)}`, "look at it", () =>
            player.go({ tick: broken.tick, count: broken.count }),
          ),
        ),
    );
  }
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
