// *Deploy for me*: what its button says is what is sent.
import { amount } from "../lib/format.js";
/** @import * as T from "../types.d.ts" */

/** The limit as it is sent; `null` where it is none. @param {string} typed @returns {T.Usd|null} */
export function limit(typed) {
  const value = amount(typed);
  return value !== null && Number(value) > 0 && Number(value) <= 1_000_000 ? value : null;
}

/**
 * What the form begins with for another file: what to take is kept, the most it may cost belongs to its file.
 * @param {T.Rule} kept
 * @returns {T.Rule}
 */
export const begun = (kept) => ({ ...kept, limit: "" });

/** The rule as it is sent; `null` while the limit is no amount. @param {T.Rule} rule @returns {T.Rule|null} */
export function ready(rule) {
  const value = limit(rule.limit);
  return value === null ? null : { ...rule, limit: value };
}
