// What is wrong with the file, each finding with its place, its hint and its fix.
import { html, nothing } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { button } from "./button.js";
import { prose } from "./prose.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.Finding[]} findings @param {{jump: (finding: T.Finding) => void, fix: (finding: T.Finding) => void}} on */
export const findingList = (findings, on) =>
  html`<ul class="findings">
    ${repeat(
      findings,
      (finding) => `${finding.code}:${finding.from}:${finding.message}`,
      (finding) =>
        html`<li class="finding finding--${finding.error ? "bad" : "attention"}">
          ${icon(finding.error ? "bad" : "attention")}
          <div class="finding__text">
            <button type="button" class="finding__jump" @click=${() => on.jump(finding)}>
              <span class="finding__line">${s.check.line(finding.line)}</span><span>${prose(finding.message)}</span>
            </button>
            ${finding.hint ? html`<p class="finding__hint">${prose(finding.hint)}</p>` : nothing}
            ${
              finding.official && finding.official !== finding.message
                ? html`<details class="fold fold--small">
                    <summary>${icon("right")}${s.check.official}</summary>
                    <p class="raw">${finding.official}</p>
                  </details>`
                : nothing
            }
          </div>
          ${finding.fix ? button(prose(finding.fix.label), { click: () => on.fix(finding), icon: "wrench", small: true }) : nothing}
        </li>`,
    )}
  </ul>`;

/** For whoever sent the file: plain text. @param {string} source @param {T.Finding[]} findings */
export const findingText = (source, findings) =>
  [
    s.check.copyHead(source, findings.length),
    "",
    ...findings.map(
      (one) => `- ${s.check.line(one.line)}, ${one.column}: ${one.message}${one.hint ? ` ${one.hint}` : ""}`,
    ),
  ].join("\n");
