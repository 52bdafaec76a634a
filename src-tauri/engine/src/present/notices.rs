//! Words for what a person should hear about.

use jiff::Timestamp;

use super::{errors, files, words};
use crate::{
    record::News,
    state::notices::{HeldNotice, Told},
    view::{Link, Notice, NoticeKind, Snapshot, Tone},
};

/// A notice as the window shows it.
pub(crate) fn notice(held: &HeldNotice) -> Notice {
    let (tone, title, body) = said(&held.what);
    Notice {
        id: held.id,
        kind: held.what.kind(),
        tone,
        title,
        body,
        deployment: held.deployment.map(|id| id.to_string()),
        link: matches!(held.what, Told::CreditLow { .. }).then_some(Link::AddCredit),
        at: held.at.to_string(),
        desktop: held.desktop,
    }
}

/// The last snapshot, with a notice that it is not what is known now.
pub(crate) fn not_drawn(last: &Snapshot, now: Timestamp) -> Snapshot {
    const ID: u32 = u32::MAX;
    let mut same = last.clone();
    if same.notices.iter().all(|notice| notice.id != ID) {
        same.notices.push(Notice {
            id: ID,
            kind: NoticeKind::App,
            tone: Tone::Bad,
            title: "Aloft made a mistake: what you see may be out of date.".into(),
            body: Some(
                "Deployments go on. Copy a report from Help, then start Aloft again.".into(),
            ),
            deployment: None,
            at: now.to_string(),
            link: None,
            desktop: false,
        });
    }
    same
}

/// How it is meant, what it says, and what there is to say besides.
fn said(what: &Told) -> (Tone, String, Option<String>) {
    let (tone, title, body): (Tone, String, String) = match what {
        Told::News { news, name } => {
            let (tone, title, body) = news_words(*news, name);
            (tone, title, body.into())
        }
        Told::JournalDamaged(aside) => (
            Tone::Attention,
            "The journal was damaged; a new one begins.".into(),
            format!("The old one is kept as {aside}. Live deployments are read back from the Console."),
        ),
        Told::RecordsUnread(unread) => (
            Tone::Attention,
            format!(
                "{} could not be read and {} set aside.",
                words::count(*unread, "record"),
                if *unread == 1 { "is" } else { "are" }
            ),
            "Nothing was deleted. A deployment that is still active is read back from the Console, without its file. A newer Aloft may be able to read the record.".into(),
        ),
        Told::Shell { title, next } | Told::ShellFiles { title, next } => {
            return (Tone::Attention, title.clone(), next.clone());
        }
        Told::FileRefused(problem) => {
            let error = errors::error(problem);
            return (Tone::Attention, error.title, error.next);
        }
        Told::Encoding(note) => (
            Tone::Quiet,
            "This file is not saved as UTF-8.".into(),
            files::encoding(note),
        ),
        Told::DraftKept(source) => (
            Tone::Quiet,
            format!("Your changes to “{source}” are kept."),
            "You find them under Kept changes, with the recent files.".into(),
        ),
        Told::TypedAfterAsking => (
            Tone::Quiet,
            "What you typed after asking stays on the check screen.".into(),
            "Prices are asked for with the file as it was when you asked.".into(),
        ),
        Told::NotWritten(problem) => (
            Tone::Bad,
            errors::error(problem).title,
            "What was sent before may have been done. Aloft reads it back as soon as the disk takes it.".into(),
        ),
        Told::CreditLow { credit, leaves } => (
            Tone::Attention,
            format!("Your credit is low: ${}", words::left(*credit)),
            format!(
                "The Console leaves ${} of your credit alone, and soon has nothing more to add to what runs. Each deployment ends when what is set aside for it is used up.",
                words::cost(*leaves)
            ),
        ),
        Told::KeyStayed => (
            Tone::Attention,
            "Your API key is in the system’s keychain after all.".into(),
            "The keychain stored it late and refused to remove it. To remove it, disconnect in Settings or delete the key in the Console.".into(),
        ),
        Told::Unwatched(names) => {
            let names: Vec<String> = names.iter().map(|name| format!("“{name}”")).collect();
            (
                Tone::Attention,
                "Your own account is not watched while the demo is open.".into(),
                format!(
                    "Until you leave the demo, Aloft accepts no bids, watches no limits and repeats no closes for: {}.",
                    names.join(", ")
                ),
            )
        }
        Told::FundingOnAgain(name) => (
            Tone::Attention,
            format!("Automatic funding is on for the new request of “{name}”."),
            "It was off for the old one. Switch it off before you start, if you want that again."
                .into(),
        ),
        Told::AskedAgain { name, returned } => {
            let title = format!(
                "${} returned to your credit. “{name}” is asking for prices again.",
                words::left(*returned)
            );
            return (Tone::Quiet, title, None);
        }
        Told::NotReplaced { name, on_check } => (
            Tone::Attention,
            format!("“{name}” is closed, but asking for prices again failed."),
            if *on_check {
                "Its file is on the check screen. Ask for prices there."
            } else {
                "Its file is in the history. Free some disk space, then deploy it again from there."
            }
            .into(),
        ),
        Told::KeyNotDeleted(name) => (
            Tone::Attention,
            format!("The key “{name}” could not be deleted"),
            "Aloft does not use it any more, and tries again at the next start. You can also delete it in the Console.".into(),
        ),
        Told::KeyExpires(days) => (
            Tone::Attention,
            match days {
                1 => "Your API key expires within a day".to_owned(),
                _ => format!("Your API key expires within {days} days"),
            },
            "After that Aloft can neither see nor stop what runs. Replace the key in Settings."
                .into(),
        ),
        Told::RuleStopped(name) => (
            Tone::Quiet,
            format!("Stopped: Aloft accepts no bid for “{name}”"),
            "Choose one of its bids yourself, or close it.".into(),
        ),
    };
    (tone, title, Some(body))
}

