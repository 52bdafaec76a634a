//! One Aloft for each data folder: a second start hands its files to the running one.
//!
//! A lock on a file says who runs; the system lets go of it however the program ends. The one who holds it listens on a loopback port and
//! writes the port, with a word that only readers of the folder know, beside the lock. This needs no session bus, has no limit on the
//! length of the folder's path, and is the same on every system.

use std::{
    ffi::OsString,
    fs::{File, TryLockError},
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const LOCK: &str = "instance.lock";
const CALL: &str = "instance.json";

/// How long a second start tries to reach the first, which may be starting or ending.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long one call may take.
const CALL_LIMIT: Duration = Duration::from_secs(3);

/// The longest message that is read, bytes. Paths are short.
const MAX_MESSAGE: u64 = 256 * 1024;

const TAKEN: &[u8] = b"taken";

/// Who this process is.
pub(crate) enum Instance {
    /// The only one, and the door for later starts.
    First(First, Door),
    /// Another runs and has taken the files.
    Second,
}

/// Why neither could be found out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InstanceError {
    #[error("Aloft is running already, but does not answer. Close it and start Aloft again.")]
    Mute,
    #[error("the folder {} cannot be used: {source}", dir.display())]
    Folder { dir: PathBuf, source: io::Error },
}

/// The right to be the only one, for as long as it lives.
pub(crate) struct First {
    /// Held, never read: the lock is the file's.
    _lock: File,
}

/// Where later starts bring their files. Once it is dropped they are not let in any more, and wait for the [`First`] to go.
pub(crate) struct Door {
    socket: TcpListener,
    word: String,
}

/// Where the first can be called.
#[derive(Serialize, Deserialize)]
struct Call {
    port: u16,
    word: String,
}

#[derive(Serialize, Deserialize)]
struct Message {
    word: String,
    files: Vec<OsString>,
}

/// Finds out who this process is in the data folder `dir`. Where another runs, it is handed `files` (absolute paths) and comes to the front.
///
/// # Errors
/// The other one does not answer, or the folder cannot be used.
pub(crate) fn claim(dir: &Path, files: &[PathBuf]) -> Result<Instance, InstanceError> {
    claim_within(dir, files, PATIENCE)
}

