/* The logs: a row for each node, and on top a row of the entries that are committed as a fact. Elements are kept, and changed only where they differ. */

import { make, onSize, refill, set, setText } from "./dom.js";
import { agreedWithFacts, factsAt, isSame, lastFact, UNKNOWN } from "./facts.js";
import { LOG_FONTS, logHeight, logRoom, wantedLogHeight } from "./logroom.js";
import { askedOf } from "./quiz.js";
import { seenBy, viewsSeen } from "./sight.js";
import { lieWords, signOf, stateOf } from "./signs.js";
import { inPlaces, short } from "./words.js";

const MOST_LETTERS = [12, 6]; // the most letters of a command in its cell, with much and with little room; the tooltip has all of it

const LONG = 6; // letters: a longer label stands in more than one line

const FIRST_MOMENTS = 3; // at the first so many moments with marks, the marks are explained even if there is little room

const ODD = ["conflict", "claimed", "asked"]; // states of an entry that have a sign of their own

const NEWEST = 40; // entries of a log whose width the cells follow

const LEAP = 40; // with more events between two drawings, changes are not animated
const WATCHED = 10; // ticks per second: at higher speeds, entries are not animated

const BESIDE_VIEW = 4; // columns that are kept ready on each side while the open logs are scrolled

/** One row: its name, and its cells by their index. */
class LogRow {
  constructor(kind) {
    this.name = make("span.rl-log-name", { role: kind === "index" ? "cell" : "rowheader" });
    this.cells = new Map();
    this.cell = 0; // the width of a cell, in pixels
    this.end = 0; // the length of the strip up to the end of the view, in pixels
    this.strip = make("div.rl-log-strip", { role: "presentation" });
    const window = make("div.rl-log-cells", { role: "presentation" }, this.strip);
    this.el = make(`div.rl-log-row.rl-log-row-${kind}`, { role: "row" }, this.name, window);
  }

  /** Move the whole strip, so that this index is the first in view: no cell is laid out or painted again.
   * @param {number} first
   * @param {number} cell  how wide one is
   * @param {number} view  how much of the strip is seen */
  begin(first, cell, view) {
    this.cell = cell;
    this.end = (first - 1) * cell + view;
    const transform = `translateX(${(1 - first) * cell}px)`;
    if (this.strip.style.transform !== transform) this.strip.style.transform = transform;
  }

  /** Cut the last cell in view if it does not fit. */
  narrow({ el }, index) {
    const room = this.end - (index - 1) * this.cell;
    const most = room < this.cell ? `${room}px` : "";
    if (el.style.maxWidth !== most) el.style.maxWidth = most;
  }

  /** Show these cells, [index, what it shows, how it is filled] each; the others go. */
  show(cells) {
    const wanted = new Set(cells.map(([index]) => index));
    for (const [index, { el }] of this.cells)
      if (!wanted.has(index)) {
        el.remove();
        this.cells.delete(index);
      }
    for (const [index, shows, fill] of cells) {
      let cell = this.cells.get(index);
      if (!cell) {
        cell = {
          el: make("div.rl-log-cell", { role: "cell", style: `--at:${index}` }),
          shows: null,
          button: null,
        };
        this.cells.set(index, cell);
        const after = [...this.cells.keys()].filter((each) => each > index); // screen readers read cells in the order of the elements
        if (after.length) this.cells.get(Math.min(...after)).el.before(cell.el);
        else this.strip.append(cell.el);
      }
      this.narrow(cell, index);
      if (cell.shows === shows) continue;
      cell.shows = shows;
      fill(cell);
    }
  }
}

export class LogGrid {
  // Set when something has been drawn.
  /** @type {ReturnType<typeof logRoom>} */
  room;

  /** @param {import("./player.js").Player} player */
  constructor(player) {
    this.player = player;
    this.isOpen = false; // are all entries shown, to be scrolled through?
    this.box = { width: 0, height: 0 };
    this.table = make("div.rl-logs", {
      role: "table",
      "aria-label": "Logs",
      "data-rove": "",
      tabindex: 0,
      onscroll: () => this.isOpen && player.draw(),
    });
    this.note = make("p.rl-log-note");
    this.el = make("section.rl-log-panel", { "aria-label": "Logs" }, this.table, this.note);
    this.rows = {};
    this.letters = MOST_LETTERS[0];
    this.moments = new Set(); // the first moments with marks
    this.noteNeeds = { known: "", height: 0 };
    this.tails = new WeakMap(); // the entries of a log -> the widths that were measured for so many of them
    /** @type {{branch: import("./trace.js").Branch, sight: string | null, cell: number, view: number, first: number, count: number} | null} */
    this.last = null; // what was drawn last
    onSize(this.el, (box) => {
      this.box = box;
      player.draw([this]);
    });
  }

