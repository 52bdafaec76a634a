// The bids of one group, compared. Nothing here is a default: Enter acts on the row that has the focus, and only there.
// Rows are grids of their own, so the roles that a table's display would give are written out; one off the screen costs no layout.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { bidRow, place } from "./bid-row.js";
import { button } from "./button.js";
import { priceText } from "./price.js";
import { redraw } from "../app/store.js";
import { mine, partName, reorder } from "../choose/choosing.js";
import { all, filtered } from "../choose/filter.js";
import { clicked, first, kept, sorted } from "../choose/order.js";
import { most } from "../choose/picks.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Column} from "../choose/order.js" */

/** @typedef {{many: boolean, showAudited: boolean}} How */

/** The bids as they are shown now. @param {T.Group} group */
export function listed(group) {
  const wanted = sorted(group.bids, mine.sort, mine.way);
  const before = mine.shown.get(group.gseq) ?? [];
  // Among the rows of one part, those of no part move: a list above that grows would push the others away.
  const frozen = before.length > 0 && (mine.pointer !== null || mine.focus !== null);
  const ordered = frozen ? kept(before, wanted) : wanted;
  mine.shown.set(
    group.gseq,
    ordered.map((bid) => bid.provider),
  );
  return {
    shown: filtered(ordered, mine.filter, mine.choices.get(group.gseq)),
    moved: frozen && ordered.some((bid, index) => bid !== wanted[index]),
  };
}

/** Notes where the pointer and the focus are. @param {"pointer"|"focus"} what @param {number|null} where */
function among(what, where) {
  if (mine[what] === where) return;
  mine[what] = where;
  redraw();
}

/** @param {T.Open} open @param {T.Group} group @param {T.Bid[]} shown @param {How} how */
export function groupTable(open, group, shown, how) {
  const { gseq } = group;
  const name = partName(group);
  const gpu = group.bids.some((bid) => bid.gpu !== null);
  const byHour = group.bids.some((bid) => bid.price?.byHour);
  const prices = byHour
    ? /** @type {const} */ (["hour", "day", "month"])
    : /** @type {const} */ (["month", "day", "hour"]);
  const best = first(group.bids, mine.way);
  const full = (mine.picks.get(gseq)?.length ?? 0) >= most;
  const names = new Map();
  for (const { name } of group.bids) names.set(name, (names.get(name) ?? 0) + 1);
  return html`<section
    class="bids card card--flush"
    id="part-${gseq}"
    tabindex="-1"
    aria-label=${s.choose.caption(how.many ? name : open.row.name)}
  >
    ${
      how.many
        ? html`<h2 class="bids__title">
            ${s.choose.group(name)}${
              group.name && group.services.length
                ? html`<span class="soft"> · ${group.services.join(", ")}</span>`
                : nothing
            }
          </h2>`
        : nothing
    }
    ${gpu ? html`<p class="bids__rate soft small">${group.marketRate ?? s.choose.marketRateUnknown}</p>` : nothing}
    ${
      group.bids.length
        ? html`<table
            class="bidtable ${gpu ? "bidtable--gpu" : ""} ${how.many ? "bidtable--choose" : widthOf(group.bids)}"
            role="table"
            aria-label=${s.choose.caption(how.many ? name : open.row.name)}
          >
            <thead role="rowgroup">
              <tr class="bidtable__head" role="row">
                <th role="columnheader" class="bid__pick" scope="col"><span class="unseen">${s.choose.pick}</span></th>
                ${header("name", s.choose.provider, "bid__who")} ${header("region", s.choose.region, "bid__where")}
                ${gpu ? header("gpu", s.choose.gpu, "bid__gpu") : nothing}
                ${prices.map((what, index) => header("price", s.choose[what], `is-number ${place(index)}`, index === 0))}
                ${header("uptime", s.choose.uptime, "is-number bid__up")}
                <th role="columnheader" class="bid__act" scope="col"><span class="unseen">${s.choose.action}</span></th>
                <th role="columnheader" class="bid__why unseen" scope="col">${s.choose.why}</th>
              </tr>
            </thead>
            <tbody
              role="rowgroup"
              @pointerenter=${() => among("pointer", gseq)}
              @pointerleave=${() => among("pointer", null)}
              @focusin=${() => among("focus", gseq)}
              @focusout=${(/** @type {FocusEvent} */ event) => {
                if (
                  !(
                    /** @type {HTMLElement} */ (event.currentTarget).contains(
                      /** @type {Node|null} */ (event.relatedTarget),
                    )
                  )
                )
                  among("focus", null);
              }}
            >
              ${repeat(
                shown,
                (bid) => bid.provider,
                (bid) =>
                  bidRow(open, group, bid, {
                    ...how,
                    gpu,
                    prices,
                    best: bid.provider === best,
                    full,
                    twins: names.get(bid.name) > 1,
                  }),
              )}
            </tbody>
          </table>`
        : html`<p class="bids__none">
            ${open.noBids ? icon("attention") : icon("busy", "is-turning")}<span>${s.choose.groupWaiting}</span>
          </p>`
    }
    ${
      group.bids.length && !shown.length
        ? html`<p class="bids__none">
            <span>${s.filter.hides(group.bids.length)}</span>${button(s.filter.clear, { click: showAll, small: true })}
          </p>`
        : nothing
    }
    ${group.full ? html`<p class="bids__full soft small">${group.full}</p>` : nothing}
  </section>`;
}

/** The column of the buttons is as wide as the longest price on them needs. @param {T.Bid[]} bids */
function widthOf(bids) {
  const longest = Math.max(
    0,
    ...bids.map((bid) => (bid.price ? s.choose.start(priceText(bid.price)) : s.choose.startUnknown).length),
  );
  return longest <= 22 ? "" : longest <= 24 ? "bidtable--long" : "bidtable--longer";
}

/** Without filters. */
export function showAll() {
  mine.filter = all();
  redraw();
}

/**
 * @param {Exclude<Column, "way">} column
 * @param {string} label
 * @param {string} extra
 * @param {boolean} [leads] whether it shows that it is sorted by
 */
function header(column, label, extra, leads = true) {
  const by = mine.sort.column === column && leads;
  const click = () => {
    mine.sort = clicked(mine.sort, column);
    reorder();
  };
  return html`<th
    role="columnheader"
    scope="col"
    class=${extra}
    aria-sort=${by ? (mine.sort.down ? "descending" : "ascending") : nothing}
  >
    <button type="button" class="table__sort" @click=${click} title=${s.choose.sortBy(label)}>
      ${label}${by ? icon(mine.sort.down ? "down" : "up") : nothing}
    </button>
  </th>`;
}
