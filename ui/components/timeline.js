// What happened to a deployment, newest last, read again when its state changes.
import { html, nothing } from "lit-html";
import { problem } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { now, redraw } from "../app/store.js";
import { exactly, moment } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @type {{id: string, mark: string, events: T.Event[]|null, error: T.AppError|null}} */
let held = { id: "", mark: "", events: null, error: null };

/** @param {T.Open} open */
async function read(open) {
  const mine = (held = {
    id: open.row.id,
    mark: mark(open),
    events: held.id === open.row.id ? held.events : null,
    error: null,
  });
  try {
    const events = await ipc.timeline(open.row.id);
    if (held === mine) held.events = events;
  } catch (error) {
    if (held === mine) held.error = /** @type {T.AppError} */ (error);
  }
  redraw();
}

/** @param {T.Open} open */
const mark = ({ row, money }) =>
  [row.id, row.name, row.state.code, row.state.since, money.setAside, money.autoFunding].join("|");

/** Reads it when it is shown and may have changed. @param {T.Open} open */
export function readTimeline(open) {
  if (held.mark !== mark(open)) read(open);
}

/** @param {T.Open} open */
export function timeline(open) {
  const { events, error } = held.id === open.row.id ? held : { events: null, error: null };
  if (error) return problem(error, { retry: () => read(open) });
  if (!events) return html`<p class="soft">${s.reading}</p>`;
  const at = now();
  return html`<ol class="timeline">
      ${events.map(
        (event) =>
          html`<li class="timeline__event timeline__event--${event.tone}">
            ${icon(event.tone === "busy" || event.tone === "quiet" ? "dot" : event.tone)}
            <span>${event.text}</span>
            <time class="soft" datetime=${event.at} title=${exactly(Date.parse(event.at))}
              >${moment(Date.parse(event.at), at)}</time
            >
          </li>`,
      )}
    </ol>
    ${events.length ? nothing : html`<p class="soft">${s.history.nothing}</p>`}`;
}
