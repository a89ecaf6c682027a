/* The keys of the player itself; those of the verbs come with the trace. */

const KEY_NAMES = {
  " ": "space",
  ArrowRight: "→",
  ArrowLeft: "←",
  ArrowUp: "↑",
  ArrowDown: "↓",
  PageDown: "Page Down",
  PageUp: "Page Up",
};

/** A key as it is shown.
 * @param {string} key */
export const keyName = (key) => (/^[A-Z]$/.test(key) ? `shift ${key}` : KEY_NAMES[key] || key);

const SPOKEN = {
  " ": "space",
  ArrowRight: "right arrow",
  ArrowLeft: "left arrow",
  ArrowUp: "up arrow",
  ArrowDown: "down arrow",
  PageDown: "page down",
  PageUp: "page up",
  ".": "full stop",
  ",": "comma",
  "+": "plus",
  "=": "equals",
  "-": "minus",
  "[": "opening bracket",
  "]": "closing bracket",
  "?": "question mark",
};

/** A key in words that can be read aloud: a letter alone would be taken for a word.
 * @param {string} key */
export const keySpoken = (key) =>
  SPOKEN[key] ||
  (/^[a-z]$/.test(key) ? `letter ${key}` : /^[A-Z]$/.test(key) ? `shift and letter ${key}` : key);

/** The turning points for which there is a key, and the word that the nodes' protocol must have for it.
 * @type {Record<string, {key: string, needs?: string}>} */
export const GOALS = {
  leader: { key: "l", needs: "leader" },
  commit: { key: "m", needs: "committed" },
  broken: { key: "i" },
};

/** A key of the player.
 * @typedef {object} Key
 * @property {string[]} keys
 * @property {string} [spare]  a key that does the same where it is of no use for anything else
 * @property {string | ((player: any) => string)} what it does, in words
 * @property {(player: any) => void} does
 * @property {string} [part] the word of the staging without which there is no such key
 * @property {string} [needs] the word that the nodes' protocol must have
 * @property {boolean} [changes] whether it changes the run
 * @property {string} [label] how it is called in the menu of the cluster, if it stands there
 * @property {(player: any) => boolean} [possible] whether it can be done now, if that is not always so
 */

/** @type {Key[]} */
export const KEYS = [
  { keys: [" "], what: "play or pause", does: (player) => player.togglePlay() },
  { keys: ["ArrowRight"], what: "next", does: (player) => player.next() },
  { keys: ["ArrowLeft"], what: "back", does: (player) => player.back() },
  { keys: ["PageDown"], what: "to the next stop", does: (player) => player.nextStop() },
  { keys: ["PageUp"], what: "back a stop", does: (player) => player.lastStop() },
  {
    keys: ["F"],
    spare: "f",
    what: "large, for a projector, or as before",
    does: (player) => player.toggleProjector(),
  },
  { keys: ["."], what: "next tick", does: (player) => player.step("nextTick") },
  { keys: [","], what: "back by one tick", does: (player) => player.step("lastTick") },
  { keys: ["Home"], what: "to the beginning", does: (player) => player.goTick(0) },
  { keys: ["End"], what: "to the end", does: (player) => player.slideTo(player.end) },
  { keys: ["+", "="], what: "faster", does: (player) => player.changeSpeed(1) },
  { keys: ["-"], what: "slower", does: (player) => player.changeSpeed(-1) },
  ...Object.entries(GOALS).map(([kind, { key, needs }]) => ({
    keys: [key],
    what: ({ goals }) => `run until ${goals[kind]}`,
    does: (player) => player.runUntil(kind),
    part: "run_until",
    needs,
  })),
  { keys: ["ArrowDown"], what: "choose what comes next", does: (player) => player.focus.move(1) },
  { keys: ["ArrowUp"], what: "choose what comes before", does: (player) => player.focus.move(-1) },
  {
    keys: ["Enter"],
    what: "open the menu of what is chosen",
    does: (player) => player.hands.openMenuByKey(),
  },
  { keys: ["Escape"], what: "close what is open, or choose nothing", does: (player) => player.escape() },
  {
    keys: ["]"],
    what: "choose the next message",
    does: (player) => player.focus.next("message", 1),
    part: "messages",
  },
  {
    keys: ["["],
    what: "choose the message before",
    does: (player) => player.focus.next("message", -1),
    part: "messages",
  },
  { keys: ["j"], what: "choose the next link", does: (player) => player.focus.next("link", 1), part: "cuts" },
  {
    keys: ["g"],
    what: "split the network into groups",
    label: "split into groups …",
    does: (player) => player.settings.toggleForm("groups"),
    part: "partitions",
    changes: true,
  },
  {
    keys: ["w"],
    what: "write or read as a client",
    label: "write or read …",
    does: (player) => player.settings.toggleForm("client"),
    part: "client",
    changes: true,
  },
  {
    keys: ["u"],
    what: "undo (also Ctrl+Z)",
    label: "undo",
    does: (player) => player.undo(),
    changes: true,
    possible: ({ kernel }) => kernel.canUndo,
  },
  {
    keys: ["U"],
    what: "redo (also Ctrl+Y)",
    label: "redo",
    does: (player) => player.redo(),
    changes: true,
    possible: ({ kernel }) => kernel.canRedo,
  },
  { keys: ["b"], what: "next branch", does: (player) => player.head.branches.next(), part: "branches" },
  {
    keys: ["v"],
    what: "logs, or space and time",
    does: (player) => player.beside.toggle("spacetime"),
    part: "spacetime",
  },
  {
    keys: ["A"],
    what: "see it as the chosen node does, or everything again",
    does: (player) => player.toggleSight(),
    part: "sight",
  },
  { keys: ["q"], what: "all about what is chosen", does: (player) => player.showCard() },
  {
    keys: ["E"],
    what: "the list of events",
    does: (player) => player.layer.toggle(player.drawer),
    part: "events",
  },
  { keys: ["?"], what: "show or hide these keys", does: (player) => player.layer.toggle(player.help) },
];
