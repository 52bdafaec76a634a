// Checking a file, and what is set before prices are asked for.
import { some } from "../lib/plural.js";

export const journey = { name: "Steps", steps: ["Check", "Choose", "Go live"], done: "(done)" };

export const check = {
  rename: "Rename",
  renameTitle: "Rename the deployment",
  name: "Name",
  other: "Choose another file…",
  away: "Close file",
  edited: "Edited",
  lineChanged: (/** @type {number} */ line) => `Line ${line} is now`,
  lineRemoved: (/** @type {number} */ line) => `Removed from line ${line}:`,
  linesMore: (/** @type {number} */ n) => `and ${some(n, "more place", "more places")}`,
  undo: "Undo",
  undone: "The change is taken back.",
  showLine: "Show in the file",
  propose: (/** @type {string} */ usd) => `Set aside ${usd}`,
  waiting: (/** @type {number} */ n) => `${some(n, "more file is waiting", "more files are waiting")}:`,
  stops: (/** @type {number} */ n) => `${some(n, "problem stops", "problems stop")} this`,
  notices: (/** @type {number} */ n) => some(n, "warning", "warnings"),
  line: (/** @type {number} */ line) => `Line ${line}`,
  official: "Akash’s own message",
  copyAll: "Copy for the file’s author",
  copyHead: (/** @type {string} */ source, /** @type {number} */ n) =>
    `${source}: ${some(n, "problem", "problems")} found by Aloft`,
  firstProblem: "Show the first problem",
  what: "What will run",
  copies: (/** @type {number} */ n) => `${n} copies`,
  env: (/** @type {number} */ n) =>
    `${some(n, "environment variable", "environment variables")}: the provider can read ${n === 1 ? "it" : "them"}`,
  volumes: "Volumes",
  volumesText: "A volume survives restarts, but only this provider has it. It is deleted when the deployment stops.",
  where: "Where it may run",
  anywhere: "Anywhere",
  placement: (/** @type {string} */ name) => `placement “${name}”`,
  money: "Money",
  price: "Price",
  priceText: "Known once providers answer. You choose.",
  setAside: "Set aside now",
  setAsideHelp: "What isn’t spent returns to your credit. The Console may use another amount on some accounts.",
  setAsideGone: (/** @type {string|null} */ usd) =>
    `${usd === null ? "On this account the Console decides the amount." : `${usd}. The Console decides the amount.`} What isn’t spent returns to your credit.`,
  setLess: (/** @type {string} */ usd) => `Set aside ${usd}`,
  credit: "Credit",
  limits: "Limits and details",
  ceiling: "Highest price the file accepts",
  noCeiling: "No limit in the file",
  ceilingText: "This is a limit, not the price. Providers bid below it.",
  ask: (/** @type {string} */ usd) => `Ask for prices (sets aside ${usd})`,
  askPlain: "Ask for prices",
  askNobody: "No provider can run this file as written. Change it first.",
  askNote:
    "Providers answer within a minute. Nothing runs until you choose one. If you cancel before that, all of it returns to your credit.",
  demoInstead: "Try this in the demo",
  connect: "Connect…",
  file: "File",
  show: "Show the file",
  hide: "Hide",
  editor: (/** @type {string} */ source) => `Text of ${source}`,
};

export const made = {
  title: (/** @type {string} */ of) => `Made from ${of}`,
  text: "Aloft wrote an SDL, the file that Akash takes. Check what it had to ask or guess. Every guess has a comment in the file.",
  questions: "Only you know this",
  lost: "Not carried over",
  lostToo: (/** @type {number} */ n) => `${some(n, "setting", "settings")} left out, with little effect`,
  guesses: (/** @type {number} */ n) => some(n, "guess", "guesses"),
  first: "Go to the question",
};

export const fit = {
  title: "Who could run it",
  busy: "Still looking…",
  part: (/** @type {string} */ name) => `For ${name}`,
  places: "Their regions",
  place: (/** @type {string} */ area, /** @type {number} */ n) => `${area} ${n}`,
  away: "What rules providers out",
  then: (/** @type {number} */ n) => (n === 1 ? "then 1 fits" : `then ${n} fit`),
  advice: "A provider that could run it may still not bid.",
};

export const rule = {
  name: "Deploy for me",
  or: "Or choose for me:",
  way: "Which bid",
  ways: { cheapest: "the cheapest", reliable: "the most reliable", balanced: "the best balance" },
  in: "in",
  region: "Region",
  anyRegion: "any region",
  upTo: "up to",
  limit: "The most it may cost a month, in US dollars",
  month: "a month",
  go: (/** @type {string} */ limit, /** @type {string} */ held) =>
    `Deploy for me (up to ${limit} a month, sets aside ${held})`,
  goPlain: (/** @type {string} */ limit) => `Deploy for me (up to ${limit} a month)`,
  off: "Deploy for me",
  hint: "If every bid is above the limit, Aloft accepts none and asks you.",
  empty: "Enter the most it may cost a month.",
  usual: (/** @type {string} */ usd) => `A file like this usually costs about ${usd} a month.`,
  use: (/** @type {string} */ usd) => `Use ${usd}`,
  file: (/** @type {string} */ ceiling) => `The file itself allows ${ceiling}.`,
  at: "Deploy for me",
  takes: (/** @type {string} */ what) => `Accepting ${what}.`,
  soon: (/** @type {string} */ left) => `Accepting the best match in ${left}, unless a better one comes.`,
  now: "Accepting the best match now.",
  nothing: "No matching bid yet.",
  spoken: "Found a match. Aloft accepts it in a few seconds unless you stop.",
  stop: "Stop",
  stopped: "Stopped. Aloft accepted no bid. Choose one yourself, or cancel the request.",
  raise: (/** @type {string} */ usd) => `Raise the limit to ${usd} and deploy`,
  stopName: "Stop, and choose myself",
};

export const forgetText = {
  title: (/** @type {string} */ name) => `Delete “${name}”?`,
  text: "There is no other copy of this text, so it cannot be restored.",
  go: "Delete",
};
