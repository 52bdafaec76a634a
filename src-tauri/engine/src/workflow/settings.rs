//! settings.json: what the person has set. Written whole, to the side and renamed, so that a crash leaves the old one.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use akash_console::Usd;
use url::{Host, Url};

use crate::{
    state::Core,
    view::{AppError, Code, Rule, Settings, SettingsPatch},
};

pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join("settings.json")
}

/// What is set; the defaults where there is no file or it can't be read. A damaged one is kept under another name.
pub(crate) fn load(dir: &Path) -> Settings {
    let path = file(dir);
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Settings::default();
    };
    let mut settings: Settings = serde_json::from_str(&text).unwrap_or_else(|error| {
        tracing::warn!(%error, "settings.json can’t be read; starting from the defaults");
        let _ = std::fs::rename(&path, path.with_extension("json.damaged"));
        Settings::default()
    });
    // A limit belongs to the file it was typed for. Older versions kept it.
    settings.rule.limit.clear();
    settings
}

/// # Errors
/// When the disk refuses.
pub(crate) fn save(dir: &Path, settings: &Settings) -> std::io::Result<()> {
    let mut file_beside = tempfile::NamedTempFile::new_in(dir)?;
    serde_json::to_writer_pretty(&mut file_beside, settings)?;
    file_beside.write_all(b"\n")?;
    file_beside.as_file().sync_all()?;
    file_beside.persist(file(dir))?;
    Ok(())
}

impl Core {
    /// Changes settings, on disk before they count; one change after the other.
    ///
    /// # Errors
    /// When `change` refuses or the disk does.
    pub(crate) async fn set(
        &self,
        change: impl FnOnce(Settings) -> Result<Settings, AppError>,
    ) -> Result<(), AppError> {
        let _setting = self.setting.lock().await;
        let next = change(self.state().settings.clone())?;
        let (dir, written) = (self.options.data_dir.clone(), next.clone());
        let saved = tokio::task::spawn_blocking(move || save(&dir, &written)).await;
        let failed = |code, details: String| {
            AppError::new(code, "The settings could not be saved.").details(details)
        };
        match saved {
            Ok(Ok(())) => {
                self.with(|state| state.settings = next);
                Ok(())
            }
            Ok(Err(error)) => {
                Err(failed(Code::Disk, error.to_string())
                    .next("Free some disk space, then try again."))
            }
            Err(error) => Err(failed(Code::Internal, error.to_string())),
        }
    }
}

/// The settings after `patch`.
///
/// # Errors
/// In words, when a value can't be used.
pub(crate) fn patched(
    mut settings: Settings,
    patch: SettingsPatch,
    connected: bool,
) -> Result<Settings, AppError> {
    if let Some(theme) = patch.theme {
        settings.theme = theme;
    }
    if let Some(size) = patch.text_size {
        if !matches!(size, 100 | 125 | 150 | 200) {
            return Err(AppError::input(
                "The size of text is 100, 125, 150 or 200 percent.",
            ));
        }
        settings.text_size = size;
    }
    if let Some(deposit) = patch.deposit {
        settings.deposit = amount(&deposit)?.round_up(2);
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
        let url = console_url(&text)?;
        if connected && url.as_str() != settings.console_url {
            return Err(AppError::not_now(
                "The Console address can be changed only while no account is connected.",
            )
            .next("Disconnect first: a key belongs to the address it was entered for."));
        }
        settings.console_url = url.to_string();
    }
    Ok(settings)
}

/// The least a deployment can be given, USD: the chain's minimum at the code's default.
pub(crate) const LEAST: Usd = Usd::new(akash_market::Decimal::from_parts(50, 0, 0, false, 2));
/// More than this at once is taken for a slip of the finger, USD.
pub(crate) const MOST: Usd = Usd::new(akash_market::Decimal::from_parts(10_000, 0, 0, false, 0));

/// A lower limit a month lets nothing in, USD.
const LIMIT_LEAST: Usd = Usd::new(akash_market::Decimal::from_parts(1, 0, 0, false, 2));
/// A higher limit a month is taken for a slip of the finger, USD.
const LIMIT_MOST: Usd = Usd::new(akash_market::Decimal::from_parts(1_000_000, 0, 0, false, 0));

/// Dollars and cents, as typed.
///
/// # Errors
/// In words, when it is no such amount: `wanted` says what to write.
fn dollars(text: &str, wanted: &str) -> Result<Usd, AppError> {
    let clean = text.trim().trim_start_matches('$').trim_start();
    // A comma separates thousands for one half of the world and cents for the other.
    if clean.contains(',') {
        return Err(AppError::input(
            "Write the amount without a comma, like 1000 or 2.50.",
        ));
    }
    let usd: Usd = clean.parse().map_err(|_| AppError::input(wanted))?;
    if usd.decimal().normalize().scale() > 2 {
        return Err(AppError::input("Write whole cents, like 2.50."));
    }
    Ok(usd)
}

