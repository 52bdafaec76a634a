//! Sizes that nobody gave, and the most that a service should cost.

use super::emit::Storage;
use super::known::{self, Known, ModelNeeds};
use super::notes::{Note, Noted};
use super::plan::Gpu;
use super::types::Certainty;
use crate::check::limits::{CPU, GPUS, MEMORY, PRICE, VOLUME};
use crate::quantity::{cores, size_text};

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// What a source gives of the sizes of a service.
pub(super) struct Wanted<'a> {
    pub(super) image: &'a str,
    /// Words of the command and the variables, which may name a model.
    pub(super) words: Vec<String>,
    pub(super) cpu: Option<Noted<u64>>,
    pub(super) memory: Option<Noted<u64>>,
    pub(super) disk: Option<Noted<u64>>,
    pub(super) gpu: Option<Noted<Gpu>>,
}

/// All sizes of a service.
pub(super) struct Sized {
    pub(super) cpu: Noted<u64>,
    pub(super) memory: Noted<u64>,
    pub(super) disk: Noted<u64>,
    pub(super) gpu: Option<Noted<Gpu>>,
}

impl Wanted<'_> {
    /// Fills in what is missing, and keeps everything within what the chain takes.
    pub(super) fn settle(self) -> Sized {
        let known = known::find(self.image);
        let model = known
            .filter(|known| known.gpu != known::Gpu::No)
            .and_then(|_| known::model_needs(self.words.iter().map(String::as_str)));
        let gpu = gpu(self.gpu, known, model.as_ref());
        let has_gpu = gpu.is_some();
        let what = known.map_or("a program that Aloft does not know", |known| known.what);
        let cpu = self.cpu.unwrap_or_else(|| {
            let milli = known
                .map_or(500, |known| known.cpu)
                .max(if has_gpu { 4000 } else { 0 });
            Noted::with(
                milli,
                guessed("no number of cores", cores_text(milli), what),
            )
        });
        let memory = self.memory.unwrap_or_else(|| {
            let least = known.map_or(512, |known| known.memory) * MIB;
            let loading = model
                .as_ref()
                .map_or(0, |model| model.vram.saturating_mul(GIB));
            let bytes = least.max(loading).max(if has_gpu { 16 * GIB } else { 0 });
            let bytes = if bytes > MIB {
                bytes.next_multiple_of(256 * MIB)
            } else {
                bytes
            };
            let bytes = if known.is_some_and(|known| known.memory < 256) && !has_gpu {
                least
            } else {
                bytes
            };
            let note = match &model {
                Some(model) if model.vram * GIB > least => Note::guess(
                    "no size of the memory",
                    size_text(bytes),
                    format!(
                        "A model of {} parameters passes through the memory when it is loaded.",
                        model.named
                    ),
                ),
                _ => guessed("no size of the memory", size_text(bytes), what),
            };
            Noted::with(bytes, note)
        });
        let disk = self.disk.unwrap_or_else(|| {
            let least = known.map_or(1024, |known| known.disk) * MIB;
            let weights = model.as_ref().map_or(0, |model| model.weights.saturating_add(20).saturating_mul(GIB));
            let bytes = least.max(weights).max(if has_gpu { 20 * GIB } else { 0 });
            Noted::with(bytes, Note::guess("no size of the disk", size_text(bytes), format!("Nothing says how much disk it needs: this is a guess for {what}. What is on it is lost at a restart.")))
        });
        Sized {
            cpu: within(cpu, CPU, cores_text),
            memory: whole(within(memory, MEMORY, size_text)),
            disk: whole(within(disk, VOLUME, size_text)),
            gpu,
        }
    }
}

/// Thousandths of a core for people: `1 core`, `0.5 cores`.
pub(super) fn cores_text(milli: u64) -> String {
    format!(
        "{} {}",
        cores(milli),
        if milli == 1000 { "core" } else { "cores" }
    )
}

fn guessed(from: &str, to: String, what: &str) -> Note {
    let why = format!("Nothing says how much it needs: {to} is a guess for {what}.");
    Note::guess(from, to, why)
}

