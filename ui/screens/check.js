// Check: what the file would run, what is wrong with it, what it takes. The text stands beside it, or folded below.
import { html, nothing } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { DraftSync } from "../app/draft.js";
import * as ipc from "../app/ipc.js";
import { to } from "../app/route.js";
import { act, announce, ask, clear, go, redraw, state } from "../app/store.js";
import { button } from "../components/button.js";
import { copyButton } from "../components/copy.js";
import { loadEditor, newEditor } from "../components/editor-node.js";
import { findingList, findingText } from "../components/findings.js";
import { fitCard } from "../components/fit.js";
import { madeCard } from "../components/made.js";
import { known } from "../components/price.js";
import { linkButton, problemAt } from "../components/problem.js";
import { prose } from "../components/prose.js";
import { refusal } from "../components/refusal.js";
import { ruleForm } from "../components/rule.js";
import { chooseFile, openRecent, recentOf } from "../components/starter.js";
import { stopOfDraft } from "../components/stop.js";
import { journey } from "../components/steps.js";
import { amount, trouble, usd } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */
/** @import {Change, SdlEditor} from "../components/editor.js" */

/** One editor for as long as the window lives: leaving the screen keeps what can be undone. @type {SdlEditor|null} */
let editor = null;
/** The findings about the very text in the editor, `null` until it is there. @type {{id: number, list: T.Finding[]}|null} */
let placed = null;
/** Whether the file is shown, where the person has said so. @type {{id: number, open: boolean}|null} */
let shown = null;
/** The text differs from the file as it was given, as far as this window has seen it. */
let edited = false;
/** The amount as typed, until Rust has it. @type {{id: number, text: string}|null} */
let typed = null;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let sending;
let source = "";
/** The text of a file as it was given, where that is known: until it is changed. @type {{id: number, text: string}|null} */
let original = null;
/** What the last fix changed, until the text is changed again. @type {{id: number, change: Change}|null} */
let fixed = null;
/** A fix or its undoing is being applied: no typing. */
let applying = false;

const sync = new DraftSync({
  read: ipc.draftText,
  send: ipc.editDraft,
  show(text, fresh) {
    const draft = state.snapshot?.draft;
    if (fresh) {
      original = draft && !draft.restored && draft.rev === 0 ? { id: draft.id, text } : null;
      fixed = null;
      edited = false;
      editor?.open(text, { label: s.check.editor(source) });
    } else editor?.replace(text);
  },
  mark(list) {
    editor?.mark(list);
    if (state.snapshot?.draft) placed = { id: state.snapshot.draft.id, list };
    redraw();
  },
  fail(error) {
    if (error) state.problems.set("editor", error);
    else state.problems.delete("editor");
    redraw();
  },
});

/** A snapshot came. @param {T.Draft} draft */
export function draftSeen(draft) {
  if (!editor) {
    editor = newEditor();
    if (!editor) return void loadEditor().then(() => state.snapshot?.draft && draftSeen(state.snapshot.draft));
    editor.onedit = (text) => {
      sync.typed(text);
      if (original && state.snapshot?.draft?.id === original.id) edited = text !== original.text;
      if (!applying) fixed = null;
      redraw();
    };
  }
  source = draft.source;
  sync.seen(draft);
}

/** One asking at a time, with a rule or without. */
const asking = () => state.busy.has("ask") || state.busy.has("askRule");

/** The text as it is in the editor reaches Rust first. @param {T.Draft} draft @param {T.Rule|null} [rule] what to take without asking */
async function askForPrices(draft, rule = null) {
  if (asking()) return;
  for (const key of ["ask", "askRule"]) clear(key);
  const done = await act(
    rule ? "askRule" : "ask",
    async () => {
      await sync.settled();
      await sendAmount(draft.id);
      return ipc.ask(draft.id, rule);
    },
    { changes: true },
  );
  if (done) go(to(done.value));
}

/** @param {number} id */
async function sendAmount(id) {
  clearTimeout(sending);
  if (typed?.id !== id) return;
  const { text } = typed;
  // What is no amount goes as it is: Rust says what is wrong with it, and nothing is guessed.
  await ipc.setDraft(id, null, amount(text) ?? text.trim());
  if (typed?.text === text) typed = null;
}

/** @param {number} id @param {string} text */
function typeAmount(id, text) {
  typed = { id, text };
  clearTimeout(sending);
  sending = setTimeout(() => act("amount", () => sendAmount(id)), 250);
  redraw();
}

