// The icons: outlines on a grid of 20, 1.5 wide, in the colour of the text. They are never alone: a word or a label stands beside.
import { html, svg } from "lit-html";
const paths = {
  check: svg`<path d="m4 10.5 4 4 8-9"/>`,
  good: svg`<circle cx="10" cy="10" r="7"/><path d="m6.8 10.2 2.2 2.3 4.2-4.8"/>`,
  busy: svg`<circle cx="10" cy="10" r="7" opacity=".28"/><path d="M10 3a7 7 0 0 1 7 7"/>`,
  quiet: svg`<circle cx="10" cy="10" r="7"/><path d="M7 10h6"/>`,
  dot: svg`<circle cx="10" cy="10" r="2.5"/>`,
  todo: svg`<circle cx="10" cy="10" r="7" stroke-dasharray="2.4 2"/>`,
  attention: svg`<path d="M10 3.2 17.4 16H2.6z"/><path d="M10 8v3.6M10 13.8v.1"/>`,
  bad: svg`<path d="M7 2.8h6L17.2 7v6L13 17.2H7L2.8 13V7z"/><path d="M7.6 7.6l4.8 4.8M12.4 7.6l-4.8 4.8"/>`,
  copy: svg`<rect x="7" y="7" width="9.5" height="9.5" rx="2"/><path d="M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7"/>`,
  out: svg`<path d="M8.5 4.5h-3a2 2 0 0 0-2 2v8a2 2 0 0 0 2 2h8a2 2 0 0 0 2-2v-3M11.5 3.5h5v5M16.2 3.8 9.5 10.5"/>`,
  file: svg`<path d="M11.5 2.8H6a1.8 1.8 0 0 0-1.8 1.8v10.8A1.8 1.8 0 0 0 6 17.2h8a1.8 1.8 0 0 0 1.8-1.8V7z"/><path d="M11.5 2.8V7h4.3M7.5 10.5h5M7.5 13.5h3.5"/>`,
  drop: svg`<path d="M10 3v9M6.5 8.8 10 12.3l3.5-3.5"/><path d="M3.5 12.5v2.3a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2v-2.3"/>`,
  paste: svg`<rect x="4.5" y="4" width="11" height="13" rx="1.8"/><path d="M7.5 5.5h5V3h-5zM7.5 9.5h5M7.5 12.5h3"/>`,
  gear: svg`<path d="M3 6h6.2M13.8 6H17M3 14h3.2M10.8 14H17"/><circle cx="11.5" cy="6" r="2.3"/><circle cx="8.5" cy="14" r="2.3"/>`,
  info: svg`<circle cx="10" cy="10" r="7"/><path d="M10 9.2v4.2M10 6.6v.1"/>`,
  help: svg`<circle cx="10" cy="10" r="7"/><path d="M8 8a2 2 0 1 1 3 1.8c-.7.4-1 .8-1 1.6M10 13.6v.1"/>`,
  right: svg`<path d="m8 5 5 5-5 5"/>`,
  down: svg`<path d="m5 8 5 5 5-5"/>`,
  up: svg`<path d="m5 12 5-5 5 5"/>`,
  eye: svg`<path d="M2.5 10S5.3 5 10 5s7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5z"/><circle cx="10" cy="10" r="2.2"/>`,
  hidden: svg`<path d="M2.5 10S5.3 5 10 5s7.5 5 7.5 5-2.8 5-7.5 5-7.5-5-7.5-5zM4 16 16 4"/>`,
  pencil: svg`<path d="m12.8 4 3.2 3.2-8.6 8.6-3.9.7.7-3.9z"/>`,
  close: svg`<path d="m5 5 10 10M15 5 5 15"/>`,
  clock: svg`<circle cx="10" cy="10" r="7"/><path d="M10 6v4.2l2.8 1.8"/>`,
  plus: svg`<path d="M10 4v12M4 10h12"/>`,
  star: svg`<path d="m10 3 2.1 4.5 4.9.6-3.6 3.4.9 4.9-4.3-2.4-4.3 2.4.9-4.9L3 8.1l4.9-.6z"/>`,
  mark: svg`<path fill="currentColor" d="m10 3 2.1 4.5 4.9.6-3.6 3.4.9 4.9-4.3-2.4-4.3 2.4.9-4.9L3 8.1l4.9-.6z"/>`,
  search: svg`<circle cx="9" cy="9" r="5"/><path d="m12.8 12.8 3.7 3.7"/>`,
  wrench: svg`<path d="M12.2 3.4a4 4 0 0 0-4.6 5.4l-4.3 4.3a1.6 1.6 0 0 0 0 2.3l1.3 1.3a1.6 1.6 0 0 0 2.3 0l4.3-4.3a4 4 0 0 0 5.4-4.6l-2.4 2.4-2.6-.8-.8-2.6z"/>`,
};

/** @typedef {keyof typeof paths} Icon */

/** @param {Icon} name @param {string} [extra] a further class */
export const icon = (name, extra = "") =>
  html`<svg class="icon icon--${name} ${extra}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    ${paths[name]}
  </svg>`;

/** The program's mark. */
export const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
  <rect width="32" height="32" rx="7.2" class="mark__ground" />
  <path class="mark__light" d="m16 5 10.5 20.4L16 20.7z" />
  <path class="mark__shade" d="M16 5 5.5 25.4 16 20.7z" />
</svg>`;
