// Comparing bids and taking one.
import { some } from "../lib/plural.js";

export const choose = {
  waiting: "Waiting for providers to answer",
  waitingText: "Bids (providers’ offers) usually arrive within a minute.",
  heading: (/** @type {number} */ n, /** @type {boolean} */ audited) =>
    `${some(n, "bid", "bids")}${audited ? " from audited providers" : ""}`,
  more: (/** @type {number} */ fresh, /** @type {number} */ all) =>
    fresh === all ? `${some(all, "bid", "bids")}.` : `${some(fresh, "more bid", "more bids")}, ${all} in total.`,
  lapse: (/** @type {string} */ left) => `Expire in about ${left}`,
  lapsing: "May expire at any moment",
  lapseOne: (/** @type {string} */ left) => `Expires in about ${left}`,
  lapsingOne: "May expire at any moment",
  spoken: { 120000: "The bids expire in about two minutes.", 30000: "The bids expire in about thirty seconds." },
  caption: (/** @type {string} */ name) => `Bids for ${name}`,
  group: (/** @type {string} */ name) => `For ${name}`,
  pick: "Compare, favourite",
  provider: "Provider",
  why: "Why it ranks here",
  region: "Where",
  gpu: "GPU",
  hour: "An hour",
  day: "A day",
  month: "A month",
  marketRates: { cheap: "cheap", usual: "usual", dear: "expensive" },
  marketRateUnknown: "The usual price of these GPUs is unknown.",
  uptime: "Uptime, 7 days",
  percent: (/** @type {string} */ share) => `${share}%`,
  week: (/** @type {string} */ days) => `Uptime of the last 7 days in percent, oldest first: ${days}`,
  cleanWeek: "No downtime in the last 7 days",
  audited: "Audited",
  unaudited: "Not audited",
  action: "Start",
  start: (/** @type {string} */ price) => `Start at ${price}`,
  startName: (/** @type {string} */ name, /** @type {string} */ price) => `Start at ${price}: ${name}`,
  pickOne: "Choose",
  gone: (/** @type {string} */ name, /** @type {string} */ why) => `${why}: ${name}`,
  take: (/** @type {string} */ name, /** @type {string} */ price) => `Choose ${name}, ${price}`,
  startUnknown: "Start, rate unknown",
  startUnknownName: (/** @type {string} */ name) => `Start, rate unknown: ${name}`,
  startAll: (/** @type {string} */ price) => `Start all at ${price}`,
  startAllUnknown: "Start all, rate unknown",
  startAllPlain: "Start all",
  needs: "Still to choose:",
  unbid: (/** @type {string} */ part) => `${part} (no bid yet)`,
  best: (/** @type {string|null} */ price, /** @type {boolean} */ rest) =>
    `Choose the best for ${rest ? "the rest" : "each part"}${price === null ? "" : `, ${price}`}`,
  running: (/** @type {string} */ price) => `Together ${price}`,
  runningSoFar: (/** @type {string} */ price) => `${price} so far`,
  fixed: "The rate you choose is fixed for the whole lease. Monthly prices assume that it runs all month.",
  frozen: "Sorting is paused while you are in the list.",
  sort: "Sort now",
  cancel: "Cancel request",
  cancelReturns: (/** @type {string} */ usd) => `Cancel request (returns ${usd})`,
  elsewhere: "This request was made elsewhere. Aloft does not have its file, so it can cancel it but not start it.",
  groupWaiting: "No bid for this part yet.",
  askAgain: "Ask again",
  askAgainText:
    "This cancels the request, which returns what was set aside, then asks for new prices with the same file, which sets the same amount aside.",
  sortBy: (/** @type {string} */ column) => `Sort by ${column}`,
  held: (/** @type {string} */ usd) => `${usd} is set aside.`,
};

export const none = {
  title: "No provider has answered",
  part: "No provider has answered for a part",
  text: "A minute has passed. Nothing is charged while you wait, and a bid may still come.",
  finding: "Finding out what rules providers out…",
  closes: (/** @type {string} */ usd) =>
    `Each button cancels this request (returns ${usd}), then asks for new prices with the changed file (sets ${usd} aside).`,
  closesPlain:
    "Each button cancels this request, which returns what was set aside, then asks for new prices with the changed file, which sets the same amount aside.",
  relax: (/** @type {string} */ label) => `${label}, and ask again`,
  unchanged: "Ask again without changes",
};

export const order = {
  by: "Sort by",
  ways: { cheapest: "Cheapest", reliable: "Most reliable", balanced: "Balanced" },
  marks: { cheapest: "Cheapest", reliable: "Most reliable", balanced: "Best balance" },
};