  /** The size of the room, by which letters are chosen. */
  get size() {
    return this.player.form?.size ?? "laptop";
  }

  get mark() {
    return this.player.timeline.marks;
  }

  /** @param {import("./player.js").State} state */
  draw({ branch, position, world, selected, sight }) {
    const { nodes, words } = this.player.timeline;
    this.build(nodes);
    const views = sight ? viewsSeen(seenBy(branch, position, sight)) : world.views;
    const leads = sight ? isLeading(views[sight]) : words.leader;
    const leader = leads ? sight || world.leader() : null;
    const isEmpty = nodes.every((node) => !views[node].log.length);
    const counts = this.player.has("indexes") && !isEmpty;
    const leading = counts && leader ? views[leader] : null; // next indexes mean nothing while there are no entries
    // While a question asks what is committed, the logs must not show it.
    const { waiting } = this.player.quiz;
    const inLogs = (node) => views[node].log.toArray().map(([, command]) => command);
    const isAsked = askedOf(waiting, words.committed, nodes, waiting ? nodes.flatMap(inLogs) : []);
    const facts = !words.committed ? 0 : sight ? views[sight].commit_index : lastFact(branch, position.count);
    const longest = Math.max(
      facts,
      ...nodes.map((node) => views[node].log.length),
      ...(leading ? Object.values(leading.next_index) : []),
    );
    const moment = {
      branch,
      views,
      count: position.count,
      selected,
      leader,
      leading,
      facts,
      longest,
      sight,
      isAsked,
    };
    const range = this.fit(moment);
    this.glide(moment, range.first);
    this.drawIndexes(moment, range);
    if (words.committed) this.drawFacts(moment, range);
    for (const node of nodes) this.drawNode(node, moment, range);
    this.drawFold(moment, range);
  }

  /** Begin the view at this index. In a step, new entries slide in and others glide; after a leap, or while time runs fast, nothing is animated. */
  glide({ branch, count, sight }, first) {
    const { cell } = this.room;
    const now = { branch, sight, cell, view: this.view, first, count };
    const last = this.last ?? { ...now, branch: null };
    this.last = now;
    this.isFirst = last.first === first; // if so, new cells are entries that were just stored
    if (Object.keys(now).every((key) => last[key] === now[key])) return;
    const isSame = ["branch", "sight", "cell"].every((key) => last[key] === now[key]);
    const { playing, speed } = this.player;
    const isStep = count > last.count && count - last.count < LEAP && !(playing && speed > WATCHED);
    this.table.classList.toggle("rl-glides", isSame && isStep);
    for (const row of Object.values(this.rows)) row.begin(first, cell, this.view);
  }

  /** The visible length of each strip, in pixels; in open logs any part may be in view. */
  get view() {
    const { name, fold } = this.room;
    return this.isOpen ? Number.POSITIVE_INFINITY : this.box.width - name - fold;
  }

  build(nodes) {
    const signature = [...nodes, Boolean(this.player.timeline.words.committed)].join();
    if (this.built === signature) return;
    this.built = signature;
    this.rows = { index: new LogRow("index") };
    if (this.player.timeline.words.committed) {
      this.rows.fact = new LogRow("fact");
      this.noFact = make("span.rl-log-word");
      this.rows.fact.strip.append(this.noFact);
    }
    for (const node of nodes) this.rows[node] = new LogRow("node");
    this.fold = make("button.rl-log-fold", {
      type: "button",
      tabindex: -1,
      "data-item": "",
      onclick: () => this.toggleFold(),
    });
    this.unfold = make(
      "button.rl-log-unfold",
      { type: "button", title: this.mark.open[1], onclick: () => this.toggleFold() },
      this.mark.open[0],
    );
    this.rows.index.name.append(this.unfold);
    this.table.replaceChildren(...Object.values(this.rows).map(({ el }) => el), this.fold);
  }

