//! When a snapshot is made and sent to the window.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;
use tokio::{sync::watch, task::AbortHandle};

use crate::{
    present::{notices::not_drawn, snapshot::snapshot},
    state::{State, core::Core},
    view::Snapshot,
};

/// Snapshots are at least this far apart.
const FRAME: Duration = Duration::from_millis(100);
/// What counts with time (money left, waiting) is drawn anew this often.
const TICK: Duration = Duration::from_secs(1);

/// Where snapshots go; clones share it.
pub(crate) type Snapshots = watch::Sender<Arc<Snapshot>>;

/// Makes the first snapshot, and then another whenever something changed, until the task is aborted.
pub(crate) fn start(core: &Arc<Core>) -> (Snapshots, AbortHandle) {
    let first = snapshot(&core.state(), core.options.clock.wall());
    let snapshots = Snapshots::new(Arc::new(first));
    let task = tokio::spawn(publish(Arc::clone(core), snapshots.clone(), snapshot));
    (snapshots, task.abort_handle())
}

/// Sends a snapshot when something changed, and not more often than the window can draw. `draw` makes it; where that panics, the last one
/// stays with a notice that says so, and it is tried again.
async fn publish(
    core: Arc<Core>,
    snapshots: Snapshots,
    draw: impl Fn(&State, Timestamp) -> Snapshot,
) {
    let mut rev = 0u64;
    loop {
        {
            let last = snapshots.borrow().clone();
            let state = core.state();
            let now = state.now(core.options.clock.as_ref());
            let drawn = catch_unwind(AssertUnwindSafe(|| draw(&state, now)));
            drop(state);
            let mut next = drawn.unwrap_or_else(|_| {
                tracing::error!("the snapshot could not be made");
                not_drawn(&last, now)
            });
            next.rev = last.rev;
            let changed = Snapshot {
                now: last.now.clone(),
                ..next.clone()
            } != *last;
            if changed || rev == 0 {
                rev += 1;
                next.rev = rev;
                snapshots.send_replace(Arc::new(next));
            }
        }
        tokio::time::sleep(FRAME).await;
        let _ = tokio::time::timeout(TICK, core.dirty.notified()).await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{Engine, KeyStore, KeyStoreError, Options, SystemClock};

    struct NoKeys;

    impl KeyStore for NoKeys {
        fn read(
            &self,
            _: &str,
        ) -> std::result::Result<Option<secrecy::SecretString>, KeyStoreError> {
            Ok(None)
        }
        fn write(
            &self,
            _: &str,
            _: &secrecy::SecretString,
        ) -> std::result::Result<(), KeyStoreError> {
            Err(KeyStoreError::Missing)
        }
        fn remove(&self, _: &str) -> std::result::Result<(), KeyStoreError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn a_fault_in_drawing_is_said_and_drawn_again() {
        let dir = tempfile::tempdir().unwrap();
        let engine = Engine::start(Options {
            data_dir: dir.path().to_owned(),
            console_url: None,
            user_agent: "Aloft/test".into(),
            keys: Arc::new(NoKeys),
            clock: Arc::new(SystemClock),
            pace: 1,
        })
        .await
        .unwrap();
        engine.publisher.abort();
        let tries = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&tries);
        let draw = move |state: &State, now| {
            if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                panic!("a fault, on purpose");
            }
            snapshot(state, now)
        };
        let publisher = tokio::spawn(publish(
            Arc::clone(&engine.core),
            engine.snapshots.clone(),
            draw,
        ));
        let mut snapshots = engine.snapshots();
        let said = |s: &Snapshot| s.notices.iter().any(|n| n.title.contains("made a mistake"));
        snapshots.wait_for(|s| said(s)).await.unwrap();
        engine.dismiss(0);
        snapshots.wait_for(|s| !said(s)).await.unwrap();
        publisher.abort();
    }
}
