// Speaks to screen readers through two live regions, one polite and one assertive. Each region is emptied by its own timer, so that
// a sentence never stays in the page because another region spoke.

/** Milliseconds between emptying a region and filling it: a region that changes twice at once is not read. */
const pause = 50;
/** Milliseconds after which a sentence is taken out of the page. */
const keep = 10_000;

/** @param {{textContent: string|null}} region @returns {(text: string) => void} */
function speaker(region) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */ let filling;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ let emptying;
  /** @type {string[]} */ let due = [];
  return (text) => {
    region.textContent = "";
    due.push(text);
    clearTimeout(emptying);
    emptying = setTimeout(() => (region.textContent = ""), keep);
    filling ??= setTimeout(() => {
      region.textContent = due.join(" ");
      due = [];
      filling = undefined;
    }, pause);
  };
}

/**
 * @param {{textContent: string|null}} polite
 * @param {{textContent: string|null}} assertive
 * @returns {(text: string, assertive?: boolean) => void}
 */
export function announcer(polite, assertive) {
  const calm = speaker(polite),
    urgent = speaker(assertive);
  return (text, now = false) => (now ? urgent : calm)(text);
}
