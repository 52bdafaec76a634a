// Starts the window: takes snapshots, draws them, and does what follows from a change of them.
import { render } from "lit-html";
import { announcer } from "./app/announce.js";
import * as ipc from "./app/ipc.js";
import { hash, parse } from "./app/route.js";
import { follow as followShown, shell } from "./app/shell.js";
import { listen } from "./app/shortcuts.js";
import { act, announce, drawWith, redraw, speakWith, state, take } from "./app/store.js";
import { leave } from "./app/watched.js";
import { closeDialog } from "./components/dialog.js";
import { loadEditor } from "./components/editor-node.js";
import { closeNotices, shownAlready } from "./components/notices.js";
import { forgetRefusal } from "./components/refusal.js";
import { draftSeen } from "./screens/check.js";
import { s } from "./strings/index.js";
/** @import * as T from "./types.d.ts" */

/** Version of the snapshot's shape that this window draws. */
const schema = 2;
const app = /** @type {HTMLElement} */ (document.getElementById("app"));

/** What had the focus is gone, and nothing else has it yet. */
let adrift = false;

drawWith(() => {
  const { snapshot } = state;
  if (snapshot) dress(snapshot.settings);
  followShown();
  const focused = document.activeElement;
  const heading = document.querySelector("main h1");
  const row = rowInHand();
  const top = row?.getBoundingClientRect().top ?? 0;
  render(shell(), app);
  if (document.querySelector("main h1") !== heading) scrollTo(0, 0);
  else if (row?.isConnected) scrollBy({ top: row.getBoundingClientRect().top - top, behavior: "instant" });
  // What had the focus went with its screen or its dialog, or the screen one went to is only drawn now. While a dialog is still
  // closing, the focus waits for the next drawing.
  if (focused instanceof HTMLElement && focused !== document.body && !focused.isConnected) adrift = true;
  if (document.activeElement !== document.body) adrift = false;
  else if ((adrift || arriving) && !state.dialog) {
    adrift = false;
    focusHeading();
  }
  document.title = [document.querySelector("h1")?.textContent?.trim(), s.app]
    .filter((part, index, all) => part && all.indexOf(part) === index)
    .join(" – ");
});

/** The bid or deployment under the pointer or with the focus: whatever grows above it, it stays where it is. */
const rowInHand = () =>
  document.querySelector(":is(.bid, .row):hover") ?? document.activeElement?.closest(".bid, .row");

speakWith(
  announcer(
    /** @type {HTMLElement} */ (document.getElementById("polite")),
    /** @type {HTMLElement} */ (document.getElementById("assertive")),
  ),
);

/** Colours and size of text. @param {T.Settings} settings */
function dress({ theme, textSize }) {
  const root = document.documentElement;
  if (theme === "system") delete root.dataset.theme;
  else root.dataset.theme = theme;
  root.style.fontSize = textSize === 100 ? "" : `${textSize}%`;
  measure();
}

/** Whether the file fits beside the summary: 75 rem, so larger text folds it. */
function measure() {
  const wide = app.clientWidth >= 75 * parseFloat(getComputedStyle(document.documentElement).fontSize);
  if (wide !== state.wide) {
    state.wide = wide;
    redraw();
  }
}

