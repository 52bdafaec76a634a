// What several screens do to a deployment.
import { want } from "./closing.js";
import * as ipc from "./ipc.js";
import { to } from "./route.js";
import { act, ask, go } from "./store.js";
/** @import * as T from "../types.d.ts" */

/** Without a lease at once; with one after asking, once. @param {T.Open} open */
export function close(open) {
  if (open.can.closeAsks) ask({ kind: "close", id: open.row.id });
  else closeNow(open.row.id);
}

/** @param {T.DeploymentId} id */
export const closeNow = (id) => act(`close:${id}`, () => ipc.close(id), { changes: true });

/** From the list, where only the line is known. @param {T.DeploymentId} id */
export function closeFrom(id) {
  want(id);
  go(to(id));
}

/** @param {T.Open} open */
export async function askAgain(open) {
  const done = await act("askAgain", () => ipc.askAgain(open.row.id), { changes: true });
  if (done) go(to(done.value));
}

/** The same with a requirement of the file relaxed. @param {T.Open} open @param {T.Relaxed} relaxed */
export async function relaxAgain(open, relaxed) {
  const done = await act(`relax:${relaxed.id}`, () => ipc.relaxAgain(open.row.id, relaxed.id), { changes: true });
  if (done) go(to(done.value));
}
