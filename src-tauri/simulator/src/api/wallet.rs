//! The user, the wallet and the usage history.

use std::sync::Arc;

use axum::extract::State;
use jiff::{civil::Date, tz::TimeZone};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    answer::{Answer, data, ok},
    extract::{Caller, Query},
    validate::Checks,
};
use crate::{
    api_version::ApiChange,
    app::{App, LatencyClass},
    encoding,
    error::Error,
    money::{DENOM, json_number, uact_number},
    time::{height_at, iso, later},
    world::World,
};

/// Seconds for which the Console caches balances. After that it answers the old ones once more and reads new ones.
const BALANCES_CACHED_SECONDS: i64 = 6;
/// Blocks per week as the Console counts them: 6 seconds each.
const BLOCKS_PER_WEEK: u64 = 600 * 24 * 7;
/// The longest period of a usage history, in days.
const MAX_HISTORY_DAYS: i32 = 366;

/// `GET /v1/user/me`.
pub(crate) async fn me(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    data(app.read(|world| {
        let account = &world.account;
        json!({
            "id": account.user_id, "userId": account.subject, "username": "robin",
            "email": "robin@example.com", "emailVerified": true, "stripeCustomerId": null, "bio": null,
            "subscribedToNewsletter": false, "youtubeUsername": null, "twitterUsername": null,
            "githubUsername": null, "onboardingSkippedAt": null,
            "lastActiveAt": iso(world.now), "lastIp": "203.0.113.7", "lastUserAgent": null, "lastFingerprint": null,
            "createdAt": iso(account.created), "trial": account.trial,
            "userWallets": { "isTrialing": account.trial },
        })
    }))
}

