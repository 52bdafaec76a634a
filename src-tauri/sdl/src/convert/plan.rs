//! What a source asks for, in one form for all kinds of source, before sizes and ports are settled.

use super::notes::{Losses, Note, Noted};
use super::types::{ConvertError, Kind};

/// Most services of one conversion. A provider runs a deployment on few machines, and larger ones find no bids.
pub(super) const MOST_SERVICES: usize = 60;

/// Everything that is to run.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) kind: Kind,
    pub(super) services: Vec<Service>,
    pub(super) losses: Losses,
}

impl Plan {
    pub(super) fn new(kind: Kind) -> Self {
        Self {
            kind,
            services: Vec::new(),
            losses: Losses::default(),
        }
    }

    /// The error for a source of which nothing is left.
    pub(super) fn nothing(self, why: impl Into<String>) -> ConvertError {
        ConvertError::NothingToRun {
            why: why.into(),
            lost: self.losses.into_list(),
        }
    }
}

/// One service as its source describes it.
#[derive(Clone, Debug, Default)]
pub(super) struct Service {
    /// The name in the source; empty where it has none.
    pub(super) key: String,
    /// Other host names under which the source's services know it.
    pub(super) aliases: Vec<String>,
    pub(super) image: Noted<String>,
    pub(super) command: Noted<Vec<String>>,
    pub(super) args: Noted<Vec<String>>,
    pub(super) env: Vec<Env>,
    pub(super) ports: Vec<Port>,
    /// Names of services in the source that this one needs.
    pub(super) needs: Vec<String>,
    /// Networks that it shares with others; services without a common one don't see each other.
    pub(super) networks: Vec<String>,
    pub(super) volumes: Vec<Volume>,
    /// Thousandths of a core.
    pub(super) cpu: Option<Noted<u64>>,
    /// Bytes.
    pub(super) memory: Option<Noted<u64>>,
    /// Bytes of the disk that is lost at a restart.
    pub(super) disk: Option<Noted<u64>>,
    pub(super) gpu: Option<Noted<Gpu>>,
    pub(super) count: Noted<u64>,
    /// Whether it is to run once and then end, as far as the source tells.
    pub(super) once: bool,
    /// Host names that its web port answers to.
    pub(super) hosts: Vec<String>,
}

impl Service {
    /// Changes how each note and volume names what the source says.
    pub(super) fn worded(&mut self, words: impl Fn(&str) -> String) {
        let sizes = [&mut self.cpu, &mut self.memory, &mut self.disk];
        let sizes = sizes.into_iter().flatten().map(|size| &mut size.notes);
        let own = [
            &mut self.image.notes,
            &mut self.command.notes,
            &mut self.args.notes,
            &mut self.count.notes,
        ];
        let env = self.env.iter_mut().map(|env| &mut env.notes);
        let gpu = self.gpu.iter_mut().map(|gpu| &mut gpu.notes);
        for note in sizes.chain(own).chain(env).chain(gpu).flatten() {
            note.from = words(&note.from);
        }
        for volume in &mut self.volumes {
            volume.from = words(&volume.from);
            for note in &mut volume.notes {
                note.from = words(&note.from);
            }
        }
        for port in &mut self.ports {
            port.from = format!("-p {}", port.from.trim_start_matches("expose: "));
        }
    }
}

/// An environment variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Env {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) notes: Vec<Note>,
}

impl Env {
    pub(super) fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            notes: Vec::new(),
        }
    }
}

/// How a port talks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Proto {
    #[default]
    Tcp,
    Udp,
}

impl Proto {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// Who the source lets reach a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Published {
    /// Other services only.
    #[default]
    No,
    /// Programs on the same machine.
    Loopback,
    /// Everyone, as is usual for the image; the source says nothing.
    Usual,
    /// Everyone, at the port of the host that is given, or at any.
    Everyone(Option<u16>),
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Port {
    pub(super) port: u16,
    pub(super) proto: Proto,
    pub(super) published: Published,
    /// Whether it speaks http, where the source says so.
    pub(super) http: Option<bool>,
    /// How the source writes it.
    pub(super) from: String,
}

/// Where a volume's files stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// On disk, as long as the lease lasts.
    Disk,
    /// In memory.
    Ram,
}

/// A folder of a container that is a volume of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Volume {
    /// The name in the source; empty where it has none.
    pub(super) name: String,
    pub(super) mount: String,
    pub(super) keep: Keep,
    /// Bytes.
    pub(super) size: Option<u64>,
    pub(super) read_only: bool,
    /// How the source writes it.
    pub(super) from: String,
    pub(super) notes: Vec<Note>,
}

/// Graphics cards of one replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gpu {
    pub(super) units: u64,
    /// Models that will do, with the memory they must have; none for any.
    pub(super) models: Vec<(String, Option<String>)>,
}
