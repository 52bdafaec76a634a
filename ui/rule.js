// *Deploy for me*: what its button says is what is sent.
import { amount } from "./format.js";
/** @import * as T from "./types.d.ts" */

/** The limit as it is sent, cents and no finer; `null` where it is none. @param {string} typed @returns {T.Usd|null} */
export function limit(typed) {
  const value = amount(typed);
  if (value === null) return null;
  const cents = value.slice(0, value.indexOf(".") + 3);
  return Number(cents) > 0 && Number(cents) <= 1_000_000 ? cents : null;
}

/** The rule as it is sent and kept; `null` while the limit is no amount. @param {T.Rule} rule @returns {T.Rule|null} */
export function ready(rule) {
  const cents = limit(rule.limit);
  return cents === null ? null : { ...rule, limit: cents };
}
