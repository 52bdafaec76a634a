// Two to four bids side by side, a column each.
import { html, nothing } from "lit-html";
import { choose, mine, pick, picked, start, starting } from "../choosing.js";
import { usd } from "../format.js";
import { least } from "../picks.js";
import { now } from "../store.js";
import { s } from "../strings.js";
import { countdown } from "../time.js";
import { button, iconButton } from "./button.js";
import { closeDialog, frame } from "./dialog.js";
import { pointsList } from "./points.js";
import { priceText } from "./price.js";
import { problemAt } from "./problem.js";
import { weekChart } from "./week.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.DeploymentId} id @param {number} gseq @param {T.Snapshot} snapshot */
export function compareDialog(id, gseq, snapshot) {
  const open = snapshot.open?.row.id === id && snapshot.open.screen === "choose" ? snapshot.open : null;
  const group = open?.groups.find((one) => one.gseq === gseq);
  const bids = group ? picked(group) : [];
  if (!open || bids.length < least) {
    queueMicrotask(closeDialog);
    return nothing;
  }
  const gpu = bids.some((bid) => bid.gpu !== null);
  return frame(
    s.compare.title(bids.length),
    html`<ul class="versus versus--${bids.length}">
        ${bids.map((bid) => column(open, gseq, bid, gpu))}
      </ul>
      ${problemAt("start:compare")}`,
    button(s.compare.close, { click: closeDialog }),
    { widest: true },
  );
}

/** @param {T.Open} open @param {number} gseq @param {T.Bid} bid @param {boolean} gpu */
function column(open, gseq, bid, gpu) {
  const { price } = bid;
  const left = bid.open && bid.lapses !== null ? Date.parse(bid.lapses) - now() : null;
  const amount = (/** @type {"hour"|"day"|"month"} */ what) => html`<div class=${what === (price?.byHour ? "hour" : "month") ? "is-lead" : ""}><dt>${s.choose[what]}</dt><dd class="numbers">${price ? usd(price[what]) : s.price.none}</dd></div>`;
  return html`<li class="versus__one ${bid.open ? "" : "is-gone"}" aria-label=${bid.name}>
    <div class="versus__head">
      <h3>${bid.name}</h3>
      ${iconButton("close", s.compare.drop(bid.name), () => pick(gseq, bid.provider))}
      ${bid.host && bid.host !== bid.name ? html`<p class="soft small">${bid.host}</p>` : nothing}
    </div>
    <div class="versus__act">${act(open, gseq, bid)}</div>
    <dl>
      ${price?.byHour ? html`${amount("hour")}${amount("day")}${amount("month")}` : html`${amount("month")}${amount("day")}${amount("hour")}`}
      ${gpu ? html`<div><dt>${s.choose.gpu}</dt><dd>${bid.gpu ?? "–"}</dd></div><div><dt>${s.compare.going}</dt><dd>${bid.going ? s.choose.goings[bid.going] : s.unknown}</dd></div>` : nothing}
      <div><dt>${s.choose.uptime}</dt><dd class="versus__up">${bid.uptime === null ? s.unknown : html`<span class="numbers">${s.choose.percent(bid.uptime)}</span>`}${weekChart(bid.week)}</dd></div>
      <div><dt>${s.compare.where}</dt><dd>${bid.region ?? s.unknown}</dd></div>
      <div><dt>${s.points.title}</dt><dd>${pointsList(bid.points, { short: true })}</dd></div>
      <div><dt>${s.compare.past}</dt><dd>${bid.past ?? s.compare.noPast}</dd></div>
      <div><dt>${s.compare.why}</dt><dd>${bid.why || "–"}</dd></div>
      <div><dt>${s.compare.lapses}</dt><dd class="numbers">${left === null ? (bid.whyNot ?? s.unknown) : left > 0 ? s.compare.about(countdown(left)) : s.choose.lapsingOne}</dd></div>
    </dl>
  </li>`;
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
    });
  }
  return button(bid.price ? s.choose.start(price) : s.choose.startUnknown, {
    click: async () => (await start(open, [{ gseq, provider: bid.provider }], "start:compare")) && closeDialog(),
    key: "start:compare",
    off: starting(),
    name: bid.price ? s.choose.startName(bid.name, price) : s.choose.startUnknownName(bid.name),
  });
}
