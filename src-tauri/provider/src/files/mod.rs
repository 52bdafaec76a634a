//! Files of a container: list, download, upload, single or as folders.
//!
//! Every transfer can be broken off by dropping it, and goes on where it was when it is started again. What is not complete
//! has `.part` at the end of its name, here and there. What is complete has the size and the SHA-256 of its source, unless the
//! container lacks the programs to tell: [`Verified`] says which.

mod archive;
mod error;
mod folder;
mod list;
mod local;
mod path;
mod receive;
mod remote;
mod send;

pub use error::FileError;
pub use folder::{FolderReport, LeftOut};
pub use list::{Entry, EntryKind};
pub use path::{RemotePath, safe_name};

use crate::{Lease, Target};

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are there.
    pub done: u64,
    /// Bytes in all; `None` while that is not known.
    pub total: Option<u64>,
}

/// How sure it is that a copy equals its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Size and SHA-256 are equal.
    SizeAndHash,
    /// The size is equal. The container cannot compute a SHA-256.
    Size,
    /// Nothing was compared. The container has no `sh`.
    No,
}

/// Whether a file that exists is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It is left alone, and the transfer refused.
    Keep,
    /// It is replaced when the new one is complete.
    Replace,
}

/// The files of a container.
#[derive(Clone, Debug)]
pub struct Files {
    lease: Lease,
    target: Target,
}

impl Lease {
    /// The files of a container.
    pub fn files(&self, target: Target) -> Files {
        Files {
            lease: self.clone(),
            target,
        }
    }
}
