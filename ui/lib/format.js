// Intl only formats here: amounts come rounded from Rust, as decimal text, and keep exactly their decimals.

/**
 * The system's language where it is one. Without LANG WebKitGTK says "C": Intl refuses it, and what it would take
 * instead writes "$ 5.00".
 */
const locale = usable(globalThis.navigator?.language);

/** @param {string|undefined} tag */
export function usable(tag) {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? "en-US";
  } catch {
    return "en-US";
  }
}

/** @type {Map<number, Intl.NumberFormat>} */
const dollars = new Map();

/** `"4.18"` as `$4.18`, with the decimals it has. @param {string} text */
export function usd(text) {
  const decimals = text.split(".")[1]?.length ?? 0;
  let format = dollars.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat(locale, {
      style: "currency",
      currency: "USD",
      currencyDisplay: "narrowSymbol",
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    dollars.set(decimals, format);
  }
  return format.format(/** @type {any} */ (text));
}

/** What a person typed as an amount, as decimal text with two decimals at least; `null` where it is none, or finer than `most` decimals:
 * nothing is rounded without a word. @param {string} typed @param {number} [most] */
export function amount(typed, most = 2) {
  // "1,000" is a thousand to one half of the world and one to the other: neither is guessed.
  if (/,\d{3}\s*$/.test(typed)) return null;
  const found = /^\s*\$?\s*(\d{1,7})(?:[.,](\d*?)0*)?\s*$/.exec(typed);
  if (!found || (found[2]?.length ?? 0) > most) return null;
  return `${Number(found[1])}.${(found[2] ?? "").padEnd(2, "0")}`;
}

/** Why what was typed is no amount; `null` where it is one. @param {string} typed @returns {"none"|"comma"|"cents"|null} */
export function trouble(typed) {
  if (amount(typed) !== null) return null;
  if (/^\s*\$?\s*\d{1,3}(,\d{3})+(\.\d*)?\s*$/.test(typed)) return "comma";
  return amount(typed, 20) === null ? "none" : "cents";
}

/**
 * Which of two amounts of decimal text is larger; unknown ones are last.
 * @param {string|null|undefined} a
 * @param {string|null|undefined} b
 */
export function byAmount(a, b) {
  if (a == null || b == null) return a == b ? 0 : a == null ? 1 : -1;
  return Number(a) - Number(b);
}

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const dated = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });

/** A moment for people: the time today, with the date when it was another day. @param {number} at @param {number} now */
export function moment(at, now) {
  const a = new Date(at),
    b = new Date(now);
  if (a.toDateString() === b.toDateString()) return clock.format(a);
  return a.getFullYear() === b.getFullYear() ? `${day.format(a)}, ${clock.format(a)}` : dated.format(a);
}

/** A moment with its date always, for what is kept. @param {number} at */
export const stamp = (at) => `${dated.format(new Date(at))}, ${clock.format(new Date(at))}`;

/** A moment with everything, for a tooltip. @param {number} at */
export const exactly = (at) => full.format(new Date(at));

const numbers = new Intl.NumberFormat(locale);

/** @param {number} value */
export const count = (value) => numbers.format(value);
