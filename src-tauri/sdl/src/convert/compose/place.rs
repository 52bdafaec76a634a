//! `volumes`, `tmpfs` and `shm_size`: folders of a container that are not on its disk.

use crate::convert::known;
use crate::convert::notes::{Losses, Note};
use crate::convert::plan::{Keep, Service, Volume};
use crate::convert::syntax::{Mount, bytes, is_path, mount};
use crate::convert::types::Certainty;
use crate::convert::value::{Map, Value};

/// Reads everything that is mounted.
pub(super) fn read(service: &mut Service, map: &Map, top: &Map, losses: &mut Losses) {
    for item in map.list("volumes") {
        match item {
            Value::Map(long) => self::long(service, long, top, losses),
            other => {
                let Some(text) = other.text() else { continue };
                let from = format!("volumes: {text}");
                let mut mount = mount(&text);
                // A path that comes from a variable without a value is still a path.
                if let (Some(name), true) = (
                    other.unset().first(),
                    mount.source.is_empty() && text.starts_with(':'),
                ) {
                    mount.source = format!("./${{{name}}}");
                }
                take(service, mount, &from, top, losses);
            }
        }
    }
    for item in map.get("tmpfs").map(Value::texts).unwrap_or_default() {
        tmpfs(service, &item, &format!("tmpfs: {item}"));
    }
    if let Some(size) = map.text("shm_size") {
        shm(service, &size, &format!("shm_size: {size}"), losses);
    }
}

/// `/folder` or `/folder:size=64m,mode=…`.
pub(in crate::convert) fn tmpfs(service: &mut Service, item: &str, from: &str) {
    let (target, options) = item.split_once(':').unwrap_or((item, ""));
    let size = options
        .split(',')
        .find_map(|option| option.strip_prefix("size="))
        .and_then(bytes);
    service.volumes.push(ram(String::new(), target, size, from));
}

pub(in crate::convert) fn shm(service: &mut Service, size: &str, from: &str, losses: &mut Losses) {
    let Some(size) = bytes(size) else {
        losses.minor(
            Some(&service.key),
            from,
            "This is no size that Docker knows.",
            "Write a size such as `1gb`.",
        );
        return;
    };
    // Docker gives 64 MiB to every container, and so do providers.
    if size > 64 << 20 {
        service
            .volumes
            .push(ram("shm".to_owned(), "/dev/shm", Some(size), from));
    }
}

fn ram(name: String, target: &str, size: Option<u64>, from: &str) -> Volume {
    Volume {
        name,
        mount: target.to_owned(),
        keep: Keep::Ram,
        size,
        read_only: false,
        from: from.to_owned(),
        notes: Vec::new(),
    }
}

fn long(service: &mut Service, map: &Map, top: &Map, losses: &mut Losses) {
    let kind = map.text("type").unwrap_or_else(|| "volume".to_owned());
    let source = map
        .text("source")
        .or_else(|| map.text("src"))
        .unwrap_or_default();
    let target = ["target", "destination", "dst"]
        .iter()
        .find_map(|key| map.text(key))
        .unwrap_or_default();
    let from = format!("volumes: {kind} {source}:{target}");
    match kind.as_str() {
        "tmpfs" => {
            let size = map
                .map("tmpfs")
                .and_then(|tmpfs| tmpfs.text("size"))
                .and_then(|size| bytes(&size));
            service
                .volumes
                .push(ram(String::new(), &target, size, &from));
        }
        "volume" | "cluster" => {
            let mount = Mount {
                source,
                target,
                read_only: map.get("read_only").is_some_and(Value::is_true),
            };
            if map
                .map("volume")
                .and_then(|volume| volume.text("subpath"))
                .is_some()
            {
                losses.matters(
                    Some(&service.key),
                    format!("{from}: subpath"),
                    "A volume on Akash is mounted as a whole.",
                    "Let the program use a folder below the volume's.",
                );
            }
            take(service, mount, &from, top, losses);
        }
        "bind" => {
            let mount = Mount {
                source: if is_path(&source) {
                    source
                } else {
                    format!("./{source}")
                },
                target,
                read_only: map.get("read_only").is_some_and(Value::is_true),
            };
            take(service, mount, &from, top, losses);
        }
        _ => losses.matters(
            Some(&service.key),
            from,
            format!(
                "Akash has no mounts of type `{}`.",
                crate::convert::notes::short(&kind)
            ),
            "Put the files into the image.",
        ),
    }
}

