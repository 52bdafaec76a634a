// Seven days of uptime as seven bars, with their text. A day without an outage is a full bar; how much lower one stands
// grows with what was lost.
import { html, nothing, svg } from "lit-html";
import { s } from "../strings/index.js";
/** Height of a day's bar, of 14: small outages are seen too. @param {number} up percent */
export const height = (up) => (up >= 100 ? 14 : up >= 99 ? 12 : up >= 95 ? 10 : up >= 80 ? 7 : up >= 50 ? 4 : 2);

/** @param {number} index @param {number} up */
function bar(index, up) {
  const high = height(up);
  return `M${index * 6} ${14 - high}h4v${high}h-4z`;
}

/** @param {number[]} week */
function weekText(week) {
  return week.every((up) => up >= 100) ? s.choose.cleanWeek : s.choose.week(week.join(", "));
}

/** @param {number[]|null} week */
export function weekChart(week) {
  if (!week?.length) return nothing;
  const fine = week.map((up, index) => (up >= 95 ? bar(index, up) : "")).join("");
  const low = week.map((up, index) => (up < 95 ? bar(index, up) : "")).join("");
  return html`<svg class="week" viewBox="0 0 ${week.length * 6 - 2} 14" role="img" aria-label=${weekText(week)}>
    ${fine ? svg`<path class="week__fine" d=${fine}/>` : nothing}${low ? svg`<path class="week__low" d=${low}/>` : nothing}
  </svg>`;
}
