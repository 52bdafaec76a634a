// Prices, always with their basis. What is not known is said to be so.
import { html } from "lit-html";
import { usd } from "../lib/format.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/**
 * `$4.18 a month`, or per hour first where a GPU is asked for.
 * @param {T.Price} price
 * @param {boolean} [byHour] what the screen leads with
 */
export const priceText = (price, byHour = price.byHour) =>
  byHour ? s.price.hour(usd(price.hour)) : s.price.month(usd(price.month));

/** The other way to count it. @param {T.Price} price @param {boolean} [byHour] */
export const otherPrice = (price, byHour = price.byHour) =>
  byHour ? s.price.ifAllMonth(usd(price.month)) : s.price.day(usd(price.day));

/** @param {T.Price|null} price @param {boolean} [byHour] */
export const priceBlock = (price, byHour = price?.byHour) =>
  price
    ? html`<span class="price"
        ><span class="price__main">${priceText(price, byHour)}</span
        ><span class="price__other">${otherPrice(price, byHour)}</span></span
      >`
    : html`<span class="soft">${s.price.unknown}</span>`;

/**
 * Whether the screen that is shown leads with the price of an hour: all prices on one screen lead alike.
 * @param {T.Snapshot} snapshot
 * @param {T.DeploymentId|null} id the deployment it shows
 */
export function leadsByHour({ open, total }, id) {
  const bids = open?.row.id === id ? open.groups.flatMap((group) => group.bids) : [];
  const own = open?.row.id === id ? (open.row.price ?? bids.find((bid) => bid.price)?.price) : null;
  return own?.byHour ?? total?.byHour ?? false;
}

/** An amount that may not be known. @param {T.Usd|null} amount */
export const known = (amount) => (amount === null ? s.unknown : usd(amount));
