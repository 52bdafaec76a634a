// The packages as people get them: what is in them, and a whole life on a bare system.
// `sh tests/install/run.sh` makes the packages where there are none and runs this; pictures are then in artefacts/install.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Root, has, project, reason } from "./root.mjs";
import { open, until } from "./webdriver.mjs";

const folder = process.env.ALOFT_PACKAGES ?? join(project, "target", "packages");
const find = (ending) => {
  const name = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith(ending)) : undefined;
  return name && join(folder, name);
};
const deb = find(".deb");
const rpm = find(".rpm");
const pictures = join(project, "artefacts", "install");
const MIB = 1024 * 1024;
const DATA = ".local/share/dev.aloft.desktop";

const output = (command, ...args) => execFileSync(command, args, { encoding: "utf8" });
const without = (file, kind, ...commands) => {
  if (!file) return `there is no ${kind} in target/packages: run sh packaging/bundle.sh`;
  const missing = commands.filter((command) => !has(command));
  return missing.length ? `not installed: ${missing.join(", ")}` : false;
};

/** The deb's files, unpacked for the test `t`. */
function unpacked(t) {
  const place = mkdtempSync(join(tmpdir(), "aloft-deb-"));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  output("dpkg-deb", "--extract", deb, place);
  return place;
}

test(
  "the deb is small, needs what Aloft needs, and names its maker",
  { skip: without(deb, "deb", "dpkg-deb") },
  (t) => {
    const program = statSync(join(unpacked(t), "usr/bin/aloft")).size;
    const size = statSync(deb).size;
    t.diagnostic(`program ${(program / MIB).toFixed(2)} MiB, deb ${(size / MIB).toFixed(2)} MiB`);
    assert.ok(program <= 10 * MIB, `the program takes ${program} bytes`);
    assert.ok(size <= 5 * MIB, `the deb takes ${size} bytes`);
    const depends = output("dpkg-deb", "--field", deb, "Depends")
      .split(/,\s*/)
      .map((name) => name.trim());
    // Without certificates no Console can be trusted, and a minimal system has none.
    for (const name of ["libwebkit2gtk-4.1-0", "libgtk-3-0", "ca-certificates"])
      assert.ok(depends.includes(name), `${name} is not in ${depends}`);
    assert.match(output("dpkg-deb", "--field", deb, "Maintainer"), /Aloft/);
  },
);

test(
  "the deb brings menu entry, icons of all sizes, metadata and licence",
  { skip: without(deb, "deb", "dpkg-deb", "desktop-file-validate", "appstreamcli") },
  (t) => {
    const place = unpacked(t);
    const entry = join(place, "usr/share/applications/Aloft.desktop");
    output("desktop-file-validate", entry);
    assert.match(readFileSync(entry, "utf8"), /^Exec=aloft %F$/m, "a file that is opened with Aloft reaches it");
    output("appstreamcli", "validate", "--no-net", join(place, "usr/share/metainfo/dev.aloft.desktop.metainfo.xml"));
    const icons = join(place, "usr/share/icons/hicolor");
    // A PNG has its width at byte 16, its height at byte 20.
    const size = (file) => [16, 20].map((at) => readFileSync(file).readUInt32BE(at)).join("x");
    for (const wanted of ["16x16", "24x24", "32x32", "48x48", "64x64", "128x128", "512x512"])
      assert.equal(size(join(icons, wanted, "apps/aloft.png")), wanted);
    assert.equal(size(join(icons, "256x256@2/apps/aloft.png")), "256x256");
    assert.ok(existsSync(join(icons, "scalable/apps/aloft.svg")));
    assert.match(readFileSync(join(place, "usr/share/doc/aloft/copyright"), "utf8"), /Apache License/);
  },
);

test("the program names no folder of whoever built it", { skip: without(deb, "deb", "dpkg-deb") }, (t) => {
  const program = readFileSync(join(unpacked(t), "usr/bin/aloft"), "latin1");
  // The names of containers' folders begin with /root as well, so the home alone says nothing.
  for (const place of [project, process.env.CARGO_HOME ?? join(process.env.HOME ?? "/root", ".cargo")])
    assert.ok(!program.includes(`${place}/`), `${place} is in the program`);
});

