//! Editions: the Console as it was on a day. The API changes monthly; a client meets all of its states.

pub(crate) mod past;

use jiff::civil::{Date, date};

/// The Console as of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edition(Date);

/// Why there is no such edition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the simulator knows the Console since {since}, not as of {0}", since = Edition::OLDEST.0)]
pub struct TooOld(Date);

/// What changed, with the day from which on it is so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Since {
    /// `GET /v1/bids/{dseq}` exists; bids say `isCertificateRequired`.
    BidsByPath,
    /// Certificates are optional; lease status without one; key lists without the keys.
    ProviderTokens,
    /// `POST /v1/create-jwt-token` exists.
    CreateToken,
    /// The chain's newer shapes: `id`, `hash`, lists of amounts in escrows.
    NewShapes,
    /// A body that is no JSON is a 400.
    MalformedIs400,
    /// Numbers of deployments are validated; `/v1/wallet-settings` exists.
    DseqValidated,
    /// The chain's refusal for want of funds is a 402.
    NoFundsIs402,
    /// Only audited providers.
    AuditedOnly,
    /// `GET /v1/weekly-cost` exists.
    WeeklyCost,
    /// `userId` of wallets is a UUID.
    WalletUuid,
    /// The provider of a lease is checked to be an address.
    ProviderChecked,
    /// Templates are listed without their files.
    SlimTemplates,
    /// Limits of bodies and their types; nested capacity and provider statistics.
    BodiesLimited,
    /// A key and another authorization exclude each other.
    OneCredential,
    /// Lists show leases without status.
    ListWithoutStatus,
    /// Certificates are gone; refused SDLs say why; wallets say their denomination.
    NoCertificates,
    /// Everything is paid in `uact`.
    Act,
    /// v2 of deployment settings exists.
    SettingsV2,
    /// `GET /v1/blockchain-status` exists.
    BlockchainStatus,
    /// Usage says what was spent in ACT.
    ActUsage,
    /// `POST /v1/bid-screening` exists.
    Screening,
    /// Some GPUs are not for trials.
    TrialGpus,
    /// A trial may have more than five deployments; wallets say their least top-up.
    NoTrialLimit,
    /// A deployment's number is a time instead of a height.
    DseqIsTime,
    /// Bids have a reclamation window.
    Reclamation,
    /// Leasing again only sends the manifest again.
    LeaseRepeatable,
    /// GPU models have names for people.
    GpuNames,
    /// Closing again is fine; a trial's new deployment closes those without lease.
    CloseRepeatable,
    /// The user says whether onboarding was skipped.
    OnboardingSkipped,
    /// A wallet that is being set up is a 409.
    Provisioning,
    /// Wallet settings have a threshold and an amount again.
    Thresholds,
    /// The deposit is optional in form; wallet settings have a mode.
    DepositOptional,
    /// The newer words for want of credit.
    CreditWords,
    /// A deployment shows its stored file. (From a pull request; not seen in code.)
    ConsoleSettings,
    /// A chosen deposit is ignored. (From a pull request; not seen in code.)
    DepositIgnored,
    /// The stored manifest wins over the one sent. (From a pull request; not seen in code.)
    StoredManifest,
    /// Lists by state, with groups. (From a pull request; not seen in code.)
    ListByState,
}

impl Since {
    const fn day(self) -> Date {
        match self {
            Self::BidsByPath => date(2025, 9, 24),
            Self::ProviderTokens => date(2025, 10, 3),
            Self::CreateToken => date(2025, 10, 9),
            Self::NewShapes => date(2025, 10, 27),
            Self::MalformedIs400 => date(2025, 11, 12),
            Self::DseqValidated => date(2025, 11, 14),
            Self::NoFundsIs402 => date(2025, 11, 17),
            Self::AuditedOnly => date(2025, 12, 9),
            Self::WeeklyCost => date(2025, 12, 16),
            Self::WalletUuid => date(2026, 1, 20),
            Self::ProviderChecked => date(2026, 1, 22),
            Self::SlimTemplates => date(2026, 1, 26),
            Self::BodiesLimited => date(2026, 1, 29),
            Self::OneCredential => date(2026, 2, 2),
            Self::ListWithoutStatus => date(2026, 2, 19),
            Self::NoCertificates => date(2026, 3, 10),
            Self::Act => date(2026, 3, 23),
            Self::SettingsV2 => date(2026, 3, 24),
            Self::BlockchainStatus => date(2026, 3, 30),
            Self::ActUsage => date(2026, 4, 9),
            Self::Screening => date(2026, 5, 6),
            Self::TrialGpus => date(2026, 5, 21),
            Self::NoTrialLimit => date(2026, 5, 23),
            Self::DseqIsTime => date(2026, 6, 2),
            Self::Reclamation => date(2026, 6, 10),
            Self::LeaseRepeatable => date(2026, 6, 30),
            Self::GpuNames => date(2026, 7, 14),
            Self::CloseRepeatable => date(2026, 7, 29),
            Self::OnboardingSkipped => date(2026, 7, 31),
            Self::Provisioning => date(2026, 8, 3),
            Self::Thresholds => date(2026, 8, 7),
            Self::DepositOptional => date(2026, 8, 20),
            Self::CreditWords => date(2026, 8, 21),
            Self::ConsoleSettings => date(2026, 8, 25),
            Self::DepositIgnored => date(2026, 9, 1),
            Self::StoredManifest => date(2026, 9, 4),
            Self::ListByState => date(2026, 9, 15),
        }
    }
}

impl Edition {
    /// The oldest that is known.
    pub const OLDEST: Self = Self(date(2025, 9, 16));

    /// The newest whose code was read, and the default. Later ones are told of, but were not seen.
    pub const LATEST: Self = Self(date(2026, 8, 22));

    /// The Console as of a day; any later day is fine.
    ///
    /// # Errors
    /// For days before the oldest known.
    pub fn as_of(day: Date) -> Result<Self, TooOld> {
        if day < Self::OLDEST.0 {
            Err(TooOld(day))
        } else {
            Ok(Self(day))
        }
    }

    /// Whether something is so already.
    pub(crate) fn has(self, change: Since) -> bool {
        self.0 >= change.day()
    }
}

impl Default for Edition {
    fn default() -> Self {
        Self::LATEST
    }
}

impl std::str::FromStr for Edition {
    type Err = Box<dyn std::error::Error + Send + Sync>;

    /// Reads a day like `2026-03-10`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::as_of(text.parse()?)?)
    }
}
