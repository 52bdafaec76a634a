// The last snapshot and what is the window's own: route, open dialog, what is in flight, what failed.
import { parse } from "./route.js";
import { chainNow } from "../lib/time.js";
/** @import * as T from "../types.d.ts" */
/** @import {Route} from "./route.js" */

/**
 * @typedef {(
 *     {kind: "close", id: string}
 *   | {kind: "funds", id: string}
 *   | {kind: "rename", id: string|null}
 *   | {kind: "paste"}
 *   | {kind: "report", text: string}
 *   | {kind: "disconnect"}
 *   | {kind: "replaceKey"}
 *   | {kind: "closeMany"}
 *   | {kind: "funding", id: string}
 *   | {kind: "start", id: string, choices: T.Choice[], takes: T.Usd}
 *   | {kind: "forget", id: string, name: string}
 *   | {kind: "forgetText", id: string, name: string}
 *   | {kind: "compare", id: string, gseq: number}
 *   )} Dialog
 */

export const state = {
  /** @type {T.Snapshot|null} */ snapshot: null,
  /** When it came, by the machine's clock. */ received: 0,
  /** @type {Route} */ route: parse(globalThis.location?.hash ?? ""),
  /** @type {Dialog|null} */ dialog: null,
  dragging: false,
  /** Wide enough to show the file beside the summary. */ wide: false,
  /** What is in flight, by the key of its button. @type {Set<string>} */ busy: new Set(),
  /** What failed, by the key of its place. @type {Map<string, T.AppError>} */ problems: new Map(),
};

let draw = () => {};
let due = false;

/** Says what draws the window. @param {() => void} how */
export function drawWith(how) {
  draw = how;
}

/** Draws once, soon. Not by animation frame: a hidden window has none. */
export function redraw() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    draw();
  });
}

/** @type {Set<() => void>} */
const waiting = new Set();

/** Takes a snapshot unless a newer one is shown. @param {T.Snapshot} snapshot @returns {boolean} */
export function take(snapshot) {
  if (state.snapshot && snapshot.rev < state.snapshot.rev) return false;
  state.snapshot = snapshot;
  state.received = performance.now();
  for (const go of waiting) go();
  waiting.clear();
  redraw();
  return true;
}

/** The next snapshot, or a second: until then a button that did something stays busy. */
function nextSnapshot() {
  return new Promise((resolve) => {
    const go = () => (clearTimeout(timer), waiting.delete(go), resolve(null));
    const timer = setTimeout(go, 1000);
    waiting.add(go);
  });
}

/** Chain time, milliseconds. */
export function now() {
  return state.snapshot
    ? chainNow(state.snapshot.now, state.snapshot.pace, performance.now() - state.received)
    : Date.now();
}

/** @type {(text: string, assertive?: boolean) => void} */
let speak = () => {};
/** @param {typeof speak} how */
export function speakWith(how) {
  speak = how;
}
/** Says something to who listens to the screen. @param {string} text @param {boolean} [assertive] */
export const announce = (text, assertive = false) => speak(text, assertive);

/**
 * Does one thing at a time for a key: a second click while the first is in flight is nothing. A failure is kept for the
 * place `key` names. With `changes` the key stays busy until the snapshot that shows the change.
 * @template V
 * @param {string} key
 * @param {() => Promise<V>} work
 * @param {{changes?: boolean}} [how]
 * @returns {Promise<{value: V}|null>} `null` when it failed
 */
export async function act(key, work, { changes = false } = {}) {
  if (state.busy.has(key)) return null;
  state.busy.add(key);
  state.problems.delete(key);
  redraw();
  try {
    const next = changes ? nextSnapshot() : null;
    const value = await work();
    await next;
    return { value };
  } catch (error) {
    const problem = /** @type {T.AppError} */ (error);
    state.problems.set(key, problem);
    announce(problem.title, true);
    return null;
  } finally {
    state.busy.delete(key);
    redraw();
  }
}

/** Forgets what failed at a place. @param {string} key */
export function clear(key) {
  if (state.problems.delete(key)) redraw();
}

/** @param {Dialog|null} dialog */
export function ask(dialog) {
  state.dialog = dialog;
  redraw();
}

/** @param {string} hash */
export function go(hash) {
  if (location.hash === hash) redraw();
  else location.hash = hash;
}
