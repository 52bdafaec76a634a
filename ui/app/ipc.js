// The only door to Rust: one function a command, nothing else touches Tauri. A failure is always an AppError.
/** @import * as T from "../types.d.ts" */

/** @type {{core: {invoke: Function, Channel: any}, event: {listen: Function}}} */
const tauri = /** @type {any} */ (globalThis).__TAURI__;

/** @param {string} name @param {object} [args] @returns {Promise<any>} */
async function call(name, args) {
  try {
    return await tauri.core.invoke(name, args);
  } catch (error) {
    if (error && typeof error === "object" && "title" in error) throw error;
    throw {
      code: "internal",
      title: "Aloft could not do that.",
      meaning: null,
      next: "Try again; if it happens again, copy a report from Help.",
      retry: false,
      link: null,
      details: String(error),
    };
  }
}

/** @param {(snapshot: T.Snapshot) => void} draw */
export function subscribe(draw) {
  const channel = new tauri.core.Channel();
  channel.onmessage = draw;
  return call("subscribe", { channel });
}

/** A file is dragged over the window, or left it. @param {(over: boolean) => void} on */
export const onDrag = (on) =>
  tauri.event.listen("drag", (/** @type {{payload: boolean}} */ event) => on(event.payload));

/** The first screen is drawn: the window may be shown. */
export const ready = () => call("ready");

/** What looks odd about a key, in words; nothing is kept. @type {(key: string) => Promise<string|null>} */
export const keyHint = (key) => call("key_hint", { key });
/** @type {(key: string) => Promise<T.Connected>} */
export const connect = (key) => call("connect", { key });
/** Tries again to keep the key in the system's keychain. @type {() => Promise<void>} */
export const keepKey = () => call("keep_key");
/** The account's keys, never the keys themselves. @type {() => Promise<T.ApiKey[]>} */
export const apiKeys = () => call("api_keys");
/** Makes another key, proves and keeps it, and deletes the one in use until now. @type {() => Promise<void>} */
export const replaceKey = () => call("replace_key");
/** @type {() => Promise<void>} */
export const disconnect = () => call("disconnect");
/** @type {() => Promise<void>} */
export const enterDemo = () => call("enter_demo");
/** @type {() => Promise<void>} */
export const leaveDemo = () => call("leave_demo");
/** @type {(patch: T.SettingsPatch) => Promise<void>} */
export const setSettings = (patch) => call("set_settings", { patch });

/** The native dialog; `false` when nothing was chosen. @type {() => Promise<boolean>} */
export const chooseFile = () => call("choose_file");
/** @type {(text: string) => Promise<void>} */
export const pasteText = (text) => call("paste_text", { text });
/** The Console's gallery of templates. @type {() => Promise<T.Template[]>} */
export const templates = () => call("templates");
/** @type {(id: string) => Promise<void>} */
export const openTemplate = (id) => call("open_template", { id });
/** Begins with an image: its name, or the address of its page. @type {(name: string) => Promise<void>} */
export const startImage = (name) => call("start_image", { name });
/** @type {() => Promise<T.Sample[]>} */
export const samples = () => call("samples");
/** @type {(id: string) => Promise<void>} */
export const openSample = (id) => call("open_sample", { id });
/** @type {(id: string) => Promise<void>} */
export const openRecent = (id) => call("open_recent", { id });
/** Takes a file from the list, or removes a kept text for good. @type {(id: string) => Promise<void>} */
export const forgetRecent = (id) => call("forget_recent", { id });
/** @type {() => Promise<T.DraftText|null>} */
export const draftText = () => call("draft_text");
/** Checks the edited text; the findings come back in the next snapshot's draft. @type {(id: number, text: string) => Promise<void>} */
export const editDraft = (id, text) => call("edit_draft", { id, text });
/** @type {(id: number, name: string|null, deposit: string|null) => Promise<void>} */
export const setDraft = (id, name, deposit) => call("set_draft", { id, name, deposit });
/**
 * Has what the draft becomes stop by itself so many hours after its lease; `null`: it runs on.
 * @type {(id: number, hours: number|null) => Promise<void>}
 */
export const setDraftStop = (id, hours) => call("set_draft_stop", { id, hours });
/**
 * The change of the text that answers one of `Made.questions`; the editor applies it.
 * @type {(id: number, index: number, answer: string) => Promise<T.Edit[]>}
 */
export const answerMade = (id, index, answer) => call("answer_made", { id, index, answer });
/** @type {() => Promise<void>} */
export const dropDraft = () => call("drop_draft");
/**
 * Creates the deployment, which sets money aside and asks providers for prices; with a rule, what satisfies it is taken
 * without asking. Returns its id.
 * @type {(draft: number, rule: T.Rule|null) => Promise<T.DeploymentId>}
 */
export const ask = (draft, rule = null) => call("ask", { draft, rule });

/** Which deployment the window is looking at: `Snapshot.open`. @type {(id: T.DeploymentId|null) => Promise<void>} */
export const look = (id) => call("look", { id });
/** Takes one bid for every group and starts. @type {(id: T.DeploymentId, choices: T.Choice[]) => Promise<void>} */
export const start = (id, choices) => call("start", { id, choices });
/** @type {(id: T.DeploymentId) => Promise<void>} */
export const resend = (id) => call("resend", { id });
/**
 * Closes what holds money and asks for prices with the same file; the new deployment's id.
 * @type {(id: T.DeploymentId) => Promise<T.DeploymentId>}
 */
