/* What a person can do to a thing, or ask of it: the verbs of the menus and of the keys. They come with the trace. */

import { KEYS, keyName } from "./keys.js";
import { lieWords } from "./signs.js";
import { inPlaces } from "./words.js";

/** Why the run cannot be changed here.
 * @param {import("./player.js").Player} player */
export function onlyPlays({ timeline, lab }) {
  const { only_plays, in_a_lab } = timeline.sayings;
  return timeline.recorded || (lab ? `${only_plays} ${inPlaces(in_a_lab, { lab })}` : only_plays);
}

/** A control's label, or one of its arguments, with what is chosen in the place of "{node}", "{index}", "{message}", "{a}" and "{b}".
 * @param {any} value
 * @param {Record<string, any>} chosen */
export const filled = (value, chosen) => {
  const [, name] = (typeof value === "string" && value.match(/^{(\w+)}$/)) || [];
  if (name) return chosen[name];
  return typeof value === "string" ? value.replace(/{(\w+)}/g, (_, each) => chosen[each]) : value;
};

/** Is a control possible for a thing now?
 * @param {import("./player.js").Player} player
 * @param {any} control
 * @param {import("./things.js").Thing} thing */
function isPossible(player, control, thing) {
  const { states, roles } = control;
  const { state, role } = conditionOf(player, thing, control);
  return (!states.length || states.includes(state)) && (!roles.length || roles.includes(role));
}

/** What stands for a thing in the arguments and the label of a control.
 * @param {import("./things.js").Thing} thing
 * @param {Record<string, string>} words of the nodes' protocol */
function chosenBy({ kind, id, index }, words) {
  const [a, b] = kind === "link" ? id.split(">") : [];
  return { ...words, node: id, index, message: id, a, b };
}

/** The state and the role by which it is decided what is possible: a node's, or a message's fate. A question is about what is
 * shown; a deed is done at the end of the tick, by when a message may have arrived.
 * @param {import("./player.js").Player} player
 * @param {import("./things.js").Thing} thing
 * @param {any} control */
function conditionOf({ branch, position }, { kind, id }, { verb }) {
  const { count } = verb in ASKED ? position : branch.endOfTick(position.tick);
  if (kind === "message") return { state: branch.fate(id, count), role: "none" };
  const view = kind === "node" ? branch.at(position.count).views[id] : null;
  return { state: view?.status, role: view?.role ?? "none" };
}

/** Has there been such a thing by this moment? What has been can be looked at: a message that has arrived, an entry that was replaced.
 * @param {import("./player.js").Player} player
 * @param {import("./things.js").Thing} thing */
export function exists({ branch, position, timeline }, { kind, id }) {
  if (kind === "message") return branch.sentAt[id] < position.count;
  return kind === "cluster" || id.split(">").every((node) => timeline.nodes.includes(node));
}

/** Is it there now, so that something can be done to it, or asked of it?
 * @param {import("./player.js").Player} player
 * @param {import("./things.js").Thing} thing */
export function isThere(player, thing) {
  if (!exists(player, thing)) return false;
  const { branch, position } = player;
  const { kind, id, index } = thing;
  return kind !== "entry" || Boolean(branch.at(position.count).views[id].log.entry(index));
}

/** What can be done to a thing or asked of it now, and what could be at another moment.
 * @param {import("./player.js").Player} player
 * @param {import("./things.js").Thing} thing
 * @returns {{label: string, key: string, do: () => any, possible: boolean, changes: boolean, asks: boolean, gesture: string}[]}
 *   key: its key as it is shown, or ""; changes: whether it changes what happens, so that it needs a kernel;
 *   asks: whether it is a question
 */
export function verbsFor(player, thing) {
  if (!isThere(player, thing)) return [];
  const chosen = chosenBy(thing, player.timeline.words);
  return player.controls(thing.kind).map((control) => ({
    label: filled(control.label, chosen),
    key: control.key && keyName(control.key),
    possible: isPossible(player, control, thing) && canDo(player, control),
    changes: changes(control),
    asks: control.verb in ASKED,
    gesture: control.gesture,
    do: () => doControl(player, control, chosen),
  }));
}

