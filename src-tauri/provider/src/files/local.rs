//! Files of this computer while they are being copied.

use std::{
    io,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};
use tokio::{
    fs::{self, File, OpenOptions},
    io::{AsyncReadExt, AsyncWriteExt, BufWriter},
};

/// How much is read at once.
pub(super) const CHUNK: usize = 64 << 10;

/// The name of a file that is not complete.
pub(super) fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// A file that is being written, with the sum of what it has.
pub(super) struct Part {
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
    length: u64,
}

impl Part {
    /// Opens what there is, or begins. A link is not followed.
    pub(super) async fn open(path: PathBuf) -> io::Result<Self> {
        match fs::symlink_metadata(&path).await {
            Ok(found) if !found.is_file() => return Err(io::ErrorKind::AlreadyExists.into()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&path)
            .await?;
        let (hash, length) = sum(&mut file).await?;
        Ok(Self {
            path,
            file: BufWriter::with_capacity(1 << 20, file),
            hash,
            length,
        })
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    pub(super) async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    /// Begins anew.
    pub(super) async fn clear(&mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.get_mut().set_len(0).await?;
        self.hash = Sha256::new();
        self.length = 0;
        Ok(())
    }

    /// The SHA-256 of what there is.
    pub(super) fn hash(&self) -> String {
        hex(self.hash.clone())
    }

    /// Writes everything to the disk and gives the file its name.
    pub(super) async fn finish(mut self, name: &Path) -> io::Result<()> {
        self.file.flush().await?;
        self.file.get_mut().sync_all().await?;
        drop(self.file);
        fs::rename(&self.path, name).await
    }
}

/// Reads a file from where it is to its end.
pub(super) async fn sum(file: &mut File) -> io::Result<(Sha256, u64)> {
    let mut buffer = vec![0; 1 << 20];
    let (mut hash, mut length) = (Sha256::new(), 0);
    loop {
        let count = file.read(&mut buffer).await?;
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok((hash, length));
        };
        hash.update(bytes);
        length += bytes.len() as u64;
    }
}

/// A sum in hexadecimal.
pub(super) fn hex(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