/// `GET /v1/wallets`.
pub(crate) async fn wallets(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer {
    let mut checks = Checks::default();
    let user = match query.get("userId") {
        Some(user) if !app.api_version.has(ApiChange::WalletUuid) => Some(user.to_owned()),
        user => checks.uuid(user, &["userId"]),
    };
    checks.done()?;
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    data(app.read(|world| {
        let account = &world.account;
        if user.as_deref() != Some(account.user_id.as_str()) {
            return json!([]);
        }
        json!([{
            "id": 42, "userId": account.user_id, "creditAmount": account.credit, "address": account.owner,
            "denom": DENOM, "isTrialing": account.trial, "topUpMinAmountUsd": 20, "createdAt": iso(account.created),
        }])
    }))
}

/// `GET /v1/balances`. They are up to six seconds old; the first answer after that is older.
pub(crate) async fn balances(State(app): State<Arc<App>>, caller: Caller, query: Query) -> Answer {
    if let Some(address) = query.get("address") {
        let mut checks = Checks::default();
        if !encoding::is_address(address) {
            checks.custom(&["address"], "Invalid address");
        }
        checks.done()?;
    } else {
        caller.require()?;
    }
    app.delay(LatencyClass::Read).await;
    let own = |world: &World| {
        query
            .get("address")
            .is_none_or(|address| address == world.account.owner)
    };
    if !app.read(own) {
        return data(json!({ "balance": 0, "deployments": 0, "total": 0 }));
    }
    let balances = app.update_unsaved(|world| {
        let fresh = world.balances_now();
        match world.balances {
            Some((read, cached)) if world.now <= later(read, BALANCES_CACHED_SECONDS) => cached,
            before => {
                world.balances = Some((world.now, fresh));
                before.map_or(fresh, |(_, cached)| cached)
            }
        }
    });
    data(json!({
        "balance": uact_number(balances.free),
        "deployments": uact_number(balances.deployments),
        "total": uact_number(balances.free + balances.deployments),
    }))
}

/// `GET /v1/weekly-cost`: what deployments with automatic funding cost in a week, in USD.
pub(crate) async fn weekly_cost(State(app): State<Arc<App>>, caller: Caller) -> Answer {
    caller.require()?;
    app.delay(LatencyClass::Read).await;
    let rate: Decimal = app.read(|world| {
        let funded = world.deployments.values().filter(|deployment| {
            let setting = world.account.deployments.get(&deployment.dseq);
            deployment.active && setting.is_some_and(|setting| setting.auto_top_up)
        });
        funded.map(crate::chain::Deployment::rate).sum()
    });
    let usd = rate.saturating_mul(Decimal::from(BLOCKS_PER_WEEK)) / Decimal::from(1_000_000);
    data(json!({ "weeklyCost": json_number(usd.round_dp(2)) }))
}

/// One day of a usage history.
struct Day {
    date: Date,
    leases: usize,
    /// The amount spent that day, in uact.
    spent: Decimal,
    /// The amount spent since the start, in uact.
    total: Decimal,
    /// The number of deployments created that day.
    made: usize,
}

fn days(app: &App, query: &Query) -> Result<Vec<Day>, Error> {
    let mut checks = Checks::default();
    let address = query
        .get("address")
        .map(|text| Value::String(text.to_owned()));
    let address = checks.string(address.as_ref(), &["address"]);
    if address
        .as_deref()
        .is_some_and(|address| !encoding::is_address(address))
    {
        return Err(Error::bad_request("Invalid address"));
    }
    let mut date = |name: &str| {
        let text = query.get(name)?;
        let date = text.parse::<Date>().ok();
        if date.is_none() {
            checks.custom(&[name], "Invalid date format, must be YYYY-MM-DD");
        }
        date
    };
    let (start, end) = (date("startDate"), date("endDate"));
    checks.done()?;
    Ok(app.read(|world| {
        let today = world.now.to_zoned_datetime(TimeZone::UTC).date();
        let end = end.unwrap_or(today);
        let start = start.unwrap_or_else(|| end.saturating_sub(jiff::Span::new().days(30)));
        let own = address.as_deref() == Some(world.account.owner.as_str());
        let mut days = Vec::new();
        let mut total = Decimal::ZERO;
        for date in start
            .series(jiff::Span::new().days(1))
            .take_while(|date| *date <= end)
            .take(MAX_HISTORY_DAYS as usize)
        {
            let mut day = Day {
                date,
                leases: 0,
                spent: Decimal::ZERO,
                total,
                made: 0,
            };
            if own {
                add_usage(world, &mut day);
            }
            total += day.spent;
            day.total = total;
            days.push(day);
        }
        days
    }))
}

fn add_usage(world: &World, day: &mut Day) {
    let Ok(from) = day.date.to_zoned_datetime(TimeZone::UTC) else {
        return;
    };
    let (from, until) = (
        from.timestamp(),
        later(from.timestamp(), 86_400).min(world.now),
    );
    let (first, last) = (height_at(from), height_at(until));
    for deployment in world.deployments.values() {
        day.made += usize::from(deployment.created >= from && deployment.created < until);
        for lease in &deployment.leases {
            let ended = if lease.closed_on == 0 {
                u64::MAX
            } else {
                lease.closed_on
            };
            let blocks = last.min(ended).saturating_sub(first.max(lease.height));
            if blocks > 0 {
                day.leases += 1;
                day.spent += crate::money::owed(lease.payment.rate, blocks);
            }
        }
    }
}

fn usd(uact: Decimal) -> Value {
    json_number((uact / Decimal::from(1_000_000)).round_dp(2))
}

/// `GET /v1/usage/history`.
pub(crate) async fn usage(State(app): State<Arc<App>>, query: Query) -> Answer {
    let days = days(&app, &query)?;
    app.delay(LatencyClass::Read).await;
    ok(days
        .iter()
        .map(|day| {
            json!({
                "date": day.date.to_string(), "activeDeployments": day.leases,
                "dailyAktSpent": 0, "totalAktSpent": 0, "dailyUsdcSpent": 0, "totalUsdcSpent": 0,
                "dailyActSpent": usd(day.spent), "totalActSpent": usd(day.total),
                "dailyUsdSpent": usd(day.spent), "totalUsdSpent": usd(day.total),
            })
        })
        .collect())
}

/// `GET /v1/usage/history/stats`.
pub(crate) async fn usage_stats(State(app): State<Arc<App>>, query: Query) -> Answer {
    let days = days(&app, &query)?;
    app.delay(LatencyClass::Read).await;
    let spent: Decimal = days.iter().map(|day| day.spent).sum();
    let made: usize = days.iter().map(|day| day.made).sum();
    let count = Decimal::from(days.len().max(1));
    ok(json!({
        "totalSpent": usd(spent), "averageSpentPerDay": usd(spent / count), "totalDeployments": made,
        "averageDeploymentsPerDay": json_number((Decimal::from(made) / count).round_dp(2)),
    }))
}
