// Which of the bids are shown. A bid that is chosen is, whatever the filters.
import { amount } from "../lib/format.js";
/** @import * as T from "../types.d.ts" */

/**
 * @typedef {object} Filter
 * @property {string} text in name, host or region, every word of it
 * @property {string} area empty: any
 * @property {string} gpu empty: any
 * @property {string} ceiling US dollars in the period that leads, as typed; what is no amount hides nothing
 * @property {boolean} favourites
 */

/** @returns {Filter} */
export const all = () => ({ text: "", area: "", gpu: "", ceiling: "", favourites: false });

/** @param {Filter} filter */
export const filters = ({ text, area, gpu, ceiling, favourites }) =>
  text.trim() !== "" || area !== "" || gpu !== "" || favourites || amount(ceiling, decimals) !== null;

/** Hours are told with so many. */
const decimals = 4;

/** The period that prices of these bids lead with. @param {T.Bid[]} bids @returns {"hour"|"month"} */
export const period = (bids) => (bids.some((bid) => bid.price?.byHour) ? "hour" : "month");

/** A ceiling is typed that is none. @param {Filter} filter */
export const wrong = ({ ceiling }) => ceiling.trim() !== "" && amount(ceiling, decimals) === null;

/** Where a bid's provider is, as the filter has it. @param {T.Bid} bid */
export const areaOf = (bid) => bid.area ?? bid.region;

/** @param {Filter} filter @param {"hour"|"month"} [by] what the ceiling is counted in @returns {(bid: T.Bid) => boolean} */
export function passes({ text, area, gpu, ceiling, favourites }, by = "month") {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const most = amount(ceiling, decimals);
  return (bid) => {
    if (favourites && !bid.favourite) return false;
    if (area && areaOf(bid) !== area) return false;
    if (gpu && bid.gpu !== gpu) return false;
    // An unknown price may be any: it is not below a ceiling.
    if (most !== null && (bid.price === null || Number(bid.price[by]) > Number(most))) return false;
    if (!words.length) return true;
    const about = `${bid.name} ${bid.host} ${bid.region ?? ""} ${bid.area ?? ""}`.toLowerCase();
    return words.every((word) => about.includes(word));
  };
}

/** @param {T.Bid[]} bids @param {Filter} filter @param {string|undefined} chosen a provider that stays */
export function filtered(bids, filter, chosen) {
  if (!filters(filter)) return bids;
  const pass = passes(filter, period(bids));
  return bids.filter((bid) => bid.provider === chosen || pass(bid));
}

/**
 * What a list to choose from holds: every value once, sorted, and the one chosen though no bid has it now.
 * @param {(string|null)[]} values
 * @param {string} chosen
 */
export function options(values, chosen) {
  const found = new Set(values.filter((value) => value !== null));
  if (chosen) found.add(chosen);
  return [...found].sort();
}
