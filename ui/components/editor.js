// The SDL editor: CodeMirror in a shadow root, where its styles are adopted and the content security policy needs no loosening.
// It knows nothing of Rust: text, findings and edits come and go by the functions below.
import { defaultKeymap, history, historyKeymap, isolateHistory, undo } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, bracketMatching, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
/** @import * as T from "../types.d.ts" */

/** Marks a change that came from Rust. */
const given = Annotation.define();

/** Marks the lines at these places as changed by a fix. @type {import("@codemirror/state").StateEffectType<number[]>} */
const changed = StateEffect.define();
const changedLine = Decoration.line({ class: "cm-changed" });

/** The lines that the last fix changed, until the next change of the text. */
const changedLines = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(changed)) return Decoration.set(effect.value.map((at) => changedLine.range(at)));
    return transaction.docChanged ? Decoration.none : lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * What a fix did to the text, for people: one changed line, of several the first.
 * @typedef {{line: number, text: string, removed: boolean, more: number}} Change
 */

const colours = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: "var(--code-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: tags.content, color: "var(--code-plain)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--code-comment)" },
  { tag: [tags.labelName, tags.typeName, tags.keyword, tags.meta, tags.attributeValue], color: "var(--code-mark)" },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: "var(--code-comment)" },
]);

const look = EditorView.theme({
  "&": {
    color: "var(--code-plain)",
    backgroundColor: "var(--code-ground)",
    fontSize: "var(--text-s)",
    blockSize: "100%",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { paddingBlock: "0.5rem", caretColor: "var(--ink)" },
  ".cm-line": { paddingInline: "0.5rem" },
  ".cm-cursor": { borderInlineStartColor: "var(--ink)", borderInlineStartWidth: "2px" },
  ".cm-gutters": {
    backgroundColor: "var(--code-ground)",
    color: "var(--code-comment)",
    borderInlineEnd: "1px solid var(--line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--code-line)" },
  ".cm-activeLineGutter": { color: "var(--ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--code-selection)",
  },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--code-selection)", outline: "none" },
  ".cm-matchingBracket": { backgroundColor: "var(--code-selection)" },
  ".cm-gutter-lint": { inlineSize: "1.25rem" },
  ".cm-lint-marker": { inlineSize: "0.75rem", blockSize: "0.75rem", marginInlineStart: "0.2rem" },
  ".cm-lint-marker-error": { content: "none", backgroundColor: "var(--bad)", borderRadius: "2px" },
  ".cm-lint-marker-warning": { content: "none", backgroundColor: "var(--attention)", borderRadius: "50%" },
  ".cm-lintRange-error, .cm-lintRange-warning": {
    backgroundImage: "none",
    paddingBottom: "1px",
    textDecorationLine: "underline",
    textDecorationStyle: "wavy",
    textDecorationThickness: "1.5px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--bad)", backgroundColor: "var(--bad-soft)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--attention)", backgroundColor: "var(--attention-soft)" },
  ".cm-changed": { backgroundColor: "var(--accent-soft)" },
  ".cm-lintRange-active": { backgroundColor: "var(--code-selection)" },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
    maxInlineSize: "28rem",
  },
  ".cm-diagnostic": {
    fontFamily: "var(--sans)",
    padding: "0.5rem 0.75rem",
    borderInlineStart: "3px solid transparent",
    whiteSpace: "normal",
  },
  ".cm-diagnostic-error": { borderInlineStartColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderInlineStartColor: "var(--attention)" },
  ".cm-panels": { backgroundColor: "var(--sunken)", color: "var(--ink)", fontFamily: "var(--sans)" },
  ".cm-panels-bottom": { borderBlockStart: "1px solid var(--line)" },
  ".cm-panel.cm-search": {
    padding: "0.5rem",
    display: "flex",
    flexWrap: "wrap",
    gap: "0.375rem",
    alignItems: "center",
  },
  ".cm-panel.cm-search br": { display: "none" },
  ".cm-panel.cm-search label": {
    fontSize: "var(--text-s)",
    display: "inline-flex",
    alignItems: "center",
    gap: "0.25rem",
  },
  ".cm-textfield": {
    font: "inherit",
    color: "var(--ink)",
    backgroundColor: "var(--ground)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    padding: "0.25rem 0.5rem",
    margin: "0",
  },
  ".cm-button": {
    font: "inherit",
    color: "var(--ink)",
    backgroundColor: "var(--raised)",
    backgroundImage: "none",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    padding: "0.25rem 0.5rem",
    margin: "0",
    minBlockSize: "1.75rem",
  },
  ".cm-panel.cm-search [name=close]": {
    color: "var(--ink)",
    fontSize: "1.25rem",
    inlineSize: "1.75rem",
    blockSize: "1.75rem",
  },
});

