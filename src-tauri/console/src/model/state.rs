//! States and reasons. A word that is not known yet is kept as it came.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::json::{Mismatch, Read};

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal $(| $also:literal)*,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
            /// A word that this version does not know.
            Other(String),
        }

        impl $name {
            /// The word as the Console writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text $(| $also)* => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl Read for $name {
            fn read(value: &Value) -> Result<Self, Mismatch> {
                String::read(value).map(|text| text.as_str().into())
            }
        }
    };
}

words! {
    /// Whether a deployment stands.
    DeploymentState {
        /// It stands, with or without a lease.
        Active = "active",
        /// It was closed, by its owner or because the money ran out.
        Closed = "closed",
    }
}

words! {
    /// What became of a lease.
    LeaseState {
        /// It runs and is paid for.
        Active = "active",
        /// The money ran out.
        InsufficientFunds = "insufficient_funds",
        /// Somebody closed it.
        Closed = "closed",
        /// It runs and is paid for, and the provider has announced its end.
        Reclaiming = "reclaiming",
    }
}

impl LeaseState {
    /// Whether it is being paid for.
    #[must_use]
    pub fn runs(&self) -> bool {
        matches!(self, Self::Active | Self::Reclaiming)
    }
}

words! {
    /// What became of a bid.
    BidState {
        /// It can be taken.
        Open = "open",
        /// It was taken: a lease came of it.
        Active = "active",
        /// Another bid was taken.
        Lost = "lost",
        /// The provider took it back, or the deployment was closed.
        Closed = "closed",
    }
}

words! {
    /// The state of an escrow account.
    EscrowState {
        /// It pays.
        Open = "open",
        /// It was closed and what was left went back.
        Closed = "closed",
        /// It could not pay what was due.
        Overdrawn = "overdrawn",
    }
}

words! {
    /// Why a lease ended.
    CloseReason {
        /// It did not end.
        None = "lease_closed_invalid",
        /// Its owner closed it.
        Owner = "lease_closed_owner",
        /// The provider: the workload was unstable.
        Unstable = "lease_closed_reason_unstable",
        /// The provider was decommissioned.
        Decommission = "lease_closed_reason_decommission",
        /// The provider gave no reason.
        Unspecified = "lease_closed_reason_unspecified",
        /// The provider got no manifest in time.
        ManifestTimeout = "lease_closed_reason_manifest_timeout",
        /// The money ran out.
        InsufficientFunds = "lease_closed_reason_insufficient_funds",
    }
}
