// The way from a deployment to its page in the official web Console.
import { html, nothing } from "lit-html";
import { icon } from "../icons.js";
import * as ipc from "../ipc.js";
import { act } from "../store.js";
import { s } from "../strings.js";
import { problemAt } from "./problem.js";
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
