// A failure, in its place: what happened, what it means for the money and the deployment, what to do.
import { html, nothing } from "lit-html";
import { button, iconButton } from "./button.js";
import { copyButton } from "./copy.js";
import { prose } from "./prose.js";
import * as ipc from "../app/ipc.js";
import { clear, state } from "../app/store.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** What passes or wants waiting is not a failure. @type {Set<T.Code>} */
const passing = new Set(["unclear", "offline", "rateLimited", "provisioning", "notNow"]);

/** @param {T.AppError} error @param {{id?: string, retry?: () => void, key?: string, dismiss?: () => void, extra?: unknown}} [how] */
export function problem(error, { id, retry, key, dismiss, extra } = {}) {
  const tone = passing.has(error.code) ? "attention" : "bad";
  return html`<section class="problem problem--${tone}" id=${id ?? nothing} data-code=${error.code}>
    ${icon(tone)}
    <div class="problem__text">
      <p class="problem__title">${prose(error.title)}</p>
      ${error.meaning ? html`<p>${prose(error.meaning)}</p>` : nothing}
      ${error.next ? html`<p>${prose(error.next)}</p>` : nothing}
      ${
        (error.retry && retry) || error.link || extra
          ? html`<div class="actions">
              ${error.retry && retry ? button(s.again, { click: retry, key, small: true }) : nothing}
              ${error.link ? linkButton(error.link, { small: true }) : nothing} ${extra ?? nothing}
            </div>`
          : nothing
      }
      ${
        error.details
          ? html`<details class="fold fold--small">
              <summary>${icon("right")}${s.details}</summary>
              <pre class="raw" tabindex="0">${error.details}</pre>
              ${copyButton(`details:${error.title}`, error.details, s.copy.details, { small: true })}
            </details>`
          : nothing
      }
    </div>
    ${dismiss ? iconButton("close", s.dismiss, dismiss) : nothing}
  </section>`;
}

/** What failed at the place of `key`, if anything. @param {string} key @param {{id?: string, retry?: () => void}} [how] */
export function problemAt(key, how = {}) {
  const error = state.problems.get(key);
  return error ? problem(error, { ...how, key, dismiss: () => clear(key) }) : nothing;
}

/** A page in the browser. @param {T.Link} link @param {{kind?: "primary"|"plain"|"quiet", small?: boolean}} [look] */
export const linkButton = (link, { kind = "plain", small = false } = {}) =>
  button(s.links[link], { click: () => openLink(link), after: "out", kind, small });

/** The same as words in a text. @param {T.Link} link @param {string} [label] */
export const linkText = (link, label = s.links[link]) =>
  html`<button type="button" class="link" @click=${() => openLink(link)}>${label}${icon("out")}</button>`;

/** @param {T.Link} link */
function openLink(link) {
  ipc.openLink(link).catch((error) => state.problems.set("global", error));
}
