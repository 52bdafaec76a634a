//! Why a transfer failed.

use std::io;

use thiserror::Error;

use crate::{CommandError, End, ShellRefusal, error::tidy};

/// Why files could not be listed or copied.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    /// The provider could not be asked, or the connection was lost too often.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// A path of a container begins with `/`, has no zero byte and at most 4,096 bytes.
    #[error("this is not a path of a container")]
    BadPath,
    /// There is no such file or folder in the container.
    #[error("there is no such file in the container")]
    NotFound,
    /// It is a folder.
    #[error("this is a folder")]
    IsFolder,
    /// It is a link, which is not followed.
    #[error("this is a link")]
    IsLink,
    /// It is a device, a pipe or a socket.
    #[error("this is not a file")]
    NotAFile,
    /// The program in the container may not read or write it.
    #[error("the container does not allow it")]
    Denied,
    /// It exists already.
    #[error("it exists already")]
    Exists,
    /// The disk of the container is full.
    #[error("the disk of the container is full")]
    NoSpace,
    /// The container has no `sh`, without which this does not work.
    #[error("the container has no sh")]
    NoShell,
    /// The container has no `tar`, without which folders cannot be copied.
    #[error("the container has no tar")]
    NoTar,
    /// It changed while it was copied, twice.
    #[error("it changed while it was copied")]
    Changed,
    /// There is too much in the folder.
    #[error("there is too much in this folder")]
    TooMany,
    /// The commands in the container failed in another way.
    #[error("the container answered with {exit_code}: {text}")]
    Remote {
        /// The exit code.
        exit_code: i32,
        /// What it said, shortened.
        text: String,
    },
    /// What the container answered makes no sense.
    #[error("the container gave an answer that makes no sense")]
    Malformed,
    /// This computer could not read or write a file.
    #[error("this computer cannot read or write a file: {0:?}")]
    Local(io::ErrorKind),
}

impl From<ShellRefusal> for FileError {
    fn from(refusal: ShellRefusal) -> Self {
        Self::Command(CommandError::Refused(refusal))
    }
}

impl From<End> for FileError {
    fn from(end: End) -> Self {
        Self::Command(CommandError::Lost(end))
    }
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        Self::Local(error.kind())
    }
}

impl FileError {
    /// What an exit code of our scripts means; see `remote.rs`.
    pub(super) fn of_exit(exit_code: i32, stderr: &[u8]) -> Self {
        let text = String::from_utf8_lossy(stderr);
        match exit_code {
            41 => Self::NotFound,
            42 => Self::IsFolder,
            43 => Self::NotAFile,
            44 => Self::IsLink,
            45 => Self::Denied,
            47 => Self::NoTar,
            48 => Self::Exists,
            _ if text.contains("No space left") => Self::NoSpace,
            _ if text.contains("Permission denied") || text.contains("Read-only file system") => {
                Self::Denied
            }
            _ => Self::Remote {
                exit_code,
                text: tidy(&text, 300),
            },
        }
    }

    /// Whether the image lacks `sh`.
    pub(super) fn is_no_shell(&self) -> bool {
        matches!(
            self,
            Self::Command(CommandError::Refused(ShellRefusal::NoSuchProgram))
        )
    }
}
