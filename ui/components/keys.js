// The account's API keys, and another one in the place of the one that Aloft uses.
import { html, nothing } from "lit-html";
import { button } from "./button.js";
import { closeDialog, frame } from "./dialog.js";
import { problemAt } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act, announce, ask, redraw, state } from "../app/store.js";
import { stamp } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** What was read, and of which account. @type {{of: string|null, list: T.ApiKey[]|null}} */
let held = { of: null, list: null };

async function read() {
  const mine = held;
  const done = await act("keys", ipc.apiKeys);
  // Another account, or another visit: that one reads for itself.
  if (held !== mine) return;
  if (done) held.list = done.value;
  redraw();
}

async function replace() {
  if (!(await act("replaceKey", ipc.replaceKey, { changes: true }))) return;
  closeDialog();
  announce(s.keys.replaced);
  held = { of: held.of, list: null };
  await read();
}

/** A moment, or what is said where there is none. @param {string|null} at @param {string} none */
const when = (at, none) => (at ? stamp(Date.parse(at)) : none);

/** @param {T.ApiKey} key */
const row = (key) =>
  html`<tr>
    <th scope="row">
      ${key.name || s.keys.unnamed}${key.mine ? html` <span class="tag">${s.keys.mine}</span>` : nothing}
      ${key.shown ? html`<br /><span class="soft mono small">${key.shown}</span>` : nothing}
    </th>
    <td>${when(key.created, "–")}</td>
    <td>${when(key.used, s.keys.never)}</td>
    <td>${when(key.expires, s.keys.endless)}</td>
  </tr>`;

/** They are read again at the next visit. */
export function forgetKeys() {
  held = { of: null, list: null };
  state.busy.delete("keys");
}

/** Reads them when they are shown. @param {T.Account|null} account */
export function readKeys(account) {
  if (!account || account.kind === "demo" || held.of === account.address) return;
  held = { of: account.address, list: null };
  read();
}

/** @param {T.Account|null} account */
export function keys(account) {
  if (!account || account.kind === "demo") return nothing;
  const list = held.of === account.address ? held.list : null;
  return html`<section class="card" aria-labelledby="set-keys">
    <h2 id="set-keys">${s.keys.title}</h2>
    <p class="soft measure">${s.keys.text}</p>
    ${
      list
        ? html`<div class="bids__scroll">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">${s.keys.name}</th>
                  <th scope="col">${s.keys.created}</th>
                  <th scope="col">${s.keys.used}</th>
                  <th scope="col">${s.keys.expires}</th>
                </tr>
              </thead>
              <tbody>
                ${list.map(row)}
              </tbody>
            </table>
          </div>`
        : state.problems.has("keys")
          ? nothing
          : html`<p role="status">${s.reading}</p>`
    }
    ${problemAt("keys", { retry: read })}
    <div class="actions">
      ${button(s.keys.replace, { click: () => ask({ kind: "replaceKey" }), off: !list?.some((key) => key.mine) })}
    </div>
  </section>`;
}

/** Asks before it replaces the key. @param {T.Snapshot} snapshot */
export function replacing({ account }) {
  return frame(
    s.keys.askTitle,
    html`<p>${s.keys.askText}</p>
      <p class="note note--attention">${icon("attention")}<span>${s.keys.askOthers}</span></p>
      ${account?.key === "session" ? html`<p class="soft">${s.keys.askUnkept}</p>` : nothing} ${problemAt("replaceKey")}`,
    html`${button(s.cancel, { click: closeDialog, first: true })}${button(s.keys.go, {
      click: replace,
      key: "replaceKey",
      kind: "primary",
    })}`,
  );
}