/** Sets aside what the credit allows. @param {number} id @param {T.Usd} usd */
function setLess(id, usd) {
  clearTimeout(sending);
  typed = null;
  act("amount", () => ipc.setDraft(id, null, usd), { changes: true });
}

/** @param {T.Draft} draft @param {T.Finding} finding */
function jump(draft, finding) {
  shown = { id: draft.id, open: true };
  redraw();
  setTimeout(() => editor?.jump(finding.from, finding.to));
}

/**
 * Whether the file is shown: beside the summary by itself, below it once it has a problem or the person opened it.
 * @param {T.Draft} draft
 */
const isOpen = (draft) => (shown?.id === draft.id ? shown.open : state.wide || draft.errors > 0);

/** Applies a fix: one step to undo. The page stays where it is; a line beside the next step says what was changed. Edits of a text that is
 * not the one in the editor change nothing. @param {T.Draft} draft @param {T.Edit[]} edits */
function apply(draft, edits) {
  if (!sync.inStep || !editor) return;
  // What is open stays open, also when the fix ends the last problem.
  if (isOpen(draft)) shown = { id: draft.id, open: true };
  applying = true;
  const change = editor.apply(edits, { reveal: state.wide });
  applying = false;
  fixed = change && { id: draft.id, change };
  redraw();
  // The button that was used may be gone with its finding.
  setTimeout(() => document.getElementById("fixed")?.focus());
}

/** Writes an answer into the text: one step to undo. @param {T.Draft} draft @param {T.MadeQuestion} question @param {string} text */
async function answer(draft, question, text) {
  await act("made", async () => {
    await sync.settled();
    const edits = await ipc.answerMade(draft.id, question.index, text);
    if (!edits.length || !sync.inStep || !editor) return;
    applying = true;
    editor.apply(edits, { reveal: false });
    applying = false;
  });
  redraw();
}

/** @param {T.Draft} draft */
function undo(draft) {
  if (!editor || fixed?.id !== draft.id) return;
  editor.undo();
  fixed = null;
  announce(s.check.undone);
  redraw();
  setTimeout(
    () =>
      document.activeElement === document.body &&
      /** @type {HTMLElement|null} */ (document.querySelector("main h1"))?.focus({ preventScroll: true }),
  );
}

// Ctrl+Z takes back a fix wherever the focus is, except in a field that has an undo of its own.
globalThis.addEventListener?.("keydown", (event) => {
  const target = event.composedPath()[0];
  const field = target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea"));
  const draft = state.snapshot?.draft;
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || field)
    return;
  if (state.route.name !== "new" || state.dialog || !draft || fixed?.id !== draft.id) return;
  event.preventDefault();
  undo(draft);
});

/** What the last fix changed, with the way back. @param {T.Draft} draft */
function fixedLine(draft) {
  if (fixed?.id !== draft.id) return nothing;
  const { line, text, removed, more } = fixed.change;
  return html`<p class="fixed" id="fixed" role="status" tabindex="-1">
    ${icon("check")}<span class="fixed__text"
      >${removed ? s.check.lineRemoved(line) : s.check.lineChanged(line)}
      <code>${text}</code>${more ? ` ${s.check.linesMore(more)}` : nothing}</span
    >
    ${button(s.check.undo, { click: () => undo(draft), small: true })}
    ${button(s.check.showLine, { click: () => showLine(draft, line), small: true, kind: "quiet" })}
  </p>`;
}

/** @param {T.Draft} draft @param {number} line */
function showLine(draft, line) {
  shown = { id: draft.id, open: true };
  redraw();
  setTimeout(() => editor?.toLine(line));
}

async function putAway() {
  if (await act("draft", ipc.dropDraft, { changes: true })) go("#/");
}

async function tryDemo() {
  await act("demo", ipc.enterDemo, { changes: true });
}

