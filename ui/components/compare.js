// Two to four bids side by side: a column each, and one column of labels that stays in sight.
import { html, nothing } from "lit-html";
import { button, iconButton } from "./button.js";
import { closeDialog, frame } from "./dialog.js";
import { pointsList } from "./points.js";
import { priceText } from "./price.js";
import { problemAt } from "./problem.js";
import { weekChart } from "./week.js";
import { now } from "../app/store.js";
import { choose, mine, pick, picked, start, starting } from "../choose/choosing.js";
import { usd } from "../lib/format.js";
import { countdown } from "../lib/time.js";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/**
 * The bids that are compared, as far as they are still there.
 * @param {T.DeploymentId} id
 * @param {number} gseq
 * @param {T.Snapshot} snapshot
 */
export function compared(id, gseq, snapshot) {
  const open = snapshot.open?.row.id === id && snapshot.open.screen === "choose" ? snapshot.open : null;
  const group = open?.groups.find((one) => one.gseq === gseq);
  return { open, bids: group ? picked(group) : [] };
}

/** @param {T.DeploymentId} id @param {number} gseq @param {T.Snapshot} snapshot */
export function compareDialog(id, gseq, snapshot) {
  const { open, bids } = compared(id, gseq, snapshot);
  if (!open) return nothing;
  return frame(
    s.compare.title(bids.length),
    html`<div class="versus__scroll">
        <table class="versus versus--${bids.length}">
          <thead>
            <tr>
              <td></td>
              ${bids.map(
                (bid) =>
                  html`<th scope="col" class=${bid.open ? "" : "is-gone"}>
                    <div class="versus__head">
                      <span>${bid.name}</span
                      >${iconButton("close", s.compare.drop(bid.name), () => pick(gseq, bid.provider))}
                    </div>
                    ${bid.host && bid.host !== bid.name ? html`<p class="soft small versus__host">${bid.host}</p>` : nothing}
                  </th>`,
              )}
            </tr>
          </thead>
          <tbody>
            <tr class="versus__act">
              <th scope="row"><span class="unseen">${s.choose.action}</span></th>
              ${bids.map((bid) => html`<td>${act(open, gseq, bid)}</td>`)}
            </tr>
            ${lines(bids).map(
              ({ label, lead, of }) =>
                html`<tr class=${lead ? "is-lead" : ""}>
                  <th scope="row">${label}</th>
                  ${bids.map((bid) => html`<td class=${bid.open ? "" : "is-gone"}>${of(bid)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${problemAt("start:compare")}`,
    button(s.compare.close, { click: closeDialog }),
    { widest: true },
  );
}

/**
 * One line of the comparison.
 * @typedef {{label: string, lead?: boolean, of: (bid: T.Bid) => unknown}} Line
 */

/** What is compared, most important first. @param {T.Bid[]} bids @returns {Line[]} */
function lines(bids) {
  const byHour = bids.some((bid) => bid.price?.byHour);
  const gpu = bids.some((bid) => bid.gpu !== null);
  const price = (/** @type {"hour"|"day"|"month"} */ what, /** @type {number} */ index) => ({
    label: s.choose[what],
    lead: index === 0,
    of: (/** @type {T.Bid} */ bid) =>
      html`<span class="numbers">${bid.price ? usd(bid.price[what]) : s.price.none}</span>`,
  });
  return [
    ...(byHour ? /** @type {const} */ (["hour", "day", "month"]) : /** @type {const} */ (["month", "day", "hour"])).map(
      price,
    ),
    ...(bids.some((bid) => bid.outlook)
      ? [{ label: s.check.setAside, of: (/** @type {T.Bid} */ bid) => bid.outlook ?? "–" }]
      : []),
    ...(gpu
      ? [
          { label: s.choose.gpu, of: (/** @type {T.Bid} */ bid) => bid.gpu ?? "–" },
          {
            label: s.compare.marketRate,
            of: (/** @type {T.Bid} */ bid) => (bid.marketRate ? s.choose.marketRates[bid.marketRate] : s.unknown),
          },
        ]
      : []),
    {
      label: s.choose.uptime,
      of: (bid) =>
        html`<span class="versus__up"
          >${
            bid.uptime === null ? s.unknown : html`<span class="numbers">${s.choose.percent(bid.uptime)}</span>`
          }${weekChart(bid.week)}</span
        >`,
    },
    { label: s.compare.where, of: (bid) => bid.region ?? s.unknown },
    { label: s.points.title, of: (bid) => pointsList(bid.points, { short: true }) },
    { label: s.compare.past, of: (bid) => bid.past ?? s.compare.noPast },
    { label: s.compare.why, of: (bid) => bid.why || "–" },
    { label: s.compare.lapses, of: lapses },
  ];
}

/** @param {T.Bid} bid */
function lapses(bid) {
  const left = bid.open && bid.lapses !== null ? Date.parse(bid.lapses) - now() : null;
  return html`<span class="numbers"
    >${left === null ? (bid.whyNot ?? s.unknown) : left > 0 ? s.compare.about(countdown(left)) : s.choose.lapsingOne}</span
  >`;
}

/** @param {T.Open} open @param {number} gseq @param {T.Bid} bid */
function act(open, gseq, bid) {
  if (!bid.open || !open.can.start) return html`<span class="soft">${bid.whyNot ?? ""}</span>`;
  const price = bid.price ? priceText(bid.price) : s.price.unknown;
  if (open.groups.length > 1) {
    return button(s.choose.pickOne, {
      click: () => (choose(gseq, bid.provider), closeDialog()),
      name: s.choose.take(bid.name, price),
      kind: mine.choices.get(gseq) === bid.provider ? "primary" : "plain",
      small: true,
    });
  }
  return button(bid.price ? s.choose.start(price) : s.choose.startUnknown, {
    click: async () =>
      (await start(open, [{ gseq, provider: bid.provider }], "start:compare", bid.takes)) && closeDialog(),
    key: "start:compare",
    small: true,
    off: starting(),
    name: bid.price ? s.choose.startName(bid.name, price) : s.choose.startUnknownName(bid.name),
  });
}
