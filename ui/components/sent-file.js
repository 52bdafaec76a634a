// The file of a deployment as it was sent.
import { html, nothing } from "lit-html";
import { button } from "./button.js";
import { copyButton } from "./copy.js";
import { newEditor } from "./editor-node.js";
import { problem } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act, redraw } from "../app/store.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @type {{id: string, text: string|null|undefined, error: T.AppError|null, node: import("./editor.js").SdlEditor|null}} */
let file = { id: "", text: undefined, error: null, node: null };

/** @param {T.DeploymentId} id */
async function readSdl(id) {
  /** @type {typeof file} */
  const mine = { id, text: undefined, error: null, node: null };
  file = mine;
  try {
    mine.text = await ipc.sdl(id);
  } catch (error) {
    mine.error = /** @type {T.AppError} */ (error);
  }
  if (file === mine) redraw();
}

/** Reads it once it is shown. @param {T.Open} open */
export function readFile({ row }) {
  if (file.id !== row.id) readSdl(row.id);
  else if (file.text && !file.node) {
    file.node = newEditor();
    file.node?.open(file.text, { label: s.check.editor(row.name), readOnly: true });
    if (file.node) redraw();
  }
}

/** @param {T.Open} open */
export function sentFile(open) {
  const { row, can } = open;
  if (file.id !== row.id) return html`<p class="soft" role="status">${s.reading}</p>`;
  const { text, error } = file;
  if (error) return problem(error, { retry: () => readSdl(row.id) });
  if (text === undefined) return html`<p class="soft" role="status">${s.reading}</p>`;
  if (text === null) return html`<p class="soft">${s.detail.sdlNone}</p>`;
  return html`<section class="file file--alone" aria-label=${s.detail.tabs.sdl}>
    <header class="file__head">
      <p class="soft">${s.detail.sdlSent}</p>
      <div class="actions">
        ${copyButton("sdl", text, s.detail.copySdl, { small: true })}${
          can.again
            ? button(s.detail.again, {
                click: () => act("act", () => ipc.again(row.id), { changes: true }),
                key: "act",
                small: true,
              })
            : nothing
        }
      </div>
    </header>
    <div class="file__text">${file.node ?? html`<p class="soft">${s.reading}</p>`}</div>
  </section>`;
}
