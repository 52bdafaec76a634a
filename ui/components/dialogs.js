// Dialogs: native ones. Esc closes, and the focus goes back to where it was.
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { createRef, ref } from "lit-html/directives/ref.js";
import { button } from "./button.js";
import { compareDialog, compared } from "./compare.js";
import { copyButton } from "./copy.js";
import { closeDialog, frame, whenClosed } from "./dialog.js";
import { forgetTyped, fundingDialog } from "./funding.js";
import { replacing } from "./keys.js";
import { priceText } from "./price.js";
import { problemAt } from "./problem.js";
import { closeNow } from "../app/actions.js";
import * as ipc from "../app/ipc.js";
import { act, go, redraw, state } from "../app/store.js";
import { startNow } from "../choose/choosing.js";
import { least } from "../choose/picks.js";
import { amount, trouble, usd } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Dialog} from "../app/store.js" */

/** @type {import("lit-html/directives/ref.js").Ref<HTMLInputElement>} */
const field = createRef();
/** @type {import("lit-html/directives/ref.js").Ref<HTMLTextAreaElement>} */
const area = createRef();
/** What is typed in the open dialog, where its button says it. */
let typed = "";
whenClosed(() => {
  typed = "";
  weighed = null;
  toClose.clear();
  forgetTyped();
});

/** @param {Dialog} dialog @param {T.Snapshot} snapshot */
function content(dialog, snapshot) {
  switch (dialog.kind) {
    case "close":
      return closing(dialog.id, snapshot);
    case "funds":
      return funds(dialog.id, snapshot);
    case "rename":
      return renaming(dialog.id, snapshot);
    case "paste":
      return pasting();
    case "report":
      return frame(
        s.help.reportTitle,
        html`<pre class="raw raw--tall" tabindex="0">${dialog.text}</pre>`,
        html`${button(s.back, { click: closeDialog, first: true })}${copyButton("report", dialog.text, s.copy.report, {
          kind: "primary",
        })}`,
        { wide: true },
      );
    case "funding":
      return fundingDialog(dialog.id, snapshot);
    case "closeMany":
      return closingMany(snapshot);
    case "replaceKey":
      return replacing(snapshot);
    case "disconnect":
      return disconnecting(snapshot);
    case "compare":
      return compareDialog(dialog.id, dialog.gseq, snapshot);
    case "forgetText":
      return frame(
        s.forgetText.title(dialog.name),
        html`<p>${s.forgetText.text}</p>
          ${problemAt("dialog")}`,
        html`${button(s.cancel, { click: closeDialog, first: true })}${button(s.forgetText.go, {
          click: async () =>
            (await act("dialog", () => ipc.forgetRecent(dialog.id), { changes: true })) && closeDialog(),
          key: "dialog",
          kind: "danger",
        })}`,
      );
    case "start": {
      const open = snapshot.open?.row.id === dialog.id ? snapshot.open : null;
      if (!open) return nothing;
      const { takes, choices } = dialog;
      return frame(
        s.takes.title(usd(takes)),
        html`<p>
            ${s.takes.text(
              usd(takes),
              open.money.setAside === null ? null : usd(open.money.setAside),
              snapshot.account?.credit ? usd(snapshot.account.credit) : null,
            )}
          </p>
          <p>${s.takes.returns}</p>
          ${problemAt("start:confirmed")}`,
        html`${button(s.cancel, { click: closeDialog, first: true })}${button(s.takes.go(usd(takes)), {
          click: async () => (await startNow(dialog.id, choices, "start:confirmed")) && closeDialog(),
          key: "start:confirmed",
          kind: "primary",
        })}`,
      );
    }
    case "forget":
      return frame(
        s.forget.title(dialog.name),
        html`<p>${s.forget.text}</p>
          ${problemAt("dialog")}`,
        html`${button(s.cancel, { click: closeDialog, first: true })}${button(s.forget.go, {
          click: () => forget(dialog.id),
          key: "dialog",
          kind: "danger",
        })}`,
      );
  }
}

/** Whether what a dialog is about is still there. @param {Dialog} dialog @param {T.Snapshot} snapshot */
function holds(dialog, snapshot) {
  const open = "id" in dialog && snapshot.open?.row.id === dialog.id ? snapshot.open : null;
  switch (dialog.kind) {
    case "start":
      return open?.can.start === true;
    case "close":
      return open?.can.close === true;
    case "funding":
      return open?.can.ceiling === true;
    case "funds":
      return snapshot.rows.some((row) => row.id === dialog.id);
    case "closeMany":
      return snapshot.rows.some((row) => row.closable);
    case "compare":
      return compared(dialog.id, dialog.gseq, snapshot).bids.length >= least;
    default:
      return true;
  }
}

