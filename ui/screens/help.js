// Help: the words, the keys, a report, and people.
import { html } from "lit-html";
import * as ipc from "../app/ipc.js";
import { act, ask } from "../app/store.js";
import { button } from "../components/button.js";
import { linkText, problemAt } from "../components/problem.js";
import { s } from "../strings/index.js";
const mod = /Mac/.test(globalThis.navigator?.platform ?? "") ? "⌘" : "Ctrl";

async function report() {
  const done = await act("report", ipc.report);
  if (done) ask({ kind: "report", text: done.value });
}

export const help = () =>
  html`<div class="screen stack">
    <h1 tabindex="-1">${s.help.title}</h1>
    <div class="columns columns--help">
      <section class="card" aria-labelledby="words">
        <h2 id="words">${s.help.words}</h2>
        <dl class="glossary">
          ${s.help.glossary.map(
            ([word, text]) =>
              html`<div>
                <dt>${word}</dt>
                <dd>${text}</dd>
              </div>`,
          )}
        </dl>
        <p>${linkText("sdlDocs")}</p>
      </section>
      <div class="stack">
        <section class="card" aria-labelledby="keys">
          <h2 id="keys">${s.help.keys}</h2>
          <dl class="keys">
            ${s.help.shortcuts.map(
              ([keys, text]) =>
                html`<div>
                  <dt>
                    ${keys.split(" ").map((key) => (key === "…" ? "…" : html`<kbd>${key === "mod" ? mod : key}</kbd>`))}
                  </dt>
                  <dd>${text}</dd>
                </div>`,
            )}
          </dl>
          <p class="soft small">${s.help.then}</p>
        </section>
        <section class="card" aria-labelledby="stuck">
          <h2 id="stuck">${s.help.stuck}</h2>
          <p>${s.help.reportText}</p>
          <div class="actions">${button(s.help.report, { click: report, key: "report" })}</div>
          ${problemAt("report", { retry: report })}
        </section>
        <section class="card" aria-labelledby="people">
          <h2 id="people">${s.help.people}</h2>
          <p>${s.help.peopleText}</p>
          <ul class="plain-list links">
            <li>${linkText("discord")}</li>
            <li>${linkText("support")}</li>
            <li>${linkText("issues")}</li>
          </ul>
        </section>
      </div>
    </div>
  </div>`;
