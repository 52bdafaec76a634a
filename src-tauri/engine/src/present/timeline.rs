//! What happened to a deployment, in words.

use super::{errors, rule, words};
use crate::{
    record::{Event, TimelineEntry, Why, timeline::Closer},
    view,
};

/// A line of a timeline.
pub(crate) fn event(entry: &TimelineEntry) -> view::Event {
    view::Event {
        at: entry.at.to_string(),
        text: text(&entry.event),
        tone: entry.tone,
    }
}

fn text(event: &Event) -> String {
    match event {
        Event::Said(text) => text.clone(),
        Event::Asked { deposit, rule } => {
            let rule = rule
                .as_ref()
                .map(|rule| format!(", to accept {} on its own", rule::wanted(rule)));
            format!(
                "Asked for prices, setting aside up to ${}{}",
                words::cost(*deposit),
                rule.unwrap_or_default()
            )
        }
        Event::AskedWithChange(change) => format!("Asked again with a change: {change}"),
        Event::RuleEnded(end) => rule::ended(end),
        Event::LimitRaised(rule) => format!(
            "Limit raised. Aloft accepts {} on its own",
            rule::wanted(rule)
        ),
        Event::Accepted { rule: Some(rule) } => {
            format!("Accepted {}; starting the lease", rule::wanted(rule))
        }
        Event::PartEnded(reason) => format!("A part ended. {}", lease_ended(reason.as_deref())),
        Event::Adding(usd) => format!("Setting ${} more aside", words::cost(*usd)),
        Event::Added(usd) => format!("${} more set aside", words::cost(*usd)),
        Event::NotAdded(usd) => format!(
            "The ${} did not arrive: nothing was added",
            words::cost(*usd)
        ),
        Event::AddedElsewhere { usd, runs: true } => format!(
            "The Console set aside ${} more, from your credit",
            words::cost(*usd)
        ),
        Event::AddedElsewhere { usd, runs: false } => {
            format!("${} more was set aside, not from here", words::cost(*usd))
        }
        Event::CeilingSet(Some(usd)) => format!(
            "Spending limit set: closes once it has spent ${} in all",
            words::cost(*usd)
        ),
        Event::StopSet(Some(hours)) => format!(
            "It stops by itself {} after its lease started",
            words::count(*hours as usize, "hour")
        ),
        Event::Failed(kind) => errors::title(kind),
        other => plain(other).to_owned(),
    }
}

/// What is said in the same words each time.
fn plain(event: &Event) -> &'static str {
    match event {
        Event::Created => "Deployment created; asking providers for bids",
        Event::CreateUnclear => "No clear answer. Finding out whether it was created",
        Event::QuitWhileCreating => "Aloft quit while this was being created; finding out",
        Event::CreateFound => "Found: it was created. Asking providers for bids",
        Event::NotCreated { unseen: true } => {
            "Not found: it was not created, or was closed before Aloft could look. Nothing is set aside for it"
        }
        Event::NotCreated { unseen: false } => "It was not created; nothing was set aside",
        Event::FoundOnAccount => "Found on the account; created elsewhere",
        Event::TakenOver => "Taken over",
        Event::FirstBid => "The first bid arrived",
        Event::BidsExpired => "The bids expired. Nothing ran and nothing was charged",
        Event::RuleWaitsAnew => "Aloft was away: Deploy for me waits again before it accepts a bid",
        Event::RuleStopped => "Stopped: you choose yourself",
        Event::RuleStoppedUnseen => {
            "Stopped: the window was gone, and Aloft accepts nothing unseen"
        }
        Event::Accepted { .. } => "Provider chosen; starting the lease",
        Event::LeaseNotStarted => "The lease did not start",
        Event::LeaseActive => "Lease active; charges have started",
        Event::LeaseEnded(reason) => lease_ended(reason.as_deref()),
        Event::ManifestDelivered => "The provider has the manifest",
        Event::ManifestNotDelivered => "The manifest did not arrive; sending it again",
        Event::NoStatus => "The provider stopped sending its status",
        Event::ContainersReady => "All containers are ready",
        Event::ContainerStopped => "A container stopped being ready",
        Event::KeepsRestarting => "It keeps restarting",
        Event::Answers => "Its web address answers",
        Event::StoppedAnswering => "Its web address stopped answering",
        Event::CeilingSet(_) => "Spending limit removed",
        Event::FundingSwitched { on, arrived } => match (*arrived, *on) {
            (true, true) => "Automatic funding switched on",
            (true, false) => "Automatic funding switched off",
            (false, true) => "Automatic funding is still on: the switch did not arrive",
            (false, false) => "Automatic funding is still off: the switch did not arrive",
        },
        Event::Reclaimed => "The provider takes its machine back soon",
        Event::StopSet(_) => "It runs until you stop it",
        Event::StopNotSet => {
            "When it stops by itself did not change: the Console kept it as it was"
        }
        Event::Closing(Closer::Over) => "Closing it because its time is over",
        Event::Closing(Closer::Person) => "Closing",
        Event::Closing(Closer::Lapsed) => "Closing it because its bids had expired",
        Event::Closing(Closer::Ceiling) => {
            "Closing it because it has spent what you allowed in all"
        }
        Event::Ended(why) => ended(*why),
        _ => "",
    }
}

const fn ended(why: Why) -> &'static str {
    match why {
        Why::Funds => "What was set aside is used up; the deployment ended",
        Why::Here => "Closed",
        Why::Aloft => "Aloft canceled it because its bids had expired",
        Why::Ceiling => "Aloft closed it: it had spent what you allowed in all",
        Why::Over => "It stopped by itself, as set",
        Why::Elsewhere => "Closed elsewhere",
        Why::Unknown => "No longer found in the Console; for this account it is over",
    }
}

/// Why a lease ended, by the chain's word.
pub(super) fn lease_ended(reason: Option<&str>) -> &'static str {
    match reason {
        Some("lease_closed_reason_unstable") => {
            "The provider ended the lease: the containers kept failing"
        }
        Some("lease_closed_reason_decommission") => {
            "The provider ended the lease: it is taking the machine out of service"
        }
        Some("lease_closed_reason_manifest_timeout") => {
            "The provider ended the lease: it never got the manifest"
        }
        Some("lease_closed_reason_insufficient_funds") => {
            "The lease ended: what was set aside is used up"
        }
        Some("lease_closed_owner") => "The lease was ended from this account",
        _ => "The provider ended the lease",
    }
}
