/* The layout of the logs in their room: the font size, and which entries are in view. Needs no page. */

/** The smallest and the largest font size, in pixels, for each size of the player. */
export const LOG_FONTS = { phone: [12, 15], notebook: [12, 16], laptop: [13, 20], projector: [22, 28] };

const STEPS = [3, 5, 8, 12, 18, 26, 36]; // room is made for so many entries, so that a new entry seldom changes all sizes

const NARROWEST = 1.4; // the least width of an entry, as a multiple of the font size

const indexRow = (font) => Math.ceil(font * 1.5);

const lowestRow = (font) => font + 8;

const smallFont = (font) => Math.max(12, 0.72 * font); // the font size of terms and marks

/** Is a row so low that a sign must be beside the digits of the term, and not below them? */
const isLowRow = (row, font) => row < 1.2 * (smallFont(font) + 0.85 * font) + 8;

/** The width of the lane to the right of each entry, which holds the marks at its index. */
const laneOf = (font) => Math.ceil(1.1 * smallFont(font)) + 8;

const FRAME = 20; // pixels: the margins in an entry and the gap to the next one

/** The width of an entry with so many letters, a term of so many digits, and a sign if it contradicts something. */
function entryWidth({ font, letters, digits, odd, low }) {
  const term = 0.65 * smallFont(font) * digits;
  const sign = odd ? 0.75 * font + 3 : 0;
  return Math.ceil(0.67 * font * letters + (low ? term + sign : Math.max(term, sign))) + FRAME;
}

/** The width of the names of the rows: those of the nodes with their signs, and that of the row of facts in small letters. */
const nameWidth = (font, called) =>
  Math.ceil(Math.max(font * 3.4, Math.max(12, 0.8 * font) * 0.62 * called)) + 6;

const PADDING = 8; // above and below all rows

/** The height of logs with so many rows (including the row of facts) in this font size, with margins, in pixels.
 * @param {number} rows @param {number} font */
export const logHeight = (rows, font) => indexRow(font) + rows * lowestRow(font) + PADDING;

/** The preferred height of the logs: large beside the cluster, smaller below it.
 * @param {number} rows @param {string} size */
export function wantedLogHeight(rows, size) {
  const [smallest, largest] = LOG_FONTS[size];
  const font = size === "phone" || size === "notebook" ? Math.round((smallest + largest) / 2) : largest;
  return indexRow(font) + rows * Math.round(font * 1.9) + PADDING;
}

/** Compute the layout.
 *
 * Of the room: rows: the number of rows, including the row of facts. called: the letters of that row's name. longest: the last
 * index that is shown. letters: those of the longest command. digits: those of the largest term, 0 if entries have no terms.
 * marked: are there next and match indexes? odd: are there signs of contradictions? tall: has a command more than one line?
 * beyond: is there only a mark at the last index, and no entry?
 *
 * As many entries are in view as fit, always including the newest. If commands do not fit, entries are narrow and show only
 * their terms, as in the paper. If that is not enough, the entries before `first` are folded.
 *
 * Of the result: lane: the part of a cell's width that is kept for the marks beside its entry. low: are rows so low that a sign
 * is beside the term?
 * @param {{width: number, height: number, rows: number, called?: number, longest: number, letters: number, marked: boolean, digits?: number, odd?: boolean, tall?: boolean, beyond?: boolean, size: string}} room
 * @returns {{font: number, row: number, index: number, name: number, cell: number, lane: number, low: boolean, narrow: boolean, fold: number, columns: number, first: number}} */
export function logRoom({
  width,
  height,
  rows,
  called = 0,
  longest,
  letters,
  marked,
  digits = 1,
  odd = false,
  tall = false,
  beyond = false,
  size,
}) {
  const [smallest, usual] = LOG_FONTS[size];
  const largest = size === "laptop" ? Math.max(usual, Math.min(30, Math.floor(width / 28))) : usual; // larger on a large screen
  const planned = STEPS.find((step) => step >= longest) ?? longest;
  const shape = (font) => {
    const fair = Math.min(
      Math.floor((height - indexRow(font)) / rows),
      Math.round(font * (tall ? 3.8 : 2.8)),
    );
    const row = Math.max(font + 2, fair); // lower than lowestRow only if the logs cannot become a tab
    const low = isLowRow(row, font);
    const lane = marked ? laneOf(font) : 0;
    return {
      font,
      row,
      index: indexRow(font),
      name: nameWidth(font, called),
      cell: entryWidth({ font, letters, digits, odd, low }) + lane,
      lane,
      low,
      narrow: false,
      fold: 0,
      first: 1,
    };
  };
  const isHighEnough = (font) =>
    indexRow(font) + rows * (font === smallest ? lowestRow(font) : Math.round(font * 1.6)) <= height;
  for (let font = largest; font >= smallest; font--) {
    const found = shape(font);
    if (isHighEnough(font) && found.name + planned * found.cell <= width)
      return { ...found, columns: planned };
  }
  const least = shape(smallest);
  const all = Math.floor((width - least.name) / least.cell);
  if (longest <= all) return { ...least, columns: all };
  if (beyond && least.name + (longest - 1) * least.cell + Math.max(least.lane, least.font * 2) <= width)
    return { ...least, columns: longest };
  for (const columns of digits ? [planned, longest] : [])
    for (let font = largest; font >= smallest; font--) {
      const found = shape(font);
      const cell = Math.min(Math.floor((width - found.name) / columns), Math.round(font * 2.2));
      if ((isHighEnough(font) || font === smallest) && cell >= font * NARROWEST)
        return { ...found, cell, lane: 0, narrow: true, columns };
    }
  const fold = Math.ceil(smallest * 6.4);
  const columns = Math.max(1, Math.floor((width - least.name - fold) / least.cell));
  const cell = Math.min(least.cell, width - least.name - fold);
  return { ...least, cell, fold, columns, first: longest - columns + 1 };
}
