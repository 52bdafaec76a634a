// One bid: a row, and below it what is known of its provider once it is asked for. A row is made anew only when something of it changed.
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { button } from "./button.js";
import { priceText } from "./price.js";
import { problemAt } from "./problem.js";
import { providerDetail } from "./provider.js";
import { weekChart } from "./week.js";
import { now, state } from "../app/store.js";
import { choose, mark, mine, pick, start, starting, toggleDetail } from "../choose/choosing.js";
import { usd } from "../lib/format.js";
import { guard } from "../lib/guard.js";
import { icon } from "../lib/icons.js";
import { countdown } from "../lib/time.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/**
 * @typedef {object} How
 * @property {boolean} many there are several groups: a choice for each, not a start
 * @property {boolean} showAudited bids differ in it
 * @property {boolean} gpu
 * @property {readonly ("hour"|"day"|"month")[]} prices the one that leads first
 * @property {boolean} best it stands first by the way chosen
 * @property {boolean} full no more can be picked to compare
 * @property {boolean} twins another bid of the group has the same name: the host tells them apart
 */

/** Where a price stands: the one that leads, the day's, the third. @param {number} index */
export const place = (index) => (index === 0 ? "bid__lead" : index === 1 ? "bid__day" : "bid__third");

/** A snapshot's bids are new objects: what they say is what they are compared by. @type {WeakMap<T.Bid, string>} */
const texts = new WeakMap();

/** @param {T.Bid} bid */
function written(bid) {
  let text = texts.get(bid);
  if (text === undefined) texts.set(bid, (text = JSON.stringify(bid)));
  return text;
}

/** Under a minute: how long a bid may be taken still, chain milliseconds. @param {T.Bid} bid */
function shortly(bid) {
  if (!bid.open || bid.lapses === null) return null;
  const left = Date.parse(bid.lapses) - now();
  return left < 60_000 ? Math.max(0, Math.ceil(left / 1000) * 1000) : null;
}

/** @param {T.Open} open @param {T.Group} group @param {T.Bid} bid @param {How} how */
export function bidRow(open, group, bid, how) {
  const { gseq } = group;
  const key = `${gseq}:${bid.provider}`;
  const opened = mine.opened.has(key);
  const chosen = mine.choices.get(gseq) === bid.provider;
  const picked = mine.picks.get(gseq)?.includes(bid.provider) ?? false;
  const left = shortly(bid);
  const busy = state.busy.has(`start:${bid.provider}`);
  const depends = [
    written(bid),
    open.row.id,
    open.can.start,
    mine.way,
    how.many,
    how.showAudited,
    how.gpu,
    how.prices[0],
    how.best,
    how.full,
    how.twins,
    opened,
    chosen,
    picked,
    left,
    busy,
    starting(),
  ];
  return html`${guard(depends, () =>
    row(open, group, bid, { ...how, opened, chosen, picked, left }),
  )}${how.many ? nothing : failed(`start:${bid.provider}`)}${opened ? nothing : failed(`mark:${bid.provider}`)}${
    opened
      ? html`<tr class="bid__below" role="row" id="about-${gseq}-${bid.provider}">
          <td role="cell">${providerDetail(bid)}</td>
        </tr>`
      : nothing
  }`;
}

/** @param {string} key */
const failed = (key) =>
  state.problems.has(key)
    ? html`<tr class="bid__below" role="row">
        <td role="cell">${problemAt(key)}</td>
      </tr>`
    : nothing;

/**
 * @param {T.Open} open
 * @param {T.Group} group
 * @param {T.Bid} bid
 * @param {How & {opened: boolean, chosen: boolean, picked: boolean, left: number|null}} how
 */
