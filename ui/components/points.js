// What speaks for a provider's keeping running, point by point, in plain words.
import { html } from "lit-html";
import { s } from "../strings/index.js";
/** @import * as T from "../types.d.ts" */

/** @param {T.ReliabilityScore} points @param {{short?: boolean}} [how] */
function pointsText(points, { short = false } = {}) {
  const { uptime, standing, promises, past, offline } = points;
  const words = short ? s.pointsShort : s.points;
  const said = [words.uptime(uptime), words.standing(standing), words.promises(promises)];
  said.push(words.past(past));
  if (offline) said.push(words.offline(offline));
  return said;
}

/** @param {T.ReliabilityScore} points @param {{short?: boolean}} [how] */
export const pointsList = (points, how) =>
  html`<p class="numbers">${s.points.total(points.total)}</p>
    <ul class="points soft small">
      ${pointsText(points, how).map((text) => html`<li>${text}</li>`)}
    </ul>`;
