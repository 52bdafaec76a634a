// Words from Rust set what is written in a file between backticks.
import { html } from "lit-html";
/** @param {string} text */
export const prose = (text) => text.split("`").map((part, index) => (index % 2 ? html`<code>${part}</code>` : part));
