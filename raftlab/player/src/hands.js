/* What a person can do to the cluster, from a control of the trace to a verb with its arguments. */

export const CHOOSE = {
  node: "Choose a node first: click it, or press its number.",
  entry: "Choose an entry first: click it in a log.",
  message: "Choose a message first: click it, or press [ or ].",
  link: "Choose a link first: click it, or press j.",
};

/** A control's label, or one of its arguments, with what is chosen in the place of "{node}", "{index}", "{message}", "{a}" and "{b}". */
export const filled = (value, chosen) => {
  const [, name] = (typeof value === "string" && value.match(/^{(\w+)}$/)) || [];
  if (name) return chosen[name];
  return typeof value === "string" ? value.replace(/{(\w+)}/g, (_, each) => chosen[each]) : value;
};

export const isPossible = ({ states, roles }, state, role) =>
  (!states.length || states.includes(state)) && (!roles.length || roles.includes(role));
