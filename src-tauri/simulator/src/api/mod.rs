//! The Console's endpoints.

pub(crate) mod bids;
pub(crate) mod deployments;
pub(crate) mod gate;
pub(crate) mod host;
pub(crate) mod keys;
pub(crate) mod network;
pub(crate) mod providers;
pub(crate) mod screening;
pub(crate) mod settings;
pub(crate) mod sim;
pub(crate) mod templates;
pub(crate) mod tokens;
pub(crate) mod validate;
pub(crate) mod views;
pub(crate) mod wallet;

use std::sync::Arc;

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde_json::{Value, json};

use crate::{app::App, error::Error, pages};

/// What a handler answers.
pub(crate) type Answer = Result<Response, Error>;

/// 200 with a JSON body.
pub(crate) fn ok(body: Value) -> Answer {
    Ok(Json(body).into_response())
}

/// 200 with `{"data": …}`.
pub(crate) fn data(body: Value) -> Answer {
    ok(json!({ "data": body }))
}

/// 201 with `{"data": …}`.
pub(crate) fn created(body: Value) -> Answer {
    Ok((StatusCode::CREATED, Json(json!({ "data": body }))).into_response())
}

/// All endpoints, and the pages behind them; with `controls` those of the simulator too.
pub(crate) fn router(app: Arc<App>, controls: bool) -> Router {
    let sim = if controls {
        Router::new().nest("/_sim", sim::router())
    } else {
        Router::new()
    };
    sim.route("/v1/user/me", get(wallet::me))
        .route("/v1/wallets", get(wallet::wallets))
        .route("/v1/balances", get(wallet::balances))
        .route("/v1/weekly-cost", get(wallet::weekly_cost))
        .route("/v1/usage/history", get(wallet::usage))
        .route("/v1/usage/history/stats", get(wallet::usage_stats))
        .route("/v1/api-keys", get(keys::list).post(keys::create))
        .route(
            "/v1/api-keys/{id}",
            get(keys::one).patch(keys::rename).delete(keys::delete),
        )
        .route("/v1/create-jwt-token", post(tokens::create))
        .route("/v1/certificates", post(deployments::certificates))
        .route(
            "/v1/deployments",
            get(deployments::list).post(deployments::create),
        )
        .route(
            "/v1/deployments/{dseq}",
            get(deployments::one)
                .put(deployments::update)
                .delete(deployments::close),
        )
        .route("/v1/deposit-deployment", post(deployments::deposit))
        .route("/v1/leases", post(deployments::lease))
        .route("/v1/bids", get(bids::by_query))
        .route("/v1/bids/{dseq}", get(bids::by_path))
        .route("/v1/deployment-settings", post(settings::create_v1))
        .route(
            "/v1/deployment-settings/{user}/{dseq}",
            get(settings::get_v1).patch(settings::set_v1),
        )
        .route("/v2/deployment-settings", post(settings::create_v2))
        .route(
            "/v2/deployment-settings/{dseq}",
            get(settings::get_v2).patch(settings::set_v2),
        )
        .route(
            "/v1/deployment-funding-config",
            get(settings::funding_config),
        )
        .route(
            "/v1/wallet-settings",
            get(settings::wallet)
                .post(settings::set_wallet)
                .put(settings::set_wallet)
                .merge(delete(settings::delete_wallet)),
        )
        .route("/v1/providers", get(providers::list))
        .route("/v1/providers/{address}", get(providers::one))
        .route("/v1/auditors", get(providers::auditors))
        .route("/v1/provider-regions", get(providers::regions))
        .route(
            "/v1/provider-attributes-schema",
            get(providers::attributes_schema),
        )
        .route("/v1/gpu-prices", get(providers::gpu_prices))
        .route("/v1/gpu-models", get(providers::gpu_models))
        .route("/v1/gpu", get(providers::gpus))
        .route("/v1/network-capacity", get(providers::capacity))
        .route("/v1/bid-screening", post(screening::screen))
        .route("/v1/market-data", get(network::market_data))
        .route("/v1/market-data/{coin}", get(network::market_data_of))
        .route("/v1/pricing", post(network::pricing))
        .route("/v1/blocks", get(network::blocks))
        .route("/v1/blocks/{height}", get(network::block))
        .route(
            "/v1/predicted-block-date/{height}",
            get(network::predicted_date),
        )
        .route("/v1/blockchain-status", get(network::blockchain_status))
        .route("/v1/healthz/readiness", get(network::health))
        .route("/v1/healthz/liveness", get(network::health))
        .route("/status", get(network::status))
        .route("/v1/templates-list", get(templates::list))
        .route("/v1/templates/{id}", get(templates::one))
        .route("/at/{place}", get(pages::page))
        .route("/at/{place}/", get(pages::page))
        .route("/at/{place}/{*rest}", get(pages::page))
        .fallback(|| async { Error::text(404, "404 Not Found") })
        .method_not_allowed_fallback(|| async { Error::text(404, "404 Not Found") })
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            gate::pass,
        ))
        .layer(axum::middleware::from_fn_with_state(app.clone(), host::own))
        .with_state(app)
}
