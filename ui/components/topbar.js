// The bar on top: where one can go, the latest notice, who pays and what it costs. Name and credit lead to the account.
import { html, nothing } from "lit-html";
import { notices } from "./notices.js";
import { leadsByHour, priceText } from "./price.js";
import { state } from "../app/store.js";
import { usd } from "../lib/format.js";
import { icon, mark } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {string} href @param {string} label @param {boolean} here */
const link = (href, label, here) =>
  html`<a class="topbar__link" href=${href} aria-current=${here ? "page" : "false"}>${label}</a>`;

/** @param {T.Snapshot|null} snapshot */
export function topbar(snapshot) {
  const at = state.route.name;
  const account = snapshot?.account ?? null;
  return html`<header class="topbar">
    <a class="topbar__brand" href="#/" tabindex=${account ? nothing : "-1"}>${mark}<span>${s.app}</span></a>
    <nav class="topbar__nav" aria-label=${s.nav.name}>
      ${account ? link("#/", s.nav.home, at === "home" || at === "deployment" || at === "history") : nothing}
      ${link("#/new", s.nav.make, at === "new")}
    </nav>
    ${snapshot ? notices(snapshot) : nothing}
    <div class="topbar__side">
      ${
        account && snapshot
          ? who(account, snapshot)
          : snapshot?.connection.state === "connecting"
            ? html`<span class="soft">${s.nav.connecting}</span>`
            : snapshot && (at === "new" || at === "settings" || at === "help")
              ? link("#/connect", s.nav.connect, false)
              : nothing
      }
      <a
        class="btn btn--icon"
        href="#/help"
        aria-label=${s.nav.help}
        title="${s.nav.help} (F1)"
        aria-current=${at === "help" ? "page" : "false"}
        >${icon("help")}</a
      >
      <a
        class="btn btn--icon"
        href="#/settings"
        aria-label=${s.nav.settings}
        title=${s.nav.settings}
        aria-current=${at === "settings" ? "page" : "false"}
        >${icon("gear")}</a
      >
    </div>
  </header>`;
}

/** @param {T.Account} account @param {T.Snapshot} snapshot */
const who = (account, snapshot) =>
  html`<a class="topbar__who" href="#/settings" title=${s.nav.account}>
    ${
      account.kind === "demo"
        ? html`<span class="tag tag--accent">${s.nav.demo}</span>`
        : account.kind === "trial"
          ? html`<span class="tag tag--attention">${s.nav.trial}</span>`
          : html`<span class="topbar__name soft">${account.name}</span>`
    }
    <span class="numbers">${account.credit === null ? nothing : s.nav.credit(usd(account.credit))}</span>
    ${
      snapshot.total
        ? html`<span class="numbers soft topbar__rate"
            >${priceText(snapshot.total, leadsByHour(snapshot, state.route.name === "deployment" ? state.route.id : null))}</span
          >`
        : nothing
    }
  </a>`;
