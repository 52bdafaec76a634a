// A deployment that lives: what runs, what it costs, who runs it. SDL and history are a tab away.
import { html, nothing } from "lit-html";
import { askAgain, close } from "../app/actions.js";
import * as ipc from "../app/ipc.js";
import { act, ask, now } from "../app/store.js";
import { addressList } from "../components/address.js";
import { button } from "../components/button.js";
import { factsFold } from "../components/facts.js";
import { funding } from "../components/funding.js";
import { known, priceBlock } from "../components/price.js";
import { problem, problemAt } from "../components/problem.js";
import { renameButton } from "../components/rename.js";
import { sentFile } from "../components/sent-file.js";
import { stateOf } from "../components/status.js";
import { stopOf } from "../components/stop.js";
import { tabs } from "../components/tabs.js";
import { timeline } from "../components/timeline.js";
import { webConsole } from "../components/web-console.js";
import { exactly, moment, usd } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Tab} from "../app/route.js" */

/** @param {T.Open} open @param {Tab} tab */
export function detail(open, tab) {
  const { row, can } = open;
  return html`<div class="screen stack">
    <header class="head">
      <div class="head__title">
        <h1 tabindex="-1">${row.name}</h1>
        ${renameButton(row.id)}${row.ours ? nothing : html`<span class="tag">${s.home.elsewhere}</span>`}
      </div>
      ${can.again ? button(s.detail.again, { click: () => act("act", () => ipc.again(row.id), { changes: true }), key: "act" }) : nothing}
      ${
        can.close
          ? button(
              can.closeAsks
                ? s.detail.close
                : open.money.left
                  ? s.detail.closeReturns(usd(open.money.left))
                  : s.detail.closeNow,
              { click: () => close(open), key: `close:${row.id}` },
            )
          : nothing
      }
      <p class="head__under">${stateOf(row.state, true)}</p>
    </header>
    ${open.problem ? problem(open.problem) : nothing} ${problemAt("act")}
    ${
      can.resend
        ? html`<div class="actions">
            ${button(s.golive.resend, { click: () => act("act", () => ipc.resend(row.id), { changes: true }), key: "act" })}<span
              class="soft"
              >${s.golive.resendText}</span
            >
          </div>`
        : nothing
    }
    ${
      can.askAgain
        ? html`<div class="actions">
            ${button(s.choose.askAgain, { click: () => askAgain(open), key: "askAgain", kind: "primary" })}<span
              class="soft measure"
              >${s.choose.askAgainText}</span
            >
          </div>`
        : nothing
    }
    ${tabs(row.id, tab)}
    ${
      tab === "sdl"
        ? sentFile(open)
        : tab === "history"
          ? html`<section class="card" aria-label=${s.detail.tabs.history}>${timeline(open)}</section>`
          : overview(open)
    }
  </div>`;
}

/** @param {T.Open} open */
function overview(open) {
  const { row, can, providers } = open;
  return html`
    ${
      row.ours
        ? nothing
        : html`<p class="note">
            ${icon("attention")}<span
              >${s.detail.elsewhere}${
                can.takeOver
                  ? html` ${s.detail.takeOverText}<br />${button(s.detail.takeOver, {
                        click: () => act("act", () => ipc.takeOver(row.id), { changes: true }),
                        key: "act",
                        small: true,
                      })}`
                  : nothing
              }</span
            >
          </p>`
    }
    ${
      row.addresses.length
        ? html`<section class="card" aria-labelledby="addresses">
            <h2 id="addresses">${s.detail.addresses}</h2>
            ${addressList(row)}
          </section>`
        : nothing
    }
    <div class="columns">
      <section class="card" aria-labelledby="services">
        <h2 id="services">${s.detail.services}</h2>
        ${open.services.length ? services(open.services) : html`<p class="soft">${s.detail.noServices}</p>`}
      </section>
      ${money(open)}
    </div>
    ${
      providers.length
        ? html`<section class="card" aria-labelledby="providers">
            <h2 id="providers">${providers.length > 1 ? s.detail.providers : s.detail.provider}</h2>
            <ul class="providers">
              ${providers.map(
                (provider) =>
                  html`<li>
                    <div>
                      <strong>${provider.name}</strong
                      >${provider.host !== provider.name ? html`<span class="soft small mono">${provider.host}</span>` : nothing}
                    </div>
                    <span
                      >${[provider.region, provider.uptime ? s.detail.up(provider.uptime) : null].filter(Boolean).join(" · ")}</span
                    >
                    <span class="numbers">${priceBlock(provider.price)}</span>
                  </li>`,
              )}
            </ul>
          </section>`
        : nothing
    }
    ${factsFold(open.facts)} ${webConsole(open)}
    <p class="soft small">${s.detail.created(moment(Date.parse(open.created), now()))}</p>
  `;
}

