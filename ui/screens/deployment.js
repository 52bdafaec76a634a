// One deployment: Rust says which of its screens is due.
import { html, nothing } from "lit-html";
import { choose, followChoose } from "./choose.js";
import { detail } from "./detail.js";
import { goLive } from "./golive.js";
import { receipt } from "./receipt.js";
import { close, closeNow } from "../app/actions.js";
import { came, due } from "../app/closing.js";
import * as ipc from "../app/ipc.js";
import { act, state } from "../app/store.js";
import { screenOf } from "../app/watched.js";
import { problemAt } from "../components/problem.js";
import { readFile } from "../components/sent-file.js";
import { readTimeline } from "../components/timeline.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Tab} from "../app/route.js" */

/** @param {T.Snapshot} snapshot @param {T.DeploymentId} id @param {Tab} tab */
export function deployment(snapshot, id, tab) {
  const open = snapshot.open?.row.id === id ? snapshot.open : null;
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
  return html`${
    state.problems.has(`close:${id}`) || state.problems.has("askAgain")
      ? html`<div class="screen screen--notice">${failed}</div>`
      : nothing
  }${screens[tab === "overview" ? screenOf(open) : open.screen]()}`;
}

/** What follows from what is shown. @param {T.Snapshot} snapshot @param {T.DeploymentId} id @param {Tab} tab */
export function followDeployment(snapshot, id, tab) {
  const open = snapshot.open?.row.id === id ? snapshot.open : null;
  if (state.problems.has("look")) came(null);
  if (!open) return;
  if (due(id)) close(open);
  if (open.screen === "choose") followChoose(open);
  else if (tab === "history") readTimeline(open);
  else if (tab === "sdl") readFile(open);
}
