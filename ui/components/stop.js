// A deployment that stops by itself: chosen before it is asked for, and later.
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { button } from "./button.js";
import { problemAt } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act, now, redraw } from "../app/store.js";
import { exactly, moment } from "../lib/format.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** Hours that are offered: the Console takes up to 48. */
const HOURS = [4, 12, 24, 48];
/** Hours that *Keep it longer* adds. */
const LONGER = 24;

/** What is chosen for a running one and not set yet. @type {{id: T.DeploymentId, hours: number}|null} */
let chosen = null;

/** @param {Event} event */
const value = (event) => Number(/** @type {HTMLSelectElement} */ (event.target).value);

/** On the check screen. @param {T.Draft} draft */
export const stopOfDraft = ({ id, stop }) =>
  html`<div>
    <dt><label for="stop">${s.stop.runs}</label></dt>
    <dd>
      <select
        id="stop"
        class="input"
        aria-describedby=${stop.hours && stop.note ? "stop-note" : nothing}
        .value=${live(String(stop.hours ?? 0))}
        @change=${(/** @type {globalThis.Event} */ event) =>
          act("stop", () => ipc.setDraftStop(id, value(event) || null), { changes: true })}
      >
        <option value="0" ?selected=${!stop.hours}>${s.stop.on}</option>
        ${HOURS.map((hours) => html`<option value=${hours} ?selected=${stop.hours === hours}>${s.stop.hours(hours)}</option>`)}
      </select>
      ${stop.hours ? html`<p class="field__hint" id="stop-note">${s.stop.from} ${stop.note}</p>` : nothing}
      ${problemAt("stop")}
    </dd>
  </div>`;

/** On a deployment's own screen: when it stops, and the way to change that. @param {T.Open} open */
export function stopOf({ row: { id }, money: { stop }, can }) {
  if (!can.stop && !stop) return nothing;
  const key = `stop:${id}`;
  const set = (/** @type {number|null} */ more) => async () => {
    if (await act(key, () => ipc.setStop(id, more), { changes: true })) chosen = null;
    redraw();
  };
  const hours = chosen?.id === id ? chosen.hours : LONGER;
  return html`<div class="stops stack">
    ${
      stop
        ? html`<p>
              ${
                stop.at
                  ? html`${s.stop.at}
                      <strong title=${exactly(Date.parse(stop.at))}>${moment(Date.parse(stop.at), now())}</strong>`
                  : html`${s.stop.after} <strong>${stop.text}</strong>`
              }
            </p>
            ${stop.note ? html`<p class="soft small">${stop.note}</p>` : nothing}
            ${
              can.stop
                ? html`<div class="actions">
                    ${button(s.stop.longer(LONGER), { click: set(LONGER), key, small: true })}
                    ${button(s.stop.never, { click: set(null), key, small: true, kind: "quiet" })}
                  </div>`
                : nothing
            }`
        : html`<div class="stops__set">
            <label for="stop-in">${s.stop.in}</label>
            <select
              id="stop-in"
              class="input input--small"
              .value=${live(String(hours))}
              @change=${(/** @type {globalThis.Event} */ event) => ((chosen = { id, hours: value(event) }), redraw())}
            >
              ${HOURS.map((one) => html`<option value=${one} ?selected=${one === hours}>${s.stop.more(one)}</option>`)}
            </select>
            ${button(s.stop.set, { click: set(hours), key, small: true, name: s.stop.setName })}
          </div>`
    }
    ${problemAt(key)}
  </div>`;
}
