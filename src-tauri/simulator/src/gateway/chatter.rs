//! What containers log by themselves, over chain time.

use fastrand::Rng;
use jiff::Timestamp;

use super::spec::Service;
use crate::time::later;

/// The log of one container. The same seed gives the same lines at the same times.
#[derive(Debug)]
pub(crate) struct Chatter {
    kind: Kind,
    rng: Rng,
    /// How many lines it has said.
    said: usize,
    /// When it says the next line.
    next: Timestamp,
    memory: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Nginx,
    Postgres,
    Redis,
    Node,
    Model,
    Plain,
}

impl Chatter {
    pub(crate) fn new(service: &Service, starts: Timestamp, seed: u64) -> Self {
        let image = service.image.to_lowercase();
        let has = |names: &[&str]| names.iter().any(|name| image.contains(name));
        let kind = if has(&["nginx", "web", "caddy", "httpd"]) {
            Kind::Nginx
        } else if has(&["postgres"]) {
            Kind::Postgres
        } else if has(&["redis", "valkey"]) {
            Kind::Redis
        } else if has(&["node", "next", "ghost"]) {
            Kind::Node
        } else if has(&["ollama", "vllm", "llm", "comfy"]) {
            Kind::Model
        } else {
            Kind::Plain
        };
        Self {
            kind,
            rng: Rng::with_seed(seed),
            said: 0,
            next: starts,
            memory: service.memory,
        }
    }

    /// The lines that are due at a time: the newest `most` of them.
    pub(crate) fn until(&mut self, now: Timestamp, most: usize) -> Vec<String> {
        // After a long time only the newest lines matter: skip the rest without making them.
        let longest = i64::try_from(most).unwrap_or(i64::MAX).saturating_mul(2);
        let behind = crate::time::seconds_between(self.next, now);
        if self.said > self.boot().len() && behind > longest {
            self.next = later(now, -longest);
        }
        let mut lines = Vec::new();
        while self.next <= now && lines.len() < most {
            lines.push(self.line());
            self.said += 1;
            let booting = self.said <= self.boot().len();
            let pause = if booting {
                self.rng.i64(0..2)
            } else {
                self.rng.i64(2..16)
            };
            self.next = later(self.next, pause);
        }
        lines
    }

    fn boot(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Nginx => &[
                "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
                "/docker-entrypoint.sh: Launching /docker-entrypoint.d/20-envsubst-on-templates.sh",
                "/docker-entrypoint.sh: Configuration complete; ready for start up",
                "{T} [notice] 1#1: using the \"epoll\" event method",
                "{T} [notice] 1#1: nginx/1.29.3",
                "{T} [notice] 1#1: start worker processes",
            ],
            Kind::Postgres => &[
                "PostgreSQL Database directory appears to contain a database; Skipping initialization",
                "{T} UTC [1] LOG:  starting PostgreSQL 17.7 on x86_64-pc-linux-musl, 64-bit",
                "{T} UTC [1] LOG:  listening on IPv4 address \"0.0.0.0\", port 5432",
                "{T} UTC [29] LOG:  database system was shut down in recovery",
                "{T} UTC [1] LOG:  database system is ready to accept connections",
            ],
            Kind::Redis => &[
                "1:C {T} * oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo",
                "1:M {T} * Running mode=standalone, port=6379.",
                "1:M {T} * Server initialized",
                "1:M {T} * Ready to accept connections tcp",
            ],
            Kind::Node => &[
                "",
                "> app@1.4.0 start",
                "> node server.js",
                "\u{1b}[32minfo\u{1b}[39m  connected to the database",
                "\u{1b}[32minfo\u{1b}[39m  listening on http://0.0.0.0:3000",
            ],
            Kind::Model => &[
                "time={T} level=INFO msg=\"starting server\" version=0.12.9",
                "time={T} level=INFO msg=\"looking for compatible GPUs\"",
                "time={T} level=INFO msg=\"inference compute\" library=cuda driver=12.8 total=\"79.2 GiB\"",
                "time={T} level=INFO msg=\"Listening on [::]:11434\"",
            ],
            Kind::Plain => &["starting", "configuration read", "ready"],
        }
    }

    fn line(&mut self) -> String {
        let time = self.next.strftime("%Y/%m/%d %H:%M:%S").to_string();
        if let Some(line) = self.boot().get(self.said) {
            return line.replace("{T}", &time);
        }
        let rng = &mut self.rng;
        let ms = rng.u32(1..90);
        match self.kind {
            Kind::Nginx => {
                let path = *rng.choice(PATHS).unwrap_or(&"/");
                let status = if path == "/favicon.ico" { 404 } else { 200 };
                let clf = self.next.strftime("%d/%b/%Y:%H:%M:%S +0000");
                let (a, b, size) = (rng.u8(1..250), rng.u8(1..250), rng.u32(180..48_000));
                format!(
                    "203.0.{a}.{b} - - [{clf}] \"GET {path} HTTP/1.1\" {status} {size} \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\""
                )
            }
            Kind::Postgres if rng.u8(..) < 60 => {
                format!(
                    "{time} UTC [{}] LOG:  checkpoint complete: wrote {} buffers (0.{}%)",
                    27,
                    rng.u32(2..400),
                    rng.u32(1..9)
                )
            }
            Kind::Postgres => format!(
                "{time} UTC [{}] LOG:  duration: {ms}.{} ms",
                rng.u32(60..400),
                rng.u32(100..999)
            ),
            Kind::Redis => format!(
                "1:M {time} * {} changes in 60 seconds. Saving...",
                rng.u32(100..900)
            ),
            Kind::Node if rng.u8(..) < 12 => {
                format!(
                    "\u{1b}[33mwarn\u{1b}[39m  GET /api/search took {} ms",
                    rng.u32(900..2_400)
                )
            }
            Kind::Node => {
                let path = *rng.choice(PATHS).unwrap_or(&"/");
                format!("\u{1b}[32minfo\u{1b}[39m  GET {path} \u{1b}[32m200\u{1b}[39m {ms} ms")
            }
            Kind::Model => format!(
                "[GIN] {time} | 200 | {}.{ms}s | 10.233.{}.{} | POST \"/api/generate\"",
                rng.u32(0..9),
                rng.u8(..),
                rng.u8(..)
            ),
            Kind::Plain => {
                let used = self.memory / (1 << 20) * u64::from(rng.u32(20..60)) / 100;
                format!(
                    "{time} heartbeat: {} jobs done, {used} MiB in use",
                    rng.u32(1..40)
                )
            }
        }
    }
}

const PATHS: &[&str] = &[
    "/",
    "/",
    "/index.html",
    "/assets/app.js",
    "/assets/app.css",
    "/api/items",
    "/api/items/17",
    "/favicon.ico",
    "/healthz",
];
