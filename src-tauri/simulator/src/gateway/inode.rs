//! The content of a file in the toy file system. Large contents are not held in memory.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom, Write},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;

/// Up to this size a content is in memory; a larger one is in a temporary file without a name.
const IN_MEMORY: usize = 1 << 20;
/// The period of made-up content.
const PERIOD: usize = 1 << 20;
/// How much is read at once.
pub(crate) const CHUNK: usize = 32 << 10;

/// Why something did not work, in the words of the C library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Errno {
    /// ENOENT
    #[error("No such file or directory")]
    NotFound,
    /// ENOTDIR
    #[error("Not a directory")]
    NotDir,
    /// EISDIR
    #[error("Is a directory")]
    IsDir,
    /// EEXIST
    #[error("File exists")]
    Exists,
    /// ENOTEMPTY
    #[error("Directory not empty")]
    NotEmpty,
    /// ENOSPC
    #[error("No space left on device")]
    NoSpace,
    /// EROFS
    #[error("Read-only file system")]
    ReadOnly,
    /// ELOOP
    #[error("Too many levels of symbolic links")]
    Loop,
    /// EACCES
    #[error("Permission denied")]
    Denied,
    /// EINVAL
    #[error("Invalid argument")]
    Invalid,
    /// EIO
    #[error("Input/output error")]
    Io,
}

/// How much a disk may hold, and holds.
#[derive(Debug)]
pub(crate) struct Disk {
    /// Its name in `df`.
    pub(crate) device: String,
    /// Bytes.
    pub(crate) limit: u64,
    used: AtomicU64,
}

impl Disk {
    pub(crate) fn new(device: &str, limit: u64) -> Arc<Self> {
        Arc::new(Self {
            device: device.to_owned(),
            limit,
            used: AtomicU64::new(0),
        })
    }

    /// Bytes in use.
    pub(crate) fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    fn take(&self, bytes: u64) -> Result<(), Errno> {
        let fits = |used: u64| used.checked_add(bytes).filter(|sum| *sum <= self.limit);
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits)
            .map(drop)
            .map_err(|_| Errno::NoSpace)
    }

    fn give_back(&self, bytes: u64) {
        let _ = self
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                Some(used.saturating_sub(bytes))
            });
    }
}

/// The content of a file.
#[derive(Debug)]
pub(crate) struct Inode {
    data: Data,
    disk: Arc<Disk>,
}

#[derive(Debug)]
enum Data {
    Memory(Vec<u8>),
    MadeUp { size: u64 },
    Spooled { file: File, size: u64 },
}

impl Inode {
    /// An empty file.
    pub(crate) fn empty(disk: &Arc<Disk>) -> Self {
        Self {
            data: Data::Memory(Vec::new()),
            disk: disk.clone(),
        }
    }

    /// A file of made-up content.
    pub(crate) fn made_up(size: u64, disk: &Arc<Disk>) -> Result<Self, Errno> {
        disk.take(size)?;
        Ok(Self {
            data: Data::MadeUp { size },
            disk: disk.clone(),
        })
    }

    pub(crate) fn size(&self) -> u64 {
        match &self.data {
            Data::Memory(bytes) => bytes.len() as u64,
            Data::MadeUp { size } | Data::Spooled { size, .. } => *size,
        }
    }

    /// Up to `most` bytes from an offset on; none at the end.
    pub(crate) fn read(&mut self, offset: u64, most: usize) -> Result<Bytes, Errno> {
        let rest = self.size().saturating_sub(offset);
        let length = most.min(usize::try_from(rest).unwrap_or(usize::MAX));
        if length == 0 {
            return Ok(Bytes::new());
        }
        match &mut self.data {
            Data::Memory(bytes) => {
                let from = usize::try_from(offset).map_err(|_| Errno::Io)?;
                Ok(Bytes::copy_from_slice(
                    bytes.get(from..from + length).unwrap_or_default(),
                ))
            }
            Data::MadeUp { .. } => Ok(made_up(offset, length)),
            Data::Spooled { file, .. } => {
                let mut bytes = vec![0; length];
                file.seek(SeekFrom::Start(offset))
                    .and_then(|_| file.read_exact(&mut bytes))
                    .map_err(|_| Errno::Io)?;
                Ok(bytes.into())
            }
        }
    }

    /// Writes at an offset. A gap is filled with zeros.
    pub(crate) fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Errno> {
        if bytes.is_empty() {
            return Ok(());
        }
        let end = offset
            .checked_add(bytes.len() as u64)
            .ok_or(Errno::NoSpace)?;
        let size = self.size();
        let grows = end.saturating_sub(size);
        self.disk.take(grows)?;
        let written = self.write_within(offset, end, bytes);
        if written.is_err() {
            self.disk.give_back(grows);
        }
        written
    }

