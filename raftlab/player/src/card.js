/* Everything there is to know about what was chosen, and the answer to why, or why not. */

import { button, make, refill } from "./dom.js";
import { UNKNOWN } from "./facts.js";
import { filled, isPossible } from "./hands.js";
import { keyName } from "./keys.js";
import { oddWords } from "./signs.js";
import { whyNotCommitted, whyNotLeader } from "./why.js";
import { delayWords, entriesUpTo, listed, logWords, percent, plural } from "./words.js";

/** Every field of what is selected, and what can be done with it. */
export class Inspector {
  constructor(player) {
    this.player = player;
    this.body = make("div");
    this.el = make(
      "div.rl-panel.rl-inspector",
      { "aria-label": "Inspector" },
      make("h3", {}, "Inspector"),
      this.body,
    );
  }

  draw(state) {
    const { selected, world, branch, position } = state;
    const shown = {
      node: () => this.node(world.views[selected.id], selected.id),
      message: () => this.message(branch, position, selected.id),
      link: () => this.link(world, selected.id),
      entry: () => this.entry(world, selected),
    }[selected?.kind];
    const signature = JSON.stringify([selected, branch.id, position, this.player.canAct]);
    refill(this.body, signature, () =>
      shown
        ? shown()
        : [make("p.rl-hint", {}, "Click a node, a message, a link or an entry, or press a node's number.")],
    );
  }

  fields(rows) {
    return make(
      "table.rl-fields",
      {},
      ...rows.map(([name, value]) =>
        make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, fieldText(value))),
      ),
    );
  }

  actions(...items) {
    const allowed = items.filter(Boolean);
    if (!allowed.length) return null;
    if (!this.player.canAct)
      return make(
        "p.rl-hint",
        {},
        this.player.timeline.recorded || "To change what happens, open this in a Lab.",
      );
    return make(
      "div.rl-actions",
      {},
      ...allowed.map(([word, key, action]) =>
        button(key ? make("span", {}, `${word} `, make("kbd", {}, key)) : word, word, action),
      ),
    );
  }

  /** The verbs that can be done to this thing in this state. */
  verbs(on, chosen, state, role) {
    const { player } = this;
    const possible = player.controls(on).filter((control) => isPossible(control, state, role));
    return possible.map((control) => [
      filled(control.label, chosen),
      keyName(control.key),
      () => player.doControl(control, chosen),
    ]);
  }

  /** How a node lies, and the sentences of the rules that it breaks. */
  lie(node) {
    const { liars, rules } = this.player.timeline;
    const broken = (liars[node][1].match(/[A-Z]+(-\w+)?/g) || []).filter((id) => id in rules);
    return [liars[node][1], ...broken.map((id) => `${id}: ${rules[id][0]}`)].join(" ");
  }

  node(view, node) {
    const { player } = this;
    const { words } = player.timeline;
    const title = make("h4", {}, `${node}: ${player.timeline.called(view)}`);
    const why =
      player.has("why") &&
      words.leader &&
      button(view.role === "leader" ? "Why is it the leader?" : "Why is it not the leader?", "key y", () =>
        player.ask(node, "leader"),
      );
    const does = this.actions(...this.verbs("node", { node }, view.status, view.role));
    const log = view.snapshot ? logWords(view) : plural(view.log.length, "entry", "entries");
    const rows = [
      ["status", view.status],
      ...(view.role ? [["role", words[view.role]]] : []),
      ...this.known(view),
      ...(view.status === "crashed"
        ? []
        : [["timer", view.timer ? `runs out at tick ${view.timer[1]}` : "none"]]),
      ["log", `${log}${words.term ? `, last ${words.term} ${view.log.lastTerm}` : ""}`],
    ];
    if (player.timeline.votersAreInTheLog) rows.push(["who has a vote, by its log", listed(view.voters)]);
    if (player.timeline.liars[node]) rows.unshift(["lies", this.lie(node)]);
    return [title, does, why || null, this.fields(rows)].filter(Boolean);
  }

  /** What there is to know of a node, as far as these nodes have it and the lesson has come. */
  known(view) {
    const { leader, candidate, committed, term } = this.player.timeline.words;
    const copying = this.player.has("log"); // before there are logs to see, nobody knows what these numbers count
    if (view.status === "crashed")
      return [...(term ? [[term, view.term]] : []), ...(leader ? [["voted_for", view.voted_for]] : [])]; // its disk
    const names = [
      leader && "voted_for",
      leader && "leader",
      candidate && "votes",
      ...(copying && committed ? ["commit_index", "last_applied"] : []),
      ...(copying && leader ? ["next_index", "match_index"] : []),
    ];
    return [...(term ? [[term, view.term]] : []), ...names.filter(Boolean).map((name) => [name, view[name]])];
  }

  message(branch, { count }, id) {
    if (id >= branch.messages.length)
      return [make("p.rl-hint", {}, "That message does not exist in this branch.")];
    const { player } = this;
    const message = branch.message(id);
    const fate = branch.fate(id, count);
    const does = this.actions(
      ...this.verbs("message", { message: id }, fate),
      fate === "lost" && player.has("why") && ["what if it had arrived?", "", () => player.whatIf(id)],
    );
    const { term } = player.timeline.words;
    const rows = [
      ["from", message.src],
      ["to", message.dst],
      ...(term ? [[term, message.term]] : []),
      ...Object.entries(message.fields),
      ["sent at tick", message.sent],
      ["due at tick", message.arrives],
      ["now", fate === "flying" ? "on its way" : fate],
    ];
    return [
      make("h4", {}, `${message.kind} (${this.player.timeline.messageName(message)})`),
      does,
      this.fields(rows),
    ].filter(Boolean);
  }

  link(world, id) {
    const [a, b] = id.split(">");
    const { odd } = world.network;
    const down = (src, dst) =>
      world.isDown(src, dst)
        ? "cut"
        : `works${odd?.[`${src}>${dst}`] ? `, unlike most: ${oddWords(odd[`${src}>${dst}`], delayWords)}` : ""}`;
    const most = odd?.[`${a}>${b}`] || odd?.[`${b}>${a}`] ? " of most links" : "";
    const does = this.actions(...this.verbs("link", { a, b }));
    return [
      make("h4", {}, `Link ${a} – ${b}`),
      does,
      this.fields([
        [`${a} → ${b}`, down(a, b)],
        [`${b} → ${a}`, down(b, a)],
        [`delay${most}`, delayWords(world.network.delay)],
        [`loss${most}`, percent(world.network.loss)],
        [`duplication${most}`, percent(world.network.duplication)],
      ]),
    ].filter(Boolean);
  }

  entry(world, { id, index }) {
    const view = world.views[id];
    const entry = view.log.entry(index);
    if (!entry) return [make("p.rl-hint", {}, `${id} has no entry ${index} now.`)];
    if (index <= view.snapshot) return this.inSnapshot(view, id);
    const { committed, term } = this.player.timeline.words;
    const known = index <= view.commit_index;
    const why =
      this.player.has("why") &&
      committed &&
      button(`Is it ${committed}? Why, or why not?`, "key y", () => this.player.ask(id, "committed", index));
    const rows = [
      ["command", entry[1]],
      term && [term, entry[0]],
      committed && [`${committed}, as ${id} knows`, known ? "yes" : "not yet"],
    ].filter(Boolean);
    const does = this.actions(...this.verbs("entry", { node: id, index }));
    return [
      make("h4", {}, `Entry ${index} of ${id}`),
      does,
      why || null,
      this.fields([...rows, ["applied", index <= view.last_applied ? "yes" : "not yet"]]),
    ].filter(Boolean);
  }

  inSnapshot({ snapshot, log }, id) {
    const entries = log
      .toArray()
      .slice(0, snapshot)
      .map(([term, command]) => (command === UNKNOWN ? "not known" : `${term}:${command}`));
    return [
      make("h4", {}, `${entriesUpTo(snapshot)} of ${id}`),
      make(
        "p.rl-hint",
        {},
        "Only in its snapshot: the log begins after that. They are committed and applied.",
      ),
      this.fields([
        [
          "what there was",
          entries.every((each) => each === "not known")
            ? "not known: it was sent the snapshot"
            : entries.join(", "),
        ],
      ]),
    ];
  }
}

