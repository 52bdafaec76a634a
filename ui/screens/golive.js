// Go live: the real steps from lease to answering, with their times.
import { html, nothing } from "lit-html";
import { close } from "../app/actions.js";
import * as ipc from "../app/ipc.js";
import { act, now } from "../app/store.js";
import { goOn } from "../app/watched.js";
import { addressHero, addressList } from "../components/address.js";
import { button } from "../components/button.js";
import { factsFold } from "../components/facts.js";
import { priceText } from "../components/price.js";
import { problem, problemAt } from "../components/problem.js";
import { renameButton } from "../components/rename.js";
import { journey } from "../components/steps.js";
import { webConsole } from "../components/web-console.js";
import { usd } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { lasting } from "../lib/time.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Open} open */
export function goLive(open) {
  const { row, can } = open;
  const live = open.screen === "detail" && row.state.tone === "good";
  const stuck = open.steps.some((step) => step.state === "stuck") || open.problem !== null;
  return html`<div class="screen stack">
    <header class="head">
      <div class="head__title">
        <h1 tabindex="-1">${row.name}</h1>
        ${renameButton(row.id)}
      </div>
      ${journey(2)}
    </header>
    ${open.problem ? problem(open.problem) : nothing} ${problemAt("act")}
    ${
      live
        ? html`<section class="card card--roomy card--good">
            <h2 class="status status--${row.state.tone}">
              ${icon(row.state.tone)}${row.state.code === "answering" ? s.golive.live : row.state.word}
            </h2>
            ${addressHero(row, true)}
            <div class="actions"><button type="button" class="link" @click=${goOn}>${s.golive.goOn}</button></div>
          </section>`
        : nothing
    }
    <section class="card card--roomy" aria-labelledby="steps">
      <header class="card__head">
        <h2 id="steps" class=${live ? "" : `status status--${row.state.tone}`}>
          ${live ? s.golive.steps : html`${icon(row.state.tone, row.state.tone === "busy" ? "is-turning" : "")}${row.state.word}`}
        </h2>
        <p class="soft">${[row.provider, row.price ? priceText(row.price) : null].filter(Boolean).join(" · ")}</p>
      </header>
      ${!live && row.state.detail ? html`<p class="measure">${row.state.detail}</p>` : nothing}
      <ol class="steps">
        ${open.steps.map(
          (step) =>
            html`<li class="step step--${step.state}">
              ${icon(marks[step.state], step.state === "doing" ? "is-turning" : "")}
              <span class="step__title">${step.title} <span class="unseen">${s.golive.states[step.state]}</span></span>
              ${step.detail ? html`<span class="step__detail soft">${step.detail}</span>` : nothing}
              <span class="step__time numbers soft">${took(step)}</span>
            </li>`,
        )}
      </ol>
      ${!live && row.addresses.length ? addressList(row) : nothing}
      ${
        stuck && !live
          ? html`<p>${row.price ? s.golive.costs(priceText(row.price)) : s.golive.costsUnknown}</p>`
          : live
            ? nothing
            : html`<p class="soft">${s.golive.leave}</p>`
      }
      ${
        open.money.setAside && open.money.added
          ? html`<p class="note">
              ${icon("info")}<span
                >${s.funding.held(usd(open.money.setAside))} ${s.funding.added(usd(open.money.added))}</span
              >
            </p>`
          : nothing
      }
      ${can.resend ? html`<p class="soft">${s.golive.resendText}</p>` : nothing}
      <div class="actions">
        ${
          can.resend
            ? button(s.golive.resend, {
                click: () => act("act", () => ipc.resend(row.id), { changes: true }),
                key: "act",
              })
            : nothing
        }
        ${
          stuck && can.again
            ? button(s.golive.openFile, {
                click: () => act("act", () => ipc.again(row.id), { changes: true }),
                key: "act",
              })
            : nothing
        }
        ${can.close ? button(s.golive.close, { click: () => close(open), key: `close:${row.id}` }) : nothing}
      </div>
    </section>
    ${factsFold(open.facts)} ${webConsole(open)}
  </div>`;
}

/** @type {Record<T.StepState, import("../lib/icons.js").Icon>} */
const marks = { todo: "todo", doing: "busy", done: "good", stuck: "attention" };

/** @param {T.Step} step */
function took(step) {
  if (step.seconds !== null) return lasting(step.seconds * 1000);
  if (step.began && (step.state === "doing" || step.state === "stuck")) return lasting(now() - Date.parse(step.began));
  return "";
}
