//! A deployment's whole life: made, leased, live, funded, updated, closed.
//!
//! ```text
//! AKASH_API_KEY=… cargo run -p akash-console --example journey -- --base-url URL --sdl FILE [--spend]
//! ```
//!
//! Prints a JSON line for each step. Closes what it opened whatever happens, also on Ctrl-C. Takes no
//! address but this computer's without `--spend`, because anywhere else it spends real money.

use std::{
    io::Write,
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use akash_console::{
    BidState, Client, DeploymentDetail, DeploymentState, Dseq, Error, Kind, LeaseTarget, Options,
    Outcome, SecretString, Usd,
};
use akash_market::{Offer, Rates, Wish, compare};
use serde_json::{Value, json};
use url::{Host, Url};

const USAGE: &str = "usage: journey --base-url URL --sdl FILE [--spend]   (key in AKASH_API_KEY)";
/// Dollars set aside at first, and added later.
const DEPOSIT: &str = "0.5";
/// How long to wait for a bid on every group.
const BIDS: Duration = Duration::from_secs(180);
/// How long to wait for the containers.
const LIVE: Duration = Duration::from_secs(300);
/// How long a provider may say nothing at all before its state counts as unknown.
const SILENT: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> ExitCode {
    let args = match Args::read() {
        Ok(args) => args,
        Err(reason) => return refuse(&reason),
    };
    let sdl = match std::fs::read_to_string(&args.sdl) {
        Ok(sdl) => sdl,
        Err(error) => return refuse(&format!("can't read {}: {error}", args.sdl.display())),
    };
    let local = match args.base_url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    if !local && !args.spend {
        return refuse(
            "this address is not this computer's: add --spend to spend real money there",
        );
    }
    let client = match Client::new(Options {
        base_url: args.base_url,
        api_key: Some(args.key),
        user_agent: concat!("akash-console-journey/", env!("CARGO_PKG_VERSION")).into(),
    }) {
        Ok(client) => client,
        Err(error) => return refuse(&error.to_string()),
    };
    let pause = Duration::from_secs(if local { 1 } else { 3 });
    let mut journey = Journey {
        client,
        sdl,
        pause,
        dseq: None,
        before: None,
        started: Instant::now(),
    };
    let outcome = tokio::select! {
        outcome = journey.go() => outcome,
        _ = tokio::signal::ctrl_c() => Err(Stop::new("interrupted", "interrupted")),
    };
    if let Err(stop) = &outcome {
        journey.say(stop.step, false, &json!(stop.reason));
    }
    let closed = journey.close().await;
    match (outcome, closed) {
        (Ok(()), true) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn refuse(reason: &str) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "error: {reason}");
    ExitCode::from(2)
}

struct Args {
    base_url: Url,
    sdl: PathBuf,
    key: SecretString,
    spend: bool,
}

impl Args {
    fn read() -> Result<Self, String> {
        let (mut base_url, mut sdl, mut spend) = (None, None, false);
        let mut args = std::env::args().skip(1);
        while let Some(arg) = args.next() {
            let mut value = || {
                args.next()
                    .ok_or_else(|| format!("{arg} needs a value\n{USAGE}"))
            };
            match arg.as_str() {
                "--base-url" => {
                    base_url = Some(Url::parse(&value()?).map_err(|e| format!("--base-url: {e}"))?);
                }
                "--sdl" => sdl = Some(PathBuf::from(value()?)),
                "--spend" => spend = true,
                _ => return Err(format!("unknown argument {arg}\n{USAGE}")),
            }
        }
        let key = std::env::var("AKASH_API_KEY").map_err(|_| "AKASH_API_KEY is not set")?;
        Ok(Self {
            base_url: base_url.ok_or(USAGE)?,
            sdl: sdl.ok_or(USAGE)?,
            key: key.into(),
            spend,
        })
    }
}

/// Why the journey ends early.
struct Stop {
    step: &'static str,
    reason: String,
}

impl Stop {
    fn new(step: &'static str, reason: impl Into<String>) -> Self {
        Self {
            step,
            reason: reason.into(),
        }
    }

    fn of(step: &'static str) -> impl Fn(Error) -> Self {
        move |error| {
            let said = error
                .server_message()
                .map(|m| format!(": {m}"))
                .unwrap_or_default();
            Self::new(step, format!("{error}{said}"))
        }
    }
}

struct Journey {
    client: Client,
    sdl: String,
    pause: Duration,
    dseq: Option<Dseq>,
    /// What there was before a create that has not been answered.
    before: Option<Vec<DeploymentDetail>>,
    started: Instant,
}

impl Journey {
    /// Says what a step came to, and starts the next one's clock.
    fn say(&mut self, step: &str, ok: bool, detail: &Value) {
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.started = Instant::now();
        let line = json!({ "step": step, "ok": ok, "ms": ms, "dseq": self.dseq, "detail": detail });
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    async fn go(&mut self) -> Result<(), Stop> {
        let user = self.client.user().await.map_err(Stop::of("user"))?;
        let wallets = self
            .client
            .wallets(&user.id)
            .await
            .map_err(Stop::of("user"))?;
        let balances = self.client.balances().await.map_err(Stop::of("user"))?;
        let wallet = wallets.first().and_then(|wallet| wallet.address.clone());
        self.say(
            "user",
            true,
            &json!({ "wallet": wallet, "credit_usd": balances.balance }),
        );

        let (dseq, manifest) = self.create().await?;
        let (targets, price) = self.bids(dseq, &manifest).await?;
        let detail = json!({ "providers": targets, "usd_per_month": price.map(|p| p.round_up(2)) });
        self.say("bids", true, &detail);

        let leased = self.lease(dseq, &manifest, &targets).await?;
        let leases: Vec<_> = leased
            .leases
            .iter()
            .map(|lease| lease.state.as_str())
            .collect();
        self.say("lease", true, &json!({ "leases": leases }));

        let live = self.live(dseq).await?;
        self.say("live", true, &live);

        let more = usd(DEPOSIT)?;
        let funded = self
            .client
            .deposit(dseq, more)
            .await
            .map_err(Stop::of("deposit"))?;
        self.say(
            "deposit",
            true,
            &json!({ "set_aside": funded.escrow.funds }),
        );

        let sdl = self.updated()?;
        let updated = self
            .client
            .update(dseq, &sdl)
            .await
            .map_err(Stop::of("update"))?;
        let changed = updated.hash != leased.hash;
        if !changed && updated.hash.is_some() {
            return Err(Stop::new("update", "the deployment still has its old hash"));
        }
        self.say("update", true, &json!({ "hash": updated.hash }));
        Ok(())
    }

    /// Makes the deployment. Should the answer be lost, [`Journey::close`] looks for what it left.
    async fn create(&mut self) -> Result<(Dseq, String), Stop> {
        let before = self
            .client
            .deployments()
            .await
            .map_err(Stop::of("create"))?;
        self.before = Some(before);
        let created = self
            .client
            .create(&self.sdl, usd(DEPOSIT)?)
            .await
            .map_err(|error| {
                if error.outcome() == Outcome::No {
                    self.before = None;
                }
                Stop::of("create")(error)
            })?;
        self.dseq = Some(created.dseq);
        let manifest = created
            .manifest
            .ok_or(Stop::new("create", "the answer has no manifest"))?;
        self.say(
            "create",
            true,
            &json!({ "tx": created.tx_hash, "manifest_bytes": manifest.len() }),
        );
        Ok((created.dseq, manifest))
    }

    /// The one deployment that was not there before, has no lease, and so is ours.
    async fn orphan(&self, before: &[DeploymentDetail]) -> Option<Dseq> {
        for _ in 0..10 {
            tokio::time::sleep(self.pause).await;
            let now = self.client.deployments().await.unwrap_or_default();
            let mut new = now.iter().filter(|d| {
                d.leases.is_empty() && before.iter().all(|known| known.id.dseq != d.id.dseq)
            });
            if let (Some(one), None) = (new.next(), new.next()) {
                return Some(one.id.dseq);
            }
        }
        None
    }

    /// Waits for an open bid on every group; the cheapest of each.
    async fn bids(
        &self,
        dseq: Dseq,
        manifest: &str,
    ) -> Result<(Vec<LeaseTarget>, Option<Usd>), Stop> {
        let groups: Value = serde_json::from_str(manifest).unwrap_or_default();
        let groups = groups.as_array().map_or(1, Vec::len).max(1);
        let market = self.client.market_data().await.ok();
        let rates = Rates {
            akt_usd: market.map(|market| market.price),
            ..Rates::default()
        };
        let started = Instant::now();
        while started.elapsed() < BIDS {
            let bids = self.client.bids(dseq).await.map_err(Stop::of("bids"))?;
            let offers: Vec<Offer> = bids
                .iter()
                .filter(|bid| bid.state == BidState::Open)
                .filter_map(|bid| bid.offer())
                .collect();
            let ranked = compare(&offers, &[], &Wish::default(), &rates);
            let mut best: Vec<LeaseTarget> = Vec::new();
            let mut price = Some(Usd::ZERO);
            for place in &ranked {
                let Some(offer) = offers.get(place.offer) else {
                    continue;
                };
                if best.iter().all(|taken| taken.gseq != offer.gseq) {
                    let (gseq, oseq, provider) = (offer.gseq, offer.oseq, offer.provider.clone());
                    best.push(LeaseTarget {
                        dseq,
                        gseq,
                        oseq,
                        provider,
                    });
                    price = price.zip(place.per_month).map(|(a, b)| a.saturating_add(b));
                }
            }
            if best.len() >= groups {
                return Ok((best, price));
            }
            tokio::time::sleep(self.pause).await;
        }
        Err(Stop::new(
            "bids",
            format!("no bid on every group in {} s", BIDS.as_secs()),
        ))
    }

    /// Takes the bids. Where the lease stands and only the manifest could not be delivered, the same
    /// call delivers it.
    async fn lease(
        &self,
        dseq: Dseq,
        manifest: &str,
        targets: &[LeaseTarget],
    ) -> Result<DeploymentDetail, Stop> {
        let mut left = 5;
        loop {
            let error = match self.client.lease(manifest, targets).await {
                Ok(leased) => return Ok(leased),
                Err(error) => error,
            };
            if left == 0 || !error.retry_safe() || !error.passing() {
                // An older server calls the order closed when an earlier attempt went through.
                let stands = self.client.deployment(dseq).await.ok().filter(|d| {
                    error.kind() == Kind::OrderGone && d.leases.iter().any(|l| l.state.runs())
                });
                return stands.ok_or_else(|| Stop::of("lease")(error));
            }
            left -= 1;
            tokio::time::sleep(self.pause * 2).await;
        }
    }

    /// Waits until every container is up. Where no provider says anything (older servers ask for a
    /// certificate first), that is unknown, which is no failure.
    async fn live(&self, dseq: Dseq) -> Result<Value, Stop> {
        let started = Instant::now();
        let mut heard = false;
        loop {
            let now = self
                .client
                .deployment(dseq)
                .await
                .map_err(Stop::of("live"))?;
            let running: Vec<_> = now
                .leases
                .iter()
                .filter(|lease| lease.state.runs())
                .collect();
            if running.is_empty() {
                return Err(Stop::new("live", "no lease runs any more"));
            }
            let known: Vec<_> = running
                .iter()
                .filter_map(|lease| lease.status.as_ref())
                .collect();
            heard |= !known.is_empty();
            if known.len() == running.len() && known.iter().all(|status| status.ready()) {
                let services = known.iter().flat_map(|status| status.services.values());
                let uris: Vec<_> = services.flat_map(|service| &service.uris).collect();
                return Ok(json!({ "uris": uris }));
            }
            if !heard && started.elapsed() > SILENT {
                return Ok(json!("unknown"));
            }
            if started.elapsed() > LIVE {
                return Err(Stop::new(
                    "live",
                    format!("not ready in {} s", LIVE.as_secs()),
                ));
            }
            tokio::time::sleep(self.pause).await;
        }
    }

    /// The SDL with another environment variable in its first service.
    fn updated(&self) -> Result<String, Stop> {
        let checked = akash_sdl::check(&self.sdl);
        let summary = checked.sdl.map(|sdl| sdl.summary());
        let service = summary
            .as_ref()
            .and_then(|summary| summary.services.first());
        let name = &service
            .ok_or(Stop::new("update", "the SDL has no service"))?
            .name;
        let name = name.replace('~', "~0").replace('/', "~1");
        akash_sdl::edit::push(
            &self.sdl,
            &format!("/services/{name}/env"),
            "ALOFT_JOURNEY=1",
        )
        .map_err(|error| Stop::new("update", error.to_string()))
    }

    /// Closes what was opened, trying hard: what stays open costs money.
    async fn close(&mut self) -> bool {
        if let (None, Some(before)) = (self.dseq, self.before.take()) {
            self.dseq = self.orphan(&before).await;
        }
        let Some(dseq) = self.dseq else { return true };
        let mut last = None;
        for _ in 0..5 {
            match self.client.close(dseq).await {
                Ok(()) => {
                    last = None;
                    break;
                }
                Err(error) if matches!(error.kind(), Kind::DeploymentClosed | Kind::NotFound) => {
                    last = None;
                    break;
                }
                Err(error) => last = Some(Stop::of("close")(error).reason),
            }
            tokio::time::sleep(self.pause * 2).await;
        }
        if let Some(reason) = last {
            self.say("close", false, &json!(reason));
            return false;
        }
        let (closed, detail) = match self.client.deployment(dseq).await {
            Ok(after) => (
                after.state == DeploymentState::Closed,
                json!({ "state": after.state, "spent": after.escrow.transferred }),
            ),
            Err(error) => (true, json!(Stop::of("close")(error).reason)),
        };
        self.say("close", closed, &detail);
        closed
    }
}

fn usd(text: &str) -> Result<Usd, Stop> {
    text.parse()
        .map_err(|error| Stop::new("deposit", format!("{error}")))
}
