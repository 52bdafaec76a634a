//! Versions of the Console's API, by day. The API changes every month, and clients meet many of its versions. The days
//! are those of the commits in the Console's public repository, unless a change says otherwise.

use jiff::civil::{Date, date};

/// The Console's API as it was on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiVersion(Date);

/// The day is before the oldest known version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the simulator knows the Console since {since}, not as of {0}", since = ApiVersion::OLDEST.0)]
pub struct VersionTooOld(Date);

/// A change of the API. [`ApiChange::day`] has the day.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ApiChange {
    /// `GET /v1/bids/{dseq}` exists; bids say `isCertificateRequired`.
    BidsByPath,
    /// Certificates are optional, leases have a status without one, and lists of keys no longer show keys.
    ProviderTokens,
    /// `POST /v1/create-jwt-token` exists.
    CreateToken,
    /// Objects have the newer chain's form: `id`, `hash`, and lists of amounts in escrows.
    NewShapes,
    /// A body that is not JSON gets 400; before 500.
    MalformedIs400,
    /// A dseq is validated; `/v1/wallet-settings` exists.
    DseqValidated,
    /// The chain's `insufficient balance` gets 402; before 500.
    NoFundsIs402,
    /// Only audited providers bid and can be leased from.
    AuditedOnly,
    /// `GET /v1/weekly-cost` exists.
    WeeklyCost,
    /// The query `userId` of wallets must be a UUID.
    WalletUuid,
    /// The provider of a lease must be an address.
    ProviderChecked,
    /// The list of templates has no SDL files.
    SlimTemplates,
    /// Bodies have a size limit and must be JSON; capacity and provider statistics are nested.
    BodiesLimited,
    /// An API key together with an `Authorization` header gets 400.
    OneCredential,
    /// The leases in a list have no status.
    ListWithoutStatus,
    /// Certificates are removed, errors about SDL files give the reason, and wallets have `denom`.
    NoCertificates,
    /// Everything is paid in `uact`; before in USDC.
    Act,
    /// `/v2/deployment-settings` exists.
    SettingsV2,
    /// `GET /v1/blockchain-status` exists.
    BlockchainStatus,
    /// The usage history has amounts in ACT.
    ActUsage,
    /// `POST /v1/bid-screening` exists.
    Screening,
    /// Trials cannot use some GPU models.
    TrialGpus,
    /// A trial may have more than five deployments, and wallets have `topUpMinAmountUsd`.
    NoTrialLimit,
    /// A dseq is a time in milliseconds; before a height.
    DseqIsTime,
    /// Bids have `reclamation_window`.
    Reclamation,
    /// Leasing again only sends the manifest again; before an error.
    LeaseRepeatable,
    /// GPU models have `displayName`.
    GpuNames,
    /// Closing again succeeds, and a trial's new deployment closes its deployments without a lease.
    CloseRepeatable,
    /// Users have `onboardingSkippedAt`.
    OnboardingSkipped,
    /// A wallet that is being provisioned gets 409.
    Provisioning,
    /// Wallet settings have a threshold and an amount (again, after 2025-12-04).
    Thresholds,
    /// The schema no longer requires a deposit, and wallet settings have a mode.
    DepositOptional,
    /// Errors about missing credit have their present texts.
    CreditWords,
    /// Deployments have `consoleSettings` with the stored SDL file. (From a pull request; not seen in code.)
    ConsoleSettings,
    /// The client's deposit is ignored. (From a pull request; not seen in code.)
    DepositIgnored,
    /// Leasing uses the stored manifest instead of the client's. (From a pull request; not seen in code.)
    StoredManifest,
    /// Lists can be filtered by state and have groups. (From a pull request; not seen in code.)
    ListByState,
    /// Every deployment is funded automatically, and `GET /v1/deployment-funding-config` has the rules. Funding cannot be
    /// switched off, and reading a deployment's settings no longer creates them. (From code of about this day.)
    FundingConfig,
    /// Deployments have names: given at their creation, changed by `PATCH /v1/deployments/{dseq}`. (From code of about this day.)
    Names,
    /// A deployment may stop by itself after some hours, and `/v1/activities` and the asynchronous close exist. (From code of
    /// about this day.)
    RuntimeLimits,
}

impl ApiChange {
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
            Self::FundingConfig | Self::Names => date(2026, 9, 16),
            Self::RuntimeLimits => date(2026, 9, 17),
        }
    }
}

impl ApiVersion {
    /// The oldest known version.
    pub const OLDEST: Self = Self(date(2025, 9, 16));

    /// The newest known version, and the default.
    pub const LATEST: Self = Self(date(2026, 9, 17));

    /// The version of a day. Days after the newest known change are valid.
    ///
    /// # Errors
    /// The day is before [`Self::OLDEST`].
    pub fn as_of(day: Date) -> Result<Self, VersionTooOld> {
        if day < Self::OLDEST.0 {
            Err(VersionTooOld(day))
        } else {
            Ok(Self(day))
        }
    }

    /// Whether this version has a change.
    pub(crate) fn has(self, change: ApiChange) -> bool {
        self.0 >= change.day()
    }
}

impl Default for ApiVersion {
    fn default() -> Self {
        Self::LATEST
    }
}

impl std::str::FromStr for ApiVersion {
    type Err = Box<dyn std::error::Error + Send + Sync>;

    /// Parses a day such as `2026-03-10`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::as_of(text.parse()?)?)
    }
}
