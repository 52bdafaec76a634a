//! `GET /lease/{dseq}/{gseq}/{oseq}/kubeevents`: one frame for each event.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::{
    fault::Fault,
    lease::Lease,
    logs::{forced_close, lease_not_found},
    shared::Shared,
    socket::Out,
};

/// Sends events until they end or the client is gone.
pub(crate) async fn send(
    shared: Arc<Shared>,
    lease: Option<Arc<Lease>>,
    follow: bool,
    out: mpsc::Sender<Out>,
) {
    let end = events(&shared, lease, follow, &out).await;
    // The client may be gone already.
    let _ = out.send(end.unwrap_or(Out::Cut)).await;
}

async fn events(
    shared: &Shared,
    lease: Option<Arc<Lease>>,
    follow: bool,
    out: &mpsc::Sender<Out>,
) -> Option<Out> {
    let Some(lease) = lease else {
        return Some(lease_not_found(shared.options.version));
    };
    if let Some(close) = forced_close(shared) {
        return Some(close);
    }
    let twice = shared.faults.has(&Fault::RepeatEvents);
    let done = Out::Close {
        code: 1000,
        reason: String::new(),
    };
    let mut changed = lease.watch();
    let mut from = 0;
    loop {
        changed.borrow_and_update();
        let (events, next) = lease.events(from);
        from = next;
        for event in &events {
            for _ in 0..=u8::from(twice) {
                out.send(Out::Data(Message::text(format!("{event}\n"))))
                    .await
                    .ok()?;
            }
        }
        if !follow || lease.is_closed() {
            return Some(done);
        }
        tokio::select! {
            _ = changed.changed() => {}
            () = tokio::time::sleep(std::time::Duration::from_millis(250)) => lease.advance(shared.now()),
            () = out.closed() => return None,
        }
    }
}
