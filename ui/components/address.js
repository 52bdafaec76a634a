// Addresses: each to open, where a browser can, and to copy. Rust opens them: the window only says which.
import { html, nothing } from "lit-html";
import { button } from "./button.js";
import { copyButton, copyIcon } from "./copy.js";
import { problemAt } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act } from "../app/store.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.DeploymentId} id @param {number} index */
const open = (id, index) => act(`address:${id}`, () => ipc.openAddress(id, index));

/** One line: the address, to click, and to copy. @param {T.Row} row @param {number} index */
export function addressLine(row, index) {
  const address = row.addresses[index];
  return html`<span class="address">
    ${
      address.opens
        ? html`<button
            type="button"
            class="link link--mono"
            title=${s.address.open(address.label)}
            @click=${() => open(row.id, index)}
          >
            <span>${address.label}</span>${icon("out")}
          </button>`
        : html`<span class="address__label">${address.label}</span>`
    }
    ${copyIcon(`address:${row.id}:${index}`, address.copy, address.label)}
  </span>`;
}

/** All of them, with their service and whether they answer. @param {T.Row} row */
export const addressList = (row) => html`
  <ul class="addresses">
    ${row.addresses.map(
      (address, index) =>
        html`<li>
          <span class="addresses__service">${address.service}</span>
          ${addressLine(row, index)}
          ${
            address.answers === null
              ? html`<span class="soft">${s.address.kinds[address.kind]}</span>`
              : address.answers
                ? html`<span class="tag tag--good">${s.address.answers}</span>`
                : html`<span class="tag tag--attention">${s.address.silent}</span>`
          }
        </li>`,
    )}
  </ul>
  ${problemAt(`address:${row.id}`)}
`;

/** The first address that answers, large, with what one came for. @param {T.Row} row @param {boolean} primary */
export function addressHero(row, primary) {
  const best = row.addresses.findIndex((address) => address.opens && address.answers === true);
  const index = best >= 0 ? best : row.addresses.findIndex((address) => address.opens);
  if (index < 0) return nothing;
  const address = row.addresses[index];
  return html`<div class="hero">
    <p class="hero__address">${address.label}</p>
    <div class="actions">
      ${button(s.address.openIt, {
        click: () => open(row.id, index),
        kind: primary ? "primary" : "plain",
        after: "out",
        key: `address:${row.id}`,
      })}
      ${copyButton(`hero:${row.id}`, address.copy, s.copy.address)}
    </div>
    ${problemAt(`address:${row.id}`)}
  </div>`;
}
