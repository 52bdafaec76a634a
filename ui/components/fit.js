// Who could run a file, and what keeps the others away: before it is paid for, and when no bid came.
import { html, nothing } from "lit-html";
import { prose } from "./prose.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** On the check screen. What is not counted yet keeps its place: the button below must not move away under a hand.
 * @param {T.Eligibility} fit @param {T.Placement[]} parts @param {(relaxed: T.Relaxed) => unknown} button a button that changes the file */
export const fitCard = (fit, parts, button) =>
  html`<section class="card fit" aria-labelledby="fit">
    <header class="card__head">
      <h2 id="fit">${s.fit.title}</h2>
      <span class="fit__busy soft small" role="status"
        >${fit.busy ? html`${icon("busy", "is-turning")}${s.fit.busy}` : nothing}</span
      >
    </header>
    ${fit.groups.map((group) => groupFit(group, button))}
    ${parts.slice(fit.groups.length).map((part) => waiting(parts.length > 1 ? part.name : null))}
    <p class="soft small">${s.fit.advice}</p>
  </section>`;

/** @param {string|null} name */
const waiting = (name) =>
  html`<div class="fit__group" aria-hidden="true">
    ${name ? html`<h3>${s.fit.part(name)}</h3>` : nothing}
    <p class="fit__text"><span>…</span></p>
    <p class="fit__places small"></p>
  </div>`;

/**
 * One group: how many, where, what to know, what to ask instead.
 * @param {T.GroupEligibility} group
 * @param {(relaxed: T.Relaxed) => unknown} button
 */
export const groupFit = (group, button) =>
  html`<div class="fit__group">
    ${group.name ? html`<h3>${s.fit.part(group.name)}</h3>` : nothing}
    <p class="fit__text ${group.fits ? "" : "is-none"}">
      ${icon(group.fits ? "good" : "attention")}<span>${prose(group.text)}</span>
    </p>
    ${
      group.places.length
        ? html`<p class="fit__places soft small" aria-label=${s.fit.places}>
            ${group.places.map(
              (place, index) =>
                html`${index ? " · " : ""}<span class="fit__place">${s.fit.place(place.area, place.fits)}</span>`,
            )}
          </p>`
        : nothing
    }
    ${group.notes.map((note) => html`<p class="note">${icon("info")}<span>${prose(note)}</span></p>`)}
    ${
      group.relaxed.length
        ? html`<h3>${s.fit.away}</h3>
            <ul class="fit__list">
              ${group.relaxed.map(
                (one) =>
                  html`<li class="fit__one">
                    <div class="fit__what">
                      <p>${prose(one.asks)}</p>
                      ${one.about ? html`<p class="soft small">${prose(one.about)}</p>` : nothing}
                    </div>
                    ${button(one)}
                    <span class="fit__then soft">${one.fits === null ? nothing : s.fit.then(one.fits)}</span>
                  </li>`,
              )}
            </ul>`
        : nothing
    }
  </div>`;
