// *Deploy for me* on the check screen: what to take, where, and the most it may cost. Its button says exactly what is sent.
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { button } from "./button.js";
import { problemAt } from "./problem.js";
import * as ipc from "../app/ipc.js";
import { act, redraw, state } from "../app/store.js";
import { ways } from "../choose/order.js";
import { begun, limit, ready } from "../choose/rule.js";
import { trouble, usd } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** As it stands on the screen once something of it was changed, for this draft alone.
 * @type {{draft: number, rule: T.Rule}|null} */
let typed = null;

/** @param {T.Rule} rule */
const keep = (rule) => act("rule", () => ipc.setSettings({ rule }));

/** @param {globalThis.Event} event */
const value = (event) => /** @type {HTMLInputElement|HTMLSelectElement} */ (event.target).value;

/**
 * @param {T.Draft} draft
 * @param {{deposit: T.Usd|null, off: boolean, ask: (rule: T.Rule) => void}} how `deposit`: what is set aside, where that is known
 */
export function ruleForm(draft, { deposit, off, ask }) {
  const { snapshot } = state;
  if (!snapshot) return nothing;
  const rule = typed?.draft === draft.id ? typed.rule : begun(snapshot.settings.rule);
  const set = (/** @type {Partial<T.Rule>} */ change) => {
    typed = { draft: draft.id, rule: { ...rule, ...change } };
    redraw();
  };
  const cents = limit(rule.limit);
  const wrong = cents === null && rule.limit.trim() !== "";
  const ceilings = draft.summary?.placements.flatMap((placement) => placement.ceiling ?? []) ?? [];
  const areas =
    rule.region && !snapshot.areas.includes(rule.region) ? [...snapshot.areas, rule.region].sort() : snapshot.areas;
  const label =
    cents === null ? s.rule.off : deposit === null ? s.rule.goPlain(usd(cents)) : s.rule.go(usd(cents), usd(deposit));
  const hint = wrong ? s.amounts[trouble(rule.limit) ?? "none"] : cents === null ? s.rule.empty : s.rule.hint;
  const usual = draft.fit?.usual ?? null;
  const proposed = draft.fit?.limit ?? null;
  const go = () => {
    const said = ready(rule);
    if (!said) return;
    keep(said);
    ask(said);
  };
  const use = () => set({ limit: proposed ?? "" });
  const usually = usual !== null && proposed !== null ? proposal(usual, proposed, use) : nothing;
  const allowed = ceilings.map((ceiling) => ` ${s.rule.file(ceiling)}`);
  const suggestion = cents === null ? html`${usually}${allowed}` : nothing;
  return html`<section class="rule" aria-label=${s.rule.name}>
    <div class="rule__fields" role="group" aria-label=${s.rule.name}>
      <span>${s.rule.or}</span>
      <select
        class="input input--small"
        aria-label=${s.rule.way}
        .value=${live(rule.way)}
        @change=${(/** @type {globalThis.Event} */ event) => set({ way: /** @type {T.RankBy} */ (value(event)) })}
      >
        ${ways.map((way) => html`<option value=${way} ?selected=${way === rule.way}>${s.rule.ways[way]}</option>`)}
      </select>
      <span>${s.rule.in}</span>
      <select
        class="input input--small"
        aria-label=${s.rule.region}
        .value=${live(rule.region ?? "")}
        @change=${(/** @type {globalThis.Event} */ event) => set({ region: value(event) || null })}
      >
        <option value="" ?selected=${rule.region === null}>${s.rule.anyRegion}</option>
        ${areas.map((area) => html`<option value=${area} ?selected=${area === rule.region}>${area}</option>`)}
      </select>
      <span class="money-field money-field--small"
        ><span>${s.rule.upTo}</span><span aria-hidden="true">$</span
        ><input
          class="input input--small numbers"
          inputmode="decimal"
          autocomplete="off"
          aria-label=${s.rule.limit}
          aria-describedby="rule-hint"
          aria-invalid=${wrong ? "true" : nothing}
          .value=${live(rule.limit)}
          @input=${(/** @type {globalThis.Event} */ event) => set({ limit: value(event) })}
        /><span>${s.rule.month}</span></span
      >
    </div>
    <div class="next__row">
      ${button(label, { click: go, key: "askRule", off: off || cents === null, describedby: "rule-hint" })}
      <p class="soft small ${wrong ? "field__hint--bad" : ""}" id="rule-hint">
        ${wrong ? icon("bad") : nothing}${hint}${suggestion}
      </p>
    </div>
    ${problemAt("rule")}
  </section>`;
}

/** What a file like this usually costs a month, as a limit to use. @param {T.Usd} usual @param {T.Usd} proposed @param {() => void} use */
const proposal = (usual, proposed, use) =>
  html` ${s.rule.usual(usd(usual))}
    <button type="button" class="link" @click=${use}>${s.rule.use(usd(proposed))}</button>`;
