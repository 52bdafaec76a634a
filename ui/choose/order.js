// The order of the bids: by one of Rust's three ways, or by a column once its header is clicked. While the pointer or the focus is among
// the rows none moves: new bids come at the end, and the person may sort when ready.
import { byAmount } from "../lib/format.js";
/** @import * as T from "../types.d.ts" */

/** @typedef {"way"|"name"|"region"|"price"|"uptime"|"gpu"} Column */
/** @typedef {{column: Column, down: boolean}} Sort */

/** @type {readonly T.RankBy[]} */
export const ways = ["cheapest", "reliable", "balanced"];

/** @type {Sort} */
export const byWay = { column: "way", down: false };

const words = new Intl.Collator();

/** @type {Record<Exclude<Column, "way">, (a: T.Bid, b: T.Bid) => number>} */
const compare = {
  name: (a, b) => words.compare(a.name, b.name),
  region: (a, b) => text(a.region, b.region),
  price: (a, b) => byAmount(a.price?.hour, b.price?.hour) || byAmount(a.price?.month, b.price?.month),
  uptime: (a, b) => byAmount(a.uptime, b.uptime),
  gpu: (a, b) => text(a.gpu, b.gpu),
};

/** @param {string|null} a @param {string|null} b */
function text(a, b) {
  return a === null || b === null ? Number(a === null) - Number(b === null) : words.compare(a, b);
}

/**
 * What can be taken stands before what cannot; what is unknown is last, whichever the direction.
 * @param {T.Bid[]} bids
 * @param {Sort} sort
 * @param {T.RankBy} way
 */
export function sorted(bids, { column, down }, way) {
  if (column === "way") return bids.toSorted((a, b) => Number(b.open) - Number(a.open) || a.rank[way] - b.rank[way]);
  const unknown = (/** @type {T.Bid} */ bid) => (column === "price" ? bid.price : bid[column]) === null;
  return bids.toSorted(
    (a, b) =>
      Number(b.open) - Number(a.open) ||
      Number(unknown(a)) - Number(unknown(b)) ||
      (down ? compare[column](b, a) : compare[column](a, b)),
  );
}

/**
 * The provider that stands first by a way, wherever its row is shown; `null` where none can be taken.
 * @param {T.Bid[]} bids
 * @param {T.RankBy} way
 */
export function first(bids, way) {
  /** @type {T.Bid|null} */
  let best = null;
  for (const bid of bids) if (bid.open && (!best || bid.rank[way] < best.rank[way])) best = bid;
  return best && (best.price || way === "reliable") ? best.provider : null;
}

/**
 * Keeps the order shown: what is gone leaves, what is new comes at the end.
 * @param {string[]} shown providers in the order shown
 * @param {T.Bid[]} bids in the order wanted
 */
export function kept(shown, bids) {
  const place = new Map(shown.map((provider, index) => [provider, index]));
  return bids.toSorted((a, b) => (place.get(a.provider) ?? Infinity) - (place.get(b.provider) ?? Infinity) || 0);
}

/**
 * Clicking a header sorts by it, clicking it again turns it round, and once more returns to the way.
 * @param {Sort} sort
 * @param {Column} column
 * @returns {Sort}
 */
export function clicked(sort, column) {
  const downFirst = column === "uptime";
  if (sort.column !== column) return { column, down: downFirst };
  return sort.down === downFirst ? { column, down: !downFirst } : byWay;
}
