import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { cargo, tap } from "./summary.mjs";

const script = join(dirname(fileURLToPath(import.meta.url)), "summary.mjs");

const tapLog = `TAP version 13
ok 1 - adds
ok 2 - needs a shell # SKIP no shell
not ok 3 - subtracts
    not ok 1 - inner
1..3
# tests 4
# pass 1
# fail 2
# cancelled 0
# skipped 1
`;

const cargoLog = `    Finished \`test\` profile in 1s
     Running unittests src/lib.rs (target/debug/deps/akash_sdl-0123abcd)

running 3 tests
test parse::good ... ok
test parse::bad  ... 
thread 'main' panicked at src/lib.rs:1:1:
    not this line
FAILED
test parse::far  ... ignored, needs a display

failures:

---- parse::bad ----
    nor this one

failures:
    parse::bad

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/crash.rs (target/debug/deps/crash-0123abcd)

running 1 test
   Doc-tests akash_sdl

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
`;

test("TAP: passed, failed and skipped, with nested ones", () => {
  assert.deepEqual(tap(tapLog), { passed: 1, failed: ["subtracts", "inner"], skipped: ["needs a shell: no shell"] });
});

test("cargo: by crate; a program that died before its result has failed", () => {
  const owners = { "akash_sdl-0123abcd": "akash-sdl", akash_sdl: "akash-sdl", "crash-0123abcd": "aloft" };
  const counts = Object.fromEntries(cargo(cargoLog, (program) => owners[program]));
  assert.deepEqual(counts["akash-sdl"], {
    passed: 1,
    failed: ["akash-sdl: parse::bad"],
    skipped: ["akash-sdl: parse::far, needs a display"],
  });
  assert.deepEqual(counts.aloft, { passed: 0, failed: ["aloft: tests/crash.rs ended before its result"], skipped: [] });
});

/** Runs the script over a folder of step logs; all is well but for what is given. */
function summarize(t, files) {
  const folder = mkdtempSync(join(tmpdir(), "aloft-summary-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const good = {
    "types.status": "0",
    "ui.status": "0",
    "ui.log": "ok 1 - a\n# pass 1\n# fail 0\n",
    "scripts.status": "0",
    "scripts.log": "ok 1 - a\n# pass 1\n# fail 0\n",
    "metadata.json": JSON.stringify({ packages: [{ id: "path#akash-sdl", name: "akash-sdl" }] }),
    "build.status": "0",
    "programs.json": JSON.stringify({
      reason: "compiler-artifact",
      package_id: "path#akash-sdl",
      target: { kind: ["lib"], name: "akash_sdl" },
      executable: "/x/target/debug/deps/akash_sdl-0123abcd",
    }),
    "rust.status": "0",
    "rust.log":
      "     Running unittests src/lib.rs (target/debug/deps/akash_sdl-0123abcd)\ntest a ... ok\ntest result: ok. 2 passed; 0 failed; 0 ignored;\n",
  };
  for (const [name, text] of Object.entries({ ...good, ...files })) writeFileSync(join(folder, name), text);
  const { status, stdout } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  return { status, stdout, last: stdout.trimEnd().split("\n").at(-1) };
}

test("all is well: one line with the sum, exit 0", (t) => {
  const { status, last } = summarize(t, {});
  assert.equal(last, "5 passed, 0 failed, 0 skipped");
  assert.equal(status, 0);
});

test("the packages count where they were tried, and may all be skipped", (t) => {
  const tried = { "install.status": "0", "install.log": "ok 1 - a\n# pass 1\n# fail 0\n" };
  assert.equal(summarize(t, tried).last, "6 passed, 0 failed, 0 skipped");
  const skipped = {
    "install.status": "0",
    "install.log": "ok 1 - a # SKIP not installed: debootstrap\n# pass 0\n# fail 0\n",
  };
  const { status, stdout, last } = summarize(t, skipped);
  assert.equal(last, "5 passed, 0 failed, 1 skipped");
  assert.ok(stdout.includes("skipped a: not installed: debootstrap"), stdout);
  assert.equal(status, 0);
});

for (const [what, files, named] of [
  ["a crate that ran no test", { "rust.log": "" }, "akash-sdl: no test ran"],
  [
    "a crate whose tests are all skipped",
    {
      "rust.log":
        "     Running unittests src/lib.rs (target/debug/deps/akash_sdl-0123abcd)\ntest a ... ignored\ntest result: ok. 0 passed; 0 failed; 1 ignored;\n",
    },
    "akash-sdl: no test ran",
  ],
  ["a Node step without tests", { "ui.log": "" }, "ui: no test ran"],
  ["a Node step that fails as a whole", { "ui.status": "1" }, "ui: failed without naming a test"],
  ["packages that cannot be made", { "install.status": "1", "install.log": "" }, "install: no test ran"],
  ["tests that do not build", { "build.status": "101" }, "the tests do not build"],
  ["a cargo that fails as a whole", { "rust.status": "101" }, "cargo test failed without naming a test"],
  ["types that do not check", { "types.status": "2" }, "the types of ui/"],
]) {
  test(`fails, by name: ${what}`, (t) => {
    const { status, stdout, last } = summarize(t, files);
    assert.equal(status, 1);
    assert.ok(stdout.includes(`FAILED ${named}`), stdout);
    assert.match(last ?? "", /^\d+ passed, 1 failed, \d+ skipped$/);
  });
}
