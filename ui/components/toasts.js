// What happened elsewhere: bottom left, three at most, none for what the screen shows already.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { icon } from "../icons.js";
import * as ipc from "../ipc.js";
import { to } from "../route.js";
import { go, state } from "../store.js";
import { s } from "../strings.js";
import { iconButton } from "./button.js";
/** @import * as T from "../types.d.ts" */

/** Those that need no decision go by themselves; not while one reads them. */
const staying = 8000;
/** @type {Map<number, ReturnType<typeof setTimeout>>} */
const timers = new Map();

/** How long after one goes a click on what it covered is taken for a second click on its cross. */
const settling = 700;
let gone = -Infinity;

globalThis.addEventListener?.(
  "click",
  (event) => {
    if (performance.now() - gone > settling || /** @type {Element} */ (event.target).closest?.(".toasts")) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

/** @param {T.Notice} notice @param {boolean} [byHand] */
function dismiss(notice, byHand = false) {
  if (byHand) gone = performance.now();
  rest(notice);
  ipc.dismiss(notice.id).catch(() => {});
}

/** @param {T.Notice} notice */
function rest(notice) {
  clearTimeout(timers.get(notice.id));
  timers.delete(notice.id);
}

/** @param {T.Notice} notice */
function run(notice) {
  if (notice.tone === "bad" || notice.tone === "attention" || timers.has(notice.id)) return;
  timers.set(notice.id, setTimeout(() => dismiss(notice), staying));
}

/** What the open screen says itself is not said again. @param {T.Notice} notice */
export const shownAlready = (notice) => state.route.name === "deployment" && notice.deployment === state.route.id && document.visibilityState === "visible";

/** @param {T.Snapshot} snapshot */
export function toasts(snapshot) {
  const list = snapshot.notices.filter((notice) => !shownAlready(notice)).slice(-3).reverse();
  if (!list.length) return nothing;
  for (const notice of list) run(notice);
  return html`<section aria-label=${s.toasts}><ul class="toasts">
    ${repeat(
      list,
      (notice) => notice.id,
      (notice) => html`<li class="toast toast--${notice.tone}" @pointerenter=${() => rest(notice)} @pointerleave=${() => run(notice)} @focusin=${() => rest(notice)} @focusout=${() => run(notice)}>
        ${icon(notice.tone, notice.tone === "busy" ? "is-turning" : "")}
        <div class="toast__text">
          ${notice.deployment
            ? html`<button type="button" class="toast__title" @click=${() => (go(to(/** @type {string} */ (notice.deployment))), dismiss(notice))}>${notice.title}</button>`
            : html`<p class="toast__title">${notice.title}</p>`}
          ${notice.body ? html`<p class="soft">${notice.body}</p>` : nothing}
        </div>
        ${iconButton("close", s.dismiss, () => dismiss(notice, true))}
      </li>`,
    )}
  </ul></section>`;
}
