//! Volumes of a service: names, sizes, and how many a provider takes.

use std::collections::{BTreeMap, BTreeSet};

use super::emit::Storage;
use super::names::{Names, valid};
use super::notes::{Losses, Note, Noted};
use super::plan::{Keep, Volume};
use super::types::{Asked, Certainty};
use super::{known, sizes};
use crate::check::limits::VOLUME;

/// Volumes of one service beside its disk; no provider bids on more than four volumes in all.
const MOST_VOLUMES: usize = 3;

/// The volumes that are written. `owners` are the services that have a volume of a name already.
pub(super) fn settle(
    image: &str,
    list: Vec<Volume>,
    key: &str,
    losses: &mut Losses,
    owners: &mut BTreeMap<String, String>,
) -> Vec<Noted<Storage>> {
    let known = known::find(image);
    let mut names = Names::default();
    names.reserve("default");
    let mut mounts = BTreeSet::new();
    let mut list: Vec<Volume> = list;
    // What lasts is more important than what is in memory.
    list.sort_by_key(|volume| match volume.keep {
        Keep::Disk => 0,
        Keep::Ram if volume.mount == "/dev/shm" => 1,
        Keep::Ram => 2,
    });
    let mut out = Vec::new();
    for volume in list {
        let mount = mount_path(&volume.mount);
        let Some(mount) = mount else {
            losses.matters(
                Some(key),
                &volume.from,
                "The folder must be an absolute path, and not the root of the container.",
                "Write the full path of the folder in the container.",
            );
            continue;
        };
        if !mounts.insert(mount.clone()) {
            continue;
        }
        if out.len() == MOST_VOLUMES {
            losses.matters(
                Some(key),
                &volume.from,
                "No provider bids on a service with more than four volumes, its disk among them.",
                "Let the program keep its files in one of the other folders, or do without a volume for this one.",
            );
            continue;
        }
        out.push(storage(
            volume, mount, known, key, &mut names, losses, owners,
        ));
    }
    out
}

/// An absolute path without a slash at its end; nothing for the root.
fn mount_path(path: &str) -> Option<String> {
    let trimmed = path.trim_end_matches('/');
    let usable = trimmed.starts_with('/')
        && trimmed.len() > 1
        && trimmed.len() < 1024
        && !trimmed.chars().any(char::is_control);
    usable.then(|| trimmed.to_owned())
}

fn storage(
    volume: Volume,
    mount: String,
    known: Option<&known::Known>,
    key: &str,
    names: &mut Names,
    losses: &mut Losses,
    owners: &mut BTreeMap<String, String>,
) -> Noted<Storage> {
    let ram = volume.keep == Keep::Ram;
    let fallback = valid(mount.rsplit('/').next().unwrap_or_default(), "data");
    let name = names.unique(valid(&volume.name, &fallback));
    let mut notes = volume.notes;
    if !ram && !volume.name.is_empty() {
        if let Some(owner) = owners.get(&volume.name).filter(|owner| *owner != key) {
            notes.push(Note::new(
                Certainty::Lost,
                format!("{} is shared with {owner}", volume.name),
                "a volume of its own",
                format!("`{}` and `{}` share this volume so far. On Akash each has its own and does not see the other's files.", super::notes::short(owner), super::notes::short(key)),
            ));
            losses.matters(
                Some(key),
                format!("volume {} shared with {owner}", volume.name),
                "A volume on Akash belongs to one service.",
                "Run both programs in one service, or let them exchange files over the network or a store of objects.",
            );
        } else {
            owners.insert(volume.name.clone(), key.to_owned());
        }
    }
    let (size, why) = match volume.size {
        Some(size) => (size, None),
        None if ram => (
            64 << 20,
            Some("Nothing says how large this folder in memory may grow.".to_owned()),
        ),
        None => sizes::volume(known, &mount),
    };
    let size = size.clamp(VOLUME.0, VOLUME.1).div_ceil(1 << 20) << 20;
    let text = crate::quantity::size_text(size);
    notes.push(match why {
        // What is in memory can be of another size tomorrow; only what lasts must be decided now.
        Some(why) if ram => Note::guess(volume.from, format!("{name}: {text}"), why),
        Some(why) => Note::guess(volume.from, format!("{name}: {text}"), why).ask(
            Asked::VolumeSize,
            name.clone(),
            text,
        ),
        None => Note::sure(volume.from, format!("{name}: {text}"), "Its size is given."),
    });
    Noted {
        value: Storage {
            name,
            mount,
            read_only: volume.read_only && !ram,
            size,
            ram,
        },
        notes,
    }
}
