// The line above the bids: what they are ordered by, and which of them are shown.
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { showAll } from "./bids.js";
import { segments } from "./segments.js";
import { redraw } from "../app/store.js";
import { mine, orderBy } from "../choose/choosing.js";
import { areaOf, filters, options, period, wrong } from "../choose/filter.js";
import { ways } from "../choose/order.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Filter} from "../choose/filter.js" */

/** Whether the filters are shown where the window is too narrow to show them always. */
let filtering = false;

/** @param {Partial<Filter>} change */
function set(change) {
  mine.filter = { ...mine.filter, ...change };
  redraw();
}

/** @param {globalThis.Event} event */
const value = (event) => /** @type {HTMLInputElement|HTMLSelectElement} */ (event.target).value;

/** @param {string} label @param {string} any @param {string[]} all @param {string} at @param {(value: string) => void} on */
const list = (label, any, all, at, on) =>
  html`<select
    class="input input--small"
    aria-label=${label}
    .value=${live(at)}
    @change=${(/** @type {globalThis.Event} */ event) => on(value(event))}
  >
    <option value="" ?selected=${at === ""}>${any}</option>
    ${all.map((one) => html`<option value=${one} ?selected=${one === at}>${one}</option>`)}
  </select>`;

/** @param {T.Bid[]} bids */
export function bidFilter(bids) {
  const { filter } = mine;
  const gpus = options(
    bids.map((bid) => bid.gpu),
    filter.gpu,
  );
  const bad = wrong(filter);
  const by = period(bids);
  return html`<div class="bidbar" role="group" aria-label=${s.filter.name}>
    ${segments(
      "order",
      s.order.by,
      ways.map((way) => ({ value: way, label: s.order.ways[way] })),
      mine.sort.column === "way" ? mine.way : null,
      orderBy,
      { inline: true },
    )}
    <button
      type="button"
      class="btn btn--small bidbar__toggle"
      aria-expanded=${filtering ? "true" : "false"}
      aria-controls="bid-filters"
      @click=${() => ((filtering = !filtering), redraw())}
    >
      ${icon(filtering ? "up" : "down")}<span>${s.filter.toggle}</span>
    </button>
    <div class="bidbar__filters ${filtering || filters(filter) ? "is-open" : ""}" id="bid-filters">
      <span class="search"
        >${icon("search")}<input
          class="input input--small"
          type="text"
          aria-label=${s.filter.text}
          placeholder=${s.filter.text}
          autocomplete="off"
          spellcheck="false"
          .value=${live(filter.text)}
          @input=${(/** @type {globalThis.Event} */ event) => set({ text: value(event) })}
      /></span>
      ${list(s.filter.region, s.filter.anyRegion, options(bids.map(areaOf), filter.area), filter.area, (area) => set({ area }))}
      ${gpus.length > 1 || filter.gpu ? list(s.filter.gpu, s.filter.anyGpu, gpus, filter.gpu, (gpu) => set({ gpu })) : nothing}
      <label class="money-field money-field--small"
        ><span>${s.filter.ceiling}</span><span aria-hidden="true">$</span
        ><input
          class="input input--small numbers"
          inputmode="decimal"
          autocomplete="off"
          aria-label=${s.filter.ceilingName[by]}
          aria-invalid=${bad ? "true" : nothing}
          title=${bad ? s.filter.ceilingBad : nothing}
          .value=${live(filter.ceiling)}
          @input=${(/** @type {globalThis.Event} */ event) => set({ ceiling: value(event) })}
        /><span>${s.filter.ceilingUnit[by]}</span></label
      >
      <button
        type="button"
        class="btn btn--small btn--toggle"
        aria-pressed=${filter.favourites ? "true" : "false"}
        aria-label=${s.filter.favouritesName}
        title=${s.filter.favouritesName}
        @click=${() => set({ favourites: !filter.favourites })}
      >
        ${icon("star")}<span>${s.filter.favourites}</span>
      </button>
    </div>
  </div>`;
}

/** How many of the bids the filters show, and the way to all. @param {T.Bid[]} bids @param {number} shown */
export const bidsShown = (bids, shown) =>
  html`<p class="bidhead__shown soft" role="status">
    ${
      filters(mine.filter)
        ? html`<span class="numbers">${s.filter.shown(shown, bids.length)}</span
            ><button type="button" class="link" @click=${showAll}>${s.filter.clear}</button>`
        : nothing
    }
  </p>`;