function fieldText(value) {
  if (value === null || value === undefined) return "none";
  if (Array.isArray(value))
    return value.length
      ? value.map((each) => (Array.isArray(each) ? `${each[0]}:${each[1]}` : each)).join(", ")
      : "none";
  if (typeof value === "object")
    return (
      Object.entries(value)
        .map(([key, each]) => `${key}: ${each}`)
        .join(", ") || "none"
    );
  return String(value);
}

/** The answer to "why not?", with ways to the ticks it speaks of. */
export class WhyPanel {
  constructor(player) {
    this.player = player;
    this.el = make("div.rl-panel.rl-why", { hidden: true, role: "region", "aria-label": "Why not?" });
  }

  draw({ branch, position }) {
    const question = this.player.question;
    this.el.hidden = !question;
    if (!question) return;
    const signature = JSON.stringify([question, branch.id, position]);
    refill(this.el, signature, () => {
      const { node, what, index } = question;
      const answer =
        what === "leader"
          ? whyNotLeader(branch, position, node)
          : whyNotCommitted(branch, position, node, index);
      return [
        make(
          "h3",
          {},
          what === "leader"
            ? `Is ${node} the leader? Why, or why not?`
            : `Is entry ${index} of ${node} ${this.player.timeline.words.committed}? Why, or why not?`,
          button("✕", "close", () => this.player.ask(null), { "aria-label": "close" }),
        ),
        make("p", {}, make("strong", {}, answer.title.text)),
        make(
          "ul",
          {},
          ...answer.reasons.map((reason, i) =>
            this.reason(
              branch,
              reason,
              answer.reasons.slice(0, i).some(({ rule }) => rule === reason.rule),
            ),
          ),
        ),
      ];
    });
  }

  /** A reason with its rule; a rule that has been said once is not said again. */
  reason(branch, { text, event, whatIf, rule }, isSaid) {
    return make(
      "li",
      {},
      text,
      event !== undefined &&
        button(`go to tick ${branch.tickOf(event)}`, "look at it", () =>
          this.player.go(branch.afterEvent(event)),
        ),
      whatIf !== undefined &&
        this.player.canAct &&
        button("what if it had arrived?", "fork there, and let it arrive", () => this.player.whatIf(whatIf)),
      rule &&
        !isSaid &&
        make("small.rl-rule", { title: rule }, ` ${this.player.timeline.rule(rule).sentence}`),
    );
  }
}
