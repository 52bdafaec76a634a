// The ways to give a file: drop it, choose it, paste it, or start from a sample or one given before.
import { html, nothing } from "lit-html";
import { button } from "./button.js";
import { linkText, problemAt } from "./problem.js";
import { refusal } from "./refusal.js";
import * as ipc from "../app/ipc.js";
import { act, ask, now, redraw, state } from "../app/store.js";
import { icon } from "../lib/icons.js";
import { ago } from "../lib/time.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @type {T.Sample[]|null} */
let samples = null;
let asked = false;

/** Reads the samples when they are shown first. */
export function readSamples() {
  if (asked) return;
  asked = true;
  ipc.samples().then(
    (list) => ((samples = list), redraw()),
    () => (asked = false),
  );
}

/** The native dialog. */
export const chooseFile = () => act("file", ipc.chooseFile);

const openPaste = () => ask({ kind: "paste" });

export function starter() {
  return html`
    <div class="dropzone">
      ${refusal()} ${icon("drop", "icon--large")}
      <p class="dropzone__title">${s.starter.drop}</p>
      <p class="soft">${s.starter.dropText}</p>
      <div class="actions actions--centred">
        ${button(s.starter.choose, { click: chooseFile, key: "file", kind: "primary", icon: "file" })}
        ${button(s.starter.paste, { click: openPaste, icon: "paste" })}
      </div>
      ${imageForm()}
      ${state.snapshot?.account ? html`<a class="link" href="#/templates">${s.starter.templates}</a>` : nothing}
    </div>
    <section class="stack" aria-labelledby="samples">
      <h2 id="samples">${s.starter.samples}</h2>
      <p class="soft">${s.starter.sdl} ${linkText("sdlDocs")}</p>
      <ul class="cards">
        ${(samples ?? []).map(
          (sample) =>
            html`<li>
              <button
                type="button"
                class="card card--button"
                aria-disabled=${state.busy.has("file") ? "true" : nothing}
                @click=${() => act("file", () => ipc.openSample(sample.id), { changes: true })}
              >
                <strong>${sample.title}</strong><span class="soft">${sample.about}</span>
              </button>
            </li>`,
        )}
      </ul>
    </section>
    ${recents()}
  `;
}

/** Begins with the name of an image. */
function imageForm() {
  const send = (/** @type {globalThis.Event} */ event) => {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("image"));
    if (field.value.trim()) act("image", () => ipc.startImage(field.value.trim()), { changes: true });
    else field.focus();
  };
  return html`<form class="field starter__image" @submit=${send}>
    <label for="image">${s.starter.image}</label>
    <div class="field__row">
      <input
        class="input"
        id="image"
        name="image"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
        aria-describedby="image-hint"
      />
      ${button(s.starter.imageGo, { click: () => {}, key: "image", type: "submit" })}
    </div>
    <p class="field__hint" id="image-hint">${s.starter.imageHint}</p>
    ${problemAt("image")}
  </form>`;
}

/** Those of a kind. @param {T.RecentKind} kind */
export const recentOf = (kind) => (state.snapshot?.recent ?? []).filter((one) => one.kind === kind);

/** Files that wait, kept texts, and files given before. */
function recents() {
  const [waiting, kept, files] = [recentOf("waiting"), recentOf("kept"), recentOf("file")];
  return html`
    ${waiting.length ? list("waiting", s.starter.waiting, waiting, s.starter.forget) : nothing}
    ${kept.length ? list("kept", s.starter.kept, kept, s.starter.remove, s.starter.keptText) : nothing}
    ${files.length ? list("recent", s.starter.recent, files, s.starter.forget) : nothing}
  `;
}

/** @param {T.Recent} one */
export const openRecent = (one) => act("file", () => ipc.openRecent(one.id), { changes: true });

/** A kept text is nowhere else, so that asks first. @param {T.Recent} one */
function forget(one) {
  if (one.kind === "kept") ask({ kind: "forgetText", id: one.id, name: one.name });
  else act("file", () => ipc.forgetRecent(one.id), { changes: true });
}

/** @param {string} id @param {string} title @param {T.Recent[]} list @param {(name: string) => string} remove @param {string} [text] */
const list = (id, title, list, remove, text) =>
  html`<section class="stack" aria-labelledby=${id}>
    <h2 id=${id}>${title}</h2>
    ${text ? html`<p class="soft">${text}</p>` : nothing}
    <ul class="plain-list">
      ${list.map(
        (one) =>
          html`<li class="recent">
            <button type="button" class="line-button" @click=${() => openRecent(one)}>
              ${icon("file")}<span>${one.name}</span><span class="soft">${ago(now() - Date.parse(one.at))}</span>
            </button>
            <button
              type="button"
              class="btn btn--icon"
              aria-label=${remove(one.name)}
              title=${remove(one.name)}
              @click=${() => forget(one)}
            >
              ${icon("close")}
            </button>
          </li>`,
      )}
    </ul>
  </section>`;
