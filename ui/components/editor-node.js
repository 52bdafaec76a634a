// Loads the editor when it is first needed, and once: CodeMirror is most of the window's code.
import { redraw } from "../app/store.js";
/** @import {SdlEditor} from "./editor.js" */

/** @type {Promise<void>|null} */
let loading = null;

/** `null` until it is loaded; the window is drawn again then. @returns {SdlEditor|null} */
export function newEditor() {
  if (customElements.get("sdl-editor")) return /** @type {SdlEditor} */ (document.createElement("sdl-editor"));
  loadEditor();
  return null;
}

export const loadEditor = () => (loading ??= import("./editor.js").then(redraw));