    fn write_within(&mut self, offset: u64, end: u64, bytes: &[u8]) -> Result<(), Errno> {
        if end > IN_MEMORY as u64 || matches!(self.data, Data::MadeUp { .. }) {
            self.spool()?;
        }
        match &mut self.data {
            Data::Memory(content) => {
                let from = usize::try_from(offset).map_err(|_| Errno::NoSpace)?;
                if content.len() < from + bytes.len() {
                    content.resize(from + bytes.len(), 0);
                }
                if let Some(place) = content.get_mut(from..from + bytes.len()) {
                    place.copy_from_slice(bytes);
                }
            }
            Data::Spooled { file, size } => {
                file.seek(SeekFrom::Start(offset))
                    .and_then(|_| file.write_all(bytes))
                    .map_err(|_| Errno::NoSpace)?;
                *size = end.max(*size);
            }
            Data::MadeUp { .. } => return Err(Errno::Io),
        }
        Ok(())
    }

    /// Sets the size.
    pub(crate) fn resize(&mut self, to: u64) -> Result<(), Errno> {
        let size = self.size();
        self.disk.take(to.saturating_sub(size))?;
        if to == 0 {
            self.data = Data::Memory(Vec::new());
        } else {
            if to > IN_MEMORY as u64 && !matches!(self.data, Data::MadeUp { .. }) {
                self.spool()?;
            }
            match &mut self.data {
                Data::Memory(bytes) => {
                    bytes.resize(usize::try_from(to).map_err(|_| Errno::NoSpace)?, 0)
                }
                Data::MadeUp { size } if to <= *size => *size = to,
                Data::MadeUp { .. } => return Err(Errno::NoSpace),
                Data::Spooled { file, size } => {
                    file.set_len(to).map_err(|_| Errno::NoSpace)?;
                    *size = to;
                }
            }
        }
        self.disk.give_back(size.saturating_sub(to));
        Ok(())
    }

    /// Moves the content into a temporary file.
    fn spool(&mut self) -> Result<(), Errno> {
        if matches!(self.data, Data::Spooled { .. }) {
            return Ok(());
        }
        let mut file = tempfile::tempfile().map_err(|_| Errno::NoSpace)?;
        let (size, mut offset) = (self.size(), 0);
        while offset < size {
            let bytes = self.read(offset, PERIOD)?;
            file.write_all(&bytes).map_err(|_| Errno::NoSpace)?;
            offset += bytes.len() as u64;
        }
        self.data = Data::Spooled { file, size };
        Ok(())
    }
}

impl Drop for Inode {
    fn drop(&mut self) {
        self.disk.give_back(self.size());
    }
}

/// Made-up content: random bytes that repeat, where each period begins with its number.
fn made_up(offset: u64, length: usize) -> Bytes {
    static RANDOM: OnceLock<Vec<u8>> = OnceLock::new();
    let random = RANDOM.get_or_init(|| {
        let mut bytes = vec![0; PERIOD];
        fastrand::Rng::with_seed(0x416c_6f66_7400).fill(&mut bytes);
        bytes
    });
    let mut bytes = Vec::with_capacity(length);
    let mut at = offset;
    while bytes.len() < length {
        let period = at / PERIOD as u64;
        let within = usize::try_from(at % PERIOD as u64).unwrap_or_default();
        let number = period.to_le_bytes();
        let piece = if within < number.len() {
            number.get(within..).unwrap_or_default()
        } else {
            random.get(within..).unwrap_or_default()
        };
        let piece = piece
            .get(..piece.len().min(length - bytes.len()))
            .unwrap_or_default();
        bytes.extend_from_slice(piece);
        at += piece.len() as u64;
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn writes_are_read_back(writes in prop::collection::vec((0_u64..3_000_000, prop::collection::vec(any::<u8>(), 0..300)), 0..12)) {
            let disk = Disk::new("d", 10 << 20);
            let mut inode = Inode::empty(&disk);
            let mut expected = Vec::new();
            for (offset, bytes) in writes {
                inode.write(offset, &bytes).unwrap();
                if bytes.is_empty() {
                    continue;
                }
                let from = usize::try_from(offset).unwrap();
                if expected.len() < from + bytes.len() {
                    expected.resize(from + bytes.len(), 0);
                }
                expected[from..from + bytes.len()].copy_from_slice(&bytes);
            }
            prop_assert_eq!(disk.used(), expected.len() as u64);
            prop_assert_eq!(&inode.read(0, 10 << 20).unwrap()[..], &expected[..]);
            drop(inode);
            prop_assert_eq!(disk.used(), 0);
        }

        #[test]
        fn made_up_content_is_the_same_in_any_pieces(offset in 0_u64..4_000_000, length in 0_usize..70_000) {
            let whole = made_up(0, 4_100_000);
            let from = usize::try_from(offset).unwrap();
            prop_assert_eq!(made_up(offset, length), whole.slice(from..from + length));
        }
    }

    #[test]
    fn a_disk_is_full_at_its_limit() {
        let disk = Disk::new("d", 10);
        let mut inode = Inode::empty(&disk);
        inode.write(0, b"0123456789").unwrap();
        assert_eq!(inode.write(10, b"x"), Err(Errno::NoSpace));
        inode.resize(4).unwrap();
        assert_eq!(disk.used(), 4);
        assert_eq!(Inode::made_up(7, &disk).map(drop), Err(Errno::NoSpace));
    }
}
