// Choose: the bids, compared. Nothing here is a default: Enter acts on the row that has the focus, and only there.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { button } from "../components/button.js";
import { priceText } from "../components/price.js";
import { problem, problemAt } from "../components/problem.js";
import { stateOf } from "../components/status.js";
import { journey } from "../components/steps.js";
import { sum, usd } from "../format.js";
import { icon } from "../icons.js";
import * as ipc from "../ipc.js";
import { clicked, kept, sorted } from "../order.js";
import { act, announce, ask, now, redraw, state } from "../store.js";
import { s } from "../strings.js";
import { countdown, spoken } from "../time.js";
import { askAgain, close, renameButton } from "./deployment.js";
/** @import * as T from "../types.d.ts" */
/** @import {Column, Sort} from "../order.js" */

/** The window's own, of the deployment it looks at. */
const mine = {
  id: "",
  /** @type {Sort} */ sort: { column: "rust", down: false },
  /** The order shown, by group. @type {Map<number, string[]>} */ shown: new Map(),
  /** The pointer is among the rows of this group. @type {number|null} */ pointer: null,
  /** The focus is. @type {number|null} */ focus: null,
  /** What is chosen, by group. @type {Map<number, string>} */ choices: new Map(),
  /** @type {number|null} */ left: null,
};

/** @param {string} id */
function fresh(id) {
  if (mine.id === id) return;
  Object.assign(mine, { id, pointer: null, focus: null, left: null });
  mine.shown.clear();
  mine.choices.clear();
}

/** @param {T.Open} open @param {T.Choice[]} choices @param {string} key */
const start = (open, choices, key) => act(key, () => ipc.start(open.row.id, choices), { changes: true });

/** Only one start may be in flight, whichever row it is of. */
const starting = () => [...state.busy].some((key) => key.startsWith("start:"));

/** @param {T.Open} open */
export function choose(open) {
  const { row, groups } = open;
  fresh(row.id);
  const bids = groups.flatMap((group) => group.bids);
  const { code } = row.state;
  const over = code === "lapsed" || code === "unclear" || code === "notSent" || code === "refused";
  return html`<div class="screen stack">
    <header class="head">
      <div class="head__title"><h1 tabindex="-1">${row.name}</h1>${renameButton(row.id)}</div>
      ${journey(1)}
    </header>
    ${open.problem ? problem(open.problem) : nothing} ${problemAt("act")}
    ${over ? stopped(open) : code === "choosing" && bids.length ? table(open, bids) : waiting(open)}
  </div>`;
}

/** Creating, or no bid yet. @param {T.Open} open */
function waiting(open) {
  const { row } = open;
  const none = open.noBids;
  const choosing = row.state.code === "choosing";
  return html`<section class="card card--roomy waiting" aria-live="polite">
    ${icon(none ? "attention" : "busy", none ? "icon--large" : "icon--large is-turning")}
    <h2>${choosing ? (none ? s.choose.none : s.choose.waiting) : row.state.word}</h2>
    <p class="soft measure">${choosing ? (none ? s.choose.noneText : s.choose.waitingText) : row.state.detail}</p>
    <div class="actions actions--centred">${none && open.can.askAgain ? button(s.choose.askAgain, { click: () => askAgain(open), key: "askAgain" }) : nothing}${closeButton(open)}</div>
    ${open.money.left ? html`<p class="soft small">${s.choose.held(usd(open.money.left))}</p>` : nothing}
  </section>`;
}

/** Lapsed, not sent, refused, unclear: what there is to decide. @param {T.Open} open */
function stopped(open) {
  const { row, can, money } = open;
  if (!row.state.detail && !can.askAgain && !can.again && !can.close && !can.forget) return html`<p>${stateOf(row.state)}</p>`;
  return html`<section class="card card--roomy">
    <h2 class="status status--${row.state.tone}">${icon(row.state.tone, row.state.tone === "busy" ? "is-turning" : "")}${row.state.word}</h2>
    ${row.state.detail ? html`<p class="measure">${row.state.detail}</p>` : nothing}
    ${can.askAgain ? html`<p class="soft measure">${s.choose.askAgainText}</p>` : nothing}
    <div class="actions">
      ${can.askAgain ? button(s.choose.askAgain, { click: () => askAgain(open), key: "askAgain", kind: "primary" }) : nothing}
      ${can.again ? button(s.detail.again, { click: () => act("act", () => ipc.again(row.id), { changes: true }), key: "act", kind: can.askAgain ? "plain" : "primary" }) : nothing}
      ${can.forget ? button(s.receipt.forget, { click: () => ask({ kind: "forget", id: row.id, name: row.name }) }) : nothing}
      ${can.close ? button(money.left ? s.choose.closeKept(usd(money.left)) : s.choose.closePlain, { click: () => close(open), key: `close:${row.id}` }) : nothing}
    </div>
  </section>`;
}

/** @param {T.Open} open */
function closeButton(open) {
  if (!open.can.close) return nothing;
  return button(s.choose.close, { click: () => close(open), key: `close:${open.row.id}` });
}