test("the rpm holds the same files and needs the same", { skip: without(rpm, "rpm", "rpm", "dpkg-deb") }, (t) => {
  const list = (text) =>
    text
      .split("\n")
      .filter((line) => line && !/\/(doc|licenses)\//.test(line))
      .sort();
  const inDeb = list(output("sh", "-c", `cd '${unpacked(t)}' && find . -type f | sed 's/^\\.//'`));
  assert.deepEqual(list(output("rpm", "-qpl", rpm)), inDeb);
  const needs = output("rpm", "-qp", "--requires", rpm).split("\n");
  for (const name of ["ca-certificates"]) assert.ok(needs.includes(name), `${name} is not in ${needs}`);
  assert.ok(
    needs.some((name) => name.startsWith("libwebkit2gtk-4.1.so.0")),
    `no web view in ${needs}`,
  );
  assert.match(output("rpm", "-qp", "--scripts", rpm), /dev\.aloft\.desktop/, "its removal says where the data is");
});

/** A display for the test `t`; answers its name. */
async function display(t) {
  const server = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  t.after(() => server.kill());
  let said = "";
  server.stdio[3].on("data", (data) => (said += data));
  await until("the display", 20, () => said.endsWith("\n"));
  return `:${said.trim()}`;
}

const skip = without(deb, "deb", "dpkg-deb") || reason() || false;
for (const suite of ["bookworm", "trixie"]) {
  test(
    `on a bare ${suite}: install, start, deploy in the demo, open a file, remove`,
    { skip, timeout: 2_400_000 },
    async (t) => {
      const root = await Root.fresh(t, suite);
      const DISPLAY = await display(t);
      const picture = (name, base64) => {
        mkdirSync(pictures, { recursive: true });
        writeFileSync(join(pictures, `${suite}-${name}.png`), Buffer.from(base64, "base64"));
      };

      await t.test("installs with all that it depends on", () => {
        cpSync(deb, root.file("tmp/aloft.deb"));
        root.run("root", ["apt-get", "update"]);
        root.install("/tmp/aloft.deb");
        root.run("root", ["useradd", "--create-home", "person"]);
        assert.match(root.run("person", ["aloft", "--version"]), /^aloft \d/);
        assert.ok(statSync(root.file("etc/ssl/certs/ca-certificates.crt")).size > 0, "there are certificates to trust");
      });

      await t.test(
        "opens its window with nothing else installed",
        { skip: has("xdotool") ? false : "not installed: xdotool" },
        async () => {
          const aloft = root.start("person", ["aloft", "--demo"], { DISPLAY });
          const windows = () =>
            spawnSync("xdotool", ["search", "--onlyvisible", "--name", "^Aloft"], {
              env: { ...process.env, DISPLAY },
              encoding: "utf8",
            }).stdout.trim();
          await until("the window", 60, () => windows() || aloft.exitCode !== null);
          assert.equal(aloft.exitCode, null, aloft.output);
          assert.doesNotMatch(aloft.output, /panicked|error while loading/);
          await until("the demo's world", 60, () => existsSync(root.file(`home/person/${DATA}/demo`)));
          aloft.kill("SIGTERM");
          await until("its end", 30, () => aloft.exitCode !== null || aloft.signalCode !== null);
        },
      );

      root.install("webkit2gtk-driver", "libglib2.0-bin");
      const port = 20_000 + (process.pid % 20_000);
      root.start("person", ["WebKitWebDriver", `--port=${port}`], { DISPLAY, TAURI_WEBVIEW_AUTOMATION: "true" });
      const session = await open(port, "/usr/bin/aloft", ["--demo"]);

      await t.test("deploys in the demo", async () => {
        await session.reads("Demo: nothing is deployed for real.");
        await session.press("A hello page");
        await session.reads("What will run");
        await session.press("Ask for prices");
        await session.press("Start at ", 120);
        await session.reads("It is live", 120);
        picture("live", await session.picture());
      });

      await t.test("opens a file that is handed to it, and takes no file from another program", async () => {
        const sdl = readFileSync(join(project, "src-tauri/engine/samples/hello.yaml"), "utf8").replaceAll(
          "web:",
          "opened-by-hand:",
        );
        writeFileSync(root.file("home/person/für später.yaml"), sdl);
        // A text editor that was there first stays what opens a .yaml file.
        writeFileSync(
          root.file("usr/share/applications/editor.desktop"),
          "[Desktop Entry]\nType=Application\nName=Editor\nExec=true %f\nMimeType=text/plain;\n",
        );
        writeFileSync(
          root.file("usr/share/applications/defaults.list"),
          "[Default Applications]\ntext/plain=editor.desktop\n",
        );
        const kind = root
          .run("person", ["gio", "info", "-a", "standard::content-type", "für später.yaml"])
          .trim()
          .split(/\s+/)
          .at(-1);
        const programs = root.run("person", ["gio", "mime", kind]);
        t.diagnostic(`${kind}: ${programs.replaceAll("\n", " ")}`);
        assert.match(programs.split("\n")[0], /editor\.desktop/, "Aloft is not the default");
        assert.match(programs, /Aloft\.desktop/, "Aloft is offered");
        root.run("person", ["gio", "launch", "/usr/share/applications/Aloft.desktop", "/home/person/für später.yaml"], {
          DISPLAY,
        });
        await session.reads("opened-by-hand");
        picture("opened", await session.picture());
      });

      await session.end().catch(() => undefined);

      await t.test("removes the program and leaves the person's data, saying where", () => {
        const said = root.run("root", ["apt-get", "remove", "-y", "aloft"]);
        assert.ok(said.includes(`~/${DATA}`), said);
        assert.ok(
          !existsSync(root.file("usr/bin/aloft")) && !existsSync(root.file("usr/share/applications/Aloft.desktop")),
        );
        assert.ok(readdirSync(root.file(`home/person/${DATA}`)).length > 0, "the records are still there");
      });
    },
  );
}
