//! Read Akash SDL files: check, explain, derive groups and manifest.

pub mod compare;
pub mod derive;
pub mod edit;
pub mod finding;
pub mod group;
pub mod requirements;
pub mod summary;

pub use compare::{Comparison, Difference, Verdict};
pub use derive::{Derivation, Derived};
pub use finding::{Finding, Fix, Related, Severity, TextEdit};
pub use group::{
    Ceiling, Endpoint, EndpointKind, Gpu, GpuModel, Group, ResourceUnit, SignedBy, Volume,
};
pub use requirements::{RequiredResource, RequiredVolume, Requirements};
pub use summary::{
    PlacementSummary, PortSummary, Reach, ServicePlacement, ServiceSummary, Summary, VolumeSummary,
};

/// Reads and checks a text. Never panics; all findings at once, in the order of the text.
pub fn check(text: &str) -> Checked {
    let _ = text;
    Checked {
        findings: Vec::new(),
        sdl: None,
    }
}

/// The outcome of a check.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What there is to say, in the order of the text.
    pub findings: Vec<Finding>,
    /// What the file means: present exactly when no finding is an error.
    pub sdl: Option<Sdl>,
}

/// A valid SDL.
#[derive(Clone, Debug, PartialEq)]
pub struct Sdl {}

impl Sdl {
    /// What the file asks for, told for people.
    pub fn summary(&self) -> Summary {
        Summary {
            services: Vec::new(),
            placements: Vec::new(),
        }
    }

    /// The groups in order of `gseq`.
    pub fn groups(&self) -> Vec<Group> {
        Vec::new()
    }

    /// The manifest and its hash.
    pub fn derive(&self, derivation: Derivation) -> Derived {
        let _ = derivation;
        Derived {
            manifest: String::new(),
            hash: String::new(),
        }
    }

    /// What bid screening needs, one entry per group.
    pub fn requirements(&self) -> Vec<Requirements> {
        Vec::new()
    }

    /// Whether the manifest that a server made or runs is what this file says.
    pub fn compare(&self, manifest_from_server: &str) -> Comparison {
        let _ = manifest_from_server;
        Comparison {
            verdict: Verdict::Unreadable,
            differences: Vec::new(),
        }
    }
}