/** @param {T.Draft} draft */
export function check(draft) {
  const findings = placed?.id === draft.id ? placed.list : draft.findings;
  const errors = findings.filter((one) => one.error);
  const others = findings.filter((one) => !one.error);
  const open = isOpen(draft);
  const on = {
    jump: (/** @type {T.Finding} */ one) => jump(draft, one),
    fix: (/** @type {T.Finding} */ one) => one.fix && apply(draft, one.fix.edits),
  };
  const asked = {
    answer: (/** @type {T.MadeQuestion} */ one, /** @type {string} */ text) => answer(draft, one, text),
    line: (/** @type {number} */ line) => showLine(draft, line),
  };
  return html`<div class="screen screen--wide check ${open ? "has-file" : ""}">
    <header class="head">
      <div class="head__title">
        <h1 tabindex="-1">${draft.name}</h1>
        <button
          type="button"
          class="btn btn--icon"
          aria-label=${s.check.rename}
          title=${s.check.rename}
          @click=${() => ask({ kind: "rename", id: null })}
        >
          ${icon("pencil")}
        </button>
      </div>
      ${journey(0)}
      <p class="head__under soft">
        <span
          >${draft.source}${isEdited(draft) ? html` <span class="tag tag--accent">${s.check.edited}</span>` : nothing}</span
        >
        <button type="button" class="link" @click=${chooseFile}>${s.check.other}</button>
        <button type="button" class="link" @click=${putAway}>${s.check.away}</button>
      </p>
      ${waiting(recentOf("waiting"))}
    </header>
    ${refusal()} ${problemAt("draft")}
    <div class="check__columns">
      <div class="check__main stack">
        ${
          errors.length
            ? html`<section class="card card--bad" aria-labelledby="stops">
                <header class="card__head">
                  <h2 id="stops">${s.check.stops(errors.length)}</h2>
                  ${copyButton("findings", () => findingText(draft.source, findings), s.check.copyAll, { small: true })}
                </header>
                ${findingList(errors, on)}
              </section>`
            : nothing
        }
        ${
          others.length
            ? html`<section class="card card--attention" aria-labelledby="notices">
                <header class="card__head">
                  <h2 id="notices">${s.check.notices(others.length)}</h2>
                  ${
                    errors.length
                      ? nothing
                      : copyButton("findings", () => findingText(draft.source, findings), s.check.copyAll, {
                          small: true,
                          kind: "quiet",
                        })
                  }
                </header>
                ${findingList(others, on)}
              </section>`
            : nothing
        }
        ${draft.made ? madeCard(draft.made, asked) : nothing} ${draft.summary ? what(draft.summary) : nothing}
        ${draft.fit && draft.summary ? fitCard(draft.fit, draft.summary.placements, (one) => relaxButton(draft, one)) : nothing}
        ${draft.errors ? nothing : money(draft)} ${action(draft, findings)}
      </div>
      ${file(draft, open)}
    </div>
  </div>`;
}

/** What was given together with this file. @param {T.Recent[]} files */
const waiting = (files) =>
  files.length
    ? html`<p class="head__under soft">
        <span>${s.check.waiting(files.length)}</span
        >${files.map((one) => html`<button type="button" class="link" @click=${() => openRecent(one)}>${one.name}</button>`)}
      </p>`
    : nothing;

/** Asks less, in the file: it is checked again by itself. @param {T.Draft} draft @param {T.Relaxed} relaxed */
function relaxButton(draft, { label, fix }) {
  return fix
    ? button(prose(label), { click: () => apply(draft, sync.placed(fix.edits)), icon: "wrench", small: true })
    : html`<span>${prose(label)}</span>`;
}

/** @param {T.Draft} draft */
const isEdited = (draft) => (original?.id === draft.id ? edited : draft.rev > 0);

/** @param {T.Summary} summary */
const what = (summary) =>
  html`<section class="card" aria-labelledby="what">
    <h2 id="what">${s.check.what}</h2>
    <ul class="services">
      ${summary.services.map(
        (service) =>
          html`<li class="service">
            <div class="service__head">
              <strong class="service__name">${service.name}</strong>
              <span class="mono service__image">${service.image}</span>
              ${service.replicas > 1 ? html`<span class="tag">${s.check.copies(service.replicas)}</span>` : nothing}
            </div>
            <p>${service.resources.join(" · ")}</p>
            ${service.ports.map((port) => html`<p class="soft">${port}</p>`)}
            ${service.volumes.map((volume) => html`<p class="soft">${volume}</p>`)}
            ${service.env ? html`<p class="soft">${s.check.env(service.env)}</p>` : nothing}
          </li>`,
      )}
    </ul>
    ${
      summary.services.some((service) => service.volumes.length)
        ? html`<p class="note">${icon("attention")}<span>${s.check.volumesText}</span></p>`
        : nothing
    }
    <dl class="pairs">
      ${summary.placements.map(
        (placement) =>
          html`<div>
            <dt>
              ${s.check.where}${
                summary.placements.length > 1
                  ? html`<span class="soft"> · ${placement.services.join(", ")}</span>`
                  : nothing
              }
            </dt>
            <dd>
              ${placement.demands.length ? placement.demands.join(" · ") : s.check.anywhere}${
                summary.placements.length > 1
                  ? html` <span class="soft">(${s.check.placement(placement.name)})</span>`
                  : nothing
              }
            </dd>
          </div>`,
      )}
    </dl>
  </section>`;

