// Which deployment the person watches going live.
import { came } from "./closing.js";
import { redraw } from "./store.js";
/** @import * as T from "../types.d.ts" */

/**
 * Rust has gone live's screen end with the first answer. Who watched it sees that answer there, until they go on or
 * leave; a reload shows the same.
 */
const watched = {
  get id() {
    return sessionStorage.getItem("watched");
  },
  set id(id) {
    if (id === null) sessionStorage.removeItem("watched");
    else sessionStorage.setItem("watched", id);
  },
};

/** On to the deployment's own screen. */
export function goOn() {
  watched.id = null;
  redraw();
}

/** The screen that is due. @param {T.Open} open */
export function screenOf(open) {
  if (open.screen === "goLive") watched.id = open.row.id;
  else if (open.screen !== "detail" || !open.steps.length) watched.id = null;
  return watched.id === open.row.id ? "goLive" : open.screen;
}

/** Another screen is shown: of a deployment, or of none. @param {T.DeploymentId|null} id */
export function leave(id) {
  watched.id = null;
  came(id);
}
