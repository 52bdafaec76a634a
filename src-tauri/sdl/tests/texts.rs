//! Files as people write, copy and save them: what is said about the text, and that the one fix leads to the file that
//! was meant.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use akash_sdl::encoding::{Encoding, decode};
use akash_sdl::{Derivation, Finding, Severity, check, edit};

const PAGE: &str = r#"version: "2.0"
services:
  page:
    image: ghcr.io/example/page:3.1
    env:
      - MODE=live
      - TITLE=Garden
    command:
      - sh
      - -c
      - run it
    expose:
      - port: 3000
        as: 80
        accept:
          - garden.example.com
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
      attributes:
        region: us-west
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

/// What a file means: the manifest's hash, and what the hash does not cover.
fn meaning(text: &str) -> (String, String) {
    let checked = check(text);
    let sdl = checked
        .sdl
        .unwrap_or_else(|| panic!("{text}\n{:#?}", checked.findings));
    (
        sdl.derive(Derivation::Alpha40).hash,
        format!("{:?}", sdl.requirements()),
    )
}

fn first(text: &str) -> Finding {
    let findings = check(text).findings;
    let error = findings
        .iter()
        .find(|finding| finding.severity == Severity::Error);
    error
        .or(findings.first())
        .unwrap_or_else(|| panic!("nothing is said of\n{text}"))
        .clone()
}

fn fixed(text: &str) -> (Finding, String) {
    let finding = first(text);
    let fix = finding
        .fix
        .as_ref()
        .unwrap_or_else(|| panic!("no fix: {finding:#?}\n{text}"));
    let fixed = edit::apply(text, fix);
    (finding, fixed)
}

/// One finding, on that line, and its one fix makes the file that was meant, with nothing more to say.
fn mends_to(text: &str, code: &str, line: u32, meant: &str) {
    let (finding, fixed) = fixed(text);
    assert_eq!(
        (finding.code, finding.line),
        (code, line),
        "{finding:#?}\n{text}"
    );
    let errors = check(text)
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    assert!(errors <= 1, "{errors} errors in\n{text}");
    assert_eq!(meaning(&fixed), meaning(meant), "{fixed}");
    assert_eq!(
        check(&fixed).findings,
        check(meant).findings.as_slice(),
        "{fixed}"
    );
}

fn mends(text: &str, code: &str, line: u32) {
    mends_to(text, code, line, PAGE);
}

fn each_line(change: impl Fn(usize, &str) -> String) -> String {
    PAGE.lines()
        .enumerate()
        .map(|(index, line)| format!("{}\n", change(index, line)))
        .collect()
}

/// Lines with their indentation changed.
fn indented(change: impl Fn(&str) -> String) -> String {
    each_line(|_, line| {
        let content = line.trim_start();
        format!("{}{content}", change(&line[..line.len() - content.len()]))
    })
}

#[test]
fn other_encodings_are_read_and_named() {
    let wide = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    };
    let windows = PAGE.replace('\n', "\r\n");
    for (bytes, encoding) in [
        (PAGE.as_bytes().to_vec(), Encoding::Utf8),
        (
            wide(&format!("\u{feff}{windows}"), u16::to_le_bytes),
            Encoding::Utf16,
        ),
        (
            wide(&format!("\u{feff}{windows}"), u16::to_be_bytes),
            Encoding::Utf16,
        ),
        (wide(PAGE, u16::to_le_bytes), Encoding::Utf16),
        (wide(PAGE, u16::to_be_bytes), Encoding::Utf16),
        (
            [PAGE.as_bytes(), &wide("# more\r\n", u16::to_le_bytes)].concat(),
            Encoding::Utf16,
        ),
        (
            [
                &wide(&format!("\u{feff}{PAGE}"), u16::to_le_bytes)[..],
                b"\n",
            ]
            .concat(),
            Encoding::Utf16,
        ),
    ] {
        let decoded = decode(&bytes).unwrap();
        assert_eq!(decoded.encoding, encoding);
        assert_eq!(meaning(&decoded.text), meaning(PAGE));
        assert_eq!(decoded.finding().is_some(), encoding != Encoding::Utf8);
        assert!(
            decoded
                .finding()
                .is_none_or(|finding| finding.message.contains("UTF-16"))
        );
    }
    let emoji = wide("\u{feff}a: 😀é", u16::to_be_bytes);
    assert_eq!(decode(&emoji).unwrap().text, "a: 😀é");
}

