// Settings: each change is kept at once.
import { html, nothing } from "lit-html";
import { createRef, ref } from "lit-html/directives/ref.js";
import * as ipc from "../app/ipc.js";
import { act, ask, redraw, state } from "../app/store.js";
import { button } from "../components/button.js";
import { copyIcon } from "../components/copy.js";
import { keys, readKeys } from "../components/keys.js";
import { known } from "../components/price.js";
import { linkText, problemAt } from "../components/problem.js";
import { segments } from "../components/segments.js";
import { amount, trouble } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @type {T.About|null} */
let about = null;
let asked = false;
/** Why what was typed is no amount. @type {ReturnType<typeof trouble>} */
let badDeposit = null;
/** "Another" is chosen, before an address is used. */
let another = false;
/** @type {import("lit-html/directives/ref.js").Ref<HTMLInputElement>} */
const address = createRef();

const official = "https://console-api.akash.network";
const sandbox = "https://console-api-sandbox.akash.network";

/** @param {T.SettingsPatch} patch */
const set = (patch) => act(`set:${Object.keys(patch)[0]}`, () => ipc.setSettings(patch), { changes: true });

/** @param {string} text */
function setDeposit(text) {
  const value = amount(text);
  badDeposit = trouble(text);
  if (value !== null) set({ deposit: value });
  redraw();
}

/** What an export or import did. */
let moved = "";

/** @param {"export"|"import"} key @param {() => Promise<number|null>} what @param {(n: number) => string} say */
const move = (key, what, say) =>
  act(key, async () => {
    const count = await what();
    moved = count === null ? "" : say(count);
    redraw();
  });

/** @param {T.NoticeKind[]} muted */
const kinds = (muted) =>
  html`<fieldset class="radios">
      <legend class="soft small">${s.settings.kindsLabel}</legend>
      ${
        /** @type {(keyof typeof s.settings.kinds)[]} */ (Object.keys(s.settings.kinds)).map(
          (kind) =>
            html`<label class="radio"
              ><input
                type="checkbox"
                .checked=${!muted.includes(kind)}
                @change=${(/** @type {globalThis.Event} */ event) =>
                  set({
                    muted: /** @type {HTMLInputElement} */ (event.target).checked
                      ? muted.filter((one) => one !== kind)
                      : [...muted, kind],
                  })}
              /><span>${s.settings.kinds[kind]}</span></label
            >`,
        )
      }
    </fieldset>
    ${problemAt("set:muted")}`;

/** Reads what is shown beside the settings. @param {T.Snapshot} snapshot */
export function followSettings(snapshot) {
  readKeys(snapshot.account);
  if (asked) return;
  asked = true;
  ipc.about().then(
    (what) => ((about = what), redraw()),
    () => (asked = false),
  );
}