export const filter = {
  name: "Order and filters",
  toggle: "Filter",
  text: "Name, host or region",
  region: "Region",
  anyRegion: "Any region",
  gpu: "GPU",
  anyGpu: "Any GPU",
  ceiling: "At most",
  ceilingName: { hour: "Highest price in US dollars an hour", month: "Highest price in US dollars a month" },
  ceilingUnit: { hour: "an hour", month: "a month" },
  ceilingBad: "Enter an amount such as 6.00.",
  favourites: "Favourites",
  favouritesName: "Favourites only",
  shown: (/** @type {number} */ n, /** @type {number} */ all) => `${n} of ${all} shown`,
  clear: "Show all",
  hides: (/** @type {number} */ n) => (n === 1 ? "The filters hide the only bid." : `The filters hide all ${n} bids.`),
  favourite: (/** @type {string} */ name) => `Favourite: ${name}`,
};

export const compare = {
  pick: (/** @type {string} */ name) => `Compare ${name}`,
  full: "You can compare four at most",
  one: "Select one more to compare, four at most.",
  many: (/** @type {number} */ n) => `${n} selected to compare${n === 4 ? " (the most)" : ""}.`,
  go: (/** @type {number} */ n) => `Compare ${n}`,
  goFor: (/** @type {number} */ n, /** @type {string} */ part) => `Compare ${n} for ${part}`,
  clear: "Clear selection",
  title: (/** @type {number} */ n) => `${some(n, "bid", "bids")} side by side`,
  drop: (/** @type {string} */ name) => `Remove ${name}`,
  marketRate: "Compared with the usual price",
  where: "Where",
  past: "Your leases there",
  noPast: "None yet",
  why: "Why it ranks here",
  lapses: "Expires",
  about: (/** @type {string} */ left) => `In about ${left}`,
  close: "Close",
};

export const points = {
  title: "Reliability",
  row: (/** @type {number} */ n) => `Reliability ${n} of 100`,
  total: (/** @type {number} */ n) => `${n} of 100`,
  uptime: (/** @type {number} */ n) => `${n} of 60 for uptime`,
  standing: (/** @type {number} */ n) => `${n} of 20 for its age and the number of leases it runs`,
  promises: (/** @type {number} */ n) => `${n} of 10 for audits, and for giving notice before it ends a lease`,
  past: (/** @type {number} */ n) =>
    n < 0 ? `${-n} subtracted for leases of yours that ended badly there` : `${n} of 10 for your leases there`,
  offline: (/** @type {number} */ n) => `${-n} subtracted because it does not answer now`,
};

/** The same in few words, where several stand side by side. */
export const pointsShort = {
  uptime: (/** @type {number} */ n) => `${n} of 60 for uptime`,
  standing: (/** @type {number} */ n) => `${n} of 20 for age and leases`,
  promises: (/** @type {number} */ n) => `${n} of 10 for audits and notice`,
  past: (/** @type {number} */ n) => (n < 0 ? `${n} for your leases there` : `${n} of 10 for your leases there`),
  offline: (/** @type {number} */ n) => `${n} for not answering now`,
};

export const provider = {
  show: (/** @type {string} */ name) => `About ${name}`,
  reading: "Loading provider details…",
  online: "Answers now",
  offline: "Does not answer now",
  standing: "Status",
  days: "Recent outages",
  dayClean: (/** @type {number} */ n) =>
    n === 1 ? "No outage on the one day with data." : `No outage on the ${n} days with data.`,
  hardware: "Hardware",
  gpus: "GPUs",
  attributes: (/** @type {number} */ n) => some(n, "more attribute", "more attributes"),
  pages: { website: "Website", statusPage: "Status page" },
  email: (/** @type {string} */ address) => `Copy ${address}`,
  past: "Your leases there",
  mark: "Add to favourites",
  unmark: "Remove from favourites",
  price: "Price",
  host: "Host",
  address: "Address on the chain",
};

export const takes = {
  title: (/** @type {string} */ usd) => `Take about ${usd} more from your credit?`,
  text: (/** @type {string} */ usd, /** @type {string|null} */ held, /** @type {string|null} */ credit) =>
    `At this price the Console adds about ${usd} as soon as it starts${held ? `, on top of the ${held} that is set aside` : ""}.${credit ? ` Your credit is ${credit}.` : ""} It adds more while the deployment runs.`,
  returns: "What isn’t spent returns to your credit when you stop it.",
  go: (/** @type {string} */ usd) => `Start, taking about ${usd}`,
};
