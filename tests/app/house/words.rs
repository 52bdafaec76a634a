//! Checks what the engine says to a person, as `tests/ui/house.test.js` checks the labels of the window.

use std::{fs, path::Path};

use crate::rust_modules::{quoted, raw_string, string};

/// Names and words that stand with a capital letter within a sentence.
const NAMES: [&str; 33] = [
    "Aloft",
    "Akash",
    "Console",
    "Settings",
    "Details",
    "Help",
    "Deployments",
    "Kept",
    "Deploy",
    "Discord",
    "GNOME",
    "Keyring",
    "KWallet",
    "KeePassXC",
    "SDL",
    "API",
    "UTF",
    "GPU",
    "GPUs",
    "CPU",
    "IP",
    "KiB",
    "MiB",
    "GiB",
    "TiB",
    "PiB",
    "EiB",
    "UDP",
    "Mbit",
    "No",
    "WordPress",
    "NVIDIA",
    "Kuma",
];

/// The string literals of a source, without those of its tests. A line break in a literal is one blank.
pub(crate) fn literals(source: &str) -> Vec<String> {
    let source = source
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(length) = raw_string(rest) {
            length
        } else if first == '"' {
            let length = string(rest);
            let text = rest[..length].trim_matches('"');
            let mut parts = text.split("\\\n").map(str::trim_start);
            let first = parts.next().unwrap_or_default().to_owned();
            found.push(parts.fold(first, |all, part| all + part));
            length
        } else if first == '\'' {
            quoted(rest)
        } else if first.is_alphanumeric() {
            rest.find(|it: char| !it.is_alphanumeric() && it != '_')
                .unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    found
}

/// What is wrong with a text that a person reads.
pub(crate) fn faults(text: &str) -> Vec<&'static str> {
    let mut faults = Vec::new();
    let mut no = |wrong: bool, what| {
        if wrong {
            faults.push(what);
        }
    };
    let lower = text.to_lowercase();
    let words = || {
        lower
            .split(|it: char| !it.is_alphanumeric())
            .filter(|it| !it.is_empty())
    };
    let starts = |beginnings: &[&str]| {
        words().any(|word| {
            beginnings
                .iter()
                .any(|beginning| word.starts_with(beginning))
        })
    };
    no(
        starts(&["deposit", "escrow", "refund"]),
        "money has its three words: credit, set aside, spent",
    );
    no(
        starts(&["uakt", "uact", "uusdc"]),
        "an amount is in dollars",
    );
    no(
        starts(&["please", "oops", "sorry", "successfully"]),
        "a word that says nothing",
    );
    no(
        text.contains('\'') || text.contains("\\\""),
        "quotation marks and apostrophes are “ ” and ’",
    );
    no(text.contains("..."), "three dots are one sign, …");
    no(text.contains(" %"), "percent without a blank");
    no(text.contains("  "), "two blanks");
    no(text.contains('!'), "no exclamation mark");
    no(
        text.contains(":?}") || text.contains("{error}"),
        "no text of a library",
    );
    let sentence = text.ends_with('.') && text.contains(' ');
    let small = text.starts_with(|it: char| it.is_lowercase());
    no(sentence && small, "a sentence begins with a capital letter");
    // Within a sentence a capital letter belongs to a name.
    let mut before = "";
    for word in text.split(' ') {
        let bare = word.trim_matches(|it: char| !it.is_alphanumeric());
        let capital = !word.contains('{') && bare.starts_with(|it: char| it.is_uppercase());
        let goes_on = before.ends_with(|it: char| it.is_lowercase() || it == ',');
        let known = bare
            .split(['’', '-', '/'])
            .next()
            .is_some_and(|it| NAMES.contains(&it));
        no(
            capital && goes_on && !known,
            "sentence case: only names have a capital letter",
        );
        before = word;
    }
    faults
}

/// All sources under a folder, with their paths.
pub(crate) fn sources(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            found.push((path.display().to_string(), text));
        }
    }
    found
}

#[test]
fn what_the_engine_says_keeps_to_the_rules() {
    let present = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/engine/src/present");
    let mut said = 0;
    let mut wrong = Vec::new();
    for (path, source) in sources(&present) {
        for text in literals(&source) {
            said += 1;
            for fault in faults(&text) {
                wrong.push(format!("{path}: “{text}”: {fault}"));
            }
        }
    }
    assert!(said > 400, "only {said} texts");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_but_present_speaks_in_sentences() {
    // What the terminal says of a start that fails, and the report for people who help.
    const OTHERS: [&str; 4] = ["/present/", "/view/", "/lib.rs", "/report.rs"];
    // Names that are kept with what they name, and that a person can change or sees as they were given.
    const KEPT: [&str; 6] = [
        "Deployment {dseq}",
        "Pasted text",
        "From “{}”",
        "From “{name}”",
        "Your account",
        "Aloft {}",
    ];
    let engine = Path::new(env!("CARGO_MANIFEST_DIR")).join("src-tauri/engine/src");
    let mut wrong = Vec::new();
    for (path, source) in sources(&engine) {
        let path = path.replace('\\', "/");
        if OTHERS.iter().any(|other| path.contains(other)) || path.ends_with("tests.rs") {
            continue;
        }
        for text in literals(&source) {
            let capital = text.starts_with(|it: char| it.is_uppercase() || it == '“');
            let sql = [
                "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "PRAGMA", "BEGIN",
            ];
            let is_sql = sql.iter().any(|word| text.trim_start().starts_with(word));
            let kept = KEPT.contains(&&*text);
            if capital && text.contains(' ') && !is_sql && !kept {
                wrong.push(format!("{path}: “{text}”"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_rule_is_one() {
    let right = [
        "The Console does not accept this key.",
        "{who} could run this.",
        "“{name}” is closed. No new deployment was made. Its file is on the check screen.",
        "It takes the GPUs that Akash’s trial includes, 5% of them",
        "lasts",
    ];
    for text in right {
        assert_eq!(faults(text), Vec::<&str>::new(), "{text}");
    }
    let wrong = [
        "Your deposit returns",
        "up to 5 uact",
        "It can't be read",
        "5 % of it",
        "It failed: {error}",
        "the key is bad.",
        "The Key is bad",
        "Wait...",
        "Done!",
        "Two  blanks",
        "Please wait",
    ];
    for text in wrong {
        assert_eq!(faults(text).len(), 1, "{text}: {:?}", faults(text));
    }
    let source = "fn x<'a>() { say(\"one \\\n    two\"); let c = '\"'; } // \"three\"\n#[cfg(test)]\nmod tests { \"four\" }";
    assert_eq!(literals(source), ["one two"]);
}
