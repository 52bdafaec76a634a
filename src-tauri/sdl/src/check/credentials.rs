//! A login for one registry beside an image of another.

use super::Checker;
use super::node_ref::shown;
use crate::draft::Draft;
use crate::model::{Credentials, Service};

/// Names under which people know Docker Hub.
const DOCKER_HUB: [&str; 7] = [
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "registry.hub.docker.com",
    "hub.docker.com",
    "docker.com",
    "www.docker.com",
];

impl Checker<'_> {
    /// Kubernetes uses a login only for images of its registry: for any other the pull fails, and nothing runs.
    pub(super) fn registry(&mut self, service: &Service, path: &str) {
        let (Some(credentials), Some(image)) = (&service.credentials, &service.image) else {
            return;
        };
        let (Some(host), Some(registry)) = (host(credentials), registry(&image.value)) else {
            return;
        };
        let path = format!("{path}/credentials/host");
        let span = credentials.host.span;
        if host == registry.name {
            let given = credentials.host.value.to_ascii_lowercase();
            let page = given.contains("hub.docker.com") && !given.contains("registry.hub")
                || given.trim_end_matches('/').ends_with("docker.com") && !given.contains("hub.");
            if page {
                let draft = Draft::warning(
                    "credentials-elsewhere",
                    span,
                    format!(
                        "`{}` is Docker Hub's web site, not its registry, so the login is not used",
                        shown(&credentials.host.value)
                    ),
                )
                .at(path)
                .hint("write `docker.io`");
                self.report(draft.fix("Write `docker.io`", vec![(span, "docker.io".to_owned())]));
            }
            return;
        }
        let draft = Draft::warning(
            "credentials-elsewhere",
            span,
            format!(
                "the login is for `{}`, but the image comes from `{}`: if the image is private, no provider can pull it",
                shown(&host),
                shown(&registry.name)
            ),
        )
        .at(path)
        .related(image.span, "the image is named here");
        // No fix: it would hand a password to a registry that it is not for, or name an image that may not be there.
        let hint = if registry.named {
            format!(
                "write `{}` with a login of that registry, or name the image at `{}`",
                shown(&registry.name),
                shown(&host)
            )
        } else {
            format!(
                "an image name without a registry is one at Docker Hub; write `{}`, or log in at `docker.io`",
                shown(&format!("{host}/{}", image.value))
            )
        };
        self.report(draft.hint(hint));
    }
}

/// The registry that a login is for, without scheme and path.
fn host(credentials: &Credentials) -> Option<String> {
    let host = credentials.host.value.trim().to_ascii_lowercase();
    let host = host
        .strip_prefix("https://")
        .or_else(|| host.strip_prefix("http://"))
        .unwrap_or(&host);
    let host = host.split('/').next().unwrap_or_default();
    // What is no name of a host says nothing about the registry.
    let is_host = host.contains(['.', ':']) || host == "localhost";
    is_host.then(|| canonical(host))
}

fn canonical(host: &str) -> String {
    let host = host.strip_suffix(":443").unwrap_or(host);
    if DOCKER_HUB.contains(&host) {
        "docker.io".to_owned()
    } else {
        host.to_owned()
    }
}

struct Registry {
    name: String,
    /// Whether the image says it; else it is Docker Hub.
    named: bool,
}

/// The registry of an image, as container runtimes read its name: the first part where it looks like a host.
fn registry(image: &str) -> Option<Registry> {
    let image = image.trim();
    if image.is_empty() || image.contains(['$', '{', '<', ' ']) || image.contains("://") {
        return None;
    }
    Some(match image.split_once('/') {
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => Registry {
            name: canonical(&first.to_ascii_lowercase()),
            named: true,
        },
        _ => Registry {
            name: "docker.io".to_owned(),
            named: false,
        },
    })
}
