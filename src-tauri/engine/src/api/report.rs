//! A report for people who help: versions, states and errors. No key, no SDL, no env, no e-mail address.

use std::fmt::Write as _;

use crate::{
    present::{errors, timeline},
    publish::Snapshots,
    state::core::Core,
};

/// The report as text.
pub(super) async fn report(core: &Core, snapshots: &Snapshots) -> String {
    let snapshot = snapshots.borrow().clone();
    let mut out = String::new();
    let _ = writeln!(out, "Aloft report, {}", core.options.clock.wall());
    let _ = writeln!(
        out,
        "{} · {} {}",
        core.options.user_agent,
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    let _ = writeln!(
        out,
        "Console: {} · pace {}",
        core.console().origin().ascii_serialization(),
        snapshot.pace
    );
    let _ = writeln!(
        out,
        "Connection: {:?}{}",
        snapshot.connection.state,
        snapshot
            .connection
            .since
            .as_ref()
            .map(|since| format!(" since {since}"))
            .unwrap_or_default()
    );
    if let Some(problem) = &snapshot.connection.problem {
        let _ = writeln!(
            out,
            "  {} ({})",
            problem.title,
            problem.details.as_deref().unwrap_or("no details")
        );
    }
    match &snapshot.account {
        Some(account) => {
            let _ = writeln!(
                out,
                "Account: {:?}, key kept: {:?}, wallet {}",
                account.kind, account.key, account.address
            );
        }
        None => out.push_str("Account: none\n"),
    }
    let _ = writeln!(
        out,
        "Deployments: {} live, {} over",
        snapshot.rows.len(),
        snapshot.closed
    );
    let records: Vec<_> = core.state().living().take(50).cloned().collect();
    for record in records {
        let dseq = record
            .dseq
            .map_or_else(|| "none".to_owned(), |dseq| dseq.to_string());
        let _ = writeln!(
            out,
            "- dseq {dseq}: {:?} since {}, {} bids, {} leases, ours {}",
            record.phase,
            record.since,
            record.bids.len(),
            record.leases.len(),
            record.ours
        );
        if let Some(problem) = record.problem.as_ref().map(errors::error) {
            let _ = writeln!(
                out,
                "  {} ({})",
                problem.title,
                problem.details.as_deref().unwrap_or("no details")
            );
        }
        for event in core
            .journal
            .timeline(record.id)
            .await
            .unwrap_or_default()
            .iter()
            .rev()
            .take(12)
            .rev()
        {
            let event = timeline::event(event);
            let _ = writeln!(out, "  {} {}", event.at, event.text);
        }
    }
    if let Some(draft) = &snapshot.draft {
        let codes: Vec<&str> = draft
            .findings
            .iter()
            .map(|finding| finding.code.as_str())
            .take(20)
            .collect();
        let _ = writeln!(
            out,
            "File on the check screen: {} findings {codes:?}",
            draft.findings.len()
        );
    }
    redact(&out)
}

/// Masks what looks like a key or a token, wherever it came from.
pub(crate) fn redact(text: &str) -> String {
    text.split_inclusive(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '(' | ')' | '=')
    })
    .map(|word| {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if bare.contains("ac.sk.") || bare.starts_with("eyJ") {
            format!("[redacted]{}", word.get(bare.len()..).unwrap_or_default())
        } else {
            word.to_owned()
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn keys_and_tokens_are_masked() {
        let key = format!("ac.sk.production.{}", "ab".repeat(32));
        let text = format!("refused \"{key}\", then key={key}\nand eyJhbGciOi.eyJpc3M.sig end");
        let out = super::redact(&text);
        assert!(!out.contains("abab") && !out.contains("eyJ"), "{out}");
        assert!(
            out.contains("refused \"[redacted]\"") && out.ends_with("end"),
            "{out}"
        );
    }
}
