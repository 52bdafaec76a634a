//! Environment variables in the forms that people write: what each fix makes of them, and what is left in peace.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_sdl::{Finding, Severity, check, edit};
use serde_json::Value;

const PAGE: &str = r#"version: "2.0"
services:
  page:
    image: ghcr.io/example/page:3.1
    expose:
      - port: 3000
        as: 80
        to:
          - global: true
profiles:
  compute:
    page:
      resources:
        cpu:
          units: 0.5
        memory:
          size: 512Mi
        storage:
          size: 1Gi
  placement:
    west:
      pricing:
        page:
          denom: uact
          amount: 9000
deployment:
  page:
    west:
      profile: page
      count: 1
"#;

/// The file with lines above `expose`, indented as fields of the service.
fn with(lines: &str) -> String {
    let lines: String = lines
        .lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("    {line}\n")
            }
        })
        .collect();
    PAGE.replace("    expose:\n", &format!("{lines}    expose:\n"))
}

/// What the containers get, by the manifest.
fn env(text: &str) -> Vec<String> {
    let checked = check(text);
    let sdl = checked
        .sdl
        .unwrap_or_else(|| panic!("{:#?}\n{text}", checked.findings));
    let manifest = sdl.derive(akash_sdl::Derivation::Alpha40).manifest;
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let env = manifest[0]["services"][0]["env"].as_array().cloned();
    env.unwrap_or_default()
        .iter()
        .map(|item| item.as_str().unwrap().to_owned())
        .collect()
}

fn first(text: &str) -> Finding {
    let findings = check(text).findings;
    let errors = findings
        .iter()
        .filter(|one| one.severity == Severity::Error);
    assert!(errors.count() <= 1, "{findings:#?}\n{text}");
    findings
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("nothing is said of\n{text}"))
}

/// Applies the fix of the first finding.
fn fixed(text: &str) -> String {
    let finding = first(text);
    let fix = finding.fix.as_ref();
    edit::apply(
        text,
        fix.unwrap_or_else(|| panic!("no fix: {finding:#?}\n{text}")),
    )
}

/// The fix of these lines leaves a file in which the container gets this, and that has nothing else to say of `code`.
fn gets(lines: &str, wanted: &[&str]) -> String {
    let text = with(lines);
    let code = first(&text).code;
    let new = fixed(&text);
    assert_eq!(env(&new), wanted, "{lines}\nbecame\n{new}");
    assert!(
        check(&new).findings.iter().all(|one| one.code != code),
        "{new}"
    );
    new
}

fn silent(lines: &str) {
    let text = with(lines);
    assert_eq!(check(&text).findings, [], "{text}");
}

#[test]
fn a_text_in_a_block_becomes_one_variable_and_nothing_else_changes() {
    for key in ["env", "environment"] {
        let new = gets(
            &format!("{key}:\n  A: b\n  CONFIG: |\n    x: 1\n    y: 2"),
            &["A=b", "CONFIG=x: 1\ny: 2\n"],
        );
        assert!(new.contains("\n    expose:\n"), "{new}");
        gets(
            &format!("{key}:\n  CONFIG: |-\n    x\n\n  # about B\n  B: c"),
            &["CONFIG=x", "B=c"],
        );
        gets(
            &format!("{key}:\n  - CONFIG: |\n      x\n  - B: c\n"),
            &["CONFIG=x\n", "B=c"],
        );
        gets(
            &format!("{key}:\n  - CONFIG: >+\n      x\n      y\n\n  - B: c\n"),
            &["CONFIG=x y\n\n", "B=c"],
        );
        gets(&format!("{key}:\n  E: |\n  B: c"), &["E=", "B=c"]);
        gets(&format!("{key}:\n  - E: |\n  - B: c"), &["E=", "B=c"]);
        gets(
            &format!("{key}:\n  - A: b\n    C: |\n      x\n    D: e\n  - F: g"),
            &["A=b", "C=x\n", "D=e", "F=g"],
        );
        gets(
            &format!("{key}:\n  -\n    A: b\n    C: d\n  - F: g"),
            &["A=b", "C=d", "F=g"],
        );
    }
    // A mapping made a list moves only itself to the right.
    let text = PAGE.replace(
        "      - port: 3000\n        as: 80\n        to:\n          - global: true\n",
        "      port: 3000\n      as: 80\n      to:\n        - global: true\n      accept:\n        - |\n          a.example.com\n",
    );
    let new = fixed(&text);
    assert!(new.contains("\nprofiles:\n"), "{new}");
}

