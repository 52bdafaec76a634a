// The start scripts, run for real among stand-ins for the system's commands: each stand-in writes down how it was called.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
/** What any POSIX system has and the scripts may use without asking. */
const basics = ["sh", "awk", "cat", "cut", "dirname", "env", "grep", "mkdir", "sed", "sha256sum", "sleep", "tr"];

const has = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

/** A clone of the repository's bones and a PATH with nothing but basics and the stand-ins: name to the shell text that answers. */
function machine(t, standIns) {
  const home = mkdtempSync(join(tmpdir(), "aloft run "));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const clone = join(home, "clone");
  mkdirSync(join(clone, "src-tauri"), { recursive: true });
  for (const file of ["Cargo.toml", "package-lock.json", "src-tauri/run.sh"])
    cpSync(join(root, file), join(clone, file));
  const bin = join(home, "bin");
  const log = join(home, "log");
  mkdirSync(bin);
  writeFileSync(log, "");
  for (const name of basics)
    symlinkSync(spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim(), join(bin, name));
  for (const [name, text] of Object.entries({
    uname: "case ${1:-} in -m) echo x86_64 ;; *) echo Linux ;; esac",
    id: "echo 0",
    ...standIns,
  })) {
    writeFileSync(join(bin, name), `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> '${log}'\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return {
    clone,
    bin,
    run: (args, options = {}) => {
      const { status, stdout, stderr } = spawnSync(join(bin, "sh"), [join(clone, "src-tauri/run.sh"), ...args], {
        env: { PATH: bin, HOME: home },
        input: "",
        encoding: "utf8",
        timeout: 20_000,
        ...options,
      });
      return { status, stdout, stderr, calls: readFileSync(log, "utf8").split("\n").filter(Boolean) };
    },
    stamp: () => {
      mkdirSync(join(clone, "ui/vendor"), { recursive: true });
      writeFileSync(
        join(clone, "ui/vendor/.stamp"),
        createHash("sha256")
          .update(readFileSync(join(clone, "package-lock.json")))
          .digest("hex"),
      );
    },
  };
}

/** A machine that lacks nothing; its cargo "builds" a program that says its arguments and where it was started. */
const ready = {
  "apt-get": "exit 1",
  curl: "exit 1",
  npm: "exit 1",
  "pkg-config": "exit 0",
  cc: "exit 0",
  node: '[ "$1" != --version ] || echo v20.20.2',
  rustc: "echo 'rustc 1.95.0 (0000 2026-04-14)'",
  cargo: `mkdir -p target/release; printf '#!/bin/sh\\npwd\\nfor a in "$@"; do echo "<$a>"; done\\n' > target/release/aloft; /bin/chmod +x target/release/aloft`,
};

for (const system of ["debian", "fedora", "arch", "suse", "macos"]) {
  test(`the plan for ${system}`, (t) => {
    const { run, clone } = machine(t, ready);
    const { status, stdout, stderr, calls } = run(["--plan", system]);
    assert.equal(stderr, "");
    assert.equal(status, 0);
    assert.equal(stdout, readFileSync(join(here, "plans", `${system}.txt`), "utf8"));
    assert.deepEqual(
      calls.filter((call) => !call.startsWith("uname")),
      [],
      "a plan runs nothing",
    );
    assert.ok(!existsSync(join(clone, "target")), "a plan makes nothing");
  });
}

test("the plan for windows", { skip: !has("pwsh") && "PowerShell is not installed" }, () => {
  const { stdout } = spawnSync("pwsh", ["-NoProfile", "-File", join(root, "src-tauri/run.ps1"), "-Plan"], {
    encoding: "utf8",
  });
  assert.equal(stdout.replaceAll("\r\n", "\n"), readFileSync(join(here, "plans/windows.txt"), "utf8"));
});

test("shellcheck finds nothing", { skip: !has("shellcheck") && "shellcheck is not installed" }, () => {
  const { status, stdout } = spawnSync("shellcheck", ["src-tauri/run.sh", "tests/run.sh", ".ci/run"], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(stdout, "");
  assert.equal(status, 0);
});

test("an unknown system in --plan is refused", (t) => {
  const { status, stderr } = machine(t, ready).run(["--plan", "beos"]);
  assert.equal(status, 1);
  assert.match(stderr, /debian, fedora, arch, suse or macos/);
});

test("a ready machine builds and starts at once, without the network, where it was called from", (t) => {
  const { run, stamp, clone } = machine(t, ready);
  stamp();
  const elsewhere = mkdtempSync(join(tmpdir(), "elsewhere-"));
  t.after(() => rmSync(elsewhere, { recursive: true, force: true }));
  const { status, stdout, stderr, calls } = run(["--demo", "my file.yaml"], { cwd: elsewhere });
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.equal(stdout, `+ cargo build --release --locked\n${elsewhere}\n<--demo>\n<my file.yaml>\n`);
  assert.ok(existsSync(join(clone, "target/release/aloft")));
  assert.deepEqual(
    calls.filter((call) => /^(apt-get|curl|npm)/.test(call)),
    [],
  );
});

test("--dev builds for development and starts the demo with the scripts of the repository, in a folder of its own", (t) => {
  const { run, stamp, clone } = machine(t, {
    ...ready,
    cargo: ready.cargo.replaceAll("release", "debug").replace("pwd", 'echo "$ALOFT_UI"'),
  });
  stamp();
  const { status, stdout, stderr } = run(["--dev", "my file.yaml"]);
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.match(stdout, /^\+ cargo build --locked\n/);
  assert.ok(
    stdout.endsWith(`\n${clone}/ui\n<--demo>\n<--data-dir>\n<${clone}/target/dev-data>\n<my file.yaml>\n`),
    stdout,
  );
});

test("--check on a ready machine is silent and content", (t) => {
  const { run, stamp } = machine(t, ready);
  stamp();
  const { status, stdout, calls } = run(["--check"]);
  assert.equal(stdout, "");
  assert.equal(status, 0);
  assert.deepEqual(
    calls.filter((call) => /^(apt-get|curl|npm|cargo)/.test(call)),
    [],
  );
});

test("--check names what is missing and installs nothing", (t) => {
  const { run } = machine(t, { "apt-get": "exit 0" });
  const { status, stdout, calls } = run(["--check"]);
  assert.equal(status, 1);
  assert.equal(
    stdout,
    `missing packages: libwebkit2gtk-4.1-dev build-essential curl ca-certificates nodejs npm
missing: Rust 1.90 or newer
missing: Node 18 or newer, with npm
missing: the window's libraries of package-lock.json in ui/vendor
`,
  );
  assert.deepEqual(
    calls.filter((call) => call.startsWith("apt-get")),
    [],
  );
});

test("--setup installs only what is missing and neither builds nor starts", (t) => {
  const { run } = machine(t, { ...ready, "apt-get": "exit 0", npm: "exit 0", "pkg-config": "exit 1" });
  const { status, stdout, calls } = run(["--setup"]);
  assert.equal(status, 0);
  assert.equal(
    stdout,
    `+ apt-get update
+ env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends libwebkit2gtk-4.1-dev
+ npm ci --ignore-scripts --no-audit --no-fund
+ node src-tauri/vendor.mjs
`,
  );
  assert.ok(!calls.some((call) => call.startsWith("cargo")));
});

test("a lock file that changed brings the window's libraries anew", (t) => {
  const { run, stamp, clone } = machine(t, { ...ready, npm: "exit 0" });
  stamp();
  writeFileSync(join(clone, "package-lock.json"), "{}");
  assert.match(run(["--setup"]).stdout, /^\+ npm ci --ignore-scripts .*\n\+ node src-tauri\/vendor\.mjs\n$/);
});

test("a command that fails stops everything", (t) => {
  const { run } = machine(t, { ...ready, "pkg-config": "exit 1" });
  const { status, stdout, stderr } = run([]);
  assert.equal(status, 1);
  assert.equal(stdout, "+ apt-get update\n");
  assert.match(stderr, /the last command failed/);
});

test("a person without root uses sudo, and nothing waits for an answer nobody gives", (t) => {
  const { run } = machine(t, {
    ...ready,
    "apt-get": "exit 0",
    npm: "exit 0",
    "pkg-config": "exit 1",
    id: "echo 1000",
    sudo: 'shift; exec "$@"',
  });
  const { status, stdout, calls } = run(["--setup"]);
  assert.equal(status, 0);
  assert.match(stdout, /^\+ sudo -n apt-get update\n/);
  assert.ok(calls.includes("apt-get update"));
});

test("neither root nor sudo: says what to run as root", (t) => {
  const { run } = machine(t, { ...ready, "pkg-config": "exit 1", id: "echo 1000" });
  const { status, stderr } = run([]);
  assert.equal(status, 1);
  assert.match(stderr, /no sudo: run 'apt-get update' as root/);
});

test("an old Rust of rustup's is left alone and a newer one used for this build", (t) => {
  const { run, stamp } = machine(t, { ...ready, rustc: "echo 'rustc 1.63.0 (0000 2022-08-08)'", rustup: "exit 0" });
  stamp();
  assert.equal(run(["--setup"]).stdout, "+ rustup toolchain install stable --profile minimal\n");
});

test("a Rust of the distribution that is too old: rustup comes beside it", (t) => {
  const { run, stamp } = machine(t, {
    ...ready,
    rustc: "echo 'rustc 1.63.0'",
    curl: "echo 'echo \"rustup called with $*\"' > target/tools/rustup.sh",
  });
  stamp();
  const { status, stdout } = run(["--setup"]);
  assert.equal(status, 0);
  assert.match(stdout, /rustup called with -y --profile minimal\n$/);
});

/** A curl that serves a Node archive; `sum` is what the list of checksums says of it. */
const nodeServer = (sum) => `
while [ $# -gt 1 ]; do [ "$1" = -o ] && out=$2; shift; done
case $1 in
  */SHASUMS256.txt) printf '%s  %s\\n' '${sum}' node-v22.11.0-linux-x64.tar.gz 0000 node-v22.11.0-linux-x64.tar.xz > "$out" ;;
  */node-v22.11.0-linux-x64.tar.gz) printf archive > "$out" ;;
  *) exit 22 ;;
esac`;

test("a Node that is too old: one from nodejs.org, checked, under target", (t) => {
  const unpack = `mkdir -p target/tools/node/bin; printf '#!/bin/sh\\necho v22.11.0\\n' > target/tools/node/bin/node; /bin/chmod +x target/tools/node/bin/node`;
  const { run, stamp } = machine(t, {
    ...ready,
    node: "echo v12.22.9",
    curl: nodeServer(createHash("sha256").update("archive").digest("hex")),
    tar: unpack,
  });
  stamp();
  const first = run(["--setup"]);
  assert.equal(first.stderr, "");
  assert.match(first.stdout, /\+ curl [^\n]*node-v22\.11\.0-linux-x64\.tar\.gz\n\+ tar /);
  assert.equal(run(["--check"]).stdout, "", "it is found from then on");
});

test("a Node archive that is not what its checksum says is not unpacked", (t) => {
  const { run, stamp } = machine(t, {
    ...ready,
    node: "echo v12.22.9",
    curl: nodeServer("0".repeat(64)),
    tar: "exit 0",
  });
  stamp();
  const { status, stderr, calls } = run(["--setup"]);
  assert.equal(status, 1);
  assert.match(stderr, /not what nodejs\.org says it is/);
  assert.ok(!calls.some((call) => call.startsWith("tar")));
});

test("a system whose packages are unknown is told what to install", (t) => {
  const { "apt-get": _, ...rest } = ready;
  const { run } = machine(t, { ...rest, "pkg-config": "exit 1" });
  const { status, stderr } = run([]);
  assert.equal(status, 1);
  assert.match(stderr, /webkit2gtk-4\.1/);
});