  /** Choose sizes by the room, and which entries are in view: {first, last, from}, where from first on they are not folded. */
  fit(moment) {
    const { branch, views, longest, facts, sight } = moment;
    const { nodes, words } = this.player.timeline;
    const logs = longest > 0 ? nodes.map((node) => views[node].log) : [];
    const terms = logs.map((log) => (log.length ? log.entry(log.length)[0] : 0));
    const rows = Object.keys(this.rows).length - 1;
    const least = `min(100%, ${logHeight(rows, LOG_FONTS[this.size][0])}px)`; // what stands below gives way
    if (this.el.style.minHeight !== least) this.el.style.minHeight = least;
    const height = this.box.height - this.noteHeight(moment);
    const last = Math.max(longest, sight ? facts + 1 : 0, 2); // beyond the entries that a node knows, there is a mark for what it does not know
    const odd = nodes.some((node) => this.hasOddEntry(moment, node));
    const roomFor = (/** @type {number} */ most) => {
      this.letters = most;
      const shown = logs.map((log) => this.tail(branch, log));
      return logRoom({
        width: this.box.width,
        height,
        rows,
        called: words.committed?.length,
        longest: last,
        letters: Math.max(3, ...shown.map(({ letters }) => letters)),
        digits: words.term ? String(Math.max(1, ...terms)).length : 0,
        marked: Boolean(words.leader),
        odd,
        tall: shown.some(({ tall }) => tall),
        beyond: logs.every(({ length }) => length < last),
        size: this.size,
      });
    };
    let room = roomFor(MOST_LETTERS[0]);
    for (const most of MOST_LETTERS.slice(1)) if (room.narrow || room.fold) room = roomFor(most);
    this.room = room;
    if (!room.fold) this.isOpen = false;
    this.table.classList.toggle("rl-open", this.isOpen);
    this.table.classList.toggle("rl-low", room.low);
    this.el.classList.toggle("rl-narrow", room.narrow && !this.isOpen);
    const fold = this.isOpen ? 0 : room.fold;
    const first = this.isOpen ? 1 : room.first;
    const shape = {
      font: room.font,
      row: room.row,
      index: room.index,
      name: room.name,
      cell: room.cell,
      lane: room.lane,
      fold,
    };
    for (const [name, pixels] of Object.entries(shape)) this.setPixels(name, pixels);
    const { style } = this.table;
    const columns = this.isOpen ? longest : room.columns;
    if (style.getPropertyValue("--columns") !== String(columns))
      style.setProperty("--columns", String(columns));
    if (!this.isOpen)
      return { first, last: Math.min(longest, first + room.columns - 1), folded: room.fold ? first - 1 : 0 };
    const from = Math.floor(this.table.scrollLeft / room.cell) - BESIDE_VIEW;
    const seen = Math.ceil(this.box.width / room.cell) + 2 * BESIDE_VIEW;
    return { first: Math.max(1, from), last: Math.min(longest, from + seen), folded: 0 };
  }

  /** Is there a sign besides the command in one of the newest entries of a log? */
  hasOddEntry(moment, node) {
    const view = moment.views[node];
    const { log, snapshot } = view;
    for (let index = Math.max(snapshot, log.length - NEWEST) + 1; index <= log.length; index++)
      if (ODD.includes(this.stateOfEntry(moment, node, view, index, log.entry(index)))) return true;
    return false;
  }

  /** How high the lines are that say what n and m are. They stand below the logs where there is room for both; in little room
   * only when the marks are first seen: then the legend has them. */
  noteHeight({ leading, leader, branch, views, sight }) {
    if (!leading) {
      this.note.hidden = true;
      return 0;
    }
    this.explain();
    const rivals = sight ? [] : Object.values(views).filter(isLeading);
    const isUnmatched = !Object.keys(leading.match_index).some(
      (id) => id !== leader && leading.match_index[id],
    );
    const whose = [rivals.length > 1 ? ["whose"] : [], isUnmatched ? ["unmatched"] : []]
      .flat()
      .map((id) => inPlaces(this.mark[id][1], { node: leader, number: leading.term }));
    setText(this.whose, whose.join("; "));
    const known = `${this.box.width} ${this.size} ${this.whose.textContent.length}`;
    if (this.noteNeeds.known !== known) {
      this.note.hidden = false;
      this.noteNeeds = { known, height: this.note.offsetHeight + 8 };
    }
    const { height } = this.noteNeeds;
    const { position, playing } = this.player; // while a film plays, only its end counts
    const moment = `${branch.id} ${position.count}`;
    if (this.moments.size < FIRST_MOMENTS && !playing) this.moments.add(moment);
    const rows = Object.keys(this.rows).length - 1;
    const needed =
      this.moments.has(moment) || whose.length
        ? logHeight(rows, LOG_FONTS[this.size][0])
        : wantedLogHeight(rows, this.size);
    this.note.hidden = this.box.height < needed + height;
    return this.note.hidden ? 0 : height;
  }

