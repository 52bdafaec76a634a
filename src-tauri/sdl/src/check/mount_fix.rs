//! The fix for a persistent volume that no service mounts: it gets a name and a mount.

use super::Checker;
use super::spot::{Edits, shown};
use crate::edit::{self, pointer};
use crate::explain::env_name;
use crate::model::{Compute, Model, Service, Volume};
use serde_json::json;

/// Where the images of well-known programs keep what is to last, by the last part of the image's name.
const FOLDERS: [(&str, &str); 24] = [
    ("mysql", "/var/lib/mysql"),
    ("mariadb", "/var/lib/mysql"),
    ("percona", "/var/lib/mysql"),
    ("mongo", "/data/db"),
    ("redis", "/data"),
    ("valkey", "/data"),
    ("wordpress", "/var/www/html"),
    ("nextcloud", "/var/www/html"),
    ("drupal", "/var/www/html"),
    ("ghost", "/var/lib/ghost/content"),
    ("gitea", "/data"),
    ("grafana", "/var/lib/grafana"),
    ("prometheus", "/prometheus"),
    ("minio", "/data"),
    ("n8n", "/home/node/.n8n"),
    ("rabbitmq", "/var/lib/rabbitmq"),
    ("elasticsearch", "/usr/share/elasticsearch/data"),
    ("qdrant", "/qdrant/storage"),
    ("ollama", "/root/.ollama"),
    ("uptime-kuma", "/app/data"),
    ("vaultwarden", "/data"),
    ("registry", "/var/lib/registry"),
    ("jenkins", "/var/jenkins_home"),
    ("neo4j", "/data"),
];
const POSTGRES: [&str; 5] = [
    "postgres",
    "pgvector",
    "postgis",
    "timescaledb",
    "postgresql",
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
                [one] if one.to.is_empty() => {
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
        let edits = self.rewritten(|text| {
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
                        &format!("mount: {own} # the folder whose files are to last\n"),
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
    let image = image.split('@').next().unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    let program = last
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
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