/** Closes a dialog about what is no more. @param {T.Snapshot} snapshot */
export function followDialog(snapshot) {
  for (const id of toClose) if (!snapshot.rows.some((row) => row.id === id && row.closable)) toClose.delete(id);
  if (state.dialog && !holds(state.dialog, snapshot)) closeDialog();
}

/** @param {T.Snapshot} snapshot */
export const dialogs = (snapshot) => (state.dialog ? content(state.dialog, snapshot) : nothing);

/** @param {T.DeploymentId} id @param {T.Snapshot} snapshot */
function closing(id, snapshot) {
  const open = snapshot.open?.row.id === id ? snapshot.open : null;
  if (!open) return nothing;
  const { money } = open;
  return frame(
    s.close.title(open.row.name),
    html`${open.losses.map((loss, index) =>
        index
          ? html`<p class="note note--attention">${icon("attention")}<span>${loss}</span></p>`
          : html`<p>${loss}</p>`,
      )}
      <p class="numbers">
        ${money.spent === null ? nothing : s.close.spent(usd(money.spent))}
        ${money.left === null ? s.close.returnsUnknown : s.close.returns(usd(money.left))}
      </p>
      ${problemAt(`close:${id}`)}`,
    html`${button(s.close.keep, { click: closeDialog, first: true })}${button(s.close.go, {
      click: async () => (await closeNow(id)) && closeDialog(),
      key: `close:${id}`,
      kind: "danger",
    })}`,
  );
}

/** What Rust says of the amount typed, and which that was. @type {{typed: string, said: T.Weighed|null}|null} */
let weighed = null;

/** @param {T.DeploymentId} id @param {string} text */
function weigh(id, text) {
  if (weighed?.typed === text) return;
  const mine = (weighed = { typed: text, said: /** @type {T.Weighed|null} */ (null) });
  ipc.weighFunds(id, text).then(
    (said) => weighed === mine && ((mine.said = said), redraw()),
    (error) => weighed === mine && ((mine.said = { usd: null, problem: error.title, buys: null }), redraw()),
  );
}

/** @param {T.DeploymentId} id @param {T.Snapshot} snapshot */
function funds(id, snapshot) {
  const row = snapshot.rows.find((one) => one.id === id);
  if (!row) return nothing;
  const text = typed || snapshot.settings.deposit;
  const plain = amount(text) ?? text.trim();
  weigh(id, plain);
  // What was said of another amount must not be sent for this one.
  const said = weighed?.typed === plain ? weighed.said : null;
  const value = said?.usd ?? null;
  const why = trouble(text);
  const bad = why ? s.amounts[why] : (said?.problem ?? null);
  const credit = snapshot.account?.credit ?? null;
  const send = async () => {
    if (value !== null && !bad && (await act("dialog", () => ipc.addFunds(id, value), { changes: true })))
      closeDialog();
  };
  return frame(
    s.funds.title(row.name),
    html`<div class="field">
        <label for="funds">${s.funds.amount}</label>
        <span class="money-field"
          ><span aria-hidden="true">$</span
          ><input
            ${ref(field)}
            id="funds"
            class="input numbers"
            inputmode="decimal"
            autocomplete="off"
            autofocus
            .value=${text}
            aria-describedby="funds-note"
            aria-invalid=${bad ? "true" : nothing}
            @input=${(/** @type {InputEvent} */ event) => ((typed = /** @type {HTMLInputElement} */ (event.target).value || " "), redraw())}
        /></span>
        <p class="field__hint ${bad ? "field__hint--bad" : ""}" id="funds-note">
          ${bad ?? (credit === null ? s.funds.creditUnknown : s.funds.credit(usd(credit)))}
        </p>
      </div>
      ${!bad && said?.buys ? html`<p class="soft">${said.buys}</p>` : nothing} ${problemAt("dialog")}`,
    html`${button(s.cancel, { click: closeDialog })}${button(
      value === null || bad ? s.funds.goPlain : s.funds.go(usd(value)),
      { click: () => {}, type: "submit", key: "dialog", kind: "primary", off: value === null || bad !== null },
    )}`,
    { submit: send },
  );
}

/** What is picked to be closed. @type {Set<T.DeploymentId>} */
const toClose = new Set();

