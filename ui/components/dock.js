// What is said about the rows as a whole, at the bottom of the window wherever the list is scrolled to: without moving a row.
import { html, nothing } from "lit-html";
import { button } from "./button.js";
import { priceText } from "./price.js";
import { problemAt } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { ask, redraw } from "../app/store.js";
import { chooseAll, mine, partName, picked, reorder, start, starting } from "../choose/choosing.js";
import { least } from "../choose/picks.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @typedef {{shown: T.Bid[], moved: boolean}} Listed */

/** @param {T.Open} open @param {Listed[]} lists what is shown of each group, and whether its order is not the one wanted */
export function dock(open, lists) {
  const moved = lists.some((list) => list.moved);
  const many = open.groups.length > 1;
  const comparing = open.groups.filter((group) => picked(group).length);
  if (!moved && !comparing.length && !many) return nothing;
  return html`<div class="dock">
    ${
      moved
        ? html`<div class="dock__line">
            <p class="soft">${s.choose.frozen}</p>
            ${button(s.choose.sort, { click: reorder, small: true })}
          </div>`
        : nothing
    }
    ${comparing.map((group) => compareLine(open, group, many))}
    ${many ? html`${problemAt("start:all")}${together(open, lists)}` : nothing}
  </div>`;
}

/** @param {T.Open} open @param {T.Group} group @param {boolean} many */
function compareLine(open, group, many) {
  const { length } = picked(group);
  return html`<div class="dock__line">
    <p id="compare-${group.gseq}" role="status">${length < least ? s.compare.one : s.compare.many(length)}</p>
    <div class="actions">
      ${button(s.compare.clear, { click: () => (mine.picks.delete(group.gseq), redraw()), small: true, kind: "quiet" })}
      ${button(many ? s.compare.goFor(length, partName(group)) : s.compare.go(length), {
        click: () => ask({ kind: "compare", id: open.row.id, gseq: group.gseq }),
        small: true,
        off: length < least,
        describedby: `compare-${group.gseq}`,
      })}
    </div>
  </div>`;
}

/** What Rust says that choices cost, by what they are; `null` until it has said so. @type {Map<string, T.Quote|null>} */
const quotes = new Map();

/** @param {T.Open} open @param {T.Choice[]} choices @returns {T.Quote|null} */
function quoteOf({ row, money }, choices) {
  if (!choices.length) return null;
  const key = JSON.stringify([row.id, money.setAside, money.autoFunding, choices]);
  const held = quotes.get(key);
  if (held !== undefined) return held;
  if (quotes.size >= 40) quotes.clear();
  quotes.set(key, null);
  ipc.quote(row.id, choices).then(
    (quote) => (quotes.set(key, quote), redraw()),
    // Asked for again after a while, not at every redraw.
    () => setTimeout(() => quotes.delete(key), 5_000),
  );
  return null;
}

/** @param {Map<number, string>} of */
const choicesOf = (of) => [...of].map(([gseq, provider]) => ({ gseq, provider }));

/**
 * Several groups: all are started by one click, once each has a choice that can still be taken.
 * @param {T.Open} open
 * @param {Listed[]} lists
 */
function together(open, lists) {
  /** @type {Map<number, string>} */
  const chosen = new Map();
  /** @type {Map<number, string>} */
  const best = new Map();
  open.groups.forEach((group, index) => {
    const one = group.bids.find((bid) => bid.open && bid.provider === mine.choices.get(group.gseq));
    if (one) chosen.set(group.gseq, one.provider);
    // What was chosen by hand stays.
    const first = one ?? lists[index].shown.find((bid) => bid.open);
    if (first) best.set(group.gseq, first.provider);
  });
  const missing = open.groups.filter((group) => !chosen.has(group.gseq));
  const choices = choicesOf(chosen);
  const quote = quoteOf(open, choices);
  const price = quote?.price ? priceText(quote.price) : null;
  const whole = best.size === open.groups.length;
  const bestQuote = missing.length && whole ? quoteOf(open, choicesOf(best)) : null;
  const label = missing.length
    ? s.choose.startAllPlain
    : price
      ? s.choose.startAll(price)
      : quote
        ? s.choose.startAllUnknown
        : s.choose.startAllPlain;
  return html`<div class="dock__line dock__line--lead">
    <p id="together" aria-live="polite">
      ${
        missing.length
          ? html`<span
              >${s.choose.needs} ${missing.map((group, index) => html`${index ? ", " : ""}${partLink(group)}`)}.</span
            >`
          : nothing
      }
      ${price ? html`<strong class="numbers">${missing.length ? s.choose.runningSoFar(price) : s.choose.running(price)}</strong>` : nothing}
      ${!missing.length && quote?.outlook ? html`<span class="soft">${quote.outlook}</span>` : nothing}
    </p>
    ${
      missing.length && open.can.start
        ? button(s.choose.best(bestQuote?.price ? priceText(bestQuote.price) : null, chosen.size > 0), {
            click: () => chooseAll(best),
            off: !whole,
            describedby: "together",
          })
        : nothing
    }
    ${
      open.can.start
        ? button(label, {
            click: () => start(open, choices, "start:all", quote?.takes ?? null),
            key: "start:all",
            kind: "primary",
            off: missing.length > 0 || starting() || !quote,
            describedby: "together",
          })
        : nothing
    }
  </div>`;
}

/** To the bids of a part. @param {T.Group} group */
function partLink(group) {
  const name = partName(group);
  const go = () => {
    const part = document.getElementById(`part-${group.gseq}`);
    part?.scrollIntoView({ block: "start" });
    part?.focus({ preventScroll: true });
  };
  const label = group.bids.some((bid) => bid.open) ? name : s.choose.unbid(name);
  return html`<button type="button" class="link" @click=${go}>${label}</button>`;
}