  setPixels(name, pixels) {
    const value = `${pixels}px`;
    if (this.table.style.getPropertyValue(`--${name}`) !== value)
      this.table.style.setProperty(`--${name}`, value);
  }

  /** How many letters wide the newest commands of a log are in their cells, and whether one of them is a long label, which stands in
   * lines of small letters. Logs that share their entries are read once. */
  tail(branch, log) {
    if (!this.tails.has(log.entries)) this.tails.set(log.entries, {});
    const known = this.tails.get(log.entries);
    known[`${log.length} ${this.letters}`] ??= this.read(branch, log);
    return known[`${log.length} ${this.letters}`];
  }

  read(branch, log) {
    const widest = { letters: 0, tall: false };
    for (let index = Math.max(1, log.length - NEWEST); index <= log.length; index++) {
      const [, command] = log.entry(index);
      const { length } = this.shortened(branch, command);
      const tall = isLong(branch, command);
      widest.letters = Math.max(widest.letters, tall ? Math.ceil(length * 0.35) : length);
      widest.tall ||= tall;
    }
    return widest;
  }

  /** A command in its cell. A long one is shortened in the middle, because commands mostly differ at their ends. */
  shortened(branch, command) {
    const text = String(command);
    if (branch.labels[command] || text.length <= this.letters) return branch.labels[command] ?? text;
    const end = Math.ceil((this.letters - 1) * 0.7);
    return `${text.slice(0, this.letters - 1 - end)}…${text.slice(-end)}`;
  }

  toggleFold() {
    this.isOpen = !this.isOpen;
    this.player.draw();
    this.table.scrollLeft = 0;
    (this.isOpen ? this.unfold : this.fold).focus({ preventScroll: true });
  }

  drawIndexes(_, { first, last }) {
    const cells = [];
    for (let index = first; index <= last; index++)
      cells.push([index, "index", ({ el }) => set(el, { role: "columnheader" }).append(String(index))]);
    this.unfold.hidden = !this.isOpen;
    this.rows.index.show(cells);
  }

  /** The row of entries that are committed as a fact. If two are committed at one index, consensus is broken, and both are shown.
   * With the sight of a node: the entries that it knows to be committed. */
  drawFacts({ branch, views, count, facts, sight, isAsked }, { first, last }) {
    this.rows.fact.el.classList.toggle("rl-veiled", Boolean(sight));
    const { fact, known, no_fact, two_facts, asked } = this.mark;
    set(this.rows.fact.name, { title: sight ? known[1] : fact[1] });
    setText(this.rows.fact.name, fact[0]);
    const cells = [];
    let end = facts; // the last index with a cell
    for (let index = first; index <= last; index++) {
      const entries = Object.values(views).map(({ log }) => log.entry(index));
      if (entries.some((entry) => entry && isAsked(entry[1]))) {
        cells.push([index, "asked", ({ el }) => this.fillAsked(el, asked)]);
        end = Math.max(end, index);
        continue;
      }
      const here = index > facts ? [] : sight ? knownAt(views[sight], index) : factsAt(branch, count, index);
      if (!here.length) continue;
      const told = here.map(({ term, command }) => this.entryWords(index, [term, command]));
      const label = here.length > 1 ? `${two_facts[1]}: ${told.join(", ")}` : `${told[0]}: ${fact[0]}`;
      const [{ term, command }] = here;
      const shows = JSON.stringify([
        here.map((each) => [each.term, each.command]),
        this.shortened(branch, command),
      ]);
      cells.push([
        index,
        shows,
        ({ el }) => {
          set(el, {
            title: label,
            "aria-label": label,
            class: `rl-log-cell rl-entry-known ${here.length > 1 ? "rl-entry-contradicts" : ""}`,
          });
          el.style.setProperty("--term", this.player.timeline.color(term));
          el.replaceChildren(
            make(
              "div.rl-entry",
              {},
              ...this.inside(branch, [term, command], here.length > 1 ? two_facts[0] : ""),
            ),
          );
        },
      ]);
    }
    this.rows.fact.show(cells);
    const { name, fold, cell, lane, font } = this.room;
    const behind = name + fold + (Math.max(first, end + 1) - first) * cell - (end >= first ? lane : 0);
    const fits = (text) => behind + text.length * Math.max(12, font * 0.8) * 0.62 + 4 <= this.box.width;
    const words = sight
      ? [this.told("unknown", sight), this.mark.unknown[0]]
      : end
        ? ["", ""]
        : [no_fact[1], no_fact[0]];
    this.noFact.style.setProperty("--at", String(Math.max(first, end + 1)));
    this.noFact.classList.toggle("rl-beside-entry", end >= first);
    setText(this.noFact, this.isOpen || fits(words[0]) ? words[0] : words[1]);
  }