/** @param {T.Snapshot} snapshot */
export function settings(snapshot) {
  const { settings: now } = snapshot;
  return html`<div class="screen stack settings">
    <h1 tabindex="-1">${s.settings.title}</h1>
    ${account(snapshot)} ${keys(snapshot.account)}
    <section class="card" aria-labelledby="set-money">
      <h2 id="set-money">${s.settings.money}</h2>
      <div class="field">
        <label for="set-deposit">${s.settings.deposit}</label>
        <span class="money-field"
          ><span aria-hidden="true">$</span
          ><input
            id="set-deposit"
            class="input numbers"
            inputmode="decimal"
            autocomplete="off"
            .value=${now.deposit}
            aria-invalid=${badDeposit ? "true" : nothing}
            aria-describedby="set-deposit-note"
            @change=${(/** @type {globalThis.Event} */ event) => setDeposit(/** @type {HTMLInputElement} */ (event.target).value)}
        /></span>
        <p class="field__hint ${badDeposit ? "field__hint--bad" : ""}" id="set-deposit-note">
          ${badDeposit ? s.amounts[badDeposit] : s.settings.depositText}
        </p>
        ${problemAt("set:deposit")}
      </div>
      ${box("closeLapsed", now.closeLapsed, s.settings.closeLapsed, s.settings.closeLapsedText)}
    </section>
    <section class="card" aria-labelledby="set-notices">
      <h2 id="set-notices">${s.settings.notices}</h2>
      ${box("notify", now.notify, s.settings.notify, s.settings.notifyText)}${now.notify ? kinds(now.muted) : nothing}
    </section>
    <section class="card" aria-labelledby="set-look">
      <h2 id="set-look">${s.settings.look}</h2>
      ${choice(
        "theme",
        s.settings.theme,
        /** @type {T.Theme[]} */ (["system", "light", "dark"]).map((value) => ({
          value,
          label: s.settings.themes[value],
        })),
        now.theme,
        (value) => set({ theme: value }),
      )}
      ${choice(
        "textSize",
        s.settings.size,
        [100, 125, 150, 200].map((value) => ({ value, label: `${value} %` })),
        now.textSize,
        (value) => set({ textSize: value }),
      )}
    </section>
    ${where(snapshot)}
    <section class="card" aria-labelledby="set-data">
      <h2 id="set-data">${s.settings.data}</h2>
      <dl class="pairs">
        <div>
          <dt>${s.settings.dataDir}</dt>
          <dd>
            ${
              about
                ? html`<span class="mono">${about.dataDir}</span
                    >${copyIcon("data-dir", about.dataDir, s.settings.dataDir)}`
                : s.reading
            }
          </dd>
        </div>
      </dl>
      <div class="actions">
        ${button(s.settings.openFolder, { click: () => act("openFolder", ipc.openDataDir), key: "openFolder" })}
      </div>
      ${problemAt("openFolder")}
      <p class="soft measure">${s.settings.secrets}</p>
      <p class="soft measure">${s.settings.exportText}</p>
      <div class="actions">
        ${button(s.settings.exportGo, {
          click: () => move("export", ipc.exportJournal, s.settings.exported),
          key: "export",
        })}${button(s.settings.importGo, { click: () => move("import", ipc.importJournal, s.settings.imported), key: "import" })}
      </div>
      <p role="status">${moved}</p>
      ${problemAt("export")}${problemAt("import")}
    </section>
    <section class="card" aria-labelledby="set-about">
      <h2 id="set-about">${s.settings.about}</h2>
      <p>${about ? s.settings.version(about.version) : s.reading}</p>
      ${
        about?.licences.length
          ? html`<details class="fold">
              <summary>${icon("right")}${s.settings.licences}</summary>
              <pre class="raw raw--tall" tabindex="0">${about.licences.join("\n")}</pre>
            </details>`
          : nothing
      }
    </section>
  </div>`;
}

/** @param {T.Snapshot} snapshot */
function account({ account, settings: now }) {
  if (!account)
    return html`<section class="card" aria-labelledby="set-account">
      <h2 id="set-account">${s.settings.account}</h2>
      <p>${s.settings.none}</p>
      <div class="actions">
        <a class="btn btn--primary" href="#/connect"><span>${s.settings.connect}</span></a>
      </div>
    </section>`;
  const demo = account.kind === "demo";
  return html`<section class="card" aria-labelledby="set-account">
    <h2 id="set-account">${s.settings.account}</h2>
    <dl class="pairs">
      <div>
        <dt>${s.settings.who}</dt>
        <dd>
          ${account.name}
          ${
            demo
              ? html`<span class="tag">${s.nav.demo}</span>`
              : account.kind === "trial"
                ? html`<span class="tag">${s.nav.trial}</span>`
                : nothing
          }
        </dd>
      </div>
      <div>
        <dt>${s.settings.credit}</dt>
        <dd class="numbers">${known(account.credit)}</dd>
      </div>
      <div>
        <dt>${s.settings.setAside}</dt>
        <dd class="numbers">${known(account.setAside)}</dd>
      </div>
      ${
        demo
          ? nothing
          : html`<div>
              <dt>${s.settings.key}</dt>
              <dd>
                ${s.settings.keys[account.key]}${account.keyWhy ? html`<span class="soft"> · ${account.keyWhy}</span>` : nothing}${
                  account.key === "session"
                    ? button(s.welcome.keepNow, {
                        click: () => act("keepKey", ipc.keepKey, { changes: true }),
                        key: "keepKey",
                        small: true,
                      })
                    : nothing
                }
              </dd>
            </div>`
      }
      ${
        account.autoReload === null
          ? nothing
          : html`<div>
              <dt>${s.settings.autoReload}</dt>
              <dd>${account.autoReload ? s.settings.autoReloads.yes : s.settings.autoReloads.no}</dd>
            </div>`
      }
    </dl>
    <details class="fold">
      <summary>${icon("right")}${s.details}</summary>
      <dl class="facts">
        <div>
          <dt>${s.settings.wallet}</dt>
          <dd><span class="mono">${account.address}</span>${copyIcon("wallet", account.address, s.settings.wallet)}</dd>
        </div>
        <div>
          <dt>${s.settings.console}</dt>
          <dd><span class="mono">${account.console || now.consoleUrl}</span></dd>
        </div>
      </dl>
    </details>
    <div class="actions">
      ${
        demo
          ? html`${button(s.banner.leave, { click: () => act("demo", ipc.leaveDemo, { changes: true }), key: "demo" })}<a
                class="btn btn--plain"
                href="#/connect"
                ><span>${s.settings.connect}</span></a
              >`
          : html`${button(s.settings.disconnect, { click: () => ask({ kind: "disconnect" }) })}${linkText("console")}`
      }
    </div>
    ${problemAt("demo")}${problemAt("keepKey")}
  </section>`;
}

