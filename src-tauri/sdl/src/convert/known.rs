//! What is known of an image from its name alone.

pub(super) use super::known_table::TABLE;

/// How a port of a well-known image talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// http: it may be opened to everyone.
    Http,
    /// Something that other services use, and that should not be open to everyone: a database, a broker, an exporter.
    Inner,
    /// Some other protocol that is made for everyone, e.g. ssh or a game.
    Tcp,
    /// As [`Talk::Tcp`], over UDP.
    Udp,
}

impl Talk {
    pub(super) fn proto(self) -> super::plan::Proto {
        match self {
            Self::Udp => super::plan::Proto::Udp,
            Self::Http | Self::Inner | Self::Tcp => super::plan::Proto::Tcp,
        }
    }
}

/// Whether a program needs a graphics card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gpu {
    No,
    /// It can use one.
    Maybe,
    /// It does not start without one.
    Model,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Last part of the image's name without its tag; any of these.
    pub(super) names: &'static [&'static str],
    /// Thousandths of a core.
    pub(super) cpu: u64,
    /// MiB.
    pub(super) memory: u64,
    /// MiB of the disk that does not last.
    pub(super) disk: u64,
    pub(super) ports: &'static [(u16, Talk)],
    /// Folders that must last, with MiB.
    pub(super) volumes: &'static [(&'static str, u64)],
    pub(super) gpu: Gpu,
    /// What it is, with its article.
    pub(super) what: &'static str,
}

#[allow(clippy::too_many_arguments)]
pub(super) const fn known(
    names: &'static [&'static str],
    cpu: u64,
    memory: u64,
    disk: u64,
    ports: &'static [(u16, Talk)],
    volumes: &'static [(&'static str, u64)],
    gpu: Gpu,
    what: &'static str,
) -> Known {
    Known {
        names,
        cpu,
        memory,
        disk,
        ports,
        volumes,
        gpu,
        what,
    }
}

/// Last parts of image names that tell nothing without the part before them.
const VAGUE: [&str; 7] = [
    "server",
    "sdk",
    "runtime",
    "app",
    "web",
    "all-in-one",
    "community-edition",
];

/// The row of an image, by its name with or without registry, tag and digest.
pub(super) fn find(image: &str) -> Option<&'static Known> {
    let path = repository(image).to_ascii_lowercase();
    let mut parts = path.rsplit('/');
    let last = parts.next().unwrap_or_default();
    let name = if VAGUE.contains(&last) {
        parts.next().unwrap_or(last)
    } else {
        last
    };
    let exact = |name: &str| TABLE.iter().find(|known| known.names.contains(&name));
    exact(name).or_else(|| {
        let plain = name.trim_end_matches("-alpine").trim_end_matches("-slim");
        exact(plain)
    })
}

/// The ports on which an image usually listens.
pub(super) fn ports(image: &str) -> Vec<(u16, Talk)> {
    let tag = image.get(repository(image).len()..).unwrap_or_default();
    match find(image) {
        // These images run PHP behind a web server instead of a web server of their own.
        _ if tag.contains("fpm") => vec![(9000, Talk::Inner)],
        Some(known) => known.ports.to_vec(),
        None => Vec::new(),
    }
}

/// The name without tag and digest.
pub(super) fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or_default();
    let slash = image.rfind('/').map_or(0, |at| at + 1);
    match image.get(slash..).and_then(|last| last.find(':')) {
        Some(colon) => image.get(..slash + colon).unwrap_or(image),
        None => image,
    }
}

/// Billions of parameters that a text names, e.g. 8 in `Llama-3.1-8B-Instruct` and 46.7 as `8x7b`, in tenths.
fn parameters(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let mut best = None;
    for word in lower.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')) {
        let Some(number) = word.strip_suffix('b') else {
            continue;
        };
        let (times, number) = match number.split_once('x') {
            Some((times, number)) => (times.parse::<u64>().ok(), number),
            None => (Some(1), number),
        };
        let (whole, tenth) = match number.split_once('.') {
            Some((whole, part)) => (whole, part.get(..1).unwrap_or("0")),
            None => (number, "0"),
        };
        let tenths = whole.parse::<u64>().ok().zip(tenth.parse::<u64>().ok());
        let tenths = tenths.and_then(|(whole, tenth)| whole.checked_mul(10)?.checked_add(tenth));
        if let (Some(times), Some(tenths)) = (times, tenths) {
            let all = times.saturating_mul(tenths);
            if (1..=20_000).contains(&all) {
                best = best.max(Some(all));
            }
        }
    }
    best
}

/// What a model of a size needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModelNeeds {
    /// GiB of memory on graphics cards.
    pub(super) vram: u64,
    /// Graphics cards.
    pub(super) cards: u64,
    /// Models of cards that have enough memory each.
    pub(super) models: &'static [&'static str],
    /// GiB of the weights on disk.
    pub(super) weights: u64,
    /// The size as the source names it, e.g. `8B`.
    pub(super) named: String,
}

/// Cards by the memory they have, in GiB, as providers name them.
const CARDS: [(u64, &[&str]); 4] = [
    (
        24,
        &[
            "rtx3090", "rtx4090", "l4", "rtxa5000", "a40", "rtxa6000", "l40", "l40s", "a100",
            "h100", "h200",
        ],
    ),
    (
        48,
        &["a40", "rtxa6000", "l40", "l40s", "a100", "h100", "h200"],
    ),
    (80, &["a100", "h100", "h200"]),
    (141, &["h200"]),
];

/// Estimates what a model needs from the texts that name it: two bytes for each parameter, or fewer where the name tells
/// that its numbers are shorter, and a quarter more for what the server keeps beside.
pub(super) fn model_needs<'t>(texts: impl Iterator<Item = &'t str>) -> Option<ModelNeeds> {
    let texts: Vec<&str> = texts.take(500).collect();
    let tenths = texts.iter().filter_map(|text| parameters(text)).max()?;
    let has = |marks: &[&str]| {
        texts.iter().any(|text| {
            let lower = text.to_ascii_lowercase();
            marks.iter().any(|mark| lower.contains(mark))
        })
    };
    // Bits of one parameter.
    let bits = if has(&["awq", "gptq", "int4", "4bit", "4-bit", "q4", "nf4", "w4a16"]) {
        5
    } else if has(&["fp8", "int8", "8bit", "8-bit", "q8", "w8a8"]) {
        8
    } else {
        16
    };
    let weights = tenths.saturating_mul(bits).div_ceil(80).max(1);
    let vram = weights.saturating_mul(5).div_ceil(4).saturating_add(2);
    let fitting = CARDS.iter().find(|(memory, _)| *memory >= vram);
    let (cards, models) = match fitting {
        Some((_, models)) => (1, *models),
        None => {
            let cards = [2, 4, 8]
                .into_iter()
                .find(|cards| cards * 80 >= vram)
                .unwrap_or(8);
            (cards, CARDS.get(2).map_or(&[][..], |(_, models)| *models))
        }
    };
    let named = if tenths.is_multiple_of(10) {
        format!("{}B", tenths / 10)
    } else {
        format!("{}.{}B", tenths / 10, tenths % 10)
    };
    Some(ModelNeeds {
        vram,
        cards,
        models,
        weights,
        named,
    })
}
