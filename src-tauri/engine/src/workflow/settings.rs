//! Changing what is set.

use crate::{
    derive::typed,
    record::{
        Problem,
        problem::{Input, Refusal},
    },
    view::{Rule, Settings, SettingsPatch},
};

/// The settings after `patch`.
///
/// # Errors
/// When a value can't be used.
pub(crate) fn patched(
    mut settings: Settings,
    patch: SettingsPatch,
    connected: bool,
) -> Result<Settings, Problem> {
    if let Some(theme) = patch.theme {
        settings.theme = theme;
    }
    if let Some(size) = patch.text_size {
        if !matches!(size, 100 | 125 | 150 | 200) {
            return Err(Input::TextSize.into());
        }
        settings.text_size = size;
    }
    if let Some(deposit) = patch.deposit {
        settings.deposit = typed::amount(&deposit)?.round_up(2);
    }
    if let Some(on) = patch.close_lapsed {
        settings.close_lapsed = on;
    }
    if let Some(on) = patch.notify {
        settings.notify = on;
    }
    if let Some(muted) = patch.muted {
        settings.muted = muted;
    }
    if let Some(rule) = patch.rule {
        // A limit belongs to the file it was typed for.
        settings.rule = Rule {
            limit: String::new(),
            ..rule
        };
    }
    if let Some(text) = patch.console_url {
        let url = typed::console_url(&text)?;
        if connected && url.as_str() != settings.console_url {
            return Err(Refusal::Connected.into());
        }
        settings.console_url = url.to_string();
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::settings::{load, save};

    #[test]
    fn a_limit_is_not_kept_for_the_next_file() {
        let said = Rule {
            region: Some("us-west".into()),
            limit: "400.00".into(),
            ..Rule::default()
        };
        let patch = SettingsPatch {
            rule: Some(said.clone()),
            ..SettingsPatch::default()
        };
        let kept = patched(Settings::default(), patch, false)
            .expect("kept")
            .rule;
        assert_eq!(
            (kept.region.as_deref(), kept.limit.as_str()),
            (Some("us-west"), "")
        );
        // Nor one that an older version kept.
        let dir = tempfile::tempdir().expect("a folder");
        let old = Settings {
            rule: said,
            ..Settings::default()
        };
        save(dir.path(), &old).expect("written");
        assert_eq!(load(dir.path()).rule.limit, "");
    }
}
