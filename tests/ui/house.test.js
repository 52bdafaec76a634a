import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { s } from "../../ui/strings/index.js";

const ui = join(dirname(fileURLToPath(import.meta.url)), "../../ui");
const files = readdirSync(ui, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .filter((path) => !relative(ui, path).startsWith("vendor"))
  .map((path) => ({ path: relative(ui, path), text: readFileSync(path, "utf8") }));
const code = files.filter(({ path }) => path.endsWith(".js"));

test("nothing turns text into markup or code: the policy would refuse it, and older engines would not", () => {
  for (const { path, text } of code)
    assert.doesNotMatch(
      text,
      /innerHTML|outerHTML|insertAdjacentHTML|DOMParser|unsafeHTML|unsafeSVG|\beval\(|new Function|document\.write/,
      path,
    );
});

test("no inline style: the policy drops it in silence", () => {
  for (const { path, text } of code) assert.doesNotMatch(text, /<[a-z][^>]*\sstyle=/i, path);
});

test("only ipc.js touches Tauri", () => {
  for (const { path, text } of code) if (path !== join("app", "ipc.js")) assert.doesNotMatch(text, /__TAURI/, path);
});

test("every colour of a component comes from the tokens", () => {
  for (const { path, text } of files)
    if (path.endsWith(".css") && !path.endsWith("tokens.css"))
      assert.doesNotMatch(
        text.replace(/\.mark__\w+ \{[^}]*\}/g, ""),
        /#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|oklch\(\d/i,
        path,
      );
});

test("every style sheet is in the index, in a layer", () => {
  const index = files.find(({ path }) => path === join("styles", "index.css"))?.text ?? "";
  for (const { path } of files) {
    const name = path.split(/[\\/]/).at(-1);
    if (path.startsWith("styles") && name !== "index.css")
      assert.match(index, new RegExp(`@import "${name}" layer\\(`), path);
  }
});

test("money has its three words only", () => {
  const said = [];
  const walk = (value) => {
    if (typeof value === "string") said.push(value);
    else if (typeof value === "function") said.push(String(value(1, 1, 1)));
    else if (value && typeof value === "object") Object.values(value).forEach(walk);
  };
  walk(s);
  assert.ok(said.length > 200);
  for (const text of said) assert.doesNotMatch(text, /\b(deposit|escrow|refund)/i, text);
});
