//! Volumes of a container: claims, empty folders, and what is put into it.

use super::Cluster;
use crate::convert::known;
use crate::convert::notes::{Losses, Note};
use crate::convert::plan::{Keep, Service, Volume};
use crate::convert::types::Certainty;
use crate::convert::value::{Map, Value};
use crate::quantity;

/// Bytes of a claim.
pub(super) fn claimed(map: &Map) -> Option<u64> {
    let requests = map.map("spec")?.map("resources")?.map("requests")?;
    size(&requests.text("storage")?)
}

pub(super) fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    if text.chars().all(|c| c.is_ascii_digit()) {
        return text.parse().ok();
    }
    quantity::size(text)
        .map(|size| size.value())
        .filter(|bytes| *bytes > 0)
}

pub(super) fn mounts(
    service: &mut Service,
    container: &Map,
    pod: &Map,
    spec: &Map,
    cluster: &Cluster,
    losses: &mut Losses,
) {
    for mount in container.list("volumeMounts").iter().filter_map(Value::map) {
        let name = mount.text("name").unwrap_or_default();
        let path = mount.text("mountPath").unwrap_or_default();
        let from = format!("volumeMounts: {name} at {path}");
        let key = Some(service.key.as_str());
        let volume = pod
            .list("volumes")
            .iter()
            .filter_map(Value::map)
            .find(|volume| volume.text("name").as_deref() == Some(name.as_str()));
        let template = spec
            .list("volumeClaimTemplates")
            .iter()
            .filter_map(Value::map)
            .find(|claim| {
                claim
                    .map("metadata")
                    .and_then(|meta| meta.text("name"))
                    .as_deref()
                    == Some(name.as_str())
            });
        let claim = volume
            .and_then(|volume| volume.map("persistentVolumeClaim"))
            .and_then(|claim| claim.text("claimName"));
        let empty = volume.and_then(|volume| volume.get("emptyDir"));
        let mut disk = |name: String, size: Option<u64>, notes: Vec<Note>| {
            service.volumes.push(Volume {
                name,
                mount: path.clone(),
                keep: Keep::Disk,
                size,
                read_only: mount.get("readOnly").is_some_and(Value::is_true),
                from: from.clone(),
                notes,
            });
        };
        if let Some(template) = template {
            disk(name, claimed(template), Vec::new());
        } else if let Some(claim) = claim {
            let size = cluster.claims.get(&claim).copied().flatten();
            disk(claim, size, Vec::new());
        } else if let Some(empty) = empty {
            let in_memory = empty
                .map()
                .and_then(|map| map.text("medium"))
                .is_some_and(|medium| medium == "Memory");
            if in_memory {
                service.volumes.push(Volume {
                    name,
                    mount: path,
                    keep: Keep::Ram,
                    size: empty
                        .map()
                        .and_then(|map| map.text("sizeLimit"))
                        .and_then(|text| size(&text)),
                    read_only: false,
                    from,
                    notes: Vec::new(),
                });
            } else {
                losses.minor(
                    key,
                    from,
                    "The folder is on the disk of the service, which is as empty at each start.",
                    "Nothing is to be done.",
                );
            }
        } else if volume.is_some_and(|volume| volume.get("hostPath").is_some()) {
            let is_data = known::find(&service.image.value).is_some_and(|known| {
                known
                    .volumes
                    .iter()
                    .any(|(folder, _)| *folder == path.trim_end_matches('/'))
            });
            losses.matters(
                key,
                &from,
                "A folder of the machine can't be mounted at a provider.",
                "Use a volume, or put the files into the image.",
            );
            if is_data {
                disk(
                    String::new(),
                    None,
                    vec![Note::new(
                        Certainty::Lost,
                        from.clone(),
                        "a volume of its own",
                        "The folder was on a machine of the cluster. A volume, empty at first, takes its place.",
                    )],
                );
            }
        } else {
            losses.matters(key, from, "Akash puts no files of a ConfigMap, a Secret or another source into a container.", "Put the files into the image, or let the program read what is in them from variables.");
        }
    }
}
