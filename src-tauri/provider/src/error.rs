//! Why a connection did not come about, and why a stream ended.

use std::{io, time::Duration};

use thiserror::Error;
use tokio_tungstenite::tungstenite::{
    Error as WsError, error::ProtocolError, protocol::CloseFrame,
};

use crate::{CertificateError, TokenError};

/// Where a connection got stuck.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Step {
    /// Finding the address of the host name.
    #[error("finding its address")]
    Lookup,
    /// Making the connection.
    #[error("connecting")]
    Connect,
    /// Agreeing on encryption.
    #[error("agreeing on encryption")]
    Encrypt,
    /// Waiting for the answer to a request.
    #[error("waiting for its answer")]
    Answer,
}

/// Why there is no connection to a provider.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConnectError {
    /// Its host name has no address.
    #[error("the provider's host name is not known")]
    UnknownHost,
    /// Its host name leads into this computer or a private network.
    #[error("the provider's host name leads into a private network")]
    PrivateAddress,
    /// Nothing accepts connections there, or the network is down.
    #[error("the provider cannot be reached: {0:?}")]
    Unreachable(io::ErrorKind),
    /// It took too long.
    #[error("the provider took too long while {0}")]
    TimedOut(Step),
    /// There is no encryption as providers have it (TLS 1.3).
    #[error("the provider's encryption does not work: {0}")]
    Encryption(String),
    /// Its certificate is not accepted. No token was sent.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// There is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// It refused the request.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It answered with something that is not HTTP, or not what was asked for.
    #[error("the provider gave an answer that makes no sense: {0}")]
    Malformed(String),
}

impl ConnectError {
    /// Whether trying again later may help without anybody doing something.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut(_) | Self::UnknownHost => true,
            Self::Certificate(error) => matches!(error, CertificateError::ChainUnavailable(_)),
            Self::Token(error) => *error == TokenError::Unavailable,
            Self::Refused(refusal) => {
                matches!(refusal, Refusal::Unavailable(_) | Refusal::Failed { .. })
            }
            Self::PrivateAddress | Self::Encryption(_) | Self::Malformed(_) => false,
        }
    }
}

/// Why a gateway refused a request, by its status and its words before and after version 0.11.2.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// It accepts none of two tokens: the clocks differ, or the lease is not this account's.
    #[error("the provider does not accept the token: {0}")]
    Token(String),
    /// It has no such lease.
    #[error("the provider has no such lease")]
    NoLease,
    /// It does not understand the request.
    #[error("the provider does not understand the request: {0}")]
    BadRequest(String),
    /// It, or its cluster, is down.
    #[error("the provider is out of order (status {0})")]
    Unavailable(u16),
    /// It failed in another way.
    #[error("the provider failed with status {status}: {text}")]
    Failed {
        /// The HTTP status.
        status: u16,
        /// Its own words, shortened and without control characters.
        text: String,
    },
}

impl Refusal {
    /// What a status and a body mean.
    pub(crate) fn of(status: u16, body: &[u8]) -> Self {
        let text = words(body);
        match status {
            401 => Self::Token(text),
            400 if text.contains("JWT") || text.contains("authorization header") => {
                Self::Token(text)
            }
            // Before version 0.11.2 all trouble with tokens but `unauthorized` is a 500.
            500 if text.contains("processing JWT") => Self::Token(text),
            400 | 422 => Self::BadRequest(text),
            404 => Self::NoLease,
            502..=504 => Self::Unavailable(status),
            _ => Self::Failed { status, text },
        }
    }
}

/// The words in a body: `{"message":"…"}`, or plain text.
fn words(body: &[u8]) -> String {
    let message = serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .and_then(|body| body.get("message")?.as_str().map(str::to_owned));
    tidy(
        &message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()),
        300,
    )
}

/// Words of a server, made harmless: one line, no control characters, at most so many characters.
pub(crate) fn tidy(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text
        .split(|one: char| one.is_whitespace() || one.is_control())
        .filter(|word| !word.is_empty())
    {
        if !out.is_empty() {
            out.push(' ');
            count += 1;
        }
        for one in word.chars() {
            if count >= most {
                out.push('…');
                return out;
            }
            // Marks that turn the direction of text could make a server's words look like ours.
            if !matches!(one, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                out.push(one);
                count += 1;
            }
        }
    }
    out
}

