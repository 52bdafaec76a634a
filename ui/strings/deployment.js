// A deployment that goes live, runs or is over.
export const golive = {
  steps: "From lease to first answer",
  states: { todo: "(to come)", doing: "(under way)", done: "(done)", stuck: "(stuck)" },
  leave: "You can leave this screen. Aloft continues on its own.",
  live: "It is live",
  goOn: "Services, money and history",
  costs: (/** @type {string} */ price) => `It costs ${price} in the meantime.`,
  costsUnknown: "It is being charged in the meantime, at an unknown rate.",
  resend: "Send the manifest again",
  resendText: "Aloft also sends it again on its own. Sending it now is safe.",
  openFile: "Use this file for a new deployment",
  close: "Stop and delete…",
};

export const detail = {
  tabs: { overview: "Overview", sdl: "SDL", history: "History" },
  tabsName: "Views of this deployment",
  rename: "Rename",
  close: "Stop and delete…",
  closeNow: "End deployment",
  closeReturns: (/** @type {string} */ usd) => `End deployment (returns ${usd})`,
  webConsole: "See it in the web Console",
  services: "Services",
  service: "Service",
  ready: "Ready",
  readyOf: (/** @type {number} */ ready, /** @type {number|null} */ total) =>
    total === null ? String(ready) : `${ready} of ${total}`,
  notSaid: "unknown",
  noServices: "The provider has not reported any services yet.",
  gpuFound: (/** @type {string} */ gpu) => `Found: ${gpu}`,
  addresses: "Addresses",
  money: "Money",
  costs: "Costs",
  spent: "Spent",
  left: "Left of what was set aside",
  setAside: "Total set aside",
  lasts: "Lasts",
  until: (/** @type {string} */ time) => `until ${time}`,
  addFunds: "Set aside more…",
  auto: "Add from credit when it runs low",
  provider: "Provider",
  providers: "Providers",
  up: (/** @type {string} */ percent) => `up ${percent}% of the last 7 days`,
  elsewhere: "This deployment was created elsewhere. Aloft can show it and stop it.",
  takeOver: "Take over",
  takeOverText: "Take it over to get notices, automatic funding and its history here.",
  sdlNone: "Aloft does not have the file of this deployment. It was created elsewhere.",
  sdlSent: "The file as it was sent.",
  copySdl: "Copy the file",
  again: "Use for a new deployment",
  created: (/** @type {string} */ time) => `Created ${time}`,
};

export const funding = {
  title: "How much it may spend",
  summary: {
    on: "No spending limit",
    off: (/** @type {string} */ held) => `Ends when ${held} is used up`,
    ceiling: (/** @type {string} */ usd) => `At most ${usd} in all`,
  },
  done: "Done",
  most: "At most",
  mostName: "The most it may spend in all, in US dollars",
  then: "in all, then stop and delete",
  set: "Set",
  remove: "No limit",
  note: "Aloft stops it a little before that, and only while Aloft is open.",
  is: (/** @type {string} */ usd) => `It stops once it has spent ${usd} in all.`,
  added: (/** @type {string} */ usd) => `The Console added ${usd} of it from your credit.`,
  held: (/** @type {string} */ usd) => `${usd} is set aside for it.`,
};

export const stop = {
  runs: "Runs",
  on: "until I stop it",
  hours: (/** @type {number} */ hours) => `for ${hours} hours, then stops by itself`,
  from: "The time counts from the start of the lease.",
  at: "Stops by itself on",
  after: "Stops by itself",
  longer: (/** @type {number} */ hours) => `Keep ${hours} hours longer`,
  never: "No time limit",
  in: "Stop by itself in",
  more: (/** @type {number} */ hours) => `${hours} hours`,
  set: "Set",
  setName: "Set when it stops",
};

export const close = {
  title: (/** @type {string} */ name) => `Stop and delete “${name}”?`,
  spent: (/** @type {string} */ usd) => `Spent ${usd}.`,
  returns: (/** @type {string} */ usd) => `About ${usd} returns to your credit.`,
  returnsUnknown: "What isn’t spent returns to your credit.",
  keep: "Keep running",
  go: "Stop and delete",
};

export const funds = {
  title: (/** @type {string} */ name) => `Set aside more for “${name}”`,
  amount: "How much, in USD",
  credit: (/** @type {string} */ usd) => `Credit ${usd}. What isn’t spent returns to it when the deployment stops.`,
  creditUnknown: "What isn’t spent returns to your credit when the deployment stops.",
  go: (/** @type {string} */ usd) => `Set aside ${usd} more`,
  goPlain: "Set aside more",
};

export const receipt = {
  title: "Receipt",
  ran: "Ran",
  nothing: "Nothing ran",
  spent: "Spent",
  returned: "Returned to credit",
  settling: "being settled",
  unknown: "not known",
  about: (/** @type {string} */ usd) => `about ${usd}`,
  closed: "Closed",
  why: "Why",
  again: "Deploy again",
  forget: "Remove…",
};

export const forget = {
  title: (/** @type {string} */ name) => `Remove “${name}” from this computer?`,
  text: "Its receipt, its file and its history are deleted from this computer. Nothing changes in your account.",
  go: "Remove",
};
