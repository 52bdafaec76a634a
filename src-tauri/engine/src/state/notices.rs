//! What a person was told, as facts. `present::notices` words it.

use akash_market::Usd;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    record::{News, Problem},
    view::NoticeKind,
};

/// Something to say once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct HeldNotice {
    /// Unique in a run.
    pub(crate) id: u32,
    pub(crate) what: Told,
    /// The deployment it is about.
    pub(crate) deployment: Option<Uuid>,
    pub(crate) at: Timestamp,
    /// Worth a desktop notification while the window is hidden.
    pub(crate) desktop: bool,
}

/// What there is to say.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    /// News of the deployment called `name`.
    News { news: News, name: String },
    /// The journal was damaged; the old one is kept under this name.
    JournalDamaged(String),
    /// So many records cannot be read.
    RecordsUnread(usize),
    /// What the shell around the engine has to say: a title, and what to do next.
    Shell { title: String, next: Option<String> },
    /// The same of files that came from outside the window.
    ShellFiles { title: String, next: Option<String> },
    /// One of several files that were given could not be used.
    FileRefused(Problem),
    /// A file is not saved as UTF-8.
    Encoding(EncodingNote),
    /// A text gave way and is kept; where it came from.
    DraftKept(String),
    /// Something was typed after prices were asked for.
    TypedAfterAsking,
    /// A change could not be written down after it was sent.
    NotWritten(Problem),
    /// The credit, and what of it the Console leaves alone.
    CreditLow { credit: Usd, leaves: Usd },
    /// The keychain took a key late and keeps it.
    KeyStayed,
    /// Names of deployments that nobody sees to while the demo is open.
    Unwatched(Vec<String>),
    /// Automatic funding is on for what replaces the deployment of this name, where it was off.
    FundingOnAgain(String),
    /// What came back when a deployment was closed to ask again.
    AskedAgain { name: String, returned: Usd },
    /// A deployment is closed and could not be asked for again; whether its file is on the check screen.
    NotReplaced { name: String, on_check: bool },
    /// A key that was replaced could not be deleted; its name.
    KeyNotDeleted(String),
    /// The key in use expires within so many days.
    KeyExpires(u8),
    /// *Deploy for me* was stopped.
    RuleStopped(String),
}

/// How a file that is not saved as UTF-8 was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EncodingNote {
    pub(crate) name: String,
    /// What the encoding is called.
    pub(crate) encoding: &'static str,
    /// Line and character to look at, where the encoding was guessed.
    pub(crate) guess: Option<(usize, char)>,
}

impl Told {
    /// What it is about.
    pub(crate) const fn kind(&self) -> NoticeKind {
        match self {
            Self::News { news, .. } => news_kind(*news),
            Self::CreditLow { .. } | Self::FundingOnAgain(_) => NoticeKind::Money,
            Self::RuleStopped(_) => NoticeKind::Bids,
            Self::ShellFiles { .. } => NoticeKind::File,
            Self::JournalDamaged(_)
            | Self::RecordsUnread(_)
            | Self::Shell { .. }
            | Self::FileRefused(_)
            | Self::Encoding(_)
            | Self::DraftKept(_)
            | Self::TypedAfterAsking
            | Self::NotWritten(_)
            | Self::KeyStayed
            | Self::KeyNotDeleted(_)
            | Self::KeyExpires(_)
            | Self::Unwatched(_)
            | Self::AskedAgain { .. }
            | Self::NotReplaced { .. } => NoticeKind::App,
        }
    }
}

const fn news_kind(news: News) -> NoticeKind {
    match news {
        News::FirstBid | News::LapseSoon | News::Lapsed | News::RuleEnds | News::RuleGoesOn => {
            NoticeKind::Bids
        }
        News::Answering | News::Leased | News::Delivered | News::Ready => NoticeKind::Live,
        News::NotAnswering
        | News::Restarting
        | News::Dark
        | News::LeaseLost
        | News::PartLost
        | News::Reclaimed
        | News::Closed
        | News::ClosedElsewhere
        | News::Vanished => NoticeKind::Trouble,
        News::OutOfFunds
        | News::Ceiling
        | News::StopsSoon
        | News::Stopped
        | News::Low
        | News::VeryLow
        | News::Idle
        | News::TrialEnds => NoticeKind::Money,
    }
}
