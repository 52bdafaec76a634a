// New: no file yet.
import { html } from "lit-html";
import { starter } from "../components/starter.js";
import { s } from "../strings/index.js";
export const start = () =>
  html`<div class="screen stack stack--wide">
    <h1 tabindex="-1">${s.starter.title}</h1>
    ${starter()}
  </div>`;