fn claim_within(
    dir: &Path,
    files: &[PathBuf],
    patience: Duration,
) -> Result<Instance, InstanceError> {
    let folder = |source| InstanceError::Folder {
        dir: dir.to_owned(),
        source,
    };
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(dir.join(LOCK))
        .map_err(folder)?;
    let start = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => {
                let door = Door::new(dir).map_err(folder)?;
                return Ok(Instance::First(First { _lock: lock }, door));
            }
            Err(TryLockError::Error(error)) => return Err(folder(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        if hand_over(dir, files).is_ok() {
            return Ok(Instance::Second);
        }
        if start.elapsed() > patience {
            return Err(InstanceError::Mute);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn hand_over(dir: &Path, files: &[PathBuf]) -> io::Result<()> {
    let call: Call = serde_json::from_slice(&std::fs::read(dir.join(CALL))?)?;
    let files = files
        .iter()
        .map(|file| file.clone().into_os_string())
        .collect();
    let message = serde_json::to_vec(&Message {
        word: call.word,
        files,
    })?;

    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, call.port));
    let mut socket = TcpStream::connect_timeout(&address, CALL_LIMIT)?;
    socket.set_read_timeout(Some(CALL_LIMIT))?;
    socket.set_write_timeout(Some(CALL_LIMIT))?;
    socket.write_all(&message)?;
    socket.shutdown(Shutdown::Write)?;
    let mut answer = [0; TAKEN.len()];
    socket.read_exact(&mut answer)?;
    if answer == TAKEN {
        Ok(())
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}

impl Door {
    fn new(dir: &Path) -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let word = uuid::Uuid::new_v4().simple().to_string();
        let call = Call {
            port: socket.local_addr()?.port(),
            word: word.clone(),
        };
        // Made readable for the user alone from the start, and whole or not at all.
        let mut file = tempfile::NamedTempFile::new_in(dir)?;
        serde_json::to_writer(&mut file, &call)?;
        file.persist(dir.join(CALL)).map_err(|error| error.error)?;
        Ok(Self { socket, word })
    }

    /// Takes what later starts bring, until the future is dropped. `take` is given the files, also when there are none.
    ///
    /// # Errors
    /// The socket cannot be listened on.
    pub(crate) async fn serve(
        self,
        take: impl Fn(Vec<PathBuf>) + Clone + Send + 'static,
    ) -> io::Result<()> {
        let socket = tokio::net::TcpListener::from_std(self.socket)?;
        loop {
            match socket.accept().await {
                Ok((caller, _)) => {
                    let (word, take) = (self.word.clone(), take.clone());
                    tokio::spawn(tokio::time::timeout(CALL_LIMIT, async move {
                        if let Err(error) = answer(caller, &word, take).await {
                            tracing::warn!(%error, "a caller that is not another Aloft");
                        }
                    }));
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot take a call");
                    tokio::time::sleep(CALL_LIMIT).await;
                }
            }
        }
    }
}

async fn answer(
    mut caller: tokio::net::TcpStream,
    word: &str,
    take: impl Fn(Vec<PathBuf>),
) -> io::Result<()> {
    let mut text = Vec::new();
    (&mut caller)
        .take(MAX_MESSAGE)
        .read_to_end(&mut text)
        .await?;
    let message: Message = serde_json::from_slice(&text)?;
    if message.word != word {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    take(message.files.into_iter().map(PathBuf::from).collect());
    caller.write_all(TAKEN).await
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use tokio::sync::mpsc;

    use super::*;

    fn first(dir: &Path) -> (First, Door) {
        match claim(dir, &[]).unwrap() {
            Instance::First(first, door) => (first, door),
            Instance::Second => panic!("another runs"),
        }
    }

    /// Serves in a runtime of its own, as the program does.
    fn serve(
        door: Door,
    ) -> (
        tokio::runtime::Runtime,
        mpsc::UnboundedReceiver<Vec<PathBuf>>,
    ) {
        let (send, receive) = mpsc::unbounded_channel();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.spawn(async move {
            door.serve(move |files| send.send(files).unwrap())
                .await
                .unwrap();
        });
        (runtime, receive)
    }

    #[test]
    fn a_second_start_hands_its_files_over() {
        let dir = tempfile::tempdir().unwrap();
        let (_first, door) = first(dir.path());
        let (_runtime, mut taken) = serve(door);
        let files = [PathBuf::from("/home/ann/a b.yaml")];
        assert!(matches!(
            claim(dir.path(), &files).unwrap(),
            Instance::Second
        ));
        assert_eq!(taken.blocking_recv().unwrap(), files);
        assert!(matches!(claim(dir.path(), &[]).unwrap(), Instance::Second));
        assert!(taken.blocking_recv().unwrap().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_text_arrives_whole() {
        use std::os::unix::ffi::OsStringExt;
        let dir = tempfile::tempdir().unwrap();
        let (_first, door) = first(dir.path());
        let (_runtime, mut taken) = serve(door);
        let files = [PathBuf::from(OsString::from_vec(
            b"/tmp/caf\xe9.yaml".to_vec(),
        ))];
        claim(dir.path(), &files).unwrap();
        assert_eq!(taken.blocking_recv().unwrap(), files);
    }

    #[test]
    fn another_folder_is_another_aloft() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let _first = first(one.path());
        first(two.path());
    }

    #[test]
    fn what_a_dead_one_left_does_not_matter() {
        let dir = tempfile::tempdir().unwrap();
        drop(first(dir.path()));
        first(dir.path());
    }

    #[test]
    fn a_start_while_another_quits_waits_for_it() {
        let dir = tempfile::tempdir().unwrap();
        let (quitting, door) = first(dir.path());
        let (runtime, mut taken) = serve(door);
        // It takes no files any more, but still writes.
        runtime.shutdown_background();
        assert!(taken.blocking_recv().is_none());
        let mut next = None;
        std::thread::scope(|scope| {
            let start = scope.spawn(|| claim(dir.path(), &[PathBuf::from("/a.yaml")]).unwrap());
            let early = claim_within(dir.path(), &[], Duration::ZERO);
            assert!(matches!(early, Err(InstanceError::Mute)));
            drop(quitting);
            next = Some(start.join().unwrap());
        });
        assert!(matches!(next, Some(Instance::First(..))));
    }

    #[test]
    fn one_that_does_not_answer_is_not_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let _first = first(dir.path());
        std::fs::remove_file(dir.path().join(CALL)).unwrap();
        let second = claim_within(dir.path(), &[], Duration::ZERO);
        assert!(matches!(second, Err(InstanceError::Mute)));
    }

    #[test]
    fn a_stranger_on_the_port_is_not_heard() {
        let dir = tempfile::tempdir().unwrap();
        let (_first, door) = first(dir.path());
        let (_runtime, mut taken) = serve(door);
        let call: Call =
            serde_json::from_slice(&std::fs::read(dir.path().join(CALL)).unwrap()).unwrap();
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, call.port)).unwrap();
        let message = Message {
            word: "guess".into(),
            files: vec!["/etc/passwd".into()],
        };
        socket
            .write_all(&serde_json::to_vec(&message).unwrap())
            .unwrap();
        socket.shutdown(Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        assert_eq!(answer, b"");
        assert!(taken.try_recv().is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_where_to_call() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let _first = first(dir.path());
        let mode = dir
            .path()
            .join(CALL)
            .metadata()
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0);
    }
}
