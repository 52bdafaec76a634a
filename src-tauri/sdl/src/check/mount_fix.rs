//! The fix for a persistent volume that no service mounts: it gets a name and a mount.

use super::Checker;
use super::node_ref::{Edits, shown};
use crate::edit::{self, pointer};
use crate::explain::env_name;
use crate::model::{Compute, Model, Service, Volume};
use serde_json::json;

/// Where well-known images keep what is to last. A name without an owner is an official image of Docker Hub.
const FOLDERS: [(&str, &str); 28] = [
    ("mysql", "/var/lib/mysql"),
    ("mariadb", "/var/lib/mysql"),
    ("percona", "/var/lib/mysql"),
    ("mongo", "/data/db"),
    ("redis", "/data"),
    ("valkey/valkey", "/data"),
    ("wordpress", "/var/www/html"),
    ("nextcloud", "/var/www/html"),
    ("drupal", "/var/www/html"),
    ("ghost", "/var/lib/ghost/content"),
    ("gitea/gitea", "/data"),
    ("grafana/grafana", "/var/lib/grafana"),
    ("grafana/grafana-oss", "/var/lib/grafana"),
    ("grafana/grafana-enterprise", "/var/lib/grafana"),
    ("prom/prometheus", "/prometheus"),
    ("prometheus/prometheus", "/prometheus"),
    ("minio/minio", "/data"),
    ("n8nio/n8n", "/home/node/.n8n"),
    ("rabbitmq", "/var/lib/rabbitmq"),
    ("elasticsearch", "/usr/share/elasticsearch/data"),
    (
        "elasticsearch/elasticsearch",
        "/usr/share/elasticsearch/data",
    ),
    ("qdrant/qdrant", "/qdrant/storage"),
    ("ollama/ollama", "/root/.ollama"),
    ("louislam/uptime-kuma", "/app/data"),
    ("vaultwarden/server", "/data"),
    ("registry", "/var/lib/registry"),
    ("jenkins/jenkins", "/var/jenkins_home"),
    ("neo4j", "/data"),
];
const POSTGRES: [&str; 4] = [
    "postgres",
    "pgvector/pgvector",
    "postgis/postgis",
    "timescale/timescaledb",
];
const PGDATA: &str = "/var/lib/postgresql/data";

/// Where a volume is to be mounted.
struct Folder {
    path: String,
    /// Whether the image is known to keep its files there.
    known: bool,
    /// A variable that the program needs to find them there.
    env: Option<String>,
}

impl Checker<'_> {
    /// Names and mounts a volume in every service that runs with its profile. In a file of one service with one port that
    /// is open to nobody the port is opened too, since providers refuse it otherwise.
    pub(super) fn mount_fix(
        &mut self,
        model: &Model,
        service: &Service,
        compute: &Compute,
        volume: &Volume,
    ) -> Option<(String, Edits)> {
        if !self.may_rewrite() {
            return None;
        }
        let volume_path = volume.size.as_ref()?.path.strip_suffix("/size")?.to_owned();
        let name = match &volume.name {
            Some(name) if name.value.is_empty() => return None,
            Some(name) => name.value.clone(),
            None => free_name(compute),
        };
        let folder = folder(service, &name, volume.name.is_none());
        let users: Vec<&Service> = model
            .services()
            .iter()
            .filter(|user| uses(model, user, compute) && !mounts(user, &name))
            .collect();
        let opened = match model.services() {
            [only] => match only.exposes.as_slice() {
                [one] if one.to.is_empty() && !one.to_broken => {
                    one.port.map(|port| (port, format!("{}/to", one.path)))
                }
                _ => None,
            },
            _ => None,
        };
        let mut label = match volume.name {
            Some(_) => format!("Mount it at `{}`", shown(&folder.path)),
            None => format!("Call it `{name}` and mount it at `{}`", shown(&folder.path)),
        };
        if !folder.known {
            label.push_str(" (write your own folder there)");
        }
        if let Some((port, _)) = &opened {
            label = format!("{label}, and open port {port}");
        }
        let unnamed = volume.name.is_none();
        let edits = self.rewritten_in(users.len() + 2, |text| {
            let mut text = text.to_owned();
            for user in &users {
                let own = if user.name == service.name {
                    folder.path.clone()
                } else {
                    self::folder(user, &name, unnamed).path
                };
                let path = pointer(&["services", &user.name, "params", "storage", &name, "mount"]);
                let before = text.matches(&format!("mount: {own}\n")).count();
                text = edit::set(&text, &path, own.as_str())?;
                let line = format!("mount: {own}\n");
                if !folder.known && before == 0 && text.matches(&line).count() == 1 {
                    text = text.replace(
                        &line,
                        &format!(
                            "mount: {own} # change this to the folder your program writes to\n"
                        ),
                    );
                }
            }
            if let Some(variable) = &folder.env {
                text = edit::push(
                    &text,
                    &pointer(&["services", &service.name, "env"]),
                    variable.as_str(),
                )?;
            }
            if let Some((_, to)) = &opened {
                text = edit::set(&text, to, json!([{ "global": true }]))?;
            }
            if unnamed {
                text = edit::set(&text, &format!("{volume_path}/name"), name.as_str())?;
            }
            Ok(text)
        })?;
        Some((label, edits))
    }

    /// Gives the only volume without a name the one that a service mounts.
    pub(super) fn name_fix(&mut self, volume: &Volume, name: &str) -> Option<(String, Edits)> {
        let path = format!("{}/name", volume.size.as_ref()?.path.strip_suffix("/size")?);
        let edits = self.rewritten(|text| edit::set(text, &path, name))?;
        Some((format!("Call the volume `{}`", shown(name)), edits))
    }
}

