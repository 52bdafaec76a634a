//! *Deploy for me*, in words.

use jiff::Timestamp;

use super::words;
use crate::{
    derive::deploy_rule::{Next, Unknown, next, takes, waits},
    record::{Record, problem::RuleEnd},
    state::State,
    view::{Auto, RankBy, Rule},
};

/// `the cheapest in us-west, up to $6.00 a month`.
pub(super) fn wanted(rule: &Rule) -> String {
    let way = match rule.way {
        RankBy::Cheapest => "the cheapest",
        RankBy::Reliable => "the most reliable",
        RankBy::Balanced => "the best balance",
    };
    let region = rule.region.as_ref().map(|key| format!(" in {key}"));
    format!(
        "{way}{}, up to ${} a month",
        region.unwrap_or_default(),
        words::grouped(&rule.limit)
    )
}

/// What the window says while a rule is at work.
pub(super) fn auto(state: &State, record: &Record, now: Timestamp) -> Option<Auto> {
    let rule = record.rule.as_ref()?;
    let satisfied = matches!(next(state, record, rule, now), Some(Next::Take(_)));
    let waits = waits(state, record, rule).map(|unknown| match unknown {
        Unknown::Where => "It waits until it knows where the bidders are.",
        Unknown::HowReliable => "It waits until it knows how reliable the bidders are.",
    });
    Some(Auto {
        text: wanted(rule),
        takes: takes(record, now)
            .filter(|_| satisfied)
            .map(|at| at.to_string()),
        waits: waits.map(str::to_owned),
    })
}

/// Why it accepted nothing, a sentence without its full stop.
pub(super) fn ended(end: &RuleEnd) -> String {
    match end {
        RuleEnd::AboveLimit { per_month, limit } => format!(
            "No bid was accepted: the cheapest costs ${} a month, above your limit of ${}",
            words::cost(*per_month),
            words::grouped(limit)
        ),
        RuleEnd::NoneMatches(rule) => format!("No bid was accepted: none is {}", wanted(rule)),
    }
}
