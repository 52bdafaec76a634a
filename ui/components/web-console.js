// The way from a deployment to its page in the official web Console.
import { html, nothing } from "lit-html";
import { problemAt } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act } from "../app/store.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Open} open */
export const webConsole = ({ row, can }) =>
  can.webConsole
    ? html`<p>
          <button type="button" class="link" @click=${() => act("webConsole", () => ipc.openWebConsole(row.id))}>
            ${s.detail.webConsole}${icon("out")}
          </button>
        </p>
        ${problemAt("webConsole")}`
    : nothing;
