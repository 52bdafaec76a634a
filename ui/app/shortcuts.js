// Keys. Ctrl or, on a Mac, ⌘. A dialog keeps all but Esc, which is the browser's own there.
import * as ipc from "./ipc.js";
import { to } from "./route.js";
import { act, go, state } from "./store.js";
import { closeDialog } from "../components/dialog.js";
import { chooseFile } from "../components/starter.js";
const mac = /Mac/.test(navigator.platform);

/** @type {Record<string, () => void>} */
const keys = {
  o: () => void chooseFile(),
  n: () => go("#/new"),
  r: () => void act("refresh", ipc.refresh),
  ",": () => go("#/settings"),
};

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented) return;
  if (event.key === "F1") {
    event.preventDefault();
    closeDialog();
    return go("#/help");
  }
  const mod = mac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  if (!mod || event.altKey || event.shiftKey) return;
  const key = event.key.toLowerCase();
  const row = /^[1-9]$/.test(key) ? state.snapshot?.rows[Number(key) - 1] : undefined;
  const what = row ? () => go(to(row.id)) : keys[key];
  if (!what) return;
  event.preventDefault();
  if (!state.dialog && !event.repeat) what();
}

/** A file's text pasted outside a field is a file. One line is not: it may be anything, even a key. @param {ClipboardEvent} event */
function pasted(event) {
  const target = event.composedPath()[0];
  if (
    state.dialog ||
    (target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea")))
  )
    return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!text.trim().includes("\n")) return;
  event.preventDefault();
  act("file", () => ipc.pasteText(text), { changes: true });
}

export function listen() {
  addEventListener("keydown", pressed);
  addEventListener("paste", pasted);
}