/// The beginning of a text, of at most so many bytes, without a divided character.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len()))
        .rev()
        .find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// How a stream ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// In order: everything was said, or all pods of the stream ended. Providers close the connection without a close frame.
    Finished,
    /// With the connection: cut on the way, or the provider stopped.
    Lost(io::ErrorKind),
    /// Nothing came for so long that the connection counts as dead.
    Silent(Duration),
    /// 4000 without words: a container is not ready yet, or the provider failed inside.
    NotReady,
    /// 4000 "no running pods".
    NoPods,
    /// 4001: there is no such lease any more.
    LeaseGone,
    /// 4002: the provider cannot reach its cluster.
    ClusterDown,
    /// Closed with another code.
    Closed {
        /// The code; 1005 if there was none.
        code: u16,
        /// The reason, shortened.
        reason: String,
    },
    /// What came is no stream of a provider.
    Malformed(String),
}

impl End {
    pub(crate) fn of_close(frame: Option<CloseFrame>) -> Self {
        let Some(frame) = frame else {
            return Self::Closed {
                code: 1005,
                reason: String::new(),
            };
        };
        let reason = tidy(&frame.reason, 200);
        match (u16::from(frame.code), reason.as_str()) {
            (1000, _) => Self::Finished,
            (4000, "") => Self::NotReady,
            (4000, said) if said.contains("no running pods") => Self::NoPods,
            // Before version 0.11.2 everything is 4000, told apart by words if at all.
            (4000, said) if said.contains("lease not found") || said.contains("no lease") => {
                Self::LeaseGone
            }
            (4001, _) => Self::LeaseGone,
            (4002, _) => Self::ClusterDown,
            (code, _) => Self::Closed { code, reason },
        }
    }

    pub(crate) fn of_error(error: WsError) -> Self {
        match error {
            WsError::ConnectionClosed | WsError::AlreadyClosed => Self::Finished,
            // How a provider ends a stream on which all was said: the connection closes without a close frame.
            WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Self::Finished,
            WsError::Io(error) => Self::Lost(error.kind()),
            other => Self::Malformed(tidy(&other.to_string(), 200)),
        }
    }
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Finished => f.write_str("the stream is over"),
            Self::Lost(kind) => write!(f, "the connection was lost ({kind:?})"),
            Self::Silent(wait) => write!(f, "nothing came for {} s", wait.as_secs()),
            Self::NotReady => f.write_str("a container is not ready yet"),
            Self::NoPods => f.write_str("no container runs"),
            Self::LeaseGone => f.write_str("the provider has no such lease any more"),
            Self::ClusterDown => f.write_str("the provider cannot reach its cluster"),
            Self::Closed { code, reason } => {
                write!(f, "the provider closed the stream with {code} {reason}")
            }
            Self::Malformed(what) => write!(f, "what came is no stream of a provider: {what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_generations_of_refusals_mean_the_same() {
        let token =
            |status, body: &str| matches!(Refusal::of(status, body.as_bytes()), Refusal::Token(_));
        assert!(token(401, r#"{"message":"unauthorized access"}"#));
        assert!(token(400, r#"{"message":"JWT has invalid claims"}"#));
        assert!(token(400, r#"{"message":"invalid authorization header"}"#));
        assert!(token(
            500,
            r#"{"message":"unknown error while processing JWT. token has invalid claims: token is expired"}"#
        ));
        assert_eq!(Refusal::of(404, b""), Refusal::NoLease);
        assert_eq!(Refusal::of(400, b""), Refusal::BadRequest(String::new()));
        assert_eq!(Refusal::of(503, b"no"), Refusal::Unavailable(503));
    }

    proptest! {
        #[test]
        fn words_of_a_server_are_harmless(text in ".*", most in 0_usize..40) {
            let tidy = tidy(&text, most);
            prop_assert!(tidy.chars().count() <= most + 2);
            prop_assert!(!tidy.chars().any(char::is_control));
        }
    }
}