#[test]
fn windows_1252_is_a_guess_that_is_told() {
    let text = PAGE.replace("TITLE=Garden", "TITLE=Caf? garden");
    let mut bytes = text.into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xe9;
    let decoded = decode(&bytes).unwrap();
    assert_eq!(decoded.encoding, Encoding::Windows1252);
    assert!(decoded.text.contains("TITLE=Café garden"));
    let finding = decoded.finding().unwrap();
    assert_eq!(
        (finding.code, finding.line, finding.column),
        ("not-utf8", 7, 18)
    );
    assert!(finding.message.contains('é'), "{finding:?}");
}

#[test]
fn what_is_no_text_is_not_read_as_text() {
    for bytes in [
        &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01"[..],
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xfe\x01",
        b"PK\x03\x04\x14\0\0\0\x08\0",
        b"version\0: 2",
        b"\xff\xfe\0\xd8\0\xd8",
        b"\xe9\xe8\xe7\xe6\xe5\xe4\xe3",
    ] {
        assert_eq!(decode(bytes), None, "{bytes:?}");
    }
}

#[test]
fn spaces_that_are_none_are_replaced_in_one_go() {
    for space in ["\u{a0}", "\u{202f}", "\u{2003}", "\u{2007}"] {
        mends(
            &PAGE.replace("        as: 80", &format!("{}as: 80", space.repeat(8))),
            "odd-character",
            14,
        );
        mends(
            &indented(|lead| lead.replace(' ', space)),
            "odd-character",
            3,
        );
        mends(
            &PAGE.replace("- port", &format!("-{space}port")),
            "odd-character",
            13,
        );
        mends(
            &PAGE
                .replace("as: 80", &format!("as:{space}80"))
                .replace("count: 1", &format!("count:{space}1")),
            "odd-character",
            14,
        );
        mends(
            &PAGE.replace("page:3.1", &format!("page:3.1{space}")),
            "odd-character",
            4,
        );
    }
    // A full-width space is as wide as two.
    mends(
        &PAGE.replace("        as: 80", "\u{3000}\u{3000}\u{3000}\u{3000}as: 80"),
        "odd-character",
        14,
    );
    mends(
        &PAGE.replace("        as: 80", &format!("{}as: 80", "\u{3000}".repeat(8))),
        "odd-character",
        14,
    );
    mends(&PAGE.replace("512Mi", "512\u{a0}Mi"), "odd-character", 26);
    mends(
        &PAGE.replace("profiles:", "\u{a0}\u{a0}\nprofiles:"),
        "odd-character",
        19,
    );
    mends(
        &PAGE.replace("as: 80", "as: 80\u{a0}# web"),
        "odd-character",
        14,
    );
    mends(&PAGE.replace('\n', "\u{2028}"), "odd-character", 1);
}

#[test]
fn what_can_not_be_seen_is_deleted_in_one_go() {
    for unseen in ["\u{200b}", "\u{feff}", "\u{2060}", "\u{ad}", "\u{200e}"] {
        mends(
            &PAGE.replace("image:", &format!("im{unseen}age:")),
            "odd-character",
            4,
        );
        mends(
            &PAGE.replace("profiles:", &format!("{unseen}profiles:")),
            "odd-character",
            19,
        );
        mends(
            &PAGE.replace("page:3.1", &format!("page:3.1{unseen}")),
            "odd-character",
            4,
        );
        mends(
            &PAGE.replace("garden.example", &format!("garden{unseen}.example")),
            "odd-character",
            16,
        );
        mends(
            &PAGE.replace("us-west", &format!("{unseen}us-west")),
            "odd-character",
            32,
        );
    }
    mends(
        &PAGE.replace("version", "\u{1b}[32mversion\u{1b}[0m"),
        "control-character",
        1,
    );
}

