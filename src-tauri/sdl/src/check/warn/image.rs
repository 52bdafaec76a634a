//! Images that no provider can pull, or that change by themselves.

use crate::check::Checker;
use crate::check::node_ref::shown;
use crate::draft::Draft;
use crate::model::Text;

impl Checker<'_> {
    pub(super) fn image(&mut self, image: &Text, path: &str) {
        let path = format!("{path}/image");
        let value = image.value.as_str();
        if self.placeholder(image, value) {
            return;
        }
        if let Some(part) = your_part(value) {
            let message = format!(
                "`{}` looks like a placeholder that was left in",
                shown(part)
            );
            let draft = Draft::warning("placeholder", image.span.first_line(self.text), message);
            self.report(draft.hint("write the name of your own image"));
            return;
        }
        let warning = |code, message: String| {
            Draft::warning(code, image.span.first_line(self.text), message).at(&path)
        };
        let name = value.split('@').next().unwrap_or_default();
        let (repository, tag) = match name.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
            _ => (name, None),
        };
        let odd = |c: char| {
            c.is_whitespace()
                || c.is_control()
                || !c.is_ascii()
                || matches!(c, '"' | '\'' | '$' | '{' | '}' | '<' | '>')
        };
        let is_name = !value.trim().is_empty() && !value.contains("://") && !value.chars().any(odd);
        if is_name && repository.chars().any(|c| c.is_ascii_uppercase()) {
            let lower = value.replacen(repository, &repository.to_ascii_lowercase(), 1);
            let draft = warning(
                "bad-image",
                format!(
                    "image names are written in small letters; no provider can pull `{}`",
                    shown(value)
                ),
            )
            .hint(format!("write `{}`", shown(&lower)));
            self.report(draft.fix(
                format!("Write `{}`", shown(&lower)),
                vec![(image.span, lower)],
            ));
        }
        let draft = if value.trim().is_empty() {
            warning("bad-image", "this is no image name".to_owned())
                .hint("write the name of a container image, e.g. `nginx:1.27`")
        } else if value.contains("${") || value.starts_with('$') {
            warning(
                "bad-image",
                format!(
                    "`{}` is not replaced by anything: an SDL knows no variables",
                    shown(value)
                ),
            )
            .hint("write the image's name in full")
        } else if value.starts_with("http://") || value.starts_with("https://") {
            warning(
                "bad-image",
                "this is a web address, not an image name".to_owned(),
            )
            .hint("write it without `https://`, e.g. `ghcr.io/owner/name:1.0`")
        } else if value.chars().any(odd) {
            let hint = if value.trim() == value {
                "write it as `docker pull` takes it, e.g. `nginx:1.27`"
            } else {
                "delete the blanks and line breaks round the name"
            };
            warning(
                "bad-image",
                format!("no provider can pull `{}`", shown(value.trim())),
            )
            .hint(hint)
        } else if value.contains('@') {
            return;
        } else if tag == Some("latest") {
            warning("image-latest", format!("`{}` means whatever is newest when a container starts", shown(value))).hint("name a tag that the image's registry lists instead of `latest`, so that an update is your decision; providers may also keep an old `latest` in their caches")
        } else if tag.is_none() {
            warning(
                "image-latest",
                format!(
                    "`{}` has no tag, so whatever is newest when a container starts is run",
                    shown(value)
                ),
            )
            .hint("add `:` and a tag that the image's registry lists, so that an update is your decision")
        } else {
            return;
        };
        self.report(draft);
    }
}

/// A part of an image's name such as `yourname`, `youruser` or `yourapp`.
fn your_part(image: &str) -> Option<&str> {
    const WHAT: [&str; 20] = [
        "name",
        "user",
        "username",
        "org",
        "organization",
        "organisation",
        "account",
        "company",
        "team",
        "project",
        "repo",
        "repository",
        "registry",
        "image",
        "imagename",
        "app",
        "service",
        "docker",
        "dockerhub",
        "dockerid",
    ];
    image.split(['/', ':', '@']).find(|part| {
        let lower = part.to_ascii_lowercase();
        lower
            .strip_prefix("your")
            .is_some_and(|what| WHAT.contains(&what))
    })
}
