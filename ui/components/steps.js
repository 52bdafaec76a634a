// Check – Choose – Go live: where one is on the way.
import { html } from "lit-html";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @param {0|1|2} at */
export const journey = (at) =>
  html`<ol class="journey" aria-label=${s.journey.name}>
    ${s.journey.steps.map(
      (step, index) =>
        html`<li
          class="journey__step ${index < at ? "is-done" : index === at ? "is-here" : ""}"
          aria-current=${index === at ? "step" : "false"}
        >
          <span class="journey__mark">${index < at ? icon("check") : index + 1}</span
          ><span>${step} ${index < at ? html`<span class="unseen">${s.journey.done}</span>` : ""}</span>
        </li>`,
    )}
  </ol>`;