/** @param {T.Snapshot} snapshot */
function closingMany({ rows }) {
  const list = rows.filter((row) => row.closable);
  const pick = (/** @type {T.DeploymentId} */ id, /** @type {boolean} */ on) =>
    on ? toClose.add(id) : toClose.delete(id);
  const send = async () => {
    const done = await Promise.all([...toClose].map((id) => closeNow(id)));
    if (done.every(Boolean)) closeDialog();
  };
  const busy = [...toClose].some((id) => state.busy.has(`close:${id}`));
  return frame(
    s.closeMany.title,
    html`<p>${s.closeMany.text}</p>
      <fieldset class="radios">
        <legend class="unseen">${s.closeMany.title}</legend>
        <label class="radio"
          ><input
            type="checkbox"
            .checked=${live(toClose.size === list.length)}
            @change=${(/** @type {globalThis.Event} */ event) => (
              list.forEach((row) => pick(row.id, /** @type {HTMLInputElement} */ (event.target).checked)),
              redraw()
            )}
          /><span>${s.closeMany.all}</span></label
        >
        ${list.map(
          (row) =>
            html`<label class="radio"
                ><input
                  type="checkbox"
                  .checked=${live(toClose.has(row.id))}
                  @change=${(/** @type {globalThis.Event} */ event) => (
                    pick(row.id, /** @type {HTMLInputElement} */ (event.target).checked),
                    redraw()
                  )}
                /><span
                  ><strong>${row.name}</strong>
                  <span class="soft"
                    >${[
                      row.state.word,
                      row.provider,
                      row.price ? priceText(row.price) : null,
                      row.left ? s.closeMany.left(usd(row.left)) : null,
                    ]
                      .filter(Boolean)
                      .join(" · ")}</span
                  ></span
                ></label
              >${problemAt(`close:${row.id}`)}`,
        )}
      </fieldset>`,
    html`${button(s.closeMany.keep, { click: closeDialog, first: true })}${button(s.closeMany.go(toClose.size), {
      click: send,
      kind: "danger",
      off: !toClose.size || busy,
    })}`,
  );
}

/** A deployment's, or the draft's with `null`. @param {T.DeploymentId|null} id @param {T.Snapshot} snapshot */
function renaming(id, snapshot) {
  const { draft } = snapshot;
  const name =
    id === null
      ? draft?.name
      : (snapshot.open?.row.id === id ? snapshot.open.row : snapshot.rows.find((row) => row.id === id))?.name;
  const send = async () => {
    const wanted = field.value?.value.trim();
    if (!wanted) return field.value?.focus();
    if (id === null && !draft) return closeDialog();
    if (
      await act(
        "dialog",
        () => (id === null ? ipc.setDraft(/** @type {T.Draft} */ (draft).id, wanted, null) : ipc.rename(id, wanted)),
        { changes: true },
      )
    )
      closeDialog();
  };
  return frame(
    s.check.renameTitle,
    html`<div class="field">
        <label for="name">${s.check.name}</label
        ><input
          ${ref(field)}
          id="name"
          class="input"
          autocomplete="off"
          maxlength="80"
          autofocus
          .defaultValue=${name ?? ""}
          @focus=${(/** @type {FocusEvent} */ event) => /** @type {HTMLInputElement} */ (event.target).select()}
        />
      </div>
      ${problemAt("dialog")}`,
    html`${button(s.cancel, { click: closeDialog })}${button(s.save, { click: () => {}, type: "submit", key: "dialog", kind: "primary" })}`,
    { submit: send },
  );
}

function pasting() {
  const send = async () => {
    const text = area.value?.value ?? "";
    if (!text.trim()) return area.value?.focus();
    if (await act("paste", () => ipc.pasteText(text), { changes: true })) closeDialog();
  };
  return frame(
    s.paste.title,
    html`<div class="field">
        <label for="paste">${s.paste.label}</label
        ><textarea
          ${ref(area)}
          id="paste"
          class="input mono paste"
          rows="14"
          spellcheck="false"
          autocomplete="off"
          aria-describedby="paste-hint"
          autofocus
        ></textarea>
        <p class="field__hint" id="paste-hint">${s.paste.hint}</p>
      </div>
      ${problemAt("paste")}`,
    html`${button(s.cancel, { click: closeDialog })}${button(s.paste.go, {
      click: () => {},
      type: "submit",
      key: "paste",
      kind: "primary",
    })}`,
    { wide: true, submit: send },
  );
}

/** @param {T.Snapshot} snapshot */
function disconnecting({ rows, total }) {
  const send = async () => {
    if (await act("dialog", ipc.disconnect, { changes: true })) {
      closeDialog();
      go("#/");
    }
  };
  return frame(
    s.settings.disconnectTitle,
    html`${
        rows.length
          ? html`<p class="note note--attention">
              ${icon("attention")}<span
                >${s.settings.disconnectKeeps(rows.length, total ? usd(total.hour) : null)}</span
              >
            </p>`
          : nothing
      }
      <p>${s.settings.disconnectText}</p>
      ${problemAt("dialog")}`,
    html`${button(s.settings.stay, { click: closeDialog, first: true })}${button(s.settings.disconnectGo, {
      click: send,
      key: "dialog",
      kind: "danger",
    })}`,
  );
}

/** @param {T.DeploymentId} id */
async function forget(id) {
  if (!(await act("dialog", () => ipc.forget(id), { changes: true }))) return;
  closeDialog();
  go("#/");
}
