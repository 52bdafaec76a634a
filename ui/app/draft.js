// Keeps the editor's text and Rust's in step: edits are sent after a short rest, one at a time and the last one last; findings are
// drawn only when they are about the very text in the editor.
/** @import * as T from "../types.d.ts" */

/**
 * @typedef {object} Door
 * @property {() => Promise<T.DraftText|null>} read
 * @property {(id: number, text: string) => Promise<void>} send
 * @property {(text: string, fresh: boolean) => void} show the text in the editor; `fresh`: of another file
 * @property {(findings: T.Finding[]) => void} mark
 * @property {(error: T.AppError|null) => void} fail
 */

export class DraftSync {
  /** @type {Door} */ #door;
  /** @type {number} */ #wait;
  /** @type {number|null} */ #id = null;
  /** The text of `#id` is in the editor. */ #loaded = false;
  /** The revision `#sent` has in Rust. */ #rev = -1;
  /** The text in the editor. */ #text = "";
  /** The text Rust has. */ #sent = "";
  /** What Rust's offsets count and the editor's don't: where the `\n` of each `\r\n` stands. @type {number[]} */ #extra =
    [];
  /** @type {T.Draft|null} */ #draft = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */ #resting;
  /** @type {Promise<void>|null} */ #turn = null;
  /** Whether another turn may help without a new snapshot. */ #again = true;

  /** @param {Door} door @param {number} [wait] milliseconds without typing before an edit is sent */
  constructor(door, wait = 150) {
    this.#door = door;
    this.#wait = wait;
  }

  /** A snapshot came. @param {T.Draft} draft */
  seen(draft) {
    this.#draft = draft;
    if (draft.id !== this.#id) {
      this.#late();
      this.#id = draft.id;
      this.#loaded = false;
      this.#rest();
    }
    if (!this.#resting) this.#step();
  }

  /** The person changed the text. @param {string} text */
  typed(text) {
    if (!this.#loaded) return;
    this.#text = text;
    this.#rest();
    this.#resting = setTimeout(() => {
      this.#rest();
      this.#step();
    }, this.#wait);
  }

  /** Whether the findings last marked are about the text in the editor. */
  get inStep() {
    return this.#loaded && this.#text === this.#sent && this.#rev === this.#draft?.rev;
  }

  /** Resolves once Rust has the text in the editor; fails when it could not be given it. */
  async settled() {
    this.#rest();
    while (this.#turn || this.#text !== this.#sent) await (this.#turn ?? this.#run());
  }

  /** What was typed at the very moment at which its file gave way reaches Rust under that file's id: it is kept there. */
  #late() {
    if (this.#id === null || !this.#loaded || this.#text === this.#sent) return;
    this.#door.send(this.#id, this.#text).catch((error) => this.#door.fail(error));
  }

  #rest() {
    clearTimeout(this.#resting);
    this.#resting = undefined;
  }

  #step() {
    if (this.#turn) return;
    if (this.inStep) this.#mark();
    else this.#run().catch(() => {});
  }

  /** One turn at a time; what was typed meanwhile gets the next one. */
  #run() {
    this.#turn = this.#exchange().finally(() => (this.#turn = null));
    this.#turn.then(
      () => {
        this.#door.fail(null);
        if (this.#id !== null && (!this.#loaded || this.#text !== this.#sent) && !this.#resting && this.#again)
          this.#step();
      },
      (error) => this.#door.fail(error),
    );
    return this.#turn;
  }

  async #exchange() {
    const id = this.#id;
    this.#again = true;
    if (id === null) return;
    if (this.#loaded && this.#text !== this.#sent) {
      const text = this.#text;
      await this.#door.send(id, text);
      if (id !== this.#id) return;
      this.#sent = text;
    }
    const held = await this.#door.read();
    if (!held || held.id !== this.#id) {
      this.#again = id !== this.#id;
      return;
    }
    if (this.#loaded && this.#text !== this.#sent) return;
    const text = held.text.replace(/\r\n?/g, "\n");
    if (!this.#loaded || text !== this.#text) {
      const fresh = !this.#loaded;
      this.#loaded = true;
      this.#text = this.#sent = text;
      this.#door.show(text, fresh);
    }
    this.#extra = [];
    for (let at = held.text.indexOf("\r\n"); at >= 0; at = held.text.indexOf("\r\n", at + 2)) this.#extra.push(at + 1);
    this.#rev = held.rev;
    if (this.#draft?.rev === held.rev) this.#mark();
  }

  #mark() {
    this.#door.mark((this.#draft?.findings ?? []).map((finding) => this.#placed(finding)));
  }

  /** Edits of the text Rust has, as edits of the text in the editor. @param {T.Edit[]} edits @returns {T.Edit[]} */
  placed(edits) {
    return edits.map((edit) => ({ ...edit, ...this.#moved(edit) }));
  }

  /** @param {T.Finding} finding @returns {T.Finding} */
  #placed(finding) {
    if (!this.#extra.length) return finding;
    return {
      ...finding,
      ...this.#moved(finding),
      fix: finding.fix && { ...finding.fix, edits: this.placed(finding.fix.edits) },
    };
  }

  /** @param {{from: number, to: number}} range */
  #moved({ from, to }) {
    const place = (/** @type {number} */ at) => at - this.#extra.filter((one) => one < at).length;
    return { from: place(from), to: place(to) };
  }
}
