//! `POST /v1/bid-screening`: which providers could run a list of resources. It is advice and has no prices.

use std::sync::Arc;

use axum::extract::State;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{
    answer::{Answer, ok},
    extract::Json,
    validate::Checks,
};
use crate::{
    app::{App, LatencyClass},
    bidding::can_run,
    chain::{Model, Resource, Spec, Volume},
    error::Error,
    providers::Provider,
    time::{iso, later, time_of},
    world::World,
};

const LIMIT: usize = 64 * 1024;
const DAY: i64 = 86_400;

/// `POST /v1/bid-screening`.
pub(crate) async fn screen(State(app): State<Arc<App>>, Json(body): Json<LIMIT>) -> Answer {
    let mut checks = Checks::default();
    let spec = spec(&body, &mut checks);
    let zone = checks.string(body.get("timezone"), &["timezone"]);
    checks.done()?;
    // Only the form of a zone's name is checked.
    let zone = zone.unwrap_or_default();
    if !zone
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "/_+-".contains(letter))
        || zone.is_empty()
    {
        return Err(Error::validation(vec![json!({
            "code": "custom", "message": "Invalid IANA timezone", "path": ["timezone"],
        })]));
    }
    app.delay(LatencyClass::Detail).await;
    ok(app.read(|world| {
        let matching = world
            .providers
            .iter()
            .filter(|provider| !provider.dark && can_run(provider, &spec));
        json!({ "providers": matching.map(|provider| view(world, provider)).collect::<Vec<_>>() })
    }))
}

fn view(world: &World, provider: &Provider) -> Value {
    let attribute = |key: &str| provider.attributes.get(key);
    json!({
        "owner": provider.owner,
        "hostUri": provider.host_uri(),
        "isAudited": provider.is_audited(),
        "createdAt": iso(time_of(provider.created)),
        "location": attribute("location-region"),
        "organization": attribute("organization"),
        "incidents": incidents(world, provider),
    })
}

/// The downtime of the last seven days, by day. It agrees with the provider's uptime.
fn incidents(world: &World, provider: &Provider) -> Vec<Value> {
    let down = i64::from(10_000 - provider.uptime[1].min(10_000)) * 7 * DAY / 10_000;
    let today = i64::from(10_000 - provider.uptime[0].min(10_000)) * DAY / 10_000;
    let before = (down - today).max(0) / 6;
    (0..7)
        .rev()
        .map(|back| (back, if back == 0 { today } else { before }.min(DAY)))
        .filter(|(_, seconds)| *seconds > 0)
        .map(|(back, seconds)| {
            let date = later(world.now, -back * DAY)
                .to_zoned_datetime(TimeZone::UTC)
                .date();
            json!({
                "date": date.to_string(), "hasOpenIncident": false,
                "incidentCount": 1 + seconds / 7_200, "downtimeSeconds": seconds,
            })
        })
        .collect()
}

fn spec(body: &Value, checks: &mut Checks) -> Spec {
    let requirements = &body["requirements"];
    let texts = |list: &Value| -> Vec<String> {
        list.as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let attributes = requirements["attributes"].as_array().into_iter().flatten();
    let mut spec = Spec {
        attributes: attributes
            .filter_map(|pair| {
                Some((
                    pair["key"].as_str()?.to_owned(),
                    pair["value"].as_str()?.to_owned(),
                ))
            })
            .collect(),
        all_of: texts(&requirements["signedBy"]["allOf"]),
        any_of: texts(&requirements["signedBy"]["anyOf"]),
        resources: Vec::new(),
    };
    let resources = checks.array(body.get("resources"), &["resources"]);
    for (index, unit) in resources.into_iter().flatten().enumerate() {
        let index = index.to_string();
        let count = checks.integer(unit.get("count"), &["resources", &index, "count"], 1, None);
        let at = ["resources", &index, "resource"];
        let price = &unit["price"];
        let amount = checks.string(
            price.get("amount"),
            &["resources", &index, "price", "amount"],
        );
        if amount.is_some_and(|amount| {
            amount.is_empty() || !amount.bytes().all(|byte| byte.is_ascii_digit())
        }) {
            checks.issue(json!({
                "code": "invalid_string", "validation": "regex", "message": "Invalid",
                "path": ["resources", index, "price", "amount"],
            }));
        }
        checks.string(price.get("denom"), &["resources", &index, "price", "denom"]);
        if checks.object(unit.get("resource"), &at).is_none() {
            continue;
        }
        let resource = &unit["resource"];
        let mut amount = |of: &Value, path: &str| {
            let text = checks.string(
                of.get("val"),
                &["resources", &index, "resource", path, "val"],
            );
            text.and_then(|text| amount_of(&text)).unwrap_or_default()
        };
        spec.resources.push(Resource {
            id: 1,
            count: count
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or(1),
            cpu: amount(&resource["cpu"]["units"], "cpu"),
            memory: amount(&resource["memory"]["quantity"], "memory"),
            storage: resource["storage"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|volume| {
                    let volume_attribute = |key: &str| attribute(&volume["attributes"], key);
                    Volume {
                        name: volume["name"].as_str().unwrap_or("default").to_owned(),
                        bytes: amount(&volume["quantity"], "storage"),
                        class: volume_attribute("class"),
                        persistent: volume_attribute("persistent").as_deref() == Some("true"),
                    }
                })
                .collect(),
            gpus: amount(&resource["gpu"]["units"], "gpu"),
            models: models(&resource["gpu"]["attributes"]),
            ..Resource::default()
        });
    }
    spec
}

/// Reads an amount: digits, or digits in base64.
fn amount_of(text: &str) -> Option<u64> {
    text.parse().ok().or_else(|| {
        String::from_utf8(STANDARD.decode(text).ok()?)
            .ok()?
            .parse()
            .ok()
    })
}

fn attribute(attributes: &Value, key: &str) -> Option<String> {
    let pairs = attributes.as_array().into_iter().flatten();
    pairs
        .filter(|pair| pair["key"] == key)
        .find_map(|pair| pair["value"].as_str().map(str::to_owned))
}

/// Reads GPU models from keys like `vendor/nvidia/model/a100/ram/80Gi/interface/sxm`.
fn models(attributes: &Value) -> Vec<Model> {
    let keys = attributes
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|pair| pair["key"].as_str());
    keys.filter_map(|key| {
        let mut parts = key.split('/');
        let mut model = Model::default();
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            match name {
                "vendor" => model.vendor = value.to_owned(),
                "model" => model.model = value.to_owned(),
                "ram" => model.ram = Some(value.to_owned()),
                "interface" => model.interface = Some(value.to_owned()),
                _ => {}
            }
        }
        (!model.model.is_empty()).then_some(model)
    })
    .collect()
}
