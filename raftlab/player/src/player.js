/* The player: it shows a moment of a trace, and moves through time. */

import { Inspector, WhyPanel } from "./card.js";
import { button, make, reducedMotion, refill, set, setText } from "./dom.js";
import { EventList } from "./events.js";
import { CHOOSE, filled, isPossible } from "./hands.js";
import { KEY_NAMES, KEYS } from "./keys.js";
import { LogGrid, logKeys } from "./logs.js";
import { messageShape } from "./messages.js";
import { lieWords, MASK, sourceOf } from "./signs.js";
import { SpaceTime } from "./spacetime.js";
import { Stage } from "./stage.js";
import { EVENTS_PER_CHECKPOINT, goalsOf, Timeline } from "./trace.js";
import { legible, MARK_SIGNS, SPEEDS } from "./transport.js";
import { narrate, narrateTick } from "./words.js";

const OF_RAFT = ["RequestVote", "RequestVoteReply", "AppendEntries", "AppendEntriesReply"];

export class Player {
  /** options: show (words of the staging), kernel (what can change the run, or null), tick, height, part. */
  constructor(
    el,
    bundle,
    { show = ["everything"], kernel = null, tick = 0, height = null, part = false } = {},
  ) {
    this.el = el;
    this.kernel = kernel;
    this.show = show;
    this.part = part; // one of several under the controls of a Together
    this.speed = 5;
    this.playing = false;
    this.question = null;
    this.selected = null;
    this.knife = false;
    this.seen = {}; // branch -> the last tick that was looked at
    this.verbs = bundle.controls.filter(({ part }) => this.has(part)); // buttons and keys for what a person can do to the cluster
    this.build();
    if (height) this.stage.style.maxHeight = `${height}px`;
    this.load(bundle, tick);
  }

  /** Is this part of the player shown? A lesson shows only what it has introduced. */
  has(word) {
    return word !== undefined && (this.show.includes(word) || this.show.includes("everything"));
  }

  get canAct() {
    return this.kernel !== null && !this.timeline.recorded;
  }

  get branch() {
    return this.timeline.branch(this.timeline.current).resolve();
  }

  load(bundle, tick = 0, undone = false) {
    this.timeline = new Timeline(bundle);
    this.position = this.branch.endOfTick(tick);
    this.selected = null;
    this.question = null;
    this.seen = {};
    this.graph.build(this.timeline.nodes);
    this.fit();
    if (undone) this.tellLast(this.position.count);
    else this.open();
    this.draw();
    this.warmUp();
  }

  /** What depends on who plays: its name, and that nothing is offered which these nodes do not have. */
  fit() {
    const { title, words } = this.timeline;
    setText(this.title, title);
    this.root.setAttribute("aria-label", `Player: ${title}`);
    this.goals = goalsOf(this.timeline);
    if (this.part) return;
    this.goalChoice.replaceChildren(
      ...Object.entries(this.goals).map(([name, { label }]) => make("option", { value: name }, label)),
    );
    if (!this.kernel) return;
    for (const [control, each] of this.clusterButtons)
      each.hidden = !this.controls("cluster").includes(control);
    setText(
      this.asksWhom,
      words.leader
        ? "A client asks the leader (or the selected node): "
        : "A client asks the selected node: ",
    );
  }

  /** First of all: what the story is about. It has said so itself, or else its title does. */
  open() {
    const {
      branch,
      position: { tick, count },
    } = this;
    const stop = branch.findBack(count, ([, what]) => what === "stop");
    if (stop >= 0) return this.tell(stop, 0);
    const title = this.timeline.title.replace(/[^.?!]$/, "$&.");
    if (tick) return this.tellLast(count, `${title} `);
    return this.say(
      `${title} ${branch.events.length ? "Press Next event, or the right arrow key." : "Nothing happens here yet."}`,
    );
  }

  // -- What is on the page ------------------------------------------------------------------------------

