// The first screen, and the place to connect from anywhere.
import { html, nothing } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import * as ipc from "../app/ipc.js";
import { act, announce, clear, go, redraw, state } from "../app/store.js";
import { button } from "../components/button.js";
import { linkText, problem, problemAt } from "../components/problem.js";
import { refusal } from "../components/refusal.js";
import { chooseFile } from "../components/starter.js";
import { icon, mark } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @type {import("lit-html/directives/ref.js").Ref<HTMLInputElement>} */
const field = createRef();
let shown = false;
/** @type {string|null} */
let hint = null;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let asking;

/**
 * The key itself is kept nowhere here: it goes from the field to Rust. Until it is accepted it stays in the field, hidden,
 * so that a typing mistake can be corrected.
 */
async function connect() {
  const input = field.value;
  if (!input || state.busy.has("connect")) return;
  const key = input.value.trim();
  clearTimeout(asking);
  if (!key) {
    hint = s.welcome.empty;
    input.focus();
    return redraw();
  }
  hint = null;
  shown = false;
  const done = await act("connect", () => ipc.connect(key), { changes: true });
  if (!done) return field.value?.focus();
  // Also where another screen is shown by now: the element may be used again.
  input.value = "";
  // That the key will be gone after a restart is said here, where it was entered.
  go(done.value.account.key === "session" ? "#/connect" : next());
}

/** Where one goes from here. */
const next = () => (state.snapshot?.draft ? "#/new" : "#/");

async function keepKey() {
  const done = await act("keepKey", ipc.keepKey, { changes: true });
  if (done) announce(s.welcome.keptNow);
}

/** A connected account whose key the keychain did not take: why, and what can be done. @param {T.Account} account */
const unkept = (account) =>
  html`<div class="stack" id="key-unkept">
    <p class="note" role="status">
      ${icon("attention")}<span>${s.welcome.connected(account.name)} ${account.keyWhy}</span>
    </p>
    <p class="soft">${s.welcome.unkeptText}</p>
    <div class="actions">
      <a class="btn btn--primary" href=${next()}><span>${s.welcome.goOn}</span></a
      >${button(s.welcome.keepNow, { click: keepKey, key: "keepKey" })}
    </div>
    ${problemAt("keepKey", { retry: keepKey })}
  </div>`;

/** @param {string} text */
function typed(text) {
  clear("connect");
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const odd = text.trim() ? await ipc.keyHint(text.trim()).catch(() => null) : null;
    if (field.value?.value === text && odd !== hint) {
      hint = odd;
      redraw();
    }
  }, 300);
}

async function demo() {
  const done = await act("demo", ipc.enterDemo, { changes: true });
  if (done) go(next());
}

