// A provider in place, below its bid: read when it is opened.
import { html, nothing } from "lit-html";
import { button } from "./button.js";
import { copyButton } from "./copy.js";
import { factsFold } from "./facts.js";
import { pointsList } from "./points.js";
import { problemAt } from "./problem.js";
import { status } from "./status.js";
import { height } from "./week.js";
import * as ipc from "../app/ipc.js";
import { act, state } from "../app/store.js";
import { mark, mine, readProvider } from "../choose/choosing.js";
import { usd } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Bid} bid */
export function providerDetail(bid) {
  const key = `provider:${bid.provider}`;
  const detail = mine.details.get(bid.provider);
  return html`<div class="about" aria-busy=${!detail && state.busy.has(key) ? "true" : "false"}>
    ${problemAt(key, { retry: () => readProvider(bid.provider) })}
    ${
      detail
        ? known(bid, detail)
        : state.problems.has(key)
          ? nothing
          : html`<p class="soft" role="status">${icon("busy", "is-turning")} ${s.provider.reading}</p>`
    }
  </div>`;
}

/** @param {T.Bid} bid @param {T.ProviderDetail} detail */
function known(bid, detail) {
  const past = bid.past ?? detail.past;
  return html`
    <div class="about__head">
      ${detail.online === null ? nothing : status(detail.online ? "good" : "bad", detail.online ? s.provider.online : s.provider.offline)}
      ${
        detail.audited === null
          ? nothing
          : html`<span class="tag ${detail.audited ? "tag--good" : "tag--attention"}"
              >${detail.audited ? s.choose.audited : s.choose.unaudited}</span
            >`
      }
      <div class="actions">
        ${button(bid.favourite ? s.provider.unmark : s.provider.mark, {
          click: () => mark(bid),
          key: `mark:${bid.provider}`,
          small: true,
          kind: "quiet",
          icon: "star",
        })}
        ${detail.pages.map((page) =>
          button(s.provider.pages[page], {
            click: () => act("page", () => ipc.openProvider(bid.provider, page)),
            small: true,
            kind: "quiet",
            after: "out",
          }),
        )}
        ${
          detail.email
            ? copyButton(`mail:${bid.provider}`, detail.email, s.provider.email(detail.email), {
                kind: "quiet",
                small: true,
              })
            : nothing
        }
      </div>
    </div>
    ${problemAt("page")} ${problemAt(`mark:${bid.provider}`)}
    <div class="about__parts">
      <section>
        <h3>${s.provider.standing}</h3>
        ${list(detail.standing)}
      </section>
      <section>
        <h3>${s.points.title}</h3>
        ${pointsList(bid.points)}
      </section>
      ${
        detail.days.length
          ? html`<section>
              <h3>${s.provider.days}</h3>
              ${days(detail.days)}
            </section>`
          : nothing
      }
      ${
        detail.hardware.length
          ? html`<section>
              <h3>${s.provider.hardware}</h3>
              ${list(detail.hardware)}
            </section>`
          : nothing
      }
      ${
        detail.gpus.length
          ? html`<section>
              <h3>${s.provider.gpus}</h3>
              <ul>
                ${detail.gpus.map((gpu) => html`<li>${gpu}</li>`)}
              </ul>
            </section>`
          : nothing
      }
      ${
        past
          ? html`<section>
              <h3>${s.provider.past}</h3>
              <p>${past}</p>
            </section>`
          : nothing
      }
      ${
        bid.price
          ? html`<section>
              <h3>${s.provider.price}</h3>
              ${list(prices(bid.price))}
            </section>`
          : nothing
      }
    </div>
    ${factsFold(detail.attributes, s.provider.attributes(detail.attributes.length))}
    ${factsFold([
      { label: s.provider.host, value: detail.host },
      { label: s.provider.address, value: detail.provider },
    ])}
  `;
}

/** @param {T.Price} price @returns {T.Fact[]} */
const prices = (price) =>
  (price.byHour
    ? /** @type {const} */ (["hour", "day", "month"])
    : /** @type {const} */ (["month", "day", "hour"])
  ).map((what) => ({ label: s.choose[what], value: usd(price[what]) }));

/** @param {T.Fact[]} facts */
const list = (facts) =>
  html`<dl class="about__facts">
    ${facts.map(
      (fact) =>
        html`<div>
          <dt>${fact.label}</dt>
          <dd class="numbers">${fact.value}</dd>
        </div>`,
    )}
  </dl>`;

/** The bars, and every outage in words below them. @param {T.Day[]} all */
function days(all) {
  const outages = all.filter((day) => day.text !== null);
  const path = (/** @type {boolean} */ low) =>
    all
      .map((day, index) => (day.up < 95 === low ? `M${index * 6} ${14 - height(day.up)}h4v${height(day.up)}h-4z` : ""))
      .join("");
  return html`<svg class="week week--days" viewBox="0 0 ${all.length * 6 - 2} 14" aria-hidden="true" focusable="false">
      <path class="week__fine" d=${path(false)} />
      <path class="week__low" d=${path(true)} />
    </svg>
    ${
      outages.length
        ? html`<ul class="about__days">
            ${outages.map((day) => html`<li><span class="numbers">${day.date}</span> <span class="soft">${day.text}</span></li>`)}
          </ul>`
        : html`<p class="soft">${s.provider.dayClean(all.length)}</p>`
    }`;
}
