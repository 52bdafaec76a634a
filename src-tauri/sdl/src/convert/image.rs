//! The name of an image, or the address of its page in a registry.

use super::known::{self, Talk};
use super::notes::{Note, Noted};
use super::plan::{Keep, Plan, Port, Published, Service, Volume};
use super::types::{Asked, Kind};

/// The name of an image as `docker pull` takes it, from a name, a `docker pull` line or the address of a page.
pub(super) fn reference(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('`').trim();
    let text = [
        "docker pull ",
        "podman pull ",
        "docker image pull ",
        "$ docker pull ",
    ]
    .iter()
    .find_map(|prefix| text.strip_prefix(prefix))
    .unwrap_or(text)
    .trim();
    let text = text.strip_prefix("docker://").unwrap_or(text);
    let name = match text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    {
        Some(address) => page(address)?,
        None => ["hub.docker.com/", "www.docker.com/"]
            .iter()
            .find(|host| text.starts_with(*host))
            .map_or(Some(text.to_owned()), |_| page(text))?,
    };
    is_reference(&name).then_some(name)
}

/// The image of a page of Docker Hub, GitHub, Quay or another registry.
fn page(address: &str) -> Option<String> {
    let address = address.split(['?', '#']).next()?.trim_end_matches('/');
    let mut parts = address.split('/');
    let host = parts.next()?.to_ascii_lowercase();
    let parts: Vec<&str> = parts.collect();
    let name = match (host.as_str(), parts.as_slice()) {
        ("hub.docker.com", ["_" | "r", "library", name, ..]) => (*name).to_owned(),
        ("hub.docker.com", ["_", name, ..]) => (*name).to_owned(),
        ("hub.docker.com", ["r" | "u", owner, name, "tags", tag]) if is_tag(tag) => {
            format!("{owner}/{name}:{tag}")
        }
        ("hub.docker.com", ["r", owner, name, ..]) => format!("{owner}/{name}"),
        ("hub.docker.com", ["layers", owner, name, tag, ..]) if is_tag(tag) => match *owner {
            "library" => format!("{name}:{tag}"),
            owner => format!("{owner}/{name}:{tag}"),
        },
        ("hub.docker.com", ["repository", "docker", owner, name, ..]) => format!("{owner}/{name}"),
        ("github.com", [owner, _, "pkgs", "container", name, ..])
        | (
            "github.com",
            [
                "orgs" | "users",
                owner,
                "packages",
                "container",
                "package" | _,
                name,
                ..,
            ],
        ) => {
            let name = name.replace("%2F", "/").replace("%2f", "/");
            format!(
                "ghcr.io/{}/{}",
                owner.to_ascii_lowercase(),
                name.to_ascii_lowercase()
            )
        }
        ("quay.io", ["repository", owner, name, ..]) => format!("quay.io/{owner}/{name}"),
        ("gallery.ecr.aws", [owner, name, ..]) => format!("public.ecr.aws/{owner}/{name}"),
        (
            "ghcr.io"
            | "quay.io"
            | "docker.io"
            | "gcr.io"
            | "registry.gitlab.com"
            | "public.ecr.aws"
            | "nvcr.io"
            | "mcr.microsoft.com",
            [_, ..],
        ) => format!("{host}/{}", parts.join("/")),
        ("catalog.ngc.nvidia.com", ["orgs", org, "containers", name, ..]) => {
            format!("nvcr.io/{org}/{name}")
        }
        ("catalog.ngc.nvidia.com", ["orgs", org, "teams", team, "containers", name, ..]) => {
            format!("nvcr.io/{org}/{team}/{name}")
        }
        _ => return None,
    };
    Some(name)
}

