//! What is asked of the Console: a group's requirements in the form of its screening.

use std::collections::BTreeMap;

use akash_console::ScreeningRequest;
use serde_json::json;

/// The auditor that the Console demands of every provider (console-api: "only providers signed by auditor").
const AUDITOR: &str = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63";

/// The zone whose days a provider's uptime is counted in. `UTC` was refused until July 2026; this one every version takes.
const TIMEZONE: &str = "Europe/London";

/// As the web Console asks, with what the server adds to every file.
pub(super) fn request(asked: &akash_sdl::Requirements) -> ScreeningRequest {
    let pairs = |attributes: &BTreeMap<String, String>| {
        let pairs = attributes.iter();
        pairs
            .map(|(key, value)| json!({ "key": key, "value": value }))
            .collect::<Vec<_>>()
    };
    let with_auditor = |list: &[String]| {
        let mut list = list.to_vec();
        if !list.iter().any(|one| one == AUDITOR) {
            list.push(AUDITOR.to_owned());
        }
        list
    };
    let any = &asked.signed_by.any_of;
    let resources = asked.resources.iter().map(|one| {
        let storage = one.storage.iter().map(|volume| {
            json!({
                "name": volume.name,
                "quantity": { "val": volume.bytes.to_string() },
                "attributes": pairs(&volume.attributes),
            })
        });
        json!({
            "resource": {
                "id": one.id,
                "cpu": { "units": { "val": one.cpu_milli.to_string() } },
                "memory": { "quantity": { "val": one.memory_bytes.to_string() } },
                "gpu": {
                    "units": { "val": one.gpu_units.to_string() },
                    "attributes": pairs(&one.gpu_attributes),
                },
                "storage": storage.collect::<Vec<_>>(),
            },
            "count": one.count,
            "price": { "denom": "uact", "amount": one.price_amount.to_string() },
        })
    });
    ScreeningRequest {
        signed_by_all: with_auditor(&asked.signed_by.all_of),
        signed_by_any: if any.is_empty() {
            Vec::new()
        } else {
            with_auditor(any)
        },
        attributes: asked
            .attributes
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
        resources: resources.collect(),
        timezone: TIMEZONE.into(),
        reclamation_window: asked.reclamation_window.as_deref().and_then(seconds),
    }
}

/// `24h` → 86400.
fn seconds(window: &str) -> Option<u64> {
    let (digits, unit) = window.split_at_checked(window.len().checked_sub(1)?)?;
    let times = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(times)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_notice_is_read_as_the_file_writes_it() {
        assert_eq!(seconds("24h"), Some(86_400));
        assert_eq!(seconds("90m"), Some(5_400));
        assert_eq!(seconds(""), None);
        assert_eq!(seconds("soon"), None);
    }
}
