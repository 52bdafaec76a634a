#![doc = include_str!("../README.md")]

mod check;
mod context;
mod draft;
mod explain;
mod js;
mod mend;
mod model;
mod quantity;
mod yaml;

pub mod compare;
pub mod convert;
pub mod derive;
pub mod edit;
pub mod encoding;
pub mod finding;
pub mod group;
pub mod relax;
pub mod requirements;
pub mod summary;

pub use compare::{Comparison, Difference, Verdict};
pub use context::{Context, Edition};
pub use derive::{Derivation, Derived, manifest_hash};
pub use finding::{Finding, Fix, Related, Severity, TextEdit};
pub use group::{
    Ceiling, Endpoint, EndpointKind, Gpu, GpuModel, Group, ResourceUnit, SignedBy, Volume,
};
pub use relax::{Instead, Relaxation, Requirement};
pub use requirements::{RequiredResource, RequiredVolume, Requirements};
pub use summary::{
    PlacementSummary, PortSummary, Reach, ServicePlacement, ServiceSummary, Summary, VolumeSummary,
};

/// Reads and checks a text. Never panics; all findings at once, in the order of the text.
///
/// ```
/// let checked = akash_sdl::check("version: \"2.0\"\nservices:\n  web:\n    imgae: nginx\n");
/// assert!(checked.sdl.is_none());
/// let typo = checked.findings.iter().find(|finding| finding.code == "unknown-field").unwrap();
/// assert_eq!((typo.line, typo.column), (4, 5));
/// assert_eq!(typo.hint.as_deref(), Some("Did you mean `image`?"));
/// ```
pub fn check(text: &str) -> Checked {
    check_with(text, &Context::default())
}

/// Reads and checks a text, knowing which Console it goes to and what the rates are. As [`check`] otherwise.
///
/// ```
/// # use akash_sdl::{Context, Edition, check_with};
/// # let text = "version: \"2.0\"\nservices: {web: {image: \"nginx:1.27\", expose: [{port: 80, to: [{global: true}], http_options: {read_timeout: 120s}}]}}\nprofiles: {compute: {web: {resources: {cpu: {units: 1}, memory: {size: 1Gi}, storage: {size: 1Gi}}}}, placement: {here: {pricing: {web: {denom: uact, amount: 1000}}}}}\ndeployment: {web: {here: {profile: web, count: 1}}}\n";
/// let autumn = Context { edition: Some(Edition::Autumn2026), ..Context::default() };
/// assert!(check_with(text, &autumn).sdl.is_some(), "a timeout of 120 seconds is fine there");
/// let summer = Context { edition: Some(Edition::Summer2026), ..Context::default() };
/// assert!(check_with(text, &summer).sdl.is_none());
/// ```
pub fn check_with(text: &str, context: &Context) -> Checked {
    let (findings, model) = check::check(text, context);
    Checked {
        findings,
        sdl: model.map(|model| Sdl { model }),
    }
}

/// The outcome of a check.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What there is to say, in the order of the text.
    pub findings: Vec<Finding>,
    /// What the file means: present exactly when no finding is an error. Where one is [`Severity::Refused`] it is
    /// present, and [`Checked::stops`] says so.
    pub sdl: Option<Sdl>,
}

impl Checked {
    /// Whether a finding stops the file: the Console or the chain refuses it.
    pub fn stops(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity.stops())
    }
}

/// A valid SDL.
#[derive(Clone)]
pub struct Sdl {
    model: model::Model,
}

impl std::fmt::Debug for Sdl {
    /// Names only: values of environment variables and passwords do not belong into logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self
            .model
            .services()
            .iter()
            .map(|service| service.name.as_str())
            .collect();
        f.debug_struct("Sdl")
            .field("services", &names)
            .finish_non_exhaustive()
    }
}

impl Sdl {
    /// What the file asks for, told for people.
    pub fn summary(&self) -> Summary {
        explain::summary(&self.model)
    }

    /// The groups in order of `gseq`.
    pub fn groups(&self) -> Vec<Group> {
        explain::groups(&self.model)
    }

    /// The manifest and its hash.
    pub fn derive(&self, derivation: Derivation) -> Derived {
        derive::derive(&self.model, derivation)
    }

    /// What bid screening needs, one entry per group.
    pub fn requirements(&self) -> Vec<Requirements> {
        explain::requirements(&self.model)
    }

    /// What could be asked less of when no provider bids, in a stable order; at most 200.
    pub fn relaxations(&self) -> Vec<Relaxation> {
        relax::relaxations(&self.model)
    }

    /// Whether the manifest that a server made or runs is what this file says.
    pub fn compare(&self, manifest_from_server: &str) -> Comparison {
        compare::compare(&self.model, manifest_from_server)
    }
}
