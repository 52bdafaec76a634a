//! The HTTP interface: the Console's endpoints, the controls, and the pages of services.

mod answer;
mod bids;
mod body;
mod deployments;
mod extract;
mod fault_responses;
mod gpus;
mod host;
mod keys;
mod middleware;
mod network;
mod older;
mod providers;
mod screening;
mod service_pages;
mod settings;
mod sim;
mod templates;
mod tokens;
mod validate;
mod views;
mod wallet;

use std::sync::Arc;

use axum::{
    Router,
    routing::{delete, get, post},
};

use crate::{app::App, error::Error};

/// The router of everything. With `controls` it serves `/_sim/` too.
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
                .patch(deployments::patch)
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
        .route("/v1/gpu-prices", get(gpus::price_list))
        .route("/v1/gpu-models", get(gpus::models))
        .route("/v1/gpu", get(gpus::counts))
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
        .route("/at/{host}", get(service_pages::page))
        .route("/at/{host}/", get(service_pages::page))
        .route("/at/{host}/{*rest}", get(service_pages::page))
        .fallback(|| async { Error::text(404, "404 Not Found") })
        .method_not_allowed_fallback(|| async { Error::text(404, "404 Not Found") })
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            middleware::handle,
        ))
        .layer(axum::middleware::from_fn_with_state(
            app.clone(),
            host::require_own,
        ))
        .with_state(app)
}
