// What is over: how long it ran, what it cost, what came back.
import { html, nothing } from "lit-html";
import * as ipc from "../app/ipc.js";
import { act, ask } from "../app/store.js";
import { ran, returned, spent } from "../components/amounts.js";
import { button } from "../components/button.js";
import { factsFold } from "../components/facts.js";
import { problem, problemAt } from "../components/problem.js";
import { sentFile } from "../components/sent-file.js";
import { stateOf } from "../components/status.js";
import { tabs } from "../components/tabs.js";
import { timeline } from "../components/timeline.js";
import { stamp } from "../lib/format.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Tab} from "../app/route.js" */

/** @param {T.Open} open @param {Tab} tab */
export function receipt(open, tab) {
  const { row, can } = open;
  return html`<div class="screen stack">
    <header class="head">
      <div class="head__title"><h1 tabindex="-1">${row.name}</h1></div>
      ${
        can.again
          ? button(s.receipt.again, {
              click: () => act("act", () => ipc.again(row.id), { changes: true }),
              key: "act",
              kind: "primary",
            })
          : nothing
      }
      ${can.forget ? button(s.receipt.forget, { click: () => ask({ kind: "forget", id: row.id, name: row.name }) }) : nothing}
      <p class="head__under">${stateOf(row.state, true)}</p>
    </header>
    ${open.problem ? problem(open.problem) : nothing} ${problemAt("act")} ${tabs(row.id, tab)}
    ${
      tab === "sdl"
        ? sentFile(open)
        : tab === "history"
          ? html`<section class="card" aria-label=${s.detail.tabs.history}>${timeline(open)}</section>`
          : html`${open.receipt ? slip(open.receipt, row.provider) : nothing}${factsFold(open.facts)}`
    }
  </div>`;
}

/** @param {T.Receipt} receipt @param {string|null} provider */
const slip = (receipt, provider) =>
  html`<section class="card card--roomy slip" aria-labelledby="slip">
    <h2 id="slip">${s.receipt.title}</h2>
    <dl class="slip__figures">
      <div>
        <dt>${s.receipt.ran}</dt>
        <dd>${ran(receipt)}</dd>
      </div>
      <div>
        <dt>${s.receipt.spent}</dt>
        <dd class="numbers">${spent(receipt)}</dd>
      </div>
      <div>
        <dt>${s.receipt.returned}</dt>
        <dd class="numbers">${returned(receipt)}</dd>
      </div>
    </dl>
    <dl class="pairs">
      <div>
        <dt>${s.receipt.why}</dt>
        <dd>${receipt.why}</dd>
      </div>
      ${
        receipt.closed
          ? html`<div>
              <dt>${s.receipt.closed}</dt>
              <dd>${stamp(Date.parse(receipt.closed))}</dd>
            </div>`
          : nothing
      }
      ${
        provider
          ? html`<div>
              <dt>${s.detail.provider}</dt>
              <dd>${provider}</dd>
            </div>`
          : nothing
      }
    </dl>
  </section>`;
