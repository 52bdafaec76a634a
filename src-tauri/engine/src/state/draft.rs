//! The file on the check screen, and what gave way to it.

use std::{collections::VecDeque, path::PathBuf, sync::Arc};

use akash_sdl::{Checked, convert::Conversion, edit::Found};

use crate::journal::SavedDraft;

/// The draft in memory: its text, and what was found in it.
#[derive(Clone)]
pub(crate) struct DraftState {
    pub(crate) id: u32,
    pub(crate) rev: u32,
    pub(crate) restored: bool,
    /// The text as it can be had again from where it came, where it can.
    pub(crate) original: Option<String>,
    pub(crate) saved: SavedDraft,
    pub(crate) checked: Arc<Checked>,
    pub(crate) made: Option<Made>,
}

/// How the draft's text was made of something else.
#[derive(Clone)]
pub(crate) struct Made {
    pub(crate) conversion: Arc<Conversion>,
    /// What stands now where each decision of it wrote something; `None` where nothing does any more.
    pub(crate) found: Arc<Vec<Option<Found>>>,
}

/// Files and texts in the list of recent ones, and drafts that gave way.
#[derive(Default)]
pub(crate) struct Shelf {
    /// Files that were given with others and not looked at yet, in the order given.
    pub(crate) waiting: VecDeque<PathBuf>,
    /// Drafts that gave way, for what was typed at the very moment.
    pub(crate) gone: VecDeque<(u32, SavedDraft)>,
}
