// A choice of one among few, all in sight: radio buttons drawn as one bar. Inline, its label is only for who listens.
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
/**
 * @template V
 * @param {string} name
 * @param {string} label
 * @param {readonly {value: V, label: string}[]} options
 * @param {V|null} at
 * @param {(value: V) => void} on
 * @param {{inline?: boolean}} [how]
 */
export const segments = (name, label, options, at, on, { inline = false } = {}) =>
  html`<fieldset class="segments ${inline ? "segments--inline" : ""}">
    <legend class=${inline ? "unseen" : nothing}>${label}</legend>
    <div class="segments__row">
      ${options.map(
        (option) =>
          html`<label class="segment"
            ><input
              type="radio"
              name=${name}
              .checked=${live(option.value === at)}
              @change=${() => on(option.value)}
            /><span>${option.label}</span></label
          >`,
      )}
    </div>
  </fieldset>`;
