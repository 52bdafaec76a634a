// The pencil beside a deployment's name.
import { html } from "lit-html";
import { ask } from "../app/store.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.DeploymentId} id */
export const renameButton = (id) =>
  html`<button
    type="button"
    class="btn btn--icon"
    aria-label=${s.detail.rename}
    title=${s.detail.rename}
    @click=${() => ask({ kind: "rename", id })}
  >
    ${icon("pencil")}
  </button>`;
