//! Faults and changes to the world, for tests and demonstrations.

/// A handle that makes things happen in a running simulator; the same as over `/_sim/`.
#[derive(Clone)]
pub struct Control {}
