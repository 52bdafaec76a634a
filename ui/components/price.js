// Prices, always with their basis. What is not known is said to be so.
import { html } from "lit-html";
import { usd } from "../format.js";
import { s } from "../strings.js";
/** @import * as T from "../types.d.ts" */

/** `$4.18 a month`, or per hour first where a GPU is asked for. @param {T.Price} price */
export const priceText = (price) => (price.byHour ? s.price.hour(usd(price.hour)) : s.price.month(usd(price.month)));

/** The other way to count it. @param {T.Price} price */
export const otherPrice = (price) => (price.byHour ? s.price.ifAllMonth(usd(price.month)) : s.price.day(usd(price.day)));

/** @param {T.Price|null} price */
export const priceBlock = (price) => (price ? html`<span class="price"><span class="price__main">${priceText(price)}</span><span class="price__other">${otherPrice(price)}</span></span>` : html`<span class="soft">${s.price.unknown}</span>`);

/** An amount that may not be known. @param {T.Usd|null} amount */
export const known = (amount) => (amount === null ? s.unknown : usd(amount));
