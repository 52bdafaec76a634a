//! Telling the person something.

use uuid::Uuid;

use super::{
    core::Core,
    notices::{HeldNotice, Told},
};
use crate::{record::News, view::NoticeKind};

/// The most notices kept.
const NOTICES: usize = 20;

impl Core {
    /// Shows a notice in the window.
    pub(crate) fn notice(&self, what: Told, deployment: Option<Uuid>) {
        self.show(what, deployment, false);
    }

    /// Shows a notice, and on the desktop while the window is hidden, unless its kind is muted there.
    pub(crate) fn notice_on_desktop(&self, what: Told, deployment: Option<Uuid>) {
        self.show(what, deployment, true);
    }

    fn show(&self, what: Told, deployment: Option<Uuid>, desktop: bool) {
        let at = self.now();
        self.with(|state| {
            state.noticed = state.noticed.wrapping_add(1);
            let notice = HeldNotice {
                id: state.noticed,
                desktop: desktop && !state.settings.muted.contains(&what.kind()),
                what,
                deployment,
                at,
            };
            // The newest of a kind about a deployment says what holds now.
            if notice.deployment.is_some() {
                state.notices.retain(|held| {
                    (held.what.kind(), held.deployment) != (notice.what.kind(), notice.deployment)
                });
            }
            state.notices.push_back(notice);
            while state.notices.len() > NOTICES {
                state.notices.pop_front();
            }
        });
    }

    /// Removes what was said of files that could not be used: another one came.
    pub(crate) fn hush(&self) {
        self.with(|state| {
            state
                .notices
                .retain(|notice| notice.what.kind() != NoticeKind::File);
        });
    }

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
        let name = name.unwrap_or_default();
        for news in news.iter().copied().filter(|news| !quiet(*news) && !looked) {
            let name = name.clone();
            self.notice_on_desktop(Told::News { news, name }, Some(id));
        }
    }
}

/// Whether a lease ended: then there is more to say about its provider.
fn ended(news: News) -> bool {
    use News::{Ceiling, Closed, ClosedElsewhere, LeaseLost, OutOfFunds, PartLost, Stopped};
    matches!(
        news,
        Ceiling | Closed | ClosedElsewhere | LeaseLost | OutOfFunds | PartLost | Stopped
    )
}

/// What makes no notice: the timeline has it.
const fn quiet(news: News) -> bool {
    matches!(
        news,
        News::Leased | News::Delivered | News::Ready | News::Closed
    )
}
