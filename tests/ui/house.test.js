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
const tests = readdirSync(import.meta.dirname).map((path) => ({
  path: `tests/${path}`,
  text: readFileSync(join(import.meta.dirname, path), "utf8"),
}));
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

/** The window's scripts from the top down: a module may use those of its own row, without a circle, and of the rows below. */
const rows = [
  ["main.js"],
  ["app/shell.js", "app/shortcuts.js"],
  ["screens/"],
  ["components/"],
  ["choose/"],
  ["app/"],
  ["strings/"],
  ["lib/"],
];

/** What a module imports, without what it imports for types only. @param {{path: string, text: string}} module */
const imports = ({ path, text }) =>
  [...text.matchAll(/^import [^;]*?"(\.[^"]+)"|import\("(\.[^"]+)"\)/gm)]
    .filter(({ index }) => !/^\s*(\/\*\*|\*).*$/.test(text.slice(text.lastIndexOf("\n", index) + 1, index)))
    .map((match) => join(dirname(path), match[1] ?? match[2]))
    .filter((target) => target.endsWith(".js"));

/** @param {string} path */
const row = (path) => {
  const whole = rows.findIndex((row) => row.includes(path));
  return whole >= 0 ? whole : rows.findIndex((row) => row.some((one) => one.endsWith("/") && path.startsWith(one)));
};

test("arrows between the scripts only go down, and none go round", () => {
  const modules = new Map(code.map((module) => [module.path, imports(module)]));
  for (const [path, targets] of modules) {
    assert.ok(row(path) >= 0, `${path} is in no row of the house`);
    for (const target of targets) {
      assert.ok(modules.has(target), `${path} uses ${target}, which is not there`);
      assert.ok(row(target) >= row(path), `${path} uses ${target}, which stands above it`);
    }
  }
  const done = new Set();
  const visit = (path, way) => {
    assert.ok(!way.includes(path), `a circle: ${[...way, path].join(" → ")}`);
    if (done.has(path)) return;
    for (const target of modules.get(path)) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of modules.keys()) visit(path, []);
});

test("every export is used by another module, or by a test", () => {
  for (const { path, text } of code)
    for (const [, name] of text.matchAll(/^export (?:async )?(?:const|function|class|let) (\w+)/gm)) {
      const uses = ({ path: other, text }) => other !== path && new RegExp(`\\b${name}\\b`).test(text);
      assert.ok(path.startsWith("strings") || [...code, ...tests].some(uses), `nobody uses ${name} of ${path}`);
    }
});

test("no line is longer than 140 columns, but for sentences and drawings", () => {
  for (const { path, text } of files)
    if (!/\.d\.ts$|^strings|icons\.js$/.test(path))
      text
        .split("\n")
        .forEach((line, index) => assert.ok(line.length <= 140, `${path}:${index + 1} has ${line.length} columns`));
});
