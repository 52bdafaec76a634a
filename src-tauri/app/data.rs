//! The folder where everything is kept.

use std::{
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

/// The folder of this Aloft, and the name under which the keychain keeps its keys.
pub(crate) struct Data {
    /// Absolute.
    pub(crate) dir: PathBuf,
    /// Service name in the keychain.
    pub(crate) keychain_service: String,
    /// Of the folder, when it was given with `--data-dir`.
    #[cfg_attr(
        not(target_os = "macos"),
        allow(dead_code, reason = "only there web data goes by it")
    )]
    pub(crate) hash: Option<[u8; 16]>,
}

/// Why nothing can be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataError {
    #[error("the system names no home folder; say where to keep data with `--data-dir`")]
    NoHome,
    #[error("the folder {} cannot be used: {source}", dir.display())]
    Folder { dir: PathBuf, source: io::Error },
}

impl DataError {
    fn at(dir: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Folder {
            dir: dir.to_owned(),
            source,
        }
    }
}

impl Data {
    /// Makes the folder, private to the user. `given` is `--data-dir`; without it the folder is where the system keeps programs' data.
    ///
    /// # Errors
    /// There is no such folder and it cannot be made.
    pub(crate) fn open(given: Option<&Path>, identifier: &str) -> Result<Self, DataError> {
        let dir = match given {
            Some(dir) => std::path::absolute(dir).map_err(DataError::at(dir))?,
            None => dirs::data_dir().ok_or(DataError::NoHome)?.join(identifier),
        };
        make_private(&dir).map_err(DataError::at(&dir))?;
        let hash = match given {
            // Of the real path, so that another way of writing it finds the same key.
            Some(_) => Some(hash(&dir.canonicalize().map_err(DataError::at(&dir))?)),
            None => None,
        };
        let keychain_service = match &hash {
            Some(hash) => format!("{identifier}.{}", hex(&hash[..8])),
            None => identifier.to_owned(),
        };
        Ok(Self {
            dir,
            keychain_service,
            hash,
        })
    }
}

/// Makes a folder and those above it; what is made is for the user alone.
///
/// # Errors
/// The system's.
pub(crate) fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn hash(path: &Path) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&Sha256::digest(path.as_os_str().as_encoded_bytes())[..16]);
    first
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_has_its_own_name_in_the_keychain() {
        let root = tempfile::tempdir().unwrap();
        let one = Data::open(Some(&root.path().join("one")), "dev.example").unwrap();
        let two = Data::open(Some(&root.path().join("two")), "dev.example").unwrap();
        let again = Data::open(Some(&root.path().join("two/../one/")), "dev.example").unwrap();
        assert_ne!(one.keychain_service, two.keychain_service);
        assert_eq!(one.keychain_service, again.keychain_service);
        assert_eq!(one.keychain_service.len(), "dev.example.".len() + 16);
    }

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;
        let root = tempfile::tempdir().unwrap();
        let data = Data::open(Some(&root.path().join("a/b")), "dev.example").unwrap();
        assert_eq!(
            data.dir.metadata().unwrap().permissions().mode() & 0o777,
            0o700
        );
    }

    #[test]
    fn a_file_in_its_place_is_an_error() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("taken"), "").unwrap();
        assert!(Data::open(Some(&root.path().join("taken")), "dev.example").is_err());
    }
}