/** @param {T.Snapshot} snapshot */
function where({ account, settings: now }) {
  const locked = account !== null;
  const listed = now.consoleUrl === official || now.consoleUrl === sandbox;
  const at = another || !listed ? "other" : now.consoleUrl;
  // Only for this run, as it was started: what is set counts from the next one on.
  const elsewhere = account && account.kind !== "demo" && account.console !== new URL(now.consoleUrl).hostname;
  return html`<section class="card" aria-labelledby="set-where">
    <h2 id="set-where">${s.settings.address}</h2>
    <p class="soft measure" id="set-where-note">
      ${locked ? (account.kind === "demo" ? s.settings.addressDemo : s.settings.addressLocked) : s.settings.addressText}
    </p>
    ${elsewhere ? html`<p class="note">${icon("info")}<span>${s.settings.thisRun(account.console)}</span></p>` : nothing}
    <fieldset class="radios" ?disabled=${locked} aria-describedby="set-where-note">
      <legend class="unseen">${s.settings.address}</legend>
      ${[
        { value: official, label: s.settings.official },
        { value: sandbox, label: "Sandbox" },
      ].map(
        ({ value, label }) =>
          html`<label class="radio"
            ><input
              type="radio"
              name="where"
              .checked=${at === value}
              @change=${() => ((another = false), set({ consoleUrl: value }))}
            /><span>${label} <span class="soft mono small">${new URL(value).host}</span></span></label
          >`,
      )}
      <label class="radio"
        ><input
          type="radio"
          name="where"
          .checked=${at === "other"}
          @change=${() => ((another = true), redraw())}
        /><span
          >${s.settings.other}${
            at === "other" && !listed && locked
              ? html` <span class="soft mono small">${now.consoleUrl}</span>`
              : nothing
          }</span
        ></label
      >
    </fieldset>
    ${
      at === "other" && !locked
        ? html`<form
            class="field"
            @submit=${(/** @type {SubmitEvent} */ event) => (
              event.preventDefault(),
              set({ consoleUrl: address.value?.value.trim() ?? "" }).then(
                (done) => done && ((another = false), redraw()),
              )
            )}
          >
            <label for="set-address">${s.settings.otherLabel}</label>
            <div class="field__row">
              <input
                ${ref(address)}
                id="set-address"
                class="input mono"
                type="text"
                inputmode="url"
                autocomplete="off"
                spellcheck="false"
                .defaultValue=${listed ? "https://" : now.consoleUrl}
              />${button(s.settings.use, { click: () => {}, type: "submit", key: "set:consoleUrl" })}
            </div>
          </form>`
        : nothing
    }
    ${problemAt("set:consoleUrl")}
  </section>`;
}

/** @param {"closeLapsed"|"notify"} name @param {boolean} on @param {string} label @param {string} note */
const box = (name, on, label, note) =>
  html`<label class="switch">
      <input
        type="checkbox"
        role="switch"
        .checked=${on}
        aria-describedby="set-${name}-note"
        @change=${async (/** @type {globalThis.Event} */ event) => {
          const input = /** @type {HTMLInputElement} */ (event.target);
          if (!(await set({ [name]: input.checked }))) input.checked = on;
        }}
      />
      <span><span>${label}</span><span class="soft small" id="set-${name}-note">${note}</span></span>
    </label>
    ${problemAt(`set:${name}`)}`;

/**
 * @template V
 * @param {string} name
 * @param {string} label
 * @param {{value: V, label: string}[]} options
 * @param {V} at
 * @param {(value: V) => void} on
 */
const choice = (name, label, options, at, on) =>
  html`${segments(name, label, options, at, on)}
  ${state.problems.has(`set:${name}`) ? problemAt(`set:${name}`) : nothing}`;
