/* The keys of the player itself; those of the verbs come with the trace. */

export const KEY_NAMES = {
  " ": "space",
  ArrowRight: "→",
  ArrowLeft: "←",
  PageDown: "Page Down",
  PageUp: "Page Up",
};

export const keyName = (key) => (/[A-Z]/.test(key) ? `shift ${key}` : key);

/** The keys of the player itself; those of the verbs come with the trace.
 * keys, what they do (or how to say it), how, the word of the staging that they need, whether they change the run, and of which kind of
 * node or entry there must be one.
 * @type {any[][]} */
export const KEYS = [
  [[" "], "play or pause", (player) => player.togglePlay()],
  [["ArrowRight"], "next", (player) => player.next()],
  [["ArrowLeft"], "back", (player) => player.back()],
  [["PageDown"], "to the next stop", (player) => player.nextStop()],
  [["PageUp"], "back a stop", (player) => player.lastStop()],
  [["F"], "large, for a projector, or as before", (player) => player.toggleProjector()],
  [["."], "next tick", (player) => player.step("nextTick")],
  [[","], "back by one tick", (player) => player.step("lastTick")],
  [["Home"], "to the beginning", (player) => player.goTick(0)],
  [["End"], "to the end", (player) => player.goTick(player.branch.ticks)],
  [["+", "="], "faster", (player) => player.changeSpeed(1)],
  [["-"], "slower", (player) => player.changeSpeed(-1)],
  [
    ["l"],
    "run until a leader is elected",
    (player) => player.runUntil("leader"),
    "run_until",
    false,
    "leader",
  ],
  [
    ["m"],
    ({ goals }) => `run until ${goals.committed.label}`,
    (player) => player.runUntil("committed"),
    "run_until",
    false,
    "committed",
  ],
  [["i"], "run until an invariant is broken", (player) => player.runUntil("broken"), "run_until"],
  [
    ["Escape"],
    "choose nothing, close",
    (player) => {
      player.close();
    },
  ],
  [["y"], "ask why not, about what is chosen", (player) => player.askAboutSelected(), "why"],
  [["]"], "choose the next message", (player) => player.nextMessage(1), "messages"],
  [["["], "choose the message before", (player) => player.nextMessage(-1), "messages"],
  [["x"], "draw a cut with the mouse", (player) => player.toggleKnife(), "partitions", true],
  [["g"], "split the network into groups", (player) => player.toggleForm("groups"), "partitions", true],
  [["j"], "choose the next link", (player) => player.nextLink(), "cuts"],
  [["w"], "write or read as a client", (player) => player.toggleForm("client"), "client", true],
  [["u"], "undo", (player) => player.undo(), null, true],
  [["b"], "next branch", (player) => player.nextBranch(), "branches"],
  [["v"], "logs, or space and time", (player) => player.toggleSpacetime(), "spacetime"],
  [["e"], "the list of events", (player) => player.toggleEvents(), "events"],
  [["?"], "show or hide these keys", (player) => player.toggleHelp()],
];
