/* The panel behind ⋯: links to the legend, the events and the keys, actions on the whole run, and forms. */

import { button, heading, make, refill, setText } from "./dom.js";
import { groupsOf } from "./groups.js";
import { menuItem } from "./menu.js";
import { ownVerbs, verbsFor } from "./verbs.js";
import { inPlaces } from "./words.js";

const GROUPS = [1, 2, 3, 4];
const TITLES = {
  run: "Another run",
  network: "The network",
  client: "A client asks",
  groups: "Split into groups",
  files: "Save and load",
  python: "This run as Python",
};

/** The panel behind ⋯: it shows a list, or one of its forms. */
export class Settings {
  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    /** @type {"drawer"} */
    this.place = "drawer";
    this.body = make("div");
    this.el = make(
      "div.rl-settings",
      { role: "dialog", "aria-label": "More" },
      heading("More", () => player.closeLayer()),
      this.body,
    );
    /** @type {string | null} */
    this.form = null; // the form that is shown instead of the list
  }

  opened(form = null) {
    if (form) this.showForm(form);
    else this.showList();
  }

  /** Draw again if the possible actions have changed since it was opened. */
  draw() {
    if (this.player.layer.shown === this && !this.form) this.fillList();
  }

  // -- The list ----------------------------------------------------------------------------------------------------

  showList() {
    this.form = null;
    this.setTitle("More");
    this.fillList();
  }

  fillList() {
    const { player } = this;
    const open = (part) => () => player.layer.open(part);
    const does = player.canAct
      ? [...ownVerbs(player), ...verbsFor(player, { kind: "cluster" })].filter(({ label }) => label)
      : [];
    const forms = Object.entries(this.forms()).filter(([, { is, title }]) => is && title);
    const ways = [
      { label: "what the signs mean", key: "", do: open(player.legend) },
      player.drawer && { label: "events", key: "E", do: open(player.drawer) },
      { label: "keys", key: "?", do: open(player.help) },
      player.has("spacetime") && {
        label: "space and time",
        key: "v",
        do: () => player.beside.toggle("spacetime"),
        pressed: Boolean(player.beside.arrangement?.shown.includes("spacetime")),
      },
      player.has("messages") && {
        label: "draw every heartbeat",
        key: "",
        do: () => this.toggleHeartbeats(),
        pressed: player.heartbeats,
      },
      {
        label: "times in ticks",
        key: "",
        do: () => player.showTicks(!player.timeline.inTicks),
        pressed: player.timeline.inTicks,
      },
    ].flatMap((way) => way || []);
    const signature = JSON.stringify([
      ways.map(({ label, pressed }) => [label, pressed]),
      does.map(({ label, possible }) => [label, possible]),
      forms.length,
    ]);
    const focused = document.activeElement;
    const at = focused && this.body.contains(focused) ? focused.textContent : null;
    refill(this.body, signature, () => [
      make(
        "div.rl-settings-list",
        {},
        ...forms.map(([name, { title }]) =>
          this.item({ label: `${title} …`, key: "", do: () => this.showForm(name) }),
        ),
        ...(does.length ? [make("h4", {}, "Do"), ...does.map((verb) => this.item(verb))] : []),
        ...(does.length + forms.length ? [make("h4", {}, "See")] : []),
        ...ways.map((way) => this.item(way)),
      ),
    ]);
    // The new element of the item that was pressed gets the focus back.
    if (at && !focused?.isConnected)
      [...this.body.querySelectorAll("button")].find(({ textContent }) => textContent === at)?.focus();
  }

  /** @param {{label?: string, key: string, do: () => any, possible?: boolean, pressed?: boolean}} way */
  item({ label = "", key, do: act, possible = true, pressed }) {
    return menuItem(label, key, act, {
      "aria-disabled": possible ? null : "true",
      "aria-pressed": pressed === undefined ? null : String(pressed),
    });
  }

  toggleHeartbeats() {
    this.player.heartbeats = !this.player.heartbeats;
    this.player.draw();
  }

  setTitle(title) {
    this.el.querySelector("h3").textContent = title;
    this.el.setAttribute("aria-label", title);
  }

  // -- Forms -------------------------------------------------------------------------------------------------------

  /** All forms: whether this Lab offers them, their labels in the list (two have keys and verbs of their own), and their content. */
  forms() {
    const { player } = this;
    const has = (...words) => player.canAct && words.some((word) => player.has(word));
    return {
      run: { is: has("story", "nodes", "preset", "seed"), title: "another run", fill: () => this.runForm() },
      network: { is: has("network"), title: "network", fill: () => this.networkForm() },
      client: { is: has("client"), title: "", fill: () => this.clientForm() },
      groups: { is: has("partitions"), title: "", fill: () => this.groupsForm() },
      files: { is: has("save"), title: "save and load", fill: () => this.filesForm() },
      python: { is: has("save"), title: "show as Python", fill: () => this.pythonForm() },
    };
  }

  /** Open a form, or close it if it is open. */
  toggleForm(name) {
    const { layer } = this.player;
    if (layer.shown === this && this.form === name) layer.close();
    else layer.open(this, name);
  }

  showForm(name) {
    this.form = name;
    this.setTitle(TITLES[name]);
    const back = button("‹ more", "back to the list", () => this.showList(), { class: "rl-button rl-plain" });
    delete this.body.dataset.shows;
    this.body.replaceChildren(back, this.forms()[name].fill());
    /** @type {HTMLElement} */ (this.body.querySelector("input, select, textarea"))?.focus();
  }

  /** A form of labelled fields. Enter presses the last button.
   * @param {(form: HTMLFormElement) => any} does
   * @param {...any} parts
   */
  formOf(does, ...parts) {
    const form = /** @type {HTMLFormElement} */ (
      make(
        "form.rl-form",
        {
          onsubmit: (event) => {
            event.preventDefault();
            does(form);
          },
        },
        ...parts,
      )
    );
    return form;
  }

  /** The form of the run: story, nodes, timing, seed. */
  runForm() {
    const { player } = this;
    const { stories, presets } = player.kernel.choices;
    const now = player.timeline.branches.values().next().value.data.story;
    const isOwn = !stories.some(({ name }) => name === now.name);
    const field = {
      story: chooser(
        "story",
        [
          ...(isOwn ? [[now.name, now.title]] : []),
          ...stories.map(({ name, title, topic }) => [name, title, topic]),
        ],
        now.name,
      ),
      nodes: input("nodes", now.nodes, "numeric"),
      preset: chooser("preset", presets, now.preset),
      seed: input("seed", now.seed, "numeric"),
    };
    const own = () => stories.find(({ name }) => name === field.story.value && name !== now.name) || now;
    field.story.addEventListener("change", () => {
      for (const name of ["nodes", "preset", "seed"]) field[name].value = own()[name];
    });
    const labels = { story: "Story", nodes: "Nodes", preset: "Timing", seed: "Seed" };
    const shown = Object.keys(labels).filter((name) => player.has(name));
    const { sayings, branches } = player.timeline;
    const warning = make("p.rl-hint", { "aria-live": "polite" });
    const warn = () => {
      const isFree = typed(field.nodes) !== own().nodes;
      const lost = branches.size > 1 ? sayings.branches_go : "";
      setText(warning, [isFree ? sayings.free_run : "", lost].filter(Boolean).join(" "));
    };
    for (const each of Object.values(field))
      for (const kind of ["input", "change"]) each.addEventListener(kind, warn);
    warn();
    return this.formOf(
      async () => {
        const given = shown.map((name) => [name, name === "story" ? field.story.value : typed(field[name])]);
        const changed = given.filter(([name, value]) =>
          name === "story" ? value !== now.name : value !== own()[name],
        );
        if (!(await player.send({ settings: Object.fromEntries(changed) }))) return;
        player.closeLayer();
        player.note(sayings.begun_anew);
      },
      ...shown.map((name) => labelled(labels[name], field[name])),
      warning,
      submit("begin anew"),
    );
  }

  networkForm() {
    const { player } = this;
    const { delay, loss, duplication } = player.branch.at(player.position.count).network;
    const { inTicks, msPerTick } = player.timeline;
    const unit = inTicks ? 1 : msPerTick;
    const fields = [
      input("from", delay[0] * unit, "numeric"),
      input("to", delay[1] * unit, "numeric"),
      input("loss", loss, "decimal"),
      input("duplication", duplication, "decimal"),
    ];
    return this.formOf(
      async () => {
        const [from, to, lost, twice] = fields.map(typed);
        const delays = [from, to].map((time) => (typeof time === "number" ? time / unit : time));
        const fault = faultOf(delays, player.timeline, player.kernel.choices.most_delay);
        if (fault) return player.fail(fault);
        if (await player.act("set_network", [delays, lost, twice])) player.closeLayer();
        return undefined;
      },
      labelled(`Delay from (${inTicks ? "ticks" : "ms"})`, fields[0]),
      labelled("to", fields[1]),
      labelled("Loss (0 to 1)", fields[2]),
      labelled("Duplication (0 to 1)", fields[3]),
      submit("change it from here on"),
    );
  }

  clientForm() {
    const { player } = this;
    const [key, value] = [input("key", "x"), input("value", "5")];
    const node = player.selected?.kind === "node" ? player.selected.id : null;
    const whom = node ?? (player.timeline.words.leader ? `the ${player.timeline.words.leader}` : null);
    const ask = (verb, args) => this.askAsClient(verb, args, node);
    return this.formOf(
      () => ask("write", [key.value, value.value]),
      make("p.rl-hint", {}, whom ? `It asks ${whom}.` : player.timeline.sayings.choose_node),
      labelled("key", key),
      labelled("value", value),
      make(
        "div.rl-buttons",
        {},
        submit("write"),
        button("read", "read the key", () => ask("read", [key.value])),
      ),
    );
  }

  async askAsClient(verb, args, node) {
    const { player } = this;
    if (!/^[^=:?+]+$/.test(args[0].trim())) return player.fail(player.timeline.sayings.bad_key);
    if (!node && !player.timeline.words.leader) return player.fail(player.timeline.sayings.choose_node);
    if (await player.act(verb, args, node ? { node } : {})) player.closeLayer();
    return undefined;
  }

  groupsForm() {
    const { branch, position, timeline } = this.player;
    const { nodes, sayings } = timeline;
    const half = Math.ceil(nodes.length / 2);
    const present = groupsOf(nodes, branch.at(position.count).network.down);
    const groups = present.length > 1 ? present : [nodes.slice(0, half), nodes.slice(half)];
    const choices = nodes.map((node) =>
      chooser(
        node,
        GROUPS.map((group) => [group, String(group)]),
        Math.min(1 + groups.findIndex((group) => group.includes(node)), GROUPS.length),
        `group of ${node}`,
      ),
    );
    return this.formOf(
      () => this.partition(choices),
      make("p.rl-hint", {}, sayings.groups),
      make("div.rl-groups", {}, ...nodes.map((node, i) => labelled(node, choices[i]))),
      submit("split"),
    );
  }

  partition(choices) {
    const { player } = this;
    const groups = {};
    for (const { name, value } of choices) (groups[value] ||= []).push(name);
    if (Object.keys(groups).length < 2) return player.fail(player.timeline.sayings.one_group);
    player.closeLayer();
    return player.act("partition", Object.values(groups));
  }

  filesForm() {
    const { player } = this;
    const name = input("file", "raftlab-trace");
    const ask = (word) => async () => {
      if ((await player.send({ [word]: name.value })) && word === "load") player.closeLayer();
    };
    return this.formOf(
      ask("save"),
      labelled("File", name),
      make(
        "div.rl-buttons",
        {},
        submit("save"),
        button("load", "show what was saved under this name", ask("load")),
        button("save page", "one HTML file that plays without a kernel", ask("save_page")),
      ),
      make("p.rl-hint", {}, "Files are in the folder of this notebook."),
    );
  }

  pythonForm() {
    const text = make("textarea", { readonly: true, rows: 12, spellcheck: "false", "aria-label": "Python" });
    const { player } = this;
    player.kernel.ask({ as_python: true }).then(
      ({ python, error }) => (text.value = python ?? error),
      (problem) => player.fail(problem.message),
    );
    return this.formOf(
      () => {
        text.select();
        navigator.clipboard?.writeText(text.value).then(
          () => player.saying.note("Copied."),
          (refusal) => player.fail(refusal.message),
        );
      },
      text,
      submit("copy"),
    );
  }
}

