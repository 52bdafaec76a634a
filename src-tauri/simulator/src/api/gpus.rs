//! GPU models, their prices and how many of them there are.

use std::sync::Arc;

use axum::extract::State;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    answer::{Answer, ok},
    extract::Query,
};
use crate::{
    app::{App, LatencyClass},
    catalogue::{GPUS, GpuKind},
    money::json_number,
    providers::{Provider, Stock},
    world::World,
};

/// The prices of a GPU model at the providers that have it, in thousandths of a USD per hour, lowest first.
fn prices(world: &World, kind: usize) -> Vec<u64> {
    let has =
        |provider: &&Provider| !provider.dark && provider.gpus.iter().any(|gpu| gpu.kind == kind);
    let rate = |kind: &GpuKind, provider: &Provider| {
        u64::from(kind.milli_usd_per_hour) * u64::from(provider.price_percent) / 100
    };
    let mut prices: Vec<u64> = world
        .providers
        .iter()
        .filter(has)
        .map(|provider| rate(&GPUS[kind], provider))
        .collect();
    prices.sort_unstable();
    prices
}

/// `GET /v1/gpu-prices`: in USD per hour.
pub(crate) async fn price_list(State(app): State<Arc<App>>) -> Answer {
    app.delay(LatencyClass::Read).await;
    ok(app.read(|world| {
        let online = || world.providers.iter().filter(|provider| !provider.dark);
        let availability = |stock: Stock| json!({ "total": stock.total, "available": stock.available() });
        let all = online().map(|provider| provider.gpu_stock(|_| true)).sum::<Stock>();
        let models: Vec<Value> = GPUS
            .iter()
            .enumerate()
            .map(|(index, kind)| {
                let stock = online().map(|provider| provider.gpu_stock(|other| other == index)).sum::<Stock>();
                let has = online().filter(|provider| provider.gpu_stock(|other| other == index).total > 0);
                let free = has.clone().filter(|provider| provider.gpu_stock(|other| other == index).available() > 0);
                let prices = prices(world, index);
                let usd = |milli: u64| json_number(Decimal::from(milli) / Decimal::from(1_000));
                let price = prices.first().zip(prices.last()).map(|(min, max)| {
                    let average = prices.iter().sum::<u64>() / prices.len() as u64;
                    json!({
                        "currency": "USD", "min": usd(*min), "max": usd(*max), "avg": usd(average),
                        "weightedAverage": usd(average), "med": usd(prices[prices.len() / 2]),
                    })
                });
                json!({
                    "vendor": "nvidia", "model": kind.model, "ram": kind.ram, "interface": kind.interface,
                    "availability": availability(stock),
                    "providerAvailability": { "total": has.count(), "available": free.count() },
                    "price": price,
                })
            })
            .collect();
        json!({ "availability": availability(all), "models": models })
    }))
}

/// `GET /v1/gpu-models`.
pub(crate) async fn models(State(app): State<Arc<App>>) -> Answer {
    app.delay(LatencyClass::Read).await;
    let models: Vec<Value> = GPUS
        .iter()
        .map(|kind| {
            json!({
                "name": kind.model, "displayName": kind.display, "memory": [kind.ram], "interface": [kind.interface],
            })
        })
        .collect();
    ok(json!([{ "name": "nvidia", "displayName": "NVIDIA", "models": models }]))
}

/// `GET /v1/gpu`.
pub(crate) async fn counts(State(app): State<Arc<App>>, query: Query) -> Answer {
    app.delay(LatencyClass::Read).await;
    ok(app.read(|world| {
        let counts =
            |stock: Stock| json!({ "allocatable": stock.total, "allocated": stock.active });
        let wanted = |index: usize| {
            let kind = &GPUS[index];
            query.get("vendor").is_none_or(|vendor| vendor == "nvidia")
                && query.get("model").is_none_or(|model| model == kind.model)
                && query.get("memory_size").is_none_or(|ram| ram == kind.ram)
        };
        let providers = || {
            let one = query.get("provider");
            world.providers.iter().filter(move |provider| {
                !provider.dark
                    && one.is_none_or(|one| one == provider.owner || one == provider.host_uri())
            })
        };
        let sum = |index: usize| {
            providers()
                .map(|provider| provider.gpu_stock(|other| other == index))
                .sum::<Stock>()
        };
        let mut total = Stock::default();
        let mut details = Vec::new();
        for (index, kind) in GPUS.iter().enumerate().filter(|(index, _)| wanted(*index)) {
            let stock = sum(index);
            total = total + stock;
            let mut detail = counts(stock);
            detail["model"] = kind.model.into();
            detail["ram"] = kind.ram.into();
            detail["interface"] = kind.interface.into();
            details.push(detail);
        }
        json!({ "gpus": { "total": counts(total), "details": { "nvidia": details } } })
    }))
}