function row(open, { gseq }, bid, { many, showAudited, gpu, prices, best, full, twins, opened, chosen, picked, left }) {
  const { price } = bid;
  const id = `${gseq}-${bid.provider}`;
  return html`<tr class="bid ${bid.open ? "" : "is-gone"} ${chosen ? "is-chosen" : ""}" role="row">
    <td role="cell" class="bid__pick">
      <label class="bid__tick" title=${full && !picked ? s.compare.full : s.compare.pick(bid.name)}
        ><input
          type="checkbox"
          aria-label=${s.compare.pick(bid.name)}
          .checked=${picked}
          ?disabled=${full && !picked}
          @change=${() => pick(gseq, bid.provider)}
      /></label>
      <button
        type="button"
        class="btn btn--icon bid__star"
        aria-pressed=${bid.favourite ? "true" : "false"}
        aria-label=${s.filter.favourite(bid.name)}
        title=${bid.favourite ? s.provider.unmark : s.provider.mark}
        @click=${() => mark(bid)}
      >
        ${icon("star")}
      </button>
    </td>
    <th role="rowheader" scope="row" class="bid__who">
      <button
        type="button"
        class="bid__name ${bid.name === bid.host ? "is-host" : ""}"
        aria-expanded=${opened ? "true" : "false"}
        aria-controls=${opened ? `about-${id}` : nothing}
        title=${s.provider.show(bid.name)}
        @click=${() => toggleDetail(gseq, bid.provider)}
      >
        ${icon("right")}<span>${bid.name}</span>
      </button>
      ${showAudited && bid.audited === false ? html`<span class="tag tag--attention">${s.choose.unaudited}</span>` : nothing}
    </th>
    <td role="cell" class="bid__where" title=${bid.region ?? nothing}>
      ${bid.region ?? html`<span class="soft">–</span>`}
    </td>
    ${gpu ? html`<td role="cell" class="bid__gpu">${bid.gpu ?? "–"}</td>` : nothing}
    ${prices.map(
      (what, index) =>
        html`<td role="cell" class="is-number ${place(index)}">
          ${
            index === 0 && bid.marketRate
              ? html`<span class="tag tag--${rateTone[bid.marketRate]}">${s.choose.marketRates[bid.marketRate]}</span>`
              : nothing
          }${price ? html`<span>${usd(price[what])}</span>` : html`<span class="soft">${index === 0 ? s.price.none : "–"}</span>`}
        </td>`,
    )}
    <td role="cell" class="is-number bid__up">
      ${weekChart(bid.week)}${
        bid.uptime === null
          ? html`<span class="soft">–</span>`
          : html`<span class=${Number(bid.uptime) < 98 ? "is-low" : ""}>${s.choose.percent(bid.uptime)}</span>`
      }
    </td>
    <td role="cell" class="bid__act">${take(open, gseq, bid, many, chosen)}</td>
    <td role="cell" class="bid__why" id="why-${id}" title=${reason(bid, twins)}>
      ${best ? html`<span class="tag tag--accent tag--mark">${icon("mark")}${s.order.marks[mine.way]}</span>` : nothing}${
        left === null
          ? nothing
          : html`<span class="tag tag--attention numbers"
              >${left > 0 ? s.choose.lapseOne(countdown(left)) : s.choose.lapsingOne}</span
            >`
      }${reason(bid, twins)}
    </td>
  </tr>`;
}

/** What it means for what is set aside, and why it ranks here, on one line. @param {T.Bid} bid @param {boolean} twins */
function reason(bid, twins) {
  const points = mine.way === "cheapest" || !bid.why ? null : s.points.row(bid.points.total);
  return [twins && bid.host !== bid.name ? bid.host : null, bid.outlook, points, bid.why].filter(Boolean).join(" · ");
}

/** @type {Record<T.MarketRate, string>} */
const rateTone = { cheap: "good", usual: "plain", dear: "attention" };

/**
 * What can no longer be taken keeps its place and its focus.
 * @param {T.Open} open
 * @param {number} gseq
 * @param {T.Bid} bid
 * @param {boolean} many
 * @param {boolean} chosen
 */
function take(open, gseq, bid, many, chosen) {
  const price = bid.price ? priceText(bid.price) : s.price.unknown;
  const gone = bid.whyNot ?? "";
  const id = `why-${gseq}-${bid.provider}`;
  if (many) {
    const on = (/** @type {globalThis.Event} */ event) =>
      bid.open ? choose(gseq, bid.provider) : event.preventDefault();
    return html`<label class="pick"
      ><input
        type="radio"
        name="bid-${gseq}"
        aria-label=${bid.open ? s.choose.take(bid.name, price) : s.choose.gone(bid.name, gone)}
        aria-describedby=${id}
        aria-disabled=${bid.open ? nothing : "true"}
        .checked=${live(chosen && bid.open)}
        @click=${on}
      /><span>${bid.open ? s.choose.pickOne : gone}</span></label
    >`;
  }
  if (!open.can.start && bid.open) return nothing;
  const key = `start:${bid.provider}`;
  const name = !bid.open
    ? s.choose.gone(bid.name, gone)
    : bid.price
      ? s.choose.startName(bid.name, price)
      : s.choose.startUnknownName(bid.name);
  return button(!bid.open ? gone : bid.price ? s.choose.start(price) : s.choose.startUnknown, {
    click: () => start(open, [{ gseq, provider: bid.provider }], key, bid.takes),
    key,
    off: !bid.open || starting(),
    small: true,
    name,
    describedby: id,
  });
}
