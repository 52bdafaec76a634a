// Numbers and addresses of the chain: under *Details*, one click away, each to copy.
import { html, nothing } from "lit-html";
import { copyIcon } from "./copy.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Fact[]} facts @param {string} [title] */
export const factsFold = (facts, title = s.details) =>
  facts.length
    ? html`<details class="fold">
        <summary>${icon("right")}${title}</summary>
        <dl class="facts">
          ${facts.map(
            (fact) =>
              html`<div>
                <dt>${fact.label}</dt>
                <dd>
                  <span class="mono">${fact.value}</span>${copyIcon(`fact:${fact.label}`, fact.value, fact.label)}
                </dd>
              </div>`,
          )}
        </dl>
      </details>`
    : nothing;
