// The tabs of a deployment that runs or is over.
import { html } from "lit-html";
import { to } from "../app/route.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Tab} from "../app/route.js" */

/** @param {T.DeploymentId} id @param {Tab} at */
export const tabs = (id, at) =>
  html`<nav class="tabs" aria-label=${s.detail.tabsName}>
    ${
      /** @type {Tab[]} */ (["overview", "sdl", "history"]).map(
        (tab) =>
          html`<a class="tabs__tab" href=${to(id, tab)} aria-current=${tab === at ? "page" : "false"} data-tab
            >${s.detail.tabs[tab]}</a
          >`,
      )
    }
  </nav>`;
