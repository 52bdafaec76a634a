// How a deployment is paid once it runs: whether the Console adds from the credit, and the most it may spend in all.
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { button } from "./button.js";
import { closeDialog, frame } from "./dialog.js";
import { problemAt } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act, ask, redraw } from "../app/store.js";
import { amount, trouble, usd } from "../lib/format.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** The most it may spend, as typed. @type {{id: T.DeploymentId, text: string}|null} */
let typed = null;

/** Forgets a limit that was typed and not set. */
export const forgetTyped = () => (typed = null);

/** On the choose screen: what is set, and the way to change it before the start. @param {T.Open} open */
export const fundingButton = (open) =>
  open.row.ours && open.money.ahead !== null && open.can.ceiling
    ? button(summary(open), {
        click: () => ask({ kind: "funding", id: open.row.id }),
        small: true,
        kind: "quiet",
        after: "right",
      })
    : nothing;

/** @param {T.DeploymentId} id @param {T.Snapshot} snapshot */
export function fundingDialog(id, snapshot) {
  const open = snapshot.open?.row.id === id ? snapshot.open : null;
  if (!open) return nothing;
  // A limit that was typed is meant: it is set, or its problem keeps the dialog open.
  const done = async () => {
    const value = typed?.id === id ? amount(typed.text) : null;
    if (typed?.id === id && typed.text.trim() && trouble(typed.text)) return;
    if (
      value !== null &&
      value !== open.money.ceiling &&
      !(await act(`ceiling:${id}`, () => ipc.setCeiling(id, value), { changes: true }))
    )
      return;
    closeDialog();
  };
  return frame(
    s.funding.title,
    funding(open),
    button(s.funding.done, { click: done, key: `ceiling:${id}`, kind: "primary" }),
  );
}

/** @param {T.Open} open */
function summary({ money }) {
  const { summary } = s.funding;
  if (money.ceiling !== null) return summary.ceiling(usd(money.ceiling));
  return money.autoFunding === false && money.left !== null ? summary.off(usd(money.left)) : summary.on;
}

/** What the Console does, the switch where there is one, and the most it may spend. @param {T.Open} open */
export function funding(open) {
  const { row, money, can } = open;
  return html`<div class="funding stack">
    ${
      can.autoFunding && money.autoFunding !== null
        ? html`<label class="switch">
            <input
              type="checkbox"
              role="switch"
              .checked=${live(money.autoFunding)}
              aria-describedby="auto-note"
              @change=${(/** @type {globalThis.Event} */ event) => setAuto(row.id, /** @type {HTMLInputElement} */ (event.target))}
            />
            <span><span>${s.detail.auto}</span><span class="soft small" id="auto-note">${money.ahead}</span></span>
          </label>`
        : money.ahead
          ? html`<p class="soft small">${money.ahead}</p>`
          : nothing
    }
    ${problemAt(`auto:${row.id}`)} ${can.ceiling ? ceiling(open) : nothing}
  </div>`;
}

/** @param {T.Open} open */
function ceiling({ row, money }) {
  const { id } = row;
  const key = `ceiling:${id}`;
  const text = typed?.id === id ? typed.text : (money.ceiling ?? "");
  const value = amount(text);
  const wrong = text.trim() === "" ? null : trouble(text);
  const set = async (/** @type {T.Usd|null} */ to) => {
    if (await act(key, () => ipc.setCeiling(id, to), { changes: true })) typed = null;
    redraw();
  };
  const send = () => {
    if (value !== null && value !== money.ceiling) set(value);
  };
  const enter = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    send();
  };
  return html`<div class="ceiling">
      <span class="money-field money-field--small"
        ><span>${s.funding.most}</span><span aria-hidden="true">$</span
        ><input
          class="input input--small numbers"
          inputmode="decimal"
          autocomplete="off"
          aria-label=${s.funding.mostName}
          aria-describedby="ceiling-note"
          aria-invalid=${wrong ? "true" : nothing}
          .value=${live(text)}
          @keydown=${enter}
          @input=${(/** @type {globalThis.Event} */ event) => (
            (typed = { id, text: /** @type {HTMLInputElement} */ (event.target).value }),
            redraw()
          )}
        /><span>${s.funding.then}</span></span
      >
      ${button(s.funding.set, { click: send, key, small: true, off: value === null || value === money.ceiling })}
      ${money.ceiling === null ? nothing : button(s.funding.remove, { click: () => set(null), key, small: true, kind: "quiet" })}
      <p class="soft small ${wrong ? "field__hint--bad" : ""}" id="ceiling-note">
        ${wrong ? s.amounts[wrong] : `${money.ceiling === null ? "" : `${s.funding.is(usd(money.ceiling))} `}${s.funding.note}`}
      </p>
    </div>
    ${problemAt(key)}`;
}

/** The switch shows what Rust says, not what was clicked. @param {T.DeploymentId} id @param {HTMLInputElement} box */
async function setAuto(id, box) {
  const done = await act(`auto:${id}`, () => ipc.setAutoFunding(id, box.checked), { changes: true });
  if (!done) box.checked = !box.checked;
}