  drawNode(node, moment, { first, last }) {
    const { branch, views, selected, leader, leading, sight } = moment;
    const view = views[node];
    const row = this.rows[node];
    this.nameRow(row, node, view, sight);
    const cells = [];
    const begin = view.snapshot >= first ? this.strip(moment, node, view, first, cells) : first;
    for (let index = begin; index <= last; index++) {
      const entry = view.log.entry(index);
      const mark =
        leader === node
          ? null
          : leading?.next_index[node] === index
            ? "next"
            : leading?.match_index[node] === index
              ? "match"
              : null;
      if (!entry && !mark) continue;
      const chosen = selected?.kind === "entry" && selected.id === node && selected.index === index;
      const state = entry && this.stateOfEntry(moment, node, view, index, entry);
      const shows = JSON.stringify([entry, state, mark, chosen, entry && this.shortened(branch, entry[1])]);
      cells.push([
        index,
        shows,
        (cell) => this.fillCell(cell, { node, index, entry, state, mark, chosen, branch }),
      ]);
    }
    if (sight && sight !== node) {
      const next = Math.max(view.log.length + 1, first);
      const text = this.mark.unknown[0];
      const shown = cells.findIndex(([index]) => index === next);
      if (shown >= 0) cells.splice(shown, 1);
      cells.push([next, `unknown ${sight}`, (cell) => this.fillUnknown(cell, text, sight)]);
    }
    row.show(cells);
  }

  /** A cell whose state a question asks for. */
  fillAsked(el, [sign, meaning]) {
    set(el, { class: "rl-log-cell rl-entry-asked", title: meaning, "aria-label": meaning });
    el.style.removeProperty("--term");
    el.replaceChildren(make("div.rl-entry", {}, make("span", { "aria-hidden": "true" }, sign)));
  }

  /** A mark for entries of other logs that a node does not know. */
  fillUnknown(cell, text, sight) {
    cell.button = null;
    set(cell.el, { class: "rl-log-cell rl-log-unknown", title: this.told("unknown", sight) });
    cell.el.replaceChildren(text);
  }

  /** The meaning of a mark, for a node. */
  told(id, node) {
    return inPlaces(this.mark[id][1], { node });
  }

  /** The name of a row, with the state of its node. A node with the sight knows of the others only what they have claimed. */
  nameRow(row, node, view, sight) {
    const { timeline } = this.player;
    const isVeiled = Boolean(sight) && sight !== node;
    const called = isVeiled && !view.role ? this.told("unknown", sight) : timeline.called(view);
    const lie = isVeiled ? "" : lieWords(timeline, node);
    const label = `${node}: ${called}${lie}`;
    set(row.el, {
      class: `rl-log-row rl-log-row-node rl-${isVeiled ? "veiled" : stateOf(view)}`,
      "data-node": node,
    });
    set(row.name, { title: label, "aria-label": label });
    const sign = `${signOf(view)}${lie && " ≁"}`.trim();
    refill(row.name, sign, () => [node, make("i", { "aria-hidden": "true" }, sign)]);
  }

