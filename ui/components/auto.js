// *Deploy for me* at work: what it will take, when, and the way to stop it. It stands before everything else, so that
// Tab comes to it first.
import { html } from "lit-html";
import { button } from "./button.js";
import { problemAt } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act, announce, now, redraw } from "../app/store.js";
import { mine } from "../choose/choosing.js";
import { icon } from "../lib/icons.js";
import { countdown } from "../lib/time.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.DeploymentId} id */
async function stop(id) {
  mine.stopped = (await act("stop", () => ipc.stopRule(id), { changes: true })) !== null;
  if (mine.stopped) announce(s.rule.stopped);
  redraw();
}

/** Says once that it found something. @param {T.Open} open */
export function followAuto({ auto }) {
  const takes = auto?.takes != null;
  if (takes && !mine.takes) announce(s.rule.spoken);
  mine.takes = takes;
}

/** @param {T.Open} open */
export function auto(open) {
  const failed = problemAt("stop");
  if (!open.auto)
    return mine.stopped && open.row.state.code === "choosing"
      ? html`<p class="note" role="status">${icon("info")}<span>${s.rule.stopped}</span></p>`
      : failed;
  const { takes, text, waits } = open.auto;
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
