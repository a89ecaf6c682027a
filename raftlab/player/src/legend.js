/* What the signs on the stage mean: those that are on it now, and those that have been since it was opened. */

import { figurePath } from "./clients.js";
import { heading, make, refill } from "./dom.js";
import { messageSize } from "./lanes.js";
import { logKeys } from "./logs.js";
import { messageShape } from "./messages.js";
import { AHEAD, MARK_SIGNS, MARK_WORDS, ROLE_SIGNS, STATUS_SIGNS, stateOf } from "./signs.js";
import { lastCampaign, voteOf } from "./why.js";

const SMALL = 12; // pixels
const ENTRIES = [[1, "x=1"]]; // of the message that stands for all of its kind

/** A sign, its meaning, and when it is on the stage. */
export class Legend {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {"drawer"} */
    this.place = "drawer";
    this.list = make("ul.rl-legend");
    this.others = make("ul.rl-legend");
    this.rest = make("details", {}, make("summary", {}, "all other signs"), this.others);
    this.met = new Set(); // what has been on the stage since it was opened
    this.el = make(
      "div",
      { role: "dialog", "aria-label": "Legend" },
      heading("What the signs mean", () => player.closeLayer()),
      this.list,
      this.rest,
    );
  }

  opened() {
    this.met.clear();
  }

  draw(state) {
    if (this.player.layer.shown !== this) return;
    if (this.player.quiz.waiting) this.met.clear(); // what came later, for one who has gone back, may answer
    for (const id of this.present(state)) this.met.add(id);
    const signature = [...this.met].join();
    refill(this.list, signature, () => this.items((id) => this.met.has(id)));
    this.rest.hidden = Boolean(this.player.quiz.waiting); // what comes may answer
    refill(this.others, signature, () => [
      ...this.signs((id) => !this.met.has(id) && canBeOnStage(this.player.timeline, id)),
      ...timelineItems(this.player.timeline),
    ]);
  }

  /** The signs that are on the stage at a moment, and the kinds of messages. */
  present({ world, branch, position }) {
    const { player } = this;
    const { network, views } = world;
    const running = Object.values(views).filter(({ status }) => status === "running");
    const down = new Set(network.down);
    const isOneWay = (way) => !down.has(way.split(">").reverse().join(">"));
    const messages = player.has("messages")
      ? [...world.flying].filter((id) => player.heartbeats || !branch.isMurmur(id))
      : [];
    const isThere = {
      term: true,
      lies: Object.keys(branch.timeline.liars).length,
      timer: player.has("timers") && running.some(({ timer, role }) => timer && role !== "leader"),
      asking: player.stage.clients.stands.size,
      island: player.stage.layout?.islands.length > 1,
      wall: down.size,
      one_way: [...down].some(isOneWay),
      odd: Object.keys(network.odd || {}).length,
    };
    return [
      ...Object.keys(isThere).filter((id) => isThere[id]),
      ...Object.values(views).map(stateOf),
      ...votesAt(player, branch, position, running),
      ...messages.map((id) => branch.messages[id][0]),
    ];
  }

  /** The items of those signs that are wanted; without a choice, of all that this run can have.
   * @param {(id: string) => boolean} [isWanted]
   */
  items(isWanted = (id) => canBeOnStage(this.player.timeline, id)) {
    const { player } = this;
    const keys = player.has("log") ? logKeys(player.timeline, player.has("indexes")) : [];
    return [...this.signs(isWanted), ...keys.map(([key, meaning]) => item(key, meaning))];
  }

  /** Those of the stage.
   * @param {(id: string) => boolean} isShown */
  signs(isShown) {
    const { player } = this;
    const { timeline } = player;
    const { seen, kinds, marks } = timeline;
    const signs = Object.entries(signsOf(timeline)).filter(
      ([id]) => id in marks && isShown(id) && (player.has(PART_OF[id]) || !PART_OF[id]),
    );
    return [
      ...signs.map(([id, icon]) => item(icon(), marks[id][1])),
      ...(player.has("messages")
        ? kinds
            .filter((kind) => seen.has(kind) && isShown(kind))
            .flatMap((kind) => messageItems(kind, timeline))
        : []),
    ];
  }
}

/** Can a sign be on the stage in this run? */
function canBeOnStage({ liars, seen }, id) {
  if (id === "lies") return Object.keys(liars).length > 0;
  return !["odd", "asking"].includes(id) || seen.has(id);
}

/** The marks of the timeline. */
function timelineItems({ turns }) {
  const marks = Object.entries(MARK_SIGNS).map(([kind, sign]) => [sign, MARK_WORDS[kind] || turns[kind]]);
  return [...marks, [AHEAD, "the same, and not reached yet"]]
    .filter(([, meaning]) => meaning)
    .map(([sign, meaning]) => item(sign, `on the timeline: ${meaning}`));
}

/** The part of the Lab that a sign belongs to, if not every Lab shows it. */
const PART_OF = {
  timer: "timers",
  soon: "timers",
  heartbeat: "messages",
  lost_message: "messages",
  granted: "votes",
  travelling: "votes",
  refused: "votes",
  lost_vote: "votes",
  gate: "votes",
};