/// An amount to set aside, as typed.
///
/// # Errors
/// In words, when it can't be used.
pub(crate) fn amount(text: &str) -> Result<Usd, AppError> {
    let usd = dollars(text, "Write the amount in dollars, like 5 or 2.50.")?;
    if usd < LEAST {
        return Err(AppError::input("The least that can be set aside is $0.50."));
    }
    if usd > MOST {
        return Err(AppError::input(
            "More than $10,000 at once is taken for a slip.",
        ));
    }
    Ok(usd)
}

/// The most that something may cost a month, as typed.
///
/// # Errors
/// In words, when it can't be used.
pub(crate) fn limit(text: &str) -> Result<Usd, AppError> {
    let usd = dollars(text, "Write the most it may cost a month, like 6 or 2.50.")?;
    if usd < LIMIT_LEAST {
        return Err(AppError::input(
            "The most it may cost a month is $0.01 or more.",
        ));
    }
    if usd > LIMIT_MOST {
        return Err(AppError::input(
            "More than $1,000,000 a month is taken for a slip.",
        ));
    }
    Ok(usd)
}

/// The most that something may spend in all, as typed.
///
/// # Errors
/// In words, when it can't be used.
pub(crate) fn ceiling(text: &str) -> Result<Usd, AppError> {
    let usd = dollars(text, "Write the most it may spend in all, like 20 or 2.50.")?;
    if usd < LIMIT_LEAST {
        return Err(AppError::input(
            "The most it may spend in all is $0.01 or more.",
        ));
    }
    if usd > LIMIT_MOST {
        return Err(AppError::input(
            "More than $1,000,000 in all is taken for a slip.",
        ));
    }
    Ok(usd)
}

/// What *Deploy for me* is to take, as typed, with the limit as it is shown from now on.
///
/// # Errors
/// In words, when it can't be used.
pub(crate) fn rule(rule: Rule) -> Result<Rule, AppError> {
    let region = rule.region.map(|key| key.trim().chars().take(60).collect());
    Ok(Rule {
        limit: limit(&rule.limit)?.round_down(2),
        region: region.filter(|key: &String| !key.is_empty()),
        way: rule.way,
    })
}

/// A Console's address as typed: https, or http on this computer alone.
///
/// # Errors
/// In words, when it can't be used.
pub(crate) fn console_url(text: &str) -> Result<Url, AppError> {
    let refused = |title: &str| {
        AppError::new(Code::Input, title)
            .next("The official one is https://console-api.akash.network.")
    };
    let url = Url::parse(text.trim()).map_err(|_| refused("This is not an address."))?;
    let local = on_this_computer(&url);
    match url.scheme() {
        "https" => {}
        "http" if local => {}
        _ => return Err(refused("The address has to begin with https://.")),
    }
    if !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some()
    {
        return Err(refused(
            "The address can hold no name, password or question mark.",
        ));
    }
    Ok(url)
}

/// Whether `url` leads to this computer.
pub(crate) fn on_this_computer(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, cents) in [
            ("5", "5.00"),
            (" $2.50 ", "2.50"),
            ("0.5", "0.50"),
            ("10000", "10000.00"),
        ] {
            assert_eq!(
                amount(text).map(|usd| usd.round_up(2)),
                Ok(cents.to_owned()),
                "{text}"
            );
        }
        for text in [
            "", "five", "0.49", "-1", "1e9", "NaN", "2.505", "1,5", "10000.01",
        ] {
            assert!(amount(text).is_err(), "{text}");
        }
        for (text, says) in [("0.5030", "whole cents"), ("1,000", "without a comma")] {
            for refused in [amount(text), limit(text), ceiling(text)] {
                let title = refused.map_err(|error| error.title);
                assert!(title.is_err_and(|title| title.contains(says)), "{text}");
            }
        }
    }

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

    #[test]
    fn a_console_is_https_or_on_this_computer() {
        for text in [
            "https://console-api.akash.network",
            "http://127.0.0.1:8080",
            "http://localhost:1/",
            "http://[::1]:9",
        ] {
            assert!(console_url(text).is_ok(), "{text}");
        }
        for text in [
            "",
            "console",
            "http://console-api.akash.network",
            "ftp://x",
            "https://a:b@c.d",
            "https://x/?a=1",
            "http://127.0.0.1.evil.com",
            "javascript:alert(1)",
        ] {
            assert!(console_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_damaged_file_is_kept_aside() {
        let dir = tempfile::tempdir().expect("a folder");
        std::fs::write(file(dir.path()), "{").expect("written");
        assert_eq!(load(dir.path()), Settings::default());
        assert!(dir.path().join("settings.json.damaged").exists());
    }
}