export class SdlEditor extends HTMLElement {
  /** @type {EditorView} */ #view;
  #marked = "";
  #label = "";
  #readOnly = true;
  /** Called with the text after each change the person makes. @type {(text: string) => void} */ onedit = () => {};

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    this.#view = new EditorView({ state: this.#fresh(""), parent: root, root });
  }

  /** @param {string} text */
  #fresh(text) {
    return EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        highlightActiveLineGutter(),
        highlightSpecialChars(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        yaml(),
        syntaxHighlighting(colours),
        look,
        EditorState.readOnly.of(this.#readOnly),
        EditorState.tabSize.of(2),
        EditorView.contentAttributes.of({
          "aria-label": this.#label,
          tabindex: "0",
          ...(this.#readOnly ? { "aria-readonly": "true" } : {}),
        }),
        this.#readOnly ? [] : [history(), lintGutter(), search(), changedLines],
        keymap.of([
          ...(this.#readOnly ? [] : [{ key: "F8", run: nextDiagnostic }, ...historyKeymap, ...searchKeymap]),
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !update.transactions.some((one) => one.annotation(given)))
            this.onedit(update.state.doc.toString());
        }),
      ],
    });
  }

  /** Made before it stands in the document, it measures itself there. */
  connectedCallback() {
    requestAnimationFrame(() => this.#view.requestMeasure());
  }

  /**
   * Another file: nothing of the one before can be undone into it.
   * @param {string} text
   * @param {{label: string, readOnly?: boolean}} how
   */
  open(text, { label, readOnly = false }) {
    this.#label = label;
    this.#readOnly = readOnly;
    this.#marked = "";
    this.#view.setState(this.#fresh(text));
    this.#view.scrollDOM.scrollTo(0, 0);
  }

  /** The same file with another text. @param {string} text */
  replace(text) {
    const now = this.#view.state.doc.toString();
    let from = 0;
    while (from < now.length && from < text.length && now[from] === text[from]) from += 1;
    let back = 0;
    while (
      back < now.length - from &&
      back < text.length - from &&
      now[now.length - 1 - back] === text[text.length - 1 - back]
    )
      back += 1;
    this.#view.dispatch({
      changes: { from, to: now.length - back, insert: text.slice(from, text.length - back) },
      annotations: given.of(true),
    });
  }

  /** @param {T.Finding[]} findings about the very text shown */
  mark(findings) {
    const key = JSON.stringify(findings);
    if (key === this.#marked) return;
    this.#marked = key;
    const end = this.#view.state.doc.length;
    const place = (/** @type {number} */ at) => Math.min(Math.max(0, at), end);
    this.#view.dispatch(
      setDiagnostics(
        this.#view.state,
        findings.map((finding) => ({
          from: place(finding.from),
          to: Math.max(place(finding.from), place(finding.to)),
          severity: /** @type {"error"|"warning"} */ (finding.error ? "error" : "warning"),
          message: finding.hint ? `${finding.message} ${finding.hint}` : finding.message,
        })),
      ),
    );
  }

  /** Applies a fix as one step to undo, and marks the lines it changed. `reveal` scrolls to them; without it the page stays where it is.
   * @param {T.Edit[]} edits @param {{reveal: boolean}} how @returns {Change|null} `null` when nothing was changed */
  apply(edits, { reveal }) {
    const before = this.#view.state;
    if (!edits.length || edits.some((edit) => edit.from > edit.to || edit.to > before.doc.length)) return null;
    const changes = before.changes(edits);
    const after = changes.apply(before.doc);
    /** @type {Set<number>} */
    const marked = new Set();
    /** @type {Change|null} */
    let first = null;
    let at = 0;
    changes.iterChanges((fromA, toA, fromB, toB) => {
      const gone = fromB === toB && before.sliceDoc(fromA, toA).includes("\n");
      if (!gone)
        for (let place = fromB; place <= toB; place = after.lineAt(place).to + 1) marked.add(after.lineAt(place).from);
      if (first) return void (first.more += 1);
      at = fromB;
      first = gone
        ? {
            line: before.doc.lineAt(fromA).number,
            text: before
              .sliceDoc(fromA, toA)
              .trim()
              .split(/\s*\n\s*/)
              .join(" "),
            removed: true,
            more: 0,
          }
        : { line: after.lineAt(toB).number, text: after.lineAt(toB).text.trim(), removed: false, more: 0 };
    });
    this.#view.dispatch({
      changes,
      selection: { anchor: at },
      effects: [
        changed.of([...marked].sort((a, b) => a - b)),
        ...(reveal ? [EditorView.scrollIntoView(at, { y: "center" })] : []),
      ],
      userEvent: "input.fix",
      annotations: isolateHistory.of("full"),
    });
    return first;
  }

  /** Takes the last change back. */
  undo() {
    undo(this.#view);
  }

  /** @param {number} from @param {number} to */
  jump(from, to) {
    const end = this.#view.state.doc.length;
    const anchor = Math.min(from, end),
      head = Math.min(to, end);
    this.#view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    this.#view.focus();
  }

  /** @param {number} number counted from 1 */
  toLine(number) {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(Math.max(1, number), doc.lines));
    this.jump(from, from);
  }

  focus() {
    this.#view.focus();
  }
}

customElements.define("sdl-editor", SdlEditor);
