//! How long what is set aside lasts, against the simulated chain: a month with settlements by the providers and additions in between.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use akash_console::{Client, Dseq, LeaseTarget, Options, Usd};
use akash_market::{Decimal, Escrow};
use akash_simulator::{Change, Config, Latency};
use support::TWO;

const HOUR: u32 = 3_600;

struct Chain {
    sim: akash_simulator::Simulator,
    client: Client,
    dseq: Dseq,
}

impl Chain {
    /// Two leases on one escrow, each payment cut by itself.
    async fn with_two_leases() -> Self {
        let config = Config {
            latency: Latency::none(),
            speed: 1,
            ..support::summer()
        };
        let sim = akash_simulator::start(config).await.unwrap();
        let client = Client::new(Options {
            base_url: sim.url().parse().unwrap(),
            api_key: Some(sim.api_key().into()),
            user_agent: "Aloft/test".into(),
        })
        .unwrap();
        let created = client.create(TWO, Usd::from_micro(500_000)).await.unwrap();
        let dseq = created.dseq;
        sim.control().change(Change::Jump { seconds: 70 }).unwrap();
        let bids = client.bids(dseq).await.unwrap();
        let take = |gseq| {
            let bid = bids.iter().find(|bid| bid.id.gseq == gseq).unwrap();
            LeaseTarget {
                dseq,
                gseq,
                oseq: bid.id.oseq,
                provider: bid.id.provider.clone(),
            }
        };
        client
            .lease(&created.manifest.unwrap(), &[take(1), take(2)])
            .await
            .unwrap();
        Self { sim, client, dseq }
    }

    fn pass(&self, seconds: u32) {
        self.sim.control().change(Change::Jump { seconds }).unwrap();
    }

    async fn height(&self) -> u64 {
        self.client.blocks(1).await.unwrap()[0].height
    }

    async fn escrow(&self) -> Escrow {
        let detail = self.client.deployment(self.dseq).await.unwrap();
        detail.escrow().unwrap()
    }

    /// Whether it still runs, and what the escrow says.
    async fn runs(&self) -> (bool, Escrow) {
        let detail = self.client.deployment(self.dseq).await.unwrap();
        let runs = detail.leases.iter().all(|lease| lease.state.runs());
        (runs && detail.leases.len() == 2, detail.escrow().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_agrees_with_the_chain_within_a_block() {
    let chain = Chain::with_two_leases().await;
    let mut seen = chain.escrow().await;
    let (mut settled, mut added) = (0, 0);
    // Steps that are no multiple of anything the chain does.
    for step in 0..150u32 {
        let runs_out = seen.runs_out_at().expect("something drains it");
        chain.pass(4 * HOUR + 1_037 * (step % 11));
        let height = chain.height().await;
        if runs_out.saturating_sub(height) < 14_000 {
            let before = chain.escrow().await;
            chain
                .client
                .deposit(chain.dseq, Usd::from_micro(700_000))
                .await
                .unwrap();
            let after = chain.escrow().await;
            // An addition moves nothing else.
            let height = before.settled_at.max(after.settled_at);
            let more = after.at(height).left - before.at(height).left;
            assert!(
                (more - Decimal::from(700_000)).abs() <= 2.into(),
                "step {step}: {more}"
            );
            seen = after;
            added += 1;
            continue;
        }
        let now = chain.escrow().await;
        if now.settled_at > seen.settled_at {
            settled += 1;
            // What was foretold is what the settlements gave, cut to whole micro-units for each of two payments. Each provider may have
            // withdrawn since the last look.
            let foretold = seen.at(now.settled_at);
            assert!(
                (foretold.left - now.funds).abs() <= 4.into(),
                "step {step}: {} was foretold, {} is left",
                foretold.left,
                now.funds
            );
            assert_eq!(now.funds + now.transferred, seen.funds + seen.transferred);
        }
        let differs = now.runs_out_at().unwrap().abs_diff(runs_out);
        assert!(differs <= 1, "step {step}: {differs} blocks off");
        seen = now;
    }
    assert!(
        settled > 60 && added >= 8,
        "{settled} settlements, {added} additions"
    );

    // And it ends when it was said to: it runs an hour before, and is found out within a day after.
    let runs_out = seen.runs_out_at().unwrap();
    let left = runs_out - chain.height().await;
    chain.pass(u32::try_from(left * 6_098 / 1_000).unwrap() - HOUR);
    assert!(chain.runs().await.0, "it ended too early");
    chain.pass(25 * HOUR);
    let (runs, end) = chain.runs().await;
    assert!(!runs, "it still runs");
    let all = seen.funds + seen.transferred;
    assert!(
        (end.transferred - all).abs() <= 4.into(),
        "{} of {all} was paid",
        end.transferred
    );
}
