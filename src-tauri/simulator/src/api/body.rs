//! Response bodies.

use axum::body::{Body, to_bytes};

/// Reads a response body as a whole, to change or damage it. Empty when it is larger than 16 MiB.
pub(crate) async fn read_body(body: Body) -> Vec<u8> {
    to_bytes(body, 16 * 1024 * 1024)
        .await
        .map(|bytes| bytes.to_vec())
        .unwrap_or_default()
}
