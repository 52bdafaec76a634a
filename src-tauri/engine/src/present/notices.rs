//! Words for what a person should hear about.

use uuid::Uuid;

use crate::{
    record::transitions::News,
    state::Core,
    view::{NoticeKind, Tone},
};

impl Core {
    /// Says the news of a deployment, unless its screen shows it already.
    pub(crate) async fn tell(&self, id: Uuid, news: &[News]) {
        if news.is_empty() {
            return;
        }
        if news.iter().any(|news| ended(*news)) {
            self.state().market.pasts_stale = true;
        }
        let (name, looked) = {
            let state = self.state();
            let record = state
                .records
                .get(&id)
                .or(state.focused_past.as_ref().filter(|record| record.id == id));
            (
                record.map(|record| record.name.clone()),
                state.focused == Some(id) && !state.hidden,
            )
        };
        // What has just ended is in the journal only.
        let name = match name {
            Some(name) => Some(name),
            None => self.record(id).await.ok().map(|record| record.name),
        };
        let name = name.unwrap_or_else(|| "A deployment".into());
        for news in news {
            if let Some((kind, tone, title, body)) = words(*news, &name)
                && !looked
            {
                self.notice(kind, tone, title, Some(body.into()), Some(id), true);
            }
        }
    }
}

/// Whether a lease ended: then there is more to say about its provider.
fn ended(news: News) -> bool {
    use News::{Ceiling, Closed, ClosedElsewhere, LeaseLost, OutOfFunds, PartLost};
    matches!(
        news,
        Ceiling | Closed | ClosedElsewhere | LeaseLost | OutOfFunds | PartLost
    )
}

fn words(news: News, name: &str) -> Option<(NoticeKind, Tone, String, &'static str)> {
    use NoticeKind::{Bids, Live, Money, Trouble};
    Some(match news {
        News::FirstBid => (
            Bids,
            Tone::Good,
            format!("Bids for “{name}” arrive"),
            "Choose one. They expire after about five minutes.",
        ),
        News::LapseSoon => (
            Bids,
            Tone::Attention,
            format!("The bids for “{name}” expire soon"),
            "Choose one in the next minute, or ask again later.",
        ),
        News::Lapsed => (
            Bids,
            Tone::Attention,
            format!("The bids for “{name}” expired"),
            "Nothing ran. Ask again, or cancel the request to return what is set aside.",
        ),
        News::RuleEnds => (
            Bids,
            Tone::Attention,
            format!("“{name}” needs your choice"),
            "No bid matches your choice, so Aloft accepted none.",
        ),
        News::RuleGoesOn => (
            Bids,
            Tone::Attention,
            format!("“{name}” accepts a bid in a moment"),
            "Deploy for me goes on where it was. You can still stop it.",
        ),
        News::Answering => (
            Live,
            Tone::Good,
            format!("“{name}” answers"),
            "You can open its address.",
        ),
        News::NotAnswering => (
            Trouble,
            Tone::Attention,
            format!("“{name}” stopped answering"),
            "It still runs and is charged.",
        ),
        News::Restarting => (
            Trouble,
            Tone::Bad,
            format!("“{name}” keeps restarting"),
            "It is still charged. Open it to see what to check.",
        ),
        News::Dark => (
            Trouble,
            Tone::Attention,
            format!("The provider of “{name}” sends no status"),
            "Your service may be down. The lease is still active and charged.",
        ),
        News::LeaseLost => (
            Trouble,
            Tone::Bad,
            format!("The provider ended the lease of “{name}”"),
            "Nothing is charged any more. End the deployment to return what is left.",
        ),
        News::PartLost => (
            Trouble,
            Tone::Bad,
            format!("A part of “{name}” ended"),
            "The rest still runs and is charged.",
        ),
        News::ClosedElsewhere => (
            Trouble,
            Tone::Attention,
            format!("“{name}” was closed elsewhere"),
            "Its receipt and its file stay in the history.",
        ),
        News::Vanished => (
            Trouble,
            Tone::Attention,
            format!("The Console no longer finds “{name}”"),
            "For this account it is over. Your credit shows what was returned.",
        ),
        News::OutOfFunds => (
            Money,
            Tone::Bad,
            format!("“{name}” ended: what was set aside is used up"),
            "You can deploy it again.",
        ),
        News::Ceiling => (
            Money,
            Tone::Attention,
            format!("“{name}” was closed: it had spent what you allowed it"),
            "What was left returns to your credit. It can be deployed again.",
        ),
        News::Low => (
            Money,
            Tone::Attention,
            format!("What is set aside for “{name}” runs low"),
            "Set more aside, or it ends when that is used up.",
        ),
        News::VeryLow => (
            Money,
            Tone::Bad,
            format!("“{name}” ends within hours"),
            "Set more aside now to keep it running.",
        ),
        News::Idle => (
            Money,
            Tone::Attention,
            format!("“{name}” holds money but runs nothing"),
            "End it to return what is set aside, or ask for prices again.",
        ),
        News::TrialEnds => (
            Money,
            Tone::Attention,
            format!("The trial stops “{name}” within the hour"),
            "During a trial, Akash stops a deployment 24 hours after its lease started.",
        ),
        News::Leased | News::Delivered | News::Ready | News::Closed => return None,
    })
}
