// What happened elsewhere. The latest notice stands in the free part of the top bar, where it covers nothing and moves nothing; a button
// beside it opens the list of all. What the open screen shows itself is not said again.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { iconButton } from "./button.js";
import { linkText } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { to } from "../app/route.js";
import { go, redraw, state } from "../app/store.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** Milliseconds after which a notice that asks for nothing goes by itself, unless it is being read. */
const staying = 10_000;
/** @type {Map<number, ReturnType<typeof setTimeout>>} */
const timers = new Map();
/** The notice that is being read: it stays. */
let held = 0;
/** The list of all is open. */
let listed = false;

/** @param {T.Notice} notice */
function dismiss(notice) {
  rest(notice);
  ipc.dismiss(notice.id).catch(() => {});
}

/** @param {T.Notice} notice */
function rest(notice) {
  clearTimeout(timers.get(notice.id));
  timers.delete(notice.id);
}

/** @param {T.Notice} notice */
function hold(notice) {
  held = notice.id;
  rest(notice);
}

/** @param {T.Notice} notice */
function letGo(notice) {
  held = 0;
  run(notice);
}

/** @param {T.Notice} notice */
function run(notice) {
  if (listed || notice.id === held || notice.tone === "bad" || notice.tone === "attention" || timers.has(notice.id))
    return;
  timers.set(
    notice.id,
    setTimeout(() => dismiss(notice), staying),
  );
}

/** @param {boolean} open */
function list(open) {
  if (listed === open) return;
  listed = open;
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
  redraw();
}

/** Closes the list of all. Whether it was open. */
export function closeNotices() {
  const was = listed;
  list(false);
  return was;
}

globalThis.addEventListener?.(
  "pointerdown",
  (event) => listed && !(/** @type {Element} */ (event.target).closest?.(".notices")) && list(false),
  true,
);

/** The open screen shows it: the deployment itself, or its row in the list. @param {T.Notice} notice */
export function shownAlready(notice) {
  const { route, snapshot } = state;
  if (!notice.deployment || document.visibilityState !== "visible") return false;
  if (route.name === "deployment") return route.id === notice.deployment;
  return route.name === "home" && (snapshot?.rows.some((row) => row.id === notice.deployment) ?? false);
}

/** @param {T.Notice} notice */
const follow = (notice) => (list(false), go(to(/** @type {string} */ (notice.deployment))), dismiss(notice));

/** @param {T.Snapshot} snapshot */
export function notices(snapshot) {
  const all = snapshot.notices.filter((notice) => notice.kind !== "file" && !shownAlready(notice)).reverse();
  if (!all.length) {
    listed = false;
    return html`<section class="notices" aria-label=${s.notices.name}></section>`;
  }
  const [latest] = all;
  run(latest);
  const text = html`${icon(latest.tone, latest.tone === "busy" ? "is-turning" : "")}<span class="notice__text"
      ><span class="notice__title">${latest.title}</span
      >${latest.body ? html`<span class="notice__body">${latest.body}</span>` : nothing}</span
    >`;
  const tip = [latest.title, latest.body].filter(Boolean).join(" ");
  return html`<section
    class="notices"
    aria-label=${s.notices.name}
    @keydown=${(/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || !listed) return;
      event.stopPropagation();
      list(false);
      document.getElementById("notices-more")?.focus();
    }}
  >
    <div
      class="notice notice--${latest.tone}"
      @pointerenter=${() => hold(latest)}
      @pointerleave=${() => letGo(latest)}
      @focusin=${() => hold(latest)}
      @focusout=${() => letGo(latest)}
    >
      ${
        latest.deployment
          ? html`<button type="button" class="notice__what" title=${tip} @click=${() => follow(latest)}>
              ${text}
            </button>`
          : html`<p class="notice__what" title=${tip}>${text}</p>`
      }
      ${latest.link ? linkText(latest.link) : nothing}
      <button
        type="button"
        id="notices-more"
        class="btn btn--icon notice__more"
        aria-expanded=${listed ? "true" : "false"}
        aria-controls="notices-all"
        aria-label=${s.notices.all(all.length)}
        title=${s.notices.all(all.length)}
        @click=${() => list(!listed)}
      >
        ${all.length > 1 ? html`<span class="numbers">${all.length}</span>` : nothing}${icon(listed ? "up" : "down")}
      </button>
      ${iconButton("close", s.dismiss, () => dismiss(latest))}
    </div>
    ${
      listed
        ? html`<ul class="notices__all" id="notices-all">
            ${repeat(
              all,
              (notice) => notice.id,
              (notice) =>
                html`<li class="notices__one notice--${notice.tone}">
                  ${icon(notice.tone)}
                  <div>
                    ${notice.deployment ? titleLink(notice) : html`<p class="notice__title">${notice.title}</p>`}
                    ${notice.body ? html`<p class="soft">${notice.body}</p>` : nothing}
                    ${notice.link ? html`<p>${linkText(notice.link)}</p>` : nothing}
                  </div>
                  ${iconButton("close", s.dismiss, () => dismiss(notice))}
                </li>`,
            )}
          </ul>`
        : nothing
    }
  </section>`;
}

/** @param {T.Notice} notice */
function titleLink(notice) {
  const go = () => follow(notice);
  return html`<button type="button" class="link notice__title" @click=${go}>${notice.title}</button>`;
}
