// Templates: ready-made files from the Console's gallery, found by what they are for.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { live } from "lit-html/directives/live.js";
import * as ipc from "../app/ipc.js";
import { act, go, redraw, state } from "../app/store.js";
import { problem, problemAt } from "../components/problem.js";
import { refusal } from "../components/refusal.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** What was read, and of which account. @type {{of: string|null, list: T.Template[]|null}} */
let held = { of: null, list: null };
let words = "";
let category = "";

async function read() {
  const mine = held;
  const done = await act("templates", ipc.templates);
  if (held !== mine) return;
  if (done) held.list = done.value;
  redraw();
}

/** Reads them when they are shown. @param {T.Snapshot} snapshot */
export function followTemplates({ account }) {
  if (!account || held.of === account.address) return;
  held = { of: account.address, list: null };
  state.busy.delete("templates");
  read();
}

/** @param {T.Template} template */
const matches = (template) =>
  (!category || template.category === category) &&
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => [template.name, template.about, ...template.tags].join(" ").toLowerCase().includes(word));

/** @param {T.Template} template */
async function open({ id }) {
  if (await act("file", () => ipc.openTemplate(id), { changes: true })) go("#/new");
}

export function templates() {
  const error = state.problems.get("templates");
  const list = held.list?.filter(matches) ?? null;
  return html`<div class="screen stack stack--wide">
    <h1 tabindex="-1">${s.templates.title}</h1>
    <p class="soft measure">${s.templates.text}</p>
    ${refusal()} ${problemAt("file")} ${error ? problem(error, { retry: read, key: "templates" }) : nothing}
    ${
      list === null
        ? error
          ? nothing
          : html`<p class="soft" role="status">${s.reading}</p>`
        : html`${filters()}
            <p class="soft small" role="status">${s.templates.count(list.length)}</p>
            <ul class="cards">
              ${repeat(list, (one) => one.id, card)}
            </ul>`
    }
  </div>`;
}

function filters() {
  const all = [...new Set(held.list?.map((one) => one.category))].sort();
  const value = (/** @type {globalThis.Event} */ event) =>
    /** @type {HTMLInputElement|HTMLSelectElement} */ (event.target).value;
  return html`<div role="search" class="templates__find">
    <label class="field"
      ><span>${s.templates.search}</span
      ><input
        class="input"
        type="text"
        inputmode="search"
        autocomplete="off"
        .value=${live(words)}
        @input=${(/** @type {globalThis.Event} */ event) => ((words = value(event)), redraw())}
    /></label>
    <label class="field"
      ><span>${s.templates.category}</span
      ><select
        class="input"
        .value=${live(category)}
        @change=${(/** @type {globalThis.Event} */ event) => ((category = value(event)), redraw())}
      >
        <option value="" ?selected=${category === ""}>${s.templates.every}</option>
        ${all.map((one) => html`<option value=${one} ?selected=${category === one}>${one}</option>`)}
      </select></label
    >
  </div>`;
}

/** @param {T.Template} template */
const card = (template) =>
  html`<li>
    <button
      type="button"
      class="card card--button"
      aria-disabled=${state.busy.has("file") ? "true" : nothing}
      @click=${() => open(template)}
    >
      <strong>${template.name}</strong><span class="soft">${template.about}</span
      ><span class="soft small">${template.category}</span>
    </button>
  </li>`;
