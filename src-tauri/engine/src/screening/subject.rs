//! What is searched for.

use uuid::Uuid;

/// What is searched for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Subject {
    Draft(u32, u32),
    Record(Uuid),
}
