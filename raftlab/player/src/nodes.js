/* The nodes of the cluster: discs with a label, votes and a timer. Only what has changed is drawn again. */

import { animate, make, refill, set, setText } from "./dom.js";
import { labelAt } from "./layout.js";
import { seenBy, viewsSeen } from "./sight.js";
import { signOf, stateOf } from "./signs.js";
import { lastCampaign, voteOf } from "./why.js";
import { inPlaces } from "./words.js";

const JUST_ELECTED = 12; // ticks for which a new leader still shows its votes
const TIMED = 100; // the length of the timer's circle in units of its path, for any radius

const FALL = [
  { transform: "translateY(-16px) rotate(0)" },
  { transform: "translateY(6px) rotate(7deg)", offset: 0.6 },
  { transform: "translateY(0) rotate(0)" },
];
const RISE = [
  { transform: "scale(0.9)" },
  { transform: "scale(1.15)", offset: 0.5 },
  { transform: "scale(1)" },
];
const LAND = [{ transform: "scale(2.2)" }, { transform: "scale(1)" }];

/** All nodes, in one group. */
export class Nodes {
  // Set when the stage has been measured.
  /** @type {import("./layout.js").Layout} */
  layout;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.el = make("svg:g.rl-nodes");
    this.parts = {};
  }

  /** Make the elements of new nodes. @param {string[]} nodes */
  build(nodes) {
    this.longestWait = null;
    this.parts = Object.fromEntries(nodes.map((node) => [node, this.partsOf(node)]));
    this.el.replaceChildren(...nodes.map((node) => this.parts[node].group));
  }

  partsOf(node) {
    const { liars, sayings, marks } = this.player.timeline;
    const lie = liars[node];
    const parts = {
      chosen: make("svg:circle.rl-chosen"),
      track: make("svg:circle.rl-track", { visibility: "hidden" }),
      timer: make("svg:circle.rl-timer", {
        pathLength: TIMED,
        transform: "rotate(-90)",
        visibility: "hidden",
      }),
      body: make("svg:circle.rl-body"),
      mask: lie ? make("svg:path.rl-mask", { d: marks.lies[0] }) : null,
      name: make("svg:text.rl-name", {}, node),
      term: make("svg:text.rl-term"),
      chip: make("svg:rect.rl-chip-back"),
      badge: make("svg:text.rl-badge"),
      votes: make("svg:g.rl-votes", { "aria-hidden": "true" }),
      values: make("svg:g.rl-values"),
    };
    // There are blanks between the parts, so that a screen reader does not join their words.
    const group = make(
      "svg:g.rl-node",
      { role: "button", tabindex: -1, "data-node": node, "data-thing": `node ${node}` },
      lie && make("svg:title", {}, `${node} ${inPlaces(sayings.lies, { lie: lie[1] })}`),
      ...Object.values(parts).flatMap((part) => (part ? [part, " "] : [])),
    );
    return { group, ...parts };
  }

  /** Give every node its place and its size. @param {import("./layout.js").Layout} layout */
  fit(layout) {
    this.layout = layout;
    const { radius, ring, font } = layout;
    const term = Math.max(radius < 20 ? 7 : 11, radius * 0.33, Math.min(font, radius * 0.46)); // as large as other words, if it fits
    const letters = { name: radius * 0.52, term };
    for (const [node, parts] of Object.entries(this.parts)) {
      const { outward } = layout.place[node];
      set(parts.body, { r: radius });
      set(parts.track, { r: ring });
      set(parts.timer, { r: ring });
      set(parts.chosen, { r: ring + 4 });
      set(parts.name, { y: (radius * 0.02).toFixed(1), "font-size": letters.name.toFixed(1) });
      set(parts.term, { y: (radius * 0.44).toFixed(1) });
      if (parts.mask)
        set(parts.mask, { transform: `translate(0 ${-radius * 0.78}) scale(${radius * 0.013})` });
      parts.letters = letters.term;
      parts.lines = linesAround(layout, outward);
      set(parts.values, { transform: `translate(0 ${parts.lines.value})` });
      for (const each of [parts.badge, parts.values]) set(each, { "font-size": font });
      delete parts.votes.dataset.shows;
    }
  }

  /** Draw every node where it stands. @param {(node: string) => import("./glide.js").Stand} standOf */
  stand(standOf) {
    for (const [node, { group }] of Object.entries(this.parts)) {
      const { x, y, size } = standOf(node);
      const scale = size === 1 ? "" : ` scale(${size.toFixed(3)})`;
      group.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)${scale}`;
    }
  }

  /** Draw the nodes of a moment: {world, branch, position, selected}; with sight, only what that node can know about the others. */
  draw({ world, branch, position, selected, sight }) {
    const views = sight ? viewsSeen(seenBy(branch, position, sight)) : world.views;
    this.views = views;
    for (const [node, parts] of Object.entries(this.parts)) {
      const chosen = selected?.kind === "node" && selected.id === node;
      if (sight && node !== sight) this.drawVeiled(node, parts, views[node], chosen);
      else this.drawNode(node, parts, views[node], branch, position, chosen);
    }
  }

  /** A node as another one sees it: the last term and role that it claimed, if it ever said anything. */
  drawVeiled(node, parts, view, chosen) {
    const { words } = this.player.timeline;
    const number = view.term === null ? "?" : `${words.term} ${view.term}`;
    const called = view.role ? words[view.role] : "";
    set(parts.group, {
      class: `rl-node rl-veiled${chosen ? " rl-selected" : ""}`,
      "aria-label": [node, number, called].filter(Boolean).join(", "),
      "aria-pressed": chosen,
    });
    this.drawTerm(parts, number);
    this.drawLabel(parts, view, called, null, null);
    refill(parts.values, "", () => []);
  }

  drawTerm(parts, number) {
    const widest = 1.6 * (this.layout.radius - 2);
    setText(parts.term, number);
    set(parts.term, { "font-size": Math.min(parts.letters, widest / (number.length * 0.55)).toFixed(1) });
  }

  drawNode(node, parts, view, branch, position, chosen) {
    const { timeline } = this.player;
    const state = stateOf(view);
    const number = timeline.words.term ? `${timeline.words.term} ${view.term}` : "";
    const lie = timeline.liars[node];
    const votes = this.votesOf(node, view, branch, position);
    const called = timeline.called(view);
    const values = this.valuesOf(view);
    set(parts.group, {
      class: `rl-node rl-${state}${chosen ? " rl-selected" : ""}`,
      "aria-label": [
        node,
        number,
        called,
        ...values,
        votes &&
          inPlaces(timeline.sayings.votes, {
            votes: votes.map(({ peer, sign }) => `${peer} ${sign}`).join(", "),
          }),
        lie && inPlaces(timeline.sayings.lies, { lie: lie[1] }),
      ]
        .filter(Boolean)
        .join(", "),
      "aria-pressed": chosen,
    });
    set(parts.body, { fill: timeline.color(view.term) });
    this.drawTerm(parts, number);
    this.drawLabel(parts, view, called, votes, lie);
    refill(parts.values, values.join("\n"), () =>
      values.map((line, i) => make("svg:text.rl-value", { y: i * this.layout.font * 1.2 }, line)),
    );
  }

  /** The role (a follower needs none), or that the node is down; and its votes, if they are still counted. */
  drawLabel(parts, view, called, votes, lie) {
    const { small, font, labels } = this.layout;
    const { lines } = parts;
    const sign = signOf(view);
    const { words: named, sayings } = this.player.timeline;
    const plain = !sign && named.leader;
    const words = { sign, called: plain ? "" : called, lies: lie && sayings.liar };
    const { text: label, dots } = labelAt(this.layout, words, Boolean(votes));
    setText(parts.badge, label);
    const role = dots && small === 0 ? lines.second : lines.first;
    const aside = dots && labels.votes ? label.length * 0.58 * font : 0; // the votes are beside words of this half width, in pixels
    set(parts.badge, {
      x: aside ? (-((labels.votes ?? 0) * font) / 2).toFixed(1) : 0,
      y: (role + font * 0.36).toFixed(1),
    });
    refill(parts.votes, dots ? [...votes.map(({ sign }) => sign), aside].join() : "", () =>
      dots ? this.voteDots(votes, view.quorum, lines.first, aside / 2) : [],
    );
    const chip = small === 2 && sign;
    const half = font * 0.75;
    set(parts.chip, {
      visibility: chip ? "visible" : "hidden",
      x: -half,
      y: lines.first - font * 0.62,
      width: 2 * half,
      height: font * 1.24,
      rx: 5,
    });
  }

  /** The votes of a present campaign, or of a new leader's: [{peer, sign}], granted votes first. */
  votesOf(node, view, branch, { tick, count }) {
    if (!this.player.has("votes") || view.status !== "running" || view.role === "follower") return null;
    const campaign = lastCampaign(branch, count, node);
    if (!campaign || campaign.term !== view.term) return null;
    if (view.role !== "candidate" && tick - branch.tickOf(campaign.event) >= JUST_ELECTED) return null;
    const votes = view.voters.map((peer) => ({
      peer,
      sign: peer === node ? "granted" : signOfVote(branch, count, campaign, peer),
    }));
    return votes.sort((a, b) => VOTE_ORDER.indexOf(a.sign) - VOTE_ORDER.indexOf(b.sign));
  }

  /** Draw a dot for each voter, and a gate after as many as are needed. middle: how far they are to the right of the node. */
  voteDots(votes, needed, y, middle) {
    const { font, labels } = this.layout;
    const gate = font * 0.8;
    const room = labels.votes
      ? (labels.votes - 1) * font
      : Math.min(labels.em * font, 2 * this.layout.ring + 8);
    const pitch = Math.min(font * 1.15, (room - gate) / votes.length);
    const r = pitch * 0.37;
    const left = middle - (pitch * votes.length + gate) / 2;
    const shapes = votes.map(({ sign }, i) => {
      const x = left + pitch * (i + 0.5) + (i >= needed ? gate : 0);
      const d = r * 0.6;
      return make(
        "svg:g",
        {},
        make("svg:circle", { class: `rl-vote rl-vote-${sign}`, cx: x.toFixed(1), cy: y, r: r.toFixed(1) }),
        sign === "refused" &&
          make("svg:path.rl-vote-cross", {
            d: `M${x - d} ${y - d}L${x + d} ${y + d}M${x - d} ${y + d}L${x + d} ${y - d}`,
          }),
      );
    });
    const x = left + pitch * needed + gate / 2;
    return [...shapes, make("svg:path.rl-gate", { d: `M${x} ${y - font * 0.55}V${y + font * 0.55}` })];
  }

  /** Lines below a node, from templates that come with the trace. */
  valuesOf(view) {
    if (this.layout.labels.under < 1 || this.layout.small === 2) return [];
    const [term, command] = view.log.entry(view.log.length) ?? [0, null];
    const [, applied] = view.log.entry(view.last_applied) ?? [0, null];
    const data = {
      term: view.term,
      entry: command === null ? "–" : `${term}:${command}`,
      applied: applied ?? "–",
    };
    return linesBelow(this.player).map((line) => inPlaces(line, data));
  }

  /** Show how much of each timer is left at a time, which may lie between two ticks. */
  time(time) {
    if (!this.player.has("timers")) return;
    const full = this.scale();
    for (const [node, parts] of Object.entries(this.parts)) {
      const { timer, status, role } = this.views[node];
      const timed = timer && status === "running" && role !== "leader";
      set(parts.track, { visibility: timed ? "visible" : "hidden" });
      set(parts.timer, { visibility: timed ? "visible" : "hidden" });
      if (!timed) continue;
      const left = Math.max(0, timer[1] - time);
      // In steps that are just visible: painting the arcs in every frame would cost as much as all messages.
      const share = Math.round(2 * TIMED * Math.min(1, left / full)) / 2;
      set(parts.timer, {
        "stroke-dasharray": `${share} ${2 * TIMED}`,
        class: left <= (timer[1] - timer[0]) / 5 ? "rl-timer rl-soon" : "rl-timer",
      });
    }
  }

  /** Animate a node that crashes, a new leader, or a vote that arrives; with sight, only for that node. */
  turn(before, after, sight) {
    for (const [node, { group, votes }] of Object.entries(this.parts)) {
      if (sight && node !== sight) continue;
      const [was, is] = [before.views[node], after.views[node]];
      if (was === is) continue;
      if (is.status === "crashed" && was.status !== "crashed") animate(group, FALL, 450, "add");
      if (is.role === "leader" && was.role !== "leader") animate(group, RISE, 450, "add");
      if (is.votes?.length > (was.votes?.length ?? 0)) {
        const dot = votes.querySelectorAll(".rl-vote-granted")[is.votes.length - 1];
        if (dot) animate(dot, LAND, 300);
      }
    }
  }

  /** The ticks of a full circle, the same for all nodes: the longest wait of any of them so far. */
  scale() {
    for (const { timer, role } of Object.values(this.views))
      if (timer && role !== "leader") this.longestWait = Math.max(this.longestWait ?? 1, timer[1] - timer[0]);
    return this.longestWait;
  }
}

/** Templates of the lines below each node: of a protocol whose nodes show a card, or of what they have applied.
 * @param {import("./player.js").Player} player
 * @returns {string[]} */
export function linesBelow({ timeline: { words }, show }) {
  if (words.card) return words.card.split("\n");
  return words.applied && show.includes("values") ? [words.applied] : [];
}

const VOTE_ORDER = ["granted", "travelling", "unasked", "lost", "refused"];

/** A vote as the candidate knows it: a refusal counts when it has arrived. */
function signOfVote(branch, count, campaign, peer) {
  const { state } = voteOf(branch, count, campaign, peer);
  if (state !== "refused") return state;
  const replies = (campaign.requests[peer] || []).flatMap((id) =>
    [id, ...(branch.copies[id] || [])].flatMap((each) => branch.repliesTo[each] || []),
  );
  const fates = replies.filter((id) => branch.sentAt[id] < count).map((id) => branch.fate(id, count));
  if (fates.includes("delivered")) return "refused";
  return fates.includes("flying") ? "travelling" : "lost";
}

/** The middles of the lines around a node: the first and second of its label, and the first below it. */
function linesAround({ ring, font, small, labels }, outward) {
  const edge = ring + 3;
  const line = font * 1.35;
  if (small === 2) return { first: outward * (ring - 3), second: outward * (ring - 3), value: 0 };
  const under = outward > 0 ? labels.under * font * 1.25 : 0;
  const first = outward * (edge + under + 2 + line / 2);
  return { first, second: first + outward * line, value: edge + font * 0.95 };
}