/** @param {T.Open} open @param {T.Bid[]} bids */
function table(open, bids) {
  const { groups } = open;
  const many = groups.length > 1;
  const usable = bids.filter((bid) => bid.open);
  const audited = bids.length > 0 && bids.every((bid) => bid.audited === true);
  return html`
    <div class="bidhead">
      <p>${s.choose.heading(usable.length, audited)}</p>
      ${lapses(open)}
    </div>
    ${open.can.start || open.row.ours ? nothing : html`<p class="note">${icon("info")}<span>${s.choose.elsewhere}</span></p>`}
    ${groups.map((group) => groupTable(open, group, { many, showAudited: bids.some((bid) => bid.audited !== bids[0]?.audited) }))}
    ${many ? together(open) : nothing}
    ${problemAt("start:all")}
    <footer class="bidfoot">
      <p class="soft measure">${s.choose.fixed}</p>
      ${closeButton(open)}
    </footer>
  `;
}

/** @param {T.Open} open */
function lapses(open) {
  if (!open.lapses) return nothing;
  const left = Date.parse(open.lapses) - now();
  const mark = spoken(mine.left, left);
  if (mark) announce(s.choose.spoken[/** @type {30000|120000} */ (mark)]);
  mine.left = left;
  return html`<p class="countdown ${left < 60_000 ? "is-short" : ""}">${icon("clock")}<span class="numbers" role="timer" aria-live="off">${left > 0 ? s.choose.lapse(countdown(left)) : s.choose.lapsing}</span></p>`;
}

/** @param {T.Open} open @param {T.Group} group @param {{many: boolean, showAudited: boolean}} how */
function groupTable(open, group, { many, showAudited }) {
  const wanted = sorted(group.bids, mine.sort);
  const before = mine.shown.get(group.gseq) ?? [];
  const frozen = before.length > 0 && (mine.pointer === group.gseq || mine.focus === group.gseq);
  const bids = frozen ? kept(before, wanted) : wanted;
  const order = bids.map((bid) => bid.provider);
  mine.shown.set(group.gseq, order);
  const moved = frozen && order.some((provider, index) => provider !== wanted[index]?.provider);
  const gpu = group.bids.some((bid) => bid.gpu !== null);
  const byHour = group.bids.some((bid) => bid.price?.byHour);
  const name = group.name ?? group.services.join(", ");
  const among = (/** @type {"pointer"|"focus"} */ what, /** @type {number|null} */ where) => () => {
    if (mine[what] === where) return;
    mine[what] = where;
    redraw();
  };
  const prices = byHour ? /** @type {const} */ (["hour", "day", "month"]) : /** @type {const} */ (["month", "day", "hour"]);
  return html`<section
    class="bids card card--flush"
    aria-label=${s.choose.caption(many ? name : open.row.name)}
    @pointerenter=${among("pointer", group.gseq)}
    @pointerleave=${among("pointer", null)}
    @focusin=${among("focus", group.gseq)}
    @focusout=${(/** @type {FocusEvent} */ event) => {
      if (!(/** @type {HTMLElement} */ (event.currentTarget).contains(/** @type {Node|null} */ (event.relatedTarget)))) among("focus", null)();
    }}
  >
    ${many ? html`<h2 class="bids__title">${s.choose.group(name)}${group.name && group.services.length ? html`<span class="soft"> · ${group.services.join(", ")}</span>` : nothing}</h2>` : nothing}
    ${group.bids.length
      ? html`<div class="bids__scroll"><table class="table">
          <thead>
            <tr>
              ${header("name", s.choose.provider)} ${header("region", s.choose.region, "bids__region")} ${gpu ? header("gpu", s.choose.gpu) : nothing}
              ${prices.map((what) => header("price", s.choose[what], `is-number ${what === "day" ? "bids__day" : what === prices[2] ? "bids__third" : ""}`, what === prices[0]))}
              ${header("uptime", s.choose.uptime, "is-number bids__uptime")} ${showAudited ? html`<th scope="col">${s.choose.audited}</th>` : nothing}
              <th scope="col"><span class="unseen">${s.choose.action}</span></th>
            </tr>
          </thead>
          <tbody>
            ${repeat(bids, (bid) => bid.provider, (bid) => bidRow(open, group, bid, { many, gpu, prices, showAudited }))}
          </tbody>
        </table></div>`
      : html`<p class="bids__none">${icon("busy", "is-turning")}<span>${s.choose.groupWaiting}</span></p>`}
    ${moved ? html`<p class="bids__moved soft"><span>${s.choose.frozen}</span>${button(s.choose.sort, { click: () => (mine.shown.delete(group.gseq), redraw()), small: true })}</p>` : nothing}
  </section>`;
}

