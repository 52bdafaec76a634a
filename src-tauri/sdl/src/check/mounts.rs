//! Volumes of a profile and where a service mounts them.

use std::collections::{HashMap, HashSet};

use super::Checker;
use super::node_ref::shown;
use super::refs::replace;
use crate::draft::Draft;
use crate::edit::escaped;
use crate::model::{Compute, Model, Service, Text};

impl Checker<'_> {
    pub(super) fn volumes<'m>(
        &mut self,
        model: &Model,
        service: &'m Service,
        compute: &'m Compute,
        reported: &mut HashSet<(&'static str, &'m str, &'m str)>,
    ) {
        let Some(volumes) = &compute.storage else {
            return;
        };
        if !reported.insert(("volumes", &service.name, &compute.name)) {
            return;
        }
        let empty = Vec::new();
        let mounts = service
            .params
            .as_ref()
            .map_or(&empty, |params| &params.mounts);
        let path = format!("/services/{}/params/storage", escaped(&service.name));
        let named: HashSet<&str> = volumes
            .iter()
            .filter_map(|volume| volume.name.as_ref())
            .map(|name| name.value.as_str())
            .collect();
        let mounted: HashMap<&str, _> = mounts
            .iter()
            .map(|mount| (mount.volume.value.as_str(), mount))
            .collect();
        let mut slips = HashSet::new();
        // A volume without a name is the one that a service mounts under a name that no volume has.
        let mut unnamed = volumes
            .iter()
            .filter(|volume| volume.name.is_none())
            .filter(|volume| volume.persistent() || volumes.len() == 1);
        let unnamed = unnamed.next().filter(|_| unnamed.next().is_none());
        let mut unknown = mounts
            .iter()
            .filter(|mount| !named.contains(mount.volume.value.as_str()));
        let unknown = unknown.next().filter(|_| unknown.next().is_none());
        let nameless = unnamed.filter(|_| unknown.is_some_and(|mount| mount.mount.is_some()));
        let mut taken: HashMap<&str, &Text> = HashMap::new();
        for mount in mounts {
            let name = &mount.volume.value;
            if !named.contains(name.as_str()) {
                let names = volumes.iter().filter_map(|volume| volume.name.as_ref());
                let unmounted = names
                    .map(|name| name.value.as_str())
                    .filter(|name| !mounted.contains_key(name));
                let near = self.nearest(name, unmounted);
                slips.extend(near);
                let nameless = nameless.filter(|_| near.is_none());
                if nameless.is_some() {
                    slips.insert("default");
                }
                let hint = match (near, nameless) {
                    (Some(near), _) => format!("did you mean `{}`?", shown(near)),
                    (None, Some(_)) => format!(
                        "give the volume this name: `name: {}` beside its `size`",
                        shown(name)
                    ),
                    _ => format!(
                        "add a volume with `name: {}` and a `size` there, or delete this entry",
                        shown(name)
                    ),
                };
                let draft = Draft::error(
                    "unknown-volume",
                    mount.volume.span,
                    format!(
                        "the profile `{}` has no volume `{}`",
                        shown(&compute.name),
                        shown(name)
                    ),
                )
                .at(format!("{path}/{}", escaped(name)))
                .hint(hint)
                .related(compute.storage_at, "its volumes stand here")
                .official(format!(
                    "Service \"{}\" references non-existing compute volume \"{name}\".",
                    service.name
                ));
                let fix = match nameless {
                    Some(volume) => self.name_fix(volume, name),
                    None => near.map(|near| replace(mount.volume.span, near)),
                };
                self.report(draft.maybe_fix(fix));
                continue;
            }
            let place = mount
                .mount
                .as_ref()
                .map_or("", |mount| mount.value.as_str());
            if let Some(other) = taken.get(place) {
                let draft = match &mount.mount {
                    Some(mounted) => Draft::error("mount-taken", mounted.span, format!("`{}` is already where the volume `{}` is mounted", shown(place), shown(&other.value)))
                        .at(format!("{path}/{}/mount", escaped(name)))
                        .hint("mount each volume at a path of its own")
                        .official(format!("Mount \"{place}\" already in use by volume \"{}\".", other.value)),
                    None => Draft::error("several-roots", mount.volume.span, format!("neither `{}` nor `{}` says where it is mounted, and only one volume can be the root", shown(&other.value), shown(name)))
                        .at(format!("{path}/{}", escaped(name)))
                        .hint("write `mount: /path` below it")
                        .official("Multiple root ephemeral storages are not allowed."),
                };
                self.report(draft.related(other.span, "the other one"));
            }
            taken.insert(place, &mount.volume);
        }
        for volume in volumes.iter().filter(|volume| volume.persistent()) {
            let label = volume.label();
            // The official check looks for the name as written, and for "" where there is none.
            let written = volume.name.as_ref().map_or("", |name| name.value.as_str());
            let mount = mounted.get(written);
            let settled = mount.is_some_and(|mount| mount.mount.is_some() || mount.broken);
            if settled || service.mounts_broken || slips.contains(label) {
                continue;
            }
            let message = format!(
                "the persistent volume `{}` is not mounted in the service `{}`",
                shown(label),
                shown(&service.name)
            );
            let hint = if volume.name.is_none() {
                "give the volume a `name`, and mount it in the service: `params: storage: NAME: mount: /path`".to_owned()
            } else if mount.is_some() {
                "write `mount: /path` below it: the folder whose files are to last".to_owned()
            } else {
                format!(
                    "add to the service: `params:`, `storage:`, `{}:`, `mount: /path`, each on a line of its own and indented by two more spaces",
                    shown(label)
                )
            };
            let draft = Draft::error("volume-not-mounted", mount.map_or(service.at, |mount| mount.volume.span), message)
                .at(format!("{path}/{}", escaped(label)))
                .hint(hint)
                .related(volume.at, "the volume stands here")
                .official(format!("Persistent storage \"{label}\" requires a mount path in /services/{}/params/storage/{label}/mount.", service.name));
            let fix = self.mount_fix(model, service, compute, volume);
            self.report(draft.maybe_fix(fix));
        }
    }
}