#[test]
fn typographic_quotes_are_replaced_where_they_break_something() {
    for (open, close) in [
        ("“", "”"),
        ("„", "“"),
        ("«", "»"),
        ("‘", "’"),
        ("”", "”"),
        ("`", "`"),
        ("\"", "”"),
        ("“", "\""),
    ] {
        let quoted = |text: &str| format!("{open}{text}{close}");
        mends(&PAGE.replace("\"2.0\"", &quoted("2.0")), "odd-character", 1);
        if open != "\"" {
            mends(
                &PAGE
                    .replace("512Mi", &quoted("512Mi"))
                    .replace("1Gi", &quoted("1Gi")),
                "odd-character",
                26,
            );
            mends(
                &PAGE
                    .replace("MODE=live", &quoted("MODE=live"))
                    .replace("2.0", "2.1"),
                "odd-character",
                6,
            );
        }
    }
    mends(
        &PAGE
            .replace("\"2.0\"", "“2.0”")
            .replace("MODE=live", "“MODE=live”"),
        "odd-character",
        1,
    );
    mends(
        &PAGE.replace("MODE=live", "MODE=“live”"),
        "odd-character",
        6,
    );
    mends(
        &PAGE.replace("global: true", "global: “true”"),
        "odd-character",
        18,
    );
    mends(
        &PAGE.replace("port: 3000", "port: “3000”"),
        "odd-character",
        13,
    );
    mends(
        &PAGE
            .replace("- sh\n", "- “sh”\n")
            .replace("run it", "“run it”"),
        "odd-character",
        9,
    );
    mends(
        &PAGE.replace("ghcr.io/example/page:3.1", "“ghcr.io/example/page:3.1”"),
        "odd-character",
        4,
    );
    mends(
        &PAGE
            .replace("version:", "“version”:")
            .replace("services:", "“services”:"),
        "odd-character",
        1,
    );
    let flow = PAGE.replace(
        "command:\n      - sh\n      - -c\n      - run it\n",
        "command: [“sh”, “-c”, “run it”]\n",
    );
    mends(&flow, "odd-character", 8);
    let json = |open: &str, close: &str| {
        PAGE.replace(
            "MODE=live",
            &format!("MODE={{{open}a{close}: 1, {open}b{close}: 2}}"),
        )
    };
    mends_to(
        &json("“", "”"),
        "odd-character",
        6,
        &PAGE.replace("- MODE=live", r#"- 'MODE={"a": 1, "b": 2}'"#),
    );
}

#[test]
fn dashes_that_are_no_hyphens_are_replaced() {
    for dash in ["–", "—", "−", "‐", "•"] {
        mends(
            &PAGE.replace("- port", &format!("{dash} port")),
            "odd-character",
            13,
        );
        mends(
            &PAGE
                .replace("- MODE", &format!("{dash} MODE"))
                .replace("- TITLE", &format!("{dash} TITLE")),
            "odd-character",
            6,
        );
    }
    mends(&PAGE.replace("us-west", "us–west"), "odd-character", 32);
    mends_to(
        &PAGE.replace("garden.", "my‑garden."),
        "odd-character",
        16,
        &PAGE.replace("garden.", "my-garden."),
    );
    mends_to(
        &PAGE.replace("run it", "run —fast –v"),
        "odd-character",
        11,
        &PAGE.replace("run it", "run --fast -v"),
    );
    mends(
        &PAGE
            .replace("image: ", "image：")
            .replace("as: 80", "as: ８０"),
        "odd-character",
        4,
    );
}

#[test]
fn typographic_text_that_breaks_nothing_is_left_alone() {
    for text in [
        PAGE.replace(
            "TITLE=Garden",
            "TITLE=It’s the “Garden” – really… 👩\u{200d}🌾",
        ),
        PAGE.replace("TITLE=Garden", "TITLE=Bonjour\u{a0}!"),
        PAGE.replace("version", "# “quoted” – it’s\u{a0}fine\nversion"),
        PAGE.replace("run it", "\"echo “hi” — there\""),
        PAGE.replace("- run it", "- |\n        echo “hi” — there\n        run it"),
        PAGE.replace("west", "süd–west")
            .replace("us-süd–west", "us-west"),
    ] {
        assert_eq!(check(&text).findings, [], "{text}");
    }
}

#[test]
fn tabs_become_spaces_in_one_go_whatever_their_width() {
    for width in [2, 4, 8] {
        let tabs = indented(|lead| lead.replace(&" ".repeat(width), "\t"));
        let line = tabs
            .lines()
            .position(|line| line.starts_with('\t'))
            .unwrap();
        let (finding, fixed) = fixed(&tabs);
        assert_eq!(finding.code, "tab-indentation");
        assert!(finding.line > line as u32, "{finding:?}");
        assert_eq!(meaning(&fixed), meaning(PAGE));
        assert_eq!(
            meaning(&edit::apply(
                &tabs.replace('\n', "\r\n"),
                first(&tabs.replace('\n', "\r\n")).fix.as_ref().unwrap()
            )),
            meaning(PAGE)
        );
    }
    mends(
        &PAGE.replace("    command:", "\tcommand:"),
        "tab-indentation",
        8,
    );
    mends(
        &PAGE.replace("    env:\n      - MODE", "\tenv:\n\t  - MODE"),
        "tab-indentation",
        5,
    );
    mends(
        &PAGE.replace("      - port", "  \t- port"),
        "tab-indentation",
        13,
    );
    let script = PAGE.replace("- run it", "- |\n        all:\n        \techo it");
    assert_eq!(check(&script).findings, [], "a tab in a text is part of it");
    mends(
        &PAGE.replace("        as: 80", "\t\tas:\u{a0}80"),
        "odd-character",
        14,
    );
}

#[test]
fn what_was_copied_round_the_file_is_taken_away() {
    let half = PAGE.find("profiles:").unwrap();
    let (top, rest) = PAGE.split_at(half);
    let quote = |mark: &str, text: &str| -> String {
        text.lines().map(|line| format!("{mark}{line}\n")).collect()
    };
    let json = |text: &str| serde_json::Value::String(text.to_owned()).to_string();
    let bare = json(PAGE);
    for (text, code, line) in [
        (format!("```yaml\n{PAGE}```\n"), "markdown-fence", 1),
        (
            format!("Save this as deploy.yaml:\n\n```yaml\n{PAGE}```\n\nThen press Deploy.\n"),
            "markdown-fence",
            1,
        ),
        (format!("```\n{PAGE}"), "markdown-fence", 1),
        (format!("{PAGE}```\n"), "markdown-fence", 42),
        (format!("~~~\n{PAGE}~~~\n"), "markdown-fence", 1),
        (
            format!("Run\n```bash\nls -l\n```\nand use\n```yaml\n{PAGE}```\nDone: good.\n"),
            "markdown-fence",
            1,
        ),
        (
            format!("One:\n```yaml\n{top}```\nand two:\n```yaml\n{rest}```\n"),
            "markdown-fence",
            1,
        ),
        (format!("{top}```\n\n```yaml\n{rest}"), "markdown-fence", 19),
        (
            format!("Hi\r\n\r\n```yaml\r\n{}```\r\n", PAGE.replace('\n', "\r\n")),
            "markdown-fence",
            1,
        ),
        (quote("> ", PAGE), "quote-marks", 1),
        (quote(">", PAGE), "quote-marks", 1),
        (
            format!(
                "On Monday Ann wrote:\n\n{}\nBest,\nBob\n",
                quote("> > ", PAGE)
            ),
            "quote-marks",
            3,
        ),
        (
            quote("> ", &format!("Use\n\n```yaml\n{PAGE}```\n")),
            "quote-marks",
            1,
        ),
        (quote("| ", PAGE), "quote-marks", 1),
        (
            each_line(|index, line| format!("{} {line}", index + 1)),
            "line-numbers",
            1,
        ),
        (
            each_line(|index, line| format!("{:6}\t{line}", index + 1)),
            "line-numbers",
            1,
        ),
        (
            each_line(|index, line| format!("{}. {line}", index + 1)),
            "line-numbers",
            1,
        ),
        (
            each_line(|index, line| format!("{:3} | {line}", index + 1)),
            "line-numbers",
            1,
        ),
        (quote("+", PAGE), "patch", 1),
        (
            format!(
                "diff --git a/d.yaml b/d.yaml\n--- a/d.yaml\n+++ b/d.yaml\n@@ -1,1 +1,41 @@\n-old: 1\n{}",
                quote("+", PAGE)
            ),
            "patch",
            1,
        ),
        (quote("# ", PAGE), "commented-out", 1),
        (
            format!("Here is the file\n\n{PAGE}\nThen press Deploy.\n"),
            "text-around",
            1,
        ),
        (
            format!("Save this as deploy.yaml:\n\n{PAGE}"),
            "text-around",
            1,
        ),
        (
            format!("cat > deploy.yaml <<'EOF'\n{PAGE}EOF\n"),
            "text-around",
            1,
        ),
        (format!("yaml\nCopy code\n{PAGE}"), "text-around", 1),
        (format!("{PAGE}EOF\n"), "text-around", 42),
        (
            format!("Deploy this:\n\n{}\nAnd go.\n", quote("    ", PAGE)),
            "text-around",
            1,
        ),
        (bare.clone(), "escaped-text", 1),
        (bare.trim_matches('"').to_owned(), "escaped-text", 1),
        (json(&bare), "escaped-text", 1),
        (
            format!("{{\"data\": {{\"sdl\": {bare}, \"deposit\": 5}}}}"),
            "escaped-text",
            1,
        ),
        (PAGE.replace('"', "\\\""), "escaped-text", 1),
        (format!("sdl: |\n{}", quote("  ", PAGE)), "escaped-text", 1),
        (
            format!(
                "kind: ConfigMap\ndata:\n  deploy.yaml: |\n{}",
                quote("    ", PAGE)
            ),
            "escaped-text",
            1,
        ),
        (PAGE.replace('"', "&quot;"), "web-page-marks", 1),
        (
            format!(
                "<pre><code class=\"x\">{}</code></pre>\n",
                PAGE.replace('"', "&quot;")
            ),
            "web-page-marks",
            1,
        ),
        (
            each_line(|index, line| format!("{}{line}", if index > 0 { "    " } else { "" })),
            "indentation",
            2,
        ),
        (format!("  {PAGE}"), "indentation", 1),
        (PAGE.replace("profiles:", " profiles:"), "indentation", 19),
        (format!("{PAGE}---\n"), "several-documents", 42),
    ] {
        mends(&text, code, line);
    }
}

#[test]
fn files_of_another_kind_are_named() {
    let conflict = PAGE
        .replace(
            "    image:",
            "<<<<<<< HEAD\n    image: a:1\n=======\n    image:",
        )
        .replace("    env:", ">>>>>>> b\n    env:");
    assert_eq!(
        (first(&conflict).code, first(&conflict).line),
        ("merge-conflict", 4)
    );
    assert!(
        first(&format!("{{\\rtf1\\ansi {PAGE}}}"))
            .message
            .contains("RTF")
    );
    // A backslash before a quote that belongs there is no sign of a program.
    let value = PAGE
        .replace("- MODE=live", "- \"MODE=\\\"\"")
        .replace("deployment:", "deployment:\"");
    assert_ne!(first(&value).code, "escaped-text");
    // Two files in one are not one with something round it.
    let two = format!("{PAGE}---\n{PAGE}");
    assert_eq!(
        (first(&two).code, first(&two).fix),
        ("several-documents", None)
    );
    let compose = "services:\n  web:\n    image: nginx:1.27\n    volumes:\n      - data:/data\nvolumes:\n  data:\n";
    assert!(
        check(compose)
            .findings
            .iter()
            .all(|finding| finding.code != "text-around")
    );
}

#[test]
fn marks_of_templates_are_named_where_they_stand() {
    for (right, wrong, code, line) in [
        (
            "ghcr.io/example/page:3.1",
            "{{ .Values.image }}:{{ .Values.tag }}",
            "template",
            4,
        ),
        (
            "ghcr.io/example/page:3.1",
            "\"{{ .Values.image }}\"",
            "template",
            4,
        ),
        ("ghcr.io/example/page:3.1", "{{ image }}", "template", 4),
        ("ghcr.io/example/page:3.1", "{image}", "template", 4),
        ("ghcr.io/example/page:3.1", "%IMAGE%", "template", 4),
        ("ghcr.io/example/page:3.1", "$IMAGE", "variable", 4),
        ("page:3.1", "page:${TAG}", "variable", 4),
        ("page:3.1", "page:<%= tag %>", "template", 4),
        ("page:3.1", "page:${{ github.sha }}", "template", 4),
        ("page:3.1", "page:@@TAG@@", "template", 4),
        ("ghcr.io/example/page:3.1", "<your-image>", "placeholder", 4),
        ("MODE=live", "MODE={{ mode }}", "template", 6),
        ("MODE=live", "MODE=$MODE", "variable", 6),
        ("MODE=live", "MODE=${MODE}", "variable", 6),
        ("MODE=live", "MODE=%MODE%", "variable", 6),
        ("MODE=live", "URL=http://$HOST:80/", "variable", 6),
        ("MODE=live", "MODE=<your mode>", "placeholder", 6),
        (
            "- MODE=live",
            "{{ toYaml .Values.env | nindent 6 }}",
            "template",
            6,
        ),
        (
            "    env:",
            "    {{- if .Values.env }}\n    env:",
            "template",
            5,
        ),
        ("    env:", "    {% if env %}\n    env:", "template", 5),
        ("garden.example.com", "<your-domain>", "placeholder", 16),
        ("garden.example.com", "\"{{ domain }}\"", "template", 16),
        ("garden.example.com", "${DOMAIN}", "variable", 16),
        ("garden.example.com", "__DOMAIN__", "template", 16),
        ("3000", "{{ port }}", "template", 13),
        ("3000", "${PORT}", "variable", 13),
        ("amount: 9000", "amount: $PRICE", "variable", 36),
        ("us-west", "{{ region }}", "template", 32),
        ("count: 1", "count: {{ .Values.replicas }}", "template", 41),
    ] {
        let text = PAGE.replace(right, wrong);
        let findings = check(&text).findings;
        let [finding] = findings.as_slice() else {
            panic!("{wrong}: {findings:#?}")
        };
        assert_eq!(
            (finding.code, finding.line),
            (code, line),
            "{wrong}: {finding:#?}"
        );
    }
    mends_to(
        &PAGE.replace("MODE=live", "MODE=${MODE:-live}"),
        "variable",
        6,
        PAGE,
    );
}

#[test]
fn signs_that_are_meant_as_they_stand_are_no_marks() {
    for text in [
        PAGE.replace("MODE=live", "HASH=$2y$10$abcDEF"),
        PAGE.replace("MODE=live", "WORD=pa$WORDx"),
        PAGE.replace("MODE=live", "FORMAT=%h %l %u %t"),
        PAGE.replace("MODE=live", "URL=http://x/%E2%80%93%20a"),
        PAGE.replace("MODE=live", "URL=http://$(HOST):80"),
        PAGE.replace("MODE=live", "CONFIG={}"),
        PAGE.replace("run it", "echo $HOME ${PATH} && run it"),
        PAGE.replace("run it", "docker ps --format '{{.Names}}'"),
        PAGE.replace("MODE=live", "MODE=live # or test"),
        PAGE.replace("MODE=live", "MODE=live # the mode"),
        PAGE.replace("MODE=live", "PORT=80 # web"),
        PAGE.replace("MODE=live", "COLOUR=#ff0000"),
        PAGE.replace("MODE=live", r#"LIST=["x", "y"]"#),
        PAGE.replace("- MODE=live", r#"- 'CONFIG={"a": 1}'"#),
    ] {
        assert_eq!(check(&text).findings, [], "{text}");
    }
}

#[test]
fn items_that_need_quotes_get_them() {
    let quoted = |item: &str| PAGE.replace("- MODE=live", &format!("- {item}"));
    for (item, meant, code) in [
        (
            r#"CONFIG={"a": 1, "b": {"c": false}}"#,
            r#"'CONFIG={"a": 1, "b": {"c": false}}'"#,
            "needs-quotes",
        ),
        (r#"CONFIG={"a": 1}"#, r#"'CONFIG={"a": 1}'"#, "wrong-type"),
        (r#"CONFIG: {"a": 1}"#, r#"'CONFIG={"a": 1}'"#, "wrong-type"),
        (
            "CONFIG={\n          \"a\": 1,\n          \"b\": 2\n        }",
            r#"'CONFIG={ "a": 1, "b": 2 }'"#,
            "needs-quotes",
        ),
        (
            r#"LIST=[{"x": 1}, {"y": 2}]"#,
            r#"'LIST=[{"x": 1}, {"y": 2}]'"#,
            "needs-quotes",
        ),
        (
            r#"A={"x": "it's", "y": 1} # note"#,
            r#"'A={"x": "it''s", "y": 1}'"#,
            "needs-quotes",
        ),
        ("MSG=hello: you", "\"MSG=hello: you\"", "wrong-type"),
        (r#"MSG="hello: you""#, "\"MSG=hello: you\"", "wrong-type"),
        (r#""MODE"="live""#, "MODE=live", "needs-quotes"),
    ] {
        mends_to(&quoted(item), code, 6, &quoted(meant));
    }
    let two = PAGE
        .replace("MODE=live", r#"A={"a": 1, "b": 2}"#)
        .replace("TITLE=Garden", r#"B={"c": 3, "d": 4}"#);
    let meant = PAGE
        .replace("MODE=live", r#"'A={"a": 1, "b": 2}'"#)
        .replace("TITLE=Garden", r#"'B={"c": 3, "d": 4}'"#);
    mends_to(&two, "needs-quotes", 6, &meant);
    mends_to(
        &PAGE.replace("run it", r#"run --set={"a": 1, "b": 2}"#),
        "needs-quotes",
        11,
        &PAGE.replace("run it", r#"'run --set={"a": 1, "b": 2}'"#),
    );
}

#[test]
fn values_that_reach_the_container_otherwise_are_warned_of() {
    mends(
        &PAGE
            .replace("MODE=live", "MODE=\"live\"")
            .replace("TITLE=Garden", "TITLE='Garden'"),
        "env-quotes",
        6,
    );
    mends_to(
        &PAGE.replace("MODE=live", "MODE=\"\""),
        "env-quotes",
        6,
        &PAGE.replace("MODE=live", "MODE="),
    );
    mends_to(
        &PAGE.replace("MODE=live", "GREETING=hello # world"),
        "env-comment",
        6,
        &PAGE.replace("- MODE=live", "- \"GREETING=hello # world\""),
    );
    mends_to(
        &PAGE.replace("MODE=live", "MODE=\"a # b\""),
        "env-comment",
        6,
        &PAGE.replace("- MODE=live", "- \"MODE=a # b\""),
    );
    mends_to(
        &PAGE.replace("MODE=live", "COLOUR=red #ff0000"),
        "env-comment",
        6,
        &PAGE.replace("- MODE=live", "- \"COLOUR=red #ff0000\""),
    );
    mends(
        &PAGE.replace("MODE=live", "export MODE=live"),
        "bad-env-name",
        6,
    );
    mends(&PAGE.replace("MODE=live", "MODE = live"), "bad-env-name", 6);
    let secret = PAGE.replace("MODE=live", "PASSWORD=\"hunter22\"");
    assert!(
        !format!(
            "{:?}",
            check(&secret)
                .findings
                .iter()
                .map(|finding| (&finding.message, &finding.hint))
                .collect::<Vec<_>>()
        )
        .contains("hunter22")
    );
}

#[test]
fn dashes_and_colons_get_the_space_behind_them() {
    mends(
        &PAGE.replace("- MODE", "-MODE").replace("- TITLE", "-TITLE"),
        "missing-space",
        6,
    );
    mends(
        &PAGE
            .replace("- port", "-port")
            .replace("- global", "-global"),
        "missing-space",
        13,
    );
    mends(&PAGE.replace("image: ", "image:"), "missing-space", 4);
}
