// How something is: icon, word and colour together.
import { html, nothing } from "lit-html";
import { icon } from "../lib/icons.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Tone} tone @param {string} word @param {string|null} [detail] */
export const status = (tone, word, detail = null) =>
  html`<span class="status status--${tone}"
    >${icon(tone, tone === "busy" ? "is-turning" : "")}<span class="status__word">${word}</span
    >${detail ? html`<span class="status__detail">${detail}</span>` : nothing}</span
  >`;

/** @param {T.State} state @param {boolean} [detail] */
export const stateOf = (state, detail = false) => status(state.tone, state.word, detail ? state.detail : null);
