// How the file was made of something else: what only the person knows, what was guessed, and what could not be carried over.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { live } from "lit-html/directives/live.js";
import { button } from "./button.js";
import { problemAt } from "./problem.js";
import { prose } from "./prose.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @typedef {{answer: (question: T.MadeQuestion, answer: string) => void, line: (line: number) => void}} On */

/** @param {T.Made} made @param {On} on */
export const madeCard = ({ of, questions, guesses, lost }, on) =>
  html`<section class="card made stack" aria-labelledby="made">
    <h2 id="made">${s.made.title(of)}</h2>
    <p class="soft">${s.made.text}</p>
    ${
      questions.length
        ? html`<h3>${s.made.questions}</h3>
            <ul class="asked">
              ${repeat(
                questions,
                (one) => one.index,
                (one) => html`<li class="field">${field(one, on)}</li>`,
              )}
            </ul>`
        : nothing
    }
    ${problemAt("made")} ${lost.length ? losses(lost) : nothing}
    ${
      guesses.length
        ? html`<details class="fold">
            <summary>${icon("right")}${s.made.guesses(guesses.length)}</summary>
            <ul class="findings">
              ${guesses.map((one) => guess(one, on))}
            </ul>
          </details>`
        : nothing
    }
  </section>`;

/** @param {T.MadeQuestion} question @param {On} on */
function field(question, on) {
  const { index, label, why, field, value, needed, line } = question;
  const id = `made-${index}`;
  const about = html`<p class="field__hint ${needed ? "field__hint--bad" : ""}" id="${id}-why">
    ${prose(why)}
    <button type="button" class="link" @click=${() => on.line(line)}>${s.check.line(line)}</button>
  </p>`;
  const input = (/** @type {globalThis.Event} */ event) => /** @type {HTMLInputElement} */ (event.target);
  if (field === "yesNo")
    return html`<label class="switch">
        <input
          type="checkbox"
          role="switch"
          id=${id}
          .checked=${live(value === "true")}
          aria-describedby="${id}-why"
          @change=${(/** @type {globalThis.Event} */ event) => on.answer(question, String(input(event).checked))}
        />
        <span>${label}</span>
      </label>
      ${about}`;
  return html`<label for=${id}>${label}</label>
    <input
      class="input"
      id=${id}
      type=${field === "secret" ? "password" : "text"}
      inputmode=${field === "number" ? "numeric" : nothing}
      autocomplete="off"
      spellcheck="false"
      .value=${live(value)}
      aria-describedby="${id}-why"
      aria-invalid=${needed ? "true" : nothing}
      @change=${(/** @type {globalThis.Event} */ event) => on.answer(question, input(event).value)}
    />
    ${about}`;
}

/** What matters stands open, the rest is folded. @param {T.MadeLost[]} lost */
function losses(lost) {
  const matters = lost.filter((one) => one.matters);
  const rest = lost.filter((one) => !one.matters);
  return html`${
    matters.length
      ? html`<h3>${s.made.lost}</h3>
          <ul class="findings">
            ${matters.map((one) => loss(one, true))}
          </ul>`
      : nothing
  }${
    rest.length
      ? html`<details class="fold">
          <summary>${icon("right")}${s.made.lostToo(rest.length)}</summary>
          <ul class="findings">
            ${rest.map((one) => loss(one, false))}
          </ul>
        </details>`
      : nothing
  }`;
}

/** @param {T.MadeLost} lost @param {boolean} matters */
const loss = ({ what, why, instead }, matters) =>
  html`<li class="finding finding--attention">
    ${matters ? icon("attention") : nothing}
    <div class="finding__text">
      <p><code>${what}</code></p>
      <p>${prose(why)}</p>
      <p class="finding__hint">${prose(instead)}</p>
    </div>
  </li>`;

/** @param {T.MadeGuess} guess @param {On} on */
const guess = ({ service, to, why, line }, on) =>
  html`<li class="finding">
    <div class="finding__text">
      <p>${service ? html`<strong>${service}</strong>: ` : nothing}${to}</p>
      <p class="finding__hint">${prose(why)}</p>
    </div>
    ${line === null ? nothing : button(s.check.line(line), { click: () => on.line(line), small: true, kind: "quiet" })}
  </li>`;