/// Takes over a volume or a folder of the machine.
pub(in crate::convert) fn take(
    service: &mut Service,
    mount: Mount,
    from: &str,
    top: &Map,
    losses: &mut Losses,
) {
    if mount.target.is_empty() && is_path(&mount.source)
        || mount.target.is_empty() && mount.source.is_empty()
    {
        losses.matters(
            Some(&service.key),
            from,
            "It does not say where in the container the folder is.",
            "Write `NAME:/folder`.",
        );
        return;
    }
    let exact = |service: &Service| {
        let target = mount.target.trim_end_matches('/');
        known::find(&service.image.value)
            .is_some_and(|known| known.volumes.iter().any(|(folder, _)| *folder == target))
    };
    if mount.source.is_empty() {
        // A volume without a name is thrown away with its container; it matters where the image keeps its data there.
        if exact(service) {
            service
                .volumes
                .push(disk(String::new(), &mount, from, Vec::new()));
        } else {
            losses.minor(Some(&service.key), from, "Docker throws a volume without a name away with its container. The folder is on the disk of the service, which is lost at a restart as well.", "Give the volume a name if its files must last.");
        }
        return;
    }
    if is_path(&mount.source) {
        match bind(&mount, exact(service)) {
            Bind::Data(certainty) => {
                let why = format!(
                    "The folder `{}` is on your machine and does not come along. A volume, empty at first, takes its place.",
                    crate::convert::notes::short(&mount.source)
                );
                let notes = vec![Note::new(certainty, from, "a volume of its own", why)];
                losses.matters(
                    Some(&service.key),
                    from,
                    "A folder of your machine can't be mounted at a provider. The SDL has an empty volume in its place.",
                    "Copy the files into the volume when the deployment runs, if there are any.",
                );
                service.volumes.push(disk(
                    String::new(),
                    &Mount {
                        read_only: false,
                        ..mount.clone()
                    },
                    from,
                    notes,
                ));
            }
            Bind::Lost(why, instead) => losses.matters(Some(&service.key), from, why, instead),
            Bind::Needless(why) => {
                losses.minor(Some(&service.key), from, why, "Nothing is to be done.")
            }
        }
        return;
    }
    let settings = top.map(&mount.source);
    let options = settings.and_then(|map| map.map("driver_opts"));
    if let Some(map) = settings {
        let external = map
            .get("external")
            .is_some_and(|value| value.is_true() || value.map().is_some());
        if external {
            losses.matters(None, format!("volumes: {}: external", mount.source), "The volume exists on your machine and does not come along. The SDL has an empty one in its place.", "Copy the files into the volume when the deployment runs.");
        }
        let is_plain = map.text("driver").is_none_or(|driver| driver == "local");
        if !is_plain || options.is_some_and(|options| options.text("device").is_some()) {
            losses.matters(None, format!("volumes: {}: driver", mount.source), "The files are kept elsewhere by a driver of Docker, and do not come along. The SDL has an empty volume in its place.", "Copy the files into the volume when the deployment runs.");
        }
    }
    if options
        .and_then(|options| options.text("type"))
        .is_some_and(|kind| kind == "tmpfs")
    {
        let given = options.and_then(|options| options.text("o"));
        let size = given
            .iter()
            .flat_map(|given| given.split(','))
            .find_map(|option| option.strip_prefix("size="))
            .and_then(bytes);
        service
            .volumes
            .push(ram(mount.source.clone(), &mount.target, size, from));
        return;
    }
    service
        .volumes
        .push(disk(mount.source.clone(), &mount, from, Vec::new()));
}

