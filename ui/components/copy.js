// Copying, with a word that it happened: beside the button, and spoken.
import { html } from "lit-html";
import * as ipc from "../app/ipc.js";
import { announce, redraw } from "../app/store.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** What was copied last, and for how long that is said. @type {{key: string, ok: boolean, timer: ReturnType<typeof setTimeout>}|null} */
let last = null;

/** @param {string} key @param {string} text */
async function put(key, text) {
  let ok = true;
  try {
    await ipc.copy(text);
  } catch {
    ok = byHand(text);
  }
  clearTimeout(last?.timer);
  last = { key, ok, timer: setTimeout(() => ((last = null), redraw()), 2000) };
  announce(ok ? s.copy.done : s.copy.failed);
  redraw();
}

/** The older way, for engines that refuse the clipboard. @param {string} text */
function byHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "unseen";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  const before = /** @type {HTMLElement|null} */ (document.activeElement);
  field.select();
  const ok = document.execCommand("copy");
  field.remove();
  before?.focus();
  return ok;
}

/** @param {string} key unique on the screen @param {string} text @param {string} name what is copied */
export function copyIcon(key, text, name) {
  const mine = last?.key === key;
  const label = mine ? (last?.ok ? s.copy.done : s.copy.failed) : s.copy.what(name);
  return html`<button
    type="button"
    class="btn btn--icon ${mine ? "is-done" : ""}"
    aria-label=${label}
    title=${label}
    @click=${() => put(key, text)}
  >
    ${icon(mine && last?.ok ? "check" : "copy")}
  </button>`;
}

/**
 * @param {string} key unique on the screen
 * @param {string | (() => string)} text
 * @param {string} label
 * @param {{kind?: string, small?: boolean}} [look]
 */
export function copyButton(key, text, label, { kind = "plain", small = false } = {}) {
  const mine = last?.key === key;
  return html`<button
    type="button"
    class="btn btn--${kind} ${small ? "btn--small" : ""}"
    @click=${() => put(key, typeof text === "string" ? text : text())}
  >
    ${icon(mine && last?.ok ? "check" : "copy")}<span>${mine ? (last?.ok ? s.copy.done : s.copy.failed) : label}</span>
  </button>`;
}
