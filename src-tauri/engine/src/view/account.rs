//! Accounts, the connection, and what is set.

use serde::{Deserialize, Serialize};

use super::{
    basics::{Moment, Usd},
    bids::Rule,
    error::AppError,
    notice::NoticeKind,
};

/// Who pays.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// Demo, trial or paid.
    pub kind: AccountKind,
    /// User name or e-mail address.
    pub name: String,
    /// The wallet's address on the chain, under *Details*.
    pub address: String,
    /// Host of the Console, `console-api.akash.network`.
    pub console: String,
    /// What can still be spent; `null` when not known yet.
    pub credit: Option<Usd>,
    /// What all deployments hold; `null` when not known yet.
    pub set_aside: Option<Usd>,
    /// Where the key is kept.
    pub key: KeyKept,
    /// Why the keychain could not be used, one sentence; only with `KeyKept::Session`.
    pub key_why: Option<String>,
    /// Whether the saved card may be charged by the Console by itself; `null` when not known.
    pub auto_reload: Option<bool>,
    /// The Console sets aside what it thinks right and ignores our amount (seen before on this account).
    pub deposit_ignored: bool,
}

/// What sort of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum AccountKind {
    /// The pretend cloud inside the program.
    Demo,
    /// A trial: deployments end 24 h after their lease.
    Trial,
    /// An account with credit.
    Paid,
}

/// Where the API key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum KeyKept {
    /// In the system's keychain.
    Keychain,
    /// In memory until Aloft quits.
    Session,
    /// The demo needs none.
    None,
}

/// The most API keys that are listed.
pub const MOST_KEYS: usize = 200;

/// An API key of the account. Never the key itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// The name it was given.
    pub name: String,
    /// Its first and last letters.
    pub shown: Option<String>,
    /// When it was made.
    pub created: Option<Moment>,
    /// When it was last used, to half an hour.
    pub used: Option<Moment>,
    /// When it stops working; `null` for never.
    pub expires: Option<Moment>,
    /// Aloft uses it.
    pub mine: bool,
}

/// The line to the Console.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// How it is.
    pub state: ConnectionState,
    /// Since when it is so.
    pub since: Option<Moment>,
    /// What went wrong, when it did.
    pub problem: Option<AppError>,
}

/// How the line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ConnectionState {
    /// No account is connected.
    None,
    /// Reading the keychain and the account at start.
    Connecting,
    /// Answers come.
    Online,
    /// None came for 5 seconds or more; what is shown was known then.
    Offline,
    /// The Console refuses the key.
    Refused,
}

/// What connecting found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Connected {
    /// The account as it is shown from now on.
    pub account: Account,
}

/// What the person has set. Kept in settings.json.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Light, dark or as the system.
    pub theme: Theme,
    /// Size of text in percent: 100, 125, 150 or 200.
    pub text_size: u32,
    /// What is set aside for a new deployment unless changed there, USD.
    pub deposit: Usd,
    /// Whether Aloft closes its own lease-less deployments whose bids lapsed, after 10 minutes.
    pub close_lapsed: bool,
    /// Desktop notifications while the window is hidden.
    pub notify: bool,
    /// Kinds that make no desktop notification.
    pub muted: Vec<NoticeKind>,
    /// Address of the Console API.
    pub console_url: String,
    /// Whether the demo is what opens at start.
    pub demo: bool,
    /// Whether it was said once that deployments go on when Aloft quits.
    pub said_quit: bool,
    /// What all that ran cost a day when that was said last, USD: it is said again when it costs more. Empty: never said.
    pub quit_day: Usd,
    /// What *Deploy for me* was last told to take.
    pub rule: Rule,
    /// Addresses of the providers that the person marked.
    pub favourites: Vec<String>,
}

/// Colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// A change of settings; what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[cfg_attr(test, ts(optional_fields))]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SettingsPatch {
    /// See [`Settings::theme`].
    pub theme: Option<Theme>,
    /// See [`Settings::text_size`].
    pub text_size: Option<u32>,
    /// See [`Settings::deposit`].
    pub deposit: Option<Usd>,
    /// See [`Settings::close_lapsed`].
    pub close_lapsed: Option<bool>,
    /// See [`Settings::notify`].
    pub notify: Option<bool>,
    /// See [`Settings::muted`].
    pub muted: Option<Vec<NoticeKind>>,
    /// See [`Settings::console_url`]. Refused while an account is connected.
    pub console_url: Option<String>,
    /// See [`Settings::rule`].
    pub rule: Option<Rule>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            text_size: 100,
            deposit: "5.00".into(),
            close_lapsed: true,
            notify: true,
            muted: Vec::new(),
            console_url: "https://console-api.akash.network".into(),
            demo: false,
            said_quit: false,
            quit_day: String::new(),
            rule: Rule::default(),
            favourites: Vec::new(),
        }
    }
}