fn disk(name: String, mount: &Mount, from: &str, notes: Vec<Note>) -> Volume {
    Volume {
        name,
        mount: mount.target.clone(),
        keep: Keep::Disk,
        size: None,
        read_only: mount.read_only,
        from: from.to_owned(),
        notes,
    }
}

/// What becomes of a folder or file of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::convert) enum Bind {
    /// The program writes its data there: an empty volume serves as well.
    Data(Certainty),
    /// The program needs what is in it: why it is lost, and what to do.
    Lost(&'static str, &'static str),
    /// The program does without it on Akash.
    Needless(&'static str),
}

/// Parts of a path that tell that a program writes there.
const DATA: [&str; 22] = [
    "data",
    "db",
    "database",
    "lib",
    "storage",
    "upload",
    "uploads",
    "media",
    "backup",
    "backups",
    "cache",
    "logs",
    "log",
    "files",
    "state",
    "volumes",
    "models",
    "library",
    "downloads",
    "repos",
    "spool",
    "config",
];
/// Parts of a path that tell that somebody keeps a program there.
const CODE: [&str; 10] = [
    "src", "app", "code", "html", "www", "site", "public", "scripts", "bin", "dags",
];

/// Tells what a folder of the machine is for. `known` says that the image keeps its data there.
pub(in crate::convert) fn bind(mount: &Mount, known: bool) -> Bind {
    let source = mount.source.replace('\\', "/");
    let file = |path: &str| {
        path.trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let name = file(&mount.target);
    if name == "docker.sock" || source.ends_with("docker.sock") || source.ends_with("podman.sock") {
        return Bind::Lost(
            "There is no Docker on the provider's machine that a container could use.",
            "Use a program, or settings of it, that does without Docker.",
        );
    }
    if ["/etc/localtime", "/etc/timezone"].contains(&mount.target.as_str()) {
        return Bind::Needless(
            "The clock of a container on Akash is in UTC; most images take a time zone from the variable `TZ`.",
        );
    }
    let system = [
        "/proc",
        "/sys",
        "/dev",
        "/run",
        "/var/run",
        "/lib/modules",
        "/etc",
        "/boot",
    ];
    if source == "/"
        || system.iter().any(|folder| {
            source == *folder
                || source
                    .strip_prefix(folder)
                    .is_some_and(|rest| rest.starts_with('/'))
        })
    {
        return Bind::Lost(
            "It belongs to the machine, and a container at a provider sees nothing of the machine.",
            "Use a program, or settings of it, that does without.",
        );
    }
    if known {
        return Bind::Data(Certainty::Lost);
    }
    let dotted = name
        .rfind('.')
        .is_some_and(|at| at > 0 && name.len() - at <= 7);
    if dotted || name.ends_with("file") || mount.read_only {
        return Bind::Lost(
            "A file of your machine can't be mounted at a provider.",
            "Put the file into the image, or let the program read its content from a variable.",
        );
    }
    let parts = |path: &str| -> Vec<String> {
        path.split(['/', '-', '_', '.'])
            .map(str::to_ascii_lowercase)
            .collect()
    };
    let has = |words: &[&str], path: &str| {
        parts(path)
            .iter()
            .any(|part| words.contains(&part.as_str()))
    };
    let here = matches!(
        source.trim_start_matches("./").trim_end_matches('/'),
        "." | ".." | "${PWD}" | "${(pwd)}" | "%cd%" | ""
    );
    if here || (has(&CODE, &source) && !has(&DATA, &source)) {
        return Bind::Lost(
            "The program's own files are on your machine, and a provider can't see them.",
            "Build an image with these files in it, publish it, and name it under `image`.",
        );
    }
    if has(&DATA, &source) || has(&DATA, &mount.target) {
        return Bind::Data(Certainty::Lost);
    }
    Bind::Lost(
        "A folder of your machine can't be mounted at a provider.",
        "Put what is in it into the image; if the program only writes there, use a volume with a name instead.",
    )
}
