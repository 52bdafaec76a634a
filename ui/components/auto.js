// *Deploy for me* at work: what it will take, when, and the way to stop it. It stands before everything else, so that Tab comes to it first.
import { html } from "lit-html";
import { mine } from "../choosing.js";
import { icon } from "../icons.js";
import * as ipc from "../ipc.js";
import { act, announce, now, redraw } from "../store.js";
import { s } from "../strings.js";
import { countdown } from "../time.js";
import { button } from "./button.js";
import { problemAt } from "./problem.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.DeploymentId} id */
async function stop(id) {
  mine.stopped = (await act("stop", () => ipc.stopRule(id), { changes: true })) !== null;
  if (mine.stopped) announce(s.rule.stopped);
  redraw();
}

/** @param {T.Open} open */
export function auto(open) {
  const failed = problemAt("stop");
  if (!open.auto) {
    mine.takes = false;
    return mine.stopped && open.row.state.code === "choosing"
      ? html`<p class="note" role="status">${icon("info")}<span>${s.rule.stopped}</span></p>`
      : failed;
  }
  const { takes, text, waits } = open.auto;
  if (takes && !mine.takes) announce(s.rule.spoken);
  mine.takes = takes !== null;
  const left = takes ? Date.parse(takes) - now() : 0;
  return html`<section class="auto" aria-labelledby="auto">
      ${icon("busy", "is-turning")}
      <div class="auto__text">
        <h2 id="auto">${s.rule.at}</h2>
        <p>
          ${s.rule.takes(text)}
          <span class="soft numbers" role="timer" aria-live="off"
            >${takes ? (left > 0 ? s.rule.soon(countdown(left)) : s.rule.now) : (waits ?? s.rule.nothing)}</span
          >
        </p>
      </div>
      ${button(s.rule.stop, { click: () => stop(open.row.id), key: "stop", name: s.rule.stopName })}
    </section>
    ${failed}`;
}