/** What a snapshot changes beyond what is drawn. @param {T.Snapshot} snapshot @param {T.Snapshot|null} before */
function follow(snapshot, before) {
  const { draft } = snapshot;
  if (draft) {
    if (seen.draft !== draft.id) {
      seen.draft = draft.id;
      state.problems.delete("file");
      if (!draft.restored) {
        closeDialog();
        if (location.hash !== "#/new") location.hash = "#/new";
        else arrive();
      }
    }
    draftSeen(draft);
  }
  for (const notice of snapshot.notices) {
    if (shownAlready(notice)) {
      // On the list the row shows it, and nothing else speaks of it; the state of an open deployment is spoken below.
      if (state.route.name === "home") announce(notice.title, notice.tone === "bad");
      ipc.dismiss(notice.id).catch(() => {});
    } else if (!before?.notices.some((one) => one.id === notice.id)) {
      announce(notice.title, notice.tone === "bad" || notice.kind === "file");
      if (notice.kind === "file")
        setTimeout(() => document.getElementById("refusal")?.scrollIntoView({ block: "center" }));
    }
  }
  const open = snapshot.open,
    was = before?.open;
  if (open && was?.row.id === open.row.id && was.row.state.word !== open.row.state.word) {
    announce(s.spoken.state(open.row.name, open.row.state.word), open.row.state.tone === "bad");
  }
  if (snapshot.connection.state === "online" && before && before.connection.state !== "online") {
    // What failed because nothing could be reached says nothing any more.
    for (const [key, problem] of state.problems)
      if (["offline", "serverDown"].includes(problem.code)) state.problems.delete(key);
  }
  if (snapshot.connection.state === "offline" && before && before.connection.state !== "offline")
    announce(s.banner.offlineNow);
  if (before && before.account?.address !== snapshot.account?.address) look();
}

/** The last draft that was shown: a reload is not a new file. */
const seen = {
  get draft() {
    return Number(sessionStorage.getItem("draft") ?? NaN);
  },
  set draft(id) {
    sessionStorage.setItem("draft", String(id));
  },
};

/** Says to Rust which deployment the window looks at; what it answers about one left meanwhile is nothing. */
function look() {
  const { route } = state;
  ipc.look(route.name === "deployment" ? route.id : null).catch((error) => {
    if (state.route !== route) return;
    state.problems.set("look", error);
    announce(error.title, true);
    redraw();
  });
}

/** Whether the person just went to a screen and has done nothing on it yet. */
let arriving = false;
for (const what of ["keydown", "pointerdown"]) addEventListener(what, () => (arriving = false), true);

function focusHeading() {
  const heading = /** @type {HTMLElement|null} */ (document.querySelector("main h1"));
  (heading ?? document.getElementById("main"))?.focus({ preventScroll: true });
}

/** The focus goes to the heading of the screen one comes to. */
function arrive() {
  arriving = true;
  setTimeout(() => {
    scrollTo(0, 0);
    if (arriving && !state.dialog) focusHeading();
  });
}

addEventListener("hashchange", () => {
  const before = state.route;
  state.route = parse(location.hash);
  closeDialog();
  closeNotices();
  forgetRefusal();
  for (const key of ["act", "look", "draft", "demo", "connect"]) if (!state.busy.has(key)) state.problems.delete(key);
  if (state.route.name === "deployment" || before.name === "deployment") look();
  redraw();
  const tab = before.name === "deployment" && state.route.name === "deployment" && before.id === state.route.id;
  if (!tab) leave(state.route.name === "deployment" ? state.route.id : null);
  if (!tab) arrive();
});
new ResizeObserver(measure).observe(document.documentElement);
addEventListener("visibilitychange", redraw);
setInterval(() => document.visibilityState === "visible" && state.snapshot && redraw(), 1000);
listen();
ipc.onDrag((over) => {
  state.dragging = over;
  redraw();
});

let shown = false;
if (location.hash === "") history.replaceState(null, "", hash(state.route));
redraw();
const subscribed = await act("global", () =>
  ipc.subscribe((snapshot) => {
    if (snapshot.schema !== schema && !sessionStorage.getItem("reloaded")) {
      sessionStorage.setItem("reloaded", "1");
      return location.reload();
    }
    const before = state.snapshot;
    if (!take(snapshot)) return;
    follow(snapshot, before);
    if (shown) return;
    shown = true;
    if (state.route.name === "deployment") look();
    setTimeout(() => {
      ipc.ready().catch(() => {});
      loadEditor();
    });
  }),
);
if (!subscribed) ipc.ready().catch(() => {});
