// The ways to give a file: drop it, choose it, paste it, or start from a sample or one given before.
import { html, nothing } from "lit-html";
import { icon } from "../icons.js";
import * as ipc from "../ipc.js";
import { act, ask, now, redraw, state } from "../store.js";
import { s } from "../strings.js";
import { ago } from "../time.js";
import { button } from "./button.js";
import { linkText } from "./problem.js";
import { refusal } from "./refusal.js";
/** @import * as T from "../types.d.ts" */

/** @type {T.Sample[]|null} */
let samples = null;
let asked = false;

function readSamples() {
  if (asked) return;
  asked = true;
  ipc.samples().then((list) => ((samples = list), redraw()), () => (asked = false));
}

/** The native dialog. */
export const chooseFile = () => act("file", ipc.chooseFile);

export const openPaste = () => ask({ kind: "paste" });

/** @param {boolean} recents */
export function starter(recents = true) {
  readSamples();
  const recent = state.snapshot?.recent ?? [];
  return html`
    <div class="dropzone">
      ${refusal()} ${icon("drop", "icon--large")}
      <p class="dropzone__title">${s.starter.drop}</p>
      <p class="soft">${s.starter.dropText}</p>
      <div class="actions actions--centred">${button(s.starter.choose, { click: chooseFile, key: "file", kind: "primary", icon: "file" })} ${button(s.starter.paste, { click: openPaste, icon: "paste" })}</div>
    </div>
    <section class="stack" aria-labelledby="samples">
      <h2 id="samples">${s.starter.samples}</h2>
      <p class="soft">${s.starter.sdl} ${linkText("sdlDocs")}</p>
      <ul class="cards">
        ${(samples ?? []).map(
          (sample) => html`<li><button type="button" class="card card--button" aria-disabled=${state.busy.has("file") ? "true" : nothing} @click=${() => act("file", () => ipc.openSample(sample.id), { changes: true })}>
            <strong>${sample.title}</strong><span class="soft">${sample.about}</span>
          </button></li>`,
        )}
      </ul>
    </section>
    ${recents && recent.length
      ? html`<section class="stack" aria-labelledby="recent">
          <h2 id="recent">${s.starter.recent}</h2>
          <ul class="plain-list">
            ${recent.map(
              (one) => html`<li><button type="button" class="line-button" @click=${() => act("file", () => ipc.openRecent(one.id), { changes: true })}>${icon("file")}<span>${one.name}</span><span class="soft">${ago(now() - Date.parse(one.at))}</span></button></li>`,
            )}
          </ul>
        </section>`
      : nothing}
  `;
}
