// The frame around every screen, and which screen is due.
import { html, nothing } from "lit-html";
import { state } from "./store.js";
import { banner } from "../components/banner.js";
import { dialogs, followDialog } from "../components/dialogs.js";
import { problemAt } from "../components/problem.js";
import { refusal } from "../components/refusal.js";
import { forgetKeys } from "../components/keys.js";
import { readSamples } from "../components/starter.js";
import { topbar } from "../components/topbar.js";
import { icon } from "../lib/icons.js";
import { check } from "../screens/check.js";
import { deployment, followDeployment } from "../screens/deployment.js";
import { help } from "../screens/help.js";
import { followHistory, history } from "../screens/history.js";
import { home } from "../screens/home.js";
import { followSettings, settings } from "../screens/settings.js";
import { start } from "../screens/start.js";
import { followTemplates, templates } from "../screens/templates.js";
import { connecting, welcome } from "../screens/welcome.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Snapshot} snapshot */
function screen(snapshot) {
  const { route } = state;
  switch (route.name) {
    case "new":
      return snapshot.draft ? check(snapshot.draft) : start();
    case "templates":
      return snapshot.account ? templates() : start();
    case "settings":
      return settings(snapshot);
    case "help":
      return help();
    case "connect":
      return welcome(snapshot);
  }
  if (!snapshot.account) return snapshot.connection.state === "connecting" ? connecting(snapshot) : welcome(snapshot);
  switch (route.name) {
    case "deployment":
      return deployment(snapshot, route.id, route.tab);
    case "history":
      return history(snapshot);
    default:
      return home(snapshot);
  }
}

/**
 * What follows from what is shown, before it is drawn: reading what it needs, saying what came, closing what is over.
 * Drawing does none of that.
 */
export function follow() {
  const { route, snapshot } = state;
  if (!snapshot) return;
  followDialog(snapshot);
  if (route.name === "settings") return followSettings(snapshot);
  forgetKeys();
  if (!snapshot.account || route.name === "new" || route.name === "home") readSamples();
  else if (route.name === "deployment") followDeployment(snapshot, route.id, route.tab);
  else if (route.name === "history") followHistory(snapshot);
  else if (route.name === "templates") followTemplates(snapshot);
}

/** A screen without a place of its own for what was dropped. @param {T.Snapshot} snapshot */
const aside = ({ account }) =>
  ["settings", "help"].includes(state.route.name) ||
  (account !== null && ["deployment", "history"].includes(state.route.name));

export function shell() {
  const { snapshot } = state;
  const told = snapshot && aside(snapshot) ? refusal() : nothing;
  return html`
    <a
      class="skip"
      href="#main"
      @click=${(/** @type {MouseEvent} */ event) => (event.preventDefault(), document.getElementById("main")?.focus())}
      >${s.skip}</a
    >
    <div class="page">
      ${topbar(snapshot)} ${snapshot ? banner(snapshot) : nothing}
      <main class="main" id="main" tabindex="-1">
        ${told === nothing ? nothing : html`<div class="screen screen--notice">${told}</div>`}${
          state.problems.has("global") || state.problems.has("refresh")
            ? html`<div class="screen screen--notice">${problemAt("global")}${problemAt("refresh")}</div>`
            : nothing
        }${snapshot ? screen(snapshot) : nothing}
      </main>
    </div>
    ${snapshot ? dialogs(snapshot) : nothing}
    ${
      state.dragging
        ? html`<div class="dropover" aria-hidden="true">
            <div class="dropover__target">
              ${icon("drop", "icon--large")}
              <p class="dropover__title">${s.drop.title}</p>
              <p>${s.drop.text}</p>
            </div>
          </div>`
        : nothing
    }
  `;
}
