const plural = new Intl.PluralRules("en");

/** `1 bid`, `2 bids`. @param {number} n @param {string} one @param {string} many */
export const some = (n, one, many) => `${n} ${plural.select(n) === "one" ? one : many}`;