  build() {
    this.graph = new Stage(this);
    /** @type {{draw(state: any): void}[]} */
    this.panels = [this.graph];
    const add = (word, Panel) => {
      if (!this.has(word)) return null;
      const panel = new Panel(this);
      this.panels.push(panel);
      return panel.el;
    };
    this.title = make("h2");
    this.clock = make("output.rl-clock");
    this.live = make("div.rl-hidden", { "aria-live": "polite", role: "status" });
    this.sentence = make("div.rl-sentence");
    this.because = make("div.rl-because");
    this.message = make("div.rl-error", { role: "alert", hidden: true });
    this.branchChoice = make("select", {
      "aria-label": "Branch",
      onchange: () => this.chooseBranch(Number(this.branchChoice.value)),
    });
    this.strip = make("div.rl-strip", { role: "group", "aria-label": "Safety properties" });
    this.why = new WhyPanel(this);
    this.panels.push(this.why);
    const logs = add("log", LogGrid);
    const spacetime = add("spacetime", SpaceTime);
    const events = add("events", EventList);
    // What can be done to a node stands in its inspector, so whatever can be done brings it along.
    const inspector = add(
      this.has("inspector") ? "inspector" : this.verbs.find(({ on }) => on !== "cluster")?.part,
      Inspector,
    );
    this.spacetimeEl = spacetime;
    this.legendEl = make("div.rl-legend", { "aria-label": "Legend" });
    const side = make("div.rl-side", {}, this.why.el, inspector || "", events || "");
    this.stage = make(
      "div.rl-stage",
      {},
      make("div.rl-main", {}, this.graph.el, this.legendEl, logs || "", spacetime || ""),
      side,
    );
    this.helpPanel = make("div.rl-panel.rl-help", { hidden: true, role: "region", "aria-label": "Keys" });
    const narration = make("div.rl-narration", {}, this.sentence, this.because);
    this.recordedNote = make("span.rl-chip.rl-recorded");
    const [transport, scrubber] = [this.transport(), this.scrubber()];
    this.root = this.part
      ? make("div.rl-player", { role: "group" }, this.graph.el, narration)
      : make(
          "div.rl-player",
          {
            tabindex: 0,
            role: "region",
            "data-lm-suppress-shortcuts": "true",
            onkeydown: (event) => this.key(event),
          },
          make(
            "div.rl-head",
            {},
            this.title,
            this.clock,
            this.recordedNote,
            this.has("branches") ? make("label.rl-small", {}, "branch ", this.branchChoice) : "",
            this.strip,
          ),
          transport,
          scrubber,
          narration,
          this.message,
          this.live,
          this.tools(),
          this.forms(),
          this.helpPanel,
          this.stage,
        );
    this.el.replaceChildren(this.root);
  }

  transport() {
    this.playButton = button("▶ play", "play or stop (space)", () => this.togglePlay());
    this.speedChoice = make(
      "select",
      { "aria-label": "Ticks a second", onchange: () => (this.speed = Number(this.speedChoice.value)) },
      ...SPEEDS.map((speed) =>
        make("option", { value: speed, selected: speed === this.speed }, `${speed} ticks/s`),
      ),
    );
    this.goalChoice = make("select", { "aria-label": "Run until" });
    return make(
      "div.rl-transport",
      {},
      button("⟨ tick", "one tick back (,)", () => this.step("lastTick")),
      button("⟨ back", "one event back (left arrow)", () => this.step("lastEvent")),
      button("Next event ⟩", "the next thing that happens (right arrow)", () => this.step("nextEvent"), {
        class: "rl-button rl-big",
      }),
      button("tick ⟩", "to the end of the next tick (.)", () => this.step("nextTick")),
      this.playButton,
      this.speedChoice,
      this.has("run_until")
        ? make(
            "span.rl-group",
            {},
            button("run until", "go on until this happens", () => this.runUntil(this.goalChoice.value)),
            this.goalChoice,
          )
        : "",
      this.has("spacetime")
        ? button("space-time", "show or hide the space-time diagram (v)", () => this.toggleSpacetime())
        : "",
      button("?", "keys", () => this.toggleHelp(), { "aria-label": "keys" }),
    );
  }

  scrubber() {
    this.range = make("input.rl-range", {
      type: "range",
      min: 0,
      value: 0,
      "aria-label": "Tick",
      oninput: () => this.goTick(Number(this.range.value)),
    });
    this.marks = make("div.rl-marks", { "aria-hidden": "true" });
    return make("div.rl-scrubber", {}, this.marks, this.range);
  }

