/* The sentence about the moment, its rule in small letters, notes, and error messages. */

import { gistOf, likewiseOf, silenceBefore } from "./beats.js";
import { make, refill, set, setText } from "./dom.js";
import { questionAt } from "./quiz.js";
import { noticedIn, notices } from "./sight.js";
import { sourceOf } from "./signs.js";
import { inPlaces, isQuiet, narrate, narrateTick } from "./words.js";

const SECONDS = 8; // how long a note is shown
const MOST_TOLD = 2; // the most further sentences after an action
const LOOK_BACK = 60; // how many events back an important event is searched for

/** The sentence under the cluster. Its room is always the same, so that nothing else moves when it changes. */
export class Say {
  /** @param {import("./player.js").Player} player @param {HTMLElement} [more]  what stands below the sentence */
  constructor(player, more) {
    this.player = player;
    this.sentence = make("div.rl-sentence");
    this.because = make("div.rl-because");
    this.message = make("div.rl-note", { role: "alert", hidden: true });
    this.live = make("div.rl-hidden", { "aria-live": "polite", role: "status" });
    this.text = make("div.rl-text", {}, this.sentence, this.because, more ?? "");
    this.el = make("div.rl-say", {}, this.message, this.text, this.live);
    /** @type {any} */
    this.fitting = null;
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(this.el);
  }

  /** Say a sentence, and in small which rules are behind it.
   * @param {string} text
   * @param {string[]} [rules]  their ids
   * @param {string} [aside]  what else is said in small */
  say(text, rules = [], aside = "") {
    this.calm();
    this.age(false);
    setText(this.sentence, text);
    const told = rules.slice(0, 2).map((id) => {
      const { sentence, section } = this.player.timeline.rule(id);
      return [
        id,
        `${text.includes(sentence) ? "" : sentence} ${sourceOf(section, this.player.timeline.sayings)}`.trim(),
      ];
    });
    refill(this.because, [...told, aside].join(), () => [
      ...told.map(([id, words]) => make("span.rl-rule", { title: id }, words)),
      ...(aside ? [make("span.rl-rule", {}, aside)] : []),
    ]);
    // Measuring forces a layout; while time runs, it is done between two frames.
    if (this.player.playing) this.fitting ??= setTimeout(() => this.fit());
    else this.fit();
    const { playing, quiz, position } = this.player;
    if (!playing) this.speak([text, aside, quiz.words(position.count)].filter(Boolean).join(" "));
  }

  /** Say something more in small, below a sentence that stays. @param {string} text */
  add(text) {
    this.calm();
    refill(this.because, text, () => [make("span.rl-rule", {}, text)]);
    this.fit();
    if (!this.because.offsetHeight) this.note(text); // no room for small words
    this.speak(text);
  }

  /** Write a long sentence in smaller letters, so that it fits; if it is still too long, its room grows. */
  fit() {
    this.fitting = null;
    for (const size of ["", "short", "small", "smaller", "smallest", "tall"]) {
      set(this.text, { "data-fit": size });
      if (this.text.scrollHeight <= this.text.clientHeight) return;
    }
  }

  /** Say something to people who use a screen reader.
   * @param {string} text */
  speak(text) {
    setText(this.live, text);
  }

  /** Show an error message for a while.
   * @param {string} sentence */
  fail(sentence) {
    this.note(sentence, true);
  }

