// A bare Debian in a folder, made once and copied for each trial. Needs root and debootstrap.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const project = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const roots = process.env.ALOFT_ROOTS ?? join(project, "target", "install-roots");

export const has = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

/** Why no root can be made here; undefined where it can. */
export function reason() {
  if (process.platform !== "linux") return "roots are made on Linux only";
  if (process.getuid() !== 0) return "making a root needs the user root";
  const missing = ["debootstrap", "chroot", "Xvfb"].filter((command) => !has(command));
  if (missing.length) return `not installed: ${missing.join(", ")}`;
  if (!mirror()) return "this system's package sources name no mirror of Debian";
  return undefined;
}

/** The mirror that this machine takes its own packages from. */
function mirror() {
  if (process.env.ALOFT_MIRROR) return process.env.ALOFT_MIRROR;
  const folder = "/etc/apt/sources.list.d";
  const files = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  const texts = ["/etc/apt/sources.list", ...files].filter(existsSync).map((file) => readFileSync(file, "utf8"));
  const lines = texts.join("\n").matchAll(/^(?:deb\s+(?:\[[^\]]*\]\s+)?|URIs:\s*)(https?:\S+\/debian)\/?(?:\s|$)/gm);
  return [...lines][0]?.[1];
}

/** Runs a command on this machine, for at most 20 minutes; its output is part of the error. */
function run(command, args) {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 1_200_000 });
  } catch (error) {
    throw new Error(`${command} ${args.join(" ")}: ${error.message}\n${error.stdout}\n${error.stderr}`);
  }
}

export class Root {
  /** A fresh copy of the bare `suite`, gone when the test `t` ends. */
  static async fresh(t, suite) {
    mkdirSync(roots, { recursive: true });
    const bare = join(roots, suite);
    const done = join(bare, ".bare");
    if (!existsSync(done)) {
      rmSync(bare, { recursive: true, force: true });
      run("debootstrap", ["--variant=minbase", suite, bare, mirror()]);
      writeFileSync(done, "");
    }
    const root = new Root(join(roots, `${suite}-${process.pid}`));
    t.after(() => root.remove());
    run("cp", ["-a", bare, root.path]);
    root.#mount();
    return root;
  }

  constructor(path) {
    this.path = resolve(path);
    this.mounts = [];
    this.processes = [];
  }

  #mount() {
    for (const [type, place] of [
      ["proc", "proc"],
      ["tmpfs", "dev/shm"],
    ]) {
      const target = join(this.path, place);
      mkdirSync(target, { recursive: true });
      run("mount", ["-t", type, type, target]);
      this.mounts.push(target);
    }
    // X clients in the root find the display of this machine by its socket.
    mkdirSync("/tmp/.X11-unix", { recursive: true, mode: 0o1777 });
    const sockets = join(this.path, "tmp/.X11-unix");
    mkdirSync(sockets, { recursive: true });
    run("mount", ["--bind", "/tmp/.X11-unix", sockets]);
    this.mounts.push(sockets);
    for (const file of ["/etc/resolv.conf", "/etc/hosts"]) cpSync(file, join(this.path, file), { dereference: true });
  }

  /** Ends what was started here, one process at a time, and removes the root. */
  remove() {
    for (const child of this.processes) child.kill("SIGKILL");
    // What these left behind still runs in the root: exactly those whose root folder it is.
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const place = spawnSync("readlink", [`/proc/${pid}/root`], { encoding: "utf8" }).stdout.trim();
      if (place === this.path) process.kill(Number(pid), "SIGKILL");
    }
    for (const target of this.mounts.reverse()) {
      const { status } = spawnSync("umount", ["--lazy", target]);
      // Never delete through a mount.
      if (status !== 0) throw new Error(`${target} is still mounted; ${this.path} is left behind`);
    }
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Environment and command line that run `words` in the root, as `user`. */
  #inside(user, words, env) {
    const home = user === "root" ? "/root" : `/home/${user}`;
    const set = {
      HOME: home,
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      LANG: "C.UTF-8",
      DEBIAN_FRONTEND: "noninteractive",
      ...env,
    };
    const pairs = Object.entries(set).map(([name, value]) => `${name}=${value}`);
    return ["chroot", [`--userspec=${user}`, this.path, "env", "-i", `--chdir=${home}`, ...pairs, ...words]];
  }

  run(user, words, env = {}) {
    const [command, args] = this.#inside(user, words, env);
    return run(command, args);
  }

  /** Starts `words` in the root; what they write is in `output`. */
  start(user, words, env = {}) {
    const [command, args] = this.#inside(user, words, env);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    child.output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (child.output += data));
    this.processes.push(child);
    return child;
  }

  /** Installs packages without what they merely recommend, the way a minimal system does. */
  install(...names) {
    return this.run("root", ["apt-get", "install", "-y", "--no-install-recommends", ...names]);
  }

  file(path) {
    return join(this.path, path);
  }
}