/** Questions are answered here, from the trace; everything else is done by the kernel. */
const ASKED = {
  ask: (player, args) => player.ask(...args),
  look: (player, [id]) => player.look(id),
  what_if: (player, [id]) => player.whatIf(id),
};

const changes = ({ verb }) => verb !== "ask" && verb !== "look";

/** Can it be done here, as far as a kernel is needed for it?
 * @param {import("./player.js").Player} player
 * @param {any} control */
export const canDo = (player, control) => player.canAct || !changes(control);

/** Do what a control says.
 * @param {import("./player.js").Player} player
 * @param {any} control
 * @param {Record<string, any>} chosen what stands for the thing that is chosen */
function doControl(player, control, chosen) {
  const args = control.arguments.map((each) => filled(each, chosen));
  return ASKED[control.verb] ? ASKED[control.verb](player, args) : player.act(control.verb, args);
}

/** What the player itself offers for the cluster as a whole: clients, groups, undo.
 * @param {import("./player.js").Player} player
 * @returns {{label: string | undefined, key: string, do: () => any, possible: boolean}[]}
 */
export const ownVerbs = (player) =>
  KEYS.filter((key) => key.label && player.offers(key)).map(({ keys, label, does, possible }) => ({
    label,
    key: keyName(keys[0]),
    possible: player.canAct && (!possible || possible(player)),
    do: () => does(player),
  }));

/** What a thing is called: "n3: leader", "vote request from n1 to n2".
 * @param {import("./player.js").Player} player
 * @param {import("./things.js").Thing} thing
 * @returns {string}
 */
export function nameOf({ timeline, branch, position }, { kind, id, index }) {
  if (kind === "node")
    return `${id}: ${timeline.called(branch.at(position.count).views[id])}${lieWords(timeline, id)}`;
  if (kind === "link") return `link ${id.replace(">", " – ")}`;
  if (kind === "entry") return `entry ${index} of ${id}`;
  if (kind === "cluster") return timeline.title;
  const message = branch.message(id);
  return `${timeline.messageName(message)} from ${message.src} to ${message.dst}`;
}

/** Why nothing can be done any more to a message that is, or seems to be, on its way; "" if something can, or of other things.
 * @param {import("./player.js").Player} player
 * @param {import("./things.js").Thing} thing */
export function whyTooLate({ branch, position, timeline }, { kind, id }) {
  const fate = kind === "message" ? branch.fate(id, branch.endOfTick(position.tick).count) : "flying";
  if (fate === "flying") return "";
  const end = fate === "delivered" ? branch.deliveredAt[id] : branch.lostAt[id];
  return inPlaces(timeline.sayings[`message_${fate}`], { time: timeline.time(branch.tickOf(end)) });
}

/** The key of a verb was pressed: it is done to what is chosen. Of several verbs with this key it is the one that is possible now;
 * if none is, it is said why, here or by the kernel.
 * @param {import("./player.js").Player} player
 * @param {string} key
 * @returns {boolean} whether there is such a verb
 */
export function pressVerb(player, key) {
  const controls = player.controls().filter((control) => control.key === key);
  if (!controls.length) return false;
  const { selected } = player;
  const free = controls.find(({ on }) => on === "cluster");
  const fitting = selected ? controls.filter(({ on }) => on === selected.kind) : [];
  if (!player.canAct && (fitting.length ? fitting : controls).every(changes)) player.note(onlyPlays(player));
  else if (selected && fitting.length) {
    const control = fitting.find((each) => isPossible(player, each, selected));
    const why = control ? "" : whyTooLate(player, selected);
    if (why) player.fail(why);
    else doControl(player, control || fitting[0], chosenBy(selected, player.timeline.words));
  } else if (free) doControl(player, free, {});
  else player.fail(player.timeline.sayings[`choose_${controls[0].on}`]);
  return true;
}