const item = (icon, meaning) => make("li.rl-legend-item", {}, make("span.rl-legend-icon", {}, icon), meaning);

/** How the votes of candidates stand: the signs of their dots. */
function votesAt(player, branch, { count }, running) {
  if (!player.has("votes")) return [];
  const candidates = running.filter(({ role }) => role === "candidate");
  if (!candidates.length) return [];
  const states = player.timeline.nodes.flatMap((node) => {
    const view = branch.at(count).views[node];
    const campaign = view.role === "candidate" && lastCampaign(branch, count, node);
    if (!campaign) return [];
    return view.voters
      .filter((peer) => peer !== node)
      .map((peer) => voteOf(branch, count, campaign, peer).state);
  });
  return ["gate", "granted", ...states.map((state) => (state === "lost" ? "lost_vote" : state))];
}

/** How each sign looks, small. */
function signsOf(timeline) {
  const svg = (...shapes) =>
    make("svg:svg", { viewBox: "-13 -13 26 26", width: 26, height: 26, "aria-hidden": "true" }, ...shapes);
  const node =
    (role, ...more) =>
    () =>
      svg(
        make(
          `svg:g.rl-node.rl-${role}`,
          {},
          make("svg:circle.rl-body", { r: 9, fill: timeline.color(1) }),
          ...more,
        ),
      );
  const vote =
    (state, cross = false) =>
    () =>
      svg(
        make(`svg:circle.rl-vote.rl-vote-${state}`, { r: 5 }),
        cross && make("svg:path.rl-vote-cross", { d: "M-3 -3L3 3M-3 3L3 -3" }),
      );
  const sign = (text) => make("svg:text.rl-legend-sign", { y: 4.5 }, text);
  return {
    term: () =>
      svg(
        ...[1, 2, 3].map((term) =>
          make("svg:circle.rl-body", { cx: (term - 2) * 7, r: 6, fill: timeline.color(term) }),
        ),
      ),
    follower: node("follower"),
    candidate: node("candidate", sign(ROLE_SIGNS.candidate)),
    leader: node("leader", sign(ROLE_SIGNS.leader)),
    paused: node("paused", sign(STATUS_SIGNS.paused)),
    crashed: node("crashed", sign(STATUS_SIGNS.crashed)),
    lies: node("follower", make("svg:path.rl-mask", { d: timeline.marks.lies[0], transform: "scale(0.32)" })),
    timer: () =>
      svg(
        make(
          "svg:g.rl-node",
          {},
          make("svg:circle.rl-track", { r: 9 }),
          make("svg:circle.rl-timer", {
            r: 9,
            pathLength: 100,
            "stroke-dasharray": "65 200",
            transform: "rotate(-90)",
          }),
        ),
      ),
    soon: () =>
      svg(
        make("svg:circle.rl-timer.rl-soon", {
          r: 9,
          pathLength: 100,
          "stroke-dasharray": "18 200",
          transform: "rotate(-90)",
        }),
      ),
    heartbeat: () => svg(make("svg:circle.rl-solid", { r: 4, fill: timeline.color(1) })),
    lost_message: () =>
      svg(
        make("svg:g.rl-message.rl-lost", {}, make("svg:path.rl-lost-cross", { d: "M-7 -7L7 7M-7 7L7 -7" })),
      ),
    granted: vote("granted"),
    travelling: vote("travelling"),
    refused: vote("refused", true),
    lost_vote: vote("lost"),
    gate: () => svg(make("svg:path.rl-gate", { d: "M0 -9V9" })),
    asking: () => svg(make("svg:path.rl-client-body", { d: figurePath(22) })),
    island: () => svg(make("svg:rect.rl-island", { x: -12, y: -9, width: 24, height: 18, rx: 6 })),
    wall: () => svg(make("svg:path.rl-wall", { d: "M0 -11V11" })),
    one_way: () =>
      svg(
        make("svg:path.rl-wall", { d: "M0 -11V11" }),
        make("svg:path.rl-passage", { d: "M-11 0H11L5 -5M11 0L5 5" }),
      ),
    odd: () => svg(make("svg:path.rl-odd-line", { d: "M-12 0H12" })),
  };
}

/** Samples of the messages of a kind with their names: one, or a positive and a negative one. */
function messageItems(kind, timeline) {
  const samples = [timeline.names[kind], timeline.says[kind]].some(Array.isArray) ? [ENTRIES, []] : [ENTRIES];
  return samples.map((value) => {
    const fields = Object.fromEntries(timeline.fields[kind].map((name) => [name, value]));
    const message = { kind, term: 1, fields, src: "", dst: "" };
    const { width } = messageSize(timeline.wordOn(message, {}), SMALL);
    const box = { viewBox: `${-width / 2 - 2} -12 ${width + 4} 24`, width: width + 4, height: 24 };
    const icon = make(
      "svg:svg",
      { ...box, "aria-hidden": "true" },
      messageShape(message, timeline, { font: SMALL }),
    );
    return item(icon, timeline.messageName(message));
  });
}
