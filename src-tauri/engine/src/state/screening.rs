//! Who could run a file, and what keeps the others away, as far as the Console was asked.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::Duration,
};

use akash_market::Usd;
use akash_sdl::{Instead, Requirement};
use tokio::{task::AbortHandle, time::Instant};
use uuid::Uuid;

use crate::view::Edit;

/// Where nothing could be found out, it is tried again after so long.
const AGAIN: Duration = Duration::from_secs(30);

/// What was found out, or is being found out.
#[derive(Default)]
pub(crate) struct Screenings {
    pub(crate) draft: Option<Screening>,
    pub(crate) records: HashMap<Uuid, Screening>,
}

/// Of one text.
pub(crate) struct Screening {
    /// The draft's `id` and `rev`.
    pub(crate) of: (u32, u32),
    pub(crate) began: Instant,
    pub(crate) busy: bool,
    pub(crate) groups: Vec<GroupScreening>,
    pub(crate) task: AbortHandle,
}

impl Screening {
    /// Nothing could be found out: the Console does not screen, or can't be reached.
    pub(crate) fn silent(&self) -> bool {
        !self.busy && self.groups.is_empty()
    }

    /// Whether to try once more.
    pub(crate) fn again(&self) -> bool {
        self.silent() && self.began.elapsed() >= AGAIN
    }
}

impl Drop for Screening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Of one group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GroupScreening {
    pub(crate) gseq: u32,
    /// Its name, where the file has several groups.
    pub(crate) name: Option<String>,
    /// Addresses of the providers that fit.
    pub(crate) fits: Vec<String>,
    pub(crate) verdict: Verdict,
    pub(crate) offered: Vec<OfferedChange>,
    /// The account is on trial, and bids with the largest GPUs are hidden from it.
    pub(crate) trial_hides_gpus: bool,
    /// What it usually costs a month.
    pub(crate) usual: Option<Usd>,
}

/// How many fit, and why nobody does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// So many fit, of so many providers where that is known; `unanswered`: they were asked, and none bid.
    Count {
        fits: usize,
        providers: Option<usize>,
        unanswered: bool,
    },
    /// A trial includes none of the GPUs.
    NotOnTrial,
    /// Nobody fits, and this requirement by itself is why.
    Lacks {
        providers: Option<usize>,
        what: Requirement,
    },
    /// Nobody fits, and no requirement by itself is why.
    Together { providers: Option<usize> },
}

/// A change that lets more providers in, and the text that has it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OfferedChange {
    pub(crate) change: Change,
    /// The compute profile it is of, where the group has several.
    pub(crate) profile: Option<String>,
    /// How many providers fit then; `None` where that can't be counted.
    pub(crate) fits: Option<usize>,
    pub(crate) text: String,
    /// What leads from the old text to `text`.
    pub(crate) edits: Vec<Edit>,
}

/// What is changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    /// Less is asked.
    Relax {
        what: Requirement,
        instead: Instead,
        /// Which GPUs will do, where the models are not named one by one.
        gpus: Option<GpuChoice>,
    },
    /// The most it may cost a month, USD: what the file allows, what it would allow, what is usual.
    Raise { allowed: Usd, to: Usd, usual: Usd },
}

/// GPUs that will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GpuChoice {
    /// Any that a trial includes.
    OnTrial,
    /// Any with so many GiB or more.
    Memory(u64),
}

impl OfferedChange {
    /// What the person saw is what is done: two changes that read alike differ in their text.
    pub(crate) fn id(&self, gseq: u32) -> String {
        let mut text = DefaultHasher::new();
        self.text.hash(&mut text);
        format!("{gseq} {:x}", text.finish())
    }
}