/** @param {T.Draft} draft */
function money(draft) {
  const { money } = draft;
  const text = typed?.id === draft.id ? typed.text : money.deposit;
  const bad = trouble(text);
  const wrong = bad ? s.amounts[bad] : money.problem && typed?.id !== draft.id ? money.problem : null;
  return html`<section class="card" aria-labelledby="money">
    <h2 id="money">${s.check.money}</h2>
    ${money.trial ? html`<p class="note note--attention">${icon("clock")}<span>${money.trial}</span></p>` : nothing}
    <dl class="pairs">
      <div>
        <dt>${s.check.price}</dt>
        <dd>${s.check.priceText}</dd>
      </div>
      ${
        money.decidedByConsole
          ? html`<div>
              <dt>${s.check.setAside}</dt>
              <dd>
                ${s.check.setAsideGone(
                  money.setsAside === null ? null : usd(money.setsAside),
                )}${money.funding ? html`<p class="field__hint">${money.funding}</p>` : nothing}
              </dd>
            </div>`
          : html`<div>
              <dt><label for="deposit">${s.check.setAside}</label></dt>
              <dd>
                <span class="money-field"
                  ><span aria-hidden="true">$</span
                  ><input
                    id="deposit"
                    class="input numbers"
                    inputmode="decimal"
                    autocomplete="off"
                    .value=${live(text)}
                    aria-invalid=${wrong ? "true" : nothing}
                    aria-describedby="deposit-note${wrong ? " deposit-wrong" : ""}"
                    @input=${(/** @type {InputEvent} */ event) =>
                      typeAmount(draft.id, /** @type {HTMLInputElement} */ (event.target).value)}
                /></span>
                ${money.lasts ? html`<span class="soft">${money.lasts}</span>` : nothing}
                ${money.proposal ? proposal(draft, money.proposal) : nothing}
                ${
                  wrong
                    ? html`<p class="field__hint field__hint--bad" id="deposit-wrong">
                        ${icon("bad")}<span>${wrong}</span>
                      </p>`
                    : nothing
                }
                <p class="field__hint" id="deposit-note">
                  ${s.check.setAsideHelp}${money.funding ? ` ${money.funding}` : ""}
                </p>
                ${problemAt("amount")}
              </dd>
            </div>`
      }
      ${stopOfDraft(draft)}
      ${
        state.snapshot?.account
          ? html`<div>
              <dt>${s.check.credit}</dt>
              <dd class="numbers">${known(money.credit)}</dd>
            </div>`
          : nothing
      }
    </dl>
    ${
      draft.summary
        ? html`<details class="fold">
            <summary>${icon("right")}${s.check.limits}</summary>
            <dl class="pairs">
              ${draft.summary.placements.map(
                (placement) =>
                  html`<div>
                    <dt>
                      ${s.check.ceiling}${
                        draft.summary && draft.summary.placements.length > 1
                          ? html` <span class="soft">(${placement.name})</span>`
                          : nothing
                      }
                    </dt>
                    <dd>${placement.ceiling ?? s.check.noCeiling}</dd>
                  </div>`,
              )}
            </dl>
            <p class="soft">${s.check.ceilingText}</p>
          </details>`
        : nothing
    }
  </section>`;
}

/** A larger amount, where this one is used up within a day. @param {T.Draft} draft @param {T.Proposal} proposal */
const proposal = (draft, proposal) =>
  html`<span class="soft">${proposal.text}</span>
    ${button(s.check.propose(usd(proposal.usd)), { click: () => typeAmount(draft.id, proposal.usd), small: true })}`;