  /** What an entry is by what its node knows and by the facts: "known", "stored", "conflict", "claimed", or "plain" where nothing is ever committed. */
  stateOfEntry({ branch, count, sight, isAsked }, node, view, index, entry) {
    if (!this.player.timeline.words.committed) return "plain";
    if (isAsked(entry[1], node)) return "asked";
    if (sight) return view.commit_index >= index ? "known" : "stored";
    const facts = entry[1] === UNKNOWN ? [] : factsAt(branch, count, index);
    const isFact = facts.some((fact) => isSame(branch, entry, fact));
    if (view.commit_index >= index) return isFact || entry[1] === UNKNOWN ? "known" : "claimed";
    return facts.length && !isFact ? "conflict" : "stored";
  }

  fillCell(cell, { node, index, entry, state, mark, chosen, branch }) {
    const { el } = cell;
    const isFresh = entry && !cell.button && this.isFirst;
    set(el, { class: `rl-log-cell ${entry ? `rl-entry-${state}` : ""} ${isFresh ? "rl-fresh" : ""}` });
    if (!entry) cell.button = null;
    const chip =
      mark &&
      make(
        `span.rl-${mark}`,
        { title: this.mark[mark][1], ...(entry && { "aria-hidden": "true" }) },
        this.mark[mark][0],
      );
    if (!entry) return el.replaceChildren(chip);
    cell.button ||= make("button.rl-entry", {
      type: "button",
      tabindex: -1,
      "data-node": node,
      "data-index": index,
      "data-thing": `entry ${node} ${index}`,
    });
    el.style.setProperty("--term", this.player.timeline.color(entry[0]));
    // The accessible name has the visible words in the same order, so that voice control works with them.
    const text = this.shortened(branch, entry[1]);
    const seen = [this.entryWords(index, [entry[0], text]), mark && this.mark[mark].join(", ")];
    const whole = text !== entry[1] && entry[1] !== UNKNOWN && entry[1];
    const told = [seen.filter(Boolean).join(" "), this.mark[state]?.[1], whole];
    const label = `${node}, ${told.filter(Boolean).join("; ")}`;
    set(cell.button, { title: label, "aria-label": label, "aria-pressed": String(chosen) });
    const odd = ODD.includes(state) ? this.mark[state][0] : "";
    cell.button.replaceChildren(...this.inside(branch, entry, odd).flatMap((part) => [part, " "]));
    for (const child of [...el.childNodes]) if (child !== cell.button) child.remove();
    if (!cell.button.parentElement) el.append(cell.button);
    if (chip) el.append(chip);
    return undefined;
  }

  /** The digit of its term, its command, and a sign if there is something odd about it. */
  inside(branch, [term, command], odd) {
    const text = this.shortened(branch, command);
    return [
      this.player.timeline.words.term ? make("small", { "aria-hidden": "true" }, String(term)) : "",
      make(isLong(branch, command) ? "span.rl-log-voters" : "span", { "aria-hidden": "true" }, text),
      odd && make("b", { "aria-hidden": "true" }, odd),
    ].filter(Boolean);
  }

  entryWords(index, [term, command]) {
    const { words } = this.player.timeline;
    return `entry ${index}${words.term ? `, ${words.term} ${term}` : ""}: ${command === UNKNOWN ? "not known" : command}`;
  }

  /** Draw entries that are only in the snapshot as one strip. Returns the first index after it. */
  strip({ branch, selected, leader, leading }, node, { snapshot, log }, first, cells) {
    const chosen = selected?.kind === "entry" && selected.id === node && selected.index <= snapshot;
    const marks =
      leader === node
        ? []
        : ["next", "match"].filter((name) => {
            const at = leading?.[`${name}_index`][node];
            return at >= first && at <= snapshot;
          });
    const known = log
      .toArray()
      .slice(0, snapshot)
      .map(([, command]) => command)
      .filter((command) => command !== UNKNOWN);
    const [mark, meaning] = this.mark.snapshot.map((text) => inPlaces(text, { first: 1, last: snapshot }));
    const label = `${node}, ${mark}: ${meaning}${known.length ? `: ${short(known.join(", "), 200)}` : ""}`;
    const width = Math.min(snapshot - first + 1, this.view / this.room.cell);
    cells.push([
      first,
      JSON.stringify(["snapshot", snapshot, chosen, marks, branch.id]),
      (cell) => {
        set(cell.el, { class: "rl-log-cell" });
        cell.el.style.setProperty("--wide", String(width));
        cell.button = make(
          "button.rl-snapshot",
          {
            type: "button",
            tabindex: -1,
            title: label,
            "aria-label": label,
            "aria-pressed": String(chosen),
            "data-node": node,
            "data-index": snapshot,
            "data-thing": `entry ${node} ${snapshot}`,
          },
          make("span", { "aria-hidden": "true" }, width > 2 ? mark : snapshot > 1 ? `1–${snapshot}` : "1"),
        );
        cell.el.replaceChildren(
          cell.button,
          ...marks.map((name) =>
            make(
              `span.rl-${name}`,
              { title: this.mark[name][1] },
              `${this.mark[name][0]} ${leading[`${name}_index`][node]}`,
            ),
          ),
        );
      },
    ]);
    return snapshot + 1;
  }

