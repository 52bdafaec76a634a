//! A server that answers with exactly these bytes, for what no well-behaved server does.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod operations;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use akash_console::{Client, Options};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The key that every test uses, to look for in what must not hold it.
pub const KEY: &str =
    "ac.sk.production.00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// Path and query.
    pub target: String,
    pub headers: String,
    pub body: Value,
}

#[derive(Clone, Debug)]
pub enum Reply {
    /// A whole answer.
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// These bytes, then silence.
    Hang(Vec<u8>),
    /// These bytes over and over, for ever.
    Flood(Vec<u8>),
    /// A reset.
    Reset,
}

impl Reply {
    pub fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    pub fn text(status: u16, kind: &str, body: &str) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self::Answer {
            status,
            headers,
            body: body.into(),
        }
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

pub struct Stub {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    pub connections: Arc<Mutex<u32>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Stub {
    /// Answers the n-th request (from 0) with what `reply` says.
    pub async fn start(reply: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(Mutex::new(0));
        let (seen, count, reply) = (requests.clone(), connections.clone(), Arc::new(reply));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *count.lock().unwrap() += 1;
                let (seen, reply) = (seen.clone(), reply.clone());
                tokio::spawn(async move { serve(stream, &seen, &*reply).await });
            }
        });
        Self {
            url,
            requests,
            connections,
            task,
        }
    }

    /// Answers every request the same.
    pub async fn always(reply: Reply) -> Self {
        Self::start(move |_, _| reply.clone()).await
    }

    pub fn client(&self) -> Client {
        client(&self.url)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

pub fn client(url: &str) -> Client {
    Client::new(Options {
        base_url: url.parse().unwrap(),
        api_key: Some(KEY.into()),
        user_agent: "akash-console-tests/1.0".into(),
    })
    .unwrap()
}

async fn serve(
    mut stream: TcpStream,
    seen: &Mutex<Vec<Request>>,
    reply: &(dyn Fn(&Request, usize) -> Reply + Send + Sync),
) -> Option<()> {
    let mut buffer = Vec::new();
    loop {
        let head = loop {
            if let Some(end) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
        let length = text.to_lowercase().lines().find_map(|line| {
            line.strip_prefix("content-length:")
                .map(|n| n.trim().parse::<usize>().unwrap())
        });
        let whole = head + length.unwrap_or(0);
        while buffer.len() < whole {
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        }
        let mut first = text.split(' ');
        let request = Request {
            method: first.next().unwrap_or_default().to_owned(),
            target: first.next().unwrap_or_default().to_owned(),
            body: serde_json::from_slice(&buffer[head..whole]).unwrap_or_default(),
            headers: text,
        };
        buffer.drain(..whole);
        let index = {
            let mut seen = seen.lock().unwrap();
            seen.push(request.clone());
            seen.len() - 1
        };
        match reply(&request, index) {
            Reply::Answer {
                status,
                headers,
                body,
            } => {
                let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
                for (name, value) in headers {
                    head += &format!("{name}: {value}\r\n");
                }
                head += "\r\n";
                // In one piece: two would wait for each other's acknowledgement.
                let mut whole = head.into_bytes();
                whole.extend(body);
                stream.write_all(&whole).await.ok()?;
            }
            Reply::Bytes(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                return stream.shutdown().await.ok();
            }
            Reply::Hang(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                tokio::time::sleep(Duration::from_secs(3600)).await;
            }
            Reply::Flood(bytes) => loop {
                stream.write_all(&bytes).await.ok()?;
            },
            Reply::Reset => {
                stream.set_zero_linger().ok()?;
                return None;
            }
        }
    }
}
