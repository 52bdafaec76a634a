// Deployments: what runs, what it costs, and the one thing each may need.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { closeFrom } from "../app/actions.js";
import * as ipc from "../app/ipc.js";
import { to } from "../app/route.js";
import { act, ask, go, now } from "../app/store.js";
import { addressLine } from "../components/address.js";
import { button } from "../components/button.js";
import { otherPrice, priceText } from "../components/price.js";
import { problemAt } from "../components/problem.js";
import { refusal } from "../components/refusal.js";
import { openRecent, recentOf, starter } from "../components/starter.js";
import { stateOf } from "../components/status.js";
import { moment, usd } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Snapshot} snapshot */
export function home(snapshot) {
  const { rows, total, closed, creditLasts } = snapshot;
  const several = rows.filter((row) => row.closable).length > 1;
  const past = closed
    ? html`<p><a class="link link--quiet" href="#/history">${s.home.closed(closed)}${icon("right")}</a></p>`
    : nothing;
  const kept = snapshot.draft
    ? html`<p class="card card--line">
        <span>${s.home.kept(snapshot.draft.name)}</span><a class="btn" href="#/new"><span>${s.home.goOn}</span></a>
      </p>`
    : nothing;
  if (!rows.length)
    return html`<div class="screen stack stack--wide">
      <h1 tabindex="-1">${closed ? s.home.none : s.home.empty}</h1>
      ${closed ? past : nothing}${kept}${starter()}
    </div>`;
  return html`<div class="screen stack">
    <header class="head">
      <h1 tabindex="-1">${s.home.title}</h1>
      ${
        total
          ? html`<div class="soft head__side numbers">
              <p>${s.home.total(priceText(total), otherPrice(total))}</p>
              ${
                creditLasts?.until
                  ? html`<p class="small ${creditLasts.low ? "is-low" : ""}">
                      ${creditLasts.low ? icon("attention") : nothing}${s.home.credit(
                        moment(Date.parse(creditLasts.until), now()),
                        creditLasts.text,
                      )}
                    </p>`
                  : nothing
              }
            </div>`
          : html`<span class="head__side"></span>`
      }
      <a class="btn btn--primary" href="#/new">${icon("plus")}<span>${s.home.make}</span></a>
    </header>
    ${kept}
    ${
      snapshot.draft
        ? nothing
        : recentOf("waiting")
            .slice(0, 1)
            .map(
              (one) =>
                html`<p class="card card--line">
                  <span>${s.home.waiting(one.name)}</span
                  >${button(s.home.waitingGo, { click: () => openRecent(one), key: "file" })}
                </p>`,
            )
    }
    ${refusal()}
    <ul class="rows" aria-label=${s.home.list}>
      ${repeat(
        rows,
        (row) => row.id,
        (row) => line(row, total?.byHour),
      )}
    </ul>
    ${
      several
        ? html`<div class="actions">
            ${button(s.closeMany.open, { click: () => ask({ kind: "closeMany" }), kind: "quiet" })}
          </div>`
        : nothing
    }
    ${past}
  </div>`;
}

/**
 * Two lines at most: what is cut is in a tooltip, and on the deployment's own screen.
 * @param {T.Row} row
 * @param {boolean} [byHour] what the screen leads with
 */
const line = (row, byHour) =>
  html`<li class="row" data-state=${row.state.code}>
    <div class="row__state">${stateOf(row.state)}</div>
    <div class="row__what">
      <p class="row__name">
        <a href=${to(row.id)}>${row.name}</a>${row.ours ? nothing : html`<span class="tag">${s.home.elsewhere}</span>`}
      </p>
      <div class="row__sub">
        ${
          row.addresses.length
            ? html`<span class="row__above">${addressLine(row, 0)}</span>${
                  row.addresses.length > 1
                    ? html`<span class="row__more">${s.home.moreAddresses(row.addresses.length - 1)}</span>`
                    : nothing
                }`
            : nothing
        }
        ${row.state.detail ? html`<span class="row__detail" title=${row.state.detail}>${row.state.detail}</span>` : nothing}
      </div>
    </div>
    <p class="row__provider" title=${row.provider ?? nothing}>${row.provider ?? nothing}</p>
    <div class="row__money numbers">
      ${
        row.price
          ? html`<span>${priceText(row.price, byHour)}</span>`
          : row.left
            ? html`<span
                >${row.lasts || row.provider ? s.home.left(usd(row.left)) : s.home.setAside(usd(row.left))}</span
              >`
            : html`<span class="soft">–</span>`
      }
      ${
        row.lasts
          ? html`<span class="row__lasts ${row.lasts.low ? "is-low" : ""}"
              >${row.lasts.low ? icon("attention") : nothing}${row.lasts.text}</span
            >`
          : nothing
      }
    </div>
    <div class="row__act">
      ${problemAt(`stop:${row.id}`)}${row.action ? html`<div class="row__above">${action(row, row.action)}</div>` : nothing}
    </div>
  </li>`;

/** @param {T.Row} row @param {T.Action} what */
function action(row, what) {
  const label = s.home.actions[what];
  const name = what === "close" && row.left ? s.choose.cancelReturns(usd(row.left)) : label;
  const click = () => {
    if (what === "stop") act(`stop:${row.id}`, () => ipc.stopRule(row.id), { changes: true });
    else if (what === "addFunds") ask({ kind: "funds", id: row.id });
    else if (what === "close") closeFrom(row.id);
    else go(to(row.id));
  };
  return button(label, {
    click,
    key: what === "stop" ? `stop:${row.id}` : undefined,
    small: true,
    kind: what === "choose" ? "primary" : "plain",
    name: `${name}: ${row.name}`,
  });
}
