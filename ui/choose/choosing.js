// What the choose screen holds of its own, of the deployment it shows: order, filters, choices, what is compared and what is opened.
import { Arrivals } from "./arrivals.js";
import { all } from "./filter.js";
import { byWay } from "./order.js";
import { toggled } from "./picks.js";
import * as ipc from "../app/ipc.js";
import { act, ask, redraw, state } from "../app/store.js";
/** @import * as T from "../types.d.ts" */
/** @import {Sort} from "./order.js" */

export const mine = {
  id: "",
  /** Kept from one deployment to the next. @type {T.RankBy} */ way: "cheapest",
  /** @type {Sort} */ sort: byWay,
  filter: all(),
  /** The order shown, by group. @type {Map<number, string[]>} */ shown: new Map(),
  /** The pointer is among the rows of this group. @type {number|null} */ pointer: null,
  /** The focus is. @type {number|null} */ focus: null,
  /** What is chosen, by group. @type {Map<number, string>} */ choices: new Map(),
  /** What is picked to compare, by group. @type {Map<number, string[]>} */ picks: new Map(),
  /** Providers shown in place, as `gseq:address`. @type {Set<string>} */ opened: new Set(),
  /** What was read of them, by address. @type {Map<string, T.ProviderDetail>} */ details: new Map(),
  arrivals: new Arrivals([]),
  /** Until the bids lapse, when last looked. @type {number|null} */ left: null,
  /** *Deploy for me* had found something when last looked. */ takes: false,
  /** It was stopped here. */ stopped: false,
};

/** @param {T.Open} open */
const keys = (open) => open.groups.flatMap((group) => group.bids.map((bid) => `${group.gseq}:${bid.provider}`));

/** Starts anew for another deployment. @param {T.Open} open */
export function fresh(open) {
  if (mine.id === open.row.id) return;
  Object.assign(mine, {
    id: open.row.id,
    sort: byWay,
    filter: all(),
    pointer: null,
    focus: null,
    arrivals: new Arrivals(keys(open)),
    left: null,
    takes: false,
    stopped: false,
  });
  for (const held of [mine.shown, mine.choices, mine.picks, mine.opened, mine.details]) held.clear();
  // What failed was of the one before.
  for (const key of [...state.problems.keys()])
    if (/^(stop$|raise$|relax:|start:|page|provider:|mark:)/.test(key)) state.problems.delete(key);
}

/** What to say of bids that came. @param {T.Open} open */
export const arrived = (open) => mine.arrivals.see(keys(open), performance.now());

/** Shows the order as it is wanted now. */
export function reorder() {
  mine.shown.clear();
  redraw();
}

/** @param {T.RankBy} way */
export function orderBy(way) {
  mine.way = way;
  mine.sort = byWay;
  reorder();
}

/** @param {number} gseq @param {string} provider */
export function pick(gseq, provider) {
  mine.picks.set(gseq, toggled(mine.picks.get(gseq) ?? [], provider));
  redraw();
}

/** The bids picked that are still there. @param {T.Group} group */
export const picked = (group) =>
  (mine.picks.get(group.gseq) ?? []).flatMap((provider) => group.bids.find((bid) => bid.provider === provider) ?? []);

/** @param {number} gseq @param {string} provider */
export function choose(gseq, provider) {
  mine.choices.set(gseq, provider);
  redraw();
}

/** Chooses the first bid of every part that can be taken, in the order shown. @param {Map<number, string>} best */
export function chooseAll(best) {
  for (const [gseq, provider] of best) mine.choices.set(gseq, provider);
  redraw();
}

/** @param {number} gseq @param {string} provider */
export function toggleDetail(gseq, provider) {
  const key = `${gseq}:${provider}`;
  if (mine.opened.delete(key)) return redraw();
  mine.opened.add(key);
  readProvider(provider);
}

/** @param {string} provider */
export async function readProvider(provider) {
  const read = await act(`provider:${provider}`, () => ipc.provider(provider));
  if (read) mine.details.set(provider, read.value);
  redraw();
}

/** @param {T.Bid} bid */
export const mark = (bid) =>
  act(`mark:${bid.provider}`, () => ipc.setFavourite(bid.provider, !bid.favourite), { changes: true });

/**
 * Starts at once, unless the Console then takes more from the credit than is set aside: that is asked for first.
 * @param {T.Open} open @param {T.Choice[]} choices @param {string} key @param {T.Usd|null} takes
 */
export const start = (open, choices, key, takes) =>
  takes === null
    ? startNow(open.row.id, choices, key)
    : (ask({ kind: "start", id: open.row.id, choices, takes }), Promise.resolve(false));

/** @param {T.DeploymentId} id @param {T.Choice[]} choices @param {string} key */
export const startNow = (id, choices, key) => act(key, () => ipc.start(id, choices), { changes: true });

/** Only one start may be in flight, whichever row it is of. */
export const starting = () => [...state.busy].some((key) => key.startsWith("start:"));

/** @param {T.Group} group */
export const partName = (group) => group.name ?? group.services.join(", ");
