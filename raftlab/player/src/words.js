/* Small words around the sentences that come with the trace. Needs no page. */

/** One event in a sentence: {text, rules, weight}; the weight says how much it matters. With the eyes of a node, the end of the
 * text that says what the node cannot know is left out.
 * @param {import("./trace.js").Branch} branch
 * @param {number} index
 * @param {string | null} [sight] */
export function narrate(branch, index, sight = null) {
  const { timeline } = branch;
  const [whole, weight, beyond, times = []] = branch.told[index];
  const text = sight && beyond ? whole.slice(0, -beyond) : whole;
  return { text: timeline.timed(text, times), weight, rules: timeline.rulesOf(branch.events[index]) };
}

/** Is an event nothing but a heartbeat or an answer to one?
 * @param {import("./trace.js").Branch} branch
 * @param {number} index */
export const isQuiet = (branch, index) => branch.told[index][1] === 0;

/** The most telling of the events from..to, which are those of one tick; -1 if there are none.
 * @param {import("./trace.js").Branch} branch
 * @param {number} from
 * @param {number} to
 * @returns {number} */
export function narrateTick(branch, from, to) {
  let best = -1;
  for (let index = from; index < to; index++) {
    if (best < 0 || branch.told[index][1] >= branch.told[best][1]) best = index;
  }
  return best;
}

/** A template with its places filled in: "{name}" by a value, "{count|vote|votes}" followed by the word that fits.
 * @param {string} template
 * @param {Record<string, any>} data */
export function inPlaces(template, data) {
  return template.replace(/\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g, (_, name, one, many) => {
    const value = data[name];
    const words = Array.isArray(value) ? listed(value.map(inWords)) || "nobody" : inWords(value);
    if (one === undefined) return words;
    return `${words} ${Array.isArray(value) ? (value.length < 2 ? one : many) : value === 1 ? one : many}`;
  });
}

const inWords = (value) => (value?.text === undefined ? String(value) : value.text);

/** A text that a person typed, cut to at most so many characters.
 * @param {any} text
 * @param {number} [length] */
export function short(text, length = 24) {
  const plain = String(text);
  return plain.length > length ? `${plain.slice(0, length - 1)}…` : plain;
}

/** "n1", "n1 and n2", "n1, n2 and n3".
 * @param {string[]} words */
export function listed(words) {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** "1 entry", "2 entries".
 * @param {number} number
 * @param {string} one
 * @param {string} [many] */
export const plural = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** "entry 1", "entries 1 to 3".
 * @param {number} index */
export const entriesUpTo = (index) => (index === 1 ? "entry 1" : `entries 1 to ${index}`);

/** What a node's log holds, in words: "4 entries", "a snapshot of entries 1 to 3 and 1 entry".
 * @param {{log: import("./trace.js").LogView, snapshot?: number}} view */
export function logWords({ log, snapshot }) {
  const rest = log.length - (snapshot || 0);
  const entries = rest ? plural(rest, "entry", "entries") : "an empty log";
  return snapshot ? `a snapshot of ${entriesUpTo(snapshot)} and ${entries}` : entries;
}

/** "12.5 %".
 * @param {number} share  0 to 1 */
export const percent = (share) => `${Math.round(share * 1000) / 10} %`;

/** A command within a sentence: as short as it can be and still be understood.
 * @param {any} command */
export const commandWords = (command) => (String(command).startsWith("voters ") ? command : short(command));