fn is_tag(tag: &str) -> bool {
    let first = tag.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    first
        && tag.len() <= 128
        && tag
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// Whether a text is the name of an image (grammar of `distribution/reference`): a registry, small letters, a tag, a digest.
pub(super) fn is_reference(text: &str) -> bool {
    if text.is_empty() || text.len() > 500 {
        return false;
    }
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    let digest_fits = digest.is_none_or(|digest| {
        digest.split_once(':').is_some_and(|(kind, hash)| {
            !kind.is_empty() && hash.len() >= 32 && hash.chars().all(|c| c.is_ascii_hexdigit())
        })
    });
    let path = known::repository(rest);
    let tag = rest.get(path.len()..).unwrap_or_default();
    let tag_fits = tag.is_empty() || tag.strip_prefix(':').is_some_and(is_tag);
    let mut parts: Vec<&str> = path.split('/').collect();
    let is_host = |part: &str| part.contains(['.', ':']) || part == "localhost";
    let host_fits = match parts.first() {
        Some(first) if parts.len() > 1 && is_host(first) => {
            let host = parts.remove(0);
            let (name, port) = host.split_once(':').unwrap_or((host, "1"));
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
                && port.parse::<u16>().is_ok()
        }
        _ => true,
    };
    let part_fits = |part: &&str| {
        let alnum = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        part.starts_with(alnum)
            && part.ends_with(alnum)
            && part.chars().all(|c| alnum(c) || "_.-".contains(c))
    };
    digest_fits && tag_fits && host_fits && !parts.is_empty() && parts.iter().all(part_fits)
}

/// One service of an image, with what is known of it.
pub(super) fn plan(name: String) -> Plan {
    let mut plan = Plan::new(Kind::Image);
    let mut service = Service {
        image: Noted::plain(name),
        count: Noted::plain(1),
        ..Service::default()
    };
    know(&mut service);
    plan.services.push(service);
    plan
}

/// Adds the ports and volumes that a well-known image is known for.
pub(super) fn know(service: &mut Service) {
    let Some(known) = known::find(&service.image.value) else {
        return;
    };
    know_ports(service);
    if service.volumes.is_empty() {
        // PostgreSQL keeps its data in another folder since version 18, and its row has both.
        let is_postgres = known.names.contains(&"postgres");
        let wanted = match known.volumes {
            [old, new] if is_postgres => {
                std::slice::from_ref(if is_before_18(&service.image.value) {
                    old
                } else {
                    new
                })
            }
            all => all,
        };
        for (mount, _) in wanted {
            service.volumes.push(Volume {
                name: String::new(),
                mount: (*mount).to_owned(),
                keep: Keep::Disk,
                size: None,
                read_only: false,
                from: format!("usual folder of {}", known.what),
                notes: vec![Note::guess(
                    "no volume",
                    *mount,
                    format!(
                        "{} keeps its data here, and without a volume it is lost at a restart.",
                        capital(known.what)
                    ),
                )],
            });
        }
    }
    if known.names.contains(&"postgres")
        && !service
            .env
            .iter()
            .any(|env| env.name.starts_with("POSTGRES_"))
    {
        service.env.push(secret(
            "POSTGRES_PASSWORD",
            "PostgreSQL does not start without a password.",
        ));
    }
    if known.names.contains(&"mysql")
        && !service.env.iter().any(|env| env.name.starts_with("MYSQL_"))
    {
        service.env.push(secret(
            "MYSQL_ROOT_PASSWORD",
            "MySQL does not start without a password.",
        ));
    }
    if known.names.contains(&"mariadb")
        && !service
            .env
            .iter()
            .any(|env| env.name.starts_with("MARIADB_") || env.name.starts_with("MYSQL_"))
    {
        service.env.push(secret(
            "MARIADB_ROOT_PASSWORD",
            "MariaDB does not start without a password.",
        ));
    }
}

/// Adds the ports of a well-known image.
pub(super) fn know_ports(service: &mut Service) {
    if !service.ports.is_empty() {
        return;
    }
    let what = known::find(&service.image.value).map_or("", |known| known.what);
    for (port, talk) in known::ports(&service.image.value) {
        service.ports.push(Port {
            port,
            proto: talk.proto(),
            published: if talk == Talk::Inner {
                Published::No
            } else {
                Published::Usual
            },
            http: Some(talk == Talk::Http),
            from: format!("usual port of {what}"),
        });
    }
}

fn is_before_18(image: &str) -> bool {
    let tag = image
        .get(known::repository(image).len()..)
        .unwrap_or_default();
    let digits: String = tag
        .trim_start_matches([':', 'v'])
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse::<u32>().is_ok_and(|major| major < 18)
}

fn secret(name: &str, why: &str) -> super::plan::Env {
    let mut env = super::plan::Env::new(name, "");
    env.notes
        .push(Note::guess("no password", format!("{name}="), why).ask(Asked::Secret, name, ""));
    env
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
