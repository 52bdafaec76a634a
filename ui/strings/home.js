// The list of deployments, and where a new one begins.
import { some } from "../lib/plural.js";

export const home = {
  title: "Deployments",
  total: (/** @type {string} */ lead, /** @type {string} */ other) => `All together ${lead}, ${other}`,
  credit: (/** @type {string} */ until, /** @type {string} */ text) =>
    `Your credit pays for all until ${until} (${text})`,
  make: "New deployment",
  closed: (/** @type {number} */ n) => `${some(n, "closed deployment", "closed deployments")}`,
  elsewhere: "Created elsewhere",
  setAside: (/** @type {string} */ usd) => `${usd} set aside`,
  left: (/** @type {string} */ usd) => `${usd} left`,
  actions: {
    choose: "Choose",
    stop: "Stop",
    askAgain: "Ask again…",
    look: "See why",
    addFunds: "Set aside more",
    close: "Cancel request",
  },
  empty: "Nothing is deployed yet",
  none: "Nothing is deployed now",
  kept: (/** @type {string} */ name) => `“${name}” is open and not deployed yet.`,
  goOn: "Continue",
  waiting: (/** @type {string} */ name) => `“${name}” is waiting to be checked.`,
  waitingGo: "Check it",
  list: "Your deployments",
  moreAddresses: (/** @type {number} */ n) => `and ${n} more`,
};

export const starter = {
  title: "New deployment",
  drop: "Drop an SDL or a compose file here",
  dropText: "Aloft checks it first. Nothing is sent or spent until you say so.",
  choose: "Choose file…",
  paste: "Paste text…",
  image: "Or begin with an image",
  imageHint:
    "For example nginx:1.27, or the address of its page on Docker Hub. Aloft writes the file and shows what it guessed.",
  imageGo: "Write the file",
  templates: "Browse templates",
  samples: "No file? Start from a sample",
  sdl: "An SDL is a short text file that says which containers run, how large they are and who can reach them.",
  recent: "Recent files",
  waiting: "Waiting to be checked",
  kept: "Unsaved changes",
  keptText:
    "Text that you typed, pasted or edited here before you opened another file. It exists only on this computer.",
  remove: (/** @type {string} */ name) => `Delete “${name}”`,
  forget: (/** @type {string} */ name) => `Remove “${name}” from the list`,
};

export const paste = {
  title: "Paste what you have",
  label: "Your text",
  hint: "An SDL, a compose file, a docker run command, a Kubernetes manifest, or just the name of an image.",
  go: "Check it",
};

export const closeMany = {
  open: "Stop and delete several…",
  title: "Stop and delete several deployments",
  text: "Their containers stop, and volumes that only their providers have are deleted. What isn’t spent returns to your credit.",
  all: "All",
  left: (/** @type {string} */ usd) => `about ${usd} returns`,
  go: (/** @type {number} */ n) => (n ? `Stop and delete ${some(n, "deployment", "deployments")}` : "Stop and delete"),
  keep: "Keep all",
};

export const templates = {
  title: "Templates",
  text: "Ready-made files from the Console’s gallery. Each one opens on the check screen first; nothing is sent or spent until you say so.",
  search: "Search",
  category: "Category",
  every: "All categories",
  count: (/** @type {number} */ n) => some(n, "template", "templates"),
};
