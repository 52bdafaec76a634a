// Deployments that are over, newest first, fifty at a time.
import { html, nothing } from "lit-html";
import * as ipc from "../app/ipc.js";
import { to } from "../app/route.js";
import { act, redraw, state } from "../app/store.js";
import { ran, returned, spent } from "../components/amounts.js";
import { button } from "../components/button.js";
import { problem } from "../components/problem.js";
import { stateOf } from "../components/status.js";
import { stamp } from "../lib/format.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

const page = 50;
/** @type {{mark: string, list: T.Past[]|null, whole: boolean}} */
let held = { mark: "", list: null, whole: false };

/** @param {T.Snapshot} snapshot */
const mark = (snapshot) => `${snapshot.account?.address}|${snapshot.closed}`;

/** @param {boolean} [further] */
async function read(further = false) {
  const mine = held;
  const before = further ? (mine.list ?? []) : [];
  await act("history", async () => {
    const list = await ipc.history(before.length);
    if (held !== mine) return;
    held.list = [...before, ...list];
    held.whole = list.length < page;
  });
  redraw();
}

/** Whether what was read is of the account that is connected. @param {T.Snapshot} snapshot */
const sameAccount = (snapshot) => held.mark.startsWith(`${snapshot.account?.address}|`);

/** Reads it when it is shown and has changed. @param {T.Snapshot} snapshot */
export function followHistory(snapshot) {
  if (held.mark === mark(snapshot)) return;
  held = { mark: mark(snapshot), list: sameAccount(snapshot) ? held.list : null, whole: false };
  state.busy.delete("history");
  read();
}

/** @param {T.Snapshot} snapshot */
export function history(snapshot) {
  const list = held.mark === mark(snapshot) || sameAccount(snapshot) ? held.list : null;
  const error = state.problems.get("history");
  return html`<div class="screen stack">
    <h1 tabindex="-1">${s.history.title}</h1>
    ${error ? problem(error, { retry: () => read(), key: "history" }) : nothing}
    ${
      list === null
        ? error
          ? nothing
          : html`<p class="soft" role="status">${s.reading}</p>`
        : list.length
          ? table(list)
          : html`<p class="soft">${s.history.empty}</p>`
    }
    ${
      list?.length && !held.whole
        ? html`<div class="actions">${button(s.more, { click: () => read(true), key: "history" })}</div>`
        : nothing
    }
  </div>`;
}

/** @param {T.Past[]} list */
const table = (list) =>
  html`<div class="card card--flush">
    <div class="bids__scroll">
      <table class="table">
        <caption class="unseen">
          ${s.history.list}
        </caption>
        <thead>
          <tr>
            <th scope="col">${s.history.name}</th>
            <th scope="col" class="bids__region">${s.detail.provider}</th>
            <th scope="col" class="is-number">${s.history.ran}</th>
            <th scope="col" class="is-number">${s.history.spent}</th>
            <th scope="col" class="is-number">${s.history.returned}</th>
            <th scope="col" class="is-number bids__uptime">${s.history.closed}</th>
          </tr>
        </thead>
        <tbody>
          ${list.map(
            (past) =>
              html`<tr>
                <th scope="row" class="bids__who">
                  <a class="link link--quiet" href=${to(past.id)}>${past.name}</a
                  ><span class="small">${stateOf(past.state)}</span>
                </th>
                <td class="bids__region">${past.provider ?? "–"}</td>
                <td class="is-number">${past.receipt ? ran(past.receipt) : "–"}</td>
                <td class="is-number">${past.receipt ? spent(past.receipt) : "–"}</td>
                <td class="is-number">${past.receipt ? returned(past.receipt) : "–"}</td>
                <td class="is-number bids__uptime">
                  ${past.receipt?.closed ? stamp(Date.parse(past.receipt.closed)) : "–"}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </div>`;
