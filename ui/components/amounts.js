// What a receipt says of time and money, where it may not be known.
import { usd } from "../lib/format.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Receipt} receipt */
export const ran = (receipt) =>
  receipt.ran !== null ? receipt.ran : receipt.unknown ? s.receipt.unknown : s.receipt.nothing;

/** An amount that is not there. @param {T.Receipt} receipt */
const missing = (receipt) => (receipt.unknown ? s.receipt.unknown : s.receipt.settling);

/** @param {T.Receipt} receipt */
export const returned = (receipt) =>
  receipt.returned === null
    ? missing(receipt)
    : receipt.about
      ? s.receipt.about(usd(receipt.returned))
      : usd(receipt.returned);

/** @param {T.Receipt} receipt */
export const spent = (receipt) => (receipt.spent === null ? missing(receipt) : usd(receipt.spent));