/** The one next step: asking for prices, or what stands before it. @param {T.Draft} draft @param {T.Finding[]} findings */
function action(draft, findings) {
  const { blocked } = draft;
  const first = findings.find((one) => one.error);
  const said = html`${fixedLine(draft)}${problemAt("ask", { retry: () => askForPrices(draft) })}${problemAt("askRule")}`;
  const demo =
    state.snapshot?.account?.kind === "demo" ? nothing : button(s.check.demoInstead, { click: tryDemo, key: "demo" });
  const lead = blocked
    ? html`<p class="next__why" id="why">
        ${icon(blocked.by === "busy" ? "busy" : "attention", blocked.by === "busy" ? "is-turning" : "")}<span
          >${blocked.text}</span
        >
      </p>`
    : nothing;
  switch (blocked?.by) {
    case "findings":
      return html`<div class="next">
        ${said}
        <div class="actions">
          ${first ? button(s.check.firstProblem, { click: () => jump(draft, first), kind: "primary" }) : nothing}
        </div>
      </div>`;
    case "questions": {
      const first = draft.made?.questions.find((one) => one.needed);
      return html`<div class="next">
        ${said}${lead}
        <div class="actions">
          ${
            first
              ? button(s.made.first, {
                  click: () => document.getElementById(`made-${first.index}`)?.focus(),
                  kind: "primary",
                })
              : nothing
          }
        </div>
      </div>`;
    }
    case "notConnected":
      return html`<div class="next">
        ${said}${lead}
        <div class="actions">
          <a class="btn btn--primary" href="#/connect"><span>${s.check.connect}</span></a
          >${demo}
        </div>
        ${problemAt("demo")}
      </div>`;
    case "offline":
      if (state.snapshot?.connection.state === "refused")
        return html`<div class="next">
          ${said}${lead}
          <div class="actions">
            <a class="btn btn--primary" href="#/connect"><span>${s.banner.connectAgain}</span></a>
          </div>
        </div>`;
      return html`<div class="next">
        ${said}${lead}
        <div class="actions">
          ${button(s.again, { click: () => act("refresh", ipc.refresh), key: "refresh", kind: "primary" })}
        </div>
        ${problemAt("refresh")}
      </div>`;
    case "credit":
      return html`<div class="next">
        ${said}${lead}
        <div class="actions">
          ${
            blocked.instead === null
              ? nothing
              : button(s.check.setLess(usd(blocked.instead)), {
                  click: () => setLess(draft.id, blocked.instead ?? ""),
                  key: "amount",
                  kind: "primary",
                })
          }${linkButton(blocked.link ?? "addCredit", { kind: blocked.instead === null ? "primary" : "plain" })}${demo}
        </div>
        ${problemAt("demo")}
      </div>`;
    case "amount":
    case "busy":
      return html`<div class="next">
        ${said}${lead}
        <div class="actions">
          ${button(askLabel(draft), { click: () => {}, kind: "primary", off: true, describedby: "why" })}
        </div>
      </div>`;
    default:
      return html`<div class="nexts">
        <div class="next">
          ${said}
          <div class="next__row">
            ${button(askLabel(draft), {
              click: () => askForPrices(draft),
              key: "ask",
              kind: nobodyFits(draft) ? "plain" : "primary",
              off: asking(),
              describedby: "ask-note",
            })}
            <p class="soft small" id="ask-note">${nobodyFits(draft) ? s.check.askNobody : s.check.askNote}</p>
          </div>
        </div>
        ${ruleForm(draft, { deposit: deposit(draft), off: asking(), ask: (rule) => askForPrices(draft, rule) })}
      </div>`;
  }
}

/** No provider can run a part of the file as it is written, as far as is known. @param {T.Draft} draft */
const nobodyFits = (draft) => draft.fit !== null && draft.fit.groups.some((group) => !group.fits);

/** What is set aside, where that is known. @param {T.Draft} draft */
const deposit = (draft) =>
  draft.money.decidedByConsole
    ? draft.money.setsAside
    : amount(typed?.id === draft.id ? typed.text : draft.money.deposit);

/** @param {T.Draft} draft */
function askLabel(draft) {
  const value = deposit(draft);
  return value === null ? s.check.askPlain : s.check.ask(usd(value));
}

/** @param {T.Draft} draft @param {boolean} open */
const file = (draft, open) =>
  html`<section class="file" aria-labelledby="file">
    <header class="file__head">
      <h2 id="file">${icon("file")}${s.check.file}<span class="soft file__name">${draft.source}</span></h2>
      <button
        type="button"
        class="btn btn--quiet btn--small"
        aria-expanded=${open ? "true" : "false"}
        aria-controls="file-text"
        @click=${() => ((shown = { id: draft.id, open: !open }), redraw())}
      >
        ${icon(open ? "up" : "down")}<span>${open ? s.check.hide : s.check.show}</span>
      </button>
    </header>
    ${problemAt("editor")}
    <div class="file__text" id="file-text" ?hidden=${!open}>${editor ?? html`<p class="soft">${s.reading}</p>`}</div>
  </section>`;
