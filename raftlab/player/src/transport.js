/* Speeds, and the marks above the timeline. */

export const MARK_SIGNS = {
  election: ["★", "a leader is elected"],
  commit: ["✓"],
  crash: ["✕", "a node crashes"],
  broken: ["!", "an invariant is broken"],
  stop: ["◆", "the story has something to say"],
  fork: ["↳", "another branch begins"],
};

const ON_TOP = ["stop", "fork"]; // marks that have a row of their own: a stop often follows what it speaks of

/** Marks that do not cover each other: of those too close the more telling one stands for the others, which it names. */
export function legible(marks, ticks) {
  const order = ["broken", "fork", "stop", "crash", "election", "commit"];
  const kept = [];
  for (const mark of [...marks].sort(
    (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.tick - b.tick,
  )) {
    const near = kept.find(
      ({ tick, kind }) =>
        ON_TOP.includes(kind) === ON_TOP.includes(mark.kind) && Math.abs(tick - mark.tick) < ticks * 0.012,
    );
    if (near) near.also.push([mark.tick, mark.kind]);
    else kept.push({ ...mark, also: [] });
  }
  return kept;
}

export const SPEEDS = [1, 2, 5, 10, 20, 50];
