// Copies the window's few JavaScript libraries from node_modules to ui/vendor, one ES module each, with their licences.
// Run `npm ci --ignore-scripts` first. ui/vendor/.stamp then holds the SHA-256 of package-lock.json: what set-up and the build compare.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "ui", "vendor");

/** Package to the file that its name stands for in the import map of ui/index.html. */
const modules = {
  "@codemirror/autocomplete": "dist/index.js",
  "@codemirror/commands": "dist/index.js",
  "@codemirror/lang-yaml": "dist/index.js",
  "@codemirror/language": "dist/index.js",
  "@codemirror/lint": "dist/index.js",
  "@codemirror/search": "dist/index.js",
  "@codemirror/state": "dist/index.js",
  "@codemirror/streamparser": "dist/index.js",
  "@codemirror/view": "dist/index.js",
  "@lezer/common": "dist/index.js",
  "@lezer/highlight": "dist/index.js",
  "@lezer/lr": "dist/index.js",
  "@lezer/yaml": "dist/index.js",
  "@marijn/find-cluster-break": "src/index.js",
  "crelt": "index.js",
  "lit-html": "lit-html.js",
  "style-mod": "src/style-mod.js",
  "w3c-keyname": "index.js",
};
/** Further files of lit-html, which the window imports by path. */
const directives = ["async-directive.js", "directive.js", "directive-helpers.js", "directives/if-defined.js", "directives/live.js", "directives/ref.js", "directives/repeat.js"];

const map = JSON.parse(/<script type="importmap">([^]*?)<\/script>/.exec(readFileSync(join(root, "ui", "index.html"), "utf8"))?.[1] ?? "{}").imports ?? {};
for (const name of Object.keys(modules)) {
  const wanted = `./vendor/${name.replace("@", "").replaceAll("/", "-")}.js`;
  const found = name === "lit-html" ? "./vendor/lit-html/lit-html.js" : wanted;
  if (map[name] !== found) fail(`The import map of ui/index.html must send "${name}" to "${found}".`);
}

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "licences"), { recursive: true });
for (const [name, file] of Object.entries(modules)) {
  const from = join(root, "node_modules", name);
  if (!existsSync(join(from, file))) fail(`${name} is not in node_modules. Run: npm ci --ignore-scripts`);
  const flat = name.replace("@", "").replaceAll("/", "-");
  copy(join(from, file), name === "lit-html" ? join(target, "lit-html", "lit-html.js") : join(target, `${flat}.js`));
  const licence = readdirSync(from).find((entry) => /^licen[cs]e/i.test(entry));
  if (!licence) fail(`${name} has no licence file.`);
  cpSync(join(from, licence), join(target, "licences", `${flat}.txt`));
}
for (const file of directives) copy(join(root, "node_modules", "lit-html", file), join(target, "lit-html", file));
writeFileSync(join(target, ".stamp"), createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex"));

/** Source maps are not shipped: the pointer to them goes. @param {string} from @param {string} to */
function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, readFileSync(from, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, ""));
}

/** @param {string} why @returns {never} */
function fail(why) {
  console.error(why);
  process.exit(1);
}
