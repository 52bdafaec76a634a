//! Bearer tokens: what they allow, and what the gateway says when they do not. Signatures are not checked.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::header::{AUTHORIZATION, HeaderMap};
use serde_json::{Value, json};

use super::{options::GatewayVersion, spec::LeaseId};

/// The scopes that a provider knows. A newer one, `attestation`, only current providers know.
const SCOPES: [&str; 9] = [
    "send-manifest",
    "get-manifest",
    "logs",
    "shell",
    "events",
    "status",
    "restart",
    "hostname-migrate",
    "ip-migrate",
];

/// The claims of a token for a test: [`Gateway::token`](super::Gateway::token) makes one of them.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenClaims {
    /// The account that issues it.
    pub iss: String,
    /// Seconds from now until it is valid; negative for the past.
    pub valid_in: i64,
    /// Seconds from now until it expires; negative for the past.
    pub expires_in: i64,
    /// What it allows: the claim `leases`. `None` allows `scopes` for one deployment at the gateway's provider.
    pub leases: Option<Value>,
    /// The lease that it is for, unless `leases` says otherwise.
    pub lease: LeaseId,
    /// The scopes that it allows, unless `leases` says otherwise.
    pub scopes: Vec<String>,
}

impl TokenClaims {
    /// A token of the lease's owner for that lease and some scopes, valid for five minutes.
    pub fn for_lease(lease: &LeaseId, scopes: &[&str]) -> Self {
        Self {
            iss: lease.owner.clone(),
            valid_in: 0,
            expires_in: 300,
            leases: None,
            lease: lease.clone(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        }
    }

    /// The token in text, for a provider, at a time in Unix seconds.
    pub(crate) fn encode(&self, provider: &str, now: i64) -> String {
        let lease = &self.lease;
        let leases = self.leases.clone().unwrap_or_else(|| {
            json!({ "access": "granular", "permissions": [{
                "provider": provider, "access": "granular", "deployments": [{
                    "dseq": lease.dseq, "gseq": lease.gseq, "oseq": lease.oseq, "scope": self.scopes, "services": [],
                }],
            }] })
        });
        let claims = json!({
            "version": "v1", "iss": self.iss, "iat": now, "nbf": now.saturating_add(self.valid_in),
            "exp": now.saturating_add(self.expires_in), "leases": leases,
        });
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = part(json!({ "alg": "ES256KADR36", "typ": "JWT" }));
        format!(
            "{header}.{}.{}",
            part(claims),
            URL_SAFE_NO_PAD.encode([7; 64])
        )
    }
}

/// An HTTP answer that refuses a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The status.
    pub(crate) status: u16,
    /// The text.
    pub(crate) message: String,
    /// Whether the text is sent as `{"message":…}`.
    pub(crate) json: bool,
}

impl Refusal {
    fn json(status: u16, message: &str) -> Self {
        Self {
            status,
            message: message.to_owned(),
            json: true,
        }
    }

    /// A refusal as plain text.
    pub(crate) fn text(status: u16, message: &str) -> Self {
        Self {
            status,
            message: message.to_owned(),
            json: false,
        }
    }

    /// A token that does not allow what was asked, or none at all.
    pub(crate) fn unauthorized() -> Self {
        Self::json(401, "unauthorized access")
    }
}

/// A token that was accepted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// The account that issued it.
    pub(crate) owner: String,
    leases: Value,
}

impl Token {
    /// Reads the token of a request, at a time in Unix seconds. `Ok(None)` means that there was none.
    ///
    /// # Errors
    /// What the gateway answers.
    pub(crate) fn read(
        headers: &HeaderMap,
        now: i64,
        version: GatewayVersion,
    ) -> Result<Option<Self>, Refusal> {
        let Some(header) = headers.get(AUTHORIZATION) else {
            return Ok(None);
        };
        let old = version == GatewayVersion::Old;
        let bearer = header
            .to_str()
            .ok()
            .and_then(|text| text.strip_prefix("Bearer "));
        let Some(bearer) = bearer.filter(|token| !token.is_empty() && !token.contains(' ')) else {
            return Err(Refusal::json(
                if old { 500 } else { 400 },
                "invalid authorization header",
            ));
        };
        let claims = claims_of(bearer, old).ok_or_else(|| {
            if old {
                Refusal::json(
                    500,
                    "unknown error while processing JWT. token is malformed",
                )
            } else {
                Refusal::json(401, "JWT is invalid")
            }
        })?;
        // The order of two checks makes the real gateway answer 400 and not 401 for an expired token.
        let invalid = |why: &str| {
            if old {
                let text =
                    format!("unknown error while processing JWT. token has invalid claims: {why}");
                Err(Refusal::json(500, &text))
            } else {
                Err(Refusal::json(400, "JWT has invalid claims"))
            }
        };
        if claims["exp"].as_i64().is_none_or(|exp| now >= exp) {
            return invalid("token is expired");
        }
        if claims["nbf"].as_i64().is_none_or(|nbf| now < nbf) {
            return invalid("token is not valid yet");
        }
        let owner = claims["iss"].as_str().unwrap_or_default().to_owned();
        Ok(Some(Self {
            owner,
            leases: claims["leases"].clone(),
        }))
    }