/// A size in whole MiB, rounded up.
fn whole(mut size: Noted<u64>) -> Noted<u64> {
    size.value = size.value.div_ceil(MIB).saturating_mul(MIB);
    size
}

fn within(
    mut value: Noted<u64>,
    (least, most): (u64, u64),
    shown: impl Fn(u64) -> String,
) -> Noted<u64> {
    let bounded = value.value.clamp(least, most);
    if bounded != value.value {
        value.notes = vec![Note::new(
            Certainty::Lost,
            shown(value.value),
            shown(bounded),
            format!(
                "The chain takes no less than {} and no more than {}.",
                shown(least),
                shown(most)
            ),
        )];
        value.value = bounded;
    }
    value
}

fn gpu(
    given: Option<Noted<Gpu>>,
    known: Option<&Known>,
    model: Option<&ModelNeeds>,
) -> Option<Noted<Gpu>> {
    let models = |model: &ModelNeeds| {
        model
            .models
            .iter()
            .map(|name| ((*name).to_owned(), None))
            .collect::<Vec<_>>()
    };
    let reason = |model: &ModelNeeds| {
        format!(
            "A model of {} parameters needs about {} GiB of memory on graphics cards; the models listed have enough.",
            model.named, model.vram
        )
    };
    if let Some(mut given) = given {
        given.value.units = given.value.units.clamp(1, GPUS);
        let unnamed = given.value.models.is_empty();
        let fitting = model.filter(|model| unnamed && model.cards <= given.value.units);
        if let Some(model) = fitting {
            given.value.models = models(model);
            given.notes.push(Note::guess(
                "no model of graphics card",
                format!("{} models", given.value.models.len()),
                reason(model),
            ));
        }
        return Some(given);
    }
    let needs = known.is_some_and(|known| known.gpu == known::Gpu::Model);
    if !needs {
        return None;
    }
    let what = known.map_or("", |known| known.what);
    Some(match model {
        Some(model) => Noted::with(
            Gpu {
                units: model.cards,
                models: models(model),
            },
            Note::guess(
                "no graphics card",
                format!("{} graphics card(s)", model.cards),
                reason(model),
            ),
        ),
        None => Noted::with(
            Gpu {
                units: 1,
                models: Vec::new(),
            },
            Note::guess(
                "no graphics card",
                "1 graphics card of any model",
                format!(
                    "The image is {what} and does not start without a graphics card. Name the models that have enough memory for yours."
                ),
            ),
        ),
    })
}

/// Bytes of a volume that must last and the reason.
pub(super) fn volume(known: Option<&Known>, mount: &str) -> (u64, Option<String>) {
    let row = known.and_then(|known| {
        let exact = known.volumes.iter().find(|(folder, _)| *folder == mount);
        exact.map(|(_, size)| (known.what, *size))
    });
    match row {
        Some((what, size)) => (
            size * MIB,
            Some(format!(
                "No size is given; this is a start for {what}. A volume can't grow later."
            )),
        ),
        None => (
            10 * GIB,
            Some("No size is given. A volume can't grow later.".to_owned()),
        ),
    }
}

/// A generous limit for the price, in millionths of a US dollar per block: several times of what providers usually ask, so
/// that nobody's bid is kept out. It is a limit and no price.
pub(super) fn ceiling(sized: &Sized, volumes: &[Noted<Storage>]) -> u64 {
    let gib = |bytes: u64| bytes.div_ceil(GIB);
    let disk = volumes
        .iter()
        .map(|volume| gib(volume.value.size))
        .fold(gib(sized.disk.value), u64::saturating_add);
    let gpus = sized.gpu.as_ref().map_or(0, |gpu| gpu.value.units);
    let amount = 1_000_u64
        .saturating_add(sized.cpu.value.saturating_mul(100) / 1000)
        .saturating_add(gib(sized.memory.value).saturating_mul(25))
        .saturating_add(disk.saturating_mul(2))
        .saturating_add(gpus.saturating_mul(15_000));
    amount
        .div_ceil(1_000)
        .saturating_mul(1_000)
        .min(u64::from(PRICE))
}