fn uses(model: &Model, service: &Service, compute: &Compute) -> bool {
    let placed = model
        .deployed(&service.name)
        .into_iter()
        .flat_map(|deployed| deployed.placements.iter().flatten());
    let mut profiles = placed.filter_map(|placed| placed.profile.as_ref());
    profiles.any(|profile| profile.value == compute.name)
}

fn mounts(service: &Service, name: &str) -> bool {
    let mut mounts = service.params.iter().flat_map(|params| &params.mounts);
    mounts.any(|mount| mount.volume.value == name && mount.mount.is_some())
}

fn free_name(compute: &Compute) -> String {
    let taken = |name: &str| {
        let mut volumes = compute.storage.iter().flatten();
        volumes.any(|volume| volume.label() == name)
    };
    let numbered = (2..100).map(|number| format!("data{number}"));
    std::iter::once("data".to_owned())
        .chain(numbered)
        .find(|name| !taken(name))
        .unwrap_or_default()
}

/// The name of an image under which it is well known: with its owner, and without registry, `library` and tag.
fn known_as(image: &str) -> String {
    let image = image.trim().to_ascii_lowercase();
    let image = image.split('@').next().unwrap_or_default();
    let (host, path) = match image.split_once('/') {
        Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => (host, path),
        _ => ("docker.io", image),
    };
    let tag = path.rfind(':').unwrap_or(path.len());
    let path = path.get(..tag).unwrap_or_default();
    let official = path
        .strip_prefix("docker/")
        .unwrap_or(path)
        .strip_prefix("library/");
    match official {
        Some(name) => name.to_owned(),
        // What has no owner at another registry is anybody's.
        None if !path.contains('/') && !host.ends_with("docker.io") => format!("{host}/{path}"),
        None => path.to_owned(),
    }
}

fn folder(service: &Service, volume: &str, unnamed: bool) -> Folder {
    let taken = |path: &str| {
        let mut mounts = service.params.iter().flat_map(|params| &params.mounts);
        mounts.any(|mount| {
            mount
                .mount
                .as_ref()
                .is_some_and(|mount| mount.value == path)
        })
    };
    let image = service
        .image
        .as_ref()
        .map_or("", |image| image.value.as_str());
    let program = known_as(image);
    if POSTGRES.contains(&program.as_str()) && !taken(PGDATA) {
        let set = service
            .env
            .iter()
            .find(|env| env_name(&env.value) == "PGDATA");
        let given = set
            .and_then(|env| env.value.split_once('='))
            .map(|(_, value)| value.trim());
        // The volume's own folder holds `lost+found`, and the database wants an empty one.
        return match given.and_then(|given| given.rsplit_once('/')) {
            Some((parent, _)) if parent.starts_with('/') => Folder {
                path: parent.to_owned(),
                known: true,
                env: None,
            },
            _ => Folder {
                path: PGDATA.to_owned(),
                known: true,
                env: set.is_none().then(|| format!("PGDATA={PGDATA}/pgdata")),
            },
        };
    }
    let known = FOLDERS
        .iter()
        .find(|(name, path)| *name == program && !taken(path));
    if let Some((_, path)) = known {
        return Folder {
            path: (*path).to_owned(),
            known: true,
            env: None,
        };
    }
    let simple: String = volume
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        .collect();
    let path = if unnamed || simple.is_empty() {
        "/data".to_owned()
    } else {
        format!("/{simple}")
    };
    Folder {
        path: if taken(&path) {
            format!("{path}-{simple}")
        } else {
            path
        },
        known: false,
        env: None,
    }
}
