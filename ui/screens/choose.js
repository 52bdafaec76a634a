// Choose: the bids, compared; or what there is to decide where none can be taken.
import { html, nothing } from "lit-html";
import { askAgain, close, relaxAgain } from "../app/actions.js";
import * as ipc from "../app/ipc.js";
import { act, announce, ask, now, state } from "../app/store.js";
import { arrived, fresh, mine } from "../choose/choosing.js";
import { auto, followAuto } from "../components/auto.js";
import { bidFilter, bidsShown } from "../components/bid-filter.js";
import { groupTable, listed } from "../components/bids.js";
import { button } from "../components/button.js";
import { dock } from "../components/dock.js";
import { groupFit } from "../components/fit.js";
import { fundingButton } from "../components/funding.js";
import { problem, problemAt } from "../components/problem.js";
import { prose } from "../components/prose.js";
import { renameButton } from "../components/rename.js";
import { stateOf } from "../components/status.js";
import { journey } from "../components/steps.js";
import { usd } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { countdown, spoken } from "../lib/time.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** Begins anew for another deployment, and says what came and what is about to expire. @param {T.Open} open */
export function followChoose(open) {
  fresh(open);
  followAuto(open);
  const come = arrived(open);
  if (come) announce(s.choose.more(come.fresh, come.all));
  if (!open.lapses) return;
  const left = Date.parse(open.lapses) - now();
  const mark = spoken(mine.left, left);
  if (mark) announce(s.choose.spoken[/** @type {30000|120000} */ (mark)]);
  mine.left = left;
}

/** @param {T.Open} open */
export function choose(open) {
  const { row } = open;
  const bids = open.groups.flatMap((group) => group.bids);
  const { code } = row.state;
  const over = code === "lapsed" || code === "unclear" || code === "notSent" || code === "refused";
  const choosing = code === "choosing";
  return html`<div class="screen screen--dense stack">
    <header class="head">
      <div class="head__title">
        <h1 tabindex="-1">${row.name}</h1>
        ${renameButton(row.id)}${choosing ? fundingButton(open) : nothing}
      </div>
      ${journey(1)}
    </header>
    ${over ? nothing : auto(open)} ${open.problem ? problem(open.problem, { extra: raiseButton(open) }) : nothing}
    ${problemAt("raise")} ${problemAt("act")}
    ${over ? stopped(open) : choosing && bids.length ? table(open, bids) : choosing && open.noBids ? nobody(open) : waiting(open)}
  </div>`;
}

/** *Deploy for me* took nothing for its limit: what would do. @param {T.Open} open */
const raiseButton = ({ row, raise }) =>
  raise === null
    ? nothing
    : button(s.rule.raise(usd(raise)), {
        click: () => act("raise", () => ipc.raiseLimit(row.id), { changes: true }),
        key: "raise",
        small: true,
      });

/** Creating, or no bid yet. @param {T.Open} open */
function waiting(open) {
  const { row } = open;
  const choosing = row.state.code === "choosing";
  return html`<section class="card card--roomy waiting" aria-live="polite">
    ${icon("busy", "icon--large is-turning")}
    <h2>${choosing ? s.choose.waiting : row.state.word}</h2>
    <p class="soft measure">${choosing ? s.choose.waitingText : row.state.detail}</p>
    <div class="actions actions--centred">${cancelButton(open)}</div>
    ${open.money.left ? html`<p class="soft small">${s.choose.held(usd(open.money.left))}</p>` : nothing}
  </section>`;
}

/**
 * A minute without a bid: why that may be, and what to ask instead.
 * @param {T.Open} open
 * @param {boolean} [part] others have bids: these stand above
 */
