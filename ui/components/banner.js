// At most one thing that holds for every screen.
import { html, nothing } from "lit-html";
import { button } from "./button.js";
import * as ipc from "../app/ipc.js";
import { act, now } from "../app/store.js";
import { moment } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Icon} from "../lib/icons.js" */

/** @param {T.Snapshot} snapshot */
export function banner({ account, connection, pace }) {
  if (account?.kind === "demo") {
    return strip(
      "demo",
      "info",
      `${s.banner.demo} ${pace > 1 ? s.banner.pace(pace) : s.banner.realTime}`,
      button(s.banner.leave, {
        click: () => act("demo", ipc.leaveDemo, { changes: true }),
        key: "demo",
        small: true,
        kind: "quiet",
      }),
    );
  }
  if (!account) return nothing;
  if (connection.state === "refused")
    return strip(
      "bad",
      "bad",
      s.banner.refused,
      html`<a class="btn btn--plain btn--small" href="#/connect"><span>${s.banner.connectAgain}</span></a>`,
    );
  if (connection.state === "offline") {
    const text = connection.since ? s.banner.offline(moment(Date.parse(connection.since), now())) : s.banner.offlineNow;
    return strip(
      "attention",
      "attention",
      text,
      button(s.again, { click: () => act("refresh", ipc.refresh), key: "refresh", small: true }),
    );
  }
  return nothing;
}

/** @param {string} kind @param {Icon} what @param {string} text @param {unknown} action */
const strip = (kind, what, text, action) =>
  html`<aside class="banner banner--${kind}">
    <div class="banner__inner">
      ${icon(what)}
      <p>${text}</p>
      ${action}
    </div>
  </aside>`;
