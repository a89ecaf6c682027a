/* What can be chosen, by how it stands on its element: data-thing="node n1", "message 12", "link n1>n2", "entry n1 3". Needs no page. */

/** Something that can be chosen: a node, a link, a message by its number, an entry of a node's log, or the cluster as a whole.
 * @typedef {{kind: "node" | "link" | "message" | "entry" | "cluster", id?: any, index?: number | null}} Thing
 */

/** A thing as the text of the attribute data-thing.
 * @param {Thing} thing
 * @returns {string}
 */
export const thingText = ({ kind, id, index }) =>
  [kind, id, index].filter((each) => each !== undefined && each !== null).join(" ");

/** The thing of such a text.
 * @param {string} text
 * @returns {Thing}
 */
export function thingOf(text) {
  const [kind, id, index] = /** @type {[any, string, string]} */ (text.split(" "));
  if (kind === "cluster") return { kind };
  if (kind === "message") return { kind, id: Number(id) };
  return kind === "entry" ? { kind, id, index: Number(index) } : { kind, id };
}

/** Is it the same thing?
 * @param {Thing | null} one
 * @param {Thing | null} other
 */
export const isSameThing = (one, other) => Boolean(one && other && thingText(one) === thingText(other));