function nobody(open, part = false) {
  const { why, can, money } = open;
  const offers = can.relax && why?.groups.some((group) => group.relaxed.length);
  const off = [...state.busy].some((key) => key.startsWith("relax:") || key === "askAgain");
  const relax = (/** @type {T.Relaxed} */ one) =>
    can.relax
      ? button(prose(s.none.relax(one.label)), {
          click: () => relaxAgain(open, one),
          key: `relax:${one.id}`,
          off,
          small: true,
          describedby: "closes",
        })
      : html`<span class="soft">${prose(one.label)}</span>`;
  return html`<section class="card card--roomy fit" aria-labelledby="none">
    <header class="card__head">
      <h2 id="none" class="status status--attention">${icon("attention")}${part ? s.none.part : s.none.title}</h2>
    </header>
    <p class="soft measure">${s.none.text}</p>
    ${
      why === null || (why.busy && !why.groups.length)
        ? html`<p class="soft" role="status">${icon("busy", "is-turning")} ${s.none.finding}</p>`
        : why.groups.map((group) => groupFit(group, relax))
    }
    ${
      offers
        ? html`<p class="soft small measure" id="closes">
            ${money.left ? s.none.closes(usd(money.left)) : s.none.closesPlain}
          </p>`
        : nothing
    }
    ${[...state.problems.keys()].filter((key) => key.startsWith("relax:")).map((key) => problemAt(key))}
    <div class="actions">
      ${
        can.askAgain ? button(s.none.unchanged, { click: () => askAgain(open), key: "askAgain", off }) : nothing
      }${part ? nothing : cancelButton(open)}
      ${money.left ? html`<span class="soft small">${s.choose.held(usd(money.left))}</span>` : nothing}
    </div>
  </section>`;
}

/** Lapsed, not sent, refused, unclear: what there is to decide. @param {T.Open} open */
function stopped(open) {
  const { row, can } = open;
  if (!row.state.detail && !can.askAgain && !can.again && !can.close && !can.forget)
    return html`<p>${stateOf(row.state)}</p>`;
  return html`<section class="card card--roomy">
    <h2 class="status status--${row.state.tone}">
      ${icon(row.state.tone, row.state.tone === "busy" ? "is-turning" : "")}${row.state.word}
    </h2>
    ${row.state.detail ? html`<p class="measure">${row.state.detail}</p>` : nothing}
    ${can.askAgain ? html`<p class="soft measure">${s.choose.askAgainText}</p>` : nothing}
    <div class="actions">
      ${can.askAgain ? button(s.choose.askAgain, { click: () => askAgain(open), key: "askAgain", kind: "primary" }) : nothing}
      ${
        can.again
          ? button(s.detail.again, {
              click: () => act("act", () => ipc.again(row.id), { changes: true }),
              key: "act",
              kind: can.askAgain ? "plain" : "primary",
            })
          : nothing
      }
      ${can.forget ? button(s.receipt.forget, { click: () => ask({ kind: "forget", id: row.id, name: row.name }) }) : nothing}
      ${cancelButton(open)}
    </div>
  </section>`;
}

/** Ends the request for prices; its label says what comes back. @param {T.Open} open @param {{small?: boolean}} [look] */
function cancelButton(open, { small = false } = {}) {
  if (!open.can.close) return nothing;
  const { left } = open.money;
  return button(left ? s.choose.cancelReturns(usd(left)) : s.choose.cancel, {
    click: () => close(open),
    key: `close:${open.row.id}`,
    small,
  });
}

/** @param {T.Open} open @param {T.Bid[]} bids */
function table(open, bids) {
  const { groups } = open;
  const many = groups.length > 1;
  const usable = bids.filter((bid) => bid.open);
  const audited = bids.every((bid) => bid.audited === true);
  const how = { many, showAudited: bids.some((bid) => bid.audited !== bids[0]?.audited) };
  const lists = groups.map((group) => listed(group));
  const shown = lists.reduce((sum, list) => sum + list.shown.length, 0);
  return html`
    <div class="bidhead">
      <p>${s.choose.heading(usable.length, audited)}</p>
      ${bidsShown(bids, shown)} ${lapses(open)} ${cancelButton(open, { small: true })}
    </div>
    ${bidFilter(bids)}
    ${open.can.start || open.row.ours ? nothing : html`<p class="note">${icon("info")}<span>${s.choose.elsewhere}</span></p>`}
    ${groups.map(
      (group, index) =>
        html`${groupTable(open, group, lists[index].shown, how)}${open.noBids && !group.bids.length ? nobody(open, true) : nothing}`,
    )}
    ${dock(open, lists)}
    <p class="soft small measure">${s.choose.fixed}</p>
  `;
}

/** @param {T.Open} open */
function lapses(open) {
  if (!open.lapses) return nothing;
  const left = Date.parse(open.lapses) - now();
  return html`<p class="countdown ${left < 60_000 ? "is-short" : ""}">
    ${icon("clock")}<span class="numbers" role="timer" aria-live="off"
      >${left > 0 ? s.choose.lapse(countdown(left)) : s.choose.lapsing}</span
    >
  </p>`;
}
