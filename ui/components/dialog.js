// The frame of every dialog: a native one. Esc closes, and the focus goes back to where it was.
import { html } from "lit-html";
import { ref } from "lit-html/directives/ref.js";
import { iconButton } from "./button.js";
import { ask, clear, state } from "../app/store.js";
import { s } from "../strings/index.js";
let after = () => {};
/** Says what else is forgotten with a dialog. @param {() => void} what */
export const whenClosed = (what) => (after = what);

/** Opens when it is in the document; `ref` is called just before. @param {Element|undefined} element */
function opened(element) {
  if (!(element instanceof HTMLDialogElement)) return;
  queueMicrotask(() => element.isConnected && !element.open && element.showModal());
}

export function closeDialog() {
  const element = /** @type {HTMLDialogElement|null} */ (document.querySelector("dialog[open]"));
  if (element) element.close();
  else if (state.dialog) ask(null);
}

function closed() {
  after();
  for (const key of ["dialog", "paste"]) clear(key);
  ask(null);
}

/**
 * @param {string} title
 * @param {unknown} body
 * @param {unknown} actions
 * @param {{wide?: boolean, widest?: boolean, submit?: () => void}} [how]
 */
export const frame = (title, body, actions, { wide = false, widest = false, submit } = {}) =>
  html`<dialog
    class="dialog ${wide ? "dialog--wide" : ""} ${widest ? "dialog--widest" : ""}"
    aria-labelledby="dialog-title"
    ${ref(opened)}
    @close=${closed}
  >
    <form
      class="dialog__form"
      method="dialog"
      @submit=${(/** @type {SubmitEvent} */ event) => (event.preventDefault(), submit?.())}
    >
      <header class="dialog__head">
        <h2 id="dialog-title">${title}</h2>
        ${iconButton("close", s.dismiss, closeDialog, "dialog__x")}
      </header>
      <div class="dialog__body stack">${body}</div>
      <footer class="dialog__foot">${actions}</footer>
    </form>
  </dialog>`;
