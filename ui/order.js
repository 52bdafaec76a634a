// The order of the bids: the window's own. Rust's (cheapest first) until a header is clicked. While the pointer or the focus is among
// the rows none moves: new bids come at the end, and the person may sort when ready.
import { byAmount } from "./format.js";
/** @import * as T from "./types.d.ts" */

/** @typedef {"rust"|"name"|"region"|"price"|"uptime"|"gpu"} Column */
/** @typedef {{column: Column, down: boolean}} Sort */

/** @type {Record<Exclude<Column, "rust">, (a: T.Bid, b: T.Bid) => number>} */
const compare = {
  name: (a, b) => a.name.localeCompare(b.name),
  region: (a, b) => text(a.region, b.region),
  price: (a, b) => byAmount(a.price?.hour, b.price?.hour) || byAmount(a.price?.month, b.price?.month),
  uptime: (a, b) => byAmount(a.uptime, b.uptime),
  gpu: (a, b) => text(a.gpu, b.gpu),
};

/** @param {string|null} a @param {string|null} b */
function text(a, b) {
  return a === null || b === null ? Number(a === null) - Number(b === null) : a.localeCompare(b);
}

/** What can be taken stands before what cannot; what is unknown is last, whichever the direction. @param {T.Bid[]} bids @param {Sort} sort */
export function sorted(bids, sort) {
  const { column, down } = sort;
  if (column === "rust") return bids;
  const unknown = (/** @type {T.Bid} */ bid) => (column === "price" ? bid.price : bid[column]) === null;
  return bids.toSorted((a, b) => Number(b.open) - Number(a.open) || Number(unknown(a)) - Number(unknown(b)) || (down ? compare[column](b, a) : compare[column](a, b)));
}

/** Keeps the order shown: what is gone leaves, what is new comes at the end. @param {string[]} shown providers in the order shown @param {T.Bid[]} bids in the order wanted */
export function kept(shown, bids) {
  const place = new Map(shown.map((provider, index) => [provider, index]));
  return bids.toSorted((a, b) => (place.get(a.provider) ?? Infinity) - (place.get(b.provider) ?? Infinity) || 0);
}

/** Clicking a header sorts by it, clicking it again turns it round, and once more returns to Rust's order. @param {Sort} sort @param {Column} column @returns {Sort} */
export function clicked(sort, column) {
  const downFirst = column === "uptime";
  if (sort.column !== column) return { column, down: downFirst };
  return sort.down === downFirst ? { column, down: !downFirst } : { column: "rust", down: false };
}