  /** The older entries as one block that opens when it is pressed. Where they differ, each row says how far it reaches. */
  drawFold({ branch, views, sight, ...moment }, { folded }) {
    const facts = sight ? 0 : moment.facts;
    this.fold.hidden = !folded;
    if (!folded) return;
    const { nodes } = this.player.timeline;
    const reach = nodes.map((node) => Math.min(folded, views[node].log.length));
    const agreed = nodes.map((node) => Math.min(folded, facts, agreedWithFacts(branch, views[node].log)));
    const isEqual = agreed.every((upTo) => upTo === folded);
    const [text, meaning] = this.mark[isEqual ? "equal" : "folded"].map((each) =>
      inPlaces(each, { first: 1, last: folded }),
    );
    set(this.fold, { "aria-label": meaning, title: meaning, "data-shows": isEqual ? "equal" : "different" });
    const upTo = (index) => (index ? inPlaces(this.mark.folded[0], { first: 1, last: index }) : "");
    const reaches = nodes.map((_, i) =>
      agreed[i] < Math.min(reach[i], facts)
        ? inPlaces(this.mark.folded_conflict[0], { first: agreed[i] + 1 })
        : upTo(reach[i]),
    );
    const factRow = this.rows.fact ? [sight ? "" : upTo(Math.min(folded, facts))] : [];
    const lines = isEqual ? [text] : [text, ...factRow, ...reaches];
    const signature = JSON.stringify(lines);
    if (this.fold.dataset.lines === signature) return;
    this.fold.dataset.lines = signature;
    this.fold.replaceChildren(...lines.map((line) => make("span", { "aria-hidden": "true" }, line)));
  }

  /** Explain n and m, and if it is not obvious, say which leader's they are. */
  explain() {
    if (this.note.firstChild) return;
    this.whose = make("span.rl-log-whose");
    this.note.append(this.whose);
    for (const mark of ["next", "match"])
      this.note.append(
        make("span", {}, make(`span.rl-${mark}`, {}, this.mark[mark][0]), ` ${this.mark[mark][1]}`),
      );
  }
}

/** Does a node lead, as far as it knows itself? */
const isLeading = ({ role, status }) => role === "leader" && status === "running";

/** What a node knows to be committed at an index.
 * @returns {{term: number, command: any}[]} */
function knownAt({ log }, index) {
  const [term, command] = log.entry(index) || [];
  return command === undefined || command === UNKNOWN ? [] : [{ term, command }];
}

/** Has a command a label that stands in more than one line? */
const isLong = ({ labels }, command) => labels[command]?.length > LONG;

/** What the marks in the logs mean, for a legend: [[element, words], ...].
 * @param {boolean} counts  are n and m shown?
 * @returns {[HTMLElement, string][]} */
export function logKeys(timeline, counts) {
  const { marks, words, seen } = timeline;
  const key = (state, odd = "") =>
    make(
      `span.rl-log-key.rl-entry-${state}`,
      { style: `--term:${timeline.color(1)}` },
      make("span.rl-entry", {}, words.term ? make("small", {}, "1") : "", "x", odd && make("b", {}, odd)),
    );
  const keys = Object.keys(marks).flatMap((id) => {
    if (["known", "stored"].includes(id)) return [[key(id), marks[id][1]]];
    if (id === "conflict") return [[key(id, marks[id][0]), marks[id][1]]];
    if (counts && ["next", "match"].includes(id))
      return [[make(`span.rl-${id}`, {}, marks[id][0]), marks[id][1]]];
    if (id === "snapshot" && seen.has("snapshot"))
      return [
        [make("span.rl-log-key", {}, make("span.rl-snapshot", {}, make("span", {}, "1–3"))), marks[id][1]],
      ];
    return [];
  });
  return /** @type {[HTMLElement, string][]} */ (keys);
}