  /** What changes the run as a whole; what changes a node, a link or a message stands in the inspector. */
  tools() {
    if (!this.kernel) return "";
    const item = (word, ...rest) => (this.has(word) ? button(...rest) : "");
    this.knifeButton = item(
      "partitions",
      "✂ draw a cut",
      "then draw a line across the links (x)",
      () => this.toggleKnife(),
      { "aria-pressed": "false" },
    );
    this.clusterButtons = this.verbs
      .filter(({ on }) => on === "cluster")
      .map((control) => [
        control,
        button(control.label, `${control.help} (${control.key})`, () => this.doControl(control)),
      ]);
    this.undoButton = button("undo", "take back what was done last (u)", () => this.undo());
    return (this.toolsEl = make(
      "div.rl-tools",
      {},
      ...this.clusterButtons.map(([, each]) => each),
      this.knifeButton,
      item("partitions", "pick groups", "split the network into groups (g)", () => this.toggleForm("groups")),
      item("client", "client …", "write a value, or read a key (w)", () => this.toggleForm("client")),
      this.undoButton,
    ));
  }

  forms() {
    this.groupsForm = make("form.rl-panel", {
      hidden: true,
      onsubmit: (event) => {
        event.preventDefault();
        this.partition();
      },
    });
    const key = make("input", { size: 6, value: "x", "aria-label": "key" });
    const value = make("input", { size: 8, value: "5", "aria-label": "value" });
    this.clientForm = make(
      "form.rl-panel",
      {
        hidden: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.askAsClient("write", [key.value, value.value]);
        },
      },
      (this.asksWhom = make("span")),
      key,
      " = ",
      value,
      " ",
      button("write", "write the value under the key", () =>
        this.askAsClient("write", [key.value, value.value]),
      ),
      " ",
      button("read", "read the key", () => this.askAsClient("read", [key.value])),
    );
    return make("div", {}, this.groupsForm, this.clientForm);
  }

  askAsClient(verb, args) {
    if (!/^[^=:?+]+$/.test(args[0].trim()))
      return this.fail("A key is a word of its own, without = : ? and +.");
    if (this.selected?.kind === "node") return this.act(verb, args, { node: this.selected.id });
    return this.timeline.words.leader ? this.act(verb, args) : this.fail(CHOOSE.node);
  }

  /** What the signs mean; of what the extensions bring, only what this run has. */
  legend() {
    const { seen, liars, kinds } = this.timeline;
    const others = kinds.filter((kind) => seen.has(kind) && !OF_RAFT.includes(kind));
    const { words } = this.timeline;
    const items = [];
    const icon = (words, ...shapes) =>
      items.push(
        make(
          "span.rl-legend-item",
          {},
          make(
            "svg:svg",
            { viewBox: "-13 -13 26 26", width: 24, height: 24, "aria-hidden": "true" },
            ...shapes,
          ),
          words,
        ),
      );
    const node = (role, ...more) =>
      make(
        `svg:g.rl-node.rl-${role}`,
        {},
        make("svg:circle.rl-body", { r: 9, fill: this.timeline.color(1) }),
        ...more,
      );
    icon(words.follower, node("follower"));
    if (words.candidate) icon(`? ${words.candidate}`, node("candidate"));
    if (words.leader) icon(`★ ${words.leader}`, node("leader", make("svg:circle.rl-ring", { r: 5.5 })));
    icon("crashed", node("crashed", make("svg:path.rl-strike", { d: "M-9 -9 L9 9 M-9 9 L9 -9" })));
    if (this.has("pause")) icon("‖ paused", node("paused"));
    if (Object.keys(liars).length)
      icon(
        "lies: breaks a rule",
        node("follower"),
        make("svg:path.rl-mask", { d: MASK, transform: "scale(0.32)" }),
      );
    const shape = (kind, fields) => messageShape({ kind, term: 1, fields, src: "", dst: "" }, this.timeline);
    if (this.has("messages") && (!others.length || OF_RAFT.some((kind) => seen.has(kind)))) {
      icon("vote request", shape("RequestVote", {}));
      icon(
        "vote, refusal",
        ...[
          ["+", -7],
          ["−", 7],
        ].map(([sign, x]) =>
          make(
            "svg:g.rl-message",
            { transform: `translate(${x} 0) scale(0.65)` },
            make("svg:circle.rl-hollow", { r: 8, stroke: this.timeline.color(1) }),
            make("svg:text", { y: 4 }, sign),
          ),
        ),
      );
      icon("heartbeat", shape("AppendEntries", { entries: [] }));
      if (this.has("log") || this.part) icon("append (entries)", shape("AppendEntries", { entries: [1] }));
      icon("reply", shape("AppendEntriesReply", { success: true }));
    }
    if (this.has("messages"))
      for (const kind of others)
        icon(
          kind === "RequestPreVoteReply"
            ? "would vote (−: would not)"
            : this.timeline.messageName({ kind, fields: {} }),
          shape(kind, { vote_granted: true }),
        );
    if (seen.has("odd"))
      icon(
        "link unlike the others",
        make("svg:g.rl-link.rl-odd", {}, make("svg:line", { x1: -12, x2: 12, y1: 0, y2: 0 })),
      );
    if (this.has("timers")) icon("time left", make("svg:path.rl-timer", { d: "M0 -10 A10 10 0 1 1 -10 0" }));
    if (this.has("votes") && words.leader)
      items.push(make("span.rl-legend-item", {}, "votes: ● granted  ◌ on the way  ⊗ refused  ○ lost"));
    if (this.has("log"))
      for (const [key, meaning] of logKeys(this.timeline))
        items.push(make("span.rl-legend-item", {}, key, meaning));
    if (words.term) items.push(make("span.rl-legend-item", {}, `each ${words.term} has its colour`));
    return items;
  }

  // -- Drawing -------------------------------------------------------------------------------------------

  draw() {
    const { branch, position } = this;
    this.seen[branch.id] = Math.max(this.seen[branch.id] || 0, position.tick);
    const state = { branch, position, world: branch.at(position.count), selected: this.selected };
    for (const panel of this.panels) panel.draw(state);
    refill(
      this.legendEl,
      `${[...this.timeline.seen].join()} ${Object.keys(this.timeline.liars).join()}`,
      () => this.legend(),
    );
    this.drawHead(state);
    this.drawScrubber(branch, position);
    if (this.kernel) this.drawUndo();
    this.kernel?.look(position.tick);
  }

  drawHead({ branch, position, world }) {
    this.recordedNote.hidden = !this.timeline.recorded;
    if (this.timeline.recorded)
      setText(set(this.recordedNote, { title: this.timeline.recorded }), "made by other rules");
    setText(this.clock, `tick ${position.tick} · ${position.tick * this.timeline.msPerTick} ms`);
    refill(
      this.branchChoice,
      [...this.timeline.branches.values()].map(({ id, name }) => `${id}${name}`).join() + branch.id,
      () =>
        [...this.timeline.branches.values()].map(({ id, name, parent }) =>
          make("option", { value: id, selected: id === branch.id }, parent === null ? name : `↳ ${name}`),
        ),
    );
    const shown = !this.timeline.words.leader
      ? [] // they are Raft's
      : this.has("properties")
        ? this.timeline.watched
        : this.has("safety_election")
          ? ["P1"]
          : [];
    refill(this.strip, shown.map((id) => `${id}${world.broken[id]?.count ?? ""}`).join() + branch.id, () =>
      shown.map((id) => {
        const { sentence } = this.timeline.rule(id);
        const name = sentence.split(":")[0];
        const broken = world.broken[id];
        return broken
          ? button(
              `✕ ${name}: broken since tick ${broken.tick}`,
              broken.sentence,
              () => this.go({ tick: broken.tick, count: broken.count }),
              { class: "rl-chip rl-broken" },
            )
          : make("span.rl-chip", { title: sentence }, `✓ ${name}`);
      }),
    );
  }

  drawScrubber(branch, position) {
    if (this.range.max !== String(branch.ticks)) this.range.max = branch.ticks;
    if (Number(this.range.value) !== position.tick) this.range.value = position.tick;
    set(this.range, { "aria-valuetext": `tick ${position.tick} of ${branch.ticks}` });
    const forks = this.timeline.children(branch.id).map((child) => child.fork.tick);
    refill(this.marks, [branch.id, branch.ticks, branch.events.length, ...forks].join(), () => {
      const marks = [...branch.marks, ...forks.map((tick) => ({ tick, kind: "fork" }))];
      return legible(marks, branch.ticks).map(({ tick, kind, event, also }) =>
        make(
          `span.rl-mark.rl-mark-${kind}`,
          {
            style: `left:${(tick / Math.max(1, branch.ticks)) * 100}%`,
            title: [
              ...new Set(
                [[tick, kind], ...also].map(
                  ([when, what]) => `tick ${when}: ${MARK_SIGNS[what][1] || this.goals.committed.label}`,
                ),
              ),
            ].join("\n"),
            onclick: () => this.go(event === undefined ? branch.endOfTick(tick) : branch.afterEvent(event)),
          },
          MARK_SIGNS[kind][0],
        ),
      );
    });
  }

  /** Fold the whole branch while nobody waits for it, so that scrubbing to its end never does. */
  warmUp() {
    const { branch } = this;
    const idle = window.requestIdleCallback || ((task) => setTimeout(task, 50));
    const some = () => {
      const done = branch.checkpoints.length * EVENTS_PER_CHECKPOINT;
      if (done >= branch.events.length || !this.root.isConnected) return;
      branch.at(Math.min(branch.events.length, done + 1000));
      idle(some);
    };
    idle(some);
  }

  // -- Moving through time --------------------------------------------------------------------------------

  /** Show a moment, and tell the event that led to it (or `about`). */
  go(position, about = position.count - 1) {
    this.position = position;
    this.tell(Math.min(about, position.count - 1), 0);
    this.draw();
  }

  goTick(tick) {
    this.stop();
    const position = this.branch.endOfTick(tick);
    this.position = position;
    this.tellLast(position.count);
    this.draw();
  }

  step(way) {
    this.stop();
    const { branch, position } = this;
    const next = branch[way](position);
    if (next.tick === position.tick && next.count === position.count) this.atTheEnd(way);
    this.position = next;
    if (way === "nextEvent" || way === "lastEvent") this.tell(next.count - 1, 0);
    else if (next.count > position.count) {
      const { index, more } = narrateTick(branch, position.count, next.count);
      this.tell(index, more);
    } else if (way === "nextTick") this.say("Nothing happens in this tick; the timers run.");
    else this.tellLast(next.count);
    this.draw();
  }

  atTheEnd(way) {
    if (way.startsWith("next") && this.canAct) this.simulateMore();
  }

  tellLast(count, before = "") {
    for (let index = count - 1; index >= Math.max(0, count - 60); index--) {
      if (narrate(this.branch, index).weight > 2)
        return this.tell(
          index,
          0,
          `${before}${this.branch.tickOf(index) === this.position.tick ? "" : `Last, at tick ${this.branch.tickOf(index)}: `}`,
        );
    }
    return this.tell(count - 1, 0, before);
  }

  tell(index, more, before = "") {
    if (index < 0)
      return this.say(
        `${before}The beginning${this.timeline.words.leader ? ": every node is a follower and waits" : ""}.`,
      );
    const { text, rules, weight } = narrate(this.branch, index);
    const rest = more ? ` (and ${more} more in this tick)` : "";
    return this.say(before + text + rest, weight > 1 ? rules : []); // where nothing is new, a rule would only puzzle
  }

  say(text, rules = []) {
    setText(this.sentence, text);
    const told = rules.slice(0, 2).map((id) => {
      const { sentence, section } = this.timeline.rule(id);
      return [id, `${text.includes(sentence) ? "" : sentence} ${sourceOf(section)}`.trim()];
    });
    refill(this.because, told.join(), () =>
      told.map(([id, words]) => make("span.rl-rule", { title: id }, words)),
    );
    if (!this.playing) setText(this.live, text);
  }

  togglePlay() {
    if (this.playing) this.stop();
    else this.play();
  }

  play() {
    if (this.playing) return;
    this.playing = true;
    setText(this.playButton, "❚❚ stop");
    this.time = this.position.tick;
    this.spoken = performance.now();
    let before = performance.now();
    const round = (this.round = {}); // a frame that was asked for before the last stop is none of this playing
    const frame = (now) => {
      if (!this.playing || this.round !== round || !this.root.isConnected) return;
      this.advance(Math.min(0.25, (now - before) / 1000));
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  stop() {
    this.playing = false;
    setText(this.playButton, "▶ play");
  }

  /** One frame of playing: whole ticks change the picture, parts of a tick only move messages and timers. */
  advance(seconds) {
    const { branch } = this;
    this.time = Math.min(this.time + seconds * this.speed, branch.ticks);
    const tick = Math.floor(this.time);
    if (tick > this.position.tick) this.playTo(branch, tick);
    if (!this.playing) return;
    if (!reducedMotion()) this.graph.move(this.time);
    if (this.canAct && branch.ticks - this.time < this.speed * 3) this.simulateMore();
    if (this.time >= branch.ticks && !this.waiting) this.stop();
  }

  playTo(branch, tick) {
    const from = this.position.count;
    const next = branch.endOfTick(tick);
    const halt = branch.find(from, ([, what]) => what === "stop");
    if (halt >= 0 && halt < next.count) {
      this.stop();
      this.go(branch.afterEvent(halt));
      return;
    }
    this.position = next;
    const { index, more } = narrateTick(branch, from, next.count);
    if (index >= 0 && narrate(branch, index).weight > 2) this.tell(index, more);
    this.draw();
    if (performance.now() - this.spoken > 4000) {
      this.spoken = performance.now();
      setText(this.live, this.sentence.textContent);
    }
  }

  /** Jump to the next event that a goal asks for; the kernel simulates on if the trace has none. */
  async runUntil(goal) {
    this.stop();
    let from = this.position.count;
    for (let round = 0; round < 5; round++) {
      const { branch } = this;
      const event = branch.find(from, this.goals[goal].found);
      if (event >= 0) return this.go(branch.afterEvent(event));
      from = branch.events.length;
      if (!this.canAct || !(await this.simulateMore(500))) break;
    }
    return this.fail(`Not within ${this.branch.ticks} ticks: ${this.goals[goal].label}.`);
  }

  // -- Choosing, asking, doing ---------------------------------------------------------------------------------

  select(selected) {
    const same = JSON.stringify(selected) === JSON.stringify(this.selected);
    this.selected = same ? null : selected;
    if (selected?.kind === "node" && !same)
      setText(
        this.live,
        `${selected.id}: ${this.timeline.called(this.branch.at(this.position.count).views[selected.id])}${lieWords(this.timeline, selected.id)} selected`,
      );
    this.draw();
  }

  ask(node, what, index = null) {
    this.question = node ? { node, what, index } : null;
    this.draw();
    if (node) setText(this.live, this.why.el.querySelector("strong")?.textContent || "");
  }

  chooseBranch(id) {
    this.stop();
    this.timeline.current = id;
    this.send({ select: id });
    this.go(this.branch.endOfTick(Math.min(this.position.tick, this.branch.ticks)));
  }

  cutAcross(pairs) {
    this.toggleKnife(false);
    if (!pairs.length)
      return this.fail("That line crosses no link. Draw it from one side of some nodes to the other.");
    const groups = this.sides(pairs);
    if (groups.length > 1) return this.act("partition", groups);
    return pairs.reduce((before, [a, b]) => before.then(() => this.act("cut", [a, b])), Promise.resolve());
  }

  /** The groups of nodes that are still joined without these links. */
  sides(pairs) {
    const cut = new Set(pairs.map(([a, b]) => `${a}>${b}`));
    const joined = (a, b) => !cut.has(`${a}>${b}`) && !cut.has(`${b}>${a}`);
    const left = new Set(this.timeline.nodes);
    const groups = [];
    while (left.size) {
      const group = [[...left][0]];
      left.delete(group[0]);
      for (const node of group)
        for (const other of [...left])
          if (joined(node, other)) {
            group.push(other);
            left.delete(other);
          }
      groups.push(group.sort());
    }
    return groups;
  }

  toggleKnife(on = !this.knife) {
    this.knife = on;
    this.root.classList.toggle("rl-cutting", on);
    this.knifeButton?.setAttribute?.("aria-pressed", String(on));
    if (on) this.say("Draw a line across the links that you want to cut.");
  }

  toggleForm(name) {
    const form = name === "groups" ? this.groupsForm : this.clientForm;
    form.hidden = !form.hidden;
    if (name === "groups" && !form.hidden) {
      const half = Math.ceil(this.timeline.nodes.length / 2);
      const choice = (node, i) =>
        make(
          "label",
          {},
          ` ${node} `,
          make(
            "select",
            { name: node, "aria-label": `group of ${node}` },
            ...[1, 2, 3, 4].map((group) =>
              make("option", { value: group, selected: group === (i < half ? 1 : 2) }, String(group)),
            ),
          ),
        );
      form.replaceChildren(
        "Groups (only those of one group hear each other): ",
        ...this.timeline.nodes.map(choice),
        " ",
        make("button.rl-button", { type: "submit" }, "split"),
      );
    }
    if (!form.hidden) form.querySelector("select, input")?.focus();
  }

  partition() {
    const groups = {};
    for (const choice of this.groupsForm.querySelectorAll("select"))
      (groups[choice.value] ||= []).push(choice.name);
    if (Object.keys(groups).length < 2)
      return this.fail("All nodes are in one group: that splits nothing. Put some of them into another.");
    this.groupsForm.hidden = true;
    this.root.focus();
    return this.act("partition", Object.values(groups));
  }

  /** Choose nothing, and close what is open. */
  close() {
    this.toggleKnife(false);
    for (const panel of [this.helpPanel, this.groupsForm, this.clientForm]) panel.hidden = true;
    this.question = null;
    this.select(null);
  }

  toggleSpacetime() {
    if (this.spacetimeEl) this.spacetimeEl.hidden = !this.spacetimeEl.hidden;
  }

  toggleHelp() {
    this.helpPanel.hidden = !this.helpPanel.hidden;
    if (this.helpPanel.hidden) return;
    const usable = KEYS.filter((key) => this.offers(key) && (!key[4] || this.canAct));
    if (this.canAct)
      usable.push(
        ...this.controls()
          .filter(({ key, help }) => key && help)
          .map(({ key, help }) => [[key], help]),
      );
    this.helpPanel.replaceChildren(
      make("h3", {}, "Keys (while the player has the focus)"),
      make(
        "dl",
        {},
        ...usable.flatMap(([keys, what]) => [
          make("dt", {}, ...keys.map((key) => make("kbd", {}, KEY_NAMES[key] || key))),
          make("dd", {}, typeof what === "string" ? what : what(this)),
        ]),
      ),
    );
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName) && event.target !== this.range) {
      if (event.key === "Escape") this.root.focus();
      if (event.key === "Enter" && event.target.tagName === "SELECT") event.target.form?.requestSubmit();
      return;
    }
    if ([" ", "Enter"].includes(event.key) && event.target.tagName === "BUTTON") return;
    const found = KEYS.find((key) => key[0].includes(event.key) && this.offers(key));
    const verbs = this.controls().filter(({ key }) => key === event.key);
    const number = Number(event.key);
    if ((found?.[4] || verbs.length) && !this.canAct) this.fail(this.timeline.recorded || ONLY_PLAYS);
    else if (found) found[2](this);
    else if (verbs.length) this.pressVerb(verbs);
    else if (number >= 1 && number <= this.timeline.nodes.length)
      this.select({ kind: "node", id: this.timeline.nodes[number - 1] });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Is a key of any use in this lesson, and with these nodes?
   * @param {any[]} key */
  offers([, , , word, , needs]) {
    return (!word || this.has(word)) && (!needs || needs in this.timeline.words);
  }

  /** The controls of the verbs that this lesson offers and that these nodes know, for one kind of thing or for all. */
  controls(on = null) {
    const { words } = this.timeline;
    return this.verbs.filter(
      (control) => (!on || control.on === on) && (words.leader || !control.arguments.includes("leader")),
    );
  }

  doControl(control, chosen = {}) {
    return this.act(
      control.verb,
      control.arguments.map((each) => filled(each, chosen)),
    );
  }

  /** A key of one verb, or of several (pause and resume): the one that is possible now; if none is, the kernel says why. */
  pressVerb(controls) {
    const [{ on }] = controls;
    const { kind, id, index } = this.selected || {};
    if (on !== "cluster" && kind !== on) return this.fail(CHOOSE[on]);
    const [a, b] = kind === "link" ? id.split(">") : [];
    const { status, role } = kind === "node" ? this.branch.at(this.position.count).views[id] : {};
    const state = kind === "message" ? this.branch.fate(id, this.position.count) : status;
    return this.doControl(controls.find((control) => isPossible(control, state, role)) || controls[0], {
      node: id,
      index,
      message: id,
      a,
      b,
    });
  }

  nextMessage(step) {
    const flying = [...this.branch.at(this.position.count).flying];
    if (!flying.length) return this.fail("No message is on its way now.");
    const at = this.selected?.kind === "message" ? flying.indexOf(this.selected.id) : -1;
    return this.select({ kind: "message", id: flying[(at + step + flying.length) % flying.length] });
  }

  nextLink() {
    const pairs = this.graph.pairs.map(([a, b]) => `${a}>${b}`);
    if (!pairs.length) return this.fail("A single node has no links.");
    const at = this.selected?.kind === "link" ? pairs.indexOf(this.selected.id) : -1;
    return this.select({ kind: "link", id: pairs[(at + 1) % pairs.length] });
  }

  askAboutSelected() {
    if (this.selected?.kind === "node") return this.ask(this.selected.id, "leader");
    if (this.selected?.kind === "entry" && this.timeline.words.committed)
      return this.ask(this.selected.id, "committed", this.selected.index);
    return this.fail(
      this.timeline.words.committed
        ? "Choose a node or an entry first."
        : "There is nothing to ask about that.",
    );
  }

  nextBranch() {
    const ids = [...this.timeline.branches.keys()];
    this.chooseBranch(ids[(ids.indexOf(this.timeline.current) + 1) % ids.length]);
  }

  changeSpeed(by) {
    const at = Math.max(0, Math.min(SPEEDS.length - 1, SPEEDS.indexOf(this.speed) + by));
    this.speed = SPEEDS[at];
    this.speedChoice.value = this.speed;
  }

  // == 9. The kernel ====================================================================================

  fail(sentence) {
    this.message.hidden = false;
    setText(this.message, sentence);
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => (this.message.hidden = true), 8000);
  }

  /** Do something to the cluster where we look; resolves once the kernel has answered. */
  act(verb, args = [], kwargs = {}) {
    this.stop();
    if (!this.canAct) return this.fail(this.timeline.recorded || ONLY_PLAYS);
    const { branch, position } = this;
    return this.send({
      do: verb,
      args,
      kwargs,
      branch: branch.id,
      tick: position.tick,
      seen: this.seen[branch.id] || 0,
    });
  }

  undo() {
    this.stop();
    return this.kernel.canUndo ? this.send({ undo: true }) : this.fail("There is nothing to undo.");
  }

  /** Offered where there is something to take back; it keeps its place beside other tools, so that nothing jumps. */
  drawUndo() {
    set(this.undoButton, { "aria-disabled": !this.kernel.canUndo });
    this.toolsEl.hidden =
      !this.kernel.canUndo &&
      [...this.toolsEl.children].every((each) => each === this.undoButton || each.hidden);
  }

  whatIf(message) {
    return this.send({ what_if: message, branch: this.branch.id });
  }

  simulateMore(ticks = 200) {
    if (this.waiting) return this.waiting;
    this.waiting = this.send({ more: this.branch.id, until: this.branch.ticks + ticks }).finally(
      () => (this.waiting = null),
    );
    return this.waiting;
  }

  send(request) {
    if (!this.kernel) return Promise.resolve(false);
    return this.kernel.ask(request).then(
      (answer) => this.receive(answer),
      (problem) => {
        this.fail(problem.message);
        return false;
      },
    );
  }

  /** What the kernel says; also unasked, when somebody calls a method in a cell. */
  receive(answer) {
    if (answer.error) {
      this.fail(answer.error);
      return false;
    }
    this.message.hidden = true;
    if (answer.bundle) this.load(answer.bundle, answer.tick ?? 0, answer.undone);
    if (answer.append) this.timeline.branch(answer.append.id)?.append(answer.append);
    if (answer.branch) this.timeline.add(answer.branch);
    if (answer.drop) for (const id of answer.drop) this.timeline.branches.delete(id);
    if (answer.current !== undefined) this.timeline.current = answer.current;
    if (answer.ask) this.ask(...answer.ask);
    if (answer.go) this.obey(answer.go);
    if (answer.tick !== undefined && !answer.bundle) {
      this.seen[this.branch.id] = answer.branch ? answer.tick : this.seen[this.branch.id];
      this.stop();
      this.go(this.branch.endOfTick(answer.tick));
    } else this.draw();
    return true;
  }

  obey(go) {
    const ways = { next_event: "nextEvent", tick: "nextTick", back: "lastEvent", back_tick: "lastTick" };
    if (typeof go === "object") this.goTick(go.tick);
    else if (go === "play") this.play();
    else if (go === "pause") this.stop();
    else if (ways[go]) this.step(ways[go]);
  }
}

const ONLY_PLAYS = "This page plays what was recorded. To change what happens, open it in a Lab.";
