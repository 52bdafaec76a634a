// What the Windows installer adds to Tauri's own: "Open with" for SDL files. Compiled here by NSIS for Linux, and run where Wine is installed.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { has, project } from "./root.mjs";

/** As much of Tauri's installer as its hooks need. */
const installer = (folder) => `
Unicode true
!include LogicLib.nsh
Name Aloft
OutFile "${folder}/trial.exe"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\\Aloft"
!define MAINBINARYNAME "aloft"
Var UpdateMode
Var DeleteAppDataCheckboxState
!include "${project}/packaging/windows/hooks.nsh"
Section
  SetOutPath $INSTDIR
  WriteUninstaller "$INSTDIR\\uninstall.exe"
  !insertmacro NSIS_HOOK_POSTINSTALL
SectionEnd
Section Uninstall
  StrCpy $UpdateMode 0
  StrCpy $DeleteAppDataCheckboxState 0
  Delete "$INSTDIR\\uninstall.exe"
  !insertmacro NSIS_HOOK_POSTUNINSTALL
SectionEnd
`;

function compiled(t) {
  const folder = mkdtempSync(join(tmpdir(), "aloft-nsis-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "setup.nsi"), installer(folder));
  execFileSync("makensis", ["-V2", "-WX", join(folder, "setup.nsi")], { stdio: ["ignore", "ignore", "inherit"] });
  return folder;
}

const missing = (...commands) => {
  const names = commands.filter((command) => !has(command));
  return names.length > 0 && `not installed: ${names.join(", ")}`;
};

test("the installer's own part compiles without a warning", { skip: missing("makensis") }, (t) => {
  compiled(t);
});

test(
  "Windows offers Aloft for SDL files, keeps the default, and forgets it again",
  { skip: missing("makensis", "wine"), timeout: 300_000 },
  (t) => {
    const folder = compiled(t);
    const env = { ...process.env, WINEPREFIX: join(folder, "prefix"), WINEDEBUG: "-all", DISPLAY: "" };
    const wine = (...args) => spawnSync("wine", args, { env, encoding: "utf8", timeout: 120_000 });
    t.after(() => spawnSync("wineserver", ["-k"], { env }));
    const classes = "HKCU\\Software\\Classes";
    const asked = (key, ...what) => wine("reg", "query", `${classes}\\${key}`, ...what).stdout;
    wine("reg", "add", `${classes}\\.yaml`, "/ve", "/d", "editor", "/f");

    assert.equal(wine(join(folder, "trial.exe"), "/S").status, 0);
    for (const ending of [".yaml", ".yml"]) assert.match(asked(`${ending}\\OpenWithProgids`), /Aloft\.SDL/);
    assert.match(asked("Aloft.SDL\\shell\\open\\command"), /"[^"]*\\Aloft\\aloft\.exe" "%1"/);
    assert.match(asked(".yaml", "/ve"), /editor/, "what opens a .yaml file by itself is as before");

    const program = /"([^"]*)\\aloft\.exe"/.exec(asked("Aloft.SDL\\shell\\open\\command"))?.[1];
    assert.equal(wine(`${program}\\uninstall.exe`, "/S", `_?=${program}`).status, 0);
    assert.doesNotMatch(asked(".yaml\\OpenWithProgids") + asked(".yml\\OpenWithProgids"), /Aloft/);
    assert.doesNotMatch(asked("Aloft.SDL"), /Aloft/);
    assert.match(asked(".yaml", "/ve"), /editor/);
  },
);
