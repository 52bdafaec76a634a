//! What an SDL would run, in words.

use akash_market::{Decimal, Denom, PricePerBlock, Rates, Usd};
use akash_sdl::{Ceiling, Checked, Gpu, Sdl, ServiceSummary, TextEdit};

use super::words;
use crate::{
    derive::{plan, typed::MOST},
    record::{PlanPort, PortReach, Proto, VolumeSize},
    state::funding::Funding,
    view::{Edit, Finding, Fix, Placement, Proposal, Service, Summary},
};

/// What the ceilings of a file allow per block, USD; `None` where one can't be counted.
fn allowed<'a>(
    ceilings: impl IntoIterator<Item = &'a Ceiling>,
    funding: Funding,
    rates: &Rates,
) -> Option<PricePerBlock> {
    let mut sum = Usd::default();
    for ceiling in ceilings {
        let price = PricePerBlock::new(ceiling.amount, funding.counts_in(&ceiling.denom)?);
        sum = sum.saturating_add(price.usd_per_block(rates)?);
    }
    Some(PricePerBlock::new(sum.micro(), Denom::Uact))
}

/// Findings for the window, in text order.
pub(crate) fn findings(checked: &Checked) -> Vec<Finding> {
    checked
        .findings
        .iter()
        .map(|f| Finding {
            code: f.code.to_owned(),
            error: f.severity.stops(),
            line: f.line,
            column: f.column,
            from: f.from,
            to: f.to,
            message: f.message.clone(),
            hint: f.hint.clone(),
            official: f.official.clone(),
            fix: f.fix.as_ref().map(|fix| Fix {
                label: fix.label.clone(),
                edits: edits(&fix.edits),
            }),
        })
        .collect()
}

/// Changes of a text, for the editor.
pub(crate) fn edits(edits: &[TextEdit]) -> Vec<Edit> {
    let edit = |edit: &TextEdit| Edit {
        from: edit.from,
        to: edit.to,
        insert: edit.insert.clone(),
    };
    edits.iter().map(edit).collect()
}

/// The summary for the check screen.
pub(crate) fn summary(sdl: &Sdl, funding: Funding, rates: &Rates) -> Summary {
    let summary = sdl.summary();
    Summary {
        gpu: summary.services.iter().any(|service| service.gpu.is_some()),
        services: summary
            .services
            .iter()
            .map(|s| Service {
                name: s.name.clone(),
                image: s.image.clone(),
                replicas: s.replicas,
                resources: resources(s),
                ports: s.ports.iter().map(|one| port(&plan::port(one))).collect(),
                volumes: volumes(s).map(|(text, _)| text).collect(),
                env: u32::try_from(s.env_names.len()).unwrap_or(u32::MAX),
            })
            .collect(),
        placements: summary
            .placements
            .iter()
            .map(|p| Placement {
                gseq: p.gseq,
                name: p.name.clone(),
                demands: p
                    .attributes
                    .iter()
                    .map(|(key, value)| demand(key, value))
                    .collect(),
                services: p.services.clone(),
                ceiling: p.ceiling.as_ref().and_then(|ceiling| {
                    let month = allowed([ceiling], funding, rates)?.usd_per_month(rates)?;
                    Some(format!("up to ${} a month", words::cost(month)))
                }),
            })
            .collect(),
    }
}

/// How long `deposit` lasts, in words: at what the file's GPUs usually cost an hour, where that is known, else at least so long by the file's
/// ceilings. `None` when neither says anything.
pub(crate) fn lasts(
    sdl: &Sdl,
    deposit: Usd,
    usual_hour: Option<Usd>,
    funding: Funding,
    rates: &Rates,
) -> Option<String> {
    if let Some(hour) = usual_hour {
        let hours = deposit.ratio(hour)?;
        let seconds = i64::try_from(hours.checked_mul(Decimal::from(3_600))?.trunc()).ok()?;
        return Some(format!(
            "Lasts about {} at the usual price of ${} an hour.",
            words::duration(seconds),
            words::cost(hour)
        ));
    }
    let summary = sdl.summary();
    let ceilings = summary.placements.iter().filter_map(|p| p.ceiling.as_ref());
    let allowed = allowed(ceilings, funding, rates)?;
    let days = akash_market::days_bought(deposit, &allowed, rates)?;
    let seconds = i64::try_from(days.checked_mul(Decimal::from(86_400))?.trunc()).ok()?;
    Some(format!(
        "Lasts at least {}, at the ${} a month that your file allows. Bids are usually far lower.",
        words::duration(seconds),
        words::cost(allowed.usd_per_month(rates)?)
    ))
}