/** A field with its label. The chosen option must not become part of its accessible name. */
function labelled(label, field) {
  if (!field.hasAttribute("aria-label")) field.setAttribute("aria-label", label);
  return make("label", {}, make("span", {}, label), field);
}

/** What is wrong with a delay, in the unit in which it was typed; "" if nothing is, or if it is not a number, which the kernel reports.
 * @param {any[]} delays  the shortest and the longest, in ticks
 * @param {import("./trace.js").Timeline} timeline
 * @param {number} most  ticks */
export function faultOf(delays, timeline, most) {
  const { sayings } = timeline;
  if (delays.some((ticks) => typeof ticks !== "number")) return "";
  const said = (ticks) => timeline.span([ticks]);
  for (const ticks of delays) {
    const told = (id, unit) => inPlaces(sayings[id], { unit: said(unit), time: said(ticks) });
    if (ticks <= 0) return told("delay_least", 1);
    if (ticks > most) return told("delay_most", most);
    if (!Number.isInteger(ticks)) return told("delay_step", 1);
  }
  const [from, to] = delays;
  return from > to ? inPlaces(sayings.delay_order, { from: said(from), to: said(to) }) : "";
}

const submit = (label) => make("button.rl-button", { type: "submit" }, label);

const input = (name, value, mode = "text") =>
  /** @type {HTMLInputElement} */ (
    make("input", { name, value, inputmode: mode, autocomplete: "off", spellcheck: "false" })
  );

/** Options as [value, text, group], in their groups; those without a group come first.
 * @param {any[][]} options @returns {[string, any[][]][]} */
function inGroups(options) {
  /** @type {Map<string, any[][]>} */
  const groups = new Map([["", []]]);
  for (const option of options) {
    const [, , group = ""] = option;
    groups.set(group, [...(groups.get(group) || []), option]);
  }
  return [...groups];
}

const chooser = (name, options, chosen, label = /** @type {string | null} */ (null)) =>
  /** @type {HTMLSelectElement} */ (
    make(
      "select",
      { name, "aria-label": label },
      ...inGroups(options).flatMap(([group, some]) => {
        const all = some.map(([value, text]) => make("option", { value, selected: value === chosen }, text));
        return group ? [make("optgroup", { label: group }, ...all)] : all;
      }),
    )
  );

/** What was typed: a number, if it is one; otherwise the text, about which the kernel says what would be right. */
function typed({ value }) {
  const text = value.trim();
  return text && Number.isFinite(Number(text)) ? Number(text) : text;
}
