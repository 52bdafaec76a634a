//! Holds `ui/types.d.ts` to `view`. `ALOFT_WRITE_TYPES=1 cargo test -p aloft-engine types` writes it.

use ts_rs::{Config, TS};

use crate::view::*;

const ALIASES: [(&str, &str); 3] = [
    (
        "Usd",
        "USD as decimal text, rounded for people: `\"4.18\"`.",
    ),
    ("Moment", "A moment in chain time, RFC 3339."),
    ("DeploymentId", "A deployment's id, a UUIDv7."),
];

macro_rules! declarations {
    ($($t:ty),* $(,)?) => {{
        let cfg = Config::new();
        let mut out = String::from("// Generated from src-tauri/engine/src/view by `cargo test -p aloft-engine types`. Do not edit.\n\n");
        for (name, about) in ALIASES {
            out.push_str(&format!("/** {about} */\nexport type {name} = string;\n"));
        }
        $(
            out.push('\n');
            if let Some(docs) = <$t as TS>::docs() { out.push_str(&docs); }
            out.push_str("export ");
            out.push_str(&<$t as TS>::decl(&cfg));
            out.push('\n');
        )*
        out
    }};
}

#[test]
fn types_of_the_window_are_those_of_view() {
    let now = declarations![
        Snapshot,
        Notice,
        NoticeKind,
        Tone,
        Recent,
        RecentKind,
        Sample,
        Template,
        Event,
        About,
        Link,
        AppError,
        Code,
        Account,
        AccountKind,
        KeyKept,
        ApiKey,
        Connection,
        ConnectionState,
        Connected,
        Settings,
        Theme,
        SettingsPatch,
        Draft,
        DraftText,
        DraftStop,
        Made,
        MadeQuestion,
        MadeField,
        MadeGuess,
        MadeLost,
        Stop,
        Finding,
        Fix,
        Edit,
        Summary,
        Service,
        Placement,
        DraftMoney,
        Proposal,
        Blocked,
        BlockedBy,
        Price,
        Row,
        State,
        StateCode,
        Lasts,
        Address,
        AddressKind,
        Action,
        Open,
        OpenScreen,
        Step,
        StepState,
        Group,
        Bid,
        Rank,
        MarketRate,
        ReliabilityScore,
        RankBy,
        Choice,
        Quote,
        Weighed,
        Rule,
        Auto,
        ProviderDetail,
        Day,
        ProviderPage,
        Eligibility,
        GroupEligibility,
        Place,
        Relaxed,
        Running,
        Money,
        ProviderCard,
        Fact,
        Receipt,
        Can,
        Past,
    ];
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/types.d.ts");
    if std::env::var_os("ALOFT_WRITE_TYPES").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == now,
        "ui/types.d.ts is not what view says: run `ALOFT_WRITE_TYPES=1 cargo test -p aloft-engine types`"
    );
}
