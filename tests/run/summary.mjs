// Adds up what the steps of tests/run.sh left in a folder: NAME.log and NAME.status, and cargo's programs.json and metadata.json.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{passed: number, failed: string[], skipped: string[]}} Count */

/** What Node's test runner wrote as TAP. @param {string} log @returns {Count} */
export function tap(log) {
  const names = (/** @type {RegExp} */ pattern) => [...log.matchAll(pattern)].map((match) => match[1] ?? "");
  const total = (/** @type {string} */ what) => Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(log)?.[1] ?? 0);
  const failed = names(/^ *not ok \d+ - (?!.*# (?:SKIP|TODO))(.*)$/gm);
  while (failed.length < total("fail") + total("cancelled")) failed.push("a test without a name");
  return {
    passed: total("pass"),
    failed,
    skipped: names(/^ *ok \d+ - (.* # SKIP.*)$/gm).map((name) => name.replace(" # SKIP", ":")),
  };
}

/**
 * What `cargo test --workspace` wrote, by crate. `owner` tells the crate of a test program or, for doc tests, of a library.
 * @param {string} log @param {(program: string) => string} owner @returns {Map<string, Count>}
 */
export function cargo(log, owner) {
  const counts = new Map();
  let crate = "";
  let program = "";
  let done = true;
  /** Names in the list after `failures:`, the last of which is the list. A FAILED beside a name may be lines away from it. @type {string[]} */
  let failures = [];
  const count = () => {
    if (!counts.has(crate)) counts.set(crate, { passed: 0, failed: [], skipped: [] });
    return counts.get(crate);
  };
  const finish = () => {
    if (!done) count().failed.push(`${crate}: ${program} ended before its result`);
    done = true;
  };
  for (const line of log.split("\n")) {
    const start = /^ +Running (.*) \(.*?([^/\\]+?)(?:\.exe)?\)$/.exec(line) ?? /^ +Doc-tests ((\S+))$/.exec(line);
    const ignored = /^test (.*?) +\.\.\. ignored(.*)$/.exec(line);
    const result = /^test result: \w+\. (\d+) passed; (\d+) failed;/.exec(line);
    if (start) {
      finish();
      program = start[1] ?? "";
      crate = owner(start[2] ?? "");
      done = false;
      failures = [];
      count();
    } else if (ignored) {
      count().skipped.push(`${crate}: ${ignored[1]}${ignored[2] ?? ""}`);
    } else if (line === "failures:") {
      failures = [];
    } else if (/^ {4}\S/.test(line)) {
      failures.push(line.trim());
    } else if (result) {
      const failed = Number(result[2]);
      count().passed += Number(result[1]);
      for (let index = 0; index < failed; index++)
        count().failed.push(`${crate}: ${failures[index] ?? `one of ${program}`}`);
      done = true;
    }
  }
  finish();
  return counts;
}

/** @param {string} folder @returns {Count} */
export function summary(folder) {
  const read = (/** @type {string} */ name) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "";
  const fine = (/** @type {string} */ step) => read(`${step}.status`).trim() === "0";
  /** @type {Count} */
  const sum = { passed: 0, failed: [], skipped: [] };
  const add = (/** @type {string} */ what, /** @type {Count} */ count) => {
    console.log(`${what}: ${count.passed} passed, ${count.failed.length} failed, ${count.skipped.length} skipped`);
    sum.passed += count.passed;
    sum.failed.push(...count.failed);
    sum.skipped.push(...count.skipped);
  };

  add(
    "types",
    fine("types")
      ? { passed: 1, failed: [], skipped: [] }
      : { passed: 0, failed: ["the types of ui/ (npm run types)"], skipped: [] },
  );
  // The packages are tried in long runs only.
  const steps = ["ui", "scripts", ...(existsSync(join(folder, "install.status")) ? ["install"] : [])];
  for (const step of steps) {
    const count = tap(read(`${step}.log`));
    // Where neither bare systems nor Debian's tools are to be had, each trial of the packages is skipped by name.
    const allowed = step === "install" ? count.skipped.length : 0;
    if (count.passed + count.failed.length + allowed === 0) count.failed.push(`${step}: no test ran`);
    else if (!fine(step) && count.failed.length === 0) count.failed.push(`${step}: failed without naming a test`);
    add(step, count);
  }

  /** @type {Map<string, string>} */
  const crates = new Map(
    JSON.parse(read("metadata.json")).packages.map((/** @type {{id: string, name: string}} */ { id, name }) => [
      id,
      name,
    ]),
  );
  /** @type {Map<string, string>} */
  const owners = new Map();
  for (const line of read("programs.json")
    .split("\n")
    .filter((line) => line.startsWith("{"))) {
    const { reason, package_id: id, target, executable } = JSON.parse(line);
    const crate = crates.get(id);
    if (reason !== "compiler-artifact" || !crate) continue;
    if (executable) owners.set(basename(executable).replace(/\.exe$/, ""), crate);
    if (target.kind.includes("lib")) owners.set(target.name, crate);
  }
  const counts = cargo(read("rust.log"), (program) => owners.get(program) ?? program);
  for (const name of crates.values()) {
    const count = counts.get(name) ?? { passed: 0, failed: [], skipped: [] };
    if (count.passed + count.failed.length === 0) count.failed.push(`${name}: no test ran`);
    counts.set(name, count);
  }
  for (const [name, count] of counts) add(name, count);
  if (!fine("build")) sum.failed.push("the tests do not build");
  else if (!fine("rust") && sum.failed.length === 0) sum.failed.push("cargo test failed without naming a test");
  return sum;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log("");
  const { passed, failed, skipped } = summary(process.argv[2] ?? "target/tests");
  for (const name of skipped) console.log(`skipped ${name}`);
  for (const name of failed) console.log(`FAILED ${name}`);
  console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
  process.exitCode = failed.length ? 1 : 0;
}
