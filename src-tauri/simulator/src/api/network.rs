//! Blocks, market data, the price calculator and the health of the service.

use std::sync::Arc;

use axum::extract::{Path, State};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    answer::{Answer, ok},
    extract::{Json, Query},
    validate::Checks,
};
use crate::{
    app::{App, LatencyClass},
    encoding::hex,
    error::Error,
    money::json_number,
    rng::SeededRng,
    time::{BLOCK_MS, iso, time_of},
    world::World,
};

/// `GET /v1/market-data`.
pub(crate) async fn market_data(State(app): State<Arc<App>>) -> Answer {
    app.delay(LatencyClass::Read).await;
    // The price changes a little every hour.
    let drift = app.read(|world| {
        SeededRng::new(world.seed, &format!("akt {}", world.now.as_second() / 3600)).between(0, 60)
    });
    let price = Decimal::new(830 + i64::try_from(drift).unwrap_or_default(), 3);
    let change = Decimal::new(i64::try_from(drift).unwrap_or_default() - 30, 3);
    ok(json!({
        "price": json_number(price), "volume": 0, "marketCap": 0, "marketCapRank": 0,
        "priceChange24h": json_number(change), "priceChangePercentage24": json_number((change * Decimal::from(100) / price).round_dp(2)),
    }))
}

/// `GET /v1/market-data/{coin}`.
pub(crate) async fn market_data_of(state: State<Arc<App>>, Path(coin): Path<String>) -> Answer {
    if coin == "akt" || coin == "akash-network" {
        return market_data(state).await;
    }
    Err(Error::validation(vec![json!({
        "code": "invalid_enum_value", "options": ["akash-network", "akt"], "received": coin, "path": ["coin"],
        "message": format!("Invalid enum value. Expected 'akash-network' | 'akt', received '{coin}'"),
    })]))
}

/// `POST /v1/pricing`: a fixed formula in USD per month, for one size or a list of up to ten.
pub(crate) async fn pricing(Json(body): Json<512>) -> Answer {
    let mut checks = Checks::default();
    let sizes: Vec<&Value> = match &body {
        Value::Array(sizes) => sizes.iter().collect(),
        one => vec![one],
    };
    if sizes.is_empty() || sizes.len() > 10 {
        checks.issue(json!({
            "code": if sizes.is_empty() { "too_small" } else { "too_big" }, "type": "array", "inclusive": true,
            "message": "Array must contain between 1 and 10 element(s)", "path": [],
        }));
    }
    let priced: Vec<Value> = sizes.iter().map(|size| priced(size, &mut checks)).collect();
    checks.done()?;
    ok(match &body {
        Value::Array(_) => Value::Array(priced),
        _ => priced.into_iter().next().unwrap_or_default(),
    })
}

fn priced(size: &Value, checks: &mut Checks) -> Value {
    let mut amount = |name: &str| {
        let number = checks.number(size.get(name), &[name])?;
        number.to_string().parse::<Decimal>().ok()
    };
    let (cpu, memory, storage) = (amount("cpu"), amount("memory"), amount("storage"));
    let (cpu, memory, storage) = (
        cpu.unwrap_or_default(),
        memory.unwrap_or_default(),
        storage.unwrap_or_default(),
    );
    let giga = Decimal::from(1_000_000_000);
    let usd = |core: i64, ram: i64, disk: i64| {
        let sum = [
            (cpu / Decimal::from(1_000), core),
            (memory / giga, ram),
            (storage / giga, disk),
        ]
        .into_iter()
        .map(|(size, cents)| size.saturating_mul(Decimal::new(cents, 2)))
        .fold(Decimal::ZERO, Decimal::saturating_add);
        json_number(sum.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
    };
    json!({
        "spec": { "cpu": json_number(cpu), "memory": json_number(memory), "storage": json_number(storage) },
        "akash": usd(450, 125, 8), "aws": usd(2_460, 335, 10), "gcp": usd(1_990, 267, 10), "azure": usd(2_240, 302, 12),
    })
}

/// A block. Everything but its height and time is made up.
fn block_view(world: &World, height: u64) -> Value {
    let proposer = SeededRng::new(world.seed, &format!("validator {}", height % 40)).address();
    json!({
        "height": height,
        "proposer": {
            "address": proposer, "operatorAddress": proposer.replacen("akash", "akashvaloper", 1),
            "moniker": format!("validator-{:02}", height % 40), "avatarUrl": null,
        },
        "transactionCount": height % 5,
        "totalTransactionCount": height.saturating_mul(2),
        "datetime": iso(time_of(height)),
    })
}

/// `GET /v1/blocks`: the newest blocks, newest first.
pub(crate) async fn blocks(State(app): State<Arc<App>>, query: Query) -> Answer {
    let mut checks = Checks::default();
    let limit = query
        .get("limit")
        .map(|text| Value::String(text.to_owned()));
    let limit = limit.map_or(Some(20), |limit| {
        checks.integer(Some(&limit), &["limit"], 1, Some(100))
    });
    checks.done()?;
    app.delay(LatencyClass::Read).await;
    ok(app.read(|world| {
        let newest = world.height();
        (0..limit.unwrap_or(20))
            .map(|back| block_view(world, newest.saturating_sub(back)))
            .collect()
    }))
}

/// `GET /v1/blocks/{height}`.
pub(crate) async fn block(State(app): State<Arc<App>>, Path(height): Path<String>) -> Answer {
    let height: u64 = height
        .parse()
        .map_err(|_| Error::bad_request("Invalid height"))?;
    app.delay(LatencyClass::Read).await;
    ok(app.read(|world| {
        if height > world.height() {
            return Err(Error::text(404, "Block not found"));
        }
        let mut view = block_view(world, height);
        if let Some(view) = view.as_object_mut() {
            view.remove("transactionCount");
            view.remove("totalTransactionCount");
        }
        if let Some(proposer) = view["proposer"].as_object_mut() {
            proposer.remove("avatarUrl");
        }
        view["hash"] = hex(&Sha256::digest(height.to_le_bytes()))
            .to_uppercase()
            .into();
        view["gasUsed"] = 0.into();
        view["gasWanted"] = 0.into();
        view["transactions"] = json!([]);
        Ok(view)
    })?)
}

/// `GET /v1/predicted-block-date/{height}`.
pub(crate) async fn predicted_date(
    State(app): State<Arc<App>>,
    Path(height): Path<String>,
    query: Query,
) -> Answer {
    let height: u64 = height
        .parse()
        .map_err(|_| Error::bad_request("Invalid height"))?;
    let window: u64 = query
        .get("blockWindow")
        .unwrap_or("10000")
        .parse()
        .map_err(|_| Error::bad_request("Invalid block window"))?;
    app.delay(LatencyClass::Read).await;
    ok(json!({ "predictedDate": iso(time_of(height)), "height": height, "blockWindow": window }))
}

/// `GET /v1/blockchain-status`.
pub(crate) async fn blockchain_status(State(app): State<Arc<App>>) -> Answer {
    ok(json!({ "isBlockchainReachable": app.read(|world| !world.disruptions.node_down) }))
}

/// `GET /v1/healthz/readiness` and `GET /v1/healthz/liveness`.
pub(crate) async fn health() -> Answer {
    ok(json!({ "data": { "postgres": true, "jobQueue": true } }))
}

/// `GET /status`.
pub(crate) async fn status(State(app): State<Arc<App>>) -> Answer {
    ok(app.read(|world| {
        json!({
            "version": env!("CARGO_PKG_VERSION"), "memory": "64Mi",
            "simulator": { "height": world.height(), "blockMs": BLOCK_MS },
        })
    }))
}