/** @param {Exclude<Column, "rust">} column @param {string} label @param {string} [extra] @param {boolean} [leads] whether it shows that it is sorted by */
function header(column, label, extra = "", leads = true) {
  const by = mine.sort.column === column && leads;
  const click = () => {
    mine.sort = clicked(mine.sort, column);
    mine.shown.clear();
    redraw();
  };
  return html`<th scope="col" class=${extra} aria-sort=${by ? (mine.sort.down ? "descending" : "ascending") : nothing}>
    <button type="button" class="table__sort" @click=${click} title=${s.choose.sortBy(label)}>${label}${by ? icon(mine.sort.down ? "down" : "up") : nothing}</button>
  </th>`;
}

/** @param {T.Open} open @param {T.Group} group @param {T.Bid} bid @param {{many: boolean, gpu: boolean, prices: readonly ("hour"|"day"|"month")[], showAudited: boolean}} how */
function bidRow(open, group, bid, { many, gpu, prices, showAudited }) {
  const { price } = bid;
  return html`<tr class="${bid.open ? "" : "is-gone"} ${mine.choices.get(group.gseq) === bid.provider ? "is-chosen" : ""}">
    <th scope="row" class="bids__who">
      <span class="bids__name">${bid.name}${bid.cheapest ? html`<span class="tag tag--accent">${s.choose.cheapest}</span>` : nothing}</span>
      ${bid.host && bid.host !== bid.name ? html`<span class="soft small bids__host">${bid.host}</span>` : nothing}
    </th>
    <td class="bids__region">${bid.region ?? html`<span class="soft">–</span>`}</td>
    ${gpu ? html`<td>${bid.gpu ?? "–"}</td>` : nothing}
    ${prices.map((what, index) => html`<td class="is-number ${what === "day" ? "bids__day" : index === 2 ? "bids__third" : ""} ${index === 0 ? "is-lead" : ""}">${price ? usd(price[what]) : html`<span class="soft">${index === 0 ? s.price.none : "–"}</span>`}</td>`)}
    <td class="is-number bids__uptime">${bid.uptime === null ? html`<span class="soft">–</span>` : html`<span class=${Number(bid.uptime) < 98 ? "is-low" : ""}>${bid.uptime} %</span>`}</td>
    ${showAudited ? html`<td>${bid.audited === null ? "–" : bid.audited ? s.choose.yes : s.choose.no}</td>` : nothing}
    <td class="bids__act">${take(open, group, bid, many)}</td>
  </tr>
  ${many ? nothing : failedRow(bid)}`;
}

/** @param {T.Bid} bid */
function failedRow(bid) {
  return state.problems.has(`start:${bid.provider}`) ? html`<tr class="bids__failed"><td colspan="9">${problemAt(`start:${bid.provider}`)}</td></tr>` : nothing;
}

/** @param {T.Open} open @param {T.Group} group @param {T.Bid} bid @param {boolean} many */
function take(open, group, bid, many) {
  if (!bid.open) return html`<span class="soft">${bid.whyNot ?? ""}</span>`;
  const price = bid.price ? priceText(bid.price) : s.price.unknown;
  if (many) {
    const chosen = mine.choices.get(group.gseq) === bid.provider;
    return html`<label class="pick"><input type="radio" name="bid-${group.gseq}" aria-label=${s.choose.take(bid.name, price)} .checked=${chosen} @change=${() => (mine.choices.set(group.gseq, bid.provider), redraw())} /></label>`;
  }
  if (!open.can.start) return nothing;
  const key = `start:${bid.provider}`;
  return button(bid.price ? s.choose.start(price) : s.choose.startUnknown, { click: () => start(open, [{ gseq: group.gseq, provider: bid.provider }], key), key, off: starting(), small: true, name: bid.price ? s.choose.startName(bid.name, price) : s.choose.startUnknownName(bid.name) });
}

/** Several groups: all are started by one click, once each has a choice that can still be taken. @param {T.Open} open */
function together(open) {
  const picked = open.groups.map((group) => group.bids.find((bid) => bid.open && bid.provider === mine.choices.get(group.gseq)));
  const missing = picked.filter((bid) => !bid).length;
  const prices = picked.flatMap((bid) => (bid?.price ? [bid.price] : []));
  const byHour = prices.some((price) => price.byHour);
  const known = prices.length === picked.length - missing;
  const total = prices.length ? (byHour ? s.price.hour(usd(sum(prices.map((price) => price.hour)))) : s.price.month(usd(sum(prices.map((price) => price.month))))) : null;
  const choices = open.groups.flatMap((group, index) => (picked[index] ? [{ gseq: group.gseq, provider: picked[index].provider }] : []));
  return html`<div class="together">
    <p id="together" aria-live="polite">${missing ? s.choose.pickAll(missing) : ""} ${total && known ? html`<strong class="numbers">${s.choose.running(total)}</strong>` : nothing}</p>
    ${open.can.start ? button(!missing && total && known ? s.choose.startAll(total) : missing ? s.choose.action : s.choose.startAllUnknown, { click: () => start(open, choices, "start:all"), key: "start:all", kind: "primary", off: missing > 0 || starting(), describedby: "together" }) : nothing}
  </div>`;
}