fn news_words(news: News, name: &str) -> (Tone, String, &'static str) {
    let name = if name.is_empty() {
        "A deployment"
    } else {
        name
    };
    match news {
        News::FirstBid => (
            Tone::Good,
            format!("Bids for “{name}” arrive"),
            "Choose one. They expire after about five minutes.",
        ),
        News::LapseSoon => (
            Tone::Attention,
            format!("The bids for “{name}” expire soon"),
            "Choose one in the next minute, or ask again later.",
        ),
        News::Lapsed => (
            Tone::Attention,
            format!("The bids for “{name}” expired"),
            "Nothing ran. Ask again, or cancel the request to return what is set aside.",
        ),
        News::RuleEnds => (
            Tone::Attention,
            format!("“{name}” needs your choice"),
            "No bid matches your choice, so Aloft accepted none.",
        ),
        News::RuleGoesOn => (
            Tone::Attention,
            format!("“{name}” accepts a bid in a moment"),
            "Deploy for me continues. You can still stop it.",
        ),
        News::Answering => (
            Tone::Good,
            format!("“{name}” answers"),
            "You can open its address.",
        ),
        News::NotAnswering => (
            Tone::Attention,
            format!("“{name}” stopped answering"),
            "It still runs and is charged.",
        ),
        News::Restarting => (
            Tone::Bad,
            format!("“{name}” keeps restarting"),
            "It is still charged. Open it to see what to check.",
        ),
        News::Dark => (
            Tone::Attention,
            format!("The provider of “{name}” sends no status"),
            "Your service may be down. The lease is still active and charged.",
        ),
        News::LeaseLost => (
            Tone::Bad,
            format!("The provider ended the lease of “{name}”"),
            "Nothing is charged any more. End the deployment to return what is left.",
        ),
        News::PartLost => (
            Tone::Bad,
            format!("A part of “{name}” ended"),
            "The rest still runs and is charged.",
        ),
        News::ClosedElsewhere => (
            Tone::Attention,
            format!("“{name}” was closed elsewhere"),
            "Its receipt and its file stay in the history.",
        ),
        News::Vanished => (
            Tone::Attention,
            format!("The Console no longer finds “{name}”"),
            "For this account it is over. Your credit shows what was returned.",
        ),
        News::OutOfFunds => (
            Tone::Bad,
            format!("“{name}” ended: what was set aside is used up"),
            "You can deploy it again.",
        ),
        News::Ceiling => (
            Tone::Attention,
            format!("“{name}” was closed: it had spent what you allowed it"),
            "What was left returns to your credit. It can be deployed again.",
        ),
        News::Reclaimed => (
            Tone::Attention,
            format!("The provider of “{name}” takes its machine back soon"),
            "It ends then. Deploy it with another provider before that.",
        ),
        News::StopsSoon => (
            Tone::Attention,
            format!("“{name}” stops by itself within an hour"),
            "Keep it longer on its screen, if you still need it.",
        ),
        News::Stopped => (
            Tone::Quiet,
            format!("“{name}” stopped by itself"),
            "Its time was over. What was left returns to your credit. It can be deployed again.",
        ),
        News::Low => (
            Tone::Attention,
            format!("What is set aside for “{name}” runs low"),
            "Set more aside, or it ends when that is used up.",
        ),
        News::VeryLow => (
            Tone::Bad,
            format!("“{name}” ends within hours"),
            "Set more aside now to keep it running.",
        ),
        News::Idle => (
            Tone::Attention,
            format!("“{name}” holds money but runs nothing"),
            "End it to return what is set aside, or ask for prices again.",
        ),
        News::TrialEnds => (
            Tone::Attention,
            format!("The trial stops “{name}” within the hour"),
            "During a trial, Akash stops a deployment 24 hours after its lease started.",
        ),
        // Told by the timeline alone.
        News::Leased | News::Delivered | News::Ready | News::Closed => {
            (Tone::Quiet, format!("“{name}” changed"), "")
        }
    }
}
