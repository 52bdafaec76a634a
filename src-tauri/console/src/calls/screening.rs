//! Who could run something, before anything is paid.

use serde_json::{Value, json};

use crate::{
    Client, Error, Screening,
    call::{Call, Op},
};

/// The requirements of one group.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScreeningRequest {
    /// Auditors that all have to have signed.
    pub signed_by_all: Vec<String>,
    /// Auditors of which one has to have signed.
    pub signed_by_any: Vec<String>,
    /// What the provider has to say of itself.
    pub attributes: Vec<(String, String)>,
    /// What it has to run, in the API's own form: `[{resource:{id,cpu,memory,gpu,storage},count,
    /// price}]`.
    pub resources: Value,
    /// An IANA time zone, to count days of outages by.
    pub timezone: String,
    /// Least seconds of notice before a machine is taken back.
    pub reclamation_window: Option<u64>,
}

impl Client {
    /// Asks which providers fit. Public and free; advice, not a promise.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn bid_screening(&self, request: &ScreeningRequest) -> Result<Screening, Error> {
        let attributes: Vec<Value> = request
            .attributes
            .iter()
            .map(|(key, value)| json!({ "key": key, "value": value }))
            .collect();
        let mut body = json!({
            "requirements": {
                "signedBy": { "allOf": request.signed_by_all, "anyOf": request.signed_by_any },
                "attributes": attributes,
            },
            "resources": request.resources,
            "timezone": request.timezone,
        });
        if let Some(seconds) = request.reclamation_window {
            body["reclamationWindow"] = json!(seconds);
        }
        self.bare(Call::post(Op::Read, "/v1/bid-screening", body))
            .await
    }
}