/** @param {T.Snapshot} snapshot */
export function welcome(snapshot) {
  const failed =
    state.problems.get("connect") ??
    (snapshot.connection.state === "refused" || snapshot.connection.state === "none"
      ? snapshot.connection.problem
      : null);
  const host = new URL(snapshot.settings.consoleUrl).host;
  const inDemo = snapshot.account?.kind === "demo";
  return html`<div class="screen welcome">
    <header class="welcome__head">
      ${mark}
      <div>
        <h1 tabindex="-1">${s.app}</h1>
        <p class="welcome__tagline">${s.welcome.tagline}</p>
      </div>
    </header>
    ${
      snapshot.draft
        ? html`<p class="note">
            ${icon("file")}<span>${s.welcome.waiting(snapshot.draft.name)}</span>
            <a class="link" href="#/new">${s.welcome.waitingGo}</a>
          </p>`
        : nothing
    }
    ${refusal()}
    <div class="welcome__ways">
      <section class="card card--roomy" aria-labelledby="connect-title">
        <h2 id="connect-title">${s.welcome.connect}</h2>
        ${snapshot.account?.key === "session" ? unkept(snapshot.account) : nothing}
        <form class="stack" @submit=${(/** @type {SubmitEvent} */ event) => (event.preventDefault(), connect())}>
          <div class="field">
            <label for="key">${s.welcome.key}</label>
            <div class="field__row field__row--joined">
              <input
                ${ref(field)}
                id="key"
                class="input mono"
                type=${shown ? "text" : "password"}
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder=${s.welcome.placeholder}
                aria-describedby="key-note${hint ? " key-hint" : ""}${failed ? " key-problem" : ""}"
                aria-invalid=${failed && failed.code !== "notConnected" ? "true" : nothing}
                ?readonly=${state.busy.has("connect")}
                @input=${(/** @type {InputEvent} */ event) => typed(/** @type {HTMLInputElement} */ (event.target).value)}
              />
              <button
                type="button"
                class="btn btn--icon"
                aria-pressed=${shown ? "true" : "false"}
                aria-label=${s.welcome.reveal}
                title=${shown ? s.welcome.conceal : s.welcome.reveal}
                @click=${() => ((shown = !shown), redraw())}
              >
                ${icon(shown ? "hidden" : "eye")}
              </button>
            </div>
            ${
              hint
                ? html`<p class="field__hint field__hint--attention" id="key-hint" role="status">
                    ${icon("attention")}<span>${hint}</span>
                  </p>`
                : nothing
            }
            ${failed ? problem(failed, { id: "key-problem" }) : nothing}
            <p class="field__hint ${snapshot.keyNote ? "field__hint--attention" : ""}" id="key-note">
              ${snapshot.keyNote ? icon("attention") : nothing}<span
                >${snapshot.keyNote ?? s.welcome.kept}${
                  host === "console-api.akash.network"
                    ? nothing
                    : html` ${s.welcome.otherConsole(host)} <a class="link" href="#/settings">${s.welcome.change}</a>`
                }</span
              >
            </p>
          </div>
          <div class="actions">
            ${button(s.welcome.go, { click: () => {}, type: "submit", kind: "primary", key: "connect" })}
            ${linkText("apiKeys", s.welcome.where)}
          </div>
        </form>
      </section>
      <section class="card card--roomy card--sunken" aria-labelledby="demo-title">
        <h2 id="demo-title">${s.welcome.demo}</h2>
        ${
          inDemo
            ? html`<p>${s.welcome.inDemo}</p>`
            : html`<p>${s.welcome.demoText}</p>
                <div class="actions">${button(s.welcome.demoGo, { click: demo, key: "demo" })}</div>`
        }
        ${state.problems.has("demo") ? problem(/** @type {T.AppError} */ (state.problems.get("demo")), { retry: demo }) : nothing}
      </section>
    </div>
    <section class="welcome__new" aria-labelledby="fresh">
      <h2 id="fresh">${s.welcome.fresh}</h2>
      <ol class="welcome__steps">
        <li>${linkText("signUp", s.welcome.steps[0])}</li>
        <li>${linkText("addCredit", s.welcome.steps[1])}</li>
        <li>${linkText("apiKeys", s.welcome.steps[2])}</li>
      </ol>
      <div class="welcome__or">
        <p class="soft">${s.welcome.or}</p>
        ${button(s.welcome.choose, { click: chooseFile, key: "file", icon: "file", small: true })}
      </div>
    </section>
    <p class="soft small">${s.welcome.power} ${linkText("apiKeys", s.welcome.powerLink)}</p>
  </div>`;
}

/**
 * While the keychain and the account are read at start, which without a network goes on until there is one.
 * @param {T.Snapshot} snapshot
 */
export const connecting = ({ connection }) =>
  html`<div class="screen welcome welcome--waiting">
    <h1 class="unseen" tabindex="-1">${s.app}</h1>
    ${mark}
    <p class="soft" role="status">
      ${icon("busy", "is-turning")} ${connection.problem ? s.welcome.retrying : s.welcome.reconnecting}
    </p>
    ${
      connection.problem
        ? html`${problem(connection.problem)}
            <div class="actions">
              <a class="btn btn--plain" href="#/connect"><span>${s.welcome.anotherKey}</span></a
              >${button(s.welcome.demo, { click: demo, key: "demo" })}
            </div>`
        : nothing
    }
  </div>`;