  /** Show a note in the sentence's place, for a while or until the next sentence.
   * @param {string} sentence
   * @param {boolean} [wrong]  is it about something that went wrong? */
  note(sentence, wrong = false) {
    this.message.hidden = false;
    this.message.classList.toggle("rl-error", wrong);
    setText(this.message, sentence);
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => this.calm(), SECONDS * 1000);
  }

  /** Remove a note; an error message stays for its time. */
  calmNote() {
    if (!this.message.classList.contains("rl-error")) this.calm();
  }

  /** Mark the sentence as that of the moment before, while a film plays.
   * @param {boolean} isOld */
  age(isOld) {
    this.el.toggleAttribute("data-old", isOld);
  }

  /** Take away the note. */
  calm() {
    this.message.hidden = true;
  }

  // -- Sentences for moments, beats, steps and events ----------------------------------------------------

  /** The first sentence: the last one of the story, or that of a later action, or the state at the beginning. */
  open() {
    const { branch, position, timeline } = this.player;
    const stop = branch.findBack(position.count, ([, what]) => what === "stop");
    // At the very beginning, a setting of the story is not said; an action of a person is, and so is an event of a node.
    const isNews = ([, , node], event) => branch.told[event][1] > 2 && (node || branch.fork);
    const hasBegun = position.tick > 0 || branch.findBack(position.count, isNews) >= 0;
    if (stop >= (branch.fork?.events ?? 0)) this.tell(stop);
    else if (hasBegun) this.tellLast(position.count);
    else
      this.say(`${this.beginning} ${timeline.sayings[branch.events.length ? "press_next" : "nothing_yet"]}`);
  }

  /** A sentence about the beginning; the title if the trace has none. */
  get beginning() {
    const { about, nodes, title } = this.player.timeline;
    return about.beginning
      ? inPlaces(about.beginning, { nodes: nodes.length })
      : title.replace(/[^.?!]$/, "$&.");
  }

  /** Say what a beat is about: its stop, or its most important event.
   * @param {{tick: number, count: number}} from
   * @param {{count: number}} to */
  tellBeat(from, to) {
    const { branch, sight, timeline } = this.player;
    const silence = sight ? 0 : silenceBefore(branch, from, to);
    const aside = silence
      ? inPlaces(timeline.sayings.heartbeats_until_then, { span: timeline.span([silence]) })
      : "";
    if (questionAt(branch, to.count)) this.tell(to.count - 1, "", "", aside);
    else if (sight) this.tellNoticed(noticedIn(branch, from.count, to.count, sight));
    else if (to.count === 0 || branch.events[to.count - 1][1] === "stop")
      this.tell(to.count - 1, "", "", aside);
    else {
      const { index, likewise } = gistOf(branch, from.count, to.count);
      this.tell(index, this.also(likewise), "", aside);
    }
  }

  /** @param {string[]} likewise  of whom the same is said */
  also(likewise) {
    return likewise.length ? ` ${inPlaces(this.player.timeline.sayings.likewise, { nodes: likewise })}` : "";
  }

  /** Say an event, and for which nodes the same is true in its tick.
   * @param {number} index
   * @param {number} count  how much has happened
   * @param {string} [before]  what is said before it */
  tellOfTick(index, count, before = "") {
    const { branch, sight } = this.player;
    const tick = branch.tickOf(index);
    const first = branch.countAt(tick - 1);
    const end = Math.min(count, branch.countAt(tick));
    this.tell(index, sight ? "" : this.also(likewiseOf(branch, index, first, end)), before);
  }

  /** Say what has just been done.
   * @param {number} first  the event with which the rest of its tick begins, or the deed itself
   * @param {number} deed  its first event
   * @param {{count: number}} to  the end of all that it did at once
   * @param {string[]} more  sentences that are said after it */
  tellDeed(first, deed, to, more) {
    const { branch, timeline } = this.player;
    const like = [];
    for (let event = deed + 1; event < to.count; event++)
      if (branch.events[event][1] === branch.events[deed][1]) like.push(narrate(branch, event).text);
    const others = like.length > MOST_TOLD ? [`(and ${like.length} more like it)`] : like;
    const gist = first < deed ? gistOf(branch, first, deed).index : -1;
    const rest = gist >= 0 && branch.events[gist][1] !== "stop" ? narrate(branch, gist) : null;
    const before =
      rest && rest.weight > 1 ? [inPlaces(timeline.sayings.just_before, { what: rest.text })] : [];
    this.tell(deed, ["", ...others, ...before, ...more].join(" "));
  }

  /** What the node with the sight has noticed; -1: nothing.
   * @param {number} index */
  tellNoticed(index) {
    const { timeline, sight } = this.player;
    if (index >= 0) this.tell(index);
    else this.say(inPlaces(timeline.marks.unnoticed[1], { node: sight }));
  }

  /** The last event that the node with the sight has noticed, if it was not long ago; the most important one of its tick.
   * @param {number} index  an event that it has not noticed */
  tellLastNoticed(index) {
    const { branch, position, sight, timeline } = this.player;
    if (sight === null) return this.tell(index);
    let last = index;
    while (last >= Math.max(0, index - LOOK_BACK) && !notices(branch, last, sight)) last--;
    if (last < 0 || !notices(branch, last, sight)) return this.tellNoticed(-1);
    const tick = branch.tickOf(last);
    let first = last;
    while (first > 0 && branch.tickOf(first - 1) === tick) first--;
    const when = tick === position.tick ? "" : `Last, at ${timeline.time(tick)}: `;
    return this.tell(noticedIn(branch, first, last + 1, sight), "", when);
  }

  /** Say what happened in a step of one event or one tick.
   * @param {string} way  the name of the step: "nextEvent", "lastEvent", "nextTick" or "lastTick"
   * @param {{count: number}} from
   * @param {{count: number}} to */
  tellStep(way, from, to) {
    if (way === "nextEvent" || way === "lastEvent") this.tell(to.count - 1);
    else if (to.count > from.count)
      this.tellOfTick(narrateTick(this.player.branch, from.count, to.count), to.count);
    else if (way === "nextTick") this.say(this.player.timeline.sayings.quiet_tick);
    else this.tellLast(to.count);
  }

  /** The last important event before a moment, if it was not long ago.
   * @param {number} count */
  tellLast(count) {
    const { branch, position, timeline } = this.player;
    for (let index = count - 1; index >= Math.max(0, count - LOOK_BACK); index--) {
      if (narrate(branch, index).weight <= 2) continue;
      const tick = branch.tickOf(index);
      const when = tick === position.tick ? "" : `Last, at ${timeline.time(tick)}: `;
      this.tellOfTick(index, count, when);
      return;
    }
    this.tellSilence(count);
  }

  /** After a long time with only heartbeats, say since when.
   * @param {number} count */
  tellSilence(count) {
    const { branch, position, sight, timeline } = this.player;
    const last = branch.findBack(count, (_, event) => !isQuiet(branch, event));
    if (sight || last < 0 || last === count - 1) this.tell(count - 1);
    else if (branch.tickOf(last) === position.tick) this.tell(last);
    else this.say(inPlaces(timeline.sayings.only_heartbeats, { time: timeline.time(branch.tickOf(last)) }));
  }

  /** Tell an event; -1: the beginning.
   * @param {number} index
   * @param {string} [more]  what is said after it
   * @param {string} [before]  what is said before it
   * @param {string} [aside]  what else is said in small */
  tell(index, more = "", before = "", aside = "") {
    const { branch, sight } = this.player;
    if (index < 0) this.say(before + this.beginning);
    else if (sight && !questionAt(branch, index + 1) && !notices(branch, index, sight))
      this.tellLastNoticed(index);
    else {
      const { text, rules, weight } = narrate(branch, index, sight);
      // If nothing is new, a rule would only confuse.
      this.say(before + text + more, weight > 1 ? rules : [], aside);
    }
  }
}
