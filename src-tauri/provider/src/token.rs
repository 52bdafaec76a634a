//! Tokens: what is asked for, and a type that does not show them.

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use thiserror::Error;

use crate::{BoxFuture, LeaseId};

/// How long a token is asked to live. A gateway looks at it only when a connection begins.
pub(crate) const LIFETIME: Duration = Duration::from_secs(300);

/// A bearer token for one lease at one provider. Who has one with the scope `shell` can do anything in the containers, so
/// it is held in memory only, and neither shown nor compared.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// Takes over a token as the Console gave it.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The value of an `Authorization` header.
    pub(crate) fn header(&self) -> String {
        format!("Bearer {}", self.0.expose_secret())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// What a token allows at a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Read logs.
    Logs,
    /// Read events.
    Events,
    /// Run commands.
    Shell,
    /// Read the status of the lease.
    Status,
}

impl Scope {
    /// Its name in a token.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logs => "logs",
            Self::Events => "events",
            Self::Shell => "shell",
            Self::Status => "status",
        }
    }
}

/// A token that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRequest {
    /// The `akash1…` address of the provider that will see it.
    pub provider: String,
    /// The lease that it is for.
    pub lease: LeaseId,
    /// What it has to allow: never more than one connection needs.
    pub scope: Scope,
}

impl TokenRequest {
    /// How long the token has to live, in seconds.
    pub fn ttl_seconds(&self) -> u64 {
        LIFETIME.as_secs()
    }

    /// The claim `leases` of the narrowest token: one provider, one lease, one scope. The Console's own web page asks for a
    /// token that is good at every provider of the account, with which each of them could open shells at the others.
    pub fn leases(&self) -> Value {
        let LeaseId { dseq, gseq, oseq } = self.lease;
        // The schema wants `services`, and the gateway does not look at it.
        json!({ "access": "granular", "permissions": [{
            "provider": self.provider, "access": "granular", "deployments": [{
                "dseq": dseq, "gseq": gseq, "oseq": oseq, "scope": [self.scope.name()], "services": [],
            }],
        }] })
    }
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// The Console does not accept the account's key.
    #[error("the Console does not accept the API key")]
    KeyRefused,
    /// The Console could not be reached or did not answer.
    #[error("the Console did not answer")]
    Unavailable,
    /// The Console refused for another reason, in its own words.
    #[error("the Console gave no token: {0}")]
    Refused(String),
}

/// Who asks the Console for tokens.
pub trait TokenSource: Send + Sync {
    /// Gives a new token. It is not asked again while the last one is good.
    fn fresh(&self, request: TokenRequest) -> BoxFuture<'_, Result<Token, TokenError>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new("secret".to_owned());
        assert!(!format!("{token:?}").contains("secret"));
    }

    #[test]
    fn a_token_is_asked_for_one_lease_and_one_scope() {
        let lease = LeaseId {
            dseq: 24_260_271,
            gseq: 1,
            oseq: 2,
        };
        let request = TokenRequest {
            provider: "akash1p".to_owned(),
            lease,
            scope: Scope::Logs,
        };
        let claim = request.leases();
        let deployment = &claim["permissions"][0]["deployments"][0];
        assert!(deployment["dseq"].is_u64());
        assert_eq!(deployment["scope"], json!(["logs"]));
        assert_eq!(claim["permissions"].as_array().unwrap().len(), 1);
    }
}
