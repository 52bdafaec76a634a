//! The line discipline of a terminal: echo, editing of a line, Ctrl-C and Ctrl-D.

use bytes::Bytes;
use tokio::sync::{mpsc, watch};

use super::io::STDOUT;

/// The longest line.
const MAX_LINE: usize = 4_096;
/// How many lines wait for a command that does not read.
const QUEUE: usize = 256;

/// A terminal between a client and a process.
pub(crate) struct Terminal {
    raw: mpsc::Receiver<Bytes>,
    cooked: mpsc::Sender<Bytes>,
    screen: mpsc::Sender<(u8, Bytes)>,
    interrupts: watch::Sender<u64>,
    size: watch::Receiver<(u16, u16)>,
}

/// What processes know of their terminal.
#[derive(Clone)]
pub(crate) struct Control {
    interrupts: watch::Receiver<u64>,
    /// Columns and rows.
    pub(crate) size: watch::Receiver<(u16, u16)>,
}

impl Control {
    /// Waits for the next Ctrl-C.
    pub(crate) async fn interrupted(&mut self) {
        self.interrupts.borrow_and_update();
        if self.interrupts.changed().await.is_err() {
            std::future::pending().await
        }
    }
}

impl Terminal {
    /// A terminal, and what a process reads from it: whole lines.
    pub(crate) fn new(
        raw: mpsc::Receiver<Bytes>,
        screen: mpsc::Sender<(u8, Bytes)>,
        size: watch::Receiver<(u16, u16)>,
    ) -> (Self, mpsc::Receiver<Bytes>) {
        let (cooked, lines) = mpsc::channel(QUEUE);
        let interrupts = watch::Sender::new(0);
        (
            Self {
                raw,
                cooked,
                screen,
                interrupts,
                size,
            },
            lines,
        )
    }

    /// What processes know of it.
    pub(crate) fn control(&self) -> Control {
        Control {
            interrupts: self.interrupts.subscribe(),
            size: self.size.clone(),
        }
    }

    /// Works until the client or the process is gone. An empty piece is the end of input (Ctrl-D).
    pub(crate) async fn run(mut self) {
        let mut line = Vec::new();
        let mut escape = 0_u8;
        while let Some(bytes) = self.raw.recv().await {
            let mut echo = Vec::new();
            for byte in bytes {
                escape = match (escape, byte) {
                    // Arrow keys and the like do nothing.
                    (0, 0x1b) => 1,
                    (1, b'[' | b'O') => 2,
                    (1, _) => 0,
                    (2, 0x40..=0x7e) => 0,
                    (2, _) => 2,
                    _ => {
                        if !self.key(byte, &mut line, &mut echo).await {
                            return;
                        }
                        0
                    }
                };
            }
            if !echo.is_empty() && self.screen.send((STDOUT, echo.into())).await.is_err() {
                return;
            }
        }
        // Without a client there is no more input, but the process may go on.
        drop(self.cooked);
        std::future::pending().await
    }

    /// Takes a key; `false` means that nobody reads any more.
    async fn key(&mut self, byte: u8, line: &mut Vec<u8>, echo: &mut Vec<u8>) -> bool {
        match byte {
            b'\r' | b'\n' => {
                echo.extend_from_slice(b"\r\n");
                // What was typed appears before what it does.
                let shown = self
                    .screen
                    .send((STDOUT, Bytes::from(std::mem::take(echo))))
                    .await;
                line.push(b'\n');
                return shown.is_ok()
                    && self
                        .cooked
                        .send(Bytes::from(std::mem::take(line)))
                        .await
                        .is_ok();
            }
            0x03 => {
                line.clear();
                echo.extend_from_slice(b"^C\r\n");
                let shown = self
                    .screen
                    .send((STDOUT, Bytes::from(std::mem::take(echo))))
                    .await;
                self.interrupts
                    .send_modify(|count| *count = count.wrapping_add(1));
                return shown.is_ok();
            }
            0x04 if line.is_empty() => return self.cooked.send(Bytes::new()).await.is_ok(),
            0x04 => {
                return self
                    .cooked
                    .send(Bytes::from(std::mem::take(line)))
                    .await
                    .is_ok();
            }
            0x7f | 0x08 => {
                while line.last().is_some_and(|last| last & 0xc0 == 0x80) {
                    line.pop();
                }
                if line.pop().is_some() {
                    echo.extend_from_slice(b"\x08 \x08");
                }
            }
            0x15 => {
                let shown = String::from_utf8_lossy(line).chars().count();
                line.clear();
                echo.extend_from_slice(&b"\x08 \x08".repeat(shown));
            }
            b'\t' | 0x20.. if line.len() < MAX_LINE => {
                line.push(byte);
                echo.push(byte);
            }
            _ => {}
        }
        true
    }
}