export const askAgain = (id) => call("ask_again", { id });
/**
 * The same with a requirement of the file relaxed, one of `Open.why`.
 * @type {(id: T.DeploymentId, relaxed: string) => Promise<T.DeploymentId>}
 */
export const relaxAgain = (id, relaxed) => call("relax_again", { id, relaxed });
/**
 * What bids cost together, and how long what is set aside then lasts.
 * @type {(id: T.DeploymentId, choices: T.Choice[]) => Promise<T.Quote>}
 */
export const quote = (id, choices) => call("quote", { id, choices });
/** What an amount would do if it were set aside in addition. @type {(id: T.DeploymentId, typed: string) => Promise<T.Weighed>} */
export const weighFunds = (id, typed) => call("weigh_funds", { id, typed });
/** Has it closed once it has spent so much in all; `null`: it runs on. @type {(id: T.DeploymentId, usd: T.Usd|null) => Promise<void>} */
export const setCeiling = (id, usd) => call("set_ceiling", { id, usd });
/**
 * Has it stop by itself so many hours after its end so far, or after now where it has none; `null`: it runs on.
 * @type {(id: T.DeploymentId, more: number|null) => Promise<void>}
 */
export const setStop = (id, more) => call("set_stop", { id, more });
/** Ends *Deploy for me*: the person chooses. Refused once the lease is on its way. @type {(id: T.DeploymentId) => Promise<void>} */
export const stopRule = (id) => call("stop_rule", { id });
/** Puts *Deploy for me* to work again with the limit of `Open.raise`. @type {(id: T.DeploymentId) => Promise<void>} */
export const raiseLimit = (id) => call("raise_limit", { id });
/** @type {(id: T.DeploymentId) => Promise<void>} */
export const close = (id) => call("close", { id });
/** @type {(id: T.DeploymentId, usd: T.Usd) => Promise<void>} */
export const addFunds = (id, usd) => call("add_funds", { id, usd });
/** @type {(id: T.DeploymentId, on: boolean) => Promise<void>} */
export const setAutoFunding = (id, on) => call("set_auto_funding", { id, on });
/** @type {(id: T.DeploymentId, name: string) => Promise<void>} */
export const rename = (id, name) => call("rename", { id, name });
/** @type {(id: T.DeploymentId) => Promise<void>} */
export const takeOver = (id) => call("take_over", { id });
/** Puts its SDL on the check screen again. @type {(id: T.DeploymentId) => Promise<void>} */
export const again = (id) => call("again", { id });
/** @type {(id: T.DeploymentId) => Promise<void>} */
export const forget = (id) => call("forget", { id });

/** What is known of a provider, by its address. @type {(provider: string) => Promise<T.ProviderDetail>} */
export const provider = (provider) => call("provider", { provider });
/** @type {(provider: string, on: boolean) => Promise<void>} */
export const setFavourite = (provider, on) => call("set_favourite", { provider, on });
/** A page of the provider's own, in the browser. @type {(provider: string, page: T.ProviderPage) => Promise<void>} */
export const openProvider = (provider, page) => call("open_provider", { provider, page });

/** Records that are over, newest first, 50 at most. @type {(skip: number) => Promise<T.Past[]>} */
export const history = (skip) => call("history", { skip });
/** @type {(id: T.DeploymentId) => Promise<T.Event[]>} */
export const timeline = (id) => call("timeline", { id });
/** The SDL as it was sent, or `null` where none is known. @type {(id: T.DeploymentId) => Promise<string|null>} */
export const sdl = (id) => call("sdl", { id });

/** @type {(link: T.Link) => Promise<void>} */
export const openLink = (link) => call("open_link", { link });
/** @type {(id: T.DeploymentId, index: number) => Promise<void>} */
export const openAddress = (id, index) => call("open_address", { id, index });
/** The deployment's page in the web Console, in the browser. @type {(id: T.DeploymentId) => Promise<void>} */
export const openWebConsole = (id) => call("open_web_console", { id });
/** Shows the data folder in the file manager. @type {() => Promise<void>} */
export const openDataDir = () => call("open_data_dir");
/** Puts text on the clipboard. @type {(text: string) => Promise<void>} */
export const copy = (text) => navigator.clipboard.writeText(text);
/** A redacted report for people who help. @type {() => Promise<string>} */
export const report = () => call("report");
/**
 * Writes the journal to a file chosen in the native dialog; how many deployments, `null` when none was chosen.
 * @type {() => Promise<number|null>}
 */
export const exportJournal = () => call("export_journal");
/** Takes in a journal that was exported; how many deployments were new, `null` when none was chosen. @type {() => Promise<number|null>} */
export const importJournal = () => call("import_journal");
/** @type {() => Promise<T.About>} */
export const about = () => call("about");
/** @type {() => Promise<void>} */
export const refresh = () => call("refresh");
/** @type {(notice: number) => Promise<void>} */
export const dismiss = (notice) => call("dismiss", { notice });