/// An amount that lasts a day at the usual price, where `deposit` does not: whole dollars, rounded up. `None` where the deposit lasts a day,
/// the credit does not cover more, or it would be more than can be set aside at once.
pub(crate) fn propose(deposit: Usd, usual_hour: Usd, credit: Option<Usd>) -> Option<Proposal> {
    let day = usual_hour.checked_mul(Decimal::from(24))?;
    let amount = Usd::new(day.decimal().ceil());
    let covered = credit.is_none_or(|credit| amount <= credit);
    if deposit >= day || !covered || amount > MOST {
        return None;
    }
    Some(Proposal {
        text: format!(
            "${} lasts a day at that price. Less may be used up before you notice. What is not spent returns to your credit when you close it.",
            words::cost(amount)
        ),
        usd: amount.round_up(2),
    })
}

fn resources(service: &ServiceSummary) -> Vec<String> {
    let disk: u64 = service
        .storage
        .iter()
        .filter(|v| !v.persistent)
        .map(|v| v.bytes)
        .fold(0, u64::saturating_add);
    let mut list = vec![
        words::cpu(service.cpu_milli),
        format!("{} memory", words::bytes(service.memory_bytes)),
    ];
    if disk > 0 {
        list.push(format!("{} disk", words::bytes(disk)));
    }
    list.extend(service.gpu.as_ref().map(gpu));
    list
}

fn gpu(gpu: &Gpu) -> String {
    let models: Vec<String> = gpu
        .models
        .iter()
        .map(|m| {
            let model = if m.model == "*" {
                "any model"
            } else {
                m.model.as_str()
            };
            let ram = m.ram.as_deref().map(words::ram);
            let parts = [
                Some(m.vendor.as_str()),
                Some(model),
                ram.as_deref(),
                m.interface.as_deref(),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        })
        .collect();
    format!(
        "{} × {}",
        gpu.units,
        if models.is_empty() {
            "any GPU".to_owned()
        } else {
            models.join(" or ")
        }
    )
}

fn volumes(service: &ServiceSummary) -> impl Iterator<Item = (String, u64)> + '_ {
    service.storage.iter().filter(|v| v.persistent).map(|v| {
        let at = v
            .mount
            .as_ref()
            .map(|mount| format!(" at {mount}"))
            .unwrap_or_default();
        (
            format!("{}, {}{at}", v.name, words::bytes(v.bytes)),
            v.bytes,
        )
    })
}

/// `port 80 → the internet`.
pub(super) fn port(port: &PlanPort) -> String {
    let proto = match port.proto {
        Proto::Udp => " (UDP)",
        Proto::Tcp => "",
    };
    let inside = if port.number == port.inside {
        String::new()
    } else {
        format!(" (inside: {})", port.inside)
    };
    let reach = match &port.reach {
        PortReach::Internet(hosts) if hosts.is_empty() => "the internet".to_owned(),
        PortReach::Internet(hosts) => format!("the internet, as {}", hosts.join(", ")),
        PortReach::Ip(endpoint) => format!("the internet, at an IP of its own (“{endpoint}”)"),
        PortReach::Services(names) if names.is_empty() => "nowhere".to_owned(),
        PortReach::Services(names) => format!("{} only", names.join(", ")),
        PortReach::Said(text) => return text.clone(),
    };
    format!("port {}{proto}{inside} → {reach}", port.number)
}

/// `10 GiB`.
pub(super) fn size(size: &VolumeSize) -> String {
    match size {
        VolumeSize::Bytes(bytes) => words::bytes(*bytes),
        VolumeSize::Said(text) => text.clone(),
    }
}

fn demand(key: &str, value: &str) -> String {
    match key {
        "region" | "location-region" => format!("in {value}"),
        "host" => format!("run by {value}"),
        "capabilities/gpu-interconnect" => "with GPUs that are linked".to_owned(),
        _ if value == "true" => key.to_owned(),
        _ => format!("{key} is {value}"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_amount_that_lasts_a_day_is_proposed_where_it_helps() {
        let usd = |text: &str| text.parse::<Usd>().unwrap();
        let proposed = |deposit, hour, credit: Option<&str>| {
            propose(usd(deposit), usd(hour), credit.map(usd)).map(|proposal| proposal.usd)
        };
        assert_eq!(proposed("5", "0.51", Some("100")).as_deref(), Some("13.00"));
        assert_eq!(proposed("5", "0.51", None).as_deref(), Some("13.00"));
        assert_eq!(proposed("5", "0.2", None), None, "it lasts a day");
        assert_eq!(
            proposed("5", "0.51", Some("12.99")),
            None,
            "too little credit"
        );
        assert_eq!(proposed("5", "500", None), None, "taken for a slip");
        assert_eq!(proposed("5", "79228162514264337593543950335", None), None);
    }

    #[test]
    fn what_the_chain_refuses_is_shown_as_a_problem() {
        let text = include_str!("../../samples/hello.yaml");
        let units = text.lines().find(|line| line.contains("units:")).unwrap();
        let more = text.replace(
            units,
            &format!("{}units: 1000", units.split("units").next().unwrap()),
        );
        let checked = akash_sdl::check(&more);
        assert!(checked.sdl.is_some(), "the Console takes it");
        assert!(findings(&checked).iter().any(|finding| finding.error));
    }
}
