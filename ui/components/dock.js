// What is said about the rows as a whole, at the bottom of the window wherever the list is scrolled to: without moving a row.
import { html, nothing } from "lit-html";
import { mine, partName, picked, reorder, start, starting } from "../choosing.js";
import { sum, usd } from "../format.js";
import { least } from "../picks.js";
import { ask, redraw } from "../store.js";
import { s } from "../strings.js";
import { button } from "./button.js";
import { problemAt } from "./problem.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Open} open @param {boolean} moved the order shown is not the one wanted */
export function dock(open, moved) {
  const many = open.groups.length > 1;
  const comparing = open.groups.filter((group) => picked(group).length);
  if (!moved && !comparing.length && !many) return nothing;
  return html`<div class="dock">
    ${moved ? html`<div class="dock__line"><p class="soft">${s.choose.frozen}</p>${button(s.choose.sort, { click: reorder, small: true })}</div>` : nothing}
    ${comparing.map((group) => compareLine(open, group, many))}
    ${many ? html`${problemAt("start:all")}${together(open)}` : nothing}
  </div>`;
}

/** @param {T.Open} open @param {T.Group} group @param {boolean} many */
function compareLine(open, group, many) {
  const { length } = picked(group);
  return html`<div class="dock__line">
    <p id="compare-${group.gseq}" role="status">${length < least ? s.compare.one : s.compare.many(length)}</p>
    <div class="actions">
      ${button(s.compare.clear, { click: () => (mine.picks.delete(group.gseq), redraw()), small: true, kind: "quiet" })}
      ${button(many ? s.compare.goFor(length, partName(group)) : s.compare.go(length), { click: () => ask({ kind: "compare", id: open.row.id, gseq: group.gseq }), small: true, off: length < least, describedby: `compare-${group.gseq}` })}
    </div>
  </div>`;
}

/** Several groups: all are started by one click, once each has a choice that can still be taken. @param {T.Open} open */
function together(open) {
  const chosen = open.groups.map((group) => group.bids.find((bid) => bid.open && bid.provider === mine.choices.get(group.gseq)));
  const missing = chosen.filter((bid) => !bid).length;
  const prices = chosen.flatMap((bid) => (bid?.price ? [bid.price] : []));
  const byHour = prices.some((price) => price.byHour);
  const known = prices.length === chosen.length - missing;
  const total = prices.length && known ? (byHour ? s.price.hour(usd(sum(prices.map((price) => price.hour)))) : s.price.month(usd(sum(prices.map((price) => price.month))))) : null;
  const choices = open.groups.flatMap((group, index) => (chosen[index] ? [{ gseq: group.gseq, provider: chosen[index].provider }] : []));
  const label = missing ? s.choose.startAllPlain : total ? s.choose.startAll(total) : s.choose.startAllUnknown;
  return html`<div class="dock__line dock__line--lead">
    <p id="together" aria-live="polite">${missing ? html`<span>${s.choose.pickAll(missing)}</span>` : nothing} ${total ? html`<strong class="numbers">${missing ? s.choose.runningSoFar(total) : s.choose.running(total)}</strong>` : nothing}</p>
    ${open.can.start ? button(label, { click: () => start(open, choices, "start:all"), key: "start:all", kind: "primary", off: missing > 0 || starting(), describedby: "together" }) : nothing}
  </div>`;
}
