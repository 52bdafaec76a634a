//! Standard input and output of toy commands.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::{
    gateway::inode::{CHUNK, Errno, Inode},
    sync::lock,
};

/// How much the output of `$(…)` may hold.
const MAX_CAPTURE: usize = 1 << 20;

/// The code of a frame with standard output.
pub(crate) const STDOUT: u8 = 100;
/// The code of a frame with standard error.
pub(crate) const STDERR: u8 = 101;

/// Nobody reads the output any more, or the disk is full: the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Nobody reads.
    Closed,
    /// The file cannot be written.
    Failed(Errno),
}

/// A stream of bytes that comes in pieces. Several commands can read from it, one after the other.
#[derive(Debug)]
pub(crate) struct Pieces {
    receiver: mpsc::Receiver<Bytes>,
    rest: Bytes,
}

/// Where a command reads from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// Nothing.
    Empty,
    /// A stream: the client's input, or a pipe.
    Stream(Arc<tokio::sync::Mutex<Pieces>>),
    /// A file, and how far it was read.
    File(Arc<Mutex<Inode>>, Arc<AtomicU64>),
    /// Bytes in memory, and how far they were read.
    Memory(Bytes, Arc<AtomicU64>),
    /// `/dev/zero`
    Zero,
    /// `/dev/urandom`
    Random,
}

impl Source {
    /// A stream of pieces.
    pub(crate) fn stream(receiver: mpsc::Receiver<Bytes>) -> Self {
        let pieces = Pieces {
            receiver,
            rest: Bytes::new(),
        };
        Self::Stream(Arc::new(tokio::sync::Mutex::new(pieces)))
    }

    /// Bytes in memory.
    pub(crate) fn memory(bytes: impl Into<Bytes>) -> Self {
        Self::Memory(bytes.into(), Arc::default())
    }

    /// Up to `most` bytes; none at the end. No more is taken than is given.
    pub(crate) async fn read(&self, most: usize) -> Result<Bytes, Errno> {
        match self {
            Self::Empty => Ok(Bytes::new()),
            Self::Stream(pieces) => {
                let pieces = &mut *pieces.lock().await;
                if pieces.rest.is_empty() {
                    // An empty piece is the end that Ctrl-D makes; the next read waits again.
                    match pieces.receiver.recv().await {
                        Some(piece) => pieces.rest = piece,
                        None => return Ok(Bytes::new()),
                    }
                }
                let length = most.min(pieces.rest.len());
                Ok(pieces.rest.split_to(length))
            }
            Self::File(inode, offset) => {
                // Other commands get a turn: a large file must not keep the runtime to itself.
                tokio::task::yield_now().await;
                let bytes = lock(inode).read(offset.load(Ordering::Relaxed), most)?;
                offset.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                Ok(bytes)
            }
            Self::Memory(bytes, offset) => {
                let from = usize::try_from(offset.load(Ordering::Relaxed))
                    .unwrap_or(usize::MAX)
                    .min(bytes.len());
                let to = from.saturating_add(most).min(bytes.len());
                offset.store(to as u64, Ordering::Relaxed);
                Ok(bytes.slice(from..to))
            }
            Self::Zero | Self::Random => {
                tokio::task::yield_now().await;
                let mut bytes = vec![0; most.min(CHUNK)];
                if matches!(self, Self::Random) {
                    fastrand::fill(&mut bytes);
                }
                Ok(bytes.into())
            }
        }
    }

    /// Skips bytes of a file without reading them. Returns whether that is possible.
    pub(crate) fn skip(&self, bytes: u64) -> bool {
        match self {
            Self::File(_, offset) | Self::Memory(_, offset) => {
                offset.fetch_add(bytes, Ordering::Relaxed);
                true
            }
            _ => false,
        }
    }

    /// How many bytes are left, if that is known without reading.
    pub(crate) fn left(&self) -> Option<u64> {
        match self {
            Self::Empty => Some(0),
            Self::File(inode, offset) => Some(
                lock(inode)
                    .size()
                    .saturating_sub(offset.load(Ordering::Relaxed)),
            ),
            Self::Memory(bytes, offset) => {
                Some((bytes.len() as u64).saturating_sub(offset.load(Ordering::Relaxed)))
            }
            _ => None,
        }
    }

    /// A line without its line break, at most `most` bytes; `None` at the end. Byte by byte, as `read` of a shell does.
    pub(crate) async fn line(&self, most: usize) -> Result<Option<Vec<u8>>, Errno> {
        let mut line = Vec::new();
        loop {
            let byte = self.read(1).await?;
            match byte.first() {
                None => return Ok(if line.is_empty() { None } else { Some(line) }),
                Some(b'\n') => return Ok(Some(line)),
                Some(byte) if line.len() < most => line.push(*byte),
                Some(_) => {}
            }
        }
    }
}

/// Where a command writes to.
#[derive(Clone, Debug)]
pub(crate) enum Sink {
    /// The client: frames with this code.
    Client(mpsc::Sender<(u8, Bytes)>, u8),
    /// The client's terminal, where a line break needs a carriage return too.
    Terminal(mpsc::Sender<(u8, Bytes)>),
    /// A pipe.
    Pipe(mpsc::Sender<Bytes>),
    /// A file, and where the next bytes go.
    File(Arc<Mutex<Inode>>, Arc<AtomicU64>),
    /// `$(…)`
    Capture(Arc<Mutex<Vec<u8>>>),
    /// `/dev/null`
    Null,
    /// `/dev/full`
    Full,
}

impl Sink {
    /// Writes bytes.
    ///
    /// # Errors
    /// Nobody reads any more, or the disk is full.
    pub(crate) async fn write(&self, bytes: impl Into<Bytes>) -> Result<(), Stop> {
        let mut bytes: Bytes = bytes.into();
        if bytes.is_empty() {
            return Ok(());
        }
        match self {
            Self::Client(sender, code) => {
                while !bytes.is_empty() {
                    let piece = bytes.split_to(bytes.len().min(CHUNK));
                    sender
                        .send((*code, piece))
                        .await
                        .map_err(|_| Stop::Closed)?;
                }
                Ok(())
            }
            Self::Terminal(sender) => {
                let mut cooked = Vec::with_capacity(bytes.len() + 8);
                for &byte in &bytes {
                    if byte == b'\n' {
                        cooked.push(b'\r');
                    }
                    cooked.push(byte);
                }
                let mut cooked = Bytes::from(cooked);
                while !cooked.is_empty() {
                    let piece = cooked.split_to(cooked.len().min(CHUNK));
                    sender
                        .send((STDOUT, piece))
                        .await
                        .map_err(|_| Stop::Closed)?;
                }
                Ok(())
            }
            Self::Pipe(sender) => sender.send(bytes).await.map_err(|_| Stop::Closed),
            Self::File(inode, offset) => {
                tokio::task::yield_now().await;
                let mut inode = lock(inode);
                inode
                    .write(offset.load(Ordering::Relaxed), &bytes)
                    .map_err(Stop::Failed)?;
                offset.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                Ok(())
            }
            Self::Capture(captured) => {
                let mut captured = lock(captured);
                if captured.len() + bytes.len() > MAX_CAPTURE {
                    return Err(Stop::Failed(Errno::NoSpace));
                }
                captured.extend_from_slice(&bytes);
                Ok(())
            }
            Self::Null => Ok(()),
            Self::Full => Err(Stop::Failed(Errno::NoSpace)),
        }
    }

    /// Whether it is the client's terminal.
    pub(crate) fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal(_))
    }
}
