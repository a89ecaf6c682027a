/* How the logs fit into their room: how large they are written, and which of their entries are in view. Needs no page. */

/** The smallest and the largest letters, in pixels, in rooms of each size. */
export const LOG_FONTS = { phone: [12, 15], notebook: [12, 16], laptop: [13, 20], projector: [22, 28] };

const STEPS = [3, 5, 8, 12, 18, 26, 36]; // entries for which there is room: so that not every new one changes all sizes

const NARROWEST = 1.4; // of an entry's width, in letters' heights

const indexRow = (font) => Math.ceil(font * 1.5);

const lowestRow = (font) => font + 8;

const smallFont = (font) => Math.max(12, 0.72 * font); // of terms and marks

/** In a low row a sign stands beside the digit of the term, else below it. */
const isLowRow = (row, font) => row < 1.2 * (smallFont(font) + 0.85 * font) + 8;

/** How wide the lane is to the right of each entry, in which the marks of its index stand. */
const laneOf = (font) => Math.ceil(1.1 * smallFont(font)) + 8;

const FRAME = 20; // pixels of an entry that hold no letters, and between it and the next

/** How wide an entry is that shows so many letters, with its term of so many digits, and a sign if there is something odd. */
function entryWidth({ font, letters, digits, odd, low }) {
  const term = 0.65 * smallFont(font) * digits;
  const sign = odd ? 0.75 * font + 3 : 0;
  return Math.ceil(0.67 * font * letters + (low ? term + sign : Math.max(term, sign))) + FRAME;
}

/** How wide the names of the rows are: those of the nodes with their signs, and what the row of the facts is called, in small letters. */
const nameWidth = (font, called) =>
  Math.ceil(Math.max(font * 3.4, Math.max(12, 0.8 * font) * 0.62 * called)) + 6;

const PADDING = 8; // above and below all rows

/** How high the logs of so many rows (a row for the facts among them) are with such letters, in pixels, with what stands around them.
 * @param {number} rows @param {number} font */
export const logHeight = (rows, font) => indexRow(font) + rows * lowestRow(font) + PADDING;

/** How high the logs would like to be: large beside the cluster, smaller under it.
 * @param {number} rows @param {string} size */
export function wantedLogHeight(rows, size) {
  const [smallest, largest] = LOG_FONTS[size];
  const font = size === "phone" || size === "notebook" ? Math.round((smallest + largest) / 2) : largest;
  return indexRow(font) + rows * Math.round(font * 1.9) + PADDING;
}

/** Where everything stands. rows: how many, the facts' among them; called: letters of what those are called; longest: the last index that is shown; letters: of the
 * longest command; digits: of the largest term, 0 where entries have none; marked: are there next and match indexes? odd: are
 * there signs of contradictions? tall: does a command stand in more than one line? beyond: is there only a mark at the last index?
 * As many entries are in view as there is room for, the newest always. Where commands have no room, entries are narrow and show
 * their terms only, as in the paper; where that is not enough, those before `first` are folded.
 * lane: of a cell's width, how much is kept for the marks beside its entry. low: are rows so low that a sign stands beside a term?
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
  const largest = size === "laptop" ? Math.max(usual, Math.min(30, Math.floor(width / 28))) : usual; // of a large screen
  const planned = STEPS.find((step) => step >= longest) ?? longest;
  const shape = (font) => {
    const fair = Math.min(
      Math.floor((height - indexRow(font)) / rows),
      Math.round(font * (tall ? 3.8 : 2.8)),
    );
    const row = Math.max(font + 2, fair); // below lowestRow only where there is no tab to go to
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
