/* The card of a thing: what there is to know about it, and the answer to why, or why not. */

import { aboutThing } from "./about.js";
import { button, heading, make, refill, setText } from "./dom.js";
import { thingText } from "./things.js";
import { verbsFor } from "./verbs.js";
import { whyNotCommitted, whyNotLeader } from "./why.js";

/** A card opens beside its thing. It shows sentences, then the possible questions and actions, then all fields, folded. */
export class Card {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {"beside"} */
    this.place = "beside";
    this.docks = true;
    this.head = heading("", () => player.closeLayer());
    this.body = make("div.rl-card-body");
    this.isOpen = false; // all fields are shown
    this.el = make("div.rl-card", { role: "dialog" }, this.head, this.body);
  }

  closed() {
    this.player.question = null;
    this.isOpen = false;
  }

  isGone() {
    return !this.player.selected;
  }

  /** The element beside which the card opens: the thing itself, in the picture or in a log. */
  thing() {
    const { root, selected } = this.player;
    if (!selected) return null;
    const element =
      root.querySelector(`[data-thing="${thingText(selected)}"]`) || root.querySelector(".rl-selected");
    return element?.getBoundingClientRect() ?? null;
  }

  around() {
    return this.player.hands.endsOf(this.player.selected);
  }

  draw({ branch, position, selected, sight }) {
    const { player } = this;
    const { question } = player;
    const isVeiled = Boolean(player.quiz.waiting);
    const signature = JSON.stringify([
      selected,
      question,
      branch.id,
      position,
      sight,
      player.canAct,
      isVeiled,
      player.timeline.inTicks,
    ]);
    refill(this.body, signature, () => {
      const about = aboutThing(branch, position, selected, { has: (word) => player.has(word), sight });
      setText(this.head.children[0], about.title);
      this.el.setAttribute("aria-label", about.title);
      if (isVeiled)
        return [
          make("p.rl-hint", {}, player.timeline.sayings.guess_first),
          this.actions(selected, true),
        ].filter(Boolean);
      return [
        question
          ? this.answer(branch, position, question)
          : make("div", {}, ...about.said.map((text) => make("p", {}, text))),
        this.actions(selected, Boolean(sight)),
        about.fields.length ? this.fields(about.fields) : null,
      ].filter(Boolean);
    });
  }

  // -- Why, and why not ------------------------------------------------------------------------------------------

  /** The answer to a question, with links to the ticks that it names. */
  answer(branch, position, { node, what, index }) {
    const { title, reasons } =
      what === "leader"
        ? whyNotLeader(branch, position, node)
        : whyNotCommitted(branch, position, node, index);
    return make(
      "div.rl-why",
      { role: "region", "aria-label": "why" },
      make("p", {}, make("strong", {}, title.text)),
      make(
        "ul",
        {},
        ...reasons.map((reason, i) =>
          this.reason(
            branch,
            reason,
            reasons.slice(0, i).some(({ rule }) => rule === reason.rule),
          ),
        ),
      ),
      button("‹ back", "back to what there is to know about it", () => this.player.ask(null)),
    );
  }

  /** A reason with its rule, which is left out if an earlier reason had the same rule. */
  reason(branch, { text, event, whatIf, rule }, isSaid) {
    const { player } = this;
    return make(
      "li",
      {},
      text,
      event !== undefined &&
        button(`go to ${player.timeline.time(branch.tickOf(event))}`, "look at it", () => {
          player.layer.uncover();
          player.go(branch.afterEvent(event));
        }),
      whatIf !== undefined &&
        player.canAct &&
        button("what if it had arrived?", "goes back to there, and lets it arrive", () =>
          player.whatIf(whatIf),
        ),
      rule && !isSaid && make("small.rl-rule", { title: rule }, ` ${player.timeline.rule(rule).sentence}`),
    );
  }

  // -- What can be asked and done --------------------------------------------------------------------------------

  /** @param {import("./things.js").Thing} thing @param {boolean} isVeiled  then nothing can be asked */
  actions(thing, isVeiled) {
    const { player } = this;
    const verbs = verbsFor(player, thing).filter(({ possible }) => possible);
    const questions = isVeiled ? [] : verbs.filter(({ asks }) => asks);
    const items = player.question
      ? []
      : questions.map(({ label, key, do: ask }) => ({ label, key, does: ask }));
    if (verbs.some(({ asks }) => !asks))
      items.push({ label: "do …", key: "", does: () => player.openMenu(thing) });
    if (!items.length) return null;
    return make(
      "div.rl-actions",
      {},
      ...items.map(({ label, key, does }) =>
        button(key ? make("span", {}, `${label} `, make("kbd", {}, key)) : label, label, does),
      ),
    );
  }

  fields(rows) {
    return make(
      "details",
      {
        open: this.isOpen,
        ontoggle: (event) => {
          this.isOpen = event.target.open;
          this.player.layer.arrange();
        },
      },
      make("summary", {}, "all fields"),
      make(
        "table.rl-fields",
        {},
        ...rows.map(([name, value]) =>
          make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)),
        ),
      ),
    );
  }
}