#[test]
fn values_are_taken_as_they_are_written() {
    let values = [
        ("GUILD_ID", "123456789012345678", "123456789012345678"),
        ("VERSION", "1.10", "1.10"),
        ("PHONE", "0049301234", "0049301234"),
        ("MASK", "0x10", "0x10"),
        ("BIG", "1_000", "1_000"),
        ("RATE", "1e3", "1e3"),
        ("DAY", "2024-01-01", "2024-01-01"),
        ("ON", "True", "True"),
        ("NOTHING", "~", ""),
        ("NULL", "null", ""),
        ("EMPTY", "", ""),
        ("QUOTED", "\"a\\tb\"", "a\tb"),
        ("TIME", "12:30:45", "12:30:45"),
        ("URL", "http://x/#y", "http://x/#y"),
        ("JSON", "{\"a\": 1}", "{\"a\": 1}"),
    ];
    let wanted: Vec<String> = values
        .iter()
        .map(|(name, _, value)| format!("{name}={value}"))
        .collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let lines = |start: &str| {
        values
            .iter()
            .map(|(name, value, _)| format!("\n  {start}{name}: {value}"))
            .collect::<String>()
    };
    for key in ["env", "environment"] {
        gets(&format!("{key}:{}", lines("")), &wanted);
        gets(&format!("{key}:{}", lines("- ")), &wanted);
    }
    gets(
        "env: {ID: 123456789012345678, V: 1.10, N: ~}",
        &["ID=123456789012345678", "V=1.10", "N="],
    );
    gets(
        "env: [ID: 123456789012345678, B: c]",
        &["ID=123456789012345678", "B=c"],
    );
    gets("env:\n  - {V: 1.10}", &["V=1.10"]);
    // What could not be kept has no button.
    for lines in [
        "env:\n  A: &a 1\n  B: *a",
        "env:\n  A: # note\n    b",
        "env:\n  A:\n    b: c",
        "env:\n  A: [b,\n    c]",
    ] {
        assert_eq!(first(&with(lines)).fix, None, "{lines}");
    }
}

#[test]
fn one_fix_writes_all_the_equals_signs() {
    let lines: String = (0..20).map(|n| format!("\n  - V{n}: {n} # note")).collect();
    let text = with(&format!("env:\n  - A=b{lines}"));
    let findings = check(&text).findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].line, 7);
    let new = fixed(&text);
    assert_eq!(env(&new).len(), 21, "{new}");
    assert!(new.contains("      - V7=7 # note\n"), "{new}");
    assert_eq!(check(&new).findings, []);
}

#[test]
fn quotes_and_comments_are_told_apart() {
    gets("env:\n  - B='x' # y", &["B=x"]);
    gets("env:\n  - B=\"say hello\" # world", &["B=say hello"]);
    gets("env:\n  - JSON=\"{\\\"a\\\": 1}\"", &["JSON={\"a\": 1}"]);
    gets("env:\n  - JSON=\"{\\\"a\\\":1}\"", &["JSON={\"a\":1}"]);
    gets("env:\n  - DIR=\"C:\\\\app\"", &["DIR=C:\\app"]);
    let text = with("env:\n  - A=\"x\"\n  - B=\"y\"");
    assert!(first(&text).message.contains("one more place:"));
    for lines in [
        "TZ=UTC # timezone",
        "USER=admin # username",
        "LOG_LEVEL=info # debug",
        "MODEL=llama3 # 8b",
        "MODEL=llama3 #small",
        "SITE_TITLE=Garden # title",
        "SITE_TITLE=My garden # site",
    ] {
        silent(&format!("env:\n  - {lines}"));
    }
    gets(
        "env:\n  - GREETING=hello # world",
        &["GREETING=hello # world"],
    );
    gets("env:\n  - ROOM=the big # one", &["ROOM=the big # one"]);
}

#[test]
fn marks_that_programs_know_are_no_placeholders() {
    for lines in [
        "SCRIPT=__NEXT_DATA__",
        "LINK=[[a]]",
        "CMP=a<b and c>d",
        "CMP=x<5 or y> 3",
    ] {
        silent(&format!("env:\n  - {lines}"));
    }
    for lines in ["HOST=<your host>", "HOST=http://<host>/", "KEY=<key>"] {
        assert_eq!(
            first(&with(&format!("env:\n  - {lines}"))).code,
            "placeholder"
        );
    }
    for image in [
        "yourname/yourapp",
        "ghcr.io/YourOrg/app:1.0",
        "yourusername/app:1.0",
    ] {
        let text = PAGE.replace("ghcr.io/example/page:3.1", image);
        let findings = check(&text).findings;
        assert_eq!(findings.len(), 1, "{findings:#?}");
        assert_eq!(findings[0].code, "placeholder", "{image}");
    }
    let text = PAGE.replace("ghcr.io/example/page:3.1", "yourls/yourls:1.9");
    assert_eq!(check(&text).findings, []);
}