    /// Whether it allows a scope for a lease at a provider. Without a scope any access to the lease is enough.
    pub(crate) fn allows(&self, provider: &str, lease: &LeaseId, scope: Option<&str>) -> bool {
        let scoped = |value: &Value| {
            let scopes = value["scope"].as_array();
            scope.is_none_or(|wanted| {
                scopes.is_some_and(|all| all.iter().any(|scope| scope == wanted))
            })
        };
        if self.owner != lease.owner {
            return false;
        }
        match self.leases["access"].as_str() {
            Some("full") => return true,
            Some("scoped") => return scoped(&self.leases),
            _ => {}
        }
        let mut permissions = self.leases["permissions"].as_array().into_iter().flatten();
        permissions.any(|permission| {
            permission["provider"] == provider
                && match permission["access"].as_str() {
                    Some("full") => true,
                    Some("scoped") => scoped(permission),
                    _ => {
                        let mut all = permission["deployments"].as_array().into_iter().flatten();
                        all.any(|one| {
                            let same = |key: &str, own: u32| {
                                one[key].as_u64().is_none_or(|seq| seq == u64::from(own))
                            };
                            one["dseq"] == lease.dseq
                                && same("gseq", lease.gseq)
                                && same("oseq", lease.oseq)
                                && scoped(one)
                        })
                    }
                }
        })
    }
}

/// The claims of a token that has the right form, by `jwt-schema.json` of the chain's SDK.
fn claims_of(token: &str, old: bool) -> Option<Value> {
    let mut parts = token.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let decode =
        |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
    let header = decode(header)?;
    let known = ["ES256K", "ES256KADR36"].contains(&header["alg"].as_str()?);
    let signed = URL_SAFE_NO_PAD
        .decode(signature)
        .is_ok_and(|bytes| bytes.len() == 64);
    let claims = decode(claims)?;
    let issuer = claims["iss"].as_str()?;
    let named = issuer.len() == 44 && issuer.starts_with("akash1");
    let timed = ["iat", "nbf", "exp"]
        .iter()
        .all(|key| claims[*key].is_i64());
    let right = known
        && signed
        && named
        && timed
        && claims["version"] == "v1"
        && are_leases(&claims["leases"], old);
    right.then_some(claims)
}

fn are_leases(leases: &Value, old: bool) -> bool {
    let has_only = |keys: &[&str]| {
        let object = leases.as_object();
        object.is_some_and(|object| object.keys().all(|key| keys.contains(&key.as_str())))
    };
    match leases["access"].as_str() {
        Some("full") => has_only(&["access"]),
        Some("scoped") => has_only(&["access", "scope"]) && are_scopes(&leases["scope"], old),
        Some("granular") => {
            let permissions = leases["permissions"]
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let unique = permissions.iter().enumerate().all(|(index, one)| {
                permissions
                    .iter()
                    .take(index)
                    .all(|other| other["provider"] != one["provider"])
            });
            has_only(&["access", "permissions"])
                && !permissions.is_empty()
                && unique
                && permissions
                    .iter()
                    .all(|permission| is_permission(permission, old))
        }
        _ => false,
    }
}

fn is_permission(permission: &Value, old: bool) -> bool {
    permission["provider"].is_string()
        && match permission["access"].as_str() {
            Some("full") => true,
            Some("scoped") => are_scopes(&permission["scope"], old),
            Some("granular") => permission["deployments"]
                .as_array()
                .is_some_and(|deployments| {
                    deployments.iter().all(|one| {
                        let numbered = |key: &str| one[key].is_null() || one[key].is_u64();
                        one["dseq"].is_u64()
                            && numbered("gseq")
                            && numbered("oseq")
                            && (one["oseq"].is_null() || !one["gseq"].is_null())
                            && one["services"].is_array()
                            && are_scopes(&one["scope"], old)
                    })
                }),
            _ => false,
        }
}

fn are_scopes(scopes: &Value, old: bool) -> bool {
    let Some(scopes) = scopes.as_array() else {
        return false;
    };
    scopes.iter().enumerate().all(|(index, scope)| {
        let known = scope
            .as_str()
            .is_some_and(|name| SCOPES.contains(&name) || name == "attestation" && !old);
        known && scopes.iter().take(index).all(|other| other != scope)
    }) && !scopes.is_empty()
}
