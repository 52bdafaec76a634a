//! What is known of providers: where they are, how they fared, how long they have been there.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use akash_console::{Incident, Provider};
use akash_market::{Decimal, ProviderFacts};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::{record::Record, state::State};

/// What is known of everyone who bids.
pub(crate) fn facts(state: &State, record: &Record, now: Timestamp) -> Vec<ProviderFacts> {
    let height = state.height(now);
    let mut owners: Vec<&str> = record
        .bids
        .iter()
        .map(|bid| bid.provider.as_str())
        .collect();
    owners.sort_unstable();
    owners.dedup();
    owners
        .into_iter()
        .map(|owner| of_provider(state, owner, height))
        .collect()
}

pub(crate) fn of_provider(state: &State, owner: &str, height: Option<u64>) -> ProviderFacts {
    let provider = state.providers.get(owner);
    let known = provider.map(AsRef::as_ref);
    ProviderFacts {
        owner: owner.to_owned(),
        region: known.and_then(area),
        country: known.and_then(|p| p.ip_country_code.clone().or_else(|| p.country.clone())),
        uptime_1d: known.and_then(|p| p.uptime_1d),
        uptime_7d: known.and_then(|p| p.uptime_7d),
        uptime_30d: known.and_then(|p| p.uptime_30d),
        online: known.and_then(|p| p.is_online),
        audited: known.and_then(|p| p.is_audited),
        age_days: known.and_then(|p| age_days(state, p, height)),
        leases: known.and_then(|p| p.lease_count),
        favourite: state.settings.favourites.iter().any(|one| one == owner),
        past: state.market.pasts.get(owner).copied().unwrap_or_default(),
    }
}

/// The region's key, as files ask for it.
pub(crate) fn area(provider: &Provider) -> Option<String> {
    let said = provider
        .attributes
        .iter()
        .find(|attribute| attribute.key == "region")
        .map(|attribute| attribute.value.clone());
    said.or_else(|| provider.location_region.clone())
        .filter(|key| !key.is_empty())
}

/// Whole days since a provider joined.
pub(crate) fn age_days(state: &State, provider: &Provider, height: Option<u64>) -> Option<u32> {
    let blocks = height?.saturating_sub(provider.created_height?);
    let days = state
        .pace()
        .seconds(blocks)
        .checked_div(Decimal::from(86_400))?;
    u32::try_from(days.trunc()).ok()
}

/// What is known of a provider's last days; `None` where a day of them is not known.
pub(crate) fn outages<'a>(
    state: &'a State,
    owner: &str,
    now: Timestamp,
) -> Option<&'a Vec<Incident>> {
    let outages = state.market.outages.get(owner)?;
    let day = |at: Timestamp| at.to_zoned_datetime(TimeZone::UTC).date();
    (day(outages.read) == day(now)).then_some(&outages.incidents)
}

/// The last 7 days, oldest first, as the Console writes them when asked to count by UTC.
pub(crate) fn last_days(now: Timestamp) -> Vec<String> {
    let days = (0..7i64).rev().filter_map(|back| {
        let at = now
            .checked_sub(SignedDuration::from_hours(24 * back))
            .ok()?;
        Some(at.to_zoned_datetime(TimeZone::UTC).date().to_string())
    });
    days.collect()
}

/// Percent of a day that is left of it after so many seconds of outage, cut.
pub(crate) fn up(down: u64) -> u32 {
    const DAY: u64 = 86_400;
    u32::try_from((DAY - down.min(DAY)) * 100 / DAY).unwrap_or(0)
}

/// More regions than these are a mistake or malice.
const AREAS: usize = 100;

/// Keys of the regions that providers are in, sorted.
pub(crate) fn areas(providers: &HashMap<String, Arc<Provider>>) -> Vec<String> {
    let keys: BTreeSet<String> = providers
        .values()
        .filter_map(|provider| area(provider))
        .filter(|key| key.len() <= 60)
        .collect();
    keys.into_iter().take(AREAS).collect()
}
