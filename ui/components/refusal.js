// Why a file could not be used, said where files are dropped: the native dialog's answer, or what came from outside the window.
import { html, nothing } from "lit-html";
import { problem } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act, clear, state } from "../app/store.js";
/** @import * as T from "../types.d.ts" */

/** The notice about the file given last, if that could not be used. */
const refused = () => state.snapshot?.notices.findLast((notice) => notice.kind === "file");

/** Drawn once a screen: by the screen in its drop area, or else above the screen. */
export function refusal() {
  const error = state.problems.get("file");
  const notice = refused();
  if (error)
    return box(problem(error, { retry: () => act("file", ipc.chooseFile), key: "file", dismiss: forgetRefusal }));
  if (!notice) return nothing;
  /** @type {T.AppError} */
  const said = {
    code: "file",
    title: notice.title,
    meaning: null,
    next: notice.body,
    retry: false,
    link: null,
    details: null,
  };
  return box(problem(said, { dismiss: forgetRefusal }));
}

/** @param {unknown} content */
const box = (content) => html`<div class="refusal" id="refusal">${content}</div>`;

/** Another file came, another screen is shown, or the person has read it. */
export function forgetRefusal() {
  if (!state.busy.has("file")) clear("file");
  for (const notice of state.snapshot?.notices ?? [])
    if (notice.kind === "file") ipc.dismiss(notice.id).catch(() => {});
}
