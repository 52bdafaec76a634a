// One deployment: Rust says which of its screens is due. What several of them do stands here.
import { html, nothing } from "lit-html";
import { came, due, want } from "../closing.js";
import { problemAt } from "../components/problem.js";
import { icon } from "../icons.js";
import * as ipc from "../ipc.js";
import { to } from "../route.js";
import { act, ask, go, redraw, state } from "../store.js";
import { s } from "../strings.js";
import { choose } from "./choose.js";
import { detail } from "./detail.js";
import { goLive } from "./golive.js";
import { receipt } from "./receipt.js";
/** @import * as T from "../types.d.ts" */
/** @import {Tab} from "../route.js" */

/** Without a lease at once; with one after asking, once. @param {T.Open} open */
export function close(open) {
  if (open.can.closeAsks) ask({ kind: "close", id: open.row.id });
  else closeNow(open.row.id);
}

/** @param {T.DeploymentId} id */
export const closeNow = (id) => act(`close:${id}`, () => ipc.close(id), { changes: true });

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

/** From the list, where only the line is known. @param {T.DeploymentId} id */
export function closeFrom(id) {
  want(id);
  go(to(id));
}

/** Rust has gone live's screen end with the first answer. Who watched it sees that answer there, until they go on or leave; a reload shows the same. */
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

/** @param {T.Open} open */
function screenOf(open) {
  if (open.screen === "goLive") watched.id = open.row.id;
  else if (open.screen !== "detail" || !open.steps.length) watched.id = null;
  return watched.id === open.row.id ? "goLive" : open.screen;
}

/** Another screen is shown: of a deployment, or of none. @param {T.DeploymentId|null} id */
export function leave(id) {
  watched.id = null;
  came(id);
}

/** @param {T.Snapshot} snapshot @param {T.DeploymentId} id @param {Tab} tab */
export function deployment(snapshot, id, tab) {
  const open = snapshot.open?.row.id === id ? snapshot.open : null;
  if (state.problems.has("look")) came(null);
  if (open && due(id)) queueMicrotask(() => close(open));
  if (!open) {
    const name = snapshot.rows.find((row) => row.id === id)?.name;
    return html`<div class="screen stack">
      <h1 tabindex="-1">${name ?? s.app}</h1>
      ${
        state.problems.has("look")
          ? html`${problemAt("look", { retry: () => act("look", () => ipc.look(id)) })}
              <p><a class="link" href="#/">${s.nav.home}</a></p>`
          : html`<p class="soft" role="status">${icon("busy", "is-turning")} ${s.reading}</p>`
      }
    </div>`;
  }
  const failed = html`${problemAt(`close:${id}`, { retry: () => closeNow(id) })}${problemAt("askAgain")}`;
  const screens = {
    choose: () => choose(open),
    goLive: () => goLive(open),
    detail: () => detail(open, tab),
    receipt: () => receipt(open, tab),
  };
  return html`${state.problems.has(`close:${id}`) || state.problems.has("askAgain") ? html`<div class="screen screen--notice">${failed}</div>` : nothing}${screens[tab === "overview" ? screenOf(open) : open.screen]()}`;
}
