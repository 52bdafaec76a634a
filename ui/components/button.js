// Buttons. One that is in flight keeps its place, its label and the focus; clicks on it do nothing.
import { html, nothing } from "lit-html";
import { ifDefined } from "lit-html/directives/if-defined.js";
import { state } from "../app/store.js";
import { icon } from "../lib/icons.js";
/** @import {Icon} from "../lib/icons.js" */

/**
 * @typedef {object} Look
 * @property {() => void} click
 * @property {string} [key] what it is in flight under, see `act`
 * @property {"primary"|"plain"|"quiet"|"danger"} [kind]
 * @property {Icon} [icon]
 * @property {Icon} [after] an icon behind the label
 * @property {boolean} [off] cannot be used now; a text nearby says why
 * @property {string} [name] what a screen reader says, where the label alone is not enough
 * @property {string} [id]
 * @property {string} [describedby]
 * @property {boolean} [small]
 * @property {boolean} [first] has the focus when its dialog opens
 * @property {"button"|"submit"} [type]
 */

/** @param {unknown} label @param {Look} look */
export function button(label, look) {
  const busy = look.key !== undefined && state.busy.has(look.key);
  const off = busy || look.off === true;
  return html`<button
    type=${look.type ?? "button"}
    id=${ifDefined(look.id)}
    class="btn btn--${look.kind ?? "plain"} ${look.small ? "btn--small" : ""} ${busy ? "is-busy" : ""}"
    aria-disabled=${off ? "true" : nothing}
    aria-label=${ifDefined(look.name)}
    aria-describedby=${ifDefined(look.describedby)}
    ?autofocus=${look.first === true}
    @click=${(/** @type {globalThis.Event} */ event) => {
      if (off) event.preventDefault();
      else look.click();
    }}
  >
    ${
      busy ? icon("busy", "is-turning") : look.icon ? icon(look.icon) : nothing
    }<span>${label}</span>${look.after ? icon(look.after) : nothing}
  </button>`;
}

/**
 * A button that is an icon; its name is its tooltip too.
 * @param {Icon} what
 * @param {string} name
 * @param {() => void} click
 * @param {string} [extra]
 */
export const iconButton = (what, name, click, extra = "") =>
  html`<button type="button" class="btn btn--icon ${extra}" aria-label=${name} title=${name} @click=${click}>
    ${icon(what)}
  </button>`;