/** @param {T.Running[]} list */
const services = (list) =>
  html`<ul class="services">
    ${list.map((service) => {
      const whole = service.ready !== null && service.total !== null && service.ready >= service.total;
      return html`<li class="service">
        <div class="service__head">
          <strong class="service__name">${service.name}</strong>
          <span class="tag ${whole ? "tag--good" : service.ready === null ? "" : "tag--attention"}"
            >${s.detail.ready}:
            ${service.ready === null ? s.detail.notSaid : s.detail.readyOf(service.ready, service.total)}</span
          >
        </div>
        ${service.image ? html`<p class="mono soft service__image">${service.image}</p>` : nothing}
        ${service.ports.map((port) => html`<p class="soft">${port}</p>`)}
        ${service.gpus.map((gpu) => html`<p class="soft">${s.detail.gpuFound(gpu)}</p>`)}
        ${
          service.gpuDiffers
            ? html`<p class="note note--attention">${icon("attention")}<span>${service.gpuDiffers}</span></p>`
            : nothing
        }
      </li>`;
    })}
  </ul>`;

/** @param {T.Open} open */
function money(open) {
  const { row, money, can } = open;
  return html`<section class="card" aria-labelledby="money">
    <h2 id="money">${s.detail.money}</h2>
    <dl class="pairs pairs--numbers">
      <div>
        <dt>${s.detail.costs}</dt>
        <dd>${priceBlock(row.price)}</dd>
      </div>
      <div>
        <dt>${s.detail.spent}</dt>
        <dd class="numbers">${known(money.spent)}</dd>
      </div>
      <div>
        <dt>${s.detail.left}</dt>
        <dd class="numbers">${known(money.left)}</dd>
      </div>
      <div>
        <dt>${s.detail.setAside}</dt>
        <dd class="numbers">
          ${known(money.setAside)}${money.added ? html`<p class="field__hint">${s.funding.added(usd(money.added))}</p>` : nothing}
        </dd>
      </div>
      ${
        row.lasts
          ? html`<div>
              <dt>${s.detail.lasts}</dt>
              <dd class=${row.lasts.low ? "is-low" : ""}>
                ${row.lasts.low ? icon("attention") : nothing}
                ${row.lasts.text}${
                  row.lasts.until
                    ? html`<span class="soft" title=${exactly(Date.parse(row.lasts.until))}
                        >, ${s.detail.until(moment(Date.parse(row.lasts.until), now()))}</span
                      >`
                    : nothing
                }
              </dd>
            </div>`
          : nothing
      }
    </dl>
    ${
      can.addFunds
        ? html`<div class="actions">
            ${button(s.detail.addFunds, { click: () => ask({ kind: "funds", id: row.id }), kind: row.lasts?.low ? "primary" : "plain" })}
          </div>`
        : nothing
    }
    ${row.ours ? html`${stopOf(open)}${funding(open)}` : nothing}
    <p class="soft small">${money.basis}</p>
  </section>`;
}
